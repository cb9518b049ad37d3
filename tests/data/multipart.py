"""Forms as browsers and clients send them, each with its source, and how they read."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, TypeAlias

from attrs import frozen

from verglas import GrammarError, Limits
from verglas.errors import ExceededLimit, LimitError
from verglas.syntax.multipart import Event, MultipartParser, PartBegin, PartData, PartEnd, TextFields

LIMITS: Final = Limits()

Part: TypeAlias = tuple[str, str | None, bytes]
"""The name of a part, its filename if it is a file, its content."""


@frozen
class Captured:
    """A form that a client sends.

    Attributes:
        id: Which client, and what about it.
        source: Where its bytes are from: a published example, or the code that writes them.
        boundary: As in its Content-Type.
        body: Its bytes.
        parts: What it says.
    """

    id: str
    source: str
    boundary: bytes
    body: bytes
    parts: tuple[Part, ...]


@frozen
class Fault:
    """What an error says, without the text that it shows.

    Attributes:
        problem: What is wrong.
        position: Where in the body.
        limit: Which limit was gone over, if one was.
    """

    problem: str
    position: int | None
    limit: ExceededLimit | None = None

    @classmethod
    def of(cls, error: GrammarError) -> Fault:
        """What an error says."""
        return cls(error.problem, error.position, error.limit if isinstance(error, LimitError) else None)


def cut(body: bytes, *at: int) -> list[bytes]:
    """The pieces of a body, cut at positions."""
    edges = [0, *sorted({position for position in at if 0 < position < len(body)}), len(body)]
    return [body[start:end] for start, end in pairwise(edges)]


def cut_evenly(body: bytes, size: int) -> list[bytes]:
    """The pieces of a body, all of a size but the last."""
    return [body[start : start + size] for start in range(0, len(body), size)]


def apart(events: Iterable[Event]) -> list[PartBegin | PartData | PartEnd]:
    """Events in which text fields that came whole are told as other parts are."""
    return [one for event in events for one in (event.apart() if isinstance(event, TextFields) else (event,))]


def events_of(
    pieces: Iterable[bytes], boundary: bytes, limits: Limits = LIMITS
) -> list[PartBegin | PartData | PartEnd]:
    """What the parser says of a whole body.

    Raises:
        GrammarError: The body is malformed.
    """
    parser = MultipartParser(boundary, limits=limits)
    events = [event for piece in pieces for event in apart(parser.feed(piece))]
    parser.close()
    return events


def read(pieces: Iterable[bytes], boundary: bytes, limits: Limits = LIMITS) -> list[tuple[PartBegin, bytes]] | Fault:
    """The heads and contents of a body's parts, or what is wrong with it."""
    parts: list[tuple[PartBegin, bytearray]] = []
    try:
        for event in events_of(pieces, boundary, limits):
            if isinstance(event, PartBegin):
                parts.append((event, bytearray()))
            elif isinstance(event, PartData):
                parts[-1][1].extend(event.data)
    except GrammarError as error:
        return Fault.of(error)
    return [(begin, bytes(content)) for begin, content in parts]


def read_parts(pieces: Iterable[bytes], boundary: bytes, limits: Limits = LIMITS) -> tuple[Part, ...] | Fault:
    """The same, with only names and filenames of the heads."""
    parts = read(pieces, boundary, limits)
    if isinstance(parts, Fault):
        return parts
    return tuple((begin.name, begin.filename, content) for begin, content in parts)


def lines(*text: str | bytes) -> bytes:
    """Lines with CRLF between them: an empty text last makes it end with one."""
    return b"\r\n".join(line.encode() if isinstance(line, str) else line for line in text)


def form(boundary: str, *parts: str | bytes) -> bytes:
    """The parts, as most clients put boundaries around them; a part is its head, an empty line and its content."""
    pieces = [f"--{boundary}\r\n".encode() + (part.encode() if isinstance(part, str) else part) for part in parts]
    return lines(*pieces, f"--{boundary}--", "")


WEBKIT: Final = "----WebKitFormBoundary3hPnbQmTWdhIF3aw"
GECKO: Final = "----geckoformboundary61a1e2ca3b5c9d2a8a4e7d5cf3b2a190"
OLD_GECKO: Final = "---------------------------99614912995"
CURL: Final = "------------------------d74496d66958873e"
OLD_CURL: Final = "----------------------------24e78000bd32"
UUID: Final = "f0eb4d2c-5b1c-4b0a-9c33-2f6d6a3f1f5e"

