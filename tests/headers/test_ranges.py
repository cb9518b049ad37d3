"""Ranges: what is asked for, what is sent, and the choice between (RFC 9110 §14)."""

from __future__ import annotations

from contextlib import suppress

import pytest
from werkzeug.http import parse_content_range_header, parse_range_header

from verglas import GrammarError, HeaderField, HeaderValueError
from verglas.headers import (
    ACCEPT_RANGES,
    CONTENT_RANGE,
    RANGE,
    AcceptRanges,
    ContentRange,
    IntRange,
    Range,
    RangeSpec,
    SuffixRange,
)

BIG = 10**18 - 1


@pytest.mark.parametrize(
    ("expected", "text", "wire"),
    [
        pytest.param((IntRange(0, 499),), "bytes=0-499", "bytes=0-499", id="rfc9110-14.1.2-first-500"),
        pytest.param((IntRange(500, 999),), "bytes=500-999", "bytes=500-999", id="rfc9110-14.1.2-second-500"),
        pytest.param((SuffixRange(500),), "bytes=-500", "bytes=-500", id="rfc9110-14.1.2-final-500"),
        pytest.param((IntRange(9500),), "bytes=9500-", "bytes=9500-", id="rfc9110-14.1.2-from"),
        pytest.param((IntRange(0, 0), SuffixRange(1)), "bytes=0-0,-1", "bytes=0-0,-1", id="rfc9110-14.1.2-ends"),
        pytest.param(
            (IntRange(0, 999), IntRange(4500, 5499), SuffixRange(1000)),
            "bytes= 0-999, 4500-5499, -1000",
            "bytes=0-999,4500-5499,-1000",
            id="rfc9110-14.1.2-three",
        ),
        pytest.param(
            (IntRange(500, 600), IntRange(601, 999)),
            "bytes=500-600,601-999",
            "bytes=500-600,601-999",
            id="rfc9110-14.1.2-touching",
        ),
        pytest.param(
            (IntRange(500, 700), IntRange(601, 999)),
            "bytes=500-700,601-999",
            "bytes=500-700,601-999",
            id="rfc9110-14.1.2-overlapping",
        ),
        pytest.param((SuffixRange(0),), "bytes=-0", "bytes=-0", id="zero-suffix"),
        pytest.param((IntRange(7, 10),), "BYTES=007-010,,", "bytes=7-10", id="zeros-case-commas"),
        pytest.param((IntRange(BIG, BIG),), f"bytes={BIG}-{BIG}", f"bytes={BIG}-{BIG}", id="18-digits"),
        pytest.param((IntRange(10, 19), "a:b"), "items=10-19, a:b", "items=10-19,a:b", id="other-unit"),
        pytest.param(("5-3", "1-2-3"), "items=5-3,1-2-3", "items=5-3,1-2-3", id="other-unit-keeps-text"),
    ],
)
def test_parse(expected: tuple[RangeSpec, ...], text: str, wire: str) -> None:
    """A Range is its unit and its ranges; what it writes reads the same."""
    parsed = Range.parse(text)

    assert (expected, wire, parsed) == (parsed.specs, str(parsed), Range.parse(wire))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("bytes", id="no-equals"),
        pytest.param("bytes=", id="no-range"),
        pytest.param("bytes=,", id="only-commas"),
        pytest.param("=0-4", id="no-unit"),
        pytest.param("bytes =0-4", id="space-after-unit"),
        pytest.param("bytes=0 - 4", id="space-inside"),
        pytest.param("bytes=-", id="dash"),
        pytest.param("bytes=4-3", id="rfc9110-14.1.1-last-before-first"),
        pytest.param("bytes=a-b", id="d2-letters"),
        pytest.param("bytes=0-4,x", id="one-bad"),
        pytest.param("bytes=--5", id="two-dashes"),
        pytest.param("bytes=+0-4", id="sign"),
        pytest.param("bytes=0x0-4", id="hexadecimal"),
        pytest.param("bytes=1_0-", id="underscore"),
        pytest.param("bytes=\u0660-\u0664", id="cve-2025-69225-digits"),
        pytest.param("bytes=\u00b2-", id="superscript"),
        pytest.param(f"bytes=0-{BIG + 1}", id="19-digits"),
        pytest.param("bytes=0-4\n", id="line-end"),
        pytest.param('items="a', id="open-quote"),
        pytest.param('items="a"', id="quote"),
        pytest.param("items=a b", id="space-in-other"),
    ],
)
def test_refuses(text: str) -> None:
    """What is no Range is malformed; it is the server that ignores it then."""
    with pytest.raises(GrammarError) as caught:
        Range.parse(text)

    assert not isinstance(caught.value, HeaderValueError)


