"""Handlers with ready middleware around them, and beside each the bare handler, or one that does the same by hand."""

from __future__ import annotations

import hmac
import json
import logging
import os
import re
import zlib
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache as remembered
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from time import time
from typing import Final, NoReturn
from urllib.parse import quote

import itsdangerous
from attrs import frozen

from benchmarks import environs
from benchmarks.harness import Adapter, Environ, answered
from verglas import FrozenResponse, Handler, Request, Response, application, redirect, send_from_directory, text
from verglas.errors import Forbidden, NotFound, Unauthorized
from verglas.middleware import (
    access_log,
    basic_auth,
    bearer_auth,
    cache,
    cors,
    cross_origin_protection,
    etags,
    gzip,
    https_only,
    log_exceptions,
    request_id,
    security_headers,
    static_files,
)
from verglas.sessions import Session, csrf, sessions
from verglas.wsgi import WSGIApplication

__all__ = ["IDLE", "PAIRS", "WITHOUT", "WITH_IT", "WORKING", "Pair"]


@frozen
class Pair:
    """Two applications that answer alike.

    Attributes:
        what: The middleware, and what it has to do.
        environ: Makes the environs.
        with_it: The one with middleware.
        without: The bare handler, or the one that does the same by hand.
        fields: Header fields that both have.
    """

    what: str
    environ: Callable[[int], Environ]
    with_it: WSGIApplication
    without: WSGIApplication
    fields: frozenset[str] = frozenset({"content-type"})

    @property
    def beside(self) -> str:
        """The other one, in words."""
        return "the bare handler" if any(self.without is one for one in BARE) else "the same by hand"


def plain(number: int) -> Environ:
    """The environ of a client that sends neither cookies nor credentials, nor says what it accepts."""
    return {
        key: value
        for key, value in environs.browser(number).items()
        if key not in ("HTTP_COOKIE", "HTTP_ACCEPT_ENCODING", "HTTP_CACHE_CONTROL")
    }


def of(**texts: str) -> Callable[[int], Environ]:
    """The same, with more texts."""
    return lambda number: plain(number) | texts


# Nothing to do


def hello(request: Request) -> Response:
    return text(f"Hello {request.args.get('q')}!")


def complete(request: Request) -> Response:
    return Response("Hello", headers=SECURITY)


@basic_auth(lambda name, password: name, realm="shop")
def welcome(request: Request[str]) -> Response:
    return text(request.state)


def unwelcome(request: Request) -> NoReturn:
    raise Unauthorized(www_authenticate='Basic realm="shop", charset="UTF-8"')


@bearer_auth(lambda token: token, realm="shop")
def borne(request: Request[str]) -> Response:
    return text(request.state)


def not_borne(request: Request) -> NoReturn:
    raise Unauthorized(www_authenticate='Bearer realm="shop"')


def page(request: Request) -> Response:
    return Response(PAGE, mimetype="application/json")


def kept(request: Request) -> Response:
    response = page(request)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def named(request: Request) -> Response:
    return Response("Hello", headers={"X-Request-ID": "7f3a"})


def dump(value: dict[str, str]) -> bytes:
    return json.dumps(value).encode()


def load(data: bytes) -> dict[str, str]:
    value: dict[str, str] = json.loads(data)
    return value


KEY: Final = "a key that is used in benchmarks only"
session_of: Final = sessions(dump, load, keys=[KEY], secure=False)


@session_of
def unconcerned(request: Request[Session[dict[str, str]]]) -> Response:
    return text(f"Hello {request.args.get('q')}!")


@session_of
@csrf.protect()
def unchanging(request: Request[Session[dict[str, str]]]) -> Response:
    return text(f"Hello {request.args.get('q')}!")


PAGE: Final = json.dumps([{"id": number, "title": f"Note {number}", "done": number % 3 == 0} for number in range(200)])
SECURITY: Final = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
NAMES: Final = [name.lower() for name, _ in SECURITY]
FOLDER: Final = Path(__file__).parent

