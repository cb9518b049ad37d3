"""Bounded caches of what is made of texts that clients send."""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Final, TypeVar

__all__ = ["Memo", "Recurring"]

K = TypeVar("K", bound=tuple[str, *tuple[object, ...]])
V = TypeVar("V")
S = TypeVar("S", bound=Sized)

MEMO_SIZE: Final = 1024  # names; a site uses some dozens
MEMO_LENGTH: Final = 64  # characters; longer ones are not worth remembering, and would be an attacker's
RECURRING_SIZE: Final = 256  # values; browsers send some dozens of texts
RECURRING_LENGTH: Final = 256  # characters; Chrome's Accept has 135. Longer ones would be an attacker's


class Memo(dict[S, V]):
    """A cache with a bounded number of keys. A value is computed when it is first asked for; long keys are not kept.

    Full, it starts anew when as many keys again were not there: one that grows with what clients send would fill the
    memory (CVE-2024-52303). Not at once, or one key more than it holds would keep all of them from being found.

    Args:
        compute: Gives the value of a key. What it raises is not remembered.
        size: How many keys there may be.
        longest: The length of the longest key that is worth it.

    >>> lengths = Memo(len, longest=3)
    >>> lengths["abc"], lengths["abcd"], dict(lengths)
    (3, 4, {'abc': 3})
    """

    def __init__(self, compute: Callable[[S], V], *, size: int = MEMO_SIZE, longest: int = MEMO_LENGTH) -> None:
        super().__init__()
        self._compute = compute
        self._size = size
        self._longest = longest
        self._missed = 0

    # PERF: python comes here only for a key that is not there; one that is costs no call of a Python function.
    def __missing__(self, key: S) -> V:
        value = self._compute(key)
        if len(key) <= self._longest:
            if len(self) >= self._size:
                self._missed += 1
                if self._missed < self._size:
                    return value
                self._missed = 0
                self.clear()
            self[key] = value
        return value


class Recurring(dict[K, V]):
    """A bounded cache of what is read from texts that come again: a value is kept when its key comes a second time.

    PERF: to keep a value that nobody asks for again, and to throw it away, takes 3 µs.

    Args:
        compute: Gives the value of a key, whose first part is the text. What it raises is not remembered.

    >>> lengths = Recurring[tuple[str], int](lambda key: len(key[0]))
    >>> lengths["a",], dict(lengths), lengths["a",], dict(lengths)
    (1, {}, 1, {('a',): 1})
    """

    def __init__(self, compute: Callable[[K], V]) -> None:
        super().__init__()
        self._compute = compute
        self._seen = set[int]()  # hashes: a clash makes a value be kept at once, no more

    def __missing__(self, key: K) -> V:
        value = self._compute(key)
        once, seen = hash(key), self._seen
        if len(key[0]) > RECURRING_LENGTH:
            return value
        if once not in seen:
            if len(seen) >= RECURRING_SIZE:  # full, both start anew
                seen.clear()
            seen.add(once)
        else:
            if len(self) >= RECURRING_SIZE:
                self.clear()
            self[key] = value
        return value
