"""The items that are measured, and what is asked for in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from benchmarks import around, environs
from benchmarks.harness import BARE, Environ, Item, Kind

OFFERS: Final = ("application/json", "image/webp", "text/html")
LANGUAGES: Final = ("fr", "de", "en")
ENCODINGS: Final = ("gzip", "br", "identity")
HEADERS_READ: Final = ("User-Agent", "Accept-Encoding", "Referer")
PAGE: Final = b"Hello, who reads this? " * 40
TAG: Final = "v1"
CHANGED: Final = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
LOCATION: Final = "https://shop.example.org/notes/1"  # absolute, because WebOb makes it so
MANY: Final = 1000

REVALIDATING: Final = environs.with_texts(HTTP_IF_NONE_MATCH=f'"old-#", "{TAG}"')
CONDITION: Final = frozenset({"etag"})
PART: Final = frozenset({"content-range", "content-length"})


def both(name: str, what: str, environ: Callable[[int], Environ], read: str = "") -> list[Item]:
    """Two items of one read: of a text that repeats, and of one that was never seen before."""
    read = read or name
    return [
        Item(f"{name}, repeated text", f"{what}; the same text in each request", environ, read),
        Item(f"{name}, new text", f"{what}; another text in each request", environ, read, new_text=True),
    ]


REQUESTS: Final = [
    Item("construct", "make a request of an environ, read nothing", environs.browser, "construct", new_text=True),
    Item("parse strictly", "`parse_environ` beside Werkzeug's constructor", environs.browser, "parse", new_text=True),
    Item("five reads", "method, path, an argument, a header, a cookie", environs.browser, "five reads", new_text=True),
    Item(
        "everything",
        "URL, all headers, arguments and cookies, Accept, If-None-Match, Cache-Control, User-Agent, Content-Type",
        environs.with_texts(HTTP_IF_NONE_MATCH='"v#"'),
        "everything",
        new_text=True,
    ),
    Item("headers", "list 17 headers and read 3", environs.browser, "headers", new_text=True),
    Item("cookies", "make a request and list its 6 cookies", environs.browser, "cookies", new_text=True),
]

BODIES: Final = [
    Item("form, 20 fields", "a urlencoded form of 1 KB", environs.form(20), "form", new_text=True),
    Item("form, 1,000 fields", "a urlencoded form of 100 KB", environs.form(1000), "form", new_text=True),
    Item("JSON", "a body of 1 KB", environs.json_text, "json", new_text=True),
    Item(
        "JSON, bytes to a Struct",
        "the same body, which msgspec decodes; Werkzeug's `get_json` beside it",
        environs.json_text,
        "struct",
        new_text=True,
    ),
    Item(
        "multipart, small",
        "5 fields and a file of 10 KB",
        environs.multipart(5, lambda: environs.file_of(10_240)),
        "upload",
        new_text=True,
    ),
    Item("multipart, 1,000 fields", "small text fields", environs.multipart(1000), "multipart", new_text=True),
    Item(
        "upload, 50 MB, disk",
        "a file, spooled to a file on disk",
        environs.multipart(1, lambda: environs.file_of(50_000_000)),
        "upload",
        folder="/var/tmp",
    ),
    Item(
        "upload, 50 MB, tmpfs",
        "a file, spooled to a file in memory",
        environs.multipart(1, lambda: environs.file_of(50_000_000)),
        "upload",
        folder="/dev/shm",
    ),
    Item(
        "upload, near-boundaries",
        "10 MB of CRs, LFs, dashes and beginnings of boundaries",
        environs.multipart(1, environs.near_boundaries),
        "upload",
    ),
]

FILE: Final = b"To be sent. " * 100
ENVIRON: Final = ("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_HOST", "wsgi.url_scheme")
"""Keys of an environ that is built on which all agree."""


def target(environ: Environ) -> str:
    """What a test asks for: path and query of an environ, so that it is a new text."""
    return f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"


SMALL: Final = 2
LARGE: Final = 200
"""Things that a table of routes is about; each has five routes."""

INPUTS: Final = [
    Item(
        "five inputs",
        "three arguments, a header and a cookie, converted strictly, all problems collected; beside it by hand",
        environs.browser,
        "five inputs",
        new_text=True,
        base=BARE,
    ),
    Item(
        "routing, 10 routes",
        "find the handler of a path with an integer and a UUID in it, and call it with both",
        environs.routed(SMALL),
        "routing small",
        new_text=True,
    ),
    Item("routing, 1,000 routes", "the same", environs.routed(LARGE), "routing large", new_text=True),
]

RESPONSES: Final = [
    Item("response", "status, 3 headers and a cookie; called, read to its end, closed", environs.browser, "response"),
    Item("frozen", "call a response that exists already", environs.browser, "frozen", base=BARE),
    Item("frozen, served", "the same, returned by a handler", environs.browser, "frozen served", base=BARE),
    Item("hello", "a handler reads path and an argument, answers a text", environs.browser, "hello", new_text=True),
    Item("304, built", "build a response, make it conditional", REVALIDATING, "304 built", True, fields=CONDITION),
    Item("304, frozen", "`FrozenResponse.conditional`", REVALIDATING, "304 frozen", True, fields=CONDITION),
    Item("range, 1 KB", "at 5 MB of 10 MB of a file", environs.part(5_000_000, 5_001_023), "range served", fields=PART),
    Item("range, 1 MB", "at 5 MB of 10 MB of a file", environs.part(5_000_000, 5_999_999), "range served", fields=PART),
    Item("range, 9.9 MB", "of 10 MB of a file", environs.part(100_000, 9_999_999), "range served", fields=PART),
    Item("set_cookie, 1,000 times", "on one response", environs.browser, "cookies set"),
    Item("headers[name] = value, 1,000 times", "on one response", environs.browser, "headers set"),
    Item("nine typed headers", "set on one response", environs.browser, "nine headers"),
]

MIDDLEWARE: Final = [
    Item(name, f"{pair.what}; beside it {pair.beside}", pair.environ, name, base=BARE, fields=pair.fields)
    for name, pair in around.PAIRS.items()
]

READS: Final = [
    *both("Accept", "the best of three media types", environs.browser),
    *both("Accept-Language", "the best of three languages", environs.browser),
    *both("Accept-Encoding", "the best of three codings", environs.browser),
    *both("authorization", "user and password", environs.authorized),
    *both("cache_control", "`max_age`", environs.browser),
    *both("if_none_match", "whether a tag is in it", environs.with_texts(HTTP_IF_NONE_MATCH='"a", "v#"')),
    *both("range", "first and last byte", environs.with_texts(HTTP_RANGE="bytes=10-#")),
    *both("path", "the path as text", environs.with_texts(PATH_INFO="/shop/items/#")),
    *both("user_agent", "its text", environs.browser),
    *both("referrer", "its text", environs.browser),
    *both("origin", "its text", environs.with_texts(HTTP_ORIGIN="https://s#.example.org")),
    *both("remote_addr", "the address of the client", environs.from_address),
    *both("headers.get", "one header", environs.browser),
    *both("list(headers.items())", "17 headers", environs.browser, "header items"),
]

TESTING: Final = [
    Item(
        "client, GET", "a test client asks for a page and reads its text", environs.browser, "client get", new_text=True
    ),
    Item("client, upload", "the same with a form: a text and a file", environs.browser, "client upload", new_text=True),
    Item("environ, at once", "`create_environ` of path and query", environs.browser, "environ", new_text=True),
    Item("environ, by a builder", "`EnvironBuilder` of the same", environs.browser, "environ built", new_text=True),
]

COUNTS: Final = [
    Item("import", "CPU time of the import, over bare Python", environs.browser, "import", kind=Kind.IMPORT),
    Item("memory", "of a request that is kept, after five reads", environs.browser, "kept", True, Kind.BYTES),
    Item("garbage", "objects in cycles that a request (hello) leaves", environs.browser, "hello", True, Kind.OBJECTS),
    Item("worker", "CPU time of hello in gunicorn's sync worker, above a bare callable", environs.browser, "worker",
         kind=Kind.WORKER),
]  # fmt: skip

SECTIONS: Final = {
    "Requests": REQUESTS,
    "Bodies": BODIES,
    "Typed input and paths": INPUTS,
    "Responses": RESPONSES,
    "Middleware": MIDDLEWARE,
    "Single reads": READS,
    "Testing": TESTING,
    "Import, memory, a live worker": COUNTS,
}
ITEMS: Final = [item for section in SECTIONS.values() for item in section]
