"""Streams of events and of JSON lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Final, TypeVar, final

from attrs import field, frozen
from attrs.validators import instance_of, optional

from verglas.backports import override
from verglas.errors.grammar import HeaderValueError
from verglas.headers.arguments import WritableHeaders
from verglas.jsons import STANDARD_JSON
from verglas.response.builder import Response
from verglas.response.closing import ClosingIterator, closers_of
from verglas.syntax.tokens import refuse
from verglas.values import Value
from verglas.wsgi import JSONLike

__all__ = ["ServerSentEvent", "json_lines", "sse"]

T = TypeVar("T")

# The line ends of WHATWG HTML §9.2.5, and no others: str.splitlines() knows seven more, which are data there.
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_NOT_IN_A_LINE: Final = r"[\r\n\x00\ud800-\udfff]"
_SURROGATE: Final = r"[\ud800-\udfff]"
_MILLISECOND: Final = timedelta(milliseconds=1)
# Legal inside a JSON string, and line ends to readers that split by Unicode's.
_UNICODE_LINE_ENDS: Final = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@final
@frozen
class ServerSentEvent(Value):
    """One event of a `text/event-stream` (WHATWG HTML §9.2.6).

    Line ends in the data split it into several `data` lines, which the browser joins with LF; a line end in the name or
    the id would begin another field, and is refused.

    Attributes:
        data: The text of the event; `None`: no event is dispatched; `id` and `retry` still take effect.
        event: The type of the event, for which listeners are registered; `None`: `message`.
        id: The value that the browser sends as Last-Event-ID when it connects again, which `headers[LAST_EVENT_ID]`
            reads; `""` makes it forget the last one.
        retry: How long the browser waits before it connects again, in whole milliseconds.
        comment: A text that is ignored. It keeps proxies from closing the connection while nothing else is sent.

    Raises:
        HeaderValueError: The name or the id holds CR, LF or NUL; a text holds half of a surrogate pair; the time is
            negative or not of whole milliseconds.
        TypeError: A text is not a `str`, or the time not a `timedelta`.

    >>> print(ServerSentEvent("first\\nsecond", event="note", id="7"), end="")
    event: note
    id: 7
    data: first
    data: second
    <BLANKLINE>
    """

    data: str | None = field(default=None, validator=optional(instance_of(str)))
    event: str | None = field(default=None, validator=optional(instance_of(str)))
    id: str | None = field(default=None, validator=optional(instance_of(str)))
    retry: timedelta | None = field(default=None, validator=optional(instance_of(timedelta)))
    comment: str | None = field(default=None, validator=optional(instance_of(str)))

    def __attrs_post_init__(self) -> None:
        _check("event", self.event, _NOT_IN_A_LINE, "CR, LF, NUL or half of a surrogate pair")
        _check("id", self.id, _NOT_IN_A_LINE, "CR, LF, NUL or half of a surrogate pair")
        _check("data", self.data, _SURROGATE, "half of a surrogate pair")
        _check("comment", self.comment, _SURROGATE, "half of a surrogate pair")
        if self.retry is not None and (self.retry < timedelta() or self.retry % _MILLISECOND):
            raise HeaderValueError("event: retry", "expected whole milliseconds from 0", str(self.retry))

    @override
    def __str__(self) -> str:
        lines: list[str] = []
        if self.comment is not None:
            lines += [f": {line}" for line in _LINE_END.split(self.comment)]
        if self.event is not None:
            lines.append(f"event: {self.event}")
        if self.id is not None:
            lines.append(f"id: {self.id}")
        if self.retry is not None:
            lines.append(f"retry: {self.retry // _MILLISECOND}")
        if self.data is not None:
            lines += [f"data: {line}" for line in _LINE_END.split(self.data)]
        return "\n".join([*lines, "", ""]) if lines else "\n"

    def encode(self) -> bytes:
        """The event as it is sent: in UTF-8, the only encoding of event streams."""
        return str(self).encode()


def _check(name: str, text: str | None, refused: str, what: str) -> None:
    if text is not None:
        refuse(refused, text, f"event: {name}", what)


def sse(events: Iterable[ServerSentEvent | str], headers: WritableHeaders | None = None) -> Response:
    """A stream of events for the browser's `EventSource` (WHATWG HTML §9.2).

    It is neither buffered nor cached: `Cache-Control: no-cache`, and `X-Accel-Buffering: no`, by which nginx passes
    events on as they come, are sent unless the headers say otherwise. The worker is busy for as long as the stream
    lasts; a client that is gone is noticed when the next event, or comment, is sent.

    Args:
        events: The events; a text is an event with just that data. The iterable is closed with the response.
        headers: More header fields.

    Raises:
        HeaderValueError: A header is not valid in an HTTP message.
        TypeError: The events are one text or a mapping. An item that is neither an event nor text raises when it is
            its turn.

    >>> b"".join(sse(["hello"]).response)
    b'data: hello\\n\\n'
    """
    response = Response(_each(events, _encode_event), 200, headers, mimetype="text/event-stream")
    response.headers.setdefault("Cache-Control", "no-cache")
    response.headers.setdefault("X-Accel-Buffering", "no")
    return response


def _encode_event(event: object) -> bytes:
    if isinstance(event, str):
        event = ServerSentEvent(event)
    if not isinstance(event, ServerSentEvent):
        raise TypeError(f"an event is a ServerSentEvent or text, not {type(event).__name__}")
    return event.encode()


def json_lines(
    values: Iterable[JSONLike],
    status: int | str = 200,
    headers: WritableHeaders | None = None,
    *,
    mimetype: str = "application/jsonl",
) -> Response:
    """A stream of JSON values, one in each line.

    Args:
        values: The values. The iterable is closed with the response.
        status: A code, or a code with a reason phrase.
        headers: More header fields.
        mimetype: No media type is registered for it. This is the format's own, without the `x-` that RFC 6648
            deprecates; `application/x-ndjson` is the other one in use.

    Raises:
        HeaderValueError: The status or a header is not valid in an HTTP message.
        TypeError: The values are one text or a mapping. An item that JSON cannot express raises, as `json_response`
            does, when it is its turn.

    >>> b"".join(json_lines([{"a": 1}, None]).response)
    b'{"a":1}\\nnull\\n'
    """
    return Response(_each(values, _encode_line), status, headers, mimetype=mimetype)


def _encode_line(value: JSONLike) -> bytes:
    text = STANDARD_JSON.dumps(value)
    return f"{text if text.isascii() else text.translate(_UNICODE_LINE_ENDS)}\n".encode(errors="backslashreplace")


def _each(items: Iterable[T], encode: Callable[[T], bytes]) -> ClosingIterator:
    """The items as they are sent; closing it closes their iterable, even if no item was asked for."""
    given: object = items
    if isinstance(given, str | bytes | Mapping):  # these can be iterated, but not for events: letters and keys come
        raise TypeError("what streams is an iterable of items, neither one text nor a mapping")
    source = iter(items)
    return ClosingIterator(map(encode, source), closers_of(source) if source is items else closers_of(source, items))
