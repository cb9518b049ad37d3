"""Two thousand environs, the same on every run: half nearly right, half nothing like it. None does any harm."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from io import BytesIO
from operator import attrgetter
from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import HTTPError, ParseError, Request, Response, Trust, application, try_parse
from verglas.errors import BrokenInput, RequestHeaderFieldsTooLarge, RequestURITooLarge
from verglas.testing import call

SEED: Final = 20261120
ENVIRONS: Final = 2000

MULTIPART: Final = b'--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\nhi\r\n--b--\r\n'
BODIES: Final = [b"", b"a=1&b=%C3%A9", b'{"a": [1]}', MULTIPART, b"\xff\xfe", b"[" * 300, b"--b", b"plain"]

GOOD: Final[Mapping[str, list[str]]] = {
    "REQUEST_METHOD": ["GET", "POST", "PUT", "HEAD", "OPTIONS", "get", "X-OWN"],
    "SCRIPT_NAME": ["", "/mounted", "/caf\xc3\xa9"],
    "PATH_INFO": ["/", "/a/b", "/caf\xc3\xa9", "//evil.example/x", "", "*", "/a b"],
    "QUERY_STRING": ["", "a=1&b=2", "q=caf%C3%A9", "a=%FF&b", "a&&=&b=c=d"],
    "SERVER_NAME": ["localhost", "::1", "example.org"],
    "SERVER_PORT": ["80", "8080", ""],
    "REMOTE_ADDR": ["127.0.0.1", "::1", ""],
    "HTTP_HOST": [
        "example.org",
        "example.org:8080",
        "[::1]:80",
        "a_b.example",
        "EXAMPLE.org.",
        "xn--bcher-kva.example",
    ],
    "HTTP_COOKIE": ["a=1; b=2", 'a="x\\"y"; b={"c":1}', "__Host-a=b", "a=caf\xc3\xa9"],
    "HTTP_ACCEPT": ["*/*", "text/html, application/json;q=0.9", "application/json"],
    "HTTP_DATE": ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"],
    "HTTP_IF_NONE_MATCH": ['"a", W/"b"', "*"],
    "HTTP_RANGE": ["bytes=0-4", "bytes=-5"],
    "HTTP_AUTHORIZATION": ["Basic YTpi", 'Digest a="b"'],
    "HTTP_CONTENT_LOCATION": ["/a", "http://example.org/a"],
    "HTTP_X_FORWARDED_FOR": ["192.0.2.1, 192.0.2.2"],
    "HTTP_X_FORWARDED_PROTO": ["https"],
    "HTTP_X_FORWARDED_HOST": ["example.org", "example.org, b.example"],
    "HTTP_X_FORWARDED_PORT": ["8443"],
    "HTTP_X_FORWARDED_PREFIX": ["/prefix"],
    "CONTENT_TYPE": [
        *(
            "",
            "application/x-www-form-urlencoded",
            "application/json; charset=utf-8",
            "multipart/form-data; boundary=b",
        ),
        *("text/plain", 'multipart/form-data; boundary="b"'),
    ],
    "wsgi.url_scheme": ["http", "https"],
}
NOISE: Final = [*("\r\n", "\0", "\x7f", "\x85", "\xff", " ", "\t", ",", ";", '"', "\\", "/", ":", "@", "#", "%", "%0")]
ABSURD: Final[list[object]] = [
    *(None, 0, -1, 5, 1.5, True, b"", b"bytes", [], ["GET"], {}, {"a": 1}, (), object(), "", " ", "\ud800", "\u20ac"),
    *(
        "\u0661\u0662",
        "-1",
        "+5",
        "5, 5",
        "0x5",
        "1_0",
        "9" * 18,
        "9" * 19,
        "9" * 5000,
        "abc",
        "chunked",
        "gzip, chunked",
    ),
    *(
        "a" * 70_000,
        "=" * 2000,
        "a=1;" * 1200,
        "a=1&" * 1200,
        "," * 3000,
        "\xff" * 500,
        '"' * 500,
        "\\" * 501,
        ":" * 99,
    ),
    *("[", "[::1", "[]", "a:b:c", "http://a/", "..", "\r\nX: y", "*/*;q=" + "9" * 400, "multipart/form-data"),
]
LENGTHS: Final = ["0", "007", "3", "1000", "", "99999999999999999999", "1e3", " 5", "-0"]
KEYS: Final = [
    *GOOD,
    "CONTENT_LENGTH",
    "HTTP_TRANSFER_ENCODING",
    "wsgi.input_terminated",
    "HTTP_",
    "HTTP_A\r\n",
    "REMOTE_USER",
]

BODY_ACCESSORS: Final[Mapping[str, Callable[[Request[None]], object]]] = {
    "form": lambda request: request.form,
    "files": lambda request: request.files,
    "values": lambda request: request.values,
    "data": lambda request: request.data,
    "get_data": lambda request: request.get_data(as_text=True),
    "get_data, uncached": lambda request: request.get_data(cache=False),
    "json": lambda request: request.json,
    "get_json, forced": lambda request: request.get_json(force=True),
    "get_json, silent": lambda request: request.get_json(silent=True),
    "stream": lambda request: request.stream.read(),
    "buffered": lambda request: request.buffered(),
}
# `environ` of a captured request is the dict it came from: that is no accessor of the head.
NOT_HEAD: Final = frozenset({"environ", "form", "files", "values", "data", "json", "stream"})
# These are decoded, and may be a 414 or a 431, when something in them is asked for: in USES.
DEFERRED: Final = frozenset({"args", "cookies"})
HEAD_ACCESSORS: Final = sorted(
    {name for name in dir(Request) if not name.startswith("_") and not callable(getattr(Request, name))}
    - NOT_HEAD
    - DEFERRED
)
# What is kept is decoded when it is used.
USES: Final[Mapping[str, Callable[[Request[None]], object]]] = {
    "args": lambda request: request.args.to_dict(flat=False),
    "cookies": lambda request: request.cookies.to_dict(flat=False),
    "headers": lambda request: (request.headers.pairs, [*request.headers], str(request.headers)),
    "repr": repr,
    "str(url)": lambda request: str(request.url) + request.url.to_uri() + repr(request.url) + request.url.base_url,
    "url": lambda request: (request.url.segments, request.url.origin, request.url.port, request.url.hostname),
}


class TooMuch:
    """A `wsgi.input` that gives more than it is asked for."""

    def read(self, size: int, /) -> bytes:
        """Too many bytes."""
        return b"x" * (size + 1)


def nearly_valid(random: Random) -> dict[str, object]:
    """An environ as servers make them, with one change in one value perhaps."""
    environ: dict[str, object] = {key: random.choice(values) for key, values in GOOD.items() if random.random() < 0.8}
    body = random.choice(BODIES)
    environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    key = random.choice([*environ])
    value = environ[key]
    if isinstance(value, str):
        at = random.randrange(len(value) + 1)
        kept = at + random.randrange(2)
        environ[key] = value[:at] + random.choice([*NOISE, ""]) + value[kept:]
    if random.random() < 0.2:
        environ["CONTENT_LENGTH"] = random.choice(LENGTHS)
    if random.random() < 0.1:
        del environ["CONTENT_LENGTH"]
        environ |= {"HTTP_TRANSFER_ENCODING": random.choice(["chunked", "Chunked ", "gzip"])}
        environ |= {"wsgi.input_terminated": random.random() < 0.7}
    return environ


def absurd(random: Random) -> dict[str, object]:
    """An environ with keys missing, and values that no server hands over."""
    environ: dict[str, object] = {key: random.choice(values) for key, values in GOOD.items() if random.random() < 0.5}
    if random.random() < 0.7:
        environ["wsgi.input"] = random.choice([BytesIO(random.choice(BODIES)), TooMuch(), None, "text", object()])
    for key in random.sample(KEYS, random.randrange(1, 6)):
        environ[key] = random.choice(ABSURD)
    if random.random() < 0.3:
        environ["CONTENT_LENGTH"] = random.choice(LENGTHS)
    return environ


def environs(make: Callable[[Random], dict[str, object]]) -> list[dict[str, object]]:
    """Half of all, each with an input of its own."""
    random = Random(SEED)
    return [make(random) for _ in range(ENVIRONS // 2)]


def again(environ: dict[str, object]) -> dict[str, object]:
    """The same environ with its input at the start."""
    stream = environ.get("wsgi.input")
    return environ | {"wsgi.input": BytesIO(stream.getvalue())} if isinstance(stream, BytesIO) else environ


HALVES: Final = [pytest.param(nearly_valid, id="nearly-valid"), pytest.param(absurd, id="absurd")]
TRUSTS: Final = [Trust(), Trust(hosts=["example.org"], x_for=1, x_proto=1, x_host=1, x_port=1, x_prefix=1)]


@pytest.mark.parametrize("make", HALVES)
def test_try_parse(make: Callable[[Random], dict[str, object]]) -> None:
    """Parsing gives a request or a ParseError, and changes nothing."""
    for environ in environs(make):
        before = dict(environ)
        for trust in TRUSTS:
            assert isinstance(try_parse(environ, trust=trust), Request | ParseError)
        assert before == environ


TEXTS: Final = ("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_NAME", "HTTP_HOST")


@given(
    st.fixed_dictionaries(
        {}, optional={key: st.sampled_from([*GOOD[key], *ABSURD]) for key in (*TEXTS, "wsgi.url_scheme")}
    )
    | st.fixed_dictionaries({key: st.sampled_from([*GOOD[key], " a", "\xe9"]) for key in (*TEXTS, "wsgi.url_scheme")})
)
def test_plain_environ_is_read_as_any_other(environ: dict[str, object]) -> None:
    """What a plain environ is read as in one step is what all the steps come to, which another trust goes through."""

    plainly, otherwise = try_parse(environ), try_parse(environ, trust=Trust())

    if isinstance(plainly, ParseError) or isinstance(otherwise, ParseError):
        assert (type(plainly), str(plainly)) == (type(otherwise), str(otherwise))
    else:
        assert (plainly.url, plainly.remote_addr) == (otherwise.url, otherwise.remote_addr)


@pytest.mark.parametrize("make", HALVES)
def test_head_never_raises(make: Callable[[Random], dict[str, object]]) -> None:
    """Whatever the head is, reading it raises nothing but a 414 or a 431; each time the same."""
    for environ in environs(make):
        for trust in TRUSTS:
            request = Request(environ, trust=trust)
            for name in HEAD_ACCESSORS:
                assert head_value(attrgetter(name), request) == head_value(attrgetter(name), request)
            for use in USES.values():
                assert head_value(use, request) == head_value(use, Request(dict(environ), trust=trust))


def head_value(read: Callable[[Request[None]], object], request: Request[None]) -> object:
    """What reading gives; the class of a 414 or a 431."""
    try:
        return read(request)
    except (RequestHeaderFieldsTooLarge, RequestURITooLarge) as error:
        return type(error)


@pytest.mark.parametrize("name", BODY_ACCESSORS)
@pytest.mark.parametrize("make", HALVES)
def test_body_raises_http_errors_only(make: Callable[[Random], dict[str, object]], name: str) -> None:
    """Whatever the body is, reading it gives a value or raises an HTTPError; a 500 only for an input that is broken."""
    for environ in environs(make):
        with Request(environ) as request:
            error = body_error(BODY_ACCESSORS[name], request)

        assert error is None or error.code < 500 or isinstance(error, BrokenInput)
        assert error is None or error.code < 500 or not isinstance(environ.get("wsgi.input"), BytesIO)


def body_error(read: Callable[[Request[None]], object], request: Request[None]) -> HTTPError | None:
    """The HTTPError that reading raises, if it does."""
    try:
        read(request)
    except HTTPError as error:
        return error
    return None


@pytest.mark.parametrize("make", HALVES)
def test_buffered_request_can_be_pickled(make: Callable[[Random], dict[str, object]]) -> None:
    """A request whose body can be read comes out of a pickle as it went in, whatever its head is."""
    for environ in environs(make):
        request = Request(environ)
        if body_error(lambda request: request.buffered(), request) is None:
            kept = Request(again(environ)).buffered()
            restored: Request[None] = pickle.loads(pickle.dumps(kept))
            assert kept == restored
            assert hash(kept) == hash(restored)


@pytest.mark.parametrize("make", HALVES)
def test_application_answers(make: Callable[[Random], dict[str, object]]) -> None:
    """An application that reads all of a request answers each, and never with a 5xx unless the input is broken."""

    @application
    def app(request: Request[None]) -> Response:
        seen = [getattr(request, name) for name in HEAD_ACCESSORS]
        if request.is_json:
            return Response(repr((seen, request.json)))
        return Response(repr((seen, request.form, request.files, request.values, request.data)))

    statuses: list[str] = []
    for environ in environs(make):
        for accept in ({}, {"HTTP_ACCEPT": "application/json"}):
            answer = call(app, again(environ) | accept)
            assert not [pair for pair in answer.lines if not "".join(pair).isprintable()]
            statuses.append(answer.status)
            broken = not isinstance(environ.get("wsgi.input"), BytesIO)
            assert statuses[-1] < "500" or (broken and statuses[-1].startswith("500 "))

    assert {status[:1] for status in statuses} >= {"2", "4"}
