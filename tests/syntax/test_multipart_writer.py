"""The writer of multipart/form-data."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from attrs.exceptions import FrozenInstanceError

from tests.data.multipart import WPT, Part, form, read, read_parts
from verglas import HeaderValueError
from verglas.syntax.multipart_writer import FieldPart, FilePart, PartToWrite, choose_boundary, format_multipart


def written(*parts: PartToWrite, boundary: str = "b") -> bytes:
    """The whole form."""
    return b"".join(format_multipart(parts, boundary))


@pytest.mark.parametrize(
    ("expected", "part"),
    [
        pytest.param('Content-Disposition: form-data; name="a"\r\n\r\n1', FieldPart("a", "1"), id="text"),
        pytest.param(b'Content-Disposition: form-data; name="a"\r\n\r\n\xff', FieldPart("a", b"\xff"), id="bytes"),
        pytest.param('Content-Disposition: form-data; name=""\r\n\r\n', FieldPart("", ""), id="empty"),
        pytest.param('Content-Disposition: form-data; name="ä"\r\n\r\nö', FieldPart("ä", "ö"), id="utf-8"),
        pytest.param(
            'Content-Disposition: form-data; name="a"\r\nContent-Type: application/json\r\nX-Y: z\r\n\r\n{}',
            FieldPart("a", "{}", [("Content-Type", "application/json"), ("X-Y", "z")]),
            id="text-with-header-lines",
        ),
        pytest.param(
            'Content-Disposition: form-data; name="a"; filename="b"\r\n\r\nc', FilePart("a", "b", b"c"), id="file"
        ),
        pytest.param(
            'Content-Disposition: form-data; name="a"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n',
            FilePart("a", "", b"", "application/octet-stream"),
            id="no-file-chosen",
        ),
        pytest.param(
            'Content-Disposition: form-data; name="a"; filename="b"\r\nContent-Type: text/plain\r\nX-Y: z\r\n\r\ncd',
            FilePart("a", "b", [b"c", b"", b"d"], "text/plain", [("X-Y", "z")]),
            id="file-in-pieces-with-header-lines",
        ),
        pytest.param(
            'Content-Disposition: form-data; name="a"; filename="b"\r\nContent-Type: text/css\r\n\r\nc',
            FilePart("a", "b", b"c", headers=[("Content-Type", "text/css")]),
            id="file-with-its-type-as-a-header-line",
        ),
    ],
)
def test_writes_a_part(expected: str | bytes, part: PartToWrite) -> None:
    """A part is written as browsers write it."""
    assert form("b", expected) == written(part)


def test_writes_a_form_without_parts() -> None:
    """An empty form is its close delimiter."""
    assert b"--b--\r\n" == written()


def test_writes_parts_in_their_order() -> None:
    """Parts follow each other."""
    heads = ['Content-Disposition: form-data; name="a"\r\n\r\n1', 'Content-Disposition: form-data; name="b"\r\n\r\n2']

    assert form("b", *heads) == written(FieldPart("a", "1"), FieldPart("b", "2"))


def test_streams_files() -> None:
    """Pieces of a file are taken one at a time, when they are asked for."""
    taken: list[int] = []

    def content() -> Iterator[bytes]:
        for number in range(3):
            taken.append(number)
            yield b"x"

    pieces = format_multipart([FilePart("a", "b", content())], "b")
    next(pieces)
    next(pieces)

    assert [0] == taken


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("a%22b", 'a"b', id="quote"),
        pytest.param("a%0Ab", "a\nb", id="line-feed"),
        pytest.param("a%0Db", "a\rb", id="carriage-return"),
        pytest.param("a%0D%0AX-Evil: 1", "a\r\nX-Evil: 1", id="header-line"),
        pytest.param("a%22; filename=%22x", 'a"; filename="x', id="parameter"),
        pytest.param("a%22", "a%22", id="percent-stays"),
        pytest.param("a\\", "a\\", id="backslash-at-the-end"),
        pytest.param("a\\%22", 'a\\"', id="CVE-2022-36359-backslash-and-quote"),
        pytest.param("a;b", "a;b", id="CVE-2022-36359-semicolon"),
        pytest.param("\x01\x0b\x7f", "\x01\x0b\x7f", id="other-controls"),
    ],
)
def test_names_cannot_inject(expected: str, text: str) -> None:
    """Whatever a name or filename holds stays inside its quotes (WHATWG HTML, encoding algorithm)."""
    body = written(FilePart(text, text, b"x"))

    assert ((expected, expected, b"x"),) == read_parts([body], b"b")


@pytest.mark.parametrize(("name", "filename"), [pytest.param(*case[:2], id=name) for name, *case in WPT])
def test_writes_names_as_browsers_do(name: str, filename: str | None) -> None:
    """Names that need no escape any more are written as they are."""
    head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'

    assert form("b", head) == written(FilePart(name, filename or "None", b""))


@pytest.mark.parametrize("text", [pytest.param("a\0b", id="nul"), pytest.param("a\ud800", id="lone-surrogate")])
def test_refuses_names(text: str) -> None:
    """A name that no reader could be relied on to read is an error."""
    with pytest.raises(HeaderValueError) as name:
        FieldPart(text, "")
    with pytest.raises(HeaderValueError) as filename:
        FilePart("a", text, b"")

    assert (("name", 1), ("filename", 1)) == (
        (name.value.grammar, name.value.position),
        (filename.value.grammar, filename.value.position),
    )


def test_refuses_text_that_cannot_be_encoded() -> None:
    """A lone surrogate in a value is an error."""
    with pytest.raises(HeaderValueError, match="lone surrogate"):
        FieldPart("a", "\ud800")


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(("X-A", "b\r\nX-Evil: 1"), id="line-break-in-a-value"),
        pytest.param(("X-A", "b\n"), id="CVE-2015-5144-line-feed-at-the-end"),
        pytest.param(("X-A", "b\0"), id="nul"),
        pytest.param(("X-A", "☃"), id="not-latin-1"),
        pytest.param(("X A", "b"), id="space-in-a-name"),
        pytest.param(("X-A\r\nB", "b"), id="line-break-in-a-name"),
        pytest.param(("", "b"), id="empty-name"),
        pytest.param(("content-disposition", "form-data"), id="what-the-part-writes-itself"),
    ],
)
def test_refuses_header_lines(header: tuple[str, str]) -> None:
    """Header lines of one's own are names and values, and not Content-Disposition."""
    with pytest.raises(HeaderValueError):
        FieldPart("a", "", [header])
    with pytest.raises(HeaderValueError):
        FilePart("a", "b", b"", None, [header])


