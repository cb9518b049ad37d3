"""An upload is a binary file: to libraries, to many threads, and when it is closed; a form opens one file at most."""

from __future__ import annotations

import copy
import csv
import gzip
import io
import os
import pickle
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread
from typing import BinaryIO, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import MULTIPART, OpensSinks, multipart, posted
from verglas import Files, Limits, Request, Upload, parse_form

SPOOLED: Final = Limits(spool_size=0)
HEAD: Final = 'name="f"; filename="f.bin"'


class Opened(OpensSinks):
    """A request that opens the files of its uploads itself."""

    def sink(self) -> BinaryIO:
        return io.BytesIO()


class Extended(Request):
    """A request that looks on while the default file is written."""

    opened: list[BinaryIO]

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> BinaryIO:
        file = super()._get_file_stream(total_content_length, content_type, filename, content_length)
        self.opened.append(file)
        return file


def in_memory(content: bytes) -> Upload:
    """An upload in memory."""
    return parse_form(MULTIPART, [multipart((HEAD, content))])[1]["f"]


def on_disk(content: bytes) -> Upload:
    """An upload that is the second of two in the temporary file of its form."""
    body = multipart(('name="e"; filename="e"', b"before"), (HEAD, content), ('name="g"; filename="g"', b"after"))
    files = parse_form(MULTIPART, [body], limits=SPOOLED)[1]
    files["e"].close()
    files["g"].close()
    return files["f"]


def opened(content: bytes) -> Upload:
    """An upload in a file that the application opened."""
    return Opened(posted(multipart((HEAD, content)), MULTIPART)).files["f"]


def extended(content: bytes) -> Upload:
    """An upload in a file of the default, which the application has seen."""
    Extended.opened = []
    return Extended(posted(multipart((HEAD, content)), MULTIPART), limits=SPOOLED).files["f"]


def kept(content: bytes) -> Upload:
    """An upload that is a value."""
    with on_disk(content) as upload:
        return upload.buffered()


MAKERS: Final = {"memory": in_memory, "disk": on_disk, "opened": opened, "extended": extended, "buffered": kept}
everywhere = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def zipped(upload: Upload) -> object:
    """What is in a zip."""
    with zipfile.ZipFile(upload) as archive:
        return archive.read("a.txt"), archive.namelist()


def tarred(upload: Upload) -> object:
    """What is in a tar."""
    with tarfile.open(fileobj=upload) as archive:
        return archive.getnames()


def gunzipped(upload: Upload) -> object:
    """Uncompressed."""
    with gzip.open(upload) as file:
        return file.read()


def table(upload: Upload) -> object:
    """The rows of a CSV file in UTF-8."""
    return list(csv.reader(io.TextIOWrapper(upload, "utf-8", newline="")))


def copied(upload: Upload) -> object:
    """Copied as any file is."""
    target = io.BytesIO()
    shutil.copyfileobj(upload, target)
    return target.getvalue()


def zip_file() -> bytes:
    """A zip of one file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "hällo")
    return target.getvalue()


def tar_file() -> bytes:
    """A tar of one folder."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return target.getvalue()


USES: Final[dict[str, tuple[object, bytes, Callable[[Upload], object]]]] = {
    "zipfile": (("hällo".encode(), ["a.txt"]), zip_file(), zipped),
    "tarfile": (["a.txt"], tar_file(), tarred),
    "csv-over-text": ([["a", "é"], ["1", "2"]], "a,é\r\n1,2\r\n".encode(), table),
    "gzip": (b"hello", gzip.compress(b"hello"), gunzipped),
    "shutil": (b"a\nb", b"a\nb", copied),
    "lines": ([b"a\n", b"b"], b"a\nb", list),
    "readlines": ([b"a\n", b"b"], b"a\nb", lambda file: file.readlines()),
    "next": (b"a\n", b"a\nb", next),
    "seek": ((1, b"bc", b"d", b""), b"abcd", lambda file: (file.seek(1), file.read(2), file.read(), file.read())),
    "seek-end": ((3, b"d", 4), b"abcd", lambda file: (file.seek(-1, os.SEEK_END), file.read(), file.tell())),
    "abilities": (
        (True, True, False, False),
        b"",
        lambda file: (file.readable(), file.seekable(), file.writable(), file.closed),
    ),
    "mode": ("rb", b"", lambda file: file.mode),
}


@pytest.mark.parametrize(("expected", "content", "use"), USES.values(), ids=USES)
@everywhere
def test_is_a_file(
    make: Callable[[bytes], Upload], expected: object, content: bytes, use: Callable[[Upload], object]
) -> None:
    """Whoever wants a binary file takes an upload, wherever its content is."""
    with make(content) as upload:
        assert expected == use(upload)


@everywhere
def test_fills_a_buffer(make: Callable[[bytes], Upload]) -> None:
    """It reads into a buffer, as C libraries ask, and says how much."""
    buffer = bytearray(2)
    with make(b"abc") as upload:
        read = [(upload.readinto(buffer), bytes(buffer)) for _ in range(3)]

    assert [(2, b"ab"), (1, b"cb"), (0, b"cb")] == read


