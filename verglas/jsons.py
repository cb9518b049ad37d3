"""The JSON module of a class: which one reads and writes, and the standard one, strict and imported late."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NoReturn, Protocol

from verglas.wsgi import JSONLike, JSONValue

if TYPE_CHECKING:
    from json import JSONDecoder, JSONEncoder

__all__ = ["JSONModule", "STANDARD_JSON", "StandardJSON"]

WHITE_SPACE: Final = " \t\n\r"  # RFC 8259 §2


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
        # PERF: `decode` looks for white space at both ends, which takes 5 % of the time of 1 KB. All texts that are not
        # a value alone are left to it (pinned by `test_reads_as_the_decoder_does`).
        value: JSONValue = None
        try:
            value, end = self._decoder.raw_decode(text)
        except ValueError:
            end = -1
        if end != len(text) and (end < 0 or text[end:].strip(WHITE_SPACE)):
            value = self._decoder.decode(text)
        return value

    def dumps(self, value: JSONLike, /) -> str:
        """Write a value, in UTF-8 and without spaces.

        Raises:
            ValueError: The value holds what JSON has not: NaN, an infinity, itself.
            TypeError: The value holds an object of another type.
        """
        return self._encoder.encode(value)

    # PERF: one decoder and one encoder: `json.loads` and `json.dumps` make one for each call with such arguments.
    @cached_property
    def _decoder(self) -> JSONDecoder:
        import json  # noqa: PLC0415  # 7 ms, for those who read it

        return json.JSONDecoder(parse_constant=_refuse)

    @cached_property
    def _encoder(self) -> JSONEncoder:
        import json  # noqa: PLC0415  # as above

        return json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


STANDARD_JSON: Final = StandardJSON()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
