"""`MutableHeaders`: the fields of a response that is being built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar, cast, final, overload

from verglas.backports import override
from verglas.errors.grammar import CONVERSION_ERRORS, GrammarError, HeaderValueError
from verglas.errors.http import HTTPError
from verglas.headers.arguments import FieldText, WritableHeaders
from verglas.headers.fields import HeaderField, Named, name_of
from verglas.headers.lines import as_text, check_size, checked_line, lowered
from verglas.headers.mapping import Absent, HeaderMapping, Headers, Pairs, checked_pairs, encoded
from verglas.limits import DEFAULT_LIMITS
from verglas.multimap import converted
from verglas.syntax.cookies import cookie_identity
from verglas.syntax.parameters import format_parameters
from verglas.syntax.percent import encode_percent
from verglas.syntax.tokens import check_token

__all__ = ["MutableHeaders"]

T = TypeVar("T")
D = TypeVar("D")


@final
class MutableHeaders(HeaderMapping, MutableMapping[str, str]):
    """The header fields of a response while it is built: a case-insensitive `MutableMapping` of names to first values.

    Every write is checked: what could not go on the wire raises. Setting `None` takes a field away. Equal when the
    lines are, names compared in lower case; not hashable: `Headers(...)` of it is.

    Args:
        headers: Pairs, or a mapping of names to one value or to a list or tuple of several, of keys to their values.
            They are copied.

    Raises:
        HeaderValueError: A name or a value is not valid in an HTTP message (RFC 9110 §5.1, §5.5).
        TypeError: A name is not a `str`, or a value neither a `str` nor an `int`, which is written in decimal.

    >>> headers = MutableHeaders({"X-Tag": ["a", "b"]})
    >>> headers["x-tag"] = "c"
    >>> headers.add("Vary", "Cookie")
    >>> headers.pairs
    (('x-tag', 'c'), ('Vary', 'Cookie'))
    """

    # One dict is both the order of the lines and the way to them, so that no write looks through all of them: the key
    # of the first line of a name is the name in lower case, that of a further line an object of its own, which
    # `_further` has by the name. `_cookies` has the keys of all Set-Cookies by the name of the cookie, once one may be
    # replaced.
    __slots__ = ("_cookies", "_further", "_lines")

    def __init__(self, headers: WritableHeaders | None = None) -> None:
        self._lines: dict[object, tuple[str, str]] = {}
        self._further: dict[str, dict[object, None]] | None = None
        self._cookies: dict[str, dict[object, None]] | None = None
        if headers is not None:
            lines = checked_pairs(headers, sent=True)
            self.assign(lines)
            if "content-length" in self._lines:
                one_length(lines)

    @property
    @override
    def pairs(self) -> Pairs:
        """All field lines, in order."""
        return tuple(self._lines.values())

    @override
    def to_wsgi_list(self) -> list[tuple[str, str]]:
        """A new list of the pairs, as a WSGI server takes it (PEP 3333)."""
        return [*self._lines.values()]

    def with_length(self, length: int, *, restates: bool, adds: bool) -> list[tuple[str, str]]:
        """A new list of the pairs, with the length of a body as Content-Length.

        Args:
            length: The number of bytes.
            restates: Whether it takes the place of one that is there.
            adds: Whether it is added where none is.
        """
        stated = self._lines.get("content-length")
        if stated is None:
            return [*self._lines.values(), ("Content-Length", str(length))] if adds else self.to_wsgi_list()
        if not restates:
            return self.to_wsgi_list()
        return [*(self._lines | {"content-length": (stated[0], str(length))}).values()]

    def lines_without(self, dropped: AbstractSet[str]) -> list[tuple[str, str]]:
        """A new list of the pairs but those of some names.

        Args:
            dropped: The names, in lower case.
        """
        if dropped.isdisjoint(self._lines):
            return [*self._lines.values()]
        return [line for line in self._lines.values() if line[0].lower() not in dropped]

    def freeze(self) -> Headers:
        """The same fields as a value."""
        return Headers.unchecked(self.pairs)

    def assign(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Hold these lines and no others.

        Args:
            pairs: Lines that were checked before; they are not checked again.
        """
        self._further = self._cookies = None
        lines: dict[object, tuple[str, str]] = {}
        for line in pairs:
            lines[line[0].lower()] = line
        self._lines = lines
        if len(lines) != len(pairs):  # a name has several
            self._lines = {}
            for line in pairs:
                self._append(line)

    @overload
    def getlist(self, key: str | Named) -> list[str]: ...
    @overload
    def getlist(self, key: str | Named, type: Callable[[str], T]) -> list[T]: ...
    @override
    def getlist(self, key: str | Named, type: Callable[[str], T] | None = None) -> list[str] | list[T]:
        """The values of all lines with this name, or of a key's, in order; those that do not convert are left out."""
        low = (key if isinstance(key, str) else name_of(key)).lower()
        line = self._lines.get(low)
        values = [] if line is None else [line[1]]
        if self._further and low in self._further:
            values += [self._lines[at][1] for at in self._further[low]]
        return values if type is None else converted(values, type)

    @override
    def __contains__(self, key: object, /) -> bool:
        if isinstance(key, str):
            return key.lower() in self._lines
        name: object = getattr(key, "name", None)  # a key, too
        return isinstance(name, str) and name.lower() in self._lines

    @override
    def _first(self, name: str) -> str | None:
        line = self._lines.get(name.lower())
        return None if line is None else line[1]

    @override
    def value_of(self, key: HeaderField[T], default: D) -> T | D:
        """The value of all lines of a field; the default if it has none.

        Raises:
            HeaderValueError: The lines that the application wrote are malformed.
            RequestHeaderFieldsTooLarge: The lines are too long.
        """
        lines = self.getlist(key.name)
        if not lines:
            return default
        check_size(key.name, sum(map(len, lines)), DEFAULT_LIMITS.max_header_value)
        try:
            return key.decode(lines)
        except GrammarError as error:  # the application's own, so never a 400
            raise HeaderValueError.from_grammar(error) from error
        except HTTPError:
            raise
        except CONVERSION_ERRORS as error:
            raise HeaderValueError(key.name, f"its key raised {type(error).__name__}") from error

    @overload
    def __setitem__(self, key: str, value: FieldText | None, /) -> None: ...
    @overload
    def __setitem__(self, key: HeaderField[T], value: T | None, /) -> None: ...
    @override
    def __setitem__(self, key: str | HeaderField[T], value: FieldText | T | None, /) -> None:
        """Make this the only line of the name, where the first was, or at the end; `None` takes it away.

        Raises:
            HeaderValueError: The name or the value is not valid in an HTTP message.
            TypeError: The value is not a `str`, an `int`, or `None`.
        """
        if isinstance(key, HeaderField):
            lines = () if value is None else key.encode(cast("T", value))  # the overload has checked
            if len(lines) == 1:
                self.put(checked_line(key.name, lines[0], sent=True))
            else:
                self.setlist(key.name, lines)
        elif value is None:
            self._drop(lowered(key))
        else:
            self.put(checked_line(key, value, sent=True))

    def put(self, line: tuple[str, str]) -> None:
        """Make a line that was checked before the only one of its name, where the first was, or at the end."""
        low = line[0].lower()
        if self._further or self._cookies:
            self._drop_further(low)
        self._lines[low] = line

    def put_absent(self, line: tuple[str, str]) -> None:
        """Add a line that was checked before, unless there is one of its name."""
        low = line[0].lower()
        if low not in self._lines:
            self._lines[low] = line

    def complete(self, lines: Iterable[tuple[str, str]]) -> None:
        """Add lines that were checked before, each unless there is one of its name.

        Args:
            lines: The lines.
        """
        for line in lines:
            self._lines.setdefault(line[0].lower(), line)

    def revise(self, dropped: AbstractSet[str], lines: Iterable[tuple[str, str]]) -> None:
        """Take fields away, and then put lines that were checked before.

        Args:
            dropped: The names, in lower case.
            lines: The lines, each the only one of its name.
        """
        gone = dropped & self._lines.keys()
        if self._further or self._cookies:
            for low in [*gone, *[line[0].lower() for line in lines]]:
                self._drop_further(low)
        for low in gone:
            del self._lines[low]
        for line in lines:
            self._lines[line[0].lower()] = line

    def put_cookie(self, line: str, *, beside: bool = False) -> None:
        """Add a Set-Cookie that was checked before.

        Args:
            line: The value of the line.
            beside: Whether those stay that have the same name, domain and path, which it replaces (6265bis §5.7).
        """
        if "set-cookie" not in self._lines:
            self._cookies = None
            self._lines["set-cookie"] = ("Set-Cookie", line)
            return
        if not beside:
            if self._cookies is None:
                self._cookies = {}
                for at in self._keys("set-cookie"):
                    self._note_cookie(at)
            if namesakes := self._cookies.get(_cookie_name(line)):
                same = cookie_identity(line)
                for at in [at for at in namesakes if _identity(self._lines[at][1]) == same]:
                    self._drop_cookie(at)
        self._append(("Set-Cookie", line))

    def _keys(self, low: str) -> list[object]:
        """The keys of the lines of a name, in order."""
        if low not in self._lines:
            return []
        return [low, *self._further[low]] if self._further and low in self._further else [low]

    def _append(self, line: tuple[str, str]) -> None:
        at: object = line[0].lower()
        if at in self._lines:
            low, at = line[0].lower(), object()
            if self._further is None:
                self._further = {}
            self._further.setdefault(low, {})[at] = None
        self._lines[at] = line
        if self._cookies is not None and len(line[0]) == 10 and line[0].lower() == "set-cookie":
            self._note_cookie(at)

    def _replace(self, low: str, lines: Sequence[tuple[str, str]]) -> None:
        """Have these lines as those of a name: the first where the first was, the others at the end."""
        if not lines:
            self._drop(low)
            return
        self.put(lines[0])
        for line in lines[1:]:
            self._append(line)

    def _drop(self, low: str) -> None:
        if self._further or self._cookies:
            self._drop_further(low)
        self._lines.pop(low, None)

    def _drop_further(self, low: str) -> None:
        """Take the lines of a name away but for the first, which is to be replaced or taken away."""
        if low == "set-cookie":
            self._cookies = None
        for at in (self._further or {}).pop(low, ()):
            del self._lines[at]

    def _note_cookie(self, at: object) -> None:
        cookies = {} if self._cookies is None else self._cookies
        cookies.setdefault(_cookie_name(self._lines[at][1]), {})[at] = None

    def _drop_cookie(self, at: object) -> None:
        """Take one Set-Cookie away; the place of the first is taken by the next."""
        further = (self._further or {}).get("set-cookie", {})
        cookies = self._cookies or {}
        del cookies[_cookie_name(self._lines[at][1])][at]
        if at == "set-cookie" and further:
            successor, at = at, next(iter(further))
            name = _cookie_name(self._lines[at][1])
            cookies[name] = {successor if other is at else other: None for other in cookies[name]}
            self._lines[successor] = self._lines[at]
        further.pop(at, None)
        del self._lines[at]

    @override
    def __delitem__(self, key: str | Named, /) -> None:
        """Take all lines of the name, or of a key's, away; a missing one is no error (as in Werkzeug)."""
        self._drop(name_of(key).lower())

    def remove(self, key: str | Named) -> None:
        """The same as `del headers[key]`."""
        del self[key]

    @overload
    def pop(self, key: str) -> str: ...
    @overload
    def pop(self, key: str, default: str) -> str: ...
    @overload
    def pop(self, key: str, default: D) -> str | D: ...
    @overload
    def pop(self, key: HeaderField[T]) -> T: ...
    @overload
    def pop(self, key: HeaderField[T], default: D) -> T | D: ...
    @override
    def pop(self, key: str | HeaderField[T], default: str | D | Absent = Absent.ABSENT) -> str | T | D:
        """Take all lines of a name away, and give the value of the first; with a key, what they mean.

        Args:
            key: The name, or a key.
            default: The value to return when no line has this name.

        Raises:
            KeyError: No line has this name, and no default is given.
            HeaderValueError: The lines are malformed; only with a key. They stay.
        """
        name = name_of(key)
        if name not in self:
            if isinstance(default, Absent):
                raise KeyError(name)
            return default
        value = self[key]
        del self[name]
        return value

    @overload
    def setdefault(self, key: str, default: str) -> str: ...
    @overload
    def setdefault(self, key: HeaderField[T], default: T) -> T: ...
    @override
    def setdefault(self, key: str | HeaderField[T], default: str | T) -> str | T:
        """The value of the first line of a name, or what all lines of a key's field mean; if there are none, this,
        which is set.

        Args:
            key: The name, or a key.
            default: The value to set where the field is absent.

        Raises:
            HeaderValueError: The value may not be sent; or the lines that are there are malformed, with a key.
        """
        if name_of(key) not in self:
            if isinstance(key, HeaderField):
                self[key] = cast("T", default)  # the overload has checked
            else:
                self[key] = cast("str", default)  # as above
        return self[key]

    @overload
    def add(self, key: str, value: FieldText, /, **parameters: str | int | None) -> None: ...
    @overload
    def add(self, key: HeaderField[T], value: T, /) -> None: ...
    def add(self, key: str | HeaderField[T], value: FieldText | T, /, **parameters: str | int | None) -> None:
        """Append a line; with a key, the lines of its value.

        Args:
            key: The name, or a key.
            value: The value.
            parameters: Appended to the value, `_` in a name as `-`, quoted where needed; `None` is left out. What is
                not ASCII is written as RFC 8187 has it.

        Raises:
            HeaderValueError: The name, the value or a parameter may not be sent.
            TypeError: The value is neither a `str` nor an `int`, or there are parameters beside a key's value.

        >>> headers = MutableHeaders()
        >>> headers.add("Content-Disposition", "attachment", filename="a b.txt")
        >>> headers["Content-Disposition"]
        'attachment; filename="a b.txt"'
        """
        if isinstance(key, HeaderField):
            if parameters:
                raise TypeError(f"the parameters of {key.name} belong to its value: {sorted(parameters)}")
            lines = encoded(key, cast("T", value), sent=True)  # the overload has checked
        else:
            text = value if type(value) is str else as_text(key, value)
            lines = [checked_line(key, _with_parameters(text, parameters), sent=True)]
        if lines and len(lines[0][0]) == 14:  # as Content-Length is
            one_length(lines, self)
        for line in lines:
            self._append(line)

    add_header = add

    def set(self, key: str, value: FieldText | None, /, **parameters: str | int | None) -> None:
        """Make this the only line of the name; parameters as in `add`.

        Raises:
            HeaderValueError: The name, the value or a parameter may not be sent.
            TypeError: The value is not a `str`, an `int`, or `None`.
        """
        self[key] = None if value is None else _with_parameters(as_text(key, value), parameters)

    def setlist(self, key: str | Named, values: Iterable[FieldText]) -> None:
        """Replace all lines of the name: the first where the first was, the others at the end.

        Raises:
            HeaderValueError: The name or a value is not valid in an HTTP message.
            TypeError: A value is neither a `str` nor an `int`, or they are one `str`, which would be a line a letter.
        """
        name = name_of(key)
        if isinstance(values, str):
            raise TypeError(f"the values of {name} must be several, not one str")
        lines = one_length([checked_line(name, value, sent=True) for value in values])
        self._replace(lowered(name), lines)

    def setlistdefault(self, key: str | Named, default: Iterable[FieldText]) -> list[str]:
        """The values of the name; if there are none, these, which are set.

        Raises:
            HeaderValueError: The name or a value is not valid in an HTTP message.
        """
        if name_of(key) not in self:
            self.setlist(key, default)
        return self.getlist(key)

    def extend(self, headers: WritableHeaders | None = None, /, **fields: FieldText) -> None:
        """Append the lines of anything that headers are made from, then those given by keyword.

        Raises:
            HeaderValueError: A name or a value may not be sent; then nothing is appended.
            TypeError: A name is not a `str`, or a value neither a `str` nor an `int`.
        """
        lines = [*checked_pairs(headers, sent=True), *checked_pairs(fields, sent=True)]
        for line in one_length(lines, self):
            self._append(line)

    # A mapping's own update() would keep one line of a name only: this one takes lists and pairs, too.
    @override
    def update(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]  # as said
        self, headers: WritableHeaders | None = None, /, **fields: FieldText
    ) -> None:
        """Replace: every name that is given has just the given lines afterwards.

        Raises:
            HeaderValueError: A name or a value may not be sent.
            TypeError: A name is not a `str`, or a value neither a `str` nor an `int`.
        """
        self |= [*checked_pairs(headers, sent=True), *checked_pairs(fields, sent=True)]

    @override
    def popitem(self) -> tuple[str, str]:
        """Take the last line away, and give it.

        Raises:
            KeyError: The headers are empty.
        """
        if not self._lines:
            raise KeyError("there are no headers")
        at, line = self._lines.popitem()
        low = line[0].lower()
        if at != low and self._further:
            del self._further[low][at]
        if low == "set-cookie":
            self._cookies = None
        return line

    @override
    def clear(self) -> None:
        """Take all lines away."""
        self._lines = {}
        self._further = self._cookies = None

    def copy(self) -> MutableHeaders:
        """A new object with the same lines."""
        other = MutableHeaders()
        if self._further:
            other.assign(self.pairs)
        else:  # each key is a name
            other._lines = self._lines.copy()
        return other

    __copy__ = copy

    def __or__(self, other: Mapping[str, str]) -> MutableHeaders:
        """A new object: these fields, and those of the other in place of ones with the same name."""
        united = self.copy()
        united |= other
        return united

    def __ior__(self, other: WritableHeaders) -> MutableHeaders:
        incoming: dict[str, list[tuple[str, str]]] = {}
        for name, value in one_length(checked_pairs(other, sent=True)):
            incoming.setdefault(name.lower(), []).append((name, value))
        for low, lines in incoming.items():
            name = lines[0][0]  # one spelling for all lines of a field: that of the first
            self._replace(low, [(name, value) for _, value in lines])
        return self

    @override
    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, MutableHeaders) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it can change


