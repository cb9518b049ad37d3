"""The results as a picture: one row an item, one dot a library, time over Werkzeug's on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from benchmarks.harness import PEER

ROW: Final = 19  # pixels
HEAD: Final = 62
FOOT: Final = 30
LABELS: Final = 250  # their width
SCALE: Final = 560  # that of the scale
WIDTH: Final = LABELS + SCALE + 30
TICKS: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)

STYLE: Final = """\
svg { --ground: #ffffff; --text: #24292f; --faint: #8c959f; --line: #e4e8ec; --band: #f6f8fa;
  --c0: #0969da; --c1: #57606a; --c2: #bc4c00; --c3: #1a7f37; --c4: #8250df; --c5: #bf3989; }
@media (prefers-color-scheme: dark) {
  svg { --ground: #0d1117; --text: #e6edf3; --faint: #7d8590; --line: #272e36; --band: #151b23;
    --c0: #58a6ff; --c1: #9da7b3; --c2: #f0883e; --c3: #3fb950; --c4: #bc8cff; --c5: #f778ba; }
}
text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--text); }
.faint { fill: var(--faint); font-size: 11px; }
.title { font-weight: 600; }
"""


class Row(NamedTuple):
    """What is shown in one row: the ratio of each library; without any, it is the title of those that follow."""

    name: str
    ratios: Mapping[str, float]


def scale(rows: Sequence[Row]) -> tuple[float, ...]:
    """The ticks that all ratios lie between."""
    shown = [ratio for row in rows for ratio in row.ratios.values() if ratio > 0] or [1.0]
    first = max((tick for tick in TICKS if tick <= min(shown)), default=TICKS[0])
    last = min((tick for tick in TICKS if tick >= max(1.0, *shown)), default=TICKS[-1])
    return tuple(tick for tick in TICKS if first <= tick <= last)


def position(ratio: float, ticks: Sequence[float]) -> float:
    """Where a ratio stands, in pixels; what is off the scale stands at its end."""
    low, high = math.log(ticks[0]), math.log(max(ticks[-1], ticks[0] * 1.01))
    share = (math.log(max(ratio, ticks[0])) - low) / (high - low)
    return round(LABELS + SCALE * min(share, 1.0), 1)


def svg(title: str, rows: Sequence[Row], libraries: Sequence[str]) -> str:
    """The text of the picture. Its colours follow the reader's choice of light or dark.

    Args:
        title: What it shows.
        rows: From top to bottom.
        libraries: In the order of their colours; the dot of the first is larger.
    """
    ticks = scale(rows)
    bottom = HEAD + ROW * len(rows)
    height = bottom + FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">',
        f"<title>{escape(title)}</title>",
        f"<style>\n{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{height}" rx="6" fill="var(--ground)"/>',
        _legend(libraries),
        *(_band(HEAD + ROW * index) for index, row in enumerate(rows) if not row.ratios),
        *(_tick(tick, position(tick, ticks), bottom) for tick in ticks),
        *(_row(row, HEAD + ROW * index, ticks, libraries) for index, row in enumerate(rows)),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _legend(libraries: Sequence[str]) -> str:
    parts = ['<text class="faint" x="12" y="24">time over Werkzeug\'s: left is faster</text>']
    left = LABELS
    for index, name in enumerate(libraries):
        parts.append(_dot(left, 20, index))
        parts.append(f'<text x="{left + 9}" y="24">{escape(name)}</text>')
        left += 36 + 7 * len(name)
    return "\n".join(parts)


def _dot(x: float, y: float, index: int) -> str:
    radius = 3.8 if index else 5
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="var(--c{index})" stroke="var(--ground)"/>'


def _band(top: int) -> str:
    return f'<rect x="6" y="{top}" width="{WIDTH - 12}" height="{ROW}" rx="3" fill="var(--band)"/>'


def _tick(tick: float, x: float, bottom: int) -> str:
    colour = "faint" if tick == 1 else "line"
    label = f"{tick:g}×"
    return (
        f'<line x1="{x}" y1="{HEAD - 8}" x2="{x}" y2="{bottom + 6}" stroke="var(--{colour})"/>'
        f'<text class="faint" x="{x}" y="{HEAD - 13}" text-anchor="middle">{label}</text>'
        f'<text class="faint" x="{x}" y="{bottom + 20}" text-anchor="middle">{label}</text>'
    )


def _row(row: Row, top: int, ticks: Sequence[float], libraries: Sequence[str]) -> str:
    middle = top + ROW / 2
    kind = "" if row.ratios else ' class="title"'
    parts = [f'<text{kind} x="12" y="{middle + 4}">{escape(row.name)}</text>']
    # Werkzeug, which is in every row at 1, lies below the others, and verglas above them.
    for index, name in sorted(enumerate(libraries), key=lambda one: (one[1] != PEER, -one[0])):
        ratio = row.ratios.get(name)
        if ratio is not None:
            said = f"<title>{escape(f'{row.name}: {name} {ratio:.2f}')}</title>"
            parts.append(_dot(position(ratio, ticks), middle, index).replace("/>", f">{said}</circle>"))
    return "\n".join(parts)
