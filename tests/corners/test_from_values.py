"""Corners of `Request.from_values`: what Werkzeug's `EnvironBuilder` takes."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Final, cast

import pytest

from verglas import URL, Request
from verglas.headers import Authorization

FORM: Final = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("expected", "request_"),
    [
        pytest.param((b"", None), Request.from_values(data=None), id="data-none"),
        pytest.param((b"", None), Request.from_values(json=None), id="json-none"),
        pytest.param((b"", None), Request.from_values(files=None, input_stream=None), id="files-none"),
        pytest.param((b"", None), Request.from_values(mimetype=None, content_type=None, auth=None), id="others-none"),
        pytest.param(
            (b"", None),
            Request.from_values(headers=None, content_length=None, environ_base=None, environ_overrides=None),
            id="environ-none",
        ),
        pytest.param((b"a=1.5", FORM), Request.from_values(data={"a": 1.5}), id="float"),
        pytest.param((b"a=True", FORM), Request.from_values(data={"a": True}), id="bool"),
        pytest.param((b"a=1&a=2.5", FORM), Request.from_values(data={"a": [1, 2.5]}), id="list-of-numbers"),
        pytest.param((b"b=1", FORM), Request.from_values(data={"a": None, "b": 1}), id="none-is-not-sent"),
        pytest.param((b"x", None), Request.from_values(data=None, input_stream=io.BytesIO(b"x")), id="stream-alone"),
        pytest.param(
            (b"x", None), Request.from_values(data={}, input_stream=io.BytesIO(b"x")), id="stream-and-no-form"
        ),
        pytest.param((b"0", "application/json"), Request.from_values(json=0), id="json-zero"),
        pytest.param((b"[]", "application/json"), Request.from_values(json=[]), id="json-empty"),
        pytest.param((b"null", None), Request.from_values(data="null"), id="json-null-as-text"),
    ],
)
def test_bodies(expected: tuple[bytes, str | None], request_: Request) -> None:
    """`None` stands for nothing given, and numbers are sent as their text."""
    stream = request_.environ["wsgi.input"]

    assert isinstance(stream, io.BytesIO)
    assert expected == (stream.getvalue(), request_.headers.get("Content-Type"))


@pytest.mark.parametrize(
    ("expected", "request_"),
    [
        pytest.param("page=2", Request.from_values(query_string={"page": 2}), id="int"),
        pytest.param("a=1.5&b=True", Request.from_values(query_string={"a": 1.5, "b": True}), id="float-and-bool"),
        pytest.param("a=1&a=2", Request.from_values(query_string={"a": [1, 2]}), id="list"),
        pytest.param("a=1&a=2", Request.from_values(query_string={"a": (1, "2")}), id="tuple"),
        pytest.param("b=", Request.from_values(query_string={"a": None, "b": ""}), id="none-is-not-sent"),
        pytest.param("a=1&a=2", Request.from_values(query_string=[("a", 1), ("a", 2)]), id="pairs"),
        pytest.param("a=1&a=2", Request.from_values(query_string=Request(url="/?a=1&a=2").args), id="query"),
        pytest.param("a=1", Request.from_values("/x", None, {"a": 1}), id="third-positional"),
        pytest.param("b=1", Request.from_values("/x?b=1", None, None), id="third-positional-none"),
    ],
)
def test_queries(expected: str, request_: Request) -> None:
    """A query is a text, or names with texts and numbers."""
    assert expected == request_.query_string.decode()


def test_positions_are_those_of_the_builder() -> None:
    """The first three arguments have the positions that they have there; a URL is taken for its text."""
    request = Request.from_values("/x", "https://h/app", {"a": 1}, method="PUT")
    by_url = Request.from_values(URL.parse("https://h/app/x?a=1"), URL.parse("https://h/app"), method="PUT")

    assert ("PUT", "https://h/app/x?a=1") == (request.method, str(request.url))
    assert request == by_url


@pytest.mark.parametrize(
    "auth",
    [
        pytest.param(("ada", "\xfc"), id="pair"),
        pytest.param(Authorization.parse("Basic YWRhOsO8"), id="value"),
    ],
)
def test_auth(auth: tuple[str, str] | Authorization) -> None:
    """Credentials are a pair for Basic, or what an Authorization is as a value."""
    assert "Basic YWRhOsO8" == Request.from_values(auth=auth).headers["Authorization"]


def test_auth_of_another_scheme() -> None:
    """Any credentials are written as they are."""
    assert "Bearer x" == Request.from_values(auth=Authorization.parse("Bearer x")).headers["Authorization"]


class Named(io.BytesIO):
    """A file that says how it is called, as Werkzeug's FileStorage does."""

    filename = "b.png"
    content_type = None


@pytest.mark.parametrize(
    ("expected", "file"),
    [
        pytest.param(("a.txt", "text/plain"), (io.BytesIO(b"x"), "a.txt"), id="by-name"),
        pytest.param(("a.html", "text/html"), (b"x", "a.html"), id="bytes-by-name"),
        pytest.param(("a.html", "text/html"), (b"x", "a.html", None), id="type-none"),
        pytest.param(("a.html", "a/b"), (b"x", "a.html", "a/b"), id="type-given"),
        pytest.param(("f", "application/octet-stream"), (b"x", None), id="name-none"),
        pytest.param(("a.tar.gz", "application/gzip"), (b"x", "a.tar.gz"), id="rfc6713-compressed"),
        pytest.param(("a.svgz", "image/svg+xml"), (b"x", "a.svgz"), id="svg2-compressed"),
        pytest.param(("b.png", "image/png"), Named(b"x"), id="werkzeug-file-storage"),
    ],
)
def test_files(
    expected: tuple[str, str], file: io.BytesIO | tuple[io.BytesIO | bytes, str | None] | tuple[bytes, str, str | None]
) -> None:
    """A file has the type that is given, that it says itself, or that its name tells."""
    upload = Request.from_values(method="POST", data={"f": file}).files["f"]

    assert (*expected, b"x") == (upload.filename, upload.content_type, upload.read())


def test_an_open_file_is_called_by_its_last_name(tmp_path: Path) -> None:
    """The folders of whoever sends a file are not told, as browsers do not."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"x")
    with path.open("rb") as file:
        upload = Request.from_values(method="POST", files={"f": file}).files["f"]

    assert ("a.csv", "text/csv") == (upload.filename, upload.content_type)


REFUSED: Final[dict[str, Callable[[], object]]] = {
    "bytes-in-a-query": lambda: Request.from_values(query_string={"a": b"x"}),
    "dict-in-a-form": lambda: Request.from_values(data={"a": {"b": 1}}),  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUnknownLambdaType]
    "data-and-json": lambda: Request.from_values(data="", json=1),
    "data-and-stream": lambda: Request.from_values(data="a", input_stream=io.BytesIO()),
    "number-as-data": lambda: Request.from_values(data=5),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUnknownLambdaType]
    "unknown": lambda: Request.from_values(quary="a"),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue, reportUnknownLambdaType]
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str) -> None:
    """What no request can be made of is a `TypeError`."""
    with pytest.raises(TypeError):
        REFUSED[name]()


def test_a_number_of_any_kind() -> None:
    """At run time, whatever has a text is sent as that."""
    amount = cast("float", Decimal("1.50"))  # no number to checkers
    request = Request.from_values(method="POST", data={"a": amount})

    assert "1.50" == request.form["a"]
