"""One request, served as PEP 3333 says; and requests, bodies and callbacks that note in a log when they are closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import BinaryIO, Final, cast

from attrs import define, field, frozen

from tests.kit import OpensSinks, environ_of
from verglas import Request, Response, ResponseLike
from verglas.testing import WSGICall

__all__ = [
    "LOG",
    "Content",
    "FailingRequest",
    "Log",
    "OnDisk",
    "Seen",
    "Watched",
    "exchange",
    "leaves",
    "noting",
    "streaming",
    "with_callback",
]


@define
class Log:
    """What was closed, in order, by name."""

    closed: list[str] = field(factory=list[str])


LOG: Final = Log()


class Watched(Request):
    """A request that notes its closing."""

    def close(self) -> None:
        """Note it."""
        LOG.closed.append("request")
        super().close()


class OnDisk(OpensSinks, Watched):
    """One whose uploads all go to disk."""

    def sink(self) -> BinaryIO:
        return TemporaryFile()


class FailingRequest(Watched):
    """One whose closing fails."""

    def close(self) -> None:
        """Note it, and fail."""
        super().close()
        raise OSError("request")


class Content:
    """A body that notes its closing.

    Args:
        pieces: What it yields; an exception is raised.
    """

    def __init__(self, *pieces: bytes | BaseException) -> None:
        self._pieces = [*pieces]
        self.started = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.started = True
            if isinstance(piece, BaseException):
                raise piece
            yield piece

    def close(self) -> None:
        """Note it."""
        LOG.closed.append("body")


def noting(name: str, error: BaseException | None = None) -> Callable[[], None]:
    """A close callback that notes that it was called, and fails perhaps."""

    def callback() -> None:
        LOG.closed.append(name)
        if error is not None:
            raise error

    return callback


def streaming(*pieces: bytes | BaseException, status: int = 200) -> Response:
    """A response that streams, with a callback."""
    response = Response(Content(*pieces), status)
    response.call_on_close(noting("callback"))
    return response


@frozen
class Seen:
    """What a server saw of one request.

    Attributes:
        started: The status of each call of `start_response`.
        body: The bytes that came.
        error: What was raised while answering or while closing.
    """

    started: list[str]
    body: bytes
    error: BaseException | None


def exchange(
    handler: Callable[[Request[None]], ResponseLike],
    environ: dict[str, object] | None = None,
    *,
    kind: type[Request[None]] = Watched,
    start_error: BaseException | None = None,
    closings: int = 1,
) -> Seen:
    """Serve one request, whatever it raises."""
    call = WSGICall(start_error, closings)
    raised: BaseException | None = None
    try:
        call.run(kind.application(handler), environ_of() if environ is None else environ)
    except BaseException as error:  # noqa: BLE001  # looked at by the test
        raised = error
    return Seen(call.statuses, call.body, raised)


def leaves(error: BaseException | None) -> list[BaseException]:
    """The errors of a group, of groups in it too."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)  # isinstance() tells nothing of what is in it
        return [leaf for inner in group.exceptions for leaf in leaves(inner)]
    return [] if error is None else [error]


def with_callback(response: Response) -> Response:
    """The response with a callback."""
    response.call_on_close(noting("callback"))
    return response
