"""Where an upload goes while it arrives: memory up to a size, then a file without a name."""

from __future__ import annotations

import io
from typing import BinaryIO

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.growth import assert_linear
from tests.kit import MULTIPART, OpensSinks, multipart, posted
from verglas import Limits, Upload, parse_form

HEAD = 'name="f"; filename="a.bin"'


def uploaded(*pieces: bytes, spool_size: int) -> Upload:
    """A file that arrived in pieces."""
    before, after = multipart((HEAD, b"|")).split(b"|")
    _, files = parse_form(MULTIPART, [before, *pieces, after], limits=Limits(spool_size=spool_size))
    return files["f"]


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

    with uploaded(b"x" * size, spool_size=4).stream as stream:
        assert expected == isinstance(stream, io.BytesIO)
        assert b"x" * size == stream.read()


@given(st.lists(st.binary(max_size=8)), st.integers(0, 20))
def test_gives_back_what_was_written(pieces: list[bytes], spool_size: int) -> None:
    """However it comes, the content is the same, wherever it went."""

    assume(b"--b" not in b"".join(pieces))  # the boundary
    with uploaded(*pieces, spool_size=spool_size).stream as stream:
        assert b"".join(pieces) == stream.read()


class Kept(OpensSinks):
    """A request whose uploads go to a file that the application opens."""

    def sink(self) -> BinaryIO:
        return io.BytesIO(b"older and longer")


def test_file_of_the_application() -> None:
    """Another sink that is a file is rewound and read from its start."""

    upload = Kept(posted(multipart((HEAD, b"abc")), MULTIPART)).files["f"]

    assert b"abcer and longer" == upload.read()


def test_grows_linearly() -> None:
    """Many tiny pieces cost what one large piece does (CVE-2025-69229)."""

    def run(size: int) -> object:
        return uploaded(*[b"x"] * size, spool_size=1 << 30).read()

    assert_linear(run, start=1000)
