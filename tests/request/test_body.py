"""The body of a request: data, streams, forms, and what may be configured."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import ClassVar

import pytest

from tests.kit import MULTIPART, URLENCODED, Input, environ_of, multipart, posted
from verglas import Limits, Request
from verglas.errors import BrokenInput, RequestEntityTooLarge

FILE = multipart(('name="f"; filename="a.txt"\r\nContent-Type: text/plain', b"abc"))


READERS: dict[str, Callable[[Request], object]] = {
    "stream": lambda request: request.stream.read(),
    "data": lambda request: request.data,
    "get-data": lambda request: request.get_data(),
    "as-text": lambda request: request.get_data(as_text=True),
    "as-text-by-position": lambda request: request.get_data(False, True),
    "parse-form-data": lambda request: request.get_data(parse_form_data=True),
    "form": lambda request: dict(request.form),
    "files": lambda request: dict(request.files),
    "json": lambda request: request.get_json(force=True, silent=True),
    "values": lambda request: dict(request.values),
    "buffered": lambda request: request.buffered().get_data(),
}


@pytest.mark.parametrize(
    ("expected", "reader"),
    [
        pytest.param(b"a\xffb", "stream", id="stream"),
        pytest.param(b"a\xffb", "data", id="data"),
        pytest.param(b"a\xffb", "get-data", id="get-data"),
        pytest.param("a\ufffdb", "as-text", id="as-text"),
        pytest.param("a\ufffdb", "as-text-by-position", id="as-text-by-position"),
        pytest.param(b"a\xffb", "parse-form-data", id="parse-form-data"),
        pytest.param({}, "form", id="form"),
        pytest.param({}, "files", id="files"),
        pytest.param(None, "json", id="json"),
        pytest.param({}, "values", id="values"),
        pytest.param(b"a\xffb", "buffered", id="buffered"),
    ],
)
def test_plain(expected: object, reader: str) -> None:
    """A body that is no form, by each reader (reference 1.4)."""

    assert expected == READERS[reader](Request(posted(b"a\xffb", "text/plain")))


@pytest.mark.parametrize("method", ["GET", "DELETE", "MADE-UP", "POST"])
def test_form_with_any_method(method: str) -> None:
    """A form is read whatever the method is."""

    assert "1" == Request(posted(b"a=1", URLENCODED, REQUEST_METHOD=method)).form["a"]


def test_same_form_every_time() -> None:
    """`form` and `files` are the same values each time, for one reading."""

    request = Request(posted(FILE, MULTIPART))

    assert (True, True) == (request.files is request.files, request.form is request.form)
    request.close()


def test_no_body() -> None:
    """No body reads as none, by each reader."""

    request = Request(environ_of())

    assert (b"", b"", "", {}, {}) == (
        request.data,
        request.stream.read(),
        request.get_data(as_text=True),
        dict(request.form),
        dict(request.files),
    )


def test_no_input() -> None:
    """A server that hands over no `wsgi.input` for a body is at fault, not the request: an error on use."""

    environ = posted(b"abc")
    del environ["wsgi.input"]
    with pytest.raises(BrokenInput):
        Request.parse(environ).get_data()

    assert Request(environ).input_stream is None


def test_input_stream() -> None:
    """The server's own stream, untouched."""

    stream = io.BytesIO(b"abc")

    assert stream is Request(posted(b"abc", stream=stream)).input_stream


@pytest.mark.parametrize("reader", READERS)
def test_shallow(reader: str) -> None:
    """A shallow request leaves the body alone: what would read it raises, the head is fine (reference 1.1)."""

    stream = Input(b"a=1")
    environ = posted(b"a=1", URLENCODED, stream=stream, QUERY_STRING="b=2")
    request = Request(environ, shallow=True)
    with pytest.raises(RuntimeError, match="shallow"):
        READERS[reader](request)

    assert ([], "2", True) == (stream.asked, request.args["b"], request.shallow)


def test_close_closes_uploads() -> None:
    """A request is closed by `with`, and with it its uploads."""

    with Request(posted(FILE, MULTIPART), limits=Limits(spool_size=0)) as request:
        upload = request.files["f"]

    assert upload.stream.closed


def test_close_reads_nothing() -> None:
    """Closing a request whose form nobody read leaves the input alone."""

    stream = Input(FILE)
    Request(posted(FILE, MULTIPART, stream=stream)).close()

    assert [] == stream.asked


class Tight(Request):
    """A request with knobs."""

    max_content_length = 200
    max_form_memory_size = 4
    max_form_parts = 2


@pytest.mark.parametrize(
    ("knob", "body", "content_type"),
    [
        pytest.param("max_content_length", b"x" * 201, "", id="content-length"),
        pytest.param("max_form_memory_size", b"a=123", URLENCODED, id="form-memory-urlencoded"),
        pytest.param("max_form_memory_size", multipart(('name="a"', b"12345")), MULTIPART, id="form-memory-multipart"),
        pytest.param("max_form_parts", b"a&b&c", URLENCODED, id="form-parts-urlencoded"),
    ],
)
def test_knobs_of_a_subclass(knob: str, body: bytes, content_type: str) -> None:
    """A subclass sets the reference's limits; an explicit `limits=` wins over it."""

    with pytest.raises(RequestEntityTooLarge) as caught:
        (lambda r: (r.get_data(), r.form))(Tight(posted(body, content_type)))
    assert knob == (caught.value.limit and caught.value.limit.knob)

    roomy = Tight(posted(body, content_type), limits=Limits())
    assert (body, Limits()) == (roomy.get_data(), roomy.limits)


class Sinks(Request):
    """A request that puts its uploads elsewhere."""

    asked: ClassVar[list[tuple[object, ...]]] = []

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> io.BytesIO:
        self.asked.append((total_content_length, content_type, filename, content_length))
        return io.BytesIO()


def test_get_file_stream() -> None:
    """The hook is asked for each upload, with what is known of it; what it gave is read from its start."""

    Sinks.asked.clear()
    request = Sinks(posted(FILE, MULTIPART))

    assert b"abc" == request.files["f"].read()
    assert [(len(FILE), "text/plain", "a.txt", None)] == Sinks.asked
    request.close()


def test_terminated_and_empty() -> None:
    """A chunked body may be empty: then there is no form, whatever the type."""

    request = Request(posted(b"", MULTIPART, "terminated"))

    assert ({}, {}) == (dict(request.form), dict(request.files))


USES: dict[str, Callable[[Request], object]] = {
    "closed": lambda request: request.stream.close(),
    "written-to": lambda request: request.stream.write(b"another's"),
    "wrapped": lambda request: io.TextIOWrapper(request.stream).read(),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_requests_without_a_body_share_nothing(use: Callable[[Request], object]) -> None:
    """What a handler does to the stream of a request without a body is not seen by the next."""
    use(Request(environ_of()))

    assert b"" == Request(environ_of()).stream.read()
