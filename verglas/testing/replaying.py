"""`replay`: recorded requests sent again, and how the answers differ from those that were recorded."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from itertools import islice, zip_longest
from typing import Final, TypeAlias, cast, final

from attrs import evolve, frozen

from verglas.backports import override
from verglas.handlers import Handler, application
from verglas.headers.mapping import Pairs
from verglas.jsons import STANDARD_JSON
from verglas.limits import DEFAULT_LIMITS
from verglas.request.model import Request
from verglas.serving import is_application
from verglas.syntax.jsontext import pointer, read_json_text
from verglas.syntax.mediatypes import essence_of, is_json
from verglas.testing.bodymasks import MASKED
from verglas.testing.calls import WSGICall
from verglas.testing.exchanges import RecordedAnswer, RecordedExchange, read_recording
from verglas.testing.masks import Mask
from verglas.values import Value
from verglas.wsgi import JSONValue, WSGIApplication

__all__ = ["Difference", "replay"]

IGNORED: Final = frozenset({"age", "date", "expires", "last-modified", "server", "server-timing"})
"""The fields that differ from one day or server to the next."""

SHOWN: Final = 200  # characters of a value in a message
MOST: Final = 100  # differences of one body of JSON: each has the names on its way


@final
class _Nothing:
    """The place of a value that is not there."""


NOTHING: Final = _Nothing()
_Found: TypeAlias = JSONValue | _Nothing
_Place: TypeAlias = tuple[str, str | None, str | None]
"""A difference: where, what was recorded, and what is there now."""


@final
@frozen
class Difference(Value):
    """A difference between the answer to a replayed request and the recorded one. `str()` shows it for a report.

    Attributes:
        number: The number of the exchange, from 1 on.
        exchange: What was recorded.
        place: The place in the answer: `status`, `error` for the class of an exception, the name of a field, `body`,
            or a JSON pointer into the body, such as `/items/0/price`.
        recorded: The value there: of JSON, its text; of a body that is not text, its escaped bytes. `None` where there
            was nothing.
        replayed: The value that is there now.
    """

    number: int
    exchange: RecordedExchange
    place: str
    recorded: str | None
    replayed: str | None

    @override
    def __str__(self) -> str:
        request = self.exchange.request
        where = f"{self.number} {request.method} {request.target}: {self.place}"
        lines = [where, f"    recorded: {_short(self.recorded)}", f"    replayed: {_short(self.replayed)}"]
        if self.place in ("status", "error") and (masked := _masked_places(request)):
            lines.append(f"    the recorded request has {MASKED} in {', '.join(masked)}")
        return "\n".join(lines)

    @override
    def __repr__(self) -> str:
        """The text, since a test shows it when it compares differences with `()`."""
        return f"<Difference {self}>"


def _masked_places(request: Request[None]) -> list[str]:
    """The places of a recorded request in which something was hidden."""
    places = [name for name, value in request.headers.pairs if MASKED in value]
    if MASKED in request.target:
        places.append("its query")
    if MASKED.encode() in (request.body.content or b""):
        places.append("its body")
    return list(dict.fromkeys(places))


def _short(text: str | None) -> str:
    if text is None:
        return "(nothing)"
    shown = text if text.isprintable() else repr(text)  # what was recorded does not drive a terminal
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}... ({len(text)} characters)"


def replay(
    exchanges: Iterable[RecordedExchange] | str | os.PathLike[str],
    target: WSGIApplication | Handler[None],
    *,
    ignore: Collection[str] = (),
    mask: Mask | None = None,
) -> tuple[Difference, ...]:
    """Send recorded requests again, in their order, and compare the answers with those that were recorded.

    Status, header fields and body are compared; two bodies of JSON are compared as values. Not compared are the fields
    that differ from one day or server to the next: Age, Date, Expires, Last-Modified, Server, Server-Timing; nor is
    Content-Length, where the bodies differ. Of a body that was not recorded to its end, the beginning is compared.

    A request that was recorded with a mask lacks its secrets, so it is replayed where these do not matter: against a
    handler without its authentication, for one.

    Args:
        exchanges: The exchanges, such as those of `read_recording(lines)`; or the path of a file that `record` wrote.
        target: A handler, or any WSGI application.
        ignore: What else is not compared: names of fields, and JSON pointers, which begin with `/` and stand for
            everything below (`/items/0/id`).
        mask: What is not compared: the mask that the exchanges were recorded with, or what varies, such as `SECRETS` of
            pages with a token against forgery.

    Raises:
        OSError: The file cannot be opened or read.
        RecordingError: A line of the file is not a recorded exchange.
        TypeError: `ignore` is one text, or the target is neither a handler nor an application.

    >>> from verglas import json_response
    >>> from verglas.testing import RecordedAnswer
    >>> answer = RecordedAnswer("200 OK", (("Content-Type", "application/json"),), b'{"price": 42}')
    >>> recorded = RecordedExchange(Request(url="/price"), answer)
    >>> for difference in replay([recorded], lambda request: json_response({"price": 45})):
    ...     print(difference)
    1 GET /price: /price
        recorded: 42
        replayed: 45
    """
    if isinstance(ignore, str):
        raise TypeError(f"ignore= of replay() takes several names, such as [{ignore!r}], not one text")
    # It is one of the two, as was just found out.
    app = cast("WSGIApplication", target) if is_application(target) else application(cast("Handler[None]", target))
    recorded = read_recording(exchanges) if isinstance(exchanges, str | os.PathLike) else exchanges
    comparison = _Comparison(
        IGNORED | {name.lower() for name in ignore if not name.startswith("/")},
        tuple([place for place in ignore if place.startswith("/")]),
        mask,
    )
    return tuple(
        [
            Difference(number, exchange, place, before, now)
            for number, exchange in enumerate(recorded, 1)
            for place, before, now in comparison.differences(exchange, *_answer_of(app, exchange.request))
        ]
    )


def _answer_of(app: WSGIApplication, request: Request[None]) -> tuple[RecordedAnswer | None, str | None]:
    """The answer of a request, and the name of the exception's class that was raised."""
    made, error = WSGICall(), None
    try:
        made.run(app, dict(request.environ))
    except Exception as failure:  # noqa: BLE001  # which one is part of what is compared
        error = type(failure).__name__
    if not made.starts:
        return None, error
    start = made.starts[-1]
    return RecordedAnswer(start.status, start.lines, made.body), error


