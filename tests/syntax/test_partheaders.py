"""The head of a part of a form."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import GrammarError, Limits
from verglas.errors import ExceededLimit, LimitError
from verglas.syntax.partheaders import (
    PartBegin,
    PartData,
    PartEnd,
    TextFields,
    check_line_breaks,
    parse_form_parameters,
    parse_part_head,
)

DISPOSITION = b'Content-Disposition: form-data; name="a"'
MANY = Limits(max_part_headers=1 << 20)
PIECES = st.sampled_from(
    [
        *(bytes([byte]) for byte in b'"\\; \t=a*:\r\n\0\xff'),
        *(b"name", b"filename", b"form-data", b"\r\n", b"\xc3\xa4", b"%22", b'; name="', b'; filename="'),
        *(b"Content-Disposition: ", b"Content-Type: "),
    ]
)
HEADS = st.lists(PIECES, max_size=16).map(b"".join)


@pytest.mark.parametrize(
    ("name", "filename", "parameters"),
    [
        pytest.param("a", None, 'name="a"', id="name"),
        pytest.param("", None, 'name=""', id="empty-name"),
        pytest.param("a", "b.txt", 'name="a"; filename="b.txt"', id="filename"),
        pytest.param("a", "", 'name="a"; filename=""', id="empty-filename"),
        pytest.param("a", "b", 'filename="b"; name="a"', id="any-order"),
        pytest.param("a", "b", 'NAME="a"; FileName="b"', id="any-case"),
        pytest.param("a", "b", 'name="a";filename="b"', id="no-space"),
        pytest.param("a", "b", 'name = "a" \t;\t filename\t=\t"b"', id="space-and-tab-between-tokens"),
        pytest.param("a", "b", ';; name="a";; filename="b";', id="empty-parameters"),
        pytest.param("a", "b.txt", "name=a; filename=b.txt", id="tokens-of-dotnet"),
        pytest.param("a b", None, 'name="a b"', id="space-inside"),
        pytest.param("a%22%0D%0Ab", None, 'name="a%22%0D%0Ab"', id="percent-stays"),
        pytest.param('a"b', None, 'name="a\\"b"', id="escaped-quote"),
        pytest.param('"', None, 'name="\\""', id="only-an-escaped-quote"),
        pytest.param("a\\b", None, 'name="a\\\\b"', id="doubled-backslash-is-one"),
        pytest.param("a\\", None, 'name="a\\"', id="backslash-before-the-closing-quote-at-the-end"),
        pytest.param("C:\\", "x", 'name="C:\\"; filename="x"', id="backslash-before-the-closing-quote-and-semicolon"),
        pytest.param("C:\\", "x", 'name="C:\\" \t; filename="x"', id="backslash-before-the-closing-quote-and-space"),
        pytest.param("a;b", None, 'name="a;b"', id="semicolon-inside"),
        pytest.param("a; filename=x", None, 'name="a; filename=x"', id="parameter-inside"),
        pytest.param("a", "../../x", 'name="a"; filename="../../x"', id="CVE-2026-24486-path-stays-for-the-caller"),
        pytest.param("日本", None, 'name="日本"', id="utf-8"),
        pytest.param("\x01\x1b\x7f", None, 'name="\x01\x1b\x7f"', id="other-controls"),
        pytest.param("a", None, 'name="a"; x="1"; x="2"', id="unknown-parameters"),
        pytest.param("=?utf-8?B?w6Q=?=", None, 'name="=?utf-8?B?w6Q=?="', id="encoded-word-is-not-read"),
    ],
)
def test_reads_content_disposition(name: str, filename: str | None, parameters: str) -> None:
    """Names are read as browsers and clients write them."""
    begin = parse_part_head(f"Content-Disposition: form-data; {parameters}".encode())

    assert (name, filename) == (begin.name, begin.filename)


def test_bytes_that_are_not_utf_8_are_replaced() -> None:
    """A name in another charset reads with U+FFFD."""
    begin = parse_part_head(b'Content-Disposition: form-data; name="\xe9\xff"; filename="\xe9"')

    assert ("\ufffd\ufffd", "\ufffd") == (begin.name, begin.filename)


@pytest.mark.parametrize(
    ("expected", "more"),
    [
        pytest.param((), b"", id="none"),
        pytest.param((("Content-Type", "text/plain"),), b"\r\nContent-Type: text/plain", id="content-type"),
        pytest.param((("Content-Type", "text/plain"),), b"\r\nContent-Type:\t text/plain \t", id="padded"),
        pytest.param((("Content-Type", ""),), b"\r\nContent-Type:", id="empty-value"),
        pytest.param((("content-TYPE", "a/b"),), b"\r\ncontent-TYPE:a/b", id="names-as-sent"),
        pytest.param((("X-A", "1"), ("X-A", "2")), b"\r\nX-A: 1\r\nX-A: 2", id="repeated"),
        pytest.param((("X-A", "\xc3\xa4\xff"),), b"\r\nX-A: \xc3\xa4\xff", id="rfc9110-5.5-octets"),
        pytest.param((("X-A", "a\x0b"),), b"\r\nX-A: a\x0b", id="vertical-tab-is-no-space"),
    ],
)
def test_keeps_header_lines(expected: tuple[tuple[str, str], ...], more: bytes) -> None:
    """All lines are kept, in their order."""
    lines = (("Content-Disposition", 'form-data; name="a"'), *expected)

    assert lines == parse_part_head(DISPOSITION + more).headers


@pytest.mark.parametrize(
    ("marked", "problem"),
    [
        pytest.param(b"@", "without Content-Disposition", id="no-lines"),
        pytest.param(b"@Content-Type: text/plain", "without Content-Disposition", id="no-disposition"),
        pytest.param(DISPOSITION + b"@\r\r\nA: b", "a bare CR in a part header", id="tornado-6.5.5-bare-cr"),
        pytest.param(DISPOSITION + b"@\nA: b", "a bare LF in a part header", id="bare-lf"),
        pytest.param(DISPOSITION[:-1] + b'@\n"', "a bare LF in a part header", id="bare-lf-in-quotes"),
        pytest.param(DISPOSITION[:-1] + b'@\r"', "a bare CR in a part header", id="bare-cr-in-quotes"),
        pytest.param(DISPOSITION + b"@\r", "a bare CR in a part header", id="bare-cr-at-the-end"),
        pytest.param(DISPOSITION[:-1] + b'@\0"', "a NUL in a part header", id="nul-in-a-name"),
        pytest.param(DISPOSITION + b"\r\nA: @\0", "a NUL in a part header", id="nul-in-a-value"),
        pytest.param(b"@ " + DISPOSITION, "expected 'name: value'", id="folded-first-line"),
        pytest.param(b"@\r\n " + DISPOSITION, "a bare CR", id="folded-empty-line"),
        pytest.param(DISPOSITION + b"\r\n@A", "expected 'name: value'", id="no-colon"),
        pytest.param(DISPOSITION + b"\r\n@: b", "expected 'name: value'", id="no-header-name"),
        pytest.param(DISPOSITION + b"\r\n@A : b", "expected 'name: value'", id="space-before-the-colon"),
        pytest.param(DISPOSITION + b"\r\n@\xc3\xa4: b", "expected 'name: value'", id="header-name-not-ascii"),
        pytest.param(DISPOSITION + b"\r\n@" + DISPOSITION, "a second Content-Disposition", id="two-dispositions"),
        pytest.param(b'Content-Disposition: @attachment; name="a"', "expected 'form-data'", id="attachment"),
        pytest.param(b'Content-Disposition: @form-datax; name="a"', "expected 'form-data'", id="longer-token"),
        pytest.param(b"Content-Disposition: @", "expected 'form-data'", id="empty-disposition"),
        pytest.param(b"Content-Disposition: @form-data", "a part without a name", id="no-parameters"),
        pytest.param(b'Content-Disposition: @form-data; filename="x"', "a part without a name", id="no-name"),
        pytest.param(DISPOSITION + b'@; name="b"', "a second 'name'", id="two-names"),
        pytest.param(DISPOSITION + b'@; Name="a"', "a second 'name'", id="two-equal-names"),
        pytest.param(DISPOSITION + b"; filename=b@; filename=c", "a second 'filename'", id="two-filenames"),
        pytest.param(DISPOSITION + b"; filename=b@ c", "expected ';'", id="space-in-a-token"),
        pytest.param(DISPOSITION + b"; @filename", "expected 'name=value'", id="no-equals-sign"),
        pytest.param(DISPOSITION + b'; @="x"', "expected 'name=value'", id="no-parameter-name"),
        pytest.param(DISPOSITION + b"; filename=@", "expected a token or a quote", id="no-value"),
        pytest.param(DISPOSITION + b"; filename=@(x)", "expected a token or a quote", id="no-token"),
        pytest.param(DISPOSITION + b'; filename=@"x', "a quote that is not closed", id="open-quote"),
        pytest.param(DISPOSITION + b'; filename="x\\@"y', "a quote inside", id="open-quote-escaped"),
        pytest.param(DISPOSITION + b'; filename="a@"b"', "a quote inside", id="inner-quote"),
        pytest.param(DISPOSITION + b'; filename="@"b"', "a quote inside", id="inner-quote-at-the-start"),
    ],
)
def test_refuses_malformed_heads(marked: bytes, problem: str) -> None:
    """What is malformed is an error that says what, and where: at the mark."""
    with pytest.raises(GrammarError, match=problem) as caught:
        parse_part_head(marked.replace(b"@", b""), position=1000)

    assert 1000 + marked.index(b"@") == caught.value.position


@pytest.mark.parametrize(
    ("filename", "parameters"),
    [
        pytest.param("a.txt", "name=n; filename=a.txt; filename*=utf-8''b.txt", id="CVE-2026-53537-filename-after"),
        pytest.param("a.txt", "name=n; filename*=utf-8''b.txt; filename=a.txt", id="CVE-2026-53537-filename-before"),
        pytest.param("a.txt", "name=n; filename=a.txt; filename*=x; filename*=y", id="twice"),
        pytest.param("a.txt", "name=n; filename=a.txt; filename*0=x; filename*1=y", id="rfc2231-3-pieces"),
        pytest.param(None, "name=n; name*=utf-8''m", id="CVE-2026-53537-name"),
    ],
)
def test_extended_parameters_never_win(filename: str | None, parameters: str) -> None:
    """Beside the plain parameter, the extended one of RFC 5987 or RFC 2231 says nothing (RFC 7578 §4.2)."""
    begin = parse_part_head(f"Content-Disposition: form-data; {parameters}".encode())

    assert ("n", filename) == (begin.name, begin.filename)


def test_counts_header_lines() -> None:
    """As many lines as are allowed are read."""
    head = DISPOSITION + b"\r\nA: b" * 2

    assert 3 == len(parse_part_head(head, limits=Limits(max_part_headers=3)).headers)


@pytest.mark.parametrize("allowed", [0, 1, 2])
def test_limits_header_lines(allowed: int) -> None:
    """One line more than allowed is an error that names the knob (CVE-2026-42561)."""
    head = DISPOSITION + b"\r\nContent-Type: a/b" + b"\r\nA: b" * (allowed - 1)

    with pytest.raises(LimitError) as caught:
        parse_part_head(head, limits=Limits(max_part_headers=allowed))

    assert ExceededLimit("max_part_headers", allowed, "header lines") == caught.value.limit


def test_a_limit_below_the_usual_lines_holds() -> None:
    """The shortcut for heads of browsers does not go around a low limit."""
    with pytest.raises(LimitError):
        parse_part_head(DISPOSITION + b"\r\nContent-Type: a/b", limits=Limits(max_part_headers=1))


@pytest.mark.parametrize(
    ("expected", "content_type"),
    [
        pytest.param("iso-8859-1", "text/plain; charset=iso-8859-1", id="iso-8859-1"),
        pytest.param("iso-8859-1", 'TEXT/PLAIN;CHARSET="ISO-8859-1"', id="quoted-any-case"),
        pytest.param("us-ascii", "text/plain; charset=us-ascii", id="us-ascii"),
        pytest.param("ascii", "text/plain; charset=ascii", id="ascii"),
        pytest.param("utf-8", "text/plain; charset=utf-8", id="utf-8"),
        pytest.param("utf-8", "text/plain; charset=koi8-r", id="apache-httpclient-koi8-r"),
        pytest.param("utf-8", "text/plain; charset=utf-7", id="utf-7"),
        pytest.param("utf-8", "text/plain; charset=", id="empty"),
        pytest.param("utf-8", "text/plain", id="none"),
        pytest.param("utf-8", "; charset=iso-8859-1", id="malformed"),
        pytest.param("utf-8", "", id="no-type"),
    ],
)
def test_charset(expected: str, content_type: str) -> None:
    """Four charsets are known; all else is UTF-8 (RFC 7578 §4.5)."""
    assert expected == PartBegin("a", None, (), content_type, 0).charset


def test_charset_without_content_type() -> None:
    """A part that does not say its type is UTF-8."""
    assert "utf-8" == PartBegin("a", None, (), None, 0).charset


@pytest.mark.parametrize(
    ("marked", "what"),
    [
        pytest.param(b"a@\nb", "LF", id="lf"),
        pytest.param(b"@\nb", "LF", id="lf-first"),
        pytest.param(b"a@\rb", "CR", id="cr"),
        pytest.param(b"a@\r\r\n", "CR", id="cr-cr-lf"),
        pytest.param(b"a\r\n@\n", "LF", id="crlf-lf"),
    ],
)
def test_refuses_bare_line_breaks(marked: bytes, what: str) -> None:
    """A head that is not complete is refused for a line break that cannot be right."""
    with pytest.raises(GrammarError, match=f"a bare {what}") as caught:
        check_line_breaks(marked.replace(b"@", b""), 10)

    assert 10 + marked.index(b"@") == caught.value.position


@pytest.mark.parametrize("head", [b"", b"a", b"a\r\nb\r\n", b"a\r"])
def test_accepts_line_breaks(head: bytes) -> None:
    """CRLF is fine, and so is a CR at the end whose LF may follow."""
    check_line_breaks(head, 0)


@given(
    fields=st.lists(
        st.tuples(
            st.text(st.characters(exclude_characters='"\\\r\n\0', codec="ascii")).map(str.encode), st.binary(max_size=3)
        ),
        max_size=3,
    ),
    position=st.integers(0, 9),
)
def test_text_fields_apart_agree_with_the_parser(fields: list[tuple[bytes, bytes]], position: int) -> None:
    """The fields of a run have the heads that the parser reads, at their places, and their contents."""
    expected: list[PartBegin | PartData | PartEnd] = []
    at = position
    for name, content in fields:
        head = b'Content-Disposition: form-data; name="' + name + b'"'
        expected += [parse_part_head(head, position=at), *([PartData(content)] if content else []), PartEnd()]
        at += len(head + b"\r\n\r\n" + content + b"\r\n--b\r\n")

    assert expected == list(TextFields(fields, position, len(b"\r\n--b\r\n")).apart())


@given(head=HEADS)
def test_total(head: bytes) -> None:
    """Any bytes are a head or a GrammarError at a position in it."""
    position: int | None = 0
    try:
        parse_part_head(head)
    except GrammarError as error:
        position = error.position

    assert position in range(len(head) + 1)


@given(parameters=HEADS, content_type=st.none() | HEADS)
def test_the_shortcut_agrees_with_the_full_parser(parameters: bytes, content_type: bytes | None) -> None:
    """Heads as browsers write them read the same with and without the shortcut, which a third line turns off."""
    head = b'Content-Disposition: form-data; name="' + parameters + b'"'
    if content_type is not None:
        head += b"\r\nContent-Type: " + content_type

    assert _outcome(head, 2) == _outcome(head + b"\r\nX: y", 3)


def _outcome(head: bytes, lines: int) -> tuple[str, str | None, tuple[tuple[str, str], ...]] | tuple[str, int | None]:
    try:
        begin = parse_part_head(head, limits=MANY)
    except GrammarError as error:
        return (error.problem, error.position)
    headers = begin.headers if lines == 2 else begin.headers[:-1]
    return (begin.name, begin.filename, headers)


ATOMS = [b"\\", b'"', b";", b"=", b"a", b" ", b'; b="']


def test_two_readings_differ_in_doubled_backslashes_alone() -> None:
    """No field can be read in both ways of quoting as two different ones, so that none has to be guessed."""
    read_plainly = 0
    for atoms in product(ATOMS, repeat=5):
        value = b'; a="' + b"".join(atoms) + b'"'
        plain = reading(value.replace(b"\\", b"\x01"))
        if plain is not None:
            read_plainly += 1
            kept = [(name, text.replace("\x01", "\\")) for name, text in plain]
            undone = [(name, text.replace("\\\\", "\\")) for name, text in kept]
            assert reading(value) in (undone, kept)
    assert 1000 < read_plainly


def reading(value: bytes) -> list[tuple[str, str]] | None:
    """The parameters of a field, if they can be read; with another octet for the backslash, in the plain way."""
    try:
        return list(parse_form_parameters(value))
    except GrammarError:
        return None
