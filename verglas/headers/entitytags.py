"""Entity tags (RFC 9110 §8.8.3): one, and the lists of them that conditions are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Self, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import HeaderField, ListValue, single_field
from verglas.syntax.tokens import MAX_ITEMS, check_count
from verglas.values import Value

__all__ = ["ETAG", "ETag", "ETags"]

# RFC 9110 §8.8.3: etagc = %x21 / %x23-7E / obs-text. Space besides: opaque tags of RFC 2616 §3.11 may hold it, and
# servers that still send those would get their own tags back as unreadable. A backslash escapes nothing.
_ETAGC: Final = r" !#-~\x80-\xff"
_NOT_ETAGC: Final = re.compile(f"[^{_ETAGC}]")
# One class between two characters that are not of it, and anchored where it is tried: nothing is read twice (a
# run of spaces once cost its square elsewhere; pinned by `test_is_linear`).
_ENTITY_TAG: Final = re.compile(f'(W/)?"([{_ETAGC}]*)"')
_MEMBER: Final = re.compile(rf"{_ENTITY_TAG.pattern}([, \t]*)")


@final
@frozen
class ETag(Value):
    """An entity tag: an opaque validator of a representation (RFC 9110 §8.8.3).

        entity-tag = [ weak ] opaque-tag
        weak       = %s"W/"
        opaque-tag = DQUOTE *etagc DQUOTE

    Values look like `"xyzzy"`, `W/"xyzzy"` and `""`. The two comparisons (§8.8.3.2):

        one      other    strong_compare    weak_compare
        ---      -----    --------------    ------------
        W/"1"    W/"1"    False             True
        W/"1"    W/"2"    False             False
        W/"1"    "1"      False             True
        "1"      "1"      True              True

    Attributes:
        tag: What is between the quotes.
        weak: Whether it says only that representations are equivalent, not that they are the same.

    Raises:
        HeaderValueError: The tag holds a quote, a control character or one above U+00FF.

    >>> ETag.parse('W/"1"').weak_compare(ETag("1"))
    True
    >>> str(ETag("1", weak=True))
    'W/"1"'
    """

    tag: str = field()
    weak: bool = False

    def __attrs_post_init__(self) -> None:
        bad = _NOT_ETAGC.search(self.tag)
        if bad is not None:
            problem = "a character that an entity tag may not hold"
            raise HeaderValueError("entity-tag", problem, self.tag, bad.start())

    @classmethod
    def parse(cls, text: str, /) -> ETag:
        """Read one entity tag.

        Args:
            text: The tag with its quotes; space and tab at its ends are not part of it.

        Raises:
            GrammarError: The text has no quotes, an illegal character, or more after the tag.
        """
        text = text.strip(" \t")
        found = _ENTITY_TAG.match(text)
        if found is None:
            raise GrammarError("entity-tag", "expected a tag in quotes", text, 0)
        if found.end() != len(text):
            raise GrammarError("entity-tag", "more text after the tag", text, found.end())
        return _made(found[2], found[1] is not None)

    def strong_compare(self, other: ETag) -> bool:
        """Whether both are strong and the same (§8.8.3.2)."""
        return not self.weak and self == other

    def weak_compare(self, other: ETag) -> bool:
        """Whether both are the same, weak or not (§8.8.3.2)."""
        return self.tag == other.tag

    @override
    def __str__(self) -> str:
        return f'W/"{self.tag}"' if self.weak else f'"{self.tag}"'


# PERF: a slot's own setter is half the price of object.__setattr__ on a frozen class.
_set_tag: Final = ETag.__dict__["tag"].__set__
_set_weak: Final = ETag.__dict__["weak"].__set__


def _made(tag: str, weak: bool) -> ETag:
    """An entity tag of parts that were checked."""
    etag = object.__new__(ETag)
    _set_tag(etag, tag)
    _set_weak(etag, weak)
    return etag


def _as_tags(tags: Iterable[ETag | str]) -> tuple[ETag, ...]:
    if isinstance(tags, str):
        raise TypeError("expected a collection of entity tags, not a str")
    return tuple([ETag(tag) if isinstance(tag, str) else tag for tag in tags])


@final
@frozen
class ETags(ListValue):
    """The entity tags that If-Match and If-None-Match name (RFC 9110 §13.1.1, §13.1.2).

        If-Match = "*" / #entity-tag

    Values look like `"xyzzy", W/"r2d2"` and `*`, which stands for any current representation. Commas and spaces in a
    tag are part of it. `in`, iteration and `len` know the strong tags only; `tags` has all, in their order.

        value           contains("1")    contains_weak("1")    is_strong("1")    is_weak("1")
        -----           -------------    ------------------    -------------     ------------
        "1"             True             True                  True              False
        W/"1"           False            True                  False             True
        "2"             False            False                 False             False
        *               True             True                  False             False

    Attributes:
        tags: The tags, in the order received. The constructor takes any collection; a str in it is a strong tag.
        star: Whether it is `*`; by its name only.

    Raises:
        HeaderValueError: A tag holds what it may not, or there are tags beside `*`.
        TypeError: The tags are one str.

    >>> tags = ETags.parse('"xyzzy", W/"a, b"')
    >>> "xyzzy" in tags, "a, b" in tags, tags.contains_weak("a, b")
    (True, False, True)
    """

    tags: tuple[ETag, ...] = field(default=(), converter=_as_tags)
    star: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.star and self.tags:
            raise HeaderValueError("entity-tags", "no tag can stand beside '*'", str(self.tags[0]))

    @classmethod
    @override
    def parse(cls, text: str, /, *, max_items: int = MAX_ITEMS) -> Self:
        """Read the value of the field, all lines joined.

        Args:
            text: The value. Empty, it names no tag: a list may be empty (RFC 9110 §5.6.1).
            max_items: How many tags there may be.

        Raises:
            GrammarError: A member is not an entity tag, or two have no comma between them, or `*` is not alone.
            LimitError: The text has more than `max_items` tags.
        """
        found: list[ETag] = []
        position, end = len(text) - len(text.lstrip(", \t")), len(text)
        while position < end:
            member = _MEMBER.match(text, position)
            if member is None:
                if text.strip(" \t") == "*":
                    return cls(star=True)
                raise GrammarError("entity-tags", "expected a tag in quotes, or '*' alone", text, position)
            weak, tag, separator = member.groups()
            etag = object.__new__(ETag)
            _set_tag(etag, tag)
            _set_weak(etag, weak is not None)
            found.append(etag)
            position = member.end()
            if position < end and "," not in separator:
                raise GrammarError("entity-tags", "expected ',' after a tag", text, position - len(separator))
            if len(found) > max_items:
                check_count(len(found), max_items, "entity-tags")
        tags = object.__new__(cls)
        _set_tags(tags, tuple(found))
        _set_star(tags, False)
        return tags

    @property
    def strong(self) -> tuple[str, ...]:
        """The strong tags, without quotes."""
        return tuple([tag.tag for tag in self.tags if not tag.weak])

    @property
    def weak(self) -> tuple[str, ...]:
        """The weak tags, without `W/` and quotes."""
        return tuple([tag.tag for tag in self.tags if tag.weak])

    @property
    def star_tag(self) -> bool:
        """Another name of `star`."""
        return self.star

    def contains(self, etag: ETag | str) -> bool:
        """Whether a tag matches by strong comparison, or it is `*`. A str is a strong tag without its quotes."""
        return self.star or self.is_strong(etag)

    def contains_weak(self, etag: ETag | str) -> bool:
        """Whether a tag matches by weak comparison, or it is `*`."""
        tag = etag.tag if isinstance(etag, ETag) else etag
        for one in self.tags:
            if one.tag == tag:
                return True
        return self.star

    def contains_raw(self, etag: str) -> bool:
        """Whether a tag as it is written, with quotes, is here: a weak one by weak, a strong one by strong comparison.

        Raises:
            GrammarError: The text is not an entity tag.
        """
        tag = ETag.parse(etag)
        return self.contains_weak(tag) if tag.weak else self.contains(tag)

    def is_strong(self, etag: ETag | str) -> bool:
        """Whether it is one of the strong tags."""
        if isinstance(etag, ETag):
            return not etag.weak and etag in self.tags
        return etag in [one.tag for one in self.tags if not one.weak]

    def is_weak(self, etag: ETag | str) -> bool:
        """Whether it is, weak or not, the same as one of the weak tags."""
        tag = etag.tag if isinstance(etag, ETag) else etag
        return any(one.weak and one.tag == tag for one in self.tags)

    def as_set(self, include_weak: bool = False) -> frozenset[str]:
        """The strong tags, or all, without quotes."""
        return frozenset(one.tag for one in self.tags if include_weak or not one.weak)

    def __contains__(self, etag: object) -> bool:
        return isinstance(etag, (str, ETag)) and (self.star or self.is_strong(etag))

    def __iter__(self) -> Iterator[str]:
        return iter(self.strong)

    def __len__(self) -> int:
        return len(self.strong)

    def __bool__(self) -> bool:
        return self.star or bool(self.tags)

    @override
    def __str__(self) -> str:
        return "*" if self.star else ", ".join(map(str, self.tags))


_set_tags: Final = ETags.__dict__["tags"].__set__
_set_star: Final = ETags.__dict__["star"].__set__

ETAG: Final[HeaderField[ETag]] = single_field("ETag", ETag)
"""ETag (RFC 9110 §8.8.3)."""
