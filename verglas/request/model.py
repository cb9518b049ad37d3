"""`Request`: a request as a value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Final, Generic, Literal, NoReturn, Self, Unpack, cast, overload

from verglas.answering import Answering
from verglas.backports import TypeVar, override
from verglas.body import Body
from verglas.capture import (
    Located,
    locate,
    method_of,
    octets_of,
    path_of,
    plain_place,
    server_of,
    strict_place,
    url_of,
)
from verglas.cookies import Cookies
from verglas.environs import EnvironValues, QueryLike, build_environ, compose_environ
from verglas.errors.parse import FramingError, LengthRequired
from verglas.framing import body_length
from verglas.headers.arguments import HeadersLike
from verglas.headers.lines import FIELD_NAMES, check_number, legal_value
from verglas.headers.mapping import Headers
from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.query import Query
from verglas.request.application import MethodApplication, Subject
from verglas.request.changes import RequestChanges, body_in_memory, with_length
from verglas.request.copies import Copies
from verglas.request.lazy import lazy
from verglas.request.names import HeadNames
from verglas.request.readonly import refuse
from verglas.request.settings import DEFAULT_THREE, check_arguments, limits_of, trust_of
from verglas.request.shown import Printer, show_request
from verglas.trust import ANY_HOST, Trust
from verglas.url import URL
from verglas.wsgi import ResponseLike, WSGIApplication, optional_text

__all__ = ["Request"]

State = TypeVar("State")
"""The value that an application adds to a request."""

S_co = TypeVar("S_co", covariant=True, default=None)
"""The same, of a request that is only read: `Request[Admin]` is a `Request[User]` where an Admin is a User."""

N = TypeVar("N", bound="Request[None]")
"""A class of requests without a state, which is what parsing makes."""

VALUES: Final = ("method", "url", "headers", "server", "remote_addr", "remote_user", "body", "state")
"""The values that make two requests equal."""

OF_LIMITS: Final = ("max_content_length", "max_form_memory_size", "max_form_parts")
HOOKS: Final = ("headers", "limits", "url", "want_form_data_parsed", *OF_LIMITS)
"""The values that others are read from: a subclass that overrides one is asked for it.

