"""`cors`: which other origins may read the answers, and what they may send (Fetch §3.3, the CORS protocol)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final, Literal, TypeVar, final

from attrs import frozen

from verglas.answering import Answer
from verglas.capture import RequestHead
from verglas.functions import name_of
from verglas.headers.cors import ACCESS_CONTROL_MAX_AGE, CORSHeaders, CORSMethods
from verglas.headers.mapping import Headers
from verglas.headers.namesets import NameSet
from verglas.middleware.common import AnyRequest, check_function, check_option, named_after
from verglas.middleware.origins import as_names, exact_origins, origin_text
from verglas.response.builder import changeable
from verglas.response.changes import add_vary
from verglas.response.frozen import FrozenResponse
from verglas.values import Value
from verglas.wsgi import ResponseLike

__all__ = ["CORS", "cors"]

R = TypeVar("R", bound=AnyRequest)

ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
CREDENTIALS: Final = frozenset({ALLOW_CREDENTIALS.lower()})
EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"
REQUEST_METHOD: Final = "Access-Control-Request-Method"

EXAMPLE: Final = "['https://app.example']"
SENT_IN_UPPER_CASE: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY")


def cors(
    origins: Literal["*"] | Collection[str] | Callable[[str], bool],
    *,
    methods: Literal["*"] | Collection[str] = (),
    headers: Literal["*"] | Collection[str] = (),
    expose: Literal["*"] | Collection[str] = (),
    credentials: bool = False,
    max_age: timedelta | None = None,
) -> CORS:
    """Share the answers of an application with other origins (Fetch §3.3).

    It has two parts, and an application needs both. Its `finish` says on every answer, those of errors included, who
    may read it. As a decorator it answers preflights, by which browsers ask for leave before they send what no form
    could; put it above what authenticates, since a preflight never carries credentials. Other requests with OPTIONS go
    on to the handler.

    A preflight is always a 204. Those of an allowed origin all have the same answer, the lists of `methods` and
    `headers`; those of other origins have no list. It is the browser that compares and refuses, which an error would
    not tell anything more: nothing that a preflight asks for is read or repeated here, so that nothing in it can be too
    long or malformed, and a browser keeps the whole list for `max_age`.

    Nothing here keeps a request out, which may come from other clients than browsers, or need no preflight:
    `cross_origin_protection` refuses those that would change something. Origins that may do so are its
    `trusted_origins`, too.

    An answer that has Access-Control-Allow-Origin already is left as it is, but for Vary: a handler may have a policy
    of its own, such as `*` for what is public. Of other fields, those that it exposes are kept.

    Args:
        origins: The origins that may read the answers, each as browsers send it, such as `https://app.example`,
            `http://localhost:8080` or, for documents without an origin that can be named, `null`; `"*"` for all; or a
            function that is asked about each that is well formed, but never about `null`. Compare whole origins there:
            `origin.endswith("example.org")` lets `https://evil-example.org` in, too.
        methods: The methods that they may use, besides GET, HEAD and POST, which every browser lets through. They have
            their case.
        headers: The request fields that they may send, such as Content-Type with a type that forms do not have.
            `"*"` is all but Authorization, which the standard allows by name only: `["*", "Authorization"]`. Chromium
            still takes it for one of all.
        expose: The fields of answers that they may read, besides seven that are always readable, such as Content-Type.
        credentials: Whether their requests may carry cookies, certificates or stored passwords, and have the answers
            read. Every page of these origins then acts as the user who is looking at it.
        max_age: How long a browser may keep the answer of a preflight. Without it, five seconds.

    Raises:
        ValueError: A list has a text that is not an origin, a method or a field name; or it has `*`, or origins have
            `null`, together with `credentials`: they would be any site's.
        TypeError: An argument is not of its type, such as a `str` where a list of names is meant.

    >>> from verglas import Request, application, text
    >>> api = cors(["https://app.example"], methods=["PUT"], headers=["Content-Type"], credentials=True)
    >>> @api
    ... def put_note(request: Request) -> Response:
    ...     return text("kept")
    >>> app = application(put_note, finish=[api.finish])
    >>> def start_response(status: str, headers: list[tuple[str, str]]) -> None:
    ...     print(status, *[": ".join(line) for line in headers], sep="\\n")
    >>> environ = {"REQUEST_METHOD": "OPTIONS", "HTTP_ORIGIN": "https://app.example"}
    >>> app(environ | {"HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT"}, start_response)
    204 No Content
    Vary: Access-Control-Request-Method, Origin
    Access-Control-Allow-Origin: https://app.example
    Access-Control-Allow-Credentials: true
    Access-Control-Allow-Methods: PUT
    Access-Control-Allow-Headers: Content-Type
    []
    """
    sent: dict[str, NameSet] = {
        "methods=": CORSMethods(_names(methods, "methods=", "['PUT', 'DELETE']")),
        "headers=": CORSHeaders(_names(headers, "headers=", "['Content-Type']")),
        "expose=": CORSHeaders(_names(expose, "expose=", "['Location']")),
    }
    for method in sent["methods="]:
        if method not in SENT_IN_UPPER_CASE and method.upper() in SENT_IN_UPPER_CASE:
            raise ValueError(f"methods= has {method!r}: methods have their case, and this one is {method.upper()!r}")
    check_option(credentials, bool, "credentials", "cors()")
    if callable(origins):
        check_function(origins, "origins", "cors()")
    if credentials:
        _check_named(origins, sent)
    allowing = ((ALLOW_CREDENTIALS, "true"),) if credentials else ()
    permitting = (
        ("Access-Control-Allow-Methods", str(sent["methods="])),
        ("Access-Control-Allow-Headers", str(sent["headers="])),
        ("Access-Control-Max-Age", _seconds(max_age)),
    )
    return CORS(
        origins if callable(origins) else None,
        None if callable(origins) or origins == "*" else _named(origins),
        callable(origins) or origins != "*",
        allowing,
        str(sent["expose="]),
        (*allowing, *((name, value) for name, value in permitting if value)),
    )


@final
@frozen(eq=False)
class CORS(Value):
    """A policy that `cors` makes: a decorator that answers preflights, and the `finish` that all other answers need."""

    _asks: Callable[[str], object] | None
    """The function that tells of an origin whether it is allowed."""
    _named: frozenset[str] | None
    """The origins that are; without these and the function, all are."""
    _depends: bool
    """Whether it is not the same for all."""
    _allowing: tuple[tuple[str, str], ...]
    _exposed: str
    _permitting: tuple[tuple[str, str], ...]

    def __call__(self, handler: Callable[[R], ResponseLike], /) -> Callable[[R], ResponseLike]:
        """Put the answers to preflights before a handler.

        Args:
            handler: Answers everything else.

        Raises:
            TypeError: The handler is not a function of a request.
        """

        def preflighted(request: R) -> ResponseLike:
            if request.method == "OPTIONS" and REQUEST_METHOD in request.headers and "Origin" in request.headers:
                return self._permit(request.headers)
            return handler(request)

        return named_after(preflighted, handler, "cors()")

    def finish(self, head: RequestHead, answer: Answer) -> Answer:
        """Say who may read an answer: a function of `application(..., finish=)`.

        Args:
            head: Of the request.
            answer: The answer. One that says so already is given back as it is, but for Vary.

        Raises:
            TypeError: The function of `origins=` gave something other than a bool.
        """
        allowed = None if ALLOW_ORIGIN in answer.headers else self._allowed(head.headers)
        if allowed is not None:
            answer = changeable(answer)  # one copy for all fields
            fields, lines = answer.headers, [(ALLOW_ORIGIN, allowed), *self._allowing]
            if self._exposed and EXPOSE_HEADERS not in fields:
                lines.append((EXPOSE_HEADERS, self._exposed))
            fields.revise(CREDENTIALS, lines)  # those of the policy hold, or a handler's would come to a `*`
        # Also of answers to requests without an Origin: a cache keeps them for those that have one.
        return add_vary(answer, "Origin") if self._depends else answer

    def _permit(self, headers: Headers) -> FrozenResponse:
        vary = f"{REQUEST_METHOD}, Origin" if self._depends else REQUEST_METHOD
        allowed = self._allowed(headers)
        granted = () if allowed is None else ((ALLOW_ORIGIN, allowed), *self._permitting)
        return FrozenResponse(b"", 204, (("Vary", vary), *granted))

    def _allowed(self, headers: Headers) -> str | None:
        """The origin that may read the answer, `None` if it may not."""
        if self._named is not None:
            lines = headers.getlist("Origin")
            return lines[0] if len(lines) == 1 and lines[0] in self._named else None
        if self._asks is None:
            return "*"
        origin = origin_text(headers)
        if origin is None:
            return None
        given = self._asks(origin)
        if not isinstance(given, bool):  # such as a coroutine, which is true
            what = f"the function {name_of(self._asks)} of origins= returned a {type(given).__name__}"
            raise TypeError(f"{what}: return True or False")
        return origin if given else None


def _named(origins: Collection[str]) -> frozenset[str]:
    if not isinstance(origins, str) and "*" in as_names(origins, "origins=", EXAMPLE):
        raise ValueError("origins= has '*' among others: '*' stands alone, as in cors('*')")
    return exact_origins(origins, "origins=")


def _names(names: Literal["*"] | Collection[str], argument: str, example: str) -> tuple[str, ...]:
    return ("*",) if names == "*" else as_names(names, argument, example)


def _check_named(origins: object, sent: dict[str, NameSet]) -> None:
    """Refuse what credentials do not go with: they are only for origins that are named."""
    if origins == "*":
        raise ValueError("credentials= does not go with '*': name the origins that may act as the user")
    if not callable(origins) and "null" in as_names(origins, "origins=", EXAMPLE):
        what = "credentials= does not go with the origin 'null'"
        raise ValueError(f"{what}, which any site can take on, by a sandboxed frame")
    for argument, names in sent.items():
        if "*" in names:
            what = f"credentials= does not go with '*' in {argument}"
            raise ValueError(f"{what}, which is then a name like any other (Fetch §3.3.5): list the names")


def _seconds(max_age: timedelta | None) -> str:
    if max_age is None:
        return ""
    if not isinstance(max_age, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise TypeError(f"max_age= is a timedelta, such as timedelta(hours=1), not {type(max_age).__name__}")
    return "".join(ACCESS_CONTROL_MAX_AGE.encode(max_age))
