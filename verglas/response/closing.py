"""Closing: every step once, in order, whatever one of them raises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, final

__all__ = ["ClosingIterator", "Step", "close_after", "close_all", "closer_of"]

Step: TypeAlias = Callable[[], object]


def close_all(steps: Iterable[Step]) -> None:
    """Run all steps in order.

    Raises:
        ExceptionGroup: Of every `Exception` that a step raised.
        BaseException: The first that is no `Exception` (a worker's SystemExit, GeneratorExit), after all steps ran.
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

    Raises:
        ExceptionGroup: Of every `Exception` that a step raised, unless the failure is none: a worker's SystemExit is
            not to be lost to a file that does not close.
    """
    try:
        close_all(steps)
    except Exception:
        if isinstance(failure, Exception):
            raise


def closer_of(body: object) -> Step | None:
    """The `close` of a body that has one."""
    close = getattr(body, "close", None)
    return close if callable(close) else None


@final
class ClosingIterator(Iterator[bytes]):
    """The body of one WSGI call, with what must be closed after it (PEP 3333).

    Args:
        body: What is iterated.
        steps: What `close` runs: once, in order, all of it. A second `close` does nothing.
    """

    __slots__ = ("_next", "_steps")

    def __init__(self, body: Iterable[bytes], steps: Iterable[Step]) -> None:
        self._next = iter(body).__next__
        self._steps: tuple[Step, ...] = tuple(steps)

    def __next__(self) -> bytes:
        return self._next()

    def close(self) -> None:
        """Run the steps.

        Raises:
            ExceptionGroup: Of every `Exception` that a step raised.
        """
        steps, self._steps = self._steps, ()
        close_all(steps)
