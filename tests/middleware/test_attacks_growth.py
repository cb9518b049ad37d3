"""The work of middleware grows with what a client sends, and no faster."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.growth import assert_linear, filled
from tests.kit import environ_of
from tests.sessions.handlers import value_of
from tests.sessions.visitors import KEY, dump, load
from verglas import Request, Response, ResponseLike, application, text
from verglas.middleware import (
    access_log,
    basic_auth,
    bearer_auth,
    cache,
    cors,
    cross_origin_protection,
    etags,
    gzip,
    https_only,
    request_id,
    static_files,
)
from verglas.sessions import sessions
from verglas.testing import call


def page(request: Request[object]) -> ResponseLike:
    """A page that is worth being compressed."""
    return text("a page " * 100, headers={"ETag": '"a"'})


def nobody(*credentials: str) -> str | None:
    """Know nobody."""
    return None


API: Final = cors(lambda origin: False)
IDS: Final = request_id(trust_incoming=True)
APPLICATIONS: Final = {
    "gzip": application(page, finish=gzip()),
    "etags": application(page, finish=etags()),
    "cors": application(API(page), finish=API.finish),
    "cross_origin_protection": application(cross_origin_protection()(page)),
    "basic_auth": application(basic_auth(nobody, realm="notes")(page)),
    "bearer_auth": application(bearer_auth(nobody, realm="notes")(page)),
    "https_only": application(https_only()(page)),
    "static_files": application(static_files(Path(__file__).parent, index="index.html")(page)),
    "request_id": application(IDS(page), finish=[IDS.finish, access_log(query=True)]),
    "sessions": application(sessions(dump, load, keys=[KEY])(value_of)),
}

SENT: Final = [
    ("gzip", "HTTP_ACCEPT_ENCODING", "", "gzip;q=0.5,"),
    ("gzip", "HTTP_ACCEPT_ENCODING", "", ","),
    ("etags", "HTTP_IF_NONE_MATCH", "", 'W/"b",'),
    ("etags", "HTTP_IF_NONE_MATCH", "", '"'),
    ("cors", "HTTP_ORIGIN", "http://", "a."),
    ("cors", "HTTP_ORIGIN", "http://", "1."),
    ("cross_origin_protection", "HTTP_ORIGIN", "http://", "xn--"),
    ("cross_origin_protection", "HTTP_SEC_FETCH_SITE", "same-origin", ";a"),
    ("basic_auth", "HTTP_AUTHORIZATION", "Basic ", "A"),
    ("basic_auth", "HTTP_AUTHORIZATION", "Basic ", 'a="\\'),
    ("bearer_auth", "HTTP_AUTHORIZATION", "Bearer ", "="),
    ("https_only", "PATH_INFO", "", "/"),
    ("https_only", "QUERY_STRING", "", "\xff"),
    ("static_files", "PATH_INFO", "/static/", "../"),
    ("static_files", "PATH_INFO", "/static/", "a/"),
    ("request_id", "HTTP_X_REQUEST_ID", "", "a"),
    ("request_id", "PATH_INFO", "/", "\xff"),
    ("sessions", "HTTP_COOKIE", "", "__Host-session=a; "),
    ("sessions", "HTTP_COOKIE", "__Host-session=", "A."),
]


@pytest.mark.parametrize(
    ("name", "key", "start", "unit"),
    [
        pytest.param(*row, id=f"{row[0]}-{row[1].removeprefix('HTTP_').lower()}-{number}")
        for number, row in enumerate(SENT)
    ],
)
def test_long_field(name: str, key: str, start: str, unit: str) -> None:
    """A field, a path or a query that is ever longer, up to where it is not read any more."""
    assert_linear(
        lambda size: call(
            APPLICATIONS[name],
            environ_of(REQUEST_METHOD="POST" if "cross" in name else "GET", **{key: start + filled(unit, size)}),
        ),
        start=256,
    )


def compressed(size: int) -> None:
    """A stream of pieces of one byte, each of which is flushed."""
    stream = Response((b"x" for _ in range(size)), mimetype="text/plain")
    call(application(lambda request: stream, finish=gzip()), environ_of(HTTP_ACCEPT_ENCODING="gzip"))


def counted(size: int) -> None:
    """The same, as it is logged."""
    stream = Response((b"x" for _ in range(size)), mimetype="text/plain")
    call(application(lambda request: stream, finish=access_log()), environ_of())


def kept(size: int) -> None:
    """One page of ever more forms, in a cache that has room for a part of them."""
    forms = cache(default_age=timedelta(minutes=1), max_entries=64)
    app = application(forms(lambda request: text("a form", headers={"Vary": "Accept"})))
    for number in range(size):
        call(app, environ_of(HTTP_ACCEPT=f"text/{number}"))


@pytest.mark.parametrize("run", [compressed, counted, kept])
def test_many(run: Callable[[int], None]) -> None:
    """Pieces and entries, ever more of them."""
    assert_linear(run, start=64)
