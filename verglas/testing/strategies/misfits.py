"""Strategies of requests that do not fit an input: each differs in one place from one that does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from random import Random
from typing import Final, Literal, Never, TypeAlias, final

from attrs import frozen
from hypothesis import assume
from hypothesis import strategies as st

from verglas.backports import override
from verglas.inputs.bodies import BodySource
from verglas.inputs.drafts import Draft, Written
from verglas.inputs.problems import Place
from verglas.inputs.sources import PathValue
from verglas.inputs.texts import CheckboxSource, KeySource
from verglas.paths.routes import Routes
from verglas.request.model import Request
from verglas.syntax.jsontext import pointer
from verglas.testing.strategies.inputs import AnyEndpoint, AnyInput, GivenStrategies, SomePath, plan_of, plans_of
from verglas.testing.strategies.plans import Fit, Plan, made
from verglas.testing.strategies.schemas import LIKELY_TEXTS, JSONSchema, replaced
from verglas.testing.strategies.slots import Segments, Slot, json_bytes
from verglas.uploads import Upload
from verglas.values import Value
from verglas.wsgi import JSONLike, JSONValue

__all__ = ["Flaw", "Misfit", "misfits_of", "plain_misfits"]

Flaw: TypeAlias = Literal["missing", "malformed", "repeated", "unsupported", "unexpected", "another"]
"""The kinds of misfits: `another` is another method or path, `unsupported` another type of body."""

_WRONG_TEXTS: Final = (
    "", "x", "-", "1.5", "-1", "0", "1_0", "0x1", " 1", "1e400", "nan", "\u0663", "2026-13-01", "a b", "@", "=", ";",
    ",", '"', "99999999999999999999", *LIKELY_TEXTS,
)  # fmt: skip
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_DEEPEST: Final = 3
_UNKNOWN: Final = "unknown-field"

_NO_STRATEGIES: GivenStrategies = {}


@final
@frozen
class Misfit(Value):
    """A request that does not fit, with the one that it was made of.

    Attributes:
        request: The request.
        fitting: The request that fits: the other differs from it in one place.
        place: The place: a part of the request, or its method.
        name: The name there, or a JSON pointer into the body; `""` is the whole of it.
        flaw: What is wrong there.
    """

    request: Request[None]
    fitting: Request[None]
    place: Place | Literal["method"]
    name: str
    flaw: Flaw

    @override
    def __str__(self) -> str:
        return f"{self.place} {self.name}: {self.flaw}" if self.name else f"{self.place}: {self.flaw}"


@final
@frozen(eq=False)
class _Change(Value):
    """A way to make a request that fits another one, which may fit as well."""

    place: Place | Literal["method"]
    name: str
    flaw: Flaw
    detail: object
    make: Callable[[], Request[None]]

    @property
    def key(self) -> object:
        """The change in general: that of another request with the same key is a misfit, too, probably."""
        steps = tuple(["*" if step.isdecimal() else step for step in self.name.split("/")])
        return self.place, steps, self.flaw, repr(self.detail)


def misfits_of(
    x: AnyInput | AnyEndpoint | SomePath | Routes[Never], /, given: GivenStrategies = _NO_STRATEGIES
) -> st.SearchStrategy[Misfit]:
    """Requests that just do not fit, such as `Misfit(Request(url="/?page=x"), ..., "query", "page", "malformed")`.

    Each differs in one place from a request that fits: a parameter is missing or malformed, or is there twice, a JSON
    value is one step out of its schema, the body is of another type, the method is another one. Each was read, and
    refused. It is `hypothesis.strategies.nothing()` where every request fits.

    Args:
        x: An `Input`, `Inputs`, `Endpoint`, `Route` or `Path`; of a table, `Routes`, the requests that fit none of
            its routes.
        given: Strategies for the values of inputs that are among these, as in `values_of`.

    Raises:
        TypeError: The argument is something else, or a strategy is of nothing that is read. Where values of an input
            are not found, the error comes when something is drawn, and says of which.

    >>> from hypothesis import find
    >>> from verglas.inputs import query
    >>> page = query("page", int)
    >>> print(find(misfits_of(page), lambda misfit: True))
    query page: missing
    >>> print(find(misfits_of(page), lambda misfit: misfit.flaw == "malformed").request.url)
    http://localhost/?page=x
    """
    plans = plans_of(x, given)
    found = st.one_of([plan.deferred(partial(_known_misfits, plan)) for plan in plans])
    if len(plans) == 1:
        return found
    return found.filter(lambda misfit: not any(plan.target.takes(misfit.request) for plan in plans))


def _known_misfits(plan: Plan) -> st.SearchStrategy[Misfit]:
    bases = plan.bases()
    if not bases:
        return _misfits(plan, None)
    known = frozenset(change.key for base in bases for change in _changes(plan, base) if _misfit(plan, base, change))
    return _misfits(plan, known) if known else st.nothing()


def plain_misfits(x: AnyInput | AnyEndpoint | SomePath, /, given: GivenStrategies, most: int) -> list[Misfit]:
    """Misfits of the plainest requests that fit, of several kinds; none where it takes drawing to find what fits.

    Args:
        x: As for `misfits_of`.
        given: As for `misfits_of`.
        most: How many changes are tried.
    """
    plan = plan_of(x, given)
    changes = {change.key: (base, change) for base in reversed(plan.bases()) for change in _changes(plan, base)}
    keys = list(changes)
    chosen = [keys[at] for at in sorted(Random(most).sample(range(len(keys)), min(most, len(keys))))]
    found = [_misfit(plan, *changes[key]) for key in chosen]
    return [misfit for misfit in found if misfit is not None]


@st.composite
def _misfits(draw: st.DrawFn, plan: Plan, known: frozenset[object] | None) -> Misfit:
    """Draw a change that makes a misfit, of a request that fits."""
    fits = [plan.draw(draw), *plan.bases()]
    for fit in fits:
        changes = [change for change in _changes(plan, fit) if known is None or change.key in known]
        kinds = list(dict.fromkeys((change.place, change.name, change.flaw) for change in changes))
        if kinds:
            kind = draw(st.sampled_from(kinds))
            same = [change for change in changes if (change.place, change.name, change.flaw) == kind]
            first = draw(st.integers(0, 2**16)) % len(same)  # always drawn, or few changes would count as simpler
            for change in (*same[first:], *same[:first], *changes):
                misfit = _misfit(plan, fit, change)
                if misfit is not None:
                    return misfit
    assume(condition=False)
    raise AssertionError  # `assume` has not come back


def _misfit(plan: Plan, fit: Fit, change: _Change) -> Misfit | None:
    """The misfit of a change; `None` where it cannot be sent, or fits."""
    try:
        request = change.make()
    except ValueError:
        return None
    if plan.target.takes(request):
        return None
    return Misfit(request, fit.request, change.place, change.name, change.flaw)


def _changes(plan: Plan, fit: Fit) -> list[_Change]:
    """All changes to a request, the plainest first."""
    found: list[_Change] = []
    for index in fit.sent:
        found += _changes_of_slot(plan, fit, plan.slots[index])
    if any(place in ("form", "file") for index in fit.sent for place, _ in plan.slots[index].places):
        found += _changes_of_form(plan, fit)
    if plan.target.path is not None:
        found += _changes_of_path(plan, fit)
    order = ("missing", "malformed", "repeated", "unsupported", "unexpected", "another")
    return sorted(found, key=lambda change: order.index(change.flaw))


def _changes_of_slot(plan: Plan, fit: Fit, slot: Slot) -> Iterator[_Change]:
    if isinstance(slot.source, BodySource):
        yield from _changes_of_body(fit, slot.schema)
        return
    is_key = isinstance(slot.source, KeySource)
    for place, name in slot.places:
        if place == "path":
            if isinstance(slot.source, PathValue):
                yield from _changes_of_segment(plan, fit, slot.source.index)
        elif place == "body":
            yield from _changes_of_body(fit, None)
        elif place == "file":
            yield from _changes_of_file(plan, fit, name)
        else:
            texts = _texts(fit.draft, place, name)
            if texts:
                yield _of_texts(plan, fit, place, name, "missing", ())
            for text in _WRONG_TEXTS:
                if (text, *texts[1:]) != texts and not isinstance(slot.source, CheckboxSource):
                    flaw: Flaw = "malformed" if text or is_key else "missing"
                    yield _of_texts(plan, fit, place, name, flaw, (text, *texts[1:]))
            if texts:
                yield _of_texts(plan, fit, place, name, "repeated", (*texts, texts[0]))


def _texts(draft: Draft, place: Place, name: str) -> tuple[str, ...]:
    if place == "header":
        return draft.lines.get(name.lower(), ())
    written = {"query": draft.query, "cookie": draft.cookies, "form": draft.fields}.get(place)
    return () if written is None else written.get(name, ())


def _copy(draft: Draft) -> Draft:
    return Draft(
        draft.headers,
        query=Written(draft.query),
        cookies=Written(draft.cookies),
        fields=Written(draft.fields),
        files=Written(draft.files),
        lines=Written(draft.lines),
        path=Written(draft.path),
        body=draft.body,
    )


def _of_texts(plan: Plan, fit: Fit, place: Place, name: str, flaw: Flaw, texts: tuple[str, ...]) -> _Change:
    """The change of the texts of a name."""

    def make() -> Request[None]:
        draft = _copy(fit.draft)
        if place == "header":
            draft.lines.pop(name.lower(), None)
            draft.set_lines(name, texts)
        else:
            written = {"query": draft.query, "cookie": draft.cookies}.get(place, draft.fields)
            written.pop(name, None)
            written[name] = texts
        return made(plan.target, draft)

    return _Change(place, name, flaw, texts[:1] if flaw == "malformed" else len(texts) > 1, make)


def _changes_of_file(plan: Plan, fit: Fit, name: str) -> Iterator[_Change]:
    uploads = fit.draft.files.get(name, ())

    def change(flaw: Flaw, others: tuple[Upload, ...], texts: tuple[str, ...] = ()) -> _Change:
        def make() -> Request[None]:
            draft = _copy(fit.draft)
            draft.files.pop(name, None)
            draft.files[name] = others
            if texts:
                draft.fields[name] = texts
            return made(plan.target, draft)

        return _Change("file", name, flaw, texts, make)

    if uploads:
        yield change("missing", ())
        yield change("repeated", (*uploads, uploads[0]))
        yield change("malformed", (), ("a text",))


def _changes_of_form(plan: Plan, fit: Fit) -> Iterator[_Change]:
    def with_field() -> Request[None]:
        draft = _copy(fit.draft)
        draft.fields[_UNKNOWN] = ("1",)
        return made(plan.target, draft)

    def with_file() -> Request[None]:
        draft = _copy(fit.draft)
        draft.files[_UNKNOWN] = (Upload(_UNKNOWN, "a.txt", b"a"),)
        return made(plan.target, draft)

    yield _Change("form", _UNKNOWN, "unexpected", "field", with_field)
    yield _Change("file", _UNKNOWN, "unexpected", "file", with_file)
    yield from _changes_of_type(fit, "application/json")


def _changes_of_type(fit: Fit, other: str) -> Iterator[_Change]:
    request = fit.request

    def retyped() -> Request[None]:
        return request.replace(headers=request.headers.with_("Content-Type", other))

    def encoded() -> Request[None]:
        return request.replace(headers=request.headers.with_("Content-Encoding", "gzip"))

    yield _Change("body", "", "unsupported", other, retyped)
    yield _Change("body", "", "unsupported", "gzip", encoded)


def _changes_of_body(fit: Fit, schema: JSONSchema | None) -> Iterator[_Change]:
    request = fit.request
    data = request.get_data()

    def absent() -> Request[None]:
        return request.replace(body=b"", headers=request.headers.without("Content-Type").without("Content-Length"))

    def change(name: str, flaw: Flaw, detail: object, other: bytes) -> _Change:
        def make() -> Request[None]:
            return request.replace(body=other, headers=request.headers.without("Content-Length"))

        return _Change("body", name, flaw, detail, make)

    yield _Change("body", "", "missing", "absent", absent)
    yield change("", "malformed", "empty", b"")
    yield change("", "malformed", "cut", data[:-1])
    yield change("", "malformed", "two", data + b" 1")
    yield change("", "malformed", "octet", data + b"\xff")
    yield from _changes_of_type(fit, "text/plain" if schema is not None else "image/png")
    if schema is not None:
        value: JSONValue = json.loads(data)
        for tokens, flaw, detail, other in _steps(schema, value, value, ()):
            yield change(pointer(*tokens), flaw, detail, json_bytes(other))
        if isinstance(value, dict) and value:
            name = next(iter(value))
            twice = json_bytes({name: value[name]})[:-1] + b", " + data.lstrip()[1:]
            yield change(pointer(name), "repeated", "", twice)


_Step: TypeAlias = tuple[tuple[str, ...], Flaw, object, JSONValue]


def _steps(schema: JSONSchema, root: JSONValue, value: JSONValue, tokens: tuple[str, ...]) -> Iterator[_Step]:
    """The values that differ from one in one place: there, they are of another type, or beyond a bound."""
    for other in _others(schema, tokens):
        if other != value or type(other) is not type(value):
            yield tokens, "malformed", other, replaced(root, tokens, other)
    if isinstance(value, dict):
        unknown: dict[str, JSONValue] = {**value, _UNKNOWN: 1}
        yield (*tokens, _UNKNOWN), "unexpected", "", replaced(root, tokens, unknown)
        for name, inner in value.items():
            least = {key: one for key, one in value.items() if key != name}
            yield (*tokens, name), "missing", "", replaced(root, tokens, least)
            if len(tokens) < _DEEPEST:
                yield from _steps(schema, root, inner, (*tokens, name))
    elif isinstance(value, list) and value and len(tokens) < _DEEPEST:
        yield from _steps(schema, root, value[0], (*tokens, "0"))


def _others(schema: JSONSchema, tokens: Sequence[str]) -> Iterator[JSONValue]:
    """Values for a part, most of which it does not take: of every type, and just beyond each bound of the schema."""
    values: list[JSONValue] = [None, True, 0, -1, 1.5, 10**30, "", "x", float("nan"), [], [None], {}, {"x": 1}]
    yield from values
    for form in schema.forms(schema.part(tokens)):
        for name, step in (("minimum", -1), ("exclusiveMinimum", 0), ("maximum", 1), ("exclusiveMaximum", 0)):
            bound: JSONLike = form.get(name)
            if isinstance(bound, (int, float)):
                yield bound + step
        for name, step in (("minLength", -1), ("maxLength", 1)):
            bound = form.get(name)
            if isinstance(bound, int):
                yield "a" * max(bound + step, 0)
        if form.get("type") == "string":
            yield from ("2026-13-01", "-", " a")


def _changes_of_segment(plan: Plan, fit: Fit, index: int) -> Iterator[_Change]:
    sent = fit.draft.path.get(index)
    rest = sent[1:] if isinstance(sent, Segments) else ()

    def change(text: str) -> _Change:
        def make() -> Request[None]:
            draft = _copy(fit.draft)
            draft.path.pop(index, None)
            draft.path[index] = Segments((text, *rest))
            return made(plan.target, draft)

        return _Change("path", str(index), "malformed", text, make)

    for text in _WRONG_TEXTS:
        if "/" not in text:
            yield change(text)


def _changes_of_path(plan: Plan, fit: Fit) -> Iterator[_Change]:
    request, path = fit.request, fit.request.url.raw_path

    def moved(other: bytes, detail: str) -> _Change:
        def make() -> Request[None]:
            return request.replace(url=request.url.replace(raw_path=other))

        return _Change("path", "", "another", detail, make)

    def by(method: str) -> _Change:
        def make() -> Request[None]:
            return request.replace(method=method)

        return _Change("method", "", "another", method, make)

    if plan.target.has_method:
        for method in _METHODS:
            if method != request.method:
                yield by(method)
    yield moved(path.rstrip(b"/") + b"/" + _UNKNOWN.encode(), "longer")
    yield moved(path.rstrip(b"/").rpartition(b"/")[0] or b"/", "shorter")
    head, _, tail = path[1:].partition(b"/")
    yield moved(b"/" + head + b"-x" + (b"/" + tail if tail else b""), "other")
    yield moved(path[:-1] if path.endswith(b"/") else path + b"/", "slash")
