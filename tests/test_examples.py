"""The examples, called as a WSGI application."""

from __future__ import annotations

import json
import re
import signal
import struct
import tempfile
import urllib.request
import wave
from pathlib import Path
from typing import Final, cast

import pytest

from examples.events import FLAKES
from examples.exchanges import KEPT, Exchanges
from examples.recording import RECORDING_SIZE, Recording
from examples.site import site
from tests.embedded import SECONDS, serve_examples
from verglas import Headers, Request, Response
from verglas.headers import ContentDisposition
from verglas.testing import WSGIAnswer, call
from verglas.wsgi import WSGIApplication

SOUND: Final = "/range/silence.wav"
PATHS: Final = [
    *("/", "/style.css", "/range", SOUND, "/range/log", "/etag", "/etag/log"),
    *("/download", "/events", "/events/stream", "/events.js"),
]
SAMPLES: Final = struct.pack("<4sI4x", b"data", 105_840_000)  # where they begin
BASE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.fixture
def app() -> WSGIApplication:
    """An application that was asked nothing yet."""
    return site()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, for this test alone; of processes that it starts, too."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def stored(app: WSGIApplication) -> WSGIAnswer:
    """The page with a tag as a browser has stored it."""
    return call(app, PATH_INFO="/etag")


def log_of(app: WSGIApplication, path: str) -> list[dict[str, object]]:
    """What a page says about the requests before."""
    return cast("list[dict[str, object]]", json.loads(call(app, PATH_INFO=path).body))  # as its tests check


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        pytest.param("/", "text/html; charset=utf-8", id="home"),
        pytest.param("/style.css", "text/css; charset=utf-8", id="style"),
        pytest.param("/range", "text/html; charset=utf-8", id="range"),
        pytest.param("/range/log", "application/json", id="range-log"),
        pytest.param("/etag", "text/html; charset=utf-8", id="etag"),
        pytest.param("/etag/log", "application/json", id="etag-log"),
        pytest.param("/download", "text/plain; charset=utf-8", id="download"),
        pytest.param("/events", "text/html; charset=utf-8", id="events"),
        pytest.param("/events.js", "text/javascript; charset=utf-8", id="script"),
    ],
)
def test_get(app: WSGIApplication, path: str, content_type: str) -> None:
    """Each page has its type, and nobody may take it for another."""
    answer = call(app, PATH_INFO=path)

    assert ("200 OK", content_type, "nosniff") == (
        answer.status,
        answer.headers["Content-Type"],
        answer.headers["X-Content-Type-Options"],
    )


@pytest.mark.parametrize("path", PATHS)
def test_wrong_method(app: WSGIApplication, path: str) -> None:
    """These pages are there to be read."""
    answer = call(app, PATH_INFO=path, REQUEST_METHOD="POST")

    assert ("405 Method Not Allowed", "GET, HEAD") == (answer.status, answer.headers["Allow"])


@pytest.mark.parametrize("path", PATHS)
def test_head_has_no_body(app: WSGIApplication, path: str) -> None:
    """HEAD is answered as GET, without the body."""
    answer = call(app, PATH_INFO=path, REQUEST_METHOD="HEAD")

    assert ("200 OK", b"") == (answer.status, answer.body)


@pytest.mark.parametrize(
    "path", ["/range/", "/range/other.wav", "/range/silence.wav/x", "/etag/x", "/events/x", "/x.js"]
)
def test_unknown(app: WSGIApplication, path: str) -> None:
    """What is not there is not found."""

    assert "404 Not Found" == call(app, PATH_INFO=path).status


@pytest.mark.parametrize(
    ("path", "more"),
    [
        pytest.param("/", "", id="home"),
        pytest.param("/etag", "", id="etag"),
        pytest.param("/download", "", id="download"),
        pytest.param("/events/stream", "", id="stream"),
        pytest.param("/range", "; media-src 'self'", id="range-plays"),
        pytest.param("/events", "; script-src 'self'; connect-src 'self'", id="events-listens"),
    ],
)
def test_policy(app: WSGIApplication, path: str, more: str) -> None:
    """The one page that needs a script may run those of this site, the one that plays may play; no other may."""

    assert f"{BASE_POLICY}{more}" == call(app, PATH_INFO=path).headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/range", "/etag", "/events"])
def test_mounted(app: WSGIApplication, path: str) -> None:
    """Every link of a page leads to where the application is mounted, escaped."""
    shown = call(app, PATH_INFO=path, SCRIPT_NAME="/a b/<script>").body.decode()
    links = re.findall(r'(?:href|src|action|data-source)="([^"]*)"', shown)

    assert [] == [link for link in links if not link.startswith("/a%20b/%3Cscript%3E/")]


# The recording


