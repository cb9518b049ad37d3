"""Disks that are full, folders that are gone, files that fail: the right answer, all closed, and nothing left."""

from __future__ import annotations

import io
import os
import resource
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import pytest

from tests.kit import MULTIPART, OpensSinks, multipart, posted
from verglas import Limits, ParseError, Request, Response, Upload, parse_form
from verglas.errors import InsufficientStorage
from verglas.testing import call

FULL: Final = Path("/dev/full")
LARGE: Final = b"0123456789abcdef" * 20_000  # bytes: more than fits below
FITS: Final = 100_000  # bytes

needs_full = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; after each test there are none."""
    path = tmp_path / "temporary"
    path.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(path))
    yield path
    assert [] == [*path.iterdir()]


@contextmanager
def small_disk() -> Generator[None]:
    """No file can grow beyond `FITS`: a write that goes there is cut short, the next fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FITS, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def uploading(*contents: bytes) -> dict[str, object]:
    """The environ of a POST with so many uploads."""
    body = multipart(*((f'name="f{i}"; filename="{i}.txt"', content) for i, content in enumerate(contents)))
    return posted(body, MULTIPART)


class ToFull(OpensSinks):
    """A request whose uploads go to a device that is full."""

    opened: list[BinaryIO]
    buffering = 0

    def sink(self) -> BinaryIO:
        stream: BinaryIO = open(FULL, "r+b", buffering=self.buffering)  # noqa: SIM115  # whoever asked closes it
        type(self).opened.append(stream)
        return stream


