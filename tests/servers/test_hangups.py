"""Answers that stream and clients that go away, under four servers."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection
from socket import SHUT_WR

import pytest

from tests.kit import multipart
from tests.servers.clients import ask, connected, head_of, received
from tests.servers.harness import BOUND, Gate, Marks, Server

FORM = multipart(('name="a"', b"x" * 4000))

# What is sent of a body of 100,000 bytes before the client goes away, and who reads it.
HALF_BODIES = [
    pytest.param("/read-whole", "application/octet-stream", b"x" * 4000, id="data"),
    pytest.param("/read-whole", "application/octet-stream", b"", id="data-nothing-came"),
    pytest.param("/read-whole", "application/x-www-form-urlencoded", b"a=1&b=" + b"x" * 4000, id="urlencoded"),
    pytest.param("/read-whole", "multipart/form-data; boundary=b", FORM[:3000], id="multipart"),
    # The form is whole, the body is not: what should have followed is unknown.
    pytest.param("/read-whole", "multipart/form-data; boundary=b", FORM, id="multipart-whole-form"),
    pytest.param("/read-piecewise", "application/octet-stream", b"x" * 4000, id="stream"),
]


@pytest.mark.parametrize(("path", "content_type", "sent"), HALF_BODIES)
def test_half_a_body(server: Server, prefix: str, marks: Marks, path: str, content_type: str, sent: bytes) -> None:
    """A client that goes away in the middle of its body: the handler gets `ClientDisconnected`, never half a body."""
    lines = [f"Content-Type: {content_type}", "Content-Length: 100000"]
    with connected(server) as connection:
        connection.sendall(head_of("POST", f"{prefix}{path}?marks={marks.path}", *lines) + sent)
        if not server.takes_bodies_whole:
            marks.until("called")

    assert after_hang_up(server, marks) == ([] if server.takes_bodies_whole else ["called", "ClientDisconnected"])


@pytest.mark.parametrize("path", ["/read-whole", "/read-piecewise"])
def test_half_a_chunk(server: Server, prefix: str, marks: Marks, path: str) -> None:
    """The same in the middle of a chunk, where the server decodes them."""
    if not server.decodes_chunks:
        pytest.skip("hands chunks over undecoded: a 411 before anything is read")
    with connected(server) as connection:
        head = head_of("POST", f"{prefix}{path}?marks={marks.path}", "Transfer-Encoding: chunked")
        connection.sendall(head + b"3\r\nabc\r\nff\r\nabc")
        if not server.takes_bodies_whole:
            marks.until("called")

    assert after_hang_up(server, marks) == ([] if server.takes_bodies_whole else ["called", "ClientDisconnected"])


def after_hang_up(server: Server, marks: Marks) -> list[str]:
    """All marks of a request whose client went away.

    waitress takes a body whole before it calls the application, which is never called here: it has noticed when it
    answers somebody who came later.
    """
    if server.takes_bodies_whole:
        assert 200 == ask(server, "GET", "/greeting").status
        return marks.so_far()
    return marks.until("ClientDisconnected")


def test_shut_down_for_writing(server: Server, prefix: str) -> None:
    """A client that ends its body early but still listens is told: 400."""
    if server.takes_bodies_whole:
        pytest.skip("drops a connection whose body ended early")
    with connected(server) as connection:
        connection.sendall(head_of("POST", f"{prefix}/data", "Content-Length: 10", "Connection: close") + b"abc")
        connection.shutdown(SHUT_WR)
        message = received(connection)

    assert b"400" == message.split(b" ", 2)[1]
    assert b"The request body ended early." in message


def test_stream(server: Server, prefix: str, gate: Gate) -> None:
    """What a handler yields is sent at once: the client has it while the handler still waits for the client."""
    with closing(HTTPConnection(*server.address, timeout=BOUND)) as connection:
        connection.request("GET", f"{prefix}/stream?gate={gate.path}")
        response = connection.getresponse()
        first = response.read(len(b"first\n"))
        gate.open()
        rest = response.read()

    assert (b"first\n", b"second\n") == (first, rest)
    assert response.getheader("Content-Length") is None


def test_endless(server: Server, prefix: str, marks: Marks) -> None:
    """A client that goes away in the middle of an answer: generator and response are closed, in this order, once."""
    with closing(HTTPConnection(*server.address, timeout=BOUND)) as connection:
        connection.request("GET", f"{prefix}/endless?marks={marks.path}")
        response = connection.getresponse()
        assert response.read(1000)
        response.close()

    assert ["begun", "generator closed", "response closed"] == marks.until("response closed")
    assert 200 == ask(server, "GET", "/greeting").status
    assert 3 == len(marks.so_far())


def test_head_of_endless(server: Server, prefix: str, marks: Marks) -> None:
    """HEAD closes a response whose generator never begins."""
    answer = ask(server, "HEAD", f"{prefix}/endless?marks={marks.path}")

    assert (200, b"") == (answer.status, answer.body)
    assert ["response closed"] == marks.until("response closed")
