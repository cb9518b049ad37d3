"""Security fields: HSTS, Referrer and Permissions Policy, COOP, COEP, CORP, and two `X-` fields that browsers obey."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final, TypeVar, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import (
    HeaderField,
    as_whole_seconds,
    counted_field,
    list_field,
    plain_field,
    read_seconds,
    single_field,
)
from verglas.headers.lines import OWS
from verglas.headers.structured import (
    BareItem,
    InnerList,
    Parameters,
    StructuredDictionary,
    StructuredItem,
    Token,
    as_parameters,
)
from verglas.syntax.structured import parse_structured_item
from verglas.syntax.tokens import check_token, is_token, split_list, token_or_quoted, unquote_string
from verglas.values import Value

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
    "FrameOptions",
    "PERMISSIONS_POLICY",
    "PERMISSIONS_POLICY_REPORT_ONLY",
    "PermissionsPolicy",
    "REFERRER_POLICY",
    "ReferrerPolicies",
    "ReferrerPolicy",
    "STRICT_TRANSPORT_SECURITY",
    "StrictTransportSecurity",
    "X_CONTENT_TYPE_OPTIONS",
    "X_FRAME_OPTIONS",
]

_HSTS: Final = "Strict-Transport-Security"
_KNOWN: Final = frozenset({"max-age", "includesubdomains", "preload"})
_KEYWORDS: Final = frozenset({"*", "self", "src"})  # of an allowlist; anything else in it is an origin


def _as_max_age(max_age: timedelta) -> timedelta:
    return as_whole_seconds(max_age, grammar=_HSTS)


def _as_extensions(extensions: Iterable[tuple[str, str | None]]) -> tuple[tuple[str, str | None], ...]:
    checked = tuple((check_token(name, "directive name").lower(), value) for name, value in extensions)
    names = {name for name, _ in checked}
    if len(names) != len(checked) or not names.isdisjoint(_KNOWN):
        raise HeaderValueError(_HSTS, "a directive that is there twice, or that has a field of its own")
    for _, value in checked:
        token_or_quoted(value or "")
    return checked


@final
@frozen
class StrictTransportSecurity(Value):
    """The policy of a host that wants to be reached over TLS only (RFC 6797 §6.1).

        Strict-Transport-Security = [ directive ] *( ";" [ directive ] )
        directive                 = directive-name [ "=" directive-value ]

    `max-age=31536000; includeSubDomains`, `max-age=0` (forget it). Names have no case; equal when all parts are. A
    directive that is there twice, or no `max-age`, is malformed: a browser then ignores the field.

    Attributes:
        max_age: How long, in whole seconds.
        include_subdomains: Whether it holds for all hosts below, too.
        preload: Whether it may go into the list that browsers bring along. Of no RFC.
        extensions: Other directives, names in lower case; `None` without a `=`.

    Raises:
        HeaderValueError: A part is not its grammar.

    >>> str(StrictTransportSecurity(timedelta(days=365), include_subdomains=True))
    'max-age=31536000; includeSubDomains'
    """

    max_age: timedelta = field(converter=_as_max_age)
    include_subdomains: bool = field(default=False, kw_only=True)
    preload: bool = field(default=False, kw_only=True)
    extensions: tuple[tuple[str, str | None], ...] = field(default=(), kw_only=True, converter=_as_extensions)

    @classmethod
    def parse(cls, text: str, /) -> StrictTransportSecurity:
        """Read the value of the field.

        Raises:
            GrammarError: The text is malformed, or has no `max-age`.

        >>> StrictTransportSecurity.parse('Max-Age="0"; preload').max_age
        datetime.timedelta(0)
        """
        directives: dict[str, str | None] = {}
        for piece in split_list(text, separator=";"):
            name, value = _read_directive(piece)
            if name in directives:
                raise GrammarError(_HSTS, f"{name!r} is there twice", text)
            directives[name] = value
        max_age = directives.pop("max-age", None)
        if max_age is None:
            raise GrammarError(_HSTS, "expected 'max-age=' and seconds", text)
        flags = [_take_flag(directives, name) for name in ("includesubdomains", "preload")]
        age = read_seconds(max_age, grammar=_HSTS)
        return cls(age, include_subdomains=flags[0], preload=flags[1], extensions=directives.items())

    @override
    def __str__(self) -> str:
        parts = [f"max-age={self.max_age // timedelta(seconds=1)}"]
        if self.include_subdomains:
            parts.append("includeSubDomains")
        if self.preload:
            parts.append("preload")
        parts += [name if value is None else f"{name}={token_or_quoted(value)}" for name, value in self.extensions]
        return "; ".join(parts)


def _read_directive(piece: str) -> tuple[str, str | None]:
    name, equals, value = piece.partition("=")
    name, value = name.rstrip(" \t").lower(), value.lstrip(" \t")  # RFC 6797 §6.1 implies space about the "="
    if not is_token(name) or (equals and not is_token(value) and not value.startswith('"')):
        raise GrammarError(_HSTS, "expected a name, or a name with a token or a quoted-string", piece)
    if not equals:
        return name, None
    return name, unquote_string(value) if value.startswith('"') else value


def _take_flag(directives: dict[str, str | None], name: str) -> bool:
    present = name in directives
    if directives.pop(name, None) is not None:
        raise GrammarError(_HSTS, f"{name!r} has no value")
    return present


class ReferrerPolicy(StrEnum):
    """How much of a page's URL goes into the `Referer` of what it requests (Referrer Policy §3)."""

    NO_REFERRER = "no-referrer"
    NO_REFERRER_WHEN_DOWNGRADE = "no-referrer-when-downgrade"
    ORIGIN = "origin"
    ORIGIN_WHEN_CROSS_ORIGIN = "origin-when-cross-origin"
    SAME_ORIGIN = "same-origin"
    STRICT_ORIGIN = "strict-origin"
    STRICT_ORIGIN_WHEN_CROSS_ORIGIN = "strict-origin-when-cross-origin"
    UNSAFE_URL = "unsafe-url"


