"""`Upload`."""

from __future__ import annotations

import copy
import io
import os
import pickle
from pathlib import Path

import pytest
from attrs.exceptions import FrozenInstanceError

from tests.kit import MULTIPART, multipart
from verglas import HeaderValueError, Limits, Upload, parse_form

HEADERS = {"Content-Type": "Text/Plain; Charset=UTF-8"}


def on_disk(content: bytes = b"line 1\nline 2") -> Upload:
    """An upload that went to disk."""
    body = multipart(('name="f"; filename="a.txt"\r\nContent-Type: text/plain', content))
    return parse_form(MULTIPART, [body], limits=Limits(spool_size=0))[1]["f"]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param(5, Upload("f", "a", b"hello").size, id="size"),
        pytest.param(5, Upload("f", "a", b"hello").content_length, id="content-length"),
        pytest.param(
            5, Upload("f", "a", b"hello", {"Content-Length": "99"}).content_length, id="content-length-is-what-arrived"
        ),
        pytest.param(0, Upload("f", "a").size, id="empty"),
        pytest.param(None, Upload("f", "a").content_type, id="no-type"),
        pytest.param("", Upload("f", "a").mimetype, id="no-mimetype"),
        pytest.param({}, Upload("f", "a").mimetype_params, id="no-params"),
        pytest.param("Text/Plain; Charset=UTF-8", Upload("f", "a", b"", HEADERS).content_type, id="type"),
        pytest.param("text/plain", Upload("f", "a", b"", HEADERS).mimetype, id="mimetype"),
        pytest.param({"charset": "UTF-8"}, Upload("f", "a", b"", HEADERS).mimetype_params, id="params"),
        pytest.param("a/b", Upload("f", "a", b"", HEADERS, "a/b").content_type, id="argument-wins"),
        pytest.param("", Upload("f", "a", content_type="nonsense").mimetype, id="malformed-type"),
        pytest.param("x", Upload("f", "../../x").safe_filename, id="cve-2026-24486"),
        pytest.param("../../x", Upload("f", "../../x").filename, id="filename-as-sent"),
        pytest.param("<Upload 'a' of 'f', 5 bytes>", repr(Upload("f", "a", b"hello")), id="repr-without-content"),
        pytest.param(3, Upload("f", "a", io.BytesIO(b"abc")).size, id="size-of-a-stream"),
    ],
)
def test_attributes(expected: object, actual: object) -> None:
    """What an upload says of itself (reference 1.9, FileStorage)."""

    assert expected == actual


def test_size_of_a_stream_that_was_read_partly() -> None:
    """The size of a stream is its whole content's, and asking does not move it."""

    stream = io.BytesIO(b"abc")
    stream.read(1)
    upload = Upload("f", "a", stream)

    assert (3, b"bc") == (upload.size, upload.read())


@pytest.mark.parametrize("upload", [Upload("f", "a.txt", b"line 1\nline 2"), on_disk()], ids=["memory", "disk"])
def test_reading(upload: Upload) -> None:
    """It reads in pieces, by lines, and through its stream, which all share one position."""

    upload.stream.seek(0)

    assert ([b"lin", b"e 1\n"], [b"line 2"], b"") == (
        [upload.read(3), upload.stream.read(4)],
        list(upload),
        upload.read(),
    )


@pytest.mark.parametrize("kind", ["str", "path", "file"])
@pytest.mark.parametrize("spooled", [False, True], ids=["memory", "disk"])
def test_save(tmp_path: Path, kind: str, spooled: bool) -> None:
    """Saving writes the whole content from its start, whatever was read before, again and again."""

    upload = on_disk() if spooled else Upload("f", "a.txt", b"line 1\nline 2")
    upload.read(3)
    target = tmp_path / "out"
    file = io.BytesIO()
    for _ in range(2):
        file.seek(0)
        upload.save(str(target) if kind == "str" else target if kind == "path" else file, buffer_size=2)

    assert b"line 1\nline 2" == (file.getvalue() if kind == "file" else target.read_bytes())
    assert (b"e 1\n", False) == (upload.stream.readline(), file.closed)
    upload.close()


def test_save_exclusive(tmp_path: Path) -> None:
    """Asked not to write over a file, it does not, and leaves it alone."""

    target = tmp_path / "out"
    target.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        Upload("f", "a", b"abc").save(target, exclusive=True)

    assert b"mine" == target.read_bytes()


