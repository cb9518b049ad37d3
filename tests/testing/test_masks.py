"""Masks: the values that they hide in bodies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear
from verglas import html
from verglas.testing import DATES, SECRETS, Mask, check_golden

TOKEN: Final = Mask(parameters=["token"])
HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        pytest.param(HTML, '<input name="token" value="a">', '<input name="token" value="***">', id="input"),
        pytest.param(HTML, "<input value='a' name='token'>", "<input value='***' name='token'>", id="other-order"),
        pytest.param(HTML, "<INPUT NAME=Token VALUE=a>", "<INPUT NAME=Token VALUE=***>", id="unquoted"),
        pytest.param(HTML, "<input name=token value=a/>b", "<input name=token value=***>b", id="slash-is-of-the-value"),
        pytest.param(HTML, "<input\nname = token\nvalue = a>", "<input\nname = token\nvalue = ***>", id="spaces"),
        pytest.param(HTML, "<input name=&#116;oken value=a>", "<input name=&#116;oken value=***>", id="reference"),
        pytest.param(
            HTML, '<input name=token value="é&gt;>">', '<input name=token value="***">', id="angle-and-letters"
        ),
        pytest.param(HTML, '<meta name="token" content="a">', '<meta name="token" content="***">', id="meta"),
        pytest.param(HTML, '<input name=token value="a', '<input name=token value="***', id="cut-off"),
        pytest.param(HTML, "<input name=token>", None, id="no-value"),
        pytest.param(HTML, "<input name=tokens value=a><inputs name=token value=a>", None, id="other-names"),
        pytest.param(HTML, "<p>token=a</p>", None, id="text-of-a-page"),
        pytest.param(HTML, "<input name=token value=***>", None, id="hidden-already"),
        pytest.param(
            "application/xhtml+xml", '<input name="token" value="a"/>', '<input name="token" value="***"/>', id="xhtml"
        ),
        pytest.param(JSON, '{"token": "a\\"b", "b": 1}', '{"token": "***", "b": 1}', id="member"),
        pytest.param(JSON, '[{"x":{"Token":-1.5e3}}]', '[{"x":{"Token":"***"}}]', id="number-inside"),
        pytest.param(JSON, '{"\\u0074oken" : true}', '{"\\u0074oken" : "***"}', id="escaped-name"),
        pytest.param(JSON, '{"token": "a', '{"token": "***"', id="cut-off-member"),
        pytest.param(JSON, '{"token": "a\\', '{"token": "***"', id="cut-off-in-an-escape"),
        pytest.param(JSON, '["token", "a"]', None, id="items"),
        pytest.param(JSON, '{"token": {"a": "b"}}', None, id="object"),
        pytest.param(JSON, '{"a": "\\"token\\": 1"}', None, id="name-in-a-text"),
        pytest.param("application/problem+json", '{"token":1}', '{"token":"***"}', id="json-of-another-type"),
        pytest.param("text/plain", '{"token":1}', None, id="text"),
    ],
)
def test_parameters(content_type: str, body: str, expected: str | None) -> None:
    """Inputs of pages and members of JSON are parameters, too."""
    assert (expected or body).encode() == TOKEN.mask_body(content_type, body.encode())


@pytest.mark.parametrize(
    ("pattern", "body", "expected"),
    [
        pytest.param("[0-9]+", b"a 12 b 3", b"a *** b ***", id="all"),
        pytest.param("n=([0-9]+)", b"n=12 3", b"n=*** 3", id="group"),
        pytest.param("(a)(b)?(c)", b"ac abc", b"****** *********", id="groups"),
        pytest.param("<((a)b)>", b"<ab>", b"<***>", id="group-in-a-group"),
        pytest.param("x*", b"ab", b"ab", id="nothing-found"),
        pytest.param(
            re.compile("É", re.IGNORECASE), "é\udcff".encode("utf-8", "surrogateescape"), b"***\xff", id="compiled"
        ),
    ],
)
def test_patterns(pattern: str | re.Pattern[str], body: bytes, expected: bytes) -> None:
    """Patterns hide their groups, or all, in bodies of any type; bytes that are not text stay."""
    assert expected == Mask(patterns=[pattern]).mask_body("", body)


def test_masks_joined() -> None:
    """A joined mask has the patterns of both, once."""
    mask = Mask(patterns=["a", "b"]) | Mask(patterns=["b", "c"])

    assert ["a", "b", "c"] == [one.pattern for one in mask.patterns]
    assert mask == Mask(patterns=["a", "b", "c"])
    with pytest.raises(TypeError, match=r"several patterns, such as \['a'\]"):
        Mask(patterns="a")


def test_page_with_a_token(tmp_path: Path) -> None:
    """A page whose token differs each time is a golden file, and its length is that of what is shown."""
    file = f"{tmp_path}/page.http"
    page = "<form><input type=hidden name=csrf_token value={}></form>"
    check_golden(html(page.format("a")), file, mask=DATES | SECRETS, update=True)
    check_golden(html(page.format("bcd")), file, mask=DATES | SECRETS)


@given(st.text('"\\:{}[], a1\n'))
def test_members_of_anything(text: str) -> None:
    """What has no such member stays, and what is hidden stays hidden."""
    assert text.encode() == TOKEN.mask_body(JSON, text.encode())
    hidden = Mask(parameters=["*"]).mask_body(JSON, text.encode())
    assert hidden == Mask(parameters=["*"]).mask_body(JSON, hidden)


@pytest.mark.parametrize(
    ("content_type", "unit"),
    [
        pytest.param(HTML, "<input ", id="inputs"),
        pytest.param(HTML, "<input a='", id="quotes"),
        pytest.param(HTML, "<input \"'", id="two-kinds-of-quotes"),
        pytest.param(HTML, "<input a=", id="equals"),
        pytest.param(HTML, "<input" + " ", id="spaces"),
        pytest.param(JSON, '"', id="json-quotes"),
        pytest.param(JSON, '\\"', id="escapes"),
        pytest.param(JSON, '"":', id="names"),
        pytest.param(JSON, '"": "', id="values"),
        pytest.param(JSON, '"" ', id="spaces-after-names"),
    ],
)
def test_linear(content_type: str, unit: str) -> None:
    """Hostile bodies are masked in linear time."""
    assert_linear(lambda size: TOKEN.mask_body(content_type, (unit * size).encode()), start=256)
