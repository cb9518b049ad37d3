"""The mappings do what a plain list of pairs does, searched from front to back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from verglas import BodyConsumed, Cookies, Form, Headers, MultiMap, MutableHeaders, Query
from verglas.errors import BadRequestKeyError, FieldError, HeaderValueError
from verglas.testing.strategies import field_values, pairs

Pairs: TypeAlias = list[tuple[str, str]]
Step: TypeAlias = tuple[str, str, list[str]]

NAMES: Final = ["X-Tag", "x-tag", "X-TAG", "Vary", "vary", "Accept"]
KEYS: Final = st.sampled_from(["a", "b", "", "é", "missing"])
LINES: Final = st.lists(st.tuples(st.sampled_from(NAMES), field_values()), max_size=8)
STEPS: Final = st.lists(
    st.tuples(
        st.sampled_from(
            ["add", "set", "none", "del", "setlist", "setdefault", "setlistdefault", "pop", "update", "extend"]
        ),
        st.sampled_from(NAMES),
        st.lists(field_values(), max_size=3),
    ),
    max_size=12,
)


def values(pairs: Pairs, key: str) -> list[str]:
    """All values of a name."""
    return [value for name, value in pairs if name == key]


def names(pairs: Pairs) -> list[str]:
    """The distinct names, in order."""
    return [*dict.fromkeys(name for name, _ in pairs)]


def raised(read: Callable[[], object]) -> type[BaseException] | None:
    """What a call raises."""
    try:
        read()
    except (KeyError, FieldError, HeaderValueError, BodyConsumed) as error:
        return type(error)
    return None


@given(pairs=pairs(), key=KEYS, kind=st.sampled_from([MultiMap[str], Query, Form, Cookies]))
def test_multimap(pairs: Pairs, key: str, kind: Callable[[Pairs], MultiMap[str]]) -> None:
    """A multimap is its pairs; as a mapping, each name with its first value."""
    made = kind(pairs)
    found = values(pairs, key)

    assert tuple(pairs) == made.pairs == made.items(multi=True)
    assert names(pairs) == [*made] == [*made.keys()]
    assert len(names(pairs)) == len(made)
    assert (key in made, bool(made)) == (bool(found), bool(pairs))
    assert found == made.getlist(key)
    assert (found[0] if found else None) == made.get(key)
    assert (None if found else BadRequestKeyError) is raised(lambda: made[key])
    assert {name: values(pairs, name)[0] for name in names(pairs)} == dict(made) == made.to_dict()
    assert {name: values(pairs, name) for name in names(pairs)} == made.to_dict(flat=False) == dict(made.lists())
    assert [values(pairs, name) for name in names(pairs)] == [*made.listvalues()]
    assert [(name, values(pairs, name)[0]) for name in names(pairs)] == [*made.items()]
    expected = BadRequestKeyError if not found else FieldError if len(found) > 1 else None
    assert expected is raised(lambda: made.one(key))


@given(pairs=pairs(), key=KEYS)
def test_multimap_converts(pairs: Pairs, key: str) -> None:
    """Values are converted one by one; what does not convert is as if it were not there."""
    made = Query([(name, str(len(value)) if value else value) for name, value in pairs])
    numbers = [len(value) for value in values(pairs, key) if value]
    found = values(pairs, key)

    assert numbers == made.getlist(key, int)
    assert (len(found[0]) if found and found[0] else -1) == made.get(key, -1, int)


@given(pairs=pairs())
def test_multimap_of_mappings(pairs: Pairs) -> None:
    """Made of another, of its lists or of its pairs, it is the same but for the order of names."""
    made = Form(pairs)

    assert made == Form(made) == Form(made.pairs) == Form(iter(pairs))
    assert made.to_dict(flat=False) == Form(made.to_dict(flat=False)).to_dict(flat=False)


@given(left=pairs(), right=pairs())
def test_multimap_equality(left: Pairs, right: Pairs) -> None:
    """Two are equal if and only if their pairs are."""
    assert (left == right) is (Query(left) == Query(right))
    assert left != right or hash(Query(left)) == hash(Query(right))


def lowered(pairs: Pairs) -> Pairs:
    """The pairs with names in lower case."""
    return [(name.lower(), value) for name, value in pairs]


def check_headers(pairs: Pairs, made: Headers | MutableHeaders) -> None:
    """Headers are their lines; as a mapping, each name in any case with its first value."""
    low = lowered(pairs)
    firsts = {name: values(low, name)[0] for name in names(low)}

    assert tuple(pairs) == made.pairs == made.items(multi=True)
    assert pairs == made.to_wsgi_list()
    assert names(low) == [name.lower() for name in made]
    assert len(firsts) == len(made)
    assert firsts == {name.lower(): value for name, value in made.items()}
    for name in NAMES:
        found = values(low, name.lower())
        assert found == made.getlist(name) == made.get_all(name)
        assert (found[0] if found else None) == made.get(name)
        assert bool(found) is (name in made)
        assert (None if found else KeyError) is raised(lambda name=name: made[name])  # type: ignore[misc]  # bound


@given(pairs=LINES, key=st.sampled_from(NAMES), value=field_values())
def test_headers(pairs: Pairs, key: str, value: str) -> None:
    """Headers, and those that edits give."""
    made = Headers(pairs)
    others = [pair for pair in pairs if pair[0].lower() != key.lower()]
    replaced = model_set(pairs, key, value)

    check_headers(pairs, made)
    check_headers([*pairs, (key, value)], made.adding(key, value))
    check_headers(others, made.without(key))
    check_headers(replaced, made.with_(key, value))
    check_headers(pairs, made)


@given(left=LINES, right=LINES)
def test_headers_equality(left: Pairs, right: Pairs) -> None:
    """Two are equal if and only if their lines are, with names in lower case."""
    assert (lowered(left) == lowered(right)) is (Headers(left) == Headers(right))
    assert (lowered(left) == lowered(right)) is (MutableHeaders(left) == MutableHeaders(right))
    assert hash(Headers(left)) == hash(Headers([(name.swapcase(), value) for name, value in left]))


def model_set(pairs: Pairs, key: str, value: str) -> Pairs:
    """One line of a name, where its first was, or at the end."""
    at = next((i for i, (name, _) in enumerate(pairs) if name.lower() == key.lower()), len(pairs))
    kept = [pair for pair in pairs[at:] if pair[0].lower() != key.lower()]
    return [*pairs[:at], (key, value), *kept]


def model_setlist(pairs: Pairs, key: str, new: list[str]) -> Pairs:
    """The first value where the first line was, the others at the end; none takes the name away."""
    if not new:
        return [pair for pair in pairs if pair[0].lower() != key.lower()]
    return [*model_set(pairs, key, new[0]), *((key, value) for value in new[1:])]


def model_step(pairs: Pairs, step: Step) -> Pairs:
    """What a step makes of a list of lines."""
    verb, key, new = step
    first = new[0] if new else ""
    found = key.lower() in names(lowered(pairs))
    match verb:
        case "add":
            return [*pairs, (key, first)]
        case "extend":
            return [*pairs, *((key, value) for value in new)]
        case "set":
            return model_set(pairs, key, first)
        case "none" | "del" | "pop":
            return model_setlist(pairs, key, [])
        case "setdefault":
            return pairs if found else [*pairs, (key, first)]
        case "setlistdefault":
            return pairs if found else model_setlist(pairs, key, new)
        case "update":
            return model_setlist(pairs, key, new) if new else pairs
        case _:
            return model_setlist(pairs, key, new)


def step_of(made: MutableHeaders, step: Step) -> None:
    """The same step, done to the headers."""
    verb, key, new = step
    first = new[0] if new else ""
    steps: dict[str, Callable[[], object]] = {
        "add": lambda: made.add(key, first),
        "extend": lambda: made.extend([(key, value) for value in new]),
        "set": lambda: made.set(key, first),
        "none": lambda: made.set(key, None),
        "del": lambda: made.remove(key),
        "pop": lambda: made.pop(key, None),
        "setdefault": lambda: made.setdefault(key, first),
        "setlistdefault": lambda: made.setlistdefault(key, new),
        "update": lambda: made.update([(key, value) for value in new]),
        "setlist": lambda: made.setlist(key, new),
    }
    steps[verb]()


@given(pairs=LINES, steps=STEPS)
def test_mutable_headers(pairs: Pairs, steps: list[Step]) -> None:
    """After any steps, the lines are what the same steps make of a list; a copy taken before is as it was."""
    made, expected = MutableHeaders(pairs), pairs
    frozen = made.freeze()
    for step in steps:
        step_of(made, step)
        expected = model_step(expected, step)
        check_headers(expected, made)

    check_headers(pairs, frozen)


@given(pairs=LINES, key=st.sampled_from(NAMES), bad=st.sampled_from(["\r\n", "\0", "a\x7f", "\u20ac", "a\nb: c"]))
def test_refused_writes_change_nothing(pairs: Pairs, key: str, bad: str) -> None:
    """A value that may not go on the wire is refused by every way of writing, and the lines stay as they were."""
    made = MutableHeaders(pairs)
    for verb in ("add", "extend", "set", "setlist", "update"):
        assert HeaderValueError is raised(lambda verb=verb: step_of(made, (verb, key, [bad])))  # type: ignore[misc]  # bound
        assert HeaderValueError is raised(lambda verb=verb: step_of(made, (verb, bad, ["a"])))  # type: ignore[misc]  # bound

    assert tuple(pairs) == made.pairs