WRITES: Final[dict[str, Callable[[Upload], object]]] = {
    "write": lambda upload: upload.write(b"x"),
    "writelines": lambda upload: upload.writelines([b"x"]),
    "truncate": lambda upload: upload.truncate(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@everywhere
def test_cannot_be_written(make: Callable[[bytes], Upload], write: Callable[[Upload], object]) -> None:
    """What arrived stays as it is."""
    with make(b"abc") as upload, pytest.raises(io.UnsupportedOperation):
        write(upload)


@pytest.mark.parametrize("make", [in_memory, on_disk, kept])
def test_has_no_descriptor(make: Callable[[bytes], Upload]) -> None:
    """The descriptor of the file that a whole form shares is nobody's."""
    with make(b"abc") as upload, pytest.raises(io.UnsupportedOperation):
        upload.fileno()


def test_descriptor_of_the_application(tmp_path: Path) -> None:
    """A file that the application gave has its own."""
    with (tmp_path / "f").open("w+b") as file:
        assert file.fileno() == Upload("f", "f", file).fileno()


@pytest.fixture
def switching_often() -> Iterator[None]:
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


def saved(upload: Upload) -> bytes:
    """The content, by `save` in small pieces."""
    target = io.BytesIO()
    upload.save(target, 1000)
    return target.getvalue()


WAYS: Final[tuple[Callable[[Upload], bytes], ...]] = (
    saved,
    lambda upload: upload.data,
    lambda upload: upload.buffered().read(),
)


@pytest.mark.usefixtures("switching_often")
@everywhere
def test_many_threads(make: Callable[[bytes], Upload]) -> None:
    """16 threads that save, take and buffer one upload 2,000 times have its bytes each time; no position moves."""
    content = bytes(range(256)) * 20
    upload = make(content)
    upload.read(7)
    barrier = Barrier(16)
    right: list[int] = []

    def run(number: int) -> None:
        barrier.wait(60)
        right.append(sum(WAYS[(number + turn) % 3](upload) == content for turn in range(125)))

    threads = [Thread(target=run, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert [125] * 16 == right
    assert (7, content[7:]) == (upload.tell(), upload.read())
    upload.close()


def test_uploads_of_one_form_do_not_disturb_each_other() -> None:
    """Each reads its own slice of the file that they share, in turns."""
    contents = [bytes([65 + number]) * 5000 for number in range(20)]
    parts = [(f'name="f"; filename="{number}"', content) for number, content in enumerate(contents)]
    files = parse_form(MULTIPART, [multipart(*parts)], limits=SPOOLED)[1]
    uploads = files.getlist("f")
    read = [b""] * len(uploads)
    for _ in range(50):
        for number, upload in enumerate(uploads):
            read[number] += upload.read(100)

    assert contents == read == [upload.data for upload in uploads]
    files.close()


def descriptors() -> int:
    """How many files this process has open."""
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the system has no table of open files to read")
@pytest.mark.parametrize(
    ("sizes", "limits"),
    [
        pytest.param([500_000] * 33 + [1] * 967, Limits(), id="large-then-tiny"),
        pytest.param([17_000] * 990, Limits(), id="all-small"),
        pytest.param([1] * 1000, SPOOLED, id="all-on-disk"),
        pytest.param([600_000] * 30, Limits(), id="all-large"),
    ],
)
def test_a_form_takes_one_descriptor(sizes: list[int], limits: Limits) -> None:
    """16.8 MB in up to a thousand files open at most one file, which closing closes."""
    before = descriptors()
    parts = [(f'name="f"; filename="{number}"', b"x" * size) for number, size in enumerate(sizes)]
    request = Request(posted(multipart(*parts), MULTIPART), limits=limits)
    files = request.files
    while_open = descriptors()

    assert [len(upload.data) for upload in files.getlist("f")] == sizes
    request.close()

    assert while_open - before <= 1
    assert before == descriptors()


READS: Final[dict[str, Callable[[Upload], object]]] = {
    "read": lambda upload: upload.read(),
    "readline": lambda upload: upload.readline(),
    "lines": list,
    "seek": lambda upload: upload.seek(0),
    "tell": lambda upload: upload.tell(),
    "data": lambda upload: upload.data,
    "buffered": lambda upload: upload.buffered(),
    "save": lambda upload: upload.save(io.BytesIO()),
    "stream": lambda upload: upload.stream.read(),
}


def read_and_close(upload: Upload) -> None:
    """Open the stream before closing."""
    upload.read(1)
    upload.close()


CLOSES: Final[dict[str, Callable[[Upload], object]]] = {
    "upload": lambda upload: upload.close(),
    "stream": lambda upload: upload.stream.close(),
    "with": lambda upload: upload.__enter__().__exit__(None, None, None),
    "text": lambda upload: io.TextIOWrapper(upload).close(),
    "read-then-upload": read_and_close,
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize("close", CLOSES.values(), ids=CLOSES)
@pytest.mark.parametrize("make", [in_memory, on_disk, opened, extended], ids=["memory", "disk", "opened", "extended"])
def test_closed_is_closed(
    make: Callable[[bytes], Upload], close: Callable[[Upload], object], read: Callable[[Upload], object]
) -> None:
    """Nothing reads from what was closed, small or large; closing it again does nothing."""
    upload = make(b"abc")
    close(upload)
    close_again = upload.close

    close_again()

    assert upload.closed
    with pytest.raises(ValueError, match="closed"):
        read(upload)


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_a_buffered_upload_stays_open(read: Callable[[Upload], object]) -> None:
    """Closing one does nothing, since it may be shared; nor does closing the request that it is of."""
    for upload in (kept(b"abc"), pickle.loads(pickle.dumps(kept(b"abc"))), copy.deepcopy(kept(b"abc"))):
        with upload:
            pass

        assert not upload.closed
        read(upload)


def test_a_buffered_request_stays_open() -> None:
    """One thread closes a request that is a value, another still reads its uploads, small or large."""
    request = Request(posted(multipart((HEAD, b"x" * 600_000)), MULTIPART)).buffered()
    files = request.files
    with request:
        pass

    assert (b"x" * 600_000, request.files) == (files["f"].data, files)


def test_uploads_of_a_form_are_closed_one_by_one() -> None:
    """Closing one upload leaves the others of its form open."""
    form = parse_form(MULTIPART, [multipart((HEAD, b"abc"), ('name="g"; filename="g"', b"def"))], limits=SPOOLED)
    files = form[1]
    files["f"].close()

    assert (True, b"def") == (files["f"].closed, files["g"].read())
    files.close()


@everywhere
def test_position_is_no_part_of_the_value(make: Callable[[bytes], Upload]) -> None:
    """What was read, and whether it is closed, changes neither `==` nor the hash nor a copy."""
    with make(b"abc") as upload:
        value = upload.buffered()
    value.read(2)
    other = pickle.loads(pickle.dumps(value))

    assert (value, hash(value), b"abc", b"c") == (other, hash(other), other.read(), value.read())


def test_a_closed_upload_in_memory_is_still_a_value() -> None:
    """It stays equal, hashable and picklable; a copy of it is open, at its start."""
    upload = in_memory(b"abc")
    upload.read(1)
    upload.close()
    other = pickle.loads(pickle.dumps(upload))

    assert (upload, hash(upload), b"abc") == (other, hash(other), other.read())


@pytest.mark.parametrize("size", [3, 5000])
def test_default_file_of_an_upload(size: int) -> None:
    """An override may read, rewind and wrap what the default opens, before and after it has become an upload."""
    content = b"x" * size
    Extended.opened = []
    limits = Limits(spool_size=100)
    upload = Extended(posted(multipart((HEAD, content)), MULTIPART), limits=limits).files["f"]
    [file] = Extended.opened

    assert (content, 1, content[1:]) == (file.read(), file.seek(1), file.read())
    assert (content, size <= 100) == (upload.data, upload == upload.buffered())
    upload.close()


class Seen(Request):
    """A request that shows the file that it would open."""

    def opened(self) -> BinaryIO:
        """The file of an upload."""
        return self._get_file_stream(None, None)


def test_default_file_is_written_and_read_in_turns() -> None:
    """It can be read while it is written, and is written at its end alone."""
    with Seen(posted(b"", MULTIPART), limits=Limits(spool_size=4)).opened() as file:
        file.write(b"abc")
        file.seek(0)
        first = file.read()
        file.write(b"def")
        file.seek(1)

        assert (b"abc", b"bcdef", 6) == (first, file.read(), file.tell())
        file.seek(0)
        with pytest.raises(io.UnsupportedOperation):
            file.write(b"x")
        with pytest.raises(ValueError, match="seek"):
            file.seek(-1)


STEPS: Final[dict[str, Callable[[BinaryIO, int], object]]] = {
    "read": lambda file, size: file.read(size),
    "readline": lambda file, size: file.readline(size),
    "seek": lambda file, size: file.seek(size),
    "next": lambda file, _: next(iter(file), None),
}


@given(st.lists(st.binary(max_size=9), max_size=6), st.integers(0, 12), st.data())
def test_agrees_with_a_file(pieces: list[bytes], spool_size: int, data: st.DataObject) -> None:
    """Reads and seeks give what they give on a file of the same bytes."""
    content = b"".join(pieces).replace(b"--b", b"")
    body = multipart((HEAD, content))
    with parse_form(MULTIPART, [body], limits=Limits(spool_size=spool_size))[1]["f"] as upload:
        model = io.BytesIO(content)
        for _ in range(data.draw(st.integers(0, 6))):
            step, size = data.draw(st.sampled_from(list(STEPS))), data.draw(st.integers(0, 12))

            assert (STEPS[step](model, size), model.tell()) == (STEPS[step](upload, size), upload.tell())
            assert content == upload.data


def test_no_file_at_all() -> None:
    """A form without files opens none."""
    form, files = parse_form(MULTIPART, [multipart(('name="a"', b"1"))], limits=SPOOLED)

    assert ("1", Files()) == (form["a"], files)