def test_recording_is_a_wav(temporary: Path) -> None:
    """The recording is linear PCM, twenty minutes long."""
    recording = Recording()
    with wave.open(recording.path(), "rb") as file:
        described = (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.getnframes())

    assert ((1, 2, 44_100, 20 * 60 * 44_100), 1) == (described, len(list(temporary.iterdir())))


def test_recording_is_made_once(temporary: Path) -> None:
    """Who asks again gets the same file."""
    recording = Recording()

    assert (recording.path(), 1) == (recording.path(), len(list(temporary.iterdir())))


def test_recording_is_removed(temporary: Path) -> None:
    """With the object its file goes."""
    recording = Recording()
    there = Path(recording.path()).exists()
    del recording

    assert (True, []) == (there, list(temporary.iterdir()))


def test_recording_is_removed_at_the_end_of_the_process(temporary: Path) -> None:
    """A server that is ended by a signal leaves no file."""
    with serve_examples() as served:
        wanted = urllib.request.Request(f"{served.url}range/silence.wav", headers={"Range": "bytes=0-3"})
        with urllib.request.urlopen(wanted, timeout=SECONDS) as response:
            head = cast("bytes", response.read())  # of a binary response
        there = len(list(temporary.iterdir()))
        ended = served.end(signal.SIGTERM)

    assert (b"RIFF", 1, (0, b""), []) == (head, there, ended, list(temporary.iterdir()))


@pytest.mark.parametrize(
    ("range_", "status", "content_range", "body"),
    [
        pytest.param("bytes=0-3", "206 Partial Content", "bytes 0-3/105840044", b"RIFF", id="first"),
        pytest.param("bytes=36-47", "206 Partial Content", "bytes 36-47/105840044", SAMPLES, id="in"),
        pytest.param("bytes=-2", "206 Partial Content", "bytes 105840042-105840043/105840044", b"\0\0", id="suffix"),
        pytest.param(
            "bytes=105840040-", "206 Partial Content", "bytes 105840040-105840043/105840044", bytes(4), id="to-the-end"
        ),
        pytest.param("bytes=105840044-", "416 Range Not Satisfiable", "bytes */105840044", b"", id="beyond"),
    ],
)
def test_range(app: WSGIApplication, range_: str, status: str, content_range: str, body: bytes) -> None:
    """Of the recording there is any part."""
    answer = call(app, PATH_INFO=SOUND, HTTP_RANGE=range_)

    assert (status, content_range, body) == (answer.status, answer.headers["Content-Range"], answer.body)


def test_all_of_the_recording(app: WSGIApplication) -> None:
    """Who asks for no part is told how much there is, and that there are parts."""
    answer = call(app, PATH_INFO=SOUND, REQUEST_METHOD="HEAD")

    assert ("200 OK", str(RECORDING_SIZE), "bytes", "audio/wav") == (
        answer.status,
        answer.headers["Content-Length"],
        answer.headers["Accept-Ranges"],
        answer.headers["Content-Type"],
    )


def test_range_log(app: WSGIApplication) -> None:
    """What was asked for is kept, the newest first."""
    for range_ in ("bytes=0-3", "bytes=40-"):
        call(app, PATH_INFO=SOUND, HTTP_RANGE=range_, REQUEST_METHOD="HEAD" if range_.endswith("-") else "GET")
    logged = [
        (exchange["method"], exchange["range"], exchange["status"], exchange["content_range"])
        for exchange in log_of(app, "/range/log")
    ]

    # RFC 9110 §14.2: a Range is for GET only.
    assert [("HEAD", "bytes=40-", 200, None), ("GET", "bytes=0-3", 206, "bytes 0-3/105840044")] == logged


def test_range_page_shows_the_log(app: WSGIApplication) -> None:
    """The page shows what was asked for, escaped."""
    call(app, PATH_INFO=SOUND, HTTP_RANGE="bytes=0-3")
    call(app, PATH_INFO=SOUND, HTTP_RANGE="<script>", REQUEST_METHOD="HEAD")
    shown = call(app, PATH_INFO="/range").body.decode()

    assert (True, True, False) == ("bytes 0-3/105840044" in shown, "&lt;script&gt;" in shown, "<script>" in shown)


def test_log_is_bounded() -> None:
    """Of many exchanges the last are kept."""
    exchanges = Exchanges()
    for number in range(KEPT + 1):
        exchanges.keep(Request(headers=Headers({"Range": str(number)})), Response(status=200 + number))

    assert [(str(number), 200 + number) for number in range(KEPT, 0, -1)] == [
        (exchange.range, exchange.status) for exchange in exchanges.latest()
    ]


