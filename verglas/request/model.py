"""`Request`: a request as a value."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final, Literal, Self, Unpack, cast, overload

from attrs import fields

from verglas.body import Body
from verglas.environs import EnvironValues, build_environ, compose_environ
from verglas.headers.mapping import Headers, HeadersLike
from verglas.limits import Limits
from verglas.rendering import render_error
from verglas.request.application import MethodApplication
from verglas.request.capture import check
from verglas.request.changes import RequestChanges, as_body, as_url, body_in_hand, in_step, with_length
from verglas.request.content import RequestContent
from verglas.request.readonly import refuse
from verglas.request.values import RequestValues
from verglas.request.variables import S, S_co, Subject
from verglas.syntax.tokens import check_token
from verglas.trust import Trust
from verglas.url import URL
from verglas.wsgi import ResponseLike, WSGIApplication

__all__ = ["Request"]


VALUES: Final = ("method", "url", "headers", "server", "remote_addr", "remote_user", "body", "state")
"""What makes two requests equal."""


class Request(RequestContent[S_co]):
    """A request as a value: frozen, comparable, hashable, safe to share between threads, picklable once `buffered`.

    It is made from an environ, leniently: what cannot be right is empty (`host`), or shows when it is used (the body),
    so that a bare WSGI function never answers 500. `parse_environ`, `application` and `Request.application` are
    strict. Or it is made from its values, without a server. Data that an application adds goes into `state`, which
    has a type: a `Request[User]` has a user.

    A plain subclass may set the class attributes `max_content_length`, `max_form_memory_size`, `max_form_parts`,
    `trusted_hosts` and `json_module`; `limits` and `trust` win over them.

    Args:
        environ: What the server handed over. It is copied, not changed.
        populate_request: Leave the request in the environ, as `verglas.request`.
        shallow: Make what reads the body raise instead.
        method: The method.
        url: The URL, or a path with a query perhaps.
        headers: The header fields. Host and, for a body, Content-Length are added.
        body: The body; text is sent as UTF-8.
        server: Name and port of the server; without it, the URL's.
        remote_addr: The address of the client.
        remote_user: The user that the server authenticated.
        state: What the application adds.
        limits: What is too much.
        trust: What is believed about who sent it, and to which host.

    Raises:
        GrammarError: The URL, the method or a header is not its grammar.
        TypeError: There is both an environ and a value.

    >>> request = Request(method="POST", url="/notes?tag=a&tag=b", headers={"X-Tag": "1"}, body=b"hi")
    >>> request.path, request.args.getlist("tag"), request.headers["x-tag"], request.data
    ('/notes', ['a', 'b'], '1', b'hi')
    """

    __slots__ = ()

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
        if environ is None:
            self._capture({}, shallow, limits, trust)
            self._set_values(values)
        elif values:
            raise TypeError(f"a request is made from an environ or from values, not from both: {sorted(values)}")
        else:
            self._capture(environ, shallow, limits, trust)
        _set_state(self, state)
        if populate_request and environ is not None and not shallow:
            environ["verglas.request"] = self

    def _set_values(self, values: RequestChanges) -> None:
        unknown = values.keys() - RequestChanges.__annotations__.keys()
        if unknown:
            raise TypeError(f"a request has no values {sorted(unknown)}")
        url = values.get("url", "/")
        url = url if isinstance(url, URL) else as_url(url)
        body = as_body(values.get("body", b""))
        _set(self, "_origin", None)
        _set(self, "method", check_token(values.get("method", "GET"), "method").upper())
        _set(self, "url", url)
        _set(self, "headers", in_step(Headers.unchecked(Headers(values.get("headers")).pairs, self.limits), url, body))
        _set(self, "body", body)
        _set(self, "server", values.get("server") or (url.hostname or "localhost", url.port))
        _set(self, "remote_addr", values.get("remote_addr"))
        _set(self, "remote_user", values.get("remote_user"))

    @classmethod
    def from_values(
        cls,
        path: str = "/",
        base_url: str | None = None,
        *,
        limits: Limits | None = None,
        trust: Trust | None = None,
        **values: Unpack[EnvironValues],
    ) -> Self:
        """A request that is described in parts, by the names that users come with; its body is in hand.

        Args:
            path: The path, which may hold a query, below `base_url`; or a whole URL.
            base_url: Scheme, host and where the application is mounted; `http://localhost/`.
            limits: What is too much; without it, as the class says.
            trust: What is believed; without it, as the class says.
            **values: `data`, `json` and `files` make the body and its type, or `input_stream` is it; `method`,
                `headers`, `query_string`, `content_type`, `mimetype`, `content_length`, `auth`; `environ_base`,
                `environ_overrides`, `errors_stream`, `multithread`, `multiprocess`, `run_once` for the environ.

        Raises:
            ValueError: A query in both `path` and `query_string`, or in `base_url`; or what is no URL or header.
            TypeError: More than one source of the body, or a name that is not known.

        >>> Request.from_values("/notes", method="POST", data={"title": "a b"}).form["title"]
        'a b'
        """
        environ = compose_environ(path, base_url, **values)
        request = cast("Callable[[dict[str, object]], Self]", cls)(environ)  # Self is no Request[None] to checkers
        request._settle(limits, trust)
        if "input_stream" not in values and (body := body_in_hand(environ)) is not None:
            _set(request, "body", body)
        return request

    def _settle(self, limits: Limits | None, trust: Trust | None) -> None:
        """Have limits and trust that were given win over the class's."""
        _set(self, "_limits", self._limits if limits is None else limits)
        _set(self, "_trust", self._trust if trust is None else trust)

    @classmethod
    def parse(cls, environ: dict[str, object], *, limits: Limits | None = None, trust: Trust | None = None) -> Self:
        """A request from an environ in which nothing is wrong that can be seen without reading the body.

        Args:
            environ: What the server handed over.
            limits: What is too much; without it, as the class says.
            trust: What is believed; without it, as the class says.

        Raises:
            ParseError: Something is: see `parse_environ`.
        """
        request = cast("Callable[[dict[str, object]], Self]", cls)(environ)  # as above
        request._settle(limits, trust)
        check(environ, request.trust)
        return request

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

    def replace(self, **changes: Unpack[RequestChanges]) -> Self:
        """A copy with other values.

        Args:
            **changes: As for the constructor. With another URL Host follows, with another body Content-Length.

        Raises:
            GrammarError: A value is not its grammar.
            TypeError: A value is unknown.

        >>> Request(url="/a").replace(url="http://example.org/b").headers["Host"]
        'example.org'
        """
        headers = Headers(changes["headers"]) if "headers" in changes else self.headers
        if "url" in changes:
            headers = headers.without("Host")
        if "body" in changes:
            headers = headers.without("Content-Length", "Transfer-Encoding")
        values: RequestChanges = {
            "method": self.method,
            "url": self.url,
            "server": self.server,
            "remote_addr": self.remote_addr,
            "remote_user": self.remote_user,
            "body": self.body,
            **changes,
            "headers": headers,
        }
        other = self._changed(values)
        if not changes.keys() & {"url", "headers", "body"}:
            _set(other, "headers", self.headers)  # as they came: a Host would be added to them
        return other

    __replace__ = replace

    def _changed(self, values: RequestChanges) -> Self:
        other = self._copied()
        for derived in ("args", "cookies"):
            if derived in other._filled():
                object.__delattr__(other, derived)
        other._set_values(values)
        _set(other, "server", values.get("server"))  # none stays none, as for a request that came without
        return other

    def _filled(self) -> dict[str, object]:
        """The slots that have been read, with what is in them; reading the others would fill them."""
        filled: dict[str, object] = {}
        for name, slot in _SLOTS.items():
            try:
                filled[name] = slot(self, None)
            except AttributeError:
                continue
        return filled

    def _copied(self) -> Self:
        self.body  # noqa: B018  # a copy shares the body, which has to be there for that
        other = object.__new__(type(self))
        for name, value in self._filled().items():
            _set(other, name, value)
        for name, value in self._own().items():
            _set(other, name, value)
        return other

    def _own(self) -> dict[str, object]:
        """What a plain subclass has set; what it derives from the values is derived anew for other values."""
        own: dict[str, object] = getattr(self, "__dict__", {})
        kept = [name for name in own if not isinstance(getattr(type(self), name, None), cached_property)]
        return {name: own[name] for name in kept}

    def with_state(self, state: S) -> Request[S]:
        """A copy with something that the application adds; it shares the body.

        Args:
            state: That; its type becomes the request's.

        >>> Request().with_state({"user": "ada"}).state["user"]
        'ada'
        """
        other = cast("Request[S]", self._copied())  # of the same class, with another type argument
        _set_state(other, state)
        return other

    def buffered(self) -> Self:
        """A copy with its body in hand, read now: hashable, picklable, and to be read again and again.

        Raises:
            ParseError: The body is too large, or ended early.
            BodyConsumed: The body was consumed before.
            RuntimeError: The request is shallow.
        """
        if self.body.content is not None:
            return self
        other = self._copied()
        body = Body(self._open_body().read(self.limits, "buffered"))
        _set(other, "body", body)
        _set(other, "_origin", None)
        if self.headers.get("Transfer-Encoding"):
            _set(other, "headers", with_length(self.headers, body))
        return other

    @overload
    @classmethod
    def application(cls, f: Callable[[Self], ResponseLike]) -> WSGIApplication: ...
    @overload
    @classmethod
    def application(cls, f: Callable[[Subject, Self], ResponseLike]) -> MethodApplication[Subject]: ...
    @classmethod
    def application(
        cls, f: Callable[[Self], ResponseLike] | Callable[[Subject, Self], ResponseLike]
    ) -> WSGIApplication | MethodApplication[Subject]:
        """Make a WSGI application of a function or method that takes a request of this class and answers.

        Args:
            f: It. What it raises as `HTTPError` becomes the answer.

        >>> from verglas.response import Response
        >>> @Request.application
        ... def hello(request: Request) -> Response:
        ...     return Response(f"Hello {request.args.get('name', 'World')}!")
        """
        return MethodApplication(cls.parse, f, render_error)

    def _key(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in VALUES)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Request) or type(self) is not type(cast("object", other)):
            return NotImplemented
        return self is other or self._key() == cast("Request[object]", other)._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.method!r} {self.url.path!r}>"

    def __copy__(self) -> Self:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        if self.body.content is None:
            raise TypeError("a request whose body streams cannot be pickled; Request.buffered() gives one that can")
        values = {name: getattr(self, name) for name in VALUES if name != "state"}
        settings = self._limits, self._trust, self._shallow
        return self._restored, (values, self.state, settings, self._own())

    @classmethod
    def _restored(
        cls,
        values: RequestChanges,
        state: object,
        settings: tuple[Limits | None, Trust | None, bool],
        extra: dict[str, object],
    ) -> Self:
        """What a pickle holds, as it was: a Host or Content-Length added here would make another request of it."""
        limits, trust, shallow = settings
        request = object.__new__(cls)
        request._capture({}, shallow, limits, trust)
        _set(request, "_origin", None)
        _set_state(request, state)
        for name, value in (*values.items(), *extra.items()):  # what a plain subclass has comes last
            _set(request, name, value)
        return request


_set: Final = object.__setattr__
_set_state: Final[Callable[[object, object], None]] = RequestValues.__dict__["state"].__set__
_SLOTS: Final[dict[str, Callable[[object, None], object]]] = {
    attribute.name: RequestValues.__dict__[attribute.name].__get__ for attribute in fields(RequestValues)
}


# attrs refuses to freeze a class that has a __setattr__ of its own: ours, with words, takes the place of its.
if not TYPE_CHECKING:
    Request.__setattr__ = refuse
    Request.__delattr__ = lambda self, name: refuse(self, name, None)
