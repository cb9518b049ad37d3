"""`sessions`: the middleware that gives a request its session."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, Generic, TypedDict, TypeVar, Unpack, final, overload

from attrs import frozen

from verglas.answering import check_answer, with_lines
from verglas.errors.http import HTTPError
from verglas.handlers import Handler
from verglas.middleware.common import alone, check_function, named_after
from verglas.request.model import Request
from verglas.response.closing import close_after, closers_of
from verglas.sessions.model import Session, Visit
from verglas.sessions.records import InCookie, InStore
from verglas.sessions.settings import Cookie, SameSite, Settings, as_age
from verglas.sessions.signing import Signing, as_keys
from verglas.sessions.stores import SessionStore
from verglas.wsgi import ResponseLike

__all__ = ["SessionOptions", "sessions"]

T = TypeVar("T")
S = TypeVar("S")
S2 = TypeVar("S2")

_TWO_WEEKS: Final = timedelta(days=14)


class SessionOptions(TypedDict, total=False):
    """The options of `sessions`, which says what they mean."""

    store: SessionStore | None
    idle_age: timedelta | None
    absolute_age: timedelta | None
    persistent: bool
    name: str
    domain: str | None
    path: str
    secure: bool
    samesite: SameSite
    clock: Callable[[], float]


@overload
def sessions(
    dump: Callable[[T], bytes],
    load: Callable[[bytes], T],
    *,
    keys: Sequence[str | bytes],
    **options: Unpack[SessionOptions],
) -> Callable[[Handler[Session[T]]], Handler[object]]: ...
@overload
def sessions(
    dump: Callable[[T], bytes],
    load: Callable[[bytes], T],
    *,
    keys: Sequence[str | bytes],
    into: Callable[[S, Session[T]], S2],
    **options: Unpack[SessionOptions],
) -> Callable[[Handler[S2]], Handler[S]]: ...
def sessions(
    dump: Callable[[T], bytes],
    load: Callable[[bytes], T],
    *,
    keys: Sequence[str | bytes],
    into: Callable[[S, Session[T]], S2] | None = None,
    store: SessionStore | None = None,
    idle_age: timedelta | None = None,
    absolute_age: timedelta | None = _TWO_WEEKS,
    persistent: bool = False,
    name: str = "session",
    domain: str | None = None,
    path: str = "/",
    secure: bool = True,
    samesite: SameSite = "Lax",
    clock: Callable[[], float] = time.time,
) -> object:
    """Make middleware that gives requests a session: `request.state` is a `Session[T]`.

    The session is kept in a cookie, which visitors can read but not change, or in a store on the server. The cookie is
    signed with HMAC-SHA-256. A session that nobody looks at costs next to nothing, and changes no answer.

    Args:
        dump: Writes a value as bytes, such as JSON.
        load: Reads these bytes. Bytes that it refuses, by a `ValueError` or its like, are an empty session.
        keys: Secret keys of 16 bytes or more. The first signs, all are accepted: put a new one in front, and take the
            old ones away once no session can be that old. Applications with the same keys and the same name of the
            cookie take each other's sessions: give each keys of its own.
        into: Makes the state of the handler from the state of the request and the session; without it, the session is
            the state.
        store: Keeps the sessions, so that a cookie holds a random id alone.
        idle_age: The age after which a session ends that was not used; `None`: it need not be used. A session that is
            looked at is dated anew, by a Set-Cookie, once half of this age has passed.
        absolute_age: The age after which every session ends, counted from its first value or from `renew`.
        persistent: Whether a browser keeps the cookie when it is closed, until the session ends.
        name: The name of the cookie, without a prefix: `__Host-` or `__Secure-` is added unless `secure` is off.
        domain: The domain whose hosts all get the cookie; `None`: this host alone.
        path: The path below which it is sent.
        secure: Whether it is sent over TLS only. Switch it off for development without TLS.
        samesite: `Lax`, `Strict`, or `None` as text: which requests of other sites have the cookie.
        clock: Tells the time, as a POSIX timestamp.

    Raises:
        TypeError: An argument is not of its type.
        ValueError: No key was given, or one is too short; an age is shorter than a second, or longer than a century;
            the cookie cannot be set so; or it is persistent without an age.

    >>> from verglas import Request, Response, application, text
    >>> @sessions(str.encode, bytes.decode, keys=["only-for-this-example"], secure=False)
    ... def greet(request: Request[Session[str]]) -> Response:
    ...     response = text(f"Hello {request.state.value or 'stranger'}!")
    ...     if "name" in request.args:
    ...         request.state.save(response, request.args["name"])
    ...     return response
    >>> answer = Response.from_app(application(greet), {"QUERY_STRING": "name=Ada"})
    >>> cookie = answer.headers["Set-Cookie"].partition(";")[0]
    >>> Response.from_app(application(greet), {"HTTP_COOKIE": cookie}).data
    b'Hello Ada!'
    """
    for option, function in (("dump", dump), ("load", load), ("into", into or alone), ("clock", clock)):
        check_function(function, option, "sessions()")
    if store is not None and not all(callable(getattr(store, method, None)) for method in ("load", "save", "delete")):
        raise TypeError(f"store= is a SessionStore, such as SQLiteStore(path), not {type(store).__name__}")
    idle, absolute = as_age("idle_age", idle_age), as_age("absolute_age", absolute_age)
    if persistent and idle is None and absolute is None:
        raise ValueError("persistent=True needs an idle_age= or an absolute_age=, which tells browsers when it ends")
    checked, cookie = as_keys(keys), Cookie(name, secure, domain, path, samesite)
    purpose = f"{'id' if store is not None else 'value'}.{cookie.prefixed}"
    signing = Signing(checked, purpose)
    settings = Settings(
        dump=dump,
        load=load,
        place=InCookie(signing) if store is None else InStore(signing, store),
        cookie=cookie,
        csrf=Signing(checked, f"csrf.{cookie.prefixed}"),
        idle=idle,
        absolute=absolute,
        persistent=persistent,
        clock=clock,
    )
    return _Sessions(settings, alone) if into is None else _Sessions(settings, into)


@final
@frozen(eq=False, repr=False)
class _Sessions(Generic[T, S, S2]):
    """The middleware.

    Args:
        settings: Of the sessions.
        into: Makes the state of the handler.
    """

    settings: Settings[T]
    into: Callable[[S, Session[T]], S2]

    def __call__(self, handler: Handler[S2], /) -> Handler[S]:
        """Give the requests of a handler their session.

        Raises:
            TypeError: The handler is not a function of a request.
        """
        settings, into = self.settings, self.into

        def inner(request: Request[S]) -> ResponseLike:
            visit = Visit(settings, request)
            try:
                answer = handler(request.with_state(into(request.state, Session(visit))))
            except HTTPError as error:
                lines = visit.concluded()
                if not lines:
                    raise
                failure = error.with_lines(*lines)
                error.__traceback__ = None  # which the copy has: a constant would hold each request
            else:
                if visit.is_looked_at:
                    return _concluded(answer, visit, handler)
                visit.is_over = True
                return answer
            raise failure

        return named_after(inner, handler, "sessions()")


def _concluded(answer: ResponseLike, visit: Visit[T], handler: object) -> ResponseLike:
    """An answer with the lines that it needs because of its session."""
    try:
        check_answer(answer, "the handler", handler)
        lines = visit.concluded()
    except BaseException as error:
        close_after(error, closers_of(answer))
        raise
    return with_lines(answer, lines)
