"""Proactive negotiation (RFC 9110 §12): what a client accepts in each Accept field, and which offer it likes best."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from encodings.aliases import aliases
from operator import itemgetter
from typing import ClassVar, Final, Self, TypeAlias, TypeVar, cast, final, overload

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import HeaderField, ListValue, counted_field
from verglas.memos import Memo, Recurring
from verglas.syntax.parameters import ONE, parse_parameters, parse_weighted
from verglas.syntax.tokens import MAX_ITEMS

__all__ = [
    "ACCEPT",
    "ACCEPT_CHARSET",
    "ACCEPT_ENCODING",
    "ACCEPT_LANGUAGE",
    "Accept",
    "AcceptCharsets",
    "AcceptEncodings",
    "AcceptLanguages",
    "AcceptMediaTypes",
    "Members",
    "NO_PARAMETERS",
    "Parameters",
    "accept_field",
]

A = TypeVar("A", bound="Accept")
D = TypeVar("D")
L = TypeVar("L", bound=str)

Members: TypeAlias = tuple[tuple[str, float], ...]
Parameters: TypeAlias = frozenset[tuple[str, str]]

NO_PARAMETERS: Final[Parameters] = frozenset()

Rank: TypeAlias = tuple[int, ...]
"""A weight in thousandths, then what decides between equal weights."""

Part: TypeAlias = tuple[int, Rank, str, Parameters, str]
"""A range as it is compared: its precedence, by which ranges are sorted; the rank of what it matches; its key, and the
parameters that it asks for; and the range as it is written."""

HIGHER: Final = 1024
"""The precedence of a range over the next less specific one: more than a weight."""


def _folded(members: Members) -> Members:
    return tuple([(range_.lower(), q) for range_, q in members])


def _as_members(members: Iterable[tuple[str, float]]) -> Members:
    given: object = members  # a text is an iterable, of no pairs
    if isinstance(given, str):
        raise TypeError("expected pairs of a range and its weight; parse() reads the value of a field")
    return tuple(members)


@frozen
class Accept(ListValue):
    """A list of ranges with weights: the base of the values of the Accept fields, itself for any tokens.

    There is one class for each field, since each has ranges of its own and its own rule for what they match.

        #( range [ weight ] )      ; RFC 9110 §12.4.2
        weight = OWS ";" OWS "q=" qvalue

    Example values: `gzip, br;q=0.5`; `*`; `identity;q=0, *`.

    An offer has the weight of the most specific range that matches it. Of several, the one with the highest weight
    is chosen, then the one that was matched more specifically, then the one that is offered first:

    | value              | offer   | `quality` | `in`  |
    |--------------------|---------|-----------|-------|
    | (no such field)    | a       | 1         | True  |
    | (an empty field)   | a       | 0         | False |
    | `a;q=0.5`          | A       | 0.5       | True  |
    | `a;q=0.5`          | b       | 0         | False |
    | `a;q=0.5, *;q=0.1` | b       | 0.1       | True  |
    | `a;q=0, *`         | a       | 0         | False |

    Attributes:
        members: The ranges with their weights, from 0 to 1 with at most three digits: the most specific first, of
            equally specific ones the one with the higher weight, then as they were listed.
        provided: False where the request does not have the field: then anything is accepted. An empty field accepts
            nothing.

    Raises:
        HeaderValueError: A member is not a range, a weight is not one, there are more than `max_list_items`, or there
            are members of a field that is not there.
        TypeError: A range is not a `str`, or a weight not a number.

    >>> accept = Accept.parse("a;q=0.5, *;q=0.1")
    >>> accept.best_match(["b", "A"]), accept.quality("b"), Accept.anything().best_match(["b", "A"])
    ('A', 0.1, 'b')
    """

    grammar: ClassVar[str] = "weighted list"
    expected: ClassVar[str] = "a token"
    everything: ClassVar[str] = "*"

    members: Members = field(default=(), converter=_as_members, eq=_folded)
    provided: bool = field(default=True, kw_only=True)
    # PERF: made once, and remembered with the value; made for each call, they took best_match() 24 µs, not 7.
    _parts: tuple[Part, ...] = field(init=False, eq=False, repr=False)
    _table: dict[str, int] = field(init=False, eq=False, repr=False)  # the positions of those without parameters

    def __attrs_post_init__(self) -> None:
        if len(self.members) > (MAX_ITEMS if self.provided else 0):
            raise HeaderValueError(self.grammar, "more members than there may be")
        weighted = [(self._checked_range(range_), _checked_weight(q, self.grammar)) for range_, q in self.members]
        self._keep(self._parts_of(weighted))

    def _keep(self, parts: list[Part]) -> None:
        """Sort legal ranges, and prepare what offers are compared with."""
        parts.sort(key=_PRECEDENCE, reverse=True)
        members: list[tuple[str, float]] = []
        table: dict[str, int] = {}
        for position, (_, rank, key, parameters, range_) in enumerate(parts):
            members.append((range_, rank[0] / ONE))
            if not parameters and key not in table:
                table[key] = position
        _set_members(self, tuple(members))
        _set_parts(self, tuple(parts))
        _set_table(self, table)

    @classmethod
    @override
    def parse(cls, text: str, /, *, max_items: int = MAX_ITEMS) -> Self:
        """Read the value of a field.

        A malformed member is left out alone: no preference has to be honoured (§12.1), and clients that send one
        mean the others.

        Args:
            text: Its lines, joined with commas.
            max_items: How many members there may be, malformed ones included.

        Raises:
            GrammarError: No member is well-formed, and there is one.
            LimitError: The text has more than `max_items` members.

        >>> Accept.parse("a;q=0.5, b, c;q=7").members
        (('b', 1.0), ('a', 0.5))
        """
        return cast("Self", _memo[text, max_items, cls])  # whose key has its class

    @staticmethod
    def _read(key: tuple[str, int, type[Accept]]) -> Accept:
        text, max_items, kind = key
        parts = kind._parts_of(parse_weighted(text, max_items=max_items, grammar=kind.grammar))
        if not parts and text.strip(", \t"):
            raise GrammarError(kind.grammar, f"expected {kind.expected}, with a weight or without", text)
        value = object.__new__(kind)
        _set_provided(value, True)
        value._keep(parts)
        return value

    @classmethod
    def anything(cls) -> Self:
        """The value where the request does not have the field: anything is accepted (RFC 9110 §12.5.1, §12.5.3)."""
        return cls(provided=False)

    def negotiate(self, offers: Iterable[L]) -> L | None:
        """The offer that the client likes best; `None` when it accepts none of them.

        Args:
            offers: What there is, in the server's order of preference.

        Raises:
            HeaderValueError: An offer is not a media type, where it has to be one.
            TypeError: The offers are one text.

        >>> Accept.parse("br, gzip").negotiate(("gzip", "br"))
        'gzip'
        """
        if isinstance(offers, str):
            raise TypeError("expected the offers, not one text")
        if not self.provided:
            return self._unasked(offers)
        best, best_rank = None, _NEVER
        for offer in offers:
            rank = self._rank(offer)
            if rank > best_rank:
                best, best_rank = offer, rank
        return best

    @overload
    def best_match(self, matches: Iterable[L]) -> L | None: ...
    @overload
    def best_match(self, matches: Iterable[L], default: D) -> L | D: ...
    def best_match(self, matches: Iterable[L], default: D | None = None) -> L | D | None:
        """The offer that the client likes best, as `negotiate` finds it.

        Args:
            matches: What there is, in the server's order of preference.
            default: The value to return when the client accepts none of them, or says nothing.
        """
        if not self.provided and default is not None:
            return default
        best = self.negotiate(matches)
        return default if best is None else best

    def _unasked(self, offers: Iterable[L]) -> L | None:
        """The offer for a client that says nothing."""
        known = tuple(offers)
        for offer in known:
            self._rank(offer)  # which checks it
        return known[0] if known else None

    def weight(self, offer: str) -> int:
        """How much the client likes an offer, in thousandths; 0: it does not accept it."""
        weight = self._weight(offer)
        return weight if self.provided else ONE

    def quality(self, key: str) -> float:
        """How much the client likes an offer, from 0 (it does not accept it) to 1."""
        return self.weight(key) / ONE

    def accepts_explicitly(self, offer: str) -> bool:
        """Whether the client accepts an offer, and has named it: browsers accept `*/*`, and do not mean JSON.

        >>> accept = Accept.parse("a, *;q=0.5")
        >>> accept.accepts_explicitly("a"), accept.accepts_explicitly("b")
        (True, False)
        """
        at = self.find(offer)
        return at >= 0 and "*" not in self.members[at][0].partition(";")[0].split("/") and self.weight(offer) > 0

    def find(self, key: str | tuple[str, float]) -> int:
        """The position of the member that decides about an offer, or of that pair; -1 without one."""
        if isinstance(key, str):
            return self._position(key)
        return self.members.index(key) if key in self.members else -1

    def index(self, key: str | tuple[str, float]) -> int:
        """The position of the member that decides about an offer, or of that pair.

        Raises:
            ValueError: No member decides about the offer, or the pair is not a member.
        """
        found = self.find(key)
        if found < 0:
            raise ValueError(key)
        return found

    @property
    def best(self) -> str | None:
        """The range with the highest weight, of several the most specific; `None` if none is accepted.

        >>> AcceptMediaTypes.parse("text/html, application/xml;q=0.9, application/signed-exchange;v=b3;q=0.7").best
        'text/html'
        """
        best = max(self._parts, key=_RANK, default=None)  # the first of equal ones
        return best[4] if best is not None and best[1][0] else None

    def values(self) -> Iterator[str]:
        """The ranges, without their weights."""
        return iter([range_ for range_, _ in self.members])

    @classmethod
    def _parts_of(cls, weighted: Iterable[tuple[str, int]]) -> list[Part]:
        """Ranges of the shared grammar and their weights, as this field has them, without those that it has not."""
        key = cls._key
        return [
            (HIGHER + weight, (weight, 1), key(range_), NO_PARAMETERS, range_)
            if range_ != "*"
            else (weight, (weight, 0), range_, NO_PARAMETERS, range_)
            for range_, weight in weighted
            if "/" not in range_ and ";" not in range_
        ]

    @staticmethod
    def _key(text: str) -> str:
        """The form in which ranges and offers are compared."""
        return text.lower()

    def _position(self, offer: str) -> int:
        """The position of the most specific range that matches an offer, or -1."""
        found = self._table.get(self._key(offer))
        return self._table.get("*", -1) if found is None else found

    def _weight(self, offer: str) -> int:
        """The weight of an offer, where there is such a field."""
        return self._rank(offer)[0]

    def _rank(self, offer: str) -> Rank:
        """The weight of an offer, then what decides between offers of equal weights."""
        position = self._position(offer)
        return _NEVER if position < 0 else self._parts[position][1]

    @classmethod
    def _checked_range(cls, range_: object) -> str:
        if not isinstance(range_, str):
            raise TypeError(f"a range is a str, not {type(range_).__name__}")
        try:
            # With a weight after it, one that the text has is the second, and malformed.
            weighted = parse_weighted(f"{range_};q=1", strict=True)
        except GrammarError as error:
            raise HeaderValueError(cls.grammar, f"expected {cls.expected}", range_, error.position) from error
        if len(weighted) != 1 or not cls._parts_of(weighted):
            raise HeaderValueError(cls.grammar, f"expected {cls.expected}", range_)
        return weighted[0][0]

    def __contains__(self, offer: str, /) -> bool:
        return self.weight(offer) > 0

    @overload
    def __getitem__(self, key: str, /) -> float: ...
    @overload
    def __getitem__(self, key: int, /) -> tuple[str, float]: ...
    def __getitem__(self, key: str | int, /) -> float | tuple[str, float]:
        return self.quality(key) if isinstance(key, str) else self.members[key]

    def __iter__(self) -> Iterator[tuple[str, float]]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def __bool__(self) -> bool:
        return bool(self.members)

    @override
    def __str__(self) -> str:
        # What is not there has no wire form; that which means the same does no harm where it is written.
        written = [range_ if q == 1 else f"{range_};q={q:.3f}".rstrip("0").rstrip(".") for range_, q in self.members]
        return ",".join(written) if self.provided else self.everything


# PERF: a browser's Accept takes 10 µs to read, 0.3 µs to remember.
_memo: Final = Recurring(Accept._read)  # pyright: ignore[reportPrivateUsage]  # of this module

_PRECEDENCE: Final = itemgetter(0)
_RANK: Final = itemgetter(1)
_NEVER: Final[Rank] = (0, sys.maxsize)
"""The rank of what is never chosen: above that of any weight of 0."""

# PERF: a slot's own setter is half the price of object.__setattr__ on a frozen class.
_set_members: Final = Accept.__dict__["members"].__set__
_set_provided: Final = Accept.__dict__["provided"].__set__
_set_parts: Final = Accept.__dict__["_parts"].__set__
_set_table: Final = Accept.__dict__["_table"].__set__


def _checked_weight(q: object, grammar: str) -> int:
    if not isinstance(q, int | float) or isinstance(q, bool):
        raise TypeError(f"a weight is a number, not {type(q).__name__}")
    weight = round(q * ONE) if 0 <= q <= 1 else -1
    if weight / ONE != q:
        raise HeaderValueError(grammar, "expected a weight from 0 to 1 with at most three digits", repr(q))
    return weight


def accept_field(name: str, value: type[A]) -> HeaderField[A]:
    """The key of a field that lists what is accepted. An empty one has a line, which is not to have none.

    Args:
        name: The field name.
        value: The type of its value.
    """

    def decode(lines: Sequence[str], max_items: int) -> A:
        return value.parse(", ".join(lines), max_items=max_items)

    def encode(accept: A) -> Sequence[str]:
        return (str(accept),) if accept.provided else ()

    return counted_field(name, decode, encode)


_CODINGS: Final = {"x-gzip": "gzip", "x-compress": "compress"}
_LEAST: Final[Rank] = (1, -1)
"""The rank of `identity` where no range matches it: below whatever the client has named."""


@final
class AcceptEncodings(Accept):
    """The content codings that a client accepts (RFC 9110 §12.5.3).

        Accept-Encoding = [ ( codings [ weight ] ) *( OWS "," OWS ( codings [ weight ] ) ) ]
        codings         = content-coding / "identity" / "*"

    Example values: `gzip, deflate, br`; `gzip;q=1.0, identity; q=0.5, *;q=0`; the empty text: no coding at all.

    `identity`, no coding, is acceptable unless it is excluded, and then least of all; `x-gzip` is `gzip`, `x-compress`
    is `compress` (§8.4.1). Without the field, `best_match` finds `identity` or nothing: the client may know no coding.

    | value                 | `gzip` | `identity` |
    |-----------------------|--------|------------|
    | (no such field)       | 1      | 1          |
    | (an empty field)      | 0      | 0.001      |
    | `gzip`                | 1      | 0.001      |
    | `x-gzip`              | 1      | 0.001      |
    | `gzip;q=0.5, *;q=0.1` | 0.5    | 0.1        |
    | `identity;q=0`        | 0      | 0          |
    | `gzip, *;q=0`         | 1      | 0          |
    | `*;q=0, identity`     | 0      | 1          |

    >>> AcceptEncodings.parse("gzip;q=0.5, br").best_match(["gzip", "br", "identity"])
    'br'
    """

    __slots__ = ()

    grammar: ClassVar[str] = "Accept-Encoding"
    expected: ClassVar[str] = "a content coding or '*'"

    @staticmethod
    @override
    def _key(text: str) -> str:
        coding = text.lower()
        return _CODINGS.get(coding, coding)

    @override
    def _unasked(self, offers: Iterable[L]) -> L | None:
        # Any coding would be acceptable (§12.5.3), but whoever says nothing may know none.
        return next((offer for offer in offers if offer.lower() == "identity"), None)

    @override
    def _rank(self, offer: str) -> Rank:
        position = self._position(offer)
        if position < 0:
            return _LEAST if offer.lower() == "identity" else _NEVER
        return self._parts[position][1]


@final
class AcceptCharsets(Accept):
    """The charsets that a client accepts (RFC 9110 §12.5.2, which deprecates it: browsers send none).

        Accept-Charset = [ ( ( token / "*" ) [ weight ] ) *( OWS "," OWS ( ( token / "*" ) [ weight ] ) ) ]

    Example values: `iso-8859-5, unicode-1-1;q=0.8`; `utf-8`.

    Charsets are compared as Python knows them:

    | value    | offer        | `in`  |
    |----------|--------------|-------|
    | `UTF-8`  | `utf8`       | True  |
    | `latin1` | `ISO-8859-1` | True  |
    | `latin1` | `utf-8`      | False |

    >>> AcceptCharsets.parse("latin1;q=0.5, utf8").best_match(["iso-8859-1", "utf-8"])
    'utf-8'
    """

    __slots__ = ()

    grammar: ClassVar[str] = "Accept-Charset"
    expected: ClassVar[str] = "a charset or '*'"

    @staticmethod
    @override
    def _key(text: str) -> str:
        # Not codecs.lookup(): it looks for a module of the name that the client has sent, and keeps every name.
        # Pinned by `test_names_of_clients_are_not_looked_up`.
        name = text.lower().replace("-", "_")
        return aliases.get(name, name)


ACCEPT_ENCODING: Final[HeaderField[AcceptEncodings]] = accept_field("Accept-Encoding", AcceptEncodings)
ACCEPT_CHARSET: Final[HeaderField[AcceptCharsets]] = accept_field("Accept-Charset", AcceptCharsets)


_RANGE: Final = re.compile(r"[A-Za-z]{1,8}+(?:-[A-Za-z0-9]{1,8}+)*|\*")  # RFC 4647 §2.1

# How a tag is matched, the best last: by `*`; as the beginning of a range; as more than a range; as the range itself.
BY_ANY, SHORTER, LONGER, EXACT = 0, 1, 2, 3


@final
class AcceptLanguages(Accept):
    """The languages that a reader likes (RFC 9110 §12.5.4).

        Accept-Language = [ ( language-range [ weight ] ) *( OWS "," OWS ( language-range [ weight ] ) ) ]
        language-range  = ( 1*8ALPHA *( "-" 1*8alphanum ) ) / "*"      ; RFC 4647 §2.1

    Example values: `da, en-gb;q=0.8, en;q=0.7`; `*`. `en_GB` is read as `en-GB`, and so are offers.

    A tag is acceptable if a range is the tag or its beginning (basic filtering, RFC 4647 §3.3.1). The best one is
    found by lookup as well, which cuts ranges shorter (§3.4): a reader of `en-GB` gets `en` rather than nothing. An
    excluded tag is never chosen. Equal weights go by how well the tag is matched, then by the reader's order:

    | value                    | offer   | `quality` | `best_match` |
    |--------------------------|---------|-----------|--------------|
    | `en`                     | `en-GB` | 1         | `en-GB`      |
    | `en-GB`                  | `en`    | 0         | `en`         |
    | `en-GB`                  | `en-US` | 0         | (none)       |
    | `zh-Hant-TW`             | `zh-Hant` | 0       | `zh-Hant`    |
    | `de-DE`                  | `de-DEVA` | 0       | (none)       |
    | `en-GB, en;q=0`          | `en`    | 0         | (none)       |
    | `en;q=0.8, en-GB;q=0`    | `en-GB` | 0         | (none)       |
    | `de, *;q=0.5`            | `fr`    | 0.5       | `fr`         |

    >>> accept = AcceptLanguages.parse("da, en-gb;q=0.8, en;q=0.7")
    >>> accept.best_match(["en-US", "en-GB"]), accept.quality("en-US")
    ('en-GB', 0.7)
    """

    __slots__ = ()

    grammar: ClassVar[str] = "Accept-Language"
    expected: ClassVar[str] = "a language range"

    @classmethod
    @override
    def _parts_of(cls, weighted: Iterable[tuple[str, int]]) -> list[Part]:
        return [
            (HIGHER * (spelled != "*") + weight, (weight,), spelled.lower(), NO_PARAMETERS, spelled)
            for range_, weight in weighted
            if _RANGE.fullmatch(spelled := range_.replace("_", "-")) is not None
        ]

    @staticmethod
    @override
    def _key(text: str) -> str:
        return text.lower().replace("_", "-")

    @override
    def _position(self, offer: str) -> int:
        return self._place(self._key(offer))

    def _place(self, tag: str) -> int:
        """The position of the range that is a tag or its beginning, the longest one; or of `*`, or -1."""
        table = self._table
        while tag and tag not in table:
            tag = tag.rpartition("-")[0]
        return table.get(tag or "*", -1)

    @override
    def _weight(self, offer: str) -> int:
        position = self._position(offer)
        return 0 if position < 0 else self._parts[position][1][0]

    @override
    def _rank(self, offer: str) -> Rank:
        """The weight of a tag, how it is matched, the place of its range, and its length where that was cut to it."""
        tag, table = self._key(offer), self._table
        position = self._place(tag)
        weight = 0 if position < 0 else self._parts[position][1][0]
        if position >= 0 and not weight:
            return _NEVER
        if position != table.get("*", -1):
            return weight, EXACT if tag in table else LONGER, -position, 0
        # A range is not cut after a subtag of one character, which says what follows (RFC 4647 §3.4).
        if len(tag.rpartition("-")[2]) > 1:
            beginning = f"{tag}-"
            for key, at in table.items():
                if key.startswith(beginning) and self._parts[at][1][0]:
                    return self._parts[at][1][0], SHORTER, -at, len(tag)
        return weight, BY_ANY, 0, 0


ACCEPT_LANGUAGE: Final[HeaderField[AcceptLanguages]] = accept_field("Accept-Language", AcceptLanguages)


_FAMILY: Final = HIGHER << 32  # the precedence of `text/*` over `*/*`: above that of any number of parameters
_TYPE: Final = 2 * _FAMILY


@final
class AcceptMediaTypes(Accept):
    """The media types that a client accepts (RFC 9110 §12.5.1).

        Accept      = [ ( media-range [ weight ] ) *( OWS "," OWS ( media-range [ weight ] ) ) ]
        media-range = ( "*/*" / ( type "/" "*" ) / ( type "/" subtype ) ) parameters

    Example values: `text/html, application/xhtml+xml, */*;q=0.8`; `text/plain;format=flowed`.

    A range matches a type that has all of its parameters, whatever their order, and others besides; nothing is
    compared by case. `*` alone is read as `*/*`. An offer that is itself a range stands for all that it covers, and has
    the highest weight of it:

    | value                              | offer                   | `quality` |
    |------------------------------------|-------------------------|-----------|
    | `text/*;q=0.3, text/plain;q=0.7`   | `text/plain`            | 0.7       |
    | `text/*;q=0.3, text/plain;q=0.7`   | `text/html`             | 0.3       |
    | `text/plain;format=flowed, */*;q=0.5` | `text/plain; format=flowed; charset=utf-8` | 1 |
    | `text/plain;format=flowed, */*;q=0.5` | `text/plain`         | 0.5       |
    | `text/html;q=0.5`                  | `Text/HTML;level=3`     | 0.5       |
    | `text/html;q=0.5, image/png`       | `text/*`                | 0.5       |
    | `text/html;q=0, */*`               | `text/html`             | 0         |

    >>> accept = AcceptMediaTypes.parse("text/html, application/json;q=0.9")
    >>> accept.best_match(["application/json", "text/html"]), accept.accept_json
    ('text/html', True)
    """

    __slots__ = ()

    grammar: ClassVar[str] = "Accept"
    expected: ClassVar[str] = "a media type or range"
    everything: ClassVar[str] = "*/*"

    @property
    def accept_html(self) -> bool:
        """Whether HTML is accepted, as either of `text/html` and `application/xhtml+xml`."""
        return "text/html" in self or "application/xhtml+xml" in self

    @property
    def accept_xhtml(self) -> bool:
        """Whether XHTML is accepted, as either of `application/xhtml+xml` and `application/xml`."""
        return "application/xhtml+xml" in self or "application/xml" in self

    @property
    def accept_json(self) -> bool:
        """Whether JSON is accepted; `accepts_explicitly` leaves out who accepts anything, as browsers do."""
        return "application/json" in self

    @classmethod
    @override
    def _parts_of(cls, weighted: Iterable[tuple[str, int]]) -> list[Part]:
        parts: list[Part] = []
        for range_, weight in weighted:
            # PERF: most ranges are a type; to take all of them apart would cost 2 µs more for a browser's.
            if "*" in range_ or ";" in range_:
                if (part := cls._part(range_, weight)) is not None:
                    parts.append(part)
            elif "/" in range_:
                parts.append((_TYPE + weight, (weight, _TYPE), range_.lower(), NO_PARAMETERS, range_))
        return parts

    @classmethod
    def _part(cls, range_: str, weight: int) -> Part | None:
        if range_[:1] == "*" and range_[1:2] in ("", ";"):  # Java's HttpURLConnection
            range_ = f"*/{range_}"
        essence, _, asked = range_.lower().partition(";")
        kind, _, subtype = essence.partition("/")
        if not subtype or (kind == "*" and subtype != "*"):
            return None
        parameters = frozenset(parse_parameters(asked, grammar=cls.grammar)) if asked else NO_PARAMETERS
        specificity = _FAMILY * ((kind != "*") + (subtype != "*")) + HIGHER * len(parameters)
        return specificity + weight, (weight, specificity), essence, parameters, range_

    @override
    def _position(self, offer: str) -> int:
        families, parameters = _offers[offer]
        if families[0] == families[1]:
            return self._position_within(families[0].partition("/")[0])
        for family in families:
            if parameters:
                for position, (_, _, key, asked, _) in enumerate(self._parts):
                    if asked and asked <= parameters and key == family:
                        return position
            if family in self._table:
                return self._table[family]
        return -1

    def _position_within(self, kind: str) -> int:
        """The position of the range with the highest weight that matches any type of a family, or -1."""
        kinds = [range_.partition("/")[0].lower() for range_ in self.values()]
        within = [position for position, one in enumerate(kinds) if kind == "*" or one in ("*", kind)]
        return max(within, key=lambda position: (self._parts[position][1][0], -position), default=-1)


def _offer(offer: str) -> tuple[tuple[str, str, str], Parameters]:
    """The keys of the ranges that match an offer, the most specific first, and its parameters."""
    types = AcceptMediaTypes
    ((_, _, essence, parameters, _),) = types._parts_of([(types._checked_range(offer), ONE)])  # pyright: ignore[reportPrivateUsage]  # of this module
    return (essence, f"{essence.partition('/')[0]}/*", "*/*"), parameters


# PERF: offers are the application's, of which it has a few; each takes 4 µs to read.
_offers: Final = Memo(_offer)

ACCEPT: Final[HeaderField[AcceptMediaTypes]] = accept_field("Accept", AcceptMediaTypes)
