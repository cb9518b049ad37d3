"""Recorded exchanges as values, and the reader of the files that hold them: one line of JSON for each (JSON Lines)."""

from __future__ import annotations

import io
import os
from base64 import b64decode
from collections.abc import Iterable, Iterator
from typing import Final, final

from attrs import evolve, frozen

from verglas.backports import override
from verglas.environs import join_fields
from verglas.errors.grammar import GrammarError
from verglas.headers.mapping import Headers, Pairs
from verglas.jsons import STANDARD_JSON
from verglas.limits import DEFAULT_LIMITS
from verglas.request.model import Request
from verglas.response.frozen import FrozenResponse
from verglas.syntax.jsontext import read_json_text
from verglas.syntax.percent import decode_octets
from verglas.values import Value
from verglas.wsgi import JSONValue

__all__ = [
    "FORMAT",
    "MIB",
    "RecordedAnswer",
    "RecordedExchange",
    "RecordingError",
    "content_type_of",
    "read_recording",
]

MIB: Final = 1024 * 1024

FORMAT: Final = 1
"""The number of the form of a line. Another form has another number."""


def content_type_of(lines: Pairs) -> str:
    """The value of the first Content-Type; empty without one."""
    return next((value for name, value in lines if name.lower() == "content-type"), "")


@final
@frozen
class RecordedAnswer(Value):
    """The answer of a recorded exchange, as the application gave it.

    Attributes:
        status: The status line.
        lines: The header fields, as given.
        body: The body, as far as it was recorded.
        is_whole: Whether that is all of it: otherwise it was longer than `max_body`, or nobody read it to its end.
    """

    status: str
    lines: Pairs
    body: bytes
    is_whole: bool = True

    @property
    def headers(self) -> Headers:
        """The header fields.

        Raises:
            HeaderValueError: A field is not valid in an HTTP message; `lines` has them in any case.
        """
        return Headers(self.lines)

    @property
    def content_type(self) -> str:
        """The value of Content-Type, `""` without one."""
        return content_type_of(self.lines)

    @property
    def response(self) -> FrozenResponse:
        """The answer as a response, whose Content-Length is that of the recorded body.

        Raises:
            HeaderValueError: The status or a field is not valid in an HTTP message.
        """
        return FrozenResponse(self.body, self.status, self.headers)


@final
@frozen
class RecordedExchange(Value):
    """A request and what an application did with it.

    Attributes:
        request: The request with the body that the application has read, and the Content-Length of that.
        is_whole: Whether that is all of the request's body: otherwise it was longer than `max_body`, or was not read.
        answer: The answer; `None` when the application never called `start_response`.
        error: The name of the class of the exception that the application raised; `None` when it raised nothing.
        time: When the application was called, in seconds since 1970.
        seconds: The time from then until the answer was closed.
    """

    request: Request[None]
    answer: RecordedAnswer | None
    is_whole: bool = True
    error: str | None = None
    time: float = 0.0
    seconds: float = 0.0


class RecordingError(ValueError):
    """A recording cannot be read.

    Args:
        path: The file; `the recording` of lines that were in memory.
        line: The number of the line, from 1 on.
        problem: The message, a clause.

    Attributes:
        path: The file.
        line: The number of the line, from 1 on.
        problem: The message, a clause.
    """

    def __init__(self, path: str, line: int, problem: str) -> None:
        super().__init__(path, line, problem)
        self.path: str = path
        self.line: int = line
        self.problem: str = problem

    @override
    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.problem}"


def read_recording(
    recording: str | os.PathLike[str] | Iterable[bytes], *, max_line: int = 64 * MIB
) -> Iterator[RecordedExchange]:
    """Read the exchanges that `record` wrote, one after the other: a file is open until the last, or `close()`.

    Args:
        recording: The path of a file, or the lines themselves.
        max_line: The most bytes of a line: so many are held in memory.

    Raises:
        OSError: The file cannot be opened or read.
        RecordingError: A line is not a recorded exchange, or too long.

    >>> from verglas import Response
    >>> from verglas.testing import call, record
    >>> lines: list[bytes] = []
    >>> _ = call(record(lines.append)(Response("hi")), Request(url="/greeting?to=Ada"))
    >>> [(one.request.args["to"], one.answer.body) for one in read_recording(lines)]
    [('Ada', b'hi')]
    """
    if not isinstance(recording, str | os.PathLike):
        yield from _exchanges("the recording", recording, max_line)
        return
    name = os.fspath(recording)
    with open(name, "rb") as file:
        yield from _exchanges(name, iter(lambda: file.readline(max_line + 1), b""), max_line)


def _exchanges(name: str, lines: Iterable[bytes], max_line: int) -> Iterator[RecordedExchange]:
    for number, line in enumerate(lines, 1):
        if len(line) > max_line:
            raise RecordingError(name, number, f"the line has more than {max_line} bytes; max_line= allows more")
        try:
            yield _exchange_of(_parsed(line))
        except _Misfit as misfit:
            raise RecordingError(name, number, str(misfit)) from None


class _Misfit(ValueError):
    """A line that is not an exchange. The message says what is wrong."""


