"""The annotations at run time: `typing.get_type_hints` reads each of them, for injectors and documentation tools."""

from __future__ import annotations

import importlib
import inspect
import typing
from collections.abc import Iterator
from typing import Final

import attrs
import cattrs
import pydantic
import pytest

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


@attrs.frozen
class Event:
    """An application's own class."""

    payload: JSONValue
    more: JSONLike | None = None


class Message(pydantic.BaseModel):
    """The same in pydantic."""

    payload: JSONValue
    more: JSONLike | None = None


VALUE: Final[JSONValue] = {"a": [1, None, "x", 1.5, True], "b": {}}


def test_json_types_at_run_time() -> None:
    """They are values: part of a union, and hints of an application's own class."""

    assert {"payload": JSONValue, "more": JSONLike | None} == typing.get_type_hints(Event)
    assert "JSONValue" == JSONValue.__name__


def test_json_types_in_cattrs() -> None:
    """With the hook that the documentation of `JSONValue` names, cattrs structures what holds one."""
    converter = cattrs.Converter()
    converter.register_structure_hook_func(lambda kind: kind is JSONValue, lambda value, _: value)

    assert Event(VALUE) == converter.structure({"payload": VALUE}, Event)


def test_json_types_in_pydantic() -> None:
    """Pydantic validates them, and writes them."""
    message = Message.model_validate({"payload": VALUE, "more": ["a"]})

    assert (VALUE, ["a"]) == (message.payload, message.more)
    assert message == Message.model_validate_json(message.model_dump_json())


def test_pydantic_refuses_what_is_not_json() -> None:
    """Nor does pydantic take anything else for one."""

    with pytest.raises(pydantic.ValidationError):
        Message.model_validate({"payload": object()})
