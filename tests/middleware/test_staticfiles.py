"""Static files: which path is which file, what is said of it, and that nothing else is served."""

from __future__ import annotations

import gzip
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.handling import foreign
from tests.kit import environ_of, untyped
from verglas import Handler, Request, Response, ResponseLike, application, text
from verglas.middleware import HASHED, StaticFiles, static_files
from verglas.testing import WSGIAnswer, call

THEN: Final = 1_577_880_000  # Wed, 01 Jan 2020 12:00:00 GMT
SCRIPT: Final = b"let a = 1\n" * 100

FOREVER: Final = "max-age=31536000, public, immutable"

FILES: Final = {
    "app.js": SCRIPT,
    "app.js.gz": gzip.compress(SCRIPT, mtime=0),
    "app.js.br": b"in Brotli",
    "app.js.zst": b"in Zstandard",
    "app.3f2a9c1d.js": b"hashed",
    "app.3f2a9c1d.js.gz": gzip.compress(b"hashed", mtime=0),
    "plain.css": b"a {}",
    "old.css": b"b {}",
    "old.css.gz": gzip.compress(b"stale", mtime=0),
    "a b\u00e9.txt": b"named",
    ".env": b"SECRET",
    ".git/config": b"SECRET",
    ".well-known/security.txt": b"Contact: us",
    ".well-known/.hidden": b"SECRET",
    "docs/index.html": b"<h1>Docs</h1>",
    "docs/page.html": b"<h1>Page</h1>",
    "empty/.keep": b"",
    "index.html": b"<h1>Start</h1>",
}
OUTSIDE: Final = {"secret.txt": b"SECRET", "site-secret/app.js": b"SECRET"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, with others beside it that are not to be seen."""
    around = tmp_path_factory.mktemp("around")
    inside = {f"site/{name}": content for name, content in FILES.items()}
    for name, content in (inside | OUTSIDE).items():
        path = around / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (THEN, THEN))
    os.utime(around / "site/old.css", (THEN + 1, THEN + 1))
    (around / "site/out.txt").symlink_to(around / "secret.txt")
    (around / "site/plain.css.gz").symlink_to(around / "secret.txt")
    return around / "site"


def page(request: Request) -> Response:
    """The handler, which has all other paths."""
    return text(f"page {request.method} {request.path}")


def ask(site: Path, path: str, /, options: dict[str, object] | None = None, **keys: object) -> WSGIAnswer:
    """The answer to one request."""
    wrapped = untyped(static_files)(site, **(options or {}))
    assert isinstance(wrapped, StaticFiles)
    return call(application(wrapped(page)), environ_of(path, **keys))


# Which path is which file


FOUND: Final[dict[str, tuple[str, bytes]]] = {
    "file": ("/static/app.js", SCRIPT),
    "in-folder": ("/static/docs/page.html", b"<h1>Page</h1>"),
    "escaped": ("/static/a%20b%C3%A9.txt", b"named"),
    "escaped-letters": ("/%73tatic/app%2Ejs", SCRIPT),
    "query": ("/static/app.js?v=1", SCRIPT),
    "compressed-itself": ("/static/app.js.zst", b"in Zstandard"),
    "well-known": ("/static/.well-known/security.txt", b"Contact: us"),
    "slash-in-front": ("//static/app.js", SCRIPT),
}


@pytest.mark.parametrize(("path", "content"), FOUND.values(), ids=FOUND.keys())
def test_files(site: Path, path: str, content: bytes) -> None:
    """The path below the prefix is that of a file in the folder."""
    answer = call(
        application(static_files(site)(page)),
        environ_of() | {"PATH_INFO": path} if path[:2] == "//" else environ_of(path),
    )

    assert ("200 OK", content) == (answer.status, answer.body)


NOT_FOUND: Final = {
    "no-file": "/static/none.js",
    "folder": "/static/docs",
    "folder-with-slash": "/static/docs/",
    "the-folder-itself": "/static/",
    "file-with-slash": "/static/app.js/",
    "below-a-file": "/static/app.js/a",
    "up": "/static/../secret.txt",
    "up-escaped": "/static/%2e%2e/secret.txt",
    "up-with-escaped-slash": "/static/..%2fsecret.txt",
    "up-and-down": "/static/docs/../../secret.txt",
    "up-by-backslash": "/static/..%5csecret.txt",
    "sibling-with-the-same-beginning": "/static/../site-secret/app.js",
    "absolute": "/static//etc/passwd",
    "two-slashes": "/static//app.js",
    "drive": "/static/C:/secret.txt",
    "nul": "/static/app.js%00.txt",
    "newline": "/static/app.js%0a",
    "stream": "/static/app.js::$DATA",
    "trailing-dot": "/static/app.js.",
    "link-that-leads-out": "/static/out.txt",
    "hidden": "/static/.env",
    "hidden-escaped": "/static/%2eenv",
    "hidden-folder": "/static/.git/config",
    "hidden-in-well-known": "/static/.well-known/.hidden",
    "case": "/static/APP.js",
    "not-utf-8": "/static/%ff.js",
    "over-long": "/static/" + "a" * 5000,
    "many-dots": "/static/" + "./" * 2000 + "app.js",
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", NOT_FOUND.values(), ids=NOT_FOUND.keys())
def test_no_files(site: Path, path: str, method: str) -> None:
    """Everything else below the prefix is a 404, and never the handler's."""
    answer = ask(site, path, REQUEST_METHOD=method)

    assert "404 Not Found" == answer.status
    assert b"SECRET" not in answer.body


@pytest.mark.parametrize("path", ["/", "/static", "/staticfile", "/Static/app.js", "/other/static/app.js", "/app.js"])
def test_other_paths(site: Path, path: str) -> None:
    """They are the handler's, whatever the method."""
    assert [f"page {method} {path}" for method in ("GET", "POST")] == [
        ask(site, path, REQUEST_METHOD=method).text for method in ("GET", "POST")
    ]


@pytest.mark.parametrize("path", ["/static/app.js", "/static/none.js"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "QUERY", "MAGIC"])
def test_other_methods(site: Path, method: str, path: str) -> None:
    """Below the prefix they are a 405, which names those that are allowed."""
    answer = ask(site, path, REQUEST_METHOD=method)

    assert ("405 Method Not Allowed", "GET, HEAD") == (answer.status, answer.headers["Allow"])


@pytest.mark.parametrize(
    ("prefix", "path", "expected"),
    [
        pytest.param("/", "/app.js", SCRIPT, id="all-paths"),
        pytest.param("/", "/", None, id="all-paths-start"),
        pytest.param("/a/b", "/a/b/app.js", SCRIPT, id="two-segments"),
        pytest.param("/a/b/", "/a/b/app.js", SCRIPT, id="slash-at-the-end"),
        pytest.param("/a/b", "/a/app.js", b"page GET /a/app.js", id="not-below"),
        pytest.param("/caf\u00e9", "/caf%C3%A9/app.js", SCRIPT, id="not-ascii"),
    ],
)
def test_prefix(site: Path, prefix: str, path: str, expected: bytes | None) -> None:
    """Files are below the prefix."""
    answer = ask(site, path, {"prefix": prefix})

    assert (404 if expected is None else 200) == answer.status_code
    assert expected is None or expected == answer.body


def test_below_where_the_application_is_mounted(site: Path) -> None:
    """The prefix is within the application."""
    assert SCRIPT == ask(site, "/static/app.js", SCRIPT_NAME="/mounted").body


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/app.js", SCRIPT),
        ("GET", "/none", b"page GET /none"),
        ("GET", "/.env", b"page GET /.env"),
        ("GET", "/", b"page GET /"),
        ("POST", "/app.js", b"page POST /app.js"),
    ],
)
def test_fallthrough(site: Path, method: str, path: str, expected: bytes) -> None:
    """With it, the handler is asked where there is no file, and for other methods."""
    assert expected == ask(site, path, {"prefix": "/", "fallthrough": True}, REQUEST_METHOD=method).body


