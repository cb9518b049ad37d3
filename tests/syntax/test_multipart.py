"""The parser of multipart/form-data."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress
from io import BytesIO

import pytest
from multipart import MultipartSegment, PushMultipartParser
from python_multipart import parse_form
from python_multipart.multipart import Field, File

from tests.data.multipart import (
    CAPTURED,
    WPT,
    Captured,
    Fault,
    Part,
    cut,
    cut_evenly,
    events_of,
    form,
    read,
    read_parts,
)
from tests.growth import assert_linear
from verglas import GrammarError, Limits
from verglas.errors import ExceededLimit, LimitError
from verglas.syntax.multipart import MultipartParser, PartBegin, PartData, PartEnd

HEAD = b'Content-Disposition: form-data; name="a"\r\n\r\n'
FILE_HEAD = b'Content-Disposition: form-data; name="a"; filename="f"\r\n\r\n'
START = b"--b\r\n" + HEAD
FILE_START = b"--b\r\n" + FILE_HEAD
END = b"\r\n--b--\r\n"
VAST = 1 << 40
UNLIMITED = Limits(
    max_form_memory_size=None,
    max_form_parts=None,
    max_body_memory=VAST,
    max_part_headers=VAST,
    max_part_header_size=VAST,
    max_form_padding=VAST,
)

captured = pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CAPTURED])


@captured
def test_reads_what_clients_send(case: Captured) -> None:
    """Each client's form reads as its sender meant it."""
    assert case.parts == read_parts([case.body], case.boundary)


@captured
def test_cuts_do_not_matter(case: Captured) -> None:
    """A form reads the same in two pieces, wherever it is cut, and byte by byte."""
    whole = read([case.body], case.boundary)

    assert whole == read(cut_evenly(case.body, 1), case.boundary)
    assert [] == [at for at in range(len(case.body)) if read(cut(case.body, at), case.boundary) != whole]


@pytest.mark.parametrize(("name", "filename", "value"), [pytest.param(*case, id=name) for name, *case in WPT])
def test_reads_what_browsers_are_tested_to_send(name: str, filename: str | None, value: str) -> None:
    """Odd characters come out as they were sent."""
    head = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        head += f'; filename="{filename}"\r\nContent-Type: text/plain'
    body = form("b", f"{head}\r\n\r\n{value}")

    assert ((name, filename, value.encode()),) == read_parts([body], b"b")


def test_events() -> None:
    """A part is its head, its content if it has one, and its end."""
    body = form("b", HEAD + b"1", FILE_HEAD)
    lines = (("Content-Disposition", 'form-data; name="a"'),)
    file_lines = (("Content-Disposition", 'form-data; name="a"; filename="f"'),)

    assert [
        PartBegin("a", None, lines, None, 5),
        PartData(b"1"),
        PartEnd(),
        PartBegin("a", "f", file_lines, None, 57),
        PartEnd(),
    ] == events_of([body], b"b")


