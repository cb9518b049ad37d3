"""Authorization and Proxy-Authorization (RFC 9110 §11.6.2, §11.7.2): Basic, Bearer, Digest and any other scheme."""

from __future__ import annotations

import re
from typing import ClassVar, Final, Self, TypeAlias, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.challenges import (
    BARE,
    REGISTERED,
    AuthPairs,
    AuthParameters,
    as_auth_pairs,
    as_scheme_name,
    check_parts,
    write_parts,
)
from verglas.headers.fields import HeaderField, NamedText, single_field
from verglas.headers.lines import OWS
from verglas.syntax.authentication import format_basic, parse_basic, parse_credentials, utf_8_or_latin_1
from verglas.syntax.percent import decode_octets
from verglas.syntax.tokens import MAX_ITEMS
from verglas.values import Value

__all__ = [
    "AUTHORIZATION",
    "Authorization",
    "BasicCredentials",
    "BearerToken",
    "Credentials",
    "DigestCredentials",
    "PROXY_AUTHORIZATION",
]

SHOWN: Final = frozenset({"realm", "username"})  # in repr: who, and where; every other parameter may be a secret
# Schemes that show in repr although nothing follows them. Any other text without a space may be an API key, sent bare.
ALONE: Final = frozenset({"basic", "bearer", "digest", "hoba", "mutual", "negotiate", "ntlm", "oauth"})

# RFC 8187 §3.2.1, UTF-8 only. The classes are disjoint: one pass.
_EXT_VALUE: Final = r"[Uu][Tt][Ff]-8'[A-Za-z0-9-]*'((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-Fa-f]{2})*)"
_NC: Final = "[0-9A-Fa-f]{8}"


@final
@frozen
class BasicCredentials(Value):
    """A user and a password (RFC 7617). `==` takes a time that tells: compare passwords by `hmac.compare_digest`."""

    username: str
    password: str = field(repr=lambda _: "***")


@final
@frozen
class BearerToken(Value):
    """A token that whoever has it may use (RFC 6750 §2.1)."""

    token: str = field(repr=lambda _: "***")


@final
@frozen(kw_only=True)
class DigestCredentials(Value):
    """The answer to a Digest challenge (RFC 7616 §3.4).

    Attributes:
        username: The user, or its hash if `userhash`; decoded where it was sent as `username*`.
        realm: The protection space.
        nonce: That of the challenge.
        uri: The target of the request, as the client has hashed it.
        response: The proof that the client knows the password.
        algorithm: `MD5` when the client names none.
        qop: The chosen quality of protection; `None` before RFC 2617.
        cnonce: The client's nonce.
        nc: How many requests the client has sent with this nonce.
        opaque: That of the challenge.
        userhash: Whether the user is hashed.
    """

    username: str
    realm: str
    nonce: str = field(repr=lambda _: "***")
    uri: str
    response: str = field(repr=lambda _: "***")
    algorithm: str = "MD5"
    qop: str | None = None
    cnonce: str | None = field(default=None, repr=lambda _: "***")
    nc: int | None = None
    opaque: str | None = field(default=None, repr=lambda _: "***")
    userhash: bool = False


Credentials: TypeAlias = BasicCredentials | BearerToken | DigestCredentials
"""The content of credentials of the well-known schemes."""


