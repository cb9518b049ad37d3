"""The JSON of `environs.json_text` as msgspec Structs, for the item that decodes into them; msgspec may be missing."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import GenericAlias
from typing import Protocol

from benchmarks.harness import COMPARING, Environ


class Decoder(Protocol):
    """`msgspec.json.Decoder`."""

    def decode(self, data: bytes, /) -> object: ...


@cache
def decoder() -> Decoder:
    """A decoder that makes a Struct of the whole text. To make it takes longer than a request."""
    msgspec, json = import_module("msgspec"), import_module("msgspec.json")
    line = msgspec.defstruct("Line", [("id", int), ("name", str), ("tags", list[str]), ("price", float)])
    made: Decoder = json.Decoder(msgspec.defstruct("Order", [("items", GenericAlias(list, line)), ("total", int)]))
    return made


def decoded(data: bytes, environ: Environ) -> object:
    """The Struct; plain data when results are compared."""
    struct = decoder().decode(data)
    if COMPARING not in environ:
        return struct
    result: object = import_module("msgspec").to_builtins(struct)
    return result
