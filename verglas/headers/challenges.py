"""Authentication as a server has it (RFC 9110 §11): challenges, and Authentication-Info."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar, Final, Self, TypeAlias, TypeVar, cast, final, overload

from attrs import field, frozen

from verglas.backports import TypeAliasType, override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import (
    HeaderField,
    ListValue,
    NamedText,
    counted_field,
    list_field,
    resolve_hints,
    unchecked,
)
from verglas.multimap import expanded
from verglas.syntax.authentication import AuthParts, is_token68, parse_challenges, parse_info
from verglas.syntax.tokens import MAX_ITEMS, check_token, is_field_value, quote_string, token_or_quoted

__all__ = [
    "AUTHENTICATION_INFO",
    "AuthData",
    "AuthPairs",
    "AuthParameters",
    "AuthenticationInfo",
    "Challenges",
    "ChallengesLike",
    "PROXY_AUTHENTICATE",
    "PROXY_AUTHENTICATION_INFO",
    "WWWAuthenticate",
    "WWW_AUTHENTICATE",
    "as_auth_pairs",
    "as_scheme_name",
    "check_parts",
    "check_values",
    "write_pairs",
    "write_parts",
]

D = TypeVar("D")

AuthPairs: TypeAlias = tuple[tuple[str, str], ...]

AuthData: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]] | None
"""Anything that parameters are made from."""

# The IANA registry's spelling. Schemes compare without case, but some readers do not know that.
_SPELLINGS: Final = {
    name.lower(): name
    for name in (
        *("Basic", "Bearer", "Concealed", "DPoP", "Digest", "GNAP", "HOBA", "Mutual", "Negotiate", "OAuth"),
        *("PrivateToken", "SCRAM-SHA-1", "SCRAM-SHA-256", "vapid"),
    )
}
REGISTERED: Final = frozenset(_SPELLINGS)
"""The registered schemes, in lower case: their credentials are a token68 or parameters."""
# A sender must not quote these in Digest (RFC 7616 §3.3 to §3.5), or the RFC's own examples do not. It must quote the
# realm (RFC 9110 §11.5) and most others; where both forms are allowed, there is one rule for all.
BARE: Final = frozenset({"algorithm", "charset", "nc", "stale", "userhash", "username*"})


def as_scheme_name(scheme: str) -> str:
    """A scheme as it is registered, if it is, else as it came.

    Raises:
        HeaderValueError: The scheme is not a token (RFC 9110 §11.1).

    >>> as_scheme_name("basic"), as_scheme_name("X-Own")
    ('Basic', 'X-Own')
    """
    return _SPELLINGS.get(scheme.lower()) or check_token(scheme, "authentication scheme")


def as_auth_pairs(data: AuthData) -> AuthPairs:
    """Parameters, their names in lower case; the values are `check_values`'s matter, since Basic encodes them.

    Raises:
        HeaderValueError: A name is not a token or there twice.
    """
    found: dict[str, str] = {}
    pairs = expanded(data or (), "; what follows the scheme without a name is token=")
    for name, value in cast("Iterator[tuple[str, str]]", pairs):  # of which the annotation tells
        low = check_token(name, "authentication parameter").lower()
        if low in found:
            raise HeaderValueError("authentication parameter", "it is there twice", name)
        found[low] = value
    return tuple(found.items())


resolve_hints(as_auth_pairs)


def _attributes_of(parts: AuthParts) -> dict[str, object]:
    """The attributes of a challenge that was read."""
    return {"scheme": as_scheme_name(parts.scheme), "pairs": parts.parameters, "token": parts.token}


def check_values(pairs: AuthPairs) -> None:
    """Let through what quoted-strings can hold.

    Raises:
        HeaderValueError: A value holds something else. It does not carry the value, which may be secret.
    """
    for name, value in pairs:
        if not is_field_value(value):
            raise HeaderValueError("authentication parameter", f"a value that cannot be written, of {name}")


def check_parts(pairs: AuthPairs, token: str | None) -> None:
    """Let through what challenges and credentials may consist of.

    Raises:
        HeaderValueError: A token68 and parameters are given, the token68 is not valid, a value cannot be written, or
            there are too many parameters (`max_list_items`, the scheme counts). It carries none of them.
    """
    check_values(pairs)
    if token is not None and pairs:
        raise HeaderValueError("authentication", "expected a token68 or parameters, not both")
    if token is not None and not is_token68(token):
        raise HeaderValueError("authentication", "the token68 is none")
    if len(pairs) >= MAX_ITEMS:
        raise HeaderValueError("authentication", "too many parameters")


def write_pairs(pairs: AuthPairs, bare: frozenset[str]) -> str:
    """Parameters as they are written.

    Args:
        pairs: Checked before.
        bare: The names whose values are not quoted, where they are tokens.
    """
    return ", ".join(
        [f"{name}={token_or_quoted(value) if name in bare else quote_string(value)}" for name, value in pairs]
    )


def write_parts(scheme: str, pairs: AuthPairs, token: str | None, bare: frozenset[str]) -> str:
    """A challenge or credentials as they are written; the arguments were checked before."""
    return f"{scheme} {write_pairs(pairs, bare) if token is None else token}".rstrip(" ")


class AuthParameters(ListValue, ABC):
    """Parameters by name, in any case: `value["realm"]`, `value.get("realm")`, `"realm" in value`, `value.realm`."""

    __slots__ = ()

    # Or Python would take a value with `[]` for a sequence.
    __iter__: ClassVar[None] = None

    @classmethod
    def from_header(cls, value: str | None) -> Self | None:
        """Read the value of a field; `None` when it is absent or malformed, or there are several where one is expected.

        Args:
            value: The value.
        """
        try:
            return None if value is None else cls.parse(value)
        except GrammarError:
            return None

    @property
    @abstractmethod
    def pairs(self) -> AuthPairs:
        """Each parameter with its value, names in lower case."""

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters, names in lower case, in a new dict."""
        return dict(self.pairs)

    def __getitem__(self, name: str) -> str | None:
        """The value of a parameter; `None` when it is not there."""
        low = name.lower()
        for one, value in self.pairs:
            if one == low:
                return value
        return None

    @overload
    def get(self, key: str) -> str | None: ...
    @overload
    def get(self, key: str, default: D) -> str | D: ...
    def get(self, key: str, default: D | None = None) -> str | D | None:
        """The value of a parameter; the default when it is not there."""
        found = self[key]
        return default if found is None else found

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self.parameters

    realm: ClassVar[NamedText] = NamedText("realm")
    """The protection space (RFC 9110 §11.5)."""

    nonce: ClassVar[NamedText] = NamedText("nonce")
    """The nonce of one challenge, chosen by the server (RFC 7616 §3.3)."""

    opaque: ClassVar[NamedText] = NamedText("opaque")
    """A text that the client sends back unchanged (RFC 7616 §3.3)."""

    algorithm: ClassVar[NamedText] = NamedText("algorithm")
    """The algorithms of the digest (RFC 7616 §3.3); MD5 where it is `None`."""

    qop: ClassVar[NamedText] = NamedText("qop")
    """The quality of protection: what is offered, with commas between (RFC 7616 §3.3), or what was chosen."""


