"""`Cookies`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import environ_of
from verglas import Cookies, Limits, Request
from verglas.errors import RequestHeaderFieldsTooLarge


@pytest.mark.parametrize(
    ("expected", "field"),
    [
        pytest.param([("a", "1"), ("b", "2")], "a=1; b=2", id="rfc6265bis-4.2.1"),
        pytest.param([("a", "1"), ("a", "2")], "a=1; a=2", id="duplicates-kept"),
        pytest.param([], "=__Host-a=b; ==__Host-a=b", id="cve-2023-23934"),
        pytest.param([("a", "1]csrftoken=x")], "a=1]csrftoken=x", id="cve-2016-7401"),
        pytest.param([("a", '"b'), ("c", "d")], 'a="b; c=d', id="quote-does-not-swallow"),
        pytest.param([("a", '{"k":1,"l":[2]}'), ("c", "d")], 'a={"k":1,"l":[2]}; c=d', id="json"),
        pytest.param([("a", 'x"y')], r'a="x\"y"', id="quoted-unescaped"),
        pytest.param([("a", "\N{SNOWMAN}")], "a=\xe2\x98\x83", id="d6-utf-8-octets"),
        pytest.param([("a", "\ufffd")], "a=\xff", id="d6-no-utf-8"),
        pytest.param([("b", "2")], "a=\x01; b=2", id="control-drops-its-own"),
        pytest.param([("a", "1, b=2")], "a=1, b=2", id="comma-is-data"),
    ],
)
def test_captured(expected: list[tuple[str, str]], field: str) -> None:
    """A cookie never makes another disappear, and never makes one that was not there."""

    assert expected == list(Cookies.parse(field, limits=Limits()).pairs)


def test_first_wins() -> None:
    """Of equal names the first is the value, and `getlist` has all."""

    cookies = Cookies.parse("a=1; a=2")

    assert ("1", ["1", "2"]) == (cookies["a"], cookies.getlist("a"))


def test_hides_values() -> None:
    """The values of cookies do not show in `repr`."""

    assert "Cookies([('sid', '***')])" == repr(Cookies({"sid": "secret"}))


@given(st.text(st.characters(max_codepoint=255)))
def test_total(field: str) -> None:
    """Every text gives cookies: nothing raises."""

    assert all(list(Cookies.parse(field, limits=Limits())))


@pytest.mark.parametrize(
    ("knob", "allowed", "field"),
    [
        pytest.param("max_cookies", 2, "a=1; b=2; c=3", id="number"),
        pytest.param("max_header_value", 12, "a=1; b=23456", id="length-exact"),
        pytest.param("max_header_value", 11, "a=1; b=23456", id="length-over"),
        pytest.param("max_cookies", 3, "a=1; b=2; c=3", id="number-exact"),
    ],
)
def test_limits(knob: str, allowed: int, field: str) -> None:
    """Too many cookies, or too long a field, is a 431 that names the limit; the field stays readable."""

    limits = Limits(**{knob: allowed})
    request = Request(environ_of(HTTP_COOKIE=field), limits=limits)
    within = (field.count("=") if knob == "max_cookies" else len(field)) <= allowed

    if within:
        assert field.count("=") == len(request.cookies)
        return
    with pytest.raises(RequestHeaderFieldsTooLarge) as caught:
        len(request.cookies)
    assert (431, knob, field) == (
        caught.value.code,
        caught.value.limit and caught.value.limit.knob,
        request.headers["Cookie"],
    )


FIELDS = st.lists(
    st.sampled_from([";", "; ", " ", "=", '"', "\\", "\t", "\xa0", "\x01", "%61"])
    | st.sampled_from(["a", "b", "A", "-", "a=", "; a=", "; a", "a=1; ", "; b=2"])
).map("".join)
NAMES = st.sampled_from(["a", "b", "A", "ab", "a-", "-", "", " a", "a ", "a=", "; a", "a;", "\xa0", "%61"])


@given(FIELDS, st.lists(NAMES, max_size=8))
def test_look_up_agrees_with_the_cookies(field: str, names: list[str]) -> None:
    """A cookie has the value that it has among all, whether the field was parsed by then or searched."""
    read, whole = Cookies.parse(field), Cookies(Cookies.parse(field).pairs)

    assert [whole.get(name) for name in names] == [read.get(name) for name in names]
    assert [name in whole for name in names] == [name in read for name in names]
    assert whole == read
