"""Field lines: their names, how long they may be, and the one gate through which a name and a value are sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol, runtime_checkable

from verglas.errors.grammar import HeaderValueError
from verglas.errors.parse import RequestHeaderFieldsTooLarge
from verglas.limits import Limits
from verglas.memos import Memo
from verglas.syntax.cookies import legal_cookies
from verglas.syntax.locations import check_location
from verglas.syntax.tokens import check_field_value, check_token, is_field_value, is_token

__all__ = [
    "ENVIRON_KEYS",
    "FIELD_NAMES",
    "HOP_BY_HOP",
    "HasURI",
    "LOCATION_KEYS",
    "OWS",
    "as_text",
    "bounded",
    "check_number",
    "check_sent",
    "check_size",
    "checked_line",
    "environ_key",
    "legal_value",
    "lowered",
    "masked",
    "replaced",
    "uri_of",
]

OWS: Final = " \t"  # RFC 9110 §5.6.3; str.strip() without it would take away 23 more characters

CREDENTIALS: Final = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie"})
"""Fields whose values end up in no log: they are shown as `***` in every repr, and errors do not carry them."""


@runtime_checkable
class HasURI(Protocol):
    """A URL as a value, which may be written wherever its text may."""

    def to_uri(self) -> str: ...


HOP_BY_HOP: Final = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)
"""The fields of a connection (RFC 9110 §7.6.1), which a server and its peer settle between them."""


LOOKED_AT: Final = HOP_BY_HOP | {"content-length", "content-location", "location"}
"""The fields whose names or values are checked for more than the characters in them."""


LOCATION_KEYS: Final = frozenset({"HTTP_LOCATION", "HTTP_CONTENT_LOCATION"})
"""The keys of fields that are references to a place, which browsers read in other ways than it is written."""


def _lowered(name: str) -> str:
    return check_token(name, "field name").lower()


def _environ_key(name: str) -> str | None:
    """The key of a name.

    >>> _environ_key("user-agent"), _environ_key("Content-Type"), _environ_key("x_y")
    ('HTTP_USER_AGENT', 'CONTENT_TYPE', None)
    """
    # A name with an underscore never comes out of an environ: there, both `-` and `_` are `_`, read as `-`.
    if "_" in name or not is_token(name):
        return None
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _field_name(key: str) -> str | None:
    """The name of a key.

    >>> _field_name("HTTP_USER_AGENT"), _field_name("HTTP_CONTENT_TYPE"), _field_name("wsgi.input")
    ('User-Agent', None, None)
    """
    if not key.startswith("HTTP_"):
        return key.replace("_", "-").title() if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else None
    name = key[5:].replace("_", "-")
    is_key = key.isupper() and "-" not in key and name not in ("CONTENT-TYPE", "CONTENT-LENGTH")
    return name.title() if is_key and is_token(name) else None


lowered: Final = Memo(_lowered).__getitem__
"""The lower-case form of a name that is a token; another is a `HeaderValueError` (RFC 9110 §5.1)."""

ENVIRON_KEYS: Final = Memo(_environ_key)
"""The environ's key of each field name. PERF: asked by `[]`, it costs no call."""

environ_key: Final = ENVIRON_KEYS.__getitem__
"""The environ's key of a field name, such as `HTTP_USER_AGENT`; `None` when no key is read as that name."""

FIELD_NAMES: Final = Memo(_field_name)
"""The field name of each environ's key, in title case; `None` when the key is not one of a field."""


def legal_value(key: str, value: object) -> str | None:
    """The value of a field that an environ has; `None` when it is absent, or illegal.

    Args:
        key: The key of the field.
        value: What the environ has there; of Cookie, the cookies that are legal are left.
    """
    if not isinstance(value, str):
        # Some adapters write a length as a number, which can mean only one thing.
        return str(value) if key == "CONTENT_LENGTH" and type(value) is int else None
    # PERF: is_field_value() itself is called only for what is not ASCII; half of what a look-up costs.
    if not (value.isascii() and value.isprintable()) and not is_field_value(value):
        return legal_cookies(value) if key == "HTTP_COOKIE" else None
    if key in LOCATION_KEYS:
        # As the constructor has it, or a pickle of these headers could not be read.
        try:
            return check_location(value.strip(OWS))
        except HeaderValueError:
            return None
    # CGI says an absent Content-Type or -Length with an empty value (RFC 3875 §4.1.2).
    return value.strip(OWS) if value or key not in ("CONTENT_TYPE", "CONTENT_LENGTH") else None


