"""The controls of a form, and what each of them adds to the entries that are sent (HTML §4.10.21.4)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple, final

from attrs import field, frozen

from verglas.testing.formtypes import BUTTONS
from verglas.values import Value

__all__ = ["ChosenFile", "Entry", "FormControl", "FormOption", "describe"]

# pytest leaves the functions of this module out of a traceback: it shows the line of the test.
__tracebackhide__: Final = True

_WITH_DIRECTION: Final = frozenset(
    {"textarea", "hidden", "text", "search", "tel", "url", "email", "password", "submit", "reset", "button"}
)


class ChosenFile(NamedTuple):
    """A file that was chosen in a file input.

    Attributes:
        filename: Its name.
        content: Its bytes.
        content_type: Its media type.
    """

    filename: str
    content: bytes
    content_type: str = "application/octet-stream"


class Entry(NamedTuple):
    """A name with a value that a form sends: a text, or a file."""

    name: str
    value: str | ChosenFile


@final
@frozen
class FormOption(Value):
    """An option of a select.

    Attributes:
        value: The text that is sent.
        label: The text that a user sees.
        is_selected: Whether it is chosen.
        is_disabled: Whether it cannot be: by itself or by its group.
        is_in_group: Whether it is in an optgroup.
    """

    value: str
    label: str
    is_selected: bool = False
    is_disabled: bool = False
    is_in_group: bool = False


@final
@frozen
class FormControl(Value):
    """An input, select, textarea or button of a form.

    Attributes:
        kind: The type of an input, or `textarea`, `select-one`, `select-multiple`; of a button `submit`, `reset` or
            `button`, and `image` of one that is a picture.
        name: The name that it is sent with; empty: it is not sent.
        id: The `id` of the element.
        value: The text in it; of a checkbox or a radio button, what is sent when it is checked.
        label: The text on a button.
        is_checked: Whether a checkbox or a radio button is.
        options: The options of a select.
        files: The files that are chosen.
        is_disabled: Whether it is disabled: by itself or by a fieldset.
        attributes: The attributes of the element that say what may be entered.
        is_edited: Whether a user entered the value: its length is checked then, not before.
        is_overridden: Whether the value was set past all checks.
    """

    kind: str
    name: str = ""
    id: str = ""
    value: str = ""
    label: str = ""
    is_checked: bool = False
    options: tuple[FormOption, ...] = ()
    files: tuple[ChosenFile, ...] = ()
    is_disabled: bool = False
    attributes: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    is_edited: bool = field(default=False, repr=False)
    is_overridden: bool = field(default=False, repr=False)
    _is_in_datalist: bool = field(default=False, repr=False, alias="is_in_datalist")
    _direction: str = field(default="ltr", repr=False, alias="direction")

    def attribute(self, name: str) -> str | None:
        """The value of an attribute of the element; `None` without it.

        Args:
            name: One that says what may be entered, such as `maxlength`.
        """
        return dict(self.attributes).get(name)

    @property
    def is_readonly(self) -> bool:
        """Whether the element has a `readonly`."""
        return self.attribute("readonly") is not None

    @property
    def is_required(self) -> bool:
        """Whether the element has a `required`."""
        return self.attribute("required") is not None

    @property
    def is_multiple(self) -> bool:
        """Whether it takes several options, files or addresses."""
        return self.attribute("multiple") is not None

    @property
    def is_button(self) -> bool:
        """Whether it is a button: of any kind, also one that does not submit."""
        return self.kind in BUTTONS

    @property
    def is_submitter(self) -> bool:
        """Whether it is a button that submits the form."""
        return self.kind in ("submit", "image")

    @property
    def is_judged(self) -> bool:
        """Whether a browser looks at what is in it before it sends the form."""
        barred = self._is_in_datalist or self.is_disabled or self.is_readonly or self.is_overridden
        return not (barred or self.is_button or self.kind == "hidden")

    @property
    def selected(self) -> tuple[str, ...]:
        """The values of the options that are chosen."""
        return tuple([option.value for option in self.options if option.is_selected])

    def entries(self, submitter: FormControl | None, coordinate: tuple[int, int]) -> Iterator[Entry]:
        """The entries that it adds.

        Args:
            submitter: The button that submits the form.
            coordinate: Where on an image button the user clicked.
        """
        if self._is_in_datalist or self.is_disabled or (self.is_button and self is not submitter):
            return
        if self.kind == "image":
            prefix = f"{self.name}." if self.name else ""
            yield from (Entry(prefix + axis, str(at)) for axis, at in zip("xy", coordinate, strict=True))
        elif self.name:
            yield from (Entry(self.name, value) for value in self._values())
            direction = self.attribute("dirname")
            if direction and self.kind in _WITH_DIRECTION:
                yield Entry(direction, self._direction_of_value())

    def _values(self) -> Iterator[str | ChosenFile]:
        match self.kind:
            case "checkbox" | "radio":
                yield from (self.value,) * self.is_checked
            case "select-one" | "select-multiple":
                yield from (option.value for option in self.options if option.is_selected and not option.is_disabled)
            case "file":
                yield from self.files or (ChosenFile("", b""),)
            case "hidden" if self.name.lower() == "_charset_":
                yield "UTF-8"
            case _:
                # Of an <input type=submit> without a value, nothing; Chromium sends the word that it shows, "Submit".
                yield self.value

    def _direction_of_value(self) -> str:
        """`ltr` or `rtl`: of `dir="auto"` as the first letter has it that has one."""
        if self._direction != "auto":
            return self._direction
        classes = map(unicodedata.bidirectional, self.value)
        return "rtl" if next((found for found in classes if found in ("L", "R", "AL")), "L") != "L" else "ltr"


def describe(control: FormControl) -> str:
    """A control, in a message.

    Args:
        control: The control.
    """
    named = repr(control.name or f"#{control.id}") if control.name or control.id else "without a name"
    return f"the {control.kind} {named}"
