"""The forms of a document: which controls each owns, and how they are at first (HTML §4.10.18.3, §13.2.6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from typing import Final

from attrs import define, evolve, field, frozen

from verglas.testing.formcontrols import FormControl, FormOption
from verglas.testing.formtypes import BUTTONS, INPUT_TYPES, collapsed, initial_range, parse_integer, sanitized
from verglas.testing.markup import EndTag, StartTag, read_tokens
from verglas.values import Value

__all__ = ["FormElement", "FormsDocument", "read_forms"]

# pytest leaves the functions of this module out of a traceback: it shows the line of the test.
__tracebackhide__: Final = True

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

# Elements that the end tag of another that is not such a one does not reach beyond.
_SPECIAL: Final = frozenset(
    """address applet area article aside base basefont bgsound blockquote body br button caption center col colgroup dd
    details dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header
    hgroup hr html iframe img input keygen li link listing main marquee menu meta nav noembed noframes noscript object
    ol p param plaintext pre script search section select source style summary table tbody td template textarea tfoot
    th thead title tr track ul wbr xmp""".split()  # noqa: SIM905  # in lines: ninety names
)

# Elements that no end tag reaches beyond, but their own: "has an element in scope".
_MARKERS: Final = frozenset(
    ["applet", "caption", "html", "table", "td", "th", "marquee", "object", "select", "template"]
)

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


# Whose end tags another one implies.
_IMPLIED: Final = frozenset({"dd", "dt", "li", "optgroup", "option", "p", "rb", "rp", "rt", "rtc"})

_CELLS: Final = frozenset({"td", "th"})
_ROWS: Final = frozenset({"tr", "tbody", "thead", "tfoot"})
_PARTS_OF_TABLES: Final = _CELLS | _ROWS


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
class _Option:
    """An option of a select: its attributes, those of its group, and its text so far."""

    attributes: Mapping[str, str]
    group: Mapping[str, str] | None
    pieces: list[str] = field(factory=list[str])

    def value(self) -> FormOption:
        shown = collapsed("".join(self.pieces))
        return FormOption(
            value=self.attributes.get("value", shown),
            label=self.attributes.get("label") or shown,
            is_selected="selected" in self.attributes,
            is_disabled="disabled" in self.attributes or (self.group is not None and "disabled" in self.group),
            is_in_group=self.group is not None,
        )


@define
class _Draft:
    """A control, as far as it is known.

    Attributes:
        control: The control as its start tag says.
        form: The form that it is in.
        named: The id of another that it names.
        options: Of a select, its options so far.
        pieces: Of a textarea or a button, its text so far.
    """

    control: FormControl
    form: int | None
    named: str | None
    options: list[_Option] = field(factory=list[_Option])
    pieces: list[str] = field(factory=list[str])

    def finished(self) -> FormControl:
        control, text = self.control, "".join(self.pieces)
        match control.kind:
            case "textarea":
                return evolve(control, value=sanitized("textarea", text.removeprefix("\n")))
            case "select-one" | "select-multiple":
                return evolve(control, options=_selected(control, [option.value() for option in self.options]))
            case _ if text:
                return evolve(control, label=collapsed(text))
            case _:
                return control


def _selected(control: FormControl, options: list[FormOption]) -> tuple[FormOption, ...]:
    """HTML's selectedness setting algorithm: of a select for one option the last that is selected, or the first."""
    if control.is_multiple:
        return tuple(options)
    chosen = [index for index, option in enumerate(options) if option.is_selected]
    if not chosen and (parse_integer(control.attribute("size")) or 1) == 1:
        chosen = [index for index, option in enumerate(options) if not option.is_disabled][:1]
    last = chosen[-1:]
    return tuple([evolve(option, is_selected=index in last) for index, option in enumerate(options)])


@define
class _Element:
    """An open element, and what holds for the elements in it."""

    name: str
    is_disabled: bool = False
    is_in_datalist: bool = False
    direction: str = "ltr"
    form: int | None = None
    select: _Draft | None = None
    group: Mapping[str, str] | None = None
    option: _Option | None = None
    button: _Draft | None = None
    closable: Counter[str] = field(factory=Counter[str])  # that are open in the innermost special element
    legend: bool | None = None  # of a fieldset that had no legend yet: whether what is in its first one is disabled
    is_hidden: bool = False  # a script or a style


