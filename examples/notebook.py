"""Notes for who is logged in: a form, a session, and one other origin whose scripts may use the API.

    GET   /          the login form, or who is logged in
    POST  /login     log in
    POST  /logout    log out
    GET   /notes     the notes of the user, as JSON
    POST  /notes     a new one, as JSON: {"text": "buy milk"}

Any server serves it: `gunicorn 'examples.notebook:app(["a key of 16 bytes or more"])'`. It needs cattrs and
itsdangerous. The user is `ada`, and the password `open sesame`. The cookie is sent over HTTPS alone; at
`http://localhost`, browsers send it as well.

What stands around the handlers, from the outside in:

- an id for each request, which its answer has and every record of the log;
- `cross_origin_protection`: no page of another site acts as the user who looks at it;
- `cors`: the scripts of `https://app.example.org` may, and may read the answers;
- the session, which is the state of a request;
- for the notes, `logged_in`, which makes it the state of requests that there is a user.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Sequence
from hashlib import scrypt
from html import escape
from threading import Lock
from typing import Final

from attrs import Attribute, field, frozen

from verglas import Handler, Request, Response, ResponseLike, application, html, json_response, redirect
from verglas.errors import Forbidden
from verglas.headers import ContentSecurityPolicy
from verglas.inputs import Invalid, body, form, json_of
from verglas.middleware import cors, cross_origin_protection, log_exceptions, request_id, security_headers
from verglas.paths import GET, POST, mount, root, routes
from verglas.sessions import Session, sessions
from verglas.wsgi import WSGIApplication

__all__ = ["Draft", "Notebook", "User", "app", "logged_in"]

FRIEND: Final = "https://app.example.org"
POLICY: Final = ContentSecurityPolicy(default_src="'none'", form_action="'self'", frame_ancestors="'none'")
SALT: Final = b"one for each user"

PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Notebook</title>
"""
LOGIN: Final = """<form method="post" action="/login">
<p><label>Name <input name="name" autocomplete="username" required></label>
<p><label>Password <input type="password" name="password" autocomplete="current-password" required></label>
<p><button>Log in</button>
</form>
"""
LOGOUT: Final = """<form method="post" action="/logout"><button>Log out</button></form>
"""


@frozen
class User:
    """Who is logged in: the value of a session."""

    name: str


def dump(user: User) -> bytes:
    """Write the value of a session."""
    return json.dumps({"name": user.name}).encode()


def load(data: bytes) -> User:
    """Read the value of a session; what is not one raises, and is an empty session."""
    return User(str(json.loads(data)["name"]))


def hashed(password: str) -> bytes:
    """A password as it is stored: in a way that takes long to undo."""
    return scrypt(password.encode(), salt=SALT, n=2**14, r=8, p=1)


def some_text(draft: Draft, attribute: Attribute[str], text: str) -> None:
    """Refuse a text that is empty."""
    if not text.strip():
        raise Invalid("expected some text")


@frozen
class Draft:
    """A note as a client writes it."""

    text: str = field(validator=some_text)


def logged_in(handler: Handler[User]) -> Handler[Session[User]]:
    """Let users through: their handlers have the user as state, and need not ask whether there is one."""

    def checked(request: Request[Session[User]]) -> ResponseLike:
        user = request.state.value
        if user is None:
            raise Forbidden("Log in first.")
        return handler(request.with_state(user))

    return checked


class Notebook:
    """The notes of all users, in memory, and their routes.

    Args:
        passwords: The hash of each user's password.
    """

    def __init__(self, passwords: dict[str, bytes]) -> None:
        self._passwords = passwords
        self._unknown = hashed("")
        self._notes: dict[str, list[str]] = {}
        self._lock = Lock()
        notes = routes(GET(root).into(self.list_notes), (POST(root) & body(json_of(Draft))).into(self.add_note))
        self.site = routes(
            GET(root).into(self.home),
            (POST(root / "login") & form("name") & form("password")).into(self.log_in),
            POST(root / "logout").into(self.log_out),
            mount(root / "notes", logged_in(notes)),
        )

    def home(self, request: Request[Session[User]]) -> Response:
        """The login form, or who is logged in."""
        user = request.state.value
        return html(PAGE + (LOGIN if user is None else f"<p>Hello {escape(user.name)}.\n{LOGOUT}"))

    def log_in(self, request: Request[Session[User]], name: str, password: str) -> Response:
        """Begin a session, if the password is right; an unknown name takes as long as a known one."""
        matches = hmac.compare_digest(hashed(password), self._passwords.get(name, self._unknown))
        if not matches or name not in self._passwords:
            return html(f"{PAGE}<p>The name or the password is wrong.\n{LOGIN}", 403)
        response = redirect("/")
        request.state.save(response, User(name))
        request.state.renew(response)  # whoever knew the session of before does not know this one
        return response

    def log_out(self, request: Request[Session[User]]) -> Response:
        """End the session."""
        response = redirect("/")
        request.state.clear(response)
        return response

    def list_notes(self, request: Request[User]) -> Response:
        """The notes of the user."""
        return json_response(list(self._notes.get(request.state.name, ())))

    def add_note(self, request: Request[User], draft: Draft) -> Response:
        """Keep a note of the user."""
        with self._lock:
            self._notes.setdefault(request.state.name, []).append(draft.text)
        return json_response({"text": draft.text}, 201)


def app(keys: Sequence[str | bytes]) -> WSGIApplication:
    """The application, with one user.

    Args:
        keys: Secret keys that sign the sessions; the newest is the first.
    """
    ids = request_id()
    log = logging.StreamHandler()
    log.addFilter(ids.log_filter)
    log.setFormatter(logging.Formatter("%(levelname)s %(request_id)s %(message)s"))
    logger = logging.Logger("notebook")
    logger.addHandler(log)

    with_session = sessions(dump, load, keys=keys)
    shared = cors([FRIEND], headers=["Content-Type"], credentials=True)
    protected = cross_origin_protection(trusted_origins=[FRIEND])
    site = Notebook({"ada": hashed("open sesame")}).site
    return application(
        ids(protected(shared(with_session(site)))),
        finish=[ids.finish, security_headers(content_security_policy=POLICY), shared.finish],
        on_exception=log_exceptions(logger=logger),
    )
