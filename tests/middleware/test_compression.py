"""Compressed answers: which, for whom, and how."""

from __future__ import annotations

import gc
import gzip as standard
import tracemalloc
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Final
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import CountedBody, close, environ_of, ignore, untyped
from verglas import (
    FileSlice,
    Finish,
    FrozenResponse,
    Headers,
    MutableHeaders,
    RequestHead,
    Response,
    ResponseLike,
    application,
    html,
    send_file,
    text,
    wrap_file,
)
from verglas.errors import HTTPError, NotFound
from verglas.middleware import COMPRESSIBLE, etags, gzip
from verglas.testing import WSGIAnswer, WSGICall, call
from verglas.wsgi import Environ, Head, StartResponse

BODY: Final = "one page " * 100
DATA: Final = BODY.encode()
SMALL: Final = "a" * 499
LENGTH: Final = str(len(zlib.compress(DATA, 6, 31)))

GZIP: Final = RequestHead("GET", Headers({"Accept-Encoding": "gzip"}))


def asked(
    make: Callable[[], ResponseLike], finish: Finish | list[Finish] | None = None, /, **keys: object
) -> WSGIAnswer:
    """The answer of a handler behind `gzip`, to this request, which accepts gzip unless it says something else."""
    keys = {"HTTP_ACCEPT_ENCODING": "gzip"} | keys
    return call(application(lambda request: make(), finish=finish or gzip()), environ_of(**keys))


def read(answer: WSGIAnswer) -> bytes:
    """The content of an answer, decoded as it says."""
    return standard.decompress(answer.body) if "Content-Encoding" in answer.headers else answer.body


def page(body: str = BODY, code: int = 200, /, **headers: str) -> Callable[[], Response]:
    """A handler's answer with these fields; an underscore stands for a hyphen."""
    return lambda: Response(body, code, {name.replace("_", "-"): value for name, value in headers.items()})


