"""Log records of middleware: what they show of a request, and that one which cannot be written stops no answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from logging import Logger, getLogger
from traceback import format_exc
from typing import Final

__all__ = ["as_logger", "shown", "without_query", "write_record"]

LONGEST: Final = 1000
"""The characters of a method or a target that a record shows: a line of a log is read by people."""

CUT: Final = "[...]"
"""Stands where a text was cut; a target has no brackets in its path."""

# Everything but visible ASCII; a quote and a backslash too, since records are quoted. CVE-2025-48432: a path with
# control characters wrote lines into the log, pinned by `test_nothing_of_a_request_breaks_its_record`.
_UNSAFE: Final = re.compile(r"[^!#-\[\]-~]")


def as_logger(logger: Logger | str, taken_by: str) -> Logger:
    """A logger, or that of a name.

    Args:
        logger: The logger or its name.
        taken_by: The name of what takes it, for messages.

    Raises:
        TypeError: The argument is neither a logger nor a name.
    """
    if isinstance(logger, Logger):
        return logger
    if not isinstance(logger, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise TypeError(f"{taken_by} takes a logging.Logger or the name of one, not {type(logger).__name__}")
    return getLogger(logger)


def shown(text: str) -> str:
    """A text of a request as a record shows it: cut where it is long, and percent-encoded unless it is visible ASCII.

    >>> shown("/caf\\u00e9"), shown("GET\\n")
    ('/caf%C3%A9', 'GET%0A')
    """
    cut = text if len(text) <= LONGEST else text[:LONGEST] + CUT
    return _UNSAFE.sub(_escaped, cut)


def _escaped(match: re.Match[str]) -> str:
    return "".join([f"%{octet:02X}" for octet in match[0].encode("utf-8", "surrogatepass")])


def without_query(target: str) -> str:
    """The path of a target: a query may hold secrets."""
    return target.partition("?")[0]


def write_record(
    logger: Logger,
    level: int,
    message: str,
    *arguments: object,
    error: BaseException | None = None,
    extra: Mapping[str, object] | None = None,
) -> None:
    """Log a record. What a filter, a formatter or a handler raises goes to `sys.stderr`: the answer is still sent.

    Args:
        logger: Takes the record.
        level: Its level.
        message: Its message, with places for the arguments.
        *arguments: As `Logger.log` takes them.
        error: The exception whose traceback it has.
        extra: More attributes of the record.
    """
    try:
        logger.log(level, message, *arguments, exc_info=error, extra=extra)
    except Exception:  # noqa: BLE001  # whatever it is, an answer matters more than its record
        with suppress(Exception):
            sys.stderr.write(format_exc())