def _masked(answer: RecordedAnswer, mask: Mask) -> RecordedAnswer:
    return evolve(answer, lines=mask.mask_fields(answer.lines), body=mask.mask_body(answer.content_type, answer.body))


@frozen
class _Comparison:
    """How answers are compared.

    Args:
        fields: The fields that are not, in lower case.
        pointers: The places of JSON bodies that are not.
        mask: Hides what was not recorded.
    """

    fields: frozenset[str]
    pointers: tuple[str, ...]
    mask: Mask | None

    def differences(
        self, exchange: RecordedExchange, answer: RecordedAnswer | None, error: str | None
    ) -> Iterator[_Place]:
        """The differences, each as its place, what was recorded, and what is there now."""
        if exchange.error != error:
            yield "error", exchange.error, error
        before = exchange.answer
        if before is None or answer is None:
            if before is not answer:
                yield "status", before and before.status, answer and answer.status
            return
        if before.status != answer.status:
            yield "status", before.status, answer.status
        now = answer
        if self.mask is not None:
            before, now = _masked(before, self.mask), _masked(now, self.mask)
        # Different bodies are reported; their lengths need not be, nor those of what is hidden.
        is_other = before.body != now.body or now.body != answer.body
        ignored = self.fields | ({"content-length"} if is_other else frozenset[str]())
        yield from self._of_fields(before.lines, now.lines, ignored)
        yield from islice(self._of_bodies(before, now), MOST)

    @staticmethod
    def _of_fields(before: Pairs, now: Pairs, ignored: frozenset[str]) -> Iterator[_Place]:
        names: dict[str, str] = {}
        values: tuple[dict[str, list[str]], dict[str, list[str]]] = {}, {}
        for lines, found in zip((before, now), values, strict=True):
            for name, value in lines:
                low = name.lower()
                names.setdefault(low, name)
                found.setdefault(low, []).append(value)
        for low, name in names.items():
            if low not in ignored:
                for old, new in zip_longest(values[0].get(low, ()), values[1].get(low, ())):
                    if old != new:
                        yield name, old, new

    def _of_bodies(self, before: RecordedAnswer, now: RecordedAnswer) -> Iterator[_Place]:
        old, new = before.body, now.body if before.is_whole else now.body[: len(before.body)]
        if old == new:
            return
        try:
            values = _json_of(before), _json_of(now)
        except ValueError:  # one of them is not JSON
            yield "body", _text(old), _text(new)
        else:
            yield from self._of_values(*values)

    def _of_values(self, before: _Found, now: _Found, tokens: tuple[str | int, ...] = ()) -> Iterator[_Place]:
        if self.pointers and pointer(*tokens) in self.pointers:
            return
        if isinstance(before, dict) and isinstance(now, dict):
            for name in before | now:
                yield from self._of_values(before.get(name, NOTHING), now.get(name, NOTHING), (*tokens, name))
        elif isinstance(before, list) and isinstance(now, list):
            for index, (old, new) in enumerate(zip_longest(before, now, fillvalue=NOTHING)):
                yield from self._of_values(old, new, (*tokens, index))
        elif before != now or isinstance(before, bool) != isinstance(now, bool):  # 1 is 1.0, but is not true
            yield pointer(*tokens) or "body", _json_text(before), _json_text(now)


def _json_text(value: _Found) -> str | None:
    return None if isinstance(value, _Nothing) else STANDARD_JSON.dumps(value)


def _json_of(answer: RecordedAnswer) -> JSONValue:
    """The value of a whole body of JSON.

    Raises:
        ValueError: The body is not whole, or is not JSON.
    """
    if not (answer.is_whole and is_json(essence_of(answer.content_type))):
        raise ValueError("not JSON")
    limits = DEFAULT_LIMITS
    return STANDARD_JSON.loads(read_json_text(answer.body, limits.max_json_values, limits.max_json_depth))


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("ascii", "backslashreplace")
