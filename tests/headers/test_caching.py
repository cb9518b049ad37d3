"""Cache-Control, Age and Expires."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import RequestCacheControl, ResponseCacheControl
from werkzeug.http import parse_cache_control_header

from verglas import GrammarError, HeaderValueError
from verglas.headers import CACHE_CONTROL, CacheControl, Headers
from verglas.testing.strategies import header_values

MINUTE: Final = timedelta(minutes=1)
FOREVER: Final = timedelta(seconds=2**31)


def seconds(count: int) -> timedelta:
    """An age."""
    return timedelta(seconds=count)


def extended(name: str, argument: str | None) -> CacheControl:
    """A value with nothing but an extension."""
    return CacheControl(extensions=((name, argument),))


PARSED: Final = [
    pytest.param(CacheControl(), "", id="empty"),
    pytest.param(CacheControl(), " , ,", id="rfc9110-5.6.1-empty-members"),
    pytest.param(CacheControl(max_age=seconds(5)), "max-age=5", id="rfc9111-5.2.2.1"),
    pytest.param(CacheControl(max_age=seconds(5)), 'max-age="5"', id="rfc9111-5.2-either-form"),
    pytest.param(CacheControl(max_stale=seconds(10)), "max-stale=10", id="rfc9111-5.2.1.2"),
    pytest.param(CacheControl(max_stale=True), "max-stale", id="rfc9111-5.2.1.2-any-age"),
    pytest.param(CacheControl(min_fresh=seconds(20)), "min-fresh=20", id="rfc9111-5.2.1.3"),
    pytest.param(CacheControl(no_cache=True), "no-cache", id="rfc9111-5.2.1.4"),
    pytest.param(CacheControl(no_store=True), "no-store", id="rfc9111-5.2.1.5"),
    pytest.param(CacheControl(no_transform=True), "no-transform", id="rfc9111-5.2.1.6"),
    pytest.param(CacheControl(only_if_cached=True), "only-if-cached", id="rfc9111-5.2.1.7"),
    pytest.param(CacheControl(must_revalidate=True), "must-revalidate", id="rfc9111-5.2.2.2"),
    pytest.param(CacheControl(must_understand=True, no_store=True), "must-understand, no-store", id="rfc9111-5.2.2.3"),
    pytest.param(CacheControl(no_cache=("a", "b")), 'no-cache="a, b"', id="rfc9111-5.2.2.4-qualified"),
    pytest.param(CacheControl(no_cache=("set-cookie",)), "no-cache=set-cookie", id="rfc9111-5.2.2.4-token-form"),
    pytest.param(CacheControl(private=True), "private", id="rfc9111-5.2.2.7"),
    pytest.param(CacheControl(private=("x-a",)), 'private="x-a"', id="rfc9111-5.2.2.7-qualified"),
    pytest.param(CacheControl(proxy_revalidate=True), "proxy-revalidate", id="rfc9111-5.2.2.8"),
    pytest.param(CacheControl(public=True), "public", id="rfc9111-5.2.2.9"),
    pytest.param(CacheControl(s_maxage=seconds(10)), "s-maxage=10", id="rfc9111-5.2.2.10"),
    pytest.param(
        CacheControl(private=True, extensions=(("community", "UCI"),)),
        'private, community="UCI"',
        id="rfc9111-5.2.3",
    ),
    pytest.param(
        CacheControl(max_age=seconds(600), stale_while_revalidate=seconds(30)),
        "max-age=600, stale-while-revalidate=30",
        id="rfc5861-3.1",
    ),
    pytest.param(
        CacheControl(max_age=seconds(600), stale_if_error=seconds(1200)),
        "max-age=600, stale-if-error=1200",
        id="rfc5861-4.1",
    ),
    pytest.param(
        CacheControl(max_age=seconds(31536000), immutable=True), "max-age=31536000, immutable", id="rfc8246-2"
    ),
    pytest.param(CacheControl(max_age=FOREVER), "max-age=2147483648", id="rfc9111-1.2.2-most"),
    pytest.param(CacheControl(max_age=seconds(2**31 - 1)), "max-age=2147483647", id="rfc9111-1.2.2-below"),
    pytest.param(CacheControl(max_age=FOREVER), "max-age=99999999999", id="rfc9111-1.2.2-over"),
    pytest.param(CacheControl(max_age=FOREVER), f"max-age={'9' * 5000}", id="rfc9111-1.2.2-very-long"),
    pytest.param(CacheControl(max_age=seconds(1)), f"max-age={'0' * 5000}1", id="leading-zeros"),
    pytest.param(CacheControl(max_age=seconds(5)), "Max-Age=5", id="any-case"),
    pytest.param(CacheControl(max_age=seconds(5)), "max-age=5, MAX-AGE=6", id="rfc9111-4.2.1-first-counts"),
    pytest.param(CacheControl(private=True), 'private, private="a"', id="first-flag-counts"),
    pytest.param(CacheControl(max_age=seconds(5), public=True), "max-age = 5,\tpublic", id="space-about-equals"),
    pytest.param(CacheControl(extensions=(("x", "1,2"), ("y", None))), 'X="1,2", y, x=3', id="extensions"),
    pytest.param(extended("x", ""), "x=", id="empty-argument"),
    pytest.param(extended("x", "a b"), "x=a b", id="argument-that-is-no-token"),
    pytest.param(extended("x", 'a"b,c"'), 'x=a"b,c"', id="quotes-within-an-argument"),
]
MALFORMED_ARGUMENTS: Final = [
    pytest.param(extended("max-age", None), "max-age", id="none"),
    pytest.param(extended("max-age", "abc"), "max-age=abc", id="no-number"),
    pytest.param(extended("max-age", "-1"), "max-age=-1", id="negative"),
    pytest.param(extended("max-age", "+5"), "max-age=+5", id="sign"),
    pytest.param(extended("max-age", "3.1"), "max-age=3.1", id="fraction"),
    pytest.param(extended("max-age", "1_0"), "max-age=1_0", id="underscore"),
    pytest.param(extended("max-age", "1\xb2"), "max-age=1\xb2", id="superscript-digit"),
    pytest.param(extended("max-age", ""), "max-age=", id="empty"),
    pytest.param(extended("max-stale", "x"), "max-stale=x", id="max-stale"),
    pytest.param(extended("max-age", "a"), "max-age=a, max-age=5", id="the-first-counts"),
    pytest.param(CacheControl(no_cache=True), 'no-cache=""', id="no-cache-without-names"),
    pytest.param(CacheControl(private=True), 'private="a b"', id="private-with-no-names"),
    pytest.param(CacheControl(private=True), r'private="\"a"', id="private-with-a-quote"),
    pytest.param(CacheControl(must_revalidate=True), "must-revalidate=1", id="flag-with-an-argument"),
]
VALUES: Final = [
    pytest.param("", CacheControl(), id="empty"),
    pytest.param("max-age=0", CacheControl(max_age=seconds(0)), id="zero"),
    pytest.param("max-stale", CacheControl(max_stale=True), id="any-age"),
    pytest.param('no-cache="Set-Cookie"', CacheControl(no_cache=("Set-Cookie",)), id="rfc9111-5.2.2.4-quoted"),
    pytest.param('private="A, b"', CacheControl(private=("A", "b")), id="rfc9111-5.2.2.7-quoted"),
    pytest.param('x="a b", y', CacheControl(extensions=(("x", "a b"), ("y", None))), id="extensions"),
    pytest.param('max-age=abc, x=""', CacheControl(extensions=(("max-age", "abc"), ("x", ""))), id="malformed-kept"),
    pytest.param("max-age=60, public", CacheControl(public=True, max_age=MINUTE), id="ages-first"),
]


@pytest.mark.parametrize(("expected", "text"), PARSED)
def test_parse(expected: CacheControl, text: str) -> None:
    """Every directive of the RFCs is read, in any case, with a token or a quoted string."""

    assert expected == CacheControl.parse(text)


@pytest.mark.parametrize(("expected", "text"), MALFORMED_ARGUMENTS)
def test_malformed_argument(expected: CacheControl, text: str) -> None:
    """A malformed argument is kept with an age, and asks for more with a flag."""

    assert expected == CacheControl.parse(text)


@pytest.mark.parametrize(("expected", "text"), MALFORMED_ARGUMENTS)
def test_malformed_argument_takes_nothing_away(expected: CacheControl, text: str) -> None:
    """A malformed argument never takes away the no-store beside it."""

    assert expected | CacheControl(no_store=True) == CacheControl.parse(f"{text}, no-store")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("=5", id="no-name"),
        pytest.param("a b", id="space-in-a-name"),
        pytest.param('"max-age"=5', id="name-in-quotes"),
        pytest.param('x="a', id="unclosed-quote"),
        pytest.param("x=a\nb", id="line-feed"),
        pytest.param('x="a\x7f"', id="delete-in-quotes"),
        pytest.param("\u212a=1", id="kelvin-sign"),
    ],
)
def test_malformed(text: str) -> None:
    """What is no directive at all is malformed, where there is nothing else; strictly, also where there is."""

    with pytest.raises(GrammarError):
        CacheControl.parse(text)
    with pytest.raises(GrammarError):
        CacheControl.parse(f"no-store, {text}", strict=True)


@pytest.mark.parametrize(("expected", "value"), VALUES)
def test_str(expected: str, value: CacheControl) -> None:
    """A value is written in one order, field names always in quotes."""

    assert (expected, expected) == (str(value), value.to_header())


@pytest.mark.parametrize(
    ("expected", "left", "right"),
    [
        pytest.param("max-age=1, public", "max-age=5, public", "max-age=1", id="the-right-wins"),
        pytest.param("no-store", "", "no-store", id="empty-left"),
        pytest.param("no-store", "no-store", "", id="empty-right"),
        pytest.param('private="a"', "private", "private=a", id="qualified"),
        pytest.param("x=2, y", "x=1, y", "x=2", id="extension"),
        pytest.param("max-age=5", "max-age=a", "max-age=5", id="over-a-malformed-one"),
        pytest.param("max-age=a", "max-age=5", "max-age=a", id="by-a-malformed-one"),
    ],
)
def test_merge(expected: str, left: str, right: str) -> None:
    """`|` joins two values, or a value and a text."""
    value = CacheControl.parse(left)

    assert (expected, expected) == (str(value | right), str(value | CacheControl.parse(right)))


def test_merge_with_malformed_text() -> None:
    """A text that is no value cannot be merged."""

    with pytest.raises(GrammarError):
        _ = CacheControl() | "a b"


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        pytest.param(False, CacheControl(), id="empty"),
        pytest.param(True, CacheControl(max_age=seconds(0)), id="an-age-of-0"),
        pytest.param(True, CacheControl(immutable=True), id="flag"),
        pytest.param(True, extended("x", None), id="extension"),
    ],
)
def test_truth(expected: bool, value: CacheControl) -> None:
    """A value without directives is false."""

    assert expected == bool(value)


def test_field_names_compare_in_any_case() -> None:
    """Field names are the same in any case."""
    values = {CacheControl(no_cache=("Set-Cookie",)), CacheControl(no_cache=("set-cookie",))}

    assert 1 == len(values)


@pytest.mark.parametrize("age", [seconds(-1), timedelta(seconds=2**31 + 1), timedelta(milliseconds=1), timedelta.max])
def test_refuses_ages(age: timedelta) -> None:
    """An age that delta-seconds cannot say is refused, never rounded."""

    with pytest.raises(HeaderValueError):
        CacheControl(max_age=age)


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        pytest.param("a b", None, id="no-token"),
        pytest.param("X", None, id="upper-case"),
        pytest.param("x", "a\r\nSet-Cookie: a=b", id="line-feed"),
        pytest.param("x", "\u2603", id="not-latin-1"),
        pytest.param("no-store", None, id="flag"),
        pytest.param("private", "a b", id="flag-with-an-argument"),
        pytest.param("max-age", "5", id="age"),
        pytest.param("max-stale", None, id="max-stale"),
    ],
)
def test_refuses_extensions(name: str, argument: str | None) -> None:
    """An extension that could not be written, or would be read as something else, is refused."""

    with pytest.raises(HeaderValueError):
        CacheControl(extensions=((name, argument),))


def test_refuses_an_extension_twice() -> None:
    """Only the first of two would count, so two are refused; also beside the attribute."""

    with pytest.raises(HeaderValueError):
        CacheControl(extensions=(("x", "1"), ("x", "2")))
    with pytest.raises(HeaderValueError):
        CacheControl(max_age=MINUTE, extensions=(("max-age", "a"),))


@pytest.mark.parametrize("names", [pytest.param((), id="none"), pytest.param(("a b",), id="no-token")])
def test_refuses_field_names(names: tuple[str, ...]) -> None:
    """A qualified directive has names, all of them tokens."""

    with pytest.raises(HeaderValueError):
        CacheControl(private=names)


def test_refuses_other_types() -> None:
    """A number is no age, a text no tuple of names: neither is guessed at."""
    number: object = 60
    text: object = "Set-Cookie"

    with pytest.raises(TypeError):
        CacheControl(max_age=number)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # on purpose
    with pytest.raises(TypeError):
        CacheControl(private=text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # on purpose


@given(header_values(CACHE_CONTROL, unsent=True), header_values(CACHE_CONTROL, unsent=True))
def test_merged_values_round_trip(left: CacheControl, right: CacheControl) -> None:
    """A merged value keeps all that the right one says, and is as good as any."""
    merged = left | right

    assert merged == CacheControl.parse(str(merged)) == merged | right


@given(st.text(st.sampled_from("aAmx=-0, \t\\/;\x80"), max_size=30))
def test_with_a_quote_or_without(text: str) -> None:
    """A list that is searched at once, having no quote, has the directives that it has when it is split."""
    try:
        expected = CacheControl.parse(text).extensions
    except GrammarError:
        expected = ()

    assert (*expected, ("z", "")) == CacheControl.parse(f'{text}, z=""').extensions


def test_all_lines_are_one_list() -> None:
    """Directives of all lines count, of equal ones the first."""
    headers = Headers([("Cache-Control", "no-store"), ("Cache-Control", "max-age=5, no-cache"), ("Age", "1")])

    assert CacheControl(no_store=True, max_age=seconds(5), no_cache=True) == headers[CACHE_CONTROL]


def test_empty_value_has_no_line() -> None:
    """An empty value takes the field away."""

    assert () == CACHE_CONTROL.encode(CacheControl())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "max-age=60",
        "no-store",
        "no-cache",
        "max-age=0, must-revalidate, no-cache",
        'private="a, b", s-maxage=5',
        "public, immutable, stale-while-revalidate=60, stale-if-error=1",
        "private, proxy-revalidate, must-understand, no-transform",
        "max-age=abc, no-store",
        "no-store=1, max-age=1",
    ],
)
def test_agrees_with_werkzeug_on_responses(text: str) -> None:
    """Ordinary directives mean the same as in the reference, ages apart: those are durations here."""
    theirs = parse_cache_control_header(text, None, ResponseCacheControl)
    ours = CacheControl.parse(text)
    flags = [
        "no_store",
        "no_transform",
        "must_revalidate",
        "proxy_revalidate",
        "must_understand",
        "public",
        "immutable",
    ]
    durations = ["max_age", "s_maxage", "stale_if_error", "stale_while_revalidate"]

    assert {name: getattr(theirs, name) for name in flags} == {name: getattr(ours, name) for name in flags}
    assert {name: getattr(theirs, name) for name in durations} == {
        name: None if (age := getattr(ours, name)) is None else age.total_seconds() for name in durations
    }
    for expected, names in ((theirs.no_cache, ours.no_cache), (theirs.private, ours.private)):
        assert (expected or False) == (names if isinstance(names, bool) else ", ".join(names))


@pytest.mark.parametrize("text", ["max-stale", "max-stale=5", "min-fresh=3, only-if-cached", "no-cache, max-age=0"])
def test_agrees_with_werkzeug_on_requests(text: str) -> None:
    """So do those of requests."""
    theirs = parse_cache_control_header(text, None, RequestCacheControl)
    ours = CacheControl.parse(text)
    stale = ours.max_stale

    assert theirs.max_stale == (stale.total_seconds() if isinstance(stale, timedelta) else stale)
    assert theirs.min_fresh == (None if ours.min_fresh is None else ours.min_fresh.total_seconds())
    assert (theirs.only_if_cached, theirs.no_cache or False) == (ours.only_if_cached, ours.no_cache)


@pytest.mark.parametrize(
    ("ours", "theirs", "text"),
    [
        pytest.param(MINUTE, None, "Max-Age=60", id="rfc9111-5.2-names-in-any-case"),
        pytest.param(seconds(5), 6, "max-age=5, max-age=6", id="rfc9111-4.2.1-first-occurrence"),
        pytest.param(None, -1, "max-age=-1", id="rfc9111-1.2.2-non-negative"),
        pytest.param(FOREVER, 2**32, f"max-age={2**32}", id="rfc9111-1.2.2-greatest"),
    ],
)
def test_disagrees_with_werkzeug(ours: timedelta | None, theirs: int | None, text: str) -> None:
    """Where the reference does otherwise, a sentence of the RFC decides."""
    reference = parse_cache_control_header(text, None, ResponseCacheControl)

    assert (ours, theirs) == (CacheControl.parse(text).max_age, reference.max_age)
