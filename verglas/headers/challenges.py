"""WWW-Authenticate and Proxy-Authenticate (RFC 9110 §11.6.1, §11.7.1): what a server asks a client to prove."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Self, TypeAlias, final, overload

from attrs import field, frozen

from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.authentication import (
    BARE,
    AuthPairs,
    AuthParameters,
    as_auth_pairs,
    as_scheme_name,
    attributes_of,
    check_parts,
    write_parts,
)
from verglas.headers.fields import HeaderField, ListValue, counted_field, unchecked
from verglas.syntax.authentication import parse_challenges
from verglas.syntax.lists import MAX_ITEMS

__all__ = [
    "Challenges",
    "ChallengesLike",
    "PROXY_AUTHENTICATE",
    "WWWAuthenticate",
    "WWW_AUTHENTICATE",
]


@final
@frozen
class WWWAuthenticate(AuthParameters, ListValue):
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
        HeaderValueError: It could not be written.

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
    def parse(cls, text: str, /, *, max_items: int = MAX_ITEMS) -> Self:
        """Read one challenge. `Challenges` reads a field that may hold several.

        Args:
            text: The value of a field.
            max_items: How many parameters there may be, the scheme counted as one.

        Raises:
            GrammarError: It is malformed, or is not one challenge; a parameter is there twice.
            LimitError: There are more parameters than `max_items`.
        """
        parts = parse_challenges(text, grammar="WWW-Authenticate", max_items=max_items)
        if len(parts) != 1:
            raise GrammarError("WWW-Authenticate", "expected one challenge", text)
        return unchecked(cls, **attributes_of(parts[0]))

    @classmethod
    def from_header(cls, value: str | None) -> WWWAuthenticate | None:
        """Read one challenge; `None` when there is no value, it is malformed, or is not one challenge.

        Args:
            value: The value of a field.
        """
        if value is None:
            return None
        try:
            return cls.parse(value)
        except GrammarError:
            return None

    @property
    def type(self) -> str:
        """The scheme in lower case."""
        return self.scheme.lower()

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters, names in lower case, in a new dict."""
        return dict(self.pairs)

    @property
    def domain(self) -> str | None:
        """The URIs of the protection space, with spaces between (RFC 7616 §3.3)."""
        return self["domain"]

    @property
    def stale(self) -> bool:
        """Whether only the nonce was out of date: the client need not ask its user again (RFC 7616 §3.3)."""
        return self.get("stale", "").lower() == "true"

    @property
    def scope(self) -> str | None:
        """What a bearer token has to be good for, with spaces between (RFC 6750 §3)."""
        return self["scope"]

    @property
    def error(self) -> str | None:
        """What was wrong with the bearer token (RFC 6750 §3.1)."""
        return self["error"]

    def __str__(self) -> str:
        # RFC 7617 §2.1 quotes the charset of Basic, RFC 7616 §3.9.2 writes that of Digest bare.
        return write_parts(self.scheme, self.pairs, self.token, BARE if self.type == "digest" else frozenset())


Slice: TypeAlias = "slice[int | None, int | None, int | None]"

ChallengesLike: TypeAlias = WWWAuthenticate | Iterable[WWWAuthenticate] | str | None
"""What challenges are made from: one, several, the value of a field, or nothing."""


def _as_challenges(value: ChallengesLike) -> tuple[WWWAuthenticate, ...]:
    if isinstance(value, str):
        try:
            return Challenges.parse(value).challenges
        except GrammarError as error:
            raise HeaderValueError.from_grammar(error) from None
    return (value,) if isinstance(value, WWWAuthenticate) else tuple(value or ())


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
    def parse(cls, text: str, /, *, max_items: int = MAX_ITEMS) -> Self:
        """Read the value of a field.

        Args:
            text: Its lines, joined with commas.
            max_items: How many schemes and parameters there may be.

        Raises:
            GrammarError: A challenge is malformed, or a parameter is there twice in one.
            LimitError: There are more than `max_items` schemes and parameters.
        """
        parts = parse_challenges(text, grammar="WWW-Authenticate", max_items=max_items)
        return unchecked(cls, challenges=tuple([unchecked(WWWAuthenticate, **attributes_of(part)) for part in parts]))

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
    def __getitem__(self, index: int | Slice) -> WWWAuthenticate | tuple[WWWAuthenticate, ...]:
        return self.challenges[index]

    def __len__(self) -> int:
        return len(self.challenges)

    def __iter__(self) -> Iterator[WWWAuthenticate]:
        return iter(self.challenges)

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
