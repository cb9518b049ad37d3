"""Golden files: what they look like, what they say of a difference, and what Git and editors do to them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.growth import assert_linear
from tests.kit import untyped
from verglas import FrozenResponse, Request, Response, application, text
from verglas.testing import DATES, Client, Mask, check_golden, golden_text, to_message
from verglas.testing.strategies import requests

HEAD: Final = b"HTTP/1.1 200 OK\r\n\r\n"
GIT: Final = shutil.which("git")
UPDATE: Final = "VERGLAS_UPDATE_GOLDEN"


@pytest.fixture(autouse=True)
def no_update(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare, whatever the environment of the tests says."""
    monkeypatch.delenv(UPDATE, raising=False)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(Request(url="/a"), "GET /a HTTP/1.1\nHost: localhost\n\n\\\n", id="request"),
        pytest.param(
            Response("hi\n", headers={"Date": "x"}),
            "HTTP/1.1 200 OK\nDate: ***\nContent-Type: text/plain; charset=utf-8\nContent-Length: 3\n\nhi\n\\\n",
            id="response",
        ),
        pytest.param(HEAD + b"a\nb", "HTTP/1.1 200 OK\n\na\nb\\\n", id="lines"),
        pytest.param(HEAD + b"a\r\nb\r", "HTTP/1.1 200 OK\n\na\\r\nb\\r\\\n", id="carriage-returns"),
        pytest.param(HEAD + b"a \n b  ", "HTTP/1.1 200 OK\n\na\\x20\n b  \\\n", id="space-at-the-end-of-a-line"),
        pytest.param(HEAD + b"\\x20\t", "HTTP/1.1 200 OK\n\n\\\\x20\\t\\\n", id="backslash"),
        pytest.param(HEAD + "é☃\u00a0\u2028\ufeff".encode(), None, id="characters-that-are-not-seen"),
        pytest.param(HEAD + b"\0\xff\xc3(", "HTTP/1.1 200 OK\n\n\\x00\\xff\\xc3(\\\n", id="binary"),
        pytest.param(
            b"HTTP/1.1 200 a\xe9\r\nX:\x0b\n\r\nY:\r\n\r\n",
            "HTTP/1.1 200 a\\xe9\nX:\\x0b\\n\nY:\n\n\\\n",
            id="illegal-head",
        ),
        pytest.param(b"X: \r\n\r\n", "X:\\x20\n\n\\\n", id="space-at-the-end-of-the-head"),
        pytest.param(HEAD + HEAD, "HTTP/1.1 200 OK\n\nHTTP/1.1 200 OK\\r\n\\r\n\\\n", id="head-in-the-body"),
    ],
)
def test_golden_text(message: bytes | Request | Response, expected: str | None) -> None:
    """The text has line feeds, and escapes for what is not seen."""
    if expected is None:
        expected = "HTTP/1.1 200 OK\n\né☃\\xc2\\xa0\\xe2\\x80\\xa8\\xef\\xbb\\xbf\\\n"

    assert expected == golden_text(message)


def test_not_a_message() -> None:
    """Bytes without a head have no golden text: they might have that of another message."""
    with pytest.raises(ValueError, match="an empty line after its head"):
        golden_text(b"GET / HTTP/1.1\n\n")
    with pytest.raises(TypeError, match=r"Response\.freeze\(\)"):
        golden_text(Response(iter(["a"])))


ESCAPE: Final = re.compile(r"\\(?:x([0-9a-f]{2})|(.))", re.DOTALL)
MEANINGS: Final = {"\\": "\\", "t": "\t", "r": "\r", "n": "\n", "\n": ""}


def bytes_of(text: str) -> bytes:
    """The message of a golden text: the inverse."""
    head, _, body = text.partition("\n\n")

    def meaning(match: re.Match[str]) -> str:
        octet = match[1]
        return MEANINGS[match[2]] if octet is None else bytes([int(octet, 16)]).decode("utf-8", "surrogateescape")

    lines = head.replace("\n", "\r\n")
    joined = ESCAPE.sub(meaning, lines) + "\r\n\r\n" + ESCAPE.sub(meaning, body)
    return joined.encode("utf-8", "surrogateescape")