@pytest.mark.parametrize(
    ("content", "body"),
    [
        pytest.param(b"", START + END, id="empty"),
        pytest.param(b"", START + b"--b--", id="rfc2046-5.1.1-empty-without-a-line-break-of-its-own"),
        pytest.param(b"\r\n", START + b"\r\n" + END, id="line-break"),
        pytest.param(b"\r", START + b"\r" + END, id="cr"),
        pytest.param(b"\n", START + b"\n" + END, id="lf"),
        pytest.param(b"x\r\r\n", START + b"x\r\r\n" + END, id="cr-before-a-line-break"),
        pytest.param(b"--", START + b"--" + END, id="dashes"),
        pytest.param(b"--c", START + b"--c" + END, id="another-boundary-first"),
        pytest.param(b"--bX", START + b"--bX" + END, id="like-the-boundary-first"),
        pytest.param(b"x--b--", START + b"x--b--" + END, id="boundary-not-at-the-start-of-a-line"),
        pytest.param(b"x\n--b--", START + b"x\n--b--" + END, id="boundary-after-a-bare-lf"),
        pytest.param(b"x\r--b--", START + b"x\r--b--" + END, id="boundary-after-a-bare-cr"),
        pytest.param(b"\r\n--bX", START + b"\r\n--bX" + END, id="longer-boundary"),
        pytest.param(b"\r\n--bb", START + b"\r\n--bb" + END, id="doubled-boundary"),
        pytest.param(b"\r\n--b-", START + b"\r\n--b-" + END, id="one-dash-after"),
        pytest.param(b"\r\n--b-X", START + b"\r\n--b-X" + END, id="one-dash-and-more-after"),
        pytest.param(b"\r\n--B\r\n", START + b"\r\n--B\r\n" + END, id="boundary-in-upper-case"),
        pytest.param(b"\r\n-b--", START + b"\r\n-b--" + END, id="one-dash-before"),
        pytest.param(b"\0\xff", START + b"\0\xff" + END, id="not-text"),
        pytest.param(b"x", b"--b \t \r\n" + HEAD + b"x\r\n--b-- \t", id="rfc2046-5.1.1-padding"),
        pytest.param(b"x", START + b"x\r\n--b--", id="no-line-break-after-the-end"),
        pytest.param(b"x", START + b"x" + END + b"\r\n--b\r\nepilogue", id="epilogue"),
        pytest.param(b"x", b"\r\n" + START + b"x" + END, id="line-break-before"),
        pytest.param(b"x", b"preamble\r\n--bX\r\n\r\n" + START + b"x" + END, id="preamble"),
        pytest.param(b"x", b"\n--b\r\n--c\r\n" + START + b"x" + END, id="preamble-with-a-boundary-in-a-line-of-lf"),
    ],
)
def test_content(content: bytes, body: bytes) -> None:
    """Content is free; only a delimiter ends it."""
    assert (("a", None, content),) == read_parts([body], b"b")


@pytest.mark.parametrize(
    ("marked", "problem"),
    [
        pytest.param(b"@", "the body ends before its first boundary", id="empty"),
        pytest.param(b"x@", "the body ends before its first boundary", id="preamble-only"),
        pytest.param(b"--b@", "the body ends before its first boundary", id="boundary-only"),
        pytest.param(b"--b\r@", "the body ends before its first boundary", id="ends-in-a-delimiter-line"),
        pytest.param(b"--b  @", "the body ends before its close delimiter", id="ends-in-padding"),
        pytest.param(b"--b\r\n@", "the body ends before its close delimiter", id="ends-before-a-head"),
        pytest.param(b"--b\r\nContent-Disp@", "the body ends before its close delimiter", id="ends-in-a-head"),
        pytest.param(START + b"@", "the body ends before its close delimiter", id="ends-before-content"),
        pytest.param(START + b"x@", "the body ends before its close delimiter", id="ends-in-content"),
        pytest.param(START + b"x\r\n--b@", "the body ends before its close delimiter", id="ends-after-a-boundary"),
        pytest.param(START + b"x\r\n--b-@", "the body ends before its close delimiter", id="ends-with-one-dash"),
        pytest.param(START + b"x\r\n--bX--\r\n@", "the body ends before its close delimiter", id="wrong-end"),
        pytest.param(b"--b@\n" + HEAD, "a bare LF in a delimiter line", id="bare-lf-after-the-first-boundary"),
        pytest.param(b"--b@\r" + HEAD, "a bare CR in a delimiter line", id="bare-cr-after-the-first-boundary"),
        pytest.param(b"--b  @\n" + HEAD, "a bare LF in a delimiter line", id="bare-lf-after-padding"),
        pytest.param(b"--b  @\rx", "a bare CR in a delimiter line", id="bare-cr-after-padding"),
        pytest.param(b"--b  @x\r\n", "something other than CRLF in a delimiter line", id="text-after-padding"),
        pytest.param(START + b"x\r\n--b@\nx", "a bare LF in a delimiter line", id="bare-lf-after-a-boundary"),
        pytest.param(START + b"x\r\n--b@\rx", "a bare CR in a delimiter line", id="bare-cr-after-a-boundary"),
        pytest.param(b"--b\r\n@\r\nx" + END, "a part without header lines, hence without a name", id="no-head"),
        pytest.param(
            b"--b\r\n@Content-Type: text/plain\r\n\r\nx" + END,
            "a part without Content-Disposition, hence without a name",
            id="no-name",
        ),
        pytest.param(b"--b\r\nA: b@\nC: d", "a bare LF in a part header", id="bare-lf-in-a-head-that-ends-early"),
        pytest.param(b"--b\r\nA: b@\rC: d\r\n\r\n", "a bare CR in a part header", id="tornado-6.5.5-bare-cr"),
        pytest.param(START.replace(b"\r\n\r\n", b"@\n\n") + b"x" + END, "a bare LF in a part header", id="lf-lines"),
    ],
)
def test_refuses_malformed_bodies(marked: bytes, problem: str) -> None:
    """What is malformed is an error that says what, and where: at the mark."""
    body = marked.replace(b"@", b"", 1)
    expected = Fault(problem, marked.index(b"@"))

    assert expected == read([body], b"b")
    assert expected == read(cut_evenly(body, 1), b"b")