def test_hidden(site: Path) -> None:
    """With it, names that begin with a dot are served; what is outside is not."""
    assert b"SECRET" == ask(site, "/static/.env", {"hidden": True}).body
    assert 404 == ask(site, "/static/../secret.txt", {"hidden": True}).status_code


INDEX: Final[dict[str, tuple[str, int, str]]] = {
    "folder": ("/static/docs/", 200, "<h1>Docs</h1>"),
    "the-folder-itself": ("/static/", 200, "<h1>Start</h1>"),
    "without-slash": ("/static/docs", 308, "/static/docs/"),
    "the-folder-itself-without-slash": ("/static", 308, "/static/"),
    "query-is-kept": ("/static/docs?a=1&b=%2F", 308, "/static/docs/?a=1&b=%2F"),
    "file": ("/static/docs/index.html", 200, "<h1>Docs</h1>"),
    "folder-without": ("/static/empty/", 404, ""),
    "folder-without-and-without-slash": ("/static/empty", 404, ""),
    "file-with-slash": ("/static/app.js/", 404, ""),
    "no-folder": ("/static/none", 404, ""),
    "outside": ("/static/..", 404, ""),
    "hidden": ("/static/.git", 404, ""),
}


@pytest.mark.parametrize(("path", "status", "expected"), INDEX.values(), ids=INDEX.keys())
def test_index(site: Path, path: str, status: int, expected: str) -> None:
    """With it, a file stands for its folder, below the path that ends with a slash."""
    answer = ask(site, path, {"index": "index.html"})

    assert status == answer.status_code
    assert {200: answer.text, 308: answer.headers.get("Location"), 404: ""}[status] == expected


