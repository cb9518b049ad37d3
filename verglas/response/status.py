"""The status of a response: its code and reason phrase, fit for the wire (RFC 9110 §15, RFC 9112 §4)."""

from __future__ import annotations

import re
from typing import Final

from verglas.errors.grammar import HeaderValueError
from verglas.statuses import reason_phrase

__all__ = ["NO_CONTENT", "shown", "status_line"]

NO_CONTENT: Final = frozenset({204, 304})
"""The statuses whose responses have no content, whatever was set (RFC 9110 §15.3.5, §15.4.5)."""

_LINE: Final = re.compile(r"([0-9]{3}) ([\t -~\x80-\xff]*)")


def status_line(status: int | str) -> str:
    """A status as WSGI wants it: `404 Not Found`.

    Args:
        status: A code, a code as text, or a code with a phrase.

    Raises:
        HeaderValueError: The code is not from 200 to 999 (WSGI cannot send 1xx), or the phrase holds what would end
            the line.
        TypeError: It is neither.

    >>> status_line(404), status_line("200 Fine"), status_line("201")
    ('404 Not Found', '200 Fine', '201 Created')
    """
    if isinstance(status, int):
        return _KNOWN.get(status) or _checked(f"{status:d} {reason_phrase(status)}")
    if not isinstance(status, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise TypeError(f"a status is a number or text, not {type(status).__name__}")
    text = status.strip(" ")
    if text.isascii() and text.isdigit():
        return status_line(int(text)) if len(text) == 3 else _checked(text)
    return _checked(text)


def shown(line: str) -> str:
    """A status as `repr` shows it: a reason phrase may hold what a terminal obeys (0x9B begins its commands)."""
    return repr(line)[1:-1]


def _checked(line: str) -> str:
    match = _LINE.fullmatch(line)
    if match is None or not match[2].strip():
        bad = next((i for i, c in enumerate(line) if not (c == "\t" or " " <= c <= "~" or "\x80" <= c <= "\xff")), 0)
        raise HeaderValueError("status", "expected three digits and a reason phrase", line, bad)
    if line < "200":
        raise HeaderValueError("status", "a server sends 1xx by itself, WSGI cannot", line)
    return line


_KNOWN: Final = {code: f"{code} {reason_phrase(code)}" for code in range(200, 600) if reason_phrase(code) != "Unknown"}