_REFERRER_POLICIES: Final = {str(member): member for member in ReferrerPolicy}


def _as_policies(policies: str | Iterable[str]) -> tuple[str, ...]:
    several = (policies,) if isinstance(policies, str) else policies  # one policy, not its letters
    return tuple(str(check_token(policy, "Referrer-Policy")).lower() for policy in several)


@final
@frozen
class ReferrerPolicies(Value):
    """Referrer policies, each for browsers that do not know the ones after it (Referrer Policy §8.1).

        Referrer-Policy = 1#( policy-token / extension-token )

    `no-referrer`, `no-referrer, strict-origin-when-cross-origin`. Names have no case. Falsy when there are none.

    Attributes:
        policies: In order, in lower case, known or not. The constructor takes a single one, too.

    Raises:
        HeaderValueError: A policy is not a token.

    >>> ReferrerPolicies.parse("no-referrer, unsafe-new-idea").policy
    <ReferrerPolicy.NO_REFERRER: 'no-referrer'>
    """

    policies: tuple[str, ...] = field(default=(), converter=_as_policies)

    @classmethod
    def parse(cls, text: str, /) -> ReferrerPolicies:
        """Read the value of the field, its lines joined with commas.

        Raises:
            GrammarError: A member is not a token.
        """
        members = split_list(text)
        for member in members:
            if not is_token(member):
                raise GrammarError("Referrer-Policy", "expected a token", member)
        return cls(members)

    @property
    def policy(self) -> ReferrerPolicy | None:
        """The one that holds: the last that is known; `None` if none is, then the default of the browser holds."""
        return next((_REFERRER_POLICIES[name] for name in reversed(self.policies) if name in _REFERRER_POLICIES), None)

    def __bool__(self) -> bool:
        return bool(self.policies)

    @override
    def __str__(self) -> str:
        return ", ".join(self.policies)


