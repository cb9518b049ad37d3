"""Why an attrs class refuses its values: which of its fields, and in whose words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, cast

import attrs

from verglas.errors.grammar import CONVERSION_ERRORS
from verglas.errors.http import HTTPError
from verglas.inputs.converters import message_of
from verglas.inputs.problems import Problem, input_error

__all__ = ["ATTRS_FACTORY", "refuse_fields", "wrong_fields"]

ATTRS_FACTORY: Final = cast("type[object]", attrs.Factory)  # to checkers, a function that gives the default


def refuse_fields(
    error: Exception, cls: object, values: Mapping[str, object], invalid: Mapping[str, Callable[[str], Problem | None]]
) -> None:
    """Raise the error of the fields that are why an instance was not made; of none, return.

    Args:
        error: What making it raised.
        cls: The class.
        values: The values by the name of the attribute.
        invalid: Of each attribute, what makes a problem of words.

    Raises:
        InputError: Validators or converters of single fields refuse their values.
    """
    wrong = wrong_fields(error, cls, values)
    found = [invalid[name](message) for name, message in wrong.items() if name in invalid]
    problems = [one for one in found if one is not None]
    if problems:
        raise input_error(problems) from None


def wrong_fields(error: Exception, cls: object, values: Mapping[str, object]) -> dict[str, str]:
    """The fields whose own validators or converters refuse their values, each with the words for the client.

    attrs stops at the first validator that refuses, and does not say whose it is. So each is called once more here,
    with an instance that `__init__` has not seen; what runs after them, such as `__attrs_post_init__`, is not called.

    Args:
        error: What making an instance raised.
        cls: The class.
        values: The values by the name of the attribute; what is not there has its default.

    Returns:
        The words by the name of the attribute; none where the class is not one of attrs, or another thing was wrong.
    """
    if isinstance(error, HTTPError) or not (isinstance(cls, type) and attrs.has(cls)):
        return {}
    fields: tuple[attrs.Attribute[object], ...] = attrs.fields(cls)
    try:
        instance: object = cls.__new__(cls)
    except TypeError:  # it takes arguments of its own
        return {}
    wrong: dict[str, str] = {}
    for one in fields:
        value = values[one.name] if one.name in values else _default(one, instance)
        if value is not attrs.NOTHING:
            _try(wrong, one, partial(_set, instance, one, value))
    if attrs.validators.get_disabled():
        return wrong
    for one in fields:
        if one.validator is not None and one.name not in wrong and hasattr(instance, one.name):
            _try(wrong, one, partial(one.validator, instance, one, getattr(instance, one.name)))
    return wrong


def _try(wrong: dict[str, str], one: attrs.Attribute[object], step: Callable[[], object]) -> None:
    try:
        step()
    except Exception as error:  # noqa: BLE001  # of a step that attrs has not come to: what is wrong before may be why
        if isinstance(error, CONVERSION_ERRORS) and not isinstance(error, HTTPError):
            wrong[one.name] = message_of(error)


def _default(one: attrs.Attribute[object], instance: object) -> object:
    default: object = one.default
    if not isinstance(default, ATTRS_FACTORY):
        return default
    make: object = getattr(default, "factory")  # noqa: B009  # which checkers do not know
    if getattr(default, "takes_self", False):
        return cast("Callable[[object], object]", make)(instance)
    return cast("Callable[[], object]", make)()


def _set(instance: object, one: attrs.Attribute[object], value: object) -> None:
    convert: object = getattr(one, "converter")  # noqa: B009  # whose types checkers do not know
    if hasattr(convert, "takes_self"):  # an attrs.Converter, which older versions of attrs do not have
        value = cast("Callable[[object, object, object], object]", convert)(value, instance, one)
    elif convert is not None:
        value = cast("Callable[[object], object]", convert)(value)
    object.__setattr__(instance, one.name, value)  # of a frozen class, too
