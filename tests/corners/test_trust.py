"""Corners of `Trust`: Forwarded as proxies write it, and settings that are refused where they are made."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from verglas import Limits, Request, Response, Trust, application, parse_environ
from verglas.errors import HeaderError
from verglas.headers import FORWARDED

CONNECTION: dict[str, object] = {"HTTP_HOST": "internal", "REMOTE_ADDR": "10.0.0.1", "wsgi.url_scheme": "http"}


@pytest.mark.parametrize(
    ("expected", "forwarded"),
    [
        pytest.param(("1.2.3.4", "https://internal/"), "for=1.2.3.4:5678;proto=https", id="azure-port-unquoted"),
        pytest.param(
            ("::1", "https://localhost:4430/"),
            'for="[::1]:57096";proto=https;host=localhost:4430',
            id="yarp-host-unquoted",
        ),
        pytest.param(("2001:db8::1", "https://internal/"), "for=2001:db8::1;proto=https", id="ipv6-bare"),
        pytest.param(("2001:db8::1", "https://internal/"), "for=[2001:db8::1];proto=https", id="ipv6-unquoted"),
        pytest.param(("2001:db8::1", "http://internal/"), 'for="2001:db8::1"', id="ipv6-without-brackets"),
        pytest.param(("::ffff:1.2.3.4", "http://internal/"), "for=::ffff:1.2.3.4", id="rfc5952-5-mapped"),
        pytest.param(("1.2.3.4", "https://internal/"), "For=1.2.3.4; Proto=https ; by=_x", id="rfc7239-4-spaces"),
        pytest.param(("1.2.3.4", "http://a:81/"), "proto=http;;for=1.2.3.4;host=a:81;", id="empty-parameters"),
        pytest.param(("1.2.3.4", "https://internal/"), "for=1.2.3.4;proto=https;by=10.0.0.1:80", id="by-unquoted"),
        pytest.param(("1.2.3.4", "https://internal/"), "for=1.2.3.4;proto=https;path=/a?b", id="unknown-parameter"),
        pytest.param(("1.2.3.4", "http://internal/"), "for=1.2.3.4;proto=wap", id="proto-by-itself"),
        pytest.param((None, "https://internal/"), "for=a/b;proto=https", id="for-by-itself"),
        pytest.param((None, "https://internal/"), "for=;proto=https", id="for-empty"),
        pytest.param(("10.0.0.1", "https://internal/"), "proto=https", id="for-absent"),
        pytest.param(("1.2.3.4", "https://internal/"), "for=<script>, for=1.2.3.4;proto=https", id="left-garbled"),
        pytest.param(("1.2.3.4", "https://internal/"), 'x="\\", for=1.2.3.4;proto=https', id="left-quote-escaped"),
        pytest.param(("1.2.3.4", "https://internal/"), '", for=1.2.3.4;proto=https', id="left-quote"),
        pytest.param(("1.2.3.4", "https://internal/"), 'host="a, for=1.2.3.4;proto=https', id="left-quote-open"),
        pytest.param((None, "http://internal/"), "for=1.2.3.4 5;proto=https", id="space-inside"),
        pytest.param((None, "http://internal/"), "for=1.2.3.4;for=6.6.6.6", id="duplicate"),
        pytest.param((None, "http://internal/"), 'for=1.2.3.4;x="a"b', id="text-after-a-quote"),
        pytest.param((None, "http://internal/"), "1.2.3.4;proto=https", id="no-name"),
    ],
)
def test_forwarded_as_proxies_write_it(expected: tuple[str | None, str], forwarded: str) -> None:
    """Each parameter counts by itself, quoted or not; nothing to the left of the trusted element changes it."""
    request = Request(CONNECTION | {"HTTP_FORWARDED": forwarded}, trust=Trust(forwarded=1))

    assert expected == (request.remote_addr, str(request.url))


def test_the_key_stays_strict() -> None:
    """What is read by its key is RFC 7239 or malformed."""
    headers = Request(CONNECTION | {"HTTP_FORWARDED": "for=1.2.3.4:5678"}).headers

    with pytest.raises(HeaderError, match="Forwarded"):
        headers[FORWARDED]


def _answer(request: Request) -> Response:
    return Response(request.method)


REFUSED: dict[str, tuple[type[Exception], str, Callable[[], object]]] = {
    "wildcard": (ValueError, r"write '\.x\.org' for a domain with its subdomains", lambda: Trust(hosts=["*.x.org"])),
    "wildcard-alone": (ValueError, "write None for any host", lambda: Trust(hosts=["*"])),
    "wildcard-inside": (ValueError, "wildcards are not read", lambda: Trust(hosts=["a.*.org"])),
    "host-of-bytes": (TypeError, "a trusted host is a str, not bytes", lambda: Trust(hosts=[b"x.org"])),  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    "text-hops": (TypeError, "x_for is a number of proxies, such as 1, not '1'", lambda: Trust(x_for="1")),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    "true-hops": (TypeError, "x_proto is a number of proxies, such as 1, not True", lambda: Trust(x_proto=True)),
    "forwarded-false": (TypeError, "forwarded is a number of proxies", lambda: Trust(forwarded=False)),
    "negative-hops": (ValueError, "x_host is a number of proxies: it cannot be negative", lambda: Trust(x_host=-1)),
    "trust-list": (TypeError, r"trust is list; write trust=Trust\(hosts=", lambda: parse_environ({}, trust=["x.org"])),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    "trust-list-of-a-value": (TypeError, "trust is list", lambda: Request(url="/", trust=["x.org"])),  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    "limits-dict": (TypeError, r"limits is dict; write limits=Limits\(", lambda: parse_environ({}, limits={})),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    "limits-dict-of-an-environ": (TypeError, "limits is dict", lambda: Request({}, limits={})),  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    "limits-of-from-values": (TypeError, "limits is int", lambda: Request.from_values(limits=5)),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUnknownLambdaType]
    "limits-of-application": (TypeError, "limits is dict", lambda: application(_answer, limits={})),  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    "trust-of-application": (TypeError, "trust is list", lambda: application(_answer, trust=[])),  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    "limits-swapped": (TypeError, "limits is Trust", lambda: Request({}, limits=Trust())),  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    "trust-swapped": (TypeError, "trust is Limits", lambda: Request({}, trust=Limits())),  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
}


@pytest.mark.parametrize("name", REFUSED)
def test_settings_are_refused_where_they_are_made(name: str) -> None:
    """A setting that could never work is refused at once, with what to write instead."""
    error, message, make = REFUSED[name]

    with pytest.raises(error, match=message):
        make()
