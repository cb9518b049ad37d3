"""`Spool`: where an upload goes while it arrives."""

from __future__ import annotations

import io
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear
from verglas.spool import Spool, finish


def content(found: bytes | BinaryIO) -> bytes:
    """The bytes, of either; a file is closed."""
    if isinstance(found, bytes):
        return found
    with found:
        return found.read()


@pytest.mark.parametrize(
    ("expected", "size"),
    [
        pytest.param(True, 0, id="nothing"),
        pytest.param(True, 4, id="exactly"),
        pytest.param(False, 5, id="one-over"),
    ],
)
def test_memory_up_to_its_size(expected: bool, size: int) -> None:
    """What is no larger than the size stays bytes; one byte more is a file."""

    spool = Spool(4)
    spool.write(b"x" * size)
    found = spool.content()

    assert expected == isinstance(found, bytes)
    assert b"x" * size == content(found)


@given(st.lists(st.binary(max_size=8)), st.integers(0, 20))
def test_gives_back_what_was_written(pieces: list[bytes], max_size: int) -> None:
    """However it comes, the content is the same, wherever it went."""

    spool = Spool(max_size)
    for piece in pieces:
        spool.write(piece)

    assert b"".join(pieces) == content(spool.content())


def test_close_lets_go() -> None:
    """A closed spool has closed its file: no `ResourceWarning`, and nothing to write to."""

    spool = Spool(1)
    spool.write(b"abc")
    spool.close()

    with pytest.raises(ValueError, match="closed"):
        spool.write(b"d")


def test_finish_a_file_of_the_application() -> None:
    """Another sink that is a file is rewound and read from its start."""

    sink = io.BytesIO()
    sink.write(b"abc")

    assert b"abc" == content(finish(sink))


def test_finish_refuses_what_cannot_be_read_back() -> None:
    """A sink that is no file is the application's mistake."""

    class Sink:
        def write(self, data: bytes, /) -> int:
            return len(data)

        def close(self) -> None:
            pass

    with pytest.raises(TypeError, match="Sink"):
        finish(Sink())


def test_grows_linearly() -> None:
    """Many tiny pieces cost what one large piece does (CVE-2025-69229)."""

    def run(size: int) -> object:
        spool = Spool(1 << 30)
        for _ in range(size):
            spool.write(b"x")
        return spool.content()

    assert_linear(run, start=1000)
