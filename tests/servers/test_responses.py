"""Every kind of body in every situation, under four servers: what arrives, and what was closed, and how often."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pytest

from tests.data.matrix import (
    BODY_ERROR,
    CLOSES_BODY,
    EARLY_CLOSE,
    KINDS,
    KNOWS_ITS_LENGTH,
    LARGE,
    NOT_APPLICABLE,
    PIECE,
    SITUATIONS,
    SIZE,
    Situation,
    content,
)
from tests.servers.apps import PREFIX
from tests.servers.clients import Answer, ask
from tests.servers.harness import BOUND, RESPONSES, Marks, Server
from tests.servers.noise import DELIBERATE

CELLS: Final = [
    pytest.param(
        *(kind, name),
        id=f"{kind}-{name.replace(' ', '-')}",
        marks=pytest.mark.skip(reason=reason) if (reason := NOT_APPLICABLE.get((kind, name))) else (),
    )
    for name in SITUATIONS
    for kind in KINDS
]


KINDS_OF: Final = {
    name: [
        pytest.param(
            kind, marks=pytest.mark.skip(reason=reason) if (reason := NOT_APPLICABLE.get((kind, name))) else ()
        )
        for kind in KINDS
    ]
    for name in ("body error", "early close")
}


@pytest.fixture(scope="module")
def application() -> str:
    """Responses of every kind."""
    return RESPONSES


@pytest.fixture(scope="module")
def may_say() -> re.Pattern[str]:
    """What goes wrong on purpose."""
    return DELIBERATE


def margin_of(kind: str) -> int:
    """Bytes of the file before and behind the body, if that is the middle of it."""
    return 100 if kind == "slice" else 0


def file_of(folder: Path, kind: str, size: int) -> Path:
    """The file that is served, or that the body lies in."""
    path = folder / f"{kind}-{size}.bin"
    if not path.exists():
        margin = bytes(margin_of(kind))
        path.write_bytes(margin + content(size) + margin)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For files that many tests are served."""
    return tmp_path_factory.mktemp("files")


def target(prefix: str, kind: str, path: Path, marks: Marks, size: int = SIZE, route: str = "matrix") -> str:
    """Where a response of a kind is served."""
    return f"{prefix}/{route}?" + urlencode({"kind": kind, "size": size, "path": path, "marks": marks.path})


def expected_marks(kind: str, situation: Situation, name: str) -> list[str]:
    """What is told about closing, in any order but the last."""
    marks: list[str] = []
    # A generator that never began has nothing to tell; an application of others had not made its body yet.
    has_body = situation.reads_body if kind == "generator" else (kind, name) != ("foreign", "handler error")
    if kind == "from-app" and name == "handler error":
        has_body = False
    if kind in CLOSES_BODY and has_body:
        marks.append("body closed")
    if kind not in ("frozen", "frozen-file", "foreign") and (kind, name) != ("from-app", "handler error"):
        marks.append("response closed")
    return [*marks, "request closed"]


def check_marks(server: Server, marks: Marks, expected: list[str]) -> None:
    """Each resource was closed, once, in its order; whoever serves has collected its garbage."""
    marks.until("request closed")
    ask(server, "GET", "/process")

    assert expected == marks.so_far()


def check_descriptors(server: Server, kind: str, path: Path) -> None:
    """Nobody has the file open."""
    assert b"0" == ask(server, "GET", "/open?" + urlencode({"kind": kind, "path": path})).body


@pytest.mark.parametrize(("kind", "name"), CELLS)
def test_matrix(server: Server, marks: Marks, folder: Path, kind: str, name: str) -> None:
    """Status, header fields and body are those of the table, and everything is closed once."""
    check_cell(server, "", marks, folder, kind, name)


@pytest.mark.parametrize(("kind", "name"), CELLS)
@pytest.mark.parametrize("server", ["wsgiref"], indirect=True)
def test_validated(server: Server, marks: Marks, folder: Path, kind: str, name: str) -> None:
    """The same inside wsgiref's validator, which sees the same whatever server is around it."""
    if SITUATIONS[name].status in (412, 416):
        pytest.skip("wsgiref's validator wants a Content-Type of every answer but 204 and 304, content or not")
    check_cell(server, PREFIX, marks, folder, kind, name)


def check_cell(server: Server, prefix: str, marks: Marks, folder: Path, kind: str, name: str) -> None:
    """Ask, and compare."""
    situation = SITUATIONS[name]
    path = file_of(folder, kind, SIZE)

    answer = ask(server, situation.method, target(prefix, kind, path, marks), headers=situation.fields)

    assert situation.status == answer.status
    check_fields(server, answer, situation.headers)
    if situation.status == 200:
        check_length(server, answer, kind, situation.method)
    check_body(answer, situation)
    check_marks(server, marks, expected_marks(kind, situation, name))
    check_descriptors(server, kind, path)


def check_fields(server: Server, answer: Answer, expected: Mapping[str, str | None]) -> None:
    """The header fields are there, or are not."""
    wanted = {name: value and value.replace("{size}", str(SIZE)) for name, value in expected.items()}

    assert wanted == {name: answer.by_name.get(name) for name in wanted}


