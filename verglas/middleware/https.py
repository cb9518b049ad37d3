"""`https_only`: requests over plain HTTP are sent to HTTPS, or refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeVar, final

from attrs import frozen

from verglas.capture import SECURE_SCHEMES
from verglas.errors.parse import BadHost
from verglas.errors.registry import Forbidden
from verglas.middleware.common import AnyRequest, check_option, named_after
from verglas.response.builder import Response
from verglas.response.shorthand import redirect
from verglas.url import hostname_of
from verglas.wsgi import ResponseLike

__all__ = ["HTTPSOnly", "https_only"]

R = TypeVar("R", bound=AnyRequest)

STATUSES: Final = (301, 302, 307, 308)
KEEP_METHOD: Final = (307, 308)


def https_only(
    *,
    status: Literal[301, 302, 307, 308] = 308,
    port: int | None = None,
    exempt: Sequence[str] = (),
    redirect_all: bool = False,
) -> HTTPSOnly:
    """Middleware that answers no request over plain HTTP: it redirects GET and HEAD to HTTPS, and refuses the others.

    The others get a 403: their body has gone over the network in the clear, and a redirect would hide that from whoever
    wrote the client. The redirect leads to the same host and target. A request that names no valid and trusted host
    gets a 400: `Trust(hosts=...)` says which are trusted. Behind a proxy that speaks HTTPS, `Trust(x_proto=1)` believes
    it about the scheme, or else every request seems to come over plain HTTP and is redirected for ever.

    Browsers go to HTTPS at once where `security_headers(strict_transport_security=...)` tells them to.

    Args:
        status: The status of the redirect.
        port: The port of HTTPS at this host, where it is not the usual one.
        exempt: Paths that are answered over plain HTTP as well: `/health`; with a slash at the end,
            `/.well-known/acme-challenge/`, all that are below, without those that have `..` in them.
        redirect_all: Redirect the other methods as well; only with a status that keeps the method, 307 or 308.

    Raises:
        ValueError: The status or the port is not one of these, the status does not keep the method, or a path does not
            begin with a slash.
        TypeError: `exempt` is a single text.

    >>> from verglas import application, text
    >>> app = application(https_only()(lambda request: text("hi")))
    >>> _ = app({"HTTP_HOST": "example.com:8080", "PATH_INFO": "/a"}, lambda status, headers: print(headers[0]))
    ('Location', 'https://example.com/a')
    """
    if status not in STATUSES:
        raise ValueError(f"status= of https_only() is 301, 302, 307 or 308, not {status!r}")
    if redirect_all and status not in KEEP_METHOD:
        raise ValueError(
            f"redirect_all= of https_only() needs status=307 or 308: after a {status}, a POST becomes a GET"
        )
    check_option(redirect_all, bool, "redirect_all", "https_only()")
    if port is not None:
        check_option(port, int, "port", "https_only()")
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"port= of https_only() is a number from 1 to 65535, not {port}")
    if isinstance(exempt, str):
        raise TypeError("exempt= of https_only() is a sequence of paths, not a single text: put it in a list")
    for path in exempt:
        check_option(path, str, "exempt", "https_only()")
        if not path.startswith("/"):
            raise ValueError(f"exempt= of https_only() takes paths, which begin with a slash: {path!r} does not")
    below = tuple([path for path in exempt if path.endswith("/")])
    return HTTPSOnly(status, "" if port in (None, 443) else f":{port}", frozenset(exempt), below, redirect_all)


@final
@frozen
class HTTPSOnly:
    """Middleware that answers no request over plain HTTP: see `https_only`."""

    _status: int
    _port: str
    _exempt: frozenset[str]
    _below: tuple[str, ...]
    _redirects_all: bool

    def __call__(self, handler: Callable[[R], ResponseLike], /) -> Callable[[R], ResponseLike]:
        """Wrap a handler.

        Args:
            handler: The handler.

        Raises:
            TypeError: The handler is not a function of a request.
        """

        def secured(request: R) -> ResponseLike:
            if request.scheme in SECURE_SCHEMES or self._exempts(request.path):
                return handler(request)
            return self._redirect(request)

        return named_after(secured, handler, "https_only()")

    def _exempts(self, path: str) -> bool:
        # Of a path with `..`, the handler decides where it leads, perhaps out again.
        return path in self._exempt or (path.startswith(self._below) and "/.." not in path)

    def _redirect(self, request: AnyRequest) -> Response:
        if not self._redirects_all and request.method not in ("GET", "HEAD"):
            raise Forbidden("This is answered over HTTPS only. The request was sent without encryption.")
        if not request.host:
            raise BadHost(field="Host")
        # Of its components, not of texts: the target `*` would become a part of the host.
        secure = request.url.replace(scheme="https", host=f"{hostname_of(request.host)}{self._port}")
        return redirect(secure.to_uri(), self._status)
