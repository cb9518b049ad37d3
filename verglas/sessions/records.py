"""Where a session is: in its cookie, or in a store by the id that its cookie holds."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Final, NamedTuple, Protocol, final

from attrs import frozen

from verglas.backports import override
from verglas.sessions.signing import Signing, base64_text, octets_of_base64
from verglas.sessions.stores import SessionStore

__all__ = ["InCookie", "InStore", "Place", "Record", "new_id"]

_ID_BYTES: Final = 18  # 144 bits, and a whole number of base64 characters


class Record(NamedTuple):  # PERF: an attrs class is made in four times the time
    """A session as it is kept.

    Attributes:
        id: Random text, which names it.
        created: When it began, in seconds since 1970.
        dated: When it was last saved or dated anew.
        data: The value that was saved, as bytes; `None` before the first.
    """

    id: str
    created: int
    dated: int
    data: bytes | None


def new_id() -> str:
    """A random id."""
    return token_urlsafe(_ID_BYTES)


class Place(Protocol):
    """Where records are kept."""

    def read(self, text: str, /) -> Record | None:
        """The record that the value of a cookie stands for; `None` where it is not genuine, or is gone."""
        ...

    def current(self, record: Record, /) -> Record | None:
        """The record of the same id as it is kept now; `None` where it is gone."""
        ...

    def write(self, record: Record, end: float | None, /, *, new: bool) -> str | None:
        """Keep a record up to its end, and give the value of its cookie; `None` where it is gone meanwhile."""
        ...

    def remove(self, id: str, /) -> None:
        """Forget the record of an id, as far as the server can."""
        ...


@final
@frozen(eq=False)
class InCookie(Place):
    """All of a session is in its cookie.

    Args:
        signing: Signs cookies.

    >>> from verglas.sessions.signing import as_keys
    >>> place = InCookie(Signing(as_keys(["0123456789abcdef"]), "cookie"))
    >>> place.read(place.write(Record("id", 1, 2, b"data"), None, new=True)).data
    b'data'
    """

    signing: Signing

    @override
    def read(self, text: str, /) -> Record | None:
        opened = self.signing.opened(text)
        if opened is None:
            return None
        try:
            name, created, dated, *rest = opened.split(".")
            data = octets_of_base64(rest[0]) if rest else None
            return Record(name, int(created), int(dated), data)
        except ValueError:  # signed by a version that writes something else
            return None

    @override
    def current(self, record: Record, /) -> Record | None:
        return record

    @override
    def write(self, record: Record, end: float | None, /, *, new: bool) -> str:
        text = f"{record.id}.{record.created}.{record.dated}"
        return self.signing.signed(text if record.data is None else f"{text}.{base64_text(record.data)}")

    @override
    def remove(self, id: str, /) -> None:
        pass


@final
@frozen(eq=False)
class InStore(Place):
    """A session is in a store; its cookie has its id.

    Args:
        signing: Signs ids.
        store: Keeps the rest.
    """

    signing: Signing
    store: SessionStore

    @override
    def read(self, text: str, /) -> Record | None:
        name = self.signing.opened(text)
        return None if name is None else self._kept(name)

    @override
    def current(self, record: Record, /) -> Record | None:
        return self._kept(record.id)

    def _kept(self, name: str) -> Record | None:
        kept = self.store.load(_key_of(name))
        if kept is None:
            return None
        try:
            created, dated, *rest = kept.split(b".", 2)
            return Record(name, int(created), int(dated), rest[0] if rest else None)
        except ValueError:
            return None

    @override
    def write(self, record: Record, end: float | None, /, *, new: bool) -> str | None:
        expires = None if end is None else datetime.fromtimestamp(end, UTC)
        dates = f"{record.created}.{record.dated}".encode()
        kept = dates if record.data is None else b"%b.%b" % (dates, record.data)
        return self.signing.signed(record.id) if self.store.save(_key_of(record.id), kept, expires, new=new) else None

    @override
    def remove(self, id: str, /) -> None:
        self.store.delete(_key_of(id))


def _key_of(id: str) -> str:
    # An id is random, so that a hash without salt cannot be undone.
    return hashlib.sha256(id.encode()).hexdigest()
