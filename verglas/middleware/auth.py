"""Basic and Bearer authentication (RFC 7617, RFC 6750), which give a request its user."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar, cast, overload

from verglas.backports import override
from verglas.errors.grammar import GrammarError
from verglas.errors.parse import HeaderError, RequestHeaderFieldsTooLarge
from verglas.errors.registry import BadRequest, Unauthorized
from verglas.handlers import Handler
from verglas.headers.challenges import WWWAuthenticate
from verglas.middleware.common import alone, check_function, named_after
from verglas.request.model import Request
from verglas.syntax.authentication import is_token68, parse_basic
from verglas.syntax.tokens import check_field_value
from verglas.wsgi import ResponseLike

__all__ = ["basic_auth", "bearer_auth"]

U = TypeVar("U")
S = TypeVar("S")
S2 = TypeVar("S2")

AUTHENTICATE: Final = "WWW-Authenticate"
SCOPE: Final = re.compile(r"[!#-\[\]-~]+")
"""A scope (RFC 6749 §3.3)."""


@overload
def basic_auth(check: Callable[[str, str], U | None], *, realm: str) -> Callable[[Handler[U]], Handler[object]]: ...
@overload
def basic_auth(
    check: Callable[[str, str], U | None], *, realm: str, into: Callable[[S, U], S2]
) -> Callable[[Handler[S2]], Handler[S]]: ...
def basic_auth(check: Callable[[str, str], object], *, realm: str, into: object = alone) -> object:
    """Ask for a name and a password (RFC 7617); the state of the request is the user.

    It is middleware, and stands around a handler.

    Without credentials that are good the answer is a 401 with the challenge, also for those that are malformed,
    over-long, or of another scheme (RFC 9110 §11.4). Shared caches keep no answer to a request that has credentials
    unless it says that they may (RFC 9111 §3.5): such an answer needs neither `Vary` nor `Cache-Control`.

    Store passwords as `hashlib.scrypt` gives them, with a salt for each, and compare by `hmac.compare_digest`, which
    takes the same time for each guess. Give it bytes: of texts, it takes ASCII alone, and a password with an umlaut
    would be a 500. Have the check take as long for a name that does not exist.

    Args:
        check: Gives the user of a name and a password; `None`, or `False`, if they are not good. It may raise another
            answer, such as a `Forbidden`.
        realm: The part of the site that the password is for; browsers may show it.
        into: Gives the state of the outer request and the user, and gives the state of the inner one. Without it, that
            is the user.

    Raises:
        TypeError: An argument is not of its type, or a function is `async`.
        HeaderValueError: The realm cannot be written.

    >>> import hmac
    >>> from hashlib import scrypt
    >>> from verglas import Response, application, text
    >>> from verglas.headers import Authorization
    >>> def hashed(password: str, salt: bytes) -> bytes:
    ...     return scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
    >>> stored = {"ada": (b"salt", hashed("open sesame", b"salt"))}
    >>> unknown = b"", hashed("", b"")
    >>> def user_of(name: str, password: str) -> str | None:
    ...     salt, expected = stored.get(name, unknown)
    ...     matches = hmac.compare_digest(hashed(password, salt), expected)
    ...     return name if matches and name in stored else None
    >>> @basic_auth(user_of, realm="notes")
    ... def greet(request: Request[str]) -> Response:
    ...     return text(f"Hello {request.state}!")
    >>> environ = {"HTTP_AUTHORIZATION": str(Authorization.basic("ada", "open sesame"))}
    >>> application(greet)(environ, lambda status, headers: print(status))
    200 OK
    [b'Hello ada!']
    """
    _check(check, into, "basic_auth()")
    challenge = _challenge("Basic", realm, {"charset": "UTF-8"})

    def user_of(scheme: str, sent: str) -> object:
        if scheme != "basic":
            return None
        try:
            username, password = parse_basic(sent)
        except GrammarError:  # which tells of what was sent
            return None
        return check(username, password)

    return _authentication(user_of, challenge, into, "basic_auth()")


@overload
def bearer_auth(
    check: Callable[[str], U | None], *, realm: str, scope: Sequence[str] = ()
) -> Callable[[Handler[U]], Handler[object]]: ...
@overload
def bearer_auth(
    check: Callable[[str], U | None], *, realm: str, scope: Sequence[str] = (), into: Callable[[S, U], S2]
) -> Callable[[Handler[S2]], Handler[S]]: ...
def bearer_auth(
    check: Callable[[str], object], *, realm: str, scope: Sequence[str] = (), into: object = alone
) -> object:
    """Ask for a token in the Authorization field (RFC 6750); the state of the request is the user.

    It is middleware, and stands around a handler.

    Without a token the answer is a 401 with the challenge; one that is not good is told so in it, by
    `error="invalid_token"`. Credentials of the scheme that are not one token are a 400 with `error="invalid_request"`
    (§3.1); what is over-long, of another scheme, or no credentials at all is as good as none (RFC 9110 §11.4). Shared
    caches keep no answer to a request with a token unless it says that they may, as with `basic_auth`.

    A token that is looked up in a table is better stored and looked up as its hash, such as `hashlib.sha256` gives:
    then neither the time that it takes nor a stolen table tells of tokens.

    Args:
        check: Gives the user of a token; `None`, or `False`, if it is not good. It may raise another answer, such as a
            `Forbidden`.
        realm: The part of the site that the token is for.
        scope: The scopes that a token has to have, of which the challenge tells the client; the check looks whether it
            has them.
        into: Gives the state of the outer request and the user, and gives the state of the inner one. Without it, that
            is the user.

    Raises:
        TypeError: An argument is not of its type, or a function is `async`.
        ValueError: A scope is not one of RFC 6749 §3.3, or the realm cannot be written.

    >>> from hashlib import sha256
    >>> from verglas import Response, application, text
    >>> users = {sha256(b"s3cret").digest(): "ada"}
    >>> @bearer_auth(lambda token: users.get(sha256(token.encode()).digest()), realm="notes")
    ... def greet(request: Request[str]) -> Response:
    ...     return text(f"Hello {request.state}!")
    >>> environ = {"HTTP_AUTHORIZATION": "Bearer s3cret"}
    >>> application(greet)(environ, lambda status, headers: print(status))
    200 OK
    [b'Hello ada!']
    """
    _check(check, into, "bearer_auth()")
    scopes = _scopes_of(scope)
    parameters = {"scope": " ".join(scopes)} if scopes else {}
    challenge = _challenge("Bearer", realm, parameters)
    malformed = _challenge("Bearer", realm, parameters | {"error": "invalid_request"})
    refused = _challenge("Bearer", realm, parameters | {"error": "invalid_token"})

    def user_of(scheme: str, sent: str) -> object:
        if scheme != "bearer":
            return None
        if not is_token68(sent):
            raise _InvalidRequest(malformed)
        found = check(sent)
        if found is None or found is False:
            raise Unauthorized(www_authenticate=refused)
        return found

    return _authentication(user_of, challenge, into, "bearer_auth()")


class _InvalidRequest(BadRequest):
    """400, with a challenge."""

    description = "Authorization: expected one token."

    def __init__(self, challenge: WWWAuthenticate) -> None:
        super().__init__()
        self.args: tuple[object, ...] = (challenge,)
        self._challenge = challenge

    @override
    def field_lines(self) -> tuple[tuple[str, str], ...]:
        return ((AUTHENTICATE, str(self._challenge)),)


def _authentication(
    user_of: Callable[[str, str], object], challenge: WWWAuthenticate, into: object, name: str
) -> Callable[[Handler[object]], Handler[object]]:
    join = cast("Callable[[object, object], object]", into)  # as the overloads say
    check_field_value(str(challenge), AUTHENTICATE)

    def authentication(handler: Handler[object]) -> Handler[object]:
        def inner(request: Request[object]) -> ResponseLike:
            try:
                lines = request.headers.lines_of("Authorization")
            except (HeaderError, RequestHeaderFieldsTooLarge):  # which tells of what was sent
                lines = ()
            # Of several lines nothing is good: their senders disagree.
            scheme, _, sent = ", ".join(lines).partition(" ")
            user = user_of(scheme.lower(), sent.lstrip(" "))
            if user is None or user is False:  # a check that only compares would let everybody in
                raise Unauthorized(www_authenticate=challenge)
            return handler(request.with_state(join(request.state, user)))

        return named_after(inner, handler, name)

    return authentication


def _check(check: object, into: object, name: str) -> None:
    for option, function in (("check", check), ("into", into)):
        check_function(function, option, name)  # an async one would let everybody in: a coroutine is not None


def _challenge(scheme: str, realm: object, parameters: dict[str, str]) -> WWWAuthenticate:
    if not isinstance(realm, str):
        raise TypeError(f"realm= is a text, not {type(realm).__name__}")
    return WWWAuthenticate(scheme, {"realm": realm} | parameters)


def _scopes_of(scope: object) -> tuple[str, ...]:
    if isinstance(scope, str) or not isinstance(scope, Iterable):
        raise TypeError(f"scope= is a list of scopes, such as ['notes:read'], not {type(scope).__name__}")
    scopes = tuple(cast("Iterable[object]", scope))
    for one in scopes:
        if not isinstance(one, str) or SCOPE.fullmatch(one) is None:
            raise ValueError(f"a scope is of ASCII characters without spaces, quotes and backslashes, not {one!r}")
    return cast("tuple[str, ...]", scopes)  # each was looked at
