"""The settings of `sessions(...)`: the cookie, the ages, the functions that write and read a value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, Literal, TypeVar, final

from attrs import frozen

from verglas.errors.grammar import GrammarError
from verglas.headers.setcookie import SetCookie
from verglas.sessions.records import Place, Record
from verglas.sessions.signing import Signing

__all__ = ["Cookie", "SameSite", "Settings", "as_age"]

T = TypeVar("T")

SameSite = Literal["Strict", "Lax", "None"]

_MOST: Final = 4093
"""The most bytes of a Set-Cookie: some browsers count the attributes, 6265bis §5.6 name and value up to 4096."""


_LONGEST_AGE: Final = timedelta(days=36_525)
"""A century: the date at which a session ends must be one that can be written."""


@final
@frozen
class Cookie:
    """The cookie of a session, which scripts never see.

    Args:
        name: Without a prefix, which is added.
        secure: Whether it is sent over TLS only.
        domain: The domain whose hosts all get it; `None`: this host alone.
        path: The path below which it is sent.
        samesite: Which requests of other sites have it.

    Raises:
        ValueError: A part is malformed, or a prefix was given.
        TypeError: The name or the path is not a `str`.
    """

    name: str
    secure: bool
    domain: str | None
    path: str
    samesite: SameSite

    def __attrs_post_init__(self) -> None:
        for option, text in (("name", self.name), ("path", self.path)):
            if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
                raise TypeError(f"{option}= is a text, not {type(text).__name__}")
        if self.name.lower().startswith(("__host-", "__secure-")):
            raise ValueError(f"name= is written without a prefix, which is added where it can be, not {self.name!r}")
        if not self.path.startswith("/"):
            raise ValueError(f"path= begins with a slash, or browsers take another, not {self.path!r}")
        try:
            self._written("", None)
        except GrammarError as error:
            raise ValueError(f"the cookie of the sessions cannot be set: {error}") from None

    @property
    def prefixed(self) -> str:
        """The name as browsers know it: with `__Host-`, or `__Secure-` where that cannot be, or with neither."""
        if not self.secure:
            return self.name
        return f"{'__Host-' if self.domain is None and self.path == '/' else '__Secure-'}{self.name}"

    def line(self, value: str, max_age: timedelta | None) -> str:
        """The value of a Set-Cookie.

        Args:
            value: The value of the cookie.
            max_age: How long browsers keep it; `None`: until they are closed.

        Raises:
            ValueError: The line is longer than browsers take.
        """
        line = str(self._written(value, max_age))
        if len(line) > _MOST:
            what = (
                f"the session does not fit into a cookie: its Set-Cookie is {len(line)} bytes long, of at most {_MOST}"
            )
            raise ValueError(f"{what}; save less, or keep sessions in a SessionStore, as store=SQLiteStore(path) does")
        return line

    @property
    def deletion(self) -> str:
        """The Set-Cookie that has browsers forget the cookie."""
        return str(self._written("", timedelta(0), datetime(1970, 1, 1, tzinfo=UTC)))

    def _written(self, value: str, max_age: timedelta | None, expires: datetime | None = None) -> SetCookie:
        return SetCookie(
            self.prefixed,
            value,
            max_age=max_age,
            expires=expires,
            domain=self.domain,
            path=self.path,
            secure=self.secure,
            httponly=True,
            samesite=self.samesite,
        )


def as_age(name: str, age: timedelta | None) -> float | None:
    """An age in seconds.

    Args:
        name: Of the argument, for messages.
        age: The age.

    Raises:
        TypeError: The age is not a `timedelta`.
        ValueError: The age is shorter than a second, or longer than a century.
    """
    if age is None:
        return None
    if not isinstance(age, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise TypeError(f"{name}= is a timedelta, such as timedelta(hours=1), or None, not {type(age).__name__}")
    if age < timedelta(seconds=1):
        raise ValueError(f"{name}= is at least a second, or None, not {age!r}")
    if age > _LONGEST_AGE:
        raise ValueError(f"{name}= is at most a century, or None: it never ends, not {age!r}")
    return age.total_seconds()


@final
@frozen(eq=False, kw_only=True, repr=False)
class Settings(Generic[T]):
    """All that the sessions of one middleware share.

    Attributes:
        dump: Writes a value as bytes.
        load: Reads it again.
        place: Where sessions are kept.
        cookie: Their cookie.
        csrf: Signs the tokens of their forms.
        idle: The seconds after which one that is not used ends.
        absolute: The seconds after which every one ends.
        persistent: Whether browsers keep the cookie when they are closed.
        clock: Tells the time.
    """

    dump: Callable[[T], bytes]
    load: Callable[[bytes], T]
    place: Place
    cookie: Cookie
    csrf: Signing
    idle: float | None
    absolute: float | None
    persistent: bool
    clock: Callable[[], float]

    def now(self) -> int:
        """The time, in whole seconds since 1970."""
        return int(self.clock())

    def end_of(self, record: Record) -> float | None:
        """When a session ends, if it is not used before; `None`: never."""
        idle = None if self.idle is None else record.dated + self.idle
        if self.absolute is None:
            return idle
        absolute = record.created + self.absolute
        return absolute if idle is None or absolute < idle else idle

    def line_of(self, record: Record, *, new: bool) -> str | None:
        """Keep a session, and give its Set-Cookie; `None` where it ended meanwhile.

        Args:
            record: The session.
            new: Whether it begins.

        Raises:
            ValueError: The session does not fit into a cookie.
        """
        end = self.end_of(record)
        text = self.place.write(record, end, new=new)
        max_age = timedelta(seconds=max(1, int(end - self.now()))) if self.persistent and end is not None else None
        return None if text is None else self.cookie.line(text, max_age)
