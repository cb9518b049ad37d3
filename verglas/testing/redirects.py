"""Where a redirect leads: the next request, by the rules of the Fetch standard."""

from __future__ import annotations

from typing import Final

from verglas.backports import override
from verglas.body import Body
from verglas.errors.grammar import SHOWN, GrammarError
from verglas.request.model import Request
from verglas.syntax.locations import check_location
from verglas.url import URL

__all__ = ["RedirectError", "next_request"]

_MOST: Final = 20
"""How many redirects browsers follow in a row (Fetch, "HTTP-redirect fetch", step 7)."""

_STATUSES: Final = frozenset({301, 302, 303, 307, 308})
# request-body-header names of Fetch, and what describes the transfer of a body.
_OF_THE_BODY: Final = (
    "Content-Encoding",
    "Content-Language",
    "Content-Location",
    "Content-Type",
    "Content-Length",
    "Transfer-Encoding",
)
# Authorization by Fetch; browsers never have the others among the headers of a request.
_OF_THE_ORIGIN: Final = ("Authorization", "Cookie", "Host", "Proxy-Authorization")


class RedirectError(Exception):
    """A redirect that cannot be followed.

    Args:
        problem: What is wrong with it.
        location: The value of the `Location` field.
        url: The URL whose response has it.

    >>> str(RedirectError("a port is missing", "http://x:/", URL()))
    "http://localhost/ redirects to 'http://x:/', which is not followed: a port is missing"
    """

    def __init__(self, problem: str, location: str, url: URL) -> None:
        super().__init__(problem, location, url)
        self.problem = problem
        self.location = location
        self.url = url

    @override
    def __str__(self) -> str:
        more = "..." if len(self.location) > SHOWN else ""
        return f"{self.url} redirects to {self.location[:SHOWN]!r}{more}, which is not followed: {self.problem}"


def next_request(
    request: Request[object], status_code: int, location: str | None, *, followed: int = 0
) -> Request[None] | None:
    """Make the request that follows a redirect (Fetch, "HTTP-redirect fetch").

    | status             | method             | next method, body     |
    |--------------------|--------------------|-----------------------|
    | 301, 302           | POST               | GET, no body          |
    | 303                | all but GET, HEAD  | GET, no body          |
    | 301, 302, 307, 308 | other              | the same              |

    The fields that describe the body are removed together with it. `Authorization`, `Cookie`, `Host` and
    `Proxy-Authorization` are not sent to another origin. The body must be in memory if it is sent again; Fetch wants
    that of 301 and 302 with POST, too.

    Octets of the location that are not valid in a URL are percent-encoded, as browsers do. Unlike in browsers, control
    characters, backslashes, spaces at either end and user information are errors. On the same
    origin the target keeps the `root_path` if it lies below. Fragments are not sent, so a request has none.

    Args:
        request: The request that was answered.
        status_code: The status of the response.
        location: The value of its `Location` field; `None` without one.
        followed: How many redirects have led to `request`.

    Returns:
        The next request; `None` if the response is not a redirect.

    Raises:
        RedirectError: The location cannot be followed, the body streams and would be sent again, or 20 redirects were
            followed before.

    >>> after = next_request(Request(method="POST", url="/notes", body="title=a"), 303, "/notes/7")
    >>> after and (after.method, str(after.url), after.body.content)
    ('GET', 'http://localhost/notes/7', b'')
    """
    if status_code not in _STATUSES or location is None:
        return None
    url = _redirect_url(request.url, location)
    if followed >= _MOST:
        raise RedirectError(f"{followed} redirects were followed before, the most in a row", location, request.url)
    method, body, headers = request.method, request.body, request.headers
    if (status_code in (301, 302) and method == "POST") or (status_code == 303 and method not in ("GET", "HEAD")):
        method, body, headers = "GET", Body(), headers.without(*_OF_THE_BODY)
    elif body.content is None:
        problem = (
            f"{status_code} means to send the body again, but it streams and can be read only once; give it as bytes, "
            "use Request.buffered(), or answer with 303"
        )
        raise RedirectError(problem, location, request.url)
    is_same_origin = url.origin == request.url.origin
    return Request(
        method=method,
        url=url,
        headers=headers if is_same_origin else headers.without(*_OF_THE_ORIGIN),
        body=body,
        server=request.server if is_same_origin else None,
        remote_addr=request.remote_addr,
        remote_user=request.remote_user if is_same_origin else None,
        limits=request.limits,
        trust=request.trust,
    )


def _redirect_url(url: URL, location: str) -> URL:
    """The target of a redirect (Fetch, "location URL"), below the `root_path` of the same origin where it can be.

    Raises:
        RedirectError: The location is malformed, or its scheme is neither `http` nor `https`.
    """
    try:
        target = url.join(check_location(_as_text(location)))
    except GrammarError as error:
        raise RedirectError(error.public, location, url) from error
    if target.scheme not in ("http", "https"):
        raise RedirectError("browsers follow http and https only", location, url)
    root = url.root_path.encode("utf-8", "surrogatepass")
    if root and not target.root_path and target.origin == url.origin and target.raw_path.startswith(root + b"/"):
        # An absolute URL does not say where the application is mounted.
        target = target.replace(root_path=url.root_path, raw_path=target.raw_path[len(root) :])
    return target


def _as_text(location: str) -> str:
    """A field value as text: its octets are UTF-8, or else percent-encoded."""
    try:
        octets = location.encode("latin-1")
    except UnicodeEncodeError:  # a text that did not come from a field
        return location
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return "".join([character if character.isascii() else f"%{ord(character):02X}" for character in location])
