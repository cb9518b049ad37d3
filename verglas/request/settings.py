"""The limits and the trust of requests: given, or made of the attributes of their class."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from attrs import evolve

from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.trust import Trust, check_settings

__all__ = ["DEFAULT_THREE", "check_arguments", "limits_of", "trust_of"]

DEFAULT_THREE: Final = (
    DEFAULT_LIMITS.max_content_length,
    DEFAULT_LIMITS.max_form_memory_size,
    DEFAULT_LIMITS.max_form_parts,
)
"""The limits that a class may set as class attributes, where it does not."""


@lru_cache(maxsize=64)  # by what classes say, never by input
def limits_of(content_length: int | None, form_memory_size: int | None, form_parts: int | None) -> Limits:
    """The default limits, but for the three that a class may set."""
    return evolve(
        DEFAULT_LIMITS,
        max_content_length=content_length,
        max_form_memory_size=form_memory_size,
        max_form_parts=form_parts,
    )


@lru_cache(maxsize=64)  # as above
def trust_of(hosts: str | tuple[str, ...]) -> Trust:
    """The trust of a class that names its hosts."""
    return Trust(hosts=hosts)


def check_arguments(environ: object, limits: object, trust: object) -> None:
    """Refuse arguments of other types where they are given.

    Raises:
        TypeError: An argument is of another type; the message says what to write.
    """
    if environ is not None and not isinstance(environ, Mapping):
        what = type(environ).__name__
        raise TypeError(f"environ is {what}, not the dict of a WSGI server; of values, write Request(url=...)")
    check_settings(limits, trust)
