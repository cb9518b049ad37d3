"""Names with one or more values, in the order received: what queries, forms, files and cookies are."""

from __future__ import annotations

from collections.abc import Callable, Collection, ItemsView, Iterable, Iterator, Mapping, Sequence
from typing import ClassVar, Final, Literal, Self, TypeAlias, TypeVar, cast, overload

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import CONVERSION_ERRORS
from verglas.errors.http import HTTPError
from verglas.errors.parse import BadRequestKeyError, FieldError
from verglas.values import Value

__all__ = ["FirstItems", "LONGEST_UNREAD", "MultiMap", "PairsLike", "TextMap", "converted", "expanded"]

V = TypeVar("V")
T = TypeVar("T")
D = TypeVar("D")

LONGEST_UNREAD: Final = 2048
"""Characters of a text that is searched for each name, in a microsecond at most; one that is longer is parsed first."""

PairsLike: TypeAlias = Mapping[str, V] | Mapping[str, Sequence[V]] | Iterable[tuple[str, V]]
"""Anything that a multimap is made from: pairs, or a mapping to one value or to a list or tuple of several."""


class FirstItems(ItemsView[str, V]):
    """The items of a mapping that has them at hand. PERF: `ItemsView` looks each of them up, in three calls.

    Args:
        mapping: The mapping.
        pairs: Gives each name with its first value.
    """

    __slots__ = ("_pairs",)

    def __init__(self, mapping: Mapping[str, V], pairs: Callable[[], Collection[tuple[str, V]]]) -> None:
        self._mapping = mapping
        self._pairs = pairs

    @override
    def __iter__(self) -> Iterator[tuple[str, V]]:
        return iter(self._pairs())

    @override
    def __len__(self) -> int:
        return len(self._mapping)


