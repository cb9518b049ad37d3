"""The tables inside a handler: behind middleware, in applications, and in what is mounted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Final, NamedTuple, Never, TypeAlias, cast, final

from attrs import frozen

from verglas.paths.endpoint import Route, Row
from verglas.paths.path import Path
from verglas.paths.routes import Routes, mount
from verglas.serving import serve
from verglas.values import Value

__all__ = ["Layout", "Mount", "Table", "code_of", "handler_of", "layout_of", "tables_in"]

Table: TypeAlias = Routes[Never]
"""A table of routes, whatever their requests."""

DEEPEST: Final = 40
MOST: Final = 2000
"""How many functions are looked into: an application of another framework has more."""


def tables_in(handler: object) -> list[Table]:
    """The tables that a handler is, or stands around: each once, the outermost of what is nested alone.

    Middleware remembers its handler as `functools.wraps` has it, or is a function or an object that has it.

    Args:
        handler: A handler or a WSGI application.
    """
    found: list[Table] = []
    seen: set[int] = set()
    level: list[object] = [handler]
    for _ in range(DEEPEST):
        deeper: list[object] = []
        for one in level:
            if id(one) in seen or len(seen) > MOST:
                continue
            seen.add(id(one))
            if isinstance(one, Routes):
                found.append(cast("Table", one))
            else:
                deeper += _inside(one)
        level = deeper
    return found


def _inside(handler: object) -> list[object]:
    """The functions that one may call: the one that it says that it wraps, or else all that it has."""
    wrapped = _wrapped(handler)
    if wrapped is not None:
        return [wrapped]
    if isinstance(handler, partial):
        called = cast("partial[object]", handler)
        held: list[object] = [called.func, *called.args, *called.keywords.values()]
    elif isinstance(handler, FunctionType):
        held = list(_in_cells(handler))
    elif isinstance(handler, (type, MethodType)):  # a method's object has more than what it calls
        held = []
    else:
        held = list(_in_attributes(handler))
    return [one for one in held if callable(one) and not isinstance(one, type)]


def handler_of(app: object) -> object:
    """The handler that `application` made a WSGI application of; anything else as it is.

    Args:
        app: The application.
    """
    while isinstance(app, FunctionType) and app.__module__ == serve.__module__:
        cells = dict(zip(app.__code__.co_freevars, _in_cells(app), strict=False))
        inner = cells.get("handler", cells.get("application"))
        if inner is None:
            break
        app = inner
    return app


def _wrapped(handler: object) -> object:
    # An application has no `__wrapped__`: its signature would be that of the handler, to whoever asks.
    inner = handler_of(handler)
    if inner is not handler:
        return inner
    return cast("object", getattr(handler, "__wrapped__", None)) if hasattr(handler, "__dict__") else None


def _in_cells(function: FunctionType) -> Iterator[object]:
    for cell in function.__closure__ or ():
        try:
            yield cast("object", cell.cell_contents)
        except ValueError:  # nothing is in it yet
            continue


def _in_attributes(handler: object) -> Iterator[object]:
    yield from cast("dict[str, object]", getattr(handler, "__dict__", {})).values()
    for cls in type(handler).__mro__:
        slots = cast("object", cls.__dict__.get("__slots__", ()))
        for name in [slots] if isinstance(slots, str) else cast("tuple[str, ...]", slots):
            yield cast("object", getattr(handler, name, None))


def code_of(handler: object) -> CodeType | None:
    """The code that runs when a handler is called, of the innermost that it wraps; `None` of what is written in C.

    Args:
        handler: A handler or a WSGI application.
    """
    for _ in range(DEEPEST):
        if isinstance(handler, partial):
            handler = cast("partial[object]", handler).func
            continue
        wrapped = _wrapped(handler)
        if wrapped is None:
            break
        handler = wrapped
    for called in (handler, getattr(type(handler), "__call__", None)):  # noqa: B004  # its code, not whether it is there
        code = cast("object", getattr(getattr(called, "__func__", called), "__code__", None))
        if isinstance(code, CodeType):
            return code
    return None


class Mount(NamedTuple):  # attrs would look for `Layout` while it makes the class
    """Something that is mounted in a table, and is not a table.

    Attributes:
        prefix: The segments of the path below which it is.
        name: Its name.
        target: What is mounted.
        layout: That of the table inside; `None` where none is seen.
    """

    prefix: tuple[str, ...]
    name: str
    target: object
    layout: Layout | None

    @property
    def path(self) -> str:
        """The path below which it is."""
        return "/" + "".join([f"{segment}/" for segment in self.prefix])


@final
@frozen(eq=False)
class Layout(Value):
    """All that is known of what a table and the tables inside it answer.

    Attributes:
        rows: The routes of the table itself.
        mounts: What is mounted there.
    """

    rows: tuple[Row[Never], ...]
    mounts: tuple[Mount, ...]

    def routes(self) -> list[Route[Never]]:
        """All routes, with their whole paths."""
        own = [row.route for row in self.rows if row.route is not None]
        return own + [route for one in self.mounts if one.layout is not None for route in one.layout.routes()]

    def opaque(self) -> list[Mount]:
        """Everything mounted of which no more is seen."""
        found: list[Mount] = []
        for one in self.mounts:
            found += [one] if one.layout is None else one.layout.opaque()
        return found


def layout_of(table: Table) -> Layout:
    """The layout of a table.

    Args:
        table: The table.
    """
    return _layout(table.rows, frozenset({id(table)}))


def _layout(rows: tuple[Row[Never], ...], around: frozenset[int]) -> Layout:
    mounts = tuple([_mount(row, around) for row in rows if row.route is None])
    return Layout(tuple([row for row in rows if row.route is not None]), mounts)


def _mount(row: Row[Never], around: frozenset[int]) -> Mount:
    prefix = tuple([one for one in row.segments if isinstance(one, str)])
    tables = [one for one in tables_in(row.mounted) if id(one) not in around]
    layout = None
    if len(tables) == 1:
        below = mount(Path[*tuple[()]](prefix), tables[0]).rows
        layout = _layout(below, around | {id(tables[0])})
    return Mount(prefix, row.name, row.mounted, layout)
