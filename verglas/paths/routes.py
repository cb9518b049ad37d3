"""`Routes[R]`: a table of routes, which is a handler."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Generic, Literal, TypeAlias, TypeVar, cast, final, overload

from attrs import evolve, frozen

from verglas.backports import override
from verglas.errors.registry import MethodNotAllowed, NotFound
from verglas.functions import name_of
from verglas.paths.endpoint import AnyPath, Entry, Route, Row
from verglas.paths.path import Path, shown
from verglas.paths.tree import ANY_METHOD, Tree
from verglas.request.application import MethodApplication
from verglas.request.model import Request
from verglas.response.frozen import FrozenResponse
from verglas.response.shorthand import redirect
from verglas.serving import check_handler, is_application
from verglas.wsgi import ResponseLike, WSGIApplication

__all__ = ["Mounted", "Routes", "Slash", "mount", "routes"]

R = TypeVar("R", bound=Request[object])
R_in = TypeVar("R_in", bound=Request[object], contravariant=True)

Slash: TypeAlias = Literal["exact", "redirect"]
"""The answer to a path that is in a table with a slash more or less at its end."""


@final
class NoRoute(NotFound):
    """No route of a table has the path; where a handler looked for something and raised a 404, it is another."""


@final
@frozen(eq=False, repr=False)
class Mounted(Entry[R_in], Generic[R_in]):
    """Something that is mounted below a prefix, for `routes(...)`."""

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
    route of `GET`, and `OPTIONS` by a 204 with `Allow`, unless there is a route for them. A handler that is mounted
    there is asked before.

    >>> from verglas import Response, text
    >>> from verglas.paths import GET, root, routes
    >>> @GET(root / "users" / int).into
    ... def show(request: Request, number: int) -> Response:
    ...     return text(f"user {number}")
    >>> site = routes(show)
    >>> print(site)
    GET  /users/{int}  show

    Attributes:
        slash: The answer to a path that is in the table with a slash more or less at its end.
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
            MethodNotAllowed: No route that has the path takes the method.
            HTTPError: The route refuses the request.
        """
        found = self._tree.find(request.path, request.method)
        if found is None:
            return self._unmatched(request)
        index, values = found
        row = self._rows[index]
        given = request.mounted(row.depth) if row.depth else request
        if row.limits is not None:
            given = given.with_limits(row.limits)
        try:
            return row.answer(given, values)
        except NoRoute as error:
            methods = self._tree.methods(request.path) - {ANY_METHOD}
            if row.route is not None or not methods:
                raise
            lines = error.added_lines
        return _of_another_method(request.method, methods, lines)

    def _unmatched(self, request: R_in) -> ResponseLike:
        path, method = request.path, request.method
        is_asterisk = method == "OPTIONS" and path == "*"  # RFC 9110 §9.3.7: of the server as a whole
        methods = self._all_methods() if is_asterisk else self._tree.methods(path)
        if not (methods or is_asterisk):
            if self.slash == "redirect" and self._tree.methods(_toggled(path)):
                return _moved(request)
            raise NoRoute
        return _of_another_method(method, methods)

    def _all_methods(self) -> set[str]:
        methods = {row.method for row in self._rows} - {ANY_METHOD}
        return methods | {"HEAD"} if "GET" in methods else methods

    def __iter__(self) -> Iterator[Route[R_in]]:
        """Its routes, those of nested tables too, in order; each with its whole path."""
        return iter([row.route for row in self.rows if row.route is not None])

    def __len__(self) -> int:
        return len(self.rows)

    @override
    def __str__(self) -> str:
        """The table: method, path, handler."""
        lines = [
            (row.method, shown(row.segments if row.route else (*row.segments, "...")), row.name) for row in self.rows
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
        slash: `exact`: a path with a slash more at its end is another one. `redirect`: where only a path with a slash
            more or less is in the table, the answer is a redirect to it (308), which keeps method and query. It holds
            for the routes of nested tables, too, whatever theirs says.

    Raises:
        ValueError: Two routes have the same path and method; or one is never reached, since `str` stands where it has
            another type, in a route before it that is the same else.
        TypeError: An entry is not a route, a table or something mounted.
    """
    if slash not in ("exact", "redirect"):
        raise TypeError(f"slash= is 'exact' or 'redirect', not {slash!r}")
    for entry in entries:
        if not isinstance(entry, Entry):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
            raise TypeError(f"a table is made of routes, as GET(path).into(handler) gives them, not of {entry!r}")
    rows = tuple([row for entry in entries for row in entry.rows])
    lines = [(index, row.segments, row.method, row.name) for index, row in enumerate(rows)]
    # The root of a table that is mounted is its prefix with a slash and without, as of an application.
    roots = [line for line, row in zip(lines, rows, strict=True) if row.route and row.depth == len(row.segments) > 0]
    lines += [(index, (*segments, ""), method, name) for index, segments, method, name in roots]
    return Routes(rows, slash, Tree(lines))


@overload
def mount(path: Path[*tuple[()]], target: Callable[[R], ResponseLike], /) -> Mounted[R]: ...
@overload
def mount(path: Path[*tuple[()]], target: WSGIApplication, /) -> Mounted[Request[object]]: ...
def mount(path: object, target: object, /) -> object:
    """A table, a handler or a WSGI application below a prefix, for `routes(...)`.

    The prefix is part of `root_path` to it, and no part of `path`. The routes of a table join those that it is mounted
    among; any other handler, and an application, takes every request below the prefix that no route takes, and answers
    its own 404 and 405. There is one exception: where a table within a handler does not have the path, and the table
    around has it with other methods, the answer is the 405 of the table around, or its 204 to `OPTIONS`.

    Args:
        path: The prefix, which has no values in it.
        target: The table, handler or application, which shares the unread body.

    Raises:
        ValueError: The prefix has a value, or a slash at its end.
        TypeError: The target is not a table, a handler or a WSGI application.

    >>> from verglas.paths import mount, root, routes
    >>> from wsgiref.simple_server import demo_app
    >>> print(routes(mount(root / "demo", demo_app)))
    *  /demo/...  demo_app
    """
    if not isinstance(path, Path):
        raise TypeError(f"a path begins with root, as in root / 'api'; this is {path!r}")
    prefix = tuple([one for one in cast("AnyPath", path).segments if isinstance(one, str) and one])
    if len(prefix) != len(path.segments):
        raise ValueError(f"{path!r} has a value or a slash at its end, and nothing can be mounted at it")
    if isinstance(target, Entry) and not isinstance(target, Routes):
        raise TypeError(f"mount() takes a table, such as routes(...) gives, not {target!r}")
    if isinstance(target, Routes):
        return Mounted(tuple([_below(prefix, row) for row in cast("Routes[Request[object]]", target).rows]))
    if not (callable(target) or target is None):
        raise TypeError(f"mount() takes a table, a handler or a WSGI application, not {target!r}")
    if _is_method_application(target) or is_application(target):
        answer = _answer_of_application(cast("WSGIApplication", target))
    else:
        check_handler(target, "mount()")
        answer = _answer_of_handler(cast("Callable[[Request[object]], ResponseLike]", target))  # as the overload has it
    return Mounted((Row(ANY_METHOD, prefix, len(prefix), None, answer, name_of(target), None, target),))


def _below(prefix: tuple[str, ...], row: Row[R]) -> Row[R]:
    segments = prefix + row.segments
    route = None if row.route is None else evolve(row.route, path=Path[*tuple[object, ...]](segments))
    return evolve(row, segments=segments, depth=len(prefix) + row.depth, route=route)


def _is_method_application(target: object) -> bool:
    """Whether something was made by `Request.application`, which takes any arguments."""
    while isinstance(target, partial):
        target = cast("partial[object]", target).func
    return isinstance(target, MethodApplication)


_Answer: TypeAlias = Callable[[Request[object], tuple[object, ...]], ResponseLike]


def _answer_of_handler(handler: Callable[[Request[object]], ResponseLike]) -> _Answer:
    return lambda request, values: handler(request)


def _answer_of_application(application: WSGIApplication) -> _Answer:
    def answer(request: Request[object], values: tuple[object, ...]) -> ResponseLike:
        # That of the request, and not that of the call: a handler around the table may have replaced the request.
        environ = request.environ.copy()
        return lambda _, start_response: application(environ, start_response)

    return answer


def _of_another_method(method: str, methods: set[str], lines: Iterable[tuple[str, str]] = ()) -> ResponseLike:
    """The answer where only other methods are taken; a 405 is raised, with these header lines."""
    allowed = methods | {"OPTIONS"}
    in_order = [one for one in ("GET", "HEAD") if one in allowed] + sorted(allowed - {"GET", "HEAD"})
    if method == "OPTIONS":
        return FrozenResponse(b"", 204, {"Allow": ", ".join(in_order)})
    raise MethodNotAllowed(in_order).with_lines(*lines)


def _toggled(path: str) -> str:
    """A path with a slash at its end instead of without, or the other way round."""
    return path[:-1] if path.endswith("/") else f"{path}/"


def _moved(request: Request[object]) -> ResponseLike:
    """The redirect to the path with a slash more or less. Without a host, it leads to no other, whatever the request
    names as its own; and `URL` writes one slash in front.
    """
    url, path = request.url, request.url.raw_path
    other = path[:-1] if path.endswith(b"/") else path + b"/"
    return redirect(url.replace(host="", raw_path=other), 308, local=True)
