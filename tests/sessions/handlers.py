"""Handlers that do one thing with a session each."""

from __future__ import annotations

from tests.sessions.visitors import Account, Act
from verglas import Request, Response, text
from verglas.sessions import Session

__all__ = ["clear", "ignore", "looks", "renew", "save", "value_of"]


def save(name: str) -> Act:
    """Save an account."""

    def act(request: Request[Session[Account]]) -> Response:
        response = text("saved")
        request.state.save(response, Account(name))
        return response

    return act


def clear(request: Request[Session[Account]]) -> Response:
    """Log out."""
    response = text("cleared")
    request.state.clear(response)
    return response


def renew(request: Request[Session[Account]]) -> Response:
    """Take a new id."""
    response = text("renewed")
    request.state.renew(response)
    return response


def ignore(request: Request[Session[Account]]) -> Response:
    """Look at nothing."""
    return text("ignored")


def value_of(request: Request[Session[Account]]) -> Response:
    """Show the name that was saved."""
    account = request.state.value
    return text("nobody" if account is None else account.name)


def looks(request: Request[Session[Account]]) -> Response:
    """Show all there is."""
    session = request.state
    return text(f"{session.value} {session.id} {session.created}")
