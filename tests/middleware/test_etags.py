"""Entity tags of every answer, and the conditions of requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import CountedBody, environ_of, untyped
from verglas import (
    FileSlice,
    Finish,
    FrozenResponse,
    Headers,
    Request,
    RequestHead,
    Response,
    ResponseLike,
    application,
    send_file,
    text,
)
from verglas.errors import NotFound
from verglas.headers import ETag
from verglas.middleware import etags
from verglas.testing import WSGIAnswer, call
from verglas.wsgi import Environ, StartResponse

BODY: Final = "one page"
TAG: Final = str(text(BODY).freeze().headers["ETag"])
MODIFIED: Final = "Wed, 01 Jan 2020 00:00:00 GMT"

GET: Final = RequestHead("GET", Headers())


def asked(make: Callable[[], ResponseLike], finish: Finish | None = None, /, **keys: object) -> WSGIAnswer:
    """The answer of a handler behind `etags`, to this request."""
    return call(application(lambda request: make(), finish=finish or etags()), environ_of(**keys))


def page(**headers: str) -> Callable[[], Response]:
    """A handler's answer with these fields; an underscore stands for a hyphen."""
    return lambda: Response(BODY, headers={name.replace("_", "-"): value for name, value in headers.items()})


def always(answer: ResponseLike) -> Callable[[], ResponseLike]:
    """A handler's answer that is there already."""
    return lambda: answer