def _as_features(features: Mapping[str, Collection[str]] | StructuredDictionary) -> StructuredDictionary:
    if isinstance(features, StructuredDictionary):
        return features
    return StructuredDictionary({name: _allowlist(origins) for name, origins in features.items()})


def _allowlist(origins: Collection[str]) -> InnerList:
    several = (origins,) if isinstance(origins, str) else origins  # one origin, not its letters
    return InnerList([Token(origin) if origin in _KEYWORDS else origin for origin in several])


@final
@frozen
class PermissionsPolicy(Value):
    """Allowlists by feature, for a page and what it embeds (Permissions Policy §5.2).

        Permissions-Policy = sf-dictionary

    `geolocation=(self "https://example.com"), camera=()`, `fullscreen=*;report-to=main`. Members and parameters that
    the specification does not know are kept. Equal when features, members and their order are. Falsy when empty.

    Attributes:
        features: By name. The constructor takes a mapping to collections of `*`, `self`, `src` and origins, too.

    Raises:
        HeaderValueError: A name is not a key of structured fields, or an origin is not of visible ASCII.

    >>> policy = PermissionsPolicy({"geolocation": ["self", "https://example.com"], "camera": []})
    >>> str(policy)
    'geolocation=(self "https://example.com"), camera=()'
    >>> policy.allowlist("geolocation"), policy.allowlist("usb")
    (('self', 'https://example.com'), None)
    """

    features: StructuredDictionary = field(default=StructuredDictionary(), converter=_as_features)

    @classmethod
    def parse(cls, text: str, /) -> PermissionsPolicy:
        """Read the value of the field, its lines joined with commas.

        Raises:
            GrammarError: The text is not a Dictionary: a browser then ignores all of it.
        """
        return cls(StructuredDictionary.parse(text.strip(OWS)))

    def allowlist(self, feature: str) -> tuple[str, ...] | None:
        """To whom a feature is allowed: `*`, `self`, `src` and origins; `None` if the policy says nothing of it.

        What is neither is left out: browsers ignore it. So is a string that only looks like one of the words.

        Args:
            feature: Its name.
        """
        member = self.features.get(feature)
        if member is None:
            return None
        items = member.items if isinstance(member, InnerList) else (member,)
        return tuple(name for item in items if (name := _allowed(item)) is not None)

    def with_(self, **features: Collection[str]) -> PermissionsPolicy:
        """This policy with other allowlists; `_` in a name stands for `-`.

        Raises:
            HeaderValueError: An origin is not of visible ASCII.

        >>> str(PermissionsPolicy().with_(picture_in_picture=(), usb="self"))
        'picture-in-picture=(), usb=(self)'
        """
        return self | PermissionsPolicy({name.replace("_", "-"): origins for name, origins in features.items()})

    def without(self, feature: str) -> PermissionsPolicy:
        """This policy without a feature."""
        rest = {name: member for name, member in self.features.items() if name != feature}
        return PermissionsPolicy(StructuredDictionary(rest))

    def __or__(self, other: PermissionsPolicy | str) -> PermissionsPolicy:
        """Both; of a feature in both the right allowlist."""
        if isinstance(other, str):
            other = PermissionsPolicy.parse(other)
        return PermissionsPolicy(StructuredDictionary({**self.features, **other.features}))

    def __contains__(self, feature: object, /) -> bool:
        return feature in self.features

    def __iter__(self) -> Iterator[str]:
        return iter(self.features)

    def __len__(self) -> int:
        return len(self.features)

    @override
    def __str__(self) -> str:
        return str(self.features)


def _allowed(item: StructuredItem) -> str | None:
    match item.value:
        case Token(value=value) if value in _KEYWORDS:
            return value
        case str(origin) if origin not in _KEYWORDS:
            return origin
        case _:
            return None


