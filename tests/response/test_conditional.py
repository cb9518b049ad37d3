"""Conditions on responses (RFC 9110 §13), of the value and of the builder."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from tests.data.conditions import AFTER, BODY, CONDITIONS, ETAG, MODIFIED, Condition
from tests.kit import CountedBody, close, environ_of, ignore
from verglas import FrozenResponse, Headers, HeaderValueError, Limits, MutableHeaders, Request, Response
from verglas.errors import RequestHeaderFieldsTooLarge
from verglas.testing import call
from verglas.testing.strategies import field_values, frozen_responses
from verglas.wsgi import Environ


@frozen
class Asked:
    """The head of a request; its headers may be any mapping."""

    method: str
    headers: Mapping[str, str]
    target: str = "/"
    scheme: str = "http"


def asked(*fields: tuple[str, str], method: str = "GET") -> Asked:
    """The head of a request with these fields."""
    return Asked(method, Headers(fields))


def environ_with(head: Asked) -> Environ:
    """The same head as an environ, as a server makes it."""
    fields = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in head.headers.items()}
    return environ_of(REQUEST_METHOD=head.method, **fields)


def validators(row: Condition) -> dict[str, str]:
    """The fields of the representation that a row is about."""
    fields = {"ETag": row.etag, "Last-Modified": row.last_modified}
    return {name: value for name, value in fields.items() if value is not None}


PAGE = FrozenResponse(
    BODY,
    headers={
        "Content-Type": "text/plain",
        "Content-Language": "en",
        "Content-Digest": "sha-256=:AA==:",
        "Repr-Digest": "sha-256=:AA==:",
        "ETag": ETAG,
        "Last-Modified": MODIFIED,
        "Date": AFTER,
        "Cache-Control": "max-age=60",
        "Expires": AFTER,
        "Vary": "Accept",
        "Content-Location": "/page.en",
        "Set-Cookie": "a=1",
    },
)
KEPT_BY_304 = ["Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Set-Cookie", "Vary"]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in CONDITIONS])
def test_value(row: Condition) -> None:
    """A frozen response has the status that RFC 9110 §13.2.2 gives it."""
    page = FrozenResponse(BODY, row.status, validators(row))
    answer = page.conditional(asked(*row.fields, method=row.method), accept_ranges=True)

    assert (row.expected, expected_body(row)) == (answer.status_code, answer.body)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in CONDITIONS])
@pytest.mark.parametrize("streams", [False, True], ids=["in-hand", "stream"])
def test_builder(row: Condition, streams: bool) -> None:
    """A builder has the same, from an environ, whatever its body is; what it sends is that."""
    body = iter([BODY[:7], BODY[7:]]) if streams else BODY
    response = Response(body, row.status, validators(row))
    response.make_conditional(environ_with(asked(*row.fields, method=row.method)), True, len(BODY))
    answer = call(response, REQUEST_METHOD=row.method)
    expected = b"" if row.method == "HEAD" else expected_body(row)

    assert (row.expected, expected) == (int(answer.status[:3]), answer.body)


def expected_body(row: Condition) -> bytes:
    """What answers a row."""
    return {206: BODY[:5], 304: b"", 412: b""}.get(row.expected, BODY)


@given(frozen_responses(), field_values(), st.sampled_from(["GET", "HEAD", "PUT"]))
def test_is_pure_and_total(response: FrozenResponse, value: str, method: str) -> None:
    """Whatever a condition says, the answer is a value, the same each time, and the response is as it was."""
    before = FrozenResponse(response.body, response.status, response.headers)
    names = ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range"]
    head = asked(*[(name, value) for name in names], method=method)
    answer = response.conditional(head, accept_ranges=True)

    assert (before, answer) == (response, response.conditional(head, accept_ranges=True))


@given(frozen_responses(), st.sampled_from(CONDITIONS), st.booleans())
def test_answer_is_what_its_parts_make(response: FrozenResponse, row: Condition, accept_ranges: bool) -> None:
    """An answer is the response that the constructor makes of its parts, Content-Length included."""
    answer = response.conditional(asked(*row.fields, method=row.method), accept_ranges=accept_ranges)

    assert answer == FrozenResponse(answer.body, answer.status, answer.headers)
    assert "Content-Length" in answer.headers or answer.status_code in (204, 304)


@given(frozen_responses(), st.sampled_from(CONDITIONS))
def test_environ_asks_what_its_head_asks(response: FrozenResponse, row: Condition) -> None:
    """A builder decides by an environ, which may have no condition at all, as the value does by the head."""
    head = asked(*row.fields, method=row.method)
    for one, environ in ((head, environ_with(head)), (asked(method=row.method), environ_of(REQUEST_METHOD=row.method))):
        builder = Response.thaw(response).make_conditional(environ, accept_ranges=True)

        assert response.conditional(one, accept_ranges=True).status == builder.status


def test_nothing_to_change_is_the_same_value() -> None:
    """Without a condition that changes it, the response is its own answer."""
    assert PAGE.conditional(asked()) is PAGE


def test_304_keeps_what_updates_caches() -> None:
    """A 304 has the fields of RFC 9110 §15.4.5, and none that tells of content."""
    answer = PAGE.conditional(asked(("If-None-Match", ETAG)), accept_ranges=True)

    assert KEPT_BY_304 == sorted(answer.headers)


def test_304_without_tag_keeps_last_modified() -> None:
    """Last-Modified guides the update where there is no entity tag (RFC 9110 §15.4.5)."""
    page = FrozenResponse(BODY, headers={"Last-Modified": MODIFIED})

    assert ["Last-Modified"] == list(page.conditional(asked(("If-Modified-Since", MODIFIED))).headers)


@pytest.mark.parametrize(
    "fields", [pytest.param([("If-Match", '"2"')], id="412"), pytest.param([("Range", "bytes=99-")], id="416")]
)
def test_failure_is_not_to_be_stored(fields: list[tuple[str, str]]) -> None:
    """A 412 or 416 has nothing that lets a cache give it to others who ask for the page, and none of its content."""
    answer = PAGE.conditional(asked(*fields), accept_ranges=True)
    kept = sorted(set(answer.headers) - {"Accept-Ranges", "Content-Range"})

    assert ["Content-Length", "Content-Location", "Date", "ETag", "Set-Cookie", "Vary"] == kept
    assert (b"", "0") == (answer.body, answer.headers["Content-Length"])


@pytest.mark.parametrize("etag", ["v1", '"v1', "W/v1", ""])
def test_malformed_tag_of_the_response_is_none(etag: str) -> None:
    """An ETag that is none never matches: If-Match fails, If-None-Match sends all."""
    page = FrozenResponse(BODY, headers={"ETag": etag})
    found = [page.conditional(asked((name, ETAG))).status_code for name in ("If-Match", "If-None-Match")]

    assert [412, 200] == found


def test_all_lines_of_a_condition_count() -> None:
    """Several lines of If-None-Match are one list (RFC 9110 §5.3)."""
    head = asked(("If-None-Match", '"0"'), ("If-None-Match", ETAG))

    assert 304 == PAGE.conditional(head).status_code


def test_head_may_have_a_plain_mapping() -> None:
    """A head whose headers are any mapping is read without case."""
    assert 304 == PAGE.conditional(Asked("GET", {"if-none-match": ETAG})).status_code


def test_head_may_be_a_request() -> None:
    """A request is a head: as a value, and from a server."""
    requests = [
        Request(method="GET", url="/", headers={"If-None-Match": ETAG}),
        Request(environ_of(HTTP_IF_MATCH='"2"')),
    ]
    values = [PAGE.conditional(request).status_code for request in requests]
    builders = [Response.thaw(PAGE).make_conditional(request).status_code for request in requests]

    assert ([304, 412], [304, 412]) == (values, builders)


@pytest.mark.parametrize("name", ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Range"])
@pytest.mark.parametrize("kind", ["headers", "captured", "mapping"])
def test_over_long_condition_is_refused(name: str, kind: str) -> None:
    """A condition that is too long to be read is a 431: read as absent it would let the request through."""
    value = "x" * 65537
    kinds: dict[str, Mapping[str, str]] = {
        "headers": Headers([(name, value)]),
        "captured": Headers.captured({f"HTTP_{name.upper().replace('-', '_')}": value}),
        "mapping": {name: value},
    }

    with pytest.raises(RequestHeaderFieldsTooLarge, match=name):
        PAGE.conditional(Asked("GET", kinds[kind]), accept_ranges=True)


def test_limit_of_the_request_holds() -> None:
    """Headers that were captured with a smaller limit refuse by that."""
    headers = Headers.captured({"HTTP_IF_NONE_MATCH": ETAG}, limits=Limits(max_header_value=3))

    with pytest.raises(RequestHeaderFieldsTooLarge):
        PAGE.conditional(Asked("GET", headers))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param([("If-None-Match", ETAG)], 304, id="304"),
        pytest.param([("If-Match", '"2"')], 412, id="412"),
        pytest.param([("Range", "bytes=99-")], 416, id="416"),
        pytest.param([("Range", "bytes=0-4")], 206, id="206"),
        pytest.param([("Range", "bytes=0-1,4-5")], 206, id="206-several"),
        pytest.param([], 200, id="200"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("starts", [False, True], ids=["closed-early", "read"])
def test_body_is_closed_once(fields: list[tuple[str, str]], status: int, method: str, starts: bool) -> None:
    """Whatever became of the response, the body that it had is closed once, and so are the callbacks run."""
    body = CountedBody(BODY)
    calls: list[int] = []
    response = Response(body, headers={"ETag": ETAG})
    response.call_on_close(lambda: calls.append(body.closed))
    response.make_conditional(environ_with(asked(*fields)), True, len(BODY))
    sent: Iterable[bytes] = response(environ_of(REQUEST_METHOD=method), ignore)
    if starts:
        list(sent)
    close(sent)
    close(sent)
    response.close()

    assert (status, 1, [1]) == (response.status_code, body.closed, calls)


def test_stream_is_not_buffered() -> None:
    """make_conditional() reads nothing of a body that streams, and gives it no length (unlike the reference)."""
    body = CountedBody(BODY)
    response = Response(body).make_conditional(environ_of())

    assert (True, None, BODY) == (response.is_streamed, response.headers.get("Content-Length"), next(body))


def test_returns_itself() -> None:
    """make_conditional() gives the builder, whose headers are the same object."""
    response = Response(BODY)
    headers = response.headers
    same = response.make_conditional(environ_of(HTTP_IF_NONE_MATCH="*"))

    assert (True, True) == (same is response, headers is response.headers)


@pytest.mark.parametrize(("method", "expected"), [("GET", True), ("HEAD", True), ("POST", False)])
def test_sets_a_date(method: str, expected: bool) -> None:
    """A Date is set if there is none, for GET and HEAD."""
    response = Response(BODY).make_conditional(environ_of(REQUEST_METHOD=method))

    assert expected == ("Date" in response.headers)


def test_keeps_a_date() -> None:
    """A Date that was set stays."""
    response = Response(BODY, headers={"Date": AFTER}).make_conditional(environ_of())

    assert [AFTER] == response.headers.getlist("Date")


def test_value_reads_no_clock() -> None:
    """conditional() sets no Date."""
    assert "Date" not in FrozenResponse(BODY).conditional(asked(("Range", "bytes=0-4")), accept_ranges=True).headers


@pytest.mark.parametrize("fields", [[("Range", "bytes=0-4")], [("If-Match", '"2"')], [("Range", "bytes=99-")]])
def test_freezing_gives_no_tag_to_what_is_no_representation(fields: list[tuple[str, str]]) -> None:
    """Freezing computes an ETag of the body, but not of a part or a failure: it would pass for that of the whole."""
    response = Response(BODY).make_conditional(environ_with(asked(*fields)), accept_ranges=True)

    assert "ETag" not in response.freeze().headers


# The entity tag of the builder


@pytest.mark.parametrize(("weak", "line"), [(False, '"a b"'), (True, 'W/"a b"')])
def test_set_etag(weak: bool, line: str) -> None:
    """set_etag() writes the tag, get_etag() reads it back."""
    response = Response()
    response.set_etag("a b", weak=weak)

    assert (line, ("a b", weak)) == (response.headers["ETag"], response.get_etag())


@pytest.mark.parametrize("headers", [{}, {"ETag": "v1"}])
def test_get_etag_of_none(headers: dict[str, str]) -> None:
    """No tag, or none that can be read, is twice `None`."""
    assert (None, None) == Response(headers=headers).get_etag()


def test_set_etag_refuses() -> None:
    """A quote would end the tag."""
    with pytest.raises(HeaderValueError):
        Response().set_etag('a"b')


def test_add_etag() -> None:
    """add_etag() computes what freeze() would; one that is there stays, unless it is to be overwritten."""
    response = Response("a", headers={"ETag": ETAG})
    response.add_etag()
    kept = response.headers["ETag"]
    response.add_etag(overwrite=True, weak=True)

    assert (ETAG, f"W/{Response('a').freeze().headers['ETag']}") == (kept, response.headers["ETag"])


def test_all_lines_of_a_head_count() -> None:
    """Of a condition in two lines, the second counts too, whatever mapping the head has."""
    head = Asked("GET", MutableHeaders([("If-None-Match", '"other"'), ("If-None-Match", ETAG)]))

    assert 304 == Response("x", headers={"ETag": ETAG}).make_conditional(head).status_code


class Unseekable(io.BytesIO):
    """A file that says that it can seek, but not where it stands."""

    def tell(self) -> int:
        """Fail."""
        raise OSError("no position")


def test_stream_that_cannot_be_cut_is_closed() -> None:
    """A file that fails while a part of it is cut is closed: nobody is left to do that."""
    file = Unseekable(b"0123456789")
    response = Response(file)
    with pytest.raises(OSError, match="no position"):
        response.make_conditional(environ_of(HTTP_RANGE="bytes=0-1"), accept_ranges=True, complete_length=10)

    assert file.closed


@pytest.mark.parametrize("field", [("HTTP_IF_MATCH", '"other"'), ("HTTP_RANGE", "bytes=99-")], ids=["412", "416"])
def test_failure_has_its_length_when_it_is_sent(field: tuple[str, str]) -> None:
    """A builder that becomes a failure is given no Content-Length: it is sent with one, unless the class does not want
    that.
    """

    class Bare(Response):
        automatically_set_content_length = False

    environ = environ_of(**dict([field]))
    made = [kind(BODY, headers={"ETag": ETAG}).make_conditional(environ, True) for kind in (Response, Bare)]

    assert [False, False] == ["Content-Length" in response.headers for response in made]
    assert ["0", None] == [call(response, environ).headers.get("Content-Length") for response in made]


@given(st.text("ab ~\xff", max_size=3), st.booleans(), st.sampled_from([None, '"a"', 'W/"a"', '"b", "a"', "a"]))
def test_tag_that_was_set_decides_as_one_that_is_read(tag: str, weak: bool, later: str | None) -> None:
    """The tag of `set_etag` is not read back from its line; one that took its place since then is what counts."""
    response = Response(BODY)
    response.set_etag(tag, weak)
    if later is not None:
        response.headers["ETag"] = later
    read = Response(BODY, headers=response.headers)
    environ = environ_of(HTTP_IF_NONE_MATCH='"", "a"', HTTP_IF_RANGE='"a"', HTTP_RANGE="bytes=0-1")

    assert call(response.make_conditional(environ, True)).status == call(read.make_conditional(environ, True)).status


@pytest.mark.parametrize("dated", [True, False], ids=["with a Date", "with the server's"])
def test_date_of_a_value_that_may_change_once_more_is_weak(dated: bool) -> None:
    """A value that was modified in the second of its Date may be another by now (RFC 9110 §8.8.2.2): no part is sent.
    Without a Date it is the server's, which is that of the call.
    """
    late = "Fri, 31 Dec 9999 23:59:59 GMT"
    page = FrozenResponse(BODY, headers={"Last-Modified": late} | ({"Date": late} if dated else {}))

    assert page.conditional(asked(("Range", "bytes=0-1"), ("If-Range", late)), accept_ranges=True).status_code == 200
