"""What every public value promises: it is frozen, hashable, picklable, copyable, equal by value, and keeps secrets."""

from __future__ import annotations

import copy
import inspect
import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import attrs
import pytest
from attrs.exceptions import FrozenInstanceError

import verglas
from tests.kit import environ_of, without
from verglas import (
    URL,
    Body,
    Cookies,
    Files,
    FileSlice,
    Form,
    FrozenResponse,
    GrammarError,
    HeaderField,
    Headers,
    HTTPError,
    Limits,
    MultiMap,
    MutableHeaders,
    ParseError,
    Part,
    Query,
    Request,
    RequestHead,
    Response,
    ServerSentEvent,
    Trust,
    Upload,
    errors,
    parse_environ,
    parse_form,
    try_parse,
)
from verglas.errors import BadRequestKeyError, ExceededLimit, LimitError

ARGS_AND_FORM: Final = type(Request.from_values().values)
SECRET: Final = "hunter2"
OTHERS: Final[Sequence[object]] = ["", b"", (), dict[str, str](), None, 0, object()]
ANSI: Final = "\x1b[31m\x9b0m\r\n\x00"
URLENCODED: Final = "application/x-www-form-urlencoded"


def captured(**more: object) -> Request[None]:
    """A request as a server hands it over, its body read."""
    return parse_environ(environ_of("http://b/a", **({"REQUEST_METHOD": "PUT"} | more))).buffered()