@pytest.fixture(params=[pytest.param(0, id="unbuffered"), pytest.param(1 << 20, id="buffered")])
def to_full(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> type[ToFull]:
    """Such requests, with and without a buffer before the device."""
    monkeypatch.setattr(ToFull, "opened", [], raising=False)
    monkeypatch.setattr(ToFull, "buffering", request.param)
    return ToFull


@needs_full
def test_full_device(to_full: type[ToFull]) -> None:
    """A full disk is a 507 for all who ask, and what was opened is closed."""
    request = to_full(uploading(b"first", b"second"))
    for _ in range(3):
        with pytest.raises(InsufficientStorage):
            _ = request.files

    assert [True] == [stream.closed for stream in to_full.opened]


@needs_full
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_full_device_is_answered(to_full: type[ToFull], accept: str) -> None:
    """The answer says no path."""
    app = to_full.application(lambda request: Response(repr(request.files)))
    answer = call(app, uploading(b"first") | {"HTTP_ACCEPT": accept})

    assert answer.status_code == 507
    assert b"/dev" not in answer.body
    assert b"Errno" not in answer.body


@pytest.mark.parametrize("size", [FITS + 1, FITS + 50, len(LARGE)])
def test_small_disk(size: int) -> None:
    """A disk that is full halfway, be it in the last write, is a 507; uploads that came before it are closed."""
    limits = Limits(spool_size=10)
    request = Request(uploading(b"fits on disk", LARGE[:size]), limits=limits)
    with small_disk(), pytest.raises(InsufficientStorage):
        _ = request.files

    with pytest.raises(InsufficientStorage):
        _ = request.form


def test_no_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for temporary files that is gone is a 507 without its path."""
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "gone"))
    app = Request.application(lambda request: Response(repr(request.files)))
    monkeypatch.setattr(Request, "max_form_memory_size", None)
    answer = call(app, uploading(LARGE * 2))

    assert answer.status_code == 507
    assert b"gone" not in answer.body


def test_on_disk() -> None:
    """An upload is closed with its request, on disk or in memory, and has no name that could be left."""
    limits = Limits(spool_size=10)
    with Request(uploading(LARGE, b"small"), limits=limits) as request:
        on_disk, in_memory = request.files["f0"], request.files["f1"]

        assert (LARGE, b"small") == (on_disk.read(), in_memory.read())
    assert on_disk.closed
    assert on_disk.stream.closed
    assert in_memory.closed


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(b"", id="no-end"),
        pytest.param(b"--b\r\nno header\r\n\r\n", id="malformed"),
        pytest.param(b"--b\r\nContent-Disposition: form-data\r\n\r\n\r\n--b--", id="no-name"),
        pytest.param(multipart(('name="a"', b"x" * 600_000)), id="field-too-large"),
    ],
)
@pytest.mark.parametrize("cut", [1, 2])
def test_fault_behind_an_upload(tail: bytes, cut: int) -> None:
    """An upload on disk is closed when what comes after it is wrong: a leak is a ResourceWarning."""
    whole = multipart(('name="a"; filename="f"', LARGE))
    body = whole.removesuffix(b"--b--\r\n") + tail
    with pytest.raises(ParseError):
        parse_form(MULTIPART, [body[: len(body) // cut], body[len(body) // cut :]], limits=Limits(spool_size=10))


def test_location_of_a_part() -> None:
    """A part whose Content-Location is none is an upload with that header as it came, not a fault and not a leak."""
    body = multipart(('name="a"; filename="f"\r\nContent-Location: a b\r\nX-Tag: 1', LARGE))
    _, files = parse_form(MULTIPART, [body], limits=Limits(spool_size=10))
    with files["a"].stream:
        assert "X-Tag" in files["a"].headers
        assert "a b" == files["a"].headers["Content-Location"]


class WriteOnly:
    """A sink that cannot be read back."""

    def __init__(self) -> None:
        self.closed = 0

    def write(self, data: bytes, /) -> int:
        """Take it."""
        return len(data)

    def close(self) -> None:
        """Count."""
        self.closed += 1


def test_sink_that_cannot_be_read_back() -> None:
    """A sink that is no file is a mistake of the application, named; the sink is closed."""
    sink = WriteOnly()

    class Special(Request):
        def _get_file_stream(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]  # less than a file
            self,
            total_content_length: int | None,
            content_type: str | None,
            filename: str | None = None,
            content_length: int | None = None,
        ) -> WriteOnly:
            return sink

    with pytest.raises(TypeError, match="binary file"):
        _ = Special(uploading(b"a")).files

    assert sink.closed == 1


class FailingClose(io.BytesIO):
    """A file that fails while it is closed."""

    def close(self) -> None:
        """Close, and fail."""
        super().close()
        raise OSError("while closing")


def test_all_uploads_are_closed() -> None:
    """One file that fails while it is closed does not leave the others open."""
    streams: list[FailingClose] = []

    class Special(OpensSinks):
        def sink(self) -> BinaryIO:
            streams.append(FailingClose())
            return streams[-1]

    request = Special(uploading(b"a", b"b", b"c"))
    _ = request.files
    with pytest.raises(OSError, match="while closing"):
        request.close()

    assert [True] * 3 == [stream.closed for stream in streams]


class FailingWritable:
    """Takes some bytes a call, then fails."""

    def __init__(self, calls: int) -> None:
        self.calls = calls

    def write(self, data: bytes, /) -> int:
        """Take ten bytes.

        Raises:
            OSError: It was called as often as it takes.
        """
        if not self.calls:
            raise OSError("no more")
        self.calls -= 1
        return min(len(data), 10)


def on_disk() -> Upload:
    """An upload that is on disk."""
    _, files = parse_form(MULTIPART, [multipart(('name="a"; filename="f"', LARGE))], limits=Limits(spool_size=10))
    return files["a"]


UPLOADS: Final = [pytest.param(on_disk, id="disk"), pytest.param(lambda: Upload("a", "f", LARGE), id="memory")]


@pytest.mark.parametrize("make", UPLOADS)
def test_save(make: Callable[[], Upload], tmp_path: Path) -> None:
    """The whole content is saved, whatever was read before, as often as asked for."""
    upload = make()
    with upload.stream:
        upload.read(5)
        upload.save(tmp_path / "a")
        upload.save(tmp_path / "b", 7)

        assert (LARGE, LARGE) == ((tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes())
        assert upload.read(1) == b"5"


@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("make", UPLOADS)
def test_save_to_a_small_disk(make: Callable[[], Upload], tmp_path: Path, exclusive: bool) -> None:
    """A file that could not be written whole is not there afterwards."""
    upload = make()
    with upload.stream:
        with small_disk(), pytest.raises(OSError, match="large"):
            upload.save(tmp_path / "a", exclusive=exclusive)

        assert not (tmp_path / "a").exists()
        assert upload.read(3) == b"012"


@needs_full
@pytest.mark.parametrize("make", UPLOADS)
def test_save_to_a_full_device(make: Callable[[], Upload]) -> None:
    """The error is the system's, and a device is not removed."""
    upload = make()
    with upload.stream:
        with pytest.raises(OSError, match="space"):
            upload.save(FULL)

        assert FULL.exists()


@pytest.mark.parametrize("make", UPLOADS)
def test_save_to_a_writable_that_fails(make: Callable[[], Upload]) -> None:
    """The error is the writable's own; the upload can be saved again."""
    upload = make()
    with upload.stream:
        failing = FailingWritable(3)
        with pytest.raises(OSError, match="no more"):
            upload.save(failing)
        target = io.BytesIO()
        upload.save(target)

        assert target.getvalue() == LARGE


def test_save_exclusive(tmp_path: Path) -> None:
    """A file that is there stays as it is."""
    (tmp_path / "a").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        Upload("a", "f", b"yours").save(tmp_path / "a", exclusive=True)

    assert (tmp_path / "a").read_bytes() == b"mine"


def test_save_to_no_folder(tmp_path: Path) -> None:
    """A folder that is not there is not made."""
    with pytest.raises(FileNotFoundError):
        Upload("a", "f", b"").save(os.fspath(tmp_path / "gone" / "a"))

    assert not (tmp_path / "gone").exists()
