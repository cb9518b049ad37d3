"""The annotations at run time: `typing.get_type_hints` reads each of them, for injectors and documentation tools."""

from __future__ import annotations

import importlib
import inspect
import typing
from collections.abc import Iterator
from typing import Final

import attrs

from tests.sources import modules
from verglas import JSONLike, JSONValue

NOT_IMPORTED: Final = {"verglas.__main__"}
"""What runs when it is imported."""


def members(name: str, owner: type) -> Iterator[tuple[str, object]]:
    """The functions of a class, those that are behind properties and the like among them."""
    for key, value in vars(owner).items():
        if key == "__attrs_init__":  # attrs' own, which nobody calls
            continue
        for attribute in ("__func__", "fget", "fset", "function"):
            found: object = getattr(value, attribute, None)
            if inspect.isfunction(found):
                yield f"{name}.{key}", found
        if inspect.isfunction(value):
            yield f"{name}.{key}", value


def public() -> Iterator[tuple[str, object]]:
    """Every public class, function, method and property, by its name."""
    for module in sorted(modules().keys() - NOT_IMPORTED):
        found = importlib.import_module(module)
        for name in getattr(found, "__all__", ()):
            value: object = getattr(found, name)
            if getattr(value, "__module__", None) != module:
                continue
            if inspect.isclass(value):
                yield f"{module}.{name}", value
                yield from members(f"{module}.{name}", value)
            elif inspect.isfunction(value):
                yield f"{module}.{name}", value


def fault(value: object) -> str | None:
    """What goes wrong when the annotations are evaluated."""
    try:
        typing.get_type_hints(value)
    except (NameError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def test_hints_of_every_public_object() -> None:
    """Each annotation can be evaluated where it stands."""
    found = dict(public())
    offenders = [f"{name}: {fault(value)}" for name, value in found.items() if fault(value) is not None]

    assert [] == offenders
    assert 1500 < len(found)


def test_json_types_at_run_time() -> None:
    """They are values: part of a union, and hints of an application's own class."""

    @attrs.frozen
    class Event:
        payload: JSONValue
        more: JSONLike | None = None

    names = {"JSONValue": JSONValue, "JSONLike": JSONLike}

    assert {"payload": JSONValue, "more": JSONLike | None} == typing.get_type_hints(Event, localns=names)
    assert "JSONValue" == JSONValue.__name__
