"""Reads never matter: however a body is cut, it reads as the same value, or fails with the same error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.multipart import CAPTURED, cut, cut_evenly
from tests.kit import JSON, MULTIPART, TRANSFERS, URLENCODED, Transfer, multipart, posted
from tests.strategies import cuts
from verglas import Files, Form, HTTPError, Limits, Request, parse_form
from verglas.testing.strategies import json_values, limits, urlencoded_bodies

Outcome: TypeAlias = tuple[object, ...]
"""What reading gave, or the class of its error with what that says."""

DELIMITERS: Final = [b"\r\n--b", b"\r\n--b--", b"\r", b"\n", b"--", b"b", b"\r\n", b"x", b"\0", b"\xc3\xa9"]
PARTS: Final = st.tuples(
    st.sampled_from(['name="a"', 'name="a"; filename="f.txt"', 'name="a"; filename=""', 'name=a; x="', "name"]),
    st.lists(st.sampled_from(DELIMITERS), max_size=8).map(b"".join),
)
MULTIPARTS: Final = st.lists(PARTS, max_size=4).map(lambda parts: multipart(*parts)) | st.binary(max_size=40).map(
    lambda tail: multipart(('name="a"', b"1")) + tail
)
JSONS: Final = json_values().map(lambda value: json.dumps(value).encode()) | st.lists(
    st.sampled_from([b"[", b"]", b"{", b'"', b",", b"1", b"\xc3\xa9", b"\xff", b"\xef\xbb\xbf", b"null"]), max_size=12
).map(b"".join)


class Pieces:
    """A `wsgi.input` that gives these pieces, one a read, and less of one where less is asked for."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = [piece for piece in pieces if piece][::-1]

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        if not self._pieces:
            return b""
        piece = self._pieces.pop()
        if len(piece) > size:
            self._pieces.append(piece[size:])
        return piece[:size]


def outcome(read: Callable[[], Outcome]) -> Outcome:
    """What reading gives or raises, as a value."""
    try:
        return read()
    except HTTPError as error:
        return type(error), error.code, error.description


def shown(form: Form, files: Files) -> Outcome:
    """A form and its files, which are read and closed."""
    uploads = files.buffered()
    files.close()
    return form.pairs, uploads.pairs


def of_parse_form(content_type: str, pieces: Iterable[bytes], caps: Limits) -> Outcome:
    """What `parse_form` makes of it."""
    return outcome(lambda: shown(*parse_form(content_type, pieces, limits=caps)))


def of_request(content_type: str, body: bytes, pieces: list[bytes], caps: Limits, transfer: Transfer) -> Outcome:
    """What a request makes of it, as a form, JSON and data."""
    environ = posted(body, content_type, transfer, Pieces(pieces))

    def as_form() -> Outcome:
        request = Request(environ, limits=caps)
        return shown(request.form, request.files)

    def as_json() -> Outcome:
        return (Request(environ | {"wsgi.input": Pieces(pieces)}, limits=caps).json,)

    def as_data() -> Outcome:
        with Request(environ | {"wsgi.input": Pieces(pieces)}, limits=caps) as request:
            return (request.data,)

    return outcome(as_form), outcome(as_json), outcome(as_data)


@pytest.mark.parametrize(
    ("content_type", "bodies"),
    [
        pytest.param(URLENCODED, urlencoded_bodies(), id="urlencoded"),
        pytest.param(MULTIPART, MULTIPARTS, id="multipart"),
        pytest.param(JSON, JSONS, id="json"),
    ],
)
@settings(max_examples=60)
@given(data=st.data(), at=cuts(), caps=limits())
def test_cuts_never_matter(
    content_type: str, bodies: st.SearchStrategy[bytes], data: st.DataObject, at: list[int], caps: Limits
) -> None:
    """Whole, byte by byte and cut anywhere, by `parse_form` and by a request in either transfer: one outcome each."""
    body = data.draw(bodies)
    ways = [[body], cut_evenly(body, 1), cut_evenly(body, 3), cut(body, *at)]

    assert len({of_parse_form(content_type, pieces, caps) for pieces in ways}) == 1
    for transfer in TRANSFERS:
        outcomes = [of_request(content_type, body, pieces, caps, transfer) for pieces in ways]
        assert [outcomes[0]] * len(ways) == outcomes


@settings(max_examples=60)
@given(body=urlencoded_bodies() | MULTIPARTS, at=cuts())
def test_request_agrees_with_parse_form(body: bytes, at: list[int]) -> None:
    """A request reads a form as `parse_form` does."""
    for content_type in (URLENCODED, MULTIPART):
        expected = of_parse_form(content_type, [body], Limits()) if body else ((), ())

        assert expected == of_request(content_type, body, cut(body, *at), Limits(), "length")[0]


@pytest.mark.parametrize("captured", [pytest.param(one, id=one.id) for one in CAPTURED])
def test_captured_forms(captured: object) -> None:
    """What browsers and clients send reads the same, cut at every single place."""
    one = next(each for each in CAPTURED if each is captured)
    content_type = f'multipart/form-data; boundary="{one.boundary.decode()}"'
    whole = of_parse_form(content_type, [one.body], Limits())

    assert {whole} == {of_parse_form(content_type, cut(one.body, at), Limits()) for at in range(len(one.body))}
