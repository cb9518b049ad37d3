"""The context of a message: who asks, when, where to go on, how a response was chosen (RFC 9110 §6.6, §10, §12.5.5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final, Self, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import (
    HeaderField,
    HeaderValue,
    as_whole_date,
    as_whole_seconds,
    date_field,
    digits_field,
    list_field,
    location_field,
    plain_field,
    read_date,
    read_seconds,
    single_field,
    text_field,
)
from verglas.headers.lines import OWS
from verglas.headers.namesets import NameSet
from verglas.syntax.dates import format_date
from verglas.syntax.tokens import check_field_value, is_field_value, is_token, unquote_string
from verglas.values import Value

__all__ = [
    "ALLOW",
    "Allow",
    "DATE",
    "LAST_EVENT_ID",
    "LOCATION",
    "MAX_FORWARDS",
    "PRAGMA",
    "Pragma",
    "REFERER",
    "RETRY_AFTER",
    "RetryAfter",
    "USER_AGENT",
    "UserAgent",
    "VARY",
    "Vary",
]


@final
class Allow(NameSet):
    """The methods that a resource has (RFC 9110 §10.2.1), in their order, each once.

        Allow = #method

    Example values: `GET, HEAD, PUT`. Methods are compared with their case (§9.1): `GET` and `get` are two.

    Raises:
        HeaderValueError: A method is not a token, or there are more than `max_list_items`.

    >>> allow = Allow("GET, HEAD") | ["POST"]
    >>> str(allow), "GET" in allow, "get" in allow
    ('GET, HEAD, POST', True, False)
    """

    __slots__ = ()

    grammar: ClassVar[str] = "Allow"
    expected: ClassVar[str] = "a method"
    case_sensitive: ClassVar[bool] = True


ZERO: Final = timedelta(0)


def _as_wait(value: datetime | timedelta) -> datetime | timedelta:
    if isinstance(value, datetime):
        return as_whole_date(value, grammar="Retry-After")
    if not isinstance(value, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise TypeError(f"expected a datetime, a timedelta or whole seconds, not {type(value).__name__}")
    return as_whole_seconds(value, grammar="Retry-After")


@final
@frozen
class RetryAfter(Value):
    """When to ask again: a date, or how long to wait (RFC 9110 §10.2.3). It keeps which of the two was sent.

        Retry-After = HTTP-date / delay-seconds

    Example values: `Fri, 31 Dec 1999 23:59:59 GMT`; `120`. A wait and the date at its end are not equal: which date
    that is depends on the clock.

    Attributes:
        value: An aware date in UTC without microseconds, or whole seconds that are not negative.

    Raises:
        HeaderValueError: A wait is negative or not in whole seconds; a date is not in the years 1 to 9999.

    >>> wait = RetryAfter.parse("120")
    >>> wait.value, wait.at(datetime(2024, 1, 1, tzinfo=UTC))
    (datetime.timedelta(seconds=120), datetime.datetime(2024, 1, 1, 0, 2, tzinfo=datetime.timezone.utc))
    """

    value: datetime | timedelta = field(converter=_as_wait)

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read the value of a field.

        Raises:
            GrammarError: The text is neither digits nor a date.
        """
        text = text.strip(OWS)
        read = read_seconds if text[:1].isdecimal() else read_date
        return cls(read(text, grammar="Retry-After"))

    @classmethod
    def of(cls, value: RetryAfter | datetime | timedelta | int | str) -> RetryAfter:
        """Make one of anything that says when.

        Args:
            value: A date, a wait, its seconds, or the value of a field.

        Raises:
            HeaderValueError: The text is neither a date nor a wait.
            TypeError: The value is of another type.

        >>> str(RetryAfter.of(60)), str(RetryAfter.of("60")), str(RetryAfter.of(timedelta(minutes=1)))
        ('60', '60', '60')
        """
        match value:
            case RetryAfter():
                return value
            case int():
                return cls(_seconds(value))
            case str():
                try:
                    return cls.parse(value)
                except GrammarError as error:
                    raise HeaderValueError.from_grammar(error) from error
            case _:
                return cls(value)

    def at(self, now: datetime) -> datetime:
        """The date from which to ask again.

        Args:
            now: When it was received; a naive date is in UTC.

        Returns:
            An aware date in UTC; the last of all for a wait that goes beyond it.
        """
        if isinstance(self.value, datetime):
            return self.value
        now = now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC)
        return now + min(self.value, datetime.max.replace(tzinfo=UTC) - now)

    def wait(self, now: datetime) -> timedelta:
        """How long to wait, 0 when the date is over.

        Args:
            now: When it was received; a naive date is in UTC.
        """
        if isinstance(self.value, timedelta):
            return self.value
        now = now.replace(tzinfo=UTC) if now.tzinfo is None else now
        return max(self.value - now, ZERO)

    @override
    def __str__(self) -> str:
        if isinstance(self.value, datetime):
            return format_date(self.value)
        return str(self.value // timedelta(seconds=1))


def _seconds(value: int) -> timedelta:
    try:
        return timedelta(seconds=value)
    except OverflowError:
        raise HeaderValueError("Retry-After", "more seconds than can be waited") from None


def _as_trimmed(text: str) -> str:
    return text.strip(" \t")  # RFC 9110 §5.5: no part of a value, so it would not come back from the wire


@frozen
class UserAgent(HeaderValue):
    """The name that a client gives itself (RFC 9110 §10.1.5). False if it gives none.

        User-Agent = product *( RWS ( product / comment ) )

    Example values: `Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0`; `curl/8.5.0`. Nothing is
    guessed from it here: `platform`, `browser`, `version` and `language` are there for subclasses to answer.

    Attributes:
        string: The value of the field, without white space around it. Any will do: what clients send is not always of
            the grammar.

    Raises:
        HeaderValueError: The text has a character that no field value may have.

    >>> agent = UserAgent.parse("curl/8.5.0")
    >>> str(agent), bool(agent), agent.browser
    ('curl/8.5.0', True, None)
    """

    string: str = field(default="", converter=_as_trimmed)

    def __attrs_post_init__(self) -> None:
        check_field_value(self.string, "User-Agent")

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read the value of a field.

        Raises:
            GrammarError: The text has a character that no field value may have.
        """
        # PERF: is_field_value() looks at the same two flags first, but is a call more of a dozen.
        if not (text.isascii() and text.isprintable()) and not is_field_value(text):
            raise GrammarError("User-Agent", "a control character or one that Latin-1 does not have", text)
        if cls is not UserAgent:  # which may check more
            return cls(text)
        agent = object.__new__(cls)
        _set_string(agent, text.strip(OWS))
        return agent

    @property
    def platform(self) -> str | None:
        """The operating system, if a subclass knows it."""
        return None

    @property
    def browser(self) -> str | None:
        """The name of the browser, if a subclass knows it."""
        return None

    @property
    def version(self) -> str | None:
        """The version of the browser, if a subclass knows it."""
        return None

    @property
    def language(self) -> str | None:
        """The language of the browser, if a subclass knows it."""
        return None

    def __bool__(self) -> bool:
        return bool(self.string)

    @override
    def __str__(self) -> str:
        return self.string


# PERF: a slot's own setter is half the price of object.__setattr__ on a frozen class.
_set_string: Final = UserAgent.__dict__["string"].__set__


@final
class Pragma(NameSet):
    """Directives from before Cache-Control, of which `no-cache` alone means anything (RFC 9111 §5.4). Deprecated.

        Pragma           = #pragma-directive                                  ; RFC 7234 §5.4
        pragma-directive = "no-cache" / token [ "=" ( token / quoted-string ) ]

    Example values: `no-cache`. False when the field is absent. Each directive is a name of the set, its value included.

    Raises:
        HeaderValueError: A member is not a directive, or there are more than `max_list_items`.

    >>> pragma = Pragma.parse("No-Cache, x=y")
    >>> "no-cache" in pragma, list(pragma)
    (True, ['No-Cache', 'x=y'])
    """

    __slots__ = ()

    grammar: ClassVar[str] = "Pragma"
    expected: ClassVar[str] = "a directive"

    @classmethod
    @override
    def is_name(cls, text: str) -> bool:
        """Whether a text is a directive, in ASCII."""
        name, equals, value = text.partition("=")
        return is_token(name) and text.isascii() and (not equals or is_token(value) or _is_quoted(value))


def _is_quoted(text: str) -> bool:
    try:
        unquote_string(text)
    except GrammarError:
        return False
    return True


ALLOW: Final[HeaderField[Allow]] = list_field("Allow", Allow)
DATE: Final[HeaderField[datetime]] = date_field("Date")
LOCATION: Final[HeaderField[str]] = location_field("Location")
MAX_FORWARDS: Final[HeaderField[int]] = digits_field("Max-Forwards")
PRAGMA: Final[HeaderField[Pragma]] = list_field("Pragma", Pragma)
REFERER: Final[HeaderField[str]] = text_field("Referer")


def _read_event_id(text: str) -> str:
    try:
        return text.encode("latin-1").decode("utf-8")  # each character of a field is an octet
    except UnicodeError:
        raise GrammarError("Last-Event-ID", "expected UTF-8", text) from None


def _write_event_id(event_id: str) -> str:
    try:
        octets = event_id.encode()
    except UnicodeEncodeError as error:
        raise HeaderValueError("Last-Event-ID", "half of a surrogate pair", None, error.start) from None
    if event_id != event_id.strip(OWS):
        raise HeaderValueError("Last-Event-ID", "space at an end, which is no part of a field value", event_id)
    return check_field_value(octets.decode("latin-1"), "Last-Event-ID")


LAST_EVENT_ID: Final[HeaderField[str]] = plain_field("Last-Event-ID", _read_event_id, _write_event_id)
"""The `id` of the last event that a browser got before it connects again (WHATWG HTML §9.2.4): sent as UTF-8."""
RETRY_AFTER: Final[HeaderField[RetryAfter]] = single_field("Retry-After", RetryAfter)
USER_AGENT: Final[HeaderField[UserAgent]] = single_field("User-Agent", UserAgent)


@final
class Vary(NameSet):
    """The fields of the request that a response was chosen by, besides method and target (RFC 9110 §12.5.5).

        Vary = [ ( "*" / field-name ) *( OWS "," OWS ( "*" / field-name ) ) ]

    Example values: `Accept-Encoding, Cookie`; `*`.

    Names are compared without their case, and in no order; `*` is a name among them, which says that no other
    request is sure to get the same response:

    | one                 | other                | equal |
    |---------------------|----------------------|-------|
    | `Accept, Cookie`    | `cookie, accept`     | yes   |
    | `Accept`            | `Accept, Cookie`     | no    |
    | `*`                 | `Accept`             | no    |

    >>> vary = Vary("Accept") | "Cookie"
    >>> str(vary), "cookie" in vary, str(vary | ["Origin"])
    ('Accept, Cookie', True, 'Accept, Cookie, Origin')
    """

    __slots__ = ()

    grammar: ClassVar[str] = "Vary"
    expected: ClassVar[str] = "a field name or '*'"

    @property
    def varies_by_anything(self) -> bool:
        """Whether `*` is among the names: then nothing stored answers another request (RFC 9111 §4.1).

        >>> Vary("Accept, *").varies_by_anything
        True
        """
        return "*" in self


VARY: Final[HeaderField[Vary]] = list_field("Vary", Vary)
