"""`parse_form`, `Form` and `Files`: both encodings, and what is no form."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from io import BytesIO
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import MULTIPART, URLENCODED, Input, OpensSinks, multipart, posted
from verglas import Files, Form, Limits, ParseError, Request, parse_form
from verglas.errors import FormError, InsufficientStorage, RequestEntityTooLarge, RequestHeaderFieldsTooLarge
from verglas.headers import VARY
from verglas.testing.strategies import tokens

BROWSER = multipart(
    ('name="title"', "caf\xe9 \r\n--bx".encode()), ('name="f"; filename="a.txt"\r\nContent-Type: text/plain', b"\r\n-")
)


def cut(data: bytes, at: list[int]) -> Iterator[bytes]:
    """The data in pieces."""
    start = 0
    for end in [*sorted(at), len(data)]:
        yield data[start:end]
        start = max(start, end)


@pytest.mark.parametrize(
    ("expected", "content_type", "body"),
    [
        pytest.param([("a", "1"), ("a", "2")], URLENCODED, b"a=1&a=2", id="urlencoded"),
        pytest.param([("a", "1")], URLENCODED + "; charset=utf-16", b"a=1", id="urlencoded-charset-ignored"),
        pytest.param([("a", "1")], "Application/X-WWW-Form-URLencoded", b"a=1", id="urlencoded-any-case"),
        pytest.param([("a", "%FF")], URLENCODED, b"a=\xff", id="urlencoded-invalid-utf-8"),
        pytest.param([("role", "user"), ("x", ";role=admin")], URLENCODED, b"role=user&x=;role=admin", id="semicolon"),
        pytest.param([("a", "1")], MULTIPART, multipart(('name="a"', b"1")), id="multipart"),
        pytest.param([("a", "\ufffd")], MULTIPART, multipart(('name="a"', b"\xff")), id="multipart-invalid-utf-8"),
        pytest.param([("a", "")], MULTIPART, multipart(('name="a"', b"")), id="multipart-empty-field"),
        pytest.param([("a%22b", "1")], MULTIPART, multipart(('name="a%22b"', b"1")), id="multipart-escape-stays"),
        pytest.param([("a", "1")], MULTIPART, multipart(("name=a", b"1")), id="multipart-token"),
        pytest.param(
            [("a", "\xe9")],
            MULTIPART,
            multipart(('name="a"\r\nContent-Type: text/plain; charset=iso-8859-1', b"\xe9")),
            id="multipart-charset-of-part",
        ),
        pytest.param(
            [("a", "1")],
            "multipart/form-data; boundary=----=_Part_0",
            multipart(('name="a"', b"1")).replace(b"--b", b"------=_Part_0"),
            id="mimesniff-4.4-boundary-unquoted",
        ),
        pytest.param([], "text/plain", b"a=1", id="no-form"),
        pytest.param([], "", b"a=1", id="no-type"),
        pytest.param([], "application/json", b'{"a": 1}', id="json-is-no-form"),
    ],
)
def test_fields(expected: list[tuple[str, str]], content_type: str, body: bytes) -> None:
    """The text fields in order (design §12)."""

    assert expected == list(parse_form(content_type, [body])[0].pairs)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        pytest.param("multipart/form-data", b"--b--\r\n", id="no-boundary"),
        pytest.param("multipart/form-data; boundary=", b"--b--\r\n", id="empty-boundary"),
        pytest.param("multipart/form-data; boundary=" + "b" * 71, b"--b--\r\n", id="rfc2046-5.1.1-boundary-too-long"),
        pytest.param("multipart/form-data; boundary=b; boundary=c", b"--b--\r\n", id="boundary-twice"),
        pytest.param("nonsense", b"a=1", id="malformed-type"),
        pytest.param(MULTIPART, multipart(('name="a"', b"1"))[:-8], id="d16-no-end"),
        pytest.param(MULTIPART, multipart(('filename="a"', b"1")), id="d16-no-name"),
        pytest.param(MULTIPART, multipart(("name*=utf-8''%ff", b"1")), id="rfc8187-3.2.1-name-star-not-utf-8"),
        pytest.param(MULTIPART, multipart(('name="a"; name="b"', b"1")), id="name-twice"),
        pytest.param(MULTIPART, multipart(('name="a"', b"1")).replace(b"--b\r\n", b"--b\n"), id="bare-lf-in-delimiter"),
        pytest.param(MULTIPART, multipart(('name="a"\rX: y', b"1")), id="bare-cr-in-part-header"),
        pytest.param(MULTIPART, b"not multipart at all", id="not-multipart"),
    ],
)
def test_malformed(content_type: str, body: bytes) -> None:
    """What is not the form that its type says is a 400 that says so, never an empty form."""

    with pytest.raises(FormError) as caught:
        parse_form(content_type, [body])

    assert 400 == caught.value.code


@pytest.mark.parametrize("content_type", ["nonsense", "multipart/form-data", "a/b; c"], ids=["type", "boundary", "ok"])
def test_type_without_a_body(content_type: str) -> None:
    """Without a body there is no form, whatever the type says."""

    request = Request(posted(b"", content_type))

    assert (Form(), Files()) == (request.form, request.files)


@pytest.mark.parametrize(
    ("expected", "what", "content"),
    [
        pytest.param([("f", "a.txt", 1)], 'name="f"; filename="a.txt"', b"x", id="plain"),
        pytest.param([], 'name="f"; filename=""', b"", id="html-4.10.22.4-empty-input"),
        pytest.param([("f", "", 1)], 'name="f"; filename=""', b"x", id="empty-name-with-content"),
        pytest.param([("f", "a", 0)], 'name="f"; filename="a"', b"", id="name-without-content"),
        pytest.param([("f", "a", 1)], 'name="f"; filename="a"; filename*=utf-8\'\'b', b"x", id="cve-2026-53537"),
        pytest.param([("f", "../../x", 1)], 'name="f"; filename="../../x"', b"x", id="cve-2026-24486-as-sent"),
        pytest.param([("f", r"C:\x", 1)], r'name="f"; filename="C:\x"', b"x", id="backslash-stays"),
        pytest.param([("f", "\xe9", 1)], 'name="f"; filename="\xe9"', b"x", id="raw-utf-8"),
    ],
)
def test_files(expected: list[tuple[str, str, int]], what: str, content: bytes) -> None:
    """The uploads with their names as sent; an empty file input is none."""

    form, files = parse_form(MULTIPART, [multipart((what, content))])

    assert (expected, 0) == ([(name, one.filename, one.size) for name, one in files.pairs], len(form))


def test_upload_has_its_headers() -> None:
    """The part's own fields are the upload's; an encoding that nobody uses is not interpreted (CVE-2026-33033)."""

    what = 'name="f"; filename="a"\r\nContent-Type: Text/Plain; Charset=x\r\nContent-Transfer-Encoding: base64'
    upload = parse_form(MULTIPART, [multipart((what, b"eA=="))])[1]["f"]

    assert ("text/plain", {"charset": "x"}, b"eA==") == (upload.mimetype, upload.mimetype_params, upload.read())


@given(st.lists(st.integers(0, len(BROWSER)), max_size=6))
def test_cuts_never_matter_in_multipart(at: list[int]) -> None:
    """However the body is cut, the form is the same."""

    whole, cuts = parse_form(MULTIPART, [BROWSER]), parse_form(MULTIPART, cut(BROWSER, at))

    assert whole == cuts


@given(st.lists(st.integers(0, 20), max_size=6))
def test_cuts_never_matter_in_urlencoded(at: list[int]) -> None:
    """However the body is cut, the form is the same."""

    body = b"a=caf%C3%A9&b=\xc3\xa9&c=+"

    assert parse_form(URLENCODED, [body]) == parse_form(URLENCODED, cut(body, at))


@given(st.sampled_from([URLENCODED, MULTIPART, "text/plain", "x"]), st.binary())
def test_total(content_type: str, body: bytes) -> None:
    """Any body is a form or a `ParseError`."""

    code = 400
    try:
        parse_form(content_type, [body])
    except ParseError as error:
        code = error.code

    assert code in (400, 413)


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART])
def test_max_content_length_holds_for_pieces(content_type: str) -> None:
    """A body over `max_content_length` is refused here as well, as in a request."""

    body = b"a=1" if content_type == URLENCODED else multipart(('name="a"', b"1"))
    assert 1 == len(parse_form(content_type, [body], limits=Limits(max_content_length=len(body)))[0])

    with pytest.raises(RequestEntityTooLarge) as caught:
        parse_form(content_type, [body[:2], body[2:]], limits=Limits(max_content_length=len(body) - 1))

    assert "max_content_length" == (caught.value.limit and caught.value.limit.knob)


@given(tokens(), st.sampled_from(["boundary={}", " boundary={}"]))
def test_plain_type_reads_as_any_other(boundary: str, parameter: str) -> None:
    """A type as browsers write it gives the form, or the error, of the same type with quotes and space in it."""
    body = [f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--{boundary}--\r\n'.encode()]

    def read(content_type: str) -> object:
        try:
            return parse_form(content_type, body)
        except ParseError as error:
            return type(error), error.description

    written = [f"multipart/form-data;{parameter.format(boundary)}", f'multipart/form-data;  boundary="{boundary}"']

    assert read(written[0]) == read(written[1])


def test_part_headers_have_the_limits_of_the_form() -> None:
    """What is too much in the header fields of the request is too much in those of a part."""
    body = multipart(('name="f"; filename="a"\r\nVary: a, b, c', b"abc"))
    _, files = parse_form(MULTIPART, [body], limits=Limits(max_list_items=2))

    with pytest.raises(RequestHeaderFieldsTooLarge):
        files["f"].headers[VARY]


def test_no_form_is_not_read() -> None:
    """The body of another type is left alone."""

    body = iter([b"a", b"b"])
    parse_form("text/plain", body)

    assert b"a" == next(body)


def test_form_hides_values() -> None:
    """A password does not show."""

    assert "Form([('password', '***')])" == repr(Form({"password": "secret"}))


def test_files_buffered_and_closed() -> None:
    """Buffered uploads stay when the others are closed."""

    _, files = parse_form(MULTIPART, [multipart(('name="f"; filename="a"', b"abc"))], limits=Limits(spool_size=1))
    kept = files.buffered()
    files.close()

    assert (True, b"abc") == (files["f"].stream.closed, kept["f"].read())


class Full:
    """A sink whose disk is full."""

    closed = False

    def write(self, data: bytes, /) -> int:
        """Take nothing."""
        raise OSError(errno.ENOSPC, "No space left on device", "/secret/path")

    def close(self) -> None:
        """Note it."""
        type(self).closed = True


class FullDisk(Request):
    """A request whose uploads have no room."""

    def _get_file_stream(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]  # less than a file
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> Full:
        return Full()


def test_full_disk() -> None:
    """A full disk is a 507 without a path in it, and the sink is closed."""

    request = FullDisk(posted(multipart(('name="f"; filename="a"', b"x")), MULTIPART))
    with pytest.raises(InsufficientStorage) as caught:
        dict(request.files)

    assert (507, False, True) == (caught.value.code, "secret" in str(caught.value), Full.closed)


class Watched(OpensSinks):
    """A request that remembers where its uploads went."""

    sinks: ClassVar[list[BytesIO]] = []

    def sink(self) -> BytesIO:
        self.sinks.append(BytesIO())
        return self.sinks[-1]


@pytest.mark.parametrize("second", ['name="f"; filename="b"', "no-name"])
def test_failure_closes_uploads(second: str) -> None:
    """When a form fails, the uploads that came before are closed, and the one that was arriving."""

    Watched.sinks.clear()
    body = multipart(('name="f"; filename="a"', b"x"), (second, b"y"))[:-8]
    request = Watched(posted(body, MULTIPART, stream=Input(body, 10)))
    with pytest.raises(FormError):
        dict(request.files)

    assert [True] * (2 if "filename" in second else 1) == [sink.closed for sink in Watched.sinks]