@frozen(init=False, eq=False, repr=False)
class MultiMap(Value, Mapping[str, V]):
    """A frozen `Mapping` of each name to its first value, which remembers all pairs.

    Equal only to the same type with equal pairs: a name's order and its other values count. A missing name raises
    `BadRequestKeyError`, which is a `KeyError` and a 400.

    Args:
        pairs: Pairs, or a mapping to one value or to a list or tuple of several.

    Raises:
        TypeError: A name is not a `str`, or a value is not of the type that the class holds.

    >>> colours = MultiMap([("a", "red"), ("b", "green"), ("a", "blue")])
    >>> colours["a"], colours.getlist("a"), list(colours)
    ('red', ['red', 'blue'], ['a', 'b'])
    """

    _instead: ClassVar[str] = "make another of changed pairs, such as MultiMap([*value.pairs, ...])"
    _instead_of_text: ClassVar[str] = ""
    """The advice to whoever makes one of a text."""

    # An alias that the constructor does not take: attrs.evolve() raises, where it would make an empty one.
    _pairs: tuple[tuple[str, V], ...] | None = field(alias="_pairs")
    _firsts: dict[str, V] | None = field(init=False)

    def __init__(self, pairs: PairsLike[V] = ()) -> None:
        _set_pairs(self, tuple([self._checked(name, value) for name, value in expanded(pairs, self._instead_of_text)]))
        _set_firsts(self, None)

    @classmethod
    def unchecked(cls, pairs: tuple[tuple[str, V], ...]) -> Self:
        """Make an instance of pairs that a parser made; their types are not checked again.

        Args:
            pairs: All pairs, in order.
        """
        self = object.__new__(cls)
        _set_pairs(self, pairs)
        firsts = dict(pairs)  # right unless a name is there twice, of which the first value counts
        _set_firsts(self, firsts if len(firsts) == len(pairs) else None)
        return self

    def _checked(self, name: object, value: object) -> tuple[str, V]:
        if not isinstance(name, str):
            raise TypeError(f"{type(self).__name__}: a name must be str, not {type(name).__name__}")
        return name, self._checked_value(name, value)

    def _checked_value(self, name: str, value: object) -> V:
        """Raise `TypeError` for a value of a type that this class does not hold; a subclass says which it holds."""
        del name
        return cast("V", value)  # what V is here, only the type checker knows: it checked the argument

    @property
    def pairs(self) -> tuple[tuple[str, V], ...]:
        """All pairs, in the order received."""
        pairs = self._pairs
        return self._parsed() if pairs is None else pairs

    def _parsed(self) -> tuple[tuple[str, V], ...]:
        """The pairs of a map that has none yet: see `TextMap.unread`."""
        raise NotImplementedError

    def _first_values(self, wanted: object = None) -> dict[str, V]:
        """The first value of each name; of the one that is wanted, it may be the only one."""
        del wanted
        firsts = self._firsts
        if firsts is None:
            pairs = self.pairs
            firsts = dict(pairs)
            if len(firsts) < len(pairs):
                firsts = dict(reversed(pairs))
                firsts = {name: firsts[name] for name, _ in pairs}
            _set_firsts(self, firsts)
        return firsts

    @override
    def __getitem__(self, key: str, /) -> V:
        """The first value.

        Raises:
            BadRequestKeyError: The name has no value.
        """
        firsts = self._firsts
        try:
            return (self._first_values(key) if firsts is None else firsts)[key]
        except KeyError:
            raise BadRequestKeyError(key) from None

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._first_values())

    @override
    def __len__(self) -> int:
        return len(self._first_values() if self._firsts is None else self._firsts)

    @override
    def __contains__(self, key: object, /) -> bool:
        return key in (self._first_values(key) if self._firsts is None else self._firsts)

    @overload
    def get(self, key: str) -> V | None: ...
    @overload
    def get(self, key: str, default: V) -> V: ...
    @overload
    def get(self, key: str, default: D) -> V | D: ...
    @overload
    def get(self, key: str, default: None = None, *, type: Callable[[V], T]) -> T | None: ...
    @overload
    def get(self, key: str, default: D, type: Callable[[V], T]) -> T | D: ...
    @override
    def get(self, key: str, default: D | None = None, type: Callable[[V], T] | None = None) -> V | T | D | None:
        """The first value, converted if `type` is given; the default when it is missing or does not convert.

        Args:
            key: The name.
            default: What to return instead.
            type: Called with the value. An error that says that it does not convert (`ValueError`, `TypeError`,
                `ArithmeticError`, `LookupError`, `RecursionError`) means the default; an `HTTPError` is raised.
        """
        firsts = self._firsts
        if firsts is None:
            firsts = self._first_values(key)
        if key not in firsts:
            return default
        if type is None:
            return firsts[key]
        try:
            return type(firsts[key])
        except HTTPError:
            raise
        except CONVERSION_ERRORS:
            return default

    @overload
    def getlist(self, key: str) -> list[V]: ...
    @overload
    def getlist(self, key: str, type: Callable[[V], T]) -> list[T]: ...
    def getlist(self, key: str, type: Callable[[V], T] | None = None) -> list[V] | list[T]:
        """All values of a name, in order; those that do not convert are left out, as the name asks for.

        Args:
            key: The name.
            type: Called with each value; an error as for `get` leaves the value out.
        """
        values = [value for name, value in self.pairs if name == key]
        return values if type is None else converted(values, type)

    @overload
    def one(self, key: str) -> V: ...
    @overload
    def one(self, key: str, type: Callable[[V], T]) -> T: ...
    def one(self, key: str, type: Callable[[V], T] | None = None) -> V | T:
        """The only value of a name, converted: what is missing, doubled or malformed is a 400 that names it.

        Args:
            key: The name.
            type: Called with the value; an error as for `get` is the 400.

        Raises:
            BadRequestKeyError: The name has no value.
            FieldError: The name has several values, or its value does not convert.

        >>> MultiMap({"page": "7"}).one("page", int)
        7
        """
        values = self.getlist(key)
        if not values:
            raise BadRequestKeyError(key)
        if len(values) > 1:
            raise FieldError(f"The field {key!r} is given more than once.", key)
        if type is None:
            return values[0]
        try:
            return type(values[0])
        except HTTPError:
            raise
        except CONVERSION_ERRORS as error:
            refused = FieldError(f"The field {key!r} is not valid.", key)
            refused.add_note(f"its conversion raised {error.__class__.__name__}")
            raise refused from None  # the error shows the value

    @overload
    def items(self, multi: Literal[False] = False) -> ItemsView[str, V]: ...
    @overload
    def items(self, multi: Literal[True]) -> tuple[tuple[str, V], ...]: ...
    @override
    def items(self, multi: bool = False) -> ItemsView[str, V] | tuple[tuple[str, V], ...]:
        """Each name with its first value, or all pairs if `multi`."""
        return self.pairs if multi else FirstItems(self, self._first_pairs)

    def _first_pairs(self) -> Collection[tuple[str, V]]:
        firsts, pairs = self._first_values() if self._firsts is None else self._firsts, self.pairs
        return pairs if len(firsts) == len(pairs) else firsts.items()

    def lists(self) -> tuple[tuple[str, list[V]], ...]:
        """Each name with all its values."""
        return tuple(self.to_dict(flat=False).items())

    def listvalues(self) -> tuple[list[V], ...]:
        """All values of each name."""
        return tuple(self.to_dict(flat=False).values())

    @overload
    def to_dict(self, flat: Literal[True] = True) -> dict[str, V]: ...
    @overload
    def to_dict(self, flat: Literal[False]) -> dict[str, list[V]]: ...
    def to_dict(self, flat: bool = True) -> dict[str, V] | dict[str, list[V]]:
        """A new dict of first values, or of lists of all values if not `flat`."""
        if flat:
            return dict(self._first_values())
        lists: dict[str, list[V]] = {}
        for name, value in self.pairs:
            lists.setdefault(name, []).append(value)
        return lists

    @override
    def __eq__(self, other: object) -> bool:
        # A Mapping's own `==` would make Query([(a, 1), (a, 2)]) equal to {a: 1}, and drop the hash.
        if not isinstance(other, MultiMap) or type(self) is not type(cast("object", other)):  # as in expanded()
            return NotImplemented
        return self.pairs == cast("MultiMap[object]", other).pairs

    @override
    def __hash__(self) -> int:
        return hash((type(self), self.pairs))

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self.pairs)!r})"

    @override
    def __reduce__(self) -> tuple[type[MultiMap[V]], tuple[tuple[tuple[str, V], ...]]]:
        return type(self), (self.pairs,)


