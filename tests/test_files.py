"""Files as answers: `send_file` and `send_from_directory`."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import close, environ_of, ignore, untyped
from verglas import FileSlice, Headers, HeaderValueError, Request, Response, safe_join, send_file, send_from_directory
from verglas.errors import NotFound
from verglas.testing import WSGIAnswer, WSGICall, call

DIGITS: Final = b"0123456789"
Age: TypeAlias = timedelta | int | Callable[[str | None], timedelta | int | None] | None

THEN: Final = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)

needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files in /proc")


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """A file of ten bytes, of 2020."""
    return written(tmp_path / "digits.txt", DIGITS)


def written(path: Path, data: bytes, seconds: int = 0) -> Path:
    """A file with this in it, so many seconds later than that date."""
    path.write_bytes(data)
    then = int(THEN.timestamp()) + seconds
    os.utime(path, (then, then))
    return path


def descriptors() -> int:
    """How many files this process has open."""
    return len(os.listdir("/proc/self/fd"))


def sent(path: Path | io.BytesIO, **changes: object) -> WSGIAnswer:
    """What is sent of a file to a request with these fields."""
    return call(send_file(path, environ_of(**changes)), **changes)


def length_of_name(path: str | None) -> int | None:
    """An age that depends on the path."""
    return None if path is None else len(os.path.basename(path))


def no_age(_: str | None) -> None:
    """None for any path."""


# What is said of a file


def test_whole_file(digits: Path) -> None:
    """All that is known of a file is said."""
    answer = sent(digits)
    headers = {name: value for name, value in answer.headers.items() if name != "Date"}

    assert ("200 OK", DIGITS) == (answer.status, answer.body)
    assert {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": "10",
        "Content-Disposition": "inline; filename=digits.txt",
        "ETag": FileSlice.of(digits).etag,
        "Last-Modified": "Thu, 02 Jan 2020 03:04:05 GMT",
        "Cache-Control": "no-cache",
        "Accept-Ranges": "bytes",
    } == headers


def test_for_a_request(digits: Path) -> None:
    """A request does for its environ."""
    request = Request(method="GET", url="/", headers={"Range": "bytes=2-3"})

    assert b"23" == call(send_file(digits, request)).body


@pytest.mark.parametrize(
    ("expected", "name", "as_attachment"),
    [
        pytest.param(("text/html; charset=utf-8", None), "a.html", False, id="text"),
        pytest.param(("image/png", None), "a.PNG", False, id="any-case"),
        pytest.param(("application/octet-stream", None), "a.unheard-of", False, id="unknown"),
        pytest.param(("application/octet-stream", None), "Makefile", False, id="no-extension"),
        pytest.param(("application/x-tar", "gzip"), "a.tar.gz", False, id="coded"),
        pytest.param(("application/gzip", None), "a.tar.gz", True, id="coded-to-be-saved"),
        pytest.param(("application/x-bzip2", None), "a.tar.bz2", False, id="no-content-coding"),
        pytest.param(("application/x-xz", None), "a.txt.xz", True, id="no-content-coding-to-be-saved"),
    ],
)
def test_type_by_name(expected: tuple[str, str | None], name: str, *, as_attachment: bool) -> None:
    """The type is guessed from the name; a coding is one only where HTTP knows it, and for what is shown."""
    response = send_file(io.BytesIO(), environ_of(), download_name=name, as_attachment=as_attachment)

    assert expected == (response.headers["Content-Type"], response.headers.get("Content-Encoding"))


def test_given_type(digits: Path) -> None:
    """A type that is given is not guessed."""
    assert "application/x-digits" == send_file(digits, environ_of(), "application/x-digits").content_type


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param("attachment; filename=digits.txt", None, id="of-the-path"),
        pytest.param('attachment; filename="a b.txt"', "a b.txt", id="space"),
        pytest.param(
            "attachment; filename=\"na_ve\"; filename*=UTF-8''na%C3%AFve".replace("na_ve", "naive"),
            "naïve",
            id="letter",
        ),
        pytest.param("attachment; filename=\"a_b\"; filename*=UTF-8''a%22b", 'a"b', id="cve-2022-36359"),
    ],
)
def test_attachment(digits: Path, expected: str, name: str | None) -> None:
    """To be saved, under a name that no quote ends."""
    response = send_file(digits, environ_of(), as_attachment=True, download_name=name)
    found = response.headers["Content-Disposition"]

    assert expected.replace('"', "") == found.replace('"', "")


def test_name_that_is_no_utf8(tmp_path: Path) -> None:
    """A name on disk that is no text can still be sent."""
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")
    written(Path(path), DIGITS)
    response = send_file(path, environ_of())

    assert "inline; filename=\"_.txt\"; filename*=UTF-8''%EF%BF%BD.txt".replace('"', "") == response.headers[
        "Content-Disposition"
    ].replace('"', "")
    assert DIGITS == response.data


@pytest.mark.parametrize(
    ("expected", "max_age"),
    [
        pytest.param("no-cache", None, id="none"),
        pytest.param("max-age=0, no-cache", 0, id="zero"),
        pytest.param("max-age=60, public", 60, id="seconds"),
        pytest.param("max-age=3600, public", timedelta(hours=1), id="duration"),
        pytest.param("max-age=10, public", length_of_name, id="function"),
        pytest.param("no-cache", no_age, id="function-that-gives-none"),
    ],
)
def test_freshness(digits: Path, expected: str, max_age: Age) -> None:
    """How long it is fresh; Expires says the same to old caches."""
    response = send_file(digits, environ_of(), max_age=max_age)

    assert (expected, "public" in expected) == (response.headers["Cache-Control"], "Expires" in response.headers)


def test_negative_age(digits: Path) -> None:
    """An age below zero is an error of who wrote it."""
    with pytest.raises(HeaderValueError):
        send_file(digits, environ_of(), max_age=-1)


def test_given_validators(digits: Path) -> None:
    """A tag and a date that are given are sent; so is none."""
    given_ = send_file(digits, environ_of(), etag="v1", last_modified=0)
    dated = send_file(digits, environ_of(), etag=False, last_modified=THEN)

    assert ('"v1"', "Thu, 01 Jan 1970 00:00:00 GMT") == (given_.headers["ETag"], given_.headers["Last-Modified"])
    assert (None, "Thu, 02 Jan 2020 03:04:05 GMT") == (dated.headers.get("ETag"), dated.headers["Last-Modified"])


@pytest.mark.parametrize("seconds", [1e20, -1e20, float("inf"), float("nan")])
def test_absurd_date(digits: Path, seconds: float) -> None:
    """A date that is none is an error of who wrote it (D17)."""
    with pytest.raises(HeaderValueError, match="Last-Modified"):
        send_file(digits, environ_of(), last_modified=seconds)


@pytest.mark.parametrize("seconds", [-5, 2**40], ids=["before-1970", "in-the-future"])
def test_strange_time_of_a_file(digits: Path, seconds: int) -> None:
    """A file from the future has no Last-Modified (RFC 9110 §8.8.2.1), nor has one from before 1970; it has a tag."""
    os.utime(digits, (seconds, seconds))
    answer = sent(digits)

    assert (DIGITS, None) == (answer.body, answer.headers.get("Last-Modified"))
    assert "ETag" in answer.headers


def test_missing_file(tmp_path: Path) -> None:
    """What is not there is an error of who named it; a folder is one, too."""
    with pytest.raises(FileNotFoundError):
        send_file(tmp_path / "none", environ_of())
    with pytest.raises(IsADirectoryError):
        send_file(tmp_path, environ_of(), "text/plain")


def test_response_class(digits: Path) -> None:
    """The class that is asked for is what comes."""

    class Page(Response):
        pass

    assert Page is type(send_file(digits, environ_of(), response_class=Page))


def test_x_sendfile(digits: Path) -> None:
    """The server in front is told the path, and gets nothing else; with a 304, not even that."""
    response = send_file(digits, environ_of(HTTP_RANGE="bytes=0-1"), use_x_sendfile=True)
    again = send_file(digits, environ_of(HTTP_IF_NONE_MATCH=response.headers["ETag"]), use_x_sendfile=True)

    assert (200, str(digits), b"") == (response.status_code, response.headers["X-Sendfile"], response.data)
    assert (304, None) == (again.status_code, again.headers.get("X-Sendfile"))


# Open files


def test_open_file_needs_a_name() -> None:
    """What has neither a name nor a type cannot be said to be anything."""
    with pytest.raises(TypeError, match="download_name or a mimetype"):
        send_file(io.BytesIO(), environ_of())
    with pytest.raises(TypeError, match="needs a download_name"):
        send_file(io.BytesIO(), environ_of(), "text/plain", as_attachment=True)


def test_open_file_says_no_name() -> None:
    """A type is enough; then there is nothing to call it."""
    response = send_file(io.BytesIO(DIGITS), environ_of(), "text/plain")
    found = [response.headers.get(name) for name in ("Content-Disposition", "ETag", "Last-Modified", "Content-Length")]

    assert [None, None, None, "10"] == found


def test_text_is_refused() -> None:
    """A file of text is an error: its length is not that of what would be sent."""
    with pytest.raises(ValueError, match="binary mode"):
        untyped(send_file)(io.StringIO("x"), environ_of(), "text/plain")


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        pytest.param(("200 OK", "6", None, b"456789"), {}, id="whole"),
        pytest.param(("206 Partial Content", "2", "bytes 1-2/6", b"56"), {"HTTP_RANGE": "bytes=1-2"}, id="part"),
        pytest.param(("206 Partial Content", "1", "bytes 5-5/6", b"9"), {"HTTP_RANGE": "bytes=-1"}, id="end"),
        pytest.param(("416 Range Not Satisfiable", "0", "bytes */6", b""), {"HTTP_RANGE": "bytes=6-"}, id="beyond"),
    ],
)
def test_open_file_from_where_it_stands(
    expected: tuple[str, str, str | None, bytes], changes: dict[str, object]
) -> None:
    """A file of which some was read is what is left of it, by its length and its parts."""
    file = io.BytesIO(DIGITS)
    file.read(4)
    response = send_file(file, environ_of(**changes), "text/plain")
    answer = call(response, **changes)
    headers = answer.headers

    assert expected == (answer.status, headers["Content-Length"], headers.get("Content-Range"), answer.body)
    assert file.closed


def test_open_file_that_cannot_be_sought() -> None:
    """Its length is not known, and no parts are sent."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    answer = call(send_file(Pipe(DIGITS), environ_of(HTTP_RANGE="bytes=0-1"), "text/plain"))

    assert (DIGITS, None) == (answer.body, answer.headers.get("Content-Length"))