def test_stays_refused() -> None:
    """After an error the parser gives nothing any more."""
    parser = MultipartParser(b"b")
    with pytest.raises(GrammarError):
        parser.feed(b"--b\n")

    with pytest.raises(GrammarError, match="malformed before"):
        parser.feed(START + END)
    with pytest.raises(GrammarError, match="malformed before"):
        parser.close()


def test_stays_incomplete() -> None:
    """A body that ended early stays an error."""
    parser = MultipartParser(b"b")
    parser.feed(START)
    with pytest.raises(GrammarError, match="close delimiter"):
        parser.close()

    with pytest.raises(GrammarError, match="malformed before"):
        parser.close()


def test_pieces_may_be_empty() -> None:
    """A piece without bytes changes nothing."""
    pieces = [b"", START, b"", b"x\r\n-", b"", b"-b--", b""]

    assert (("a", None, b"x"),) == read_parts(pieces, b"b")


def test_a_piece_of_content_is_not_copied() -> None:
    """Within a file, what is fed is what comes out."""
    parser = MultipartParser(b"b")
    parser.feed(FILE_START + b"x")
    piece = b"y" * 1000

    [event] = parser.feed(piece)

    assert isinstance(event, PartData)
    assert piece is event.data


@pytest.mark.parametrize(
    ("expected", "piece"),
    [
        pytest.param(b"x", b"x", id="nothing"),
        pytest.param(b"x", b"x\r", id="cr"),
        pytest.param(b"x", b"x\r\n--bound", id="part-of-a-boundary"),
        pytest.param(b"x", b"x\r\n--boundary", id="boundary"),
        pytest.param(b"x", b"x\r\n--boundary-", id="boundary-and-dash"),
        pytest.param(b"x", b"x\r\n--boundary\r", id="boundary-and-cr"),
        pytest.param(b"x\r\n", b"x\r\n\r\n", id="the-last-line-break-only"),
        pytest.param(b"x\r\n--bounce", b"x\r\n--bounce", id="no-part-of-a-boundary"),
        pytest.param(b"x\r\n--boundary-x", b"x\r\n--boundary-x", id="no-boundary"),
        pytest.param(b"x\n", b"x\n", id="lf"),
    ],
)
def test_holds_back_what_may_be_a_delimiter(expected: bytes, piece: bytes) -> None:
    """Only what can still become a delimiter waits for the next piece."""
    parser = MultipartParser(b"boundary")
    parser.feed(FILE_START.replace(b"--b\r", b"--boundary\r") + b"y")

    assert [PartData(expected)] == parser.feed(piece)


