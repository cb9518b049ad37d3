"""The forms of a document: which controls each owns, and how they are at first (HTML §4.10.18.3, §13.2.6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from attrs import define, evolve, field, frozen

from verglas.testing.formcontrols import FormControl, FormOption
from verglas.testing.formtypes import BUTTONS, INPUT_TYPES, collapsed, initial_range, parse_integer, sanitized
from verglas.testing.markup import EndTag, StartTag, read_tokens
from verglas.values import Value

__all__ = ["FormElement", "FormsDocument", "read_forms"]

_KEPT: Final = frozenset(
    [
        "readonly",
        "required",
        "multiple",
        "maxlength",
        "minlength",
        "pattern",
        "min",
        "max",
        "step",
        "dirname",
        "size",
        "accept",
        "value",
        "title",
        "formaction",
        "formmethod",
        "formenctype",
        "formnovalidate",
    ]
)
"""The attributes of a control that say more than what it is at first."""

_VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)

# Elements that no end tag reaches beyond, but their own: "has an element in scope".
_MARKERS: Final = frozenset(["applet", "caption", "html", "table", "td", "th", "marquee", "object", "template"])

_CLOSING_PARAGRAPHS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "ul",
    ]
)


@frozen
class FormElement(Value):
    """A form as it stands in the markup.

    Attributes:
        attributes: The attributes of the element.
        controls: The controls that it owns, in tree order.
    """

    attributes: Mapping[str, str]
    controls: tuple[FormControl, ...]


@frozen
class FormsDocument(Value):
    """The forms of a document.

    Attributes:
        base: The `href` of the first `base` that has one.
        forms: The forms, in tree order.
    """

    base: str | None
    forms: tuple[FormElement, ...]


@define
class _Element:
    """An open element: its name, and what holds for the elements in it."""

    name: str
    is_disabled: bool = False
    is_in_datalist: bool = False
    direction: str = "ltr"
    legend: bool | None = None  # of a fieldset that had no legend yet: whether what is in its first one is disabled


@define
class _OpenElements:
    """The stack of open elements, in scopes that begin with their marker. Each element is closed once: linear time."""

    scopes: list[list[_Element]] = field(factory=lambda: [[_Element("")]])
    counts: list[Counter[str]] = field(factory=lambda: [Counter[str]()])
    markers: Counter[str] = field(factory=Counter[str])

    @property
    def top(self) -> _Element:
        return self.scopes[-1][-1]

    def open(self, element: _Element) -> None:
        if element.name in _MARKERS:
            self.scopes.append([element])
            self.counts.append(Counter())
            self.markers[element.name] += 1
        else:
            self.scopes[-1].append(element)
            self.counts[-1][element.name] += 1

    def is_open(self, name: str) -> bool:
        return self.counts[-1][name] > 0

    def close(self, name: str) -> None:
        """Close the innermost element of a name, and all in it; without such a one, nothing."""
        if name in _MARKERS:
            is_closed = not self.markers[name]
            while not is_closed:
                marker = self.scopes.pop()[0].name
                self.counts.pop()
                self.markers[marker] -= 1
                is_closed = marker == name
        elif self.is_open(name):
            closed = ""
            while closed != name:
                closed = self.scopes[-1].pop().name
                self.counts[-1][closed] -= 1


@define
class _Draft:
    """A control whose form is not known yet: the form that it is in, and the id of another that it names."""

    control: FormControl
    form: int | None
    named: str | None


@define
class _Select:
    """A select that is open: its draft, the options so far, and the option and the group that are open."""

    draft: _Draft
    options: list[FormOption] = field(factory=list[FormOption])
    option: Mapping[str, str] | None = None
    pieces: list[str] = field(factory=list[str])
    group: Mapping[str, str] | None = None

    def end_option(self) -> None:
        if self.option is None:
            return
        shown = collapsed("".join(self.pieces))
        option = FormOption(
            value=self.option.get("value", shown),
            label=self.option.get("label") or shown,
            is_selected="selected" in self.option,
            is_disabled="disabled" in self.option or (self.group is not None and "disabled" in self.group),
            is_in_group=self.group is not None,
        )
        self.options.append(option)
        self.option = None
        self.pieces.clear()

    def end(self) -> None:
        """HTML's selectedness setting algorithm: of a select for one option the last that is selected, or the first."""
        self.end_option()
        control = self.draft.control
        chosen = [index for index, option in enumerate(self.options) if option.is_selected]
        if not control.is_multiple:
            if not chosen and (parse_integer(control.attribute("size")) or 1) == 1:
                chosen = [index for index, option in enumerate(self.options) if not option.is_disabled][:1]
            last = chosen[-1:]
            self.options = [evolve(option, is_selected=index in last) for index, option in enumerate(self.options)]
        self.draft.control = evolve(control, options=tuple(self.options))


