"""Conditions and ranges with what answers them: the rows of RFC 9110 §13.2.2 and the shapes of §14, as data.

They hold for the pure functions and on every server: a row says what a request has beside its method, and the status
of the answer.
"""

from __future__ import annotations

from typing import Final

from attrs import frozen

__all__ = ["AFTER", "BEFORE", "BODY", "CONDITIONS", "ETAG", "MODIFIED", "RANGES", "WEAK", "Condition", "RangeShape"]

BODY: Final = b"0123456789abcdefghij"
"""The representation that all rows are about."""

ETAG: Final = '"v1"'
WEAK: Final = 'W/"v1"'
OTHER: Final = '"v2"'

BEFORE: Final = "Sat, 29 Oct 1994 19:43:30 GMT"
MODIFIED: Final = "Sat, 29 Oct 1994 19:43:31 GMT"
AFTER: Final = "Sat, 29 Oct 1994 19:43:32 GMT"


@frozen(kw_only=True)
class Condition:
    """A request with conditions, and the status of its answer.

    Attributes:
        id: What it is about, with the step of §13.2.2.
        fields: Of the request.
        expected: The status of the answer. With 206 it is the first five bytes.
        method: Of the request.
        etag: The ETag of the representation; `None`: it has none.
        last_modified: Its Last-Modified.
        status: Of the answer without conditions.
    """

    id: str
    fields: tuple[tuple[str, str], ...]
    expected: int
    method: str = "GET"
    etag: str | None = ETAG
    last_modified: str | None = MODIFIED
    status: int = 200


@frozen(kw_only=True)
class RangeShape:
    """A Range, and what of the 20 bytes answers it.

    Attributes:
        id: What it is about, with the section.
        value: Of the Range.
        expected: The status of the answer.
        slices: With 206, the parts as start and stop, in the order in which they are sent.
    """

    id: str
    value: str
    expected: int
    slices: tuple[tuple[int, int], ...] = ()


def row(
    id_: str,
    expected: int,
    *fields: tuple[str, str],
    method: str = "GET",
    etag: str | None = ETAG,
    last_modified: str | None = MODIFIED,
    status: int = 200,
) -> Condition:
    """A row in one line."""
    return Condition(
        id=id_,
        fields=fields,
        expected=expected,
        method=method,
        etag=etag,
        last_modified=last_modified,
        status=status,
    )


MATCH: Final = "If-Match"
NONE_MATCH: Final = "If-None-Match"
MODIFIED_SINCE: Final = "If-Modified-Since"
UNMODIFIED_SINCE: Final = "If-Unmodified-Since"
RANGE: Final = ("Range", "bytes=0-4")