@pytest.mark.parametrize("content_type", ["text/plain\r\nX-Evil: 1", "\0", "☃"])
def test_refuses_content_types(content_type: str) -> None:
    """A type is a field value."""
    with pytest.raises(HeaderValueError):
        FilePart("a", "b", b"", content_type)


def test_refuses_two_content_types() -> None:
    """The type of a file is said once."""
    with pytest.raises(HeaderValueError, match="second"):
        FilePart("a", "b", b"", "text/plain", [("content-type", "text/html")])


def test_a_header_value_is_sent_as_utf_8() -> None:
    """What a value holds above ASCII is UTF-8 on the wire, as names are; it is read octet by octet."""
    parts = read([written(FieldPart("a", "", [("X-A", "ä")]))], b"b")

    assert isinstance(parts, list)
    assert ("X-A", "ä".encode().decode("latin-1")) == parts[0][0].headers[-1]


@pytest.mark.parametrize("boundary", ["b", "b" * 70, "a b", "'()+_,-./:=?", "----WebKitFormBoundary3hPnbQmTWdhIF3aw"])
def test_accepts_boundaries(boundary: str) -> None:
    """A boundary is 1 to 70 of its characters (RFC 2046 §5.1.1)."""
    assert (("a", None, b"1"),) == read_parts([written(FieldPart("a", "1"), boundary=boundary)], boundary.encode())


@pytest.mark.parametrize("boundary", ["", "b" * 71, "b ", "b\r\n", "b\n", "*****", "ä", '"', "b\0"])
def test_refuses_boundaries(boundary: str) -> None:
    """Anything else is refused when it is called, not when it is read."""
    with pytest.raises(HeaderValueError, match="boundary"):
        format_multipart([], boundary)


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(FieldPart("a", "x\r\n--b--\r\n"), id="text"),
        pytest.param(FieldPart("a", "--b\r\n"), id="first-line"),
        pytest.param(FilePart("a", "b", b"x\r\n--bX"), id="file"),
        pytest.param(FilePart("a", "b", [b"x\r\n--", b"bX"]), id="between-pieces"),
        pytest.param(FilePart("a", "b", [bytes([byte]) for byte in b"x\r\n--bX"]), id="byte-by-byte"),
        pytest.param(FilePart("a", "b", [b"--", b"", b"b"]), id="first-line-between-pieces"),
    ],
)
def test_refuses_content_with_the_boundary(part: PartToWrite) -> None:
    """A content that would end its part is an error, not another form."""
    with pytest.raises(HeaderValueError, match="content holds it"):
        written(part)


@pytest.mark.parametrize("content", [b"x--b", b"\n--b", b"\r--b", b"\r\n--c", b"\r\n-b"])
def test_accepts_content_that_only_looks_like_it(content: bytes) -> None:
    """A boundary that begins no line is content."""
    expected: tuple[Part, ...] = (("a", None, content),)

    assert expected == read_parts([written(FieldPart("a", content))], b"b")


def test_chooses_boundaries_nobody_foresees() -> None:
    """Each is its own, and legal without quotes in a Content-Type."""
    chosen = {choose_boundary() for _ in range(100)}

    assert 100 == len(chosen)
    assert all(re.fullmatch("-{16}[0-9a-f]{32}", boundary) for boundary in chosen)


def test_parts_are_values() -> None:
    """A part to write is frozen, equal by what it holds, and aliases no list."""
    headers = [("X-A", "b")]
    part = FieldPart("a", "1", headers)
    headers.append(("X-C", "d"))

    assert FieldPart("a", b"1", (("X-A", "b"),)) == part
    with pytest.raises(FrozenInstanceError):
        setattr(part, "name", "b")  # noqa: B010  # an assignment is what the checkers refuse
