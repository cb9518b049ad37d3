"""Environs of the testing kit beside those that servers make of the same request: key by key."""

from __future__ import annotations

import json
from typing import Final

import pytest
from attrs import frozen

from tests.servers.clients import connected, received
from tests.servers.environapps import tell
from tests.servers.harness import Server
from verglas.testing import call, create_environ


@pytest.fixture(scope="module")
def application() -> str:
    """Served here: an application that tells its environ."""
    return "tests.servers.environapps:tell"


CLOSE: Final = ("Connection", "close")


@frozen
class Sent:
    """A request as a client sends it.

    Attributes:
        method: The method.
        target: The path and query, as they are sent.
        headers: The header fields but Host, Connection and Content-Length.
        body: The body.
    """

    method: str = "GET"
    target: str = "/"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def message(self, host: str) -> bytes:
        """What goes over the socket."""
        length = [f"Content-Length: {len(self.body)}"] if self.body else []
        lines = [f"Host: {host}", "Connection: close", *[f"{name}: {value}" for name, value in self.headers], *length]
        return "\r\n".join([f"{self.method} {self.target} HTTP/1.1", *lines, "", ""]).encode("latin-1") + self.body

    def environ(self, host: str) -> dict[str, object]:
        """What the kit makes of it."""
        return create_environ(
            self.target, f"http://{host}/", method=self.method, headers=(CLOSE, *self.headers), data=self.body
        )


REQUESTS: Final = {
    "get": Sent(),
    "query": Sent(target="/a/b?c=1&d=%C3%A9&e=a+b"),
    "escaped": Sent(target="/caf%C3%A9/a%2Fb%20c/%FF?%FF"),
    "slashes": Sent(target="/a//b/./c/../"),
    "form": Sent("POST", "/", (("Content-Type", "application/x-www-form-urlencoded"),), b"a=1&b=%C3%A9"),
    "json": Sent("PUT", "/", (("Content-Type", "application/json; charset=utf-8"),), b'{"a": "\xc3\xa9"}'),
    "head": Sent("HEAD", "/?a"),
    "own-method": Sent("QUERY", "/", (("Content-Type", "text/plain"),), b"select"),
    "headers": Sent(headers=(("Accept", "text/html, */*;q=0.5"), ("X-Tag", "a  b"), ("x-UPPER", "\xe9"))),
    "cookies": Sent(headers=(("Cookie", "a=1; b=2"),)),
    "repeated": Sent(headers=(("X-Tag", "a"), ("x-tag", "b"))),
    "repeated-cookies": Sent(headers=(("Cookie", "a=1"), ("Cookie", "b=2"))),
    "connection": Sent(headers=(("TE", "trailers"), ("Upgrade", "h2c"))),
    "authorization": Sent(headers=(("Authorization", "Basic dTpw"),)),
    "asterisk": Sent("OPTIONS", "*"),
}

SERVERS_OWN: Final = {
    "REMOTE_ADDR": "of the client: the kit has no connection, and leaves it to environ_base",
    "REMOTE_HOST": "of the client",
    "REMOTE_PORT": "of the client",
    "SERVER_NAME": "the Host's in the kit; of gunicorn the address of the socket, of waitress a setting",
    "SERVER_SOFTWARE": "the name of the server",
    "gunicorn.socket": "gunicorn's own",
    "waitress.client_disconnected": "waitress' own",
    "wsgi.early_hints": "gunicorn's own",
    "wsgi.errors": "a stream of the server",
    "wsgi.file_wrapper": "optional (PEP 3333): the kit sends no files",
    "wsgi.input_terminated": "the server ends the stream where the body ends; the kit's is all there is",
    "wsgi.multithread": "how the server runs",
}
"""Keys that a server's environ may have otherwise, with the reason."""

TARGETS: Final = {"gunicorn": "RAW_URI", "waitress": "REQUEST_URI"}
"""The name that a server has for the target as it was sent: the kit has both, for applications that read either."""

JOINED: Final = {
    ("waitress", "HTTP_COOKIE"): ("a=1; b=2", "a=1, b=2"),
    ("gunicorn", "HTTP_COOKIE"): ("a=1; b=2", "a=1,b=2"),
    ("gunicorn", "HTTP_X_TAG"): ("a, b", "a,b"),
}
"""How the lines of one name are joined: with a comma alone, as gunicorn does, or with a space after it (RFC 9110 §5.3);
cookies with a semicolon, since a comma is part of a cookie (RFC 6265bis §5.8.3, RFC 9113 §8.2.3). Two Cookie lines are
what no browser sends in HTTP/1.1.
"""


def told(environ: dict[str, object]) -> dict[str, object]:
    """An environ as the application tells it."""
    answer = call(tell, environ)
    values: dict[str, object] = json.loads(answer.headers["X-Environ"])
    return values


@pytest.mark.parametrize("name", REQUESTS)
def test_environ_is_that_of_a_server(server: Server, name: str) -> None:
    """What the kit makes of a request, gunicorn and waitress make of it, too."""
    kind = server.name.partition("-")[0]
    if kind == "wsgiref":
        pytest.skip("wsgiref's environ has the environment variables of its process, and says text/plain of no body")
    host = f"127.0.0.1:{server.address[1]}"
    with connected(server) as connection:
        connection.sendall(REQUESTS[name].message(host))
        head = received(connection).partition(b"\r\n\r\n")[0]
    theirs: dict[str, object] = json.loads(head.partition(b"X-Environ: ")[2].partition(b"\r\n")[0])
    ours = told(REQUESTS[name].environ(host))

    different = {
        key: (ours.get(key), theirs.get(key))
        for key in ours.keys() | theirs.keys()
        if ours.get(key) != theirs.get(key) and key not in SERVERS_OWN
    }
    target = REQUESTS[name].target
    [other] = set(TARGETS.values()) - {TARGETS[kind]}
    joined = {key: values for (of, key), values in JOINED.items() if of == kind and ours.get(key) == values[0]}
    if not name.startswith("repeated"):
        joined = {}

    assert {other: (target, None), **joined} == different
