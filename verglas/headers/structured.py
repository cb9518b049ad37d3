"""Structured fields: values in a grammar that all new fields share (RFC 9651), a base for an application's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Self, TypeAlias, TypeVar, final

from attrs import field, frozen

from verglas.backports import override
from verglas.headers.fields import HeaderField, list_field, single_field
from verglas.syntax.bareitems import BareItem, DisplayString, Token, check_bare, check_key, format_bare
from verglas.syntax.structured import (
    RawMember,
    parse_structured_dictionary,
    parse_structured_item,
    parse_structured_list,
)
from verglas.values import Value

__all__ = [
    "ACCEPT_QUERY",
    "BareItem",
    "DisplayString",
    "InnerList",
    "Parameters",
    "StructuredDictionary",
    "StructuredItem",
    "StructuredList",
    "Token",
    "as_parameters",
    "structured_dictionary_field",
    "structured_item_field",
    "structured_list_field",
]


T = TypeVar("T")


def _typed(value: BareItem) -> tuple[type, BareItem]:
    # To Python, True is 1 and 1 is 1.0; to a structured field they are three values.
    return type(value), value


def _as_bare_pairs(pairs: Mapping[str, BareItem]) -> dict[str, BareItem]:
    return {check_key(key): check_bare(value) for key, value in pairs.items()}


def _typed_pairs(pairs: Mapping[str, BareItem]) -> tuple[tuple[str, type, BareItem], ...]:
    return tuple([(key, type(value), value) for key, value in pairs.items()])


class _Ordered(Value, Mapping[str, T]):
    """The base of mappings, whose order counts."""

    __slots__ = ()

    _pairs: dict[str, T]

    @override
    def __getitem__(self, key: str, /) -> T:
        return self._pairs[key]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._pairs)

    @override
    def __len__(self) -> int:
        return len(self._pairs)

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._pairs!r})"


@final
@frozen(repr=False)
class Parameters(_Ordered[BareItem]):
    """The parameters of an item or an inner list, in order: a mapping (RFC 9651 §3.1.2).

        parameters = *( ";" *SP parameter )
        parameter  = param-key [ "=" param-value ]

    Example values: `;a;q=0.5`. Equal when keys, values, their types and their order are.

    Args:
        pairs: Keys and values. The constructors of items and inner lists take any mapping.

    Raises:
        HeaderValueError: A key or a value is not valid in an HTTP message.
        TypeError: A value is of a type that structured fields do not have.

    >>> str(Parameters({"a": True, "q": 0.5}))
    ';a;q=0.5'
    """

    _pairs: dict[str, BareItem] = field(
        factory=dict[str, BareItem], converter=_as_bare_pairs, eq=_typed_pairs, alias="pairs"
    )

    @override
    def __str__(self) -> str:
        return "".join([f";{key}" if value is True else f";{key}={format_bare(value)}" for key, value in self.items()])


NONE: Final = Parameters()


def as_parameters(parameters: Mapping[str, BareItem]) -> Parameters:
    """The parameters of a mapping."""
    return parameters if isinstance(parameters, Parameters) else Parameters(parameters)


@final
@frozen
class StructuredItem(Value):
    """One value with its parameters: an Item (RFC 9651 §3.3).

        sf-item = bare-item parameters

    Example values: `42`; `?1`; `"text";lang=en`; `:aGVsbG8=:`; `@1659578233`.

    | one         | other               |           |
    |-------------|---------------------|-----------|
    | `1`         | `1`                 | equal     |
    | `1`         | `1.0`               | not equal |
    | `1`         | `?1`                | not equal |
    | `a` (Token) | `"a"` (String)      | not equal |
    | `1;a;b`     | `1;b;a`             | not equal |

    Attributes:
        value: A `bool`, `int`, `float` (a Decimal: thousandths), `str`, `bytes`, aware `datetime` in whole seconds,
            `Token` or `DisplayString`.
        parameters: In their order.

    Raises:
        HeaderValueError: The value or a parameter is not valid in an HTTP message.
        TypeError: The value or a parameter is of a type that structured fields do not have.

    >>> item = StructuredItem.parse("2; foourl=foo")
    >>> item.value, item.parameters["foourl"], str(item)
    (2, Token(value='foo'), '2;foourl=foo')
    """

    value: BareItem = field(converter=check_bare, eq=_typed)
    parameters: Parameters = field(default=NONE, converter=as_parameters)

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read the value of a field.

        Raises:
            GrammarError: The text is not an Item.
        """
        return cls(*parse_structured_item(text))

    @override
    def __str__(self) -> str:
        return f"{format_bare(self.value)}{self.parameters}"


ItemLike: TypeAlias = StructuredItem | BareItem


def _as_item(item: ItemLike) -> StructuredItem:
    return item if isinstance(item, StructuredItem) else StructuredItem(item)


def _as_items(items: Iterable[ItemLike]) -> tuple[StructuredItem, ...]:
    return tuple([_as_item(item) for item in _several(items)])


def _several(items: Iterable[T]) -> Iterable[T]:
    if isinstance(items, str | bytes):
        raise TypeError("expected several items, not one text")
    return items


