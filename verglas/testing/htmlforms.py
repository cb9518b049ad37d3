"""Forms of HTML documents, filled in and sent as browsers do (HTML §4.10.21, "Form submission")."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias, final

from attrs import evolve, field, frozen

from verglas.errors.grammar import GrammarError
from verglas.request.model import Request
from verglas.syntax.multipart_writer import FieldPart, FilePart, PartToWrite, format_multipart
from verglas.syntax.urlencoded import format_urlencoded
from verglas.testing.formchecks import find_problems
from verglas.testing.formcontrols import ChosenFile, Entry, FormControl, describe
from verglas.testing.formfilling import FillValue, FormValue, fill_named, override_named, value_of
from verglas.testing.formreading import FormElement, read_forms
from verglas.url import URL
from verglas.values import Value

__all__ = ["FormMethod", "HTMLForm", "parse_forms"]

# pytest leaves the functions of this module out of a traceback: it shows the line of the test.
__tracebackhide__: Final = True

FormMethod: TypeAlias = Literal["GET", "POST", "dialog"]

URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
PLAIN: Final = "text/plain"

_METHODS: Final[Mapping[str, FormMethod]] = {"get": "GET", "post": "POST", "dialog": "dialog"}
_LINE_BREAK: Final = re.compile(r"\r\n?|\n")

# The labels of the Encoding standard for UTF-8; and UTF-16, in which no form is sent.
_UTF_8: Final = frozenset(["unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "utf-8", "utf8", "x-unicode20utf8"])
_UTF_16: Final = frozenset(
    ["csunicode", "iso-10646-ucs-2", "ucs-2", "unicode", "unicodefeff", "unicodefffe", "utf-16", "utf-16be"]
)

# With one of these, or with none, Enter submits a form without a button ("fields that block implicit submission").
_BLOCKING: Final = frozenset(
    ["text", "search", "tel", "url", "email", "password", "date", "month", "week", "time", "datetime-local", "number"]
)


@final
@frozen
class HTMLForm(Value):
    """A form of a document, with what is in it: a value. Filling it in makes another.

    Whatever a browser would not let a user do is refused. The kit runs no scripts: where a page has one that changes
    a form, `override` does as it does.

    Attributes:
        name: The `name` of the form; empty without one.
        id: Its `id`.
        controls: Its inputs, selects, textareas and buttons, in the order of the document.
        url: The URL of the document.

    >>> page = '<form method=post action="/notes"><input name=title maxlength=80 required><button>Save</button></form>'
    >>> form, = parse_forms(page, URL.parse("http://localhost/notes/new"))
    >>> request = form.fill(title="Milk").request()
    >>> request.method, request.path, request.form["title"]
    ('POST', '/notes', 'Milk')
    """

    name: str
    id: str
    controls: tuple[FormControl, ...]
    url: URL
    _action: str = field(repr=False, alias="action")
    _base: URL = field(repr=False, alias="base")
    _method: FormMethod = field(repr=False, alias="method")
    _enctype: str = field(repr=False, alias="enctype")
    _accept_charset: str = field(repr=False, alias="accept_charset")
    _is_unchecked: bool = field(repr=False, alias="is_unchecked")

    @property
    def action(self) -> URL:
        """Where it is sent, unless its button says something else.

        Raises:
            ValueError: The action is not a URL of HTTP.
        """
        return self._target(self._action)

    @property
    def method(self) -> FormMethod:
        """How it is sent, unless its button says something else."""
        return self._method

    @property
    def enctype(self) -> str:
        """The media type of what is sent, unless its button says something else."""
        return self._enctype

    @property
    def fields(self) -> tuple[FormControl, ...]:
        """The controls that a user sees and fills in: all that are not buttons and not hidden."""
        return tuple([control for control in self.controls if not (control.is_button or control.kind == "hidden")])

    @property
    def buttons(self) -> tuple[FormControl, ...]:
        """The buttons that submit it."""
        return tuple([control for control in self.controls if control.is_submitter])

    @property
    def problems(self) -> tuple[str, ...]:
        """The values that a browser would complain of when the form is sent, a sentence for each.

        Raises:
            ValueError: A control has a pattern that cannot be judged here.
        """
        return tuple(find_problems(self.controls))

    def __contains__(self, key: object) -> bool:
        """Whether there is a control of this name."""
        return any(control.name == key for control in self.controls)

    def __getitem__(self, key: str) -> FormValue:
        """The value of the controls of a name.

        Args:
            key: The name; or the id of a control, as `#id`.

        Returns:
            The text; of a box whether it is checked, of several boxes and of a select for several the values that
            are; of radio buttons and of another select the value that is chosen, or `None`; the files of a file input.

        Raises:
            KeyError: The form has no such control.
        """
        try:
            return value_of(self.controls, key)
        except ValueError as error:
            raise KeyError(str(error)) from None

    def fill(self, values: Mapping[str, FillValue] | None = None, /, **fields: FillValue) -> HTMLForm:
        """A copy that a user has filled in.

        Args:
            values: By the names of the controls (or `#id`), what the user enters or chooses: a text, a number, a date
                or a time; the value of an option or a radio button, or the text of an option, a list of them for
                several; `True` or `False` for a single box; an `Upload`, `(name, content)` or `(name, content, type)`
                for a file, and a list of them where several may be chosen; a list for several controls of one name.
            **fields: More of them.

        Raises:
            ValueError: The form has no such control, or a user could not enter or choose that.

        >>> form, = parse_forms("<form><select name=size><option>S<option>M</select></form>", URL())
        >>> form.fill(size="M")["size"]
        'M'
        >>> form.fill(size="XL")
        Traceback (most recent call last):
        ValueError: the select-one 'size': the option 'XL' is not there; it has 'S', 'M'
        """
        controls = self.controls
        for key, value in {**(values or {}), **fields}.items():
            controls = fill_named(controls, key, value)
        return evolve(self, controls=controls)

    def override(self, values: Mapping[str, FillValue] | None = None, /, **fields: FillValue) -> HTMLForm:
        """A copy with values that no user could enter: as a script can, or somebody with a browser's developer tools.

        Hidden, disabled and read-only controls can be set, selects to what they do not have, texts to any length; no
        check looks at such a control. For controls that are not there, change the request.

        Args:
            values: By the names of the controls (or `#id`), what they are to hold.
            **fields: More of them.

        Raises:
            ValueError: The form has no such control, or its kind cannot hold the value.

        >>> form, = parse_forms("<form><input type=hidden name=token value=t></form>", URL())
        >>> form.override(token="forged")["token"]
        'forged'
        """
        controls = self.controls
        for key, value in {**(values or {}), **fields}.items():
            controls = override_named(controls, key, value)
        return evolve(self, controls=controls)

    def request(
        self,
        submitter: str | None = None,
        *,
        coordinate: tuple[int, int] = (0, 0),
        novalidate: bool = False,
        is_scripted: bool = False,
    ) -> Request[None]:
        """The request that a browser makes when a user submits the form.

        It has the fields that follow from the form: Content-Type, `Origin` (of all but GET), and `Referer`, as browsers
        send it when a document has no policy for it.

        Args:
            submitter: The button: its id, its name, its value, `name=value`, or the text on it. Without it, the one
                that Enter presses: the first.
            coordinate: Where an image button is clicked.
            novalidate: Whether to send values that a browser would complain of, as with the attribute of this name.
            is_scripted: Whether a script submits the form: without a button and unchecked, whatever is in it.

        Raises:
            ValueError: A browser could not submit the form like that: the button is not there, or disabled; a
                value is missing or not valid; the action is not a URL of HTTP; the form is to be sent in an encoding
                other than UTF-8, or to close a dialog.
        """
        button = None if is_scripted else self._button(submitter)
        if is_scripted and submitter is not None:
            raise ValueError("a script submits a form without a button: leave out submitter or is_scripted")
        is_unchecked = self._is_unchecked or (button is not None and button.attribute("formnovalidate") is not None)
        if not (novalidate or is_scripted or is_unchecked):
            problems = self.problems
            if problems:
                raise ValueError(f"a browser does not send the form: {'; '.join(problems)}")
        entries = [
            Entry(_normal(name), _normal(value) if isinstance(value, str) else value)
            for control in self.controls
            for name, value in control.entries(button, coordinate)
        ]
        method = self._method if button is None else _method(button.attribute("formmethod"), self._method)
        if method == "dialog":
            raise ValueError("the form closes a dialog and sends nothing: its method is dialog")
        self._check_charset()
        formaction = None if button is None else button.attribute("formaction")
        target = self._target(self._action if formaction is None else formaction)
        if method == "GET":
            return Request(url=target.with_query(_urlencoded(entries)), headers=self._origin_fields(target, method))
        formenctype = None if button is None else button.attribute("formenctype")
        enctype = self._enctype if formenctype is None else _enctype(formenctype)
        content_type, body = _encode(entries, enctype)
        headers = {"Content-Type": content_type, **self._origin_fields(target, method)}
        return Request(method="POST", url=target, headers=headers, body=body)

    def _button(self, submitter: str | None) -> FormControl | None:
        if submitter is None:
            return self._default_button()
        found = [button for button in self.buttons if submitter in _names(button)]
        if len(found) == 1:
            if found[0].is_disabled:
                raise ValueError(f"the button {submitter!r} is disabled")
            return found[0]
        there = [" or ".join(map(repr, _names(button))) for button in self.buttons]
        if found:
            raise ValueError(f"{len(found)} buttons are called {submitter!r}: {', '.join(there)}")
        if any(submitter in _names(control) for control in self.controls if control.is_button):
            raise ValueError(f"the button {submitter!r} does not submit the form")
        raise ValueError(f"the form has no button {submitter!r}; it has {', '.join(there) or 'none'}")

    def _default_button(self) -> FormControl | None:
        """The button that Enter presses (HTML §4.10.21.2)."""
        for button in self.buttons:
            if button.is_disabled:
                raise ValueError(f"the first button, {describe(button)}, is disabled, so that Enter does not submit")
            return button
        if sum(control.kind in _BLOCKING for control in self.controls) > 1:
            raise ValueError(
                "the form has no button that submits it, and more than one field, so that Enter does not;"
                " write request(is_scripted=True) where a script does"
            )
        return None

    def _target(self, action: str) -> URL:
        text = re.sub(r"[\t\n\r]", "", action.strip("".join(map(chr, range(0x21)))))
        if not text:
            return self.url
        # Browsers read a backslash in a path as a slash, and escape a space.
        path = re.split(r"[?#]", text, maxsplit=1)[0]
        try:
            rest = text[len(path) :].replace("\\", "%5C")
            target = self._base.join((path.replace("\\", "/") + rest).replace(" ", "%20"))
        except GrammarError as error:
            raise ValueError(f"the form is sent to {action!r}, which is not a URL of HTTP: {error}") from error
        if target.scheme not in ("http", "https"):
            raise ValueError(f"the form is sent to {action!r}, which is not a URL of HTTP")
        return target

    def _check_charset(self) -> None:
        for label in self._accept_charset.lower().split():
            if label in _UTF_8 or label in _UTF_16:
                return
            try:
                codecs.lookup(label)
            except LookupError:
                continue
            raise ValueError(f"the form is sent in {label} (its accept-charset), and only UTF-8 is written here")

    def _origin_fields(self, target: URL, method: str) -> dict[str, str]:
        """`Origin` and `Referer`, under the policy strict-origin-when-cross-origin."""
        is_downgrade = self.url.scheme == "https" and target.scheme != "https"
        fields: dict[str, str] = {}
        if method != "GET":
            fields["Origin"] = "null" if is_downgrade else self.url.origin
        if not is_downgrade:
            page = self.url.to_uri().partition("#")[0]
            fields["Referer"] = page if self.url.origin == target.origin else f"{self.url.origin}/"
        return fields


def parse_forms(markup: str, url: URL) -> tuple[HTMLForm, ...]:
    """Read the forms of a document, as a browser that runs no scripts does.

    Args:
        markup: The text of the document, or of a part of one. Reading takes linear time, whatever is in it.
        url: The URL of the document, without which no form has a target.

    Returns:
        The forms, in the order of the document.

    >>> form, = parse_forms('<form action="/search"><input name=q value=milk></form>', URL.parse("http://localhost/a?b"))
    >>> str(form.action), form["q"], str(form.request().url)
    ('http://localhost/search', 'milk', 'http://localhost/search?q=milk')
    """
    document = read_forms(markup)
    base = url
    if document.base is not None:
        try:
            base = url.join(document.base.strip())
        except GrammarError:
            base = url  # HTML §4.2.3: a base that is not a URL is the document's
    return tuple([_form(form, url, base) for form in document.forms])


def _form(form: FormElement, url: URL, base: URL) -> HTMLForm:
    attributes = form.attributes
    return HTMLForm(
        attributes.get("name", ""),
        attributes.get("id", ""),
        form.controls,
        url,
        action=attributes.get("action", ""),
        base=base,
        method=_method(attributes.get("method"), "GET"),
        enctype=_enctype(attributes.get("enctype", "")),
        accept_charset=attributes.get("accept-charset", ""),
        is_unchecked="novalidate" in attributes,
    )


def _method(attribute: str | None, missing: FormMethod) -> FormMethod:
    return missing if attribute is None else _METHODS.get(attribute.lower(), "GET")


def _enctype(attribute: str) -> str:
    lowered = attribute.lower()
    return lowered if lowered in (MULTIPART, PLAIN) else URLENCODED


def _names(button: FormControl) -> tuple[str, ...]:
    """The texts that stand for a button."""
    named = f"{button.name}={button.value}" if button.name else ""
    return tuple(dict.fromkeys([text for text in (button.id, button.name, named, button.value, button.label) if text]))


def _normal(text: str) -> str:
    return _LINE_BREAK.sub("\r\n", text)


def _as_texts(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    """The entries for an encoding without files, which are their names."""
    return [(name, value if isinstance(value, str) else _normal(value.filename)) for name, value in entries]


def _urlencoded(entries: Iterable[Entry]) -> str:
    # Browsers escape the tilde too (URL, "application/x-www-form-urlencoded percent-encode set").
    return format_urlencoded(_as_texts(entries)).replace("~", "%7E")


def _encode(entries: list[Entry], enctype: str) -> tuple[str, bytes]:
    """The Content-Type and the body."""
    if enctype == URLENCODED:
        return enctype, _urlencoded(entries).encode("ascii")
    if enctype == PLAIN:
        return enctype, "".join([f"{name}={value}\r\n" for name, value in _as_texts(entries)]).encode()
    import hashlib  # noqa: PLC0415  # 3 ms, for those who send files

    parts = [_part(name, value) for name, value in entries]
    # Of the content, so that equal forms make equal requests: none can hold the digest of itself.
    digest = hashlib.blake2b(repr(entries).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    boundary = f"----verglas{digest}"
    return f"{MULTIPART}; boundary={boundary}", b"".join(format_multipart(parts, boundary))


def _part(name: str, value: str | ChosenFile) -> PartToWrite:
    if isinstance(value, str):
        return FieldPart(name, value)
    return FilePart(name, value.filename, value.content, value.content_type)
