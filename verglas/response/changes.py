"""Answers that are changed for one request: a builder or a frozen one, which may be kept and sent to others as well."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias, TypeVar

from verglas.errors.grammar import HeaderValueError
from verglas.errors.parse import HeaderError, RequestHeaderFieldsTooLarge
from verglas.headers.context import VARY, Vary
from verglas.headers.fields import HeaderField
from verglas.headers.lines import lowered
from verglas.headers.mapping import Headers
from verglas.headers.mutable import MutableHeaders
from verglas.response.builder import Response, changeable
from verglas.response.frozen import FrozenResponse

__all__ = ["Answer", "MALFORMED", "add_lines", "add_vary", "append_lines", "lenient", "set_field"]

T = TypeVar("T")
D = TypeVar("D")

Answer: TypeAlias = Response | FrozenResponse
"""A response of verglas: one that is being built, or a frozen one."""

MALFORMED: Final = (HeaderError, HeaderValueError, RequestHeaderFieldsTooLarge)
"""The errors of reading a field by its key: of a request, of an answer that is being built, of either if too long."""


def set_field(answer: Answer, name: str, value: str) -> Answer:
    """An answer with a header field, in place of any of its name. One that has it so already is given back untouched.

    Args:
        answer: The answer, which is copied: see `changeable`.
        name: The name of the field.
        value: Its value.

    Raises:
        HeaderValueError: The name or the value is not valid in an HTTP message.

    >>> from verglas import text
    >>> set_field(text("hi").freeze(), "X-Tag", "a").headers["X-Tag"]
    'a'
    """
    if answer.headers.getlist(name) == [value]:
        return answer
    if isinstance(answer, FrozenResponse):
        return answer.replace(headers=answer.headers.with_(name, value))
    changed = changeable(answer)
    changed.headers[name] = value
    return changed


def add_lines(answer: Answer, lines: Iterable[tuple[str, str]]) -> Answer:
    """An answer with more header lines. One that has a line of each name already is given back untouched.

    Args:
        answer: The answer, which is copied: see `changeable`.
        lines: Names and values that were checked before; each is left out where the answer has one of its name.
    """
    headers = answer.headers
    missing = [line for line in lines if line[0] not in headers]
    if not missing:
        return answer
    if isinstance(answer, FrozenResponse):
        return answer.replace(headers=Headers.unchecked((*answer.headers.pairs, *missing)))
    changed = changeable(answer)
    changed.headers.complete(missing)
    return changed


def append_lines(answer: Answer, lines: Iterable[tuple[str, str]]) -> Answer:
    """An answer with more header lines, whatever lines of these names it has.

    Args:
        answer: The answer, which is copied: see `changeable`.
        lines: Names and values.

    Raises:
        HeaderValueError: A name or a value is not valid in an HTTP message.
    """
    if isinstance(answer, FrozenResponse):
        return answer.replace(headers=[*answer.headers.pairs, *lines])
    changed = changeable(answer)
    for name, value in lines:
        changed.headers.add(name, value)
    return changed


def add_vary(answer: Answer, *names: str) -> Answer:
    """An answer whose Vary (RFC 9110 §12.5.5) has these names; a malformed one is replaced.

    One that has them already, or whose Vary is `*`, is given back untouched. A builder is given back itself: should
    others be sent it as well, a Vary does no harm.

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
    else:
        present = lenient(headers, VARY, Vary())
        both = present | names
        if both == present or present.varies_by_anything:
            return answer
        varied = str(both)
    if isinstance(answer, FrozenResponse):
        return answer.replace(headers=answer.headers.with_("Vary", varied))
    answer.headers.put(("Vary", varied))
    return answer


def lenient(headers: Headers | MutableHeaders, key: HeaderField[T], default: D) -> T | D:
    """The value of a header field; the default if it is absent, malformed or too long.

    A function of `finish` reads fields so: every answer must pass it, those to bad requests and those with malformed
    fields of their own as well.

    Args:
        headers: The fields.
        key: The key of the field.
        default: The value of an absent field.
    """
    try:
        return headers.value_of(key, default)
    except MALFORMED:
        return default
