"""The table of a cache: which answers are kept, under which keys, within which bounds."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final, NamedTuple, TypeAlias, final

from verglas.response.frozen import FrozenResponse

__all__ = ["Address", "Entry", "Key", "Names", "Table", "Terms"]

REMEMBERED: Final = 1024
"""How many URLs that were forgotten are remembered; an answer during which more were forgotten is not kept."""

Address: TypeAlias = tuple[str, str, str, bytes, bytes]
"""The components of a URL. Put together to one text, two that differ might read the same."""

Names: TypeAlias = tuple[str, ...]
Key: TypeAlias = tuple[Address, object, str, Names, tuple[tuple[str, ...], ...]]
"""Where, of which handler, the method; names of fields, and the lines that each has in the request."""


class Terms(NamedTuple):
    """The terms on which an answer may be kept, as it says.

    Attributes:
        names: The fields of its Vary, in lower case.
        born: When it was new.
        lifetime: For how many seconds it is fresh from then on.
        is_public: Whether it may be given to requests with credentials.
    """

    names: frozenset[str]
    born: float
    lifetime: float
    is_public: bool


@final
class Entry:
    """An answer that is kept.

    Args:
        answer: The answer, as the handler gave it.
        terms: What it says.
        size: Bytes that it takes.
    """

    __slots__ = ("_aged", "size", "terms")

    def __init__(self, answer: FrozenResponse, terms: Terms, size: int) -> None:
        self.terms: Final = terms
        self.size: Final = size
        self._aged = (-1, answer)

    def is_fresh(self, now: float) -> bool:
        """Whether it may be given; not before it was new, which a clock that was set back says."""
        return 0 <= now - self.terms.born < self.terms.lifetime

    def at(self, now: float) -> FrozenResponse:
        """The answer with its Age (RFC 9111 §5.1). Within one second it is the same object."""
        seconds = int(now - self.terms.born)
        aged = self._aged  # which another thread may set meanwhile: to what is right as well
        if aged[0] != seconds:
            answer = aged[1]
            aged = self._aged = seconds, answer.replace(headers=answer.headers.with_("Age", str(seconds)))
        return aged[1]


@final
class _Page:
    """The entries of one URL.

    Attributes:
        names: The fields that Vary named, in any of its answers: all of them tell all of these apart.
        keys: Their keys.
    """

    __slots__ = ("keys", "names")

    def __init__(self, names: Names) -> None:
        self.names = names
        self.keys = set[Key]()


@final
class Table:
    """The entries, the ones that were used last at the end. Each method takes the lock, and calls no code of others.

    Args:
        max_entries: How many there may be.
        max_bytes: How many bytes they may take together.

    Attributes:
        changes: How often something was forgotten.
        size: How many bytes they take.
    """

    def __init__(self, max_entries: int, max_bytes: int) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._lock = Lock()
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._pages: dict[Address, _Page] = {}
        self._forgotten: OrderedDict[int, int] = OrderedDict()  # hashes of addresses: a clash keeps an answer less
        self._unknown = 0  # what was forgotten before this change is not remembered any more
        self.changes: int = 0
        self.size: int = 0

    def __len__(self) -> int:
        return len(self._entries)

    def names(self, address: Address) -> Names | None:
        """The fields that tell apart what is kept of a URL; `None` if nothing is."""
        page = self._pages.get(address)  # at once, also without the lock
        return None if page is None else page.names

    def find(self, key: Key, now: float) -> Entry | None:
        """The entry that is fresh."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if not entry.is_fresh(now):
                self._drop(key)
                return None
            self._entries.move_to_end(key)
            return entry

    def put(self, key: Key, entry: Entry, since: int) -> None:
        """Keep an entry, and make room for it; unless its URL was forgotten since it began to be made.

        Args:
            key: Its key.
            entry: The entry.
            since: The number of changes at that time.
        """
        address, names = key[0], key[3]
        with self._lock:
            if since < max(self._unknown, self._forgotten.get(hash(address), 0)):
                return
            page = self._pages.get(address)
            if page is not None and not set(page.names).issubset(names):
                return  # another answer, made at the same time, named fields that this one's key has not
            if page is not None and page.names != names:
                self._drop(*page.keys)
            self._drop(key)
            while len(self._entries) >= self._max_entries or self.size + entry.size > self._max_bytes:
                self._drop(next(iter(self._entries)))
            self._pages.setdefault(address, _Page(names)).keys.add(key)
            self._entries[key] = entry
            self.size += entry.size

    def forget(self, address: Address) -> None:
        """Drop all that is kept of a URL, or being made."""
        with self._lock:
            self.changes += 1
            self._forgotten[hash(address)] = self.changes
            self._forgotten.move_to_end(hash(address))
            if len(self._forgotten) > REMEMBERED:
                self._unknown = self._forgotten.popitem(last=False)[1]
            page = self._pages.get(address)
            if page is not None:
                self._drop(*page.keys)

    def clear(self) -> None:
        """Drop all."""
        with self._lock:
            self.changes += 1
            self._unknown = self.changes
            self._pages.clear()
            self._entries.clear()
            self.size = 0

    def _drop(self, *keys: Key) -> None:
        for key in keys:
            entry = self._entries.pop(key, None)
            if entry is not None:
                self.size -= entry.size
                page = self._pages[key[0]]
                page.keys.discard(key)
                if not page.keys:
                    del self._pages[key[0]]