VALUES: Final[Mapping[str, Callable[[], tuple[object, ...]]]] = {
    # Each call makes new objects; all of one row are different values of one class.
    "Body": lambda: (Body(b"a"), Body(b""), Body(b"b")),
    "Cookies": lambda: (Cookies([("a", "1")]), Cookies(), Cookies([("a", "2")]), Cookies([("a", "1"), ("a", "1")])),
    "FileSlice": lambda: (
        FileSlice("/a", 0, 2, size=2, mtime_ns=1, inode=(1, 2)),
        FileSlice("/b", 0, 2, size=2, mtime_ns=1),
        FileSlice("/a", 1, 1, size=2, mtime_ns=1),
        FileSlice("/a", 0, 2, size=2, mtime_ns=2),
    ),
    "Files": lambda: (Files([("a", Upload("a", "f", b"1"))]), Files(), Files([("a", Upload("a", "f", b"2"))])),
    "Form": lambda: (Form([("a", "1"), ("b", "2")]), Form(), Form([("b", "2"), ("a", "1")])),
    "FrozenResponse": lambda: (
        FrozenResponse(b"a", 200, {"X": "1"}),
        FrozenResponse(b"a", 201, {"X": "1"}),
        FrozenResponse(b"a", 200, {"X": "2"}),
        FrozenResponse(b"b", 200, {"X": "1"}),
    ),
    "Headers": lambda: (Headers([("A", "1"), ("B", "2")]), Headers(), Headers([("B", "2"), ("A", "1")])),
    "Limits": lambda: (Limits(), Limits(max_cookies=1), Limits(max_content_length=1)),
    "MultiMap": lambda: (MultiMap([("a", "1")]), MultiMap[str](), MultiMap([("a", "2")])),
    "Query": lambda: (Query([("a", "1")]), Query(), Query([("a", "1"), ("a", "1")])),
    "Request": lambda: (
        Request(method="POST", url="/a", body=b"1"),
        Request(method="PUT", url="/a", body=b"1"),
        Request(method="POST", url="/b", body=b"1"),
        Request(method="POST", url="/a", body=b"2"),
        Request(method="POST", url="/a", body=b"1", headers={"A": "1"}),
        Request(method="POST", url="/a", body=b"1", remote_addr="::1"),
        Request(method="POST", url="/a", body=b"1", state=("ada",)),
    ),
    "Request, captured": lambda: (
        captured(),
        captured(HTTP_HOST="c"),
        captured(SERVER_NAME="c", SERVER_PORT="1"),
        captured(QUERY_STRING="a=%FF"),
        captured(HTTP_COOKIE="a=1", HTTP_CONTENT_LOCATION="no location"),
        captured(CONTENT_LENGTH="007", **{"wsgi.input": _Stream(b"content")}),
        captured(HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input_terminated": True, "wsgi.input": _Stream(b"c")}),
    ),
    "Request, lenient": lambda: (
        Request(without(environ_of(SERVER_NAME="a"), "HTTP_HOST")),  # no Host: none is added
        Request(environ_of(REQUEST_METHOD="NO METHOD", HTTP_HOST="/")),
        Request(environ_of(HTTP_HOST="a"), shallow=True).replace(remote_addr="::1"),
        Request(
            environ_of(HTTP_HOST="a", **{"wsgi.input_terminated": True, "wsgi.input": _Stream(b"no length")})
        ).buffered(),
    ),
    "RequestHead": lambda: (
        RequestHead("GET", Headers({"A": "1"})),
        RequestHead("PUT", Headers({"A": "1"})),
        RequestHead("GET", Headers()),
        RequestHead("GET", Headers({"A": "1"}), "/a"),
        RequestHead("GET", Headers({"A": "1"}), scheme="https"),
    ),
    "RequestHead, of an environ": lambda: (
        RequestHead.of({"HTTP_A": "1", "wsgi.input": sys.stdin.buffer}),
        RequestHead.of({"HTTP_A": "1", "REQUEST_METHOD": "PUT", "wsgi.errors": sys.stderr}),
        RequestHead.of({"HTTP_A": "1", "PATH_INFO": "/a", "QUERY_STRING": "b"}),
    ),
    "ServerSentEvent": lambda: (
        ServerSentEvent("a"),
        ServerSentEvent("b"),
        ServerSentEvent("a", event="c"),
        ServerSentEvent("a", id="1"),
        ServerSentEvent("a", retry=timedelta(seconds=1)),
    ),
    "Trust": lambda: (Trust(), Trust(hosts=["a"]), Trust(x_for=1), Trust(networks="10.0.0.0/8")),
    "URL": lambda: (URL(), URL("https"), URL(host="b"), URL(raw_path=b"/a"), URL(query_string=b"a")),
    "Upload": lambda: (Upload("a", "f", b"1"), Upload("b", "f", b"1"), Upload("a", "g", b"1"), Upload("a", "f", b"2")),
}

ALL_VALUES: Final = [pytest.param(make, id=name) for name, make in VALUES.items()]


class _Stream:
    """A `wsgi.input`."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int, /) -> bytes:
        data, self._data = self._data[:size], self._data[size:]
        return data


def test_every_frozen_class_is_here() -> None:
    """A class that is exported and frozen belongs into the table."""
    exported = {name: getattr(verglas, name) for name in verglas.__all__}
    frozen = [name for name, value in exported.items() if inspect.isclass(value) and _is_frozen(value)]

    assert [] == [name for name in frozen if name not in VALUES]


def _is_frozen(value: type) -> bool:
    # A key is not a value: it is itself, and no other that would do the same. Nor is a part that is arriving.
    return attrs.has(value) and not issubclass(value, BaseException | HeaderField | Part)


@pytest.mark.parametrize("make", ALL_VALUES)
def test_frozen(make: Callable[[], tuple[object, ...]]) -> None:
    """No attribute can be set or deleted: not a field, not a private one, not a new one."""
    for value in make():
        names = {name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ()) if name[:2] != "__"}
        for name in (*sorted(names), "something_new"):
            with pytest.raises(FrozenInstanceError, match=rf"\.{name} cannot be set: .+; .+\.\.\."):
                setattr(value, name, None)
            with pytest.raises(FrozenInstanceError, match=rf"\.{name} cannot be (set|deleted): .+; .+\.\.\."):
                delattr(value, name)


@pytest.mark.parametrize("make", ALL_VALUES)
def test_equal_by_value(make: Callable[[], tuple[object, ...]]) -> None:
    """Made twice, it is equal and of the same hash."""
    assert make() == make()
    assert [*map(hash, make())] == [*map(hash, make())]


@pytest.mark.parametrize("make", ALL_VALUES)
def test_near_misses_differ(make: Callable[[], tuple[object, ...]]) -> None:
    """Different in one part, it is another value; nor is it equal to anything of another type."""
    values = make()

    assert len(values) == len(set(values))
    for value in values:
        assert [] == [other for other in OTHERS if value == other]


def test_kinds_of_maps_differ() -> None:
    """Maps with the same pairs are equal within one class only, and to no dict; headers likewise."""
    pairs = [("a", "1")]
    maps: list[object] = [kind(pairs) for kind in (Query, Form, Cookies, ARGS_AND_FORM, MultiMap[str])]

    assert len(maps) == len(set(maps))
    for one in (*maps, Headers(pairs)):
        assert one != {"a": "1"}
        assert one != tuple(pairs)


def test_subclasses_differ() -> None:
    """A request is equal within one class only."""

    class Special(Request):
        pass

    assert Special() != Request()
    assert Special() == Special()


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("make", ALL_VALUES)
def test_pickle(make: Callable[[], tuple[object, ...]], protocol: int) -> None:
    """It comes out of a pickle as it went in, read before or not."""
    for value in make():
        restored: object = pickle.loads(pickle.dumps(value, protocol))
        assert value == restored
        assert value == pickle.loads(pickle.dumps(restored, protocol))
        assert (type(value), hash(value), repr(value)) == (type(restored), hash(restored), repr(restored))


@pytest.mark.parametrize("make", ALL_VALUES)
def test_copies(make: Callable[[], tuple[object, ...]]) -> None:
    """Both kinds of copy are equal."""
    for value in make():
        assert value == copy.copy(value)
        assert value == copy.deepcopy(value)


def test_pickle_holds_values_only() -> None:
    """What else was in the environ, a secret of the server or its streams, is not in the pickle."""
    request = Request(environ_of(HTTP_HOST="a", SERVER_SECRET=SECRET, **{"wsgi.errors": _Stream(b"")}))
    kept = request.path, request.args, request.cookies, request.headers.get("Host"), request.form

    assert ("/", Query(), Cookies(), "a", Form()) == kept
    assert SECRET.encode() not in pickle.dumps(request)


REPLACED: Final = [
    pytest.param(Request(url="/a").replace(method="PUT"), Request(method="PUT", url="/a"), id="Request"),
    pytest.param(URL().replace(host="b"), URL(host="b"), id="URL"),
    pytest.param(FrozenResponse(b"a").replace(status=201), FrozenResponse(b"a", 201), id="FrozenResponse"),
    pytest.param(Request(url="/a").__replace__(method="PUT"), Request(method="PUT", url="/a"), id="copy-Request"),
    pytest.param(URL().__replace__(host="b"), URL(host="b"), id="copy-URL"),
    pytest.param(FrozenResponse(b"a").__replace__(status=201), FrozenResponse(b"a", 201), id="copy-FrozenResponse"),
    pytest.param(attrs.evolve(Limits(), max_cookies=1), Limits(max_cookies=1), id="evolve-Limits"),
    pytest.param(attrs.evolve(Trust(), x_for=1), Trust(x_for=1), id="evolve-Trust"),
]


@pytest.mark.parametrize(("changed", "expected"), REPLACED)
def test_replace(changed: object, expected: object) -> None:
    """A changed copy is what the constructor would have made."""
    assert expected == changed


@pytest.mark.parametrize("value", [Form([("a", "1")]), Query({"a": "1"}), Headers({"a": "1"}), MultiMap({"a": "1"})])
def test_evolve_never_empties(value: Form | Query | Headers | MultiMap[str]) -> None:
    """What has a constructor of its own is not evolved, rather than silently made empty."""
    with pytest.raises(TypeError):
        attrs.evolve(value)


def test_captured_request_can_be_replaced() -> None:
    """What came from a server can be changed in one value, whatever its other values look like."""
    for value in VALUES["Request, captured"]():
        assert isinstance(value, Request)
        assert value.replace(remote_user="ada").remote_user == "ada"


SHOWN: Final[Sequence[object]] = [
    Cookies([("a", SECRET + ANSI)]),
    Form([("a", SECRET + ANSI)]),
    ARGS_AND_FORM([("a", SECRET + ANSI)]),
    Headers({"Authorization": SECRET, "Cookie": SECRET, "Proxy-Authorization": SECRET, "Set-Cookie": SECRET}),
    MutableHeaders({"authorization": SECRET, "set-cookie": SECRET}),
    Request(
        url="/a?key=" + SECRET,
        headers={"Authorization": SECRET, "Cookie": "a=" + SECRET, "Content-Type": URLENCODED},
        body="password=" + SECRET,
        state=SECRET,
    ),
    Request.from_values("/", method="POST", data={"password": SECRET}).values,
    Body(SECRET.encode()),
    Upload("a" + ANSI, "f" + ANSI, SECRET.encode()),
    Files([("a" + ANSI, Upload("a", "f" + ANSI, SECRET.encode()))]),
    FrozenResponse(SECRET.encode(), "200 \x9b0m\x85", {"Set-Cookie": SECRET}),
    Response(SECRET, "200 \x9b0m\x85", {"Set-Cookie": SECRET}),
    URL(raw_path=ANSI.encode(), query_string=ANSI.encode()),
    Query([(ANSI, ANSI)]),
    Request(environ_of(PATH_INFO="/" + ANSI, REQUEST_METHOD=ANSI, HTTP_HOST=ANSI)),
    Headers.captured({"HTTP_AUTHORIZATION": SECRET, "HTTP_COOKIE": SECRET, "HTTP_A": "\x80\x9b"}),
    try_parse(environ_of(HTTP_HOST=ANSI + SECRET)),
    BadRequestKeyError(ANSI),
    GrammarError("X", "no", ANSI),
]


@pytest.mark.parametrize(
    "value", [pytest.param(value, id=f"{i}-{type(value).__name__}") for i, value in enumerate(SHOWN)]
)
def test_repr(value: object) -> None:
    """What is shown, in logs and debuggers, holds no secret and nothing that a terminal obeys."""
    shown = repr(value)

    assert SECRET not in shown
    assert [] == [character for character in shown if not character.isprintable()]


ALIASES: Final[Mapping[str, Callable[[list[tuple[str, str]], dict[str, list[str]]], object]]] = {
    "Form of a list": lambda pairs, _: Form(pairs),
    "Form of a dict": lambda _, lists: Form(lists),
    "Headers of a list": lambda pairs, _: Headers(pairs),
    "Headers of a dict": lambda _, lists: Headers(lists),
    "MutableHeaders": lambda pairs, _: MutableHeaders(pairs),
    "FrozenResponse": lambda pairs, _: FrozenResponse(b"", 200, pairs),
    "Request": lambda _, lists: Request(headers=lists),
    "Trust": lambda _, lists: Trust(hosts=lists["a"]),
    "Response": lambda _, lists: Response(lists["a"]).get_app_iter(environ_of()),
}


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in ALIASES.items()])
def test_aliases_no_list_and_no_dict(
    make: Callable[[list[tuple[str, str]], dict[str, list[str]]], object],
) -> None:
    """What a caller does afterwards to the list or dict that it was made of does not change a value."""
    pairs, lists = [("a", "1")], {"a": ["1", "2"]}
    made = make(pairs, lists)
    pairs.append(("b", "2"))
    lists["a"].append("3")
    lists["b"] = ["4"]

    assert make([("a", "1")], {"a": ["1", "2"]}) == made


def test_aliases_no_bytearray() -> None:
    """A response keeps its own bytes."""
    body = bytearray(b"a")
    response = Response(body)
    body.extend(b"b")

    assert response.data == b"a"


def test_aliases_no_environ() -> None:
    """Later writes to an environ do not change its request, not even what nobody has asked for yet."""
    environ = environ_of("/a?a=1", HTTP_A="1", HTTP_COOKIE="a=1")
    request = Request(environ)
    environ |= dict.fromkeys(environ, "changed")

    assert ("/a", "1", "1", "1") == (request.path, request.headers["A"], request.args["a"], request.cookies["a"])


def test_gives_new_containers() -> None:
    """A list or dict that a value gives is the caller's own."""
    headers, form = Headers([("a", "1")]), Form([("a", "1")])
    headers.to_wsgi_list().clear()
    headers.getlist("a").clear()
    form.to_dict().clear()
    form.to_dict(flat=False)["a"].clear()
    form.getlist("a").clear()
    for _, values in form.lists():
        values.clear()

    assert (Headers([("a", "1")]), Form([("a", "1")])) == (headers, form)
    assert form.getlist("a") == ["1"]


def every_error() -> list[type[BaseException]]:
    """The error classes of `verglas.errors`."""
    found = [value for name in errors.__all__ if inspect.isclass(value := getattr(errors, name))]
    return [value for value in found if issubclass(value, BaseException)]


def exemplar(error: type[BaseException]) -> BaseException:
    """One of a class, with all that it can say."""
    if issubclass(error, LimitError):
        return error("X", "too many", EXCEEDED, 3)
    if issubclass(error, GrammarError):
        return error("X", "no", b"\r\n", 1)
    if issubclass(error, errors.MethodNotAllowed):
        return error(["GET"], "a")
    if issubclass(error, errors.RequestedRangeNotSatisfiable):
        return error(5, "bytes", "a")
    if issubclass(error, BadRequestKeyError) or not issubclass(error, ParseError):
        return error(FrozenResponse(b"a")) if issubclass(error, errors.Abort) else error("a")
    return error("words", "field", 3, EXCEEDED)


EXCEEDED: Final = ExceededLimit("max_cookies", 1, "cookies")
ERRORS: Final[Sequence[BaseException]] = [
    *map(exemplar, every_error()),
    errors.MethodNotAllowed(["GET"], "no"),
    errors.Unauthorized("no", ["Basic", "Bearer"]),
    errors.TooManyRequests("no", 30),
    errors.RequestedRangeNotSatisfiable(10),
]


@pytest.mark.parametrize("error", [pytest.param(one, id=f"{i}-{type(one).__name__}") for i, one in enumerate(ERRORS)])
def test_errors_can_be_pickled(error: BaseException) -> None:
    """An error says the same after a pickle and a copy: test runners and workers send it between processes."""
    restored = pickle.loads(pickle.dumps(error))

    assert (type(error), str(error), vars(error)) == (type(restored), str(restored), vars(restored))
    assert str(error) == str(copy.copy(error))


def test_error_with_changed_description_can_be_pickled() -> None:
    """What `abort` says about a code survives, too."""
    with pytest.raises(HTTPError) as caught:
        verglas.abort(404, "No such note.")

    assert pickle.loads(pickle.dumps(caught.value)).description == "No such note."


def test_streaming_request_cannot_be_pickled() -> None:
    """Its message names what helps."""
    request = Request(environ_of(HTTP_HOST="a", CONTENT_LENGTH="1", **{"wsgi.input": _Stream(b"a")}))

    with pytest.raises(TypeError, match="buffered"):
        pickle.dumps(request)


def test_upload_on_disk_cannot_be_pickled() -> None:
    """Its message names what helps, and that can be."""
    body = b'--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\nhi\r\n--b--\r\n'
    _, files = parse_form("multipart/form-data; boundary=b", [body], limits=Limits(spool_size=0))
    with files["a"].stream:
        with pytest.raises(TypeError, match="buffered"):
            pickle.dumps(files)

        assert files.buffered() == pickle.loads(pickle.dumps(files.buffered()))