@final
@frozen
class AuthenticationInfo(AuthParameters):
    """The parameters that a server sends after a successful authentication (RFC 9110 §11.6.3, RFC 7616 §3.5).

        Authentication-Info       = #auth-param
        Proxy-Authentication-Info = #auth-param

    Example values: `nextnonce="dcd98b7102dd2f0e"`, `qop=auth, rspauth="6629fae4", cnonce="0a4f113b", nc=00000001`.
    Names compare without case and in any order; values compare exactly.

    Attributes:
        pairs: Each parameter with its value, names in lower case.

    Raises:
        HeaderValueError: A name is not a token or there twice, a value cannot be written, or there are more than
            `max_list_items`.

    >>> info = AuthenticationInfo.parse('qop=auth, nextnonce="abc"')
    >>> info.nextnonce, str(info)
    ('abc', 'qop=auth, nextnonce="abc"')
    """

    pairs: AuthPairs = field(default=None, converter=as_auth_pairs, alias="data", eq=frozenset)

    def __attrs_post_init__(self) -> None:
        check_values(self.pairs)
        if len(self.pairs) > MAX_ITEMS:
            raise HeaderValueError("Authentication-Info", "too many parameters")

    @classmethod
    @override
    def parse(cls, text: str, /, *, max_items: int = MAX_ITEMS) -> Self:
        """Read the value of a field.

        Args:
            text: Its lines, joined with commas.
            max_items: How many parameters there may be.

        Raises:
            GrammarError: The text is malformed, or has a parameter twice.
            LimitError: The text has more than `max_items` parameters.
        """
        return unchecked(cls, pairs=parse_info(text, grammar="Authentication-Info", max_items=max_items))

    nextnonce: ClassVar[NamedText] = NamedText("nextnonce")
    """The nonce that the server wants for the next request (RFC 7616 §3.5)."""

    rspauth: ClassVar[NamedText] = NamedText("rspauth")
    """The server's proof that it knows the secret (RFC 7616 §3.5)."""

    def __bool__(self) -> bool:
        return bool(self.pairs)

    @override
    def __str__(self) -> str:
        return write_pairs(self.pairs, BARE | {"qop"})