class FrameOptions(StrEnum):
    """The pages that may show a page in a frame."""

    DENY = "DENY"
    SAMEORIGIN = "SAMEORIGIN"


def _decode_frame_options(lines: Sequence[str], max_items: int) -> FrameOptions:
    text = ", ".join(lines)
    values = {value.upper() for value in split_list(text, max_items=max_items, grammar="X-Frame-Options")}
    # HTML, "X-Frame-Options": several that differ deny as soon as one of them means anything.
    if len(values) > 1 and not values.isdisjoint({"DENY", "SAMEORIGIN", "ALLOWALL"}):
        return FrameOptions.DENY
    for option in FrameOptions:
        if values == {option.value}:
            return option
    raise GrammarError("X-Frame-Options", "expected 'DENY' or 'SAMEORIGIN'", text)


def _encode_frame_options(option: str) -> tuple[str]:
    try:
        return (FrameOptions(option.upper()).value,)
    except ValueError:
        raise HeaderValueError("X-Frame-Options", "expected 'DENY' or 'SAMEORIGIN'", option) from None


def _decode_nosniff(lines: Sequence[str]) -> bool:
    # Fetch, "X-Content-Type-Options": the first value of all counts, in any case.
    return lines[0].partition(",")[0].strip(" \t").lower() == "nosniff"


def _encode_nosniff(nosniff: bool) -> tuple[str, ...]:
    return ("nosniff",) if nosniff else ()


STRICT_TRANSPORT_SECURITY: Final[HeaderField[StrictTransportSecurity]] = single_field(_HSTS, StrictTransportSecurity)
"""Only over TLS: a browser ignores it otherwise (RFC 6797 §8.1)."""

REFERRER_POLICY: Final[HeaderField[ReferrerPolicies]] = list_field("Referrer-Policy", ReferrerPolicies)
"""How much of its URL a page tells others."""

PERMISSIONS_POLICY: Final[HeaderField[PermissionsPolicy]] = list_field("Permissions-Policy", PermissionsPolicy)
"""The features that a page and its frames may use."""

PERMISSIONS_POLICY_REPORT_ONLY: Final[HeaderField[PermissionsPolicy]] = list_field(
    "Permissions-Policy-Report-Only", PermissionsPolicy
)
"""The policy whose violations are only reported."""

X_CONTENT_TYPE_OPTIONS: Final[HeaderField[bool]] = HeaderField(
    "X-Content-Type-Options", _decode_nosniff, _encode_nosniff
)
"""Whether it is `nosniff`: that a browser is not to guess types. False takes the field away."""

X_FRAME_OPTIONS: Final[HeaderField[FrameOptions]] = counted_field(
    "X-Frame-Options", _decode_frame_options, _encode_frame_options
)
"""The pages that may frame a page; `frame-ancestors` of a Content-Security-Policy wins over it."""


E = TypeVar("E", bound=StrEnum)


class COOP(StrEnum):
    """The windows that may share a browsing context group with this one."""

    UNSAFE_NONE = "unsafe-none"
    SAME_ORIGIN_ALLOW_POPUPS = "same-origin-allow-popups"
    SAME_ORIGIN = "same-origin"
    NOOPENER_ALLOW_POPUPS = "noopener-allow-popups"


class COEP(StrEnum):
    """The resources of other origins that a page may embed."""

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


def _endpoint(parameters: Parameters) -> str | None:
    endpoint = parameters.get("report-to")
    return endpoint if isinstance(endpoint, str) else None  # HTML: anything but a string is ignored


