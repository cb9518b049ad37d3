"""The header fields of a part: their octets, and the Content-Disposition that its key reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas import Upload, parse_form
from verglas.headers import CONTENT_DISPOSITION, ContentDisposition


def upload_of(head: bytes) -> Upload:
    """The only file of a form."""
    body = b"--b\r\n" + head + b"\r\n\r\nx\r\n--b--"
    [(_, upload)] = parse_form("multipart/form-data; boundary=b", [body])[1].pairs
    return upload


@pytest.mark.parametrize(
    ("filename", "parameters"),
    [
        pytest.param("C:\\é.txt", b'filename="C:\\\xc3\xa9.txt"', id="browser-windows-path"),
        pytest.param("a\\b", b'filename="a\\\\b"', id="go-backslash"),
        pytest.param('a";b.txt', b'filename="a\\";b.txt"', id="go-quote"),
        pytest.param("日本.txt", '; filename="日本.txt"'.encode(), id="browser-utf-8"),
        pytest.param("\ufffd", b'filename="\xff"', id="not-utf-8"),
        pytest.param("n", b"filename=n; filename*=utf-8''m", id="CVE-2026-53537-plain-wins"),
        pytest.param("é", b"filename*=utf-8''%C3%A9", id="star-alone"),
        pytest.param("é", b"filename=\"=?utf-8?B?w6k=?=\"; filename*=utf-8''%C3%A9", id="dotnet-word"),
        pytest.param("a%22b", b'filename="a%22b"', id="whatwg-percent"),
    ],
)
def test_the_key_agrees(filename: str, parameters: bytes) -> None:
    """The Content-Disposition among the headers of an upload says the file name that the upload has."""
    head = b'Content-Disposition: form-data; name="\xc3\xa4"; ' + parameters
    upload = upload_of(head)

    disposition = upload.headers[CONTENT_DISPOSITION]

    assert (filename, filename) == (upload.filename, disposition.filename)
    assert (("name", upload.name),) == disposition.parameters


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"\xc3\xa4\xff", id="rfc9110-5.5-obs-text"),
        pytest.param(b"a\tb", id="tab"),
        pytest.param(b"\x80", id="c1"),
    ],
)
def test_part_headers_keep_their_octets(value: bytes) -> None:
    """A field of a part has the octets that came, each a character, as a field of the request has."""
    head = b'Content-Disposition: form-data; name="f"; filename="a"\r\nX: ' + value

    assert value == upload_of(head).headers["X"].encode("latin-1")


@given(filename=st.text('\\";a%é\U0001f600= ', max_size=6), name=st.text('\\";a%é= ', max_size=4))
def test_a_form_data_disposition_round_trips(filename: str, name: str) -> None:
    """A disposition that is written for a part is read from it as the same."""
    disposition = ContentDisposition("form-data", filename, {"name": name})
    head = b"Content-Disposition: " + str(disposition).encode("latin-1")

    assert disposition == ContentDisposition.parse(str(disposition))
    assert (name, filename) == (upload_of(head).name, upload_of(head).filename)
