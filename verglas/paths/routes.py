"""`Routes[R]`: a table of routes, which is a handler."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, Literal, TypeAlias, TypeVar, cast, final, overload

from attrs import evolve, frozen

from verglas.backports import override
from verglas.errors.registry import MethodNotAllowed, NotFound
from verglas.paths.endpoint import AnyPath, Entry, Route, Row
from verglas.paths.path import Path, shown
from verglas.paths.tree import ANY_METHOD, Tree
from verglas.request.model import Request
from verglas.response.frozen import FrozenResponse
from verglas.response.shorthand import redirect
from verglas.serving import check_handler, is_application, name_of
from verglas.wsgi import ResponseLike, StartResponse, WSGIApplication

__all__ = ["Mounted", "Routes", "Slash", "mount", "routes"]

R = TypeVar("R", bound=Request[object])
R_in = TypeVar("R_in", bound=Request[object], contravariant=True)

Slash: TypeAlias = Literal["exact", "redirect"]
"""What becomes of a path that is in a table with a slash more or less at its end."""


@final
@frozen(eq=False, repr=False)
class Mounted(Entry[R_in], Generic[R_in]):
    """What is mounted below a prefix, for `routes(...)`."""

    _rows: tuple[Row[R_in], ...]

    @property
    @override
    def rows(self) -> tuple[Row[R_in], ...]:
        """Its lines in a table."""
        return self._rows

    @override
    def __repr__(self) -> str:
        return f"<Mounted, {len(self._rows)} rows>"


@final
@frozen(eq=False, repr=False)
class Routes(Entry[R_in], Generic[R_in]):
    """A table of routes: a handler that gives each request to the route that takes it.

    A path that no route has is a 404, a method that no route takes there a 405 with `Allow`. `HEAD` is answered by the
    route of `GET`, and `OPTIONS` by a 204 with `Allow`, unless there is a route for them.

    >>> from verglas import Response, text
    >>> from verglas.paths import GET, root, routes
    >>> @GET(root / "users" / int).into
    ... def show(request: Request, number: int) -> Response:
    ...     return text(f"user {number}")
    >>> site = routes(show)
    >>> print(site)
    GET  /users/{int}  show
    """

    _rows: tuple[Row[R_in], ...]
    slash: Slash
    _tree: Tree

    @property
    @override
    def rows(self) -> tuple[Row[R_in], ...]:
        """Its lines."""
        return self._rows

    def __call__(self, request: R_in) -> ResponseLike:
        """Answer a request.

        Raises:
            NotFound: No route has the path.
            MethodNotAllowed: None that has it takes the method.
            HTTPError: The route refuses the request.
        """
        method = request.method
        segments = request.url.segments
        found = self._tree.find(segments, method)
        if found is None:
            return self._unmatched(request, segments)
        index, values = found
        row = self.rows[index]
        if row.depth:
            request = request.mounted(row.depth)
        if row.route is not None and row.route.limits is not None:
            request = request.with_limits(row.route.limits)
        return row.answer(request, values)

    def _unmatched(self, request: R_in, segments: tuple[str, ...]) -> ResponseLike:
        every = request.method == "OPTIONS" and segments == ("*",)  # RFC 9110 §9.3.7: of the server as a whole
        methods = {row.method for row in self.rows} - {ANY_METHOD} if every else self._tree.methods(segments)
        if not methods:
            if self.slash == "redirect" and self._tree.methods(_toggled(segments)):
                return _moved(request)
            raise NotFound
        allowed = methods | {"OPTIONS"} | {"HEAD" for method in methods if method == "GET"}
        in_order = [one for one in ("GET", "HEAD") if one in allowed] + sorted(allowed - {"GET", "HEAD"})
        if request.method == "OPTIONS":
            return FrozenResponse(b"", 204, {"Allow": ", ".join(in_order)})
        raise MethodNotAllowed(in_order)

    def __iter__(self) -> Iterator[Route[R_in]]:
        """Its routes, those of nested tables too, in order."""
        return iter([row.route for row in self.rows if row.route is not None])

    def __len__(self) -> int:
        return len(self.rows)

    @override
    def __str__(self) -> str:
        """The table: method, path, handler."""
        lines = [
            (row.method, shown(row.segments) + ("/..." if row.route is None else ""), row.name) for row in self.rows
        ]
        widths = [max([len(line[column]) for line in lines], default=0) for column in range(2)]
        return "\n".join([f"{method:{widths[0]}}  {path:{widths[1]}}  {name}" for method, path, name in lines])

    @override
    def __repr__(self) -> str:
        return f"<Routes, {len(self.rows)} rows>"


def routes(*entries: Entry[R], slash: Slash = "exact") -> Routes[R]:
    """A table of routes, of other tables, and of what is mounted.

    Args:
        entries: They are looked at by their paths: a text wins over a value, and of values what stands first.
        slash: `exact`: a path with a slash more at its end is another one. `redirect`: when there is no such path, but
            one with a slash more or less, the answer is a redirect to it (308), which keeps method and query.

    Raises:
        ValueError: Two routes have the same path and method.
        TypeError: An entry is none of these.
    """
    if slash not in ("exact", "redirect"):
        raise TypeError(f"slash= is 'exact' or 'redirect', not {slash!r}")
    for entry in entries:
        if not isinstance(entry, Entry):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
            raise TypeError(f"a table is made of routes, as GET(path).into(handler) gives them, not of {entry!r}")
    rows = tuple([row for entry in entries for row in entry.rows])
    return Routes(rows, slash, Tree([(row.segments, row.method) for row in rows]))


@overload
def mount(path: Path[*tuple[()]], target: Callable[[R], ResponseLike], /) -> Mounted[R]: ...
@overload
def mount(path: Path[*tuple[()]], target: WSGIApplication, /) -> Mounted[Request[object]]: ...
def mount(path: object, target: object, /) -> object:
    """A table, a handler or a WSGI application below a prefix, for `routes(...)`.

    The prefix is part of `root_path` to it, and no part of `path`. The routes of a table join those that it is mounted
    among; any other handler, and an application, takes every request below the prefix, and answers its own 404 and 405.

    Args:
        path: The prefix, which has no values in it.
        target: The table, handler or application, which shares the unread body.

    Raises:
        ValueError: The prefix has a value, or a slash at its end.
        TypeError: The target is none of these.

    >>> from verglas.paths import mount, root, routes
    >>> from wsgiref.simple_server import demo_app
    >>> print(routes(mount(root / "demo", demo_app)))
    *  /demo/...  demo_app
    """
    if not isinstance(path, Path):
        raise TypeError(f"a path begins with root, as in root / 'api'; this is {path!r}")
    prefix = tuple([one for one in cast("AnyPath", path).segments if isinstance(one, str) and one])
    if len(prefix) != len(path.segments):
        raise ValueError(f"{path!r} has a value or a slash at its end, and is no prefix to mount anything at")
    if isinstance(target, Routes):
        return Mounted(tuple([_below(prefix, row) for row in cast("Routes[Request[object]]", target).rows]))
    if is_application(target):
        answer = _answer_of_application(cast("WSGIApplication", target))
    else:
        check_handler(target, "mount()")
        answer = _answer_of_handler(cast("Callable[[Request[object]], ResponseLike]", target))  # as the overload has it
    return Mounted((Row(ANY_METHOD, prefix, len(prefix), answer, name_of(target), None),))


def _below(prefix: tuple[str, ...], row: Row[R]) -> Row[R]:
    return evolve(row, segments=prefix + row.segments, depth=len(prefix) + row.depth)


_Answer: TypeAlias = Callable[[Request[object], tuple[object, ...]], ResponseLike]


def _answer_of_handler(handler: Callable[[Request[object]], ResponseLike]) -> _Answer:
    return lambda request, values: handler(request)


def _answer_of_application(
    application: WSGIApplication,
) -> _Answer:
    def answer(request: Request[object], values: tuple[object, ...]) -> ResponseLike:
        mounted = request.environ
        place = {key: mounted[key] for key in ("SCRIPT_NAME", "PATH_INFO")}

        def call(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
            return application(environ | place, start_response)

        return call

    return answer


def _toggled(segments: tuple[str, ...]) -> tuple[str, ...]:
    """A path with a slash at its end instead of without, or the other way round."""
    return segments[:-1] if segments[-1:] == ("",) else (*segments, "")


def _moved(request: Request[object]) -> ResponseLike:
    """The redirect to the path with a slash more or less. It is a URL with its host, and never begins with `//`."""
    url = request.url
    path = url.path
    other = path.rstrip("/") or "/" if path.endswith("/") else f"{path}/"
    return redirect(url.replace(path=other), 308)