ALONE: Final = application(hello)
PAGE_ALONE: Final = application(page)
NAMED: Final = application(named)
COMPLETE: Final = application(complete)
UNCONCERNED: Final = application(unconcerned)
BARE: Final = (ALONE, PAGE_ALONE, NAMED, COMPLETE, UNCONCERNED)
CACHE: Final = cache()
CACHE(kept)(Request())  # a cache that is empty looks nothing up
FILED: Final = static_files(FOLDER)
IDS: Final = request_id()
PROTECTED: Final = application(cross_origin_protection()(hello))
SHARED: Final = cors(["https://app.example"])
LOGGER: Final = logging.Logger("benchmark", logging.WARNING)
HEADED: Final = security_headers()

IDLE: Final = {
    "access_log": Pair("whose logger is off", plain, application(hello, finish=access_log(logger=LOGGER)), ALONE),
    "basic_auth": Pair("no credentials: a 401", plain, application(welcome), application(unwelcome)),
    "bearer_auth": Pair("no token: a 401", plain, application(borne), application(not_borne)),
    "cache": Pair("an answer that is not kept", plain, application(cache()(hello)), ALONE),
    "cache, cookie": Pair(
        "the same, of a request with a Cookie; other answers are kept",
        of(HTTP_COOKIE="theme=dark"),
        application(CACHE(hello)),
        ALONE,
    ),
    "cors": Pair("no Origin", plain, application(SHARED(hello), finish=SHARED.finish), ALONE),
    "cross_origin_protection": Pair("a GET", plain, PROTECTED, ALONE),
    "csrf": Pair("a GET, in a session that nobody looks at", plain, application(unchanging), UNCONCERNED),
    "etags": Pair("a POST", of(REQUEST_METHOD="POST"), application(hello, finish=etags()), ALONE),
    "gzip": Pair("a short answer", plain, application(hello, finish=gzip()), ALONE),
    "gzip, not accepted": Pair(
        "10 KB of JSON, for a client that accepts none: Vary",
        plain,
        application(page, finish=gzip()),
        PAGE_ALONE,
    ),
    "https_only": Pair("a request by HTTPS", plain, application(https_only()(hello)), ALONE),
    "log_exceptions": Pair("no exception", plain, application(hello, on_exception=log_exceptions()), ALONE),
    "request_id": Pair("an answer that has an id", plain, application(IDS(named), finish=IDS.finish), NAMED),
    "security_headers": Pair("all set", plain, application(complete, finish=HEADED), COMPLETE),
    "sessions": Pair("a session that nobody looks at", plain, UNCONCERNED, ALONE),
    "static_files": Pair("another path", plain, application(FILED(hello)), ALONE),
}
"""Middleware that has nothing to do."""


# Work


def compressed(request: Request) -> Response:
    response = page(request)
    if request.accept_encodings.negotiate(("gzip", "identity")) == "gzip":
        response.data = zlib.compress(response.get_data(), 6, 31)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def tagged(request: Request) -> Response:
    response = page(request)
    response.add_etag()
    return response.make_conditional(request)


def shared(request: Request) -> Response:
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        return Response(status=204, headers={"Vary": "Origin", "Access-Control-Allow-Methods": "GET, POST"})
    response = hello(request)
    response.headers["Vary"] = "Origin"
    if request.headers.get("Origin") == "https://app.example":
        response.headers["Access-Control-Allow-Origin"] = "https://app.example"
    return response


def headed(request: Request) -> Response:
    response = hello(request)
    for name, value in SECURITY:
        response.headers[name] = value
    return response


CURRENT: Final = ContextVar[str | None]("current", default=None)


def identified(request: Request) -> Response:
    own = os.urandom(16).hex()
    CURRENT.set(own)  # for the records of logs
    response = hello(request)
    CURRENT.set(None)
    response.headers["X-Request-ID"] = own
    return response


