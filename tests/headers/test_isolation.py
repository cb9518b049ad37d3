"""The cross-origin policies of a response."""

from __future__ import annotations

import pytest

from verglas import GrammarError, Headers, HeaderValueError, Response
from verglas.errors import HeaderError
from verglas.headers import (
    COEP,
    COOP,
    CORP,
    CROSS_ORIGIN_EMBEDDER_POLICY,
    CROSS_ORIGIN_OPENER_POLICY,
    CROSS_ORIGIN_RESOURCE_POLICY,
    CrossOriginEmbedderPolicy,
    CrossOriginOpenerPolicy,
)


@pytest.mark.parametrize(
    ("policy", "report_to", "text"),
    [
        pytest.param(COOP.UNSAFE_NONE, None, "unsafe-none", id="html-7.1.3-unsafe-none"),
        pytest.param(COOP.SAME_ORIGIN, None, "same-origin", id="html-7.1.3-same-origin"),
        pytest.param(COOP.SAME_ORIGIN_ALLOW_POPUPS, None, "same-origin-allow-popups", id="html-7.1.3-allow-popups"),
        pytest.param(COOP.NOOPENER_ALLOW_POPUPS, None, "noopener-allow-popups", id="html-7.1.3-noopener"),
        pytest.param(COOP.SAME_ORIGIN, "x", 'same-origin; report-to="x"', id="reference-report-to-is-no-unsafe-none"),
        pytest.param(COOP.SAME_ORIGIN, None, "same-origin;report-to=x", id="html-7.1.3-endpoint-that-is-no-string"),
        pytest.param(COOP.SAME_ORIGIN, None, " same-origin;a;b=?0 ", id="html-7.1.3-other-parameters"),
    ],
)
def test_reads_opener_policies(policy: COOP, report_to: str | None, text: str) -> None:
    """A policy is read with all its parameters, and what is written reads the same."""
    value = CrossOriginOpenerPolicy.parse(text)

    assert (policy, report_to) == (value.policy, value.report_to)
    assert value == CrossOriginOpenerPolicy.parse(str(value))


@pytest.mark.parametrize(
    ("policy", "report_to", "text"),
    [
        pytest.param(COEP.UNSAFE_NONE, None, "unsafe-none", id="html-7.1.4-unsafe-none"),
        pytest.param(COEP.REQUIRE_CORP, "x", 'require-corp;report-to="x"', id="html-7.1.4-require-corp"),
        pytest.param(COEP.CREDENTIALLESS, None, "credentialless", id="html-7.1.4-credentialless"),
    ],
)
def test_reads_embedder_policies(policy: COEP, report_to: str | None, text: str) -> None:
    """A policy is read with all its parameters."""
    value = CrossOriginEmbedderPolicy.parse(text)

    assert (policy, report_to) == (value.policy, value.report_to)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("same-site", id="no-such-policy"),
        pytest.param("Same-Origin", id="rfc9651-3.3.4-tokens-have-case"),
        pytest.param('"same-origin"', id="a-string"),
        pytest.param("unsafe-none, same-origin", id="two"),
        pytest.param("unsafe-none;", id="no-parameter"),
    ],
)
def test_refuses_to_read(text: str) -> None:
    """What a browser takes for `unsafe-none` because it cannot read it is malformed."""
    with pytest.raises(GrammarError):
        CrossOriginOpenerPolicy.parse(text)
    with pytest.raises(GrammarError):
        CrossOriginEmbedderPolicy.parse(text)


@pytest.mark.parametrize("endpoint", ["\u2603", "x\r\nX: y", "\xe9", "\x00"])
def test_refuses_to_write(endpoint: str) -> None:
    """An endpoint is visible ASCII; a policy one that there is."""
    with pytest.raises(HeaderValueError):
        CrossOriginOpenerPolicy(COOP.SAME_ORIGIN, {"report-to": endpoint})
    with pytest.raises(HeaderValueError):
        CrossOriginEmbedderPolicy(endpoint)


def test_policy_may_be_text() -> None:
    """A policy given as text is the member of that value; without one nothing is asked for."""

    assert COOP.SAME_ORIGIN is CrossOriginOpenerPolicy("same-origin").policy
    assert (COOP.UNSAFE_NONE, COEP.UNSAFE_NONE) == (
        CrossOriginOpenerPolicy().policy,
        CrossOriginEmbedderPolicy().policy,
    )


def test_keys() -> None:
    """The keys read and write one line."""
    response = Response()
    response.headers[CROSS_ORIGIN_OPENER_POLICY] = CrossOriginOpenerPolicy(COOP.SAME_ORIGIN)
    response.headers[CROSS_ORIGIN_EMBEDDER_POLICY] = CrossOriginEmbedderPolicy(COEP.REQUIRE_CORP)
    response.headers[CROSS_ORIGIN_RESOURCE_POLICY] = CORP.SAME_SITE

    assert ["same-origin", "require-corp", "same-site"] == [
        response.headers[f"Cross-Origin-{name}-Policy"] for name in ("Opener", "Embedder", "Resource")
    ]
    assert CORP.SAME_SITE is response.headers[CROSS_ORIGIN_RESOURCE_POLICY]


@pytest.mark.parametrize(
    "lines", [["same-origin", "same-origin"], ["same-origin, same-site"], ["Same-Origin"], [""], ["same-origin;a"]]
)
def test_resource_policy_is_one_word(lines: list[str]) -> None:
    """Anything but one of the three words is no policy (Fetch)."""
    with pytest.raises(HeaderError):
        Headers({"Cross-Origin-Resource-Policy": lines})[CROSS_ORIGIN_RESOURCE_POLICY]
