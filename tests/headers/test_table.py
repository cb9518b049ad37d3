"""The table of all fields, walked on both sides: what is received, and what is built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Final, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.headers.samples import SAMPLES, TOO_LONG, key_of
from tests.sources import listed, modules, place
from verglas import Headers, HeaderValueError, Limits, MutableHeaders
from verglas import headers as package
from verglas.errors import HeaderError, RequestHeaderFieldsTooLarge
from verglas.headers import FIELDS
from verglas.testing.strategies import field_values, header_values

AnyHeaders: TypeAlias = Headers | MutableHeaders
Make: TypeAlias = Callable[[str, Sequence[str]], AnyHeaders]

NAMES: Final = sorted(FIELDS)
PIECES: Final = st.text("aA10*/;=,\"\\ \t-_%()?:@'W\xe9", max_size=40)
# In an environ these have no HTTP_ in front, and an empty one is none (RFC 3875 §4.1.2 and §4.1.3).
OF_CGI: Final = ("content-length", "content-type")


def captured(name: str, lines: Sequence[str]) -> Headers:
    """The headers of a request as a server hands it over: lines are joined."""
    key = name.upper().replace("-", "_")
    environ: dict[str, object] = {key if name in OF_CGI else f"HTTP_{key}": ", ".join(lines)} if lines else {}
    return Headers.captured(environ)


def received(name: str, lines: Sequence[str]) -> Headers:
    """The headers of a message as a value."""
    return Headers([(name, line) for line in lines])


def built(name: str, lines: Sequence[str]) -> MutableHeaders:
    """The headers of a response."""
    return MutableHeaders([(name.upper(), line) for line in lines])


# What no response holds malformed, or twice: see test_length_is_refused_where_it_is_set.
REFUSED: Final = frozenset({"content-length"})


def is_refused(name: str, make: Make) -> bool:
    """Whether headers refuse such lines when they are made."""
    return make is built and name in REFUSED


SIDES: Final = [pytest.param(side, id=side.__name__) for side in (captured, received, built)]
sides = pytest.mark.parametrize("make", SIDES)
LINE_BY_LINE: Final = pytest.mark.parametrize("make", SIDES[1:])
fields = pytest.mark.parametrize("name", NAMES)


def test_table_is_sorted() -> None:
    """The table is in the order of its names, which are those of its keys."""

    assert NAMES == list(FIELDS) == [key.name.lower() for key in FIELDS.values()]


UNREADABLE: Final = (HeaderError, HeaderValueError)  # of what a client sent; of what was written here

# What chapters share among themselves, and what only the models need. All else is public.
MECHANICS: Final[dict[str, set[str]]] = {
    "challenges": {"AuthData", "AuthPairs", "AuthParameters", "as_auth_pairs", "as_scheme_name"}
    | {"check_parts", "check_values", "write_pairs", "write_parts"},
    "conditional": {"PARTIAL", "READING", "UNCONDITIONAL"},
    "content": {"as_parameter_pairs"},
    "arguments": {"FieldContent", "FieldText", "SupportsItems"},
    "fields": {"HeaderValue", "LARGEST", "ListValue", "as_lower", "as_whole_date", "as_whole_seconds"}
    | {"check_members", "counted_field", "date_field", "digits_field", "enum_field", "location_field", "name_of"}
    | {"only_line", "read_date", "read_seconds", "resolve_hints", "seconds_field", "text_field", "token_field"}
    | {"NamedText", "unchecked"},
    "lines": {"ENVIRON_KEYS", "FIELD_NAMES", "HOP_BY_HOP", "HasURI", "LOCATION_KEYS", "OWS", "as_text"}
    | {"bounded", "check_number", "check_sent", "check_size", "checked_line", "environ_key", "legal_value", "lowered"}
    | {"masked", "replaced", "uri_of"},
    "mapping": {"Absent", "HeaderMapping", "Pairs", "checked_pairs", "encoded"},
    "negotiation": {"Members", "NO_PARAMETERS", "Parameters"},
    "properties": {"Built", "Read", "written"},
    "structured": {"as_parameters"},
}


def test_package_exports_its_chapters() -> None:
    """What a chapter has for users is in `verglas.headers`, and is the same object there."""
    offenders: list[str] = []
    for chapter in modules():
        if chapter.startswith("verglas.headers."):
            found = vars(import_module(chapter))
            own = {name for name in found["__all__"] if vars(package).get(name) is not found[name]}
            surprising = own ^ MECHANICS.get(chapter.rpartition(".")[2], set())
            offenders.extend(f"{place(chapter, 1)} {name}" for name in sorted(surprising))

    assert [] == offenders, listed(offenders, "export the name from `verglas.headers`, or list it in MECHANICS")


def test_every_key_is_in_the_table() -> None:
    """The keys that the package exports are those of the table."""
    exported: list[object] = [getattr(package, name) for name in package.__all__]

    assert {id(one) for one in exported if type(one).__name__ == "HeaderField"} == {id(key) for key in FIELDS.values()}


def test_every_field_has_a_sample() -> None:
    """A new key belongs into the tables of the tests."""

    assert NAMES == sorted(SAMPLES)


@sides
@fields
def test_absent(name: str, make: Make) -> None:
    """A field that is not there is a KeyError, or the default."""
    headers, key = make(name, []), key_of(name)

    with pytest.raises(KeyError):
        headers[key]
    assert (None, "default") == (headers.get(key), headers.get(key, "default"))


@sides
@fields
def test_empty(name: str, make: Make) -> None:
    """An empty line is a value or malformed; where the grammar is a list, it is the empty one."""
    if is_refused(name, make):
        return
    headers, key = make(name, [""]), key_of(name)
    if make is captured and name in OF_CGI:
        assert headers.get(key) is None
    elif SAMPLES[name].empty:
        assert key.decode([""]) == headers[key]
    else:
        with pytest.raises(UNREADABLE):
            headers.get(key)


@sides
@fields
def test_one_line(name: str, make: Make) -> None:
    """A line is a value, which is written as a line that means the same."""
    key = key_of(name)
    value = make(name, [SAMPLES[name].line])[key]

    assert value == Headers().with_(key, value)[key]
    assert value == captured(name, [f" {SAMPLES[name].line}\t"])[key]


@fields
def test_two_values_differ(name: str) -> None:
    """A different line is a different value: nothing is read as everything."""
    sample, key = SAMPLES[name], key_of(name)
    if sample.line == sample.more:
        return

    assert key.decode([sample.line]) != key.decode([sample.more])


@LINE_BY_LINE
@fields
def test_several_lines(name: str, make: Make) -> None:
    """Several lines are one list, or malformed where the field is there once."""
    if is_refused(name, make):
        return
    sample, key = SAMPLES[name], key_of(name)
    headers = make(name, [sample.line, sample.more])
    if sample.same_as is None:
        with pytest.raises(UNREADABLE):
            headers.get(key, None)
    else:
        assert key.decode(sample.same_as) == headers[key]


@sides
@pytest.mark.parametrize("name", [name for name in NAMES if SAMPLES[name].malformed is not None])
def test_malformed(name: str, make: Make) -> None:
    """A malformed field is a 400 that names it, never absent and never the default; written here, our own fault."""
    if is_refused(name, make):
        return
    headers = make(name, [SAMPLES[name].malformed or ""])

    with pytest.raises(UNREADABLE) as caught:
        headers.get(key_of(name), None)
    error = caught.value
    if isinstance(headers, Headers):
        assert isinstance(error, HeaderError)
        assert (name, 400) == ((error.field or "").lower(), error.code)
    else:
        assert isinstance(error, HeaderValueError)


@sides
@fields
def test_over_long(name: str, make: Make) -> None:
    """A field over the size cap is a 431, whatever it holds; its text stays readable."""
    if is_refused(name, make):
        return
    headers = make(name, [TOO_LONG])

    with pytest.raises(RequestHeaderFieldsTooLarge):
        headers.get(key_of(name), None)
    assert TOO_LONG == headers[name]


@fields
def test_lines_are_over_long_together(name: str) -> None:
    """What counts is all lines: the cap is not gone around by many of them."""
    with pytest.raises(RequestHeaderFieldsTooLarge):
        received(name, [TOO_LONG[:33_000]] * 2)[key_of(name)]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_length_is_refused_where_it_is_set(name: str) -> None:
    """A response has no length that is malformed, and no two."""
    sample = SAMPLES[name]
    for lines in ([""], [sample.malformed or ""], [TOO_LONG], [sample.line, sample.more]):
        with pytest.raises(HeaderValueError):
            built(name, lines)


@fields
def test_set(name: str) -> None:
    """What is set replaces all lines, where the first was; both kinds of headers write the same."""
    key = key_of(name)
    value = key.decode([SAMPLES[name].line])
    lines = [("A", "1"), (name, SAMPLES[name].more), ("B", "2")]
    lines += [] if name in REFUSED else [(name, SAMPLES[name].more)]
    mutable = MutableHeaders(lines)
    mutable[key] = value

    assert (value, ["A", key.name, "B"]) == (mutable[key], list(mutable))
    assert mutable.freeze() == Headers(lines).with_(key, value)


@fields
def test_set_to_none(name: str) -> None:
    """`None` takes all lines away."""
    headers = built(name, [SAMPLES[name].line] * (1 if name in REFUSED else 2))
    headers[key_of(name)] = None

    assert () == headers.pairs


@fields
def test_deleted(name: str) -> None:
    """A field can be deleted by its key, there or not."""
    headers = built(name, [SAMPLES[name].line] * (1 if name in REFUSED else 2))
    del headers[key_of(name)]
    del headers[key_of(name)]

    assert () == headers.pairs


@fields
def test_refuses_other_types(name: str) -> None:
    """What no checker has seen is not written as its `str()`."""
    key = key_of(name)
    for wrong in (object(), None):
        with suppress(TypeError, ValueError, AttributeError):
            assert str(wrong) not in Headers().with_(key, wrong).get(name, "")


@fields
@settings(max_examples=25)
@given(data=st.data())
def test_round_trip(name: str, data: st.DataObject) -> None:
    """What is written is read again; what has no line is the empty value."""
    key = key_of(name)
    value = data.draw(header_values(key, unsent=True))
    headers = Headers().with_(key, value)

    assert headers.get(key, "absent") == (value if name in headers else "absent")
    if name not in headers:
        assert not value


@fields
@settings(max_examples=25)
@given(lines=st.lists(field_values() | PIECES | st.text(st.characters(max_codepoint=255), max_size=40), min_size=1))
def test_any_text(name: str, lines: list[str]) -> None:
    """Any text in any field is a value or a HeaderError, on every side; a value is written, and reads the same."""
    key = key_of(name)
    for make in (captured, received, built):
        try:
            headers = make(name, lines)
        except ValueError:
            continue  # not fit for the wire: no headers hold it
        if name not in headers:
            continue
        try:
            value = headers[key]
        except UNREADABLE:
            continue
        written = Headers().with_(key, value)
        assert not value or value == written[key]


def test_over_long_by_the_limit_of_a_request() -> None:
    """The cap is that of the request's limits."""
    headers = Headers.captured({"HTTP_IF_MATCH": '"a", "b"'}, limits=Limits(max_header_value=7))

    with pytest.raises(RequestHeaderFieldsTooLarge, match="max_header_value"):
        headers.get(key_of("if-match"))