def test_takes_the_pairs_of_the_reference() -> None:
    """Pairs of start and stop, a negative start for a suffix; `ranges` gives them back."""
    pairs = ((0, 5), (-3, None), (7, None))
    built = Range("Bytes", pairs)

    assert ("bytes=0-4,-3,7-", "bytes", pairs) == (built.to_header(), built.units, built.ranges)


@pytest.mark.parametrize(
    ("unit", "given_specs"),
    [
        pytest.param("bytes", [], id="none"),
        pytest.param("a b", [(0, 5)], id="unit"),
        pytest.param("bytes", [(5, 5)], id="empty-pair"),
        pytest.param("bytes", [(5, 3)], id="descending-pair"),
        pytest.param("bytes", [(-5, 3)], id="negative-with-stop"),
        pytest.param("bytes", ["x"], id="text"),
        pytest.param("items", ["a,b"], id="comma"),
        pytest.param("items", ["a\r\nb"], id="line-break"),
        pytest.param("bytes", [(0, BIG + 2)], id="too-large"),
        pytest.param("bytes", [(-BIG - 1, None)], id="suffix-too-large"),
    ],
)
def test_constructor_refuses(unit: str, given_specs: list[RangeSpec | tuple[int, int | None]]) -> None:
    """What could not be read back cannot be made."""
    with pytest.raises(HeaderValueError):
        Range(unit, given_specs)


@pytest.mark.parametrize(
    ("expected", "text", "length"),
    [
        pytest.param((0, 5), "bytes=0-4", 10, id="inside"),
        pytest.param((0, 10), "bytes=0-500", 10, id="beyond"),
        pytest.param((5, 10), "bytes=-5", 10, id="suffix"),
        pytest.param((0, 10), "bytes=-500", 10, id="d2-longer-suffix-is-the-whole"),
        pytest.param((7, 10), "bytes=7-", 10, id="open"),
        pytest.param(None, "bytes=-0", 10, id="d2-zero-suffix"),
        pytest.param(None, "bytes=10-", 10, id="after-the-end"),
        pytest.param(None, "bytes=0-1,3-4", 10, id="several"),
        pytest.param(None, "items=0-4", 10, id="another-unit"),
        pytest.param(None, "bytes=0-4", None, id="unknown-length"),
        pytest.param(None, "bytes=-5", 0, id="nothing-there"),
    ],
)
def test_range_for_length(expected: tuple[int, int] | None, text: str, length: int | None) -> None:
    """The reference's answers, but for a suffix that is longer than the whole (D2)."""
    asked = Range.parse(text)
    written = None if expected is None else f"bytes {expected[0]}-{expected[1] - 1}/{length}"

    assert (expected, written) == (asked.range_for_length(length), asked.to_content_range_header(length))
    assert asked.make_content_range(length) == (None if written is None else ContentRange.parse(written))


@pytest.mark.parametrize(
    ("expected", "text", "wire"),
    [
        pytest.param(("bytes", 42, 1234, 1234), "bytes 42-1233/1234", None, id="rfc9110-14.4-known"),
        pytest.param(("bytes", 42, 1234, None), "bytes 42-1233/*", None, id="rfc9110-14.4-unknown"),
        pytest.param(("bytes", None, None, 1234), "bytes */1234", None, id="rfc9110-14.4-unsatisfied"),
        pytest.param(("bytes", 0, 500, 1234), "bytes 0-499/1234", None, id="rfc9110-14.4-first-500"),
        pytest.param(("bytes", 734, 1234, 1234), "bytes 734-1233/1234", None, id="rfc9110-14.4-last-500"),
        pytest.param(("exampleunit", 1, 8, 9), "exampleunit 1-7/9", None, id="other-unit"),
        pytest.param(("bytes", 0, 1, 1), "Bytes 00-000/01", "bytes 0-0/1", id="case-zeros"),
        pytest.param(("bytes", None, None, 0), "bytes */0", None, id="empty"),
        pytest.param(("bytes", BIG, BIG + 1, None), f"bytes {BIG}-{BIG}/*", None, id="18-digits"),
    ],
)
def test_parse_content_range(
    expected: tuple[str, int | None, int | None, int | None], text: str, wire: str | None
) -> None:
    """A Content-Range has a stop after its last position, as in the reference."""
    parsed = ContentRange.parse(text)

    assert ContentRange(*expected) == parsed
    assert expected == (parsed.units, parsed.start, parsed.stop, parsed.length)
    assert (wire or text) == parsed.to_header()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("bytes", id="only-a-unit"),
        pytest.param("bytes 0-4", id="no-length"),
        pytest.param("bytes 5-4/10", id="rfc9110-14.4-last-before-first"),
        pytest.param("bytes 0-9/5", id="rfc9110-14.4-beyond-the-whole"),
        pytest.param("bytes 0-9/9", id="rfc9110-14.4-last-is-the-length"),
        pytest.param("bytes */*", id="nothing-known"),
        pytest.param("bytes  0-4/10", id="two-spaces"),
        pytest.param("bytes=0-4/10", id="equals"),
        pytest.param("bytes 0-4 /10", id="space-inside"),
        pytest.param("bytes 0-\u0664/10", id="other-digits"),
        pytest.param(f"bytes 0-4/{BIG + 1}", id="19-digits"),
    ],
)
def test_refuses_content_range(text: str) -> None:
    """A Content-Range that is malformed or invalid is refused: nobody may guess where content belongs."""
    with pytest.raises(GrammarError) as caught:
        ContentRange.parse(text)

    assert not isinstance(caught.value, HeaderValueError)


