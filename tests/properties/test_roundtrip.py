"""What is written reads back as the same value; what is kept in a pickle or a copy is the same value."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from verglas import (
    URL,
    FrozenResponse,
    Headers,
    JSONValue,
    MutableHeaders,
    Query,
    Request,
    Response,
    build_environ,
    json_response,
    parse_environ,
)
from verglas.syntax.cookies import format_set_cookie, parse_cookies, parse_set_cookie, percent_decoded
from verglas.syntax.dates import format_date, parse_date
from verglas.syntax.hosts import parse_host
from verglas.syntax.mediatypes import format_media_type, parse_media_type
from verglas.syntax.parameters import format_parameters, parse_parameters
from verglas.syntax.percent import decode_octets, encode_percent
from verglas.syntax.tokens import quote_string, split_list, unquote_string
from verglas.testing import strategies
from verglas.testing.strategies import field_values, pairs, texts, tokens

VALUES = st.one_of(
    strategies.bodies(),
    strategies.cookies(),
    strategies.files(),
    strategies.forms(),
    strategies.frozen_responses(),
    strategies.headers(),
    strategies.limits(),
    strategies.multimaps(),
    strategies.queries(),
    strategies.requests(),
    strategies.trusts(),
    strategies.uploads(),
    strategies.urls(),
)


@given(value=VALUES, protocol=st.integers(2, pickle.HIGHEST_PROTOCOL))
def test_pickle(value: object, protocol: int) -> None:
    """A value comes out of a pickle as it went in, with the same hash and the same words."""
    restored: object = pickle.loads(pickle.dumps(value, protocol))

    assert value == restored
    assert hash(value) == hash(restored)
    assert repr(value) == repr(restored)


@given(value=VALUES)
def test_copies(value: object) -> None:
    """Both kinds of copy are equal."""
    assert value == copy.copy(value)
    assert value == copy.deepcopy(value)


@given(url=strategies.urls())
def test_url(url: URL) -> None:
    """A URL's two texts are URLs of which the ASCII one is the same."""
    assert url.to_uri() == URL.parse(url.to_uri()).to_uri()
    assert url.to_uri() == URL.parse(str(url)).to_uri()


@given(host=strategies.hosts())
def test_host(host: str) -> None:
    """A host and its port are those that were put together."""
    name, port = parse_host(host)

    assert host == (name if port is None else f"{name}:{port}")


@given(query=strategies.queries())
def test_query(query: Query) -> None:
    """`Query.parse` reads what `str` writes."""
    assert query == Query.parse(str(query))


@given(pairs=st.lists(st.tuples(tokens(), field_values())))
def test_parameters(pairs: list[tuple[str, str]]) -> None:
    """Parameters of any names and values read back, with names in lower case."""
    lowered = tuple((name.lower(), value) for name, value in pairs)

    assert lowered == parse_parameters(format_parameters(pairs).removeprefix("; "), grammar="X")


@given(kind=tokens(), subtype=tokens(), value=field_values().filter(bool))
def test_media_type(kind: str, subtype: str, value: str) -> None:
    """A media type reads back, its type in lower case."""
    text = format_media_type(kind, subtype, [("charset", value)])

    assert (kind.lower(), subtype.lower(), (("charset", value),)) == parse_media_type(text)


@given(value=field_values())
def test_quoted_string(value: str) -> None:
    """A quoted-string is the text that it quotes."""
    assert value == unquote_string(quote_string(value))


@given(members=st.lists(field_values()))
def test_list(members: list[str]) -> None:
    """A list of quoted strings has as many members, each as it was written."""
    quoted = [quote_string(member) for member in members]

    assert tuple(quoted) == split_list(", ".join(quoted))


@given(data=st.binary())
def test_percent(data: bytes) -> None:
    """Octets come back from their escapes."""
    assert data == decode_octets(encode_percent(data, "").encode())


def without_controls(text: str) -> str:
    """The text without the characters that drop a cookie: controls but tab (6265bis §5.6)."""
    return "".join(character for character in text if character == "\t" or (character >= " " and character != "\x7f"))


NAMES_OF_COOKIES: Final = tokens().filter(lambda name: not name.startswith("__"))


@given(name=NAMES_OF_COOKIES, value=texts().map(without_controls))
def test_cookie(name: str, value: str) -> None:
    """What `Set-Cookie` sets is what `Cookie` brings, whatever characters but controls are in it."""
    sent, kept, _ = parse_set_cookie(format_set_cookie(name, value))

    assert ((name, value),) == parse_cookies(f"{sent}={kept}")


@given(name=NAMES_OF_COOKIES, value=texts())
def test_cookie_in_percent(name: str, value: str) -> None:
    """In the other encoding, controls come back, too."""
    sent, kept, _ = parse_set_cookie(format_set_cookie(name, value, encoding="percent"))
    [(found, text)] = parse_cookies(f"{sent}={kept}")

    assert (name, value) == (found, percent_decoded(text))


@given(moment=st.datetimes(datetime(1900, 1, 1), timezones=st.just(UTC)))
def test_date(moment: datetime) -> None:
    """A date reads back to the second."""
    assert moment.replace(microsecond=0) == parse_date(format_date(moment))


@given(value=strategies.json_values())
def test_json(value: JSONValue) -> None:
    """A JSON answer, sent as a request, is the value."""
    request = Request(body=json_response(value).data, headers={"Content-Type": "application/json"})

    assert value == request.json
    assert value == json.loads(request.data)


@given(pairs=pairs())
def test_form(pairs: list[tuple[str, str]]) -> None:
    """A form that is sent as urlencoded or as multipart is the form that is read."""
    names: dict[str, list[str]] = {}
    for name, value in pairs:
        names.setdefault(name, []).append(value)
    request = Request.from_values("/", method="POST", data=names)

    assert names == request.form.to_dict(flat=False)


@given(request=strategies.requests())
def test_environ(request: Request[None]) -> None:
    """A request is the request of its environ, with the body read anew."""
    again = parse_environ(request.environ).buffered()

    assert (request.method, str(request.url), request.data) == (again.method, str(again.url), again.data)
    assert {**_lowered(request.headers)} == {**_lowered(again.headers)}


@given(fields=strategies.headers(), url=strategies.urls())
def test_build_environ(fields: Headers, url: URL) -> None:
    """An environ that is built is read as the URL that it was built from."""
    plain = Headers([pair for pair in fields.pairs if "_" not in pair[0]])
    environ = build_environ("GET", url, plain.without("Host"), Request().stream)

    assert url.to_uri() == Request(environ).url.to_uri()


@given(response=strategies.frozen_responses())
def test_thaw(response: FrozenResponse) -> None:
    """A frozen response that is thawed and frozen has the same parts; an ETag may have come."""
    again = Response.thaw(response).freeze()

    assert (response.status, response.body) == (again.status, again.body)
    assert response.headers.without("ETag") == again.headers.without("ETag")


@given(fields=strategies.headers())
def test_headers(fields: Headers) -> None:
    """Headers are those of their pairs, whoever holds them in between."""
    pairs: tuple[tuple[str, str], ...] = MutableHeaders(fields).pairs

    assert fields == Headers(pairs) == MutableHeaders(fields).freeze()


def _lowered(headers: Headers) -> dict[str, str]:
    """First values by lower-case names."""
    return {name.lower(): value for name, value in headers.items()}
