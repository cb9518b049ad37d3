"""The header fields of a request as attributes: the reference's names, and the lenient result of the same keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.headers.samples import SAMPLES, TOO_LONG, key_of, properties_of
from tests.kit import environ_of, without
from verglas import Cookies, Headers, Limits, Request
from verglas.errors import HeaderError, RequestHeaderFieldsTooLarge
from verglas.headers import (
    AcceptCharsets,
    AcceptEncodings,
    AcceptLanguages,
    AcceptMediaTypes,
    Authorization,
    CacheControl,
    CORSHeaders,
    ETags,
    FetchDest,
    FetchMode,
    FetchSite,
    IfRange,
    Pragma,
    Range,
    ReadOptional,
    ReadText,
    ReadValue,
    UserAgent,
)
from verglas.testing.strategies import field_values

NO_ACCEPT: Final[dict[str, object]] = {
    "accept_mimetypes": AcceptMediaTypes.anything(),
    "accept_charsets": AcceptCharsets.anything(),
    "accept_encodings": AcceptEncodings.anything(),
    "accept_languages": AcceptLanguages.anything(),
}

# Every name of the reference's list of request headers, with what it is when there are none and the type when there is.
REFERENCE: Final[dict[str, tuple[object, type]]] = {
    **{name: (value, type(value)) for name, value in NO_ACCEPT.items()},
    "access_control_request_headers": (None, CORSHeaders),
    "access_control_request_method": (None, str),
    "authorization": (None, Authorization),
    "cache_control": (CacheControl(), CacheControl),
    "content_encoding": (None, str),
    "content_length": (None, int),
    "content_md5": (None, str),
    "content_type": (None, str),
    "cookies": (Cookies(), Cookies),
    "date": (None, datetime),
    "headers": (Headers(), Headers),
    "if_match": (ETags(), ETags),
    "if_modified_since": (None, datetime),
    "if_none_match": (ETags(), ETags),
    "if_range": (None, IfRange),
    "if_unmodified_since": (None, datetime),
    "is_json": (False, bool),
    "is_xhr": (False, bool),
    "max_forwards": (None, int),
    "mimetype": ("", str),
    "mimetype_params": ({}, dict),
    "origin": (None, str),
    "pragma": (Pragma(), Pragma),
    "range": (None, Range),
    "referrer": (None, str),
    "sec_fetch_dest": (None, FetchDest),
    "sec_fetch_mode": (None, FetchMode),
    "sec_fetch_site": (None, FetchSite),
    "sec_fetch_user": (False, bool),
    "user_agent": (UserAgent(), UserAgent),
}


PROPERTIES: Final = properties_of(Request)
properties = pytest.mark.parametrize("name", sorted(PROPERTIES))


def environ_with(field: str, text: str) -> dict[str, object]:
    """The environ of a request with one header."""
    key = field.upper().replace("-", "_")
    return {key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}": text}


def received(field: str, text: str) -> Request[None]:
    """A request as a server hands it over."""
    return Request(environ_with(field, text))


def valued(field: str, text: str) -> Request[None]:
    """A request as a value."""
    return Request(headers=[(field, text)])


Make: TypeAlias = Callable[[str, str], Request[None]]
sides: Final = pytest.mark.parametrize("make", [received, valued], ids=["environ", "value"])


def get(request: Request[None], name: str) -> object:
    """An attribute."""
    found: object = getattr(request, name)
    return found


def absent(name: str) -> object:
    """What a property gives without its field."""
    found = PROPERTIES[name]
    return found.empty if isinstance(found, ReadValue) else None


def full() -> dict[str, object]:
    """An environ with every header of the table."""
    environ = environ_of(HTTP_COOKIE="a=1", HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    for field, sample in SAMPLES.items():
        environ |= environ_with(field, sample.line)
    return environ | {"CONTENT_TYPE": "application/json; charset=utf-8"}


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_reference_name(name: str) -> None:
    """A name of the reference is there, with and without its header."""
    expected, kind = REFERENCE[name]

    assert expected == get(Request(without(environ_of(), "HTTP_HOST")), name)
    assert type(get(Request(full()), name)) is kind


@properties
def test_key_is_that_of_the_table(name: str) -> None:
    """An attribute has no grammar of its own: its key is the one that everybody uses."""
    found = PROPERTIES[name].field

    assert key_of(found.name.lower()) is found


def test_no_other_names() -> None:
    """Every field property is in the list above: what is added gets its row."""

    assert [] == sorted(PROPERTIES.keys() - REFERENCE.keys())


@properties
def test_absent(name: str) -> None:
    """Without its field, a property is `None` or empty, on both kinds of requests."""

    assert absent(name) == get(Request(environ_of()), name) == get(Request(), name)


@sides
@properties
def test_one_line(name: str, make: Make) -> None:
    """A property is what its key gives; one that is text is what was sent."""
    found = PROPERTIES[name]
    field = found.field.name.lower()
    request = make(field, SAMPLES[field].line)
    value = request.headers[key_of(field)]

    assert (SAMPLES[field].line if isinstance(found, ReadText) else value) == get(request, name)


@properties
def test_several_lines(name: str) -> None:
    """Several lines are one list, or malformed where the field is there once; as text they are joined."""
    found = PROPERTIES[name]
    sample, field = SAMPLES[found.field.name.lower()], found.field.name
    lines = Headers([(field, sample.line), (field, sample.more)])
    value = get(Request(headers=lines), name)

    if isinstance(found, ReadText):
        assert f"{sample.line}, {sample.more}" == value
    else:
        assert (absent(name) if sample.same_as is None else found.field.decode(sample.same_as)) == value


@sides
@properties
def test_malformed(name: str, make: Make) -> None:
    """What is malformed is absent to a property, but not to its key; text is text."""
    found = PROPERTIES[name]
    sample, field = SAMPLES[found.field.name.lower()], found.field.name
    if sample.malformed is None:
        return
    request = make(field, sample.malformed)

    assert (sample.malformed if isinstance(found, ReadText) else absent(name)) == get(request, name)
    with pytest.raises(HeaderError):
        request.headers[found.field]


@sides
@properties
def test_empty(name: str, make: Make) -> None:
    """An empty line is the empty value where that is well-formed."""
    found = PROPERTIES[name]
    field = found.field.name.lower()
    value = found.field.decode([""]) if SAMPLES[field].empty else absent(name)

    assert ("" if isinstance(found, ReadText) else value) == get(make(field, ""), name)


@pytest.mark.parametrize("text", ["a\0b", "a\r\nX: 1", "\u2603"], ids=["nul", "line-end", "above-latin-1"])
@properties
def test_illegal(name: str, text: str) -> None:
    """What no header may hold was left out: to an attribute, text or not, it is absent; it never raises."""

    assert absent(name) == get(received(PROPERTIES[name].field.name, text), name)


OF_HEADERS: Final = {name: found.field.name for name, found in PROPERTIES.items()} | {
    "access_route": "X-Forwarded-For",
    "content_length": "Content-Length",
    "content_type": "Content-Type",
    "is_json": "Content-Type",
    "mimetype": "Content-Type",
    "mimetype_params": "Content-Type",
    "user_agent": "User-Agent",
}


@sides
@pytest.mark.parametrize("name", sorted(OF_HEADERS))
def test_over_long(name: str, make: Make) -> None:
    """What is over the size cap is a 431, never absent: an absent If-Match would let a request through."""
    if name == "content_length" and make is valued:
        return  # a value has the length of its body
    request = make(OF_HEADERS[name], TOO_LONG)

    with pytest.raises(RequestHeaderFieldsTooLarge) as caught:
        get(request, name)
    assert (431, OF_HEADERS[name]) == (caught.value.code, caught.value.field)


@pytest.mark.parametrize("name", sorted(OF_HEADERS))
def test_over_long_by_the_limits_of_the_request(name: str) -> None:
    """The cap is that of the request, for values and for text alike."""
    field = OF_HEADERS[name]
    request = Request(environ_with(field, SAMPLES[field.lower()].line), limits=Limits(max_header_value=1))

    if len(SAMPLES[field.lower()].line) > 1:
        with pytest.raises(RequestHeaderFieldsTooLarge):
            get(request, name)


@properties
@settings(max_examples=25)
@given(text=field_values() | st.text('aA10*/;=," \t-_%()?:@W\xe9', max_size=40))
def test_any_text(name: str, text: str) -> None:
    """Any text gives the value of the key, or what the property is without one; text is what was sent."""
    found = PROPERTIES[name]
    request = received(found.field.name, text)
    try:
        value: object = request.headers.get(found.field, absent(name))
    except HeaderError:
        value = absent(name)

    assert (text.strip(" \t") if isinstance(found, ReadText) else value) == get(request, name)


def test_properties_say_their_field() -> None:
    """The class's own attribute is the property, which names its key."""

    assert isinstance(Request.date, ReadOptional)
    assert "If-Match" == Request.if_match.field.name


