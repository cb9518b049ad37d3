"""Requests made for a table of routes: those that fit, and those that a route or the whole table has to refuse."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import product
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
from verglas.inputs.sources import Description, Group, Guard, PathValue
from verglas.paths.endpoint import Route
from verglas.request.model import Request
from verglas.syntax.urlencoded import format_urlencoded
from verglas.testing.insides import Layout
from verglas.testing.probes import TEXTS, Plan, Thrown
from verglas.testing.rules import FITS, MARK, Probe
from verglas.testing.strategies import GivenStrategies, Misfit, misfits_of, requests_of
from verglas.testing.strategies.inputs import given_by_route, slots_of_key
from verglas.testing.strategies.misfits import plain_misfits
from verglas.wsgi import JSONLike, JSONValue

__all__ = ["hint_of", "plans_of_table"]

METHODS: Final = ("OPTIONS", "DELETE", "PATCH", "PUT", "POST", "QUERY", "PROPFIND", "GET")

MOST_BASES: Final = 3
"""How many of the requests that fit a route are changed, in every way."""

BAD_CREDENTIALS: Final = (None, f"Bearer {MARK}", "Basic dnJnbHNtcms6dnJnbHNtcms=", MARK)
"""Credentials that nobody has; `None`: none at all."""


def plans_of_table(layout: Layout, given: GivenStrategies, most: int) -> Iterator[Plan]:
    """The requests for each route of a table, and for the paths that no route has.

    Args:
        layout: That of the table.
        given: Strategies for the values of inputs.
        most: How many requests are made to each route, about.

    Raises:
        TypeError: Values of an input are not found: the error says of which.
    """
    for route, own in given_by_route(layout.routes(), given):
        yield from _plans_of_route(layout, route, own, most)
    unknown = st.lists(st.sampled_from([MARK, "0", "a", ""]), min_size=1, max_size=4).map("/".join)

    def is_unknown(thrown: Thrown) -> bool:
        return methods_at(layout, thrown.request) == _NOTHING

    requests = unknown.map(lambda path: Thrown(Request(url=f"/{path}"), Probe("unknown"))).filter(is_unknown)
    yield Plan("unknown", requests, 0.1)


def hint_of(route: Route[Never], given: GivenStrategies) -> str:
    """A hint where no request came to a handler: good credentials, if it needs some; else `""`."""
    if not route.inputs.guards or _without_guards(route, given) is route:
        return ""
    return "good credentials are not known: say given={its security input: strategy}, or prepare="


def _without_guards(route: Route[Never], given: GivenStrategies) -> Route[Never]:
    """The route without its security inputs, unless good credentials are given: then requests have none, or those that
    `prepare=` adds.
    """
    found = [slots for key, strategy in given.items() if (slots := slots_of_key(route, key, strategy))]
    if not route.inputs.guards or any(one.is_guard and one.is_given for slots in found for one in slots.found):
        return route
    return evolve(route, inputs=Group.of(*[part for part in route.inputs.parts if not part.guards]))


def _plans_of_route(layout: Layout, route: Route[Never], given: GivenStrategies, most: int) -> Iterator[Plan]:
    name = f"{route.method} {route.template}"
    open_route = _without_guards(route, given)
    fits = requests_of(open_route, given)
    # A handler that reads the request by itself may refuse it, whatever fits its route.
    has_inputs = any(not isinstance(part, PathValue) for part in open_route.inputs.parts)
    fit = Probe("fit" if has_inputs else "any", FITS, route=name)
    gates = [gate for gate in route.inputs.guards if isinstance(gate, Guard)]
    parts = [part for gate in gates for part in gate.credentials.describe()]
    credentials = {(part.place, part.name) for part in parts}

    def not_fitting(misfit: Misfit) -> Thrown:
        # Another method or path may be that of another route; credentials are looked at by requests of their own.
        is_own = misfit.place not in ("method", "path") and (misfit.place, misfit.name) not in credentials
        what = f"it does not fit: {misfit}"
        return Thrown(misfit.request, Probe("misfit" if is_own else "any", what, route=name))

    plain = [not_fitting(misfit) for misfit in plain_misfits(open_route, given, most)] if has_inputs else []
    is_answered = any(one.method == "OPTIONS" for one in layout.routes())  # by a route, as it likes
    methods = METHODS[1:] if is_answered else METHODS

    def cases(found: Sequence[Thrown]) -> list[list[Thrown]]:
        """Misfits; fits with a text that must not come back, of another method, and of strangers."""
        several = found[:MOST_BASES]
        misfits = [evolve(one, state=found[number % len(found)].state) for number, one in enumerate(plain)]
        marked = [
            evolve(one, request=place(one.request, text), probe=Probe(route=name))
            for one, place, text in product(several, PLACES, TEXTS)
        ]
        others = [_in_another_way(layout, one, method, name) for one, method in product(several, methods)]
        strangers = [_of_a_stranger(one, parts, sent, name) for one, sent in product(several, BAD_CREDENTIALS)]
        return [misfits, marked, [one for one in others if _is_of_no_route(one)], strangers if parts else []]

    yield Plan(f"{name} fit", fits.map(lambda made: Thrown(made, fit)), 0.3, cases)
    if has_inputs and not plain:  # what fits is found by drawing alone, or every request does
        yield Plan(f"{name} misfit", misfits_of(open_route, given).map(not_fitting), 0.3)


def _in_another_way(layout: Layout, fit: Thrown, method: str, name: str) -> Thrown:
    probe = Probe("method", "", methods_at(layout, fit.request) or _NOTHING, name)
    return evolve(fit, request=fit.request.replace(method=method), probe=probe)


def _of_a_stranger(fit: Thrown, parts: Sequence[Description], sent: str | None, name: str) -> Thrown:
    what = "without credentials" if sent is None else "with credentials that nobody has"
    request = fit.request
    for part in parts:
        request = _with_credentials(request, part, sent)
    return evolve(fit, request=request, probe=Probe("stranger", what, route=name))


_NOTHING: Final[frozenset[str]] = frozenset()


def methods_at(layout: Layout, request: Request[None]) -> frozenset[str] | None:
    """The methods that are taken at the path of a request; `None` where something is mounted whose table is not seen,
    or that shares the path with routes.

    Args:
        layout: That of the table.
        request: The request.
    """
    segments = request.url.segments
    methods: set[str] = set()
    for row in layout.rows:
        if row.route is None:
            continue
        if _is_at(row.route, segments) or (row.depth == len(row.segments) > 0 and segments == (*row.segments, "")):
            methods |= {row.method} | ({"HEAD"} if row.method == "GET" else set())
    mounts = [one for one in layout.mounts if segments[: len(one.prefix)] == one.prefix]
    if not mounts:
        return frozenset(methods | {"OPTIONS"} if methods else methods)
    [inner] = [one.layout for one in mounts[:1]]
    return None if methods or len(mounts) > 1 or inner is None else methods_at(inner, request)


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