@pytest.mark.parametrize(
    ("limits", "body", "problem", "position", "limit"),
    [
        pytest.param(
            Limits(max_form_parts=1),
            START + b"\r\n" + START + END,
            "too many parts",
            len(START) + 7,
            ExceededLimit("max_form_parts", 1, "parts"),
            id="CVE-2023-25577-parts",
        ),
        pytest.param(
            Limits(max_form_parts=0),
            START + END,
            "too many parts",
            5,
            ExceededLimit("max_form_parts", 0, "parts"),
            id="CVE-2023-30798-no-parts",
        ),
        pytest.param(
            Limits(max_part_headers=0),
            START + END,
            "too many header lines in a part",
            5,
            ExceededLimit("max_part_headers", 0, "header lines"),
            id="CVE-2026-42561-header-lines",
        ),
        pytest.param(
            Limits(max_part_header_size=39),
            START + END,
            "too large a part header",
            44,
            ExceededLimit("max_part_header_size", 39),
            id="CVE-2026-42561-header-size",
        ),
        pytest.param(
            Limits(max_form_memory_size=3),
            START + b"1234" + END,
            "too large a text field",
            len(START) + 3,
            ExceededLimit("max_form_memory_size", 3),
            id="CVE-2024-47874-text-field",
        ),
        pytest.param(
            Limits(max_form_memory_size=3),
            START + b"1234\r\n--b\n",
            "too large a text field",
            len(START) + 3,
            ExceededLimit("max_form_memory_size", 3),
            id="the-first-fault-is-the-one-told",
        ),
        pytest.param(
            Limits(max_body_memory=45 + 128),
            START + b"123456" + END,
            "too much in text fields and part headers",
            len(START) + 5,
            ExceededLimit("max_body_memory", 45 + 128),
            id="CVE-2024-49767-one-field",
        ),
        pytest.param(
            Limits(max_body_memory=45 + 128, max_form_memory_size=None),
            START + b"123456" + END,
            "too much in text fields and part headers",
            len(START) + 5,
            ExceededLimit("max_body_memory", 45 + 128),
            id="no-limit-of-one-field",
        ),
        pytest.param(
            Limits(max_body_memory=89 + 2 * 128),
            START + b"12345\r\n" + START + b"12345" + END,
            "too much in text fields and part headers",
            2 * len(START) + 7 + 4,
            ExceededLimit("max_body_memory", 89 + 2 * 128),
            id="CVE-2025-69228-all-fields-together",
        ),
        pytest.param(
            Limits(max_body_memory=93 + 2 * 1024),
            FILE_START + b"12345\r\n" + FILE_START + END,
            "too much in text fields and part headers",
            len(FILE_START) + 7 + 5,
            ExceededLimit("max_body_memory", 93 + 2 * 1024),
            id="heads-of-files-are-in-memory-too",
        ),
        pytest.param(
            Limits(max_form_padding=3),
            b"1234\r\n" + START + END,
            "too much outside the parts",
            3,
            ExceededLimit("max_form_padding", 3),
            id="CVE-2026-40347-preamble",
        ),
        pytest.param(
            Limits(max_form_padding=3),
            b"1\r\n" + START + END + b"234",
            "too much outside the parts",
            3 + len(START) + len(END),
            ExceededLimit("max_form_padding", 3),
            id="CVE-2026-40347-preamble-and-epilogue",
        ),
        pytest.param(
            Limits(max_form_padding=3),
            b"--b    \r\n" + HEAD + END,
            "too much outside the parts",
            6,
            ExceededLimit("max_form_padding", 3),
            id="padding-after-a-boundary",
        ),
    ],
)
def test_limits(limits: Limits, body: bytes, problem: str, position: int, limit: ExceededLimit) -> None:
    """Going over a limit is an error that names its knob, at the byte that is too much, however the body is cut."""
    expected = Fault(f"{problem} ({limit})", position, limit)

    assert expected == read([body], b"b", limits)
    assert expected == read(cut_evenly(body, 1), b"b", limits)


@pytest.mark.parametrize(
    ("limits", "body"),
    [
        pytest.param(Limits(max_form_parts=2), START + b"\r\n" + START + END, id="parts"),
        pytest.param(Limits(max_form_parts=0), b"--b--", id="no-parts"),
        pytest.param(Limits(max_form_parts=None), START + END, id="parts-without-limit"),
        pytest.param(Limits(max_part_header_size=40, max_part_headers=1), START + END, id="head"),
        pytest.param(Limits(max_form_memory_size=3), START + b"123" + END, id="text-field"),
        pytest.param(Limits(max_form_memory_size=0), FILE_START + b"1234" + END, id="files-have-no-limit"),
        pytest.param(Limits(max_body_memory=43 + 128), START + b"123" + END, id="memory"),
        pytest.param(Limits(max_body_memory=54 + 1024), FILE_START + b"12345" + END, id="memory-file"),
        pytest.param(Limits(max_form_padding=6), b"12\r\n--b \r\n" + HEAD + END + b"3", id="padding"),
    ],
)
def test_as_much_as_allowed(limits: Limits, body: bytes) -> None:
    """What is just allowed is read, however the body is cut."""
    whole = read([body], b"b", limits)

    assert not isinstance(whole, Fault)
    assert whole == read(cut_evenly(body, 1), b"b", limits)


def test_a_text_field_is_refused_while_it_arrives() -> None:
    """What is too large is refused at once, not when it has ended."""
    parser = MultipartParser(b"b", limits=Limits(max_form_memory_size=1000))
    parser.feed(START + b"x" * 1000)

    with pytest.raises(LimitError):
        parser.feed(b"x")