def frozen(body: str = BODY, **headers: str) -> Callable[[], FrozenResponse]:
    """The same, frozen, without a tag unless one is given."""
    lines = {"Content-Type": "text/plain"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: FrozenResponse(body.encode(), 200, lines)


def streamed(**headers: str) -> Callable[[], Response]:
    """The same in pieces that are made when they are sent."""
    lines = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: Response(iter(["one page "] * 100), headers=lines)


def of_type(content_type: str) -> Callable[[], Response]:
    """An answer of this type."""
    return lambda: Response(BODY, content_type=content_type)


def without_type() -> Response:
    """An answer that does not say what it is."""
    response = Response(BODY)
    del response.headers["Content-Type"]
    return response


def missing() -> Response:
    """An error that is raised."""
    raise NotFound(BODY)


def long_error(error: HTTPError, head: Head) -> Response:
    """A page for an error."""
    return html(BODY, error.status_code)


def foreign(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """An application that others wrote."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(DATA)))])
    return [DATA]


def always(answer: ResponseLike) -> Callable[[], ResponseLike]:
    """A handler's answer that is there already."""
    return lambda: answer


class Shouts(Response):
    """A class that changes its body on the way out."""

    def iter_encoded(self) -> Iterator[bytes]:
        return (piece.upper() for piece in super().iter_encoded())


class Sends(Response):
    """A class that says itself how it is sent."""

    def get_app_iter(self, environ: Environ) -> Iterable[bytes]:
        return [DATA]


# Which


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(page(), id="text"),
        pytest.param(lambda: Response([BODY[:9], DATA[9:]]), id="pieces"),
        pytest.param(frozen(), id="frozen"),
        pytest.param(streamed(), id="stream"),
        pytest.param(streamed(Content_Length=str(len(DATA))), id="stream-with-length"),
        pytest.param(lambda: foreign, id="foreign"),
        pytest.param(page(BODY, 404), id="error"),
        pytest.param(page(BODY, 500), id="failure"),
        pytest.param(page(BODY, 201), id="created"),
        pytest.param(page(Cache_Control="max-age=5"), id="cached"),
        pytest.param(page(Cache_Control="a b"), id="malformed-cache-control"),
        pytest.param(page(Vary="a b"), id="malformed-vary"),
        pytest.param(page("a" * 500), id="minimum"),
        *[
            pytest.param(of_type(name), id=name)
            for name in (
                "text/html",
                "TEXT/HTML; charset=utf-8",
                "text/event-stream",
                "application/json",
                "application/problem+json",
                "application/xhtml+xml",
                "application/javascript",
                "application/wasm",
                "image/svg+xml",
            )
        ],
    ],
)
def test_compressed(make: Callable[[], ResponseLike]) -> None:
    """What can be compressed is, for who accepts it; for others it is what it was, and varies."""
    plain, other = asked(make, HTTP_ACCEPT_ENCODING="br"), asked(make)

    assert (None, "Accept-Encoding") == (plain.headers.get("Content-Encoding"), plain.headers["Vary"])
    assert ("gzip", "Accept-Encoding") == (other.headers["Content-Encoding"], other.headers["Vary"])
    assert (plain.body, True) == (read(other), len(other.body) < len(plain.body))
    assert other.headers.get("Content-Length") in (None, str(len(other.body)))


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(page(SMALL), id="under-500-bytes"),
        pytest.param(frozen(SMALL), id="frozen-under-500-bytes"),
        pytest.param(lambda: Response(iter("a"), headers={"Content-Length": "1"}), id="stream-under-500-bytes"),
        pytest.param(page(Content_Encoding="br"), id="content-encoding"),
        pytest.param(page(Content_Encoding="gzip"), id="gzipped-already"),
        pytest.param(page(Content_Range="bytes 0-899/2000"), id="content-range"),
        pytest.param(page(Cache_Control="max-age=5, no-transform"), id="no-transform"),
        pytest.param(page("", 204), id="204"),
        pytest.param(page("", 205), id="205"),
        pytest.param(of_type("image/png"), id="png"),
        pytest.param(of_type("application/octet-stream"), id="octet-stream"),
        pytest.param(of_type("malformed"), id="malformed-type"),
        pytest.param(without_type, id="no-type"),
        pytest.param(lambda: Response(BODY, direct_passthrough=True), id="passed-through"),
        pytest.param(lambda: Shouts(BODY), id="class-encodes"),
        pytest.param(lambda: Sends(BODY), id="class-sends"),
        pytest.param(NotFound, id="short-error"),
    ],
)
def test_left_alone(make: Callable[[], ResponseLike]) -> None:
    """What cannot be compressed is what it is without `gzip`, and does not vary."""
    plain = call(application(lambda request: make()), HTTP_ACCEPT_ENCODING="gzip")
    answer = asked(make)

    assert (plain.lines, plain.body, False) == (
        answer.lines,
        answer.body,
        "Accept-Encoding" in answer.headers.get("Vary", ""),
    )


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        pytest.param("gzip", "gzip", id="gzip"),
        pytest.param("gzip, deflate, br, zstd", "gzip", id="chrome"),
        pytest.param("GZIP", "gzip", id="case"),
        pytest.param("x-gzip", "gzip", id="rfc9110-8.4.1.3-x-gzip"),
        pytest.param("compress, gzip", "gzip", id="rfc9110-12.5.3-first"),
        pytest.param("*", "gzip", id="rfc9110-12.5.3-star"),
        pytest.param("compress;q=0.5, gzip;q=1.0", "gzip", id="rfc9110-12.5.3-weights"),
        pytest.param("gzip;q=1.0, identity; q=0.5, *;q=0", "gzip", id="rfc9110-12.5.3-identity"),
        pytest.param("gzip;q=0.001", "gzip", id="least"),
        pytest.param("br, *;q=0.1", "gzip", id="star-weighted"),
        pytest.param("identity;q=0, gzip;q=0.5", "gzip", id="no-identity"),
        pytest.param("", None, id="rfc9110-12.5.3-empty"),
        pytest.param("br", None, id="another"),
        pytest.param("gzip;q=0", None, id="refused"),
        pytest.param("gzip;q=0, *", None, id="refused-beside-star"),
        pytest.param("x-gzip;q=0, *", None, id="x-gzip-refused-beside-star"),
        pytest.param("*;q=0", None, id="all-refused"),
        pytest.param("identity, gzip;q=0.5", None, id="identity-liked-better"),
        pytest.param("identity;q=0", None, id="nothing-acceptable"),
        pytest.param("gzip;q=2", None, id="malformed-weight"),
        pytest.param("g zip", None, id="malformed"),
        pytest.param("gzip\x01", None, id="control"),
        pytest.param("gzip, " + "a" * 70_000, None, id="over-long"),
        pytest.param("gzip, " * 5_000, None, id="too-many"),
        pytest.param("zip", None, id="part-of-the-name"),
    ],
)
def test_accept_encoding(accepted: str, coding: str | None) -> None:
    """Gzip is for who likes it as well as no coding; a list that cannot be read asks for nothing."""
    answer = asked(page(), HTTP_ACCEPT_ENCODING=accepted)

    assert (coding, "Accept-Encoding", DATA) == (
        answer.headers.get("Content-Encoding"),
        answer.headers["Vary"],
        read(answer),
    )