# Conditions and ranges

CONDITIONS: Final[list[object]] = [
    pytest.param("200 OK", DIGITS, {}, id="none"),
    pytest.param("200 OK", b"", {"REQUEST_METHOD": "HEAD"}, id="head"),
    pytest.param("206 Partial Content", b"234", {"HTTP_RANGE": "bytes=2-4"}, id="range"),
    pytest.param("206 Partial Content", b"89", {"HTTP_RANGE": "bytes=-2"}, id="suffix"),
    pytest.param("206 Partial Content", DIGITS, {"HTTP_RANGE": "bytes=-99"}, id="long-suffix"),
    pytest.param("416 Range Not Satisfiable", b"", {"HTTP_RANGE": "bytes=10-"}, id="beyond"),
    pytest.param("200 OK", DIGITS, {"HTTP_RANGE": "items=0-1"}, id="other-unit"),
    pytest.param("200 OK", b"", {"HTTP_RANGE": "bytes=0-1", "REQUEST_METHOD": "HEAD"}, id="head-has-no-range"),
    pytest.param("304 Not Modified", b"", {"HTTP_IF_NONE_MATCH": "ETAG"}, id="tag"),
    pytest.param("304 Not Modified", b"", {"HTTP_IF_MODIFIED_SINCE": "Thu, 02 Jan 2020 03:04:05 GMT"}, id="date"),
    pytest.param("200 OK", DIGITS, {"HTTP_IF_MODIFIED_SINCE": "Thu, 02 Jan 2020 03:04:04 GMT"}, id="older"),
    pytest.param("412 Precondition Failed", b"", {"HTTP_IF_MATCH": '"x"'}, id="other-tag"),
    pytest.param("206 Partial Content", b"0", {"HTTP_RANGE": "bytes=0-0", "HTTP_IF_RANGE": "ETAG"}, id="if-range"),
    pytest.param("200 OK", DIGITS, {"HTTP_RANGE": "bytes=0-0", "HTTP_IF_RANGE": '"x"'}, id="if-range-of-another"),
]


