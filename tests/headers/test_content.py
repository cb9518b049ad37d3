"""What content is: type, length, codings, languages, place (RFC 9110 §8)."""

from __future__ import annotations

import pytest
from werkzeug.http import parse_options_header

from verglas import GrammarError, HeaderField, HeaderValueError
from verglas.errors import LimitError
from verglas.headers import (
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_LENGTH,
    CONTENT_LOCATION,
    CONTENT_MD5,
    CONTENT_TYPE,
    ContentLanguage,
    MediaType,
)

HTML = MediaType("text", "html", {"charset": "utf-8"})


@pytest.mark.parametrize(
    ("expected", "text", "wire"),
    [
        pytest.param(HTML, "text/html;charset=utf-8", "text/html; charset=utf-8", id="rfc9110-8.3.1-no-space"),
        pytest.param(HTML, 'Text/HTML;Charset="utf-8"', "text/html; charset=utf-8", id="rfc9110-8.3.1-case"),
        pytest.param(HTML, 'text/html; charset="utf-8"', "text/html; charset=utf-8", id="rfc9110-8.3.1-quoted"),
        pytest.param(HTML, "text/html;charset=UTF-8", "text/html; charset=UTF-8", id="rfc9110-8.3.1-value-case"),
        pytest.param(
            MediaType("text", "html", {"charset": "ISO-8859-4"}),
            "text/html; charset=ISO-8859-4",
            "text/html; charset=ISO-8859-4",
            id="rfc9110-8.3",
        ),
        pytest.param(
            MediaType("multipart", "form-data", {"boundary": "----=_Part_0"}),
            "multipart/form-data; boundary=----=_Part_0",
            'multipart/form-data; boundary="----=_Part_0"',
            id="whatwg-equals-without-quotes",
        ),
        pytest.param(MediaType("a", "b", {"c": "1"}), "a/b; c=1; C=2; d", "a/b; c=1", id="whatwg-first-holds"),
        pytest.param(MediaType("a", "b", {"c": ""}), 'a/b;c=""', 'a/b; c=""', id="empty-value"),
        pytest.param(MediaType("a", "b", {"c": 'd"\\e'}), r'a/b;c="d\"\\e"', r'a/b; c="d\"\\e"', id="escapes"),
        pytest.param(MediaType("*", "*"), "*/*", "*/*", id="tokens"),
    ],
)
def test_parse_media_type(expected: MediaType, text: str, wire: str) -> None:
    """A media type reads as browsers read it, and is written by RFC 9110."""
    parsed = MediaType.parse(text)

    assert (expected, wire, expected) == (parsed, str(parsed), MediaType.parse(wire))


@pytest.mark.parametrize("text", ["", "text", "text/", "/html", "text/html charset=utf-8", "te xt/html", "text/html/x"])
def test_refuses_media_type(text: str) -> None:
    """What is no type and subtype is malformed: nothing is guessed."""
    with pytest.raises(GrammarError):
        MediaType.parse(text)


@pytest.mark.parametrize(
    ("type_", "subtype", "parameters"),
    [
        pytest.param("", "html", (), id="empty"),
        pytest.param("text", "ht ml", (), id="space"),
        pytest.param("text", "html\r\nX: y", (), id="d1-line-break"),
        pytest.param("text", "html", (("a b", "c"),), id="name"),
        pytest.param("text", "html", (("a", "b\r\nX: y"),), id="d1-line-break-in-value"),
        pytest.param("text", "html", (("a", "\u2603"),), id="snowman"),
        pytest.param("text", "html", (("a", "b"), ("A", "c")), id="twice"),
    ],
)
def test_constructor_refuses(type_: str, subtype: str, parameters: tuple[tuple[str, str], ...]) -> None:
    """What may not go on the wire cannot be made."""
    with pytest.raises(HeaderValueError):
        MediaType(type_, subtype, parameters)


def test_media_type_members() -> None:
    """Its parts by their names; charset in lower case, a boundary as it is."""
    form = MediaType.parse("Multipart/Form-Data; Boundary=aB; charset=UTF-8")

    assert ("multipart/form-data", "aB", "utf-8") == (form.essence, form.boundary, form.charset)
    assert (None, None) == (MediaType("a", "b").boundary, MediaType("a", "b").charset)


def test_parameters_are_set_by_copies() -> None:
    """A parameter is set in its place, or taken away, in any case; the value itself stays (§10 of the design)."""
    one = MediaType("a", "b", {"c": "1", "d": "2"})

    assert "a/b; c=3; d=2" == str(one.with_parameter("C", "3"))
    assert "a/b; d=2" == str(one.without_parameter("C"))
    assert "a/b; c=1; d=2" == str(one)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(3495, "3495", id="rfc9110-8.6"),
        pytest.param(0, "0", id="zero"),
        pytest.param(7, "007", id="zeros"),
        pytest.param(10**18 - 1, "9" * 18, id="18-digits"),
    ],
)
def test_content_length(expected: int, text: str) -> None:
    """A length is digits; it is written without leading zeros."""
    assert expected == CONTENT_LENGTH.decode([text])
    assert (str(expected),) == CONTENT_LENGTH.encode(expected)


