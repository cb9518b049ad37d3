"""The test clients of others drive our examples: each sees the answers that every other sees."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import Final, TypeAlias
from uuid import UUID

import django.test
import flask
import httpx
import pytest
import werkzeug.test
from attrs import field, frozen

from examples import fileserver, guestbook, live, mounted, notebook, notes, site
from tests.testing import djangosite
from tests.testing.seen import Seen
from verglas.testing import Client
from verglas.wsgi import StartResponse, WSGIApplication

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # WebOb needs `cgi`, as long as there is one
    import webtest

ORIGIN: Final = "https://example.org"
HOST: Final = "example.org"

# Some clients send these of themselves, each others.
EVERYWHERE: Final = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "tests"}


@frozen
class Step:
    """A request, and the status of its answer."""

    status: int
    method: str
    path: str
    headers: Mapping[str, str] = field(factory=dict[str, str])
    body: bytes = b""

    @property
    def fields(self) -> dict[str, str]:
        """The header fields that are sent, but for those that a client makes."""
        return EVERYWHERE | dict(self.headers)


Script: TypeAlias = Generator[Step, Seen, None]
"""What is asked of an example: steps, each of which may use what was answered before."""

Ask: TypeAlias = Callable[[Step], Seen]


# The clients


def by_verglas(application: WSGIApplication) -> Ask:
    """Ask with the client of the kit, which holds the application to PEP 3333."""
    client = Client(application, base_url=ORIGIN, environ_base={"REMOTE_ADDR": "127.0.0.1"})

    def ask(step: Step) -> Seen:
        with client.open(step.path, method=step.method, headers=step.fields, data=step.body or None) as response:
            return Seen.of(response.status_code, response.headers.pairs, response.data)

    return ask


def by_werkzeug(application: WSGIApplication) -> Ask:
    """Ask with Werkzeug's client."""
    client = werkzeug.test.Client(application)

    def ask(step: Step) -> Seen:
        with client.open(
            step.path,
            base_url=ORIGIN,
            method=step.method,
            headers=step.fields,
            data=step.body or None,
            environ_base={"REMOTE_ADDR": "127.0.0.1"},
        ) as response:
            return Seen.of(response.status_code, response.headers.items(), response.get_data())

    return ask


