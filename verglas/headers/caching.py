"""Caching (RFC 9111, RFC 8246, RFC 5861): Cache-Control, Age, Expires."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias, cast, final

from attrs import field, fields, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import (
    HeaderField,
    ListValue,
    as_whole_date,
    counted_field,
    list_field,
    read_seconds,
)
from verglas.headers.lines import OWS
from verglas.memos import Recurring
from verglas.syntax.dates import format_date, parse_date
from verglas.syntax.tokens import (
    MAX_ITEMS,
    TOKEN_CHARS,
    check_count,
    is_field_value,
    is_token,
    quote_string,
    split_list,
    token_or_quoted,
    unquote_string,
)

__all__ = ["AGE", "CACHE_CONTROL", "CacheControl", "EXPIRED", "EXPIRES", "FieldNames"]

FieldNames: TypeAlias = tuple[str, ...]
"""The argument of `no-cache` and `private`: the fields that the directive is about."""

Directives: TypeAlias = Mapping[str, str | None]

MAX_SECONDS: Final = 2**31  # RFC 9111 §1.2.2: what is longer reads as this
MAX_AGE: Final = timedelta(seconds=MAX_SECONDS)
SECOND: Final = timedelta(seconds=1)

EXPIRED: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The value of an Expires that is not a date: long ago."""


def _check_age(name: str, value: object) -> None:
    if value is None or (value is True and name == "max-stale"):
        return
    if not isinstance(value, timedelta):
        raise TypeError(f"{name} must be a timedelta, not {type(value).__name__}")
    if value % SECOND or not timedelta() <= value <= MAX_AGE:
        raise HeaderValueError(name, f"expected whole seconds from 0 to {MAX_SECONDS}", str(value))


def _check_names(name: str, names: object) -> None:
    if isinstance(names, bool):
        return
    if not isinstance(names, tuple):  # a str would be read as its letters
        raise TypeError(f"{name} must be a bool or a tuple of field names, not {type(names).__name__}")
    given = cast("tuple[object, ...]", names)  # isinstance() cannot tell of what
    if not (given and all(isinstance(one, str) and is_token(one) for one in given)):
        raise HeaderValueError(name, "expected field names", ", ".join(map(str, given)))


def _as_pairs(extensions: Iterable[tuple[str, str | None]]) -> tuple[tuple[str, str | None], ...]:
    return tuple([(name, argument) for name, argument in extensions])


def _folded(names: bool | FieldNames) -> object:
    return tuple([name.lower() for name in names]) if isinstance(names, tuple) else names


