"""Requests made for a table of routes: those that fit, and those that a route or the whole table has to refuse."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Final, Never, cast
from urllib.parse import quote

from attrs import evolve

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as _missing:  # with `_`, or type checkers take it for a public name
    raise ModuleNotFoundError(
        "verglas.testing.checks needs an extra: install verglas[hypothesis]", name=_missing.name
    ) from _missing

from verglas.errors.http import HTTPError
from verglas.inputs.model import Input, Inputs
from verglas.inputs.sources import Description, Group, Guard, PathValue
from verglas.paths.endpoint import Route
from verglas.paths.routes import Routes
from verglas.request.model import Request
from verglas.syntax.urlencoded import format_urlencoded
from verglas.testing.probes import TEXTS, Plan, Thrown
from verglas.testing.rules import MARK, Probe
from verglas.testing.strategies import GivenStrategies, Misfit, misfits_of, requests_of
from verglas.testing.strategies.slots import Slots, shown_key
from verglas.wsgi import JSONLike, JSONValue

__all__ = ["plans_of_table"]

METHODS: Final = ("OPTIONS", "DELETE", "PATCH", "PUT", "POST", "QUERY", "PROPFIND", "GET")

BAD_CREDENTIALS: Final = (None, f"Bearer {MARK}", "Basic dnJnbHNtcms6dnJnbHNtcms=", MARK)
"""Credentials that nobody has; `None`: none at all."""


def plans_of_table(table: Routes[Never], given: GivenStrategies) -> Iterator[Plan]:
    """The requests for each route of a table, and for the paths that no route has.

    Args:
        table: The table.
        given: Strategies for the values of inputs.

    Raises:
        TypeError: Values of an input are not found: the error says of which.
    """
    unused = set(given)
    for route in table:
        own = {key: strategy for key, strategy in given.items() if _slots_of(route, key, strategy)}
        unused -= own.keys()
        yield from _plans_of_route(table, route, own)
    for key in unused:
        raise TypeError(f"given= has {shown_key(key)}, which is not among the inputs of any route")
    unknown = st.lists(st.sampled_from([MARK, "0", "a", ""]), min_size=1, max_size=4).map("/".join)

    def is_unknown(thrown: Thrown) -> bool:
        return methods_at(table, thrown.request) == _NOTHING

    requests = unknown.map(lambda path: Thrown(Request(url=f"/{path}"), Probe("unknown"))).filter(is_unknown)
    yield Plan("unknown", requests, 0.1)


def _slots_of(route: Route[Never], key: object, strategy: st.SearchStrategy[object]) -> Slots | None:
    """The slots of a route, if a key of `given=` stands for an input of it, or for a segment of its path."""
    own = cast("Input[object]", key).source if isinstance(key, (Input, Inputs)) else key
    slots = Slots({own: strategy}, [one for one in route.path.segments if not isinstance(one, str)])
    slots.add(route.inputs)
    return slots if own in slots.used else None


def _without_guards(route: Route[Never], given: GivenStrategies) -> Route[Never]:
    """The route without its security inputs, unless good credentials are given: then requests have none, or those that
    `prepare=` adds.
    """
    found = [slots for key, strategy in given.items() if (slots := _slots_of(route, key, strategy))]
    if not route.inputs.guards or any(one.is_guard and one.is_given for slots in found for one in slots.found):
        return route
    return evolve(route, inputs=Group.of(*[part for part in route.inputs.parts if not part.guards]))


def _plans_of_route(table: Routes[Never], route: Route[Never], given: GivenStrategies) -> Iterator[Plan]:
    name = f"{route.method} {route.template}"
    open_route = _without_guards(route, given)
    fits = requests_of(open_route, given)
    # A handler that reads the request by itself may refuse it, whatever fits its route.
    has_inputs = any(not isinstance(part, PathValue) for part in open_route.inputs.parts)
    fit = Probe("fit" if has_inputs else "any", route=name)
    yield Plan(f"{name} fit", fits.map(lambda made: Thrown(made, fit)), 0.3)

    gates = [gate for gate in route.inputs.guards if isinstance(gate, Guard)]
    parts = [part for gate in gates for part in gate.credentials.describe()]

    credentials = {(part.place, part.name) for part in parts}

    def not_fitting(misfit: Misfit) -> Thrown:
        # Another method or path may be that of another route; credentials are looked at by requests of their own.
        is_own = misfit.place not in ("method", "path") and (misfit.place, misfit.name) not in credentials
        what = f"it does not fit: {misfit}"
        return Thrown(misfit.request, Probe("misfit" if is_own else "any", what, route=name))

    if has_inputs:  # else every request fits
        yield Plan(f"{name} misfit", misfits_of(open_route, given).map(not_fitting), 0.3)

    marked = st.builds(_marked, fits, st.sampled_from(PLACES), st.sampled_from(TEXTS))
    yield Plan(f"{name} marked", marked.map(lambda made: Thrown(made, Probe(route=name))), 0.2)

    def asked_in_another_way(request: Request[None], method: str) -> Thrown:
        return Thrown(request.replace(method=method), Probe("method", "", methods_at(table, request) or _NOTHING, name))

    is_answered = any(row.method == "OPTIONS" for row in table.rows)  # by a route, as it likes
    methods = st.sampled_from(METHODS[1:] if is_answered else METHODS)
    others = st.builds(asked_in_another_way, fits, methods).filter(_is_of_no_route)
    yield Plan(f"{name} method", others, 0.2)

    if parts:

        def of_a_stranger(request: Request[None], sent: str | None) -> Thrown:
            what = "without credentials" if sent is None else "with credentials that nobody has"
            for part in parts:
                request = _with_credentials(request, part, sent)
            return Thrown(request, Probe("stranger", what, route=name))

        yield Plan(f"{name} stranger", st.builds(of_a_stranger, fits, st.sampled_from(BAD_CREDENTIALS)), 0.1)


_NOTHING: Final[frozenset[str]] = frozenset()


def methods_at(table: Routes[Never], request: Request[None]) -> frozenset[str] | None:
    """The methods that a table takes at the path of a request; `None` where something is mounted, which decides."""
    segments = request.url.segments
    methods: set[str] = set()
    for row in table.rows:
        if row.route is None:
            if segments[: len(row.segments)] == row.segments:
                return None
        elif _is_at(row.route, segments) or (row.depth == len(row.segments) > 0 and segments == (*row.segments, "")):
            methods |= {row.method} | ({"HEAD"} if row.method == "GET" else set())
    return frozenset(methods | {"OPTIONS"} if methods else methods)


def _is_at(route: Route[Never], segments: tuple[str, ...]) -> bool:
    try:
        return route.path.match(segments) is not None
    except HTTPError:  # a converter answers by itself
        return True


def _is_of_no_route(thrown: Thrown) -> bool:
    """Whether no route takes the method; of OPTIONS, which each path has, whether the table answers it by itself."""
    methods, method = thrown.probe.methods, thrown.request.method
    return bool(methods) and (method == "OPTIONS" or method not in methods)


def _with_credentials(request: Request[None], part: Description, sent: str | None) -> Request[None]:
    if part.place == "header":
        headers = request.headers.without(part.name)
        return request.replace(headers=headers if sent is None else headers.with_(part.name, sent))
    added = [] if sent is None else [(part.name, sent)]
    if part.place == "query":
        kept = [pair for pair in request.url.query.pairs if pair[0] != part.name]
        return request.replace(url=request.url.with_query([*kept, *added]))
    cookies = [pair for pair in request.cookies.pairs if pair[0] != part.name] + added
    headers = request.headers.without("Cookie")
    text = "; ".join([f"{name}={quote(value)}" for name, value in cookies])
    return request.replace(headers=headers.with_("Cookie", text) if cookies else headers)


# Texts that must not come back, in requests that fit but for them


def _in_query(request: Request[None], text: str) -> Request[None]:
    return request.replace(url=request.url.with_query([(name, text) for name, _ in request.url.query.pairs]))


def _in_path(request: Request[None], text: str) -> Request[None]:
    before, slash, _ = request.url.raw_path.rpartition(b"/")
    return request.replace(url=request.url.replace(raw_path=before + slash + text.encode()))


def _in_body(request: Request[None], text: str) -> Request[None]:
    if request.mimetype == "application/x-www-form-urlencoded":
        return request.replace(body=format_urlencoded([(name, text) for name, _ in request.form.pairs]))
    try:
        value = cast("JSONValue", json.loads(request.data))
    except ValueError:
        return request
    return request.replace(body=json.dumps(_with_text(value, text)))


def _with_text(value: JSONValue, text: str) -> JSONLike:
    if isinstance(value, str):
        return text
    if isinstance(value, list):
        return [_with_text(one, text) for one in value]
    if isinstance(value, dict):
        return {name: _with_text(one, text) for name, one in value.items()}
    return value


PLACES: Final[tuple[Callable[[Request[None], str], Request[None]], ...]] = (_in_query, _in_path, _in_body)


def _marked(request: Request[None], place: Callable[[Request[None], str], Request[None]], text: str) -> Request[None]:
    return place(request, text)