CONDITIONS: Final = (
    row("no-condition", 200),
    # Step 1: If-Match
    row("step1-match", 200, (MATCH, ETAG)),
    row("step1-match-in-list", 200, (MATCH, f"{OTHER}, {ETAG}")),
    row("step1-no-match", 412, (MATCH, OTHER)),
    row("step1-no-match-head", 412, (MATCH, OTHER), method="HEAD"),
    row("step1-star-d2", 200, (MATCH, "*")),
    row("step1-star-without-tag", 200, (MATCH, "*"), etag=None),
    row("step1-no-tag", 412, (MATCH, ETAG), etag=None),
    row("step1-weak-tag-of-ours-d2", 412, (MATCH, ETAG), etag=WEAK),
    row("step1-weak-tag-of-theirs", 412, (MATCH, WEAK)),
    row("step1-unreadable", 412, (MATCH, "v1")),
    row("step1-before-step-3", 412, (MATCH, OTHER), (NONE_MATCH, ETAG)),
    row("step1-then-step-3", 304, (MATCH, ETAG), (NONE_MATCH, ETAG)),
    # Step 2: If-Unmodified-Since, without If-Match
    row("step2-unmodified", 200, (UNMODIFIED_SINCE, MODIFIED)),
    row("step2-later", 200, (UNMODIFIED_SINCE, AFTER)),
    row("step2-modified-d2", 412, (UNMODIFIED_SINCE, BEFORE)),
    row("step2-modified-head", 412, (UNMODIFIED_SINCE, BEFORE), method="HEAD"),
    row("step2-no-date", 200, (UNMODIFIED_SINCE, "yesterday")),
    row("step2-without-last-modified", 200, (UNMODIFIED_SINCE, BEFORE), last_modified=None),
    row("step2-not-beside-if-match", 200, (MATCH, ETAG), (UNMODIFIED_SINCE, BEFORE)),
    # Step 3: If-None-Match
    row("step3-match", 304, (NONE_MATCH, ETAG)),
    row("step3-match-head", 304, (NONE_MATCH, ETAG), method="HEAD"),
    row("step3-match-in-list", 304, (NONE_MATCH, f"{OTHER}, {ETAG}")),
    row("step3-weak-tag-of-theirs", 304, (NONE_MATCH, WEAK)),
    row("step3-weak-tag-of-ours", 304, (NONE_MATCH, ETAG), etag=WEAK),
    row("step3-no-match", 200, (NONE_MATCH, OTHER)),
    row("step3-star", 304, (NONE_MATCH, "*")),
    row("step3-no-tag", 200, (NONE_MATCH, ETAG), etag=None),
    row("step3-unreadable", 200, (NONE_MATCH, "v1")),
    # Step 4: If-Modified-Since, without If-None-Match
    row("step4-same-second", 304, (MODIFIED_SINCE, MODIFIED)),
    row("step4-same-second-head", 304, (MODIFIED_SINCE, MODIFIED), method="HEAD"),
    row("step4-unmodified", 304, (MODIFIED_SINCE, AFTER)),
    row("step4-modified", 200, (MODIFIED_SINCE, BEFORE)),
    row("step4-no-date", 200, (MODIFIED_SINCE, "yesterday")),
    row("step4-rfc850-date", 304, (MODIFIED_SINCE, "Saturday, 29-Oct-94 19:43:31 GMT")),
    row("step4-asctime-date", 304, (MODIFIED_SINCE, "Sat Oct 29 19:43:31 1994")),
    row("step4-without-last-modified", 200, (MODIFIED_SINCE, AFTER), last_modified=None),
    row("step4-not-beside-if-none-match", 200, (NONE_MATCH, OTHER), (MODIFIED_SINCE, AFTER)),
    row("step4-not-beside-if-none-match-no-tag-d2", 200, (NONE_MATCH, ETAG), (MODIFIED_SINCE, AFTER), etag=None),
    # Step 5: If-Range
    row("step5-no-if-range", 206, RANGE),
    row("step5-tag", 206, RANGE, ("If-Range", ETAG)),
    row("step5-other-tag", 200, RANGE, ("If-Range", OTHER)),
    row("step5-weak-tag-of-theirs-d2", 200, RANGE, ("If-Range", WEAK)),
    row("step5-weak-tag-of-ours", 200, RANGE, ("If-Range", ETAG), etag=WEAK),
    row("step5-both-weak", 200, RANGE, ("If-Range", WEAK), etag=WEAK),
    row("step5-no-tag", 200, RANGE, ("If-Range", ETAG), etag=None),
    row("step5-date", 206, RANGE, ("If-Range", MODIFIED)),
    row("step5-earlier-date", 200, RANGE, ("If-Range", BEFORE)),
    row("step5-later-date-d2", 200, RANGE, ("If-Range", AFTER)),
    row("step5-date-without-last-modified", 200, RANGE, ("If-Range", MODIFIED), last_modified=None),
    row("step5-unreadable", 200, RANGE, ("If-Range", "v1")),
    row("step5-without-range", 200, ("If-Range", OTHER)),
    # Step 6, and what never comes to it
    row("range-after-step-3-d2", 304, RANGE, (NONE_MATCH, ETAG)),
    row("range-after-step-4", 304, RANGE, (MODIFIED_SINCE, MODIFIED)),
    row("range-after-step-1", 412, RANGE, (MATCH, OTHER)),
    row("range-of-matched", 206, RANGE, (MATCH, ETAG)),
    row("range-of-head-d2", 200, RANGE, method="HEAD"),
    row("range-of-post", 200, RANGE, method="POST"),
    row("unsatisfiable-after-step-3", 304, ("Range", "bytes=99-"), (NONE_MATCH, ETAG)),
    row("unsatisfiable-of-another", 200, ("Range", "bytes=99-"), ("If-Range", OTHER)),
    # §13.2.1: only where the answer would be a success; §14.2: ranges only of a 200
    row("not-found-if-none-match-d2", 404, (NONE_MATCH, ETAG), status=404),
    row("not-found-if-match", 404, (MATCH, OTHER), status=404),
    row("not-found-range-d2", 404, RANGE, status=404),
    row("redirect-if-modified-since", 302, (MODIFIED_SINCE, AFTER), status=302),
    row("failure-if-none-match", 500, (NONE_MATCH, "*"), status=500),
    row("accepted-range", 202, RANGE, status=202),
    row("non-authoritative-if-none-match", 304, (NONE_MATCH, ETAG), status=203),
    # A PUT was performed before there was an answer: its conditions are the handler's to evaluate
    row("put-if-match", 200, (MATCH, OTHER), method="PUT"),
    row("post-if-none-match", 200, (NONE_MATCH, ETAG), method="POST"),
)
"""Every row of RFC 9110 §13.2.2; `d2` where the reference does otherwise."""