def foreign(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """An application that others wrote, with a tag of its own."""
    start_response("200 OK", [("ETag", '"own"')])
    return [BODY.encode()]


class Sends(Response):
    """A class that says itself how it is sent."""

    def get_app_iter(self, environ: Environ) -> Iterable[bytes]:
        return [b"other"]


class Shouts(Response):
    """A class that changes its body on the way out."""

    def iter_encoded(self) -> Iterator[bytes]:
        return (piece.upper() for piece in super().iter_encoded())


def error(code: int) -> Callable[[], Response]:
    """An answer with this status."""
    return lambda: Response(BODY, code)


@pytest.mark.parametrize(
    ("make", "method", "tag"),
    [
        pytest.param(page(), "GET", TAG, id="get"),
        pytest.param(page(), "HEAD", TAG, id="head-as-get"),
        pytest.param(page(), "QUERY", TAG, id="query"),
        pytest.param(lambda: Response(["one ", b"page"]), "GET", TAG, id="list"),
        pytest.param(lambda: FrozenResponse(BODY.encode()), "GET", TAG, id="frozen-without"),
        pytest.param(page(Set_Cookie="a=b"), "GET", TAG, id="sets-a-cookie"),
        pytest.param(page(Cache_Control="no-cache"), "GET", TAG, id="no-cache-asks-again"),
        pytest.param(page(Cache_Control="a b"), "GET", TAG, id="malformed-cache-control"),
        pytest.param(page(ETag='"own"'), "GET", '"own"', id="keeps-its-own"),
        pytest.param(page(ETag="malformed"), "GET", "malformed", id="keeps-a-malformed-one"),
        pytest.param(lambda: foreign, "GET", '"own"', id="foreign"),
        pytest.param(lambda: Shouts(BODY), "GET", text(BODY.upper()).freeze().headers["ETag"], id="of-what-is-sent"),
        pytest.param(lambda: Response(""), "GET", text("").freeze().headers["ETag"], id="empty"),
        pytest.param(lambda: Response(""), "HEAD", None, id="empty-head"),
        pytest.param(FrozenResponse, "HEAD", None, id="empty-frozen-head"),
        pytest.param(page(), "POST", None, id="post"),
        pytest.param(page(Cache_Control="no-store"), "GET", None, id="no-store"),
        pytest.param(lambda: Response(iter([BODY])), "GET", None, id="stream"),
        pytest.param(error(201), "GET", None, id="201"),
        pytest.param(error(204), "GET", None, id="204"),
        pytest.param(error(206), "GET", None, id="206"),
        pytest.param(error(404), "GET", None, id="404"),
        pytest.param(error(302), "GET", None, id="302"),
        pytest.param(NotFound, "GET", None, id="raised"),
        pytest.param(lambda: Response(BODY, direct_passthrough=True), "GET", None, id="passed-through"),
        pytest.param(lambda: Sends(BODY), "GET", None, id="sends-itself"),
    ],
)
def test_tag(make: Callable[[], ResponseLike], method: str, tag: str | None) -> None:
    """A 200 in memory has a tag of its body, and keeps the one that it has; nothing else is given one."""

    assert tag == asked(make, REQUEST_METHOD=method).headers.get("ETag")


@pytest.mark.parametrize(
    ("make", "fields", "code"),
    [
        pytest.param(page(), {"HTTP_IF_NONE_MATCH": TAG}, 304, id="if-none-match"),
        pytest.param(page(), {"HTTP_IF_NONE_MATCH": f"W/{TAG}"}, 304, id="weakly"),
        pytest.param(page(), {"HTTP_IF_NONE_MATCH": f'"x", {TAG}'}, 304, id="one-of-several"),
        pytest.param(page(), {"HTTP_IF_NONE_MATCH": "*"}, 304, id="star"),
        pytest.param(page(), {"HTTP_IF_NONE_MATCH": TAG, "REQUEST_METHOD": "HEAD"}, 304, id="head"),
        pytest.param(page(), {"HTTP_IF_NONE_MATCH": TAG, "REQUEST_METHOD": "QUERY"}, 304, id="query"),
        pytest.param(page(), {"HTTP_IF_NONE_MATCH": TAG, "REQUEST_METHOD": "POST"}, 200, id="post"),
        pytest.param(page(), {"HTTP_IF_NONE_MATCH": '"x"'}, 200, id="another"),
        pytest.param(page(), {"HTTP_IF_NONE_MATCH": "malformed"}, 200, id="malformed"),
        pytest.param(page(), {"HTTP_IF_NONE_MATCH": '"' + "x" * 70_000 + '"'}, 200, id="over-long"),
        pytest.param(page(), {"HTTP_IF_MATCH": TAG}, 200, id="if-match"),
        pytest.param(page(), {"HTTP_IF_MATCH": '"x"'}, 412, id="if-match-another"),
        pytest.param(page(Last_Modified=MODIFIED), {"HTTP_IF_MODIFIED_SINCE": MODIFIED}, 304, id="date"),
        pytest.param(
            page(Last_Modified=MODIFIED),
            {"HTTP_IF_UNMODIFIED_SINCE": "Tue, 31 Dec 2019 00:00:00 GMT"},
            412,
            id="unmodified-since",
        ),
        pytest.param(page(), {"HTTP_IF_MODIFIED_SINCE": MODIFIED}, 200, id="no-date"),
        pytest.param(page(ETag='"own"'), {"HTTP_IF_NONE_MATCH": '"own"'}, 304, id="own-tag"),
        pytest.param(lambda: foreign, {"HTTP_IF_NONE_MATCH": '"own"'}, 304, id="foreign"),
        pytest.param(
            lambda: Response(iter("ab"), headers={"ETag": '"own"'}), {"HTTP_IF_NONE_MATCH": '"own"'}, 304, id="stream"
        ),
        pytest.param(lambda: Response(iter("ab")), {"HTTP_IF_MATCH": '"x"'}, 200, id="stream-without-any"),
        pytest.param(page(), {"HTTP_RANGE": "bytes=0-0"}, 200, id="range-is-the-handlers"),
        pytest.param(lambda: text(BODY).freeze(), {"HTTP_IF_NONE_MATCH": TAG}, 304, id="frozen"),
        pytest.param(
            lambda: text(BODY).freeze(), {"HTTP_IF_NONE_MATCH": '"' + "x" * 70_000 + '"'}, 200, id="frozen-long"
        ),
        pytest.param(lambda: FrozenResponse(BODY.encode()), {"HTTP_IF_NONE_MATCH": TAG}, 304, id="frozen-without"),
        pytest.param(error(404), {"HTTP_IF_NONE_MATCH": "*"}, 404, id="rfc9110-13.2.1"),
    ],
)
def test_conditions(make: Callable[[], ResponseLike], fields: dict[str, object], code: int) -> None:
    """The conditions of a request are answered; what cannot be read of them is passed over."""
    answer = asked(make, **fields)

    assert (code, code in (304, 412)) == (answer.status_code, answer.body == b"")


def test_304_keeps_what_it_must() -> None:
    """A 304 has the tag, the cookies and what caches need; not what describes the content."""
    make = page(Set_Cookie="a=b", Cache_Control="max-age=5", Vary="Cookie", Content_Language="en")
    answer = asked(make, HTTP_IF_NONE_MATCH=TAG)
    named = {name: value for name, value in answer.lines if name != "Date"}

    assert {"Set-Cookie": "a=b", "Cache-Control": "max-age=5", "Vary": "Cookie", "ETag": TAG} == named


def test_weak() -> None:
    """The tags may be weak."""
    finish = etags(weak=True)
    answer = asked(page(), finish)

    assert (f"W/{TAG}", 304) == (answer.headers["ETag"], asked(page(), finish, HTTP_IF_NONE_MATCH=TAG).status_code)


def test_weak_frozen() -> None:
    """So may that of a frozen answer."""

    assert f"W/{TAG}" == asked(lambda: FrozenResponse(BODY.encode()), etags(weak=True)).headers["ETag"]


def test_skip() -> None:
    """What `skip` names is left as it is, and answers no condition."""

    def skip(head: RequestHead, answer: Response | FrozenResponse) -> bool:
        return head.target == "/private" and answer.status_code == 200

    private = asked(page(), etags(skip=skip), PATH_INFO="/private", HTTP_IF_NONE_MATCH="*")

    assert (200, None, TAG) == (
        private.status_code,
        private.headers.get("ETag"),
        asked(page(), etags(skip=skip)).headers["ETag"],
    )


def test_file(tmp_path: Path) -> None:
    """A file by its path is not read: its tag is that of its size and time."""
    path = tmp_path / "a.txt"
    path.write_text(BODY)
    tag = FileSlice.of(path).etag

    def sent() -> list[Response | FrozenResponse]:
        whole = FileSlice.of(path)
        return [Response(whole), FrozenResponse(whole), send_file(path, environ_of())]

    assert [tag] * 3 == [asked(always(one)).headers["ETag"] for one in sent()]
    assert [304] * 3 == [asked(always(one), HTTP_IF_NONE_MATCH=tag).status_code for one in sent()]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(text(BODY, 404), id="error"),
        pytest.param(Response(iter([BODY])), id="stream"),
        pytest.param(Response(BODY, headers={"ETag": '"own"'}), id="tagged"),
        pytest.param(text(BODY).freeze(), id="frozen"),
    ],
)
def test_untouched(answer: Response | FrozenResponse) -> None:
    """An answer that needs no change passes as the same object."""
    lines = answer.headers.pairs

    assert (True, lines) == (etags()(GET, answer) is answer, answer.headers.pairs)


