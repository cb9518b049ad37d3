"""HTML for the examples: the frame of a page, and tables. Values are escaped here; content is markup already."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final
from urllib.parse import quote

from verglas import Request, Response, html

__all__ = ["POLICY", "page", "root_of", "table"]

# No scripts, whatever ends up in a page; styles, pictures and forms are our own.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def root_of(request: Request) -> str:
    """The path at which the application is mounted, percent-encoded, without a slash at its end: links begin with it.

    Percent-encoded, it holds no character that HTML gives a meaning to.
    """
    return quote(request.root_path)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of values, which are escaped; the first of each row is its heading."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(f"{_row(row)}\n" for row in rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>"


def _row(row: Sequence[str]) -> str:
    first, *rest = (f"<code>{escape(value)}</code>" for value in row)
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{value}</td>" for value in rest)}</tr>'


def page(request: Request, title: str, lead: str, content: str, allowing: str = "") -> Response:
    """A whole document as a response.

    Args:
        request: The request that it answers.
        title: The title and first heading.
        lead: A sentence on what the page shows.
        content: Markup.
        allowing: Directives to add to the Content-Security-Policy.
    """
    root = root_of(request)
    policy = f"{POLICY}; {allowing}" if allowing else POLICY
    document = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)} · verglas</title>
<link rel="stylesheet" href="{root}/style.css">
</head>
<body>
<header><a href="{root}/">Examples</a></header>
<main>
<h1>{escape(title)}</h1>
<p>{escape(lead)}</p>
{content}
</main>
</body>
</html>
"""
    return html(document, headers={"Content-Security-Policy": policy})
