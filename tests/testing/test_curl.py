"""Commands of curl: what they look like, and that a shell and curl make the same request of them."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Generator
from functools import partial
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import environ_of, posted
from tests.servers.clients import needs_curl
from tests.servers.harness import BOUND, Server, serving
from tests.servers.shownapps import SHOWN
from verglas import URL, Request, Upload
from verglas.testing import SECRETS, parse_message, to_curl
from verglas.testing.strategies import field_values, tokens

SHELLS: Final = [
    pytest.param(shell, marks=pytest.mark.skipif(shutil.which(shell) is None, reason=f"there is no {shell}"), id=shell)
    for shell in ("dash", "bash")
]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param(
            Request(headers={"Accept": "*/*", "User-Agent": "me"}),
            "curl -q \\\n  -H 'Accept: */*' \\\n  -H 'User-Agent: me' \\\n  http://localhost/",
            id="get",
        ),
        pytest.param(
            Request(method="HEAD", url="/{a}/../[b]?x=$HOME&y"),
            "curl -q --head --path-as-is \\\n  -H Accept: -H User-Agent: \\\n"
            "  'http://localhost/%7Ba%7D/../%5Bb%5D?x=$HOME&y'",
            id="head",
        ),
        pytest.param(
            Request(method="OPTIONS", url="*"),
            "curl -q -X OPTIONS --request-target '*' \\\n  -H Accept: -H User-Agent: \\\n  http://localhost/",
            id="asterisk",
        ),
        pytest.param(
            Request(method="POST", url="https://a.example/", headers={"X-A": "", "Content-Type": "a/b"}, body="é's\n"),
            "curl -q --http1.1 \\\n  -H Accept: -H User-Agent: \\\n  -H 'X-A;' \\\n  -H 'Content-Type: a/b' \\\n"
            "  --data-raw 'é'\\''s\n' \\\n  https://a.example/",
            id="text",
        ),
        pytest.param(
            Request(method="POST", body=b"-\0'!%\\\t\n\r\xff7"),
            "printf '\\055\\000\\047\\041%%\\\\\\t\\n\\r\\3777' | curl -q \\\n"
            "  -H Accept: -H User-Agent: -H Content-Type: \\\n  --data-binary @- \\\n  http://localhost/",
            id="binary",
        ),
        pytest.param(
            Request(url="ws://[::1]:8080/", headers={"Host": "a", "X-A": "caf\xe9"}),
            "curl -q --globoff \\\n  -H Accept: -H User-Agent: \\\n  -H 'Host: a' \\\n"
            "  -H \"$(printf 'X-A: caf\\351')\" \\\n  'http://[::1]:8080/'",
            id="another-host",
        ),
        pytest.param(
            Request(environ_of(HTTP_HOST="a b", SERVER_NAME="::1", SERVER_PORT="81")).buffered(),
            "curl -q --globoff \\\n  -H Accept: -H User-Agent: \\\n  -H 'Host: a b' \\\n  'http://[::1]:81/'",
            id="unknown-host",
        ),
        pytest.param(
            Request(url=URL(host="")),
            "curl -q \\\n  -H Accept: -H User-Agent: \\\n  -H 'Host;' \\\n  http://localhost:80/",
            id="no-host",
        ),
        pytest.param(
            Request(method="PUT", headers={"Content-Length": "0", "Expect": "x"}),
            "curl -q -X PUT \\\n  -H Accept: -H User-Agent: -H Content-Type: \\\n  -H 'Expect: x' \\\n"
            "  --data-raw '' \\\n  http://localhost/",
            id="length-of-nothing",
        ),
    ],
)
def test_to_curl(request_: Request, expected: str) -> None:
    """A command names the method, the fields, the body, the URL, and what curl is not to add."""
    assert expected == to_curl(request_)


def test_secrets() -> None:
    """A mask hides the same as in a message."""
    request = Request(method="POST", url="/?token=1", headers={"Cookie": "a=1"}, body=b"x")

    assert "'http://localhost/?token=***'" in to_curl(request, mask=SECRETS)
    assert "-H 'Cookie: a=***'" in to_curl(request, mask=SECRETS)
    assert "-H 'Cookie: a=1'" in to_curl(request)


def test_long_bodies_are_piped() -> None:
    """A long body is no word of the command, and curl does not ask whether to send it."""
    command = to_curl(Request(method="POST", body=b"a" * 1025))

    assert command.startswith(f"printf '{'a' * 1025}' | curl -q ")
    assert " -H Expect: " in command


def test_refused() -> None:
    """What streams, and what curl cannot send, is refused."""
    with pytest.raises(TypeError, match=r"Request\.buffered\(\)"):
        to_curl(Request(posted(b"hi")))
    with pytest.raises(ValueError, match=r"no HEAD request with a body; write request\.replace\(method='GET'\)"):
        to_curl(Request(method="HEAD", body=b"a"))


# By a shell


@pytest.fixture(scope="module", params=["waitress", "gunicorn-sync"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A server that shows what it was sent."""
    name = str(request.param)
    with serving(name, tmp_path_factory.mktemp(name), "tests.servers.shownapps:show") as running:
        yield running


def run(shell: str, command: str) -> Request:
    """The request that reaches the server when a shell runs a command."""
    done = subprocess.run(
        [shell, "-c", f'curl() {{ command curl "$@" --silent --show-error --include --max-time {BOUND}; }}\n{command}'],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
    )
    assert (0, b"") == (done.returncode, done.stderr), command
    (line,) = [line for line in done.stdout.split(b"\r\n") if line.lower().startswith(SHOWN.lower().encode())]
    shown = parse_message(base64.b64decode(line.partition(b":")[2]))
    assert isinstance(shown, Request)
    return shown