@needs_proc
@pytest.mark.parametrize(("status", "body", "changes"), CONDITIONS)
def test_conditions(digits: Path, status: str, body: bytes, changes: dict[str, object]) -> None:
    """Conditions and ranges are answered, and nothing stays open."""
    tag = FileSlice.of(digits).etag
    changes = {name: tag if value == "ETAG" else value for name, value in changes.items()}
    before = descriptors()
    answer = sent(digits, **changes)

    assert (status, body, before) == (answer.status, answer.body, descriptors())


def test_several_ranges(digits: Path) -> None:
    """Several parts come in one multipart, each cut from the file."""
    answer = sent(digits, HTTP_RANGE="bytes=0-1,8-9")

    assert "206 Partial Content" == answer.status
    assert answer.headers["Content-Type"].startswith("multipart/byteranges")
    assert (b"\r\n\r\n01\r\n" in answer.body, b"\r\n\r\n89\r\n" in answer.body) == (True, True)
    assert len(answer.body) == int(answer.headers["Content-Length"])


def test_unconditional(digits: Path) -> None:
    """Without `conditional` neither counts."""
    environ = environ_of(HTTP_RANGE="bytes=0-1", HTTP_IF_NONE_MATCH=FileSlice.of(digits).etag)

    assert (200, DIGITS) == ((response := send_file(digits, environ, conditional=False)).status_code, response.data)


