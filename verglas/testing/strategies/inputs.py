"""Strategies of what fits an input: its values, and requests that have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Never, Protocol, TypeAlias, TypeVar, TypeVarTuple, cast, overload

from hypothesis import strategies as st

from verglas.inputs.model import Input, Inputs
from verglas.inputs.sources import Description, Group, PathValue, Source
from verglas.limits import Limits
from verglas.paths.endpoint import Endpoint, Route
from verglas.paths.path import Path, Rest
from verglas.paths.routes import Routes
from verglas.request.model import Request
from verglas.testing.strategies.plans import AnyPath, Plan, Target
from verglas.testing.strategies.slots import Slots, shown_key, slots_of

__all__ = [
    "AnyEndpoint",
    "AnyInput",
    "GivenStrategies",
    "given_by_route",
    "plan_of",
    "plans_of",
    "requests_of",
    "slots_of_key",
    "values_of",
]

T_co = TypeVar("T_co", covariant=True)
Ts = TypeVarTuple("Ts")
R = TypeVar("R", bound=Request[object])


class AnyInput(Protocol):
    """An `Input` or `Inputs`, of whatever values."""

    @property
    def source(self) -> Source: ...


class ReadsOne(Protocol[T_co]):
    """An `Input` of values of a type, or of a narrower one, or `Inputs` of a tuple of such."""

    @property
    def source(self) -> Source: ...

    def read(self, request: Request[object], /) -> T_co: ...

    def describe(self) -> tuple[Description, ...]: ...


class AnyEndpoint(Protocol):
    """An `Endpoint` or a `Route`, of whatever values."""

    @property
    def method(self) -> str: ...

    @property
    def path(self) -> AnyPath: ...

    @property
    def inputs(self) -> Group: ...

    @property
    def limits(self) -> Limits | None: ...


class SomePath(Protocol):
    """A `Path`, of whatever values."""

    @property
    def segments(self) -> tuple[object, ...]: ...

    def match(self, segments: tuple[str, ...], /) -> tuple[object, ...] | None: ...


GivenStrategies: TypeAlias = Mapping[AnyInput | Callable[[str], object] | type[object], st.SearchStrategy[object]]
"""The strategies for the values of inputs; a function or class stands for all inputs and segments that it converts."""

_NO_STRATEGIES: GivenStrategies = {}


def plan_of(x: object, given: GivenStrategies) -> Plan:
    """The plan of requests that fit.

    Args:
        x: An `Input`, `Inputs`, `Endpoint`, `Route` or `Path`.
        given: The strategies for values of inputs.

    Raises:
        TypeError: The argument is something else, or a strategy is of nothing that is read.
    """
    target = target_of(x)
    typed = [] if target.path is None else [one for one in target.path.segments if not isinstance(one, str)]
    slots = slots_of(target.source, {_key(key): strategy for key, strategy in given.items()}, typed)
    return Plan(target, slots.found, slots.choices)


def plans_of(x: object, given: GivenStrategies) -> list[Plan]:
    """The plans of requests that fit: one for each route of a table, else one alone.

    Args:
        x: An `Input`, `Inputs`, `Endpoint`, `Route`, `Path` or `Routes`.
        given: The strategies for values of inputs.

    Raises:
        TypeError: The argument is something else, or a strategy is of nothing that is read.
    """
    if not isinstance(x, Routes):
        return [plan_of(x, given)]
    return [plan_of(route, own) for route, own in given_by_route(cast("Routes[Never]", x), given)]


def given_by_route(
    routes: Iterable[Route[Never]], given: GivenStrategies
) -> list[tuple[Route[Never], GivenStrategies]]:
    """Each route, with the strategies that are for inputs of it, or for segments of its path.

    Args:
        routes: The routes of a table.
        given: The strategies for values of inputs.

    Raises:
        TypeError: A strategy is for an input of no route.
    """
    unused = set(given)
    found: list[tuple[Route[Never], GivenStrategies]] = []
    for route in routes:
        own = {key: strategy for key, strategy in given.items() if slots_of_key(route, key, strategy)}
        unused -= own.keys()
        found.append((route, own))
    for key in unused:
        raise TypeError(f"given= has {shown_key(key)}, which is not among the inputs of any route")
    return found


def slots_of_key(route: Route[Never], key: object, strategy: st.SearchStrategy[object]) -> Slots | None:
    """The slots of a route, if a key of `given=` stands for an input of it, or for a segment of its path.

    Args:
        route: The route.
        key: The key.
        strategy: Its strategy.
    """
    own = _key(key)
    slots = Slots({own: strategy}, [one for one in route.path.segments if not isinstance(one, str)])
    slots.add(route.inputs)
    return slots if own in slots.used else None


def target_of(x: object) -> Target:
    """The endpoint, input or path that requests are made for.

    Args:
        x: An `Input`, `Inputs`, `Endpoint`, `Route` or `Path`.

    Raises:
        TypeError: The argument is something else.
    """
    if isinstance(x, (Input, Inputs)):
        source = cast("AnyInput", x).source
        has_body = any(one.place in ("form", "file", "body") for one in source.describe())
        return Target("POST" if has_body else "GET", None, source)
    if isinstance(x, (Endpoint, Route)):
        endpoint = cast("AnyEndpoint", x)
        return Target(endpoint.method, endpoint.path, endpoint.inputs, endpoint.limits, has_method=True)
    if isinstance(x, Path):
        path = cast("AnyPath", x)
        typed = [one for one in path.segments if not isinstance(one, str)]
        values = [PathValue(index, {}, several=isinstance(one, Rest)) for index, one in enumerate(typed)]
        return Target("GET", path, Group.of(*values))
    if isinstance(x, Routes):
        raise TypeError("values are those of one of the routes of a table, not of the whole")
    raise TypeError(f"values are those of an Input, Inputs, Endpoint, Route or Path, not of {type(x).__name__}")


def _key(key: object) -> object:
    if isinstance(key, (Input, Inputs)):
        return cast("AnyInput", key).source
    return key


@overload
def values_of(x: ReadsOne[T_co], /, given: GivenStrategies = ...) -> st.SearchStrategy[T_co]: ...
@overload
def values_of(x: Endpoint[*Ts], /, given: GivenStrategies = ...) -> st.SearchStrategy[tuple[*Ts]]: ...
@overload
def values_of(x: Path[*Ts], /, given: GivenStrategies = ...) -> st.SearchStrategy[tuple[*Ts]]: ...
@overload
def values_of(x: Route[R], /, given: GivenStrategies = ...) -> st.SearchStrategy[tuple[object, ...]]: ...
def values_of(x: object, /, given: GivenStrategies = _NO_STRATEGIES) -> object:
    """Values of an input, such as `7` of `query("page", int)`, as they are read from requests that fit.

    They are those of the type that a converter, a header key or a JSON schema has; what a function makes of them is
    made, and what it refuses is left out. Of a function that takes few texts only, some likely texts are tried.

    Args:
        x: The input; of several, and of an endpoint, a route or a path, the values are a tuple.
        given: Strategies for the values of inputs, instead of those that would be found: by the input itself, since
            two that are made alike are not equal. Of a security input they are the credentials, since it cannot be
            written. A function or a class stands for all inputs and segments of a path that it converts.

    Raises:
        TypeError: The argument is something else, or a strategy is of nothing that is read. Where values of an input
            are not found, the error comes when something is drawn, and says of which.

    >>> from hypothesis import find, strategies as st
    >>> from verglas.inputs import query
    >>> find(values_of(query("page", int, default=1)), lambda page: page > 1)
    2
    """
    return plan_of(x, given).values()


def requests_of(
    x: AnyInput | AnyEndpoint | SomePath | Routes[Never], /, given: GivenStrategies = _NO_STRATEGIES
) -> st.SearchStrategy[Request[None]]:
    """Requests that fit, such as `Request(url="/?page=7")`: an input is read from them without an error.

    Args:
        x: An `Input`, `Inputs`, `Endpoint`, `Route` or `Path`; of a table, `Routes`, the requests of all its routes.
        given: Strategies for the values of inputs that are among these, as in `values_of`.

    Raises:
        TypeError: The argument is something else, or a strategy is of nothing that is read. Where values of an input
            are not found, the error comes when something is drawn, and says of which.

    >>> from hypothesis import find, strategies as st
    >>> from verglas.inputs import query
    >>> from verglas.paths import GET, root
    >>> notes = GET(root / "notes") & query("page", int)
    >>> print(find(requests_of(notes), lambda request: True).url)
    http://localhost/notes?page=0
    """
    return st.one_of([plan.requests() for plan in plans_of(x, given)])
