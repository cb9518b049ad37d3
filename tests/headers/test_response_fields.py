"""The header fields of a response as attributes: the reference's names, read and written as the same keys are."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.headers.samples import SAMPLES, TOO_LONG, bare, key_of, properties_of, with_lines
from verglas import Headers, HeaderValueError, MutableHeaders, Response
from verglas.errors import RequestHeaderFieldsTooLarge
from verglas.headers import (
    CORP,
    Allow,
    BuiltText,
    BuiltValue,
    CacheControl,
    Challenges,
    ContentDisposition,
    ContentLanguage,
    ContentRange,
    ContentSecurityPolicy,
    CORSHeaders,
    CORSMethods,
    CrossOriginEmbedderPolicy,
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicies,
    ServerTiming,
    StrictTransportSecurity,
    Vary,
)
from verglas.testing.strategies import field_values, header_values

# Every name of the reference's list of response headers, with what it is when there are none and the type when there
# is; then those that it does not have.
REFERENCE: Final[dict[str, tuple[object, type]]] = {
    "accept_ranges": (None, str),
    "access_control_allow_credentials": (False, bool),
    "access_control_allow_headers": (CORSHeaders(), CORSHeaders),
    "access_control_allow_methods": (CORSMethods(), CORSMethods),
    "access_control_allow_origin": (None, str),
    "access_control_expose_headers": (CORSHeaders(), CORSHeaders),
    "access_control_max_age": (None, timedelta),
    "age": (None, timedelta),
    "allow": (Allow(), Allow),
    "cache_control": (CacheControl(), CacheControl),
    "content_encoding": (None, str),
    "content_language": (ContentLanguage(), ContentLanguage),
    "content_length": (0, int),
    "content_location": (None, str),
    "content_md5": (None, str),
    "content_range": (None, ContentRange),
    "content_security_policy": (ContentSecurityPolicy(), ContentSecurityPolicy),
    "content_security_policy_report_only": (ContentSecurityPolicy(), ContentSecurityPolicy),
    "content_type": (None, str),
    "cross_origin_embedder_policy": (CrossOriginEmbedderPolicy(), CrossOriginEmbedderPolicy),
    "cross_origin_opener_policy": (CrossOriginOpenerPolicy(), CrossOriginOpenerPolicy),
    "cross_origin_resource_policy": (None, CORP),
    "date": (None, datetime),
    "expires": (None, datetime),
    "headers": (MutableHeaders(), MutableHeaders),
    "last_modified": (None, datetime),
    "location": (None, str),
    "mimetype": (None, str),
    "mimetype_params": ({}, dict),
    "retry_after": (None, datetime),
    "vary": (Vary(), Vary),
    "www_authenticate": (Challenges(), Challenges),
}
OURS: Final[dict[str, tuple[object, type]]] = {
    "content_disposition": (None, ContentDisposition),
    "permissions_policy": (PermissionsPolicy(), PermissionsPolicy),
    "referrer_policy": (ReferrerPolicies(), ReferrerPolicies),
    "server_timing": (ServerTiming(), ServerTiming),
    "strict_transport_security": (None, StrictTransportSecurity),
}
METHODS: Final = ["add_etag", "delete_cookie", "get_etag", "set_cookie", "set_etag"]


PROPERTIES: Final = properties_of(Response)
properties = pytest.mark.parametrize("name", sorted(PROPERTIES))


def get(response: Response, name: str) -> object:
    """An attribute."""
    found: object = getattr(response, name)
    return found


def absent(name: str) -> object:
    """What a property gives without its field."""
    found = PROPERTIES[name]
    return cast("BuiltValue[object, object]", found).empty if isinstance(found, BuiltValue) else None  # as above


@pytest.mark.parametrize("name", sorted(REFERENCE | OURS))
def test_reference_name(name: str) -> None:
    """A name is there, with and without its header."""
    expected, kind = (REFERENCE | OURS)[name]
    full = Response(headers={field: sample.line for field, sample in SAMPLES.items()}, content_type="a/b; c=d")

    assert expected == get(bare(), name)
    assert type(get(full, name)) is kind


@properties
def test_key_is_that_of_the_table(name: str) -> None:
    """An attribute has no grammar of its own: its key is the one that everybody uses."""
    found = PROPERTIES[name].field

    assert key_of(found.name.lower()) is found


def test_no_other_names() -> None:
    """Every field property is in the lists above: what is added gets its row."""

    assert [] == sorted(PROPERTIES.keys() - REFERENCE.keys() - OURS.keys())


@pytest.mark.parametrize("name", METHODS)
def test_reference_method(name: str) -> None:
    """What the reference does with headers by methods."""

    assert callable(get(bare(), name))


@properties
def test_one_line(name: str) -> None:
    """A property is what its key gives; one that is text is what is there."""
    found = PROPERTIES[name]
    field = found.field.name.lower()
    response = with_lines(field, SAMPLES[field].line)

    expected: object = SAMPLES[field].line if isinstance(found, BuiltText) else response.headers[found.field]
    assert expected == get(response, name)


@properties
def test_several_lines(name: str) -> None:
    """All lines are read; two of a field that is there once are malformed."""
    found = PROPERTIES[name]
    field = found.field.name.lower()
    sample = SAMPLES[field]
    value = get(with_lines(field, sample.line, sample.more), name)

    if isinstance(found, BuiltText):
        assert f"{sample.line}, {sample.more}" == value
    else:
        assert (absent(name) if sample.same_as is None else found.field.decode(sample.same_as)) == value


@properties
def test_malformed(name: str) -> None:
    """A field that somebody has written by hand, malformed, is absent to its property; text is text."""
    found = PROPERTIES[name]
    field = found.field.name.lower()
    malformed = SAMPLES[field].malformed
    if malformed is not None:
        expected = malformed if isinstance(found, BuiltText) else absent(name)
        assert expected == get(with_lines(field, malformed), name)


@pytest.mark.parametrize("name", [*sorted(PROPERTIES), "retry_after"])
def test_over_long(name: str) -> None:
    """What is over the size cap is not absent on this side either."""
    field = PROPERTIES[name].field.name if name in PROPERTIES else "Retry-After"

    with pytest.raises(RequestHeaderFieldsTooLarge):
        get(with_lines(field, TOO_LONG), name)


@properties
def test_assigned(name: str) -> None:
    """A property writes what its key writes, in place of all lines."""
    found = PROPERTIES[name]
    field = found.field.name.lower()
    line = SAMPLES[field].line
    value = found.field.decode([line])
    response = with_lines(field, SAMPLES[field].more, SAMPLES[field].more)
    setattr(response, name, line if isinstance(found, BuiltText) else value)

    assert (value, value) == (response.headers[found.field], Headers().with_(found.field, value)[found.field])
    if not isinstance(found, BuiltText):
        assert Headers().with_(found.field, value) == Headers({k.title(): v for k, v in response.headers.items()})


@properties
@settings(max_examples=25)
@given(data=st.data())
def test_written_as_read(name: str, data: st.DataObject) -> None:
    """Whatever value is assigned is read again, by the property and by the key, as by `with_`."""
    found = PROPERTIES[name]
    key = key_of(found.field.name.lower())
    value = data.draw(header_values(key, unsent=True))
    expected = Headers().with_(key, value)
    response = bare()
    if isinstance(found, BuiltText):
        setattr(response, name, expected.get(key.name))
    else:
        setattr(response, name, value)

    assert expected == response.headers.freeze()
    if not isinstance(found, BuiltText):
        assert value == get(response, name)


@properties
def test_unset(name: str) -> None:
    """`None` and `del` take a field away: no `None` is sent (D8)."""
    found = PROPERTIES[name]
    field = found.field.name.lower()
    unset, deleted = (with_lines(field, SAMPLES[field].line, SAMPLES[field].line) for _ in range(2))
    for _ in range(2):  # it need not be there
        setattr(unset, name, None)
        delattr(deleted, name)

    assert ((), absent(name)) == (unset.headers.pairs, get(unset, name))
    assert ((), absent(name)) == (deleted.headers.pairs, get(deleted, name))


@properties
def test_empty_value(name: str) -> None:
    """What reads as empty takes the field away when it is assigned; a policy that is none is written as such."""
    found = PROPERTIES[name]
    if not isinstance(found, BuiltValue):
        return
    response = with_lines(found.field.name, SAMPLES[found.field.name.lower()].line)
    setattr(response, name, absent(name))
    written = ["unsafe-none"] if name in ("cross_origin_opener_policy", "cross_origin_embedder_policy") else []

    assert written == response.headers.getlist(found.field.name)
    assert absent(name) == get(response, name)


@properties
@settings(max_examples=25)
@given(text=field_values() | st.text('aA10*/;=," \t-_%()?:@W\xe9', max_size=40))
def test_any_text(name: str, text: str) -> None:
    """Any text that can be written gives the value of the key, or what the property is without one."""
    found = PROPERTIES[name]
    try:
        response = with_lines(found.field.name, text)
    except HeaderValueError:
        return
    try:
        value: object = response.headers.get(found.field, absent(name))
    except HeaderValueError:
        value = absent(name)

    expected = response.headers.get(found.field.name) if isinstance(found, BuiltText) else value
    assert expected == get(response, name)


NOT_OF_TEXT: Final = {"access_control_allow_credentials", "access_control_max_age", "age"}


@pytest.mark.parametrize("name", sorted(PROPERTIES.keys() - NOT_OF_TEXT))
def test_malformed_text_is_refused(name: str) -> None:
    """What is assigned as text has to be of the field's grammar; else nothing is changed."""
    found = PROPERTIES[name]
    sample = SAMPLES[found.field.name.lower()]
    response = with_lines(found.field.name, sample.line)
    if sample.malformed is not None:
        with pytest.raises(HeaderValueError):
            setattr(response, name, sample.malformed)

    assert [sample.line] == response.headers.getlist(found.field.name)


@properties
def test_other_types_are_refused(name: str) -> None:
    """An object that is no value of the field is not written as its `str()`."""
    response = bare()
    with suppress(TypeError, ValueError, AttributeError):
        setattr(response, name, object())

    assert () == response.headers.pairs