@pytest.mark.parametrize(
    ("start", "stop", "length"),
    [
        pytest.param(None, None, None, id="nothing"),
        pytest.param(0, None, 5, id="no-stop"),
        pytest.param(None, 5, 5, id="no-start"),
        pytest.param(5, 5, 10, id="empty"),
        pytest.param(0, 11, 10, id="beyond"),
        pytest.param(-1, 5, 10, id="negative"),
        pytest.param(None, None, -1, id="negative-length"),
        pytest.param(None, None, BIG + 1, id="too-large"),
        pytest.param(0, BIG + 2, None, id="stop-too-large"),
    ],
)
def test_content_range_constructor_refuses(start: int | None, stop: int | None, length: int | None) -> None:
    """What could not be read back cannot be made."""
    with pytest.raises(HeaderValueError):
        ContentRange("bytes", start, stop, length)


@pytest.mark.parametrize(
    ("field", "expected", "lines"),
    [
        pytest.param(RANGE, Range("bytes", [(0, 1)]), ["bytes=0-0"], id="range"),
        pytest.param(CONTENT_RANGE, ContentRange("bytes", 0, 1, 2), ["bytes 0-0/2"], id="content-range"),
        pytest.param(ACCEPT_RANGES, AcceptRanges("bytes, pages"), ["bytes", "Pages"], id="accept-ranges"),
    ],
)
def test_keys(field: HeaderField[object], expected: object, lines: list[str]) -> None:
    """A key reads all lines and writes one."""
    assert expected == field.decode(lines)
    assert expected == field.decode(field.encode(expected))


@pytest.mark.parametrize("field", [pytest.param(RANGE, id="range"), pytest.param(CONTENT_RANGE, id="content-range")])
def test_two_lines_are_malformed(field: HeaderField[object]) -> None:
    """RFC 9110 §5.5: there can be only one."""
    with pytest.raises(GrammarError):
        field.decode(["bytes=0-0", "bytes=0-0"])


@pytest.mark.parametrize(
    ("text", "same"),
    [
        pytest.param("bytes=0-4", True, id="closed"),
        pytest.param("bytes=-3", True, id="suffix"),
        pytest.param("bytes=7-", True, id="open"),
        pytest.param("Bytes=1-2, 4-5", True, id="two"),
        pytest.param("bytes=5-3", True, id="descending"),
        pytest.param("bytes=a-b", True, id="letters"),
        pytest.param("", True, id="empty"),
        # RFC 9110 §14.1.2: "bytes= 0-999, 4500-5499, -1000" is an example; no rule has the suffix come last or alone.
        pytest.param("bytes=0-4,-3,7-", False, id="after-a-suffix"),
        # RFC 9110 §14.1.1: range-set = 1#range-spec, and §5.6.1.2 has recipients ignore empty members.
        pytest.param("bytes=0-4,,6-7", False, id="empty-member"),
    ],
)
def test_range_agrees_with_werkzeug(text: str, same: bool) -> None:
    """Ordinary values mean the same; where not, the sentence beside it decides."""
    theirs, ours = parse_range_header(text), None
    with suppress(GrammarError):
        ours = Range.parse(text)

    assert same == ((theirs and (theirs.units, list(theirs.ranges))) == (ours and (ours.units, list(ours.ranges))))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        pytest.param("bytes 0-4/10", True, id="known"),
        pytest.param("bytes 0-4/*", True, id="unknown"),
        pytest.param("bytes */10", True, id="unsatisfied"),
        pytest.param("bytes 5-4/10", True, id="descending"),
        pytest.param("bytes 0-4", True, id="no-length"),
        # RFC 9110 §14.4: a complete-length less than or equal to last-pos makes the value invalid.
        pytest.param("bytes 0-9/5", False, id="beyond"),
        # RFC 9110 §14.4: unsatisfied-range = "*/" complete-length.
        pytest.param("bytes */*", False, id="nothing-known"),
    ],
)
def test_content_range_agrees_with_werkzeug(text: str, same: bool) -> None:
    """Ordinary values mean the same; where not, the sentence beside it decides."""
    theirs, ours = parse_content_range_header(text), None
    with suppress(GrammarError):
        ours = ContentRange.parse(text)

    assert same == ((theirs and theirs.to_header()) == (ours and str(ours)))