def test_nothing_said() -> None:
    """A client that does not say what it accepts may know no coding."""
    answer = call(application(lambda request: text(BODY), finish=gzip()))

    assert (DATA, "Accept-Encoding") == (answer.body, answer.headers["Vary"])


def test_vary_is_added_to() -> None:
    """Vary keeps what it says."""

    assert ["Cookie, Accept-Encoding", "*"] == [asked(page(Vary=value)).headers["Vary"] for value in ("Cookie", "*")]


@pytest.mark.parametrize("method", ["POST", "PUT", "QUERY", "DELETE", "OPTIONS"])
def test_method(method: str) -> None:
    """The answers to other methods are compressed as well."""

    assert "gzip" == asked(page(), REQUEST_METHOD=method).headers["Content-Encoding"]


def test_error_pages() -> None:
    """So are the answers to errors, those of requests that cannot be parsed included."""
    app = application(lambda request: missing(), render=long_error, finish=gzip())
    answers = [call(app, HTTP_ACCEPT_ENCODING="gzip", **keys) for keys in ({}, {"HTTP_HOST": "a b"})]

    assert [(404, "gzip", DATA), (400, "gzip", DATA)] == [
        (answer.status_code, answer.headers["Content-Encoding"], read(answer)) for answer in answers
    ]


# Fields


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("ETag", '"a"', 'W/"a"', id="rfc9110-8.8.3-strong-becomes-weak"),
        pytest.param("ETag", 'W/"a"', 'W/"a"', id="weak-stays"),
        pytest.param("ETag", "a", "a", id="malformed-tag"),
        pytest.param("Accept-Ranges", "bytes", None, id="rfc9110-14.3"),
        pytest.param("Content-MD5", "Q2hlY2sgSW50ZWdyaXR5IQ==", None, id="rfc1864"),
        pytest.param("Digest", "sha-256=4REjxQ4yrqUVicfSKYNO/cF9zNj5ANbzgDZt3/h3Qxo=", None, id="rfc3230"),
        pytest.param("Content-Digest", "sha-256=:4REjxQ4yrqUVicfSKYNO/cF9zNj5ANbzgDZt3/h3Qxo=:", None, id="rfc9530-2"),
        pytest.param("Repr-Digest", "sha-256=:4REjxQ4yrqUVicfSKYNO/cF9zNj5ANbzgDZt3/h3Qxo=:", None, id="rfc9530-3"),
        pytest.param("Last-Modified", "Wed, 01 Jan 2020 00:00:00 GMT", "Wed, 01 Jan 2020 00:00:00 GMT", id="date"),
        pytest.param("Set-Cookie", "a=b", "a=b", id="cookie"),
    ],
)
@pytest.mark.parametrize("make", [page, frozen, streamed], ids=["builder", "frozen", "stream"])
def test_fields(make: Callable[..., Callable[[], ResponseLike]], name: str, value: str, expected: str | None) -> None:
    """What would be false of the compressed content is changed or dropped; uncompressed, all is as it was."""
    made = make(**{name: value})

    assert (expected, value) == (
        asked(made).headers.get(name),
        asked(made, HTTP_ACCEPT_ENCODING="br").headers.get(name),
    )


