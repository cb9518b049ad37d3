"""`NameSet`: the value of fields that list names, such as Vary, Allow and Content-Language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, ClassVar, NoReturn, Self, cast

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import ListValue, resolve_hints, unchecked
from verglas.syntax.tokens import MAX_ITEMS, is_token, split_list

__all__ = ["NameSet"]


def _as_names(names: str | Iterable[str]) -> tuple[str, ...]:
    if not isinstance(names, str):
        try:
            return tuple(names)
        except TypeError:
            raise TypeError(f"expected a str or several names, not {type(names).__name__}") from None
    try:
        return split_list(names)
    except GrammarError as error:
        raise HeaderValueError.from_grammar(error) from error


resolve_hints(_as_names)


@frozen(eq=False)
class NameSet(ListValue, Collection[str]):
    """Names in the order in which they were listed, each once: what Vary, Allow and their like say.

    A base: the value of a field is a final subclass, which says in its class variables what its names are.

        #name                ; RFC 9110 §5.6.1; a name is a token

    Example values: `Cookie, Accept-Encoding`; `GET, HEAD`; `da, en`.

    | one          | other       | without case | `case_sensitive` |
    |--------------|-------------|--------------|------------------|
    | `A, B`       | `B, A`      | equal        | equal            |
    | `A, A`       | `A`         | equal        | equal            |
    | `A`          | `a`         | equal        | not equal        |
    | `A`          | `A, B`      | not equal    | not equal        |

    It is a `collections.abc.Set`: equal to any set of the same names, but not to another class of these. A subclass is
    decorated with `@frozen(eq=False)`, or attrs would give it an `==` of its own.

    Attributes:
        names: The names as they were spelled first. The constructor takes the value of a field, too.
        grammar: The field, for messages.
        expected: What a name is, for messages.
        case_sensitive: Whether names that differ in case are two.

    Raises:
        HeaderValueError: A name is not one that the field may list, or there are more than `max_list_items`.

    >>> fields = NameSet("Cookie") | ["Accept", "cookie"]
    >>> str(fields), "COOKIE" in fields, len(fields)
    ('Cookie, Accept', True, 2)
    """

    _instead: ClassVar[str] = "use |= or -= on the property of the response, as in response.vary |= {{...}}"

    grammar: ClassVar[str] = "list of names"
    expected: ClassVar[str] = "a token"
    case_sensitive: ClassVar[bool] = False

    names: tuple[str, ...] = field(default=(), converter=_as_names, eq=False)
    _keys: frozenset[str] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        spellings = self._spellings(self.names, HeaderValueError)
        if len(spellings) > MAX_ITEMS:
            raise HeaderValueError(self.grammar, f"more than {MAX_ITEMS} names")
        object.__setattr__(self, "names", tuple(spellings.values()))
        object.__setattr__(self, "_keys", frozenset(spellings))

    @classmethod
    @override
    def parse(cls, text: str, /, *, max_items: int = MAX_ITEMS) -> Self:
        """Read the value of a field.

        Args:
            text: Its lines, joined with commas.
            max_items: How many members there may be.

        Raises:
            GrammarError: A member is not one that the field may list.
            LimitError: The text has more than `max_items` members.

        >>> NameSet.parse("a, , B,A").names
        ('a', 'B')
        """
        spellings = cls._spellings(split_list(text, max_items=max_items, grammar=cls.grammar), GrammarError)
        return unchecked(cls, names=tuple(spellings.values()), _keys=frozenset(spellings))

    @classmethod
    def _spellings(cls, names: Iterable[str], fault: type[GrammarError]) -> dict[str, str]:
        """Each name as it was spelled first, by what it is compared by."""
        spellings: dict[str, str] = {}
        for name in names:
            try:
                known = cls.is_name(name)
            except (AttributeError, TypeError):
                raise TypeError(f"{cls.grammar}: a name must be a str, not {type(name).__name__}") from None
            if not known:
                raise fault(cls.grammar, f"expected {cls.expected}", name)
            spellings.setdefault(cls._key(name), name)
        return spellings

    if not TYPE_CHECKING:  # to checkers, a class with a __getattr__ would have any attribute

        def __getattr__(self, name: str) -> NoReturn:
            """Say how names are added and taken away, to whoever looks for a method of `set`.

            Raises:
                AttributeError: Always: the name is not that of an attribute.
            """
            if hasattr(set, name):
                raise self._refusal(f"{name} does not exist", name)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    @classmethod
    def is_name(cls, text: str) -> bool:
        """Whether a text may be one of the names: a token, unless a subclass has narrower ones."""
        return is_token(text)

    @classmethod
    def _key(cls, name: str) -> str:
        return name if cls.case_sensitive else name.lower()

    def without(self, *names: str) -> Self:
        """These names but for those given.

        >>> str(NameSet("a, b").without("B"))
        'a'
        """
        gone = {self._key(name) for name in names}
        return type(self)([name for name in self.names if self._key(name) not in gone])

    def as_set(self, preserve_casing: bool = False) -> set[str]:
        """A new set of the names: as they compare, or as they are spelled."""
        return set(self.names if preserve_casing else self._keys)

    def find(self, name: str) -> int:
        """The position of a name, -1 if it is not there."""
        return [self._key(one) for one in self.names].index(self._key(name)) if name in self else -1

    def index(self, name: str) -> int:
        """The position of a name.

        Raises:
            IndexError: The name is not in the set.
        """
        found = self.find(name)
        if found < 0:
            raise IndexError(name)
        return found

    def isdisjoint(self, other: Iterable[str]) -> bool:
        """Whether no name is in the other."""
        return self._keys.isdisjoint(self._keys_of(other))

    def _keys_of(self, other: Iterable[object]) -> frozenset[object]:
        """The members of another collection, as the names compare."""
        return frozenset([self._key(name) if isinstance(name, str) and name.isascii() else name for name in other])

    def _of(self, keys: AbstractSet[object]) -> Self:
        return type(self)([name for name in self.names if self._key(name) in keys])

    def __or__(self, other: str | Collection[str]) -> Self:
        return type(self)((*self.names, *_as_names(other)))

    def __and__(self, other: Collection[str]) -> Self:
        return self._of(self._keys_of(other))

    def __sub__(self, other: Collection[str]) -> Self:
        return self._of(self._keys - self._keys_of(other))

    def __xor__(self, other: Collection[str]) -> Self:
        return (self - other) | [name for name in other if name not in self]

    __ror__ = __or__
    __rand__ = __and__
    __rxor__ = __xor__

    def __rsub__(self, other: Collection[str]) -> Self:
        return type(self)([name for name in other if name not in self])

    def __le__(self, other: AbstractSet[str]) -> bool:
        return self._keys <= self._keys_of(other)

    def __lt__(self, other: AbstractSet[str]) -> bool:
        return self._keys < self._keys_of(other)

    def __ge__(self, other: AbstractSet[str]) -> bool:
        return self._keys >= self._keys_of(other)

    def __gt__(self, other: AbstractSet[str]) -> bool:
        return self._keys > self._keys_of(other)

    @override
    def __eq__(self, other: object) -> bool:
        if isinstance(other, NameSet):
            return type(self) is type(other) and self._keys == other._keys
        if not isinstance(other, AbstractSet):
            return NotImplemented
        return self._keys == self._keys_of(cast("AbstractSet[object]", other))  # isinstance() cannot tell of what

    @override
    def __hash__(self) -> int:
        return hash(self._keys)

    @override
    def __contains__(self, name: object) -> bool:
        # Names are ASCII, and the Kelvin sign is a k in lower case.
        return isinstance(name, str) and name.isascii() and self._key(name) in self._keys

    def __getitem__(self, position: int) -> str:
        return self.names[position]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    @override
    def __len__(self) -> int:
        return len(self.names)

    def __bool__(self) -> bool:
        return bool(self.names)

    @override
    def __str__(self) -> str:
        return ", ".join(self.names)


# Not a base: to type checkers, its `|` would have to take sets of anything.
AbstractSet.register(NameSet)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]  # typeshed has no ABCMeta there
