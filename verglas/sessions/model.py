"""`Session`: what a visitor's browser, or the server for it, keeps from request to request."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Generic, NoReturn, TypeVar, cast, final

from verglas.backports import override
from verglas.errors.grammar import CONVERSION_ERRORS
from verglas.errors.http import HTTPError
from verglas.errors.registry import Conflict
from verglas.request.model import Request
from verglas.response.builder import Response
from verglas.sessions.records import InCookie, Record, new_id
from verglas.sessions.settings import Cookie, Settings
from verglas.sessions.signing import Signing

__all__ = ["Session", "Visit", "visit_of"]

T = TypeVar("T")
V = TypeVar("V")

_UNREADABLE: Final = (*CONVERSION_ERRORS, HTTPError, ExceptionGroup)  # cattrs raises groups


@final
class Visit(Generic[T]):
    """One request of a session: what is behind a `Session`, and what its middleware asks about it.

    Args:
        settings: Of all sessions.
        request: The request.

    Attributes:
        settings: Of all sessions.
        record: The session as it is kept; `None` while it is empty. To be read after `look`.
        value: Its value.
        is_looked_at: Whether the answer depends on the session.
        is_over: Whether the answer was given.
    """

    __slots__ = ("_is_due", "_is_read", "_request", "is_looked_at", "is_over", "record", "settings", "value")

    def __init__(self, settings: Settings[T], request: Request[object]) -> None:
        self.settings: Settings[T] = settings
        self.record: Record | None = None
        self.value: T | None = None
        self.is_looked_at: bool = False
        self.is_over: bool = False
        self._request = request
        self._is_read = False
        self._is_due = False  # to be dated anew

    def look(self) -> Record | None:
        """Read the session, once; its answer depends on the cookie from now on.

        Raises:
            RuntimeError: The answer was given already, and does not say that it depends on the cookie.
        """
        if self._is_read:
            return self.record
        if self.is_over and not self.is_looked_at:
            what = "the session is first looked at after the handler has returned, when its answer cannot depend on it"
            raise RuntimeError(f"{what} any more: read session.value before, and give the stream what it needs")
        self.is_looked_at = True
        self._read()
        self._is_read = True
        return self.record

    def _read(self) -> None:
        settings = self.settings
        try:
            texts = self._request.cookies.getlist(settings.cookie.prefixed)
        except HTTPError:  # more cookies than are read
            return
        record = settings.place.read(texts[0]) if len(texts) == 1 else None
        if record is None:
            return
        now, end = settings.now(), settings.end_of(record)
        if end is not None and now > end:
            return
        try:
            self.value = None if record.data is None else settings.load(record.data)
        except _UNREADABLE:
            return
        self.record = record
        self._is_due = settings.idle is not None and now - record.dated >= settings.idle / 2

    def concluded(self) -> tuple[tuple[str, str], ...]:
        """The header lines that the answer needs, now that it was given; none where nobody looked at the session.

        A session that was looked at, and whose idle age is half over, is dated anew.
        """
        self.is_over = True
        if not self.is_looked_at:
            return ()
        line = self._dated_anew(self.record) if self._is_due and self.record is not None else None
        return (("Vary", "Cookie"),) if line is None else (("Vary", "Cookie"), ("Set-Cookie", line))

    def _dated_anew(self, record: Record) -> str | None:
        # What another request has saved since this one looked must stay: only the date is to change.
        current = self.settings.place.current(record)
        if current is None:
            return None
        try:
            return self.settings.line_of(current._replace(dated=self.settings.now()), new=False)
        except ValueError:  # the cookie has other attributes today, with which this one does not fit any more
            return None

    def begin(self, response: Response, data: bytes | None) -> None:
        """Begin a session with this data, and forget the one before.

        Raises:
            ValueError: The session does not fit into a cookie.
        """
        old, now = self.look(), self.settings.now()
        self.keep(response, Record(new_id(), now, now, data), new=True)
        if old is not None:
            self.settings.place.remove(old.id)

    def renew(self, response: Response) -> None:
        """Begin a session with the value of this one, unless it is empty.

        Raises:
            ValueError: The session does not fit into a cookie.
            Conflict: The session ended while the request was under way.
        """
        record = self.look()
        if record is None:
            return
        if record.data is None:
            self.begin(response, None)
            return
        # A value must not come back, under a new id either, by a request that was under way when its session ended or
        # was saved by another.
        current = self.settings.place.current(record)
        if current is None or current.data is None:
            raise _ended()
        if current.data != record.data:
            self.value = self.settings.load(current.data)
        self.begin(response, current.data)

    def keep(self, response: Response, record: Record, *, new: bool) -> None:
        """Keep a session, and set its cookie.

        Raises:
            ValueError: The session does not fit into a cookie.
            Conflict: The session ended while the request was under way.
        """
        line = self.settings.line_of(record, new=new)
        if line is None:
            raise _ended()
        response.headers.put_cookie(line)
        self.record, self._is_due = record, False

    def end(self, response: Response) -> None:
        """Forget the session, and delete its cookie."""
        record = self.look()
        if record is not None:
            self.settings.place.remove(record.id)
        response.headers.put_cookie(self.settings.cookie.deletion)
        self.record, self.value, self._is_due = None, None, False

    def started_id(self, response: Response) -> str:
        """The id of the session. One that is empty begins, without a value, and its cookie is set.

        Raises:
            TypeError: The response is frozen, and so has no cookie to set.
            RuntimeError: The session is empty, and the handler has returned its answer already.
        """
        _check_builder(response, "token")
        record = self.look()
        if record is None:
            _check_time(self, "token")
            self.begin(response, None)
        return cast("Record", self.record).id


@final
class Session(Generic[T]):
    """The session of a request, in its state: a value of the user's own class, or none yet.

    `sessions(...)` makes it, and `Session.of(...)` one for a test. It is read when it is first looked at, in any way:
    `value`, `id`, `created`, `bool()`, `==`, `hash()`, `repr()`; its answer then depends on the cookie, and says so
    (`Vary: Cookie`). A cookie that was changed, is too old, or comes twice is an empty session, and so is a value that
    `load` refuses.

    Nothing is saved by itself: a value that is changed in place is changed for this request alone.

    Args:
        visit: Of the request.

    Raises:
        TypeError: The session is copied or pickled.
    """

    __slots__ = ("_visit",)

    def __init__(self, visit: Visit[T], /) -> None:
        self._visit = visit

    # No class method: to pyright, the value of `Session` is not known, and so would be that of `Session.of("Ada")`.
    @staticmethod
    def of(value: V | None, *, clock: Callable[[], float] = time.time) -> Session[V]:
        """A session for a test, which calls a handler without the middleware: `request.with_state(Session.of(value))`.

        It does all that a session does: `save`, `clear` and `renew` set cookies, and `csrf` knows its tokens. Values
        are kept in memory, as they are; the key that signs is random, so that no application takes its cookie.

        Args:
            value: The value that was saved last; `None`: it is empty.
            clock: Tells the time, as a POSIX timestamp.

        >>> from verglas import Request, text
        >>> def log_out(request: Request[Session[str]]) -> Response:
        ...     response = text(f"Goodbye {request.state.value}!")
        ...     request.state.clear(response)
        ...     return response
        >>> session = Session.of("Ada")
        >>> log_out(Request(state=session)).data, session.value
        (b'Goodbye Ada!', None)
        """
        session: Session[V] = Session(Visit(_settings_of_a_test(clock), Request()))
        if value is not None:
            session.save(Response(), value)
        return session

    @property
    def value(self) -> T | None:
        """The value that was saved last; `None` in an empty session."""
        self._visit.look()
        return self._visit.value

    @property
    def id(self) -> str | None:
        """A random text that names the session until it is renewed; `None` before anything was saved."""
        record = self._visit.look()
        return None if record is None else record.id

    @property
    def created(self) -> datetime | None:
        """When it began, in UTC and whole seconds; `None` before anything was saved."""
        record = self._visit.look()
        return None if record is None else datetime.fromtimestamp(record.created, UTC)

    def save(self, response: Response, value: T) -> None:
        """Keep a value, in place of the one before, and set the cookie of a response.

        The first value gives the session a new id, so that nobody can have planted it.

        Args:
            response: The response that the handler will give.
            value: The value.

        Raises:
            ValueError: The session does not fit into a cookie.
            TypeError: The response is frozen, or the function that writes values does not give bytes.
            RuntimeError: The handler has returned its answer already.
            Conflict: The session is kept in a store, and ended while the request was under way.
        """
        _check_builder(response, "save")
        _check_time(self._visit, "save")
        visit = self._visit
        before = visit.look()
        data = visit.settings.dump(value)
        if not isinstance(data, bytes):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
            raise TypeError(
                f"the function that writes the values of sessions returned {type(data).__name__}, not bytes"
            )
        if before is None or before.data is None:
            visit.begin(response, data)
        else:
            record = Record(before.id, before.created, visit.settings.now(), data)  # PERF: _replace() takes 1 µs more
            visit.keep(response, record, new=False)
        visit.value = value

    def clear(self, response: Response) -> None:
        """End the session: forget it, and delete the cookie.

        One that is kept in its cookie can be sent again by whoever has copied that, until it is too old.

        Args:
            response: The response that the handler will give.

        Raises:
            TypeError: The response is frozen, and so has no cookie to set.
            RuntimeError: The handler has returned its answer already.
        """
        _check_builder(response, "clear")
        _check_time(self._visit, "clear")
        self._visit.end(response)

    def renew(self, response: Response) -> None:
        """Begin a new session with the value of this one: a new id, a new age. An empty one stays as it is.

        If another request has saved a value in its store meanwhile, that is its value now.

        At login, before or after the new value is saved: whoever planted the cookie of before (session fixation), or
        read it, does not share the session that begins.

        Args:
            response: The response that the handler will give.

        Raises:
            ValueError: The session does not fit into a cookie.
            TypeError: The response is frozen, and so has no cookie to set.
            RuntimeError: The handler has returned its answer already.
            Conflict: The session is kept in a store, and ended while the request was under way.
        """
        _check_builder(response, "renew")
        _check_time(self._visit, "renew")
        self._visit.renew(response)

    def __bool__(self) -> bool:
        """Whether a value was saved."""
        record = self._visit.look()
        return record is not None and record.data is not None

    @override
    def __eq__(self, other: object) -> bool:
        key: object = self.id, self.created, self.value
        if not isinstance(other, Session):
            return NotImplemented
        same = cast("Session[object]", other)
        return (same.id, same.created, same.value) == key

    @override
    def __hash__(self) -> int:
        return hash(self.id)

    @override
    def __repr__(self) -> str:
        return f"<Session {'with a value' if self else 'without a value'}>"

    @override
    def __reduce__(self) -> NoReturn:
        raise TypeError("a session belongs to its request, and cannot be copied or pickled: take its value")


def visit_of(session: Session[T]) -> Visit[T]:
    """The request behind a session: for the modules beside this one."""
    return session._visit  # pyright: ignore[reportPrivateUsage]  # not for users, whom an attribute would invite


def _settings_of_a_test(clock: Callable[[], float]) -> Settings[T]:
    values: dict[bytes, T] = {}

    def dump(value: T) -> bytes:
        data = b"%d" % len(values)
        values[data] = value
        return data

    key = secrets.token_bytes()
    return Settings(
        dump=dump,
        load=values.__getitem__,
        place=InCookie(Signing((key,), "value.test")),
        cookie=Cookie("session", secure=True, domain=None, path="/", samesite="Lax"),
        csrf=Signing((key,), "csrf.test"),
        idle=None,
        absolute=None,
        persistent=False,
        clock=clock,
    )


def _ended() -> Conflict:
    return Conflict("The session has ended meanwhile.")


def _check_builder(response: object, method: str) -> None:
    if not isinstance(response, Response):
        what = f"{method}() of a session sets a cookie on the Response that is being built"
        raise TypeError(f"{what}, not on a {type(response).__name__}: Response.thaw(...) makes one of a FrozenResponse")


def _check_time(visit: Visit[T], method: str) -> None:
    if visit.is_over:  # passed over in silence, a logout would log nobody out
        what = f"{method}() of a session comes after the handler has returned, when no cookie can be set any more"
        raise RuntimeError(f"{what}: call it before the response is returned, not in its stream")
