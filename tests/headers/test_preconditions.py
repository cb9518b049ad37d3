"""The evaluation of conditions: every row of RFC 9110 §13.2.2."""

from __future__ import annotations

import copy
import itertools
import pickle
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.headers.strategies import dates, preconditions
from verglas.headers import (
    ETAG,
    ETag,
    ETags,
    Headers,
    IfRange,
    Outcome,
    Preconditions,
    Unreadable,
    evaluate_preconditions,
)
from verglas.testing.strategies import header_values

NOW: Final = "Sat, 29 Oct 1994 19:43:31 GMT"
BEFORE: Final = "Sat, 29 Oct 1994 19:43:30 GMT"
AFTER: Final = "Sat, 29 Oct 1994 19:43:32 GMT"
MODIFIED: Final = datetime(1994, 10, 29, 19, 43, 31, 999999, tzinfo=UTC)  # files know more than dates do
STRONG: Final = ETag("1")
WEAK: Final = ETag("1", weak=True)
UNREADABLE: Final = Unreadable.UNREADABLE

PROCEED: Final = Outcome.PROCEED
IGNORE_RANGE: Final = Outcome.IGNORE_RANGE
NOT_MODIFIED: Final = Outcome.NOT_MODIFIED
FAILED: Final = Outcome.FAILED


def conditions(fields: Mapping[str, str]) -> Preconditions:
    """What the fields of a request ask."""
    return Preconditions.of(Headers(fields).getlist)


def outcomes(fields: Mapping[str, str], etag: ETag | None = STRONG, *methods: str) -> list[Outcome]:
    """What is decided for each method."""
    return [
        evaluate_preconditions(method, conditions(fields), etag=etag, last_modified=MODIFIED)
        for method in methods or ("GET", "HEAD", "PUT")
    ]