@final
@frozen
class CrossOriginOpenerPolicy(Value):
    """Whether other windows may reach this one (HTML §7.1.3): a token of structured fields, and where to report.

        Cross-Origin-Opener-Policy = sf-item

    `same-origin`, `same-origin-allow-popups; report-to="coop"`. Equal when policy and parameters are.

    Attributes:
        policy: What is asked for; may be given as text.
        parameters: `report-to` and what else there is.

    Raises:
        HeaderValueError: The policy is not known, or a parameter may not be sent.

    >>> policy = CrossOriginOpenerPolicy.parse('same-origin; report-to="coop"')
    >>> policy.policy is COOP.SAME_ORIGIN, policy.report_to, str(policy)
    (True, 'coop', 'same-origin;report-to="coop"')
    """

    policy: COOP = field(default=COOP.UNSAFE_NONE, converter=_as_opener)
    parameters: Parameters = field(default=Parameters(), converter=as_parameters)

    @classmethod
    def parse(cls, text: str, /) -> CrossOriginOpenerPolicy:
        """Read the value of the field.

        Raises:
            GrammarError: The text is not a known policy; a browser takes it for `unsafe-none`.
        """
        return cls(*_parsed(COOP, text.strip(OWS)))

    @property
    def report_to(self) -> str | None:
        """The endpoint that violations are reported to."""
        return _endpoint(self.parameters)

    @override
    def __str__(self) -> str:
        return str(StructuredItem(Token(self.policy.value), self.parameters))


@final
@frozen
class CrossOriginEmbedderPolicy(Value):
    """The policy for what a page may embed (HTML §7.1.4): a token of structured fields, and where to report.

        Cross-Origin-Embedder-Policy = sf-item

    `require-corp`, `credentialless; report-to="coep"`. Equal when policy and parameters are.

    Attributes:
        policy: What is asked for; may be given as text.
        parameters: `report-to` and what else there is.

    Raises:
        HeaderValueError: The policy is not known, or a parameter may not be sent.

    >>> str(CrossOriginEmbedderPolicy(COEP.REQUIRE_CORP, {"report-to": "coep"}))
    'require-corp;report-to="coep"'
    """

    policy: COEP = field(default=COEP.UNSAFE_NONE, converter=_as_embedder)
    parameters: Parameters = field(default=Parameters(), converter=as_parameters)

    @classmethod
    def parse(cls, text: str, /) -> CrossOriginEmbedderPolicy:
        """Read the value of the field.

        Raises:
            GrammarError: The text is not a known policy; a browser takes it for `unsafe-none`.
        """
        return cls(*_parsed(COEP, text.strip(OWS)))

    @property
    def report_to(self) -> str | None:
        """The endpoint that violations are reported to."""
        return _endpoint(self.parameters)

    @override
    def __str__(self) -> str:
        return str(StructuredItem(Token(self.policy.value), self.parameters))


CROSS_ORIGIN_OPENER_POLICY: Final[HeaderField[CrossOriginOpenerPolicy]] = single_field(
    "Cross-Origin-Opener-Policy", CrossOriginOpenerPolicy
)
"""Absent or malformed, a browser takes it for `unsafe-none`."""

CROSS_ORIGIN_OPENER_POLICY_REPORT_ONLY: Final[HeaderField[CrossOriginOpenerPolicy]] = single_field(
    "Cross-Origin-Opener-Policy-Report-Only", CrossOriginOpenerPolicy
)
"""The policy whose violations are only reported."""

CROSS_ORIGIN_EMBEDDER_POLICY: Final[HeaderField[CrossOriginEmbedderPolicy]] = single_field(
    "Cross-Origin-Embedder-Policy", CrossOriginEmbedderPolicy
)
"""Absent or malformed, a browser takes it for `unsafe-none`."""

CROSS_ORIGIN_EMBEDDER_POLICY_REPORT_ONLY: Final[HeaderField[CrossOriginEmbedderPolicy]] = single_field(
    "Cross-Origin-Embedder-Policy-Report-Only", CrossOriginEmbedderPolicy
)
"""The policy whose violations are only reported."""

CROSS_ORIGIN_RESOURCE_POLICY: Final[HeaderField[CORP]] = plain_field(
    "Cross-Origin-Resource-Policy", lambda text: _member(CORP, text), lambda policy: _written(CORP, policy).value
)
"""A single word, in this case only."""
