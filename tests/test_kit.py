"""What the tests make in a word is what a server makes."""

from __future__ import annotations

import pytest

from tests.kit import JSON, TRANSFERS, Input, Transfer, environ_of, posted, without
from verglas import Request

Environ = dict[str, object]


def test_environ() -> None:
    """An environ is that of `Request.from_values`, with the keys that are set."""
    plain = Request.from_values("/a?b=1").environ
    made = environ_of("/a?b=1", HTTP_X_TAG="a", REQUEST_METHOD="PUT")

    assert {"HTTP_X_TAG": "a", "REQUEST_METHOD": "PUT"}.items() <= made.items()
    assert plain.keys() | {"HTTP_X_TAG"} == made.keys()
    assert ("/a", "b=1", "localhost") == (made["PATH_INFO"], made["QUERY_STRING"], made["HTTP_HOST"])


def test_without() -> None:
    """Keys are left out of a copy; one that is not there is a mistake of the test."""
    environ = environ_of()

    assert environ.keys() - {"HTTP_HOST"} == without(environ, "HTTP_HOST").keys()
    assert "HTTP_HOST" in environ
    with pytest.raises(KeyError):
        without(environ, "HTTP_NONE")


@pytest.mark.parametrize("transfer", TRANSFERS)
def test_posted(transfer: Transfer) -> None:
    """A body arrives by either transfer, with its type, and a length or none."""
    environ = posted(b'{"a": 1}', JSON, transfer)

    assert {"a": 1} == Request(environ).json
    assert ("CONTENT_LENGTH" in environ, "wsgi.input_terminated" in environ) == (
        transfer == "length",
        transfer == "terminated",
    )


def test_input() -> None:
    """An input gives short pieces, and notes what it was asked for."""
    stream = Input(b"abcdefg", 3)
    pieces = [stream.read(2), stream.read(5), stream.read(5), stream.read(1)]

    assert ([b"ab", b"cde", b"fg", b""], [2, 5, 5, 1], 7) == (pieces, stream.asked, stream.position)
