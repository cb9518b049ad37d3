"""The example with login, sessions and CORS, served by gunicorn and asked by curl."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from tests.servers.clients import Answer, curl, needs_curl
from tests.servers.harness import Server, serving

pytestmark = needs_curl

FRIEND: Final = ("-H", "Origin: https://app.example.org")
STRANGER: Final = ("-H", "Origin: https://evil.example")
PREFLIGHT: Final = ("-X", "OPTIONS", "-H", "Access-Control-Request-Method: POST")
JSON: Final = ("-H", "Content-Type: application/json", "--data-binary", "@-")


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The notebook, served."""
    app = "examples.notebook:app(['only for this test'])"
    with serving("gunicorn-sync", tmp_path_factory.mktemp("notebook"), app) as running:
        yield running


def logged_in(server: Server, password: str = "open sesame", *options: str) -> Answer:
    """The answer to a login."""
    fields = ("--data-urlencode", "name=ada", "--data-urlencode", f"password={password}")
    return curl(server, "/login", *fields, *options)


@pytest.fixture(scope="module")
def session(notebook: Server) -> tuple[str, str]:
    """The options by which curl sends the cookie of a session."""
    return "-H", f"Cookie: {logged_in(notebook).by_name['set-cookie'].partition(';')[0]}"


def test_login_gives_a_session(notebook: Server, session: tuple[str, str]) -> None:
    """The cookie of a login names the user, and says how it may be sent."""
    answer = logged_in(notebook)
    flags = {flag.strip() for flag in answer.by_name["set-cookie"].split(";")[1:]}
    home = curl(notebook, "/", *session)

    assert (303, "/") == (answer.status, answer.by_name["location"])
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= flags
    assert b"Hello ada." in home.body
    assert "Cookie" in home.by_name["vary"]
    assert b'action="/login"' in curl(notebook, "/").body


def test_a_wrong_password_gives_none(notebook: Server) -> None:
    """A wrong password is refused, and no cookie is set."""
    answer = logged_in(notebook, "open barley")

    assert (403, False) == (answer.status, "set-cookie" in answer.by_name)


def test_logout_takes_the_cookie_away(notebook: Server, session: tuple[str, str]) -> None:
    """The answer to a logout deletes the cookie."""
    answer = curl(notebook, "/logout", "-X", "POST", *session)

    assert (303, True) == (answer.status, "Max-Age=0" in answer.by_name["set-cookie"])


def test_notes_are_for_who_is_logged_in(notebook: Server, session: tuple[str, str]) -> None:
    """A note is kept and listed with a session, from this site or the other; without a session, neither is done."""
    added = curl(notebook, "/notes", *session, *FRIEND, *JSON, data=b'{"text": "buy milk"}')
    listed = curl(notebook, "/notes", *session)

    assert (201, "https://app.example.org") == (added.status, added.by_name["access-control-allow-origin"])
    assert (200, ["buy milk"]) == (listed.status, listed.json)
    assert 403 == curl(notebook, "/notes").status
    assert 403 == curl(notebook, "/notes", "-H", "Cookie: __Host-session=forged").status


@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        pytest.param("/", (), 200, id="200"),
        pytest.param("/notes", (), 403, id="403-without-session"),
        pytest.param("/none", (), 404, id="404"),
        pytest.param("/login", ("-X", "DELETE"), 405, id="405"),
        pytest.param("/login", ("--data-urlencode", "name=ada"), 422, id="422"),
    ],
)
def test_every_answer_is_finished(notebook: Server, path: str, options: tuple[str, ...], status: int) -> None:
    """Each answer, an error or not, has its id, the policy, and says which origin may read it."""
    answer = curl(notebook, path, *FRIEND, *options)

    assert (status, 32) == (answer.status, len(answer.by_name["x-request-id"]))
    assert "default-src 'none'" in answer.by_name["content-security-policy"]
    assert ("https://app.example.org", "true") == (
        answer.by_name["access-control-allow-origin"],
        answer.by_name["access-control-allow-credentials"],
    )


def test_the_other_origin_asks_first(notebook: Server) -> None:
    """A preflight of the other origin is granted, without a session; that of a stranger is not."""
    granted = curl(notebook, "/notes", *PREFLIGHT, *FRIEND)
    refused = curl(notebook, "/notes", *PREFLIGHT, *STRANGER)

    assert (204, "Content-Type") == (granted.status, granted.by_name["access-control-allow-headers"])
    assert "access-control-allow-origin" not in refused.by_name


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(STRANGER, id="origin"),
        pytest.param(("-H", "Origin: null"), id="null"),
        pytest.param(("-H", "Sec-Fetch-Site: cross-site"), id="cross-site"),
        pytest.param(("-H", "Sec-Fetch-Site: same-site"), id="same-site"),
    ],
)
def test_strangers_do_not_act_as_the_user(notebook: Server, session: tuple[str, str], options: tuple[str, ...]) -> None:
    """What a page of another site sends is refused, and its login as well."""
    added = curl(notebook, "/notes", *session, *options, *JSON, data=b'{"text": "buy milk"}')

    assert 403 == added.status
    assert 403 == logged_in(notebook, "open sesame", *options).status


def test_what_is_wrong_with_a_note_is_told(notebook: Server, session: tuple[str, str]) -> None:
    """A note without text is refused, with its place in the body."""
    answer = curl(notebook, "/notes", *session, "-H", "Accept: application/json", *JSON, data=b'{"text": " "}')

    assert 422 == answer.status
    assert b'"pointer":"/text"' in answer.body