def test_length_of_a_stream_is_dropped() -> None:
    """The length of what streams is not known before."""
    length = str(len(DATA))
    made = streamed(Content_Length=length)

    assert (None, length) == (
        asked(made).headers.get("Content-Length"),
        asked(made, HTTP_ACCEPT_ENCODING="br").headers["Content-Length"],
    )


def empty_with_length(length: int) -> Callable[[], Response]:
    """What a handler may answer to HEAD: the length alone."""
    return page("", Content_Length=str(length), ETag='"a"')


@pytest.mark.parametrize(
    ("make", "length"),
    [
        pytest.param(page(ETag='"a"'), LENGTH, id="text"),
        pytest.param(frozen(ETag='"a"'), LENGTH, id="frozen"),
        pytest.param(streamed(ETag='"a"'), None, id="stream"),
        pytest.param(streamed(ETag='"a"', Content_Length=str(len(DATA))), None, id="stream-with-length"),
    ],
)
def test_head(make: Callable[[], ResponseLike], length: str | None) -> None:
    """HEAD has the fields of GET, and no content."""
    answer, got = asked(make, REQUEST_METHOD="HEAD"), asked(make)

    assert (got.lines, b"") == (answer.lines, answer.body)
    assert (length, 'W/"a"') == (answer.headers.get("Content-Length"), answer.headers["ETag"])


def test_head_with_the_length_alone() -> None:
    """The length that a handler states for HEAD decides, and is not sent: it is that of the content as it is."""
    long, short = [asked(empty_with_length(length), REQUEST_METHOD="HEAD").headers for length in (900, 499)]

    assert ("gzip", 'W/"a"', "Accept-Encoding", False) == (
        long["Content-Encoding"],
        long["ETag"],
        long["Vary"],
        "Content-Length" in long,
    )
    assert ("499", '"a"', False) == (short["Content-Length"], short["ETag"], "Vary" in short)


def test_get_with_a_false_length() -> None:
    """To GET the body decides, which is what is sent."""
    answer = asked(empty_with_length(900))

    assert ("0", False) == (answer.headers["Content-Length"], "Vary" in answer.headers)


def test_partial_content() -> None:
    """A part is sent as it is; it varies as the whole does, so that no cache gives one for the other."""
    make = page(ETag='"a"', Accept_Ranges="bytes")
    environ = environ_of(HTTP_RANGE="bytes=0-699")
    answer = asked(lambda: make().make_conditional(environ, accept_ranges=True))

    assert (206, None, '"a"', "Accept-Encoding", DATA[:700]) == (
        answer.status_code,
        answer.headers.get("Content-Encoding"),
        answer.headers["ETag"],
        answer.headers["Vary"],
        answer.body,
    )


@pytest.mark.parametrize("if_range", ['W/"a"', '"a"'])
def test_if_range(if_range: str) -> None:
    """A client that has a part of the compressed content gets all of it: its weak tag never matches."""
    environ = environ_of(HTTP_RANGE="bytes=0-699", HTTP_IF_RANGE=if_range)
    answer = asked(lambda: page(ETag='"a"')().make_conditional(environ, accept_ranges=True))

    assert (206 if if_range == '"a"' else 200) == answer.status_code


