"""The values of a request: captured once, decoded when asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, ClassVar, Final, Generic

from attrs import evolve, field, frozen

from verglas.body import NO_BODY, Body
from verglas.cookies import Cookies
from verglas.errors.parse import FramingError, LengthRequired
from verglas.framing import InputReader, body_length
from verglas.headers.mapping import Headers
from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.query import Query
from verglas.request.capture import method_of, octets, server_of, text, url_of
from verglas.request.variables import S_co
from verglas.trust import ANY_HOST, Trust
from verglas.url import URL
from verglas.wsgi import optional_text

__all__ = ["RequestValues"]


@frozen(init=False, eq=False, repr=False, match_args=False)
class RequestValues(Generic[S_co]):
    """What a request is made of. Every public slot but `state` is filled when it is first read.

    Attributes:
        method: The method, in upper case.
        url: The URL; `str` of it is the IRI. Its host is `""` where the request names none that is valid and trusted.
        headers: The header fields.
        server: Name and port of the server, the port `None` for a Unix socket.
        remote_addr: The address of the client, as `Trust` has it.
        remote_user: The user that the server authenticated.
        body: The body: bytes in hand, or a stream.
        args: The parameters of the URL.
        cookies: The cookies.
        state: What the application added; `None` until then.
    """

    max_content_length: ClassVar[int | None] = DEFAULT_LIMITS.max_content_length
    max_form_memory_size: ClassVar[int | None] = DEFAULT_LIMITS.max_form_memory_size
    max_form_parts: ClassVar[int | None] = DEFAULT_LIMITS.max_form_parts
    trusted_hosts: ClassVar[Sequence[str] | None] = None

    method: str
    url: URL
    headers: Headers
    server: tuple[str, int | None] | None
    remote_addr: str | None
    remote_user: str | None
    body: Body
    state: S_co  # type: ignore[misc]  # covariant, and attrs makes it a parameter of __attrs_init__; nothing leaks
    args: Query = field(init=False)
    cookies: Cookies = field(init=False)
    _origin: dict[str, object] | None = field(init=False)
    _environ: dict[str, object] = field(init=False)
    _limits: Limits | None = field(init=False)
    _trust: Trust | None = field(init=False)
    _shallow: bool = field(init=False)

    def _capture(self, environ: dict[str, object], shallow: bool, limits: Limits | None, trust: Trust | None) -> None:
        # PERF: a shallow copy and five slots, 0.4 of what reading method, path and headers at once would take.
        _set_origin(self, environ)
        _set_environ(self, environ.copy())
        _set_limits(self, limits)
        _set_trust(self, trust)
        _set_shallow(self, shallow)

    @property
    def limits(self) -> Limits:
        """What is too much: as given, or as the class says."""
        limits = self._limits
        if limits is not None:
            return limits
        own = self.max_content_length, self.max_form_memory_size, self.max_form_parts
        return DEFAULT_LIMITS if own == _DEFAULT_THREE else _limits_of(*own)

    @property
    def trust(self) -> Trust:
        """What is believed: as given, or as the class says."""
        if self._trust is not None:
            return self._trust
        hosts = self.trusted_hosts
        return ANY_HOST if hosts is None else _trust_of(hosts if isinstance(hosts, str) else tuple(hosts))

    def _read_method(self) -> str:
        return method_of(self._environ)

    def _read_url(self) -> URL:
        return url_of(self._environ, self.trust)

    def _read_headers(self) -> Headers:
        limits = DEFAULT_LIMITS if self._limits is None else self._limits  # no class attribute is about this one
        return Headers.captured(self._environ, limits)

    def _read_server(self) -> tuple[str, int | None] | None:
        return server_of(self._environ)

    def _read_remote_addr(self) -> str | None:
        return self.trust.origin(self._environ).remote_addr

    def _read_remote_user(self) -> str | None:
        return optional_text(self._environ, "REMOTE_USER")

    def _read_args(self) -> Query:
        try:
            query_string = _slot_url(self, None).query_string
        except AttributeError:  # the URL was not asked for yet, and is not needed
            query_string = octets(text(self._environ, "QUERY_STRING"))
        return Query.captured(query_string, self.limits)

    def _read_cookies(self) -> Cookies:
        return Cookies.captured(";".join(self.headers.getlist("Cookie")), self.limits)

    def _read_body(self) -> Body:
        # Not idempotent, as all others are: two bodies over one input would share its bytes out between them.
        with _body_lock:
            try:
                return _slot_body(self, None)
            except AttributeError:
                body = _body_of(self._environ, self.limits)
                object.__setattr__(self, "body", body)
                return body

    def _has_read_body(self) -> bool:
        try:
            _slot_body(self, None)
        except AttributeError:
            return False
        return True


_DEFAULT_THREE: Final = (
    DEFAULT_LIMITS.max_content_length,
    DEFAULT_LIMITS.max_form_memory_size,
    DEFAULT_LIMITS.max_form_parts,
)
_set_origin: Final[Callable[[RequestValues[object], dict[str, object] | None], None]] = RequestValues.__dict__[
    "_origin"
].__set__
_set_environ: Final[Callable[[RequestValues[object], dict[str, object]], None]] = RequestValues.__dict__[
    "_environ"
].__set__
_set_limits: Final[Callable[[RequestValues[object], Limits | None], None]] = RequestValues.__dict__["_limits"].__set__
_set_trust: Final[Callable[[RequestValues[object], Trust | None], None]] = RequestValues.__dict__["_trust"].__set__
_set_shallow: Final[Callable[[RequestValues[object], bool], None]] = RequestValues.__dict__["_shallow"].__set__


@lru_cache(maxsize=64)  # by what classes say, never by input
def _limits_of(content_length: int | None, form_memory_size: int | None, form_parts: int | None) -> Limits:
    return evolve(
        DEFAULT_LIMITS,
        max_content_length=content_length,
        max_form_memory_size=form_memory_size,
        max_form_parts=form_parts,
    )


@lru_cache(maxsize=64)  # as above
def _trust_of(hosts: str | tuple[str, ...]) -> Trust:
    return Trust(hosts=hosts)


_slot_url: Final[Callable[[RequestValues[object], None], URL]] = RequestValues.__dict__["url"].__get__
_slot_body: Final[Callable[[RequestValues[object], None], Body]] = RequestValues.__dict__["body"].__get__

_body_lock: Final = Lock()


def _body_of(environ: dict[str, object], limits: Limits) -> Body:
    try:
        length = body_length(environ)
    except (FramingError, LengthRequired) as error:
        return Body.refused(error)
    if length == 0:
        return NO_BODY
    return Body.streaming(InputReader(environ.get("wsgi.input"), length, limits.max_content_length))


# PERF: looked up once here, not by name at each first read.
_FILLERS: Final = {
    name: (vars(RequestValues)[f"_read_{name}"], vars(RequestValues)[name].__set__)
    for name in ("method", "url", "headers", "server", "remote_addr", "remote_user", "args", "cookies", "body")
}


def _fill(self: RequestValues[object], name: str) -> object:
    """Fill a slot that is read for the first time; python comes here only while it is empty."""
    filler = _FILLERS.get(name)
    if filler is None:  # not a slot: python's own error, or that of a property which fails inside
        return object.__getattribute__(self, name)
    read, fill = filler
    value: object = read(self)
    fill(self, value)
    return value


# PERF: a slot that is full is read at a slot's price, a third of a property's. Hidden from type checkers, to whom a
# __getattr__ would mean that every name exists; the slots are declared above.
if not TYPE_CHECKING:
    RequestValues.__getattr__ = _fill
