"""Helpers of several middlewares: fields of an answer that may be frozen, fields of a request that may be malformed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Final, TypeAlias, TypeVar

from verglas.answering import Answer
from verglas.capture import RequestHead
from verglas.errors.grammar import HeaderValueError
from verglas.errors.parse import HeaderError, RequestHeaderFieldsTooLarge
from verglas.headers.context import VARY, Vary
from verglas.headers.fields import HeaderField
from verglas.headers.lines import lowered
from verglas.headers.mapping import Headers
from verglas.headers.mutable import MutableHeaders
from verglas.response.builder import Response
from verglas.response.frozen import FrozenResponse
from verglas.serving import check_handler
from verglas.wsgi import ResponseLike

__all__ = [
    "MALFORMED",
    "Skip",
    "add_lines",
    "add_vary",
    "alone",
    "check_skip",
    "lenient",
    "named_after",
    "overrides",
    "own",
    "set_field",
]

T = TypeVar("T")
D = TypeVar("D")
R = TypeVar("R")
Q = TypeVar("Q")
X = TypeVar("X")

Skip: TypeAlias = Callable[[RequestHead, Answer], bool]
"""Whether an answer is left as it is."""

MALFORMED: Final = (HeaderError, HeaderValueError, RequestHeaderFieldsTooLarge)
"""The errors of reading a field by its key: of a request, of an answer that is being built, of either if too long."""


def set_field(answer: Answer, name: str, value: str) -> Answer:
    """An answer with a header field: the same response, or a copy of a frozen one.

    An answer that has the field with this value already is given back untouched.

    Args:
        answer: The answer.
        name: The name of the field.
        value: Its value, in place of any that the answer has.

    Raises:
        HeaderValueError: The name or the value is not valid in an HTTP message.

    >>> from verglas import text
    >>> set_field(text("hi").freeze(), "X-Tag", "a").headers["X-Tag"]
    'a'
    """
    if isinstance(answer, FrozenResponse):
        has_it = answer.headers.getlist(name) == [value]
        return answer if has_it else answer.replace(headers=answer.headers.with_(name, value))
    headers = answer.headers
    if headers.getlist(name) != [value]:
        headers[name] = value
    return answer


def own(answer: Answer) -> Response:
    """An answer that is changed for its request alone: a copy, since a response may be kept and sent to others as well.

    One that another function of `finish` has made for this request is given back itself.

    Args:
        answer: The answer.
    """
    if isinstance(answer, Response) and answer.is_for_one_request:
        return answer
    # Only what is made here is known to be for one request: a function of `finish` may give a response that it keeps.
    changed = answer.handed_over() if isinstance(answer, Response) else Response.thaw(answer)
    changed.is_for_one_request = True
    return changed


def add_lines(answer: Answer, lines: Iterable[tuple[str, str]]) -> Answer:
    """An answer with further header lines, but for those of names that it has: the same, or a copy of a frozen one.

    An answer that has all of the names is given back untouched.

    Args:
        answer: The answer.
        lines: Names and values that were checked before; each name is there once.
    """
    if isinstance(answer, Response):
        for line in lines:
            answer.headers.put_absent(line)
        return answer
    headers = answer.headers
    missing = [line for line in lines if line[0] not in headers]
    return answer.replace(headers=Headers.unchecked((*headers.pairs, *missing))) if missing else answer


def add_vary(answer: Answer, *names: str) -> Answer:
    """An answer whose Vary (RFC 9110 §12.5.5) has these names: the same response, or a copy of a frozen one.

    An answer that has them already, or whose Vary is `*`, is given back untouched.

    Args:
        answer: The answer.
        names: The names of request fields on which the answer depends.

    Raises:
        HeaderValueError: A name is not that of a field.

    >>> from verglas import text
    >>> add_vary(text("hi"), "Origin", "Cookie").headers["Vary"]
    'Origin, Cookie'
    """
    headers = answer.headers
    if "Vary" not in headers:  # PERF: half of what the set of names costs
        for name in names:
            lowered(name)  # is checked on the way
        varied = ", ".join(names)
        if not isinstance(headers, MutableHeaders):
            return set_field(answer, "Vary", varied)
        headers.put(("Vary", varied))
        return answer
    present = lenient(headers, VARY, Vary())
    both = present | names
    return answer if both == present or present.varies_by_anything else set_field(answer, "Vary", str(both))


def lenient(headers: Headers | MutableHeaders, key: HeaderField[T], default: D) -> T | D:
    """The value of a header field; the default if it is absent, malformed or too long.

    A function of `finish` reads fields so: every answer must pass it, those to bad requests and those with malformed
    fields of their own as well.

    Args:
        headers: The fields.
        key: The key of the field.
        default: What stands for a value.
    """
    try:
        return headers.value_of(key, default)
    except MALFORMED:
        return default


def alone(outer: object, found: X) -> X:
    """The default of `into`: the state is the found value alone.

    Args:
        outer: The state of the request, which is left behind.
        found: What was found.
    """
    del outer
    return found


def named_after(
    inner: Callable[[R], ResponseLike], handler: Callable[[Q], ResponseLike], taken_by: str
) -> Callable[[R], ResponseLike]:
    """Give the function that stands around a handler the names and the docstring of that.

    Args:
        inner: The function.
        handler: The handler.
        taken_by: The name of the middleware, for messages.

    Raises:
        TypeError: The handler is not a function of a request.
    """
    check_handler(handler, taken_by)
    return update_wrapper(inner, handler, updated=())


def check_skip(skip: object, taken_by: str) -> None:
    """Refuse a `skip` that cannot be called where it is given, not at the first answer.

    Args:
        skip: The argument.
        taken_by: The name of the function that takes it.

    Raises:
        TypeError: The argument is not a function.
    """
    if skip is not None and not callable(skip):
        what = "a function of the head of the request and the answer"
        raise TypeError(f"skip= of {taken_by} is {what}, not {type(skip).__name__}")


def overrides(answer: Response, *names: str) -> bool:
    """Whether the class of a response overrides one of these methods, so that it alone knows what it sends.

    Args:
        answer: The response.
        names: The names of methods of `Response`.
    """
    cls = type(answer)
    return cls is not Response and any(getattr(cls, name) is not getattr(Response, name) for name in names)
