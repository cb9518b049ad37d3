"""`Headers`: the fields of a message, frozen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, ItemsView, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import ClassVar, Final, Literal, TypeAlias, TypeVar, cast, final, overload

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import CONVERSION_ERRORS, GrammarError, LimitError
from verglas.errors.http import HTTPError
from verglas.errors.parse import BadRequestKeyError, HeaderError, RequestHeaderFieldsTooLarge
from verglas.headers.arguments import HeadersLike, SupportsItems, WritableHeaders
from verglas.headers.fields import HeaderField, Named, name_of
from verglas.headers.lines import (
    ENVIRON_KEYS,
    FIELD_NAMES,
    HOP_BY_HOP,
    LOCATION_KEYS,
    OWS,
    check_sent,
    check_size,
    checked_line,
    legal_value,
    masked,
    replaced,
)
from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.multimap import FirstItems, converted, expanded
from verglas.values import Value
from verglas.wsgi import Environ

__all__ = [
    "Absent",
    "HeaderMapping",
    "Headers",
    "Pairs",
    "checked_pairs",
    "encoded",
]

T = TypeVar("T")
D = TypeVar("D")

Pairs: TypeAlias = tuple[tuple[str, str], ...]
_State: TypeAlias = tuple[Environ | None, Pairs, Limits | None, frozenset[str], dict[object, object]]


def checked_pairs(headers: WritableHeaders | None, *, sent: bool = False) -> list[tuple[str, str]]:
    """The pairs of anything that headers are made from, each valid in an HTTP message.

    Args:
        headers: What they are made from.
        sent: Whether they are those of a response, with nothing about the connection.

    Raises:
        HeaderValueError: A name is not a token, or a value holds CR, LF, NUL or another control character, or what
            latin-1 has not (RFC 9110 §5.1, §5.5).
        TypeError: A name or a value is not a `str`.
    """
    if headers is None:
        return []
    # PERF: a dict first; to ask whether it is of an abstract class takes as long as checking a line.
    if not isinstance(headers, dict):
        if isinstance(headers, HeaderMapping):
            for line in headers.pairs if sent else ():  # the rest was checked when they were written
                check_sent(*line)
            return [*headers.pairs]
        pairs: object = getattr(headers, "pairs", None)
        if isinstance(pairs, tuple) or not isinstance(headers, Mapping):
            # All lines of another mapping that has several of a name; expanded() checks them.
            several: object = cast("tuple[object, ...]", pairs) if isinstance(pairs, tuple) else headers
            found = expanded(several, " (these are headers; a media type goes into mimetype=)")
            return [checked_line(name, value, sent=sent) for name, value in found]
    lines: list[tuple[str, str]] = []
    mapping: SupportsItems[object, object] = headers
    for name, value in mapping.items():
        is_plain = type(name) is str and type(value) is str  # PERF: nearly always, and it costs no call
        if not is_plain and isinstance(name, HeaderField):
            lines += encoded(cast("HeaderField[object]", name), value, sent=sent)
        elif not is_plain and isinstance(value, (list, tuple)):
            lines += [checked_line(name, one, sent=sent) for one in cast("Sequence[object]", value)]
        else:
            lines.append(checked_line(name, value, sent=sent))
    return lines


def encoded(key: HeaderField[T], value: T, *, sent: bool = False) -> list[tuple[str, str]]:
    """The lines of a key's value, each valid in an HTTP message; of a response, if they are `sent`.

    Raises:
        HeaderValueError: A line is not valid in an HTTP message.
    """
    return [checked_line(key.name, line, sent=sent) for line in key.encode(value)]


class Absent(Enum):
    """Stands for a value that is absent, where `None` may be a value."""

    ABSENT = "absent"


class HeaderMapping(Mapping[str, str]):
    """The look-up of `Headers` and `MutableHeaders`: by a name, for text, and by a key, for a value."""

    __slots__ = ()

    @property
    @abstractmethod
    def pairs(self) -> Pairs:
        """All field lines, in their order."""

    @overload
    @abstractmethod
    def getlist(self, key: str | Named) -> list[str]: ...
    @overload
    @abstractmethod
    def getlist(self, key: str | Named, type: Callable[[str], T]) -> list[T]: ...
    @abstractmethod
    def getlist(self, key: str | Named, type: Callable[[str], T] | None = None) -> list[str] | list[T]:
        """The values of all lines with this name, or of a key's, in order; those that do not convert are left out.

        Args:
            key: The name, in any case; or a key, of which only the name counts.
            type: Called with each value; an error as for `get` leaves the value out.
        """

    def _missing(self, name: str) -> KeyError:
        """The error of a field that is asked for and not there."""
        return KeyError(name)

    @abstractmethod
    def _first(self, name: str) -> str | None:
        """The value of the first line with a name."""

    @abstractmethod
    def value_of(self, key: HeaderField[T], default: D) -> T | D:
        """The value of all lines of a field; the default if it has none. `get` with a key is the same."""

    @overload
    def __getitem__(self, key: str, /) -> str: ...
    @overload
    def __getitem__(self, key: HeaderField[T], /) -> T: ...
    @override
    def __getitem__(self, key: str | HeaderField[T], /) -> str | T:
        """The value of the first line with this name; with a key, what all lines of the field mean.

        Raises:
            KeyError: No line has this name. Of a request it is a `BadRequestKeyError`, which is a 400, too.
            HeaderError: The lines that a client sent are malformed; only with a key.
            HeaderValueError: The lines that the application wrote are malformed; only with a key.
            RequestHeaderFieldsTooLarge: The lines are too long, or the list has too many members; only with a key.
        """
        if isinstance(key, HeaderField):
            value = self.value_of(key, Absent.ABSENT)
            if isinstance(value, Absent):
                raise self._missing(key.name)
            return value
        try:
            first = self._first(key)
        except (AttributeError, TypeError):  # of a text, which the key is not
            raise self._missing(name_of(key)) from None
        if first is None:
            raise self._missing(key)
        return first

    @overload
    def get(self, key: str) -> str | None: ...
    @overload
    def get(self, key: str, default: str) -> str: ...
    @overload
    def get(self, key: str, default: D) -> str | D: ...
    @overload
    def get(self, key: str, default: None = None, *, type: Callable[[str], T]) -> T | None: ...
    @overload
    def get(self, key: str, default: D, type: Callable[[str], T]) -> T | D: ...
    @overload
    def get(self, key: HeaderField[T]) -> T | None: ...
    @overload
    def get(self, key: HeaderField[T], default: D) -> T | D: ...
    @override
    def get(
        self, key: str | HeaderField[T], default: D | None = None, type: Callable[[str], T] | None = None
    ) -> str | T | D | None:
        """The value of the first line, converted if `type` is given; the default when missing or not convertible.

        With a key: what all lines of the field mean; the default only when there are none.

        Args:
            key: The name, in any case; or a key.
            default: What to return instead.
            type: Called with the value. An error that says that it does not convert (`ValueError`, `TypeError`,
                `ArithmeticError`, `LookupError`, `RecursionError`) means the default; an `HTTPError` is raised.

        Raises:
            HeaderError: The lines that a client sent are malformed; only with a key.
            HeaderValueError: The lines that the application wrote are malformed; only with a key.
            RequestHeaderFieldsTooLarge: The lines are too long, or the list has too many members; only with a key.
        """
        if isinstance(key, HeaderField):
            return self.value_of(key, default)
        try:
            value = self._first(key)
        except (AttributeError, TypeError):  # as above
            value = self._first(name_of(key))
        if value is None:
            return default
        if type is None:
            return value
        try:
            return type(value)
        except HTTPError:
            raise
        except CONVERSION_ERRORS:
            return default

    def get_all(self, key: str | Named) -> list[str]:
        """Another name of `getlist`."""
        return self.getlist(key)

    @overload
    def items(self, multi: Literal[False] = False) -> ItemsView[str, str]: ...
    @overload
    def items(self, multi: Literal[True]) -> Pairs: ...
    @override
    def items(self, multi: bool = False) -> ItemsView[str, str] | Pairs:
        """Each name with its first value, or all lines if `multi`."""
        return self.pairs if multi else FirstItems(self, self._first_pairs)

    def _first_pairs(self) -> Collection[tuple[str, str]]:
        """The first line of each name."""
        firsts: dict[str, tuple[str, str]] = {}
        for pair in self.pairs:
            firsts.setdefault(pair[0].lower(), pair)
        return firsts.values()

    def to_wsgi_list(self) -> list[tuple[str, str]]:
        """A new list of the pairs, as a WSGI server takes it (PEP 3333)."""
        return [*self.pairs]

    @override
    def __contains__(self, key: object, /) -> bool:
        name: object = getattr(key, "name", key)  # a key, too, though checkers know only of names
        return isinstance(name, str) and self._first(name) is not None

    @override
    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self._first_pairs()])

    @override
    def __len__(self) -> int:
        return len(self._first_pairs())

    def _key(self) -> Pairs:
        return tuple([(name.lower(), value) for name, value in self.pairs])

    @override
    def __str__(self) -> str:
        return "".join([*(f"{name}: {value}\r\n" for name, value in self.pairs), "\r\n"])

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({masked(self.pairs)!r})"


@final
@frozen(init=False, eq=False, repr=False)
class Headers(Value, HeaderMapping):
    """The header fields of a message: a case-insensitive `Mapping` of distinct names to their first value.

    `pairs`, `items(multi=True)` and `getlist` have all lines, in the order received. Equal when the pairs are, names
    compared in lower case; equal to no dict.

    Args:
        headers: Pairs, or a mapping of names to one value or to a list or tuple of several, of keys to their values.

    Raises:
        HeaderValueError: A name or a value is not valid in an HTTP message (RFC 9110 §5.1, §5.5).
        TypeError: A name or a value is not a `str`.

    >>> headers = Headers([("Accept", "text/html"), ("X-Tag", "a"), ("x-tag", "b")])
    >>> headers["ACCEPT"], headers.getlist("X-Tag"), list(headers)
    ('text/html', ['a', 'b'], ['Accept', 'X-Tag'])
    """

    _instead: ClassVar[str] = "use headers.with_(...), headers.adding(...) or headers.without(...)"
    # An alias that the constructor does not take: attrs.evolve() raises, where it would make an empty one.
    # PERF: one attribute, since each that is set takes 2 % of a read header: the environ, or all lines; the limits; the
    # names that were left out, of lines; what was read: the pairs of an environ, the index of lines, values by key.
    _state: _State = field(alias="_state")

    def __init__(self, headers: HeadersLike | None = None) -> None:
        _set_state(self, (None, tuple(checked_pairs(headers)), None, _NOTHING, {}))

    @staticmethod
    def captured(environ: Environ, limits: Limits = DEFAULT_LIMITS) -> Headers:
        """The headers of an environ that nobody writes to any more, each decoded when it is asked for.

        An illegal field (a name that is not a token, a value with a control character, no text) is left out; of Cookie
        just the cookies that hold such a character.

        Args:
            environ: The environ.
            limits: Of these, `max_header_value` and `max_list_items` bound what is read with a key.
        """
        self = object.__new__(Headers)
        _set_state(self, (environ, (), limits, _NOTHING, {}))
        return self

    @staticmethod
    def unchecked(pairs: Pairs, limits: Limits | None = None, left_out: frozenset[str] = frozenset()) -> Headers:
        """Make headers of lines that were checked before; they are not checked again.

        Args:
            pairs: All lines.
            limits: As for `captured`; `None`: they are the application's own.
            left_out: The names, in lower case, of fields that were left out for an illegal character.
        """
        self = object.__new__(Headers)
        _set_state(self, (None, pairs, limits, left_out, {}))
        return self

    @property
    def limits(self) -> Limits:
        """The limits of the request that these headers came with; the defaults for headers of the application's own."""
        return self._state[2] or DEFAULT_LIMITS

    @property
    def left_out(self) -> frozenset[str]:
        """The names, in lower case, of the fields that were left out for an illegal character: to a key, malformed."""
        environ, _, _, left_out, _ = self._state
        return left_out if environ is None else frozenset(_illegal(environ))

    def own(self) -> Headers:
        """The same lines as headers that the application made: a field that is not there is a plain `KeyError`."""
        return self if self._state[2] is None else Headers.unchecked(self.pairs)

    def within(self, limits: Limits) -> Headers:
        """The same lines as headers of a request, to be read within its limits: a field that is not there is a 400.

        Args:
            limits: As for `captured`.
        """
        return self if limits is self._state[2] else Headers.unchecked(self.pairs, limits, self.left_out)

    @property
    @override
    def pairs(self) -> Pairs:
        """All field lines, in the order received."""
        environ, pairs, _, _, known = self._state
        if environ is None:
            return pairs
        if _PAIRS not in known:
            known[_PAIRS] = _decode(environ)
        return cast("Pairs", known[_PAIRS])

    @override
    def _first_pairs(self) -> Collection[tuple[str, str]]:
        # A key of an environ has one name: no two lines have the same.
        return super()._first_pairs() if self._state[0] is None else self.pairs

    def _index(self) -> dict[str, list[str]]:
        """The lines of each field, by its name in lower case."""
        _, pairs, _, _, known = self._state
        if _LINES not in known:
            lines: dict[str, list[str]] = {}
            for name, value in pairs:
                lines.setdefault(name.lower(), []).append(value)
            known[_LINES] = lines
        return cast("dict[str, list[str]]", known[_LINES])

    @override
    def _first(self, name: str) -> str | None:
        environ = self._state[0]
        if environ is not None:
            key = ENVIRON_KEYS[name]
            return None if key is None else legal_value(key, environ.get(key))
        lines = self._index().get(name.lower())
        return None if lines is None else lines[0]

    @override
    def _missing(self, name: str) -> KeyError:
        return KeyError(name) if self._state[2] is None else BadRequestKeyError(name)

    @override
    def value_of(self, key: HeaderField[T], default: D) -> T | D:
        """The value of all lines of a field; the default if it has none.

        Raises:
            HeaderError: The lines that a client sent are malformed.
            RequestHeaderFieldsTooLarge: The lines are too long, or the list has too many members.
        """
        _, _, limits, _, known = self._state
        if key in known:
            return cast("T", known[key])  # by the key, which has this type
        lines = self.lines_of(key.name)
        if not lines:
            return default
        within = key.decode_within
        try:
            value = key.decode(lines) if within is None else within(lines, (limits or DEFAULT_LIMITS).max_list_items)
        except LimitError as error:
            raise RequestHeaderFieldsTooLarge.from_grammar(error, key.name) from None
        except HTTPError:
            raise
        except CONVERSION_ERRORS as error:
            raise _malformed(key.name, error) from None  # whose text is what the client sent
        known[key] = value  # decoded once; a value is frozen
        return value

    def lines_of(self, name: str) -> Sequence[str]:
        """All lines of a field that is about to be parsed; none when it is absent.

        A field that was left out for an illegal character counts as malformed, not as absent: an
        `If-Match` with a control character that read as absent would let a request through.

        Args:
            name: The field name.

        Raises:
            HeaderError: The field was left out.
            RequestHeaderFieldsTooLarge: The lines are too long.
        """
        environ, _, limits, left_out, _ = self._state
        allowed = (limits or DEFAULT_LIMITS).max_header_value
        if environ is None:
            low = name.lower()
            if low in left_out:
                raise _illegal_field(name)
            lines: Sequence[str] = self._index().get(low, ())
            size = sum(map(len, lines))
        else:
            key = ENVIRON_KEYS[name]
            value = None if key is None else environ.get(key)
            legal = None if key is None or value is None else legal_value(key, value)
            if legal is None:
                if value is None or value == "":
                    return ()
                raise _illegal_field(name)
            lines, size = (legal,), len(legal)
        if size > allowed:
            check_size(name, size, allowed)
        return lines

    def present(self, names: Iterable[str]) -> list[str]:
        """Select the fields that are there, including those that were left out for an illegal character.

        Args:
            names: Their names.

        >>> Headers({"If-Match": "*"}).present(["If-Match", "If-Range"])
        ['If-Match']
        """
        found: list[str] = []
        environ, _, _, left_out, _ = self._state
        lines = self._index() if environ is None else environ
        for name in names:
            key = name.lower() if environ is None else ENVIRON_KEYS[name] or ""
            if lines.get(key) is not None or (environ is None and key in left_out):
                found.append(name)
        return found

    @overload
    def getlist(self, key: str | Named) -> list[str]: ...
    @overload
    def getlist(self, key: str | Named, type: Callable[[str], T]) -> list[T]: ...
    @override
    def getlist(self, key: str | Named, type: Callable[[str], T] | None = None) -> list[str] | list[T]:
        """The values of all lines with this name, or of a key's, in order; those that do not convert are left out."""
        name = key if isinstance(key, str) else name_of(key)
        if self._state[0] is not None:  # a server has joined them to one
            value = self._first(name)
            values = [] if value is None else [value]
        else:
            values = [*self._index().get(name.lower(), ())]
        return values if type is None else converted(values, type)

    @overload
    def with_(self, key: str, value: str) -> Headers: ...
    @overload
    def with_(self, key: HeaderField[T], value: T) -> Headers: ...
    def with_(self, key: str | HeaderField[T], value: str | T) -> Headers:
        """These headers with one line of this name, where its first was, or at the end; with a key, the value's lines.

        Raises:
            HeaderValueError: The name or the value is not valid in an HTTP message.
        """
        pairs = self.pairs
        if isinstance(key, HeaderField):
            lines = encoded(key, cast("T", value))  # the overload has checked that it is the key's
            return self._changed(replaced(pairs, key.name.lower(), lines), key.name)
        line = checked_line(key, value)
        return self._changed(replaced(pairs, key.lower(), [line]), key)

    @overload
    def adding(self, key: str, value: str) -> Headers: ...
    @overload
    def adding(self, key: HeaderField[T], value: T) -> Headers: ...
    def adding(self, key: str | HeaderField[T], value: str | T) -> Headers:
        """These headers with one more line at the end; with a key, the lines of its value.

        Raises:
            HeaderValueError: The name or the value is not valid in an HTTP message.
        """
        if isinstance(key, HeaderField):
            return self._changed([*self.pairs, *encoded(key, cast("T", value))])  # as above
        return self._changed([*self.pairs, checked_line(key, value)])

    def without(self, *keys: str | Named) -> Headers:
        """These headers without any line of these names, or of these keys' fields."""
        dropped = {name_of(key).lower() for key in keys}
        return self._changed([pair for pair in self.pairs if pair[0].lower() not in dropped], *dropped)

    def end_to_end(self) -> Headers:
        """These headers without those of the connection: what may be copied from an upstream's answer.

        Connection, Keep-Alive, Proxy-Connection, TE, Trailer, Transfer-Encoding and Upgrade are left out, and every
        field that Connection names (RFC 9110 §7.6.1).

        >>> Headers({"Connection": "close, X-Hop", "X-Hop": "1", "ETag": '"1"'}).end_to_end()
        Headers([('ETag', '"1"')])
        """
        named = {name.strip(OWS) for line in self.getlist("Connection") for name in line.split(",")}
        return self.without(*HOP_BY_HOP, *named)

    def _changed(self, pairs: Iterable[tuple[str, str]], *settled: str) -> Headers:
        """Headers of other lines, of which some names are settled: nothing of those is malformed any more."""
        left_out = self.left_out
        if left_out:
            left_out = left_out.difference([name.lower() for name in settled])
        return Headers.unchecked(tuple(pairs), self._state[2], left_out)

    @override
    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Headers) else NotImplemented

    @override
    def __hash__(self) -> int:
        return hash(self._key())

    @override
    def __reduce__(
        self,
    ) -> tuple[Callable[[Pairs, Limits | None, frozenset[str]], Headers], tuple[Pairs, Limits | None, frozenset[str]]]:
        return _unpickled, (self.pairs, self._state[2], self.left_out)


