"""`ContentSecurityPolicy`."""

from __future__ import annotations

from typing import Final

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from werkzeug.datastructures import ContentSecurityPolicy as TheirPolicy
from werkzeug.http import parse_csp_header

from verglas import GrammarError, Headers, HeaderValueError, Response
from verglas.headers import (
    CONTENT_SECURITY_POLICY,
    CONTENT_SECURITY_POLICY_REPORT_ONLY,
    ContentSecurityPolicy,
    Directives,
)
from verglas.testing.strategies import header_values

POLICIES: Final = header_values(CONTENT_SECURITY_POLICY, unsent=True)

CSP = ContentSecurityPolicy


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param([], "", id="empty"),
        pytest.param([], " ; ;\t, ;,", id="only-separators"),
        pytest.param(
            [[("script-src", "'self'"), ("report-to", "csp-reporting-endpoint")]],
            "script-src 'self'; report-to csp-reporting-endpoint",
            id="csp3-3.1",
        ),
        pytest.param(
            [[("default-src", "'self' http://example.com http://example.net"), ("connect-src", "'none'")]],
            "default-src 'self' http://example.com http://example.net; connect-src 'none';",
            id="csp3-8.1-first",
        ),
        pytest.param(
            [[("default-src", "'self'")], [("connect-src", "http://example.com/"), ("script-src", "x")]],
            "default-src 'self', connect-src http://example.com/; script-src x",
            id="csp3-8.1-several-policies",
        ),
        pytest.param([[("img-src", "a b")]], " \tIMG-Src\ta \t b ", id="d9-case-d7-tabs"),
        pytest.param([[("a", "x")]], "a x; A y; a", id="csp3-2.2.1-first-of-equal-names"),
        pytest.param([[("a", "x")], [("a", "y")]], "a x, a y", id="equal-names-in-two-policies"),
        pytest.param(
            [[("sandbox", ""), ("upgrade-insecure-requests", "")]], "sandbox;upgrade-insecure-requests", id="d7"
        ),
        pytest.param([[("no_such@name", "?")]], "no_such@name ?", id="unknown-is-kept"),
        pytest.param([[("a", '"x')], [('y"', "")]], 'a "x, y"', id="quotes-quote-nothing"),
    ],
)
def test_reads(expected: list[list[tuple[str, str]]], text: str) -> None:
    """A field is read as a browser reads it, and what is written reads the same."""
    policy = CSP.parse(text)

    assert expected == [list(one.directives) for one in policy.policies]
    assert policy == CSP.parse(str(policy))


@pytest.mark.parametrize(
    ("position", "text"), [(2, "a \xe9"), (1, "a\x00"), (3, "a b\r\nX: y"), (2, "a \x7f"), (0, "\u2603")]
)
def test_refuses_to_read(position: int, text: str) -> None:
    """What is no text of a policy is malformed, and it is said where."""
    with pytest.raises(GrammarError) as caught:
        CSP.parse(text)

    assert position == caught.value.position


@pytest.mark.parametrize("bad", ["x; object-src *", "x, y", "x\r\nX: y", "x\x00", "x\x7f", "\xe9", "\u2603", "x\n"])
def test_refuses_what_would_inject(bad: str) -> None:
    """No value makes another directive, policy or header (D1), however it comes in."""
    with pytest.raises(HeaderValueError):
        CSP(script_src=bad)
    with pytest.raises(HeaderValueError):
        CSP().with_(script_src=bad)
    with pytest.raises(HeaderValueError):
        CSP([("script-src", bad)])
    with pytest.raises(HeaderValueError):
        CSP([(bad, "x")])


@pytest.mark.parametrize("name", ["", "a b", "a\tb", "a;", "a,", "\xe9"])
def test_refuses_names(name: str) -> None:
    """A name has no space in it and is not empty."""
    with pytest.raises(HeaderValueError):
        CSP([(name, "")])


def test_refuses_to_write_a_directive_twice() -> None:
    """The second would be ignored: that is not what its writer means."""
    with pytest.raises(HeaderValueError):
        CSP([("img-src", "x")], img_src="y")


