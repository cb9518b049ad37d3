"""The rules of `check_handler`: each is a small function that says what is wrong with one exchange."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal, TypeAlias, final

from attrs import frozen

from verglas.errors.grammar import CONVERSION_ERRORS, HeaderValueError
from verglas.errors.misuse import WSGIViolation
from verglas.headers import FIELDS
from verglas.headers.lines import checked_line
from verglas.testing.observed import Observed
from verglas.values import Value

__all__ = ["Aim", "CHECKS", "Check", "FITS", "MARK", "MARKUP", "MARK_HOST", "Probe", "Seen", "place_of"]

MARK: Final = "vrglsmrk"
"""A text that no page has by itself: if an answer has it, it comes from the request."""

MARKUP: Final = f"{MARK}\"'><{MARK}>"
"""The same, with markup that a page has to escape."""

MARK_HOST: Final = f"{MARK}.invalid"
"""A host that no answer may lead to."""

Aim: TypeAlias = Literal["any", "fit", "misfit", "stranger", "method", "unknown", "unreached"]
"""The purpose of a request: to find out whether one that fits is accepted (`fit`), and whether one is refused that does
not fit (`misfit`), lacks valid credentials (`stranger`), or has a method or a path of no route (`method`, `unknown`).
`unreached` is the first that fits a route whose handler was never called.
"""


@final
@frozen(eq=False)
class Probe(Value):
    """The purpose of a request.

    Attributes:
        aim: What it is to find out.
        what: Of one that does not fit: what is wrong with it, in words. Of one that is `unreached`: why, probably.
        methods: The methods that the table takes at its path, if that is known.
        route: The route that it is made for: method and path; `""` without one.
    """

    aim: Aim = "any"
    what: str = ""
    methods: frozenset[str] = frozenset()
    route: str = ""


_ANY: Final = Probe()

FITS: Final = "it fits"
"""Said of a request that has to come to a handler."""


@final
@frozen(eq=False)
class Seen(Value):
    """An exchange with all that a check needs to judge it.

    Attributes:
        exchange: The request, and what the application did.
        probe: What is known of the request.
        repeats: Of a `GET`: further answers to the same request, if they were asked for.
        gets: Of a `HEAD`: the answers to the same request as `GET`, before and after; none if it was not made.
    """

    exchange: Observed
    probe: Probe = _ANY
    repeats: tuple[Observed, ...] = ()
    gets: tuple[Observed, ...] = ()


@final
@frozen(eq=False)
class Check(Value):
    """A kind of fault, and how it is seen.

    Attributes:
        kind: Its name, in `Fault.kind` and `leave_out=`.
        what: What it is, in words.
        look: Returns what is wrong with an exchange, or `None`.
        of_failures: Whether it looks at the exchanges in which the application raised or violated PEP 3333, and at no
            others. All other checks are given only answers.

    >>> def powered(seen: Seen) -> str | None:
    ...     return "it names its maker" if seen.exchange.values("x-powered-by") else None
    >>> Check("powered-by", "an answer names what made it", powered)
    Check(kind='powered-by', what='an answer names what made it', ...)
    """

    kind: str
    what: str
    look: Callable[[Seen], str | None]
    of_failures: bool = False


# What failed


def _exception(seen: Seen) -> str | None:
    error = seen.exchange.error
    if error is None or isinstance(error, WSGIViolation):
        return None
    shown = traceback.TracebackException.from_exception(error)
    shown.__notes__ = None  # the whole of it is shown below the request
    return f"raised {''.join(shown.format_exception_only()).strip()}{place_of(error)}"


def place_of(error: BaseException) -> str:
    """The place that raised: the last line of the application in the traceback, or else of the library."""
    own = str(Path(__file__).parent.parent)
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [one for one in frames if not one.filename.startswith(own)] or list(frames)
    return "".join([f", in {one.name}, {Path(one.filename).name}:{one.lineno}" for one in theirs[-1:]])


def _misuse(seen: Seen) -> str | None:
    error = seen.exchange.error
    return str(error) if isinstance(error, WSGIViolation) else seen.exchange.misuse or None


# What no answer has


def _server_error(seen: Seen) -> str | None:
    return "answered 500" if seen.exchange.status_code == 500 else None


def _status(seen: Seen) -> str | None:
    status = seen.exchange.status
    if re.fullmatch(r"[2-5][0-9]{2} [\t\x20-\x7e\x80-\xff]*", status):
        return None
    return f"the status line is {status!r}: a code from 200 to 599, a space, and words"


# Fields that are there once (RFC 9110); a proxy joins several, and has another value.
_ONCE: Final = frozenset(
    {"age", "content-length", "content-location", "content-range", "content-type", "date", "etag", "expires"}
) | {"last-modified", "location", "retry-after"}


def _field(seen: Seen) -> str | None:
    for name, value in seen.exchange.lines:
        try:
            checked_line(name, value, sent=True)
        except HeaderValueError as error:
            return f"the header field {name!r} cannot be sent: {error}"
        if value != value.strip(" \t"):
            return f"the header field {name} has white space around its value"
    names = dict.fromkeys([name.lower() for name, _ in seen.exchange.lines])
    for name in names:
        values = seen.exchange.values(name)
        if name in _ONCE and len(values) > 1:
            return f"the header field {name} is there {len(values)} times"
        if name in FIELDS and not _is_read(name, values):
            return f"the header field {name} is not valid: {values!r}"
    return None


def _is_read(name: str, values: list[str]) -> bool:
    try:
        FIELDS[name].decode(values)
    except CONVERSION_ERRORS:
        return False
    return True


_NEEDED: Final[Mapping[int, str]] = {
    206: "content-range",
    301: "location",
    302: "location",
    303: "location",
    307: "location",
    308: "location",
    401: "www-authenticate",
    405: "allow",
    407: "proxy-authenticate",
}
"""The field that a status is nothing without (RFC 9110 §15). Upgrade, which a 426 needs, is the server's (PEP 3333)."""


