"""`Cookies`: what a client sends back (RFC 6265bis)."""

from __future__ import annotations

from functools import partial
from typing import final

from attrs import frozen

from verglas.errors.grammar import LimitError
from verglas.errors.parse import RequestHeaderFieldsTooLarge
from verglas.headers.lines import bounded
from verglas.limits import Limits
from verglas.multimap import TextMap
from verglas.syntax.cookies import parse_cookies

__all__ = ["Cookies"]


@final
@frozen(init=False, eq=False, repr=False)
class Cookies(TextMap):
    """The cookies of a request, in order; the first of equal names wins. Their values do not show in `repr`.

    Args:
        pairs: Pairs, or a mapping to one value or to a list or tuple of several.

    Raises:
        TypeError: A name or a value is no `str`.

    >>> Cookies.parse('sid=31d4; theme="dark"')["theme"]
    'dark'
    """

    @classmethod
    def captured(cls, text: str, limits: Limits) -> Cookies:
        """The cookies of a request, parsed on first access; that raises a 431 over a limit.

        Args:
            text: The value of the Cookie field; several lines joined with `;`.
            limits: Of these, `max_cookies` and `max_header_value`.
        """
        return cls.deferred(partial(_decode, text, limits))

    @classmethod
    def parse(cls, text: str) -> Cookies:
        """The cookies of a Cookie field's value, without a limit; every text is one."""
        return cls(parse_cookies(text))


def _decode(text: str, limits: Limits) -> tuple[tuple[str, str], ...]:
    try:
        return parse_cookies(bounded("Cookie", text, limits), max_cookies=limits.max_cookies)
    except LimitError as error:
        raise RequestHeaderFieldsTooLarge.from_grammar(error, "Cookie") from error