def masked(pairs: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """The pairs as they may be shown: credentials are not."""
    return [(name, "***" if name.lower() in CREDENTIALS else value) for name, value in pairs]


def bounded(name: str, value: str, limits: Limits) -> str:
    """The value of a field that is about to be parsed.

    Args:
        name: The field name.
        value: Its value.
        limits: Of these, `max_header_value`.

    Raises:
        RequestHeaderFieldsTooLarge: The value is longer than `max_header_value`.
    """
    if len(value) > limits.max_header_value:
        check_size(name, len(value), limits.max_header_value)
    return value


def check_number(number: int, allowed: int) -> None:
    """Refuse a head that has too many field lines.

    Args:
        number: How many lines it has.
        allowed: How many it may have: the `Limits.max_headers`.

    Raises:
        RequestHeaderFieldsTooLarge: The head has more lines.
    """
    if number > allowed:
        raise RequestHeaderFieldsTooLarge.over("There are too many header fields", "max_headers", allowed, "lines")


def check_size(name: str, size: int, allowed: int) -> None:
    """Refuse a field whose lines are together too long to be parsed; their text stays readable in `headers`.

    An over-long value is never the same as none: `If-Match` or `Origin` read as absent would let a request through.

    Args:
        name: The field.
        size: Characters of all its lines.
        allowed: How many there may be: the `Limits.max_header_value`.

    Raises:
        RequestHeaderFieldsTooLarge: The lines are longer than is allowed.
    """
    if size > allowed:
        what = f"The header {name} is too long"
        raise RequestHeaderFieldsTooLarge.over(what, "max_header_value", allowed, "characters", name)


def replaced(pairs: Iterable[tuple[str, str]], low: str, lines: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs with other lines of one name: the first where the first was, the others at the end.

    Args:
        pairs: All lines.
        low: The name, in lower case.
        lines: Its new lines, of which there may be none.
    """
    result: list[tuple[str, str]] = []
    waiting = list(lines)
    for pair in pairs:
        if pair[0].lower() != low:
            result.append(pair)
        elif len(waiting) == len(lines) and waiting:
            result.append(waiting.pop(0))
    return result + waiting


def as_text(name: object, value: object) -> str:
    """The text of a value that a response may be given: an int is written in decimal, a URL as a URI.

    Args:
        name: The field.
        value: What the application gives.

    Raises:
        TypeError: The value is neither a `str`, an `int` nor a URL, or it is a `bool`.

    >>> as_text("X-Total", 3)
    '3'
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(int(value))
    if isinstance(value, HasURI):
        return value.to_uri()
    raise TypeError(f"the value of {name} must be a str or an int, not {type(value).__name__}: write it as text")


def uri_of(name: str, value: object) -> str:
    """The text of a URL.

    Args:
        name: What is set to it, for the message.
        value: What the application gives.

    Raises:
        TypeError: The value does not have the method `to_uri` of a URL.
    """
    if isinstance(value, HasURI):
        return value.to_uri()
    raise TypeError(f"{name} must be a str or a URL, not {type(value).__name__}")


def check_sent(name: str, value: str) -> None:
    """Refuse a field that no application sends: one of the connection, and a length that cannot be read.

    Args:
        name: The name, in any case.
        value: The value.

    Raises:
        HeaderValueError: The field is about the connection, which is the server's business (PEP 3333, RFC 9110
            §7.6.1); or it is a Content-Length that is not a number.
    """
    low = name.lower()
    if low in HOP_BY_HOP:
        raise HeaderValueError(
            name, "it is about the connection, which the server manages; Headers.end_to_end() leaves such fields out"
        )
    if low == "content-length" and not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise HeaderValueError(name, "expected 1 to 18 digits", value)


def checked_line(name: object, value: object, *, sent: bool = False) -> tuple[str, str]:
    """A name and a value that may be sent, the value without white space around it, which does not belong to it.

    Args:
        name: What the application gives as the name of a field.
        value: What it gives as its value: text, or a URL.
        sent: Whether the field is one of a response: then it may be an `int`, and is not about the connection.

    Raises:
        HeaderValueError: The name is not a token; the value holds CR, LF, NUL or another control character, or a
            character that Latin-1 does not have (RFC 9110 §5.1, §5.5); or the value is a location that a browser may
            read as another one. The error does not carry the value of a field of credentials or cookies.
        TypeError: The name is not a `str`, or the value neither that nor a URL.
    """
    if not isinstance(name, str):
        raise TypeError(f"the name of a header must be a str, not {type(name).__name__}")
    if not isinstance(value, str):
        if not sent and not isinstance(value, HasURI):
            raise TypeError(f"the value of {name} must be a str, not {type(value).__name__}: write it as text")
        value = as_text(name, value)
    low = lowered(name)
    if low in LOOKED_AT:
        if low == "location" or low == "content-location":
            value = check_location(value)
        elif sent:
            check_sent(name, value.strip(OWS))
    try:
        # PERF: as `is_field_value` has it, without a call for each line.
        return name, (value if value.isascii() and value.isprintable() else check_field_value(value, name)).strip(OWS)
    except HeaderValueError as error:
        if low not in CREDENTIALS:
            raise
        raise HeaderValueError(error.grammar, error.problem, None, error.position) from None