def one_length(lines: Iterable[tuple[str, str]], beside: MutableHeaders | None = None) -> list[tuple[str, str]]:
    """The lines, of which not two are a Content-Length: a client would not know which of them to believe.

    Args:
        lines: The lines.
        beside: Those that they are added to; looked through only where a length is added.

    Raises:
        HeaderValueError: Two are.
    """
    found = list(lines)
    lengths = len([name for name, _ in found if len(name) == 14 and name.lower() == "content-length"])
    if lengths > 1 or (lengths and beside is not None and "Content-Length" in beside):
        raise HeaderValueError("Content-Length", "a response has one length: set it, do not add another")
    return found


def _with_parameters(value: str, parameters: Mapping[str, str | int | None]) -> str:
    named = [(name.replace("_", "-"), str(item)) for name, item in parameters.items() if item is not None]
    plain = format_parameters(pair for pair in named if pair[1].isascii())
    # Other text needs the extended notation (RFC 8187 §3.2): what a client chose as a file name is no server's error.
    others = [(check_token(name, "parameter"), item) for name, item in named if not item.isascii()]
    return "".join([value, plain, *(f"; {name}*=UTF-8''{encode_percent(item, '')}" for name, item in others)])


def _cookie_name(line: str) -> str:
    return line[: line.find("=") + 1]


def _identity(line: str) -> tuple[str, str, str] | None:
    try:
        return cookie_identity(line)
    except GrammarError:
        return None  # written into the headers by hand, and a cookie to no browser: it is not replaced