def assert_same(request: Request, shell: str) -> None:
    """Assert that a shell and curl send a request as it is: with the same values as by way of its own environ."""
    expected = Request(request.environ).buffered()
    sent = run(shell, to_curl(request))

    assert (expected.method, expected.data) == (sent.method, sent.data)
    assert (expected.url.raw_path, expected.url.query_string) == (sent.url.raw_path, sent.url.query_string)
    assert dict(expected.headers) == dict(sent.headers)


def at(server: Server, target: str = "/") -> URL:
    """A URL of the server."""
    host, port = server.address
    return URL.parse(f"http://{host}:{port}{target}")


TABLE: Final = {
    "get": partial(Request),
    "post": partial(Request, method="POST", body="a=1"),
    "post-of-nothing": partial(Request, method="POST"),
    "put-of-nothing-with-a-length": partial(Request, method="PUT", headers={"Content-Length": "0"}),
    "get-with-a-body": partial(Request, body="x"),
    "head": partial(Request, method="HEAD", headers={"X-A": "1"}),
    "delete": partial(Request, method="DELETE"),
    "query": partial(Request, method="QUERY", headers={"Content-Type": "text/plain"}, body="select"),
    "own-user-agent": partial(Request, headers={"User-Agent": "me", "Accept": "text/html"}),
    "empty-values": partial(Request, headers={"X-A": "", "User-Agent": "", "Accept": ""}),
    "another-host": partial(Request, headers={"Host": "another.example:81"}),
    "quotes": partial(Request, headers={"X-A": 'it\'s "$HOME" `id` \\ !! %s ; & | > < # ~ *'}),
    "latin-1": partial(Request, headers={"X-A": "caf\xe9 $(id) 'x' %d \\n !"}),
    "utf-8": partial(Request, headers={"X-A": "café".encode().decode("latin-1")}),
    "tab": partial(Request, headers={"X-A": "a\tb"}),
    "at-sign": partial(Request, method="POST", body="@/etc/passwd"),
    "nul": partial(Request, method="POST", body=b"\0\0001\0"),
    "every-octet": partial(Request, method="POST", body=bytes(range(256)) * 2),
    "line-ends": partial(Request, method="POST", body="a\r\nb\n\n"),
    "lines": partial(Request, method="POST", body="a\nb\n\n"),
    "dash": partial(Request, method="POST", body=b"-n\0"),
    "dashes": partial(Request, method="POST", body=b"--data\n"),
    "percent": partial(Request, method="POST", body=b"%s%d%\0"),
    "octal-digits": partial(Request, method="POST", body=b"\x01234\xff777"),
    "emoji": partial(Request, method="POST", body="\U0001f600 é"),
    "expect": partial(Request, method="POST", body=b"a" * 70_000),
    "cookies": partial(Request, headers=[("Cookie", "a=1"), ("X-A", "1"), ("cookie", "b=2")]),
}


@needs_curl
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", TABLE)
def test_run_by_a_shell(server: Server, shell: str, name: str) -> None:
    """A command that a shell runs sends the same request."""
    assert_same(TABLE[name](url=at(server)), shell)


@needs_curl
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "target",
    [
        pytest.param("/a/../b/./c/%2e%2e/d", id="dots"),
        pytest.param("/a{b,c}[1-3]?d={e,f}[x]", id="globs"),
        pytest.param("/%00%FF%20?%00=%&&=;+'\"", id="escapes"),
        pytest.param("/?", id="empty-query"),
        pytest.param("/a?b?c/../d", id="query"),
        pytest.param("/caf\xe9?\xe9", id="iri"),
    ],
)
def test_targets(server: Server, shell: str, target: str) -> None:
    """The target of a request is left as it is."""
    assert_same(Request(url=at(server, target)), shell)


@needs_curl
def test_several_lines(server: Server) -> None:
    """Several lines of one field stay that; the server joins them."""
    command = to_curl(Request(url=at(server), headers=[("X-Tag", "a"), ("x-tag", "b")]))

    assert ["a", "b"] == run("sh", command).headers["X-Tag"].replace(" ", "").split(",")
    assert "-H 'X-Tag: a' \\\n  -H 'x-tag: b'" in command


@needs_curl
def test_asterisk(server: Server) -> None:
    """`OPTIONS *` is sent as that."""
    sent = run("sh", to_curl(Request(method="OPTIONS", url=at(server).replace(path="*"))))

    assert ("OPTIONS", "*") == (sent.method, sent.url.target)


@needs_curl
@pytest.mark.parametrize("shell", SHELLS)
def test_forms(server: Server, shell: str) -> None:
    """A form with a file is sent byte by byte."""
    form = Request.from_values(
        method="POST",
        data={"title": "it's"},
        files={"f": Upload("f", 'a"b\r\n.bin', b"\0\xff\r\n")},
    )

    assert_same(form.replace(url=at(server)), shell)


FIELD_NAMES: Final = tokens().map(lambda name: "X-" + name.replace("_", "-"))


@st.composite
def sent_requests(draw: st.DrawFn) -> Request:
    """Requests whose URL is still to be that of the server."""
    method = draw(st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "M-SEARCH"]))
    target = draw(st.text("ab/.~%[]{}'$&=;()*!@,?", max_size=12))
    return Request(
        method=method,
        url="/a" + target,
        headers=draw(st.dictionaries(FIELD_NAMES, field_values(), max_size=4)),
        body=draw(st.binary(max_size=20) | st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace"))),
    )


@needs_curl
@pytest.mark.parametrize("shell", SHELLS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=sent_requests())
def test_any_request(server: Server, shell: str, request: Request) -> None:
    """A command of any request sends that."""
    host, port = server.address
    assert_same(request.replace(url=request.url.replace(host=f"{host}:{port}")), shell)
