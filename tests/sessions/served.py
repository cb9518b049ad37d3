"""A site with a login, for servers: in a cookie, or in a file of SQLite."""

from __future__ import annotations

from html import escape

from tests.sessions.visitors import KEY, Account, dump, load
from verglas import Request, Response, ResponseLike, application, html, redirect, text
from verglas.errors import MethodNotAllowed, NotFound
from verglas.sessions import Session, SQLiteStore, csrf, sessions
from verglas.wsgi import WSGIApplication

__all__ = ["site"]


@csrf.protect()
def serve(request: Request[Session[Account]]) -> ResponseLike:
    """The pages."""
    match request.method, request.path:
        case "GET", "/":
            account = request.state.value
            return text("nobody" if account is None else account.name)
        case "GET", "/open":
            return text("open")
        case "GET", "/login":
            return login_form(request)
        case "POST", "/login":
            response = redirect("/")
            request.state.renew(response)
            request.state.save(response, Account(request.form.one("name")))
            return response
        case "POST", "/logout":
            response = redirect("/")
            request.state.clear(response)
            return response
        case _, "/login" | "/logout":
            raise MethodNotAllowed(["POST"])
        case _:
            raise NotFound


def login_form(request: Request[Session[Account]]) -> Response:
    """The form."""
    response = html("")
    response.data = f'<input name="csrf_token" value="{escape(csrf.token(request.state, response))}">'
    return response


def site(path: str = "") -> WSGIApplication:
    """The site.

    Args:
        path: Of the file; none keeps sessions in their cookies.
    """
    store = SQLiteStore(path) if path else None
    return application(sessions(dump, load, keys=[KEY], store=store, secure=False)(serve))
