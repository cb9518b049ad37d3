"""Content codings, undone: gzip and deflate (RFC 9110 §8.4.1)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear
from verglas.syntax.contentcodings import decode_content


def raw_deflate(data: bytes) -> bytes:
    """Deflate without its wrapper, as some clients send it (RFC 9110 §8.4.1.2)."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@given(st.binary(max_size=300), st.sampled_from([gzip.compress, zlib.compress, raw_deflate]))
def test_gives_back_what_was_packed(data: bytes, pack: Callable[[bytes], bytes]) -> None:
    """Whatever was packed comes out, within the size that it has."""
    coding = "gzip" if pack is gzip.compress else "deflate"

    assert data == decode_content(pack(data), coding, max_size=len(data))


def test_many_empty_members_are_linear() -> None:
    """Members that hold nothing cost what they are long."""
    member = gzip.compress(b"")

    assert_linear(lambda size: decode_content(member * size, "gzip", max_size=0), start=200)
