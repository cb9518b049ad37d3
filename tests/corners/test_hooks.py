"""What a subclass overrides is used: each method that Werkzeug documents as one to override."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from typing import Final
from wsgiref.util import FileWrapper

import pytest

from tests.kit import CountedBody, environ_of, ignore, multipart, posted
from verglas import FrozenResponse, JSONValue, MutableHeaders, Request, Response, send_file
from verglas.errors import NotFreezable
from verglas.testing import WSGIAnswer, call
from verglas.wsgi import Environ, WSGIApplication


class Shouting(Response):
    """Its body goes out in capitals."""

    def iter_encoded(self) -> Iterator[bytes]:
        for piece in super().iter_encoded():
            yield piece.upper() + b"!"


class Signed(Response):
    """Its fields get one more for each call."""

    def get_wsgi_headers(self, environ: Environ) -> MutableHeaders:
        headers = super().get_wsgi_headers(environ)
        headers["X-Path"] = str(environ["PATH_INFO"])
        return headers


class Framed(Response):
    """Its body gets an end for each call."""

    automatically_set_content_length = False

    def get_app_iter(self, environ: Environ) -> Iterable[bytes]:
        return [*super().get_app_iter(environ), b"."]


class Replaced(Response):
    """Its answer is another one."""

    def get_wsgi_response(self, environ: Environ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        _, status, headers = super().get_wsgi_response(environ)
        return [b"other"], status, [*headers, ("X-Other", "1")]


class Logged(Response):
    """It notes when it is closed."""

    closed = 0

    def close(self) -> None:
        super().close()
        self.closed += 1


class Tagged(Response):
    """Its tags have a version."""

    def set_etag(self, etag: str, weak: bool = False) -> None:
        super().set_etag(f"v1-{etag}", weak)


class Unmeasured(Response):
    """It knows no length."""

    def calculate_content_length(self) -> int | None:
        return None


class Read(Response):
    """It notes when its body is read into memory."""

    sequences = 0

    def make_sequence(self) -> None:
        self.sequences += 1
        super().make_sequence()


def body_of(response: Response) -> bytes:
    """The body as it is sent."""
    return call(response).body


@pytest.mark.parametrize(
    ("expected", "made"),
    [
        pytest.param(b"A!", "a", id="text"),
        pytest.param(b"A!B!", ["a", b"b"], id="list"),
        pytest.param(b"A!B!", iter(["a", "b"]), id="iterator"),
        pytest.param(b"AB!", io.BytesIO(b"ab"), id="file"),
    ],
)
def test_iter_encoded(expected: bytes, made: Iterable[str] | Iterable[bytes]) -> None:
    """What it gives is sent; its length is that of what is sent."""
    answer = call(Shouting(made))

    assert expected == answer.body
    assert answer.headers.get("Content-Length", str(len(expected))) == str(len(expected))


@pytest.mark.parametrize("made", ["ab", ["ab"], iter(["ab"])], ids=["text", "list", "iterator"])
def test_iter_encoded_when_frozen_and_read(made: Iterable[str]) -> None:
    """It is asked once for what is frozen, and for what is read."""
    response = Shouting(made)
    frozen = response.freeze()

    assert (b"AB!", "3", b"AB!") == (frozen.body, frozen.headers["Content-Length"], response.data)


def test_iter_encoded_closes_what_streams() -> None:
    """The body is closed, once, whoever encodes it."""
    body = CountedBody(b"a")

    assert (b"A!", 1) == (body_of(Shouting(body)), body.closed)


def test_get_wsgi_headers() -> None:
    """The fields that it returns are sent."""
    assert "/x" == call(Signed("a"), environ_of("/x")).headers["X-Path"]


@pytest.mark.parametrize("response_class", [Response, Signed, Tagged], ids=["none", "get_wsgi_headers", "set_etag"])
@pytest.mark.parametrize("is_served", [False, True], ids=["alone", "served"])
def test_files_stay_with_the_server(response_class: type[Response], is_served: bool) -> None:
    """Who overrides nothing about the body still gets files sent by the server's own wrapper (PEP 3333)."""
    environ = environ_of("/x", **{"wsgi.file_wrapper": FileWrapper})
    response = send_file(__file__, environ, response_class=response_class)
    application: WSGIApplication = Request.application(lambda _: response) if is_served else response
    body = application(environ, ignore)

    assert isinstance(body, FileWrapper)
    body.close()


def test_get_app_iter() -> None:
    """The body that it returns is sent."""
    assert b"a." == body_of(Framed("a"))