CAPTURED: Final = (
    Captured(
        "chrome",
        "an article on multipart/form-data with a request of Chrome 136, sajadtorkamani.com; the picture is cut",
        WEBKIT.encode(),
        form(
            WEBKIT,
            'Content-Disposition: form-data; name="name"\r\n\r\nSajad',
            'Content-Disposition: form-data; name="age"\r\n\r\n31',
            b'Content-Disposition: form-data; name="photo"; filename="My picture.png"\r\n'
            b"Content-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        ),
        (
            ("name", None, b"Sajad"),
            ("age", None, b"31"),
            ("photo", "My picture.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        ),
    ),
    Captured(
        "chrome-no-file-chosen",
        "WHATWG HTML, constructing the entry list: an empty file input is a file without name and content",
        WEBKIT.encode(),
        form(
            WEBKIT,
            'Content-Disposition: form-data; name="photo"; filename=""\r\n'
            "Content-Type: application/octet-stream\r\n\r\n",
        ),
        (("photo", "", b""),),
    ),
    Captured(
        "chrome-empty-form",
        "fetch() with an empty FormData: WHATWG HTML, multipart/form-data encoding algorithm",
        WEBKIT.encode(),
        f"--{WEBKIT}--\r\n".encode(),
        (),
    ),
    Captured(
        "firefox",
        "Firefox, dom/html/HTMLFormSubmission.cpp, FSMultipartFormData",
        GECKO.encode(),
        form(
            GECKO,
            'Content-Disposition: form-data; name="título"\r\n\r\nna\xefve\r\ntext',
            'Content-Disposition: form-data; name="f"; filename="日本.txt"\r\nContent-Type: text/plain\r\n\r\n\n\r',
        ),
        (("título", None, "na\xefve\r\ntext".encode()), ("f", "日本.txt", b"\n\r")),
    ),
    Captured(
        "firefox-before-2021",
        "its boundary: stackoverflow.com, question 2305218 of 2010; quotes had a backslash before them",
        OLD_GECKO.encode(),
        form(
            OLD_GECKO,
            'Content-Disposition: form-data; name="text"\r\n\r\ntext default',
            'Content-Disposition: form-data; name="file1"; filename="a \\"b\\".html"\r\nContent-Type: text/html\r\n\r\n'
            "<!DOCTYPE html><title>Content of a.html.</title>\n",
        ),
        (
            ("text", None, b"text default"),
            ("file1", 'a "b".html', b"<!DOCTYPE html><title>Content of a.html.</title>\n"),
        ),
    ),
    Captured(
        "safari",
        "WebKit, Source/WebCore/platform/network/FormDataBuilder.cpp: quotes and line breaks with a percent sign",
        WEBKIT.encode(),
        form(
            WEBKIT,
            'Content-Disposition: form-data; name="a%22b"\r\n\r\n100 %22',
            'Content-Disposition: form-data; name="f"; filename="C:\\x%0D%0Ay.txt"\r\n'
            "Content-Type: text/plain\r\n\r\nx",
        ),
        (("a%22b", None, b"100 %22"), ("f", "C:\\x%0D%0Ay.txt", b"x")),
    ),
    Captured(
        "internet-explorer-6",
        "the whole path of the file, its backslashes as they are; parsers still provide for it",
        b"---------------------------7d03135102b8",
        form(
            "---------------------------7d03135102b8",
            'Content-Disposition: form-data; name="f"; filename="C:\\Docs\\a.txt"\r\nContent-Type: text/plain\r\n\r\nx',
        ),
        (("f", "C:\\Docs\\a.txt", b"x"),),
    ),
    Captured(
        "curl",
        "everything.curl.dev, HTTP multipart formposts (curl 7.46)",
        CURL.encode(),
        form(
            CURL,
            'Content-Disposition: form-data; name="person"\r\n\r\nanonymous',
            'Content-Disposition: form-data; name="secret"; filename="file.txt"\r\nContent-Type: text/plain\r\n\r\n'
            "contents of the file",
        ),
        (("person", None, b"anonymous"), ("secret", "file.txt", b"contents of the file")),
    ),
    Captured(
        "curl-7.81-quote",
        "curl, docs/cmdline-opts/form-escape: since 7.81 quotes are percent-encoded unless that is given",
        CURL.encode(),
        form(
            CURL,
            'Content-Disposition: form-data; name="f"; filename="test1186%22.txt"\r\nContent-Type: mo/foo\r\n\r\nfoo\n',
        ),
        (("f", "test1186%22.txt", b"foo\n"),),
    ),
    Captured(
        "curl-7.80-backslashes",
        "curl, tests/data/test1189: a backslash before quotes and backslashes",
        OLD_CURL.encode(),
        form(
            OLD_CURL,
            'Content-Disposition: form-data; name="str2"\r\n\r\n<verbatim;type=xxx/yyy',
            'Content-Disposition: form-data; name="file3"; filename="f\\\\\\\\ak\\\\\\\\er,\\\\an\\\\d;.t\\"xt"\r\n'
            "Content-Type: mo/foo\r\n\r\nfoo bar\n",
            'Content-Disposition: form-data; name="file4"; filename="A\\\\AA\\"\\"\\\\\\"ZZZ"\r\n'
            "Content-Type: text/plain\r\n\r\nfoo bar\n",
        ),
        (
            ("str2", None, b"<verbatim;type=xxx/yyy"),
            ("file3", 'f\\\\ak\\\\er,\\an\\d;.t"xt', b"foo bar\n"),
            ("file4", 'A\\AA""\\"ZZZ', b"foo bar\n"),
        ),
    ),
    Captured(
        "requests",
        "urllib3 2, src/urllib3/fields.py and filepost.py (what requests sends)",
        b"d4e8a8f5a3ab4b7e9e0a9e2a3f6b7c8d",
        form(
            "d4e8a8f5a3ab4b7e9e0a9e2a3f6b7c8d",
            'Content-Disposition: form-data; name="foo"\r\n\r\nbar',
            'Content-Disposition: form-data; name="f"; filename="a;b=%22c%22.txt"\r\nContent-Type: text/plain\r\n\r\nx',
        ),
        (("foo", None, b"bar"), ("f", "a;b=%22c%22.txt", b"x")),
    ),
    Captured(
        "httpx",
        "httpx, httpx/_multipart.py",
        b"0123456789abcdef0123456789abcdef",
        form(
            "0123456789abcdef0123456789abcdef",
            'Content-Disposition: form-data; name="text"\r\n\r\nabc',
            'Content-Disposition: form-data; name="file"; filename="upload"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n<file content>",
        ),
        (("text", None, b"abc"), ("file", "upload", b"<file content>")),
    ),
    Captured(
        "go",
        "Go, src/mime/multipart/writer.go: quotes and backslashes with a backslash",
        b"a" * 60,
        form(
            "a" * 60,
            'Content-Disposition: form-data; name="my\\"key"\r\n\r\nmy value',
            'Content-Disposition: form-data; name="myfile"; filename="my-file.txt"\r\n'
            "Content-Type: application/octet-stream\r\n\r\nmy file contents",
        ),
        (('my"key', None, b"my value"), ("myfile", "my-file.txt", b"my file contents")),
    ),
    Captured(
        "go-empty",
        "Go, src/mime/multipart/writer.go: Close() without any part writes a line break first",
        b"a" * 60,
        lines("", "--" + "a" * 60 + "--", ""),
        (),
    ),
    Captured(
        "okhttp",
        "OkHttp 5, MultipartBody.kt: no Content-Type on a field",
        UUID.encode(),
        form(
            UUID,
            'Content-Disposition: form-data; name="field"\r\n\r\nvalue',
            'Content-Disposition: form-data; name="f"; filename="%22a%0A.bin"\r\nContent-Type: image/png\r\n\r\n1',
        ),
        (("field", None, b"value"), ("f", "%22a%0A.bin", b"1")),
    ),
    Captured(
        "okhttp-3",
        "OkHttp 3 and 4, MultipartBody: each part says its Content-Length",
        UUID.encode(),
        form(
            UUID,
            'Content-Disposition: form-data; name="field"\r\nContent-Length: 5\r\n\r\nvalue',
            'Content-Disposition: form-data; name="f"; filename="a.png"\r\n'
            "Content-Type: image/png\r\nContent-Length: 1\r\n\r\n1",
        ),
        (("field", None, b"value"), ("f", "a.png", b"1")),
    ),
    Captured(
        "apache-httpclient-5",
        "Apache HttpClient 5, TestMultipartForm: charsets, a preamble and an epilogue",
        b"foo",
        lines(
            "This is the preamble",
            "--foo",
            'Content-Disposition: form-data; name="field1"',
            "Content-Type: text/plain; charset=ISO-8859-1",
            "",
            b"Gr\xfcezi",
            "--foo",
            'Content-Disposition: form-data; name="field2"; filename="file.tmp"',
            "Content-Type: application/octet-stream",
            "",
            "some random whatever",
            "--foo--",
            "This is the epilogue",
            "",
        ),
        (("field1", None, b"Gr\xfcezi"), ("field2", "file.tmp", b"some random whatever")),
    ),
    Captured(
        "apache-httpclient-4",
        "Apache HttpClient 4 in strict mode: Content-Transfer-Encoding on each part",
        b"foo",
        form(
            "foo",
            'Content-Disposition: form-data; name="field1"\r\nContent-Type: text/plain; charset=US-ASCII\r\n'
            "Content-Transfer-Encoding: 8bit\r\n\r\nthis stuff",
            'Content-Disposition: form-data; name="f"; filename="file.tmp"\r\n'
            "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\nc29tZQ==",
        ),
        (("field1", None, b"this stuff"), ("f", "file.tmp", b"c29tZQ==")),
    ),
    Captured(
        "java-by-hand",
        "a widespread example for HttpURLConnection, its boundary of asterisks",
        b"*****",
        form("*****", 'Content-Disposition: form-data; name="uploaded_file";filename="a.jpg"\r\n\r\nx'),
        (("uploaded_file", "a.jpg", b"x"),),
    ),
    Captured(
        "dotnet",
        ".NET, MultipartFormDataContent.cs: names without quotes, filename* beside filename, the type first",
        UUID.encode(),
        form(
            UUID,
            "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=title\r\n\r\nhello",
            "Content-Disposition: form-data; name=photo; filename=a.jpg; filename*=utf-8''a.jpg\r\n\r\nx",
            'Content-Disposition: form-data; name="my photo"; filename="=?utf-8?B?w6QuanBn?="; '
            "filename*=utf-8''%C3%A4.jpg\r\n\r\ny",
        ),
        (("title", None, b"hello"), ("photo", "a.jpg", b"x"), ("my photo", "ä.jpg", b"y")),
    ),
    Captured(
        "rfc7578-4.5-charset-field",
        "RFC 7578 §4.6: `_charset_` is a field like others",
        b"AaB03x",
        form(
            "AaB03x",
            'content-disposition: form-data; name="_charset_"\r\n\r\niso-8859-1',
            b'content-disposition: form-data; name="field1"\r\n\r\n...text encoded in iso-8859-1 ...\xe4',
        ),
        (("_charset_", None, b"iso-8859-1"), ("field1", None, b"...text encoded in iso-8859-1 ...\xe4")),
    ),
    Captured(
        "rfc2388-4.2-nested-mixed",
        "RFC 2388 §4.2, ruled out by RFC 7578 §4.3: many files in one part are one text field",
        b"AaB03x",
        form(
            "AaB03x",
            'content-disposition: form-data; name="pics"\r\nContent-type: multipart/mixed, boundary=BbC04y\r\n\r\n'
            '--BbC04y\r\nContent-disposition: attachment; filename="file1.txt"\r\n\r\nx\r\n--BbC04y--',
        ),
        (
            (
                "pics",
                None,
                b'--BbC04y\r\nContent-disposition: attachment; filename="file1.txt"\r\n\r\nx\r\n--BbC04y--',
            ),
        ),
    ),
)

# web-platform-tests, html/semantics/forms/form-submission-0/multipart-formdata.window.js: what browsers are tested
# to send for odd characters in a name, a filename, a value. NUL is left out: it is refused, see the tests of heads.
WPT: Final = (
    ("name-line-feed", "a%0D%0Ab", None, "c"),
    ("name-line-feed-carriage-return", "a%0D%0A%0D%0Ab", None, "c"),
    ("value-nul", "a", None, "b\0c"),
    ("value-line-feed-carriage-return", "a", None, "b\r\n\r\nc"),
    ("filename-line-feed", "a", "b%0Ac", ""),
    ("filename-line-feed-carriage-return", "a", "b%0A%0Dc", ""),
    ("name-quote", "a%22b", None, "c"),
    ("value-quote", "a", None, 'b"c'),
    ("filename-quote", "a", "b%22c", ""),
    ("name-single-quote", "a'b", None, "c"),
    ("filename-single-quote", "a", "b'c", ""),
    ("name-backslash", "a\\b", None, "c"),
    ("filename-backslash", "a", "b\\c", ""),
    ("name-not-ascii", "áb", None, "ç"),
    ("filename-not-ascii", "a", "ə.txt", ""),
    ("name-and-value-not-in-windows-1252", "a&#601;b", None, "c&#65533;d"),
)
