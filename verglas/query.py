"""`Query`: the parameters of a URL."""

from __future__ import annotations

import re
from typing import ClassVar, Final, final

from verglas.backports import override
from verglas.errors.grammar import LimitError
from verglas.errors.parse import RequestURITooLarge
from verglas.limits import Limits
from verglas.multimap import LONGEST_UNREAD, TextMap
from verglas.syntax.percent import decode_percent
from verglas.syntax.urlencoded import format_urlencoded, parse_urlencoded

__all__ = ["Query"]

# An ASCII letter, a digit, "-" or "_", escaped: then a name may be spelled in another way.
_ESCAPED_NAME: Final = re.compile("%(?:2[Dd]|3[0-9]|[4-7])")


@final
class Query(TextMap):
    """The parameters of a URL, in order: `&` separates, `+` is a space, invalid UTF-8 stays percent-encoded.

    Args:
        pairs: Pairs, or a mapping to one value or to a list or tuple of several.

    Raises:
        TypeError: A name or a value is not a `str`.

    >>> query = Query.parse("tag=a&tag=b&q=caf%C3%A9")
    >>> query["tag"], query.getlist("tag"), query["q"]
    ('a', ['a', 'b'], 'café')
    >>> str(Query({"q": "a b"}))
    'q=a+b'
    """

    __slots__ = ()

    _instead_of_text: ClassVar[str] = "; Query.parse(...) reads a text"
    _separator: ClassVar[str] = "&"

    @classmethod
    def parse(cls, text: str | bytes, *, limits: Limits | None = None) -> Query:
        """Read the query of a URL, such as `a=1&b=2`; every text is one.

        Args:
            text: The query, percent-encoded, without the `?`.
            limits: The limits of which `max_query_fields` counts. `None`: any number of fields.

        Raises:
            RequestURITooLarge: The query has more fields than `Limits.max_query_fields`.
        """
        if isinstance(text, str) and (size := len(text)) <= LONGEST_UNREAD and text.isascii():
            is_within = limits is None or size < limits.max_query_fields or text.count("&") < limits.max_query_fields
            if is_within and ("%" not in text or _ESCAPED_NAME.search(text) is None):
                return cls.unread(text)
        octets = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        if limits is None:
            return cls.unchecked(parse_urlencoded(octets))
        try:
            pairs = parse_urlencoded(octets, max_fields=limits.max_query_fields, knob="max_query_fields")
        except LimitError as error:
            raise RequestURITooLarge.from_grammar(error, "query") from error
        return cls.unchecked(pairs)

    @override
    def _parse(self, text: str) -> tuple[tuple[str, str], ...]:
        return parse_urlencoded(text.encode("ascii"))

    @override
    def _decode(self, value: str) -> str:
        return decode_percent(value.encode("ascii"), plus=True)

    @override
    def _shown(self) -> list[tuple[str, str]]:
        return list(self.pairs)  # they stand in URLs and logs anyway

    @override
    def __str__(self) -> str:
        return format_urlencoded(self.pairs)
