"""The JSON module of a class: which one reads and writes, and the standard one, strict and imported late."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final, NoReturn, Protocol

from verglas.wsgi import JSONLike, JSONValue

__all__ = ["JSONModule", "STANDARD_JSON", "StandardJSON"]


class JSONModule(Protocol):
    """A module that `json_module` may be set to: the standard `json`, or one like it."""

    def loads(self, text: str, /) -> JSONValue: ...

    def dumps(self, value: JSONLike, /) -> str: ...


class StandardJSON:
    """The standard library's `json`, held to RFC 8259: NaN and the infinities are not JSON.

    >>> STANDARD_JSON.dumps({"a": [1, None]})
    '{"a":[1,null]}'
    """

    def loads(self, text: str, /) -> JSONValue:
        """Read a text.

        Raises:
            ValueError: The text is not valid JSON.
        """
        return self._decode(text)

    def dumps(self, value: JSONLike, /) -> str:
        """Write a value, in UTF-8 and without spaces.

        Raises:
            ValueError: The value holds what JSON has not: NaN, an infinity, itself.
            TypeError: The value holds an object of another type.
        """
        return self._encode(value)

    # PERF: one decoder and one encoder: `json.loads` and `json.dumps` make one for each call with such arguments.
    @cached_property
    def _decode(self) -> Callable[[str], JSONValue]:
        import json  # noqa: PLC0415  # 7 ms, for those who read it

        return json.JSONDecoder(parse_constant=_refuse).decode

    @cached_property
    def _encode(self) -> Callable[[JSONLike], str]:
        import json  # noqa: PLC0415  # as above

        return json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


STANDARD_JSON: Final = StandardJSON()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
