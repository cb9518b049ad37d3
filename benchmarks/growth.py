"""What a call costs against the size of its input: for each subject a small picture with a line a library."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Final

from attrs import frozen

from benchmarks import environs
from benchmarks.harness import NUMBERS, OURS, PEER, Environ, Item, Library, Many, Reading, answered, interleaved
from benchmarks.measures import microseconds
from benchmarks.plot import STYLE

__all__ = ["SIZES", "SUBJECTS", "Growth", "measure", "svg"]

SIZES: Final = (1, 10, 100, 1000)

PANEL_WIDTH: Final = 280  # pixels
PANEL_HEIGHT: Final = 220
COLUMNS: Final = 3
MARGIN: Final = 44
READING: Final = 4_000  # µs


@frozen
class Subject:
    """Something that a request or a response has many of.

    Attributes:
        name: What there are many of.
        environ: Makes the environs of requests that have so many.
        act: Reads or writes so many with a library.
    """

    name: str
    environ: Callable[[int], Callable[[int], Environ]]
    act: Callable[[Many, Environ, int], object]


@frozen
class Growth:
    """What was measured of a subject.

    Attributes:
        name: What there are many of.
        times: For each library the microseconds of a call, in the order of `SIZES`.
    """

    name: str
    times: Mapping[str, Sequence[float]]


def with_headers(size: int) -> Callable[[int], Environ]:
    """A request of many header fields."""
    return environs.with_texts(**{f"HTTP_X_FIELD_{number}": "value #" for number in range(size)})


def with_cookies(size: int) -> Callable[[int], Environ]:
    """A request of many cookies."""
    return environs.with_texts(HTTP_COOKIE="; ".join(f"c{number}=#" for number in range(size)))


def plain(size: int) -> Callable[[int], Environ]:
    """A request; how many there are is the response's matter."""
    del size
    return environs.browser


def set_cookies(library: Many, environ: Environ, size: int) -> object:
    """Set cookies on one response, and send it."""
    response = library.response()
    for number in range(size):
        response.set_cookie(f"name{number}", "value", secure=True, httponly=True)
    return answered(response, environ)


def set_headers(library: Many, environ: Environ, size: int) -> object:
    """Set fields on one response, and send it."""
    response = library.response()
    for number in range(size):
        response.headers[f"X-Name-{number}"] = "value"
    return answered(response, environ)


SUBJECTS: Final = (
    Subject(
        "header fields of a request", with_headers, lambda one, environ, _: list(one.request(environ).headers.items())
    ),
    Subject("cookies of a request", with_cookies, lambda one, environ, _: list(one.request(environ).cookies.items())),
    Subject("fields of a form", environs.form, lambda one, environ, _: list(one.request(environ).form.items())),
    Subject(
        "parts of a multipart form", environs.multipart, lambda one, environ, _: list(one.request(environ).form.items())
    ),
    Subject("Set-Cookies of a response", plain, set_cookies),
    Subject("header fields of a response", plain, set_headers),
)


def measure(subject: Subject, libraries: Sequence[Library], rounds: int) -> Growth:
    """The times of a subject at each size; the libraries take turns."""
    many = {library.name: library.many for library in libraries if library.many is not None}
    times: dict[str, list[float]] = {name: [] for name in many}
    for size in SIZES:
        item = Item(subject.name, "", subject.environ(size), "", new_text=True)
        readings = {name: _reading(item, subject, one, size) for name, one in many.items()}
        for name, value in interleaved(readings, rounds).items():
            times[name].append(value)
    return Growth(subject.name, times)


def _reading(item: Item, subject: Subject, library: Many, size: int) -> Reading:
    def adapter(environ: Environ) -> object:
        return subject.act(library, environ, size)

    adapter(item.environ_of(next(NUMBERS)))
    first = microseconds(item, adapter, 2)()
    return microseconds(item, adapter, max(1, min(100, int(READING / first))))


def svg(growths: Sequence[Growth]) -> str:
    """The text of the picture: logarithmic scales, with dashes along which ten times as many take ten times as long."""
    rows = math.ceil(len(growths) / COLUMNS)
    width, height = COLUMNS * PANEL_WIDTH, rows * PANEL_HEIGHT + 30
    panels = [
        f'<g transform="translate({index % COLUMNS * PANEL_WIDTH} {index // COLUMNS * PANEL_HEIGHT + 30})">'
        f"{_panel(growth)}</g>"
        for index, growth in enumerate(growths)
    ]
    legend = "".join(
        f'<circle cx="{20 + 110 * index}" cy="18" r="5" fill="var(--c{index})"/>'
        f'<text x="{30 + 110 * index}" y="22">{name}</text>'
        for index, name in enumerate((OURS, PEER))
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
            "<title>Time of a call against how many there are</title>",
            f"<style>\n{STYLE}</style>",
            f'<rect width="{width}" height="{height}" rx="6" fill="var(--ground)"/>',
            legend,
            '<text class="faint" x="250" y="22">µs of a call; dashes: ten times as many, ten times as long</text>',
            *panels,
            "</svg>\n",
        ]
    )


def _panel(growth: Growth) -> str:
    values = [value for times in growth.times.values() for value in times]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def x(size: float) -> float:
        return round(MARGIN + 10 + (PANEL_WIDTH - MARGIN - 30) * math.log10(size) / math.log10(SIZES[-1]), 1)

    def y(value: float) -> float:
        share = (math.log10(value) - low) / (high - low)
        return round(PANEL_HEIGHT - MARGIN - (PANEL_HEIGHT - 2 * MARGIN) * share, 1)

    parts = [f'<text x="{MARGIN + 10}" y="{MARGIN - 14}">{escape(growth.name)}</text>']
    for size in SIZES:
        parts.append(f'<line x1="{x(size)}" y1="{y(10**high)}" x2="{x(size)}" y2="{y(10**low)}" stroke="var(--line)"/>')
        parts.append(
            f'<text class="faint" x="{x(size)}" y="{PANEL_HEIGHT - MARGIN + 14}" text-anchor="middle">{size:,}</text>'
        )
    for power in range(low, high + 1):
        at = y(10**power)
        parts.append(f'<line x1="{x(1)}" y1="{at}" x2="{x(SIZES[-1])}" y2="{at}" stroke="var(--line)"/>')
        parts.append(f'<text class="faint" x="{MARGIN + 4}" y="{at + 4}" text-anchor="end">{10**power:,}</text>')
    for index, name in enumerate((PEER, OURS)):
        times = growth.times[name]
        colour = f"var(--c{1 - index})"
        points = [(x(size), y(value)) for size, value in zip(SIZES, times, strict=True)]
        # Through the last point, back to where the proportional line leaves the panel or the first size.
        first = max(times[-1] / SIZES[-1], 10**low)
        start = SIZES[-1] * first / times[-1]
        parts.append(
            f'<line x1="{x(start)}" y1="{y(first)}" x2="{points[-1][0]}" y2="{points[-1][1]}" stroke="{colour}" '
            'stroke-dasharray="3 4" opacity="0.6"/>'
        )
        path = " ".join(f"{left},{top}" for left, top in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for size, value, (left, top) in zip(SIZES, times, points, strict=True):
            said = escape(f"{growth.name}: {size:,}: {name} {value:,.0f} µs")
            parts.append(f'<circle cx="{left}" cy="{top}" r="3.5" fill="{colour}"><title>{said}</title></circle>')
    return "\n".join(parts)