# Expected of GET, HEAD and PUT; the fields; the entity tag. The representation exists.
TABLE: Final = [
    pytest.param([PROCEED] * 3, {}, STRONG, id="no-condition"),
    # Step 1
    pytest.param([PROCEED] * 3, {"If-Match": '"1"'}, STRONG, id="step1-match"),
    pytest.param([PROCEED] * 3, {"If-Match": '"0", "1"'}, STRONG, id="step1-match-in-list"),
    pytest.param([FAILED] * 3, {"If-Match": '"2"'}, STRONG, id="step1-no-match"),
    pytest.param([FAILED] * 3, {"If-Match": '"1"'}, None, id="step1-no-tag"),
    pytest.param([FAILED] * 3, {"If-Match": '"1"'}, WEAK, id="step1-weak-tag-of-ours"),
    pytest.param([FAILED] * 3, {"If-Match": 'W/"1"'}, STRONG, id="step1-weak-tag-of-theirs"),
    pytest.param([FAILED] * 3, {"If-Match": 'W/"1"'}, WEAK, id="step1-both-weak"),
    pytest.param([PROCEED] * 3, {"If-Match": "*"}, STRONG, id="step1-star"),
    pytest.param([PROCEED] * 3, {"If-Match": "*"}, None, id="step1-star-without-tag"),
    pytest.param([FAILED] * 3, {"If-Match": ""}, STRONG, id="step1-empty-list"),
    pytest.param([FAILED] * 3, {"If-Match": "1"}, STRONG, id="step1-unreadable"),
    pytest.param([FAILED] * 3, {"If-Match": '"1", x'}, STRONG, id="step1-unreadable-member"),
    pytest.param([FAILED] * 3, {"If-Match": '"2"', "If-None-Match": '"1"'}, STRONG, id="step1-before-step3"),
    pytest.param([FAILED] * 3, {"If-Match": '"2"', "If-Unmodified-Since": AFTER}, STRONG, id="step1-not-step2"),
    # Step 2
    pytest.param([PROCEED] * 3, {"If-Unmodified-Since": NOW}, STRONG, id="step2-same-second"),
    pytest.param([PROCEED] * 3, {"If-Unmodified-Since": AFTER}, STRONG, id="step2-unmodified"),
    pytest.param([FAILED] * 3, {"If-Unmodified-Since": BEFORE}, STRONG, id="step2-modified"),
    pytest.param([PROCEED] * 3, {"If-Unmodified-Since": "yesterday"}, STRONG, id="step2-no-date-ignored"),
    pytest.param([PROCEED] * 3, {"If-Unmodified-Since": f"{BEFORE}, {BEFORE}"}, STRONG, id="step2-list-ignored"),
    pytest.param([PROCEED] * 3, {"If-Match": '"1"', "If-Unmodified-Since": BEFORE}, STRONG, id="step2-after-step1"),
    pytest.param([FAILED] * 3, {"If-Match": "x", "If-Unmodified-Since": AFTER}, STRONG, id="step2-unreadable-step1"),
    pytest.param([FAILED] * 3, {"If-Unmodified-Since": BEFORE, "If-None-Match": '"1"'}, STRONG, id="step2-before-3"),
    # Step 3
    pytest.param([NOT_MODIFIED, NOT_MODIFIED, FAILED], {"If-None-Match": '"1"'}, STRONG, id="step3-match"),
    pytest.param([NOT_MODIFIED, NOT_MODIFIED, FAILED], {"If-None-Match": 'W/"1"'}, STRONG, id="step3-weak-theirs"),
    pytest.param([NOT_MODIFIED, NOT_MODIFIED, FAILED], {"If-None-Match": '"1"'}, WEAK, id="step3-weak-ours"),
    pytest.param([NOT_MODIFIED, NOT_MODIFIED, FAILED], {"If-None-Match": 'W/"1"'}, WEAK, id="step3-both-weak"),
    pytest.param([NOT_MODIFIED, NOT_MODIFIED, FAILED], {"If-None-Match": '"0", W/"1"'}, STRONG, id="step3-in-list"),
    pytest.param([NOT_MODIFIED, NOT_MODIFIED, FAILED], {"If-None-Match": "*"}, STRONG, id="step3-star"),
    pytest.param([NOT_MODIFIED, NOT_MODIFIED, FAILED], {"If-None-Match": "*"}, None, id="step3-star-without-tag"),
    pytest.param([PROCEED] * 3, {"If-None-Match": '"2"'}, STRONG, id="step3-no-match"),
    pytest.param([PROCEED] * 3, {"If-None-Match": '"1"'}, None, id="step3-no-tag"),
    pytest.param([PROCEED] * 3, {"If-None-Match": ""}, STRONG, id="step3-empty-list"),
    pytest.param([PROCEED, PROCEED, FAILED], {"If-None-Match": "1"}, STRONG, id="step3-unreadable"),
    pytest.param(
        [NOT_MODIFIED, NOT_MODIFIED, FAILED], {"If-Match": '"1"', "If-None-Match": '"1"'}, STRONG, id="step3-after-1"
    ),
    pytest.param(
        [NOT_MODIFIED, NOT_MODIFIED, FAILED],
        {"If-None-Match": '"1"', "If-Modified-Since": BEFORE},
        STRONG,
        id="step3-not-step4",
    ),
    # Step 4
    pytest.param([NOT_MODIFIED, NOT_MODIFIED, PROCEED], {"If-Modified-Since": NOW}, STRONG, id="step4-same-second"),
    pytest.param([NOT_MODIFIED, NOT_MODIFIED, PROCEED], {"If-Modified-Since": AFTER}, None, id="step4-unmodified"),
    pytest.param([PROCEED] * 3, {"If-Modified-Since": BEFORE}, STRONG, id="step4-modified"),
    pytest.param([PROCEED] * 3, {"If-Modified-Since": "0"}, STRONG, id="step4-no-date-ignored"),
    pytest.param([PROCEED] * 3, {"If-Modified-Since": f"{NOW}, {NOW}"}, STRONG, id="step4-list-ignored"),
    pytest.param([PROCEED] * 3, {"If-None-Match": '"2"', "If-Modified-Since": NOW}, STRONG, id="step4-after-step3"),
    pytest.param([PROCEED] * 3, {"If-None-Match": '"2"', "If-Modified-Since": NOW}, None, id="step4-no-tag-in-step3"),
    pytest.param(
        [PROCEED, PROCEED, FAILED], {"If-None-Match": "2", "If-Modified-Since": NOW}, STRONG, id="step4-unreadable-3"
    ),
    # Step 5, which only GET has
    pytest.param([PROCEED] * 3, {"Range": "bytes=0-1"}, STRONG, id="step5-range-alone"),
    pytest.param([PROCEED] * 3, {"Range": "bytes=0-1", "If-Range": '"1"'}, STRONG, id="step5-match"),
    pytest.param([IGNORE_RANGE, PROCEED, PROCEED], {"Range": "b=0", "If-Range": '"2"'}, STRONG, id="step5-no-match"),
    pytest.param([IGNORE_RANGE, PROCEED, PROCEED], {"Range": "b=0", "If-Range": '"1"'}, WEAK, id="step5-weak-ours"),
    pytest.param([IGNORE_RANGE, PROCEED, PROCEED], {"Range": "b=0", "If-Range": 'W/"1"'}, STRONG, id="step5-weak"),
    pytest.param([IGNORE_RANGE, PROCEED, PROCEED], {"Range": "b=0", "If-Range": 'W/"1"'}, WEAK, id="step5-both-weak"),
    pytest.param([IGNORE_RANGE, PROCEED, PROCEED], {"Range": "b=0", "If-Range": '"1"'}, None, id="step5-no-tag"),
    pytest.param([PROCEED] * 3, {"Range": "b=0", "If-Range": NOW}, STRONG, id="step5-date"),
    pytest.param([IGNORE_RANGE, PROCEED, PROCEED], {"Range": "b=0", "If-Range": AFTER}, STRONG, id="step5-later-date"),
    pytest.param([IGNORE_RANGE, PROCEED, PROCEED], {"Range": "b=0", "If-Range": BEFORE}, STRONG, id="step5-earlier"),
    pytest.param([IGNORE_RANGE, PROCEED, PROCEED], {"Range": "b=0", "If-Range": "1"}, STRONG, id="step5-unreadable"),
    pytest.param([PROCEED] * 3, {"If-Range": '"2"'}, STRONG, id="step5-without-range"),
    pytest.param(
        [NOT_MODIFIED, NOT_MODIFIED, FAILED],
        {"If-None-Match": '"1"', "Range": "b=0", "If-Range": '"2"'},
        STRONG,
        id="step5-after-step3",
    ),
]