def _parsed(line: bytes) -> _Node:
    limits = DEFAULT_LIMITS
    if not line.strip():
        raise _Misfit("the line is empty")
    try:
        # A body has no values, so few are enough; a depth that nothing has is refused.
        text = read_json_text(line.removesuffix(b"\n"), limits.max_json_values, limits.max_json_depth)
        return _Node(STANDARD_JSON.loads(text), "the line")
    except GrammarError as error:
        raise _Misfit(f"the line is not JSON: {error.problem}") from None
    except ValueError as error:
        cut = "" if line.endswith(b"\n") else " (it has no end: its writer was stopped, perhaps)"
        raise _Misfit(f"the line is not JSON: {error}{cut}") from None


@frozen
class _Node:
    """A JSON value, and how it is called in messages."""

    value: JSONValue
    name: str

    def refused(self, expected: str) -> _Misfit:
        """The error that says what was expected."""
        kinds: dict[type, str] = {
            dict: "an object",
            list: "an array",
            str: "a text",
            bool: "true or false",
            type(None): "null",
        }
        return _Misfit(f"{self.name} is {kinds.get(type(self.value), 'a number')}, not {expected}")

    def fields(self, *names: str) -> dict[str, _Node]:
        """The members of an object that has these."""
        if not isinstance(self.value, dict):
            raise self.refused("an object")
        if missing := [name for name in names if name not in self.value]:
            raise _Misfit(f"{self.name} has no {missing[0]!r}")
        if unknown := [name for name in self.value if name not in names]:
            raise _Misfit(f"{self.name} has {unknown[0]!r}, which is not known")
        return {name: _Node(value, repr(name)) for name, value in self.value.items()}

    def text(self) -> str:
        """A text."""
        if not isinstance(self.value, str):
            raise self.refused("a text")
        return self.value

    def optional_text(self) -> str | None:
        """A text or nothing."""
        return None if self.value is None else self.text()

    def flag(self) -> bool:
        """A truth value."""
        if not isinstance(self.value, bool):
            raise self.refused("true or false")
        return self.value

    def number(self) -> float:
        """A number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.refused("a number")
        try:
            return float(self.value)
        except OverflowError:
            raise _Misfit(f"{self.name} is a number that is too large") from None

    def lines(self) -> Pairs:
        """Header lines."""
        pairs: list[tuple[str, str]] = []
        for item in self.value if isinstance(self.value, list) else [None]:
            match item:
                case [str(name), str(value)]:
                    pairs.append((name, value))
                case _:
                    raise self.refused("an array of pairs, each a name and a value")
        return tuple(pairs)

    def server(self) -> tuple[str, int | None] | None:
        """Name and port of a server."""
        match self.value:
            case None:
                return None
            case [str(name), int(port)] if 0 <= port <= 99999 and not isinstance(port, bool):
                return name, port
            case [str(name), None]:
                return name, None
            case _:
                raise self.refused("null, or an array of a name and a port")

    def body(self) -> bytes:
        """A body."""
        match self.value:
            case str(text):
                return text.encode()
            case {"base64": str(text), **more} if not more:
                try:
                    return b64decode(text, validate=True)
                except ValueError:
                    raise _Misfit(f"{self.name} is not valid base64") from None
            case _:
                raise self.refused('a text, or an object such as {"base64": "aGk="}')


def _exchange_of(line: _Node) -> RecordedExchange:
    whole = line.fields("format", "request", "answer", "error", "time", "seconds")
    if whole["format"].number() != FORMAT:
        raise _Misfit(f"the format is {whole['format'].value}; this version of verglas reads format {FORMAT}")
    names = ("method", "scheme", "root_path", "path", "query", "server", "remote_addr", "remote_user")
    request = whole["request"].fields(*names, "headers", "body", "whole")
    answer: RecordedAnswer | None = None
    if whole["answer"].value is not None:
        parts = whole["answer"].fields("status", "headers", "body", "whole")
        answer = RecordedAnswer(
            parts["status"].text(), parts["headers"].lines(), parts["body"].body(), parts["whole"].flag()
        )
    return RecordedExchange(
        _request_of(request),
        answer,
        request["whole"].flag(),
        whole["error"].optional_text(),
        whole["time"].number(),
        whole["seconds"].number(),
    )


def _request_of(parts: dict[str, _Node]) -> Request[None]:
    body, server = parts["body"].body(), parts["server"].server()
    environ: dict[str, object] = {
        "REQUEST_METHOD": parts["method"].text(),
        "wsgi.url_scheme": parts["scheme"].text(),
        "SCRIPT_NAME": decode_octets(parts["root_path"].text().encode()).decode("latin-1"),
        "PATH_INFO": decode_octets(parts["path"].text().encode()).decode("latin-1"),
        "QUERY_STRING": parts["query"].text(),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(body),
    }
    if server is not None:
        name, port = server
        environ |= {"SERVER_NAME": name, "SERVER_PORT": "" if port is None else str(port)}
    for key, part in (("REMOTE_ADDR", "remote_addr"), ("REMOTE_USER", "remote_user")):
        if (text := parts[part].optional_text()) is not None:
            environ[key] = text
    fields = join_fields(parts["headers"].lines(), strict=False)
    # The body is in memory, and ends where it was recorded to.
    fields.pop("HTTP_TRANSFER_ENCODING", None)
    if body or "CONTENT_LENGTH" in fields:
        fields["CONTENT_LENGTH"] = str(len(body))
    limits = DEFAULT_LIMITS
    if len(body) > limits.max_body_memory:
        limits = evolve(limits, max_body_memory=len(body))
    return Request(environ | fields, limits=limits).buffered()