def by_flask(application: WSGIApplication) -> Ask:
    """Ask with Flask's client: the application stands where a middleware of the Flask application would."""
    around = flask.Flask(__name__)

    def passed_on(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        return application(environ, start_response)

    around.wsgi_app = passed_on  # type: ignore[method-assign]  # as Flask documents it
    client = around.test_client()

    def ask(step: Step) -> Seen:
        with client.open(
            step.path, base_url=ORIGIN, method=step.method, headers=step.fields, data=step.body or None
        ) as response:
            return Seen.of(response.status_code, response.headers.items(), response.get_data())

    return ask


def by_webtest(application: WSGIApplication) -> Ask:
    """Ask with WebTest, which holds the application to PEP 3333 as it understands it."""
    client = webtest.TestApp(application, extra_environ={"REMOTE_ADDR": "127.0.0.1"})

    def ask(step: Step) -> Seen:
        response = client.request(
            step.path, expect_errors=True, method=step.method, base_url=ORIGIN, headers=step.fields, body=step.body
        )
        streamed = dict(response.headerlist).get("Content-Type", "").startswith("text/event-stream")
        lines = [
            line for line in response.headerlist if not (streamed and line[0] == "Content-Length")
        ]  # WebTest's own
        return Seen.of(response.status_int, lines, response.body)

    return ask


def by_httpx(application: WSGIApplication) -> Ask:
    """Ask with httpx."""
    client = httpx.Client(transport=httpx.WSGITransport(application), base_url=ORIGIN)

    def ask(step: Step) -> Seen:
        response = client.request(step.method, step.path, headers=step.fields, content=step.body or None)
        return Seen.of(response.status_code, response.headers.multi_items(), response.content)

    return ask


def by_django(application: WSGIApplication) -> Ask:
    """Ask with Django's client: a view passes all on."""
    djangosite.configure()
    client = django.test.Client(SERVER_NAME=HOST, HTTP_HOST=HOST, **{djangosite.APPLICATION: application})

    def ask(step: Step) -> Seen:
        fields = step.fields
        content_type = fields.pop("Content-Type", "")
        response = client.generic(
            step.method, step.path, step.body, content_type=content_type, secure=True, headers=fields
        )
        cookies = [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()]
        return Seen.of(response.status_code, [*response.headers.items(), *cookies], response.getvalue())

    return ask


CLIENTS: Final[Mapping[str, Callable[[WSGIApplication], Ask]]] = {
    "werkzeug": by_werkzeug,
    "flask": by_flask,
    "webtest": by_webtest,
    "httpx": by_httpx,
    "django": by_django,
}


# The examples, and what is asked of them

URLENCODED: Final = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART: Final = {"Content-Type": "multipart/form-data; boundary=b"}
JSON: Final = {"Content-Type": "application/json"}
TOKEN: Final = {"Authorization": "Bearer s3cret"}
FRIEND: Final = {"Origin": "https://app.example.org"}
STRANGER: Final = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
PNG: Final = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def signed(words: bytes, picture: bytes) -> bytes:
    """The form of the guestbook, filled in."""
    return b"".join(
        [
            b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nAda <3\r\n',
            b'--b\r\nContent-Disposition: form-data; name="words"\r\n\r\n' + words + b"\r\n",
            b'--b\r\nContent-Disposition: form-data; name="picture"; filename="a \xc3\xbc.png"\r\n',
            b"Content-Type: image/png\r\n\r\n" + picture + b"\r\n--b--\r\n",
        ]
    )


def ask_notes() -> Script:
    """Notes: made, read, changed on a condition, refused, forgotten."""
    yield Step(200, "GET", "/notes?tag=a&page=1")
    yield Step(401, "POST", "/notes", JSON, b'{"text": "a"}')
    yield Step(400, "POST", "/notes", JSON | TOKEN, b'{"text": ')
    yield Step(422, "POST", "/notes?page=x", JSON | TOKEN, b'{"tags": 5}')
    yield Step(415, "POST", "/notes", URLENCODED | TOKEN, b"text=a")
    made = yield Step(201, "POST", "/notes", JSON | TOKEN, '{"text": "süß", "tags": ["a"]}'.encode())
    assert {"author": "ada", "text": "süß"}.items() <= json.loads(made.body).items()
    path, tag = made.fields["location"].removeprefix(ORIGIN), made.fields["etag"]
    yield Step(200, "GET", path)
    yield Step(200, "HEAD", path)
    yield Step(304, "GET", path, {"If-None-Match": tag})
    yield Step(200, "PUT", path, JSON | TOKEN | {"If-Match": tag}, b'{"text": "other"}')
    yield Step(412, "PUT", path, JSON | TOKEN | {"If-Match": tag}, b'{"text": "lost"}')
    yield Step(405, "PATCH", path, TOKEN)
    yield Step(204, "DELETE", path, TOKEN)
    yield Step(404, "GET", path)
    yield Step(422, "GET", "/notes?page=0")
    yield Step(404, "GET", "/notes/7")


def ask_notebook() -> Script:
    """The notebook: nothing without a login, which a cookie keeps, until the logout; and other origins."""
    yield Step(200, "GET", "/")
    yield Step(403, "GET", "/notes")
    yield Step(403, "POST", "/login", URLENCODED, b"name=ada&password=wrong")
    yield Step(422, "POST", "/login", URLENCODED, b"name=ada")
    yield Step(403, "POST", "/login", URLENCODED | STRANGER, b"name=ada&password=open+sesame")
    entered = yield Step(303, "POST", "/login", URLENCODED | {"Origin": ORIGIN}, b"name=ada&password=open+sesame")
    assert ["__Host-session"] == [name for name, _ in entered.cookies]
    home = yield Step(200, "GET", entered.fields["location"])
    assert b"Hello ada." in home.body
    yield Step(201, "POST", "/notes", JSON, b'{"text": "buy milk"}')
    yield Step(422, "POST", "/notes", JSON, b'{"text": " "}')
    yield Step(403, "POST", "/notes", JSON | STRANGER, b'{"text": "evil"}')
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    yield Step(204, "OPTIONS", "/notes", FRIEND | asked)
    yield Step(201, "POST", "/notes", JSON | FRIEND, b'{"text": "and bread"}')
    kept = yield Step(200, "GET", "/notes", FRIEND)
    assert ["buy milk", "and bread"] == json.loads(kept.body)
    yield Step(303, "POST", "/logout")
    yield Step(403, "GET", "/notes")


def ask_guestbook() -> Script:
    """The guestbook: a form with a picture, one that is wrong, one that is too large."""
    yield Step(200, "GET", "/")
    wrong = yield Step(422, "POST", "/", MULTIPART, signed(b" ", b"no picture"))
    assert b"Ada &lt;3" in wrong.body
    made = yield Step(303, "POST", "/", MULTIPART, signed(b"Hello", PNG))
    home = yield Step(200, "GET", made.fields["location"])
    assert b'src="/pictures/1"' in home.body
    picture = yield Step(200, "GET", "/pictures/1")
    assert PNG == picture.body
    yield Step(304, "GET", "/pictures/1", {"If-None-Match": picture.fields["etag"]})
    yield Step(206, "GET", "/pictures/1", {"Range": "bytes=1-3"})
    yield Step(404, "GET", "/pictures/2")
    yield Step(413, "POST", "/", MULTIPART, signed(b"a" * 20_000, PNG))


def ask_fileserver() -> Script:
    """The file server: whole, in parts, unchanged, and as a proxy says."""
    yield Step(200, "GET", "/")
    yield Step(200, "GET", "/", {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Prefix": "/shared"})
    whole = yield Step(200, "GET", "/files/digits.txt")
    assert b"0123456789" == whole.body
    yield Step(200, "HEAD", "/files/digits.txt")
    yield Step(206, "GET", "/files/digits.txt", {"Range": "bytes=2-4"})
    yield Step(206, "GET", "/files/digits.txt", {"Range": "bytes=-3", "If-Range": whole.fields["etag"]})
    yield Step(200, "GET", "/files/digits.txt", {"Range": "bytes=2-4", "If-Range": '"other"'})
    yield Step(416, "GET", "/files/digits.txt", {"Range": "bytes=99-"})
    yield Step(304, "GET", "/files/digits.txt", {"If-None-Match": whole.fields["etag"]})
    yield Step(304, "GET", "/files/digits.txt", {"If-Modified-Since": whole.fields["last-modified"]})
    yield Step(412, "GET", "/files/digits.txt", {"If-Match": '"other"'})
    yield Step(200, "GET", "/files/in/a%20b.bin")
    yield Step(404, "GET", "/files/in/other")
    yield Step(405, "POST", "/files/digits.txt", {}, b"x")


def ask_live() -> Script:
    """What is said, as a stream of events that begins where the client was."""
    yield Step(200, "GET", "/")
    yield Step(200, "GET", "/live.js")
    yield Step(422, "POST", "/", URLENCODED, b"words=")
    yield Step(303, "POST", "/", URLENCODED, b"words=Hello%0Ayou")
    yield Step(303, "POST", "/", URLENCODED, b"words=again")
    stream = yield Step(200, "GET", "/stream")
    assert b"data: Hello\ndata: you\n" in stream.body
    rest = yield Step(200, "GET", "/stream", {"Last-Event-ID": "1"})
    assert (False, True) == (b"Hello" in rest.body, b"again" in rest.body)
    yield Step(422, "GET", "/stream", {"Last-Event-ID": "x"})


def ask_mounted() -> Script:
    """Several applications, one of them of Flask."""
    yield Step(200, "GET", "/")
    yield Step(200, "GET", "/notes")
    yield Step(200, "GET", "/guests/")
    yield Step(200, "GET", "/old/")
    greeting = yield Step(200, "GET", "/old/greet/Ada%20L")
    assert {"hello": "Ada L", "root_path": "/old", "path": "/greet/Ada L"} == json.loads(greeting.body)
    length = yield Step(200, "POST", "/old/length", {"Content-Type": "text/plain"}, b"abc")
    assert b"3" == length.body
    yield Step(404, "GET", "/old/other")
    yield Step(405, "DELETE", "/old/length")
    yield Step(404, "GET", "/other")


def ask_site() -> Script:
    """The site of the examples: pages, a style sheet that is cached, a download."""
    yield Step(200, "GET", "/")
    style = yield Step(200, "GET", "/style.css")
    yield Step(304, "GET", "/style.css", {"If-None-Match": style.fields["etag"]})
    yield Step(200, "HEAD", "/events")
    yield Step(200, "GET", "/events.js")
    yield Step(200, "GET", "/download?name=caf%C3%A9.txt")
    yield Step(404, "GET", "/other")
    yield Step(405, "POST", "/", URLENCODED, b"a=b")


Example: TypeAlias = tuple[Callable[[Path], WSGIApplication], Callable[[], Script]]

EXAMPLES: Final[Mapping[str, Example]] = {
    "notes": (lambda _: notes.app(), ask_notes),
    "notebook": (lambda _: notebook.app(["a key of 16 bytes or more"]), ask_notebook),
    "guestbook": (lambda folder: guestbook.app(str(folder / "guests.sqlite3")), ask_guestbook),
    "fileserver": (lambda folder: fileserver.app(str(folder), hosts=[HOST]), ask_fileserver),
    "live": (lambda _: live.app(keep_alive=0.01, waits=2), ask_live),
    "mounted": (lambda folder: mounted.app(str(folder / "guests.sqlite3")), ask_mounted),
    "site": (lambda _: site.site(), ask_site),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files of a known time."""
    tmp_path = tmp_path_factory.mktemp("files")
    (tmp_path / "in").mkdir()
    for path, content in (("digits.txt", b"0123456789"), ("in/a b.bin", bytes(range(256)))):
        (tmp_path / path).write_bytes(content)
        os.utime(tmp_path / path, (1_700_000_000, 1_700_000_000))
    return tmp_path


def asked(client: Callable[[WSGIApplication], Ask], example: str, folder: Path) -> Iterator[tuple[Step, Seen]]:
    """Each step, and its answer.

    Args:
        client: Who asks.
        example: What is asked.
        folder: The folder of files, where the example makes its own.
    """
    numbers = count(1)
    make, script = EXAMPLES[example]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notes, "uuid4", lambda: UUID(int=next(numbers)))
        ask = client(make(folder))
        steps = script()
        step: Step | None = next(steps)
        while step is not None:
            seen = ask(step)
            yield step, seen
            try:
                step = steps.send(seen)
            except StopIteration:
                step = None
    (folder / "guests.sqlite3").unlink(missing_ok=True)


Answers: TypeAlias = Callable[[str], Sequence[tuple[Step, Seen]]]


@pytest.fixture(scope="module")
def ours(folder: Path) -> Answers:
    """What our own client sees of an example, which is asked once."""

    @cache
    def answers(example: str) -> Sequence[tuple[Step, Seen]]:
        return [*asked(by_verglas, example, folder)]

    return answers


@pytest.mark.parametrize("example", EXAMPLES)
def test_script(example: str, ours: Answers) -> None:
    """Each step has the status that is written beside it."""
    answers = [(step.method, step.path, step.status, seen.status) for step, seen in ours(example)]

    assert answers == [(method, path, status, status) for method, path, status, _ in answers]


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("client", CLIENTS)
def test_foreign_client_sees_the_same(client: str, example: str, folder: Path, ours: Answers) -> None:
    """Status, fields and body of each answer are those that our own client sees."""
    assert ours(example) == [*asked(CLIENTS[client], example, folder)]