@pytest.mark.parametrize(("expected", "fields", "etag"), TABLE)
def test_evaluation_table(expected: list[Outcome], fields: Mapping[str, str], etag: ETag | None) -> None:
    """The steps of RFC 9110 §13.2.2, in their order, for GET, HEAD and PUT."""

    assert expected == outcomes(fields, etag)


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        pytest.param(FAILED, {"If-Match": "*"}, id="rfc9110-13.1.1-star"),
        pytest.param(FAILED, {"If-Match": '"1"'}, id="rfc9110-13.1.1-tag"),
        pytest.param(PROCEED, {"If-None-Match": "*"}, id="rfc9110-13.1.2-star"),
        pytest.param(PROCEED, {"If-None-Match": '"1"'}, id="rfc9110-13.1.2-tag"),
        pytest.param(PROCEED, {"If-Unmodified-Since": BEFORE}, id="rfc9110-13.1.4-no-date-available"),
        pytest.param(FAILED, {"If-None-Match": "x"}, id="unreadable"),
    ],
)
def test_without_representation(expected: Outcome, fields: Mapping[str, str]) -> None:
    """Where nothing is yet, `If-None-Match: *` holds and If-Match does not, whatever validators are given."""
    outcome = evaluate_preconditions("PUT", conditions(fields), etag=STRONG, last_modified=MODIFIED, exists=False)

    assert expected == outcome


@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since"])
def test_dates_without_last_modified_are_ignored(name: str) -> None:
    """RFC 9110 §13.1.3 and §13.1.4: without a modification date, both are ignored."""
    found = {evaluate_preconditions("GET", conditions({name: date}), etag=STRONG) for date in (BEFORE, AFTER)}

    assert {PROCEED} == found


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "get", "query"])
def test_other_methods_fail(method: str) -> None:
    """A method that is not exactly GET, HEAD or QUERY fails where those are not modified, whatever the date."""

    assert [FAILED] == outcomes({"If-None-Match": '"1"'}, STRONG, method)
    assert [PROCEED] == outcomes({"If-Modified-Since": NOW}, STRONG, method)