def _missing_field(seen: Seen) -> str | None:
    exchange = seen.exchange
    name = _NEEDED.get(exchange.status_code)
    if name is None or exchange.values(name):
        return None
    if exchange.status_code == 206 and exchange.media_type == "multipart/byteranges":
        return None  # each of the parts has the field
    return f"answered {exchange.status_code} without {FIELDS[name].name}"


def _body(seen: Seen) -> str | None:
    exchange = seen.exchange
    if not exchange.body:
        return None
    if exchange.request.method == "HEAD":
        return "the answer to HEAD has a body"
    code = exchange.status_code
    return f"answered {code} with a body" if code in (204, 205, 304) or 100 <= code < 200 else None


def _length(seen: Seen) -> str | None:
    exchange = seen.exchange
    if not exchange.is_whole or exchange.request.method == "HEAD" or exchange.status_code == 304:
        return None
    length = "".join(exchange.values("content-length"))
    if not (length.isascii() and length.isdigit()) or int(length) == len(exchange.body):
        return None  # without a number, the field is missing, or not valid
    return f"Content-Length is {length}, and the body has {len(exchange.body)} bytes"


def _leak(seen: Seen) -> str | None:
    return seen.exchange.leak or None


def _is_page(exchange: Observed) -> bool:
    return exchange.media_type in ("text/html", "application/xhtml+xml", "image/svg+xml", "")


def _markup(seen: Seen) -> str | None:
    exchange = seen.exchange
    is_raw = f"<{MARK}>".encode() in exchange.body
    return "markup of the request is in the page, not escaped" if is_raw and _is_page(exchange) else None


def _reflected(seen: Seen) -> str | None:
    exchange = seen.exchange
    if not (400 <= exchange.status_code < 600 and MARK.encode() in exchange.body) or _markup(seen):
        return None
    if _is_page(exchange) and b"<form" in exchange.body:
        return None  # it is shown again, with what was filled in
    return f"answered {exchange.status_code} with a text of the request in it"


def _redirect(seen: Seen) -> str | None:
    for name in ("location", "refresh"):
        for value in seen.exchange.values(name):
            if re.search(rf"(?i)(?:^|[=;])[\s\"']*(?:[a-z][a-z0-9+.-]*:)?[/\\]{{2,}}{re.escape(MARK_HOST)}", value):
                return f"{name.title()} leads to a host that the request named: {value!r}"
    return None


_ASKED: Final[Mapping[int, tuple[str, ...]]] = {
    206: ("Range",),
    304: ("If-None-Match", "If-Modified-Since"),
    412: ("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"),
    416: ("Range",),
    417: ("Expect",),
}


def _unasked(seen: Seen) -> str | None:
    exchange = seen.exchange
    names = _ASKED.get(exchange.status_code)
    if names is None or any(name in exchange.request.headers for name in names):
        return None
    return f"answered {exchange.status_code} to a request without {' or '.join(names)}"


def _growing(seen: Seen) -> str | None:
    answers = (seen.exchange, *seen.repeats)
    counts = [len(one.lines) for one in answers]
    if len(counts) < 3 or not all(more > less for less, more in pairwise(counts)):
        return None
    return f"each answer has more header fields than the one before, {counts}: one response is changed again and again"


# RFC 9110 §9.3.2: what is only known once the body is made may be left out; a clock goes on.
_OF_GET_ALONE: Final = frozenset({"content-length", "content-encoding", "etag", "vary", "trailer", "date", "age"})


