"""Closing: every step once, in order, whatever one of them raises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Self, TypeAlias, final

from verglas.backports import override

__all__ = ["Closing", "ClosingIterator", "Step", "close_after", "close_all", "closers_of"]

Step: TypeAlias = Callable[[], object]


def close_all(steps: Iterable[Step]) -> None:
    """Run all steps in order.

    Raises:
        ExceptionGroup: Steps raised an `Exception`, at least one of them.
        BaseException: A step raised something else (a worker's SystemExit, GeneratorExit): the first such exception,
            after all steps have run.
    """
    errors: list[Exception] = []
    fatal: BaseException | None = None
    for step in steps:
        try:
            step()
        except Exception as error:  # noqa: BLE001  # all of them, at the end
            errors.append(error)
        except BaseException as error:  # noqa: BLE001  # as above
            fatal = fatal or error
    if fatal is not None:
        raise fatal
    if errors:
        raise ExceptionGroup("closing failed", errors)


def close_after(failure: BaseException, steps: Iterable[Step]) -> None:
    """Run all steps in order after a failure that is about to be raised again.

    Args:
        failure: The exception. If it is not an `Exception`, those that the steps raise are dropped: a worker's
            SystemExit must not be lost to a file that does not close.
        steps: Called without arguments.

    Raises:
        ExceptionGroup: Steps raised an `Exception`, at least one of them.
    """
    try:
        close_all(steps)
    except Exception:
        if isinstance(failure, Exception):
            raise


def closers_of(*bodies: object) -> list[Step]:
    """The `close` of each body that has one which can be called."""
    closers: list[Step] = []
    for body in bodies:
        close = getattr(body, "close", None)
        if callable(close):
            closers.append(close)
    return closers


class Closing:
    """The base of everything that runs steps when it is closed: in order, all of them, once."""

    __slots__ = ("_steps",)

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps: tuple[Step, ...] = tuple(steps)

    def then(self, steps: Iterable[Step]) -> Self:
        """Add steps that run after the others when this is closed.

        Args:
            steps: Called without arguments.
        """
        self._steps = (*self._steps, *steps)
        return self

    def close(self) -> None:
        """Run the steps. A second call does nothing.

        Raises:
            ExceptionGroup: Steps raised an `Exception`, at least one of them.
        """
        steps, self._steps = self._steps, ()
        close_all(steps)


@final
class ClosingIterator(Closing, Iterator[bytes]):
    """The body of one WSGI call, with what must be closed after it (PEP 3333).

    Args:
        body: The pieces.
        steps: The steps that `close` runs.
    """

    __slots__ = ("_next",)

    def __init__(self, body: Iterable[bytes], steps: Iterable[Step]) -> None:
        super().__init__(steps)
        self._next = iter(body).__next__

    @override
    def __next__(self) -> bytes:
        return self._next()