def shape(id_: str, value: str, expected: int, *slices: tuple[int, int]) -> RangeShape:
    """A shape in one line."""
    return RangeShape(id=id_, value=value, expected=expected, slices=slices)


RANGES: Final = (
    # §14.1.2, one range
    shape("first-five", "bytes=0-4", 206, (0, 5)),
    shape("first", "bytes=0-0", 206, (0, 1)),
    shape("last", "bytes=19-19", 206, (19, 20)),
    shape("open", "bytes=5-", 206, (5, 20)),
    shape("all", "bytes=0-", 206, (0, 20)),
    shape("all-closed", "bytes=0-19", 206, (0, 20)),
    shape("beyond-the-end", "bytes=15-99", 206, (15, 20)),
    shape("suffix", "bytes=-5", 206, (15, 20)),
    shape("suffix-beyond-the-start-d2", "bytes=-100", 206, (0, 20)),
    shape("largest-position", "bytes=0-999999999999999999", 206, (0, 20)),
    shape("unit-in-upper-case", "BYTES=0-4", 206, (0, 5)),
    shape("leading-zeros", "bytes=00-04", 206, (0, 5)),
    shape("empty-members", "bytes=,0-4,", 206, (0, 5)),
    # §15.5.17, nothing to send
    shape("after-the-end", "bytes=20-", 416),
    shape("after-the-end-closed", "bytes=20-25", 416),
    shape("empty-suffix-d2", "bytes=-0", 416),
    shape("none-of-several", "bytes=20-,30-40,-0", 416),
    # §14.2, to be ignored
    shape("another-unit-d2", "items=0-4", 200),
    shape("no-unit-d2", "garbage", 200),
    shape("no-positions-d2", "bytes=a-b", 200),
    shape("no-range", "bytes=", 200),
    shape("backwards", "bytes=5-3", 200),
    shape("backwards-among-others", "bytes=0-4,9-8", 200),
    shape("negative", "bytes=--5", 200),
    shape("no-hyphen", "bytes=5", 200),
    shape("spaces-in-a-range", "bytes=0 - 4", 200),
    shape("space-before-equals", "bytes =0-4", 200),
    shape("sign", "bytes=+0-4", 200),
    shape("underscore", "bytes=0-1_0", 200),
    shape("nineteen-digits", "bytes=0-1000000000000000000", 200),
    shape("other-digits", "bytes=\xb2-4", 200),
    shape("more-than-a-hundred", "bytes=" + ",".join(["0-0"] * 101), 200),
    # §15.3.7.2, several
    shape("two-d2", "bytes=0-1,8-9", 206, (0, 2), (8, 10)),
    shape("first-and-last", "bytes=0-0,-1", 206, (0, 1), (19, 20)),
    shape("backwards-order", "bytes=8-9,0-1", 206, (8, 10), (0, 2)),
    shape("three", "bytes=0-0, 5-5, 10-", 206, (0, 1), (5, 6), (10, 20)),
    shape("one-of-two", "bytes=0-4,20-", 206, (0, 5)),
    shape("overlapping", "bytes=0-4,2-6", 206, (0, 7)),
    shape("touching", "bytes=0-4,5-9", 206, (0, 10)),
    shape("same-a-hundred-times-cve-2011-3192", "bytes=" + ",".join(["0-"] * 100), 206, (0, 20)),
    shape("many-parts-cve-2025-62727", "bytes=" + ",".join(["0-0", "2-2", "4-4"] * 33), 206, (0, 1), (2, 3), (4, 5)),
)
"""Every shape of a Range; `d2` where the reference does otherwise."""