def test_frozen_keeps_its_304() -> None:
    """The 304 of a frozen answer is made once."""
    frozen, finish = text(BODY).freeze(), etags()
    head = RequestHead("GET", Headers({"If-None-Match": TAG}))

    assert finish(head, frozen) is finish(head, frozen)


def test_kept_builder() -> None:
    """A builder that is sent again and again stays what it is: one client's 304 is not everybody's."""
    kept = text(BODY)
    lines = kept.headers.pairs
    codes = [asked(lambda: kept, HTTP_IF_NONE_MATCH=tag).status_code for tag in (TAG, '"x"', TAG)]
    kept.data = "another"

    assert ([304, 200, 304], lines) == (codes, kept.headers.pairs)
    assert (200, b"another") == ((answer := asked(lambda: kept, HTTP_IF_NONE_MATCH=TAG)).status_code, answer.body)


def test_closes_once() -> None:
    """A stream that is not sent, because the client has it, is closed once, and so are the callbacks run."""
    body, log = CountedBody("a"), list[str]()
    response = Response(body, headers={"ETag": '"own"'})
    response.call_on_close(lambda: log.append("closed"))
    answer = asked(lambda: response, HTTP_IF_NONE_MATCH='"own"')

    assert (304, b"", 1, ["closed"]) == (answer.status_code, answer.body, body.closed, log)


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_tags_tell_bodies_apart(one: bytes, other: bytes) -> None:
    """A client that has one body gets a 304 for that alone."""
    tag = asked(lambda: Response(one)).headers["ETag"]

    assert (304 if one == other else 200) == asked(lambda: Response(other), HTTP_IF_NONE_MATCH=tag).status_code
    assert not ETag.parse(tag).weak


def test_mistakes() -> None:
    """What cannot be called is refused where it is given."""
    with pytest.raises(TypeError, match=r"skip= of etags\(\) is a function, not list"):
        untyped(etags)(skip=["/private"])


def test_with_a_class_of_requests() -> None:
    """It is a function for `finish=` of any application."""

    class Own(Request):
        """A class of requests."""

    def show(request: Own) -> Response:
        return text(BODY)

    assert TAG == call(application(show, parse=Own.parse, finish=[etags()])).headers["ETag"]