# PERF: a slot's own setter is half the price of object.__setattr__ on a frozen class.
_set_state: Final = Headers.__dict__["_state"].__set__

_PAIRS: Final = "pairs"
_LINES: Final = "lines"
_NOTHING: Final = frozenset[str]()


def _unpickled(pairs: Pairs, limits: Limits | None, left_out: frozenset[str]) -> Headers:
    return Headers.unchecked(Headers(pairs).pairs, limits, left_out)


def _malformed(name: str, error: Exception) -> HeaderError:
    """The error of a field whose key cannot read it."""
    if isinstance(error, GrammarError):
        return HeaderError.from_grammar(error, name)
    malformed = HeaderError(f"{name} is malformed.", name)
    malformed.add_note(f"its key raised {type(error).__name__}")
    return malformed


def _illegal_field(name: str) -> HeaderError:
    return HeaderError(f"{name} contains a control character or is not text.", name)


def _decode(environ: Environ) -> Pairs:
    pairs: list[tuple[str, str]] = []
    for key, value in environ.items():
        name = FIELD_NAMES[key]
        if name is None:
            continue
        # PERF: what legal_value() comes to for nearly every field, in two thirds of the time of all.
        if isinstance(value, str) and value and value.isascii() and value.isprintable() and key not in LOCATION_KEYS:
            pairs.append((name, value.strip(" ")))
        elif (legal := legal_value(key, value)) is not None:
            pairs.append((name, legal))
    return tuple(pairs)


def _illegal(environ: Environ) -> Iterator[str]:
    """The names of the fields that `_decode` leaves out; one that CGI writes empty is absent, not illegal."""
    for key, value in environ.items():
        name = FIELD_NAMES[key]
        if name is not None and value not in (None, "") and legal_value(key, value) is None:
            yield name.lower()