def test_refuses_a_misspelt_keyword() -> None:
    """A keyword that is no directive does nothing for anybody."""
    with pytest.raises(TypeError, match="scriptsrc"):
        CSP(scriptsrc="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # on purpose


TEXT_NAMES = sorted(Directives.__annotations__.keys() - {"upgrade_insecure_requests", "block_all_mixed_content"})


@pytest.mark.parametrize("name", TEXT_NAMES)
def test_property(name: str) -> None:
    """Each directive is a property by its name: its value, "" without one, `None` when it is not there."""
    wire = name.replace("_", "-")
    values: list[object] = [getattr(CSP.parse(text), name) for text in (f"{wire.upper()} 'self' *", wire, "x")]

    assert ["'self' *", "", None] == values


@pytest.mark.parametrize("name", ["upgrade_insecure_requests", "block_all_mixed_content"])
def test_flag(name: str) -> None:
    """A directive that never has a value is there or not."""
    values: list[object] = [getattr(CSP.parse(text), name) for text in (name.replace("_", "-"), "x")]

    assert [True, False] == values


def test_reference_names_are_there() -> None:
    """Every property of the reference is one here."""
    theirs = {name for name, member in vars(TheirPolicy).items() if isinstance(member, property)}

    assert set() == theirs - set(Directives.__annotations__)


@pytest.mark.parametrize(
    ("expected", "policy"),
    [
        pytest.param("a x; b y", CSP([("a", "x")]) | "b y", id="adds"),
        pytest.param("a y", CSP([("a", "x")]) | CSP([("A", "y")]), id="replaces"),
        pytest.param("a z; b y", CSP([("a", "x"), ("b", "y")]) | "a z", id="where-it-was"),
        pytest.param("a x", CSP() | "a x", id="to-none"),
        pytest.param("a x", CSP([("a", "x")]) | "", id="none"),
        pytest.param("a y, c z, d z", CSP.parse("a x, c z") | "a y, c z, d z", id="further-ones-all-hold"),
        pytest.param("sandbox; a x", CSP.parse("sandbox; b y").with_(sandbox="").without("B") | "a x", id="edits"),
        pytest.param("a x; sandbox allow-forms", CSP.parse("a x").with_(sandbox=" allow-forms\t"), id="with-adds"),
        pytest.param(
            "a x", CSP.parse("a x; sandbox").with_(sandbox=None, upgrade_insecure_requests=False), id="with-takes-away"
        ),
        pytest.param("b y", CSP.parse("sandbox, b y").with_(sandbox=None), id="the-second-becomes-the-first"),
        pytest.param(
            "upgrade-insecure-requests; sandbox; x y",
            CSP.parse("upgrade-insecure-requests; sandbox") | "x y",
            id="d7-an-edit-keeps-what-has-no-value",
        ),
    ],
)
def test_edits(expected: str, policy: ContentSecurityPolicy) -> None:
    """An edit gives another policy; of a directive in both the right one counts."""

    assert expected == str(policy) == policy.to_header()


@pytest.mark.parametrize(
    ("expected", "one", "other"),
    [
        pytest.param(True, "a x", "A  x;", id="case-and-space"),
        pytest.param(True, "a x; b y", "b y; a x", id="order-of-directives"),
        pytest.param(False, "a x", "a X", id="case-of-a-value"),
        pytest.param(False, "a x", "a", id="no-value"),
        pytest.param(False, "a x; b y", "a x, b y", id="one-policy-or-two"),
    ],
)
def test_equality(expected: bool, one: str, other: str) -> None:
    """Equal is what a browser would not tell apart."""

    assert expected == (CSP.parse(one) == CSP.parse(other))
    assert expected == (hash(CSP.parse(one)) == hash(CSP.parse(other)))


def test_is_a_mapping() -> None:
    """Names are found in any case; a missing one is a `KeyError`."""
    policy = CSP.parse("a x; B y, c z")

    assert {"a": "x", "b": "y"} == dict(policy)
    assert ("x", True, False, 2) == (policy["A"], "b" in policy, "c" in policy, len(policy))
    with pytest.raises(KeyError):
        policy["c"]


def test_is_frozen() -> None:
    """A directive is not set in place."""
    policy = CSP.parse("img-src x")

    with pytest.raises(FrozenInstanceError):
        policy.img_src = "y"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]  # on purpose


@given(POLICIES)
def test_truth(policy: ContentSecurityPolicy) -> None:
    """A value is false when it holds no policy, and so writes nothing."""

    assert bool(policy) == bool(str(policy)) == bool(policy.policies)


@given(POLICIES, POLICIES)
def test_merging_as_dicts(one: ContentSecurityPolicy, other: ContentSecurityPolicy) -> None:
    """The first policies merge as dicts do, and no further one is lost."""
    merged = one | other

    assert dict(one) | dict(other) == dict(merged)
    assert {*one.further, *other.further} == {*merged.further}


def test_key_reads_all_lines() -> None:
    """Each line is a policy of its own."""
    headers = Headers({"Content-Security-Policy": ["a x", "b y"]})

    assert ["a x", "b y"] == [str(policy) for policy in headers[CONTENT_SECURITY_POLICY].policies]


def test_key_writes() -> None:
    """A policy is one line; an empty one takes the field away."""
    response = Response()
    response.headers[CONTENT_SECURITY_POLICY_REPORT_ONLY] = CSP(img_src="*")
    written = response.headers["Content-Security-Policy-Report-Only"]
    response.headers[CONTENT_SECURITY_POLICY_REPORT_ONLY] = CSP()

    assert "img-src *" == written
    assert "Content-Security-Policy-Report-Only" not in response.headers


@pytest.mark.parametrize(
    "text", ["default-src 'self'", "default-src 'self'; img-src *", " img-src a b ; font-src c;", "", "x-new y"]
)
def test_agrees_with_werkzeug(text: str) -> None:
    """Ordinary policies read alike."""

    assert dict(parse_csp_header(text)) == dict(CSP.parse(text))


@pytest.mark.parametrize(
    ("theirs", "ours", "text"),
    [
        pytest.param({"a": "y"}, {"a": "x"}, "a x; a y", id="csp3-2.2.1-ignore-a-duplicate"),
        pytest.param({}, {"sandbox": ""}, "sandbox", id="csp3-2.2.1-a-directive-may-have-no-value"),
        pytest.param({"IMG-SRC": "*"}, {"img-src": "*"}, "IMG-SRC *", id="csp3-2.2.1-set-name-to-lower-case"),
        pytest.param({"a": "x, b y"}, {"a": "x"}, "a x, b y", id="csp3-2.2.2-extract-each-of-the-list"),
    ],
)
def test_disagrees_with_werkzeug(theirs: dict[str, str], ours: dict[str, str], text: str) -> None:
    """Where the specification decides otherwise, we follow it."""

    assert (theirs, ours) == (dict(parse_csp_header(text)), dict(CSP.parse(text)))
