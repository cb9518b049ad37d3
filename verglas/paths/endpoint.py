"""`Endpoint[*Ts]`: a method, a path and inputs, as one value that types its handler and builds its requests."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Final, Generic, Literal, Protocol, TypeAlias, TypeVar, TypeVarTuple, Unpack, cast, final, get_args

from attrs import evolve, frozen

from verglas.backports import override
from verglas.functions import name_of
from verglas.headers.mapping import Headers
from verglas.inputs.drafts import Draft
from verglas.inputs.model import Input, Way, check_functions, check_taker, maker, mapped, source_of, way_back
from verglas.inputs.sources import Description, Group, PathValue, read_group
from verglas.limits import Limits
from verglas.paths.path import Path, Rest, Segment, Typed
from verglas.request.model import Request
from verglas.url import URL
from verglas.values import Value
from verglas.wsgi import ResponseLike

__all__ = [
    "AnyPath",
    "DELETE",
    "Endpoint",
    "Entry",
    "GET",
    "HEAD",
    "Method",
    "OPTIONS",
    "PATCH",
    "POST",
    "PUT",
    "QUERY",
    "Route",
    "Row",
    "on",
]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
R = TypeVar("R", bound=Request[object])
R_in = TypeVar("R_in", bound=Request[object], contravariant=True)

AnyPath: TypeAlias = Path[*tuple[object, ...]]
"""A path whose values are not known to checkers."""

Method: TypeAlias = Literal[
    "ACL", "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "COPY", "DELETE", "GET", "HEAD", "LABEL", "LINK", "LOCK",
    "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL", "MKREDIRECTREF", "MKWORKSPACE", "MOVE", "OPTIONS", "ORDERPATCH",
    "PATCH", "POST", "PROPFIND", "PROPPATCH", "PUT", "QUERY", "REBIND", "REPORT", "SEARCH", "TRACE", "UNBIND",
    "UNCHECKOUT", "UNLINK", "UNLOCK", "UPDATE", "UPDATEREDIRECTREF", "VERSION-CONTROL",
]  # fmt: skip
"""The registered methods (RFC 9110 §18.2) that an application may answer: not CONNECT, and not PRI of HTTP/2."""

METHODS: Final[tuple[str, ...]] = get_args(Method)


class _AnyHandler(Protocol[R_in]):
    def __call__(self, request: R_in, /, *values: object) -> ResponseLike: ...


class Entry(Value, Generic[R_in]):
    """The base of the parts of a table: a route, another table, something that is mounted."""

    __slots__ = ()

    @property
    @abstractmethod
    def rows(self) -> tuple[Row[R_in], ...]:
        """Its lines in a table."""


@final
@frozen(eq=False, repr=False)
class Route(Entry[R_in], Generic[R_in]):
    """An endpoint with its handler, for `routes(...)`.

    Attributes:
        method: The method.
        path: The path. Of a route that a table gives, it is the whole one, with the prefix of where it is mounted.
        inputs: The values that the handler is given: those of the path, then the inputs.
        names: The names of the values of the path: the handler's parameters, or else their positions.
        handler: The function that was given.
        limits: Those of its requests, instead of the application's. `None`: the same.
    """

    method: str
    path: AnyPath
    inputs: Group
    names: tuple[str, ...]
    handler: object
    limits: Limits | None
    _answer: Callable[[R_in, tuple[object, ...]], ResponseLike]

    @property
    @override
    def rows(self) -> tuple[Row[R_in], ...]:
        """Its line in a table."""
        name = name_of(self.handler)
        return (Row(self.method, self.path.segments, 0, self.limits, self._answer, name, self),)

    @property
    def template(self) -> str:
        """The path as OpenAPI writes it: the name of each value in braces.

        >>> from verglas.paths import root
        >>> @GET(root / "users" / int).into
        ... def show(request: Request, user: int) -> ResponseLike: ...
        >>> show.template, [one.name for one in show.describe()]
        ('/users/{user}', ['user'])
        """
        names = iter(self.names)
        return "/" + "/".join([one if isinstance(one, str) else f"{{{next(names)}}}" for one in self.path.segments])

    def describe(self) -> tuple[Description, ...]:
        """The description of each value that the handler is given, as a tool needs it; those of the path have the
        `names`.
        """
        return tuple(
            [
                evolve(one, name=self.names[int(one.name)]) if one.place == "path" else one
                for one in self.inputs.describe()
            ]
        )

    @override
    def __repr__(self) -> str:
        return f"<Route {self.method} {self.path!r} {name_of(self.handler)}>"


@final
@frozen(eq=False)
class Row(Value, Generic[R_in]):
    """A line of a table.

    Attributes:
        method: The method; `*` of what is mounted, which takes all.
        segments: The path, with the prefix of where it is mounted.
        depth: How many segments that prefix has.
        limits: Those of its requests, instead of the application's. `None`: the same.
        answer: Answers a request, given the values of its path.
        name: The name of the handler.
        route: The route, with its whole path; `None` of what is mounted.
        mounted: What is mounted, as it was given; `None` of a route.
    """

    method: str
    segments: tuple[Segment, ...]
    depth: int
    limits: Limits | None
    answer: Callable[[R_in, tuple[object, ...]], ResponseLike]
    name: str
    route: Route[R_in] | None
    mounted: object = None


@final
@frozen(eq=False, repr=False)
class Endpoint(Value, Generic[*Ts]):
    """A method and a path, with the inputs that its handler needs: `GET(path) & page & trace`.

    The handler is given the values of the path first, then those of the inputs.

    >>> from verglas import Response, text
    >>> from verglas.inputs import query
    >>> from verglas.paths import root, routes
    >>> user = GET(root / "users" / int) & query("page", int, default=1)
    >>> @user.into
    ... def show(request: Request, number: int, page: int) -> Response:
    ...     return text(f"{number}, page {page}")
    >>> print(user.request(7, 2).url)
    http://localhost/users/7?page=2
    """

    method: str
    path: AnyPath
    inputs: Group
    limits: Limits | None = None

    def __and__(self, other: Input[T], /) -> Endpoint[*Ts, T]:
        """This endpoint with one more input.

        Raises:
            ValueError: Two inputs read the same name in the same place, or one a whole body and another a part of one.
        """
        return Endpoint(self.method, self.path, Group.of(*self.inputs.parts, source_of(other)), self.limits)

    def into(self, handler: Callable[[R, Unpack[Ts]], ResponseLike], /) -> Route[R]:
        """The route to a function, which is given the values, in order, after the request.

        Args:
            handler: The function.
        """
        parts, count = self.inputs.parts, len(_typed(self.path))
        parameters = check_taker(handler, len(parts))
        # PERF: those of the path come first, and were read when it was matched; unless `to` has made something of them.
        is_leading = all(isinstance(part, PathValue) for part in parts[:count])
        inputs = Group.of(*parts[count:]) if is_leading else self.inputs

        run = cast("_AnyHandler[R]", handler)  # the maker of each value has checked it

        def answer(request: R, path_values: tuple[object, ...]) -> ResponseLike:
            if not is_leading:
                return run(request, *read_group(inputs, request, path_values))
            return (
                run(request, *path_values, *read_group(inputs, request)) if inputs.parts else run(request, *path_values)
            )

        named = parameters[:count] if is_leading and parameters else [str(index) for index in range(count)]
        return Route(self.method, self.path, self.inputs, tuple(named), handler, self.limits, answer)

    def to(self, make: Callable[[Unpack[Ts]], T], /, *, back: Callable[[T], tuple[*Ts]] | None = None) -> Endpoint[T]:
        """The endpoint whose handler is given what a class or function makes of all the values.

        Args:
            make: The class or function. A `ValueError` that it raises says that the values are not right together.
            back: Gives the values again. Of an attrs class or a dataclass, they are its fields.
        """
        check_functions("to", make, back)
        way = cast("Way | None", back) or way_back(make, len(self.inputs.parts))
        made = mapped(self.inputs, maker(make, self.inputs), way)
        return Endpoint(self.method, self.path, Group.of(made), self.limits)

    def request(self, *values: *Ts) -> Request[None]:
        """The request that gives these values: for tests, links and clients.

        Args:
            values: The values of the path, then of the inputs. A default is written by leaving it out.

        Raises:
            ValueError: A value cannot be where it is read from.
            TypeError: A value has no way back, or is of another type.
        """
        return self._made(self._draft(values))

    def url(self, request: Request[object], /, *values: *Ts) -> URL:
        """The link that gives these values: their path and query, at the host of a request, and below where the
        application is mounted. A URL cannot carry the values of a header or of a body.

        Args:
            request: The request.
            values: The values of the path, then of the inputs. A default is written by leaving it out.

        Raises:
            ValueError: A value cannot be where it is read from, or is not part of a URL.
            TypeError: A value has no way back, or is of another type.

        >>> from verglas.inputs import query
        >>> from verglas.paths import root
        >>> notes = GET(root / "notes") & query("page", int, default=1)
        >>> str(notes.url(Request(url="http://example.org/"), 3))
        'http://example.org/notes?page=3'
        """
        draft = self._draft(values)
        others = (*draft.cookies.values(), *draft.fields.values(), *draft.files.values(), draft.headers, draft.body)
        if any(others):
            raise ValueError(f"{self!r} has values that a URL cannot carry; request() makes the whole request")
        made = self._made(draft).url
        return request.url.replace(raw_path=made.raw_path, query_string=made.query_string)

    def _draft(self, values: tuple[object, ...]) -> Draft:
        draft = Draft(Headers())
        self.inputs.write(draft, values)
        return draft

    def _made(self, draft: Draft) -> Request[None]:
        url = self.path(*[draft.path[index] for index in sorted(draft.path)])
        return draft.applied(Request(method=self.method, url=url))

    def describe(self) -> tuple[Description, ...]:
        """The description of each value, as a tool needs it; those of the path are named by their position."""
        return self.inputs.describe()

    @override
    def __repr__(self) -> str:
        return f"<Endpoint {self.method} {self.path!r}>"


def on(method: Method, path: Path[*Ts], /, *, limits: Limits | None = None) -> Endpoint[*Ts]:
    """The endpoint of a method and a path.

    Args:
        method: One of the registered methods, in capitals.
        path: The path.
        limits: Those of its requests, instead of the application's.

    Raises:
        TypeError: The method is not a registered one, or the path not a `Path`.
    """
    if method not in METHODS:
        raise TypeError(f"a method is one of the registered ones, such as 'GET', not {method!r}")
    if not (limits is None or isinstance(limits, Limits)):  # pyright: ignore[reportUnnecessaryIsInstance]  # as below
        raise TypeError(f"limits= is a Limits, not {type(limits).__name__}")
    if not isinstance(path, Path):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise TypeError(f"a path begins with root, as in root / 'users' / int; this is {path!r}")
    parts = [
        PathValue(index, {"type": "string"}, several=True)
        if isinstance(segment, Rest)
        else PathValue(index, segment.converter.schema)
        for index, segment in enumerate(_typed(cast("AnyPath", path)))
    ]
    return Endpoint(method, cast("AnyPath", path), Group.of(*parts), limits)


def _typed(path: AnyPath) -> list[Typed | Rest]:
    return [segment for segment in path.segments if not isinstance(segment, str)]


def GET(path: Path[*Ts], /, *, limits: Limits | None = None) -> Endpoint[*Ts]:
    """The endpoint of `GET`, which answers `HEAD` as well."""
    return on("GET", path, limits=limits)


def HEAD(path: Path[*Ts], /, *, limits: Limits | None = None) -> Endpoint[*Ts]:
    """The endpoint of `HEAD`, where `GET` is not to answer it."""
    return on("HEAD", path, limits=limits)


def POST(path: Path[*Ts], /, *, limits: Limits | None = None) -> Endpoint[*Ts]:
    """The endpoint of `POST`."""
    return on("POST", path, limits=limits)


def PUT(path: Path[*Ts], /, *, limits: Limits | None = None) -> Endpoint[*Ts]:
    """The endpoint of `PUT`."""
    return on("PUT", path, limits=limits)


def PATCH(path: Path[*Ts], /, *, limits: Limits | None = None) -> Endpoint[*Ts]:
    """The endpoint of `PATCH` (RFC 5789)."""
    return on("PATCH", path, limits=limits)


def DELETE(path: Path[*Ts], /, *, limits: Limits | None = None) -> Endpoint[*Ts]:
    """The endpoint of `DELETE`."""
    return on("DELETE", path, limits=limits)


def OPTIONS(path: Path[*Ts], /, *, limits: Limits | None = None) -> Endpoint[*Ts]:
    """The endpoint of `OPTIONS`, where the answer is not to be the methods alone."""
    return on("OPTIONS", path, limits=limits)


def QUERY(path: Path[*Ts], /, *, limits: Limits | None = None) -> Endpoint[*Ts]:
    """The endpoint of `QUERY` (RFC 10008): a `GET` with a body."""
    return on("QUERY", path, limits=limits)
