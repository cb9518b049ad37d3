"""Any text and any bytes give a value or a GrammarError, and nothing else: for every parser of `verglas.syntax`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from types import FunctionType
from typing import Final, TypeAlias

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.sources import modules
from verglas import (
    URL,
    Cookies,
    GrammarError,
    Headers,
    Limits,
    ParseError,
    Query,
    Trust,
    Upload,
    headers,
    parse_form,
    safe_filename,
    safe_join,
)
from verglas.headers import DisplayString, Token
from verglas.syntax import scalars
from verglas.syntax.authentication import (
    format_basic,
    is_token68,
    parse_basic,
    parse_challenges,
    parse_credentials,
    parse_info,
    utf_8_or_latin_1,
)
from verglas.syntax.bareitems import check_bare, check_key, format_bare, parse_bare, parse_key
from verglas.syntax.contentcodings import DECODED, decode_content
from verglas.syntax.cookies import (
    cookie_domain,
    cookie_expires,
    cookie_identity,
    cookie_path,
    effective_attributes,
    format_set_cookie,
    legal_cookies,
    parse_cookies,
    parse_set_cookie,
    percent_decoded,
    unquote_cookie,
)
from verglas.syntax.dates import format_date, parse_cookie_date, parse_date
from verglas.syntax.hosts import parse_host, to_ascii, to_unicode
from verglas.syntax.jsontext import check_depth, check_meaning, check_values, decode_json_text, pointer, read_json_text
from verglas.syntax.locations import check_location, check_redirect, is_relative
from verglas.syntax.mediatypes import (
    essence_of,
    format_media_type,
    is_among,
    is_json,
    parameters_of,
    parse_media_type,
    with_charset,
)
from verglas.syntax.multipart import MultipartParser
from verglas.syntax.multipart_writer import FieldPart, FilePart, format_multipart
from verglas.syntax.parameters import format_parameters, parse_parameters, parse_weighted
from verglas.syntax.partheaders import check_line_breaks, parse_form_parameters, parse_part_head
from verglas.syntax.percent import decode_octets, decode_percent, encode_percent
from verglas.syntax.structured import parse_structured_dictionary, parse_structured_item, parse_structured_list
from verglas.syntax.tokens import (
    check_field_value,
    check_token,
    is_field_value,
    is_token,
    parse_digits,
    quote_string,
    refuse,
    split_list,
    token_or_quoted,
    unquote_string,
)
from verglas.syntax.uris import (
    path_to_iri,
    path_to_uri,
    query_to_iri,
    query_to_uri,
    remove_dot_segments,
    resolve,
    split_uri,
)
from verglas.syntax.urlencoded import format_urlencoded, parse_urlencoded
from verglas.testing.strategies import any_texts, texts

OfText: TypeAlias = Callable[[str], object]
OfBytes: TypeAlias = Callable[[bytes], object]

NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
BASE: Final = split_uri("http://a/b/c/d;p?q")

OF_TEXT: Final[dict[str, OfText]] = {
    "Cookies.parse": Cookies.parse,
    "Query.parse": Query.parse,
    "Trust": lambda text: Trust(hosts=[text]),
    "URL": lambda text: URL(scheme=text, host=text, root_path=text),
    "URL.join": lambda text: URL.parse("http://a/b").join(text),
    "URL.parse": URL.parse,
    "URL.replace": lambda text: URL().replace(path=text),
    "URL.with_query": lambda text: URL().with_query(text),
    "MultipartParser": lambda text: MultipartParser(text.encode("utf-8", "surrogatepass")),
    "check_bare": check_bare,
    "check_bare of others": lambda text: [check_bare(Token(text)), check_bare(DisplayString(text))],
    "check_meaning": check_meaning,
    "check_values": lambda text: check_values(text, 3),
    "check_depth": lambda text: check_depth(text, 3),
    "check_field_value": lambda text: check_field_value(text, "X"),
    "check_key": check_key,
    "check_location": check_location,
    "check_redirect": check_redirect,
    "check_token": lambda text: check_token(text, "X"),
    "refuse": lambda text: refuse("[;,]", text, "X", "a separator"),
    "cookie_domain": cookie_domain,
    "cookie_expires": cookie_expires,
    "cookie_identity": cookie_identity,
    "cookie_path": cookie_path,
    "effective_attributes": lambda text: effective_attributes([(text, text), ("Expires", text), ("Max-Age", text)]),
    "encode_percent": lambda text: encode_percent(text, "/"),
    "essence_of": essence_of,
    "format_bare": lambda text: format_bare(check_bare(text)),
    "format_bare of a display string": lambda text: format_bare(check_bare(DisplayString(text))),
    "format_basic": lambda text: format_basic(text, text),
    "format_media_type": lambda text: format_media_type(text, text, [(text, text)]),
    "format_multipart": lambda text: b"".join(
        format_multipart([FieldPart(text, text), FilePart(text, text, b"")], "b")
    ),
    "format_parameters": lambda text: format_parameters([(text, text), ("a", text)]),
    "format_set_cookie": lambda text: format_set_cookie("a", text, path=text, domain=text, expires=text, samesite=text),
    "format_set_cookie of a name": format_set_cookie,
    "format_text": scalars.format_text,
    "format_urlencoded": lambda text: format_urlencoded([(text, text)]),
    "is_field_value": is_field_value,
    "is_relative": is_relative,
    "is_among": lambda text: is_among(text, [text, "application/json"]),
    "is_json": is_json,
    "is_token": is_token,
    "is_token68": is_token68,
    "legal_cookies": legal_cookies,
    "parameters_of": parameters_of,
    "parse_bare": lambda text: parse_bare(text, 0),
    "parse_basic": parse_basic,
    "parse_bool": scalars.parse_bool,
    "parse_challenges": lambda text: parse_challenges(text, grammar="X"),
    "parse_cookie_date": parse_cookie_date,
    "parse_cookies": lambda text: parse_cookies(text, max_cookies=3),
    "parse_credentials": lambda text: parse_credentials(text, grammar="X"),
    "parse_date": lambda text: parse_date(text, now=NOON),
    "parse_date of a calendar": scalars.parse_date,
    "parse_datetime": scalars.parse_datetime,
    "parse_decimal": scalars.parse_decimal,
    "parse_digits": lambda text: parse_digits(text, grammar="X"),
    "parse_float": scalars.parse_float,
    "parse_host": parse_host,
    "parse_info": lambda text: parse_info(text, grammar="X"),
    "parse_int": scalars.parse_int,
    "parse_key": lambda text: parse_key(text, 0),
    "parse_local_datetime": scalars.parse_local_datetime,
    "parse_media_type": parse_media_type,
    "parse_parameters": lambda text: parse_parameters(text, grammar="X"),
    "parse_set_cookie": parse_set_cookie,
    "percent_decoded": percent_decoded,
    "pointer": pointer,
    "parse_structured_dictionary": parse_structured_dictionary,
    "parse_structured_item": parse_structured_item,
    "parse_structured_list": parse_structured_list,
    "parse_text": scalars.parse_text,
    "parse_time": scalars.parse_time,
    "parse_timedelta": scalars.parse_timedelta,
    "parse_uuid": scalars.parse_uuid,
    "parse_weighted": parse_weighted,
    "parse_weighted of few": lambda text: parse_weighted(text, max_items=1),
    "parse_weighted, strict": lambda text: parse_weighted(text, strict=True),
    "quote_string": quote_string,
    "remove_dot_segments": remove_dot_segments,
    "resolve": lambda text: resolve(BASE, split_uri(text)),
    "safe_filename": safe_filename,
    "safe_join": lambda text: safe_join("/a", text, text),
    "split_list": split_list,
    "split_list of few": lambda text: split_list(text, max_items=1),
    "split_uri": split_uri,
    "to_ascii": to_ascii,
    "to_unicode": to_unicode,
    "token_or_quoted": token_or_quoted,
    "unquote_cookie": unquote_cookie,
    "unquote_string": unquote_string,
    "with_charset": with_charset,
}

OF_BYTES: Final[dict[str, OfBytes]] = {
    "Query.parse": Query.parse,
    "URL": lambda data: str(URL(raw_path=data, query_string=data)) + URL(raw_path=data, query_string=data).to_uri(),
    "decode_content": lambda data: [decode_content(data, coding, max_size=1000) for coding in DECODED],
    "check_line_breaks": lambda data: check_line_breaks(data, 0),
    "decode_json_text": decode_json_text,
    "read_json_text": lambda data: read_json_text(data, 3, 3),
    "decode_octets": decode_octets,
    "decode_percent": decode_percent,
    "encode_percent": lambda data: encode_percent(data, "/"),
    "parse_form_parameters": parse_form_parameters,
    "parse_part_head": parse_part_head,
    "parse_urlencoded": lambda data: parse_urlencoded(data, max_fields=3, max_field_size=8),
    "path_to_iri": path_to_iri,
    "path_to_uri": path_to_uri,
    "utf_8_or_latin_1": utf_8_or_latin_1,
    "query_to_iri": query_to_iri,
    "query_to_uri": query_to_uri,
}

# Those that take no text or bytes of somebody else's, or are parts of others; with where they are tested.
ELSEWHERE: Final = {
    "check_count": "takes a number: a step of split_list",
    "choose_boundary": "takes nothing",
    "current_date": "takes nothing",
    "escape_octet": "takes a match: a step of check_location",
    "format_bool": "takes a bool",
    "format_date": "takes a datetime: below",
    "format_datetime": "takes a datetime: tests/syntax/test_scalars.py, as all that follow",
    "format_decimal": "takes a Decimal",
    "format_float": "takes a float",
    "format_int": "takes an int",
    "format_local_datetime": "takes a datetime",
    "format_time": "takes a time",
    "format_timedelta": "takes a timedelta",
    "format_uuid": "takes a UUID",
    "guess_type": "looks into the table of the standard library",
    "quoted_end": "a step of split_list and unquote_string",
    "unescape": "a step of unquote_string, given what is between its quotes",
    "whole_seconds": "takes a number or a timedelta",
}

SOME_BYTES = st.binary(max_size=60) | any_texts().map(lambda text: text.encode("utf-8", "surrogatepass"))


def functions_of_syntax() -> list[str]:
    """The public functions of every module of `verglas.syntax`."""
    names: list[str] = []
    for module in modules():
        if module.startswith("verglas.syntax."):
            namespace = vars(import_module(module))
            names.extend(name for name in namespace["__all__"] if isinstance(namespace[name], FunctionType))
    return sorted(names)


def only_grammar_errors(run: Callable[[], object]) -> bool:
    """Whether a call gives a value or raises GrammarError; anything else is raised on."""
    with suppress(GrammarError):
        run()
    return True


# Examples are the same for all functions: drawing them takes longer than to run all functions on each.
@given(text=any_texts())
@example(text="")
@example(text="\ud800")
def test_any_text(text: str) -> None:
    """Any text, surrogates and controls included, gives a value or GrammarError, whichever function reads it."""
    assert all(only_grammar_errors(partial(run, text)) for run in OF_TEXT.values())


@given(data=SOME_BYTES)
@example(data=b"")
def test_any_bytes(data: bytes) -> None:
    """Any bytes give a value or GrammarError, whichever function reads them."""
    assert all(only_grammar_errors(partial(run, data)) for run in OF_BYTES.values())


def parsers_of_headers() -> list[str]:
    """The classes that `verglas.headers` exports and that read a text."""
    return [name for name in headers.__all__ if hasattr(getattr(headers, name), "parse") and name != "Parsed"]


@given(text=any_texts())
def test_any_text_as_a_header_value(text: str) -> None:
    """Any text gives a value of a class, which is written as a text that gives the same, or GrammarError."""
    for name in parsers_of_headers():
        kind: type[headers.Parsed] = getattr(headers, name)
        with suppress(GrammarError):
            value = kind.parse(text)

            assert value == kind.parse(str(value))


@settings(max_examples=50)
@given(lines=st.lists(any_texts(), min_size=1, max_size=3))
def test_any_lines_of_a_field(lines: list[str]) -> None:
    """Any lines, even those that no headers hold, give every key a value or GrammarError."""
    assert all(only_grammar_errors(partial(key.decode, lines)) for key in headers.FIELDS.values())


def test_every_function_is_here() -> None:
    """A new public function of `verglas.syntax` belongs into one of the tables."""
    known = {name.partition(",")[0].split(" ")[0] for name in (*OF_TEXT, *OF_BYTES)} | ELSEWHERE.keys()

    assert [] == [name for name in functions_of_syntax() if name not in known]


@given(moment=st.datetimes() | st.datetimes(timezones=st.timezones()))
def test_any_datetime(moment: datetime) -> None:
    """A moment is a date, unless in UTC its year is not from 1 to 9999."""
    with suppress(OverflowError):
        assert parse_date(format_date(moment)) is not None


@given(name=any_texts(), value=any_texts())
def test_headers(name: str, value: str) -> None:
    """Headers take a field, or raise GrammarError."""
    assert only_grammar_errors(lambda: Headers([(name, value), ("Location", value), ("Content-Type", value)]))


@given(kind=any_texts())
def test_media_type_of_an_upload(kind: str) -> None:
    """Whatever an upload says to be, its properties do not raise."""
    with suppress(GrammarError):
        upload = Upload("a", kind, b"", content_type=kind)

        assert isinstance(upload.mimetype, str)
        assert isinstance(upload.mimetype_params, dict)
        assert upload.safe_filename


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", ""])
@given(body=st.lists(SOME_BYTES, max_size=4), more=texts() | any_texts())
def test_parse_form(content_type: str, body: list[bytes], more: str) -> None:
    """Any body of any type gives a form and files, or ParseError."""
    for kind in (content_type, content_type + more, content_type + "; " + more):
        with suppress(ParseError):
            form, files = parse_form(kind, body, limits=Limits(max_form_parts=3))

            assert len(form) + len(files) <= 3