def test_redirect_stays_here(site: Path) -> None:
    """Neither slashes in front nor where it is mounted lead the redirect to another site."""
    options: dict[str, object] = {"index": "index.html", "prefix": "/"}

    assert "/docs/" == ask(site, "/", options, PATH_INFO="//docs").headers["Location"]
    assert "/mounted/docs/" == ask(site, "/docs", options, SCRIPT_NAME="/mounted").headers["Location"]
    assert 404 == ask(site, "/", options, PATH_INFO="//evil.example/..//docs").status_code


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    st.lists(
        st.sampled_from(["..", ".", "", "docs", "app.js", "secret.txt", "site", "site-secret", "\\", "%2e%2e", ".git"])
    )
)
def test_nothing_outside_is_served(site: Path, parts: list[str]) -> None:
    """Whatever the path: what is served is a file of the folder that is not hidden."""
    served = {content for name, content in FILES.items() if not name.startswith(".") or "security" in name}

    for options in ({}, {"index": "index.html"}, {"index": "index.html", "prefix": "/"}):
        answer = ask(site, "/", dict(options), PATH_INFO="/static/" + "/".join(parts))

        assert answer.status_code in (200, 308, 404)
        assert answer.status_code != 200 or answer.body in served


# What is said of a file


def test_fields(site: Path) -> None:
    """Type, dates, tags and lengths are as `send_from_directory` has them; browsers ask each time."""
    answer = ask(site, "/static/plain.css")
    headers = {name: value for name, value in answer.headers.items() if name not in ("Date", "ETag")}

    assert {
        "Content-Type": "text/css; charset=utf-8",
        "Content-Length": "4",
        "Content-Disposition": "inline; filename=plain.css",
        "Last-Modified": "Wed, 01 Jan 2020 12:00:00 GMT",
        "Cache-Control": "no-cache",
        "Accept-Ranges": "bytes",
        "Vary": "Accept-Encoding",
    } == headers


@pytest.mark.parametrize(
    ("path", "options", "expected"),
    [
        pytest.param("app.3f2a9c1d.js", {}, FOREVER, id="hashed"),
        pytest.param("app.js", {}, "no-cache", id="other"),
        pytest.param("app.js", {"max_age": timedelta(hours=1)}, "max-age=3600, public", id="other-with-age"),
        pytest.param(
            "app.3f2a9c1d.js", {"max_age": timedelta(hours=1)}, FOREVER, id="hashed-with-age"
        ),
        pytest.param("app.3f2a9c1d.js", {"immutable": None}, "no-cache", id="no-pattern"),
        pytest.param("docs/page.html", {"immutable": re.compile("^docs/")}, FOREVER, id="own"),
        pytest.param("app.3f2a9c1d.js", {"immutable": re.compile("^docs/")}, "no-cache", id="own-of-others"),
        pytest.param("none.3f2a9c1d.js", {}, None, id="no-file"),
    ],
)  # fmt: skip
def test_freshness(site: Path, path: str, options: dict[str, object], expected: str | None) -> None:
    """Files whose names have a hash never change; the others are fresh for the age that is given."""
    answer = ask(site, f"/static/{path}", options)

    assert expected == answer.headers.get("Cache-Control")
    assert ("Expires" in answer.headers) is (expected == "max-age=3600, public")
    not_modified = ask(site, f"/static/{path}", options, HTTP_IF_NONE_MATCH=answer.headers.get("ETag", "none"))
    assert expected == not_modified.headers.get("Cache-Control")


