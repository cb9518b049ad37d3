"""A request and a frozen response are shared between threads: all see the same, and the body is read once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from threading import Barrier, Thread
from typing import Final

import pytest

from tests.kit import Input, environ_of, posted
from verglas import Files, FrozenResponse, Request
from verglas.testing import call

THREADS: Final = 16
TIMES: Final = 50
PIECE: Final = 7  # bytes that an input gives a read
PATIENCE: Final = 60  # seconds, after which a thread is stuck

FORM: Final = b'--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\nhi\r\n--b--\r\n'


@pytest.fixture(autouse=True)
def switching_often() -> Iterator[None]:
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def at_once(read: Callable[[], object]) -> list[object]:
    """What as many threads get that start at the same time."""
    barrier = Barrier(THREADS)
    results: list[object] = []

    def run() -> None:
        barrier.wait(PATIENCE)
        try:
            results.append(read())
        except Exception as error:  # noqa: BLE001  # compared with what the others got
            results.append(repr(error))

    threads = [Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return results


def files_of(request: Request[None]) -> Files:
    """The uploads as values: those that are equal only to themselves have to be the same."""
    return request.files


def text_of(request: Request[None]) -> object:
    """The body as plain data, or as a form."""
    return request.data, request.form, request.get_data(as_text=True)


def json_of(request: Request[None]) -> object:
    """The body as JSON."""
    return request.json


def buffered_of(request: Request[None]) -> object:
    """The request with its body in hand."""
    return request.buffered()


def head_of(request: Request[None]) -> object:
    """All that the head says."""
    return (
        *(request.method, request.url, str(request.url), request.host, request.path, request.headers, request.args),
        *(request.cookies, request.cookies["a"], request.args.getlist("a"), request.server, request.remote_addr),
        *(request.access_route, request.content_length, request.mimetype, request.mimetype_params, request.is_json),
        *(request.headers["X-Tag"], request.headers.pairs, len(request.headers), request.body, hash(request.url)),
    )


HEAD: Final[dict[str, str]] = {
    "PATH_INFO": "/a",
    "QUERY_STRING": "a=1&a=2",
    "SERVER_NAME": "server",
    "SERVER_PORT": "80",
    "REMOTE_ADDR": "::1",
    "HTTP_HOST": "example.org",
    "HTTP_COOKIE": "a=1; b=2",
    "HTTP_X_TAG": "1",
}
URLENCODED_BODY: Final = b"&".join(b"a%d=%d" % (i, i) for i in range(20))
JSON_BODY: Final = json.dumps({"a": [*range(20)]}).encode()


@pytest.mark.parametrize(
    ("content_type", "body", "read"),
    [
        pytest.param("application/x-www-form-urlencoded", URLENCODED_BODY, text_of, id="urlencoded"),
        pytest.param("multipart/form-data; boundary=b", FORM, files_of, id="multipart"),
        pytest.param("application/json", JSON_BODY, json_of, id="json"),
        pytest.param("text/plain", b"plain" * 20, text_of, id="data"),
        pytest.param("text/plain", b"plain" * 20, buffered_of, id="buffered"),
        pytest.param("text/plain", b"", head_of, id="head"),
    ],
)
def test_request(content_type: str, body: bytes, read: Callable[[Request[None]], object]) -> None:
    """Threads that read a request for the first time, all at once, get the same; the input is read once."""
    for _ in range(TIMES):
        stream = Input(body, PIECE)
        request = Request(posted(body, content_type, stream=stream) | HEAD)
        results = at_once(partial(read, request))
        request.close()

        assert [results[0]] * THREADS == results
        assert not isinstance(results[0], str), results[0]
        assert len(body) == stream.position


def test_failing_body() -> None:
    """A body that ends early fails for all threads alike, and is not read again."""
    for _ in range(TIMES):
        stream = Input(b"short", PIECE)
        request = Request(environ_of(CONTENT_LENGTH="100", HTTP_HOST="a", **{"wsgi.input": stream}))

        assert ["<ClientDisconnected '400: Bad Request'>"] * THREADS == at_once(request.get_data)
        assert stream.position == 5


def test_stream_is_shared_out() -> None:
    """Threads that read the stream share its bytes out: none is lost, none is given twice."""
    body = b"".join(b"%04d" % i for i in range(2000))
    request = Request(environ_of(CONTENT_LENGTH=str(len(body)), HTTP_HOST="a", **{"wsgi.input": Input(body, PIECE)}))

    taken: list[bytes] = []

    def take() -> list[bytes]:
        return [*iter(lambda: request.stream.read(4), b"")]

    at_once(lambda: taken.extend(take()))

    assert [body[i : i + 4] for i in range(0, len(body), 4)] == sorted(taken)


def test_frozen_response() -> None:
    """Each call of a frozen response is one of its own, with a list of headers of its own."""
    response = FrozenResponse(b"content", 200, {"X-Tag": "1"})

    def answered() -> object:
        answer = call(response, environ_of(REQUEST_METHOD="GET"))
        return len(answer.starts), answer.status, answer.lines, answer.body

    for _ in range(TIMES):
        expected = 1, "200 OK", (("X-Tag", "1"), ("Content-Length", "7")), b"content"

        assert [expected] * THREADS == at_once(answered)


def test_thread_that_is_late() -> None:
    """Who comes when all is read gets what the others got."""
    request = Request(environ_of(CONTENT_LENGTH="5", HTTP_HOST="a", **{"wsgi.input": Input(b"plain", PIECE)}))

    assert request.data == b"plain"
    assert [b"plain"] * THREADS == at_once(lambda: request.data)
