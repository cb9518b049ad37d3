"""CORS and cross-origin protection by real servers: each answer has its fields, whatever it is about."""

from __future__ import annotations

from typing import Final

import pytest

from tests.servers.clients import Answer, ask
from tests.servers.corsapps import APP
from tests.servers.harness import Server

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}

KINDS: Final[dict[str, tuple[int, str, str, bytes | None, dict[str, str]]]] = {
    "200": (200, "GET", "/note", None, {}),
    "200-head": (200, "HEAD", "/note", None, {}),
    "200-form": (200, "POST", "/form", b"a=1", FORM),
    "204-options": (204, "OPTIONS", "/note", None, {}),
    "304": (304, "GET", "/note", None, {"If-None-Match": '"1"'}),
    "404-by-routing": (404, "GET", "/none", None, {}),
    "405-by-routing": (405, "POST", "/note", b"", {}),
    "413-by-parsing": (413, "POST", "/form", b"a=" + b"1" * 20, FORM),
    "422": (422, "GET", "/page?page=x", None, {}),
    "500": (500, "GET", "/broken", None, {}),
}


@pytest.fixture(scope="module")
def application() -> str:
    """The API."""
    return "tests.servers.corsapps:serve_api"


def cors_fields(answer: Answer) -> dict[str, str]:
    """The fields of CORS of an answer."""
    return {name: value for name, value in answer.by_name.items() if name.startswith("access-control-")}


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer(server: Server, kind: str) -> None:
    """An answer to an allowed origin can be read there, one to no origin by none; both depend on who asks."""
    status, method, path, body, headers = KINDS[kind]
    shared = ask(server, method, path, body, headers | {"Origin": APP})
    alone = ask(server, method, path, body, headers)

    assert (status, status) == (shared.status, alone.status)
    assert {
        "access-control-allow-origin": APP,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "X-Trace",
    } == cors_fields(shared)
    assert {} == cors_fields(alone)
    assert "Origin" in shared.by_name["vary"].split(", ")
    assert shared.by_name["vary"] == alone.by_name["vary"]


@pytest.mark.parametrize("kind", KINDS)
def test_another_origin(server: Server, kind: str) -> None:
    """An origin that is not allowed can read no answer, and change nothing."""
    status, method, path, body, headers = KINDS[kind]
    answer = ask(server, method, path, body, headers | {"Origin": "https://evil.example"})

    assert (403 if method == "POST" else status) == answer.status
    assert {} == cors_fields(answer)
    assert "Origin" in answer.by_name["vary"].split(", ")


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        pytest.param(
            APP,
            {
                "access-control-allow-origin": APP,
                "access-control-allow-credentials": "true",
                "access-control-allow-methods": "PUT",
                "access-control-allow-headers": "X-A",
            },
            id="allowed",
        ),
        pytest.param("https://evil.example", {}, id="not-allowed"),
        pytest.param("null", {}, id="null"),
    ],
)
@pytest.mark.parametrize("path", ["/note", "/none", "/broken"])
def test_preflight(server: Server, path: str, origin: str, expected: dict[str, str]) -> None:
    """A preflight is a 204 wherever it is sent to."""
    asked = {"Origin": origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-a,x-b"}
    answer = ask(server, "OPTIONS", path, None, asked)

    assert (204, b"", expected) == (answer.status, answer.body, cors_fields(answer))
