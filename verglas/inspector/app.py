"""The application of the inspector: its routes, and what all of its answers have in common."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final, TypeAlias, final

from verglas.backports import override
from verglas.errors.grammar import HeaderValueError
from verglas.errors.http import HTTPError
from verglas.errors.registry import BadRequest, Forbidden, MethodNotAllowed, NotFound
from verglas.handlers import application
from verglas.headers.cors import FetchSite
from verglas.inspector.pages import asset, echo_page, error_page, home_page, root_of, source_page
from verglas.inspector.reading import as_json
from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.rendering import render_error
from verglas.request.model import Request
from verglas.response.builder import Response
from verglas.response.frozen import FrozenResponse
from verglas.response.shorthand import html, json_response, redirect, text
from verglas.wsgi import Head, ResponseLike, WSGIApplication

__all__ = ["inspector"]

Route: TypeAlias = Callable[[Request], Response]

GET: Final = ("GET", "HEAD")
COOKIE_SIZE: Final = 4093  # bytes of a Set-Cookie that every browser takes (RFC 6265 §6.1)
PIECES: Final = 20
PAUSE: Final = 0.025  # seconds

# No scripts, whatever ends up in a page; styles, pictures and forms are our own.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def inspector(limits: Limits = DEFAULT_LIMITS) -> WSGIApplication:
    """The inspector as a WSGI application.

    Args:
        limits: Size and count limits.

    >>> app = inspector()
    >>> body = app({"PATH_INFO": "/status/418"}, lambda status, headers: print(status))
    418 I'm a teapot
    """
    return application(_answer, limits=limits, render=lambda error, head: _refused(error, head, ""))


def _answer(request: Request) -> ResponseLike:
    """The answer to a request, an error's too: that page has to know where the application is mounted."""
    try:
        return _guarded(_route(request))
    except HTTPError as error:
        return _refused(error, request, root_of(request))


def _route(request: Request) -> Response:
    match request.method, *request.url.segments:
        case ("GET" | "HEAD",):
            return html(home_page(request))
        case ("POST", "echo"):
            return html(echo_page(request))
        case (_, "echo.json"):
            return json_response(as_json(request))
        case ("GET" | "HEAD", *rest):
            return _get(request, rest)
        case _:
            raise _refusal(request)


def _get(request: Request, segments: list[str]) -> Response:
    match segments:
        case ["stream"]:
            return Response(_pieces(), mimetype="text/plain")
        case ["status", code]:
            return _status(code)
        case ["redirect"]:
            return _home(request)
        case ["cookies", "set"]:
            return _set_cookies(request)
        case ["cookies", "clear"]:
            return _clear_cookies(request)
        case ["source"]:
            return html(source_page(root_of(request)))
        case ["style.css"]:
            return Response(asset("style.css"), mimetype="text/css")
        case ["icon.svg"]:
            return Response(asset("icon.svg"), mimetype="image/svg+xml")
        case _:
            raise _refusal(request)


def _refusal(request: Request) -> HTTPError:
    match request.url.segments:
        case ("echo",):
            return MethodNotAllowed(valid_methods=["POST"])
        case (
            ()
            | ("stream" | "redirect" | "source" | "style.css" | "icon.svg",)
            | ("status", _)
            | ("cookies", "set" | "clear")
        ):
            return MethodNotAllowed(valid_methods=GET)
        case _:
            return NotFound("There is no such page here.")


@final
class CookieResponse(Response):
    """A response for which a cookie that is too large is an error, not a warning."""

    @property
    @override
    def max_cookie_size(self) -> int:
        """None is."""
        return 0


def _home(request: Request) -> Response:
    return redirect(f"{root_of(request)}/", local=True)


def _pieces() -> Iterator[str]:
    for number in range(1, PIECES + 1):
        yield f"{number:>3} of {PIECES}: {'❄' * number}\n"
        if number < PIECES:
            time.sleep(PAUSE)


def _status(code: str) -> Response:
    if not (len(code) == 3 and code.isascii() and code.isdigit()):
        raise NotFound("A status is three digits.")
    if not "200" <= code <= "599":
        raise BadRequest("A status that an application can send is from 200 to 599.")
    response = text("", code)
    response.data = f"{response.status}\n"
    if code == "401":  # RFC 9110 §15.5.2; not Basic, for which browsers would ask
        response.headers["WWW-Authenticate"] = 'Bearer realm="inspector"'
    if code == "405":  # RFC 9110 §15.5.6
        response.headers["Allow"] = ", ".join(GET)
    return response


def _set_cookies(request: Request) -> Response:
    pairs = request.args.pairs
    if request.sec_fetch_site is FetchSite.CROSS_SITE:
        # A link elsewhere would set cookies for every application on this host: they know no ports.
        raise Forbidden("Other sites do not set cookies here.")
    if not pairs:
        raise BadRequest("The query names the cookies to set: /cookies/set?name=value")
    response = CookieResponse.force_type(_home(request))
    for name, value in pairs:
        try:
            response.set_cookie(name, value, httponly=True, samesite="Lax")
        except HeaderValueError as error:
            raise BadRequest("A name or value in the query is not one that a cookie can have.") from error
    if any(len(line) > COOKIE_SIZE for line in response.headers.getlist("Set-Cookie")):
        raise BadRequest(f"Browsers take no cookie over {COOKIE_SIZE} bytes.")
    return response


def _clear_cookies(request: Request) -> Response:
    response = _home(request)
    for name in request.cookies:
        # A cookie's name may be one that no server can write: what a browser has of these, it keeps.
        with suppress(HeaderValueError):
            response.delete_cookie(name, secure=name.lower().startswith(("__host-", "__secure-")))
    return response


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Not "no-referrer": with that, browsers send our own forms with `Origin: null`.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"  # the pages show one request, and perhaps its secrets
    return response


def _refused(error: HTTPError, head: Head, root: str) -> ResponseLike:
    plain = render_error(error, head)
    if not isinstance(plain, FrozenResponse):
        return plain
    response = Response.thaw(plain)
    if response.mimetype == "text/html":
        response.data = error_page(error, root)
    return _guarded(response)