def test_save_into_a_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there is an error, and none is made."""

    with pytest.raises(FileNotFoundError):
        Upload("f", "a", b"abc").save(tmp_path / "missing" / "out")


class Breaks(io.BytesIO):
    """A stream that breaks after its first piece."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, then break."""
        if self.tell():
            raise OSError("broken")
        return super().read(size)


def test_failed_save_leaves_no_partial_file(tmp_path: Path) -> None:
    """What was opened here and could not be written whole is removed."""

    with pytest.raises(OSError, match="broken"):
        Upload("f", "a", Breaks(b"abcdef")).save(tmp_path / "out", buffer_size=2)

    assert [] == os.listdir(tmp_path)


class Short:
    """A file that takes one byte at a time."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes, /) -> int:
        """Take one."""
        self.data += data[:1]
        return 1


def test_save_to_what_takes_a_part() -> None:
    """A file that takes less than it is given gets the rest too."""

    file = Short()
    Upload("f", "a", b"abcdef").save(file, 4)

    assert b"abcdef" == file.data


def test_in_memory_is_a_value() -> None:
    """In memory it is equal by content, hashable, picklable and copied, whatever was read (D13)."""

    upload = Upload("f", "a", b"abc", HEADERS)
    upload.read(1)
    others = [Upload("f", "a", b"abc", HEADERS), pickle.loads(pickle.dumps(upload)), copy.deepcopy(upload)]

    assert ([upload] * 3, {hash(upload)}) == (others, {hash(other) for other in others})
    assert upload != Upload("f", "a", b"abd", HEADERS)


def test_on_disk_is_itself() -> None:
    """On disk it is equal only to itself; pickling it says what to do; `buffered()` is the value."""

    one, other = on_disk(), on_disk()
    with pytest.raises(TypeError, match=r"buffered\(\)"):
        pickle.dumps(one)

    assert (False, True) == (one == other, one.buffered() == other.buffered())
    one.close()
    other.close()


def test_buffered_keeps_the_position() -> None:
    """Buffering an upload does not move its stream, and takes all of it."""

    upload = on_disk(b"abcdef")
    upload.read(2)
    kept = upload.buffered()

    assert (b"abcdef", b"cdef", b"abcdef") == (kept.read(), upload.read(), kept.buffered().read())
    upload.close()


def test_data_is_the_whole_content_at_any_time() -> None:
    """`data` moves nobody's position, wherever the content is."""
    stored, held = on_disk(b"abcdef"), Upload("f", "a", b"abcdef")
    for upload in (stored, held):
        upload.read(2)

        assert (b"abcdef", b"abcdef", b"cdef") == (upload.data, upload.data, upload.read())
    stored.close()


def test_what_is_in_memory_outlives_its_closing() -> None:
    """A request closes its uploads; one that is kept as a value can still be read."""
    kept = Upload("f", "a", b"abc").buffered()
    kept.close()

    assert (b"abc", b"abc") == (kept.read(), kept.data)


class CountedFile(io.BytesIO):
    """A file that counts how often it is closed."""

    closings = 0

    def close(self) -> None:
        """Count."""
        self.closings += 1
        super().close()


def test_stream_is_closed_once() -> None:
    """A stream that the application opened is closed once, however often the upload is."""
    stream = CountedFile(b"hello")
    upload = Upload("f", "a", stream)
    upload.close()
    upload.close()

    assert (1, True) == (stream.closings, upload.closed)


def test_close() -> None:
    """A closed upload has closed its stream, and may be closed again."""

    upload = on_disk()
    upload.close()
    upload.close()

    assert upload.stream.closed


@pytest.mark.parametrize("content", ["text", None, object(), io.StringIO("text")], ids=["str", "none", "any", "text"])
def test_refuses_other_content(content: object) -> None:
    """Content is bytes or a seekable binary stream."""

    with pytest.raises(TypeError):
        Upload("f", "a", content)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_refuses_headers_that_are_none() -> None:
    """Its headers are checked as all headers are."""

    with pytest.raises(HeaderValueError):
        Upload("f", "a", headers={"X": "a\r\nb"})


@pytest.mark.parametrize("name", ["name", "filename", "stream", "size", "headers"])
def test_is_frozen(name: str) -> None:
    """No attribute can be set."""

    with pytest.raises(FrozenInstanceError):
        setattr(Upload("f", "a"), name, "x")