def test_a_preamble_is_refused_early() -> None:
    """20 MB before the first boundary are refused at the cap (CVE-2026-40347)."""
    parser = MultipartParser(b"b", limits=Limits(max_form_padding=1 << 16))
    fed = 0
    with suppress(LimitError):
        while fed < 20_000_000:
            parser.feed(bytes(4096))
            fed += 4096

    assert 1 << 16 == fed


def test_memory_is_bounded() -> None:
    """A large file passes through in the memory of a piece."""
    piece = b"\r\n--boundar" * 4096
    parser = MultipartParser(b"boundary")
    parser.feed(FILE_START.replace(b"--b\r", b"--boundary\r"))
    tracemalloc.start()
    try:
        for _ in range(100):
            parser.feed(piece)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 4 * len(piece)


@pytest.mark.parametrize(
    "boundary",
    [
        pytest.param(b"b", id="one"),
        pytest.param(b"----=_Part_0", id="java-mail"),
        pytest.param(b"gc0pJq0M:08jU534c0p", id="rfc2046-5.1.1"),
        pytest.param(b"*****", id="java-by-hand"),
        pytest.param(b"a b", id="space-inside"),
        pytest.param(b"b" * 70, id="longest"),
    ],
)
def test_boundary(boundary: bytes) -> None:
    """A boundary is what clients write, within what cannot be mistaken for the end of the line."""
    [begin, *_] = events_of([form(boundary.decode(), HEAD + b"1")], boundary)

    assert isinstance(begin, PartBegin)


@pytest.mark.parametrize(
    ("problem", "boundary"),
    [
        pytest.param("no boundary", None, id="none"),
        pytest.param("empty or not printable", b"", id="empty"),
        pytest.param("empty or not printable", b"b ", id="space-at-the-end"),
        pytest.param("empty or not printable", b" b", id="space-at-the-start"),
        pytest.param("empty or not printable", b"b\n", id="CVE-2015-5144-line-feed-at-the-end"),
        pytest.param("empty or not printable", b"b\r\nb", id="line-break"),
        pytest.param("empty or not printable", "\xe4".encode(), id="not-ascii"),
        pytest.param("empty or not printable", "b\ud800".encode("utf-8", "surrogatepass"), id="lone-surrogate"),
    ],
)
def test_refuses_boundaries(problem: str, boundary: bytes | None) -> None:
    """A boundary that cannot be used is an error."""
    with pytest.raises(GrammarError, match=problem):
        MultipartParser(boundary)


def test_limits_the_boundary() -> None:
    """A boundary is 70 characters at most (RFC 2046 §5.1.1)."""
    with pytest.raises(LimitError) as caught:
        MultipartParser(b"b" * 71)

    assert ExceededLimit("max_boundary_length", 70, "characters") == caught.value.limit


def with_multipart(body: bytes, boundary: bytes) -> tuple[Part, ...]:
    """A form as the library `multipart` reads it."""
    parts: list[tuple[str, str | None, bytearray]] = []
    parser = PushMultipartParser(boundary)
    for event in parser.parse(body):
        if isinstance(event, MultipartSegment):
            parts.append((event.name or "", event.filename, bytearray()))
        elif event is not None:
            parts[-1][2].extend(event)
    parser.close()
    return tuple((name, filename, bytes(content)) for name, filename, content in parts)


def with_python_multipart(body: bytes, boundary: bytes) -> tuple[Part, ...]:
    """A form as the library `python-multipart` reads it."""
    parts: list[Part] = []

    def on_field(field: Field) -> None:
        parts.append(((field.field_name or b"").decode(), None, field.value or b""))

    def on_file(file: File) -> None:
        file.file_object.seek(0)
        parts.append(((file.field_name or b"").decode(), (file.file_name or b"").decode(), file.file_object.read()))

    headers = {"Content-Type": b'multipart/form-data; boundary="' + boundary + b'"'}
    parse_form(headers, BytesIO(body), on_field, on_file)
    return tuple(parts)


