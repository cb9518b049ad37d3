"""The same small shop twice, in Flask and in Django: sessions, cookies, redirects, uploads, streams.

GET   /shop/             a greeting, which counts
POST  /shop/login        begins a session
POST  /shop/logout       ends it
GET   /shop/hops/{n}     n redirects to the greeting
POST  /shop/again        307 to the echo
any   /shop/echo         what came
POST  /shop/upload       what came as a file
GET   /shop/theme?to=    a cookie, and which one came
GET   /shop/stream       a body in three pieces
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import flask
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.urls import path
from flask.typing import ResponseReturnValue

__all__ = ["LOG", "of_flask", "urlpatterns"]

LOG: Final[list[str]] = []
"""What the streams did; each test begins with an empty one."""


def pieces() -> Iterator[bytes]:
    """Three pieces of a body."""
    try:
        for piece in (b"one\n", b"two\n", b"three\n"):
            LOG.append(piece.decode().strip())
            yield piece
    finally:
        LOG.append("closed")


# Flask


def of_flask() -> flask.Flask:
    """The shop, in Flask."""
    shop = flask.Flask(__name__)
    shop.secret_key = "a key of 16 bytes or more"

    @shop.get("/shop/")
    def greet() -> str:
        flask.session["visits"] = visits = int(flask.session.get("visits", 0)) + 1
        return f"Hello {flask.session.get('name', 'stranger')}, {visits}"

    @shop.post("/shop/login")
    def log_in() -> ResponseReturnValue:
        flask.session["name"] = flask.request.form["name"]
        return flask.redirect("/shop/")

    @shop.post("/shop/logout")
    def log_out() -> ResponseReturnValue:
        flask.session.clear()
        return flask.redirect("/shop/")

    @shop.get("/shop/hops/<int:left>")
    def hop(left: int) -> ResponseReturnValue:
        return flask.redirect(f"/shop/hops/{left - 1}" if left > 1 else "/shop/")

    @shop.post("/shop/again")
    def again() -> ResponseReturnValue:
        return flask.redirect("/shop/echo", 307)

    @shop.route("/shop/echo", methods=["GET", "POST", "PUT", "DELETE"])
    def echo() -> dict[str, str]:
        asked = flask.request
        return {"method": asked.method, "query": asked.query_string.decode(), "body": asked.get_data(as_text=True)}

    @shop.post("/shop/upload")
    def upload() -> dict[str, str]:
        file = flask.request.files["file"]
        return {
            "words": flask.request.form["words"],
            "name": file.filename or "",
            "type": file.content_type or "",
            "content": file.read().hex(),
        }

    @shop.get("/shop/theme")
    def theme() -> ResponseReturnValue:
        answer = flask.Response(flask.request.cookies.get("theme", "none"))
        answer.set_cookie("theme", flask.request.args["to"], max_age=60, path="/shop/", httponly=True, samesite="Lax")
        return answer

    @shop.get("/shop/stream")
    def stream() -> ResponseReturnValue:
        return flask.Response(pieces(), mimetype="text/plain")

    return shop


# Django


def greet(request: HttpRequest) -> HttpResponse:
    """Greet, and count."""
    visits = int(str(request.session.get("visits", 0))) + 1
    request.session["visits"] = visits
    return HttpResponse(f"Hello {request.session.get('name', 'stranger')}, {visits}")


def log_in(request: HttpRequest) -> HttpResponse:
    """Begin a session."""
    request.session["name"] = request.POST["name"]
    return HttpResponseRedirect("/shop/")


def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    request.session.flush()
    return HttpResponseRedirect("/shop/")


def hop(request: HttpRequest, left: int) -> HttpResponse:
    """Redirect, so often."""
    return HttpResponseRedirect(f"/shop/hops/{left - 1}" if left > 1 else "/shop/")


class SameAgain(HttpResponseRedirect):
    """A 307, of which Django has none."""

    status_code = 307


def again(request: HttpRequest) -> HttpResponse:
    """Have the same request made elsewhere."""
    return SameAgain("/shop/echo")


def echo(request: HttpRequest) -> HttpResponse:
    """Say what came."""
    query = str(request.META["QUERY_STRING"])
    return JsonResponse({"method": request.method, "query": query, "body": request.body.decode()})


def upload(request: HttpRequest) -> HttpResponse:
    """Say what came as a file."""
    file = request.FILES["file"]
    return JsonResponse(
        {
            "words": request.POST["words"],
            "name": file.name,
            "type": file.content_type,
            "content": file.read().hex(),
        }
    )


def theme(request: HttpRequest) -> HttpResponse:
    """Set a cookie, and say which one came."""
    answer = HttpResponse(request.COOKIES.get("theme", "none"))
    answer.set_cookie("theme", request.GET["to"], max_age=60, path="/shop/", httponly=True, samesite="Lax")
    return answer


def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Three pieces."""
    return StreamingHttpResponse(pieces(), content_type="text/plain")


urlpatterns: Final = [
    path("shop/", greet),
    path("shop/login", log_in),
    path("shop/logout", log_out),
    path("shop/hops/<int:left>", hop),
    path("shop/again", again),
    path("shop/echo", echo),
    path("shop/upload", upload),
    path("shop/theme", theme),
    path("shop/stream", stream),
]