UNSAFE: Final = re.compile(r"[^!#-\[\]-~]")


def safe(text: str) -> str:
    return UNSAFE.sub(lambda match: quote(match[0]), text)


def logged(request: Request) -> Response:
    response = hello(request)
    fields = {
        "method": safe(request.method),
        "target": safe(request.target.partition("?")[0]),
        "status": response.status_code,
        "length": response.calculate_content_length(),
        "request_id": response.headers.get("X-Request-ID"),
    }
    LOGGING.info('"%(method)s %(target)s" %(status)d %(length)s', fields, extra=fields)
    return response


class Kept(logging.Handler):
    """Formats a record, and writes it nowhere."""

    def emit(self, record: logging.LogRecord) -> None:
        self.format(record)


LOGGING: Final = logging.Logger("benchmark", logging.INFO)
LOGGING.addHandler(Kept())


PASSWORD: Final = sha256(b"open sesame").digest()


def user_of(name: str, password: str) -> str | None:
    return name if compare_digest(sha256(password.encode()).digest(), PASSWORD) else None


@basic_auth(user_of, realm="shop")
def greet(request: Request[str]) -> Response:
    return text(f"Hello {request.state}!")


def greeted(request: Request) -> Response:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, password = b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            raise Unauthorized(www_authenticate='Basic realm="shop", charset="UTF-8"') from None
        user = user_of(name, password)
        if user is not None:
            return text(f"Hello {request.with_state(user).state}!")
    raise Unauthorized(www_authenticate='Basic realm="shop", charset="UTF-8"')


TOKENS: Final = {sha256(b"s3cret").digest(): "Ada"}


@bearer_auth(lambda token: TOKENS.get(sha256(token.encode()).digest()), realm="shop")
def recognised(request: Request[str]) -> Response:
    return text(f"Hello {request.state}!")


def recognised_by_hand(request: Request) -> Response:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    user = TOKENS.get(sha256(token.encode()).digest()) if scheme.lower() == "bearer" else None
    if user is None:
        raise Unauthorized(www_authenticate='Bearer realm="shop"')
    return text(f"Hello {request.with_state(user).state}!")


def redirected(request: Request) -> Response:
    if request.scheme == "https":
        return hello(request)
    if request.method not in ("GET", "HEAD"):
        raise Forbidden
    return redirect(request.url.replace(scheme="https", host=request.host.partition(":")[0]).to_uri(), 308)


def filed(request: Request) -> Response:
    if not request.path.startswith("/static/"):
        return hello(request)
    if request.method not in ("GET", "HEAD"):
        raise Forbidden
    name = request.path.removeprefix("/static/")
    if any(part.startswith(".") for part in name.split("/")):
        raise NotFound
    return send_from_directory(FOLDER, name, request, precompressed=True)


KEPT: dict[tuple[str, str], FrozenResponse] = {}


def kept_by_hand(request: Request) -> FrozenResponse:
    key = request.method, str(request.url)
    found = KEPT.get(key)
    if found is None:
        found = KEPT[key] = kept(request).freeze()
    return found.replace(headers=found.headers.with_("Age", "0"))


SIGNER: Final = itsdangerous.Signer(KEY, salt="by hand", key_derivation="hmac", digest_method=sha256)


def signed(value: dict[str, str]) -> str:
    now = int(time())
    text = f"{token_urlsafe(18)}.{now}.{now}.{urlsafe_b64encode(dump(value)).decode().rstrip('=')}"
    return SIGNER.sign(text).decode()