def test_failures_are_not_fresh(site: Path) -> None:
    """An answer that is not of the file says nothing about how long it is fresh."""
    for keys in ({"HTTP_RANGE": "bytes=999-"}, {"HTTP_IF_MATCH": '"other"'}):
        answer = ask(site, "/static/app.3f2a9c1d.js", None, **keys)

        assert answer.status_code in (412, 416)
        assert "Cache-Control" not in answer.headers


@pytest.mark.parametrize(
    ("name", "hashed"),
    [
        ("app.3f2a9c1d.js", True),
        ("app-3f2a9c1d.js", True),
        ("app_3f2a9c1d.min.css", True),
        ("3f2a9c1d9e.js", True),
        ("js/3f2a9c1d9e.js", True),
        ("app.3f2a9c1d.js.map", True),
        ("chunk.0123456789abcdef0123456789abcdef01234567.js", True),
        ("app.js", False),
        ("app.3f2a9c1.js", False),
        ("app.3F2A9C1D.js", False),
        ("backup-20240101.sql", False),
        ("deadbeef.txt", False),
        ("defaced-effaced.txt", False),
        ("app.3f2a9c1dg.js", False),
        ("3f2a9c1d9e/app.js", False),
        ("x3f2a9c1d9e.js", False),
        ("a." + "0a" * 40 + ".js", False),
        ("", False),
    ],
)
def test_hashed_names(name: str, hashed: bool) -> None:
    """A part of hexadecimal digits, of both kinds, in the last segment."""
    assert hashed is (HASHED.search(name) is not None)


# Compressed files


CODINGS: Final[dict[str, tuple[str, str, str | None, bytes]]] = {
    "br": ("app.js", "gzip, deflate, br, zstd", "br", b"in Brotli"),
    "gzip": ("app.js", "gzip", "gzip", FILES["app.js.gz"]),
    "zstd": ("app.js", "zstd", "zstd", b"in Zstandard"),
    "none": ("app.js", "", None, SCRIPT),
    "identity": ("app.js", "identity", None, SCRIPT),
    "anything": ("app.js", "*", "br", b"in Brotli"),
    "refused": ("app.js", "br;q=0, zstd;q=0, gzip", "gzip", FILES["app.js.gz"]),
    "preferred": ("app.js", "br;q=0.5, gzip", "gzip", FILES["app.js.gz"]),
    "unknown": ("app.js", "lzma", None, SCRIPT),
    "malformed": ("app.js", "gzip;;q=x,,=", None, SCRIPT),
    "over-long": ("app.js", "gzip," * 50_000, None, SCRIPT),
    "no-file": ("docs/page.html", "gzip", None, b"<h1>Page</h1>"),
    "stale": ("old.css", "gzip", None, b"b {}"),
    "link": ("plain.css", "gzip", None, b"a {}"),
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("name", "accepted", "coding", "content"), CODINGS.values(), ids=CODINGS.keys())
def test_precompressed(site: Path, name: str, accepted: str, coding: str | None, content: bytes, method: str) -> None:
    """The smallest that the client accepts is sent, with the type of the file; Vary is there whichever it is."""
    answer = ask(site, f"/static/{name}", HTTP_ACCEPT_ENCODING=accepted, REQUEST_METHOD=method)

    assert (200, coding, str(len(content))) == (
        answer.status_code,
        answer.headers.get("Content-Encoding"),
        answer.headers["Content-Length"],
    )
    assert (b"" if method == "HEAD" else content) == answer.body
    assert "Accept-Encoding" == answer.headers["Vary"]
    assert answer.headers["Content-Type"].startswith(("text/javascript", "text/css", "text/html"))


