"""The page of an error."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import HTTPError, Request, render_error
from verglas.testing import call
from verglas.testing.strategies import any_texts


def error_page(code: int, name: str, description: str) -> bytes:
    """The page of an error with this code, phrase and description."""
    kind = type("Named", (HTTPError,), {"code": code, "name": name})
    return call(render_error(kind(description), Request())).body


def test_page() -> None:
    """The page is the reference's small document."""
    expected = (
        b"<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>No such note.</p>\n"
    )

    assert expected == error_page(404, "Not Found", "No such note.")


@pytest.mark.parametrize(
    ("expected", "description"),
    [
        pytest.param("<p>&lt;script&gt;</p>", "<script>", id="markup"),
        pytest.param("<p>a &amp;lt; b</p>", "a &lt; b", id="reference"),
        pytest.param("<p>&quot;&#39;</p>", "\"'", id="quotes"),
        pytest.param("<p>a<br>b</p>", "a\nb", id="reference-line-ends"),
        pytest.param("<p>caf\xe9 \u2603</p>", "caf\xe9 \u2603", id="utf-8"),
        pytest.param("<p>a?b</p>", "a\ud800b", id="half-of-a-surrogate-pair"),
        pytest.param("<p></p>", "", id="empty"),
    ],
)
def test_description(expected: str, description: str) -> None:
    """A description is text: escaped, its line ends kept."""

    assert expected == error_page(404, "Not Found", description).decode().splitlines()[-1]


def test_name_is_escaped() -> None:
    """So is the phrase (CVE-2025-67724)."""

    assert b"<script>" not in error_page(400, "<script>", "")


class Tags(HTMLParser):
    """Lists the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag with its attributes."""
        self.tags.append(" ".join([tag, *(f"{name}={value}" for name, value in attrs)]))


@given(
    any_texts() | st.text("<>&\"'/=scriptimgonerror\n", max_size=30),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1).filter(str.strip),
)
def test_nothing_brings_a_tag(description: str, name: str) -> None:
    """No text makes an element of its own."""
    parser = Tags()
    parser.feed(error_page(400, name, description).decode())
    parser.close()

    assert ["html lang=en", "title", "h1", "p"] == [tag for tag in parser.tags if tag != "br"]
