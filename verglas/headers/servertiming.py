"""`ServerTiming`: where a server spent its time (W3C Server Timing)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final, Self, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import HeaderField, list_field
from verglas.headers.lines import OWS
from verglas.syntax.parameters import format_parameters, parse_parameters
from verglas.syntax.tokens import check_token, is_token, quote_string, split_list
from verglas.values import Value

__all__ = ["SERVER_TIMING", "ServerTiming", "TimingMetric"]

GRAMMAR: Final = "Server-Timing"
MICROSECOND: Final = timedelta(microseconds=1)
MILLISECOND: Final = timedelta(milliseconds=1)

_MILLISECONDS: Final = r"([0-9]{1,12})(?:\.([0-9]{1,32}))?"  # 31 years, and more digits than a float has


def _as_pairs(parameters: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple([(name.lower(), value) for name, value in parameters])


@final
@frozen
class TimingMetric(Value):
    """One measurement of a server: how long something took, or that it happened (W3C Server Timing §2).

        server-timing-metric = metric-name *( OWS ";" OWS server-timing-param )

    Example values: `db;dur=53.2`; `cache;desc="Cache read";dur=23.2`; `miss`.

    Attributes:
        name: A token. Two that differ in case are two.
        duration: How long it took; `dur`, in milliseconds on the wire.
        description: What it is; `desc`.
        parameters: The others, their names in lower case.

    Raises:
        HeaderValueError: The name is not a token, the duration negative or above 31 years, or a text is not fit for a
            quoted-string.

    >>> str(TimingMetric("db", timedelta(milliseconds=53.2), "Database"))
    'db; dur=53.2; desc=Database'
    """

    name: str
    duration: timedelta | None = None
    description: str | None = None
    parameters: tuple[tuple[str, str], ...] = field(default=(), converter=_as_pairs)

    def __attrs_post_init__(self) -> None:
        check_token(self.name, GRAMMAR)
        if self.duration is not None and not 0 * MILLISECOND <= self.duration < 10**12 * MILLISECOND:
            raise HeaderValueError(GRAMMAR, "expected a duration from 0 to 31 years", str(self.duration))
        if self.description is not None:
            quote_string(self.description)
        if any(name in ("dur", "desc") for name, _ in self.parameters):
            raise HeaderValueError(GRAMMAR, "'dur' and 'desc' are the duration and the description")
        format_parameters(self.parameters)

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read one member of the field. Of several durations or descriptions, the first counts.

        Args:
            text: The member. A duration is read to the microsecond.

        Raises:
            GrammarError: The text is not a metric, or its duration is not a number.
        """
        text = text.strip(OWS)
        name, semicolon, rest = text.partition(";")
        name = name.rstrip(" \t")
        if not is_token(name):
            raise GrammarError(GRAMMAR, "expected a name", text, 0)
        duration: timedelta | None = None
        description: str | None = None
        others: list[tuple[str, str]] = []
        for key, value in parse_parameters(semicolon + rest, grammar=GRAMMAR):
            if key == "dur":
                duration = _read_milliseconds(value) if duration is None else duration
            elif key == "desc":
                description = value if description is None else description
            else:
                others.append((key, value))
        return cls(name, duration, description, others)

    @override
    def __str__(self) -> str:
        duration = [] if self.duration is None else [("dur", _milliseconds(self.duration))]
        description = [] if self.description is None else [("desc", self.description)]
        return f"{self.name}{format_parameters([*duration, *description, *self.parameters])}"


def _read_milliseconds(text: str) -> timedelta:
    match = re.fullmatch(_MILLISECONDS, text)
    if match is None:
        raise GrammarError(GRAMMAR, "expected milliseconds", text)
    return int(match[1]) * MILLISECOND + int((match[2] or "").ljust(3, "0")[:3]) * MICROSECOND


def _milliseconds(value: timedelta) -> str:
    whole, rest = divmod(value // MICROSECOND, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


@final
@frozen
class ServerTiming(Value):
    """The measurements of a server while it made a response (W3C Server Timing §2).

        Server-Timing = #server-timing-metric

    Example values: `miss, db;dur=53, app;dur=47.2`; `total;dur=123.4`. False without any metric.

    Attributes:
        metrics: In their order; a name may be there several times.

    >>> timing = ServerTiming.parse('miss, db;dur=53;desc="Database"')
    >>> [metric.name for metric in timing], str(timing | TimingMetric("app"))
    (['miss', 'db'], 'miss, db; dur=53; desc=Database, app')
    """

    metrics: tuple[TimingMetric, ...] = field(default=(), converter=tuple[TimingMetric, ...])

    @classmethod
    def parse(cls, text: str, /) -> Self:
        """Read the value of a field, its lines joined with commas.

        Raises:
            GrammarError: A member is not a metric with its parameters.
        """
        return cls(tuple([TimingMetric.parse(member) for member in split_list(text)]))

    def __or__(self, other: TimingMetric | ServerTiming) -> Self:
        added = (other,) if isinstance(other, TimingMetric) else other.metrics
        return type(self)((*self.metrics, *added))

    def __iter__(self) -> Iterator[TimingMetric]:
        return iter(self.metrics)

    def __len__(self) -> int:
        return len(self.metrics)

    @override
    def __str__(self) -> str:
        return ", ".join([str(metric) for metric in self.metrics])


SERVER_TIMING: Final[HeaderField[ServerTiming]] = list_field("Server-Timing", ServerTiming)