def test_each_coding_has_its_own_tag(site: Path) -> None:
    """The tags differ, and each is that of its own file alone: in a 304, and in a range."""
    plain, packed = (ask(site, "/static/app.js", HTTP_ACCEPT_ENCODING=one) for one in ("", "gzip"))
    tags = plain.headers["ETag"], packed.headers["ETag"]

    assert tags[0] != tags[1]
    statuses = [
        ask(site, "/static/app.js", HTTP_ACCEPT_ENCODING=one, HTTP_IF_NONE_MATCH=tag).status_code
        for one in ("", "gzip")
        for tag in tags
    ]
    assert [304, 200, 200, 304] == statuses
    parts = [
        ask(site, "/static/app.js", HTTP_ACCEPT_ENCODING="gzip", HTTP_RANGE="bytes=2-5", HTTP_IF_RANGE=tag)
        for tag in tags
    ]
    assert [(200, FILES["app.js.gz"]), (206, FILES["app.js.gz"][2:6])] == [(one.status_code, one.body) for one in parts]
    assert f"bytes 2-5/{len(FILES['app.js.gz'])}" == parts[1].headers["Content-Range"]
    assert ["gzip", "gzip"] == [one.headers["Content-Encoding"] for one in parts]


def test_compressed_files_of_hashed_names(site: Path) -> None:
    """They never change either."""
    answer = ask(site, "/static/app.3f2a9c1d.js", HTTP_ACCEPT_ENCODING="gzip")

    assert ("gzip", FOREVER) == (
        answer.headers["Content-Encoding"],
        answer.headers["Cache-Control"],
    )


def test_without_compressed_files(site: Path) -> None:
    """Without them, the file is what is sent, and nothing varies."""
    answer = ask(site, "/static/app.js", {"precompressed": False}, HTTP_ACCEPT_ENCODING="br")

    assert (SCRIPT, None, None) == (answer.body, answer.headers.get("Content-Encoding"), answer.headers.get("Vary"))


# Options


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"prefix": "static"}, ValueError, "prefix= of static_files() is a path, such as '/static', not 'static'"),
        ({"prefix": ""}, ValueError, "prefix= of static_files() is a path, such as '/static', not ''"),
        ({"prefix": "/a//b"}, ValueError, "prefix= of static_files() is a path"),
        ({"prefix": "/a?b"}, ValueError, "prefix= of static_files() is a path"),
        ({"index": "a/index.html"}, ValueError, "index= of static_files() is the name of a file"),
        ({"index": ""}, ValueError, "index= of static_files() is the name of a file"),
        ({"immutable": "[0-9]+"}, TypeError, "immutable= of static_files() is re.compile(...) of a pattern, not str"),
        ({"max_age": 60}, TypeError, "max_age= of static_files() is a timedelta, not int"),
        ({"max_age": timedelta(-1)}, ValueError, "max_age= of static_files() is not negative, as -1 day"),
    ],
)
def test_options_are_checked(site: Path, options: dict[str, object], error: type[Exception], message: str) -> None:
    """A wrong option is refused where it is given."""
    with pytest.raises(error) as caught:
        untyped(static_files)(site, **options)

    assert str(caught.value).startswith(message)


def test_folder_is_checked(site: Path) -> None:
    """What is no folder is refused where it is given, not at the first request."""
    for wrong in (site / "none", site / "app.js"):
        with pytest.raises(ValueError, match=r"static_files\(\) takes a folder, and '.*' is not one"):
            static_files(wrong)


def test_folder_stays_the_same(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path is that of when it was given."""
    monkeypatch.chdir(site.parent)
    files = static_files(site.name)
    monkeypatch.chdir("/")

    assert SCRIPT == call(application(files(page)), environ_of("/static/app.js")).body


def test_answers_of_the_handler_are_its_own(site: Path) -> None:
    """They pass through untouched."""
    answers: list[ResponseLike] = [text("hi"), text("hi").freeze(), foreign]

    for answer in answers:
        assert answer is static_files(site)(always(answer))(Request())


def always(answer: ResponseLike) -> Handler:
    """A handler with one answer."""
    return lambda _: answer


def test_what_is_no_handler(site: Path) -> None:
    """It is refused where it is given, and named."""
    with pytest.raises(TypeError, match=r"static_files\(\) takes a handler"):
        untyped(static_files(site))(text("hi"))


def test_names_are_kept(site: Path) -> None:
    """What stands around a handler is called as it is."""
    wrapped = static_files(site)(page)

    assert ("page", page.__doc__) == (getattr(wrapped, "__name__", ""), wrapped.__doc__)
