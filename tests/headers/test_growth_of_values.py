"""The work of reading, writing and using header values grows as their text does, and no faster.

Another value, or another text for one, is another row. How a pattern is written: `tests/repetition.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final, NamedTuple, Protocol

import pytest

from tests.growth import assert_linear
from tests.repetition import ACCEPTED, REFUSED, Reading, readings
from verglas import GrammarError, Headers, MutableHeaders
from verglas.headers import (
    ACCESS_CONTROL_REQUEST_HEADERS,
    ALLOW,
    DATE,
    LOCATION,
    ORIGIN,
    PRAGMA,
    RETRY_AFTER,
    Accept,
    AcceptLanguages,
    AcceptMediaTypes,
    Authorization,
    CacheControl,
    Challenges,
    ContentDisposition,
    ContentLanguage,
    ContentRange,
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    ETags,
    Forwarded,
    MediaType,
    NameSet,
    Node,
    PermissionsPolicy,
    Range,
    ReferrerPolicies,
    ServerTiming,
    SetCookie,
    StrictTransportSecurity,
    StructuredDictionary,
    StructuredItem,
    StructuredList,
    Vary,
    select_element,
    select_member,
    select_ranges,
)


class Counted(Protocol):
    """The reader of a list, which may have so many members."""

    def __call__(self, text: str, /, *, max_items: int) -> object: ...


def whole(read: Counted) -> Callable[[str], object]:
    """A function that reads a list whatever its length: growth below a cap would say nothing."""
    return lambda text: read(text, max_items=len(text) + 1)


def each(*reads: Callable[[str], object]) -> Callable[[str], None]:
    """A function that reads a text in several ways, each of which may refuse it."""

    def read_all(text: str) -> None:
        for read in reads:
            with suppress(GrammarError):
                read(text)

    return read_all


def read_forwarded(text: str) -> None:
    """Read the text as Forwarded and as a node, and count proxies from its end, further than it goes."""
    select_element(text, 1 << 30)
    select_member(text, 1 << 30)
    each(whole(Forwarded.parse), Node.parse)(text)


def choose(kind: type[Accept], text: str) -> str | None:
    """Read an Accept, and choose by it."""
    return kind.parse(text, max_items=len(text) + 1).negotiate(["a/b", "aa/a-a", "c/d;e=f"])


ACCEPTS: Final = {
    "members": "{a,}aa",
    "nothing": "{,}aa",
    "subtags": "{aa-}aa",
    "parameters": "{a/b;c=d;}aa",
    "quotes": '{a/b;c="}aa',
    "weights": "{a;q=0.5;q=}aa",
    "nothing-legal": "{é}aa",
}
NEGOTIATION: Final = [  # CVE-2024-39614
    *readings("AcceptMediaTypes", partial(choose, AcceptMediaTypes), ACCEPTS),
    *readings("AcceptLanguages", partial(choose, AcceptLanguages), ACCEPTS),
    *readings("Vary", whole(Vary.parse), ["a,", ",", '"', '\\"', "a" * 64]),
]
CACHING: Final = [
    *readings(
        "CacheControl",
        whole(CacheControl.parse),
        [
            before + "{" + unit + "}"
            for before in ("", 'no-cache="', "max-age=")
            for unit in (",", "a=1,", '"', '\\"', " ", "no-cache=a,", "1", "\t=")
        ],
        around=("{}", '{}"'),
    ),
    *readings(
        "ETags",
        whole(ETags.parse),
        [
            before + "{" + unit + "}"
            for before in ("", '"a"', '"')
            for unit in (" ", ",", '"', '"a"', '"",', 'W/"a", ', "W/", 'W/"', '"a" ')
        ],
        around=("{}", "{}x"),
    ),
    *readings(
        "Range",
        each(Range.parse, ContentRange.parse),
        ["0-0,", ",", "0", "-", " ", '"', "a"],
        around=("bytes={}", "items={}", "bytes 0-{}", "{}"),
        start=1024,
    ),
]
AUTHENTICATION: Final = [
    *readings(
        "Challenges",
        whole(Challenges.parse),
        {
            "schemes": "a,",
            "words": "a ",
            "empty-members": ", ",
            "spaces": "a { }",
            "open-quote": 'A x="{\\"}',
            "parameters": 'A {x="",}',
            "equals-signs": "A x{=}",
        },
        start=512,
    ),
    *readings(
        "Authorization",
        Authorization.from_header,
        {
            "token68": "X {a}",
            "spaces": "X a{ }",
            "equals-signs": "X {=}",
            "empty-members": "X a=b{,\t}",
            "open-quote": 'X a="{\\}',
            "escaped-quotes": 'X a="{\\"}',
            "parameters": "X {a=1,}",
            "basic": "Basic {YTpi}",
            "username*": "Digest username*={%41}",
        },
        outcome=ACCEPTED,
        start=512,
    ),
]
FORWARDING: Final = [
    *readings(
        "Forwarded",
        read_forwarded,
        ["for=_a,", ";", ",", '"', '"",', '\\"', "\\", " ", "[", "for=", 'for="_a";', "1", ":", "a=1;"],
        outcome=ACCEPTED,
        start=512,
    ),
    *readings(
        "Origin",
        lambda text: ORIGIN.decode([text]),
        {"host": "https://{a}", "ipv6": "https://[{:}", "port": "https://a:{0}"},
    ),
    *readings("Access-Control-Request-Headers", lambda text: ACCESS_CONTROL_REQUEST_HEADERS.decode([text]), ["a,"]),
]
CONTENT: Final = [
    *readings(
        "MediaType",
        each(MediaType.parse, whole(ContentLanguage.parse)),
        ["a", "a=b;", ";", '"', "\\", "a-", ", "],
        around=("a/b;{}", "{}"),
        start=1024,
    ),
    *readings(
        "ContentDisposition",
        ContentDisposition.parse,
        ["a", "a=b;", ";", '"', "\\", "*", "%41", "%", "'", " ", " =", '\\"'],
        around=("a;{}", 'a; filename="{}', "a; filename*=UTF-8''{}"),
        start=1024,
    ),
    # Combining marks are put in no order: normalising a long run of them would not be linear.
    *readings(
        "ContentDisposition-written",
        lambda text: str(ContentDisposition("a", text)),
        ["é", "\u0301", "\u0316\u0301", "\ufdfa", '"'],
        outcome=ACCEPTED,
        start=1024,
    ),
]
CONTEXT: Final = [
    *readings("Allow", lambda text: ALLOW.decode([text]), {"not-closed": '{a,}"'}),
    *readings("Pragma", lambda text: PRAGMA.decode([text]), {"escapes": 'a="{\\\\}"', "quoted": '{a="b",}'}),
    *readings("Retry-After", lambda text: RETRY_AFTER.decode([text]), {"digits": "1{0}"}),
    *readings("Date", lambda text: DATE.decode([text]), {"names": "Tue, "}),
    *readings("Location", lambda text: LOCATION.decode([text]), {"not-ascii": "/{\xe9%}"}),
    *readings(
        "ServerTiming",
        ServerTiming.parse,
        {"metrics": "a,", "parameters": "a{;b=c};", "escapes": 'a;desc="{\\\\}"', "digits": "a;dur={1}"},
    ),
]
SECURITY: Final = [
    *readings(
        "ContentSecurityPolicy",
        ContentSecurityPolicy.parse,
        ["a;", "a,", ";", " ", "a ", "a b,"],
        outcome=ACCEPTED,
        start=1 << 8,
    ),
    *readings(
        "CrossOriginOpenerPolicy",
        CrossOriginOpenerPolicy.parse,
        ["x{;a}", 'x{;a="}', "x{;a=1}", "x{ }", "x{;}", "x{a}"],
        outcome=REFUSED,
        start=1 << 8,
    ),
    *readings(
        "StrictTransportSecurity",
        each(StrictTransportSecurity.parse, ReferrerPolicies.parse, PermissionsPolicy.parse),
        ["a;", "a=1;", ";", '"', "\\", 'a="b";', "9", "a, ", ",", "a=(b), ", "("],
        around=("max-age={}",),
        start=1 << 8,
    ),
    *readings(
        "SetCookie",
        SetCookie.parse,
        [";a", ";a=b", "; Expires=1", ";Path=/", "9", "\\", "; Max-Age=99", "\xe9", "=", '"'],
        around=('a="{}',),
        outcome=ACCEPTED,
    ),
    # Digits without end are not made a number.
    *readings("SetCookie", SetCookie.parse, ["a=; Max-Age={9}"], outcome=ACCEPTED),
]
STRUCTURED: Final = [
    *readings(
        "StructuredItem",
        StructuredItem.parse,
        {
            "escapes": '"{\\\\}"',
            "escapes-not-closed": '"{\\"}',
            "bytes": ":{AAAA}=:",
            "padding": ":{=}:",
            "display-escapes": '%"{%c3%bc}"',
            "digits": "1",
            "one-parameter-many-times": "1{;a=1}",
            "spaces": "1{ }x",
        },
    ),
    *readings(
        "StructuredList",
        StructuredList.parse,
        {"inner-list-not-closed": "({a;b }", "strings-not-closed": '{"",}"', "inner-lists": "{(1),}(1)"},
    ),
    *readings("StructuredDictionary", StructuredDictionary.parse, {"one-key-many-times": "{a=1,}a"}),
]
LINES: Final = [
    *readings("NameSet", whole(NameSet.parse), ["a,", ",", " ", '"', "\\", "a a"], start=1024),
    *readings(
        "headers",
        lambda text: Headers([("X-Long", text)]),
        {"spaces": " ", "encoded": "é"},
        outcome=ACCEPTED,
        start=4096,
    ),
]


@pytest.mark.parametrize(
    "reading",
    [
        *(*NEGOTIATION, *CACHING, *AUTHENTICATION, *FORWARDING, *CONTENT),
        *(*CONTEXT, *SECURITY, *STRUCTURED, *LINES),
    ],
    ids=str,
)
def test_is_linear(reading: Reading) -> None:
    """The work grows as the text does, whatever it repeats."""
    assert_linear(reading.run, start=reading.start)


class Numbered(NamedTuple):
    """A function that reads text, and a text of parts that are all different: each holds its number."""

    read: Callable[[str], object]
    part: str
    before: str = ""
    length: int = 8
    start: int = 1 << 10

    def run(self, size: int) -> None:
        """Read a text of so many parts as make up a size, about."""
        self.read(self.before + "".join([self.part.format(number) for number in range(size // self.length)]))


def write_cache_control(text: str) -> str:
    """Read a Cache-Control, and write it."""
    return str(CacheControl.parse(text, max_items=len(text)))


def write_disposition(text: str) -> str:
    """Read a Content-Disposition, and write it."""
    return str(ContentDisposition.parse(text))


@pytest.mark.parametrize(
    "numbered",
    [
        pytest.param(Numbered(write_cache_control, "{},", length=1, start=1 << 8), id="directives"),
        pytest.param(Numbered(ContentSecurityPolicy.parse, "{};", start=1 << 8), id="policies"),
        pytest.param(Numbered(MediaType.parse, ";a{}=b", "a/b"), id="media-type"),
        pytest.param(Numbered(write_disposition, "filename*{}=a;", "a;", 16), id="sections"),
        pytest.param(Numbered(write_disposition, "filename*{}*=UTF-8''a;", "a;", 16), id="encoded-sections"),
        pytest.param(Numbered(write_disposition, "a{}*=UTF-8''a;", "a;", 16), id="encoded-parameters"),
        pytest.param(Numbered(write_disposition, "a{}=b;", "a;", 16), id="parameters"),
    ],
)
def test_many_parts_are_linear(numbered: Numbered) -> None:
    """The work grows with the number of parts that differ."""
    assert_linear(numbered.run, start=numbered.start)


def frozen_lines(size: int) -> object:
    """Many lines of one name, found in every way (CVE-2025-67725)."""
    made = Headers([("X", "a")] * size)
    return made.getlist("x"), made["x"], len(made), hash(made)


def mutable_lines(size: int) -> object:
    """Many lines of one name, added in every way (CVE-2025-67725)."""
    headers = MutableHeaders()
    for _ in range(size):
        headers.add("X", "a")
    headers.extend([("X", "b")] * size)
    headers.setlist("Y", ["c"] * size)
    return headers.getlist("x"), headers.freeze()


def ranges(size: int) -> object:
    """Ranges that are all looked at: `0-0,2-2,...` (CVE-2025-62727)."""
    text = ",".join([f"{2 * number}-{2 * number}" for number in range(size // 8)])
    return select_ranges(Range.parse(f"bytes={text}"), 10**9, max_ranges=10**9)


def offers(size: int) -> object:
    """As many media ranges as are read: each offer takes a bounded time."""
    return MANY_MEDIA_RANGES.negotiate([f"a/b;d={number}" for number in range(size)])


def subtags(size: int) -> object:
    """A range of many subtags is cut only as short as the tags that are offered (CVE-2024-39614)."""
    return AcceptLanguages.parse("en" + "-abcdefgh" * size).negotiate(["en", "de-AT", "zh-Hant-TW"])


def ranges_with_subtags(size: int) -> object:
    """All the ranges that there may be together, each of many subtags."""
    return AcceptLanguages.parse(",".join(RANGES_WITH_SUBTAGS[: size // 8]), max_items=size).negotiate(["en-GB"])


MANY_MEDIA_RANGES: Final = AcceptMediaTypes.parse(", ".join(f"a/b;c={number}" for number in range(256)))
RANGES_WITH_SUBTAGS: Final = [f"x{'-ab' * number}" for number in range(1, 256)]


@pytest.mark.parametrize(
    ("run", "start"),
    [
        pytest.param(frozen_lines, 512, id="frozen-lines"),
        pytest.param(mutable_lines, 256, id="mutable-lines"),
        pytest.param(ranges, 1024, id="ranges"),
        pytest.param(offers, 8, id="offers"),
        pytest.param(subtags, 1 << 8, id="subtags"),
        pytest.param(ranges_with_subtags, 256, id="ranges-with-subtags"),
    ],
)
def test_work_is_linear(run: Callable[[int], object], start: int) -> None:
    """The work grows with the number of lines, ranges, offers or subtags."""
    assert_linear(run, start=start)
