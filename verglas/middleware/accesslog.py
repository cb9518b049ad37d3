"""`access_log`: a log record of every answer."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from datetime import timedelta
from functools import partial
from logging import INFO, Logger
from typing import Final, TypedDict, final

from attrs import frozen

from verglas.answering import Answer, Finish
from verglas.backports import override
from verglas.capture import RequestHead
from verglas.headers.servertiming import SERVER_TIMING, ServerTiming
from verglas.middleware.logtexts import as_logger, shown, without_query, write_record
from verglas.response.builder import Response
from verglas.response.changes import lenient
from verglas.response.closing import closers_of
from verglas.response.filebodies import blocks, is_file
from verglas.response.status import EMPTY
from verglas.syntax.tokens import check_token

__all__ = ["access_log"]

LINE: Final = '"%(method)s %(target)s" %(status)d %(length)s'
MILLISECOND: Final = timedelta(milliseconds=1)


class Fields(TypedDict):
    """The values of a record, all but whether a stream was aborted."""

    method: str
    target: str
    remote_addr: str | None
    status: int
    length: int | None
    duration: float | None
    request_id: str | None


def access_log(
    *,
    logger: Logger | str = "verglas.access",
    format: str = LINE,
    query: bool = False,
    id_header: str = "X-Request-ID",
) -> Finish:
    """A function for `application(..., finish=)` that logs each answer, at the level INFO. It stands last among these.

    The answer is passed through as it is. One in memory, or of a file by its path, is logged before it is sent, with
    its length. One that streams is logged when it is closed, with the bytes that were sent; it counts as aborted when
    it was closed before its end, which a client does that goes away. A body that is passed through to the server
    (`direct_passthrough`) is logged before it is sent, with its Content-Length if it has one.

    Each record has as attributes, and the text of `format` may name: `method` and `target`, percent-encoded and cut
    where they are long; `remote_addr`, the address of the client, as the server or a trusted proxy states it; `status`;
    `length`, in bytes; `duration`, in milliseconds up to `finish`, where the answer has it in Server-Timing as the
    metric `app`, which `request_id(timing=True)` adds; and `request_id`. In the text, `-` stands for what is not known,
    and the duration has one decimal. The attribute `aborted` says whether a stream was; the text then ends with
    `aborted`.

    Args:
        logger: The logger, or its name.
        format: The text of a record, with `%(method)s` and so on.
        query: Whether the target is shown with its query, which may hold secrets.
        id_header: The field of the answer that has the id of the request.

    Raises:
        ValueError: The format names something else, or is not a format.
        HeaderValueError: `id_header` is not the name of a field.
        TypeError: The logger is neither a logger nor a name.

    >>> import logging, sys
    >>> logger = logging.Logger("shop.access")
    >>> logger.addHandler(logging.StreamHandler(sys.stdout))
    >>> from verglas import application, text
    >>> app = application(lambda request: text("hi"), finish=access_log(logger=logger))
    >>> app({"PATH_INFO": "/notes", "QUERY_STRING": "key=s3cret"}, lambda status, headers: None)
    "GET /notes" 200 2
    [b'hi']
    """
    check_token(id_header, "field name")
    try:
        _ = format % SAMPLE
    except (KeyError, TypeError, ValueError) as error:
        names = ", ".join(SAMPLE)
        raise ValueError(f"format= of access_log() is a text with %(name)s in it, of {names}: {error!r}") from None
    return _AccessLog(as_logger(logger, "access_log()"), format, query, id_header)


def _texts(fields: Fields) -> dict[str, object]:
    """The fields as the text of a record shows them."""
    length, duration, own_id, address = (
        fields["length"],
        fields["duration"],
        fields["request_id"],
        fields["remote_addr"],
    )
    return {
        **fields,
        "remote_addr": address or "-",  # empty at a Unix socket
        "length": "-" if length is None else length,
        "duration": "-" if duration is None else f"{duration:.1f}",
        "request_id": "-" if own_id is None else own_id,
    }


SAMPLE: Final = _texts(
    Fields(method="GET", target="/", remote_addr=None, status=200, length=0, duration=None, request_id=None)
)


@final
@frozen
class _AccessLog:
    """The function that `access_log` gives."""

    logger: Logger
    format: str
    query: bool
    id_header: str

    def __call__(self, head: RequestHead, answer: Answer) -> Answer:
        if not self.logger.isEnabledFor(INFO):
            return answer
        target = head.target if self.query else without_query(head.target)
        own_id = answer.headers.get(self.id_header)
        length = _length(head, answer)
        fields = Fields(
            method=shown(head.method),
            target=shown(target),
            remote_addr=None if head.remote_addr is None else shown(head.remote_addr),
            status=answer.status_code,
            length=length,
            duration=_duration(answer),
            request_id=None if own_id is None else shown(own_id),
        )
        if length is not None or not isinstance(answer, Response) or answer.direct_passthrough:
            self._write(fields)
        elif not isinstance(answer.response, _Counted):  # else it was sent already, and cannot be sent again
            counted = _Counted(answer.response)
            _replace_stream(answer, counted)
            answer.call_on_close(partial(self._write_counted, fields, counted))
        return answer

    def _write_counted(self, fields: Fields, counted: _Counted) -> None:
        self._write({**fields, "length": counted.length}, aborted=not counted.has_ended)

    def _write(self, fields: Fields, *, aborted: bool = False) -> None:
        line = f"{self.format} aborted" if aborted else self.format
        write_record(self.logger, INFO, line, _texts(fields), extra={**fields, "aborted": aborted})


def _length(head: RequestHead, answer: Answer) -> int | None:
    """The number of bytes that are sent; `None` of a stream, unless it is passed through and has a Content-Length."""
    if head.method == "HEAD" or answer.status_code in EMPTY:
        return 0
    if not isinstance(answer, Response):
        return len(answer.body) if isinstance(answer.body, bytes) else answer.body.length
    return answer.content_length if answer.direct_passthrough else answer.calculate_content_length()


def _duration(answer: Answer) -> float | None:
    if "Server-Timing" not in answer.headers:
        return None
    metrics = lenient(answer.headers, SERVER_TIMING, ServerTiming())
    return next((one.duration / MILLISECOND for one in metrics if one.name == "app" and one.duration is not None), None)


def _replace_stream(answer: Response, counted: _Counted) -> None:
    stated = answer.headers.get("Content-Length")
    answer.response = counted  # which closes the old one with the response, and forgets the length
    if stated is not None:
        answer.headers["Content-Length"] = stated


@final
class _Counted(Iterator[str | bytes]):
    """The pieces of a stream, as they are; it counts what the server has taken.

    Args:
        source: The stream, which is closed by its response.

    Attributes:
        length: The number of bytes so far.
        has_ended: Whether all of it was taken.
    """

    def __init__(self, source: Iterable[str | bytes]) -> None:
        self.length = 0
        self.has_ended = False
        self._pieces = self._counted(source)

    @override
    def __next__(self) -> str | bytes:
        return next(self._pieces)

    def close(self) -> None:
        """End what iterates over the stream."""
        self._pieces.close()

    def _counted(self, source: Iterable[str | bytes]) -> Generator[str | bytes, None, None]:
        pieces = blocks(source) if is_file(source) else iter(source)
        try:
            for piece in pieces:
                self.length += len(piece.encode()) if isinstance(piece, str) else len(piece)
                yield piece
            self.has_ended = True
        finally:
            if pieces is not source:  # such as a generator that an iterable has made for this one time
                for close in closers_of(pieces):
                    close()
