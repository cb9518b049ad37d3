"""`Exchange`: one request and its answer, while an application makes that."""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import Final, final

__all__ = ["Exchange", "current", "enter", "leave"]


@final
class Exchange(dict[object, object]):
    """A request and its answer: from before the request is parsed until the server has the answer.

    Middleware notes in it, under itself as the key, what a function of `finish=` needs later, also where the handler
    raised. It is current for its thread or greenlet (a `ContextVar`) as long as it is entered, and left whatever
    happens, so that nothing of one request is seen by the next. While a body streams, it is over.

    Attributes:
        outer: The exchange that was current before: of the application that this one is mounted in.

    >>> with Exchange() as exchange:
    ...     exchange["id"] = 1
    ...     current() is exchange
    True
    >>> current() is None
    True
    """

    # PERF: a dict, whose class has no constructor of its own, is made in a third of the time of an object that has one.
    outer: Exchange | None = None
    _token: Token[Exchange | None]

    def __enter__(self) -> Exchange:
        self.outer = current()
        self._token = enter(self)
        return self

    def __exit__(self, *error: object) -> None:
        leave(self._token)


_current: Final[ContextVar[Exchange | None]] = ContextVar("verglas.exchange", default=None)

# PERF: for each request whose answer is finished, two calls of Python less than `with`.
current: Final = _current.get
"""The exchange that is under way in this thread or greenlet."""
enter: Final = _current.set
"""Make an exchange current; gives a token for `leave`."""
leave: Final = _current.reset
"""Make that one current which was before."""