@pytest.mark.parametrize(
    ("accepted", "named", "tag"),
    [
        pytest.param("gzip", 'W/"a"', 'W/"a"', id="rfc9110-15.4.5-weak"),
        pytest.param("gzip", '"b", W/"a"', 'W/"a"', id="one-of-several"),
        pytest.param("gzip", 'W/"a", "a"', 'W/"a"', id="both"),
        pytest.param("gzip", '"a"', '"a"', id="was-not-compressed"),
        pytest.param("br", 'W/"a"', '"a"', id="would-not-be-compressed"),
    ],
)
@pytest.mark.parametrize("is_frozen", [False, True], ids=["builder", "frozen"])
def test_not_modified(accepted: str, named: str, tag: str, is_frozen: bool) -> None:
    """A 304 has the tag that the client has for what it would get, and varies."""
    make = frozen(ETag='"a"') if is_frozen else page(ETag='"a"')
    answer = asked(make, [etags(), gzip()], HTTP_IF_NONE_MATCH=named, HTTP_ACCEPT_ENCODING=accepted)

    assert (304, tag, "Accept-Encoding", b"") == (
        answer.status_code,
        answer.headers["ETag"],
        answer.headers["Vary"],
        answer.body,
    )


@pytest.mark.parametrize("finish", [[etags(), gzip()], [gzip(), etags()]], ids=["etags-first", "gzip-first"])
def test_conditional_round(finish: list[Finish]) -> None:
    """The tag of a 200 makes the next answer a 304 with the same tag, in both codings and in either order."""
    for accepted in ("gzip", "br"):
        tag = asked(page(), finish, HTTP_ACCEPT_ENCODING=accepted).headers["ETag"]
        again = asked(page(), finish, HTTP_ACCEPT_ENCODING=accepted, HTTP_IF_NONE_MATCH=tag)

        assert (304, tag) == (again.status_code, again.headers["ETag"])


# Pieces


def decoded(pieces: Iterable[bytes]) -> list[bytes]:
    """What a reader can make of each piece when it comes."""
    reader = zlib.decompressobj(31)
    return [reader.decompress(piece) for piece in pieces]


def test_each_piece_is_sent() -> None:
    """A reader has each piece whole when it comes; an empty one is not sent."""
    answer = asked(lambda: Response(iter(["first ", "", "second", " and third"])))

    assert [b"first ", b"second", b" and third", b""] == decoded(answer.pieces)


def test_nothing_is_read_ahead() -> None:
    """A piece is sent before the next one is made."""
    made: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(3):
            made.append(number)
            yield b"%d" % number

    app = application(lambda request: Response(pieces()), finish=gzip())
    body = app(environ_of(HTTP_ACCEPT_ENCODING="gzip"), ignore)
    seen = [len(made)] + [len(made) for _ in body]
    close(body)

    assert [0, 1, 2, 3, 3] == seen


@given(st.lists(st.binary(max_size=30) | st.integers(0, 5000).map(bytes)))
def test_round_trip(pieces: list[bytes]) -> None:
    """However the content is cut, a reader gets all of it, and each piece by itself."""
    answer = asked(lambda: Response(iter(pieces)))

    assert [*filter(None, pieces), b""] == decoded(answer.pieces)
    assert b"".join(pieces) == standard.decompress(answer.body)


@given(st.binary(min_size=500, max_size=5000), st.integers(1, 9), st.data())
def test_round_trip_in_memory(body: bytes, level: int, data: st.DataObject) -> None:
    """In memory, how the content is cut makes no difference to what is sent, and neither does when."""
    cut = data.draw(st.integers(0, len(body)))
    finish = gzip(level=level)
    makes: list[Callable[[], ResponseLike]] = [
        lambda: Response(body),
        lambda: Response([body[:cut], body[cut:]]),
        lambda: FrozenResponse(body, headers={"Content-Type": "text/plain"}),
    ]
    bodies = {asked(make, finish).body for make in makes}

    assert [body] == [standard.decompress(one) for one in bodies]


def test_no_time_is_sent() -> None:
    """The header of the format has no time and no name in it."""

    assert bytes(5) == asked(page()).body[3:8]


def test_memory_does_not_grow() -> None:
    """Of a long stream nothing is kept: 8 MiB that no compression makes smaller pass through less than one."""
    source = Random(1)
    response = Response(source.randbytes(2**16) for _ in range(128))
    app = application(lambda request: response, finish=gzip(level=1))
    tracemalloc.start()
    try:
        body = app(environ_of(HTTP_ACCEPT_ENCODING="gzip"), ignore)
        length = sum(map(len, body))
        close(body)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert (True, True) == (length > 2**23, peak < 2**20)