# `multipart` turns `%22` into a quote, cuts a Windows path, and knows no `filename*`.
OTHERWISE_IN_MULTIPART = {
    "curl-7.81-quote",
    "dotnet",
    "internet-explorer-6",
    "okhttp",
    "requests",
    "safari",
}
# `python-multipart` does so too, and knows no preamble.
OTHERWISE_IN_PYTHON_MULTIPART = {"apache-httpclient-5", "dotnet", "internet-explorer-6", "safari"}


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.id) for case in CAPTURED if case.id not in OTHERWISE_IN_MULTIPART]
)
def test_agrees_with_multipart(case: Captured) -> None:
    """Another parser reads the same."""
    assert with_multipart(case.body, case.boundary) == read_parts([case.body], case.boundary)


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.id) for case in CAPTURED if case.id not in OTHERWISE_IN_PYTHON_MULTIPART]
)
def test_agrees_with_python_multipart(case: Captured) -> None:
    """A third parser reads the same."""
    assert with_python_multipart(case.body, case.boundary) == read_parts([case.body], case.boundary)


PIECE = 1 << 16
LONG = b"----WebKitFormBoundary3hPnbQmTWdhIF3aw"


worst = pytest.mark.parametrize(
    ("start", "unit"),
    [
        pytest.param(FILE_HEAD + b"\r", b"\0", id="CVE-2023-46136-cr-and-zeros"),
        pytest.param(FILE_HEAD, b"\r", id="crs"),
        pytest.param(FILE_HEAD, b"\r\n", id="crlfs"),
        pytest.param(FILE_HEAD, b"-", id="dashes"),
        pytest.param(FILE_HEAD, b"\r\n--" + LONG[:-1], id="boundaries-cut-short"),
        pytest.param(FILE_HEAD, b"\r\n--" + LONG + b"X", id="boundaries-that-go-on"),
        pytest.param(FILE_HEAD, b"\r\n--" + LONG + b"-X", id="boundaries-that-go-on-with-a-dash"),
        pytest.param(HEAD, b"\r\n--" + LONG + b"\r\n" + HEAD, id="CVE-2023-25577-many-parts"),
        pytest.param(HEAD, b"\r\n--" + LONG + b" \r\n" + HEAD, id="many-parts-with-padding"),
        pytest.param(HEAD, b"\r\n--" + LONG + b"\r\n" + FILE_HEAD, id="many-files"),
        pytest.param(HEAD, b"x\ry\r\n--" + LONG + b"\r\n" + HEAD, id="many-parts-of-many-lines"),
        pytest.param(b"A: b", b"\r\nA: b", id="CVE-2026-42561-many-header-lines"),
        pytest.param(b"A", b"a", id="CVE-2026-42561-long-header-line"),
        pytest.param(b"A", b":", id="colons"),
    ],
)


@worst
def test_linear_in_pieces(start: bytes, unit: bytes) -> None:
    """The worst bodies take time in proportion to their size."""
    piece = unit * (PIECE // len(unit))

    def run(size: int) -> None:
        parser = MultipartParser(LONG, limits=UNLIMITED)
        parser.feed(b"--" + LONG + b"\r\n" + start)
        for _ in range(size):
            parser.feed(piece)

    assert_linear(run, start=8)


@worst
def test_linear_in_one_piece(start: bytes, unit: bytes) -> None:
    """The same, of any size at once."""

    def run(size: int) -> None:
        parser = MultipartParser(LONG, limits=UNLIMITED)
        parser.feed(b"--" + LONG + b"\r\n" + start)
        parser.feed(unit * (size // len(unit)))

    assert_linear(run, start=1 << 13)


@worst
def test_linear_byte_by_byte(start: bytes, unit: bytes) -> None:
    """The same, in the smallest pieces (CVE-2025-69229)."""

    def run(size: int) -> None:
        parser = MultipartParser(LONG, limits=UNLIMITED)
        for piece in cut_evenly(b"--" + LONG + b"\r\n" + start + unit * (size // len(unit)), 1):
            parser.feed(piece)

    assert_linear(run, start=1 << 12)


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(b"", id="CVE-2026-40347-preamble"),
        pytest.param(b"--" + LONG + b"--\r\n", id="CVE-2024-53981-epilogue"),
        pytest.param(b"--" + LONG, id="padding"),
    ],
)
def test_linear_outside_the_parts(start: bytes) -> None:
    """What carries nothing takes time in proportion to its size, even where no cap ends it."""

    def run(size: int) -> None:
        parser = MultipartParser(LONG, limits=UNLIMITED)
        parser.feed(start)
        for _ in range(size):
            parser.feed(b" " * 1024)

    assert_linear(run, start=64)
