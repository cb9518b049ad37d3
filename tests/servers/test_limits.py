"""What is too large, under four servers: a 413 that names its limit, whether the client said the length or not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from socket import SHUT_WR
from typing import Final, TypeAlias

import pytest

from tests.servers.clients import ask, ask_refused, connected, head_of, multipart, received
from tests.servers.harness import Server
from verglas import JSONValue

KIB: Final = 1024
MANY: Final = 8 * KIB * KIB  # bytes: more than any socket holds on the way

Made: TypeAlias = tuple[bytes, dict[str, str]]

REFUSED: Final = (b"400", b"413")

URLENCODED: Final = {"Content-Type": "application/x-www-form-urlencoded"}


def json_body(size: int) -> Made:
    """JSON of a size."""
    return json.dumps({"text": "x" * (size - 12)}).encode(), {"Content-Type": "application/json"}


def urlencoded_body(size: int) -> Made:
    """An urlencoded form of a size, with one field."""
    return b"a=" + b"x" * (size - 2), URLENCODED


def multipart_body(size: int) -> Made:
    """A multipart form with one field of a size."""
    return multipart({"a": "x" * size})


def raw_body(size: int) -> Made:
    """Data of a size."""
    return b"x" * size, {"Content-Type": "application/octet-stream"}


# How the body is made, where it goes, and the limit that the answer names.
ROWS: Final = [
    pytest.param(json_body, "memory", "max_body_memory", id="json"),
    pytest.param(urlencoded_body, "memory", "max_body_memory", id="urlencoded"),
    pytest.param(urlencoded_body, "field", "max_form_memory_size", id="urlencoded-field"),
    pytest.param(multipart_body, "memory", "max_body_memory", id="multipart"),
    pytest.param(multipart_body, "field", "max_form_memory_size", id="multipart-field"),
    pytest.param(raw_body, "memory", "max_body_memory", id="data"),
    pytest.param(json_body, "length", "max_content_length", id="json-length"),
    pytest.param(urlencoded_body, "length", "max_content_length", id="urlencoded-length"),
    pytest.param(multipart_body, "length", "max_content_length", id="multipart-length"),
    pytest.param(raw_body, "length", "max_content_length", id="data-length"),
]


def cut(body: bytes, size: int) -> Iterator[bytes]:
    """The body in pieces, which http.client sends as chunks."""
    for start in range(0, len(body), size):
        yield body[start : start + size]


def limit_of(problem: JSONValue) -> JSONValue:
    """The name of the limit that a problem tells of."""
    match problem:
        case {"limit": {"name": name}}:
            return name
        case _:
            return None


@pytest.mark.parametrize("chunked", [pytest.param(False, id="length"), pytest.param(True, id="chunked")])
@pytest.mark.parametrize(("make", "where", "knob"), ROWS)
def test_too_large(
    server: Server, prefix: str, make: Callable[[int], Made], where: str, knob: str, chunked: bool
) -> None:
    """Two KiB where one is allowed are a 413 that names the limit."""
    if chunked and not server.decodes_chunks:
        pytest.skip("hands chunks over undecoded: a 411 before anything is read")
    body, headers = make(2 * KIB)

    answer = ask(
        server,
        "POST",
        f"{prefix}/limited/{where}",
        cut(body, 500) if chunked else body,
        headers | {"Accept": "application/json"},
    )

    assert (413, knob) == (answer.status, limit_of(answer.json))


@pytest.mark.parametrize("chunked", [pytest.param(False, id="length"), pytest.param(True, id="chunked")])
@pytest.mark.parametrize(("make", "charge"), [(json_body, 0), (urlencoded_body, 128), (raw_body, 0)])
def test_exactly_enough(server: Server, prefix: str, make: Callable[[int], Made], charge: int, chunked: bool) -> None:
    """What is as large as allowed is read; of memory, a field of a form is charged more than its text."""
    if chunked and not server.decodes_chunks:
        pytest.skip("hands chunks over undecoded: a 411 before anything is read")
    bodies = {"memory": make(KIB - charge), "length": make(KIB)}

    answers = [
        ask(server, "POST", f"{prefix}/limited/{where}", cut(body, 100) if chunked else body, headers)
        for where, (body, headers) in bodies.items()
    ]

    assert [200, 200] == [answer.status for answer in answers]


@pytest.mark.parametrize("chunked", [pytest.param(False, id="length"), pytest.param(True, id="chunked")])
@pytest.mark.parametrize("where", ["memory", "length"])
def test_much_too_large(server: Server, prefix: str, where: str, chunked: bool) -> None:
    """A large body that is refused need not be read to its end: a 413, or a reset when the client sends on."""
    length = {} if chunked else {"Content-Length": str(MANY)}
    pieces = (b"x" * (64 * KIB) for _ in range(MANY // (64 * KIB)))

    status = ask_refused(server, f"{prefix}/limited/{where}", pieces, {"Content-Type": "a/b"} | length)

    assert status in (413 if server.decodes_chunks or not chunked else 411, None)


def test_serves_after_refusing(server: Server, prefix: str) -> None:
    """A body that was refused leaves nothing behind for the next request."""
    for _ in range(3):
        body, headers = raw_body(2 * KIB)
        assert 413 == ask(server, "POST", f"{prefix}/limited/length", body, headers).status

    assert 200 == ask(server, "GET", f"{prefix}/greeting").status


@pytest.mark.parametrize("length", ["-1", "+5", "5, 5", "0x5", "5_0", "1" * 19])
def test_length_that_is_none(server: Server, length: str) -> None:
    """A length that cannot be right is a 400 (by the server or by us), and the body is nobody's next request."""
    with connected(server) as connection:
        connection.sendall(head_of("POST", "/data", f"Content-Length: {length}", "Connection: close"))
        connection.shutdown(SHUT_WR)
        message = received(connection)

    assert message.split(b" ", 2)[1] in REFUSED


def test_length_and_chunks(server: Server) -> None:
    """Both framings at once: the connection's parties may disagree about where the body ends (RFC 9112 §6.3)."""
    lines = ["Content-Length: 3", "Transfer-Encoding: chunked", "Connection: close"]
    with connected(server) as connection:
        connection.sendall(head_of("POST", "/data", *lines) + b"3\r\nabc\r\n0\r\n\r\n")
        message = received(connection)

    # waitress drops the length, as RFC 9112 §6.3 allows, and hands over what the chunks held.
    assert message.split(b" ", 2)[1] == (b"200" if server.name == "waitress" else b"400")
