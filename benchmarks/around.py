"""Handlers with ready middleware around them, and beside each the bare handler, or one that does the same by hand."""

from __future__ import annotations

import json
import logging
import os
import zlib
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from time import time
from typing import Final, NoReturn

import itsdangerous
from attrs import frozen

from benchmarks import environs
from benchmarks.harness import Adapter, Environ, answered
from verglas import FrozenResponse, Handler, Request, Response, application, text
from verglas.errors import Unauthorized
from verglas.middleware import (
    access_log,
    basic_auth,
    cache,
    cors,
    cross_origin_protection,
    etags,
    gzip,
    https_only,
    log_exceptions,
    request_id,
    security_headers,
)
from verglas.sessions import Session, sessions
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
        return "the bare handler" if self.without is ALONE else "the same by hand"


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


ALONE: Final = application(hello)
PROTECTED: Final = application(cross_origin_protection()(hello))
SHARED: Final = cors(["https://app.example"])
LOGGER: Final = logging.Logger("benchmark", logging.WARNING)
HEADED: Final = security_headers()
SECURITY: Final = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
NAMES: Final = [name.lower() for name, _ in SECURITY]

IDLE: Final = {
    "access_log": Pair("whose logger is off", plain, application(hello, finish=access_log(logger=LOGGER)), ALONE),
    "basic_auth": Pair("no credentials: a 401", plain, application(welcome), application(unwelcome)),
    "cache": Pair("an answer that is not kept", plain, application(cache()(hello)), ALONE),
    "cors": Pair("no Origin", plain, application(SHARED(hello), finish=SHARED.finish), ALONE),
    "cross_origin_protection": Pair("a GET", plain, PROTECTED, ALONE),
    "etags": Pair("a POST", of(REQUEST_METHOD="POST"), application(hello, finish=etags()), ALONE),
    "gzip": Pair("a short answer", plain, application(hello, finish=gzip()), ALONE),
    "https_only": Pair("a request by HTTPS", plain, application(https_only()(hello)), ALONE),
    "log_exceptions": Pair("no exception", plain, application(hello, on_exception=log_exceptions()), ALONE),
    "security_headers": Pair("all set", plain, application(complete, finish=HEADED), application(complete)),
    "sessions": Pair("a session that nobody looks at", plain, application(unconcerned), ALONE),
}
"""Middleware that has nothing to do."""


# Work


PAGE: Final = json.dumps([{"id": number, "title": f"Note {number}", "done": number % 3 == 0} for number in range(200)])


def page(request: Request) -> Response:
    return Response(PAGE, mimetype="application/json")


def compressed(request: Request) -> Response:
    response = page(request)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.data = zlib.compress(response.get_data(), 6, 31)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def tagged(request: Request) -> Response:
    response = page(request)
    response.add_etag()
    return response.make_conditional(request)


def shared(request: Request) -> Response:
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


def identified(request: Request) -> Response:
    response = hello(request)
    response.headers["X-Request-ID"] = os.urandom(16).hex()
    return response


IDS: Final = request_id()


def logged(request: Request) -> Response:
    response = hello(request)
    length = response.calculate_content_length()
    LOGGING.info('"%s %s" %d %d', request.method, request.target.partition("?")[0], response.status_code, length)
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
        name, _, password = b64decode(encoded, validate=True).decode().partition(":")
        user = user_of(name, password)
        if user is not None:
            return text(f"Hello {request.with_state(user).state}!")
    raise Unauthorized(www_authenticate='Basic realm="shop", charset="UTF-8"')


def kept(request: Request) -> Response:
    response = page(request)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


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


def opened(cookie: str) -> dict[str, str] | None:
    try:
        text = SIGNER.unsign(cookie).decode()
    except itsdangerous.BadSignature:
        return None
    _, created, _, data = text.split(".")
    if time() - int(created) > 14 * 24 * 3600:
        return None
    return load(urlsafe_b64decode(data + "=" * (-len(data) % 4)))


@session_of
def recognise(request: Request[Session[dict[str, str]]]) -> Response:
    value = request.state.value
    return text(value["name"] if value else "stranger")


def recognise_by_hand(request: Request) -> Response:
    value = opened(request.cookies.get("hand", ""))
    response = text(value["name"] if value else "stranger")
    response.headers["Vary"] = "Cookie"
    return response


@session_of
def remember(request: Request[Session[dict[str, str]]]) -> Response:
    response = text("hi")
    request.state.save(response, {"name": "Ada", "cart": "1, 2, 3"})
    return response


def remember_by_hand(request: Request) -> Response:
    response = text("hi")
    opened(request.cookies.get("hand", ""))
    value = signed({"name": "Ada", "cart": "1, 2, 3"})
    response.set_cookie("hand", value, httponly=True, samesite="Lax")
    response.headers["Vary"] = "Cookie"
    return response


def visiting(number: int) -> Environ:
    """The environ of somebody who has a session, and another that was made by hand."""
    return plain(number) | {"HTTP_COOKIE": f"theme=dark{number}; {COOKIES}"}


def cookie_of(handler: Handler) -> str:
    """The cookie that a handler sets."""
    return Response.from_app(application(handler), plain(1)).headers["Set-Cookie"].partition(";")[0]


COOKIES: Final = f"{cookie_of(remember)}; {cookie_of(remember_by_hand)}"
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
    "etags, working": Pair(
        "a 304 of 10 KB",
        of(HTTP_IF_NONE_MATCH=Response.from_app(application(tagged), plain(1)).headers["ETag"]),
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
    "request_id, working": Pair(
        "a random id", plain, application(IDS(hello), finish=IDS.finish), application(identified)
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
}
"""Middleware that does its work, beside the same work in the handler."""

PAIRS: Final = {f"{name}, idle": pair for name, pair in IDLE.items()} | WORKING
"""All, by the names of their items."""


def _adapter(app: WSGIApplication) -> Adapter:
    return lambda environ: answered(app, environ)


WITH_IT: Final = {name: _adapter(pair.with_it) for name, pair in PAIRS.items()}
WITHOUT: Final = {name: _adapter(pair.without) for name, pair in PAIRS.items()}