@final
@frozen(repr=False)
class Authorization(AuthParameters):
    """The credentials of a client (RFC 9110 §11.4, §11.6.2).

        Authorization = credentials
        credentials   = auth-scheme [ 1*SP ( token68 / #auth-param ) ]

    Example values: `Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==`, `Bearer mF_9.B5f-4.1JqM`, `Negotiate`.

    Basic credentials are their user and password, and are malformed without a colon, with bad base64, or with a control
    character (RFC 7617 §2); what is not UTF-8 is read as Latin-1. Those of a scheme that is not registered are kept as
    they are: as `text` where they are neither a token68 nor parameters, as with `AWS4-HMAC-SHA256`.

    | a                  | b                  |           |
    |--------------------|--------------------|-----------|
    | `Bearer a`         | `bearer a`         | equal     |
    | `Bearer a`         | `Bearer A`         | not equal |
    | `X a=1, b=2`       | `X B="2", A="1"`   | equal     |
    | `X a=1`            | `X a=2`            | not equal |
    | `X a`              | `Y a`              | not equal |

    Args:
        auth_type: The scheme, in any case.
        data: The parameters; of Basic, `username` and `password`.
        token: The token68, of schemes that have one instead.
        text: The credentials as they are sent, of a scheme that is not registered, where they are neither.

    Attributes:
        scheme: The scheme, in its registered spelling if it has one.
        pairs: Each parameter with its value, names in lower case; of Basic, `username` and `password`.
        token: The token68; `None` for schemes without one, and for Basic.
        text: Credentials that are neither a token68 nor parameters, as they were sent.

    Raises:
        HeaderValueError: The credentials cannot be written, or are Basic ones without user and password.

    >>> authorization = Authorization.parse("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    >>> authorization
    Authorization('Basic', username='Aladdin', password=***)
    >>> match authorization.credentials:
    ...     case BasicCredentials(username, password):
    ...         print(username, password)
    Aladdin open sesame
    """

    scheme: str = field(converter=as_scheme_name, alias="auth_type", eq=str.lower)
    pairs: AuthPairs = field(default=None, converter=as_auth_pairs, alias="data", eq=frozenset)
    token: str | None = None
    text: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.text is not None:
            self._check_text(self.text)
        if self.type == "basic":
            object.__setattr__(self, "pairs", _basic_pairs(self.pairs, self.token))
            object.__setattr__(self, "token", None)
        else:
            check_parts(self.pairs, self.token)
        if self.type == "digest" and "username" in self and "username*" in self:
            raise HeaderValueError("Digest", "expected username or username*, not both")

    @classmethod
    @override
    def parse(cls, text: str, /, *, max_items: int = MAX_ITEMS) -> Self:
        """Read the value of a field.

        Args:
            text: The value.
            max_items: How many parameters there may be, the scheme counted as one.

        Raises:
            GrammarError: The text is malformed, or has a parameter twice. The error does not carry the text.
            LimitError: The text has more parameters than `max_items`.
        """
        text = text.strip(OWS)
        scheme, _, sent = text.partition(" ")
        if scheme.lower() != "basic" or not max_items:
            scheme, token, pairs, rest = parse_credentials(
                text, grammar="Authorization", max_items=max_items, registered=REGISTERED
            )
            scheme = as_scheme_name(scheme)
            if scheme == "Digest" and {"username", "username*"} <= dict(pairs).keys():
                # RFC 7616 §3.4.4 has one or the other; readers would not agree whose request this is.
                raise GrammarError("Digest", "expected username or username*, not both")
        else:  # PERF: base64 needs no scanner, which took 1.2 µs more.
            username, password = parse_basic(sent.lstrip(" "))
            scheme, token, pairs, rest = "Basic", None, (("username", username), ("password", password)), None
        credentials = object.__new__(cls)
        _set_scheme(credentials, scheme)
        _set_pairs(credentials, pairs)
        _set_token(credentials, token)
        _set_text(credentials, rest)
        return credentials

    @classmethod
    def basic(cls, username: str, password: str) -> Self:
        """Basic credentials, in UTF-8 (RFC 7617).

        >>> str(Authorization.basic("Aladdin", "open sesame"))
        'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='
        """
        return cls("Basic", (("username", username), ("password", password)))

    @classmethod
    def bearer(cls, token: str) -> Authorization:
        """A bearer token (RFC 6750 §2.1).

        >>> str(Authorization.bearer("mF_9.B5f-4.1JqM"))
        'Bearer mF_9.B5f-4.1JqM'
        """
        return cls("Bearer", token=token)

    @property
    def type(self) -> str:
        """The scheme in lower case."""
        return self.scheme.lower()

    @property
    def username(self) -> str | None:
        """The user; that of Digest is decoded, from `username*` (RFC 7616 §3.4.4) or from UTF-8, which curl sends."""
        if self.scheme != "Digest":  # as it is spelled in every value
            return self["username"]
        extended = self["username*"]
        return _octets_decoded(self["username"]) if extended is None else _decoded(extended)

    @property
    def password(self) -> str | None:
        """The password, of Basic."""
        return self["password"]

    uri: ClassVar[NamedText] = NamedText("uri")
    """The target of the request, as the client has hashed it (RFC 7616 §3.4)."""

    response: ClassVar[NamedText] = NamedText("response")
    """The proof that the client knows the password (RFC 7616 §3.4)."""

    cnonce: ClassVar[NamedText] = NamedText("cnonce")
    """The client's nonce (RFC 7616 §3.4)."""

    nc: ClassVar[NamedText] = NamedText("nc")
    """How often the client has used the nonce: eight hexadecimal digits (RFC 7616 §3.4)."""

    @property
    def credentials(self) -> Credentials | None:
        """The credentials as one of three classes, for `match`; `None` for another scheme, or if a part is missing."""
        match self.type:
            case "basic":
                (_, username), (_, password) = self.pairs  # in this order, however they were given
                return BasicCredentials(username, password)
            case "bearer":
                return None if self.token is None else BearerToken(self.token)
            case "digest":
                return _digest(self)
            case _:
                return None

    def _check_text(self, text: str) -> None:
        try:
            parts = parse_credentials(f"{self.scheme} {text}", grammar="Authorization", registered=REGISTERED)
        except GrammarError as error:
            raise HeaderValueError(error.grammar, error.problem) from None
        if self.pairs or self.token is not None or parts.text != text:
            raise HeaderValueError("Authorization", "text is for what is neither token= nor data=, and not beside them")

    @override
    def __str__(self) -> str:
        if self.type == "basic":
            return f"Basic {format_basic(self['username'] or '', self['password'] or '')}"
        # RFC 7616 §3.4: here, unlike in a challenge, qop is not quoted.
        if self.text is not None:
            return f"{self.scheme} {self.text}"
        return write_parts(self.scheme, self.pairs, self.token, BARE | {"qop"} if self.type == "digest" else BARE)

    @override
    def __repr__(self) -> str:
        if self.text is not None:
            return f"Authorization({self.scheme!r}, text=***)"
        if not self.pairs and self.token is None and self.type not in ALONE:
            return "Authorization(***)"
        known = SHOWN if self.type in ("basic", "digest") else frozenset[str]()
        shown = [f"{name}={value!r}" if name in known else f"{name}=***" for name, value in self.pairs]
        if self.token is not None:
            shown.append("token=***")
        return f"Authorization({', '.join([repr(self.scheme), *shown])})"


