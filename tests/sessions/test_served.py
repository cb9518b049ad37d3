"""A login, through gunicorn, by curl with its cookie jar."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from attrs import frozen

from tests.servers.clients import Answer, curl, needs_curl
from tests.servers.harness import Server, serving

pytestmark = needs_curl

TOKEN: Final = re.compile(r'value="([\w-]+)"')


@pytest.fixture(scope="module", params=["cookie", "store"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The site, served."""
    folder = tmp_path_factory.mktemp("site")
    path = str(folder / "sessions.db") if request.param == "store" else ""
    with serving("gunicorn-gthread", folder, f"tests.sessions.served:site({path!r})") as running:
        yield running


@frozen
class Curl:
    """A curl with a jar."""

    server: Server
    jar: Path

    def ask(self, path: str, *options: str) -> Answer:
        """Ask, with the cookies that are there, and keep those that come."""
        return curl(self.server, path, "-b", str(self.jar), "-c", str(self.jar), *options)

    def token(self) -> str:
        """The token of a form."""
        found = TOKEN.search(self.ask("/login").body.decode())
        assert found is not None
        return found[1]

    def send(self, path: str, **fields: str) -> Answer:
        """Send a form."""
        return self.ask(path, *(part for pair in fields.items() for part in ("--data-urlencode", "=".join(pair))))


@pytest.fixture
def client(site: Server, tmp_path: Path) -> Curl:
    """A curl without cookies."""
    jar = tmp_path / "jar"
    jar.touch()
    return Curl(site, jar)


def test_login_and_logout(client: Curl) -> None:
    """A visitor logs in, is known, and logs out; the form works in two tabs."""
    assert (b"nobody", "Cookie") == ((home := client.ask("/")).body, home.by_name["vary"])
    assert "set-cookie" not in home.by_name
    first, second = client.token(), client.token()
    planted = client.jar.read_text()
    done = client.send("/login", name="Zo\u00eb", csrf_token=first)
    assert (303, "Cookie") == (done.status, done.by_name["vary"])
    assert re.fullmatch(r"session=[\w.-]+; HttpOnly; Path=/; SameSite=Lax", done.by_name["set-cookie"])
    assert planted != client.jar.read_text()
    assert "Zo\u00eb" == client.ask("/").body.decode()
    assert 403 == client.send("/logout", csrf_token=second).status  # of the session before
    assert 303 == client.send("/logout", csrf_token=client.token()).status
    assert b"nobody" == client.ask("/").body


def test_replay_after_logout(client: Curl, tmp_path: Path) -> None:
    """What was copied before logout is of use only where nothing is stored."""
    client.send("/login", name="ada", csrf_token=client.token())
    copied = Curl(client.server, Path(shutil.copy(client.jar, tmp_path / "copied")))
    client.send("/logout", csrf_token=client.token())
    is_in_cookie = len(copied.jar.read_text().split()[-1]) > 100

    assert (b"ada" if is_in_cookie else b"nobody") == copied.ask("/").body


def test_what_does_not_look(client: Curl) -> None:
    """A page that does not look at the session can be kept by caches, whatever cookie came."""
    client.send("/login", name="ada", csrf_token=client.token())

    assert {"vary", "set-cookie"}.isdisjoint(client.ask("/open").by_name)


@pytest.mark.parametrize(
    ("status", "vary", "path", "options"),
    [
        pytest.param(404, "Accept", "/absent", (), id="not-found-without-a-look"),
        pytest.param(403, "Accept, Cookie", "/absent", ("-X", "POST"), id="no-token"),
        pytest.param(403, "Accept, Cookie", "/login", ("--data", "csrf_token=x"), id="wrong-token"),
        pytest.param(405, "Accept", "/logout", (), id="not-allowed"),
    ],
)
def test_errors(client: Curl, status: int, vary: str, path: str, options: tuple[str, ...]) -> None:
    """Errors vary by the cookie if the session was looked at."""
    answer = client.ask(path, *options)

    assert (status, vary) == (answer.status, answer.by_name["vary"])


def test_tampered(client: Curl) -> None:
    """A cookie that was changed is nobody's."""
    client.send("/login", name="ada", csrf_token=client.token())
    jar = client.jar.read_text()
    cookie = jar.split()[-1]
    client.jar.write_text(jar.replace(cookie, cookie[:-2] + ("A" if cookie[-2] != "A" else "B") + cookie[-1]))

    assert (200, b"nobody") == ((answer := client.ask("/")).status, answer.body)
