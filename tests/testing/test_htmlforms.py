"""Forms of HTML documents: read, filled in, and sent as browsers do. Sections are of the HTML standard."""

from __future__ import annotations

from typing import Final

import pytest

from verglas import URL
from verglas.testing import HTMLForm, parse_forms

PAGE: Final = URL.parse("http://localhost/notes/new?draft=1")


def form_of(markup: str, url: URL = PAGE) -> HTMLForm:
    """The one form of a document."""
    (form,) = parse_forms(markup, url)
    return form


def test_fills_and_sends() -> None:
    """A form that is filled in gives the request that a browser makes."""
    form = form_of(
        '<form method=post action="/notes" enctype=multipart/form-data><input name=title maxlength=80 required>'
        "<select name=tags multiple><option>a<option>b</select><input type=checkbox name=agree>"
        "<input type=file name=photo><button>Save</button></form>"
    )

    filled = form.fill({"title": "x", "tags": ["a", "b"]}, agree=True, photo=("a.png", b"...", "image/png"))
    request = filled.request()

    assert ("POST", "/notes") == (request.method, request.path)
    assert [("title", "x"), ("tags", "a"), ("tags", "b"), ("agree", "on")] == list(request.form.pairs)
    assert [("a.png", "image/png", b"...")] == [(f.filename, f.mimetype, f.data) for _, f in request.files.pairs]
    assert "" == form["title"]


def test_refuses_what_a_browser_does_not_send() -> None:
    """A required field that is empty is refused when the form is sent."""
    form = form_of("<form><input name=title required></form>")

    with pytest.raises(ValueError, match="a browser does not send the form: the text 'title' is required"):
        form.request()
