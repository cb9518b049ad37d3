"""The page that an error answers with: text in, bytes out, nothing else needed."""

from __future__ import annotations

__all__ = ["error_page", "escape"]


def error_page(code: int, name: str, description: str) -> bytes:
    """A small HTML document that says what went wrong.

    Args:
        code: The status code.
        name: Its reason phrase.
        description: Plain text; escaped here, line ends become `<br>`.

    >>> error_page(404, "Not Found", "No <note>.").decode().splitlines()[-1]
    '<p>No &lt;note&gt;.</p>'
    """
    return (
        f"<!doctype html>\n<html lang=en>\n<title>{code} {escape(name)}</title>\n"
        f"<h1>{escape(name)}</h1>\n<p>{escape(description).replace(chr(10), '<br>')}</p>\n"
    ).encode(errors="replace")  # half of a surrogate pair comes out of JSON, and must not make a 500 of the answer


def escape(text: str) -> str:
    """A text as it stands in HTML, in attributes as well.

    >>> escape('"a" & <b>')
    '&quot;a&quot; &amp; &lt;b&gt;'
    """
    # `html.escape`, without an import that pulls in the table of all entities.
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#39;")
    )
