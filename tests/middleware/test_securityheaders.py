"""`security_headers`: the fields that every answer has, and those that a handler has set itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest

from tests.handling import foreign, raising
from tests.kit import environ_of, untyped
from verglas import Handler, Headers, RequestHead, Response, Trust, application, text
from verglas.errors import NotFound
from verglas.headers import (
    COEP,
    COOP,
    CORP,
    ContentSecurityPolicy,
    CrossOriginEmbedderPolicy,
    CrossOriginOpenerPolicy,
    FrameOptions,
    PermissionsPolicy,
    ReferrerPolicies,
    StrictTransportSecurity,
)
from verglas.middleware import security_headers
from verglas.testing import call

DEFAULTS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OF_BODIES: Final = {"Content-Type", "Content-Length", "Vary", "ETag", "X-Foreign", "X-Content"}
PLAIN: Final = RequestHead("GET", Headers())
SECURE: Final = RequestHead("GET", Headers(), "/", "https")
YEAR: Final = StrictTransportSecurity(timedelta(days=365))
HSTS: Final = "Strict-Transport-Security"


def fields(answer: Response) -> dict[str, str]:
    """The fields of an answer, but for those about its body."""
    return {name: value for name, value in answer.headers.pairs if name not in OF_BODIES}


ANSWERS: Final[dict[str, Handler[None]]] = {
    "built": lambda _: text("hi"),
    "frozen": lambda _: text("hi").freeze(),
    "a stream": lambda _: Response(iter([b"a"])),
    "a foreign application": lambda _: foreign,
    "304": lambda _: Response(status=304),
    "404": raising(NotFound()),
    "500": raising(ValueError("?")),
}


@pytest.mark.parametrize("handler", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_every_answer_has_the_defaults(handler: Handler[None], method: str) -> None:
    """Errors included; there is neither a policy nor a promise that nobody asked for."""

    app = application(handler, finish=security_headers(), on_exception=lambda error, head: text("sorry", 500))
    answer = call(app, environ_of(), REQUEST_METHOD=method)

    assert {name: value for name, value in answer.lines if name not in OF_BODIES} == DEFAULTS


LEFT_OUT: Final = {
    "X-Content-Type-Options": security_headers(content_type_options=False),
    "X-Frame-Options": security_headers(frame_options=None),
    "Referrer-Policy": security_headers(referrer_policy=None),
    "Cross-Origin-Opener-Policy": security_headers(cross_origin_opener_policy=None),
    "Cross-Origin-Resource-Policy": security_headers(cross_origin_resource_policy=None),
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_each_default_can_be_left_out(name: str) -> None:
    """The others stay."""

    answer = LEFT_OUT[name](PLAIN, Response())

    assert DEFAULTS.keys() - {name} == DEFAULTS.keys() & {*answer.headers}


SET: Final = {
    "Content-Security-Policy": (
        security_headers(content_security_policy=ContentSecurityPolicy(default_src="'self'")),
        "default-src 'self'",
    ),
    "Content-Security-Policy-Report-Only": (
        security_headers(content_security_policy_report_only=ContentSecurityPolicy(default_src="'none'")),
        "default-src 'none'",
    ),
    "X-Frame-Options": (security_headers(frame_options=FrameOptions.SAMEORIGIN), "SAMEORIGIN"),
    "Referrer-Policy": (security_headers(referrer_policy=ReferrerPolicies("no-referrer")), "no-referrer"),
    "Permissions-Policy": (security_headers(permissions_policy=PermissionsPolicy({"camera": []})), "camera=()"),
    "Cross-Origin-Opener-Policy": (
        security_headers(cross_origin_opener_policy=CrossOriginOpenerPolicy(COOP.SAME_ORIGIN_ALLOW_POPUPS)),
        "same-origin-allow-popups",
    ),
    "Cross-Origin-Embedder-Policy": (
        security_headers(cross_origin_embedder_policy=CrossOriginEmbedderPolicy(COEP.REQUIRE_CORP)),
        "require-corp",
    ),
    "Cross-Origin-Resource-Policy": (security_headers(cross_origin_resource_policy=CORP.CROSS_ORIGIN), "cross-origin"),
}


@pytest.mark.parametrize("name", SET)
def test_each_field_can_be_set(name: str) -> None:
    """In the words of its header."""

    finish, expected = SET[name]

    assert expected == finish(PLAIN, Response()).headers[name]


@pytest.mark.parametrize(("head", "sent"), [(PLAIN, False), (SECURE, True)], ids=["http", "https"])
def test_strict_transport_security_over_https_alone(head: RequestHead, sent: bool) -> None:
    """A host must not send it over plain HTTP (RFC 6797 §7.2)."""

    finish = security_headers(strict_transport_security=YEAR)

    assert sent == (finish(head, Response()).headers.get(HSTS) == "max-age=31536000")


def test_strict_transport_security_behind_a_proxy() -> None:
    """The scheme is that which the proxy tells, if it is believed."""

    finish = security_headers(strict_transport_security=YEAR)
    keys = {"HTTP_X_FORWARDED_PROTO": "https"}
    believing = application(lambda request: text("hi"), finish=finish, trust=Trust(x_proto=1))
    doubting = application(lambda request: text("hi"), finish=finish)

    assert HSTS in call(believing, environ_of(), **keys).headers
    assert HSTS not in call(doubting, environ_of(), **keys).headers


def test_frame_ancestors_stand_for_frame_options() -> None:
    """Browsers obey the policy (HTML, "X-Frame-Options"), and a `DENY` beside `'self'` would only mislead readers."""

    finish = security_headers(content_security_policy=ContentSecurityPolicy(frame_ancestors="'self'"))

    assert "X-Frame-Options" not in finish(PLAIN, Response()).headers


@pytest.mark.parametrize("frozen", [False, True], ids=["built", "frozen"])
def test_a_field_that_the_handler_set_is_kept(frozen: bool) -> None:
    """Whatever its case; the others are added."""

    built = Response(headers={"x-frame-options": "SAMEORIGIN"})
    answer = security_headers()(PLAIN, built.freeze() if frozen else built)

    assert ["SAMEORIGIN"] == answer.headers.getlist("X-Frame-Options")
    assert "nosniff" == answer.headers["X-Content-Type-Options"]


@pytest.mark.parametrize("frozen", [False, True], ids=["built", "frozen"])
def test_an_answer_that_has_them_all_is_passed_through(frozen: bool) -> None:
    """The same object; so is any answer when nothing is asked for."""

    finish = security_headers()
    built = finish(PLAIN, Response())
    answer = built.freeze() if frozen and isinstance(built, Response) else built

    assert finish(PLAIN, answer) is answer


def test_a_frozen_answer_stays_as_it_was() -> None:
    """Others may send it without these fields."""

    answer = text("hi").freeze()

    assert "nosniff" == security_headers()(PLAIN, answer).headers["X-Content-Type-Options"]
    assert "X-Content-Type-Options" not in answer.headers


MISTAKES: Final[dict[str, Callable[[], object]]] = {
    "a text as a policy": lambda: untyped(security_headers)(content_security_policy="default-src 'self'"),
    "a number of seconds": lambda: untyped(security_headers)(strict_transport_security=31536000),
    "a text as a word": lambda: untyped(security_headers)(frame_options="deny"),
    "a positional argument": lambda: untyped(security_headers)(YEAR),
}


@pytest.mark.parametrize("make", MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_told(make: Callable[[], object]) -> None:
    """An argument of another type is refused where it is given."""

    with pytest.raises(TypeError, match=r"of verglas\.headers|positional"):
        make()