def test_frozen_file_answers_conditions(digits: Path) -> None:
    """A file that was frozen is a reference still, and answers conditions as a value."""
    frozen = send_file(digits, environ_of()).freeze()
    part = frozen.conditional(Request(method="GET", url="/", headers={"Range": "bytes=3-5"}), accept_ranges=True)

    assert (FileSlice.of(digits).part(3, 6), b"345") == (part.body, call(part).body)


@pytest.mark.parametrize(
    "changes", [{}, {"HTTP_RANGE": "bytes=1-2"}, {"HTTP_IF_MATCH": '"x"'}, {"REQUEST_METHOD": "HEAD"}]
)
@pytest.mark.parametrize("ends", ["read", "closed", "refused"])
def test_open_file_is_closed_once(changes: dict[str, object], ends: str) -> None:
    """However the answer is, and however the call ends, an open file is closed once."""

    class Counted(io.BytesIO):
        closes = 0

        def close(self) -> None:
            self.closes += 1
            super().close()

    file = Counted(DIGITS)
    response = send_file(file, environ_of(**changes), "text/plain", etag="1")
    if ends == "refused":
        with pytest.raises(OSError, match="refused"):
            WSGICall(OSError("refused")).run(response, environ_of(**changes))
    elif ends == "read":
        call(response, **changes)
    else:
        close(response(environ_of(**changes), ignore))
    response.close()

    assert 1 == file.closes


def test_end_of_a_sparse_file(tmp_path: Path) -> None:
    """1 KiB at the end of 1 GB: little more than that is read, whatever wrapper the server has."""
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(10**9)
    sent(path, REQUEST_METHOD="HEAD")  # what is imported late is read, too
    before = bytes_read()
    answer = sent(path, HTTP_RANGE="bytes=-1024")

    assert (1024, "bytes 999998976-999999999/1000000000") == (len(answer.body), answer.headers["Content-Range"])
    assert bytes_read() - before < 65536


