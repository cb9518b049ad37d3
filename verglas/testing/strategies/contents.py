"""Strategies for the values of header fields about content: its type, choice, ranges, tags and caching."""

from __future__ import annotations

import string
from datetime import timedelta
from typing import Final, TypeVar

from hypothesis import strategies as st

from verglas.headers import (
    Accept,
    AcceptRanges,
    CacheControl,
    ContentDisposition,
    ContentLanguage,
    ContentRange,
    ETag,
    ETags,
    IfRange,
    IntRange,
    MediaType,
    Range,
    RangeSpec,
    SuffixRange,
    Vary,
)
from verglas.testing.strategies.texts import exact_dates, field_values, name_sets, texts, tokens

__all__ = [
    "accept_ranges",
    "accepts",
    "cache_controls",
    "codings",
    "content_dispositions",
    "content_languages",
    "content_ranges",
    "etag_lists",
    "etags",
    "if_ranges",
    "language_ranges",
    "media_ranges",
    "media_types",
    "ranges",
    "seconds",
    "varies",
]

A = TypeVar("A", bound=Accept)

_LETTERS: Final = string.ascii_letters + string.digits
_AWKWARD: Final = st.text("\"\\;%2'\r\n\t\0 /.é☃ab\U0001f600", max_size=12)  # what file names have split headers with
_POSITIONS: Final = st.integers(0, 20) | st.integers(0, 10**18 - 1)


def media_types() -> st.SearchStrategy[MediaType]:
    """`MediaType("text", "html", {"charset": "utf-8"})`."""
    parameters = st.dictionaries(tokens().map(str.lower), field_values(), max_size=3)
    kinds = st.sampled_from(["text", "application", "image"]) | tokens()
    return st.builds(MediaType, kinds, st.sampled_from(["plain", "json", "png"]) | tokens(), parameters)


def content_languages() -> st.SearchStrategy[ContentLanguage]:
    """`ContentLanguage("mi, en")`."""
    subtags = st.text("abcXYZ", min_size=1, max_size=8)
    tags = st.lists(subtags, min_size=1, max_size=3).map("-".join)
    return name_sets(ContentLanguage, tags)


def content_dispositions() -> st.SearchStrategy[ContentDisposition]:
    """`ContentDisposition("attachment", "été.txt", {"name": "a"})`."""
    names = tokens().map(str.lower).filter(lambda name: "*" not in name and name != "filename")
    values = texts() | _AWKWARD
    kinds = st.sampled_from(["attachment", "inline"]) | tokens().filter(lambda kind: kind.lower() != "form-data")
    return st.builds(ContentDisposition, kinds, st.none() | values, st.dictionaries(names, values, max_size=3))


def codings() -> st.SearchStrategy[str]:
    """A coding or charset, such as `"gzip"`, or `"*"`: any token."""
    return st.sampled_from(["gzip", "br", "identity", "X-GZip", "*", "compress", "UTF-8", "latin1"]) | tokens()


def language_ranges() -> st.SearchStrategy[str]:
    """A basic language range, such as `"de-DE"` or `"*"` (RFC 4647 §2.1)."""
    subtags = st.text(_LETTERS, min_size=1, max_size=8).map("-".__add__)
    others = st.lists(subtags, max_size=3).map("".join)
    first = st.text(string.ascii_letters, min_size=1, max_size=8)
    known = st.sampled_from(["*", "en", "EN-gb", "de", "de-DE", "zh-Hant-TW", "i-klingon", "x-y"])
    return known | st.builds(str.__add__, first, others)


def media_ranges() -> st.SearchStrategy[str]:
    """A media range, such as `"text/*;level=1"` (RFC 9110 §12.5.1)."""
    names = st.sampled_from(["level", "Format", "v"])
    values = st.sampled_from(["1", "flowed", '""', '"a, b;q=0"', '"\\""'])
    parameters = st.lists(st.builds(";{}={}".format, names, values), max_size=2).map("".join)
    known = st.sampled_from(["*/*", "text/*", "text/html", "Text/Plain", "application/json", "image/svg+xml"])
    others = st.builds("{}/{}".format, tokens().filter(lambda token: token != "*"), tokens())
    return st.builds(str.__add__, known | others, parameters)


def accepts(kind: type[A], members: st.SearchStrategy[str]) -> st.SearchStrategy[A]:
    """`AcceptEncodings([("gzip", 0.5)])`.

    Args:
        kind: The class.
        members: What is accepted.
    """
    weights = st.integers(0, 1000).map(lambda less: (1000 - less) / 1000)
    return st.lists(st.tuples(members, weights), max_size=6).map(kind)


