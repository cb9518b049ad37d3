"""Challenges and credentials, and the user and password of Basic ones (RFC 9110 §11.2 to §11.4, RFC 7617 §2)."""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Container
from typing import Final, NamedTuple, final

from verglas.errors.grammar import GrammarError, LimitError
from verglas.syntax.tokens import (
    MAX_ITEMS,
    TOKEN_CHARS,
    check_count,
    is_field_value,
    is_token,
    quoted_end,
    unquote_string,
)

__all__ = [
    "AuthParts",
    "format_basic",
    "is_token68",
    "parse_basic",
    "parse_challenges",
    "parse_credentials",
    "parse_info",
    "utf_8_or_latin_1",
]

# Each run is of characters that what follows it does not take: a failed match goes back over it once, and no further.
_SCHEME: Final = re.compile(rf"([{TOKEN_CHARS}]+)( *)")
_PARAMETER: Final = re.compile(rf'([{TOKEN_CHARS}]+)[ \t]*=[ \t]*([{TOKEN_CHARS}]+|(?="))')
_TOKEN68: Final = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
# PERF: most credentials are a token68, which takes no scanner: 1 µs, not 4.
_TOKEN68_ALONE: Final = re.compile(rf"([{TOKEN_CHARS}]++) ++([A-Za-z0-9\-._~+/]++=*+)")
_COMMAS: Final = re.compile("[, \t]*")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # CTL of RFC 5234 §B.1, and those of Unicode


class AuthParts(NamedTuple):
    """The parts of a challenge or of credentials (RFC 9110 §11.2): either a token68 or parameters, or neither.

    Attributes:
        scheme: As it is written; it compares without case.
        token: The token68.
        parameters: Each name in lower case, with its value, quotes and escapes undone.
        text: Credentials that are neither, as they came.
    """

    scheme: str
    token: str | None
    parameters: tuple[tuple[str, str], ...]
    text: str | None = None


class _Doubled(GrammarError):
    """A parameter that is there twice."""


def parse_challenges(text: str, *, grammar: str, max_items: int = MAX_ITEMS) -> tuple[AuthParts, ...]:
    """Read challenges: a list of schemes, each perhaps with a list of parameters (RFC 9110 §11.6.1).

    A comma separates challenges as well as parameters. What follows one is a parameter if it has the form of one,
    `name=value`, else the next challenge.

    Args:
        text: The lines of the field, joined with commas. Empty members are ignored.
        grammar: What is being read, for the message: the name of the field.
        max_items: How many schemes and parameters there may be.

    Returns:
        The challenges, in their order.

    Raises:
        GrammarError: A challenge is malformed, or has a name twice.
        LimitError: The text has more than `max_items` schemes and parameters.

    >>> [one.scheme for one in parse_challenges('Basic realm="a, b", Negotiate', grammar="WWW-Authenticate")]
    ['Basic', 'Negotiate']
    """
    scanner = _Scanner(text, grammar, max_items, secret=False)
    found: list[AuthParts] = []
    scanner.skip_commas()
    while not scanner.at_end:
        found.append(scanner.member())
    return tuple(found)


def parse_credentials(
    text: str, *, grammar: str, max_items: int = MAX_ITEMS, registered: Container[str] = ()
) -> AuthParts:
    """Read credentials: one scheme with a token68 or parameters (RFC 9110 §11.4).

    Schemes that are not registered are used with credentials of other forms, such as those of AWS, whose parameters
    have `/` and `;` in them without quotes: these are kept as text.

    Args:
        text: The value of the field.
        grammar: What is being read, for the message: the name of the field.
        max_items: How many schemes and parameters there may be.
        registered: The schemes, in lower case, whose credentials must be of one of the two forms.

    Returns:
        The parts.

    Raises:
        GrammarError: The text is malformed, or has a name twice. The error does not carry the text, a secret.
        LimitError: The text has more than `max_items` parameters, its scheme counted as one.

    >>> parse_credentials("Bearer mF_9.B5f-4.1JqM", grammar="Authorization").token
    'mF_9.B5f-4.1JqM'
    >>> parse_credentials("AWS4-HMAC-SHA256 Credential=a/b, Signature=5d", grammar="Authorization").text
    'Credential=a/b, Signature=5d'
    """
    alone = _TOKEN68_ALONE.fullmatch(text)
    if alone is not None and max_items:
        return AuthParts(alone[1], alone[2], ())
    scanner = _Scanner(text, grammar, max_items, secret=True)
    try:
        parts = scanner.member()
        if not scanner.at_end:
            raise scanner.fault("more text after the credentials")
    except (LimitError, _Doubled):
        raise
    except GrammarError:
        scheme, _, rest = text.partition(" ")
        rest = rest.strip(" \t")
        if not rest or not is_token(scheme) or scheme.lower() in registered or not is_field_value(rest):
            raise
        return AuthParts(scheme, None, (), rest)
    return parts


def parse_info(text: str, *, grammar: str, max_items: int = MAX_ITEMS) -> tuple[tuple[str, str], ...]:
    """Read a list of authentication parameters without a scheme (RFC 9110 §11.6.3).

    Args:
        text: The lines of the field, joined with commas. Empty members are ignored.
        grammar: What is being read, for the message: the name of the field.
        max_items: How many schemes and parameters there may be.

    Returns:
        Each name in lower case, with its value, quotes and escapes undone.

    Raises:
        GrammarError: The text is malformed, or has a name twice.
        LimitError: The text has more than `max_items` parameters.

    >>> parse_info('qop=auth, rspauth="6629"', grammar="Authentication-Info")
    (('qop', 'auth'), ('rspauth', '6629'))
    """
    scanner = _Scanner(text, grammar, max_items, secret=True)
    scanner.skip_commas()
    parameters = scanner.parameters()
    if not scanner.at_end:
        raise scanner.fault("expected a parameter, name=value")
    return parameters


