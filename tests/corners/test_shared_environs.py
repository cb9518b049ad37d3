"""One environ, several readers: who came too late is told so, and a buffered request shares its body."""

from __future__ import annotations

import gc
import io
import weakref
from collections.abc import Callable
from typing import Final

import pytest
import werkzeug

from tests.kit import JSON, MULTIPART, URLENCODED, multipart, posted
from verglas import Request
from verglas.errors import ClientDisconnected

FORM: Final = multipart(('name="a"', b"1"))
BODIES: Final = {URLENCODED: b"a=1", MULTIPART: FORM, JSON: b'{"a":"1"}'}
READS: Final[dict[str, Callable[[Request], object]]] = {
    "data": lambda request: request.get_data(),
    "stream": lambda request: request.stream.read(),
    "form": lambda request: request.form,
    "buffered": lambda request: request.buffered(),
}


def by_werkzeug(environ: dict[str, object]) -> object:
    """Read by Werkzeug, whose requests Flask's are."""
    request = werkzeug.Request(environ)
    return request.get_json() if request.is_json else request.form["a"]


def by_verglas(environ: dict[str, object]) -> object:
    """Read by another request of ours."""
    request = Request(environ)
    return request.get_json() if request.is_json else request.form["a"]


READERS: Final[dict[str, Callable[[dict[str, object]], object]]] = {"werkzeug": by_werkzeug, "verglas": by_verglas}


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART])
@pytest.mark.parametrize("first", READERS.values(), ids=READERS)
@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_too_late(
    first: Callable[[dict[str, object]], object], read: Callable[[Request], object], content_type: str
) -> None:
    """The second reader does not blame the client alone."""
    environ = posted(BODIES[content_type], content_type)
    first(environ)

    with pytest.raises(ClientDisconnected, match="another reader of this environ has already read it"):
        read(Request(environ))


def test_cut_short() -> None:
    """A body of which some arrived has no other reader."""
    request = Request(posted(b"a=1", URLENCODED) | {"CONTENT_LENGTH": "9"})

    with pytest.raises(ClientDisconnected, match="ended early"):
        request.form  # noqa: B018


@pytest.mark.parametrize("content_type", BODIES)
@pytest.mark.parametrize("readers", [(by_werkzeug, by_verglas), (by_verglas, by_werkzeug), (by_werkzeug, by_werkzeug)])
def test_shared_through_a_buffered_request(
    readers: tuple[Callable[[dict[str, object]], object], ...], content_type: str
) -> None:
    """The environ of a buffered request is new each time, and has the whole body: any number of readers agree."""
    kept = Request(posted(BODIES[content_type], content_type)).buffered()
    expected = by_verglas(kept.environ)

    assert [expected] * 2 == [read(kept.environ) for read in readers]
    assert kept.get_data() == BODIES[content_type]


@pytest.mark.parametrize("content_type", BODIES)
def test_after_werkzeug(content_type: str) -> None:
    """A body that Werkzeug keeps is handed on in an environ with a new input."""
    theirs = werkzeug.Request(posted(BODIES[content_type], content_type))
    data = theirs.get_data(cache=True)

    assert by_verglas(posted(data, content_type)) == by_verglas({**theirs.environ, "wsgi.input": io.BytesIO(data)})


USES: Final[dict[str, Callable[[Request], object]]] = {
    "nothing": lambda request: request.body,
    "stream": lambda request: request.stream,
    "stream-read": lambda request: request.stream.read(1),
    "stream-to-its-end": lambda request: request.stream.read(),
    "stream-over-kept": lambda request: (request.get_data(), request.stream.read()),
    "form": lambda request: request.form,
    "buffered": lambda request: request.buffered().stream,
    "environ": lambda request: request.environ,
    "headers": lambda request: (
        request.headers["Host"],
        request.url,
        request.args,
        request.cookies,
        request.accept_mimetypes,
    ),
}


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART])
@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_no_cycle(use: Callable[[Request], object], content_type: str) -> None:
    """A request is gone when nobody holds it, with the collector of cycles switched off."""
    request = Request(posted(BODIES[content_type], content_type) | {"HTTP_HOST": "h"})
    use(request)
    body = weakref.ref(request.stream)
    gc.disable()
    try:
        del request

        assert body() is None
    finally:
        gc.enable()


def test_the_stream_outlives_its_request() -> None:
    """Whoever holds the stream alone can read it."""
    stream = Request(posted(b"abc")).stream

    assert b"abc" == stream.read()