@pytest.mark.parametrize("method", ["CONNECT", "OPTIONS", "TRACE"])
def test_methods_without_representation(method: str) -> None:
    """RFC 9110 §13.2.1: what selects no representation knows no conditions."""

    assert [PROCEED] == outcomes({"If-Match": '"2"', "If-None-Match": "*"}, STRONG, method)


@pytest.mark.parametrize(
    ("expected", "outcome"), [(None, PROCEED), (None, IGNORE_RANGE), (304, NOT_MODIFIED), (412, FAILED)]
)
def test_status(expected: int | None, outcome: Outcome) -> None:
    """Each outcome has its status."""

    assert expected == outcome.status


def by_steps(method: str, asked: Preconditions, etag: ETag | None, modified: datetime | None) -> Outcome:
    """RFC 9110 §13.2.2, once more, as its text has it; for GET, HEAD and PUT of what exists."""
    step = 1 if asked.if_match is not None else 2 if modified and asked.if_unmodified_since else 3
    if step == 1:
        match asked.if_match:
            case ETags(star=True):
                pass
            case ETags(tags=tags) if etag is not None and not etag.weak and etag in tags:
                pass
            case _:
                return FAILED
    if step == 2 and modified and asked.if_unmodified_since and whole(modified) > asked.if_unmodified_since:
        return FAILED
    match asked.if_none_match:
        case None:
            since = asked.if_modified_since
            if method != "PUT" and since and modified and whole(modified) <= since:
                return NOT_MODIFIED
        case ETags(star=star, tags=tags):
            if star or (etag and etag.tag in {tag.tag for tag in tags}):
                return FAILED if method == "PUT" else NOT_MODIFIED
        case _:
            if method == "PUT":
                return FAILED
    if method == "GET" and asked.if_range is not None:
        match asked.if_range:
            case IfRange(etag=ETag(weak=False) as tag) if tag == etag:
                pass
            case IfRange(date=datetime() as date) if modified and date == whole(modified):
                pass
            case _:
                return IGNORE_RANGE
    return PROCEED


def whole(date: datetime) -> datetime:
    """A date without its microseconds."""
    return date.replace(microsecond=0)


@given(st.sampled_from(["GET", "HEAD", "PUT"]), preconditions(), st.none() | header_values(ETAG), st.none() | dates())
def test_agrees_with_the_steps(method: str, asked: Preconditions, etag: ETag | None, modified: datetime | None) -> None:
    """Any conditions give what the numbered steps give."""
    asked = Preconditions(
        if_match=asked.if_match,
        if_none_match=asked.if_none_match,
        if_range=asked.if_range,
        if_modified_since=asked.if_modified_since and whole(asked.if_modified_since),
        if_unmodified_since=asked.if_unmodified_since and whole(asked.if_unmodified_since),
    )

    assert by_steps(method, asked, etag, modified) == evaluate_preconditions(
        method, asked, etag=etag, last_modified=modified
    )


def test_every_pair_of_fields_is_decided() -> None:
    """Readable or not, all fields together always have an outcome."""
    names = ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range"]
    found = {
        outcome
        for values in itertools.product(["", "*", '"1"', NOW, "\xff"], repeat=3)
        for chosen in itertools.combinations(names, 3)
        for outcome in outcomes(dict(zip(chosen, values, strict=True)))
    }

    assert set(Outcome) == found