@pytest.mark.parametrize("text", ["", "-1", "+5", "1_0", "0x5", "5,5", "5 5", "\u0665", "abc", "9" * 19, "1.0"])
def test_refuses_content_length(text: str) -> None:
    """What is not 1 to 18 ASCII digits is malformed."""
    with pytest.raises(GrammarError):
        CONTENT_LENGTH.decode([text])


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        pytest.param(("gzip",), ["gzip"], id="rfc9110-8.4"),
        pytest.param(("deflate", "gzip"), ["Deflate", "GZIP"], id="lines-in-order"),
        pytest.param(("gzip", "gzip"), ["gzip, gzip"], id="twice"),
        pytest.param((), [","], id="none"),
    ],
)
def test_content_encoding(expected: tuple[str, ...], lines: list[str]) -> None:
    """Codings keep the order in which they were applied, and their number."""
    assert expected == CONTENT_ENCODING.decode(lines)
    assert ((", ".join(expected),) if expected else ()) == CONTENT_ENCODING.encode(expected)


def test_refuses_codings() -> None:
    """A coding is a token; there are at most `max_list_items`."""
    with pytest.raises(GrammarError):
        CONTENT_ENCODING.decode(["g zip"])
    with pytest.raises(LimitError, match="max_list_items"):
        CONTENT_ENCODING.decode(["a," * 257])
    with pytest.raises(HeaderValueError):
        CONTENT_ENCODING.encode(("g zip",))
    with pytest.raises(HeaderValueError):
        CONTENT_ENCODING.encode(("a",) * 257)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("da", "da", id="rfc9110-8.5-danish"),
        pytest.param("mi, en", "mi, en", id="rfc9110-8.5-treaty"),
        pytest.param("zh-Hant-TW", "zh-Hant-TW, ZH-hant-tw", id="rfc5646-case"),
        pytest.param("x-whatever", "x-whatever", id="rfc5646-private-use"),
        pytest.param("", "", id="empty"),
    ],
)
def test_content_language(expected: str, text: str) -> None:
    """Language tags compare without case; each is there once."""
    assert expected == str(CONTENT_LANGUAGE.decode([text]))


@pytest.mark.parametrize("text", ["en_US", "*", "toolonglanguage", "en-", "-en", "e1", "en US"])
def test_refuses_language(text: str) -> None:
    """What no language tag can be is refused, read and written."""
    with pytest.raises(GrammarError):
        ContentLanguage.parse(text)
    with pytest.raises(HeaderValueError):
        ContentLanguage([text])


def test_content_location() -> None:
    """A reference in ASCII; what browsers read otherwise is refused (D18)."""
    assert ("/caf%C3%A9",) == CONTENT_LOCATION.encode("/caf\xe9")
    assert "/a?b" == CONTENT_LOCATION.decode(["/a?b"])
    with pytest.raises(GrammarError):
        CONTENT_LOCATION.decode(["/a\tb"])
    with pytest.raises(HeaderValueError):
        CONTENT_LOCATION.encode("/\t/evil.example")


def test_content_md5() -> None:
    """The field that HTTP has given up is kept as it came."""
    assert "Q2hlY2sgSW50ZWdyaXR5IQ==" == CONTENT_MD5.decode(["Q2hlY2sgSW50ZWdyaXR5IQ=="])
    with pytest.raises(HeaderValueError):
        CONTENT_MD5.encode("a\r\nb")


@pytest.mark.parametrize(
    ("field", "line"),
    [
        pytest.param(CONTENT_TYPE, "text/html", id="content-type"),
        pytest.param(CONTENT_LENGTH, "5", id="content-length"),
        pytest.param(CONTENT_LOCATION, "/", id="content-location"),
        pytest.param(CONTENT_MD5, "x", id="content-md5"),
    ],
)
def test_two_lines_are_malformed(field: HeaderField[object], line: str) -> None:
    """RFC 9110 §5.5: there can be only one, even if they are equal."""
    with pytest.raises(GrammarError):
        field.decode([line, line])


@pytest.mark.parametrize(
    ("text", "same"),
    [
        pytest.param("text/html; charset=utf-8", True, id="plain"),
        pytest.param('a/b; c="d;e"; f=g', True, id="quoted"),
        pytest.param(r'a/b; c="d\"e"', True, id="escaped"),
        # WHATWG MIME Sniffing §4.4: a parameter is set only if it does not exist yet.
        pytest.param("a/b; c=1; c=2", False, id="twice"),
        # WHATWG MIME Sniffing §4.4: a value without quotes is all up to the next semicolon.
        pytest.param("a/b; c=----=_Part_0", False, id="equals"),
    ],
)
def test_agrees_with_werkzeug(text: str, same: bool) -> None:
    """Ordinary values mean the same; where not, the sentence beside it decides."""
    ours, theirs = MediaType.parse(text), parse_options_header(text)

    assert same == ((ours.essence, dict(ours.parameters)) == theirs)
