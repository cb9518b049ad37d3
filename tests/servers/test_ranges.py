"""Conditions and ranges by the clients that people use: curl, and downloads that go on where they stopped."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pytest

from tests.data.conditions import AFTER, BEFORE, BODY, CONDITIONS, ETAG, MODIFIED, RANGES, Condition, RangeShape
from tests.data.matrix import SIZE, content
from tests.servers.clients import Answer, ask, curl, needs_curl
from tests.servers.harness import BOUND, RESPONSES, Server

WGET: Final = shutil.which("wget")

needs_wget: Final = pytest.mark.skipif(WGET is None, reason="there is no wget on the PATH")


@pytest.fixture(scope="module")
def application() -> str:
    """Responses of every kind."""
    return RESPONSES


def conditional(prefix: str, **parts: object) -> str:
    """Where the representation of the tables is served."""
    return f"{prefix}/conditions?" + urlencode({name: value for name, value in parts.items() if value is not None})


def header_options(fields: tuple[tuple[str, str], ...]) -> list[str]:
    """The fields as options of curl."""
    return [option for name, value in fields for option in ("--header", f"{name}: {value}")]


def check(answer: Answer, expected: int, slices: tuple[tuple[int, int], ...], method: str = "GET") -> None:
    """Status, Content-Range and body."""
    found = answer.status, answer.by_name.get("content-range"), answer.body
    body = b"" if method == "HEAD" else BODY
    if expected == 206 and len(slices) == 1:
        start, stop = slices[0]
        assert (206, f"bytes {start}-{stop - 1}/{len(BODY)}", BODY[start:stop]) == found
    elif expected == 206:
        assert (206, None, [(f"bytes {a}-{b - 1}/{len(BODY)}", BODY[a:b]) for a, b in slices]) == (
            *found[:2],
            parts_of(answer),
        )
    elif expected == 416:
        assert (416, f"bytes */{len(BODY)}", b"") == found
    else:
        assert (expected, None, b"" if expected in (304, 412) else body) == found


def parts_of(answer: Answer) -> list[tuple[str, bytes]]:
    """Content-Range and content of each part, taken apart as simply as can be (RFC 9110 §14.6)."""
    media_type, _, boundary = answer.by_name["content-type"].partition("; boundary=")
    _, *parts, tail = (b"\r\n" + answer.body).split(b"\r\n--" + boundary.strip('"').encode())

    assert ("multipart/byteranges", b"--\r\n") == (media_type, tail)
    split = [part.partition(b"\r\n\r\n") for part in parts]
    return [(head.partition(b"Content-Range: ")[2].split(b"\r\n")[0].decode(), body) for head, _, body in split]


def refuses_to_validate(prefix: str, status: int) -> bool:
    """Whether wsgiref's validator wants a Content-Type of an answer that has no content."""
    return bool(prefix) and status in (412, 416)


@needs_curl
@pytest.mark.parametrize("row", CONDITIONS, ids=lambda row: row.id)
def test_condition(server: Server, row: Condition) -> None:
    """Each row of RFC 9110 §13.2.2 comes out as it does in the pure functions."""
    path = conditional("", etag=row.etag, modified=row.last_modified, status=row.status)
    verb = ["--head"] if row.method == "HEAD" else ["--request", row.method]

    answer = curl(server, path, *verb, *header_options(row.fields))

    check(answer, row.expected, ((0, 5),), row.method)


@needs_curl
@pytest.mark.parametrize("row", RANGES, ids=lambda row: row.id)
def test_range(server: Server, prefix: str, row: RangeShape) -> None:
    """Each shape of a Range (§14) is sent, ignored or refused."""
    if refuses_to_validate(prefix, row.expected):
        pytest.skip("wsgiref's validator wants a Content-Type of every answer but 204 and 304")
    # As bytes: curl sends what it is given, and what is not ASCII in the tables is latin-1.
    value = os.fsdecode(f"Range: {row.value}".encode("latin-1"))

    answer = curl(server, conditional(prefix, etag=ETAG), "--header", value)

    check(answer, row.expected, row.slices)


# What curl itself makes of `-r`.
CURL_RANGES: Final = [
    pytest.param("0-4", 206, ((0, 5),), id="closed"),
    pytest.param("-5", 206, ((15, 20),), id="suffix"),
    pytest.param("15-", 206, ((15, 20),), id="open"),
    pytest.param("0-0,-1", 206, ((0, 1), (19, 20)), id="first-and-last"),
    pytest.param("99-", 416, (), id="after-the-end"),
]


