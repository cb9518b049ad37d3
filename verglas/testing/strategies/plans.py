"""Plans: how requests that fit an input are made, and a few that are known to fit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NoReturn, TypeAlias, TypeVar, cast, final

from attrs import frozen
from hypothesis import assume
from hypothesis import strategies as st

from verglas.errors.http import HTTPError
from verglas.headers.mapping import Headers
from verglas.inputs.drafts import Draft
from verglas.inputs.problems import InputError, Problem
from verglas.inputs.sources import Source, read_source
from verglas.limits import Limits
from verglas.paths.path import Path
from verglas.request.model import Request
from verglas.testing.strategies.schemas import JSONSchema, mended, replaced
from verglas.testing.strategies.slots import Segments, Sent, Slot, json_bytes
from verglas.url import URL
from verglas.values import Value
from verglas.wsgi import JSONValue

__all__ = ["AnyPath", "Fit", "Plan", "Refusal", "Target", "made"]

T = TypeVar("T")

AnyPath: TypeAlias = Path[*tuple[object, ...]]

MOST_TRIES: Final = 400
MOST_FAILURES: Final = 25
"""The most draws, none of which fits, before the strategies are said to be wrong."""

ENOUGH: Final = 0.75
"""The share of the likely values of a kind that an input takes where it takes the kind."""


@final
@frozen(eq=False)
class Target(Value):
    """The endpoint, input or path that requests are made for.

    Attributes:
        method: The method.
        path: The path; `None`: any.
        source: The inputs.
        limits: Those of its requests; `None`: the default ones.
        has_method: Whether no other method fits.
    """

    method: str
    path: AnyPath | None
    source: Source
    limits: Limits | None = None
    has_method: bool = False

    def read(self, request: Request[object]) -> object:
        """The values of a request.

        Raises:
            LookupError: The request has another method or path.
            HTTPError: The inputs refuse the request: an `InputError`, or another answer.
        """
        if self.limits is not None:
            request = request.with_limits(self.limits)
        if self.path is None:
            return read_source(self.source, request)
        values = self.path.match(request.url.segments)
        if values is None:
            raise LookupError("another path")
        if self.has_method and request.method != self.method and (request.method, self.method) != ("HEAD", "GET"):
            raise LookupError("another method")
        return read_source(self.source, request, values)

    def takes(self, request: Request[object]) -> bool:
        """Whether a request fits. What raises anything else than a refusal does not."""
        try:
            self.read(request)
        except Exception:  # noqa: BLE001  # of functions that are not ours
            return False
        return True


@final
@frozen(eq=False)
class Fit(Value):
    """A request that fits.

    Attributes:
        request: The request.
        value: What is read of it.
        sent: What was sent in each slot, by its position.
        draft: All that was written.
    """

    request: Request[None]
    value: object
    sent: Mapping[int, Sent]
    draft: Draft


@final
@frozen(eq=False)
class Refusal(Value):
    """Why a request does not fit.

    Attributes:
        problems: What is wrong with it.
        is_of_guard: Whether its credentials are refused.
        words: What is wrong, for messages.
    """

    problems: tuple[Problem, ...]
    is_of_guard: bool
    words: str


def made(target: Target, draft: Draft) -> Request[None]:
    """The request of a draft.

    Args:
        target: What it is made for.
        draft: The draft, with the segments of the path as they are sent.

    Raises:
        ValueError: Something cannot be where it is.
    """
    path = "/"
    if target.path is not None:
        left = iter([draft.path[index] for index in sorted(draft.path)])
        texts: list[str] = []
        for segment in target.path.segments:
            if isinstance(segment, str):
                texts.append(segment)
            else:
                value = next(left)
                alone = Path[*tuple[object, ...]]((segment,))
                texts += value if isinstance(value, Segments) else alone.texts((value,))
        path = "/" + "/".join(texts)
    return draft.applied(Request(method=target.method, url=URL("http", "localhost", raw_path=path.encode())))


@final
class Plan:
    """How requests that fit are made: by drawing what is sent in each slot, and by mending what is refused.

    Args:
        target: What they are made for.
        slots: The slots.
        choices: The number of parts of each `first_of`.

    Nothing is tried before something is drawn, or validated: a module of tests is imported fast, and without an error.
    """

    def __init__(self, target: Target, slots: Sequence[Slot], choices: Sequence[int]) -> None:
        self.target: Target = target
        self.slots: tuple[Slot, ...] = tuple(slots)
        self.choices: tuple[int, ...] = tuple(choices)
        self._is_given = any(slot.is_given for slot in slots)
        self._is_prepared = False
        self._has_fit = False
        self._failures = 0
        self._likely: list[list[Sent]] = []
        self._bases: list[tuple[tuple[int, ...], Fit]] = []
        self._good: list[list[Sent]] = [[] for _ in slots]
        self._strategies: list[st.SearchStrategy[Sent]] = []

    def prepare(self) -> None:
        """Find requests that fit, and which kinds of values each slot takes.

        Raises:
            TypeError: No request was found that fits.
        """
        if self._is_prepared:
            return
        self._likely = [_likely_of(slot) for slot in self.slots]
        self._strategies = [slot.shaped(st.one_of([kind.strategy for kind in slot.kinds])) for slot in self.slots]
        if not self._is_given:
            self._find_bases()
        self._is_prepared = True

    def _find_bases(self) -> None:
        first: Refusal | None = None
        for chosen in self._chosen_ways():
            found = self._search(chosen)
            if isinstance(found, Fit):
                self._bases.append((chosen, found))
            else:
                first = first or found
        # Where no likely value is taken, one of those that are drawn may be.
        if not self._bases and (
            (first is not None and first.is_of_guard) or not all(slot.kinds for slot in self.slots)
        ):
            raise self._error(first)
        if self._bases:
            for index, slot in enumerate(self.slots):
                self._refine(index, slot)

    def _chosen_ways(self) -> list[tuple[int, ...]]:
        """The first part of each choice; then each other part of one."""
        plain = (0,) * len(self.choices)
        others = [
            (*plain[:at], index, *plain[at + 1 :]) for at, count in enumerate(self.choices) for index in range(1, count)
        ]
        return [plain, *others]

    def _active(self, chosen: Sequence[int]) -> list[int]:
        return [at for at, slot in enumerate(self.slots) if all(chosen[choice] == part for choice, part in slot.when)]

    def _search(self, chosen: Sequence[int], fixed: Mapping[int, Sent] | None = None) -> Fit | Refusal:
        """Find what fits: go on to the next likely value in the slots that are refused."""
        given = fixed or {}
        active = self._active(chosen)
        at = dict.fromkeys(active, 0)
        refusal = Refusal((), False, "has no values")
        for _ in range(MOST_TRIES):
            if any(one not in given and not self._likely[one] for one in active):
                return refusal
            sent = {one: given[one] if one in given else self._likely[one][at[one]] for one in active}
            found = self.tried(sent)
            if isinstance(found, Fit):
                return found
            refusal = found
            turned = [one for one in self._refused(found, active) if one not in given]
            for one in turned:  # as an odometer
                at[one] = (at[one] + 1) % len(self._likely[one])
                if at[one]:
                    break
            else:
                return refusal
        return refusal

    def _refine(self, index: int, slot: Slot) -> None:
        """Keep the kinds that a slot takes, and the likely values of it."""
        base = next((found for chosen, found in self._bases if index in self._active(chosen)), None)
        if base is None:
            return
        good: list[Sent] = [base.sent[index]]
        strategies: list[st.SearchStrategy[object]] = []
        for kind in slot.kinds:
            taken = [one for one in kind.likely if isinstance(self.tried({**base.sent, index: (one,)}), Fit)]
            good += [(one,) for one in taken]
            if len(taken) >= ENOUGH * len(kind.likely) or slot.schema is not None:  # whose parts can be mended
                strategies.append(kind.strategy)
                if len(taken) == len(kind.likely):
                    break
        if () not in good and slot.is_optional and isinstance(self.tried({**base.sent, index: ()}), Fit):
            good.append(())
        self._good[index] = good
        atoms = [one[0] for one in good if one]
        if atoms and (not strategies or strategies[0] is not slot.kinds[0].strategy):
            strategies.append(st.sampled_from(atoms))
        if strategies:
            self._strategies[index] = slot.shaped(st.one_of(strategies))

    def _error(self, refusal: Refusal | None) -> TypeError:
        if refusal is not None and refusal.is_of_guard:
            names = ", ".join([slot.name for slot in self.slots if slot.is_guard])
            return TypeError(
                f"{names} is checked by secured(), and no credentials are known that are good: give them, as in"
                " given={credentials: strategy}"
            )
        refused = self._refused(refusal, range(len(self.slots))) if refusal is not None else []
        names = ", ".join([self.slots[one].name for one in refused[:3]]) or "the input"
        why = f" ({refusal.words})" if refusal is not None else ""
        return TypeError(
            f"no value was found that {names} takes{why}: give a strategy of its values (not of texts), as in"
            " given={input: strategy}"
        )

    def _error_of_given(self, refusal: Refusal, sent: Mapping[int, Sent]) -> TypeError:
        """The error for strategies that were given, of whose values none is taken."""
        given = [one for one in self._refused(refusal, list(sent)) if self.slots[one].is_given and sent[one]]
        if not given:
            return self._error(refusal)
        slot, value = self.slots[given[0]], sent[given[0]][0]
        if slot.converter is not None and slot.converter.encode is str:
            function = getattr(slot.converter.decode, "__name__", "its function")
            return TypeError(
                f"{slot.name} writes {type(value).__name__} by str, which {function}() refuses:"
                f" use converter({function}, encode)"
            )
        return TypeError(f"{slot.name} takes none of the values of given=, such as {value!r} ({refusal.words})")

    def _refused(self, refusal: Refusal, active: Sequence[int]) -> list[int]:
        """The slots that a refusal is about; all of them where it does not say."""
        if refusal.is_of_guard:
            return [one for one in active if self.slots[one].is_guard]
        found = [one for one in active if any(_is_about(problem, self.slots[one]) for problem in refusal.problems)]
        return found or list(active)

    def tried(self, sent: Mapping[int, Sent]) -> Fit | Refusal:
        """The request of what is sent, if it fits.

        Args:
            sent: What is sent, by the position of the slot.

        Raises:
            TypeError: A value that was given cannot be sent.
        """
        draft = Draft(Headers())
        for index, parts in sent.items():
            slot = self.slots[index]
            try:
                slot.put(draft, parts)
            except Exception as error:
                if slot.is_given:  # which a function writes that is not ours
                    raise TypeError(
                        f"{slot.name} cannot be {parts[0]!r}, which is of given=: {error}; give a strategy of values,"
                        " as they are read, not of texts"
                    ) from error
                if isinstance(error, ValueError):
                    return Refusal((), False, str(error))
                raise
        try:
            request = made(self.target, draft)
        except ValueError as error:
            return Refusal((), False, str(error))
        try:
            return Fit(request, self.target.read(request), sent, draft)
        except InputError as error:
            return Refusal(error.problems, False, "; ".join(map(str, error.problems[:2])))
        except HTTPError as error:
            return Refusal((), any(slot.is_guard for slot in self.slots), str(error))
        except Exception as error:  # noqa: BLE001  # of functions that are not ours
            return Refusal((), False, repr(error))

    def bases(self) -> list[Fit]:
        """A request that fits for each way of choosing; none where strategies were given, by which they are drawn."""
        return [fit for _, fit in self._bases]

    def requests(self) -> st.SearchStrategy[Request[None]]:
        """The requests that fit."""
        return self.deferred(lambda: _requests(self))

    def values(self) -> st.SearchStrategy[object]:
        """The values that are read from them."""
        return self.deferred(lambda: _values(self))

    def deferred(self, define: Callable[[], st.SearchStrategy[T]]) -> st.SearchStrategy[T]:
        """A strategy that is made when it is used first, once this is prepared.

        Args:
            define: Makes the strategy.
        """

        def prepared() -> st.SearchStrategy[T]:
            self.prepare()
            return define()

        return st.deferred(prepared)

    def draw(self, draw: st.DrawFn) -> Fit:
        """Draw one that fits.

        Args:
            draw: Draws from a strategy.

        Raises:
            TypeError: Many values were drawn, and none is taken.
        """
        ways = [chosen for chosen, _ in self._bases] or self._chosen_ways()
        chosen = draw(st.sampled_from(ways)) if len(ways) > 1 else ways[0]
        active = self._active(chosen)
        sent = {one: draw(self._strategies[one]) for one in active}
        found = self.tried(sent)
        for _ in range(2):
            if isinstance(found, Fit):
                break
            sent = {**sent, **{one: self._mended(draw, one, sent[one], found) for one in self._refused(found, active)}}
            found = self.tried(sent)
        if isinstance(found, Refusal) and self._is_given:
            found = self._search(chosen, {one: sent[one] for one in active if self.slots[one].is_given})
        if isinstance(found, Fit):
            self._has_fit = True
            return found
        if not self._bases:
            self._give_up(found, sent)
        return next(base for way, base in self._bases if way == chosen)

    def _give_up(self, refusal: Refusal, sent: Mapping[int, Sent]) -> NoReturn:
        """Draw something else; or say that nothing fits, when nothing has so far.

        Raises:
            TypeError: Many values were drawn, and none is taken.
        """
        self._failures += 1
        if not self._has_fit and (self._failures >= MOST_FAILURES or self._has_no_text(sent)):
            raise self._error_of_given(refusal, sent)
        assume(condition=False)
        raise AssertionError  # `assume` has not come back

    def _has_no_text(self, sent: Mapping[int, Sent]) -> bool:
        """Whether a value that was given is written by `str`, which its class does not know."""
        for index, parts in sent.items():
            converter = self.slots[index].converter
            if parts and converter is not None and converter.encode is str:
                kind = type(parts[0])
                if kind.__str__ is object.__str__ and kind.__module__ != "builtins":
                    return True
        return False

    def _mended(self, draw: st.DrawFn, index: int, sent: Sent, refusal: Refusal) -> Sent:
        slot, good = self.slots[index], self._good[index]
        if not good:
            return sent
        instead = draw(st.sampled_from(good)) if len(good) > 1 else good[0]
        if slot.schema is None or not (sent and instead):
            return instead
        value, other = json.loads(cast("bytes", sent[0])), json.loads(cast("bytes", instead[0]))
        for problem in refusal.problems:
            value = mended(value, _tokens(problem.pointer) if problem.place == "body" else (), other)
        return (json_bytes(value),)


# Not by `map`, for which a failing test would show the plan instead of the request.
@st.composite
def _requests(draw: st.DrawFn, plan: Plan) -> Request[None]:
    return plan.draw(draw).request


@st.composite
def _values(draw: st.DrawFn, plan: Plan) -> object:
    return plan.draw(draw).value


def _likely_of(slot: Slot) -> list[Sent]:
    likely = slot.likely()
    decoder = getattr(slot.source, "decoder", None)
    if slot.schema is None or decoder is None or not likely:
        return likely
    found = [_agreeable(slot.schema, json.loads(cast("bytes", one[0])), decoder) for one in likely[:2]]
    return [*[(json_bytes(one),) for one in found], *likely]


def _agreeable(schema: JSONSchema, value: JSONValue, decoder: object) -> JSONValue:
    """A value whose parts a decoder takes, where the schema does not say all: part by part, the next likely one."""
    decode = getattr(decoder, "decode")  # noqa: B009
    turns: dict[str, int] = {}
    for _ in range(MOST_TRIES):
        try:
            decode(json_bytes(value), Limits())
        except InputError as error:
            for problem in error.problems:
                tokens = _tokens(problem.pointer)
                likely = schema.likely_of(schema.part(tokens))
                turn = turns[problem.pointer] = turns.get(problem.pointer, 0) + 1
                if not likely or turn > len(likely):
                    return value
                value = replaced(value, tokens, likely[turn % len(likely)])
        except Exception:  # noqa: BLE001  # of functions that are not ours
            return value
        else:
            return value
    return value


def _is_about(problem: Problem, slot: Slot) -> bool:
    """Whether a problem is one of what is sent in a slot."""
    first = next(iter(_tokens(problem.pointer)), None)
    for place, name in slot.places:
        if place == problem.place and (place == "body" or first is None or first.lower() == name.lower()):
            return True
    return problem.place == "body" and any(place in ("form", "file") for place, _ in slot.places)


def _tokens(pointer: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
