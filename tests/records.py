"""The records that loggers write during a test."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["Records", "kept"]


class Records(logging.Handler):
    """Keeps all records."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.seen.append(record)

    @property
    def only(self) -> logging.LogRecord:
        """The one record that was written."""
        (record,) = self.seen
        return record

    @property
    def messages(self) -> list[str]:
        """The texts of the records."""
        return [record.getMessage() for record in self.seen]


@contextmanager
def kept(name: str | None = None, level: int = logging.DEBUG) -> Generator[Records]:
    """The records of a logger, and of those below it, for as long as the context lasts.

    Args:
        name: The name of the logger; `None`: all.
        level: Lower ones are not written.
    """
    logger, handler = logging.getLogger(name), Records()
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(level)
    try:
        yield handler
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