@pytest.mark.parametrize("taken", [0, 1, 2, 9])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_closes_once(method: str, taken: int) -> None:
    """The original is closed once, whether its content was sent, or the client hung up before or in the middle."""
    log: list[str] = []
    source = CountedBody("a", "b", "c")
    response = Response(source)
    response.call_on_close(lambda: log.append("closed"))
    app = application(lambda request: response, finish=gzip())
    body = app(environ_of(REQUEST_METHOD=method, HTTP_ACCEPT_ENCODING="gzip"), ignore)
    for _, _ in zip(range(taken), body, strict=False):
        pass
    before = (source.closed, list(log))
    close(body)
    close(body)

    assert ((0, []), 1, ["closed"]) == (before, source.closed, log)


def test_generator_is_ended() -> None:
    """A generator that the client left ends before what it was made of is closed."""
    log: list[str] = []

    def pieces() -> Iterator[str]:
        try:
            yield "a"
            yield "b"
        finally:
            log.append("generator")

    response = Response(pieces())
    response.call_on_close(lambda: log.append("callback"))
    body = application(lambda request: response, finish=gzip())(environ_of(HTTP_ACCEPT_ENCODING="gzip"), ignore)
    next(iter(body))
    close(body)

    assert ["generator", "callback"] == log


def test_failure_in_the_middle() -> None:
    """A stream that fails is broken off: no reader takes what came for all of it."""
    source = CountedBody("first", "second")
    exchange = WSGICall()

    def pieces() -> Iterator[str | bytes]:
        yield next(source)
        raise LookupError("lost")

    response = Response(pieces())
    response.call_on_close(source.close)
    with pytest.raises(LookupError, match="lost"):
        exchange.run(application(lambda request: response, finish=gzip()), environ_of(HTTP_ACCEPT_ENCODING="gzip"))

    assert ([b"first"], 1) == (decoded(exchange.pieces), source.closed)
    with pytest.raises(EOFError):
        standard.decompress(exchange.body)


# Whose


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(text(SMALL), id="small"),
        pytest.param(text(SMALL).freeze(), id="small-frozen"),
        pytest.param(Response(BODY, mimetype="image/png"), id="png"),
        pytest.param(Response(BODY, headers={"Content-Encoding": "br"}), id="coded"),
        pytest.param(FrozenResponse(b"", 304, {"ETag": '"a"', "Vary": "Accept-Encoding"}), id="304"),
    ],
)
def test_untouched(answer: Response | FrozenResponse) -> None:
    """An answer that needs no change passes as the same object."""

    assert gzip()(GZIP, answer) is answer


@pytest.mark.parametrize("make", [page(Vary="Accept-Encoding"), frozen(Vary="accept-encoding")])
def test_untouched_for_others(make: Callable[[], Response | FrozenResponse]) -> None:
    """So does one that varies already, for a client that wants no gzip."""
    answer = make()

    assert gzip()(RequestHead("GET", Headers()), answer) is answer


def test_kept_builder() -> None:
    """A builder that is sent again and again is compressed for those who accept that, and for nobody else."""
    kept = text(BODY)
    answers = [asked(lambda: kept, HTTP_ACCEPT_ENCODING=accepted) for accepted in ("gzip", "br", "gzip")]

    assert (["gzip", None, "gzip"], {DATA}) == (
        [answer.headers.get("Content-Encoding") for answer in answers],
        {read(answer) for answer in answers},
    )


def test_frozen_is_compressed_once() -> None:
    """A frozen answer that is sent again is not compressed again, and what was made of it goes when it does."""
    answer, finish = frozen()(), gzip()
    first, second = finish(GZIP, answer), finish(GZIP, answer)
    made = ref(first)
    del first, second
    there = made() is not None
    del answer
    gc.collect()

    assert (True, None) == (there, made())


def test_frozen_is_the_same_again() -> None:
    """It is the same object, and that of an equal answer; one with another field has its own."""
    finish = gzip()
    answers = [frozen()(), frozen()(), frozen(X_Tag="a")()]
    one, equal, other = [finish(GZIP, answer) for answer in answers]

    assert (True, "a", None) == (one is equal, other.headers["X-Tag"], one.headers.get("X-Tag"))


