"""Filling in the controls of a form, as a user can; and as nobody can without a browser's developer tools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Final, TypeAlias, cast

from attrs import evolve

from verglas.testing.formchecks import number_problem
from verglas.testing.formcontrols import ChosenFile, FormControl, FormOption, describe
from verglas.testing.formtypes import EDITABLE_TEXTS, LENGTH_TYPES, NUMERIC, length_of, parse_integer, sanitized
from verglas.uploads import Upload

__all__ = ["FileChoice", "FillValue", "FormValue", "fill_named", "find_named", "override_named", "value_of"]

# pytest leaves the functions of this module out of a traceback: it shows the line of the test.
__tracebackhide__: Final = True

FileChoice: TypeAlias = (
    Upload | tuple[str, bytes] | tuple[str, bytes, str] | tuple[bytes, str] | tuple[bytes, str, str] | ChosenFile
)
"""A file to choose: an upload; or its name, its content, and its media type. The content may be first."""

FillValue: TypeAlias = str | bool | int | float | date | time | None | Sequence[str] | FileChoice | Sequence[FileChoice]
"""The values that a field can be filled with."""

FormValue: TypeAlias = str | bool | None | tuple[str, ...] | tuple[ChosenFile, ...]
"""The values that a field can hold."""

Controls: TypeAlias = tuple[FormControl, ...]
_Group: TypeAlias = Mapping[int, FormControl]

_CHOICES: Final = {"checkbox": "checkbox", "radio": "radio", "file": "file"}


def find_named(controls: Controls, key: str) -> dict[int, FormControl]:
    """The controls of a name; without such a one, the control of an id that is written `#id`.

    Args:
        controls: The controls of a form.
        key: The name.

    Raises:
        ValueError: The form has no such control; the message says which it has.
    """
    found = {index: control for index, control in enumerate(controls) if control.name == key and key}
    if not found and key.startswith("#"):
        found = {index: control for index, control in enumerate(controls) if control.id == key[1:]}
    if not found:
        names = sorted({control.name or f"#{control.id}" for control in controls if control.name or control.id})
        raise ValueError(f"the form has no field {key!r}; it has {names}")
    return found


def value_of(controls: Controls, key: str) -> FormValue:
    """The value of the controls of a name.

    Args:
        controls: The controls of a form.
        key: The name, or `#id`.

    Raises:
        ValueError: The form has no such control; the message says which it has.
    """
    group = find_named(controls, key)
    values = _shown(group.values()) or _shown(group.values(), is_hidden=True)
    kinds = {control.kind for control in values}
    if kinds == {"radio"}:
        return next((control.value for control in values if control.is_checked), None)
    if kinds == {"checkbox"} and len(values) > 1:
        return tuple([control.value for control in values if control.is_checked])
    found = [_value(control) for control in values]
    if len(found) == 1:
        return found[0]
    return tuple([text for text in found if isinstance(text, str)])


def _shown(controls: Iterable[FormControl], *, is_hidden: bool = False) -> list[FormControl]:
    return [control for control in controls if is_hidden or not (control.is_button or control.kind == "hidden")]


def _value(control: FormControl) -> FormValue:
    match control.kind:
        case "checkbox":
            return control.is_checked
        case "select-one":
            return next(iter(control.selected), None)
        case "select-multiple":
            return control.selected
        case "file":
            return control.files
        case _:
            return control.value


def fill_named(controls: Controls, key: str, value: FillValue) -> Controls:
    """The controls, those of a name filled in by a user.

    Args:
        controls: The controls of a form.
        key: The name, or `#id`.
        value: What the user enters or chooses.

    Raises:
        ValueError: A user cannot enter or choose that there.
    """
    group = find_named(controls, key)
    open_to_users = {index: control for index, control in group.items() if _obstacle(control) is None}
    if not open_to_users:
        control = next(iter(group.values()))
        raise ValueError(f"{describe(control)} cannot be filled in: it is {_obstacle(control)}")
    kinds = {_CHOICES.get(control.kind, "select" if control.options else "text") for control in open_to_users.values()}
    if len(kinds) > 1:
        raise ValueError(f"{key!r} names a {' and a '.join(sorted(kinds))}: name one by its id, as in '#id'")
    kind = kinds.pop()
    if kind == "radio":
        changed = _chosen_radio(controls, open_to_users, value)
    elif kind == "checkbox":
        changed = _checked(open_to_users, value)
    else:
        changed = _each(open_to_users, value)
    return _with(controls, changed)


def _obstacle(control: FormControl) -> str | None:
    """Why a user cannot fill in a control."""
    if control.is_button:
        return "a button: write request(submitter=...)"
    if control.kind == "hidden":
        return "hidden: write override(...) for what only a script can do"
    if control.is_disabled:
        return "disabled: write override(...) for what only a script can do"
    if control.is_readonly and control.kind in EDITABLE_TEXTS:
        return "readonly: write override(...) for what only a script can do"
    return None


def _with(controls: Controls, changed: _Group) -> Controls:
    return tuple([changed.get(index, control) for index, control in enumerate(controls)])


def _chosen_radio(controls: Controls, group: _Group, value: FillValue) -> _Group:
    first = next(iter(group.values()))
    if value is True and len(group) == 1:
        chosen = next(iter(group))
    elif isinstance(value, bool) or value is None:
        raise ValueError(f"{describe(first)} takes one of its values, not {value!r}: {_values(group)}")
    else:
        text = _text(value, first)
        found = [index for index, control in group.items() if control.value == text]
        if not found:
            raise ValueError(f"{describe(first)} has no value {text!r} to choose; it has {_values(group)}")
        chosen = found[0]
    same = {
        index: evolve(control, is_checked=False)
        for index, control in enumerate(controls)
        if control.kind == "radio" and control.name == first.name and control.name
    }
    return {**same, chosen: evolve(group[chosen], is_checked=True)}


def _checked(group: _Group, value: FillValue) -> _Group:
    first = next(iter(group.values()))
    if isinstance(value, bool):
        if len(group) > 1:
            raise ValueError(f"{describe(first)} is {len(group)} boxes: write the list of the values to check")
        return {index: evolve(control, is_checked=value) for index, control in group.items()}
    wanted = _texts(value, first)
    checked = {index: evolve(control, is_checked=False) for index, control in group.items()}
    for text in wanted:
        found = [index for index, control in checked.items() if control.value == text and not control.is_checked]
        if not found:
            raise ValueError(f"{describe(first)} has no box with the value {text!r} to check; it has {_values(group)}")
        checked[found[0]] = evolve(checked[found[0]], is_checked=True)
    return checked


def _values(group: _Group) -> list[str]:
    return [control.value for control in group.values()]


def _each(group: _Group, value: FillValue) -> _Group:
    """Of several controls of one name, each gets one value of a list."""
    if len(group) == 1:
        return {index: _filled(control, value) for index, control in group.items()}
    first = next(iter(group.values()))
    items = _items(value)
    if items is None or len(items) != len(group):
        raise ValueError(f"{describe(first)} is {len(group)} controls: write a list of so many values")
    return {index: _filled(control, one) for (index, control), one in zip(group.items(), items, strict=True)}


def _filled(control: FormControl, value: object) -> FormControl:
    if control.kind == "file":
        return _with_files(control, value)
    if control.kind == "select-multiple":
        return _with_options(control, _texts(value, control))
    if control.kind == "select-one":
        return _with_options(control, (_text(value, control),))
    return _entered(control, _text(value, control))


def _with_files(control: FormControl, value: object) -> FormControl:
    files = _files(control, value)
    if len(files) > 1 and not control.is_multiple:
        raise ValueError(f"{describe(control)} takes one file, not {len(files)}: it has no `multiple`")
    return evolve(control, files=files)


def _files(control: FormControl, value: object) -> tuple[ChosenFile, ...]:
    if value is None:
        return ()
    if isinstance(value, Upload):
        return (ChosenFile(value.filename, value.data, value.content_type or "application/octet-stream"),)
    items = _items(value)
    match items:
        case (bytes(content), str(name), *rest):  # as files of a request are written: their types tell
            return _files(control, (name, content, *rest))
        case (str(name), bytes(content)):
            return (ChosenFile(name, content),)
        case (str(name), bytes(content), str(content_type)):
            return (ChosenFile(name, content, content_type),)
        case _ if items is not None:
            return tuple([file for one in items for file in _files(control, one)])
        case _:
            raise ValueError(f"{describe(control)} takes files, each an Upload or (name, content, type), not {value!r}")


def _items(value: object) -> tuple[object, ...] | None:
    """The items of a list or a tuple."""
    return tuple(cast("Sequence[object]", value)) if isinstance(value, list | tuple) else None


def _with_options(control: FormControl, wanted: Sequence[str]) -> FormControl:
    options = [evolve(option, is_selected=False) for option in control.options]
    for text in wanted:
        found = [index for index, option in enumerate(options) if option.value == text and not option.is_selected]
        if not any(option.value == text for option in options):
            found = [index for index, option in enumerate(options) if option.label == text and not option.is_selected]
            if len(found) > 1:
                values = [options[index].value for index in found]
                raise ValueError(f"{describe(control)}: {len(values)} options read {text!r}; write a value: {values}")
        able = [index for index in found if not options[index].is_disabled]
        if not able:
            shown = ", ".join([_shown_option(option) for option in options if not option.is_disabled])
            problem = "is disabled" if found else "is not there"
            raise ValueError(f"{describe(control)}: the option {text!r} {problem}; it has {shown or 'none'}")
        options[able[0]] = evolve(options[able[0]], is_selected=True)
    return evolve(control, options=tuple(options))


def _shown_option(option: FormOption) -> str:
    """An option in a message: its value, and what a user reads if that is something else."""
    return repr(option.value) if option.label == option.value else f"{option.value!r} ({option.label!r})"


def _entered(control: FormControl, text: str) -> FormControl:
    """A control with a text that a user typed."""
    kind = control.kind
    value = sanitized(kind, text, is_multiple=control.is_multiple)
    if kind in NUMERIC:
        if (text or kind == "range") and NUMERIC[kind].parse(text) is None:
            raise ValueError(f"{describe(control)} takes a value such as {NUMERIC[kind].example!r}, not {text!r}")
        if kind == "range" and (problem := number_problem(control, text)) is not None:
            raise ValueError(f"{describe(control)} cannot be set to that: it {problem}")
    elif kind == "color" and value != text.lower():
        raise ValueError(f"{describe(control)} takes a colour such as '#0088ff', not {text!r}")
    most = parse_integer(control.attribute("maxlength")) if kind in LENGTH_TYPES else None
    if most is not None and length_of(value) > most:
        length = length_of(value)
        raise ValueError(f"{describe(control)} takes {most} characters (UTF-16 code units), and got {length}")
    return evolve(control, value=value, is_edited=True, is_overridden=False)


def _text(value: object, control: FormControl) -> str:
    match value:
        case str():
            pass
        case bool():
            raise ValueError(f"{describe(control)} takes a text, not {value!r}")
        case int() | float():
            value = str(value)
        case date() | time():
            value = value.isoformat()
        case _:
            raise ValueError(f"{describe(control)} takes a text, not {value!r}")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError(f"{describe(control)} cannot hold half of a surrogate pair: {value!r}")
    return value


def _texts(value: object, control: FormControl) -> tuple[str, ...]:
    items = _items(value)
    return (_text(value, control),) if items is None else tuple([_text(one, control) for one in items])


def override_named(controls: Controls, key: str, value: FillValue) -> Controls:
    """The controls, those of a name set past all checks.

    Args:
        controls: The controls of a form.
        key: The name, or `#id`.
        value: The value: a text, several for a control that takes several, `True` or `False` for a box, files.

    Raises:
        ValueError: The form has no such control, or its kind cannot hold the value.
    """
    group = find_named(controls, key)
    if len(group) > 1:
        shown = {index: control for index, control in group.items() if not control.is_button}
        items = _items(value)
        if items is not None and len(items) == len(shown):
            changed = {
                index: _overridden(control, one) for (index, control), one in zip(shown.items(), items, strict=True)
            }
            return _with(controls, changed)
        raise ValueError(f"{key!r} names {len(group)} controls: write a list of so many values, or one's '#id'")
    return _with(controls, {index: _overridden(control, value) for index, control in group.items()})


def _overridden(control: FormControl, value: object) -> FormControl:
    if control.kind in ("checkbox", "radio") and isinstance(value, bool):
        changed = evolve(control, is_checked=value)
    elif control.kind in ("checkbox", "radio"):
        changed = evolve(control, is_checked=True, value=_text(value, control))
    elif control.kind in ("select-one", "select-multiple"):
        texts = _texts(value, control)
        changed = evolve(control, options=tuple([FormOption(text, text, is_selected=True) for text in texts]))
    elif control.kind == "file":
        changed = evolve(control, files=_files(control, value))
    else:
        changed = evolve(control, value=_text(value, control))
    return evolve(changed, is_disabled=False, is_overridden=True)
