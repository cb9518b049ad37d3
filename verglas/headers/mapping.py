"""`Headers`: the fields of a message, frozen."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias, TypeVar, cast, final, overload

from attrs import field, frozen

from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.errors.parse import HeaderError
from verglas.headers.fields import HeaderField
from verglas.headers.lines import checked_line, trim
from verglas.headers.names import environ_key, field_name, masked
from verglas.headers.sizes import check_size
from verglas.limits import DEFAULT_LIMITS
from verglas.multimap import expanded
from verglas.syntax.locations import check_location
from verglas.syntax.tokens import is_field_value
from verglas.wsgi import Environ

__all__ = ["Headers", "HeadersLike", "Pairs", "checked_pairs", "replaced"]

T = TypeVar("T")
D = TypeVar("D")

Pairs: TypeAlias = tuple[tuple[str, str], ...]

HeadersLike: TypeAlias = Mapping[str, str] | Mapping[str, Sequence[str]] | Iterable[tuple[str, str]]
"""What headers are made from: pairs, or a mapping to one value or to a list or tuple of several."""


def checked_pairs(headers: HeadersLike | None) -> Iterator[tuple[str, str]]:
    """The pairs of anything that headers are made from, each fit for the wire.

    Raises:
        HeaderValueError: A name is no token, or a value holds CR, LF, NUL or another control character, or what
            latin-1 has not (RFC 9110 §5.1, §5.5).
        TypeError: A name or a value is no `str`.
    """
    for name, value in _expand(headers):
        yield checked_line(name, value)


def _expand(headers: object) -> Iterator[tuple[object, object]]:
    pairs: object = getattr(headers, "pairs", None)
    if headers is None:
        return
    if isinstance(pairs, tuple):  # headers of either kind: all their lines
        yield from cast("tuple[tuple[object, object], ...]", pairs)  # checked by the caller
    else:
        yield from expanded(headers)


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


@final
@frozen(init=False, eq=False, repr=False)
class Headers(Mapping[str, str]):
    """The header fields of a message: a case-insensitive `Mapping` of distinct names to their first value.

    `pairs`, `items(multi=True)` and `getlist` have all lines, in the order received. Equal when the pairs are, names
    compared in lower case; equal to no dict.

    Args:
        headers: Pairs, or a mapping to one value or to a list or tuple of several.

    Raises:
        HeaderValueError: A name or a value is not fit for the wire (RFC 9110 §5.1, §5.5).
        TypeError: A name or a value is no `str`.

    >>> headers = Headers([("Accept", "text/html"), ("X-Tag", "a"), ("x-tag", "b")])
    >>> headers["ACCEPT"], headers.getlist("X-Tag"), list(headers)
    ('text/html', ['a', 'b'], ['Accept', 'X-Tag'])
    """

    # An alias that the constructor does not take: attrs.evolve() raises, where it would make an empty one.
    _pairs: Pairs | None = field(alias="_pairs")
    _firsts: dict[str, str] | None = field(init=False)
    _environ: Environ | None = field(init=False)
    _max_value: int = field(init=False)
    _values: dict[object, object] = field(init=False)

    def __init__(self, headers: HeadersLike | None = None) -> None:
        _set_pairs(self, tuple(checked_pairs(headers)))
        _set_firsts(self, None)
        _set_environ(self, None)
        _set_max_value(self, DEFAULT_LIMITS.max_header_value)
        _set_values(self, {})

    @classmethod
    def captured(cls, environ: Environ, max_value: int = DEFAULT_LIMITS.max_header_value) -> Headers:
        """The headers of an environ that nobody writes to any more, each decoded when it is asked for.

        An illegal field (a name that is no token, a value with a control character, no text) is left out.

        Args:
            environ: The environ.
            max_value: Characters of a field's lines above which typed look-up is a 431.
        """
        self = object.__new__(cls)
        _set_pairs(self, None)
        _set_firsts(self, None)
        _set_environ(self, environ)
        _set_max_value(self, max_value)
        _set_values(self, {})
        return self

    @classmethod
    def unchecked(cls, pairs: Pairs, max_value: int = DEFAULT_LIMITS.max_header_value) -> Headers:
        """Make headers of lines that were checked before; they are not checked again.

        Args:
            pairs: All lines.
            max_value: As for `captured`.
        """
        self = object.__new__(cls)
        _set_pairs(self, pairs)
        _set_firsts(self, None)
        _set_environ(self, None)
        _set_max_value(self, max_value)
        _set_values(self, {})
        return self

    @property
    def pairs(self) -> Pairs:
        """All field lines, in the order received."""
        pairs = self._pairs
        if pairs is None:
            pairs = tuple(_decode(self._environ or {}))
            _set_pairs(self, pairs)
        return pairs

    def _first(self, name: str) -> str | None:
        environ = self._environ
        if environ is not None:
            key = environ_key(name)
            return None if key is None else _legal(key, environ.get(key))
        firsts = self._firsts
        if firsts is None:
            firsts = dict[str, str]()
            for line_name, value in self.pairs:
                firsts.setdefault(line_name.lower(), value)
            _set_firsts(self, firsts)
        return firsts.get(name.lower())

    @overload
    def __getitem__(self, key: str, /) -> str: ...
    @overload
    def __getitem__(self, key: HeaderField[T], /) -> T: ...
    def __getitem__(self, key: str | HeaderField[T], /) -> str | T:
        """The value of the first line with this name; with a key, what all lines of the field mean.

        Raises:
            KeyError: There is none.
            HeaderError: They are malformed; only with a key.
            RequestHeaderFieldsTooLarge: They are over-long; only with a key.
        """
        if isinstance(key, HeaderField):
            lines = self.lines_of(key.name)
            if not lines:
                raise KeyError(key.name)
            return self._decoded(key, lines)
        value = self._first(key)
        if value is None:
            raise KeyError(key)
        return value

    def _decoded(self, key: HeaderField[T], lines: list[str]) -> T:
        if key in self._values:
            return cast("T", self._values[key])  # by the key, which has this type
        try:
            value = key.decode(lines)
        except GrammarError as error:
            raise HeaderError.from_grammar(error, key.name) from error
        self._values[key] = value  # decoded once; a value is frozen
        return value

    def lines_of(self, name: str) -> list[str]:
        """All lines of a field that is about to be parsed; none when it is absent.

        A field that was left out, since no header may hold what it holds, is malformed to who asks for its value: an
        `If-Match` with a control character that read as absent would let a request through.

        Raises:
            HeaderError: It was left out.
            RequestHeaderFieldsTooLarge: The lines are over-long.
        """
        lines = self.getlist(name)
        if lines:
            check_size(name, sum(map(len, lines)), self._max_value)
        elif self._environ is not None:
            key = environ_key(name)
            if key is not None and self._environ.get(key) not in (None, ""):
                raise HeaderError(f"{name}: a control character, or what is no text.", name)
        return lines

    def __contains__(self, key: object, /) -> bool:
        name: object = getattr(key, "name", key)  # a key, too, though checkers know only of names
        return isinstance(name, str) and self._first(name) is not None

    def __iter__(self) -> Iterator[str]:
        seen = set[str]()
        for name, _ in self.pairs:
            if (low := name.lower()) not in seen:
                seen.add(low)
                yield name

    def __len__(self) -> int:
        return len({name.lower() for name, _ in self.pairs})

    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, /, default: str) -> str: ...
    @overload
    def get(self, key: str, /, default: D) -> str | D: ...
    @overload
    def get(self, key: str, /, default: None = None, *, type: Callable[[str], T]) -> T | None: ...
    @overload
    def get(self, key: str, /, default: D, type: Callable[[str], T]) -> T | D: ...
    @overload
    def get(self, key: HeaderField[T], /) -> T | None: ...
    @overload
    def get(self, key: HeaderField[T], /, default: D) -> T | D: ...
    def get(
        self, key: str | HeaderField[T], /, default: D | None = None, type: Callable[[str], T] | None = None
    ) -> str | T | D | None:
        """The value of the first line, converted if `type` is given; the default when missing or not convertible.

        With a key: what all lines of the field mean; the default only when there are none.

        Args:
            key: The name, in any case; or a key.
            default: What to return instead.
            type: Called with the value; its `ValueError` means the default.

        Raises:
            HeaderError: The lines are malformed; only with a key.
            RequestHeaderFieldsTooLarge: They are over-long; only with a key.
        """
        if isinstance(key, HeaderField):
            lines = self.lines_of(key.name)
            return self._decoded(key, lines) if lines else default
        value = self._first(key)
        if value is None:
            return default
        if type is None:
            return value
        try:
            return type(value)
        except ValueError:
            return default

    def getlist(self, key: str) -> list[str]:
        """The values of all lines with this name, in order."""
        if self._environ is not None:  # a server has joined them to one
            value = self._first(key)
            return [] if value is None else [value]
        low = key.lower()
        return [value for name, value in self.pairs if name.lower() == low]

    get_all = getlist

    @overload
    def items(self, multi: Literal[False] = False) -> ItemsView[str, str]: ...
    @overload
    def items(self, multi: Literal[True]) -> Pairs: ...
    def items(self, multi: bool = False) -> ItemsView[str, str] | Pairs:
        """Each name with its first value, or all lines if `multi`."""
        return self.pairs if multi else ItemsView(self)

    @overload
    def with_(self, key: str, value: str) -> Headers: ...
    @overload
    def with_(self, key: HeaderField[T], value: T) -> Headers: ...
    def with_(self, key: str | HeaderField[T], value: str | T) -> Headers:
        """These headers with one line of this name, where its first was, or at the end; with a key, the value's lines.

        Raises:
            HeaderValueError: The name or the value is not fit for the wire.
        """
        if isinstance(key, HeaderField):
            name, values = key.name, key.encode(cast("T", value))  # the overload has checked that it is the key's
        else:
            name, values = key, [cast("str", value)]  # as above
        lines = [checked_line(name, one) for one in values]
        return Headers.unchecked(tuple(replaced(self.pairs, name.lower(), lines)), self._max_value)

    def adding(self, key: str, value: str) -> Headers:
        """These headers with one more line at the end.

        Raises:
            HeaderValueError: The name or the value is not fit for the wire.
        """
        return Headers.unchecked((*self.pairs, checked_line(key, value)), self._max_value)

    def without(self, *keys: str) -> Headers:
        """These headers without any line of these names."""
        dropped = {key.lower() for key in keys}
        return Headers.unchecked(
            tuple([pair for pair in self.pairs if pair[0].lower() not in dropped]), self._max_value
        )

    def to_wsgi_list(self) -> list[tuple[str, str]]:
        """A new list of the pairs, as a WSGI server takes it (PEP 3333)."""
        return [*self.pairs]

    def __str__(self) -> str:
        return "".join([*(f"{name}: {value}\r\n" for name, value in self.pairs), "\r\n"])

    def __repr__(self) -> str:
        return f"Headers({masked(self.pairs)!r})"

    def _key(self) -> Pairs:
        return tuple((name.lower(), value) for name, value in self.pairs)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Headers) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> tuple[type[Headers], tuple[Pairs]]:
        return Headers, (self.pairs,)


# PERF: a slot's own setter is half the price of object.__setattr__ on a frozen class.
_set_pairs: Final = Headers.__dict__["_pairs"].__set__
_set_firsts: Final = Headers.__dict__["_firsts"].__set__
_set_environ: Final = Headers.__dict__["_environ"].__set__
_set_max_value: Final = Headers.__dict__["_max_value"].__set__
_set_values: Final = Headers.__dict__["_values"].__set__


def _legal(key: str, value: object) -> str | None:
    """The value of an environ's key, if it is that of a field."""
    if not isinstance(value, str) or not is_field_value(value):
        return None
    if key == "HTTP_LOCATION" or key == "HTTP_CONTENT_LOCATION":
        # As the constructor has it, or a pickle of these headers could not be read.
        try:
            return check_location(trim(value))
        except HeaderValueError:
            return None
    # CGI says an absent Content-Type or -Length with an empty value (RFC 3875 §4.1.2).
    return trim(value) if value or key not in ("CONTENT_TYPE", "CONTENT_LENGTH") else None


def _decode(environ: Environ) -> Iterator[tuple[str, str]]:
    for key, value in environ.items():
        name = field_name(key)
        legal = None if name is None else _legal(key, value)
        if name is not None and legal is not None:
            yield name, legal
