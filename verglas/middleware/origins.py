"""Origins that an application names: compared with the text that a browser sends, byte for byte (Fetch §3.2)."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from verglas.errors.grammar import GrammarError
from verglas.headers.cors import ORIGIN, Origin
from verglas.headers.mapping import Headers
from verglas.response.changes import lenient

__all__ = ["as_names", "exact_origins", "origin_text"]


def as_names(names: object, argument: str, example: str) -> tuple[str, ...]:
    """The names that an option lists.

    Args:
        names: The names.
        argument: The name of the option, for messages.
        example: A value of the option, for messages.

    Raises:
        TypeError: The names are not a collection of `str`; a single `str` is not meant as its letters.
    """
    if isinstance(names, str) or not isinstance(names, Collection):
        raise TypeError(f"{argument} takes several names, such as {example}, not {type(names).__name__}")
    found = tuple(cast("Collection[object]", names))  # isinstance() cannot tell of what
    for name in found:
        if not isinstance(name, str):
            raise TypeError(f"{argument} takes names, such as {example}, not {type(name).__name__}")
    return cast("tuple[str, ...]", found)  # as the loop has found


def exact_origins(origins: object, argument: str) -> frozenset[str]:
    """The origins that an option lists, each as browsers write it.

    Args:
        origins: The origins.
        argument: The name of the option, for messages.

    Raises:
        TypeError: The origins are not a collection of `str`.
        ValueError: An origin is not one as browsers send it: no origin at all, in upper case, with the port of its
            scheme, with a path.

    >>> exact_origins(["https://Example.org"], "origins=")
    Traceback (most recent call last):
    ValueError: origins= has 'https://Example.org': browsers send 'https://example.org', and it is compared exactly
    """
    names = as_names(origins, argument, "['https://example.org']")
    for name in names:
        try:
            sent = str(Origin.parse(name))
        except GrammarError as error:
            what = f"{argument} has {name!r}, which is not an origin: {error.problem}"
            raise ValueError(f"{what}; one is written 'https://example.org' or 'http://localhost:8080'") from None
        if sent != name:
            raise ValueError(f"{argument} has {name!r}: browsers send {sent!r}, and it is compared exactly")
    return frozenset(names)


def origin_text(headers: Headers) -> str | None:
    """The origin that a request says it is from, as a browser writes it; `None` for `null`, none, or any other text.

    Args:
        headers: Of the request.
    """
    origin = lenient(headers, ORIGIN, None)
    if origin is None or origin.is_null:
        return None
    text = str(origin)
    return text if headers.getlist("Origin") == [text] else None