def test_class_is_kept() -> None:
    """What a class does besides is done for the compressed answer, too."""

    class Signed(Response):
        automatically_set_content_length = False

        def get_wsgi_headers(self, environ: Environ) -> MutableHeaders:
            headers = super().get_wsgi_headers(environ)
            headers["X-Signed"] = "1"
            return headers

    answer = asked(lambda: Signed(BODY))

    assert ("gzip", "1", False, DATA) == (
        answer.headers["Content-Encoding"],
        answer.headers["X-Signed"],
        "Content-Length" in answer.headers,
        read(answer),
    )


def test_class_closes_once() -> None:
    """A class that closes in its own way does so once, for what is in memory and for what streams."""
    log: list[str] = []

    class Closes(Response):
        def close(self) -> None:
            log.append("close")
            super().close()

    source = CountedBody(BODY)
    bodies = [read(asked(always(Closes(body)))) for body in (BODY, source)]

    assert ([DATA] * 2, ["close"] * 2, 1) == (bodies, log, source.closed)


# Files


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file."""
    path = tmp_path / "a.txt"
    path.write_bytes(DATA)
    return path


def files(path: Path) -> dict[str, Callable[[], ResponseLike]]:
    """The ways to send a file by its path."""
    return {
        "slice": lambda: Response(FileSlice.of(path)),
        "frozen": lambda: Response(FileSlice.of(path)).freeze(),
        "send_file": lambda: send_file(path, environ_of()),
    }


@pytest.mark.parametrize("kind", ["slice", "frozen", "send_file"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_file(path: Path, kind: str, method: str) -> None:
    """A file streams compressed, and has no length; it is closed."""
    answer = asked(files(path)[kind], [etags(), gzip()], REQUEST_METHOD=method)

    assert ("gzip", None) == (answer.headers["Content-Encoding"], answer.headers.get("Content-Length"))
    assert f"W/{FileSlice.of(path).etag}" == answer.headers["ETag"]
    assert (DATA if method == "GET" else b"") == (read(answer) if method == "GET" else answer.body)


def test_small_file(path: Path) -> None:
    """A small one is sent as the server sends files best."""
    path.write_text(SMALL)
    answer = asked(files(path)["slice"], gzip())

    assert (SMALL.encode(), False) == (answer.body, "Vary" in answer.headers)


def test_file_that_is_gone(path: Path) -> None:
    """A file that is gone when it is to be sent can still be answered for."""
    response = Response(FileSlice.of(path))
    log: list[str] = []
    response.call_on_close(lambda: log.append("closed"))
    path.unlink()
    app = application(
        lambda request: response, finish=gzip(), on_exception=lambda error, head: text(type(error).__name__, 500)
    )
    answer = call(app, HTTP_ACCEPT_ENCODING="gzip")

    assert (500, b"FileChanged", ["closed"]) == (answer.status_code, answer.body, log)


def test_open_file(path: Path) -> None:
    """An open file streams; one that is passed through to the server is left to it."""

    def passed(environ: Environ) -> Response:
        return Response(wrap_file(environ, path.open("rb")), direct_passthrough=True)

    streamed_answer = asked(lambda: Response(path.open("rb")))
    answer = asked(lambda: passed(environ_of()))

    assert (DATA, "gzip") == (read(streamed_answer), streamed_answer.headers["Content-Encoding"])
    assert (DATA, False) == (answer.body, "Vary" in answer.headers)


# Options


def test_level() -> None:
    """A higher level makes less of it."""
    varied = " ".join(str(number * number) for number in range(3000))
    fastest, smallest = [len(asked(page(varied), gzip(level=level)).body) for level in (1, 9)]

    assert smallest < fastest


@pytest.mark.parametrize(("minimum", "coding"), [(0, "gzip"), (4, "gzip"), (5, None)])
def test_minimum(minimum: int, coding: str | None) -> None:
    """What is shorter is not compressed."""

    assert coding == asked(page("abcd"), gzip(minimum=minimum)).headers.get("Content-Encoding")


@pytest.mark.parametrize(
    ("types", "content_type", "coding"),
    [
        pytest.param(["application/json"], "application/json", "gzip", id="one"),
        pytest.param(["application/json"], "text/html", None, id="no-other"),
        pytest.param(["Application/JSON"], "application/json", "gzip", id="case"),
        pytest.param(["model/*"], "model/obj", "gzip", id="kind"),
        pytest.param(["*+cbor"], "application/senml+cbor", "gzip", id="suffix"),
        pytest.param(["*+cbor"], "application/cbor", None, id="suffix-only"),
        pytest.param(["*+json"], "application/a+b+json", "gzip", id="last-suffix"),
        pytest.param([*COMPRESSIBLE, "image/png"], "image/png", "gzip", id="added"),
        pytest.param([*COMPRESSIBLE, "image/png"], "text/html", "gzip", id="beside-those-it-has"),
        pytest.param([], "text/html", None, id="none"),
    ],
)
def test_types(types: list[str], content_type: str, coding: str | None) -> None:
    """The types are those of the list: whole, by kind or by suffix."""

    assert coding == asked(of_type(content_type), gzip(types=types)).headers.get("Content-Encoding")


def test_skip() -> None:
    """What `skip` names is left as it is, its 304 as well."""

    def skip(head: RequestHead, answer: Response | FrozenResponse) -> bool:
        return head.target.startswith("/account") or "Set-Cookie" in answer.headers

    finish: list[Finish] = [etags(), gzip(skip=skip)]
    account = asked(page(), finish, PATH_INFO="/account")
    again = asked(page(), finish, PATH_INFO="/account", HTTP_IF_NONE_MATCH=f"W/{account.headers['ETag']}")
    cookie = asked(page(Set_Cookie="a=b"), finish)

    assert [False] * 3 == ["Vary" in answer.headers for answer in (account, again, cookie)]
    assert ([200, 304, 200], DATA, DATA) == (
        [answer.status_code for answer in (account, again, cookie)],
        account.body,
        cookie.body,
    )
    assert (account.headers["ETag"], "gzip") == (
        again.headers["ETag"],
        asked(page(), finish).headers["Content-Encoding"],
    )


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        pytest.param({"level": 0}, ValueError, r"from 1, the fastest, to 9, the smallest, not 0", id="level-0"),
        pytest.param({"level": 10}, ValueError, r"not 10", id="level-10"),
        pytest.param({"level": "9"}, TypeError, r"level= of gzip\(\) is an int, not str", id="level-text"),
        pytest.param({"level": True}, TypeError, r"not bool", id="level-bool"),
        pytest.param({"minimum": -1}, ValueError, r"minimum= of gzip\(\) is a number of bytes, not -1", id="minimum"),
        pytest.param({"minimum": 1.5}, TypeError, r"minimum= .* not float", id="minimum-float"),
        pytest.param({"types": "text/*"}, TypeError, r"a collection of media types, .* 'text/\*'", id="types-text"),
        pytest.param({"types": 1}, TypeError, r"a collection of media types, .*, not 1", id="types-number"),
        pytest.param({"types": [1]}, TypeError, r"a collection of str, not of int", id="types-numbers"),
        pytest.param({"types": ["json"]}, ValueError, r"not 'json'", id="no-slash"),
        pytest.param({"types": ["*/*"]}, ValueError, r"takes .* not '\*/\*'", id="everything"),
        pytest.param({"types": ["*/json"]}, ValueError, r"not '\*/json'", id="any-kind"),
        pytest.param({"types": ["text/html; a=b"]}, ValueError, r"not 'text/html; a=b'", id="parameters"),
        pytest.param({"skip": "/account"}, TypeError, r"skip= of gzip\(\) is a function, not str", id="skip"),
    ],
)
def test_mistakes(options: dict[str, object], error: type[Exception], told: str) -> None:
    """What cannot be meant is refused where it is given."""
    with pytest.raises(error, match=told):
        untyped(gzip)(**options)
