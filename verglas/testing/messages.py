"""Requests and responses as HTTP/1.1 messages, and back (RFC 9112)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Protocol, TypeAlias, TypeVar, final, overload

from attrs import frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.lines import OWS, checked_line, masked
from verglas.headers.mapping import Headers, Pairs
from verglas.request.model import Request
from verglas.response.builder import Response
from verglas.response.frozen import FrozenResponse
from verglas.response.status import EMPTY, status_line
from verglas.syntax.percent import decode_octets
from verglas.syntax.tokens import check_token, parse_digits
from verglas.syntax.uris import path_to_uri, query_to_uri
from verglas.testing.masks import DATES, Mask
from verglas.url import URL
from verglas.values import Value

__all__ = [
    "Answer",
    "Message",
    "MessageError",
    "MessageParts",
    "parse_message",
    "parts_of_request",
    "target_of",
    "to_message",
]

# pytest leaves the functions of this module out of a traceback: it shows the line of the test.
__tracebackhide__: Final = True

R = TypeVar("R", bound=Request[object])


class Answer(Protocol):
    """An answer that gives itself as a value, as that of a `Client` does."""

    @property
    def frozen(self) -> FrozenResponse:
        """The answer as a value."""
        ...


Message: TypeAlias = Request[object] | Response | FrozenResponse | Answer
"""A message that can be written: a request, or a response of any kind."""

CRLF: Final = b"\r\n"
VERSIONS: Final = ("HTTP/1.1", "HTTP/1.0")

_BREAK: Final = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,15})[\t ]*(?:;[\t -~\x80-\xff]*)?")
_NOT_TARGET: Final = re.compile(r"[^!-~]|#")


class MessageError(GrammarError):
    """The bytes are not an HTTP/1.1 message that `parse_message` reads.

    Args:
        problem: What is wrong.
        text: The line, without the values of credentials and cookies.
        position: Where, in bytes from the start of the message.
        line: The line of it, from 1 on.
        column: The byte in that line, from 1 on.

    >>> str(MessageError("expected a colon after the field name", "Hots", 20, 2, 5))
    "HTTP message: expected a colon after the field name at line 2, column 5, got 'Hots'"
    """

    def __init__(self, problem: str, text: str | None, position: int, line: int, column: int) -> None:
        super().__init__("HTTP message", problem, text, position)
        self.args: tuple[object, ...] = (problem, text, position, line, column)
        self.line = line
        self.column = column

    @property
    @override
    def public(self) -> str:
        """The sentence without the offending text."""
        return f"{self.grammar}: {self.problem} at line {self.line}, column {self.column}"


# Writing


@final
@frozen
class MessageParts(Value):
    """The parts of a request that are in its message.

    Attributes:
        method: The method.
        target: The request target, in origin form or `*`.
        fields: The header fields, Host and the length of the body among them.
        body: The body.
    """

    method: str
    target: str
    fields: Pairs
    body: bytes


def to_message(message: Message, *, mask: Mask | None = DATES) -> bytes:
    """Write a request or a response as an HTTP/1.1 message (RFC 9112): the same bytes each time.

    A request has its target in origin form and a Host. The length of a body is said by Content-Length, never by
    Transfer-Encoding: the message is that of the request with its body in memory. A response is as it is sent to any
    method but HEAD; one that is a file is read, and a `Response` is neither frozen nor closed.

    Args:
        message: The request or response, its body in memory; or the answer that a client got.
        mask: The values that are not shown; `None` shows all.

    Raises:
        TypeError: The body streams: `Request.buffered()` or `Response.freeze()` gives one that is in memory.

    >>> from verglas import Request
    >>> print(to_message(Request(method="PUT", url="/notes/1?tag=a", body=b"hi")).decode())
    PUT /notes/1?tag=a HTTP/1.1\r
    Host: localhost\r
    Content-Length: 2\r
    \r
    hi
    """
    if isinstance(message, Request):
        parts = parts_of_request(message, mask)
        return _joined(f"{parts.method} {parts.target} HTTP/1.1", parts.fields, parts.body)
    response = _in_memory(message)
    headers, body = response.headers, response.data
    if mask is not None:
        body = mask.mask_body(headers.get("Content-Type", ""), body)
        headers = FrozenResponse(body, response.status, Headers(mask.mask_fields(headers.pairs))).headers
    return _joined(f"HTTP/1.1 {response.status}", headers.pairs, body)


def _in_memory(response: Response | FrozenResponse | Answer) -> FrozenResponse:
    if isinstance(response, FrozenResponse):
        return response
    if not isinstance(response, Response):
        frozen: object = getattr(response, "frozen", None)  # not all check their types
        if not isinstance(frozen, FrozenResponse):
            given = type(response).__name__
            raise TypeError(
                f"a message is made of a Request, or of a Response, FrozenResponse or TestResponse, not {given}"
            )
        return frozen
    if not (response.is_sequence or response.is_file):
        raise TypeError("the body of the response streams; Response.freeze() gives one that is in memory")
    return FrozenResponse(b"".join(response.iter_encoded()), response.status, response.headers.freeze())


def parts_of_request(request: Request[object], mask: Mask | None) -> MessageParts:
    """Take a request apart for its message.

    Args:
        request: The request, its body in memory.
        mask: The values that are not shown.

    Raises:
        TypeError: The body of the request streams.
    """
    body = request.body.content
    if body is None:
        raise TypeError("the body of the request streams; Request.buffered() gives one that is in memory")
    headers, target = request.headers, target_of(request.url)
    fields = headers.pairs if "Host" in headers else (("Host", request.url.host), *headers.pairs)
    shown = body
    if mask is not None:
        fields, target = mask.mask_fields(fields), mask.mask_target(target)
        shown = mask.mask_body(headers.get("Content-Type", ""), body)
    framed = Headers.unchecked(fields)
    if "Transfer-Encoding" in framed or shown != body or (body and "Content-Length" not in framed):
        framed = framed.without("Transfer-Encoding").with_("Content-Length", str(len(shown)))
    return MessageParts(request.method, target, framed.pairs, shown)


def target_of(url: URL) -> str:
    """The target of a request in origin form, from the root on, or `*` (RFC 9112 §3.2.1, §3.2.4).

    Unlike `URL.target`, it keeps all slashes that stand in front: a server does not take them for those of a host.

    Args:
        url: The URL of the request.
    """
    if url.raw_path == b"*" and not url.root_path:
        return "*"
    path = url.root_path.encode("utf-8", "surrogatepass") + url.raw_path
    if not path.startswith(b"/") or (url.raw_path and not url.raw_path.startswith(b"/")):
        path = url.root_path.encode("utf-8", "surrogatepass") + b"/" + url.raw_path
    return path_to_uri(path) + (f"?{query_to_uri(url.query_string)}" if url.query_string else "")


def _joined(start: str, fields: Pairs, body: bytes) -> bytes:
    lines = [f"{name}: {value}" if value else f"{name}:" for name, value in fields]
    return "\r\n".join([start, *lines, "", ""]).encode("latin-1") + body


# Reading


@overload
def parse_message(data: bytes, *, like: None = None) -> Request[None] | FrozenResponse: ...
@overload
def parse_message(data: bytes, *, like: R) -> R: ...
@overload
def parse_message(data: bytes, *, like: FrozenResponse) -> FrozenResponse: ...
def parse_message(
    data: bytes, *, like: Request[object] | FrozenResponse | None = None
) -> Request[object] | FrozenResponse:
    """Read an HTTP/1.1 message, strictly (RFC 9112): a request, or a response where it starts with `HTTP/`.

    `parse_message(to_message(x, mask=None), like=x) == x`, for a request that has a Host, and a Content-Length where it
    has a body.

    Lines of the head end with CR LF and are not folded. A body is as long as Content-Length says; or it is chunked, as
    captured messages are: it is decoded, and Content-Length stands in place of Transfer-Encoding. A response with
    neither has all that follows as its body. Of a response, fields about the connection are left out, and what
    `FrozenResponse` does not take with its status.

    Args:
        data: The message.
        like: What tells the things that no message carries: of a request, the scheme, where the application is
            mounted, the server, the remote address and user, the state, the limits, and the class; and the URL in its
            spelling where the message has the same target and Host. Also says which of both is expected.

    Raises:
        MessageError: The bytes are not such a message; the error says the line and the column.
        RequestHeaderFieldsTooLarge: A request has more header lines than its limits allow.
        TypeError: The message is not `bytes`, or `like` is neither a request nor a frozen response.

    >>> request = parse_message(b"GET /notes?tag=a HTTP/1.1\\r\\nHost: example.org\\r\\n\\r\\n", like=Request())
    >>> request.url.host, request.args["tag"]
    ('example.org', 'a')
    """
    if not isinstance(data, bytes):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise TypeError(f"a message is bytes, not {type(data).__name__}")
    if not isinstance(like, Request | FrozenResponse | None):  # pyright: ignore[reportUnnecessaryIsInstance]  # as above
        raise TypeError(f"like= is a Request or a FrozenResponse, as response.freeze() is, not {type(like).__name__}")
    message = _Message.split(data)
    is_response = message.start.startswith("HTTP/")
    if like is not None and isinstance(like, FrozenResponse) is not is_response:
        expected = "status line, HTTP/1.1 200 OK" if not is_response else "request line, GET / HTTP/1.1"
        raise message.fault(f"expected a {expected}, as like= is", 0)
    if is_response:
        return _response(message)
    return _request(message, like if isinstance(like, Request) else None)


@final
@frozen
class _Field(Value):
    """A field line: `position` is where it starts, `value_at` where its value does."""

    name: str
    value: str
    position: int
    value_at: int


@final
@frozen
class _Message(Value):
    """A message whose head was taken apart: the start line, the fields, and where the body begins."""

    data: bytes
    start: str
    fields: Sequence[_Field]
    body_at: int

    @staticmethod
    def split(data: bytes) -> _Message:
        end = data.find(b"\r\n\r\n")
        head = data if end < 0 else data[:end]
        wrong = _BREAK.search(head)
        if wrong is not None:
            problem = "a line of the head ends with CR LF; write text.replace('\\n', '\\r\\n').encode()"
            raise _fault(data, problem, wrong.start())
        if end < 0:
            raise _fault(data, "expected an empty line after the head, \\r\\n\\r\\n", len(data))
        start, *lines = head.decode("latin-1").split("\r\n")
        if not start:
            raise _fault(data, "expected a request line, GET / HTTP/1.1, or a status line, HTTP/1.1 200 OK", 0)
        fields: list[_Field] = []
        position = len(start) + 2
        for line in lines:
            fields.append(_field(data, position, line))
            position += len(line) + 2
        return _Message(data, start, fields, end + 4)

    def fault(self, problem: str, position: int, text: str | None = None) -> MessageError:
        return _fault(self.data, problem, position, text)

    def only(self, low: str) -> _Field | None:
        """The field of a name that a message has once."""
        found = [one for one in self.fields if one.name.lower() == low]
        if len(found) > 1:
            raise self.fault(f"a message has one {found[0].name}", found[1].position)
        return found[0] if found else None

    def headers(self, body: bytes) -> Headers:
        """The fields, with a length where there was a transfer coding."""
        headers = Headers.unchecked(tuple([(one.name, one.value) for one in self.fields]))
        if "Transfer-Encoding" not in headers:
            return headers
        return headers.without("Transfer-Encoding").with_("Content-Length", str(len(body)))

    def body(self, *, until_end: bool) -> bytes:
        """The body (RFC 9112 §6.3).

        Args:
            until_end: Whether one without a length is all that follows.
        """
        coding, length = self.only("transfer-encoding"), self.only("content-length")
        if coding is not None:
            if length is not None:
                raise self.fault("Content-Length and Transfer-Encoding exclude each other", length.position)
            if coding.value.lower() != "chunked":
                raise self.fault("the only Transfer-Encoding that is decoded is chunked", coding.value_at)
            return self._chunks()
        rest = self.data[self.body_at :]
        if length is None:
            if rest and not until_end:
                raise self.fault(f"a body needs a field Content-Length: {len(rest)}", self.body_at)
            return rest
        try:
            expected = parse_digits(length.value, grammar="Content-Length")
        except GrammarError as error:
            raise self.fault(f"Content-Length: {error.problem}", length.value_at + (error.position or 0)) from None
        if len(rest) < expected:
            problem = f"the body ends after {len(rest)} bytes; Content-Length says {expected}"
            raise self.fault(problem, len(self.data))
        if len(rest) > expected:
            problem = f"the body has {len(rest)} bytes; Content-Length says {expected}"
            raise self.fault(problem, self.body_at + expected)
        return rest

    def _chunks(self) -> bytes:
        data, position, body = self.data, self.body_at, bytearray()
        while True:
            end = data.find(CRLF, position)
            size = None if end < 0 else _CHUNK.fullmatch(data, position, end)
            if size is None:
                raise self.fault("expected the size of a chunk, in hexadecimal digits, and CR LF", position)
            stop = end + 2 + int(size[1], 16)
            if stop == end + 2:
                break
            if data[stop : stop + 2] != CRLF:
                raise self.fault(f"expected CR LF after {stop - end - 2} bytes of a chunk", min(stop, len(data)))
            body += data[end + 2 : stop]
            position = stop + 2
        if data[stop:] != CRLF:
            raise self.fault("expected CR LF after the last chunk, and nothing else; trailers are not read", stop)
        return bytes(body)


def _fault(data: bytes, problem: str, position: int, text: str | None = None) -> MessageError:
    line = data.count(b"\n", 0, position)
    return MessageError(problem, text, position, line + 1, position - data.rfind(b"\n", 0, position))


def _field(data: bytes, position: int, line: str) -> _Field:
    name, colon, value = line.partition(":")
    if line.startswith((" ", "\t")):
        raise _fault(data, "a folded line: write the value in one line", position)
    if not colon:
        raise _fault(data, "expected a colon after the field name", position + len(line), line)
    value_at = position + len(name) + 1 + len(value) - len(value.lstrip(OWS))
    try:
        name, value = checked_line(name, value.strip(OWS))
    except HeaderValueError as error:
        ((_, shown),) = masked(((name, value),))
        at, text = (position, name) if error.grammar == "field name" else (value_at, f"{name}:{shown}")
        raise _fault(data, f"{error.grammar}: {error.problem}", at + (error.position or 0), text) from None
    return _Field(name, value, position, value_at)


def _response(message: _Message) -> FrozenResponse:
    version, _, status = message.start.partition(" ")
    if version not in VERSIONS:
        raise message.fault("expected HTTP/1.1 or HTTP/1.0", 0, message.start)
    code, _, phrase = status.partition(" ")
    try:
        line = status_line(status if phrase.strip() else code)
    except HeaderValueError as error:
        raise message.fault(f"status: {error.problem}", len(version) + 1, message.start) from None
    if int(line[:3]) in EMPTY:
        if message.data[message.body_at :]:
            raise message.fault(f"a response with the status {line[:3]} has no body", message.body_at)
        body = b""
    else:
        body = message.body(until_end=True)
    return FrozenResponse(body, line, message.headers(body).end_to_end())


def _request(message: _Message, like: Request[object] | None) -> Request[object]:
    parts = message.start.split(" ")
    if len(parts) != 3 or parts[2] not in VERSIONS:
        raise message.fault("expected a request line, such as GET / HTTP/1.1", 0, message.start)
    method, target, _ = parts
    try:
        check_token(method, "method")
    except HeaderValueError as error:
        raise message.fault(f"method: {error.problem}", error.position or 0, message.start) from None
    host = message.only("host")
    if host is None:
        raise message.fault("expected a field Host", message.body_at - 2)
    body = message.body(until_end=False)
    headers = message.headers(body)
    url = _url(message, method, target, host, like)
    if like is None:
        return Request(method=method, url=url, headers=headers, body=body)
    # The fields last: those that go with another URL and another body are replaced.
    return like.replace(method=method, url=url, body=body).replace(headers=headers)


def _url(message: _Message, method: str, target: str, host: _Field, like: Request[object] | None) -> URL:
    if like is not None and target == target_of(like.url) and host.value == like.headers.get("Host", like.url.host):
        return like.url
    target_at = len(method) + 1
    wrong = _NOT_TARGET.search(target)
    if wrong is not None:
        problem = "a fragment is not sent" if wrong[0] == "#" else "expected a percent-encoded target"
        raise message.fault(problem, target_at + wrong.start(), message.start)
    if not target.startswith("/") and not (target == "*" and method == "OPTIONS"):
        raise message.fault("expected a path, such as /notes?tag=a; its host goes into Host", target_at, message.start)
    path, _, query = target.partition("?")
    octets = decode_octets(path.encode("ascii"))
    scheme, root_path = ("http", "") if like is None else (like.url.scheme, like.url.root_path)
    root = root_path.encode("utf-8", "surrogatepass")
    is_below = octets == root or octets.startswith(root + b"/")
    try:
        if not host.value.isascii():
            raise GrammarError("host", "expected ASCII", host.value, 0)
        return URL(
            scheme,
            host.value,
            root_path if is_below else "",
            octets[len(root) :] if is_below else octets,
            query.encode("ascii"),
        )
    except GrammarError as error:
        raise message.fault(f"Host: {error.problem}", host.value_at + (error.position or 0), host.value) from None