SYNTAX: Final = st.sampled_from(
    [b"\\", b"x20", b"\r", b"\n", b" ", b"\t", b"a", b"\xc3", b"\xa9", b"\xff", b"\0", b"n"]
)


@given(
    st.binary(max_size=20) | st.lists(SYNTAX, max_size=12).map(b"".join), st.lists(SYNTAX, max_size=12).map(b"".join)
)
@example(b"\n", b"")
@example(b"\r", b"\n\r\n")
def test_no_two_messages_have_one_text(head: bytes, body: bytes) -> None:
    """A message can be told from its text, which ends alike, has no control characters, and no space before an end."""
    message = head + b"\r\n\r\n" + body

    text = golden_text(message)

    assert message == bytes_of(text)
    assert text.endswith("\\\n")
    assert " \n" not in text
    assert text.replace("\n", "").isprintable()


@given(requests())
def test_bytes_are_as_a_request(request: Request) -> None:
    """A request and the bytes of its message have one text."""
    assert golden_text(request) == golden_text(to_message(request))


# Comparing


def test_check_golden(tmp_path: Path) -> None:
    """A file is written only when it is asked for, and then compared."""
    path = tmp_path / "new" / "a.http"
    with pytest.raises(AssertionError, match="there is no golden file"):
        check_golden(Response("a"), path)
    assert not path.exists()

    check_golden(Response("a"), path, update=True)

    check_golden(Response("a"), str(path))
    assert golden_text(Response("a")).encode() == path.read_bytes()


def test_missing_file(tmp_path: Path) -> None:
    """A missing file fails, with how to write it and what it would hold."""
    path = tmp_path / "a.http"

    with pytest.raises(AssertionError) as caught:
        check_golden(FrozenResponse(b"hi"), path)

    assert (
        f"there is no golden file {path}; to write it, run the test with VERGLAS_UPDATE_GOLDEN=1, or pass update=True."
        " It would hold:\nHTTP/1.1 200 OK\nContent-Length: 2\n\nhi\\\n"
    ) == str(caught.value)


def test_difference(tmp_path: Path) -> None:
    """A difference is shown line by line, and the file stays as it was."""
    path = tmp_path / "a.http"
    check_golden(FrozenResponse(b"a\nb\nc", headers={"X-A": "1"}), path, update=True)
    before = path.read_bytes()

    with pytest.raises(AssertionError) as caught:
        check_golden(FrozenResponse(b"a\nB\nc", headers={"X-A": "2"}), path)

    first, *lines = str(caught.value).split("\n")
    assert first.startswith(f"the message differs from the golden file {path}; to write it, run the test with ")
    assert [
        f"--- {path}",
        "+++ actual",
        "@@ -1,8 +1,8 @@",
        " HTTP/1.1 200 OK",
        "-X-A: 1",
        "+X-A: 2",
        " Content-Length: 5",
        " ",
        " a",
        "-b",
        "+B",
        " c\\",
        " ",
    ] == lines
    assert before == path.read_bytes()


def test_difference_of_many_lines(tmp_path: Path) -> None:
    """Of a long message the difference is shown from where it begins, and not to its end."""
    path = tmp_path / "a.http"
    lines = [f"{number:04}\n" for number in range(5000)]
    check_golden(FrozenResponse("".join(lines).encode()), path, update=True)
    lines[2000::2] = ["new!\n"] * 1500

    with pytest.raises(AssertionError) as caught:
        check_golden(FrozenResponse("".join(lines).encode()), path)

    _, *shown = str(caught.value).split("\n")
    assert [
        f"--- {path} (1000 lines, from line 2001 on)",
        "+++ actual (1000 lines, from line 2001 on)",
        "@@ -1,1000 +1,1000 @@",
        " 1997",
        " 1998",
        " 1999",
        "-2000",
        "+new!",
        " 2001",
    ] == shown[:9]
    assert 499 == shown.count("+new!")