def bytes_read() -> int:
    """How many bytes this process has read so far; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return int(dict(line.split(": ") for line in lines)["rchar"])


# Compressed beforehand


@pytest.mark.parametrize(
    ("expected", "accept", "suffixes"),
    [
        pytest.param(None, "gzip, br, zstd", [], id="nothing-there"),
        pytest.param("br", "gzip, br, zstd", [".gz", ".br", ".zst"], id="the-smallest"),
        pytest.param("zstd", "gzip, br, zstd", [".gz", ".zst"], id="the-next"),
        pytest.param("gzip", "gzip, br", [".gz", ".zst"], id="what-is-accepted"),
        pytest.param("gzip", "x-gzip", [".gz"], id="rfc9110-8.4.1.3"),
        pytest.param("gzip", "gzip;q=1, br;q=0.5", [".gz", ".br"], id="what-is-liked-best"),
        pytest.param(None, "gzip;q=0", [".gz"], id="excluded"),
        pytest.param("br", "*", [".gz", ".br"], id="any"),
        pytest.param(None, None, [".gz"], id="no-field"),
        pytest.param(None, "", [".gz"], id="empty"),
        pytest.param(None, "gzip;q=0.5, identity", [".gz"], id="identity-liked-best"),
        pytest.param(None, 'gzip;q="', [".gz"], id="malformed"),
        pytest.param(None, "gzip," * 20_000, [".gz"], id="over-long"),
    ],
)
def test_precompressed(digits: Path, expected: str | None, accept: str | None, suffixes: list[str]) -> None:
    """What lies beside the file is sent to who accepts it, and caches are told so either way."""
    for suffix in suffixes:
        written(digits.with_name(digits.name + suffix), suffix.encode())
    environ = environ_of() if accept is None else environ_of(HTTP_ACCEPT_ENCODING=accept)
    response = send_file(digits, environ, precompressed=True)
    data = {"br": b".br", "zstd": b".zst", "gzip": b".gz", None: DIGITS}[expected]

    assert (expected, "Accept-Encoding") == (response.headers.get("Content-Encoding"), response.headers["Vary"])
    assert (data, "text/plain; charset=utf-8", "inline; filename=digits.txt") == (
        response.data,
        response.content_type,
        response.headers["Content-Disposition"],
    )


def test_precompressed_is_not_the_default(digits: Path) -> None:
    """What is beside a file is not looked at unless it is asked for."""
    written(digits.with_name("digits.txt.gz"), gzip.compress(DIGITS))
    response = send_file(digits, environ_of(HTTP_ACCEPT_ENCODING="gzip"))

    assert (DIGITS, None) == (response.data, response.headers.get("Vary"))


def test_each_coding_has_its_tag(digits: Path) -> None:
    """The tag of a compressed file is another one, even where time and size are the same (RFC 9110 §8.8.3.3)."""
    written(digits.with_name("digits.txt.gz"), b"9876543210")
    plain = send_file(digits, environ_of(), precompressed=True)
    coded = send_file(digits, environ_of(HTTP_ACCEPT_ENCODING="gzip"), precompressed=True)

    assert (b"9876543210", "gzip") == (coded.data, coded.headers["Content-Encoding"])
    assert plain.headers["ETag"] != coded.headers["ETag"]


def test_older_sibling_is_not_sent(digits: Path) -> None:
    """What was compressed before the file was changed is not the file."""
    written(digits.with_name("digits.txt.gz"), b"old", seconds=-1)

    assert DIGITS == send_file(digits, environ_of(HTTP_ACCEPT_ENCODING="gzip"), precompressed=True).data


def test_sibling_is_no_link(digits: Path, tmp_path: Path) -> None:
    """A link beside the file leads who knows where (CVE-2024-42367)."""
    secret = written(tmp_path / "secret", b"secret", seconds=1)
    digits.with_name("digits.txt.gz").symlink_to(secret)
    (tmp_path / "digits.txt.br").mkdir()
    environ = environ_of(HTTP_ACCEPT_ENCODING="gzip, br")

    assert DIGITS == send_file(digits, environ, precompressed=True).data
    assert DIGITS == send_from_directory(tmp_path, "digits.txt", environ, precompressed=True).data


# From a folder


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A folder with files and links in it, beside another whose name begins with its own."""
    root = tmp_path / "static"
    (root / "css").mkdir(parents=True)
    (tmp_path / "static-secret").mkdir()
    written(root / "a.txt", b"a")
    written(root / "css" / "b.css", b"b")
    written(root / "new\nline", b"n")
    written(tmp_path / "secret.txt", b"secret")
    written(tmp_path / "static-secret" / "s.txt", b"secret")
    (root / "inner").symlink_to("a.txt")
    (root / "outer").symlink_to("../secret.txt")
    (root / "sibling").symlink_to("../static-secret")
    (root / "loop").symlink_to("loop")
    (root / "dangling").symlink_to("nothing")
    os.mkfifo(root / "pipe")
    return root


