"""Recorded exchanges of real servers: clients get what they get without, and a replay without a server is the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.servers.clients import Answer, ask
from tests.servers.harness import SERVERS, serving
from tests.servers.recordedapps import RECORDING, answer
from verglas.testing import SECRETS, read_recording, replay

BODY: Final = b"\xff\x00body " * 1000

# waitress is told to stop at once, perhaps before it has closed a connection whose client has gone.
CONNECTIONS: Final = re.compile(
    r"Exception ignored in: <socket\.socket [^\n]*>\n"
    r"(?:Traceback [^\n]*\n(?:  [^\n]*\n)+)?"
    r"ResourceWarning: unclosed <socket\.socket [^\n]*\n"
)


@pytest.mark.parametrize("name", SERVERS)
def test_recorded_and_replayed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, parts of files, bodies of any framing: all is recorded as it was sent, without its secrets."""
    path = tmp_path / "exchanges.jsonl"
    monkeypatch.setenv(RECORDING, str(path))
    with serving(name, tmp_path, "tests.servers.recordedapps:recorded", CONNECTIONS) as server:
        answers: list[Answer] = [
            ask(server, "GET", "/", headers={"Cookie": "session=hunter2"}),
            ask(server, "HEAD", "/style.css"),
            ask(server, "GET", "/style.css?caf%C3%A9=1"),
            ask(server, "GET", "/range/silence.wav", headers={"Range": "bytes=40-49"}),
            ask(server, "GET", "/caf%C3%A9"),
            ask(server, "POST", "/echo", BODY, {"Content-Type": "application/octet-stream"}),
        ]
        if server.decodes_chunks:
            answers.append(ask(server, "POST", "/chunked", [BODY[:7], BODY[7:]]))
    # An answer may have reached its client, who asks for more, before the server closes it.
    exchanges = sorted(read_recording(path), key=lambda exchange: exchange.time)

    assert [(one.status, one.body) for one in answers] == [
        (one.answer.response.status_code, one.answer.body) for one in exchanges if one.answer is not None
    ]
    assert BODY == exchanges[5].request.data == exchanges[-1].request.data
    assert "/caf\xe9" == exchanges[4].request.path
    assert b"hunter2" not in path.read_bytes()
    assert [] == [one for one in exchanges if not (one.is_whole and one.answer is not None and one.answer.is_whole)]
    assert () == replay(exchanges, answer, mask=SECRETS, ignore=["ETag"])