@final
@frozen
class InnerList(Value):
    """A list inside a list or a dictionary, with parameters of its own (RFC 9651 §3.1.1).

        inner-list = "(" *SP [ sf-item *( 1*SP sf-item ) *SP ] ")" parameters

    Example values: `("foo" "bar");lvl=5`; `()`.

    Attributes:
        items: The items. The constructor takes bare ones, too.
        parameters: In their order.

    Raises:
        HeaderValueError: A value is not valid in an HTTP message.
        TypeError: A value is of a type that structured fields do not have.

    >>> str(InnerList(["foo", 1], {"lvl": 5}))
    '("foo" 1);lvl=5'
    """

    items: tuple[StructuredItem, ...] = field(default=(), converter=_as_items)
    parameters: Parameters = field(default=NONE, converter=as_parameters)

    def __iter__(self) -> Iterator[StructuredItem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @override
    def __str__(self) -> str:
        return f"({' '.join([str(item) for item in self.items])}){self.parameters}"


_Member: TypeAlias = StructuredItem | InnerList
MemberLike: TypeAlias = ItemLike | InnerList


def _as_member(member: MemberLike) -> _Member:
    return member if isinstance(member, InnerList) else _as_item(member)


def _as_members(members: Iterable[MemberLike]) -> tuple[_Member, ...]:
    return tuple([_as_member(member) for member in _several(members)])


def _from_raw(raw: RawMember) -> _Member:
    first, parameters = raw
    if isinstance(first, list):
        return InnerList([StructuredItem(*item) for item in first], parameters)
    return StructuredItem(first, parameters)


@final
@frozen
class StructuredList(Value):
    """Items and inner lists in order: a List (RFC 9651 §3.1).

        sf-list     = list-member *( OWS "," OWS list-member )
        list-member = sf-item / inner-list

    Example values: `sugar, tea, rum`; `("foo" "bar"), ()`. False when it is empty; then the field is not sent.

    Attributes:
        members: The members. The constructor takes bare items, too.

    Raises:
        HeaderValueError: A value is not valid in an HTTP message.
        TypeError: A value is of a type that structured fields do not have.

    >>> str(StructuredList([Token("sugar"), StructuredItem(2, {"q": 0.5}), InnerList(["a", "b"])]))
    'sugar, 2;q=0.5, ("a" "b")'
    """

    members: tuple[_Member, ...] = field(default=(), converter=_as_members)

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read the value of a field, its lines joined with commas.

        Raises:
            GrammarError: The text is not a List. Nothing of it is used then (RFC 9651 §4.2).
        """
        return cls([_from_raw(raw) for raw in parse_structured_list(text)])

    def __iter__(self) -> Iterator[_Member]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    @override
    def __str__(self) -> str:
        return ", ".join([str(member) for member in self.members])


def _as_named(members: Mapping[str, MemberLike]) -> dict[str, _Member]:
    return {check_key(key): _as_member(member) for key, member in members.items()}


def _named_pairs(members: Mapping[str, _Member]) -> tuple[tuple[str, _Member], ...]:
    return tuple(members.items())


@final
@frozen(repr=False)
class StructuredDictionary(_Ordered[_Member]):
    """Items and inner lists by key, in order: a Dictionary, which is a mapping (RFC 9651 §3.2).

        sf-dictionary = dict-member *( OWS "," OWS dict-member )
        dict-member   = member-key ( parameters / ( "=" member-value ))

    Example values: `en="Applepie", da=:w4ZibGV0w6ZydGU=:`; `a, b=?0, c;foo=bar`. False when it is empty; then the
    field is not sent. Equal when keys, members and their order are.

    Args:
        members: Keys and members. Bare items are taken, too.

    Raises:
        HeaderValueError: A key or a value is not valid in an HTTP message.
        TypeError: A value is of a type that structured fields do not have.

    >>> priority = StructuredDictionary.parse("u=1, i")
    >>> priority["u"].parameters, str(priority), str(StructuredDictionary({"a": False, "b": True}))
    (Parameters({}), 'u=1, i', 'a=?0, b')
    """

    _pairs: dict[str, _Member] = field(
        factory=dict[str, _Member], converter=_as_named, eq=_named_pairs, alias="members"
    )

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read the value of a field, its lines joined with commas.

        Raises:
            GrammarError: The text is not a Dictionary. Nothing of it is used then (RFC 9651 §4.2).
        """
        return cls({key: _from_raw(raw) for key, raw in parse_structured_dictionary(text).items()})

    @override
    def __str__(self) -> str:
        return ", ".join([_named(key, member) for key, member in self.items()])


def _named(key: str, member: _Member) -> str:
    if isinstance(member, StructuredItem) and member.value is True:  # §4.1.2: the key alone says it
        return f"{key}{member.parameters}"
    return f"{key}={member}"


def structured_item_field(name: str) -> HeaderField[StructuredItem]:
    """The key of a field that is an Item. Two lines of it are malformed.

    Args:
        name: The field name.

    >>> structured_item_field("Sec-GPC").decode(["?1"]).value
    True
    """
    return single_field(name, StructuredItem)


def structured_list_field(name: str) -> HeaderField[StructuredList]:
    """The key of a field that is a List.

    Args:
        name: The field name.

    >>> len(structured_list_field("Cache-Status").decode(["a; hit", "b; fwd=miss"]))
    2
    """
    return list_field(name, StructuredList)


def structured_dictionary_field(name: str) -> HeaderField[StructuredDictionary]:
    """The key of a field that is a Dictionary.

    Args:
        name: The field name.

    >>> list(structured_dictionary_field("Priority").decode(["u=1, i"]))
    ['u', 'i']
    """
    return list_field(name, StructuredDictionary)


ACCEPT_QUERY: Final[HeaderField[StructuredList]] = structured_list_field("Accept-Query")
"""The media ranges that a QUERY of the resource may have (RFC 10008 §3): Strings, or Tokens, which mean the same."""
