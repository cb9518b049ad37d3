"""HSTS, Referrer Policy, Permissions Policy, and the two `X-` fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from verglas import GrammarError, Headers, HeaderValueError, Response
from verglas.errors import HeaderError
from verglas.headers import (
    PERMISSIONS_POLICY,
    REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
    FrameOptions,
    PermissionsPolicy,
    ReferrerPolicies,
    ReferrerPolicy,
    StrictTransportSecurity,
)

YEAR = timedelta(days=365)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(StrictTransportSecurity(YEAR), "max-age=31536000", id="rfc6797-6.2-a"),
        pytest.param(
            StrictTransportSecurity(timedelta(seconds=15768000), include_subdomains=True),
            "max-age=15768000 ; includeSubDomains",
            id="rfc6797-6.2-b",
        ),
        pytest.param(StrictTransportSecurity(YEAR), 'max-age="31536000"', id="rfc6797-6.2-c-quoted"),
        pytest.param(StrictTransportSecurity(timedelta()), "max-age=0", id="rfc6797-6.2-d"),
        pytest.param(
            StrictTransportSecurity(timedelta(), include_subdomains=True),
            "includeSubDomains; max-age=0",
            id="rfc6797-6.2-e-any-order",
        ),
        pytest.param(
            StrictTransportSecurity(timedelta(1), include_subdomains=True, preload=True),
            ";; MAX-AGE\t= 86400;INCLUDESUBDOMAINS ;;Preload;",
            id="rfc6797-6.1-case-space-and-empty-ones",
        ),
        pytest.param(
            StrictTransportSecurity(timedelta(1), extensions=[("x", None), ("y", "a; b"), ("z", "")]),
            'max-age=86400; X; y="a; b"; z=""',
            id="rfc6797-6.1-unknown-is-kept",
        ),
    ],
)
def test_reads_hsts(expected: StrictTransportSecurity, text: str) -> None:
    """A field is read in any case and order, and what is written reads the same."""
    value = StrictTransportSecurity.parse(text)

    assert expected == value
    assert expected == StrictTransportSecurity.parse(str(value))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("includeSubDomains", id="rfc6797-6.1.1-max-age-is-required"),
        pytest.param("max-age", id="max-age-without-a-value"),
        pytest.param("max-age=", id="max-age-with-an-empty-value"),
        pytest.param("max-age=-1", id="max-age-negative"),
        pytest.param("max-age=1.5", id="max-age-with-a-fraction"),
        pytest.param("max-age=\u0661", id="max-age-in-digits-of-another-script"),
        pytest.param('max-age="1', id="quote-not-closed"),
        pytest.param('max-age="1"x', id="more-after-the-quote"),
        pytest.param("max-age=1; max-age=1", id="rfc6797-6.1-twice"),
        pytest.param("max-age=1; x; X=1", id="rfc6797-6.1-unknown-twice"),
        pytest.param("max-age=1; includeSubDomains=yes", id="rfc6797-6.1.2-no-value"),
        pytest.param("max-age=1, includeSubDomains", id="comma"),
        pytest.param("max-age=1; a b", id="name-that-is-no-token"),
        pytest.param("max-age=1; =b", id="no-name"),
    ],
)
def test_refuses_to_read_hsts(text: str) -> None:
    """What a browser ignores as a whole is malformed."""
    with pytest.raises(GrammarError):
        StrictTransportSecurity.parse(text)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: StrictTransportSecurity(-YEAR), id="negative"),
        pytest.param(lambda: StrictTransportSecurity(timedelta(seconds=1.5)), id="part-of-a-second"),
        pytest.param(lambda: StrictTransportSecurity(YEAR, extensions=[("a; b", None)]), id="name-injects"),
        pytest.param(lambda: StrictTransportSecurity(YEAR, extensions=[("a", "b\r\nX: y")]), id="value-splits"),
        pytest.param(lambda: StrictTransportSecurity(YEAR, extensions=[("Max-Age", "0")]), id="field-of-its-own"),
        pytest.param(lambda: StrictTransportSecurity(YEAR, extensions=[("a", "b"), ("A", "b")]), id="twice"),
        pytest.param(lambda: ReferrerPolicies(["a b"]), id="referrer-policy-no-token"),
        pytest.param(lambda: ReferrerPolicies(["a, b"]), id="referrer-policy-injects"),
        pytest.param(lambda: PermissionsPolicy({"Camera": []}), id="feature-no-key"),
        pytest.param(lambda: PermissionsPolicy({"camera": ["\u2603"]}), id="origin-not-ascii"),
        pytest.param(lambda: PermissionsPolicy().with_(camera=["x\r\nX: y"]), id="origin-splits"),
    ],
)
def test_refuses_to_write(make: Callable[[], object]) -> None:
    """What is not its grammar is an error of the application."""
    with pytest.raises(HeaderValueError):
        make()


@pytest.mark.parametrize(
    ("expected", "policy", "text"),
    [
        pytest.param(("no-referrer",), ReferrerPolicy.NO_REFERRER, "no-referrer", id="referrer-policy-8.1"),
        pytest.param(
            ("no-referrer", "strict-origin-when-cross-origin"),
            ReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
            "no-referrer, strict-origin-when-cross-origin",
            id="referrer-policy-11.1-the-last-that-is-known",
        ),
        pytest.param(("origin", "x-new"), ReferrerPolicy.ORIGIN, "Origin,, X-New", id="unknown-is-kept"),
        pytest.param(("x",), None, "x", id="none-is-known"),
        pytest.param((), None, " , ", id="empty"),
    ],
)
def test_reads_referrer_policies(expected: tuple[str, ...], policy: ReferrerPolicy | None, text: str) -> None:
    """All are kept in order; the last that is known holds."""
    value = ReferrerPolicies.parse(text)

    assert (expected, policy, bool(expected)) == (value.policies, value.policy, bool(value))


@pytest.mark.parametrize("text", ["a b", '"a"', "a;b", "\xe9", '"'])
def test_refuses_to_read_referrer_policies(text: str) -> None:
    """A member that is no token is malformed."""
    with pytest.raises(GrammarError):
        ReferrerPolicies.parse(text)


def test_one_referrer_policy_is_not_its_letters() -> None:
    """A single policy may be given without a list."""

    assert ReferrerPolicies([ReferrerPolicy.ORIGIN]) == ReferrerPolicies("origin")


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(
            {"geolocation": ("self", "https://example.com")}, 'geolocation=(self "https://example.com")', id="list"
        ),
        pytest.param({"fullscreen": ()}, "fullscreen=()", id="permissions-policy-3-nobody"),
        pytest.param({"camera": ("*",), "usb": ("self",)}, "camera=*, usb=self", id="permissions-policy-5.2-one-item"),
        pytest.param({"camera": ("self",)}, "camera=(self none 1);report-to=main", id="what-is-unknown-says-nothing"),
        pytest.param({"camera": ()}, 'camera=("self")', id="a-string-is-no-word"),
        pytest.param({"camera": ()}, "camera", id="no-value"),
        pytest.param({"camera": ("*",)}, "camera=(), camera=*", id="rfc9651-3.2-the-last-counts"),
        pytest.param({}, "", id="empty"),
    ],
)
def test_reads_permissions(expected: dict[str, tuple[str, ...]], text: str) -> None:
    """An allowlist is what browsers make of it; all that there is comes out again."""
    policy = PermissionsPolicy.parse(text)

    assert expected == {name: policy.allowlist(name) for name in policy}
    assert policy == PermissionsPolicy.parse(str(policy))


def test_permissions_keep_what_they_do_not_know() -> None:
    """Members and parameters without a meaning stay where they are."""
    text = 'camera=(self none 1);report-to=main, x="self"'

    assert text == str(PermissionsPolicy.parse(text))


@pytest.mark.parametrize(
    "text", ["camera 'none'", "camera=(self", "Camera=()", "camera=();", "geolocation='self'", ","]
)
def test_refuses_to_read_permissions(text: str) -> None:
    """What is no Dictionary is malformed (the grammar of the field's predecessor, for one)."""
    with pytest.raises(GrammarError):
        PermissionsPolicy.parse(text)


def test_permissions_are_edited() -> None:
    """An edit gives another policy; of a feature in both the right one counts."""
    policy = PermissionsPolicy({"camera": [], "usb": "self"}) | "camera=*"

    assert "camera=*, usb=(self)" == str(policy)
    assert "usb=(self), sync-xhr=()" == str(policy.without("camera").with_(sync_xhr=()))
    assert (True, False, 2) == ("usb" in policy, "x" in policy, len(policy))
    assert policy.allowlist("x") is None


def test_keys() -> None:
    """The keys write one line each; what is empty or off takes the field away."""
    response = Response(headers={"Referrer-Policy": "origin", "X-Content-Type-Options": "nosniff"})
    response.headers[STRICT_TRANSPORT_SECURITY] = StrictTransportSecurity(YEAR, preload=True)
    response.headers[PERMISSIONS_POLICY] = PermissionsPolicy({"usb": []})
    response.headers[X_FRAME_OPTIONS] = FrameOptions.SAMEORIGIN
    response.headers[REFERRER_POLICY] = ReferrerPolicies()
    response.headers[X_CONTENT_TYPE_OPTIONS] = False

    assert (
        ("Strict-Transport-Security", "max-age=31536000; preload"),
        ("Permissions-Policy", "usb=()"),
        ("X-Frame-Options", "SAMEORIGIN"),
    ) == tuple(pair for pair in response.headers.pairs if pair[0] not in ("Content-Type", "Content-Length"))


def test_two_lines_of_hsts_are_malformed() -> None:
    """RFC 6797 §7.1 allows one; which of two was meant nobody knows."""
    with pytest.raises(HeaderError):
        Headers({"Strict-Transport-Security": ["max-age=1", "max-age=1"]})[STRICT_TRANSPORT_SECURITY]


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        pytest.param(True, ["nosniff"], id="fetch-nosniff"),
        pytest.param(True, ["NoSniff , x"], id="fetch-nosniff-case-and-first"),
        pytest.param(False, ["x", "nosniff"], id="fetch-nosniff-not-first"),
        pytest.param(False, [", nosniff"], id="fetch-nosniff-empty-first"),
        pytest.param(False, ["'nosniff'"], id="fetch-nosniff-other"),
    ],
)
def test_nosniff(expected: bool, lines: list[str]) -> None:
    """The first value of all counts, in any case."""

    assert expected is Headers({"X-Content-Type-Options": lines})[X_CONTENT_TYPE_OPTIONS]


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        pytest.param(FrameOptions.DENY, ["deny"], id="rfc7034-2.1-deny"),
        pytest.param(FrameOptions.SAMEORIGIN, ["SameOrigin"], id="rfc7034-2.1-sameorigin"),
        pytest.param(FrameOptions.SAMEORIGIN, ["SAMEORIGIN", "sameorigin"], id="html-x-frame-options-the-same-twice"),
        pytest.param(FrameOptions.DENY, ["SAMEORIGIN, x"], id="html-x-frame-options-several-deny"),
        pytest.param(FrameOptions.DENY, ["ALLOWALL", "x"], id="html-x-frame-options-allowall-and-another-deny"),
    ],
)
def test_frame_options(expected: FrameOptions, lines: list[str]) -> None:
    """Values that disagree deny."""

    assert expected is Headers({"X-Frame-Options": lines})[X_FRAME_OPTIONS]


@pytest.mark.parametrize("line", ["", "ALLOWALL", "ALLOW-FROM https://example.com/", "x, y", '"'])
def test_no_frame_options(line: str) -> None:
    """What no browser obeys is malformed, and is not written either."""
    with pytest.raises(HeaderError):
        Headers({"X-Frame-Options": line})[X_FRAME_OPTIONS]
    with pytest.raises(HeaderValueError):
        X_FRAME_OPTIONS.encode(line)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # on purpose
