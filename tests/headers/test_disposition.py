"""Content-Disposition: show or save, and under which name (RFC 6266, RFC 8187, RFC 2231)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from verglas import GrammarError, HeaderValueError
from verglas.headers import CONTENT_DISPOSITION, ContentDisposition
from verglas.testing.strategies import header_values


@pytest.mark.parametrize(
    ("type_", "filename", "text"),
    [
        pytest.param("attachment", "example.html", "Attachment; filename=example.html", id="rfc6266-5-save"),
        pytest.param("inline", "an example.html", 'INLINE; FILENAME= "an example.html"', id="rfc6266-5-show"),
        pytest.param("attachment", "€ rates", "attachment; filename*= UTF-8''%e2%82%ac%20rates", id="rfc6266-5-euro"),
        pytest.param(
            "attachment",
            "€ rates",
            "attachment; filename=\"EURO rates\"; filename*=utf-8''%e2%82%ac%20rates",
            id="rfc6266-5-both",
        ),
        pytest.param(
            "attachment",
            "€ rates",
            "attachment; filename*=utf-8''%e2%82%ac%20rates; filename=\"EURO rates\"",
            id="rfc6266-4.3-any-order",
        ),
        pytest.param("inline", None, "inline", id="no-parameter"),
        pytest.param("foobar", None, "foobar", id="rfc6266-4.2-another-type"),
        pytest.param("attachment", "f.html", "attachment ;; filename=f.html;", id="empty-parameters"),
        pytest.param("attachment", "foo.html", 'attachment; filename="f\\oo.html"', id="escaped-letter"),
        pytest.param(
            "attachment", '"quoting" me.html', 'attachment; filename="\\"quoting\\" me.html"', id="escaped-quotes"
        ),
        pytest.param("attachment", "a;b.html", 'attachment; filename="a;b.html"', id="semicolon"),
        pytest.param("attachment", "", 'attachment; filename=""', id="empty"),
        pytest.param("attachment", "'foo.bar'", "attachment; filename='foo.bar'", id="single-quotes-are-characters"),
        pytest.param("attachment", "foo-ä.html", 'attachment; filename="foo-ä.html"', id="latin-1"),
        pytest.param("attachment", "foo-Ã¤.html", 'attachment; filename="foo-Ã¤.html"', id="raw-utf-8-is-not-guessed"),
        pytest.param(
            "attachment", "foo-%41.html", 'attachment; filename="foo-%41.html"', id="percent-is-no-escape-there"
        ),
        pytest.param("attachment", "/foo.html", 'attachment; filename="/foo.html"', id="path-as-sent"),
        pytest.param(
            "attachment",
            "=?ISO-8859-1?Q?foo-=E4.html?=",
            'attachment; filename="=?ISO-8859-1?Q?foo-=E4.html?="',
            id="rfc2047-means-nothing",
        ),
        pytest.param(
            "attachment", "£ rates", "attachment; filename*=iso-8859-1'en'%A3%20rates", id="rfc5987-3.2.2-pound"
        ),
        pytest.param(
            "attachment",
            "£ and € rates",
            "attachment; filename*=UTF-8''%c2%a3%20and%20%e2%82%ac%20rates",
            id="rfc8187-3.2.3-both",
        ),
        pytest.param("attachment", "a = b", 'attachment; filename\t =\t "a = b"', id="rfc2616-2.1-space-about-equals"),
        pytest.param("attachment", 'a" = b', r'attachment; x="\\"; filename="a\" = b"', id="space-in-quotes-stays"),
        pytest.param("attachment", "a\u0308", "attachment; filename*=UTF-8''a%cc%88", id="not-normalised"),
        pytest.param("attachment", "\\foo", "attachment; filename*=UTF-8''%5cfoo", id="backslash"),
        pytest.param("attachment", "A-%41", "attachment; filename*=UTF-8''A-%2541", id="decoded-once"),
        pytest.param("attachment", "a", "attachment; filename=a; filename*=UTF-8''%ff", id="rfc8187-undecodable"),
        pytest.param("attachment", None, "attachment; filename*=iso-8859-15''a%A4", id="rfc8187-another-charset"),
        pytest.param("attachment", None, "attachment; filename*=''a", id="rfc8187-no-charset"),
        pytest.param("attachment", None, "attachment; filename*=UTF-8'a", id="rfc8187-one-quote"),
        pytest.param("attachment", None, "attachment; filename*=UTF-8''a%", id="rfc8187-bad-escape"),
        pytest.param("attachment", None, "attachment; filename*=UTF-8''a%z4", id="rfc8187-no-hexadecimal"),
        pytest.param("attachment", None, "attachment; filename*=utf-16''a", id="rfc8187-no-other-codecs"),
        pytest.param("attachment", "ab", "attachment; filename*0=a; filename*1=b", id="rfc2231-3"),
        pytest.param("attachment", "ab", "attachment; filename*1=b; filename*0=a", id="rfc2231-3-by-number"),
        pytest.param(
            "attachment",
            "ä-b%20",
            "attachment; filename*0*=UTF-8''%c3; filename*1*=%a4; filename*2=-b%20",
            id="rfc2231-4.1",
        ),
        pytest.param("attachment", "a", "attachment; filename*0=a; filename*01=b", id="rfc2231-3-leading-zero"),
        pytest.param("attachment", "a", "attachment; filename*0=a; filename*2=b", id="rfc2231-3-gap"),
        pytest.param("attachment", None, "attachment; filename*1=a; filename*2=b", id="rfc2231-3-no-first"),
        pytest.param("attachment", None, "attachment; filename*0=a; filename*1*=%41", id="rfc2231-4.1-no-charset"),
        pytest.param(
            "attachment", "b", "attachment; filename*0=a; filename*=UTF-8''b; filename=c", id="extended-first"
        ),
        pytest.param("attachment", "a", "attachment; filename=c; filename*0=a", id="sections-before-plain"),
    ],
)
def test_filename(type_: str, filename: str | None, text: str) -> None:
    """What a value says about the name; `filename*` wins in any order, one that is undecodable is left out."""
    parsed = ContentDisposition.parse(text)

    assert (type_, filename) == (parsed.type, parsed.filename)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("filename=foo.html", id="rfc6266-4.1-no-type"),
        pytest.param("; filename=foo.html", id="only-parameters"),
        pytest.param('"attachment"; filename=a', id="quoted-type"),
        pytest.param("attachment filename=a", id="no-semicolon"),
        pytest.param("attachment; filename", id="no-value"),
        pytest.param("attachment; filename=", id="empty-token"),
        pytest.param("attachment; filename=foo bar.html", id="space-in-token"),
        pytest.param("attachment; filename=foo[1](2).html", id="brackets-in-token"),
        pytest.param('attachment; filename="a', id="open-quote"),
        pytest.param('attachment; filename="a"b', id="after-the-quote"),
        pytest.param('attachment; filename="a"; filename="b"', id="rfc6266-4.1-twice"),
        pytest.param("attachment; filename*=UTF-8''a; FILENAME*=UTF-8''b", id="rfc6266-4.1-extended-twice"),
        pytest.param("attachment; filename *=UTF-8''a", id="space-before-asterisk"),
        pytest.param("attachment, inline", id="list"),
    ],
)
def test_refuses(text: str) -> None:
    """What is malformed is refused, never guessed."""
    with pytest.raises(GrammarError) as caught:
        ContentDisposition.parse(text)

    assert not isinstance(caught.value, HeaderValueError)


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        pytest.param("report.pdf", "filename=report.pdf", id="token"),
        pytest.param("my report.pdf", 'filename="my report.pdf"', id="space"),
        pytest.param("", 'filename=""', id="empty"),
        pytest.param("100%.txt", "filename=100%.txt", id="percent"),
        pytest.param("a;b.txt", 'filename="a;b.txt"', id="semicolon"),
        pytest.param("été.txt", "filename=ete.txt; filename*=UTF-8''%C3%A9t%C3%A9.txt", id="marks"),
        pytest.param("e\u0301.txt", "filename=e.txt; filename*=UTF-8''e%CC%81.txt", id="combining-marks"),
        pytest.param("€ rates", "filename=\"_ rates\"; filename*=UTF-8''%E2%82%AC%20rates", id="rfc6266-5"),
        pytest.param("☃", "filename=_; filename*=UTF-8''%E2%98%83", id="snowman"),
        pytest.param("\uff0fa\uff02", "filename=_a_; filename*=UTF-8''%EF%BC%8Fa%EF%BC%82", id="wide-forms"),
        pytest.param('a".bat', "filename=a_.bat; filename*=UTF-8''a%22.bat", id="cve-2022-36359-quote"),
        pytest.param("a\\b", "filename=a_b; filename*=UTF-8''a%5Cb", id="rfc6266-d-backslash"),
        pytest.param("a%22b", "filename=a_22b; filename*=UTF-8''a%2522b", id="rfc6266-d-percent"),
        pytest.param("a\r\nX: y", "filename=\"a__X: y\"; filename*=UTF-8''a%0D%0AX%3A%20y", id="d1-line-break"),
        pytest.param("a\0b", "filename=a_b; filename*=UTF-8''a%00b", id="nul"),
        pytest.param(
            "!#$&+-.^_`|~'é",
            "filename=!#$&+-.^_`|~'e; filename*=UTF-8''!#$&+-.^_`|~%27%C3%A9",
            id="rfc8187-3.2.1-attr-char",
        ),
    ],
)
def test_filename_is_written(filename: str, expected: str) -> None:
    """As it is where every recipient reads it so, else in ASCII and then extended; it reads back as it was."""
    written = str(ContentDisposition("attachment", filename))

    assert f"attachment; {expected}" == written
    assert filename == ContentDisposition.parse(written).filename


@pytest.mark.parametrize(
    "filename",
    [
        pytest.param('a";b', id="quote"),
        pytest.param("a\\", id="backslash"),
        pytest.param('";filename=evil.bat;x="', id="semicolon"),
        pytest.param("a%22b", id="percent-22"),
        pytest.param("a\nb", id="newline"),
    ],
)
def test_filename_round_trips(filename: str) -> None:
    """CVE-2022-36359: whatever a name holds, the one that is read has its ending; none slips in another."""
    written = str(ContentDisposition("attachment", filename))
    fallback = re.fullmatch(r"attachment; filename=(?:[^\";]*|\"[^\"\\%]*\"); filename\*=UTF-8''[^\"';, ]*", written)

    assert filename == ContentDisposition.parse(written).filename
    assert fallback
    assert written.isascii()
    assert written.isprintable()


def test_other_parameters_are_kept() -> None:
    """They are decoded when read, extended where they have to be when written, and keep their order."""
    parsed = ContentDisposition.parse("attachment; foo=\"a;b\"; title*=UTF-8''%e2%82%ac; size=3; bad*=x; filename=a")

    assert (("foo", "a;b"), ("title", "€"), ("size", "3")) == parsed.parameters
    assert "attachment; filename=a; foo=\"a;b\"; title*=UTF-8''%E2%82%AC; size=3" == str(parsed)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("INLINE; Filename=a", 'inline; filename="a"', True, id="case"),
        pytest.param("inline; a=b; c=d", "inline; c=d; a=b", True, id="order"),
        pytest.param("inline; filename=a", "inline; filename=A", False, id="filename-case"),
        pytest.param("inline", "inline; filename=a", False, id="filename"),
    ],
)
def test_comparison(one: str, other: str, expected: bool) -> None:
    """Types and names compare without case, parameters in any order."""
    assert expected == (ContentDisposition.parse(one) == ContentDisposition.parse(other))


@pytest.mark.parametrize(
    ("type_", "filename", "parameters"),
    [
        pytest.param("", None, {}, id="empty-type"),
        pytest.param("a b", None, {}, id="type"),
        pytest.param("attachment\r\n", None, {}, id="line-break"),
        pytest.param("attachment", "\ud800", {}, id="surrogate"),
        pytest.param("attachment", None, {"a": "\ud800"}, id="surrogate-in-parameter"),
        pytest.param("attachment", None, {"a b": "c"}, id="name"),
        pytest.param("attachment", None, {"a*": "c"}, id="asterisk"),
        pytest.param("attachment", None, {"Filename": "c"}, id="filename"),
        pytest.param("attachment", None, {"a": "b", "A": "c"}, id="twice"),
    ],
)
def test_constructor_refuses(type_: str, filename: str | None, parameters: dict[str, str]) -> None:
    """What could not be read back cannot be made."""
    with pytest.raises(HeaderValueError):
        ContentDisposition(type_, filename, parameters)


@pytest.mark.parametrize(
    ("text", "inline"),
    [
        pytest.param("inline", True, id="inline"),
        pytest.param("attachment", False, id="attachment"),
        pytest.param("foobar", False, id="rfc6266-4.2-unknown-is-attachment"),
    ],
)
def test_is_inline(text: str, inline: bool) -> None:
    """A type that nobody knows is handled as `attachment`."""
    parsed = ContentDisposition.parse(text)

    assert (inline, not inline) == (parsed.is_inline, parsed.is_attachment)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("attachment; filename*=UTF-8''..%2f..%2fetc%2fpasswd", "passwd", id="rfc6266-4.3-path"),
        pytest.param("attachment", "file", id="none"),
    ],
)
def test_safe_filename(text: str, expected: str) -> None:
    """RFC 6266 §4.3: only the last part of a path may be used."""
    assert expected == ContentDisposition.parse(text).safe_filename


def test_key() -> None:
    """One line, read and written; two are malformed (RFC 9110 §5.5)."""
    value = ContentDisposition("inline", "a")

    assert value == CONTENT_DISPOSITION.decode(CONTENT_DISPOSITION.encode(value))
    with pytest.raises(GrammarError):
        CONTENT_DISPOSITION.decode(["inline", "inline"])


@given(header_values(CONTENT_DISPOSITION))
def test_written_in_ascii(value: ContentDisposition) -> None:
    """What is written is printable ASCII."""

    assert re.fullmatch(r"[\t -~]+", str(value))


NAMES = [
    "filename",
    "filename*",
    "filename*0",
    "filename*0*",
    "filename*1",
    "filename*1*",
    "a",
    "a*",
    "a*0",
    "*",
    "a**",
]
VALUES = ["a", '"é b"', "UTF-8''%c3", "UTF-8''%C3%A9", "%a9", "iso-8859-1''%80", "us-ascii''%80", "''", "%0a"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), unique_by=lambda pair: pair[0]))
def test_parameters_are_stable(pairs: list[tuple[str, str]]) -> None:
    """Whatever parameters come together, the value that they make is written and read as it is."""
    value = ContentDisposition.parse("a" + "".join([f"; {name}={text}" for name, text in pairs]))

    assert value == ContentDisposition.parse(str(value))
    assert str(value) == str(ContentDisposition.parse(str(value)))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        pytest.param("attachment; filename=a.txt", True, id="token"),
        pytest.param('attachment; filename="a b.txt"', True, id="quoted"),
        pytest.param("attachment; filename*=UTF-8''%C3%A9", True, id="extended"),
        pytest.param("attachment; filename*0=a; filename*1=b", True, id="sections"),
        # RFC 6266 §4.3: with both there, filename* is to be taken and filename ignored.
        pytest.param("attachment; filename*=UTF-8''b; filename=a", False, id="plain-last"),
        # RFC 2231 §3: the numbers say the order, not the places.
        pytest.param("attachment; filename*1=b; filename*0=a", False, id="sections-by-number"),
    ],
)
def test_agrees_with_werkzeug(text: str, same: bool) -> None:
    """Ordinary values mean the same; where not, the sentence beside it decides."""
    ours, (type_, parameters) = ContentDisposition.parse(text), parse_options_header(text)

    assert same == ((ours.type, ours.filename) == (type_, parameters.get("filename")))
