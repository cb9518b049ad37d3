"""`Cookies`: what a client sends back (RFC 6265bis)."""

from __future__ import annotations

from typing import ClassVar, final

from verglas.backports import override
from verglas.errors.grammar import LimitError
from verglas.errors.parse import RequestHeaderFieldsTooLarge
from verglas.headers.lines import bounded
from verglas.limits import Limits
from verglas.multimap import LONGEST_UNREAD, TextMap
from verglas.syntax.cookies import parse_cookies, percent_decoded

__all__ = ["Cookies", "percent_decoded"]


@final
class Cookies(TextMap):
    """The cookies of a request, in order; the first of equal names wins. Their values do not show in `repr`.

    Args:
        pairs: Pairs, or a mapping to one value or to a list or tuple of several.

    Raises:
        TypeError: A name or a value is not a `str`.

    >>> Cookies.parse('sid=31d4; theme="dark"')["theme"]
    'dark'
    >>> Cookies.parse("name=Zo%C3%AB").get("name", type=percent_decoded)
    'Zoë'
    """

    __slots__ = ()

    _instead_of_text: ClassVar[str] = "; Cookies.parse(...) reads a text"
    _separator: ClassVar[str] = "; "

    @classmethod
    def parse(cls, text: str, *, limits: Limits | None = None) -> Cookies:
        """Read the value of a Cookie field; every text is one.

        Args:
            text: The value of the field; several lines joined with `;`.
            limits: The limits of which `max_cookies` and `max_header_value` count. `None`: no limit.

        Raises:
            RequestHeaderFieldsTooLarge: The text has more cookies than `Limits.max_cookies`, or is too long.
            TypeError: The text is not a `str`.
        """
        if text.__class__ is not str and not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
            raise TypeError(f"Cookies.parse() takes a str, not {type(text).__name__}")
        # PERF: as browsers write them; then nothing is trimmed or unquoted, and no name looks different.
        size, fields = len(text), text.count("; ")
        is_within = limits is None or (fields < limits.max_cookies and size <= limits.max_header_value)
        is_tight = fields == text.count(";") == text.count(" ") and text.isascii() and '"' not in text
        if is_within and is_tight and size <= LONGEST_UNREAD and text.isprintable():
            return cls.unread(text)
        if limits is None:
            return cls.unchecked(parse_cookies(text))
        try:
            return cls.unchecked(parse_cookies(bounded("Cookie", text, limits), max_cookies=limits.max_cookies))
        except LimitError as error:
            raise RequestHeaderFieldsTooLarge.from_grammar(error, "Cookie") from error

    @override
    def _parse(self, text: str) -> tuple[tuple[str, str], ...]:
        return parse_cookies(text)
