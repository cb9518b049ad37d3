"""`Query`: the parameters of a URL."""

from __future__ import annotations

from functools import partial
from typing import final

from attrs import frozen

from verglas.errors.grammar import LimitError
from verglas.errors.parse import RequestHeaderFieldsTooLarge
from verglas.limits import Limits
from verglas.multimap import TextMap
from verglas.syntax.urlencoded import format_urlencoded, parse_urlencoded

__all__ = ["Query"]


@final
@frozen(init=False, eq=False, repr=False)
class Query(TextMap):
    """The parameters of a URL, in order: `&` separates, `+` is a space, invalid UTF-8 stays percent-encoded.

    Args:
        pairs: Pairs, or a mapping to one value or to a list or tuple of several.

    Raises:
        TypeError: A name or a value is no `str`.

    >>> query = Query.parse("tag=a&tag=b&q=caf%C3%A9")
    >>> query["tag"], query.getlist("tag"), query["q"]
    ('a', ['a', 'b'], 'café')
    >>> str(Query({"q": "a b"}))
    'q=a+b'
    """

    @classmethod
    def captured(cls, query_string: bytes, limits: Limits) -> Query:
        """The query of a request, parsed on first access; that raises a 431 over `Limits.max_query_fields`."""
        return cls.deferred(partial(_decode, query_string, limits))

    @classmethod
    def parse(cls, text: str | bytes) -> Query:
        """The query of a text, such as `a=1&b=2`, without a limit; every text is one."""
        return cls(parse_urlencoded(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text))

    def _shown(self) -> list[tuple[str, str]]:
        return list(self.pairs)  # they stand in URLs and logs anyway

    def __str__(self) -> str:
        return format_urlencoded(self.pairs)


def _decode(query_string: bytes, limits: Limits) -> tuple[tuple[str, str], ...]:
    try:
        return parse_urlencoded(query_string, max_fields=limits.max_query_fields, knob="max_query_fields")
    except LimitError as error:
        # A 431, not a 414: the one status that reading the head may raise, and this is part of it.
        raise RequestHeaderFieldsTooLarge.from_grammar(error, "query") from error
