"""What middleware adds to every answer, and what becomes of exceptions, under all servers."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic, sleep
from typing import Final
from urllib.parse import urlencode

import pytest
from attrs import frozen

from tests.servers.clients import Answer, ask, connected, head_of, received
from tests.servers.harness import BOUND, FURTHER, SERVERS, UWSGI, Server, serving
from tests.servers.middlewarelog import LOG, PAGE

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
ORIGIN: Final = {"Origin": "https://app.example"}


@frozen
class Served:
    """A server, and the log that its application writes."""

    server: Server
    log: Path
    folder: Path

    def clear(self) -> None:
        """Forget what was logged."""
        self.log.write_text("", encoding="utf-8")

    def logged(self, answer: Answer) -> str:
        """The text of the log, once there is the record of an answer: that of a stream comes after its end."""
        record = f"{answer.by_name['x-request-id']} verglas.access INFO "
        end = monotonic() + BOUND
        while record not in (text := self.log.read_text(encoding="utf-8")):
            assert monotonic() < end, f"no record {record!r} in {text!r}"
            sleep(0.01)
        return text


@pytest.fixture(scope="module", params=[*SERVERS, *FURTHER])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server as a child process; at its end it must have had nothing to say."""
    name = str(request.param)
    if name == "uwsgi" and not UWSGI.exists():
        pytest.skip("there is no uWSGI beside the Python of the tests")
    folder = tmp_path_factory.mktemp("middleware")
    log = folder / "log"
    log.touch()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(LOG, str(log))
        with serving(name, folder, "tests.servers.middlewareapps:serve_middleware") as server:
            yield Served(server, log, folder)
            # The end of the connection is waited for, so that the server is not told to stop while it still has it.
            with connected(server) as connection:
                connection.sendall(head_of("GET", "/guarded/ok", "Connection: close"))
                received(connection)


Asked = tuple[int, str, str, Mapping[str, str], bytes | None]

ANSWERS: Final[dict[str, Asked]] = {
    "200": (200, "GET", "/ok", {}, None),
    "200 of a stream": (200, "GET", "/stream", {}, None),
    "200 to HEAD": (200, "HEAD", "/ok", {}, None),
    "304": (304, "GET", "/cached", {"If-None-Match": '"1"'}, None),
    "404 by routing": (404, "GET", "/nowhere", {}, None),
    "405 by routing": (405, "DELETE", "/ok", {}, None),
    "413 from parsing": (413, "POST", "/form", FORM, b"a=" + 2000 * b"b"),
    "422 of an input": (422, "GET", "/number?n=x", {}, None),
    "500 of an exception": (500, "POST", "/fail", FORM, b"a=1"),
}

ADDED: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'self'",
    "access-control-allow-origin": "https://app.example",
    "access-control-expose-headers": "X-Request-ID",
}


@pytest.mark.parametrize(("status", "method", "path", "headers", "body"), ANSWERS.values(), ids=ANSWERS)
def test_every_answer_has_what_middleware_adds(
    served: Served, status: int, method: str, path: str, headers: Mapping[str, str], body: bytes | None
) -> None:
    """The id of the request, the security headers and those of CORS; and one record of it, with the same id."""

    answer = ask(served.server, method, f"/guarded{path}", body, {**headers, **ORIGIN})
    fields = answer.by_name

    assert status == answer.status
    assert ADDED == {name: fields.get(name) for name in ADDED}
    assert "strict-transport-security" not in fields
    assert re.fullmatch("[0-9a-f]{32}", fields["x-request-id"])
    assert "Origin" in fields["vary"]
    (record,) = [line for line in served.logged(answer).splitlines() if line.startswith(fields["x-request-id"])][-1:]
    place = f'"{method} /guarded{path.partition("?")[0]}" {status} {len(answer.body)}'
    assert f"{fields['x-request-id']} verglas.access INFO {place}" == record


def test_the_handler_has_the_id_of_its_answer(served: Served) -> None:
    """Request after request, however the server shares its threads out."""

    answers = [ask(served.server, "GET", "/guarded/ok") for _ in range(8)]

    assert [answer.by_name["x-request-id"] for answer in answers] == [answer.body.decode() for answer in answers]
    assert 8 == len({answer.body for answer in answers})


SECRET: Final = "s3cret"
SECRETS: Final = {
    **FORM,
    "Cookie": f"session={SECRET}",
    "X-Token": SECRET,
    "Authorization": f"Basic {b64encode(f'ada:{SECRET}'.encode()).decode()}",
}


def failing(served: Served, name: str) -> Answer:
    """The answer of an application whose handler fails, to a request that is full of secrets."""
    body = urlencode({"password": SECRET}).encode()
    return ask(served.server, "POST", f"/{name}/fail?token={SECRET}", body, SECRETS)


def test_an_unexpected_exception(served: Served) -> None:
    """The application's own 500, and one record with the traceback and the place; nothing else of the request."""

    served.clear()
    answer = failing(served, "guarded")
    log = served.logged(answer)
    request_id = answer.by_name["x-request-id"]

    assert (500, PAGE) == (answer.status, answer.body.decode())
    assert 1 == log.count("an unexpected exception: ")
    assert f"{request_id} verglas ERROR an unexpected exception: POST /guarded/fail\n" in log
    assert 1 == log.count("Traceback")
    assert "middlewareapps.Deliberate: it fails with 5 values" in log
    said = [path.read_text(encoding="utf-8") for path in served.folder.iterdir() if path.suffix in (".log", ".stderr")]
    for text in (log, repr(answer), *said):
        assert SECRET not in text
        assert SECRETS["Authorization"].removeprefix("Basic ") not in text


@pytest.mark.parametrize("name", ["asked", "reported"])
def test_reporters_of_errors_get_the_exception(served: Served, name: str) -> None:
    """When they ask for it in the environ, or when the application answers none."""

    served.clear()
    answer = failing(served, name)

    assert (500, b"reported: it fails with 5 values") == (answer.status, answer.body)
    assert "an unexpected exception" not in served.log.read_text(encoding="utf-8")


def test_debuggers_get_the_exception(served: Served) -> None:
    """Werkzeug's shows it, as it is meant to, when the application answers none."""

    pytest.importorskip("werkzeug")
    served.clear()
    answer = failing(served, "debugged")

    # It is a generator, which says its status with its first piece. granian has sent one by then.
    assert (200 if served.server.name == "granian" else 500) == answer.status
    assert b"Deliberate" in answer.body
    assert b"Traceback" in answer.body
    assert "an unexpected exception" not in served.log.read_text(encoding="utf-8")


def test_the_request_after_an_exception_that_the_server_got(served: Served) -> None:
    """It has an id of its own, though nothing took that of the other one away."""

    earlier = failing(served, "reported")
    answer = ask(served.server, "GET", "/guarded/ok")

    assert "x-request-id" not in earlier.by_name
    assert answer.body.decode() == answer.by_name["x-request-id"]