FORM: Final = re.compile(r"[\w.-]+\.[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)


def opened(request: Request) -> tuple[str, dict[str, str]] | None:
    cookies = request.cookies.getlist("hand")
    if len(cookies) != 1 or len(cookies[0]) > 4096 or FORM.fullmatch(cookies[0]) is None:
        return None
    try:
        text = SIGNER.unsign(cookies[0]).decode()
        name, created, _, data = text.split(".")
        if time() - int(created) > 14 * 24 * 3600:
            return None
        return name, load(urlsafe_b64decode(data + "=" * (-len(data) % 4)))
    except (itsdangerous.BadSignature, ValueError):
        return None


@session_of
def recognise(request: Request[Session[dict[str, str]]]) -> Response:
    value = request.state.value
    return text(value["name"] if value else "stranger")


def recognise_by_hand(request: Request) -> Response:
    session = opened(request)
    response = text(session[1]["name"] if session else "stranger")
    response.headers["Vary"] = "Cookie"
    return response


@session_of
def remember(request: Request[Session[dict[str, str]]]) -> Response:
    response = text("hi")
    request.state.save(response, {"name": "Ada", "cart": "1, 2, 3"})
    return response


def remember_by_hand(request: Request) -> Response:
    response = text("hi")
    opened(request)
    value = signed({"name": "Ada", "cart": "1, 2, 3"})
    response.set_cookie("hand", value, httponly=True, samesite="Lax")
    response.headers["Vary"] = "Cookie"
    return response


@session_of
def form(request: Request[Session[dict[str, str]]]) -> Response:
    response = text("")
    response.data = str(len(csrf.token(request.state, response)))
    return response


def form_by_hand(request: Request) -> Response:
    session = opened(request)
    response = text(str(len(token_by_hand(session[0] if session else ""))))
    response.headers["Vary"] = "Cookie"
    return response


def token_by_hand(id: str) -> str:
    date = int(time())
    plain = date.to_bytes(8, "big") + hmac.digest(KEY.encode(), f"{id}.{date}".encode(), "sha256")
    mask = token_bytes(40)
    return urlsafe_b64encode(mask + xor(mask, plain)).decode().rstrip("=")


def xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")


@session_of
@csrf.protect()
def changed(request: Request[Session[dict[str, str]]]) -> Response:
    return text("changed")


def changed_by_hand(request: Request) -> Response:
    session, given = opened(request), request.headers.get("X-Hand-Token", "")
    if session is None or TOKEN.fullmatch(given) is None:
        raise Forbidden
    masked = urlsafe_b64decode(given + "=")
    plain = xor(masked[:40], masked[40:])
    date = int.from_bytes(plain[:8], "big")
    expected = hmac.digest(KEY.encode(), f"{session[0]}.{date}".encode(), "sha256")
    if not compare_digest(plain[8:], expected) or time() - date > 12 * 3600:
        raise Forbidden
    response = text("changed")
    response.headers["Vary"] = "Cookie"
    return response


TOKEN: Final = re.compile(r"[\w-]{107}", re.ASCII)


@session_of
def telling(request: Request[Session[dict[str, str]]]) -> Response:
    response = Response()
    return Response(csrf.token(request.state, response))


def telling_by_hand(request: Request) -> Response:
    session = opened(request)
    return Response(token_by_hand(session[0] if session else ""))


def visiting(number: int) -> Environ:
    """The environ of somebody who has a session, and another that was made by hand."""
    return plain(number) | {"HTTP_COOKIE": f"theme=dark{number}; {cookies()}"}


def cookie_of(handler: Handler) -> str:
    """The cookie that a handler sets."""
    return Response.from_app(application(handler), plain(1)).headers["Set-Cookie"].partition(";")[0]


# Asked for when they are needed: requests that were answered before others are weighed change what these weigh.
@remembered
def cookies() -> str:
    """Those of both sessions."""
    return f"{cookie_of(remember)}; {cookie_of(remember_by_hand)}"


@remembered
def told(handler: Handler) -> str:
    """The body that somebody with a session is answered with."""
    return Response.from_app(application(handler), visiting(1)).get_data(as_text=True)


def revalidating(number: int) -> Environ:
    """The environ of a client that has the page."""
    return plain(number) | {"HTTP_IF_NONE_MATCH": tag()}


@remembered
def tag() -> str:
    """The tag of the page."""
    return Response.from_app(application(tagged), plain(1)).headers["ETag"]


def submitting(number: int) -> Environ:
    """The environ of a script of theirs that changes something, with both tokens."""
    tokens = {"HTTP_X_CSRF_TOKEN": told(telling), "HTTP_X_HAND_TOKEN": told(telling_by_hand)}
    return visiting(number) | tokens | {"REQUEST_METHOD": "POST"}


TAGS: Final = frozenset({"etag", "content-length"})
CODINGS: Final = frozenset({"content-encoding", "content-length", "vary"})

WORKING: Final = {
    "access_log, working": Pair(
        "a record", plain, application(hello, finish=access_log(logger=LOGGING)), application(logged)
    ),
    "basic_auth, working": Pair(
        "a name and a password that is compared as a hash",
        of(HTTP_AUTHORIZATION="Basic QWRhOm9wZW4gc2VzYW1l"),
        application(greet),
        application(greeted),
    ),
    "bearer_auth, working": Pair(
        "a token that is looked up by its hash",
        of(HTTP_AUTHORIZATION="Bearer s3cret"),
        application(recognised),
        application(recognised_by_hand),
    ),
    "cache, working": Pair(
        "an answer of 10 KB that is kept; by hand in a dict",
        environs.browser,
        application(cache()(kept)),
        application(kept_by_hand),
    ),
    "cors, working": Pair(
        "an origin that is allowed",
        of(HTTP_ORIGIN="https://app.example"),
        application(SHARED(hello), finish=SHARED.finish),
        application(shared),
        frozenset({"access-control-allow-origin", "vary"}),
    ),
    "csrf, token": Pair("a token for a form", visiting, application(form), application(form_by_hand)),
    "csrf, check": Pair(
        "a POST with its token in a header", submitting, application(changed), application(changed_by_hand)
    ),
    "etags, working": Pair(
        "a 304 of 10 KB",
        revalidating,
        application(page, finish=etags()),
        application(tagged),
        TAGS,
    ),
    "gzip, working": Pair(
        "10 KB of JSON",
        of(HTTP_ACCEPT_ENCODING="gzip, deflate, br"),
        application(page, finish=gzip()),
        application(compressed),
        CODINGS,
    ),
    "https_only, working": Pair(
        "a redirect",
        of(**{"wsgi.url_scheme": "http"}),
        application(https_only()(hello)),
        application(redirected),
        frozenset({"location"}),
    ),
    "request_id, working": Pair(
        "a random id, for logs as well", plain, application(IDS(hello), finish=IDS.finish), application(identified)
    ),
    "security_headers, working": Pair(
        "five fields", plain, application(hello, finish=HEADED), application(headed), frozenset(NAMES)
    ),
    "sessions, read": Pair(
        "a signed cookie; by hand with itsdangerous", visiting, application(recognise), application(recognise_by_hand)
    ),
    "sessions, saved": Pair(
        "the same, and a new cookie", visiting, application(remember), application(remember_by_hand)
    ),
    "static_files, working": Pair(
        "a file of 4 KB; by hand with `send_from_directory`",
        of(PATH_INFO="/static/targets.toml"),
        application(FILED(hello)),
        application(filed),
        frozenset({"content-type", "etag", "last-modified", "content-length", "vary"}),
    ),
}
"""Middleware that does its work, beside the same work in the handler."""

PAIRS: Final = {f"{name}, idle": pair for name, pair in IDLE.items()} | WORKING
"""All, by the names of their items."""


def _adapter(app: WSGIApplication) -> Adapter:
    return lambda environ: answered(app, environ)


WITH_IT: Final = {name: _adapter(pair.with_it) for name, pair in PAIRS.items()}
WITHOUT: Final = {name: _adapter(pair.without) for name, pair in PAIRS.items()}
