"""Media types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import GrammarError, HeaderValueError
from verglas.syntax.mediatypes import format_media_type, parse_media_type
from verglas.syntax.tokens import is_token

CORPORA = Path(__file__).parents[3] / "shared" / "corpora" / "wpt"

# The cases of the corpus that are answered otherwise, all for one reason: the standard strips CR and LF as well. No
# field value holds them (RFC 9110 §5.5), and what is handed to us with one must not be taken for what it is without.
OTHERWISE: dict[str, str | None] = {
    "x/x\n\r\t ;x=x": None,
    "\n\r\t x/x;x=x\n\r\t ": None,
    "x/x;\n\r\t x=x\n\r\t ;x=y": "x/x;x=y",
}

TOKENS = st.text(st.sampled_from("abcxyz019+-.!'"), min_size=1)
VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(("text", "html", (("charset", "utf-8"),)), "text/html;charset=utf-8", id="rfc9110-8.3.1-a"),
        pytest.param(("text", "html", (("charset", "UTF-8"),)), "Text/HTML;Charset=UTF-8", id="rfc9110-8.3.1-b"),
        pytest.param(("text", "html", (("charset", "utf-8"),)), 'text/html; charset="utf-8"', id="rfc9110-8.3.1-c"),
        pytest.param(("a", "b", ()), " \ta/b\t ", id="space-and-tab-at-the-ends"),
        pytest.param(("a", "b", ()), "a/b ;", id="empty-parameter"),
        pytest.param(("a", "b", (("c", "d"),)), "a/b;;c=d;", id="empty-parameters"),
        pytest.param(("m", "f", (("boundary", "----=_Part_0"),)), "m/f; boundary=----=_Part_0", id="equals-in-a-value"),
        pytest.param(("a", "b", (("c", "d"),)), "a/b;c=d;C=e", id="first-of-duplicates"),
        pytest.param(("a", "b", (("c", "e"),)), "a/b;c=;c=e", id="first-of-duplicates-that-is-one"),
        pytest.param(("a", "b", (("c", "d e"),)), "a/b;c=d e \t", id="space-in-a-value"),
        pytest.param(("a", "b", ()), "a/b;c =d", id="space-before-equals"),
        pytest.param(("a", "b", (("c", " d"),)), "a/b;c= d", id="space-after-equals"),
        pytest.param(("a", "b", (("c", "d"),)), 'a/b;c="d"junk', id="text-after-quotes"),
        pytest.param(("a", "b", (("c", "d;e=f"),)), 'a/b;c="d;e=f', id="unclosed-quotes"),
        pytest.param(("a", "b", (("c", "d\\"),)), 'a/b;c="d\\', id="unclosed-with-a-backslash"),
        pytest.param(("a", "b", (("c", 'd"'),)), r'a/b;c="\d\""', id="escapes"),
        pytest.param(("a", "b", (("c", ""),)), 'a/b;c=""', id="empty-in-quotes"),
        pytest.param(("a", "b", ()), "a/b;c=d\n", id="value-with-a-newline"),
        pytest.param(("a", "b", ()), "a/b;\x0bc=d", id="vertical-tab-is-no-space"),
        pytest.param(("a", "b", ()), "a/b;\u212a=d", id="kelvin-sign-is-no-k"),
        pytest.param(("a", "b", ()), "a/b;c=\u0100", id="value-above-latin-1"),
        pytest.param(("*", "*", ()), "*/*", id="range-is-made-of-tokens"),
    ],
)
def test_media_type(expected: tuple[str, str, tuple[tuple[str, str], ...]], text: str) -> None:
    """The essence is lower-cased, each parameter is there once, what is no parameter is left out."""

    assert expected == parse_media_type(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("text", id="no-subtype"),
        pytest.param("text/", id="empty-subtype"),
        pytest.param("/html", id="empty-type"),
        pytest.param("text/html/x", id="two-slashes"),
        pytest.param("text /html", id="space-before-slash"),
        pytest.param("text/ html", id="space-after-slash"),
        pytest.param("text/html x", id="two-words"),
        pytest.param("text/html,text/plain", id="two-types"),
        pytest.param("text/html\n", id="trailing-newline"),
        pytest.param("text/html\x0b", id="trailing-vertical-tab"),
        pytest.param("\x0ctext/html", id="leading-form-feed"),
        pytest.param("text/htm\u0142", id="not-ascii"),
    ],
)
def test_malformed(text: str) -> None:
    """What does not start with type/subtype is malformed."""

    with pytest.raises(GrammarError):
        parse_media_type(text)


@pytest.mark.parametrize("name", ["mime-types.json", "generated-mime-types.json"])
def test_corpus(name: str) -> None:
    """Every case of the web platform's tests is answered as they say, but for those listed above."""
    path = CORPORA / name
    if not path.exists():
        pytest.skip("the corpora are not here")
    # A list whose strings are headings.
    rows = cast("list[str | dict[str, str | None]]", json.loads(path.read_text("utf-8")))
    cases = {str(row["input"]): row["output"] for row in rows if not isinstance(row, str)}
    known = {text: output for text, output in OTHERWISE.items() if text in cases}

    assert cases | known == {text: _serialized(text) for text in cases}


@pytest.mark.parametrize(
    ("expected", "parameters"),
    [
        pytest.param("a/b", (), id="none"),
        pytest.param("a/b; charset=utf-8", (("charset", "utf-8"),), id="token"),
        pytest.param('a/b; title="c \\"d\\""', (("title", 'c "d"'),), id="quoted"),
    ],
)
def test_format(expected: str, parameters: tuple[tuple[str, str], ...]) -> None:
    """Each parameter follows a semicolon and a space, in quotes where it has to be."""

    assert expected == format_media_type("a", "b", parameters)


@pytest.mark.parametrize(
    ("kind", "subtype", "parameter"),
    [
        pytest.param("", "html", ("a", "b"), id="empty-type"),
        pytest.param("text", "html; x", ("a", "b"), id="subtype-with-a-delimiter"),
        pytest.param("text", "html\n", ("a", "b"), id="subtype-with-a-newline"),
        pytest.param("text", "html", ("a b", "c"), id="name-with-a-space"),
        pytest.param("text", "html", ("a", "b\r\nX: 1"), id="value-with-a-newline"),
    ],
)
def test_format_refuses(kind: str, subtype: str, parameter: tuple[str, str]) -> None:
    """What cannot be written is an error of the application."""

    with pytest.raises(HeaderValueError):
        format_media_type(kind, subtype, [parameter])


@given(TOKENS, TOKENS, st.dictionaries(TOKENS, VALUES))
def test_round_trip(kind: str, subtype: str, parameters: dict[str, str]) -> None:
    """What was written is read as it was."""
    pairs = tuple(parameters.items())

    assert (kind, subtype, pairs) == parse_media_type(format_media_type(kind, subtype, pairs))


@given(st.text(st.sampled_from('a/=;" \t\\\n\u212a')).map(lambda text: f"a/b{text}") | st.text())
def test_total(text: str) -> None:
    """Any text is a media type that can be written again, or a GrammarError."""
    try:
        value = parse_media_type(text)
    except GrammarError:
        return

    assert value == parse_media_type(format_media_type(*value))


def _serialized(text: str) -> str | None:
    """As WHATWG MIME Sniffing §4.5 serializes; `None` for what is malformed."""
    try:
        kind, subtype, parameters = parse_media_type(text)
    except GrammarError:
        return None
    quoted = [
        (name, value if is_token(value) else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"')
        for name, value in parameters
    ]
    return f"{kind}/{subtype}" + "".join(f";{name}={value}" for name, value in quoted)