def test_properties_are_frozen() -> None:
    """No header of a request can be assigned by its name."""
    request = Request(environ_of())
    for name in PROPERTIES:
        with pytest.raises(AttributeError):
            setattr(request, name, None)


def test_user_agent_class() -> None:
    """A class of an application's own answers what a subclass knows; an empty value where there is none."""

    class Robot(UserAgent):
        @property
        def browser(self) -> str | None:
            return self.string.partition("/")[0] or None

    class Special(Request):
        user_agent_class = Robot

    assert ("curl", None) == (
        Special(environ_of(HTTP_USER_AGENT="curl/8.5.0")).user_agent.browser,
        Special(environ_of()).user_agent.browser,
    )


def test_user_agent_is_true_when_it_says_something() -> None:
    """The truth of it is that of its text."""

    assert (True, False) == (bool(received("User-Agent", "x").user_agent), bool(Request(environ_of()).user_agent))


@pytest.mark.parametrize(
    ("expected", "name", "field", "text"),
    [
        pytest.param(None, "authorization", "Authorization", "Basic !!", id="d13-basic-without-base64"),
        pytest.param(None, "authorization", "Authorization", "Basic YQ==", id="basic-without-a-colon"),
        pytest.param(None, "max_forwards", "Max-Forwards", "+5", id="digits-only"),
        pytest.param(None, "content_length", "Content-Length", "1_0", id="no-length"),
        pytest.param(None, "date", "Date", "1 Jan", id="no-date"),
        pytest.param(True, "sec_fetch_user", "Sec-Fetch-User", "?1", id="user"),
        pytest.param("https://a.example/?x", "referrer", "Referer", "https://a.example/?x", id="referrer-as-sent"),
        pytest.param("a b", "origin", "Origin", "a b", id="origin-as-sent"),
        pytest.param(
            datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC), "date", "Date", "Sunday, 06-Nov-94 08:49:37 GMT", id="rfc850"
        ),
    ],
)
def test_reads(expected: object, name: str, field: str, text: str) -> None:
    """The rows of the reference, with its defects mended."""

    assert expected == get(received(field, text), name)
