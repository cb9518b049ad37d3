"""The cross-origin policies of a response: COOP and COEP (HTML §7.1), CORP (Fetch)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar, final

from attrs import field, frozen

from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import HeaderField, plain_field, single_field
from verglas.headers.structured import BareItem, Parameters, StructuredItem, Token
from verglas.syntax.structured import parse_structured_item

__all__ = [
    "COEP",
    "COOP",
    "CORP",
    "CROSS_ORIGIN_EMBEDDER_POLICY",
    "CROSS_ORIGIN_EMBEDDER_POLICY_REPORT_ONLY",
    "CROSS_ORIGIN_OPENER_POLICY",
    "CROSS_ORIGIN_OPENER_POLICY_REPORT_ONLY",
    "CROSS_ORIGIN_RESOURCE_POLICY",
    "CrossOriginEmbedderPolicy",
    "CrossOriginOpenerPolicy",
]

E = TypeVar("E", bound=StrEnum)


class COOP(StrEnum):
    """Which windows may share a browsing context group with this one."""

    UNSAFE_NONE = "unsafe-none"
    SAME_ORIGIN_ALLOW_POPUPS = "same-origin-allow-popups"
    SAME_ORIGIN = "same-origin"
    NOOPENER_ALLOW_POPUPS = "noopener-allow-popups"


class COEP(StrEnum):
    """What a page may embed from other origins."""

    UNSAFE_NONE = "unsafe-none"
    REQUIRE_CORP = "require-corp"
    CREDENTIALLESS = "credentialless"


class CORP(StrEnum):
    """From where a resource may be embedded without CORS."""

    SAME_SITE = "same-site"
    SAME_ORIGIN = "same-origin"
    CROSS_ORIGIN = "cross-origin"


def _member(kind: type[E], text: str) -> E:
    try:
        return kind(text)  # tokens have case (RFC 9651 §3.3.4)
    except ValueError:
        expected = ", ".join(repr(str(member)) for member in kind)
        raise GrammarError(kind.__name__, f"expected one of {expected}", text) from None


def _written(kind: type[E], value: str) -> E:
    try:
        return _member(kind, value)
    except GrammarError as error:
        raise HeaderValueError.from_grammar(error) from None


def _parsed(kind: type[E], text: str) -> tuple[E, dict[str, BareItem]]:
    value, parameters = parse_structured_item(text)
    if not isinstance(value, Token):
        raise GrammarError(kind.__name__, "expected a token", text, 0)
    return _member(kind, value.value), parameters


def _as_opener(policy: str) -> COOP:
    return _written(COOP, policy)


def _as_embedder(policy: str) -> COEP:
    return _written(COEP, policy)


def _as_parameters(parameters: Mapping[str, BareItem]) -> Parameters:
    return parameters if isinstance(parameters, Parameters) else Parameters(parameters)


def _endpoint(parameters: Parameters) -> str | None:
    endpoint = parameters.get("report-to")
    return endpoint if isinstance(endpoint, str) else None  # HTML: anything but a string is no endpoint


@final
@frozen
class CrossOriginOpenerPolicy:
    """Whether other windows may reach this one (HTML §7.1.3): a token of structured fields, and where to report.

        Cross-Origin-Opener-Policy = sf-item

    `same-origin`, `same-origin-allow-popups; report-to="coop"`. Equal when policy and parameters are.

    Attributes:
        policy: What is asked for; may be given as text.
        parameters: `report-to` and what else there is.

    Raises:
        HeaderValueError: There is no such policy, or a parameter is not fit for the wire.

    >>> policy = CrossOriginOpenerPolicy.parse('same-origin; report-to="coop"')
    >>> policy.policy is COOP.SAME_ORIGIN, policy.report_to, str(policy)
    (True, 'coop', 'same-origin;report-to="coop"')
    """

    policy: COOP = field(default=COOP.UNSAFE_NONE, converter=_as_opener)
    parameters: Parameters = field(default=Parameters(), converter=_as_parameters)

    @classmethod
    def parse(cls, text: str, /) -> CrossOriginOpenerPolicy:
        """Read the value of the field.

        Raises:
            GrammarError: It is no such policy; a browser takes it for `unsafe-none`.
        """
        return cls(*_parsed(COOP, text))

    @property
    def report_to(self) -> str | None:
        """The endpoint that violations are reported to."""
        return _endpoint(self.parameters)

    def __str__(self) -> str:
        return str(StructuredItem(Token(self.policy.value), self.parameters))


@final
@frozen
class CrossOriginEmbedderPolicy:
    """What a page may embed (HTML §7.1.4): a token of structured fields, and where to report.

        Cross-Origin-Embedder-Policy = sf-item

    `require-corp`, `credentialless; report-to="coep"`. Equal when policy and parameters are.

    Attributes:
        policy: What is asked for; may be given as text.
        parameters: `report-to` and what else there is.

    Raises:
        HeaderValueError: There is no such policy, or a parameter is not fit for the wire.

    >>> str(CrossOriginEmbedderPolicy(COEP.REQUIRE_CORP, {"report-to": "coep"}))
    'require-corp;report-to="coep"'
    """

    policy: COEP = field(default=COEP.UNSAFE_NONE, converter=_as_embedder)
    parameters: Parameters = field(default=Parameters(), converter=_as_parameters)

    @classmethod
    def parse(cls, text: str, /) -> CrossOriginEmbedderPolicy:
        """Read the value of the field.

        Raises:
            GrammarError: It is no such policy; a browser takes it for `unsafe-none`.
        """
        return cls(*_parsed(COEP, text))

    @property
    def report_to(self) -> str | None:
        """The endpoint that violations are reported to."""
        return _endpoint(self.parameters)

    def __str__(self) -> str:
        return str(StructuredItem(Token(self.policy.value), self.parameters))


CROSS_ORIGIN_OPENER_POLICY: Final[HeaderField[CrossOriginOpenerPolicy]] = single_field(
    "Cross-Origin-Opener-Policy", CrossOriginOpenerPolicy
)
"""Absent or malformed, a browser takes it for `unsafe-none`."""

CROSS_ORIGIN_OPENER_POLICY_REPORT_ONLY: Final[HeaderField[CrossOriginOpenerPolicy]] = single_field(
    "Cross-Origin-Opener-Policy-Report-Only", CrossOriginOpenerPolicy
)
"""What is only reported."""

CROSS_ORIGIN_EMBEDDER_POLICY: Final[HeaderField[CrossOriginEmbedderPolicy]] = single_field(
    "Cross-Origin-Embedder-Policy", CrossOriginEmbedderPolicy
)
"""Absent or malformed, a browser takes it for `unsafe-none`."""

CROSS_ORIGIN_EMBEDDER_POLICY_REPORT_ONLY: Final[HeaderField[CrossOriginEmbedderPolicy]] = single_field(
    "Cross-Origin-Embedder-Policy-Report-Only", CrossOriginEmbedderPolicy
)
"""What is only reported."""

CROSS_ORIGIN_RESOURCE_POLICY: Final[HeaderField[CORP]] = plain_field(
    "Cross-Origin-Resource-Policy", lambda text: _member(CORP, text), lambda policy: _written(CORP, policy).value
)
"""A single word, in this case only."""