def ranges() -> st.SearchStrategy[Range]:
    """`Range("bytes", [IntRange(0, 499)])`."""
    words = st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters=',"')
    other: st.SearchStrategy[RangeSpec] = _specs() | st.text(words, min_size=1, max_size=8)
    units = tokens().filter(lambda unit: unit.lower() != "bytes")
    of_bytes = st.builds(Range, st.sampled_from(["bytes", "Bytes"]), st.lists(_specs(), min_size=1, max_size=5))
    return of_bytes | st.builds(Range, units, st.lists(other, min_size=1, max_size=5))


def _specs() -> st.SearchStrategy[IntRange | SuffixRange]:
    bounded = st.tuples(_POSITIONS, _POSITIONS).map(lambda pair: IntRange(min(pair), max(pair)))
    return bounded | st.builds(IntRange, _POSITIONS) | st.builds(SuffixRange, _POSITIONS)


def content_ranges() -> st.SearchStrategy[ContentRange]:
    """`ContentRange("bytes", 0, 500)`, or `ContentRange("bytes", None, None, 1234)`."""
    units = st.just("bytes") | tokens()
    ends = st.lists(_POSITIONS, min_size=3, max_size=3, unique=True).map(sorted)
    unsatisfied = st.builds(ContentRange, units, st.none(), st.none(), _POSITIONS)
    return st.builds(_satisfied, units, ends, st.booleans()) | unsatisfied


def _satisfied(unit: str, ends: list[int], known: bool) -> ContentRange:
    start, stop, length = ends
    return ContentRange(unit, start, stop, length if known else None)


def accept_ranges() -> st.SearchStrategy[AcceptRanges]:
    """`AcceptRanges("bytes")`."""
    return name_sets(AcceptRanges, st.sampled_from(["bytes", "none"]) | tokens())


def etags() -> st.SearchStrategy[ETag]:
    """`ETag("a, b", weak=True)`."""
    return st.builds(ETag, st.text("ab1, \\/W*!~'\x80\xff", max_size=6), st.booleans())


def etag_lists() -> st.SearchStrategy[ETags]:
    """`ETags([ETag("a"), ETag("b", weak=True)])`, or `*`."""
    return st.builds(ETags, st.lists(etags(), max_size=4)) | st.just(ETags(star=True))


def if_ranges() -> st.SearchStrategy[IfRange]:
    """`IfRange(etag=ETag("a"))`, or with a date."""
    return st.builds(IfRange, etag=etags()) | st.builds(IfRange, date=exact_dates())


def seconds() -> st.SearchStrategy[timedelta]:
    """Whole seconds: `timedelta(seconds=60)`."""
    return st.integers(0, 2**31).map(lambda number: timedelta(seconds=number))


def cache_controls() -> st.SearchStrategy[CacheControl]:
    """`CacheControl(max_age=timedelta(seconds=60), public=True)`."""
    names = st.text(string.ascii_lowercase + string.digits + "-_!*", min_size=1, max_size=8)
    age = st.none() | seconds()
    fields = st.booleans() | st.lists(names.map(str.title), min_size=1, max_size=3).map(tuple[str, ...])
    flag = st.booleans()
    arguments = st.none() | st.just("60") | st.text('ab1 \t,;=\\"é\xff', max_size=8)
    extensions = st.lists(
        st.tuples(names.filter(lambda name: name not in _DIRECTIVES), arguments),
        max_size=3,
        unique_by=lambda pair: pair[0],
    )
    return st.builds(
        CacheControl,
        max_age=age,
        s_maxage=age,
        max_stale=age | st.just(True),
        min_fresh=age,
        stale_if_error=age,
        stale_while_revalidate=age,
        no_cache=fields,
        private=fields,
        no_store=flag,
        no_transform=flag,
        only_if_cached=flag,
        must_revalidate=flag,
        proxy_revalidate=flag,
        must_understand=flag,
        public=flag,
        immutable=flag,
        extensions=extensions.map(tuple[tuple[str, str | None], ...]),
    )


_DIRECTIVES: Final = frozenset({
    "max-age", "s-maxage", "max-stale", "min-fresh", "stale-if-error", "stale-while-revalidate", "no-cache", "private",
    "no-store", "no-transform", "only-if-cached", "must-revalidate", "proxy-revalidate", "must-understand", "public",
    "immutable",
})  # fmt: skip


def varies() -> st.SearchStrategy[Vary]:
    """`Vary("Cookie, Accept")`."""
    return name_sets(Vary, st.sampled_from(["Accept", "Cookie", "*"]) | tokens())
