"""JSON values that a JSON schema describes: strategies, and a few likely values that are tried first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final, TypeGuard, cast

from hypothesis import strategies as st

from verglas.inputs.converters import Schema, converter_of
from verglas.testing.strategies.texts import json_values, texts
from verglas.wsgi import JSONLike, JSONValue

__all__ = ["JSONSchema", "LIKELY_TEXTS", "mended", "replaced"]

DEEPEST: Final = 3
"""The most levels of classes in one another, beyond which optional parts are left out."""

MOST_LIKELY: Final = 24
"""The most likely values of a schema."""

LIKELY_TEXTS: Final = (
    "a", "1", "ab", "0", "10", "2026-11-30T12:00:00Z", "2026-11-30", "12:00:00", "a@example.org", "a,b", "a-b",
    "1.5", "00000000-0000-4000-8000-000000000000", "https://example.org/", "/a", "-1", "2", "true", "en", "A", "abc",
    "a b", "é", "#336699", "192.0.2.1", "text/plain", "a=1", "abcdefgh", "5", "100", "1000", "P1D", "PT1S", "12:00",
    "2026-11", "YQ==", "{}", "[1]", '{"a": 1}', "a.txt", "Europe/London", "GET", "a:b", "1-2", "a/b", "example.org",
    "::1", "",
    "2026-11-30T12:00", "+44 20 7946 0018", "GB", "EUR", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
)  # fmt: skip
"""Frequent texts: a function that takes some texts only takes one of these, with luck."""

LIKELY_NUMBERS: Final = (1, 0, 2, 5, 10, 20, 50, 100, 1000, -1, 2026, 16, 7, 3600, 10**6, 10**9)


def _encoded(kind: type[object], strategy: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    return strategy.map(cast("Callable[[object], str]", converter_of(kind).encode))  # each of these has one


def _formats() -> dict[str, tuple[st.SearchStrategy[str], str]]:
    dates = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
    names = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
    urls = names.map("https://{}.example/".format)
    return {
        "date-time": (_encoded(datetime, dates), "2026-11-30T12:00:00Z"),
        "date": (_encoded(date, st.dates()), "2026-11-30"),
        "time": (_encoded(time, st.times()), "12:00:00"),
        "duration": (st.integers(0, 10**6).map("PT{}S".format), "PT1S"),
        "uuid": (st.uuids().map(str), "00000000-0000-4000-8000-000000000000"),
        "decimal": (_encoded(Decimal, st.decimals(allow_nan=False, allow_infinity=False, places=2)), "1"),
        "email": (names.map("{}@example.org".format), "a@example.org"),
        "uri": (urls, "https://example.org/"),
        "hostname": (names.map("{}.example".format), "example.org"),
        "ipv4": (st.ip_addresses(v=4).map(str), "192.0.2.1"),
        "ipv6": (st.ip_addresses(v=6).map(str), "::1"),
    }


class JSONSchema:
    """A JSON schema with its definitions, as a source of values.

    What it says beyond types, bounds, lengths, patterns, formats and properties is not looked at: whoever draws a value
    checks it.

    Args:
        root: The schema.
    """

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._formats = _formats()

    def values(self) -> st.SearchStrategy[JSONValue]:
        """The values that fit, nearly all of them."""
        return self._values(self._root, 0)

    def likely(self) -> list[JSONValue]:
        """A few values that fit, probably; the first is small."""
        return self._likely(self._root, 0)

    def part(self, tokens: Sequence[str]) -> Schema:
        """The schema of a part of the values; `{}` when it is not known.

        Args:
            tokens: The names and positions that lead to it.
        """
        found: list[Schema] = [self._root]
        for token in tokens:
            found = [inner for one in found for inner in self._parts(one, token)]
        return found[0] if len(found) == 1 else {"anyOf": found} if found else {}

    def likely_of(self, schema: Schema) -> list[JSONValue]:
        """A few values that fit a part.

        Args:
            schema: The schema of the part.
        """
        return self._likely(schema, 0)

    def forms(self, schema: Schema) -> list[Schema]:
        """The schemas of which a value fits one: without references and unions.

        Args:
            schema: The schema.
        """
        return self._alternatives(schema, 0)

    def _parts(self, schema: Schema, token: str) -> list[Schema]:
        found: list[Schema] = []
        for one in self._alternatives(schema, 0):
            properties, items, prefix = one.get("properties"), one.get("items"), one.get("prefixItems")
            if _is_schema(properties) and _is_schema(inner := properties.get(token)):
                found.append(inner)
            elif token.isdecimal() and _is_list(prefix) and int(token) < len(prefix):
                found += [inner for inner in [prefix[int(token)]] if _is_schema(inner)]
            elif token.isdecimal() and _is_schema(items):
                found.append(items)
            elif _is_schema(more := one.get("additionalProperties")):
                found.append(more)
        return found

    def _resolved(self, schema: Schema) -> Schema:
        """The schema behind references, of which there may be a few in a row."""
        for _ in range(8):
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                break
            target: JSONLike = self._root
            for token in reference.removeprefix("#").split("/")[1:]:
                target = target.get(token.replace("~1", "/").replace("~0", "~")) if _is_schema(target) else None
            rest = {name: value for name, value in schema.items() if name != "$ref"}
            schema = {**target, **rest} if _is_schema(target) else {}
        return schema

    def _alternatives(self, schema: Schema, depth: int) -> list[Schema]:
        schema = self._resolved(schema)
        for name in ("anyOf", "oneOf"):
            branches = schema.get(name)
            if _is_list(branches):
                inner = [self._resolved(one) for one in branches if _is_schema(one)]
                if depth >= DEEPEST:
                    inner = [one for one in inner if one.get("type") not in ("object", "array")] or inner
                return [found for one in inner for found in self._alternatives(one, depth)]
        parts = schema.get("allOf")
        if _is_list(parts):
            whole: dict[str, JSONLike] = {}
            for one in parts:
                whole.update(self._resolved(one) if _is_schema(one) else {})
            return self._alternatives(
                {**whole, **{name: one for name, one in schema.items() if name != "allOf"}}, depth
            )
        kinds = schema.get("type")
        if _is_list(kinds):
            return [{**schema, "type": one} for one in kinds]
        return [schema]

    def _values(self, schema: Schema, depth: int) -> st.SearchStrategy[JSONValue]:
        return st.one_of([self._plain(one, depth) for one in self._alternatives(schema, depth)])

    def _plain(self, schema: Schema, depth: int) -> st.SearchStrategy[JSONValue]:
        """The strategy of a schema without unions and references."""
        constants = _constants(schema)
        if constants is not None:
            return st.sampled_from(constants)
        match schema.get("type"):
            case "null":
                return st.none()
            case "boolean":
                return st.booleans()
            case "integer":
                return _integers(schema)
            case "number":
                return _numbers(schema)
            case "string":
                return self._strings(schema)
            case "array":
                return self._arrays(schema, depth)
            case "object":
                return self._objects(schema, depth)
            case _:
                return json_values()

    def _strings(self, schema: Schema) -> st.SearchStrategy[JSONValue]:
        least, most = _size(schema, "minLength") or 0, _size(schema, "maxLength")
        pattern, known = schema.get("pattern"), self._formats.get(str(schema.get("format")))
        if known is not None:
            return known[0]
        if isinstance(pattern, str) and (compiled := _compiled(pattern)) is not None:
            found = st.from_regex(compiled, alphabet=st.characters(codec="utf-8"))
            return found.filter(lambda text: bool(least <= len(text) and (most is None or len(text) <= most)))
        longest = max(20, 2 * least) if most is None else most
        return st.text(st.characters(codec="utf-8"), min_size=least, max_size=longest)

    def _arrays(self, schema: Schema, depth: int) -> st.SearchStrategy[JSONValue]:
        prefix, items = schema.get("prefixItems"), schema.get("items")
        if _is_list(prefix):
            return st.tuples(*[self._values(one, depth) for one in prefix if _is_schema(one)]).map(_as_list)
        least = _size(schema, "minItems") or 0
        most = min(_size(schema, "maxItems") or least + 3, least + 3)
        if depth >= DEEPEST and not least:
            return st.just(_empty_list())
        inner = st.deferred(lambda: self._values(items if _is_schema(items) else {}, depth + 1))
        if schema.get("uniqueItems"):
            return st.lists(inner, min_size=least, max_size=most, unique_by=repr)
        return st.lists(inner, min_size=least, max_size=most)

    def _objects(self, schema: Schema, depth: int) -> st.SearchStrategy[JSONValue]:
        properties, required = _properties(schema), _required(schema)
        always = {name: self._deferred(one, depth) for name, one in properties.items() if name in required}
        perhaps = {name: self._deferred(one, depth) for name, one in properties.items() if name not in required}
        more = schema.get("additionalProperties")
        fixed = st.fixed_dictionaries(always, optional={} if depth >= DEEPEST else perhaps)
        if properties or more is False or depth >= DEEPEST:
            return cast("st.SearchStrategy[JSONValue]", fixed)  # which is a dict of such values
        inner = self._deferred(more if _is_schema(more) else {}, depth)
        return cast("st.SearchStrategy[JSONValue]", st.dictionaries(texts(), inner, max_size=3))  # as above

    def _deferred(self, schema: Schema, depth: int) -> st.SearchStrategy[JSONValue]:
        return st.deferred(lambda: self._values(schema, depth + 1))

    def _likely(self, schema: Schema, depth: int) -> list[JSONValue]:
        found = [one for form in self._alternatives(schema, depth) for one in self._likely_plain(form, depth)]
        return found[:MOST_LIKELY] if depth else found

    def _likely_plain(self, schema: Schema, depth: int) -> list[JSONValue]:
        constants = _constants(schema)
        if constants is not None:
            return constants
        match schema.get("type"):
            case "null":
                return [None]
            case "boolean":
                return [True, False]
            case "integer" | "number":
                return _likely_numbers(schema)
            case "string":
                return self._likely_strings(schema)
            case "array":
                return self._likely_arrays(schema, depth)
            case "object":
                return self._likely_objects(schema, depth)
            case _:
                return [1, "a", None, _empty_dict(), {"a": 1}, [1], _empty_list()]

    def _likely_strings(self, schema: Schema) -> list[JSONValue]:
        least, most = _size(schema, "minLength") or 0, _size(schema, "maxLength")
        pattern, known = schema.get("pattern"), self._formats.get(str(schema.get("format")))
        if known is not None:
            return [known[1]]
        compiled = _compiled(pattern) if isinstance(pattern, str) else None
        candidates = (*LIKELY_TEXTS, "a" * least, "1" * least)
        return [
            text
            for text in candidates
            if least <= len(text)
            and (most is None or len(text) <= most)
            and (compiled is None or compiled.search(text) is not None)
        ]

    def _likely_arrays(self, schema: Schema, depth: int) -> list[JSONValue]:
        prefix, items = schema.get("prefixItems"), schema.get("items")
        if _is_list(prefix):
            columns = [self._likely(one, depth + 1) for one in prefix if _is_schema(one)]
            return [list(row) for row in zip(*[column[:3] for column in columns], strict=False)] if all(columns) else []
        least = _size(schema, "minItems") or 0
        if depth >= DEEPEST and not least:
            return [_empty_list()]
        inner = self._likely(items if _is_schema(items) else {}, depth + 1)
        if schema.get("uniqueItems") and least > 1:
            return [inner[:least]] if len(inner) >= least else []
        found: list[JSONValue] = [[one] * max(least, 1) for one in inner[:8]]
        return found if least else [*found[:1], _empty_list(), *found[1:]]

    def _likely_objects(self, schema: Schema, depth: int) -> list[JSONValue]:
        """Objects with all properties, then with the required ones alone; then each property varied."""
        properties, required = _properties(schema), _required(schema)
        taken = {name: one for name, one in properties.items() if depth < DEEPEST or name in required}
        columns = {name: self._likely(one, depth + 1) for name, one in taken.items()}
        if not all(columns[name] for name in required if name in columns):
            return []
        first: dict[str, JSONValue] = {name: column[0] for name, column in columns.items() if column}
        least: dict[str, JSONValue] = {name: one for name, one in first.items() if name in required}
        found: list[JSONValue] = [first, least] if least != first else [first]
        longest = max((len(column) for column in columns.values()), default=0)
        for index in range(1, min(longest, 6)):
            found.append({name: column[index % len(column)] for name, column in columns.items() if column})
        if not properties and _is_schema(more := schema.get("additionalProperties")):
            found += [{"a": one} for one in self._likely(more, depth + 1)[:4]]
        return found


def replaced(value: JSONValue, tokens: Sequence[str], part: JSONValue) -> JSONValue:
    """The value with another part; itself where it does not have that part.

    Args:
        value: The value.
        tokens: The names and positions that lead to the part.
        part: The other part.

    >>> replaced({"a": [1, 2]}, ["a", "1"], 3)
    {'a': [1, 3]}
    """
    if not tokens:
        return part
    first, *others = tokens
    if isinstance(value, dict):
        inner = replaced(value[first], others, part) if first in value else part
        return {**value, first: inner} if first in value or not others else value
    if isinstance(value, list) and first.isdecimal() and int(first) < len(value):
        index = int(first)
        return [*value[:index], replaced(value[index], others, part), *value[index + 1 :]]
    return value


def mended(value: JSONValue, tokens: Sequence[str], other: JSONValue) -> JSONValue:
    """The value with a part as another value has it: taken away, where that does not have it.

    Args:
        value: The value.
        tokens: The names and positions that lead to the part.
        other: The other value.

    >>> mended({"a": 1, "b": 2}, ["a"], {"a": 3}), mended({"a": 1, "b": 2}, ["b"], {"a": 3})
    ({'a': 3, 'b': 2}, {'a': 1})
    """
    if not tokens:
        return other
    first, *others = tokens
    if isinstance(value, dict) and isinstance(other, dict):
        if first not in other:
            return {name: one for name, one in value.items() if name != first}
        inner = mended(value[first], others, other[first]) if first in value else other[first]
        return {**value, first: inner}
    if isinstance(value, list) and isinstance(other, list) and first.isdecimal() and int(first) < len(value):
        index = int(first)
        if not other:
            return [*value[:index], *value[index + 1 :]]
        inner = mended(value[index], others, other[min(index, len(other) - 1)])
        return [*value[:index], inner, *value[index + 1 :]]
    return other


def _is_schema(value: object) -> TypeGuard[Schema]:
    return isinstance(value, Mapping)


def _is_list(value: object) -> TypeGuard[Sequence[JSONLike]]:
    return isinstance(value, (list, tuple))


def _empty_list() -> list[JSONValue]:
    return []


def _empty_dict() -> dict[str, JSONValue]:
    return {}


def _as_list(values: tuple[JSONValue, ...]) -> JSONValue:
    return list(values)


def _as_value(value: JSONLike) -> JSONValue:
    if _is_schema(value):
        return {name: _as_value(one) for name, one in value.items()}
    return [_as_value(one) for one in value] if _is_list(value) else cast("JSONValue", value)  # the rest is the same


def _constants(schema: Schema) -> list[JSONValue] | None:
    """The values that a schema lists, if it does."""
    listed = schema.get("enum")
    if _is_list(listed):
        return [_as_value(one) for one in listed]
    return [_as_value(schema["const"])] if "const" in schema else None


def _properties(schema: Schema) -> dict[str, Schema]:
    found = schema.get("properties")
    return {name: one for name, one in found.items() if _is_schema(one)} if _is_schema(found) else {}


def _required(schema: Schema) -> frozenset[str]:
    found = schema.get("required")
    return frozenset([str(one) for one in found]) if _is_list(found) else frozenset()


def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        # A `$` of Python matches before a newline at the end as well.
        return re.compile(pattern[:-1] + r"\Z" if pattern.endswith("$") and not pattern.endswith(r"\$") else pattern)
    except re.error:  # of another dialect
        return None


def _size(schema: Schema, name: str) -> int | None:
    found = schema.get(name)
    return found if isinstance(found, int) else None


def _bounds(schema: Schema) -> tuple[float | None, float | None, bool, bool]:
    """The least and the largest number, and whether each is excluded."""

    def bound(plain: str, exclusive: str) -> tuple[float | None, bool]:
        one, other = schema.get(plain), schema.get(exclusive)
        if isinstance(other, (int, float)) and not isinstance(other, bool):
            return other, True
        return (one, False) if isinstance(one, (int, float)) else (None, False)

    (least, above), (most, below) = bound("minimum", "exclusiveMinimum"), bound("maximum", "exclusiveMaximum")
    return least, most, above, below


def _fits(schema: Schema, number: float) -> bool:
    least, most, above, below = _bounds(schema)
    step = schema.get("multipleOf")
    return (
        (least is None or (number > least if above else number >= least))
        and (most is None or (number < most if below else number <= most))
        and (not isinstance(step, (int, float)) or number % step == 0)
    )


def _integers(schema: Schema) -> st.SearchStrategy[JSONValue]:
    least, most, above, below = _bounds(schema)
    low = None if least is None else int(-(-least // 1)) + (above and least == int(least))
    high = None if most is None else int(most // 1) - (below and most == int(most))
    step = schema.get("multipleOf")
    if isinstance(step, int) and step > 0:
        low = None if low is None else -(-low // step)
        high = None if high is None else high // step
        return st.integers(low, high).map(lambda number: number * step)
    return st.integers(low, high)


def _numbers(schema: Schema) -> st.SearchStrategy[JSONValue]:
    least, most, above, below = _bounds(schema)
    floats = st.floats(
        least, most, exclude_min=above and least is not None, exclude_max=below and most is not None,
        allow_nan=False, allow_infinity=False,
    )  # fmt: skip
    found: st.SearchStrategy[JSONValue] = floats
    if "multipleOf" in schema or any(_fits(schema, number) for number in (0, 1, 2)):
        found = _integers(schema) | floats.filter(lambda number: _fits(schema, number))
    return found


def _likely_numbers(schema: Schema) -> list[JSONValue]:
    least, most, *_ = _bounds(schema)
    step = schema.get("multipleOf")
    candidates: list[int | float] = [*LIKELY_NUMBERS]
    for bound in (least, most, step if isinstance(step, (int, float)) else None):
        if bound is not None:
            whole = int(bound)
            candidates += [whole, whole + 1, whole - 1]
            if schema.get("type") == "number":
                candidates += [bound, bound + 0.5, bound - 0.5]
    return [number for number in dict.fromkeys(candidates) if _fits(schema, number)]