def test_recording_cannot_be_made(app: WSGIApplication, temporary: Path) -> None:
    """Where no file can be made, the answer says so, and next time it is tried again."""
    tempfile.tempdir = str(temporary / "nowhere")
    failed = call(app, PATH_INFO=SOUND, REQUEST_METHOD="HEAD").status
    tempfile.tempdir = str(temporary)

    assert ("507 Insufficient Storage", "200 OK") == (
        failed,
        call(app, PATH_INFO=SOUND, REQUEST_METHOD="HEAD").status,
    )


# Conditions


@pytest.mark.parametrize(
    ("variable", "name"), [("HTTP_IF_NONE_MATCH", "ETag"), ("HTTP_IF_MODIFIED_SINCE", "Last-Modified")]
)
def test_not_modified(app: WSGIApplication, stored: WSGIAnswer, variable: str, name: str) -> None:
    """Who has the page is told so, by its tag or its date."""
    answer = call(app, PATH_INFO="/etag", **{variable: stored.headers[name]})

    assert ("304 Not Modified", b"", stored.headers["ETag"], "no-cache, private") == (
        answer.status,
        answer.body,
        answer.headers["ETag"],
        answer.headers["Cache-Control"],
    )


def test_modified(app: WSGIApplication, stored: WSGIAnswer) -> None:
    """Who has another one gets this one, with its own time."""
    answer = call(app, PATH_INFO="/etag", HTTP_IF_NONE_MATCH='"another"')

    assert ("200 OK", stored.headers["ETag"], False) == (
        answer.status,
        answer.headers["ETag"],
        stored.body == answer.body,
    )


def test_another_application_has_another_page(stored: WSGIAnswer) -> None:
    """A tag is worth nothing to an application that was started later."""
    answer = call(site(), PATH_INFO="/etag", HTTP_IF_NONE_MATCH=stored.headers["ETag"])

    assert "200 OK" == answer.status


def test_etag_log(app: WSGIApplication, stored: WSGIAnswer) -> None:
    """What was asked on which condition is kept."""
    tag = stored.headers["ETag"]
    call(app, PATH_INFO="/etag", HTTP_IF_NONE_MATCH=tag)
    logged = [(exchange["if_none_match"], exchange["status"]) for exchange in log_of(app, "/etag/log")]

    assert [(tag, 304), (None, 200)] == logged


# Downloads


@pytest.mark.parametrize(
    ("query", "name"),
    [
        pytest.param("", "Übergröße ❄.txt", id="without"),
        pytest.param("name=%D1%81%D0%BD%D0%B5%D0%B3.txt", "снег.txt", id="cyrillic"),
        pytest.param("name=a%22%3B+b%5C.txt", 'a"; b\\.txt', id="quote"),
        pytest.param("name=a%0D%0ASet-Cookie:+a=b", "a\r\nSet-Cookie: a=b", id="line-end"),
        pytest.param("name=%FF", "%FF", id="not-utf-8"),
    ],
)
def test_download(app: WSGIApplication, query: str, name: str) -> None:
    """A download has the name that was asked for, whatever is in it (RFC 6266)."""
    answer = call(app, PATH_INFO="/download", QUERY_STRING=query)
    disposition = ContentDisposition.parse(answer.headers["Content-Disposition"])

    assert (("attachment", name), []) == (
        (disposition.type, disposition.filename),
        answer.headers.getlist("Set-Cookie"),
    )


# Events


def ids(answer: WSGIAnswer) -> list[int]:
    """The ids of the events in a stream."""
    return [int(line.removeprefix("id: ")) for line in answer.body.decode().splitlines() if line.startswith("id: ")]


def test_events_go_on_where_they_ended(app: WSGIApplication) -> None:
    """A client that says what it had last gets what comes after that; one that has all is told to stop."""
    first = call(app, PATH_INFO="/events/stream")
    second = call(app, PATH_INFO="/events/stream", HTTP_LAST_EVENT_ID=str(ids(first)[-1]))
    third = call(app, PATH_INFO="/events/stream", HTTP_LAST_EVENT_ID=str(ids(second)[-1]))

    assert ("text/event-stream; charset=utf-8", list(range(1, FLAKES + 1)), "204 No Content") == (
        first.headers["Content-Type"],
        ids(first) + ids(second),
        third.status,
    )


@pytest.mark.parametrize("value", ["-1", "+1", "1.5", "x", "٣", "100", "1, 2", "9" * 5000])
def test_bad_last_event_id(app: WSGIApplication, value: str) -> None:
    """What was never sent is refused."""
    last = value.encode().decode("latin-1")

    assert "400 Bad Request" == call(app, PATH_INFO="/events/stream", HTTP_LAST_EVENT_ID=last).status


@pytest.mark.parametrize("path", ["/range", "/etag", "/events", "/download"])
def test_home_leads_there(app: WSGIApplication, path: str) -> None:
    """The start has a link to each of these pages."""

    assert f'href="{path}"' in call(app, PATH_INFO="/").body.decode()