@needs_curl
@pytest.mark.parametrize(("value", "expected", "slices"), CURL_RANGES)
def test_curl_range(server: Server, value: str, expected: int, slices: tuple[tuple[int, int], ...]) -> None:
    """`curl --range`."""
    check(curl(server, conditional("", etag=ETAG), "--range", value), expected, slices)


# What curl makes of `-z`: If-Modified-Since, and with a hyphen in front If-Unmodified-Since.
CURL_DATES: Final = [
    pytest.param(MODIFIED, 304, id="since-then"),
    pytest.param(AFTER, 304, id="since-later"),
    pytest.param(BEFORE, 200, id="since-earlier"),
    pytest.param(f"-{MODIFIED}", 200, id="not-since-then"),
    pytest.param(f"-{BEFORE}", 412, id="not-since-earlier"),
]


@needs_curl
@pytest.mark.parametrize(("value", "expected"), CURL_DATES)
def test_curl_time_condition(server: Server, value: str, expected: int) -> None:
    """`curl --time-cond`."""
    # curl drops the body of what it finds not to be newer than what it asked for, whatever the status.
    answer = curl(server, conditional("", modified=MODIFIED), "--time-cond", value, "--head")

    assert expected == answer.status


@needs_curl
def test_curl_etag(server: Server, prefix: str, tmp_path: Path) -> None:
    """`curl --etag-save`, then `--etag-compare`: what is there is not sent again, what is another thing is."""
    file = tmp_path / "etag"
    path = conditional(prefix, etag=ETAG)
    first = curl(server, path, "--etag-save", str(file))
    second = curl(server, path, "--etag-compare", str(file))
    third = curl(server, conditional(prefix, etag='"v3"'), "--etag-compare", str(file))

    assert [(200, BODY), (304, b""), (200, BODY)] == [(answer.status, answer.body) for answer in (first, second, third)]


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """A file that is served."""
    path = tmp_path / "served.bin"
    path.write_bytes(content(SIZE))
    return path


def url_of(server: Server, prefix: str, served: Path) -> str:
    """Where a file is served."""
    host, port = server.address
    return f"http://{host}:{port}{prefix}/file?" + urlencode({"path": served})


def run(*command: str) -> int:
    """Run a client; its exit code."""
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.run(command, check=False, capture_output=True, timeout=2 * BOUND, env=environment).returncode


STARTS: Final = [
    pytest.param(0, id="nothing"),
    pytest.param(1, id="a-byte"),
    pytest.param(SIZE // 2, id="half"),
    pytest.param(SIZE - 1, id="all-but-a-byte"),
]


@needs_curl
@pytest.mark.parametrize("start", STARTS)
def test_curl_resumes(server: Server, prefix: str, served: Path, tmp_path: Path, start: int) -> None:
    """`curl --continue-at -` completes what is there of a download."""
    part = tmp_path / "part"
    part.write_bytes(content(SIZE)[:start])
    code = run(
        "curl", "-q", "--silent", "--fail", "--continue-at", "-", "--output", str(part), url_of(server, prefix, served)
    )

    assert (0, content(SIZE)) == (code, part.read_bytes())


@needs_wget
@pytest.mark.parametrize("start", STARTS)
def test_wget_resumes(server: Server, prefix: str, served: Path, tmp_path: Path, start: int) -> None:
    """`wget --continue` does."""
    part = tmp_path / "part"
    part.write_bytes(content(SIZE)[:start])
    code = run("wget", "--no-config", "--quiet", "--continue", "-O", str(part), url_of(server, prefix, served))

    assert (0, content(SIZE)) == (code, part.read_bytes())


@needs_wget
def test_wget_has_it_all(server: Server, served: Path, tmp_path: Path) -> None:
    """A download that is complete is answered with a 416, from which wget sees that it is."""
    part = tmp_path / "part"
    part.write_bytes(content(SIZE))
    code = run("wget", "--no-config", "--quiet", "--continue", "-O", str(part), url_of(server, "", served))

    assert (0, content(SIZE)) == (code, part.read_bytes())


def test_resumed_with_if_range(server: Server, served: Path) -> None:
    """A file that was changed since the download began is sent whole to who names its old tag."""
    path = "/file?" + urlencode({"path": served})
    tag = ask(server, "GET", path).by_name["etag"]
    fields = {"Range": "bytes=100-", "If-Range": tag}
    resumed = ask(server, "GET", path, headers=fields)
    served.write_bytes(bytes(SIZE))
    os.utime(served, (1, 1))
    changed = ask(server, "GET", path, headers=fields)

    assert [(206, content(SIZE)[100:]), (200, bytes(SIZE))] == [(a.status, a.body) for a in (resumed, changed)]