# PERF: a slot's own setter is half the price of object.__setattr__ on a frozen class.
_set_pairs: Final = MultiMap.__dict__["_pairs"].__set__
_set_firsts: Final = MultiMap.__dict__["_firsts"].__set__


class TextMap(MultiMap[str]):
    """A `MultiMap` of text to text: what queries, forms and cookies are. Its values do not show in `repr`."""

    __slots__ = ("_text",)

    _text: str

    _separator: ClassVar[str] = ""
    """The separator of the fields in the text of one that is made by `unread`."""

    @classmethod
    def unread(cls, text: str) -> Self:
        """Make an instance of a text that is parsed when more of it is asked for than first values.

        PERF: most requests are asked for one cookie and one or two parameters, if any. Finding one takes a fifth of the
        time of parsing five, and a text that is there already no memory.

        Args:
            text: Nothing but ASCII, with no name of letters, digits, `-` and `_` escaped, and within all limits.
        """
        self = object.__new__(cls)
        _set_pairs(self, None)
        _set_firsts(self, None)
        _set_text(self, text)
        return self

    @override
    def _parsed(self) -> tuple[tuple[str, str], ...]:
        pairs = self._parse(self._text)
        _set_pairs(self, pairs)
        return pairs

    @override
    def _first_values(self, wanted: object = None) -> dict[str, str]:
        if self._pairs is not None or not isinstance(wanted, str):
            return super()._first_values()
        # No other name is certain to stand in the text as it is.
        if not (wanted.isascii() and (wanted.isidentifier() or wanted.replace("-", "_").isidentifier())):
            return super()._first_values()
        text, separator = self._text, self._separator
        # Of each place where the name begins a field, the end: another name may begin as this does.
        end = len(wanted) if text.startswith(wanted) else 0
        start, at = f"{separator}{wanted}", 0
        while at >= 0:
            if end and text.startswith("=", end):
                stop = text.find(separator, end)
                value = text[end + 1 :] if stop < 0 else text[end + 1 : stop]
                return {wanted: self._decode(value) if "%" in value or "+" in value else value}
            if end and (end == len(text) or text.startswith(separator, end)):
                return {wanted: ""}
            at = text.find(start, end)
            end = at + len(start)
        return {}

    def _parse(self, text: str) -> tuple[tuple[str, str], ...]:
        raise NotImplementedError

    def _decode(self, value: str) -> str:
        """The value that is meant by one with a `%` or a `+`."""
        return value

    @override
    def _checked_value(self, name: str, value: object) -> str:
        if not isinstance(value, str):
            raise TypeError(f"{type(self).__name__}: the value of {name!r} must be str, not {type(value).__name__}")
        return value

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._shown()!r})"

    def _shown(self) -> list[tuple[str, str]]:
        return [(name, "***") for name, _ in self.pairs]


_set_text: Final = TextMap.__dict__["_text"].__set__


def converted(values: Iterable[V], type: Callable[[V], T]) -> list[T]:
    """The values that convert, in order; the others are left out.

    Args:
        values: What is converted.
        type: Called with each value.

    >>> converted(["1", "x", "2"], int)
    [1, 2]
    """
    found: list[T] = []
    for value in values:
        try:
            found.append(type(value))
        except HTTPError:
            raise
        except CONVERSION_ERRORS:
            continue
    return found


def expanded(pairs: object, instead: str = "") -> Iterator[tuple[object, object]]:
    """Any of `PairsLike` as pairs, with nothing known of their types yet.

    Args:
        pairs: The pairs, or the mapping.
        instead: For the message, what to write where it is neither.

    Raises:
        TypeError: The argument is neither pairs nor a mapping.
    """
    if isinstance(pairs, MultiMap):
        yield from cast("MultiMap[object]", pairs).pairs  # isinstance() cannot tell the type argument
    elif isinstance(pairs, Mapping):
        for name, value in cast("Mapping[object, object]", pairs).items():  # as above
            if isinstance(value, list | tuple):
                yield from ((name, one) for one in cast("Sequence[object]", value))  # as above
            else:
                yield name, value
    elif isinstance(pairs, Iterable):
        for pair in cast("Iterable[tuple[object, object]]", pairs):
            try:
                name, value = pair
            except (TypeError, ValueError):  # such as a character of a text
                what = type(cast("object", pairs)).__name__
                what += "" if what in ("str", "bytes") else f" of {type(pair).__name__}"
                raise TypeError(f"expected pairs or a mapping, not {what}{instead}") from None
            yield name, value
    else:
        raise TypeError(f"expected pairs or a mapping, not {type(pairs).__name__}{instead}")