# PERF: a slot's own setter is half the price of object.__setattr__ on a frozen class.
_set_scheme: Final = Authorization.__dict__["scheme"].__set__
_set_pairs: Final = Authorization.__dict__["pairs"].__set__
_set_token: Final = Authorization.__dict__["token"].__set__
_set_text: Final = Authorization.__dict__["text"].__set__


def _basic_pairs(pairs: AuthPairs, token: str | None) -> AuthPairs:
    given = dict(pairs)
    try:
        if token is not None and not given:
            username, password = parse_basic(token)
        elif token is None and given.keys() == {"username", "password"}:
            username, password = given["username"], given["password"]
            format_basic(username, password)
        else:
            raise HeaderValueError("Basic", "expected username and password")
    except GrammarError as error:
        raise HeaderValueError(error.grammar, error.problem) from None
    return ("username", username), ("password", password)


def _decoded(extended: str) -> str | None:
    match = re.fullmatch(_EXT_VALUE, extended)
    if match is None:
        return None
    try:
        return decode_octets(match[1].encode("ascii")).decode("utf-8")
    except UnicodeDecodeError:
        return None


def _octets_decoded(sent: str | None) -> str | None:
    """A value whose characters are octets, as they are in header fields."""
    return sent if sent is None or sent.isascii() else utf_8_or_latin_1(sent.encode("latin-1"))


def _digest(sent: Authorization) -> DigestCredentials | None:
    username, realm, nonce, uri, response = sent.username, sent.realm, sent.nonce, sent.uri, sent.response
    if username is None or realm is None or nonce is None or uri is None or response is None:
        return None
    if sent.nc is not None and re.fullmatch(_NC, sent.nc) is None:
        return None
    return DigestCredentials(
        username=username,
        realm=realm,
        nonce=nonce,
        uri=uri,
        response=response,
        algorithm=sent.algorithm or "MD5",
        qop=sent.qop,
        cnonce=sent.cnonce,
        nc=None if sent.nc is None else int(sent.nc, 16),
        opaque=sent.opaque,
        userhash=sent.get("userhash", "").lower() == "true",
    )


AUTHORIZATION: Final[HeaderField[Authorization]] = single_field("Authorization", Authorization)
PROXY_AUTHORIZATION: Final[HeaderField[Authorization]] = single_field("Proxy-Authorization", Authorization)
