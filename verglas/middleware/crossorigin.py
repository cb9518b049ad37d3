"""`cross_origin_protection`: no request that changes something from a page of another origin, without tokens."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, TypeVar, final

from attrs import frozen

from verglas.capture import SAFE_METHODS
from verglas.errors.registry import Forbidden
from verglas.headers.cors import ORIGIN, SEC_FETCH_SITE, FetchSite, Origin
from verglas.middleware.common import AnyRequest, named_after
from verglas.middleware.origins import exact_origins
from verglas.response.changes import lenient
from verglas.url import canonical_host
from verglas.values import Value
from verglas.wsgi import ResponseLike

__all__ = ["CrossOriginProtection", "cross_origin_protection"]

R = TypeVar("R", bound=AnyRequest)

"""Methods that ask for no change (RFC 9110 §9.2.1, and of QUERY RFC 10008 §2)."""

OWN: Final = (FetchSite.SAME_ORIGIN, FetchSite.NONE)


def cross_origin_protection(*, trusted_origins: Collection[str] = ()) -> CrossOriginProtection:
    """Refuse requests that a page of another origin has a browser send, so that they cannot act as its user (CSRF).

    It is middleware, and stands around a handler.

    A request with a safe method passes: no handler of GET may change anything. Any other is refused, with a 403, if

    - `Sec-Fetch-Site` is there, as all browsers since 2023 send it to HTTPS and to `localhost`, and is neither
      `same-origin` nor `none`, the user's own doing; or if
    - it is not there, `Origin` is, and that is not where the request was sent: over plain HTTP, or by older browsers.
      `null` is refused, too, which pages with `Referrer-Policy: no-referrer` send to their own site. Behind a proxy
      that changes Host, this needs `trust=`.

    A request with neither of the two passes: it is not from a browser, or is from one that is older than 2020 and sends
    no Origin with forms. For those, have a token in each form as well.

    `same-site` is refused: a page of another subdomain, or on another port of the host, is of another origin. So is
    `http://` of the own host, if the request came by HTTPS. If an application sees HTTP only, since a proxy that it was
    not told to trust speaks HTTPS for it, it cannot tell the two: then have the site say Strict-Transport-Security.

    Args:
        trusted_origins: Other origins whose pages may send such requests, each as browsers send it:
            `https://app.example`. To let them read the answers is the matter of `cors`.

    Raises:
        ValueError: A text is not an origin as browsers send it, or is `null`, which any site can be.
        TypeError: The origins are not a collection of `str`.

    >>> from verglas import Request, application, text
    >>> @cross_origin_protection()
    ... def transfer(request: Request) -> ResponseLike:
    ...     return text("sent")
    >>> app = application(transfer)
    >>> for site in ("same-origin", "cross-site"):
    ...     environ = {"REQUEST_METHOD": "POST", "HTTP_SEC_FETCH_SITE": site}
    ...     body = app(environ, lambda status, headers: print(status))
    200 OK
    403 Forbidden
    """
    trusted = exact_origins(trusted_origins, "trusted_origins=")
    if "null" in trusted:
        raise ValueError("trusted_origins= has 'null', which any site can take on, by a sandboxed frame")
    return CrossOriginProtection(trusted)


@final
@frozen(eq=False)
class CrossOriginProtection(Value):
    """The decorator that `cross_origin_protection` makes."""

    _trusted: frozenset[str]

    def __call__(self, handler: Callable[[R], ResponseLike], /) -> Callable[[R], ResponseLike]:
        """Keep from a handler what pages of other origins send.

        Args:
            handler: Answers all other requests.

        Raises:
            TypeError: The handler is not a function of a request.
        """

        def protected(request: R) -> ResponseLike:
            if request.method not in SAFE_METHODS and not self._is_own(request):
                raise Forbidden("Pages of other origins may not send this request.")
            return handler(request)

        return named_after(protected, handler, "cross_origin_protection()")

    def _is_own(self, request: AnyRequest) -> bool:
        environ, headers = request.environ, request.headers
        site = environ.get("HTTP_SEC_FETCH_SITE")
        if site == "same-origin":  # PERF: nearly all of what a browser sends
            return True
        # Headers leave out lines that no client may send; here they must not count as absent.
        if site is not None:
            own = lenient(headers, SEC_FETCH_SITE, None) in OWN
        elif environ.get("HTTP_ORIGIN") is not None:
            own = _is_at_home(request, lenient(headers, ORIGIN, None))
        else:
            return True
        return own or (headers.get("Origin") in self._trusted and len(headers.getlist("Origin")) == 1)


def _is_at_home(request: AnyRequest, origin: Origin | None) -> bool:
    """Whether an origin is that of the request, as far as the application knows its own scheme."""
    if origin is None or origin.scheme not in ("http", "https"):
        return False
    if request.scheme == "https" and origin.scheme == "http":
        return False
    return str(origin) == f"{origin.scheme}://{canonical_host(origin.scheme, request.host)}"
