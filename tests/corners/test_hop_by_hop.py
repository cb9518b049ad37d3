"""Fields of the connection: refused where a handler sets them, left out of what other applications answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import pytest

from tests.kit import environ_of
from verglas import FrozenResponse, Headers, HeaderValueError, MutableHeaders, Request, Response
from verglas.errors import WSGIViolation
from verglas.testing import call
from verglas.wsgi import StartResponse, WSGIApplication

NAMES: Final = ("Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade")


def extended(headers: MutableHeaders, name: str, value: str) -> None:
    """By `extend`."""
    headers.extend([(name, value)])


def united(headers: MutableHeaders, name: str, value: str) -> None:
    """By `|=`."""
    headers |= {name: value}


def listed(headers: MutableHeaders, name: str, value: str) -> None:
    """By `setlist`."""
    headers.setlist(name, [value])


WRITERS: Final[dict[str, Callable[[MutableHeaders, str, str], object]]] = {
    "set-item": MutableHeaders.__setitem__,
    "add": MutableHeaders.add,
    "set": MutableHeaders.set,
    "setlist": listed,
    "setdefault": MutableHeaders.setdefault,
    "extend": extended,
    "update": lambda headers, name, value: headers.update({name: value}),
    "unite": united,
    "response": lambda _, name, value: Response(headers={name: value}),
    "response-of-headers": lambda _, name, value: Response(headers=Headers({name: value})),
    "assigned": lambda _, name, value: setattr(Response(), "headers", {name: value}),
    "frozen": lambda _, name, value: FrozenResponse(headers={name: value}),
    "frozen-of-headers": lambda _, name, value: FrozenResponse(headers=Headers({name: value})),
    "replace": lambda _, name, value: FrozenResponse().replace(headers={name: value}),
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("name", [*NAMES, "transfer-encoding"])
def test_refused(name: str, writer: str) -> None:
    """A handler that copies an upstream's fields is told which one is wrong, and what to call (RFC 9110 §7.6.1)."""
    with pytest.raises(HeaderValueError, match=f"^{name}: .*end_to_end"):
        WRITERS[writer](MutableHeaders(), name, "chunked")


@pytest.mark.parametrize("name", NAMES)
def test_requests_have_them(name: str) -> None:
    """A request is what the client sent."""
    assert "close" == Request(headers={name: "close"}).headers[name]


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        pytest.param([("ETag", '"1"')], [("ETag", '"1"'), *((name, "x") for name in NAMES)], id="rfc9110-7.6.1"),
        pytest.param([("X-B", "2")], [("Connection", "close, x-a"), ("X-A", "1"), ("X-B", "2")], id="named"),
        pytest.param([("X-B", "2")], [("Connection", "X-A"), ("Connection", "\tx-c "), ("X-B", "2")], id="two-lines"),
        pytest.param([], [("Connection", ", ,")], id="empty-members"),
    ],
)
def test_end_to_end(expected: list[tuple[str, str]], fields: list[tuple[str, str]]) -> None:
    """What may be copied from an upstream."""
    copied = Headers(fields).end_to_end()

    assert tuple(expected) == copied.pairs == Response(headers=copied, content_type="a/b").headers.pairs[: len(copied)]


@pytest.mark.parametrize("value", ["abc", "-1", "+5", "1_0", "5, 5", "\u0661".encode().decode("latin-1"), "1" * 19, ""])
@pytest.mark.parametrize("writer", ["set-item", "add", "setlist", "response", "extend"])
def test_length_that_is_not_a_number(value: str, writer: str) -> None:
    """A Content-Length is 1 to 18 digits."""
    with pytest.raises(HeaderValueError, match="Content-Length"):
        WRITERS[writer](MutableHeaders(), "Content-Length", value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: MutableHeaders([("Content-Length", "1"), ("content-length", "2")]),
        lambda: MutableHeaders({"Content-Length": "1"}).add("content-length", "1"),
        lambda: MutableHeaders({"Content-Length": "1"}).extend({"Content-Length": "1"}),
        lambda: MutableHeaders().setlist("Content-Length", ["1", "2"]),
        lambda: Response(iter(["a"]), headers={"Content-Length": ["1", "2"]}),
    ],
    ids=["constructor", "add", "extend", "setlist", "response"],
)
def test_two_lengths(make: Callable[[], object]) -> None:
    """A client would not know which of them to believe."""
    with pytest.raises(HeaderValueError, match="one length"):
        make()


def proxy(*fields: tuple[str, str]) -> WSGIApplication:
    """An application that answers as its upstream did."""

    def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("X-A", "1"), *fields])
        return [b"a"]

    return application


def as_response(app: WSGIApplication) -> object:
    """Through `from_app`."""
    return Response.from_app(app, environ_of()).headers.get("X-A")


def as_answer(app: WSGIApplication) -> object:
    """As the answer of a handler."""
    answer = call(Request.application(lambda _: app), environ_of())
    assert {"X-A"} == {name for name, _ in answer.lines}
    return answer.headers["X-A"]


@pytest.mark.parametrize("take", [as_response, as_answer])
def test_of_another_application(take: Callable[[WSGIApplication], object]) -> None:
    """They are dropped; what frames the body is an error that says who broke PEP 3333."""
    fields = [(name, "x") for name in NAMES if name != "Transfer-Encoding"]

    assert "1" == take(proxy(*fields))
    with pytest.raises(WSGIViolation, match="the application sent Transfer-Encoding"):
        take(proxy(("Transfer-Encoding", "chunked")))