def test_get_wsgi_response() -> None:
    """All that it returns is sent."""
    answer = call(Replaced("a"))

    assert (b"other", "1") == (answer.body, answer.headers["X-Other"])


def served(response: Logged) -> WSGIAnswer:
    """Through `application`."""
    return call(Request.application(lambda _: response))


def headed(response: Logged) -> WSGIAnswer:
    """As an answer to HEAD."""
    return call(response, environ_of(REQUEST_METHOD="HEAD"))


SENDERS: Final[list[Callable[[Logged], object]]] = [call, served, headed, Logged.freeze]


@pytest.mark.parametrize("send", SENDERS, ids=["call", "served", "head", "freeze"])
@pytest.mark.parametrize("streams", [False, True], ids=["memory", "stream"])
def test_close(send: Callable[[Logged], object], streams: bool) -> None:
    """It is called once for each answer, and what it closes is closed once."""
    called: list[str] = []
    response = Logged(iter(["a"]) if streams else "a")
    response.call_on_close(lambda: called.append("callback"))
    send(response)

    assert (1, ["callback"]) == (response.closed, called)


@pytest.mark.parametrize(
    ("expected", "tag"),
    [
        pytest.param(True, lambda: Tagged("a").freeze().headers["ETag"], id="freeze"),
        pytest.param(True, lambda: added(Tagged("a")), id="add-etag"),
    ],
)
def test_set_etag(expected: bool, tag: Callable[[], str]) -> None:
    """A tag that is computed goes through it."""
    assert expected == tag().startswith('"v1-')


def added(response: Response) -> str:
    """The tag that `add_etag` sets."""
    response.add_etag()
    return response.headers["ETag"]


def test_freezing_sets_no_tag_on_the_builder() -> None:
    """There it would become stale."""
    response = Tagged("a")
    response.freeze()

    assert "ETag" not in response.headers


def test_calculate_content_length() -> None:
    """What it does not know is not sent."""
    assert "Content-Length" not in call(Unmeasured("a")).headers


def test_make_sequence() -> None:
    """It reads what streams."""
    response = Read(iter(["a"]))

    assert (b"a", 1) == (response.data, response.sequences)


@pytest.mark.parametrize(
    ("expected", "response"),
    [
        pytest.param("get_wsgi_headers", Signed("a"), id="get_wsgi_headers"),
        pytest.param("get_app_iter", Framed("a"), id="get_app_iter"),
        pytest.param("get_wsgi_response", Replaced("a"), id="get_wsgi_response"),
    ],
)
def test_what_depends_on_the_call_cannot_be_frozen(expected: str, response: Response) -> None:
    """The error names the method."""
    with pytest.raises(NotFreezable, match=expected):
        response.freeze()


# Of requests


class Formless(Request):
    """It has no form, whatever it says."""

    @property
    def want_form_data_parsed(self) -> bool:
        return False


class Forgiving(Request):
    """It takes what is not JSON for nothing."""

    def on_json_loading_failed(self, error: ValueError | None) -> JSONValue:
        return {"error": type(error).__name__}


class Stored(Request):
    """It keeps uploads elsewhere."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> io.BytesIO:
        return Marked()


class Marked(io.BytesIO):
    """A file that says whose it is."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(size).upper()


FORM: Final = "application/x-www-form-urlencoded"


def test_want_form_data_parsed() -> None:
    """Without a form, there are no fields, and the body is data."""
    request = Formless(posted(b"a=1", FORM))

    assert ({}, b"a=1") == (request.form.to_dict(), request.data)


@pytest.mark.parametrize(
    ("expected", "body", "content_type"),
    [
        pytest.param({"error": "NoneType"}, b"{}", "text/plain", id="another-type"),
        pytest.param({"error": "JSONDecodeError"}, b"{", "application/json", id="malformed"),
    ],
)
def test_on_json_loading_failed(expected: object, body: bytes, content_type: str) -> None:
    """What it returns is the value."""
    assert expected == Forgiving(posted(body, content_type)).json


def test_get_file_stream() -> None:
    """An upload is written to what it returns, and read from that."""
    body = multipart(('name="f"; filename="a.txt"', b"abc"))

    assert b"ABC" == Stored(posted(body, "multipart/form-data; boundary=b")).files["f"].read()


def test_frozen_response_of_a_subclass_is_plain() -> None:
    """What was frozen is a value: no hook runs any more."""
    assert FrozenResponse is type(Shouting("a").freeze())