AUTHENTICATION_INFO: Final[HeaderField[AuthenticationInfo]] = list_field("Authentication-Info", AuthenticationInfo)
PROXY_AUTHENTICATION_INFO: Final[HeaderField[AuthenticationInfo]] = list_field(
    "Proxy-Authentication-Info", AuthenticationInfo
)


@final
@frozen
class WWWAuthenticate(AuthParameters):
    """One challenge: a scheme that the server takes, with what the client needs for it (RFC 9110 §11.3).

        challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]

    Example values: `Basic realm="WallyWorld"`, `Bearer realm="example", error="invalid_token"`, `Negotiate`.
    Schemes and the names of parameters compare without case, parameters in any order, values exactly.

    Args:
        auth_type: The scheme, in any case.
        values: The parameters.
        token: The token68, of schemes that have one instead.

    Attributes:
        scheme: The scheme, as it is registered if it is.
        pairs: Each parameter with its value, names in lower case.
        token: The token68, or `None`.

    Raises:
        HeaderValueError: The challenge cannot be written.

    >>> challenge = WWWAuthenticate("basic", {"realm": "WallyWorld"})
    >>> str(challenge), challenge.type, challenge.realm
    ('Basic realm="WallyWorld"', 'basic', 'WallyWorld')
    """

    scheme: str = field(converter=as_scheme_name, alias="auth_type", eq=str.lower)
    pairs: AuthPairs = field(default=None, converter=as_auth_pairs, alias="values", eq=frozenset)
    token: str | None = None

    def __attrs_post_init__(self) -> None:
        check_parts(self.pairs, self.token)

    @classmethod
    @override
    def parse(cls, text: str, /, *, max_items: int = MAX_ITEMS) -> Self:
        """Read one challenge. `Challenges` reads a field that may hold several.

        Args:
            text: The value of a field.
            max_items: How many parameters there may be, the scheme counted as one.

        Raises:
            GrammarError: The text is malformed, is not exactly one challenge, or has a parameter twice.
            LimitError: The text has more parameters than `max_items`.
        """
        parts = parse_challenges(text, grammar="WWW-Authenticate", max_items=max_items)
        if len(parts) != 1:
            raise GrammarError("WWW-Authenticate", "expected one challenge", text)
        return unchecked(cls, **_attributes_of(parts[0]))

    @property
    def type(self) -> str:
        """The scheme in lower case."""
        return self.scheme.lower()

    domain: ClassVar[NamedText] = NamedText("domain")
    """The URIs of the protection space, with spaces between (RFC 7616 §3.3)."""

    @property
    def stale(self) -> bool:
        """Whether only the nonce was out of date: the client need not ask its user again (RFC 7616 §3.3)."""
        return self.get("stale", "").lower() == "true"

    scope: ClassVar[NamedText] = NamedText("scope")
    """The scopes that a bearer token needs, separated by spaces (RFC 6750 §3)."""

    error: ClassVar[NamedText] = NamedText("error")
    """The code of the error that the bearer token caused (RFC 6750 §3.1)."""

    @override
    def __str__(self) -> str:
        # RFC 7617 §2.1 quotes the charset of Basic, RFC 7616 §3.9.2 writes that of Digest bare.
        return write_parts(self.scheme, self.pairs, self.token, BARE if self.type == "digest" else frozenset())


