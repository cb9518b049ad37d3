"""Hypothesis strategies for texts, values, requests and responses. They need the extra `verglas[hypothesis]`."""

from __future__ import annotations

try:
    import hypothesis as _hypothesis
except ModuleNotFoundError as _missing:  # with `_`, or type checkers take it for a public name
    raise ModuleNotFoundError(
        "verglas.testing.strategies needs an extra: install verglas[hypothesis]", name=_missing.name
    ) from _missing

from verglas.testing.strategies.contents import codings, language_ranges, media_ranges
from verglas.testing.strategies.headervalues import header_values
from verglas.testing.strategies.inputs import AnyEndpoint, AnyInput, GivenStrategies, requests_of, values_of
from verglas.testing.strategies.messages import (
    BodyKind,
    environs,
    frozen_responses,
    hostile_environs,
    requests,
    responses,
)
from verglas.testing.strategies.misfits import Flaw, Misfit, misfits_of
from verglas.testing.strategies.structured import (
    bare_items,
    structured_dictionaries,
    structured_items,
    structured_lists,
)
from verglas.testing.strategies.texts import (
    any_texts,
    field_values,
    hosts,
    json_values,
    pairs,
    texts,
    tokens,
    urlencoded_bodies,
)
from verglas.testing.strategies.values import (
    bodies,
    cookies,
    files,
    forms,
    headers,
    limits,
    multimaps,
    queries,
    trusts,
    uploads,
    urls,
)

__all__ = [
    "AnyEndpoint",
    "AnyInput",
    "BodyKind",
    "Flaw",
    "GivenStrategies",
    "Misfit",
    "any_texts",
    "bare_items",
    "bodies",
    "codings",
    "cookies",
    "environs",
    "field_values",
    "files",
    "forms",
    "frozen_responses",
    "header_values",
    "headers",
    "hostile_environs",
    "hosts",
    "json_values",
    "language_ranges",
    "limits",
    "media_ranges",
    "misfits_of",
    "multimaps",
    "pairs",
    "queries",
    "requests",
    "requests_of",
    "responses",
    "structured_dictionaries",
    "structured_items",
    "structured_lists",
    "texts",
    "tokens",
    "trusts",
    "uploads",
    "urlencoded_bodies",
    "urls",
    "values_of",
]

del _hypothesis