@define
class _OpenElements:
    """The stack of open elements, in scopes that begin with their marker. Each element is closed once: linear time."""

    scopes: list[list[_Element]] = field(factory=lambda: [[_Element("")]])
    counts: list[Counter[str]] = field(factory=lambda: [Counter[str]()])
    markers: Counter[str] = field(factory=Counter[str])

    @property
    def top(self) -> _Element:
        return self.scopes[-1][-1]

    @property
    def marker(self) -> str:
        return self.scopes[-1][0].name

    def open(self, element: _Element) -> None:
        if element.name in _MARKERS:
            self.scopes.append([element])
            self.counts.append(Counter())
            self.markers[element.name] += 1
        else:
            self.scopes[-1].append(element)
            self._counts(element)[element.name] += 1

    def is_open(self, name: str) -> bool:
        return (self.counts[-1] if name in _SPECIAL else self.top.closable)[name] > 0

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
                element = self.scopes[-1].pop()
                closed = element.name
                self._counts(element)[closed] -= 1

    def _counts(self, element: _Element) -> Counter[str]:
        return self.counts[-1] if element.name in _SPECIAL else element.closable

    def imply_ends(self, names: Set[str]) -> None:
        """Close the innermost elements as long as they have one of these names."""
        while self.top.name in names:
            self.close(self.top.name)

    def prepare(self, name: str) -> bool:
        """Close what the start of an element ends; whether it may start here at all."""
        if name in _CLOSING_PARAGRAPHS and not self.is_open("button"):
            self.close("p")
        if name == "button":
            self.close("button")
        elif name == self.marker == "table":
            self.close("table")
        elif name in _PARTS_OF_TABLES:
            if self.marker in _CELLS:
                self.close(self.marker)
            return self.marker == "table"
        elif self.marker == "select":
            if name in ("option", "optgroup", "hr"):
                self.imply_ends(_IMPLIED - {"optgroup"} if name == "option" else _IMPLIED)
            if name in ("input", "select"):
                self.close("select")
                return name == "input"
        return True

    def end(self, name: str) -> None:
        """Close an element whose end tag was read."""
        if name in _ROWS and self.marker in _CELLS and self.counts[-2][name]:
            self.close(self.marker)
        self.close(name)


@define
class _Reader:
    """The part of HTML's tree construction that forms need."""

    base: str | None = None
    forms: list[Mapping[str, str]] = field(factory=list[Mapping[str, str]])
    drafts: list[_Draft] = field(factory=list[_Draft])
    ids: dict[str, int | None] = field(factory=dict[str, "int | None"])  # of the first element: which form it is
    elements: _OpenElements = field(factory=_OpenElements)
    form: int | None = None  # the "form element pointer"
    form_element: tuple[_Element, int] | None = None  # that is open, with the number of scopes then
    templates: int = 0  # that are open: what is in them is not in the document
    textarea: _Draft | None = None

    def text(self, text: str) -> None:
        around = self.elements.top
        if self.textarea is not None:
            self.textarea.pieces.append(text)
        if not (self.templates or around.is_hidden):
            if around.option is not None:
                around.option.pieces.append(text)
            if around.button is not None:
                around.button.pieces.append(text)

    def end(self, name: str) -> None:
        self.textarea = None
        if self.templates:
            self.templates -= name == "template"
        elif name == "form":
            self._end_form()
        else:
            self.elements.end(name)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self.templates or name == "template":
            self.templates += name == "template"
            return
        if (name == "form" and self.form is not None) or not self.elements.prepare(name):
            return  # a form in a form is left out
        if attributes.get("id"):
            self.ids.setdefault(attributes["id"], len(self.forms) if name == "form" else None)
        element = self._element(name, attributes)
        match name:
            case "base":
                self.base = attributes.get("href") if self.base is None else self.base
            case "form":
                self._start_form(element, attributes)
                return
            case "input":
                self._input(attributes)
            case "textarea":
                self.textarea = self._control("textarea", attributes)
            case "select":
                kind = "select-multiple" if "multiple" in attributes else "select-one"
                element.select, element.group, element.option = self._control(kind, attributes), None, None
            case "button":
                kind = attributes.get("type", "").lower()
                element.button = self._control(kind if kind in ("reset", "button") else "submit", attributes)
            case "optgroup":
                element.group = attributes
            case "option" if element.select is not None and element.option is None:
                element.option = _Option(attributes, element.group)
                element.select.options.append(element.option)
            case _:
                pass
        if name not in _VOID and name != "textarea":
            self.elements.open(element)

    def _start_form(self, element: _Element, attributes: Mapping[str, str]) -> None:
        element.form = self.form = len(self.forms)
        self.forms.append(attributes)
        if self.elements.top.name in _ROWS or self.elements.top.name == "table":
            return  # between the cells of a table, a form owns what follows, and holds nothing
        self.form_element = element, len(self.elements.scopes)
        self.elements.open(element)

    def _end_form(self) -> None:
        """Forget the form; but elements that are still open in it own what follows in them (HTML §13.2.6.4.7)."""
        self.form = None
        if self.form_element is not None:
            element, depth = self.form_element
            if len(self.elements.scopes) == depth:
                element.form = None
                self.elements.imply_ends(_IMPLIED)
                if self.elements.top is element:
                    self.elements.close("form")
            self.form_element = None

    def _element(self, name: str, attributes: Mapping[str, str]) -> _Element:
        around = self.elements.top
        direction = attributes.get("dir", "").lower()
        element = evolve(
            around,
            name=name,
            is_in_datalist=around.is_in_datalist or name == "datalist",
            direction=direction if direction in ("ltr", "rtl") else around.direction,
            closable=Counter[str]() if name in _SPECIAL else around.closable,
            legend=None,
            is_hidden=name in ("script", "style"),
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
        form = around.form if self.form is None else self.form
        draft = _Draft(control, form, attributes.get("form"))
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

    def finish(self) -> FormsDocument:
        owned: list[list[FormControl]] = [[] for _ in self.forms]
        for draft in self.drafts:
            owner = draft.form if draft.named is None else self.ids.get(draft.named)
            if owner is not None:
                owned[owner].append(draft.finished())
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