Slice = TypeAliasType("Slice", "slice[int | None, int | None, int | None]")

ChallengesLike: TypeAlias = WWWAuthenticate | Iterable[WWWAuthenticate] | str | None
"""Anything that challenges are made from: one, several, the value of a field, or nothing."""


def _as_challenges(value: ChallengesLike) -> tuple[WWWAuthenticate, ...]:
    if isinstance(value, str):
        try:
            return Challenges.parse(value).challenges
        except GrammarError as error:
            raise HeaderValueError.from_grammar(error) from None
    try:
        return (value,) if isinstance(value, WWWAuthenticate) else tuple(value or ())
    except TypeError:
        raise TypeError(f"expected challenges, or their text, not {type(value).__name__}") from None


@final
@frozen
class Challenges(ListValue, Sequence[WWWAuthenticate]):
    r"""The challenges of a response, of which a client takes the one it deems strongest (RFC 9110 §11.6.1).

        WWW-Authenticate   = #challenge
        Proxy-Authenticate = #challenge

    Example value: `Newauth realm="apps", type=1, title="Login to \"apps\"", Basic realm="simple"`.

    They are read from one line or from several, and written one to a line: not every client finds the second on a
    line. Equal when the challenges are, in their order.

    Attributes:
        challenges: The challenges, in order. The constructor takes one, several, or the value of a field.

    Raises:
        HeaderValueError: A text is malformed, or there are more than `max_list_items` schemes and parameters.

    >>> challenges = Challenges.parse('Negotiate, Basic realm="a, b"')
    >>> [challenge.type for challenge in challenges], str(challenges.find("BASIC"))
    (['negotiate', 'basic'], 'Basic realm="a, b"')
    """

    challenges: tuple[WWWAuthenticate, ...] = field(default=None, converter=_as_challenges)

    def __attrs_post_init__(self) -> None:
        if sum(1 + len(challenge.pairs) for challenge in self.challenges) > MAX_ITEMS:
            raise HeaderValueError("WWW-Authenticate", "too many schemes and parameters")

    @classmethod
    @override
    def parse(cls, text: str, /, *, max_items: int = MAX_ITEMS) -> Self:
        """Read the value of a field.

        Args:
            text: Its lines, joined with commas.
            max_items: How many schemes and parameters there may be.

        Raises:
            GrammarError: A challenge is malformed, or a parameter is there twice in one.
            LimitError: The text has more than `max_items` schemes and parameters.
        """
        parts = parse_challenges(text, grammar="WWW-Authenticate", max_items=max_items)
        return unchecked(cls, challenges=tuple([unchecked(WWWAuthenticate, **_attributes_of(part)) for part in parts]))

    def find(self, scheme: str) -> WWWAuthenticate | None:
        """The first challenge of a scheme, or `None`.

        Args:
            scheme: Its name, in any case.
        """
        low = scheme.lower()
        return next((challenge for challenge in self.challenges if challenge.type == low), None)

    @overload
    def __getitem__(self, index: int) -> WWWAuthenticate: ...
    @overload
    def __getitem__(self, index: Slice) -> tuple[WWWAuthenticate, ...]: ...
    @override
    def __getitem__(self, index: int | Slice) -> WWWAuthenticate | tuple[WWWAuthenticate, ...]:
        return self.challenges[index]

    @override
    def __len__(self) -> int:
        return len(self.challenges)

    @override
    def __iter__(self) -> Iterator[WWWAuthenticate]:
        return iter(self.challenges)

    @override
    def __str__(self) -> str:
        return ", ".join(map(str, self.challenges))


def _field(name: str) -> HeaderField[Challenges]:
    def decode(lines: Sequence[str], max_items: int) -> Challenges:
        return Challenges.parse(", ".join(lines), max_items=max_items)

    def encode(value: object) -> Sequence[str]:
        if not isinstance(value, Challenges):  # a str would be written as its letters, one a line
            raise TypeError(f"{name} must be Challenges, not {type(value).__name__}")
        return tuple(map(str, value))

    return counted_field(name, decode, encode)


WWW_AUTHENTICATE: Final[HeaderField[Challenges]] = _field("WWW-Authenticate")
PROXY_AUTHENTICATE: Final[HeaderField[Challenges]] = _field("Proxy-Authenticate")
