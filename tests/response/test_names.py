"""The other names that users know of a response: JSON, and the knobs of a class."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from tests.kit import CountedBody
from verglas import JSONLike, JSONValue, Response, json_response
from verglas.testing import call

# JSON


@pytest.mark.parametrize(
    ("expected", "content_type"),
    [
        pytest.param(True, "application/json", id="json"),
        pytest.param(True, "Application/JSON; charset=utf-8", id="any-case"),
        pytest.param(True, "application/problem+json", id="rfc6839-3.1-suffix"),
        pytest.param(False, "text/json", id="text"),
        pytest.param(False, "image/x+json", id="image"),
        pytest.param(False, "malformed", id="malformed"),
        pytest.param(False, "", id="empty"),
    ],
)
def test_is_json(expected: bool, content_type: str) -> None:
    """The media type says so, in any case (D9); without that `json` is `None`."""
    response = Response("[1]", content_type=content_type)

    assert (expected, [1] if expected else None) == (response.is_json, response.json)


def test_is_json_without_a_type() -> None:
    """No type is not JSON."""
    response = Response("[1]")
    del response.headers["Content-Type"]

    assert (False, None) == (response.is_json, response.json)


@pytest.mark.parametrize("value", [None, True, 1.5, "\u00e9", [1, [2]], {"a": {"b": None}}])
def test_json(value: JSONLike) -> None:
    """What was written is read."""
    response = json_response(value)

    assert (value, value) == (response.json, response.get_json())


def test_json_is_new() -> None:
    """A new value each time: it can be changed."""
    response = json_response([1])

    assert response.json is not response.json


@pytest.mark.parametrize("data", ["", "{", "NaN", "[1]x", b"\xff", "[" * 100_000], ids=repr)
def test_what_is_no_json(data: str | bytes) -> None:
    """It is a `ValueError`, however deep; `None` when that is asked for."""
    response = Response(data, mimetype="application/json")
    with pytest.raises(ValueError):  # noqa: PT011  # of the decoder, which is anyone's
        response.get_json()

    assert None is response.get_json(silent=True)


def test_forced_json() -> None:
    """The type may be overruled."""
    response = Response("[1]")

    assert (None, [1]) == (response.get_json(), response.get_json(force=True))


def test_json_of_a_stream() -> None:
    """A body that streams is read, and still sent."""
    response = Response(iter(["[1", "]"]), mimetype="application/json")

    assert ([1], b"[1]") == (response.json, call(response).body)


def test_json_module() -> None:
    """A class may have another reader."""

    class Reader:
        def loads(self, text: str, /) -> JSONValue:
            return ["read", text]

        def dumps(self, value: JSONLike, /) -> str:
            return "written"

    class Mine(Response):
        json_module = Reader()

    assert ["read", "x"] == Mine("x", mimetype="application/json").json


# Knobs


def test_default_status_and_type() -> None:
    """A class may have others; what is given wins, and so does a type among the headers."""

    class Teapot(Response):
        default_status = 418
        default_mimetype = "text/html"

    class Plain(Response):
        default_mimetype = None

    named = Teapot("", 200, {"Content-Type": "a/b"})

    assert ("418 I'm a teapot", "text/html; charset=utf-8") == (Teapot().status, Teapot().content_type)
    assert ("200 OK", "a/b") == (named.status, named.content_type)
    assert None is Plain().content_type


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        pytest.param(3, "\u00e9a", id="text"),
        pytest.param(2, [b"a", "b"], id="pieces"),
        pytest.param(0, None, id="nothing"),
        pytest.param(None, iter(["a"]), id="stream"),
    ],
)
def test_calculate_content_length(expected: int | None, body: str | list[str | bytes] | Iterator[str] | None) -> None:
    """Bytes of what is in hand; what streams is not read for it."""
    response = Response(body)

    assert (expected, expected is None) == (response.calculate_content_length(), response.is_streamed)


def test_length_is_not_set_by_itself() -> None:
    """A class may leave Content-Length to the server; one that was set is still sent, and true."""

    class Unmeasured(Response):
        automatically_set_content_length = False

    answers = [call(Unmeasured("ab")), call(Unmeasured("ab", headers={"Content-Length": "7"}))]

    assert [None, "2"] == [answer.headers.get("Content-Length") for answer in answers]


def read_data(response: Response) -> object:
    """All of it."""
    return response.data


def read_json(response: Response) -> object:
    """As JSON."""
    return response.get_json(force=True)


def tell(response: Response) -> object:
    """How much it is."""
    return response.stream.tell()


@pytest.mark.parametrize("read", [read_data, read_json, tell])
def test_no_implicit_sequence(read: Callable[[Response], object]) -> None:
    """A class may ask for `make_sequence` before what streams is read into memory."""

    class Strict(Response):
        implicit_sequence_conversion = False

    response = Strict(iter(["1"]))
    with pytest.raises(RuntimeError, match="make_sequence"):
        read(response)
    response.make_sequence()

    assert (True, b"1") == (response.is_sequence, response.data)


class Grown(Response):
    """One that adds to its own body, as subclasses of the reference do."""

    def grow(self, mutable: bool) -> bool:
        """Have the body in hand."""
        self._ensure_sequence(mutable)
        self.stream.write("!")
        return self.is_sequence


@pytest.mark.parametrize("mutable", [False, True])
@pytest.mark.parametrize("make", [lambda: "ab", lambda: ["a", b"b"], lambda: iter(["a", "b"])])
def test_ensure_sequence(make: Callable[[], str | list[str | bytes] | Iterator[str]], mutable: bool) -> None:
    """Whatever it was, the body is in hand then."""
    grown = Grown(make())

    assert (True, b"ab!") == (grown.grow(mutable), grown.data)


def test_with() -> None:
    """Leaving `with` closes the response, once; what fails inside is raised."""
    log: list[str] = []
    body = CountedBody("a")
    response = Response(body)
    response.call_on_close(lambda: log.append("closed"))
    with pytest.raises(OSError, match="disk"), response:
        raise OSError("disk")
    response.close()

    assert (1, ["closed"]) == (body.closed, log)


# Flask's response


CONFIG: Final = {"MAX_COOKIE_SIZE": 4093}


class Flasklike(Response):
    """Flask's response, made of ours: HTML, and cookies as large as a configuration says."""

    default_mimetype = "text/html"
    autocorrect_location_header = False

    @property
    def max_cookie_size(self) -> int:
        """What the configuration says."""
        return CONFIG["MAX_COOKIE_SIZE"]


@pytest.mark.parametrize(("size", "warns"), [(4093, True), (5000, False), (0, False), (10, True)])
def test_cookie_size_of_a_configuration(monkeypatch: pytest.MonkeyPatch, size: int, warns: bool) -> None:
    """The limit is read when a cookie is set; above it there is a warning, and the cookie is sent all the same."""
    monkeypatch.setitem(CONFIG, "MAX_COOKIE_SIZE", size)
    response = Flasklike("<p>hi")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        response.set_cookie("a", "x" * 4500)

    assert (warns, "text/html; charset=utf-8") == (bool(caught), response.content_type)
    assert 1 == len(response.headers.getlist("Set-Cookie"))
    assert all(f"{size}" in str(warning.message) for warning in caught)