def _head_like_get(seen: Seen) -> str | None:
    head, gets = seen.exchange, seen.gets
    if len(gets) != 2 or not all(one.is_answered for one in gets) or "Range" in head.request.headers:
        return None  # RFC 9110 §14.2: only GET has ranges
    first, second = gets
    if first.status_code != second.status_code or second.status_code == 500:
        return None  # it has changed meanwhile
    if head.status_code != first.status_code:
        return f"answered {head.status_code}, and GET {first.status_code}"
    for name in dict.fromkeys([name.lower() for name, _ in (*first.lines, *head.lines)]):
        values, others = first.values(name), head.values(name)
        is_left_out = not others and name in _OF_GET_ALONE
        if values != others and values == second.values(name) and not is_left_out:
            return f"{name.title()} is {', '.join(others) or 'missing'}, and of GET {', '.join(values) or 'missing'}"
    return None


# What a table promises


def _in_order(methods: frozenset[str]) -> str:
    return ", ".join(sorted(methods))


def _allowed(exchange: Observed) -> frozenset[str]:
    texts = ",".join(exchange.values("allow")).split(",")
    return frozenset([text.strip(" \t") for text in texts]) - {""}


# Middleware in front of a table may refuse a request, redirect it, or be busy.
_REFUSALS: Final = frozenset({401, 403, 421, 429, 503, *range(300, 400)})


def _allow(seen: Seen) -> str | None:
    exchange, methods = seen.exchange, seen.probe.methods
    if seen.probe.aim != "method" or exchange.request.method == "OPTIONS" or exchange.status_code in _REFUSALS:
        return None
    if exchange.status_code != 405:
        return f"answered {exchange.status_code}, not 405: the table takes {_in_order(methods)} there"
    allowed = _allowed(exchange)
    if allowed == methods or not allowed:
        return None  # a 405 without the field is a fault of its own
    return f"Allow is {_in_order(allowed)}, and the table takes {_in_order(methods)}"


def _options(seen: Seen) -> str | None:
    exchange, methods = seen.exchange, seen.probe.methods
    if seen.probe.aim != "method" or exchange.request.method != "OPTIONS" or exchange.status_code in _REFUSALS:
        return None
    if exchange.status_code not in (200, 204):
        return f"answered {exchange.status_code}, not 204"
    allowed = _allowed(exchange)
    if allowed == methods:
        return None
    return f"Allow is {_in_order(allowed) or 'missing'}, and the table takes {_in_order(methods)}"


def _is_success(exchange: Observed) -> bool:
    return 200 <= exchange.status_code < 300


def _authentication(seen: Seen) -> str | None:
    if seen.probe.aim != "stranger" or not _is_success(seen.exchange):
        return None
    return f"answered {seen.exchange.status_code} to a request {seen.probe.what}"


def _accepted(seen: Seen) -> str | None:
    if seen.probe.aim != "misfit" or not _is_success(seen.exchange):
        return None
    return f"answered {seen.exchange.status_code}, though {seen.probe.what}"


def _refused(seen: Seen) -> str | None:
    code = seen.exchange.status_code
    return f"answered {code}, though the request fits" if seen.probe.aim == "fit" and code in (400, 415, 422) else None


def _unknown(seen: Seen) -> str | None:
    if seen.probe.aim != "unknown" or not _is_success(seen.exchange):
        return None
    return f"answered {seen.exchange.status_code} at a path that no route has"


def _not_reached(seen: Seen) -> str | None:
    return seen.probe.what if seen.probe.aim == "unreached" else None


CHECKS: Final[tuple[Check, ...]] = (
    Check("exception", "an exception other than an HTTPError", _exception, of_failures=True),
    Check("wsgi", "a violation of PEP 3333", _misuse, of_failures=True),
    Check("server-error", "a 500", _server_error),
    Check("status", "a status line that is not valid", _status),
    Check("field", "a header field that is not valid", _field),
    Check("missing-field", "a status without the field that it needs", _missing_field),
    Check("body", "a body where none may be", _body),
    Check("length", "a Content-Length that is not the length", _length),
    Check("leak", "a file that is left open, or a temporary one that is left behind", _leak),
    Check("markup", "markup of the request in a page", _markup),
    Check("reflected", "a text of the request in the answer of an error", _reflected),
    Check("open-redirect", "a redirect to a host that the request named", _redirect),
    Check("unasked", "an answer to a range or a condition that the request does not have", _unasked),
    Check("growing", "a response that is kept, and changed by each request", _growing),
    Check("head-like-get", "a HEAD that is not answered as GET is", _head_like_get),
    Check("allow", "a method that no route takes, not answered with a 405 and the right Allow", _allow),
    Check("options", "an OPTIONS that is not answered with the right Allow", _options),
    Check("authentication", "a request without valid credentials, accepted", _authentication),
    Check("accepted-misfit", "a request that does not fit, accepted", _accepted),
    Check("refused-fit", "a request that fits, refused", _refused),
    Check("unknown-path", "a path that no route has, answered", _unknown),
    Check("not-reached", "a handler that no request came to, so that it was not tested", _not_reached),
)
"""All checks, in the order in which their faults are shown."""