PERF: without any, `_limits` or the defaults have all but the three; to work these out costs a read header 8 %.
"""


class Request(HeadNames, Copies, Generic[S_co]):
    """A request as a value: frozen, comparable, hashable, safe to share between threads, picklable once `buffered`.

    The constructor reads an environ leniently: an invalid host is `""`, and a malformed length raises when the body is
    read, so that a bare WSGI function never answers 500. `parse_environ`, `application` and `Request.application` are
    strict. Without an environ, a request is made from its values. An application stores its own data in `state`, which
    has a type: a `Request[User]` has a user.

    Each value is computed when it is first read. A plain subclass may set the class attributes `max_content_length`,
    `max_form_memory_size`, `max_form_parts`, `trusted_hosts` and `json_module`; `limits` and `trust` win over them.

    Args:
        environ: The environ that the server passed. It is copied, not changed.
        populate_request: Whether to put the request into the environ, as `verglas.request`.
        shallow: Whether reading the body raises instead.
        method: The method.
        url: The URL, or a path with a query perhaps.
        headers: The header fields. Host and, for a body, Content-Length are added.
        body: The body; text is sent as UTF-8.
        server: Name and port of the server; without it, the URL's.
        remote_addr: The address of the client.
        remote_user: The user that the server authenticated.
        state: The value that the application adds.
        limits: Size and count limits; without them, those of the class.
        trust: Which proxy headers and host names to trust; without it, as the class says.

    Raises:
        GrammarError: The URL, the method or a header is not valid.
        RequestHeaderFieldsTooLarge: The headers have more lines than `Limits.max_headers`.
        TypeError: Both an environ and values were given.

    >>> request = Request(method="POST", url="/notes?tag=a&tag=b", headers={"X-Tag": "1"}, body=b"hi")
    >>> request.path, request.args.getlist("tag"), request.headers["x-tag"], request.data
    ('/notes', ['a', 'b'], '1', b'hi')
    """

    max_content_length: ClassVar[int | None] = DEFAULT_LIMITS.max_content_length
    max_form_memory_size: ClassVar[int | None] = DEFAULT_LIMITS.max_form_memory_size
    max_form_parts: ClassVar[int | None] = DEFAULT_LIMITS.max_form_parts
    trusted_hosts: ClassVar[Sequence[str] | None] = None

    _overridden: ClassVar[frozenset[str]] = frozenset()  # of HOOKS: without any, the environ is read directly

    @override
    def __init_subclass__(cls) -> None:
        """Note what the class overrides, and check the hosts that it names; those of an instance are checked later."""
        super().__init_subclass__()
        cls._is_derived = True
        cls._overridden = frozenset(name for name in HOOKS if getattr(cls, name) is not getattr(Request, name))
        hosts: object = cls.__dict__.get("trusted_hosts")
        if isinstance(hosts, Collection):  # else it is computed, or none
            Trust(hosts=cast("Collection[str]", hosts))  # which checks each

    __match_args__: ClassVar[tuple[Literal["method"], Literal["path"]]] = ("method", "path")

    @overload
    def __init__(
        self: Request[None],
        environ: dict[str, object],
        populate_request: bool = False,
        shallow: bool = False,
        *,
        limits: Limits | None = None,
        trust: Trust | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self: Request[None],
        *,
        method: str = "GET",
        url: URL | str = "/",
        headers: HeadersLike | None = None,
        body: bytes | str | Body = b"",
        server: tuple[str, int | None] | None = None,
        remote_addr: str | None = None,
        remote_user: str | None = None,
        limits: Limits | None = None,
        trust: Trust | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self,
        *,
        state: S_co,
        method: str = "GET",
        url: URL | str = "/",
        headers: HeadersLike | None = None,
        body: bytes | str | Body = b"",
        server: tuple[str, int | None] | None = None,
        remote_addr: str | None = None,
        remote_user: str | None = None,
        limits: Limits | None = None,
        trust: Trust | None = None,
    ) -> None: ...
    def __init__(
        self,
        environ: dict[str, object] | None = None,
        populate_request: bool = False,
        shallow: bool = False,
        *,
        state: S_co | None = None,
        limits: Limits | None = None,
        trust: Trust | None = None,
        **values: Unpack[RequestChanges],
    ) -> None:
        own = self.__dict__
        own["_origin"] = environ
        # What `parse` was given is there already: subclasses have constructors that do not take it.
        if limits is not None:
            own.setdefault("_limits", limits)
        if trust is not None:
            own.setdefault("_trust", trust)
        limits, trust = self._limits, self._trust
        if (
            (environ is not None and type(environ) is not dict)
            or (limits is not None and type(limits) is not Limits)
            or (trust is not None and type(trust) is not Trust)
        ):
            check_arguments(environ, limits, trust)
        own["_environ"] = {} if environ is None else environ.copy()
        if shallow:
            own["_shallow"] = shallow
        if state is not None:
            own["_state"] = state
        if environ is None:
            self._set_values(values)
        elif values:
            raise TypeError(f"a request is made from an environ or from values, not from both: {sorted(values)}")
        elif populate_request and not shallow:
            environ["verglas.request"] = self

    _origin: dict[str, object] | None
    _environ: dict[str, object]
    # Nearly every request has these, so that none has to keep them.
    _limits: Limits | None = None
    _trust: Trust | None = None
    _shallow: bool = False
    _state: S_co = cast("S_co", None)  # which is what it is by default

    # Of what makes requests from the outside, the first overload is of a class whose requests need no state. The second
    # is of all others: a generic class whose state is free, to mypy, and one that promises a state that nobody gives.
    @overload
    @classmethod
    def from_values(
        cls: type[N],
        path: str | URL = "/",
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        *,
        limits: Limits | None = None,
        trust: Trust | None = None,
        **values: Unpack[EnvironValues],
    ) -> N: ...
    @overload
    @classmethod
    def from_values(
        cls,
        path: str | URL = "/",
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        *,
        limits: Limits | None = None,
        trust: Trust | None = None,
        **values: Unpack[EnvironValues],
    ) -> Request[None]: ...
    @classmethod
    def from_values(
        cls,
        path: str | URL = "/",
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        *,
        limits: Limits | None = None,
        trust: Trust | None = None,
        **values: Unpack[EnvironValues],
    ) -> Request[None]:
        """Make a request from its parts, by the names of Werkzeug's `EnvironBuilder`; its body is in memory.

        Args:
            path: The path, which may hold a query, below `base_url`; or a whole URL, which without `base_url` gives
                scheme and host, too.
            base_url: Scheme, host and where the application is mounted; `http://localhost/`.
            query_string: The query, instead of one in `path`: a text, or names and values.
            limits: Size and count limits; without them, those of the class.
            trust: Which proxy headers and host names to trust; without it, as the class says.
            **values: `data`, `json` and `files` make the body and its type, or `input_stream` is it; `method`,
                `headers`, `content_type`, `mimetype`, `content_length`, `auth`; `environ_base`, `environ_overrides`,
                `errors_stream`, `multithread`, `multiprocess`, `run_once` for the environ. `None` stands for nothing
                given, also as `json`: `data="null"` is that text.

        Raises:
            ValueError: The URL or a header is not valid, `path` and `query_string` both have a query, `base_url` has
                one, or a whole URL as `path` is not below it.
            TypeError: The body has more than one source, or a name is not known.

        >>> Request.from_values("/notes", method="POST", data={"title": "a b"}).form["title"]
        'a b'
        """
        environ = compose_environ(path, base_url, query_string, **values)
        request = cls._made_from(environ, limits, trust)
        if values.get("input_stream") is None and (body := body_in_memory(environ)) is not None:
            request._keep(body=body)
        return request

    @classmethod
    def _made_from(cls, environ: dict[str, object], limits: Limits | None, trust: Trust | None) -> Request[None]:
        request: Request[None] = cls.__new__(cls)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]  # it gets no state
        if limits is not None:  # before the constructor, which may read values
            request.__dict__["_limits"] = limits
        if trust is not None:
            request.__dict__["_trust"] = trust
        request.__init__(environ)  # type: ignore[misc]  # the first and only call
        return request

    # To Pyrefly the `Request.parse` of a bare `cls` would be that of any subclass, in application(..., parse=...).
    @overload
    @classmethod
    def parse(
        cls: type[N], environ: dict[str, object], *, limits: Limits | None = None, trust: Trust | None = None
    ) -> N: ...
    @overload
    @classmethod
    def parse(
        cls: type[Request[object]],
        environ: dict[str, object],
        *,
        limits: Limits | None = None,
        trust: Trust | None = None,
    ) -> Request[None]: ...
    @classmethod
    def parse(
        cls: type[Request[object]],
        environ: dict[str, object],
        *,
        limits: Limits | None = None,
        trust: Trust | None = None,
    ) -> Request[None]:
        """Make a request from an environ, strictly: method, host, texts, and the length of the body are checked.

        Header fields and the query are held to their limits where they are read.

        Args:
            environ: The environ that the server passed.
            limits: Size and count limits; without them, those of the class.
            trust: Which proxy headers and host names to trust; without it, as the class says.

        Raises:
            ParseError: The environ is not that of a valid request: see `parse_environ`.
        """
        request = cls._made_from(environ, limits, trust)
        believed = trust or request.trust
        located = plain_place(environ, believed) or strict_place(environ, believed)
        # Decided once: the URL and the body are made from these.
        own = request.__dict__
        own["Request._located"], own["_length"] = located, body_length(environ, believed.gateway)
        return request

    @property
    @override
    def limits(self) -> Limits:
        """The size and count limits: as given, or as the class says."""
        limits = self._limits
        if limits is None:
            three = self.max_content_length, self.max_form_memory_size, self.max_form_parts
            limits = self.__dict__["_limits"] = DEFAULT_LIMITS if three == DEFAULT_THREE else limits_of(*three)
        return limits

    @property
    def trust(self) -> Trust:
        """The proxy headers and host names that are trusted: as given, or as the class says."""
        if self._trust is not None:
            return self._trust
        hosts = self.trusted_hosts
        return ANY_HOST if hosts is None else trust_of(hosts if isinstance(hosts, str) else tuple(hosts))

    # Its values

    @property
    def state(self) -> S_co:
        """The value that the application added; `None` until then."""
        return self._state

    @lazy
    @override
    def method(self) -> str:
        """The method, in upper case."""
        return method_of(self._environ)

    @lazy
    def _located(self) -> Located:
        return locate(self._environ, self.trust)

    @lazy
    @override
    def url(self) -> URL:
        """The URL; `str` of it is the IRI. Its host is `""` where the request names none that is valid and trusted."""
        return url_of(self._environ, self._located)

    @property
    def path(self) -> str:
        """The path below where the application is mounted, as text, with one slash in front."""
        # No URL is made for this, unless it is all that there is, or a subclass has another.
        if self._origin is None or "url" in self._overridden:
            return self.url.path
        return path_of(self._environ)

    @lazy
    @override
    def headers(self) -> Headers:
        """The header fields.

        Raises:
            RequestHeaderFieldsTooLarge: The request has more header lines than `Limits.max_headers`.
        """
        environ = self._environ
        limits = self.limits if self._overridden else self._limits or DEFAULT_LIMITS
        if len(environ) > limits.max_headers:  # nearly never: then the other keys are told apart
            check_number(sum(FIELD_NAMES[key] is not None for key in environ), limits.max_headers)
        return Headers.captured(environ, limits)

    @lazy
    @override
    def server(self) -> tuple[str, int | None] | None:
        """Name and port of the server, the port `None` for a Unix socket."""
        return server_of(self._environ)

    @lazy
    @override
    def remote_addr(self) -> str | None:
        """The address of the client; behind proxies that `trust` names, the one that they state."""
        if self.trust.believes_proxies:
            return self._located[4]
        return optional_text(self._environ, "REMOTE_ADDR")

    @lazy
    @override
    def remote_user(self) -> str | None:
        """The user that the server authenticated."""
        return optional_text(self._environ, "REMOTE_USER")

    @lazy
    @override
    def args(self) -> Query:
        """The parameters of the URL.

        Raises:
            RequestURITooLarge: The query has more fields than `Limits.max_query_fields`.
        """
        limits = self.limits if self._overridden else self._limits or DEFAULT_LIMITS
        # No URL is made for this, unless it is all that there is.
        if self._origin is None:
            return Query.parse(self.url.query_string, limits=limits)
        query = self._environ.get("QUERY_STRING")
        if not isinstance(query, str) or not query.isascii():
            query = octets_of(self._environ, "QUERY_STRING")
        return Query.parse(query, limits=limits)

    @lazy
    def cookies(self) -> Cookies:
        """The cookies.

        Raises:
            RequestHeaderFieldsTooLarge: The request has more cookies than `Limits.max_cookies`, or they are too long.
        """
        environ = self._environ
        limits = self.limits if self._overridden else self._limits or DEFAULT_LIMITS
        # PERF: what the headers have, unless a subclass has others, without making them; half of reading cookies alone.
        if self._origin is not None and "headers" not in self._overridden and len(environ) <= limits.max_headers:
            return Cookies.parse(legal_value("HTTP_COOKIE", environ.get("HTTP_COOKIE")) or "", limits=limits)
        return Cookies.parse(";".join(self.headers.getlist("Cookie")), limits=limits)

    @lazy
    @override
    def body(self) -> Body:
        """The body: bytes in memory, or a stream that is read at most once."""
        own, gateway = self.__dict__, self._trust is not None and self._trust.gateway
        if "_shares_body_of" in own:
            original: Request[object] = own["_shares_body_of"]
            shared: Body = Request.body.__get__(original)  # not what a subclass makes of it, once more
            return shared
        try:
            length: int | None = own["_length"] if "_length" in own else body_length(self._environ, gateway)
        except (FramingError, LengthRequired) as error:
            return Body.refused(error)
        if length == 0:
            return Body()  # its own: it keeps its stream, which a handler may write to, or close
        return Body.streaming(self._environ.get("wsgi.input"), length, self.limits.max_content_length)

    @property
    def environ(self) -> dict[str, object]:
        """The environ that the request came from; for a value, one that is made of it now."""
        if self._origin is not None:
            return self._origin
        kept = {key: value for key, value in self._environ.items() if not key.startswith(("HTTP_", "CONTENT_"))}
        headers = with_length(self.headers, self.body)
        return kept | build_environ(
            self.method,
            self.url,
            headers,
            self.body.fresh_stream(),
            server=self.server,
            remote_addr=self.remote_addr,
            remote_user=self.remote_user,
        )

    def with_state(self, state: State) -> Request[State]:
        """Copy the request with a value that the application adds; the copy shares the body.

        Args:
            state: The value; its type becomes the request's type argument.

        >>> Request().with_state({"user": "ada"}).state["user"]
        'ada'
        """
        other = cast("Request[State]", self._copied())  # of the same class, with another type argument
        other.__dict__["_state"] = state
        return other

    def close(self) -> None:
        """Close the uploads, if the form was read. The input belongs to the server.

        Those of a buffered request stay open, since they may be shared.
        """
        own = self.__dict__
        body: Body | None = own.get("Request.body")
        if body is not None:
            body.close()
        elif "_shares_body_of" in own:
            Request.close(own["_shares_body_of"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # A request that was parsed has no state, and each overload says so: with `Self`, mypy would choose a state anew at
    # each call. The first two serve generic subclasses, whose state is still free; their order matters to mypy.
    @overload
    @classmethod
    def application(cls, f: Callable[[Request[None]], ResponseLike]) -> WSGIApplication: ...
    @overload
    @classmethod
    def application(cls, f: Callable[[Subject, Request[None]], ResponseLike]) -> MethodApplication[Subject]: ...
    @overload
    @classmethod
    def application(cls: type[N], f: Callable[[Subject, N], ResponseLike]) -> MethodApplication[Subject]: ...
    @overload
    @classmethod
    def application(cls: type[N], f: Callable[[N], ResponseLike]) -> WSGIApplication: ...
    @classmethod
    def application(
        cls, f: Callable[[N], ResponseLike] | Callable[[Subject, N], ResponseLike]
    ) -> WSGIApplication | MethodApplication[Subject]:
        """Make a WSGI application of a function or method that takes a request of this class and returns a response.

        The request has no state: a function that needs one is not accepted by type checkers. For mypy a generic
        subclass says so: `Page[None].application`.

        Args:
            f: The function. An `HTTPError` that it raises becomes the response. Arguments that the application is
                called with before the environ are passed to it before the request.

        >>> from verglas.response import Response
        >>> @Request.application
        ... def hello(request: Request) -> Response:
        ...     return Response(f"Hello {request.args.get('name', 'World')}!")
        """
        # The overloads have checked that the function takes what the class parses.
        return MethodApplication(cast("Callable[[dict[str, object]], N]", cls.parse), f, Answering())

    def _key(self) -> tuple[object, ...]:
        url = self.url
        # Of two URLs that have one text, these may differ: where the root ends, how the query was escaped.
        return url.root_path, url.raw_path, url.query_string, *(getattr(self, name) for name in VALUES)

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Request) or type(self) is not type(cast("object", other)):
            return NotImplemented
        return self is other or self._key() == cast("Request[object]", other)._key()

    @override
    def __hash__(self) -> int:
        return hash(self._key())

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.method!r} {self.url.path!r}>"

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:
        """Print it as the call that makes it, for IPython and hypothesis."""
        del cycle  # nothing in a request has it
        show_request(printer, self)

    def __copy__(self) -> Self:
        return self

    @override
    def __reduce__(self) -> tuple[object, ...]:
        if self.body.content is None:
            raise TypeError("a request whose body streams cannot be pickled; Request.buffered() gives one that can")
        for name in VALUES:
            getattr(self, name)  # computed now: the environ stays behind
        settings: dict[str, object] = {"_origin": None, "_environ": {}}
        kept = self._kept() | settings
        kept.pop("_shares_body_of", None)  # whose body it has
        return self._restored, (kept,)

    if not TYPE_CHECKING:  # to checkers, a class with a __setattr__ would take any attribute

        def __setattr__(self, name: str, value: object) -> NoReturn:
            refuse(self, name)

        def __delattr__(self, name: str) -> NoReturn:
            refuse(self, name)