def is_token68(text: str) -> bool:
    """Whether a text is a token68 (RFC 9110 §11.2).

    >>> is_token68("YWJjZA=="), is_token68("a=b")
    (True, False)
    """
    return _TOKEN68.fullmatch(text) is not None


def parse_basic(token: str) -> tuple[str, str]:
    """Read the user and the password of Basic credentials (RFC 7617 §2): UTF-8, else Latin-1, which many clients send.

    Args:
        token: The token68.

    Returns:
        What is before the first colon, and what is after it.

    Raises:
        GrammarError: The text is not base64 (RFC 4648 §4), or has no colon or a control character. It does not carry
            the text, which is secret.

    >>> parse_basic("QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    ('Aladdin', 'open sesame')
    """
    try:
        sent = token.encode("ascii")
        octets = a2b_base64(sent, strict_mode=True)
    except (Base64Error, UnicodeError):
        raise GrammarError("Basic", "expected base64") from None
    # One text for one value: what RFC 4648 §3.5 lets decoders refuse, unused bits that are not zero, is refused.
    if b2a_base64(octets, newline=False) != sent:
        raise GrammarError("Basic", "expected base64 whose unused bits are zero")
    text = utf_8_or_latin_1(octets)
    username, colon, password = text.partition(":")
    if not colon:
        raise GrammarError("Basic", "expected a colon between user and password")
    # PERF: text without controls is nearly always printable, which is known sooner.
    if not text.isprintable() and _CONTROL.search(text) is not None:
        raise GrammarError("Basic", "a control character")
    return username, password


def utf_8_or_latin_1(octets: bytes) -> str:
    r"""Read octets of which nobody says what they are: as UTF-8, and as Latin-1 where they are not that.

    >>> utf_8_or_latin_1("Jän".encode()), utf_8_or_latin_1("Jän".encode("latin-1"))
    ('Jän', 'Jän')
    """
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def format_basic(username: str, password: str) -> str:
    """Write the user and the password of Basic credentials (RFC 7617 §2), in UTF-8.

    Args:
        username: The user; it has no colon.
        password: The password.

    Returns:
        The token68.

    Raises:
        GrammarError: The user has a colon, or one of them a control character or what UTF-8 cannot write. It does not
            carry the text, which is secret.

    >>> format_basic("Aladdin", "open sesame")
    'QWxhZGRpbjpvcGVuIHNlc2FtZQ=='
    """
    if ":" in username:
        raise GrammarError("Basic", "the user may not have a colon")
    if _CONTROL.search(username) is not None or _CONTROL.search(password) is not None:
        raise GrammarError("Basic", "a control character")
    try:
        return b2a_base64(f"{username}:{password}".encode(), newline=False).decode("ascii")
    except UnicodeError:
        raise GrammarError("Basic", "a character that UTF-8 cannot write") from None


@final
class _Scanner:
    """A position in a text that only goes forward."""

    def __init__(self, text: str, grammar: str, max_items: int, *, secret: bool) -> None:
        self._text = text
        self._grammar = grammar
        self._max_items = max_items
        self._secret = secret
        self._position = 0
        self._members = 0

    @property
    def at_end(self) -> bool:
        return self._position == len(self._text)

    def fault(self, problem: str, position: int | None = None) -> GrammarError:
        return GrammarError(self._grammar, problem, *self._where(position))

    def _where(self, position: int | None = None) -> tuple[str | None, int]:
        return None if self._secret else self._text, self._position if position is None else position

    def skip_commas(self) -> bool:
        """Go to the next member; whether a comma was there."""
        match = _COMMAS.match(self._text, self._position)
        if match is None:
            return False
        self._position = match.end()
        return "," in match[0]

    def member(self) -> AuthParts:
        """A scheme, and what belongs to it; then to the next member."""
        match = _SCHEME.match(self._text, self._position)
        if match is None:
            raise self.fault("expected an authentication scheme")
        self._count()
        scheme, spaces = match.groups()
        self._position = match.end()
        parameter = _PARAMETER.match(self._text, self._position) if spaces else None
        token = _TOKEN68.match(self._text, self._position) if spaces and parameter is None else None
        if token is not None:
            self._position = token.end()
            self._next_member()
            return AuthParts(scheme, token[0], ())
        if parameter is None:
            self._next_member()
            # "Basic , realm=a": the list of parameters may start with empty members.
            return AuthParts(scheme, None, self.parameters() if spaces else ())
        return AuthParts(scheme, None, self.parameters())

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """All parameters from here; then to the next member."""
        found: dict[str, str] = {}
        while (match := _PARAMETER.match(self._text, self._position)) is not None:
            name = match[1].lower()
            if name in found:
                raise _Doubled(self._grammar, "a parameter that is there twice", *self._where())
            self._count()
            self._position = match.end()
            found[name] = match[2] or self._quoted()
            self._next_member()
        return tuple(found.items())

    def _next_member(self) -> None:
        start = self._position
        if not self.skip_commas() and not self.at_end:
            raise self.fault("expected a comma", start)

    def _quoted(self) -> str:
        start = self._position
        end = quoted_end(self._text, start)
        if end == -1:
            raise self.fault("a quoted-string that is not closed")
        self._position = end
        try:
            return unquote_string(self._text[start:end])
        except GrammarError as error:
            raise self.fault(error.problem, start + (error.position or 0)) from None

    def _count(self) -> None:
        self._members += 1
        check_count(self._members, self._max_items, self._grammar)
