"""The types of PEP 3333, and the few shapes that several layers share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Protocol, TypeAlias, runtime_checkable
from wsgiref.types import StartResponse, WSGIApplication

from verglas.backports import Buffer, TypeAliasType

__all__ = [
    "Buffer",
    "Environ",
    "ExcInfo",
    "Head",
    "InputStream",
    "JSONLike",
    "JSONValue",
    "ResponseLike",
    "StartResponse",
    "WSGIApplication",
    "optional_text",
]

Environ: TypeAlias = Mapping[str, object]
"""A WSGI environ as it is read: what a key holds is found out by looking."""

ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
"""An exception as `start_response` is told of it: the result of `sys.exc_info()`."""

JSONValue = TypeAliasType("JSONValue", "None | bool | int | float | str | list[JSONValue] | dict[str, JSONValue]")
"""The types that `json.loads` gives. A value at run time, too: for cattrs, register a hook by
`register_structure_hook_func(lambda kind: kind is JSONValue, lambda value, _: value)`."""

JSONLike = TypeAliasType("JSONLike", "None | bool | int | float | str | Sequence[JSONLike] | Mapping[str, JSONLike]")
"""The types that can be written as JSON: covariant, so that a `dict[str, str]` is one."""


class ResponseLike(Protocol):
    """Anything that a handler may return: a `Response`, a `FrozenResponse`, an `HTTPError`, any WSGI application."""

    def __call__(self, environ: dict[str, object], start_response: StartResponse, /) -> Iterable[bytes]: ...


class Head(Protocol):
    """The head of a request (RFC 9110 §6.2), as far as decisions about an answer need it."""

    @property
    def method(self) -> str: ...

    @property
    def target(self) -> str: ...

    @property
    def scheme(self) -> str: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


@runtime_checkable
class InputStream(Protocol):
    """`wsgi.input`, as far as it is used: never read without a size."""

    def read(self, size: int, /) -> bytes: ...


def optional_text(environ: Environ, key: str) -> str | None:
    """The text of a key of an environ; `None` when it is absent or no text."""
    value = environ.get(key)
    return value if isinstance(value, str) else None