@pytest.mark.parametrize(
    ("expected", "path"), [(b"a", "a.txt"), (b"b", "css/b.css"), (b"b", "css//b.css"), (b"a", "inner")]
)
def test_sends_from_a_folder(static: Path, expected: bytes, path: str) -> None:
    """A file within the folder, by a link within it as well."""
    assert expected == call(send_from_directory(static, path, environ_of())).body


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("none.txt", id="missing"),
        pytest.param("", id="the-folder"),
        pytest.param(".", id="the-folder-by-a-dot"),
        pytest.param("css", id="cve-2024-27306-folder-is-not-listed"),
        pytest.param("css/", id="folder-with-a-slash"),
        pytest.param("a.txt/", id="file-with-a-slash"),
        pytest.param("a.txt/x", id="within-a-file"),
        pytest.param("../secret.txt", id="traversal"),
        pytest.param("css/../../secret.txt", id="traversal-by-a-folder"),
        pytest.param("../static-secret/s.txt", id="traversal-to-a-sibling"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("outer", id="cve-2024-23334-link-out"),
        pytest.param("sibling/s.txt", id="cve-2024-23334-link-to-a-sibling"),
        pytest.param("loop", id="loop"),
        pytest.param("dangling", id="dangling"),
        pytest.param("pipe", id="pipe"),
        pytest.param("a.txt\0", id="nul"),
        pytest.param("a\0/../a.txt", id="nul-in-a-folder"),
        pytest.param("new\nline", id="newline"),
        pytest.param("a.txt\n", id="cve-2021-44420"),
        pytest.param("\udcff\ud800", id="no-text"),
        pytest.param("x" * 5000, id="too-long"),
        pytest.param("NUL", id="cve-2025-66221-device"),
        pytest.param("C:/a.txt", id="cve-2019-14322-drive"),
        pytest.param("//server/share", id="cve-2024-49766-unc"),
        pytest.param("css\\b.css", id="backslash"),
    ],
)
def test_not_found(static: Path, path: str) -> None:
    """What leads out of the folder, and what is no regular file, is not there."""
    with pytest.raises(NotFound):
        send_from_directory(static, path, environ_of())


def test_folder_may_be_a_link(static: Path, tmp_path: Path) -> None:
    """The folder is trusted: it may be reached by a link, and be named relative to the current one."""
    link = tmp_path / "current"
    link.symlink_to(static)

    assert b"a" == send_from_directory(link, "a.txt", environ_of()).data
    assert b"a" == send_from_directory(os.path.relpath(static), "a.txt", environ_of()).data


def test_options_are_passed_on(static: Path) -> None:
    """Options are those of `send_file`."""
    response = send_from_directory(static, "a.txt", environ_of(), as_attachment=True, download_name="z.txt", max_age=9)

    assert ("attachment; filename=z.txt", "max-age=9, public") == (
        response.headers["Content-Disposition"],
        response.headers["Cache-Control"],
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["..", ".", "/", "a.txt", "css", "outer", "sibling", "s.txt", "\0", "\\", "secret.txt"])
    ).map("".join)
    | st.text()
)
def test_never_leaves_the_folder(static: Path, path: str) -> None:
    """Whatever the path: a file of the folder, or not found."""
    try:
        data = send_from_directory(static, path, environ_of()).data
    except NotFound:
        data = b""

    assert data in (b"", b"a", b"b")


def test_join_is_the_same() -> None:
    """`safe_join` is there for those who look for it."""
    assert ("static/a", None) == (safe_join("static", "a"), safe_join("static", ".."))


def test_environ_is_not_changed(digits: Path) -> None:
    """Nothing is written into the environ."""
    environ = environ_of(HTTP_RANGE="bytes=0-1")
    before = dict(environ)
    WSGICall().run(send_file(digits, environ), environ)

    assert before == environ
    assert "bytes=0-1" == Headers.captured(environ)["Range"]
