"""Heads of parts as clients write them: names in either way of quoting, `name*`, folded lines, what follows the end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data.multipart import cut, cut_evenly
from tests.strategies import cuts
from verglas import Files, Form, parse_form
from verglas.errors import FormError

TYPE = "multipart/form-data; boundary=b"


def body(head: str | bytes, content: bytes = b"x", end: bytes = b"") -> bytes:
    """A form of one part."""
    lines = head if isinstance(head, bytes) else head.encode()
    return b"--b\r\n" + lines + b"\r\n\r\n" + content + b"\r\n--b--" + end


def read(head: str | bytes) -> tuple[str, str | None]:
    """The name and the file name of the only part of a form."""
    form, files = parse_form(TYPE, [body(head)])
    [(name, filename)] = [(name, None) for name in form] + [(name, file.filename) for name, file in files.items()]
    return name, filename


@pytest.mark.parametrize(
    ("name", "filename", "parameters"),
    [
        pytest.param("f", 'a";b.txt', r'name="f"; filename="a\";b.txt"', id="go-quote-and-semicolon"),
        pytest.param("f", "a\\b.txt", r'name="f"; filename="a\\b.txt"', id="go-backslash"),
        pytest.param("f", "dir\\", r'name="f"; filename="dir\\"', id="go-backslash-at-the-end"),
        pytest.param("f", 'a\\"b', r'name="f"; filename="a\\\"b"', id="go-backslash-and-quote"),
        pytest.param("f", 'ab"', r'name="f"; filename="ab\""', id="go-quote-at-the-end"),
        pytest.param(
            "f", 'a"; filename="evil.txt', r'name="f"; filename="a\"; filename=\"evil.txt"', id="go-parameter-inside"
        ),
        pytest.param('a"b', "n", r'name="a\"b"; filename="n"', id="go-name"),
        pytest.param("f", "dir\\", r'name="f"; filename="dir\"', id="browser-backslash-at-the-end"),
        pytest.param("d\\", "n", r'name="d\"; filename="n"', id="browser-name-with-backslash-at-the-end"),
        pytest.param("f", "C:\\dir\\a.txt", r'name="f"; filename="C:\dir\a.txt"', id="browser-windows-path"),
        pytest.param("f", "\\srv\\a.txt", r'name="f"; filename="\\srv\a.txt"', id="internet-explorer-share"),
        pytest.param("f", "a\\r\\n.txt", r'name="f"; filename="a\r\n.txt"', id="ruby-http-other-escapes-stay"),
        pytest.param("f", "a%22b%0D%0A.txt", 'name="f"; filename="a%22b%0D%0A.txt"', id="whatwg-percent-stays"),
        pytest.param("f", "näme.txt", "name=\"f\"; filename*=utf-8''n%C3%A4me.txt", id="requests-2.6-filename-star"),
        pytest.param("näme", None, "name*=utf-8''n%C3%A4me", id="aiohttp-name-star"),
        pytest.param("ä", "ö", "name*=UTF-8''%c3%A4; filename*=UTF-8'de'%C3%B6", id="libsoup-both"),
        pytest.param("ä", "n", "filename=n; name*=iso-8859-1''%E4", id="rfc5987-3.2.1-latin-1"),
        pytest.param("f", "ä", 'name="f"; filename*="utf-8\'\'%C3%A4"', id="quoted-star"),
        pytest.param("a;b", "n", "name*=\"utf-8''a;b\"; filename=n", id="quoted-star-with-semicolon"),
        pytest.param("f", "a.txt", "name=f; filename=a.txt; filename*=utf-8''b.txt", id="CVE-2026-53537-plain-wins"),
        pytest.param("f", "", "name=f; filename=\"\"; filename*=utf-8''b.txt", id="empty-plain-wins"),
        pytest.param("f", "a", "name=f; filename=a; filename*=utf-8''%2F%ff", id="star-that-nobody-reads"),
        pytest.param(
            "f", "é.txt", "name=f; filename=\"=?utf-8?B?w6kudHh0?=\"; filename*=utf-8''%C3%A9.txt", id="dotnet-word"
        ),
        pytest.param(
            "f", "é", "name=f; filename*=utf-8''%C3%A9; filename=\"=?utf-8?Q?a?= =?utf-8?Q?b?=\"", id="dotnet-two-words"
        ),
        pytest.param("f", "=?utf-8?B?w6k=?=", 'name=f; filename="=?utf-8?B?w6k=?="', id="word-alone-stays"),
        pytest.param("f", "=?a", "name=f; filename=\"=?a\"; filename*=utf-8''b", id="no-word"),
        pytest.param("f", "a\tb", 'name="f";\r\n\tfilename="a\r\n\tb"', id="rfc5322-2.2.3-folded-in-quotes"),
        pytest.param("f", "a", 'name=f;\r\n \r\n filename="a"', id="folded-over-an-empty-line"),
    ],
)
def test_names(name: str, filename: str | None, parameters: str) -> None:
    """What a part is called is what the client meant, whichever way it writes that."""
    assert (name, filename) == read(f"Content-Disposition: form-data; {parameters}")


@pytest.mark.parametrize(
    ("problem", "parameters"),
    [
        pytest.param("a quote inside", 'name=f; filename="a"b.txt"', id="qt-raw-quote"),
        pytest.param("a second 'filename'", 'name=f; filename="a"; filename="evil.txt"', id="qt-parameter-inside"),
        pytest.param("a quote inside", r'name=f; filename="a\b"c"', id="raw-quote-after-a-backslash"),
        pytest.param("control, slash or backslash", "name=f; filename*=utf-8''a%2Fb", id="escaped-slash"),
        pytest.param("control, slash or backslash", "name=f; filename*=\"utf-8''a/b\"", id="slash"),
        pytest.param("control, slash or backslash", "name=f; filename*=utf-8''a%5cb", id="escaped-backslash"),
        pytest.param("control, slash or backslash", "name=f; filename*=utf-8''a%0D%0Ab", id="escaped-line-break"),
        pytest.param("control, slash or backslash", "name=f; filename*=utf-8''a%00", id="escaped-nul"),
        pytest.param("control, slash or backslash", "name=f; filename*=iso-8859-1''a%85", id="escaped-c1-control"),
        pytest.param("control, slash or backslash", "name*=utf-8''a%7F", id="escaped-del-in-a-name"),
        pytest.param("'filename*' that cannot be decoded", "name=f; filename*=utf-8''%ff", id="not-utf-8"),
        pytest.param("'filename*' that cannot be decoded", "name=f; filename*=utf-8''%C3%A", id="escape-cut-short"),
        pytest.param("'filename*' that cannot be decoded", "name=f; filename*=utf-16''a", id="another-charset"),
        pytest.param("'filename*' that cannot be decoded", "name=f; filename*=a.txt", id="no-charset"),
        pytest.param("'name*' that cannot be decoded", "name*=utf-8''a; name*=utf-8''b", id="star-twice"),
        pytest.param("'filename*0' without", 'name=f; filename*0="b"; filename*1=".txt"', id="rfc2231-3-pieces"),
        pytest.param("expected ';'", "name*=UTF-8''a\"b\\c; filename=n", id="libsoup-raw-quote-in-star"),
        pytest.param("a quote inside", r'name=f; filename="a\\"b"', id="text-after-an-escaped-end"),
    ],
)
def test_refused_names(problem: str, parameters: str) -> None:
    """What readers would take for different names is a 400 that says what is wrong, and shows no name."""
    with pytest.raises(FormError) as caught:
        read(f"Content-Disposition: form-data; {parameters}")

    assert problem in str(caught.value)
    assert caught.value.position is not None


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        pytest.param('x/y;\tname="1 of 2.xlsx"', b'Content-Type: x/y;\r\n\tname="1 of 2.xlsx"', id="outlook-tab"),
        pytest.param("x/y; a=b; c=d", b"Content-Type: x/y;\r\n a=b;\r\n c=d", id="rfc5322-2.2.3-twice"),
        pytest.param("x/y", b"Content-Type:\r\n x/y", id="before-the-value"),
        pytest.param("x/y", b"Content-Type: x/y\r\n ", id="after-the-value"),
        pytest.param("x/y", b"X: 1\r\n 2\r\nContent-Type: x/y", id="of-another-field"),
    ],
)
@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_folded_lines(kind: str, lines: bytes, first: bool) -> None:
    """A line that is folded as in mail is one line (RFC 5322 §2.2.3)."""
    disposition = b'Content-Disposition: form-data; name="f"; filename="a"'
    head = b"\r\n".join([lines, disposition] if first else [disposition, lines])

    [(_, upload)] = parse_form(TYPE, [body(head)])[1].pairs

    assert kind == upload.content_type


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b' Content-Disposition: form-data; name="f"', id="the-first-line"),
        pytest.param(b'Content-Disposition: form-data;\n name="f"', id="after-a-bare-lf"),
        pytest.param(b'Content-Disposition: form-data;\r name="f"', id="after-a-bare-cr"),
        pytest.param(b'Content-Disposition:\r\nform-data; name="f"', id="not-indented"),
    ],
)
def test_lines_that_are_not_folded(head: bytes) -> None:
    """Only CR LF and a space or tab fold a line."""
    with pytest.raises(FormError):
        read(head)


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\r\n", id="crlf"),
        pytest.param(b"\n", id="lf"),
        pytest.param(b"\r", id="cr"),
        pytest.param(b"\rx", id="cr-and-more"),
        pytest.param(b"--", id="dashes"),
        pytest.param(b"garbage", id="rfc2046-5.1.1-text"),
        pytest.param(b"\r\n--b\r\nContent-Disposition: form-data; name=evil\r\n\r\nx\r\n--b--", id="another-form"),
        pytest.param(b"\r\n--", id="a-cut-boundary"),
    ],
)
def test_whatever_follows_the_end(end: bytes) -> None:
    """After the close delimiter stands the epilogue, whatever it is, however the body is cut."""
    whole = body('Content-Disposition: form-data; name="f"', end=end)

    for size in range(1, len(whole)):
        assert (Form([("f", "x")]), Files()) == parse_form(TYPE, cut_evenly(whole, size))


@given(at=cuts(), head=st.lists(st.sampled_from([b"\r\n ", b"\r\n\t", b"\\", b'"', b";", b"a="]), max_size=8))
def test_cuts_never_matter(at: list[int], head: list[bytes]) -> None:
    """Folds and quotes read the same however the body is cut."""
    whole = body(b"Content-Disposition: form-data; name=" + b"".join(head))

    assert outcome([whole]) == outcome(cut(whole, *at))


def outcome(pieces: list[bytes]) -> tuple[Form, list[str]] | str:
    """What a body is read as, or why it is not."""
    try:
        form, files = parse_form(TYPE, pieces)
    except FormError as error:
        return str(error)
    return form, [file.filename for file in files.values()]
