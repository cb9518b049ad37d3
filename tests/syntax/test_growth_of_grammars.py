"""The work of the functions of `verglas.syntax` grows as their text does, and no faster.

Another function, or another text for one, is another row. How a pattern is written: `tests/repetition.py`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import pytest

from tests.growth import assert_linear
from tests.repetition import ACCEPTED, REFUSED, Reading, readings
from verglas import GrammarError, Limits, safe_filename, safe_join
from verglas.syntax.cookies import cookie_identity, format_set_cookie, parse_cookies
from verglas.syntax.dates import parse_cookie_date, parse_date
from verglas.syntax.hosts import parse_host, to_unicode
from verglas.syntax.jsontext import check_depth
from verglas.syntax.locations import check_location, is_relative
from verglas.syntax.mediatypes import parse_media_type
from verglas.syntax.parameters import parse_parameters, parse_weighted
from verglas.syntax.partheaders import parse_part_head
from verglas.syntax.percent import decode_percent, encode_percent
from verglas.syntax.scalars import parse_date as parse_calendar_date
from verglas.syntax.scalars import (
    parse_datetime,
    parse_decimal,
    parse_float,
    parse_int,
    parse_time,
    parse_timedelta,
    parse_uuid,
)
from verglas.syntax.tokens import is_field_value, is_token, parse_digits, split_list, unquote_string
from verglas.syntax.uris import path_to_iri, query_to_iri, remove_dot_segments, split_uri
from verglas.syntax.urlencoded import parse_urlencoded

PART: Final = 'Content-Disposition: form-data; name="a"'
MANY: Final = Limits(max_part_headers=1 << 20)


def read_octets(text: str) -> None:
    """Write a path and a query as they are shown."""
    raw = text.encode("latin-1")
    path_to_iri(raw)
    query_to_iri(raw)


def read_host(text: str) -> None:
    """Read a host in both ways."""
    to_unicode(text)
    with suppress(GrammarError):
        parse_host(text)


COOKIES: Final = [
    *readings(
        "parse_cookies",
        parse_cookies,
        {
            "cve-2024-52804-backslashes": 'a="{\\}',
            "backslashes-quoted": 'a="{\\}"',
            "octal": 'a="{\\012}"',
            "escaped-quotes": 'a="{\\"}',
            "no-end": 'a="{x}',
            "quotes": 'a={"}',
        },
        outcome=ACCEPTED,
        start=1 << 13,
    ),
    *readings("parse_cookies", parse_cookies, [";", "a=1;", "a;", '"a;', "=", "; "], outcome=ACCEPTED, start=1 << 13),
    *readings("format_set_cookie", lambda text: format_set_cookie("a", text), [";é"], outcome=ACCEPTED, start=1 << 13),
    *readings("cookie_identity", cookie_identity, ["a{;path=/}"], outcome=ACCEPTED, start=1 << 13),
    *readings(
        "parse_cookie_date",
        parse_cookie_date,
        ["9", "1:", "Nov", "1 ", " ", "1:1:1 ", "-"],
        outcome=ACCEPTED,
    ),
]
TOKENS_AND_LISTS: Final = [
    *readings(
        "unquote_string",  # CVE-2024-24762, CVE-2026-28356
        unquote_string,
        {"backslashes": "\\", "pairs": '\\"', "plain": "a", "mixed": "\\a", "tabs": "\t"},
        around=('"{}', '"{}"'),
    ),
    # A bad last character costs no more than a bad first one (CVE-2020-5236).
    *readings("is_token", is_token, ["{a}\n"], outcome=ACCEPTED),
    *readings("is_field_value", is_field_value, ["{\xe9}\n"], outcome=ACCEPTED),
    *readings(
        "split_list",  # CVE-2025-67726
        split_list,
        [",", " ", 'a"', '"\\', '",', '"a",', "\\,", '\\"', 'a,"b",'],
        around=("{}", '{}"'),
    ),
    *readings(
        "parse_parameters",  # CVE-2025-67726
        lambda text: parse_parameters(text, grammar="test"),
        [";", " ", ";a=b", ';a="b"', 'a="\\', '";', "a", "a="],
        around=("{}", 'a="{}', "{}\n", 'a="b"{}'),
    ),
    *readings(
        "parse_media_type",  # CVE-2024-24762, CVE-2026-28356
        parse_media_type,
        [";", " ", "a", "=", ";a=b", ';a="b"', ';a="\\', 'a="', '"\\'],
        around=("a/b{}", 'a/b;a="{}', "a/b;{}\n", "{}"),
    ),
    *readings(
        "parse_weighted",
        parse_weighted,
        [",", "a", "a,", "a;q=0.5,", 'a;b="c",', ";q=1", '"\\', 'a",', " ", "a/"],
        around=("{}", 'a;b="{}'),
        outcome=ACCEPTED,
    ),
    # A million digits are refused before they are converted.
    *readings("parse_digits", lambda text: parse_digits(text, grammar="test"), ["9"], outcome=REFUSED),
    *readings(
        "parse_date",
        parse_date,
        [" ", "0", "Sun, 06 Nov 1994 08:49:37 GMT", "Sun Nov  6 "],
        around=("{}", "x{}"),
        outcome=ACCEPTED,
    ),
]
URIS: Final = [
    # A long text is refused by its length, before anything that could be slow.
    *readings(
        "read_host",
        read_host,
        ["a", "a.", ":", "[", "[:", "0", "\xfc", "xn--"],
        around=("{}", "h:{}", "[{}]"),
        outcome=ACCEPTED,
    ),
    *readings(
        "remove_dot_segments",
        remove_dot_segments,
        ["/{../}", "/{/..}", "/{a/../}", "/{./}", "/{a/}", "/{/}", "/{.}"],
        outcome=ACCEPTED,
        start=1 << 13,
    ),
    *readings("read_octets", read_octets, ["%F9", "%", "%C3%A9", "%2F", "é", "\x00"], outcome=ACCEPTED, start=1 << 13),
    *readings("split_uri", split_uri, [":", "/", "?", "#", "a"], outcome=ACCEPTED, start=1 << 13),
    *readings(
        "check_location",  # CVE-2023-41164
        check_location,
        {"slashes": "/", "scheme": "a", "cve-2019-14235": "\xf9"},
        outcome=ACCEPTED,
        start=4096,
    ),
    *readings(
        "is_relative",
        is_relative,
        {"slashes": "/", "scheme": "a", "cve-2019-14235": "\xf9"},
        outcome=ACCEPTED,
        start=4096,
    ),
    *readings(
        "decode_percent",
        lambda text: decode_percent(text.encode()),
        {
            "cve-2019-14235": "%F9",
            "utf-8": "%C3%A9",
            "escapes-apart": "%41a",
            "percents": "%",
            "digits-missing": "%4",
        },
        outcome=ACCEPTED,
        start=1 << 13,
    ),
    *readings(
        "encode_percent",
        lambda text: encode_percent(text.encode("latin-1"), ""),
        ["\xf9"],
        outcome=ACCEPTED,
        start=1 << 13,
    ),
    *readings(
        "parse_urlencoded",
        lambda text: parse_urlencoded(text.encode()),
        {
            "cve-2026-53539": "a;",
            "fields": "a&",
            "separators": "&",
            "equals": "=",
            "not-utf-8": "%F9",
            "escaped-separators": "%26",
            "escapes": "%41a&",
            "percents": "%",
        },
        outcome=ACCEPTED,
        start=1 << 13,
    ),
    *readings(
        "parse_urlencoded-limits",  # held in one pass
        lambda text: parse_urlencoded(text.encode(), max_fields=len(text), max_field_size=2),
        {"fields": "a&", "separators": "&"},
        outcome=ACCEPTED,
        start=1 << 13,
    ),
]
SCALARS: Final = [
    *readings("parse_int", parse_int, ["7", "-{7}", "{7}x", "{1_}0"]),
    *readings("parse_float", parse_float, ["7", "0.{7}", "1e{0}5", "1e-{9}", "{7}.", "0.{0}1e-5"]),
    *readings("parse_decimal", parse_decimal, ["7", "0.{7}", "1e{0}5", "1e-{9}", "{7}."]),
    *readings("parse_uuid", parse_uuid, ["a", "aaaaaaaa-{aaaa-}"], outcome=REFUSED),
    *readings("parse_date", parse_calendar_date, ["1", "-", "2026-11-30"], outcome=REFUSED),
    *readings("parse_datetime", parse_datetime, ["1", "2026-11-30T12:00:00.{1}Z"], outcome=REFUSED),
    *readings("parse_time", parse_time, ["1", ":", "12:00:00.{1}"], outcome=REFUSED),
    *readings("parse_timedelta", parse_timedelta, ["1", "1.{1}", "-{1}"], outcome=REFUSED),
]
BODIES: Final = [
    *readings(
        "check_depth",
        lambda text: check_depth(text, len(text) // 3),
        {
            "open": "[",
            "pairs": "[]",
            "strings-without-an-end": '["\\',
            "quotes": '"',
            "strings": '[""',
            "backslashes": "\\[",
            "more-backslashes": "[" + "\\" * 9,
            "backslashes-in-strings": '["' + "\\" * 64,
        },
        start=1 << 13,
    ),
    *readings(
        "parse_part_head",
        lambda text: parse_part_head(text.encode(), limits=MANY),
        {
            "CVE-2026-28356-backslashes": PART[:-1] + '{\\}"',
            "CVE-2026-28356-escaped-quotes": PART[:-1] + '{\\"}"',
            "CVE-2026-28356-open-escaped-quotes": PART[:-1] + '{\\"}',
            "spaces-after-quotes": PART[:-1] + '{\\"        }"',
            "open-quote": PART[:-1] + "{a}",
            "CVE-2025-67726-semicolons": PART + "{;}",
            "CVE-2025-67726-parameters": PART + '{ ; x="y"}',
            "spaces": PART + "{ }x",
            "spaces-before-no-equals-sign": PART + "; x{ }y",
            "CVE-2026-42561-many-lines": PART + "{\r\nA: b}",
            "many-dispositions": PART + "{\r\n" + PART + "}",
            "padding": PART + "\r\nA: { }b",
            "long-header-name": PART + "\r\n{a}",
        },
        start=1 << 12,
    ),
    *readings("safe_filename", safe_filename, ["/", ".", "\u0301", " ", "a"], outcome=ACCEPTED, start=1000),
    *readings("safe_join", lambda text: safe_join("static", text), ["a/../"], outcome=ACCEPTED, start=20_000),
    *readings("safe_join", lambda text: safe_join("static", text), [" ", "a{ }b"], outcome=ACCEPTED, start=100_000),
]


@pytest.mark.parametrize("reading", [*COOKIES, *TOKENS_AND_LISTS, *URIS, *SCALARS, *BODIES], ids=str)
def test_is_linear(reading: Reading) -> None:
    """The work grows as the text does, whatever it repeats."""
    assert_linear(reading.run, start=reading.start)
