"""Corners of mistakes with requests and URLs: the message says what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from verglas import URL, Request

MISTAKES: Final[dict[str, tuple[str, Callable[[], object]]]] = {
    "path-as-environ": (r"environ is str, .* write Request\(url=\.\.\.\)", lambda: Request("/x")),  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    "url-as-environ": ("environ is URL", lambda: Request(URL())),  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    "replace-query": (r"write with_query\(", lambda: URL().replace(query={"a": "1"})),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue, reportUnknownLambdaType]
    "replace-fragment": (r'write join\("#', lambda: URL().replace(fragment="a")),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue, reportUnknownLambdaType]
    "replace-port": ("write host='name:port'", lambda: URL().replace(port=80)),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue, reportUnknownLambdaType]
    "replace-unknown": ("takes .*'query_string'", lambda: URL().replace(pth="/")),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue, reportUnknownLambdaType]
    "request-replace-path": (r"write url=request\.url\.replace\(path=", lambda: Request().replace(path="/x")),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue, reportUnknownLambdaType]
    "request-replace-args": (r"write url=request\.url\.with_query\(", lambda: Request().replace(args={})),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue, reportUnknownLambdaType]
    "request-replace-json": ("write body=", lambda: Request().replace(json=1)),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue, reportUnknownLambdaType]
    "request-replace-state": (r"request\.with_state\(", lambda: Request().replace(state=1)),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue, reportUnknownLambdaType]
    "request-unknown": ("made of method, url, headers", lambda: Request(pth="/")),  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
}


@pytest.mark.parametrize("name", MISTAKES)
def test_says_what_to_write(name: str) -> None:
    """A call that checkers refuse is a `TypeError` that names what was meant."""
    message, make = MISTAKES[name]

    with pytest.raises(TypeError, match=message):
        make()


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param("use request.replace(url=request.url.replace(path=...))", "path", id="werkzeug-path"),
        pytest.param("use request.replace(url=request.url.replace(host=...))", "host", id="host"),
        pytest.param("use request.replace(url=request.url.with_query(...))", "args", id="args"),
        pytest.param("use request.replace(method=...)", "method", id="method"),
        pytest.param("use request.replace(body=...)", "data", id="data"),
        pytest.param("request.headers.with_(...)", "content_type", id="content-type"),
        pytest.param("request.headers.with_(...)", "cookies", id="cookies"),
        pytest.param("limits=Limits(max_content_length=...)", "max_content_length", id="limit-of-the-class"),
        pytest.param("limits=... is given where the request is made", "limits", id="limits"),
        pytest.param("goes into with_state(...)", "user", id="kay-user"),
        pytest.param("goes into with_state(...)", "state", id="state"),
    ],
)
def test_assignment_says_how_a_copy_is_changed(expected: str, name: str) -> None:
    """Each name says what changes it in a copy; one of the application's own goes into the state."""
    with pytest.raises(AttributeError) as caught:
        setattr(Request(), name, None)

    assert f"Request.{name} cannot be set" in str(caught.value)
    assert expected in str(caught.value)