@final
@frozen(kw_only=True, slots=False)  # PERF: a dict is set at once, seventeen slots took 2 of 12 µs
class CacheControl(ListValue):
    """The directives of a request or a response for caches (RFC 9111 §5.2; RFC 5861 §3 and §4; RFC 8246).

        Cache-Control   = #cache-directive
        cache-directive = token [ "=" ( token / quoted-string ) ]

    Values look like `max-age=3600, public` and `private="set-cookie", no-cache`. A directive is read in any case, and
    its argument as a token or a quoted-string; of two with the same name the first counts (§4.2.1). No malformed
    argument takes away what stands beside it, nor does a member that is not a directive, which is left out:

        directive            argument                        read as
        ---------            --------                        -------
        an age               delta-seconds                   a `timedelta`; over 2**31 seconds: 2**31 seconds (§1.2.2)
        max-stale            none                            `True`
        an age               anything else, none             a member of `extensions`
        no-cache, private    field names                     a tuple
        no-cache, private    anything else, none             `True`: the directive that asks for more
        another flag         any, none                       `True`: it defines no argument
        what is unknown      any, none                       a member of `extensions`

    Field names are compared in lower case. A value without directives is false.

    Attributes:
        max_age: Request: how old an answer may be. Response: how long it is fresh.
        s_maxage: The same for shared caches.
        max_stale: How long after that a client still takes it; `True`: whenever.
        min_fresh: How long it must stay fresh.
        stale_if_error: How long after that it may be sent instead of an error.
        stale_while_revalidate: How long after that it may be sent while it is being revalidated.
        no_cache: Send nothing stored without asking the server; field names: only not those fields.
        private: For the cache of one user; field names: only those fields are.
        no_store: Store nothing.
        no_transform: Change no content.
        only_if_cached: Answer from the cache, or with 504.
        must_revalidate: Never send it stale.
        proxy_revalidate: The same for shared caches.
        must_understand: Store it only if its status is understood.
        public: May be stored where it otherwise might not.
        immutable: Does not change while it is fresh.
        extensions: Other directives with their arguments, names in lower case.

    Raises:
        HeaderValueError: An age is negative, over 2**31 seconds or not of whole seconds; field names are none, or one
            is not a token; an extension is not a directive, is there twice, or is one that has an attribute.
        TypeError: An age is not a `timedelta`, or `no_cache` or `private` neither a bool nor a tuple.

    >>> control = CacheControl.parse("Max-Age=60, private, x=1")
    >>> control.max_age, control.private, str(control)
    (datetime.timedelta(seconds=60), True, 'max-age=60, private, x=1')
    >>> str(control | "no-store" | CacheControl(max_age=timedelta(0)))
    'max-age=0, private, no-store, x=1'
    """

    max_age: timedelta | None = None
    s_maxage: timedelta | None = None
    max_stale: timedelta | Literal[True] | None = None
    min_fresh: timedelta | None = None
    stale_if_error: timedelta | None = None
    stale_while_revalidate: timedelta | None = None
    no_cache: bool | FieldNames = field(default=False, eq=_folded)
    private: bool | FieldNames = field(default=False, eq=_folded)
    no_store: bool = False
    no_transform: bool = False
    only_if_cached: bool = False
    must_revalidate: bool = False
    proxy_revalidate: bool = False
    must_understand: bool = False
    public: bool = False
    immutable: bool = False
    extensions: tuple[tuple[str, str | None], ...] = field(default=(), converter=_as_pairs)

    def __attrs_post_init__(self) -> None:
        for name, value in self._given():
            if name in _AGES:
                _check_age(name, value)
            elif name in _QUALIFIED:
                _check_names(name, value)
        if self.extensions:
            self._check_extensions()

    def _check_extensions(self) -> None:
        taken = {name for name, _ in self._directives()}
        for name, argument in self.extensions:
            if not is_token(name) or name != name.lower():
                raise HeaderValueError("Cache-Control", "expected the name of a directive, in lower case", name)
            if name in taken or (name in _READERS and _READERS[name](argument) is not None):
                raise HeaderValueError("Cache-Control", "expected another directive than those it has", name)
            if argument is not None and not is_field_value(argument):
                raise HeaderValueError("Cache-Control", "expected an argument without controls", argument)
            taken.add(name)

    def _given(self) -> list[tuple[str, object]]:
        """The directives whose attributes differ from their defaults, and the attributes."""
        own = vars(self)
        return [(name, own[key]) for name, key in _ATTRIBUTES.items() if own[key] is not _DEFAULTS[key]]

    @classmethod
    @override
    def parse(cls, text: str, /, *, max_items: int = MAX_ITEMS, strict: bool = False) -> CacheControl:
        """Read the value of the field, all lines joined.

        Args:
            text: The value.
            max_items: How many members there may be, malformed ones included.
            strict: Whether a malformed member is an error. Else it alone is left out: its name is not a token, its
                argument holds a control character, or its quoted-string is not closed.

        Returns:
            The directives; malformed arguments as the table says.

        Raises:
            GrammarError: A member is malformed, and it is strict; or all members are.
            LimitError: The text has more than `max_items` members.
        """
        return _memo[text, max_items, strict]

    @staticmethod
    def _read(key: tuple[str, int, bool]) -> CacheControl:
        text, max_items, strict = key
        found, malformed = _members(text)
        if len(found) > max_items:
            check_count(len([one for one in found if one[0] or one[2].strip(OWS)]), max_items, "Cache-Control")
        directives: dict[str, str | None] = {}
        for name, argument, other in found:
            if name:
                directives.setdefault(name.lower(), argument or None)
            elif member := other.strip(OWS):
                before, equals, after = member.partition("=")
                if is_token(before.rstrip(OWS)) and is_field_value(after):
                    directives.setdefault(before.rstrip(OWS).lower(), _argument(after.lstrip(OWS)) if equals else None)
                else:
                    malformed = malformed or GrammarError("Cache-Control", "expected a directive", member)
        if malformed is not None and (strict or not directives):
            raise malformed
        return CacheControl._of(directives)

    @staticmethod
    def _of(directives: Directives) -> CacheControl:
        values = _DEFAULTS.copy()
        extensions: list[tuple[str, str | None]] = []
        for name, argument in directives.items():
            read = _READERS.get(name)
            if read is None or (value := read(argument)) is None:
                extensions.append((name, argument))
            else:
                values[_ATTRIBUTES[name]] = value
        values["extensions"] = tuple(extensions)
        control = object.__new__(CacheControl)
        object.__setattr__(control, "__dict__", values)
        return control

    def _directives(self) -> Iterator[tuple[str, str | None]]:
        """The directives that have an attribute: all but the extensions."""
        for name, value in self._given():
            if isinstance(value, timedelta):
                yield name, str(value // SECOND)
            elif isinstance(value, tuple):
                yield name, ", ".join(cast("FieldNames", value))
            elif value:
                yield name, None

    @override
    def __str__(self) -> str:
        return ", ".join([_written(name, argument) for name, argument in (*self._directives(), *self.extensions)])

    def __bool__(self) -> bool:
        return bool(self.extensions) or next(self._directives(), None) is not None

    def __or__(self, other: CacheControl | str) -> CacheControl:
        """Both; where both have a directive, the right one. A text is parsed, and may raise `GrammarError`.

        >>> CacheControl(public=True, max_age=timedelta(1)) | "max-age=60" == CacheControl.parse("public, max-age=60")
        True
        """
        if isinstance(other, str):
            other = CacheControl.parse(other, strict=True)
        elif not isinstance(other, CacheControl):  # pyright: ignore[reportUnnecessaryIsInstance]  # any operand
            return NotImplemented
        mine, theirs = ((*control._directives(), *control.extensions) for control in (self, other))
        return CacheControl._of({**dict(mine), **dict(theirs)})


CacheControl.__init_subclass__()  # again, since attrs has made a `__setattr__` of its own

# PERF: most requests and answers have one of a few texts: 0.4 µs, not 5.
_memo: Final = Recurring(CacheControl._read)  # pyright: ignore[reportPrivateUsage]  # of this module

# Directives and attributes have the same names but for hyphens: they are listed once, as fields of the class.
_DEFAULTS: Final[dict[str, object]] = {one.name: one.default for one in fields(CacheControl)}
_ATTRIBUTES: Final = {name.replace("_", "-"): name for name in _DEFAULTS if name != "extensions"}
_AGES: Final = frozenset({name for name, attribute in _ATTRIBUTES.items() if _DEFAULTS[attribute] is None})
_QUALIFIED: Final = frozenset({"no-cache", "private"})


# PERF: one search finds all members of a list without quotes. Nearly every one is a token, perhaps with `=` and another
# one; the third group has any other. No run of characters is given back: what is not a token is read twice, no more.
_MEMBER: Final = re.compile(
    rf"(?<![^,])(?:[ \t]*+([{TOKEN_CHARS}]++)(?:=([{TOKEN_CHARS}]++))?[ \t]*+(?:,|\Z)|([^,]*+)(?:,|\Z))"
)


def _members(text: str) -> tuple[list[tuple[str, str, str]], GrammarError | None]:
    """The members: a name, and perhaps `=` with an argument, or any text; and the error of a quote that is not closed.

    A member in which such a quote is ends the list.
    """
    if '"' not in text:
        return _MEMBER.findall(text), None
    try:
        return [("", "", member) for member in split_list(text)], None
    except GrammarError as error:
        malformed = GrammarError("Cache-Control", error.problem, text, error.position)
    members = split_list(f'{text[: malformed.position]}""')[:-1]
    return [("", "", member) for member in (*members, '"')], malformed


def _written(name: str, argument: str | None) -> str:
    if argument is None:
        return name
    if name in _QUALIFIED:  # field names: quoted, whatever they are (RFC 9111 §5.2.2.4 and §5.2.2.7)
        return f"{name}={quote_string(argument)}"
    return f"{name}={token_or_quoted(argument)}"


def _argument(text: str) -> str:
    """The argument of a directive; as it is, where it is neither a token nor a quoted-string."""
    if not text.startswith('"'):
        return text
    try:
        return unquote_string(text)
    except GrammarError:
        return text


def _read_age(argument: str | None) -> timedelta | None:
    try:
        return None if argument is None else read_seconds(argument, grammar="delta-seconds", at_most=MAX_AGE)
    except GrammarError:
        return None


def _read_names(argument: str | None) -> FieldNames | Literal[True]:
    try:
        names = () if argument is None else split_list(argument)
    except GrammarError:
        names = ()
    # Without names that can be read: the unqualified form, as which many caches read the other anyway (§5.2.2.4).
    return names if names and all(map(is_token, names)) else True


def _read_stale(argument: str | None) -> timedelta | Literal[True] | None:
    return True if argument is None else _read_age(argument)


def _read_flag(argument: str | None) -> Literal[True]:  # it defines no argument
    return True


# How the argument of a directive that has an attribute is read; `None` is a malformed age, which becomes an extension.
_READERS: Final[Mapping[str, Callable[[str | None], timedelta | FieldNames | Literal[True] | None]]] = {
    name: _read_names if name in _QUALIFIED else _read_age if name in _AGES else _read_flag for name in _ATTRIBUTES
} | {"max-stale": _read_stale}


def _decode_age(lines: Sequence[str], max_items: int) -> timedelta:
    # RFC 9111 §5.1: of a list, the first member; anything but a non-negative integer is to be ignored.
    members = split_list(", ".join(lines), max_items=max_items, grammar="Age")
    return read_seconds(members[0] if members else "", grammar="Age", at_most=MAX_AGE)


def _encode_age(age: object) -> Sequence[str]:
    if not isinstance(age, timedelta):
        raise TypeError(f"Age must be a timedelta, not {type(age).__name__}")
    if not timedelta() <= age <= MAX_AGE:
        raise HeaderValueError("Age", f"expected from 0 to {MAX_SECONDS} seconds", str(age))
    return (str(age // SECOND),)


def _decode_expires(lines: Sequence[str]) -> datetime:
    date = parse_date(lines[0]) if len(lines) == 1 else None
    return EXPIRED if date is None else date


def _encode_expires(date: datetime) -> Sequence[str]:
    return (format_date(as_whole_date(date, grammar="Expires")),)


CACHE_CONTROL: Final[HeaderField[CacheControl]] = list_field("Cache-Control", CacheControl)
"""Cache-Control (RFC 9111 §5.2)."""

AGE: Final[HeaderField[timedelta]] = counted_field("Age", _decode_age, _encode_age)
"""Age (RFC 9111 §5.1): the first member where there are several; over 2**31 seconds reads as that.

Differences of times are rarely whole, so a part of a second is left out when it is written.
"""

EXPIRES: Final[HeaderField[datetime]] = HeaderField("Expires", _decode_expires, _encode_expires)
"""Expires (RFC 9111 §5.3). Anything but a date, `0` above all, means "already expired", and so do
several lines (§4.2.1): all of that reads as `EXPIRED`. So it is never malformed, and never seems absent.
"""
