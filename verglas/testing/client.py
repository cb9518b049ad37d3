"""`Client`: a browser's part in a test. It makes requests to an application, keeps cookies, and follows redirects."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Never, NoReturn, Self, Unpack, cast, final
from weakref import WeakSet

from verglas.backports import override
from verglas.environs import EnvironValues, QueryLike
from verglas.functions import name_of, signature_of
from verglas.headers.arguments import HeadersLike
from verglas.headers.mapping import Headers
from verglas.headers.mutable import MutableHeaders
from verglas.headers.setcookie import SameSite
from verglas.request.model import Request
from verglas.response.closing import close_all
from verglas.response.foreign import run_application
from verglas.testing.builder import EnvironBuilder
from verglas.testing.jar import Cookie, CookieJar
from verglas.testing.redirects import RedirectError, next_request
from verglas.testing.responses import TestResponse, close_beside
from verglas.testing.validation import is_violation, validated
from verglas.url import URL
from verglas.wsgi import Environ, StartResponse, WSGIApplication

__all__ = ["Client", "RequestParts"]

# pytest leaves the functions of this module out of a traceback: it shows the line of the test.
__tracebackhide__: Final = True

RAISE: Final = "x-wsgiorg.throw_errors"
"""The key that asks an application not to answer exceptions itself."""

EMPTY: Final = {"SCRIPT_NAME": "", "QUERY_STRING": ""}
"""The keys that each server sets, while PEP 3333 lets them be absent; the validator does not."""

SORRY: Final = b"Internal Server Error"


class RequestParts(EnvironValues, total=False):
    """The parts of a request that a client makes, and how it makes it."""

    follow_redirects: bool | None
    buffered: bool


@final
class Client:
    """Makes requests to an application, as a browser does: with cookies, and with redirects where it is told to.

    As a context manager it closes the answers that a test has left open. It is for one thread.

    Args:
        app: The application.
        others: None: all that follows is given by its name.
        base_url: Scheme and host of the requests, and where the application is mounted.
        headers: Header fields of each request, where it does not have its own.
        environ_base: Keys of each environ, such as REMOTE_ADDR, where the request does not have its own.
        use_cookies: Whether to keep the cookies of answers (RFC 6265bis) and to send them.
        follow_redirects: Whether to follow redirects, by the rules of the Fetch standard, where a call does not say.
        hosts: The hosts that the application answers besides that of a request: redirects to others are errors.
        validate: Whether the application is held to PEP 3333, and its answers to their framing: what a server could not
            send is an error.
        raise_exceptions: Whether what the application raises is raised here. Otherwise it is a 500, as of a server;
            once an answer has begun, it is raised all the same.
        clock: The seconds since 1970: what cookies expire by.

    Raises:
        TypeError: `app` cannot be called as a WSGI application; of a handler, it says what to write.
        ValueError: `base_url` has a query or a fragment.

    >>> from verglas import Request, Response, application
    >>> def hello(request: Request) -> Response:
    ...     return Response(f"Hello {request.args['name']}!")
    >>> with Client(application(hello)) as client:
    ...     response = client.get("/", query_string={"name": "Ada"})
    >>> response.status_code, response.text
    (200, 'Hello Ada!')
    """

    app: WSGIApplication
    base_url: URL
    cookies: CookieJar

    def __init__(
        self,
        app: WSGIApplication,
        *others: Never,
        base_url: str | URL = "http://localhost/",
        headers: HeadersLike | None = None,
        environ_base: Mapping[str, object] | None = None,
        use_cookies: bool = True,
        follow_redirects: bool = False,
        hosts: Collection[str] = (),
        validate: bool = True,
        raise_exceptions: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if others:
            raise TypeError(
                "a client takes one argument without its name, the application; it has its own TestResponse"
            )
        _check_application(app)
        self.app = app
        self.base_url = base_url if isinstance(base_url, URL) else URL.parse(base_url)
        self.cookies = CookieJar()
        self._headers = Headers(headers)
        self._environ_base = dict(environ_base or {})
        self._use_cookies = use_cookies
        self._follow_redirects = follow_redirects
        self._hosts = frozenset(hosts)
        self._raise_exceptions = raise_exceptions
        called = validated(app) if validate else app
        self._called = called if raise_exceptions else _answering(called)
        self._clock = clock
        self._open: WeakSet[TestResponse] = WeakSet()
        self._failures: list[Exception] = []  # of answers that were dropped
        self._is_entered = False

    # Requests

    def open(
        self,
        what: str | URL | Request[object] | EnvironBuilder | Environ = "/",
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        **parts: Unpack[RequestParts],
    ) -> TestResponse:
        """Make a request.

        Args:
            what: A path or a URL; or the whole request: a `Request`, an `EnvironBuilder`, an environ.
            base_url: Scheme and host, and where the application is mounted; without it, the client's.
            query_string: The query, instead of one in the path.
            **parts: The parts of the request, as for `Request.from_values`; `follow_redirects`, without which it is as
                the client was told; `buffered`: read the body now, and close the answer.

        Raises:
            ValueError: A part is not valid, or parts contradict each other.
            TypeError: A whole request was given with parts of another.
            RedirectError: A redirect cannot be followed.
            Exception: The application raised it, and the client raises exceptions.
        """
        follow_redirects, buffered = parts.pop("follow_redirects", None), parts.pop("buffered", False)
        request: Request[object]
        if isinstance(what, str | URL):
            # The two that are no part of an environ were taken out.
            request = self._request(what, base_url, query_string, cast("EnvironValues", parts))
        elif parts or base_url is not None or query_string is not None:
            raise TypeError("a whole request has its parts already: give its path and the parts, or change them in it")
        elif isinstance(what, EnvironBuilder):
            request = what.get_request()
        else:
            request = what if isinstance(what, Request) else Request(dict(what))
        response = self.send(request, follow_redirects=follow_redirects)
        if buffered:
            response.get_data()
        return response

    def send(self, request: Request[object], /, *, follow_redirects: bool | None = None) -> TestResponse:
        """Make a request that is there as a value; it can be sent again.

        Args:
            request: The request. The client's cookies are added to those that it has.
            follow_redirects: Whether to follow redirects; without it, as the client was told.

        Raises:
            RedirectError: A redirect cannot be followed.
            Exception: The application raised it, and the client raises exceptions.
        """
        response = self._send(request, ())
        if self._follow_redirects if follow_redirects is None else follow_redirects:
            return self._followed(response)
        return response

    def follow(self, response: TestResponse, /) -> TestResponse:
        """Follow the redirects of an answer, by the rules of the Fetch standard, to the first answer of another kind.

        Args:
            response: The answer, which redirects.

        Raises:
            ValueError: The answer is not a redirect: there is nothing to follow.
            RedirectError: A redirect is one that no browser follows, the 21st, or leads to a host or to a path that the
                application does not answer.
        """
        followed = self._followed(response)
        if followed is response:
            raise ValueError(f"there is no redirect to follow: {response!r}")
        return followed

    def _followed(self, response: TestResponse) -> TestResponse:
        hosts = self._hosts | {response.url.host}
        while True:
            asked, location, followed = response.request, response.location, len(response.history)
            following = next_request(asked, response.status_code, location, followed=followed)
            if following is None or location is None:  # of which the one means the other
                return response
            if following.url.host not in hosts:
                problem = f"{following.url.host} is not known to answer this application: Client(hosts=...)"
                raise RedirectError(problem, location, asked.url)
            if self._use_cookies:  # those that are kept are added anew
                following = following.replace(headers=following.headers.without("Cookie"))
            response.settle()
            response = self._send(_below(asked.url, following, location), (*response.history, response))

    def get(
        self,
        path: str | URL = "/",
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        **parts: Unpack[RequestParts],
    ) -> TestResponse:
        """Make a GET request; the arguments are those of `open`."""
        return self._open_as("GET", path, base_url, query_string, parts)

    def post(
        self,
        path: str | URL = "/",
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        **parts: Unpack[RequestParts],
    ) -> TestResponse:
        """Make a POST request; the arguments are those of `open`."""
        return self._open_as("POST", path, base_url, query_string, parts)

    def put(
        self,
        path: str | URL = "/",
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        **parts: Unpack[RequestParts],
    ) -> TestResponse:
        """Make a PUT request; the arguments are those of `open`."""
        return self._open_as("PUT", path, base_url, query_string, parts)

    def patch(
        self,
        path: str | URL = "/",
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        **parts: Unpack[RequestParts],
    ) -> TestResponse:
        """Make a PATCH request; the arguments are those of `open`."""
        return self._open_as("PATCH", path, base_url, query_string, parts)

    def delete(
        self,
        path: str | URL = "/",
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        **parts: Unpack[RequestParts],
    ) -> TestResponse:
        """Make a DELETE request; the arguments are those of `open`."""
        return self._open_as("DELETE", path, base_url, query_string, parts)

    def options(
        self,
        path: str | URL = "/",
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        **parts: Unpack[RequestParts],
    ) -> TestResponse:
        """Make an OPTIONS request; the arguments are those of `open`."""
        return self._open_as("OPTIONS", path, base_url, query_string, parts)

    def head(
        self,
        path: str | URL = "/",
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        **parts: Unpack[RequestParts],
    ) -> TestResponse:
        """Make a HEAD request; the arguments are those of `open`."""
        return self._open_as("HEAD", path, base_url, query_string, parts)

    def trace(
        self,
        path: str | URL = "/",
        base_url: str | URL | None = None,
        query_string: QueryLike = None,
        **parts: Unpack[RequestParts],
    ) -> TestResponse:
        """Make a TRACE request; the arguments are those of `open`."""
        return self._open_as("TRACE", path, base_url, query_string, parts)

    def _open_as(
        self,
        method: str,
        path: str | URL,
        base_url: str | URL | None,
        query_string: QueryLike,
        parts: RequestParts,
    ) -> TestResponse:
        if "method" in parts:
            raise TypeError(f"the method is {method} here; open(..., method=...) takes any")
        parts["method"] = method
        return self.open(path, base_url, query_string, **parts)

    def _request(
        self, path: str | URL, base_url: str | URL | None, query: QueryLike, values: EnvironValues
    ) -> Request[None]:
        if self._headers:
            headers = MutableHeaders(values.get("headers"))
            for name in self._headers.keys() - headers.keys():
                headers.setlist(name, self._headers.getlist(name))
            values["headers"] = headers
        if base_url is None and not self._is_elsewhere(path):
            base_url = self.base_url
        return Request.from_values(path, base_url, query, limits=None, trust=None, **values)

    def _is_elsewhere(self, path: str | URL) -> bool:
        """Whether a URL is given, of another origin than that of `base_url`."""
        if isinstance(path, str) and "://" not in path.partition("?")[0]:
            return False
        return URL.parse(str(path)).origin != self.base_url.origin

    # Answers

    def _send(self, request: Request[object], history: tuple[TestResponse, ...]) -> TestResponse:
        sent = self._with_cookies(request)
        environ: dict[str, object] = {**EMPTY, **self._environ_base, **request.environ, RAISE: self._raise_exceptions}
        if cookie := sent.headers.get("Cookie"):
            environ["HTTP_COOKIE"] = cookie
        if (content := request.body.content) is not None:  # so that it can be sent again
            environ["wsgi.input"] = io.BytesIO(content)
        status, headers, body = run_application(self._called, environ)
        lines = headers.getlist("Set-Cookie") if self._use_cookies else ()
        refused = self.cookies.store(lines, request.url, self._clock()) if lines else ()
        response = TestResponse(sent, status, headers, body, history, refused, partial(self._submit, sent), self._note)
        self._open.add(response)
        return response

    def _submit(self, asked: Request[object], request: Request[None], follow_redirects: bool | None) -> TestResponse:
        return self.send(_below(asked.url, request, str(request.url)), follow_redirects=follow_redirects)

    def _with_cookies(self, request: Request[object]) -> Request[object]:
        if not self._use_cookies or not len(self.cookies):
            return request
        kept = self.cookies.cookie_header(request.url, request.method, self._clock())
        if kept is None:
            return request
        own = request.headers.get("Cookie")
        return request.replace(headers=request.headers.with_("Cookie", f"{own}; {kept}" if own else kept))

    # Cookies, by the names that users know

    def get_cookie(self, key: str, domain: str | None = None, path: str = "/") -> Cookie | None:
        """The cookie that is kept, or `None`.

        Args:
            key: Its name.
            domain: The host that it belongs to; without it, that of `base_url`.
            path: The path that it belongs to.
        """
        return self.cookies.get(key, domain or self._hostname, path)

    def set_cookie(
        self,
        key: str,
        value: str = "",
        *,
        domain: str | None = None,
        origin_only: bool = True,
        path: str = "/",
        secure: bool = False,
        httponly: bool = False,
        samesite: SameSite | str | None = None,
        max_age: timedelta | int | None = None,
        expires: datetime | float | str | None = None,
    ) -> Cookie:
        """Set a cookie, as an answer would have done.

        Args:
            key: Its name.
            value: Its value, which is quoted where it has to be.
            domain: The host that it belongs to; without it, that of `base_url`.
            origin_only: Whether it is for that host alone, and not for those below it.
            path: The path that it belongs to, with all below it.
            secure: Whether it is sent over `https` alone, or to the machine itself.
            httponly: Whether scripts are kept from it.
            samesite: The requests of other sites that it goes with; text in any case.
            max_age: How long it lasts, in seconds; goes before `expires`.
            expires: When it ends.

        Raises:
            TypeError: The client keeps no cookies.
            HeaderValueError: A part is not valid.
        """
        if not self._use_cookies:
            raise TypeError("this client keeps no cookies, since it was made with use_cookies=False")
        return self.cookies.set(
            key,
            value,
            now=self._clock(),
            domain=domain or self._hostname,
            host_only=origin_only,
            path=path,
            secure=secure,
            http_only=httponly,
            same_site=samesite,
            max_age=max_age,
            expires=expires,
        )

    def delete_cookie(self, key: str, domain: str | None = None, path: str = "/") -> None:
        """Forget a cookie, if it is there.

        Args:
            key: Its name.
            domain: The host that it belongs to; without it, that of `base_url`.
            path: The path that it belongs to.
        """
        self.cookies.delete(key, domain or self._hostname, path)

    @property
    def _hostname(self) -> str:
        return self.base_url.hostname or "localhost"

    # Its end

    def close(self) -> None:
        """Close all answers that are still open; the client can go on.

        Bodies of up to 1 MiB, by their Content-Length, are read before, so that a test can look at them later; others
        that nobody has read are lost, since they may be endless.

        Raises:
            ExceptionGroup: The application raised while its answers were read and closed: now, or in this `with` when
                a test dropped them.
        """
        open_ones = [response.settle for response in self._open]
        self._open.clear()
        failures, self._failures = self._failures, []
        close_all([*[partial(_raise, failure) for failure in failures], *open_ones])

    def _note(self, failure: Exception) -> None:
        """Note what the application has raised for an answer that was dropped, if this client is to be closed."""
        if not self._is_entered:
            raise failure
        self._failures.append(failure)

    def __enter__(self) -> Self:
        """The client, whose answers are closed at the end of the `with`."""
        self._is_entered = True
        return self

    def __exit__(self, _: type[BaseException] | None, failure: BaseException | None, *__: object) -> None:
        """Close all answers; if the test has failed, that is what is raised, and what closing raises is noted there."""
        self._is_entered = False
        close_beside(failure, self.close)

    @override
    def __repr__(self) -> str:
        return f"<Client of {name_of(self.app)} at {self.base_url}, {len(self.cookies)} cookies>"


def _check_application(app: object) -> None:
    """Refuse what cannot be called as a WSGI application: a handler is taken for one easily.

    Raises:
        TypeError: The argument cannot be called with an environ and `start_response`.
    """
    seen = signature_of(app)
    if callable(app) and seen is None:
        return  # written in C
    try:
        if seen is not None:
            seen.bind({}, None)
            return
    except TypeError:
        pass
    raise TypeError(f"a client is of a WSGI application, not of {name_of(app)}; of a handler, Client(application(it))")


def _answering(app: WSGIApplication) -> WSGIApplication:
    """The application, with a 500 for what it raises before its answer has begun, as a server has it."""

    def answer(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        try:
            status, headers, body = run_application(app, environ)
        except Exception as error:  # whatever it is
            if is_violation(error):
                raise
            start_response(
                "500 Internal Server Error", [("Content-Type", "text/plain"), ("Content-Length", str(len(SORRY)))]
            )
            return [] if environ.get("REQUEST_METHOD") == "HEAD" else [SORRY]
        start_response(status, [*headers.pairs])
        return body

    return answer


def _raise(error: Exception) -> NoReturn:
    raise error


def _below(url: URL, request: Request[None], location: str) -> Request[None]:
    """A request as the application that answered a URL gets it: below where that one is mounted.

    Raises:
        RedirectError: The request is not below that path.
    """
    root = [part for part in url.root_path.split("/") if part]
    if not root or request.url.root_path == url.root_path:
        return request
    if [*request.url.segments[: len(root)]] != root:
        raise RedirectError(f"it is not below {url.root_path}, where the application is mounted", location, url)
    return request.mounted(len(root))