@define
class _Reader:
    """The part of HTML's tree construction that forms need."""

    base: str | None = None
    forms: list[Mapping[str, str]] = field(factory=list[Mapping[str, str]])
    drafts: list[_Draft] = field(factory=list[_Draft])
    ids: dict[str, int | None] = field(factory=dict[str, "int | None"])  # of the first element: which form it is
    elements: _OpenElements = field(factory=_OpenElements)
    form: int | None = None  # the "form element pointer"
    templates: int = 0  # that are open: what is in them is not in the document
    select: _Select | None = None
    textarea: list[str] | None = None  # the text so far
    button: tuple[_Draft, list[str]] | None = None  # that is open, and its text so far
    is_hidden_text: bool = False  # of a script or a style

    def text(self, text: str) -> None:
        if self.templates or self.is_hidden_text:
            return
        if self.textarea is not None:
            self.textarea.append(text)
        elif self.select is not None:
            if self.select.option is not None:
                self.select.pieces.append(text)
        elif self.button is not None:
            self.button[1].append(text)

    def end(self, name: str) -> None:
        self.is_hidden_text = False
        if self.templates:
            self.templates -= name == "template"
        elif name == "textarea":
            self._end_textarea()
        elif self.select is not None:
            self._end_in_select(self.select, name)
        else:
            if name == "form":
                self.form = None
            elif name == "button":
                self._end_button()
            self.elements.close(name)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.is_hidden_text = name in ("script", "style")
        if self.templates or name == "template":
            self.templates += name == "template"
            return
        if name == "form" and self.form is not None:
            return  # a form in a form is left out
        if attributes.get("id"):
            self.ids.setdefault(attributes["id"], len(self.forms) if name == "form" else None)
        if self.select is not None and not self._start_in_select(self.select, name, attributes):
            return
        self._place(name)
        match name:
            case "base":
                self.base = attributes.get("href") if self.base is None else self.base
            case "form":
                self.form = len(self.forms)
                self.forms.append(attributes)
            case "input":
                self._input(attributes)
            case "textarea":
                self._control("textarea", attributes)
                self.textarea = []
            case "select":
                kind = "select-multiple" if "multiple" in attributes else "select-one"
                self.select = _Select(self._control(kind, attributes))
                return
            case "button":
                self._end_button()
                kind = attributes.get("type", "").lower()
                draft = self._control(kind if kind in ("reset", "button") else "submit", attributes)
                self.button = draft, []
            case _:
                pass
        if name not in _VOID and name != "textarea":
            self.elements.open(self._element(name, attributes))

    def _place(self, name: str) -> None:
        """Close what the start of an element ends."""
        if name in _CLOSING_PARAGRAPHS and not self.elements.is_open("button"):
            self.elements.close("p")
        elif name == "button":
            self.elements.close("button")
        elif name in ("td", "th", "tr", "tbody", "thead", "tfoot") and self.elements.scopes[-1][0].name in ("td", "th"):
            self.elements.close(self.elements.scopes[-1][0].name)

    def _element(self, name: str, attributes: Mapping[str, str]) -> _Element:
        around = self.elements.top
        direction = attributes.get("dir", "").lower()
        element = _Element(
            name,
            around.is_disabled,
            around.is_in_datalist or name == "datalist",
            direction if direction in ("ltr", "rtl") else around.direction,
        )
        if name == "fieldset":
            element.legend = around.is_disabled
            element.is_disabled = around.is_disabled or "disabled" in attributes
        elif name == "legend" and around.legend is not None:
            element.is_disabled, around.legend = around.legend, None
        return element

    def _control(self, kind: str, attributes: Mapping[str, str], value: str | None = None) -> _Draft:
        around = self.elements.top
        direction = attributes.get("dir", "").lower()
        if direction not in ("ltr", "rtl", "auto"):
            direction = "ltr" if kind == "tel" else around.direction
        control = FormControl(
            kind,
            attributes.get("name", ""),
            attributes.get("id", ""),
            attributes.get("value", "") if value is None else value,
            is_checked=kind in ("checkbox", "radio") and "checked" in attributes,
            is_disabled=around.is_disabled or "disabled" in attributes,
            attributes=tuple([(name, attributes[name]) for name in attributes if name in _KEPT]),
            is_in_datalist=around.is_in_datalist,
            direction=direction,
        )
        draft = _Draft(control, self.form, attributes.get("form"))
        self.drafts.append(draft)
        return draft

    def _input(self, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("type", "").lower()
        kind = kind if kind in INPUT_TYPES else "text"
        if kind in ("checkbox", "radio"):
            value = attributes.get("value", "on")
        elif kind == "range":
            value = initial_range(attributes)
        else:
            value = "" if kind == "file" else attributes.get("value", "")
            value = sanitized(kind, value, is_multiple="multiple" in attributes)
        draft = self._control(kind, attributes, value)
        if kind in BUTTONS:
            label = attributes.get("alt", "") if kind == "image" else value
            draft.control = evolve(draft.control, label=label)

    def _start_in_select(self, select: _Select, name: str, attributes: Mapping[str, str]) -> bool:
        """Whether a start tag ends a select, so that it is read as usual; else it is of the select."""
        if name in ("option", "optgroup"):
            select.end_option()
            if name == "option":
                select.option = attributes
            else:
                select.group = attributes
        elif name == "select":
            self._end_in_select(select, name)
        elif name in ("input", "textarea"):
            self._end_in_select(select, "select")
            return True
        return False

    def _end_in_select(self, select: _Select, name: str) -> None:
        if name == "select":
            select.end()
            self.select = None
        elif name in ("option", "optgroup"):
            select.end_option()
            if name == "optgroup":
                select.group = None

    def _end_textarea(self) -> None:
        if self.textarea is not None:
            draft = self.drafts[-1]
            text = "".join(self.textarea).removeprefix("\n")
            draft.control = evolve(draft.control, value=sanitized("textarea", text))
            self.textarea = None

    def _end_button(self) -> None:
        if self.button is not None:
            draft, pieces = self.button
            draft.control = evolve(draft.control, label=collapsed("".join(pieces)))
            self.button = None

    def finish(self) -> FormsDocument:
        self._end_textarea()
        self._end_button()
        if self.select is not None:
            self.select.end()
        owned: list[list[FormControl]] = [[] for _ in self.forms]
        for draft in self.drafts:
            owner = draft.form if draft.named is None else self.ids.get(draft.named)
            if owner is not None:
                owned[owner].append(draft.control)
        forms = zip(self.forms, owned, strict=True)
        return FormsDocument(self.base, tuple([FormElement(form, _with_groups(controls)) for form, controls in forms]))


def _with_groups(controls: list[FormControl]) -> tuple[FormControl, ...]:
    """The controls; of the radio buttons of a group, only the last one that is checked stays so."""
    last = {
        control.name: index
        for index, control in enumerate(controls)
        if control.kind == "radio" and control.name and control.is_checked
    }
    return tuple(
        [
            evolve(control, is_checked=last[control.name] == index)
            if control.kind == "radio" and control.name in last
            else control
            for index, control in enumerate(controls)
        ]
    )


def read_forms(markup: str) -> FormsDocument:
    """Read the forms of a document.

    What a browser makes of misplaced markup is followed as far as forms are concerned: forms in forms, a control in a
    table, buttons and paragraphs that are not closed; but not where text or elements are moved out of tables. Contents
    of templates do not count, those of `noscript` do.

    Args:
        markup: The text of a document or of a part of one.
    """
    reader = _Reader()
    for token in read_tokens(markup):
        match token:
            case str():
                reader.text(token)
            case StartTag():
                reader.start(token.name, token.attributes)
            case EndTag():
                reader.end(token.name)
    return reader.finish()
