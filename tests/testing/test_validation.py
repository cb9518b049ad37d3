"""The application that is held to PEP 3333, beside the validator of the standard library."""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Iterable
from typing import BinaryIO, Final, TextIO, cast
from wsgiref.validate import validator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verglas.testing import Client, create_environ
from verglas.wsgi import Environ, StartResponse, WSGIApplication

TYPE: Final = ("Content-Type", "text/plain")

OTHERS: Final[dict[str, list[object]]] = {
    "SCRIPT_NAME": ["", "/", "/a", "a", None],
    "PATH_INFO": ["", "/", "/a", "a", None],
    "QUERY_STRING": ["", "a=1", 1],
    "SERVER_NAME": ["localhost", None],
    "SERVER_PORT": ["80", 80],
    "CONTENT_LENGTH": ["", "0", "3", "-1", "a", "+1", " 1", "\u0663", "1" * 30, 3],
    "HTTP_CONTENT_TYPE": ["text/plain"],
    "HTTP_CONTENT_LENGTH": ["1"],
    "HTTP_X_TAG": ["a", b"a", None],
    "X_OWN": [1, "a"],
    "own.key": [1, "a"],
    "wsgi.version": [(1, 0), [1, 0], "1.0"],
    "wsgi.url_scheme": ["http", "https", "ws", 1],
    "wsgi.input": [io.BytesIO(), io.StringIO(), object(), None],
    "wsgi.errors": [io.StringIO(), sys.stdout, object()],
    "wsgi.multithread": [True, 1],
    "wsgi.multiprocess": [False],
    "wsgi.run_once": [None],
}
"""Keys of environs with values that are right, and with some that are not."""

CHANGES: Final = st.fixed_dictionaries({}, optional={key: st.sampled_from(OTHERS[key]) for key in OTHERS})
MISSING: Final = st.sets(st.sampled_from([*OTHERS]), max_size=1)
STATUSES: Final = st.sampled_from(["200 OK", "204 No Content", "304 Not Modified", "404 ", "099 Low", "100 Continue"])
LINES: Final = st.lists(
    st.sampled_from([TYPE, ("content-TYPE", ""), ("X-Tag", "a"), ("X-Tag", "\u20ac"), ("x_tag", "a")])
    | st.tuples(
        st.sampled_from(["a", "X-", "X_", "1a", "a:", "a\n", "Status", "status\n", "", "\u212a", "a b"])
        | st.text("aZ-_9"),
        st.sampled_from(["", "a\tb", "a\r\nb", "\0", "\x7f", "\x85"]) | st.text(max_size=3),
    ),
    max_size=3,
)


def outcome(client: Client, environ: dict[str, object]) -> tuple[type[Exception], str] | bytes:
    """What a request gives: an error with its text, or the body."""
    with warnings.catch_warnings(), client:
        warnings.simplefilter("error")
        try:
            return client.open(environ).data
        except Exception as error:  # noqa: BLE001  # which is to be compared
            return type(error), str(error)


def both(app: WSGIApplication, environ: dict[str, object]) -> tuple[object, object]:
    """What is found by the validator of the standard library, and by ours."""
    return outcome(Client(validator(app), validate=False), environ), outcome(Client(app), environ)


def answering(status: str, lines: object, exc_info: object = None) -> WSGIApplication:
    """An application with this answer, whatever it is."""

    def app(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        start_response(status, lines, exc_info)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # as said
        return []

    return app


@given(CHANGES, MISSING)
def test_environ_is_judged_as_the_validator_does(changes: dict[str, object], missing: set[str]) -> None:
    """What is let through without asking the validator is what that finds nothing in."""
    environ = {key: value for key, value in {**create_environ(), **changes}.items() if key not in missing}
    app = answering("200 OK", [TYPE])

    theirs, ours = both(app, environ)
    assert theirs == ours


@pytest.mark.parametrize("key", OTHERS)
def test_each_key_is_judged_as_the_validator_does(key: str) -> None:
    """The same, of each value, and of each key that is missing."""
    app = answering("200 OK", [TYPE])
    sound = create_environ()
    environs = [{**sound, key: value} for value in OTHERS[key]] + [{k: sound[k] for k in sound if k != key}]
    for environ in environs:
        theirs, ours = both(app, environ)
        assert theirs == ours


@given(STATUSES, LINES)
def test_head_is_judged_as_the_validator_does(status: str, lines: list[tuple[str, str]]) -> None:
    """The same, of the head of an answer."""
    app = answering(status, lines)

    theirs, ours = both(app, create_environ())
    assert theirs == ours


class Text(str):
    """A text that is not one to the validator, which wants the type itself."""


@pytest.mark.parametrize(
    ("lines", "exc_info"),
    [
        pytest.param((TYPE,), None, id="tuple-of-lines"),
        pytest.param([[*TYPE]], None, id="list-as-line"),
        pytest.param([TYPE, (Text("X-Tag"), "a")], None, id="name-of-a-subclass"),
        pytest.param([TYPE, ("X-Tag", Text("a"))], None, id="value-of-a-subclass"),
        pytest.param([TYPE, ("X-Tag", 1)], None, id="number"),
        pytest.param([TYPE], (ValueError, ValueError(), None), id="exc-info"),
        pytest.param([TYPE], ValueError(), id="exception"),
    ],
)
def test_types_of_a_head_are_judged_as_the_validator_does(lines: object, exc_info: object) -> None:
    """The same, of types that only a mistake has."""
    app = answering("200 OK", lines, exc_info)

    theirs, ours = both(app, create_environ())
    assert theirs == ours


def read_without_a_size(environ: Environ, _: StartResponse) -> Iterable[bytes]:
    """PEP 3333 has servers that need one."""
    return [cast("BinaryIO", environ["wsgi.input"]).read()]


def close_the_input(environ: Environ, _: StartResponse) -> Iterable[bytes]:
    """It is the server's."""
    cast("BinaryIO", environ["wsgi.input"]).close()
    return []


def close_the_errors(environ: Environ, _: StartResponse) -> Iterable[bytes]:
    """They are the server's."""
    cast("TextIO", environ["wsgi.errors"]).close()
    return []


@pytest.mark.parametrize("app", [read_without_a_size, close_the_input, close_the_errors])
def test_streams_are_held_to_their_methods(app: WSGIApplication) -> None:
    """What an application may do with the streams is what PEP 3333 says."""
    with pytest.raises(AssertionError), Client(app) as client:
        client.get("/")


def write_text(_: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """`write` takes bytes."""
    start_response("200 OK", [TYPE])("text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the mistake
    return []


def give_text(_: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """So does the body."""
    start_response("200 OK", [TYPE])
    return ["text"]  # type: ignore[list-item]  # pyright: ignore[reportReturnType]  # the mistake


@pytest.mark.parametrize("app", [write_text, give_text])
def test_body_is_of_bytes(app: WSGIApplication) -> None:
    """Text would be sent by no server."""
    with pytest.raises(AssertionError), Client(app) as client:
        client.get("/")