def test_naive_date_is_in_utc() -> None:
    """A naive Last-Modified is in UTC, another zone is the same instant."""
    asked = conditions({"If-Modified-Since": NOW, "If-Unmodified-Since": NOW})
    found = [
        evaluate_preconditions("GET", asked, last_modified=date)
        for date in (MODIFIED.replace(tzinfo=None), MODIFIED.astimezone(timezone(timedelta(hours=5))))
    ]

    assert [NOT_MODIFIED] * 2 == found


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        pytest.param(Preconditions(), {}, id="none"),
        pytest.param(Preconditions(if_match=ETags(["1", "2"])), {"If-Match": ['"1"', '"2"']}, id="all-lines"),
        pytest.param(Preconditions(if_match=ETags()), {"If-Match": [""]}, id="empty-is-not-absent"),
        pytest.param(Preconditions(if_match=UNREADABLE), {"If-Match": ["*", '"1"']}, id="star-and-tag"),
        pytest.param(Preconditions(if_none_match=UNREADABLE), {"If-None-Match": ["1"]}, id="unreadable"),
        pytest.param(Preconditions(), {"If-Modified-Since": [NOW, NOW]}, id="two-dates"),
        pytest.param(Preconditions(), {"If-Unmodified-Since": ["x"]}, id="no-date"),
        pytest.param(Preconditions(), {"If-Range": ['"1"']}, id="rfc9110-13.1.5-no-range"),
        pytest.param(
            Preconditions(if_range=UNREADABLE), {"If-Range": ['"1"'] * 2, "Range": ["b=0"]}, id="two-if-ranges"
        ),
        pytest.param(
            Preconditions(if_range=IfRange(date=MODIFIED), if_modified_since=whole(MODIFIED)),
            {"If-Range": [NOW], "Range": ["b=0"], "If-Modified-Since": [NOW]},
            id="dates",
        ),
    ],
)
def test_reading(expected: Preconditions, lines: Mapping[str, Sequence[str]]) -> None:
    """Absent, empty, unreadable and readable are four things."""

    assert expected == Preconditions.of(lambda name: lines.get(name, []))


@given(st.dictionaries(st.sampled_from(["If-Match", "If-None-Match", "If-Range", "Range"]), st.lists(st.text())))
def test_reading_is_total(lines: dict[str, list[str]]) -> None:
    """Nothing in a head makes reading its conditions raise, and only no lines are no condition."""
    asked = Preconditions.of(lambda name: lines.get(name, []))

    assert bool(lines.get("If-Match")) == (asked.if_match is not None)
    assert bool(lines.get("If-None-Match")) == (asked.if_none_match is not None)
    assert bool(lines.get("If-Range") and lines.get("Range")) == (asked.if_range is not None)


def test_preconditions_are_values() -> None:
    """Conditions are hashable, and equal to their copies."""
    asked = Preconditions(if_match=UNREADABLE, if_none_match=ETags(["1"]))

    assert {asked} == {pickle.loads(pickle.dumps(asked)), copy.deepcopy(asked)}


@pytest.mark.parametrize(
    ("expected", "method", "name"),
    [
        pytest.param(Outcome.FAILED, "PUT", "IF_MATCH", id="if-match"),
        pytest.param(Outcome.FAILED, "PUT", "IF_NONE_MATCH", id="if-none-match-unsafe"),
        pytest.param(Outcome.PROCEED, "GET", "IF_NONE_MATCH", id="if-none-match-safe"),
        pytest.param(Outcome.PROCEED, "GET", "RANGE", id="range"),
    ],
)
def test_what_was_left_out_is_unreadable(expected: Outcome, method: str, name: str) -> None:
    """A condition with a control character is there: it fails where an absent one would let the request through."""
    headers = Headers.captured({f"HTTP_{name}": '"a"\x01'})

    assert Preconditions.of(headers) == Preconditions.of(headers.lines_of)
    assert expected == evaluate_preconditions(method, Preconditions.of(headers), etag=ETag("a"))


@given(
    st.dictionaries(
        st.sampled_from(["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range"]),
        st.sampled_from(["", "*", '"1"', 'W/"1", "2"', NOW, "bytes=0-1", "?", "\0"]),
    )
)
def test_headers_are_read_as_their_lines(fields: dict[str, str]) -> None:
    """Conditions are the same, read from the headers or from the function that gives their lines."""
    headers = Headers.captured({f"HTTP_{name.upper().replace('-', '_')}": value for name, value in fields.items()})

    assert Preconditions.of(headers) == Preconditions.of(headers.lines_of)