def test_masks(tmp_path: Path) -> None:
    """What a mask hides is not compared."""
    path = tmp_path / "a.http"
    check_golden(Response(headers={"Date": "1", "X-Id": "1"}), path, update=True)

    with pytest.raises(AssertionError, match=r"\+X-Id: 2"):
        check_golden(Response(headers={"Date": "2", "X-Id": "2"}), path)
    check_golden(Response(headers={"Date": "2", "X-Id": "1"}), path)
    with pytest.raises(AssertionError, match=r"\+Date: 1"):
        check_golden(Response(headers={"Date": "1", "X-Id": "1"}), path, mask=None)
    check_golden(Response(headers={"X-Id": "1"}), path, mask=DATES | Mask(fields=["X-Id"]), update=True)
    check_golden(Response(headers={"X-Id": "2"}), path, mask=DATES | Mask(fields=["X-Id"]))


@pytest.mark.parametrize(
    ("variable", "update", "writes"),
    [
        pytest.param("1", None, True, id="variable"),
        pytest.param("0", None, False, id="switched-off"),
        pytest.param("", None, False, id="empty"),
        pytest.param("1", False, False, id="argument-wins"),
        pytest.param("0", True, True, id="argument-writes"),
    ],
)
def test_update(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, update: bool | None, writes: bool
) -> None:
    """The environment says whether files are written, unless the argument does."""
    path = tmp_path / "a.http"
    check_golden(Response("old"), path, update=True)
    monkeypatch.setenv(UPDATE, variable)

    if writes:
        check_golden(Response("new"), path, update=update)
    else:
        with pytest.raises(AssertionError, match="differs"):
            check_golden(Response("new"), path, update=update)

    assert writes == ("new" in path.read_text())


def test_unknown_value_of_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another value is refused: whoever writes `true` would wait for files in vain."""
    monkeypatch.setenv(UPDATE, "true")

    with pytest.raises(ValueError, match=r"is 1 \(write golden files\) or 0 \(compare them\), not 'true'"):
        check_golden(Response(), tmp_path / "a.http")


@pytest.mark.skipif(GIT is None, reason="there is no git on the PATH")
def test_git_with_crlf(tmp_path: Path) -> None:
    """A file that Git hands out with CR LF, as on Windows, is the same."""
    path = tmp_path / "a.http"
    response = FrozenResponse(bytes(range(256)) + b"\r\n \n\t\n\n\n", headers={"X-Empty": ""})
    check_golden(response, path, update=True)

    def run(*arguments: str) -> None:
        subprocess.run([GIT or "git", *arguments], cwd=tmp_path, check=True, capture_output=True)

    run("init", "--quiet")
    run("config", "core.autocrlf", "true")
    run("add", "a.http")
    path.unlink()
    run("checkout", "a.http")

    assert b"\r\n" in path.read_bytes()
    check_golden(response, path)


def test_linear() -> None:
    """The text takes time in proportion to the length of the message."""
    assert_linear(lambda size: golden_text(HEAD + b" \\\xff\n" * size) and None, start=256)


def test_answer_of_a_client(tmp_path: Path) -> None:
    """What a client got is written as the response that it was made of."""
    with Client(application(lambda request: text("hi"))) as client:
        answer = client.get("/")

    assert to_message(answer) == to_message(text("hi"))
    assert golden_text(answer) == golden_text(text("hi"))
    check_golden(answer, tmp_path / "hi.http", update=True)
    check_golden(text("hi"), tmp_path / "hi.http")


def test_no_message() -> None:
    """What is no message says what is one."""
    with pytest.raises(TypeError, match="of a Response, FrozenResponse or TestResponse, not dict"):
        untyped(to_message)({})