def check_length(server: Server, answer: Answer, kind: str, method: str) -> None:
    """Content-Length is that of the body of a GET, or is not there (RFC 9110 §8.6)."""
    known = kind in KNOWS_ITS_LENGTH or kind == "foreign"
    found = answer.by_name.get("content-length")

    assert found == (str(SIZE) if known else no_length(server, method))


def no_length(server: Server, method: str) -> str | None:
    """What a server says where nobody knows: wsgiref takes a body that is not there for one of no bytes."""
    return "0" if (server.name, method) == ("wsgiref", "HEAD") else None


def check_body(answer: Answer, situation: Situation) -> None:
    """The body is what was asked for, or nothing of it."""
    whole = content(SIZE)
    if len(situation.parts) > 1:
        assert [whole[part] for part in situation.parts] == parts_of(answer)
    elif situation.parts:
        assert whole[situation.parts[0]] == answer.body
    elif situation.status == 404:
        assert b"No such note." in answer.body
    else:
        assert b"" == answer.body


def parts_of(answer: Answer) -> list[bytes]:
    """The parts of a multipart/byteranges, taken apart as simply as can be (RFC 9110 §14.6)."""
    boundary = answer.by_name["content-type"].partition("boundary=")[2].strip('"').encode()
    _, *parts, tail = (b"\r\n" + answer.body).split(b"\r\n--" + boundary)

    assert tail.startswith(b"--")
    return [part.partition(b"\r\n\r\n")[2] for part in parts]


def read_until_it_fails(server: Server, path: str, fields: Mapping[str, str]) -> tuple[int, bytes, bool]:
    """Status, what came of the body, and whether the client can tell that it is not all."""
    with closing(HTTPConnection(*server.address, timeout=BOUND)) as connection:
        connection.request("GET", path, headers={"Connection": "close"} | dict(fields))
        response = connection.getresponse()
        try:
            return response.status, response.read(), False
        except IncompleteRead as error:
            return response.status, error.partial, True


@pytest.mark.parametrize("kind", KINDS_OF["body error"])
def test_body_error(server: Server, marks: Marks, tmp_path: Path, kind: str) -> None:
    """A body that fails after its first piece: a true beginning arrives, no error page in the middle; all is closed."""
    path = file_of(tmp_path, kind, SIZE)

    status, body, is_told = read_until_it_fails(server, target("", kind, path, marks), BODY_ERROR.fields)

    assert (200, content(PIECE)) == (status, body)
    # Without a length, HTTP/1.0 has nothing that could tell.
    assert is_told == (kind in KNOWS_ITS_LENGTH or kind == "foreign" or server.name != "wsgiref")
    check_marks(server, marks, expected_marks(kind, BODY_ERROR, "body error"))
    check_descriptors(server, kind, path)


@pytest.mark.parametrize("kind", KINDS_OF["early close"])
def test_early_close(server: Server, marks: Marks, folder: Path, kind: str) -> None:
    """A client that leaves after a few bytes of many: all is closed, once, and the server goes on."""
    path = file_of(folder, kind, LARGE)
    with closing(HTTPConnection(*server.address, timeout=BOUND)) as connection:
        connection.request("GET", target("", kind, path, marks, LARGE))
        response = connection.getresponse()
        begun = response.read(1000)
        response.close()

    assert content(1000) == begun
    check_marks(server, marks, expected_marks(kind, EARLY_CLOSE, "early close"))
    check_descriptors(server, kind, path)


@pytest.mark.parametrize("name", ["GET", "HEAD", "304", "206", "206 to the end", "206 of two", "416"])
@pytest.mark.parametrize("kind", ["open-file", "file"])
def test_bare_file(server: Server, marks: Marks, folder: Path, kind: str, name: str) -> None:
    """A file that the server may send by its own means is sent from where the part begins to where it ends."""
    situation = SITUATIONS[name]
    path = file_of(folder, kind, SIZE)

    answer = ask(server, situation.method, target("", kind, path, marks, route="bare"), headers=situation.fields)

    assert situation.status == answer.status
    check_fields(server, answer, situation.headers)
    check_body(answer, situation)
    check_bare_marks(server, marks, kind, path)


@pytest.mark.parametrize("kind", ["open-file", "file"])
def test_early_close_of_bare_file(server: Server, marks: Marks, folder: Path, kind: str) -> None:
    """Such a file is closed when the client leaves."""
    path = file_of(folder, kind, LARGE)
    with closing(HTTPConnection(*server.address, timeout=BOUND)) as connection:
        connection.request("GET", target("", kind, path, marks, LARGE, "bare"))
        response = connection.getresponse()
        begun = response.read(1000)
        response.close()

    assert content(1000) == begun
    check_bare_marks(server, marks, kind, path)


def check_bare_marks(server: Server, marks: Marks, kind: str, path: Path) -> None:
    """The file was closed, once; there is no handler whose request is to be closed."""
    marks.until("body closed")
    ask(server, "GET", "/process")

    assert ["body closed"] == marks.so_far()
    check_descriptors(server, kind, path)


def test_file_is_gone(server: Server, marks: Marks, tmp_path: Path) -> None:
    """A file that is gone when it is to be sent is no answer of the library's: a 500, and all is closed."""
    path = file_of(tmp_path, "file", SIZE)
    status = ask(server, "GET", target("", "file", path, marks, route="gone")).status

    # No OSError, which gunicorn would take for one of its own socket.
    assert 500 == status
    check_marks(server, marks, ["response closed", "request closed"])
