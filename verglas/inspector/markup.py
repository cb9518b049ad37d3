"""HTML as text that is safe by its type: a `str` becomes `Markup` only by being escaped here."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Final, NewType

__all__ = ["Markup", "code", "escape", "joined", "page", "section", "table"]

Markup = NewType("Markup", str)

# A control character has no look, and HTML has no escape for NUL: each shows as its picture (U+2400 and on).
PICTURES: Final = {control: 0x2400 + control for control in range(32) if chr(control) not in "\t\n"} | {0x7F: 0x2421}

EMPTY: Final = Markup('<span class="empty">empty</span>')


def escape(text: str) -> Markup:
    """Text as markup that shows it, fit for content and for a quoted attribute.

    >>> escape("<b>\\x00")
    '&lt;b&gt;␀'
    """
    # What browsers send at the end of a line in a text area is an end of a line here.
    return Markup(html.escape(text.replace("\r\n", "\n").translate(PICTURES)))


def joined(parts: Iterable[Markup], between: str = "\n") -> Markup:
    """Pieces of markup in a row.

    Args:
        parts: They.
        between: White space, or nothing.
    """
    return Markup(between.join(parts))


def code(text: str) -> Markup:
    """A value as it came; one without a character says so."""
    # dir=auto: a value in another direction's script, or with an override in it, does not turn its surroundings.
    return Markup(f'<code dir="auto">{escape(text)}</code>') if text else EMPTY


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], nothing: str) -> Markup:
    """Rows of values, each row's first one its name; `nothing` says that there are none.

    Args:
        columns: The labels.
        rows: As many values each.
        nothing: Shown instead of a table without rows.
    """
    if not rows:
        return Markup(f'<p class="nothing">{escape(nothing)}</p>')
    head = joined((Markup(f'<th scope="col">{escape(column)}</th>') for column in columns), "")
    body = joined(_row(columns, row) for row in rows)
    return Markup(f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>")


def _row(columns: Sequence[str], row: Sequence[str]) -> Markup:
    cells = [f'<th scope="row">{code(row[0])}</th>']
    cells += [
        f'<td data-label="{escape(column)}">{code(value)}</td>'
        for column, value in zip(columns[1:], row[1:], strict=True)
    ]
    return Markup(f"<tr>{''.join(cells)}</tr>")


def section(name: str, title: str, content: Markup, count: int | None = None) -> Markup:
    """A part of a page under its own heading.

    Args:
        name: Its anchor.
        title: Its heading.
        content: What is in it.
        count: How many there are of what it lists.
    """
    number = "" if count is None else f' <span class="count">{count}</span>'
    return Markup(
        f'<section id="{escape(name)}" aria-labelledby="{escape(name)}-title">\n'
        f'<h2 id="{escape(name)}-title">{escape(title)}{number}</h2>\n{content}\n</section>'
    )


def page(title: str, lead: Markup, content: Markup, root: str) -> Markup:
    """A whole document.

    Args:
        title: Its title and first heading.
        lead: A sentence on what it shows.
        content: The rest.
        root: Where the application is mounted, percent-encoded, without a slash at its end.
    """
    base = escape(root)
    return Markup(f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)} · verglas</title>
<link rel="icon" href="{base}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="{base}/style.css">
</head>
<body>
<header>
<a class="name" href="{base}/"><img src="{base}/icon.svg" alt="" width="28" height="28">verglas</a>
<nav aria-label="Pages">
<a href="{base}/#forms">Forms</a>
<a href="{base}/#more">More</a>
<a href="{base}/source">Source</a>
</nav>
</header>
<main>
<h1>{escape(title)}</h1>
<p class="lead">{lead}</p>
{content}
</main>
<footer><p>A thin, clear, frozen layer over WSGI.</p></footer>
</body>
</html>
""")
