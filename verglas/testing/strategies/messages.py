"""Strategies for requests and responses of every kind, and for environs, also those that no server should make."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias, final

from hypothesis import strategies as st

from verglas.backports import override
from verglas.headers.mapping import Headers
from verglas.request.model import Request
from verglas.response.builder import Response
from verglas.response.frozen import FrozenResponse
from verglas.testing.strategies.texts import field_values, json_values, pairs, texts, tokens
from verglas.testing.strategies.values import headers, urls
from verglas.uploads import Upload

__all__ = ["BodyKind", "environs", "frozen_responses", "hostile_environs", "requests", "responses"]

BodyKind: TypeAlias = Literal["none", "bytes", "json", "form", "upload"]
"""The kinds of bodies of a request: none, any bytes, JSON, an urlencoded form, a form with files."""

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
BODIES: Final[tuple[BodyKind, ...]] = ("none", "bytes", "json", "form", "upload")
STATUSES: Final = (200, 201, 204, 205, 304, 404)


@st.composite
def _requests(draw: st.DrawFn, methods: Sequence[str], bodies: Sequence[BodyKind]) -> Request[None]:
    """Draw a request."""
    kind = draw(st.sampled_from(bodies))
    method, url = draw(st.sampled_from(methods)), draw(urls())
    tag, cookie = draw(st.just("") | field_values()), draw(st.just("") | st.builds("{}={}".format, tokens(), tokens()))
    fields = {name: value for name, value in (("X-Tag", tag), ("Cookie", cookie)) if value}
    if kind == "none":
        return Request(method=method, url=url, headers=fields)
    if kind == "bytes":
        return Request(method=method, url=url, headers=fields, body=draw(st.binary(min_size=1, max_size=40)))
    return _with_content(draw, kind, Request(method=method, url=url, headers=fields))


def _with_content(draw: st.DrawFn, kind: BodyKind, request: Request[None]) -> Request[None]:
    """The request with a body that has a type."""
    if kind == "json":  # not by `json=`, which takes `None` for absent
        fields = request.headers.with_("Content-Type", "application/json")
        return request.replace(body=json.dumps(draw(json_values())), headers=fields)
    names: dict[str, list[str]] = {}
    for name, value in draw(pairs()):
        names.setdefault(name.replace("\0", ""), []).append(value)  # which no part of a form with files has
    uploads = draw(st.lists(_sent_files(), min_size=1, max_size=2)) if kind == "upload" else []
    made = Request.from_values(method="POST", data=names, files={one.name: one for one in uploads})
    content_type = made.content_type
    fields = request.headers.with_("Content-Type", content_type) if content_type else request.headers
    return request.replace(body=made.get_data(), headers=fields)


def _sent_files() -> st.SearchStrategy[Upload]:
    names = st.from_regex(r"[a-z]{1,8}(\.[a-z]{3})?", fullmatch=True)
    return st.builds(Upload, st.sampled_from(["file", "photo"]), names, st.binary(max_size=20))


def requests(
    *, methods: Sequence[str] = METHODS, bodies: Sequence[BodyKind] = BODIES
) -> st.SearchStrategy[Request[None]]:
    """A request, such as `Request(method="POST", url="http://example.org/a", headers={"X-Tag": "1"}, body=b"hi")`.

    Args:
        methods: The methods, the plainest first.
        bodies: The kinds of bodies.

    >>> from hypothesis import find
    >>> print(find(requests(), lambda request: True).url)
    http://localhost/
    >>> find(requests(bodies=["json"]), lambda request: True).data
    b'null'
    """
    return _requests(methods, bodies)


def environs() -> st.SearchStrategy[dict[str, object]]:
    """The environ of a request, such as `{"REQUEST_METHOD": "GET", "PATH_INFO": "/", ...}`, as a server makes it."""
    return requests().map(_environ)


def _environ(request: Request[None]) -> dict[str, object]:
    return dict(request.environ)


@final
class _FailingInput(io.RawIOBase):
    """An input that fails, or gives what no stream gives."""

    def __init__(self, given: object) -> None:
        super().__init__()
        self._given = given

    @override
    def read(self, size: int = -1, /) -> bytes:
        del size
        if isinstance(self._given, Exception):
            raise self._given
        return self._given  # type: ignore[return-value]  # pyright: ignore[reportReturnType]  # on purpose


_LENGTHS: Final = (
    "-1",
    "0",
    "1",
    "99999999999999999999",
    "1e3",
    "",
    " 5 ",
    "+1",
    "\u0663",
    "0x10",
    "1, 1",
    "1_0",
    "00",
)
_WRONG: Final = (None, 7, b"bytes", ["a list"], True, 10**40)
_ODD_TEXTS: Final = (
    "", "\r\nX-A: 1", "\0", "\ud800", "\u20ac", "\xff", "\x7f", "a" * 5000, "//", "%", "*", " ", "javascript", "[::1",
    "a b", "HTTP/9", "-", "..", "/../..", "\\", "example.org:99999", "user@example.org", "\xc3\xa9",
)  # fmt: skip
_KEYS: Final = (
    "REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH", "SERVER_NAME",
    "SERVER_PORT", "SERVER_PROTOCOL", "REMOTE_ADDR", "REMOTE_USER", "HTTP_HOST", "HTTP_COOKIE", "HTTP_ACCEPT",
    "HTTP_TRANSFER_ENCODING", "HTTP_X_FORWARDED_FOR", "HTTP_", "HTTP_X__A", "HTTP_X-A", "HTTP_\xe9", "wsgi.url_scheme",
    "wsgi.input", "wsgi.errors", "wsgi.version", "wsgi.multithread", "wsgi.input_terminated", "REQUEST_URI", "RAW_URI",
)  # fmt: skip


@st.composite
def _hostile_environs(draw: st.DrawFn) -> dict[str, object]:
    """Draw an environ, and damage it."""
    environ = draw(environs())
    for damage in draw(
        st.lists(st.sampled_from(["text", "missing", "type", "length", "input"]), min_size=1, max_size=3)
    ):
        if damage == "length":
            environ["CONTENT_LENGTH"] = draw(st.sampled_from(_LENGTHS))
        elif damage == "input":
            given: list[object] = [OSError("the input fails"), ValueError("closed"), "a text", None, b"a" * 100]
            environ["wsgi.input"] = _FailingInput(draw(st.sampled_from(given)))
        else:
            key = draw(st.sampled_from(_KEYS))
            if damage == "missing":
                environ.pop(key, None)
            else:
                environ[key] = draw(st.sampled_from(_ODD_TEXTS if damage == "text" else _WRONG))
    return environ


def hostile_environs() -> st.SearchStrategy[dict[str, object]]:
    """An environ that no server should make, such as `{"CONTENT_LENGTH": "-1", "PATH_INFO": None, ...}`.

    Keys are missing or of a wrong type, texts have control characters and halves of surrogate pairs, numbers are giant,
    lengths lie, and the input fails or gives what it was not asked for.
    """
    return _hostile_environs()


def responses() -> st.SearchStrategy[Response]:
    """A response that is being built, such as `Response("hi", 201, {"X-Tag": "1"})`: of text, bytes or pieces."""
    pieces = st.lists(st.binary(max_size=20), max_size=3).map(iter)
    return st.builds(Response, texts() | st.binary(max_size=40) | pieces, st.sampled_from(STATUSES), _sent_headers())


def frozen_responses() -> st.SearchStrategy[FrozenResponse]:
    """A response that does not change, such as `FrozenResponse(b"hi", 200, {"X-Tag": "1"})`."""
    return st.builds(FrozenResponse, st.binary(max_size=40), st.sampled_from(STATUSES), _sent_headers())


def _sent_headers() -> st.SearchStrategy[Headers]:
    return headers().map(lambda fields: fields.end_to_end())  # any token may be a name, and `TE` is one
