"""Forms of HTML documents: read, filled in, and sent as browsers do. Sections are of the HTML standard."""

from __future__ import annotations

from datetime import date, datetime, time
from html import escape
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear, filled
from verglas import URL, Upload
from verglas.testing import ChosenFile, FillValue, FormValue, HTMLForm, parse_forms

PAGE: Final = URL.parse("http://localhost/notes/new?draft=1")


def form_of(markup: str, url: URL = PAGE) -> HTMLForm:
    """The one form of a document."""
    (form,) = parse_forms(markup, url)
    return form


def test_fills_and_sends() -> None:
    """A form that is filled in gives the request that a browser makes."""
    form = form_of(
        '<form method=post action="/notes" enctype=multipart/form-data><input name=title maxlength=80 required>'
        "<select name=tags multiple><option>a<option>b</select><input type=checkbox name=agree>"
        "<input type=file name=photo><button>Save</button></form>"
    )

    filled = form.fill({"title": "x", "tags": ["a", "b"]}, agree=True, photo=("a.png", b"...", "image/png"))
    request = filled.request()

    assert ("POST", "/notes") == (request.method, request.path)
    assert [("title", "x"), ("tags", "a"), ("tags", "b"), ("agree", "on")] == list(request.form.pairs)
    assert [("a.png", "image/png", b"...")] == [(f.filename, f.mimetype, f.data) for _, f in request.files.pairs]
    assert "" == form["title"]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        pytest.param(("a.png", b"x"), ("a.png", b"x", "application/octet-stream"), id="name-and-content"),
        pytest.param((b"x", "a.png"), ("a.png", b"x", "application/octet-stream"), id="content-and-name"),
        pytest.param((b"x", "a.png", "image/png"), ("a.png", b"x", "image/png"), id="content-name-type"),
        pytest.param(
            Upload("other", "a.png", b"x", content_type="image/png"), ("a.png", b"x", "image/png"), id="upload"
        ),
    ],
)
def test_chooses_a_file(chosen: FillValue, expected: tuple[str, bytes, str]) -> None:
    """A file may be an upload, and its content may be before its name."""
    form = form_of("<form><input type=file name=a></form>")

    assert (expected,) == form.fill(a=chosen)["a"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param("2", "2", id="value"),
        pytest.param("Two", "2", id="text"),
        pytest.param("1", "1", id="a-value-goes-before-a-text"),
    ],
)
def test_chooses_an_option_by_its_text(wanted: str, expected: str) -> None:
    """An option is also named by what a user reads."""
    form = form_of(
        "<form><select name=a><option value=1>Two pieces<option value=2>Two<option value=3>1</select></form>"
    )

    assert expected == form.fill(a=wanted)["a"]


def test_refuses_what_a_browser_does_not_send() -> None:
    """A required field that is empty is refused when the form is sent."""
    form = form_of("<form><input name=title required></form>")

    with pytest.raises(ValueError, match="a browser does not send the form: the text 'title' is required"):
        form.request()


# HTML §13.2.5 and §13.2.6: tokens and trees; what Chromium makes of such markup is compared in tests/browser.
READ: Final[dict[str, tuple[str, list[tuple[str, str, str]]]]] = {
    "comment": ("<form><!-- <input name=no> --><input name=a>", [("text", "a", "")]),
    "comment-abrupt": ("<form><!--><input name=a><!---><input name=b>", [("text", "a", ""), ("text", "b", "")]),
    "comment-open": ("<form><input name=a><!-- <input name=no>", [("text", "a", "")]),
    "cdata": ("<form><![CDATA[<input name=a>]]>", []),
    "script": ("<form><script>'<input name=no>'</script><input name=a>", [("text", "a", "")]),
    "script-in-script": (
        "<form><script><!-- <script></script> <input name=no> --></script><input name=a>",
        [("text", "a", "")],
    ),
    "style": ("<form><style><input name=no></style><input name=a>", [("text", "a", "")]),
    "noscript": ("<form><noscript><input name=a></noscript>", [("text", "a", "")]),
    "template": ("<form><template><template></template><input name=no></template><input name=a>", [("text", "a", "")]),
    "textarea": ("<form><textarea name=a>\n\n<b>&lt;&amp;lt;</textarea>", [("textarea", "a", "\n<b><&lt;")]),
    "textarea-open": ("<form><textarea name=a><input>", [("textarea", "a", "<input>")]),
    "tag-open": ("<form><input name=a><input name='b", [("text", "a", "")]),
    "case": ("<FORM><INPUT NAME=A TYPE=HIDDEN>", [("hidden", "A", "")]),
    "attribute-twice": ("<form><input name=a name=b>", [("text", "a", "")]),
    "attribute-references": (
        "<form><input name=a value='&copy=1&copy;&notit&#65;'>",
        [("text", "a", "&copy=1©&notitA")],
    ),
    "reference-by-number": (
        "<form><input name=a value='&#128;&#0;&#xD800;&#1114112;&#99999999;'>",
        [("text", "a", "€����")],
    ),
    "type-unknown": ("<form><input name=a type=no value=x>", [("text", "a", "x")]),
    "value-sanitized": ("<form><input name=a value='x\r\ny'>", [("text", "a", "xy")]),
    "value-of-no-number": ("<form><input type=number name=a value=x>", [("number", "a", "")]),
    "value-of-a-hidden": ("<form><input type=hidden name=a value='x\r\ny'>", [("hidden", "a", "x\ny")]),
    "button-type": (
        "<form><button name=a type=no></button><button name=b type=reset></button>",
        [("submit", "a", ""), ("reset", "b", "")],
    ),
    "form-attribute": (
        "<input name=a form=f><form id=f></form><input name=b form=f><input name=c>",
        [("text", "a", ""), ("text", "b", "")],
    ),
    "form-attribute-empty": ("<form><input name=a form=''><input name=b>", [("text", "b", "")]),
    "form-attribute-of-no-form": ("<p id=f></p><form id=f><input name=a form=f><input name=b>", [("text", "b", "")]),
    "nested": ("<form><input name=a><form><input name=b></form><input name=c>", [("text", "a", ""), ("text", "b", "")]),
    "table": ("<table><form><tr><td><input name=a></td></tr></form></table><input name=b>", [("text", "a", "")]),
    "misplaced": ("<div><form></div><input name=a></form><input name=b>", [("text", "a", "")]),
    "open-elements": ("<form><div></form><input name=a></div><input name=b>", [("text", "a", "")]),
    "select-closed-by-input": (
        "<form><select name=a><option>x<input name=b>",
        [("select-one", "a", ""), ("text", "b", "")],
    ),
}


@pytest.mark.parametrize("name", READ)
def test_reads(name: str) -> None:
    """The form owns these controls, with these values."""
    markup, expected = READ[name]

    assert expected == [(control.kind, control.name, control.value) for control in form_of(markup).controls]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("<form action>", PAGE, id="empty"),
        pytest.param("<base href='http://b/c/'><form>", PAGE, id="none-beside-a-base"),
        pytest.param("<base href='http://b/c/'><base href=/no><form action=d?e>", "http://b/c/d?e", id="base"),
        pytest.param("<base href='/c/'><form action=d>", "http://localhost/c/d", id="base-relative"),
        pytest.param("<base href='http://['><form action=d>", "http://localhost/notes/d", id="base-not-a-url"),
        pytest.param("<form action='?x'>", "http://localhost/notes/new?x", id="query"),
        pytest.param("<form action=' /a\nb c '>", "http://localhost/ab%20c", id="spaces"),
        pytest.param("<form action='\\a\\b?\\'>", "http://localhost/a/b?%5C", id="backslashes"),
        pytest.param("<form action='//b/c'>", "http://b/c", id="other-host"),
    ],
)
def test_leads_to(markup: str, expected: str) -> None:
    """The action is read as browsers read it, below the base of the document."""
    assert expected == form_of(f"{markup}</form>").action


NAMED: Final = "<input name=title><input name=tags><input type=hidden name=token value=t><button name=go>Go</button>"

REFUSALS: Final[dict[str, tuple[str, dict[str, FillValue], str]]] = {
    "unknown-name": (
        NAMED,
        {"titel": "x"},
        r"the form has no field 'titel'; it has \['go', 'tags', 'title', 'token'\]",
    ),
    "unknown-id": (NAMED, {"#no": "x"}, "the form has no field '#no'"),
    "hidden": (NAMED, {"token": "x"}, r"the hidden 'token' cannot be filled in: it is hidden: write override\(...\)"),
    "button": (NAMED, {"go": "x"}, r"it is a button: write request\(submitter=...\)"),
    "disabled": ("<input name=a disabled>", {"a": "x"}, "it is disabled"),
    "disabled-by-fieldset": ("<fieldset disabled><input name=a></fieldset>", {"a": "x"}, "it is disabled"),
    "readonly": ("<input name=a readonly>", {"a": "x"}, "it is readonly"),
    "not-text": ("<input name=a>", {"a": True}, "the text 'a' takes a text, not True"),
    "none": ("<input name=a>", {"a": None}, "the text 'a' takes a text, not None"),
    "lone-surrogate": ("<input name=a>", {"a": "\ud800"}, "half of a surrogate pair"),
    "maxlength": ("<input name=a maxlength=3>", {"a": "abcd"}, r"takes 3 characters \(UTF-16 code units\), and got 4"),
    "maxlength-astral": ("<input name=a maxlength=3>", {"a": "😀😀"}, "takes 3 characters .* and got 4"),
    "maxlength-textarea": ("<textarea name=a maxlength=2></textarea>", {"a": "a\r\nb"}, "takes 2 .* and got 3"),
    "number": ("<input type=number name=a>", {"a": "seven"}, "takes a value such as '-1.5e3', not 'seven'"),
    "number-too-large": ("<input type=number name=a>", {"a": "1e999"}, "takes a value such as"),
    "date": ("<input type=date name=a>", {"a": "2026-02-29"}, "takes a value such as '2026-11-30'"),
    "time": ("<input type=time name=a>", {"a": "24:00"}, "takes a value such as '23:15'"),
    "week": ("<input type=week name=a>", {"a": "2025-W53"}, "takes a value such as '2026-W49'"),
    "month": ("<input type=month name=a>", {"a": "2026-13"}, "takes a value such as '2026-11'"),
    "local": ("<input type=datetime-local name=a>", {"a": "2026-11-30T24:00"}, "takes a value such as"),
    "range-empty": ("<input type=range name=a>", {"a": ""}, "takes a value such as '50'"),
    "range-outside": ("<input type=range name=a>", {"a": 101}, "cannot be set to that: it holds '101', which is more"),
    "range-step": ("<input type=range name=a step=5>", {"a": 7}, "which is not on its step of 5 from 0"),
    "color": ("<input type=color name=a>", {"a": "red"}, "takes a colour such as '#0088ff', not 'red'"),
    "option": ("<select name=a><option>x</select>", {"a": "y"}, r"the option 'y' is not there; it has 'x'"),
    "option-that-reads-otherwise": (
        "<select name=a><option value=1>One<option value=2>Two<option>x</select>",
        {"a": "Three"},
        r"it has '1' \('One'\), '2' \('Two'\), 'x'",
    ),
    "options-that-read-the-same": (
        "<select name=a><option value=1>One<option value=2>One</select>",
        {"a": "One"},
        r"2 options read 'One'; write a value: \['1', '2'\]",
    ),
    "option-disabled": ("<select name=a><option disabled>x</select>", {"a": "x"}, "the option 'x' is disabled"),
    "option-twice": ("<select name=a multiple><option>x</select>", {"a": ["x", "x"]}, "the option 'x' is not there"),
    "radio": ("<input type=radio name=a value=1>", {"a": "2"}, r"has no value '2' to choose; it has \['1'\]"),
    "radio-off": ("<input type=radio name=a value=1>", {"a": False}, "takes one of its values, not False"),
    "box": ("<input type=checkbox name=a>", {"a": "yes"}, r"no box with the value 'yes' to check; it has \['on'\]"),
    "boxes": ("<input type=checkbox name=a><input type=checkbox name=a>", {"a": True}, "write the list of the values"),
    "file": (
        "<input type=file name=a>",
        {"a": "a.png"},
        r"takes files, each an Upload or \(name, content, type\), not 'a.png'",
    ),
    "files": ("<input type=file name=a>", {"a": [("a", b""), ("b", b"")]}, "takes one file, not 2"),
    "several": ("<input name=a><input name=a>", {"a": "x"}, "is 2 controls: write a list of so many values"),
    "several-too-few": ("<input name=a><input name=a>", {"a": ["x"]}, "is 2 controls"),
    "kinds": ("<input name=a><input type=checkbox name=a>", {"a": "x"}, "'a' names a checkbox and a text"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refuses_what_a_user_cannot_enter(name: str) -> None:
    """The words say which control it is, and what it takes."""
    markup, values, words = REFUSALS[name]

    with pytest.raises(ValueError, match=words):
        form_of(f"<form>{markup}</form>").fill(values)


ENTERED: Final[dict[str, tuple[str, FillValue, FormValue]]] = {
    "text": ("<input name=a>", "x\r\ny\n", "xy"),
    "int": ("<input name=a>", 7, "7"),
    "float": ("<input type=number name=a>", 0.5, "0.5"),
    "date": ("<input type=date name=a>", date(2026, 11, 30), "2026-11-30"),
    "time": ("<input type=time name=a>", time(23, 15), "23:15:00"),
    "local": ("<input type=datetime-local name=a>", datetime(2026, 11, 30, 23, 15), "2026-11-30T23:15"),
    "empty-number": ("<input type=number name=a value=1>", "", ""),
    "textarea": ("<textarea name=a></textarea>", "a\r\nb\rc", "a\nb\nc"),
    "email": ("<input type=email name=a>", " a@b ", "a@b"),
    "emails": ("<input type=email name=a multiple>", " a@b , c@d", "a@b,c@d"),
    "color": ("<input type=color name=a>", "#ABCDEF", "#abcdef"),
    "select": ("<select name=a><option>x<option>y</select>", "y", "y"),
    "select-int": ("<select name=a><option>1<option>2</select>", 2, "2"),
    "select-multiple": ("<select name=a multiple><option>x<option>y<option>z</select>", ["z", "x"], ("x", "z")),
    "select-multiple-none": ("<select name=a multiple><option selected>x</select>", [], ()),
    "select-multiple-one": ("<select name=a multiple><option selected>x<option>y</select>", "y", ("y",)),
    "box": ("<input type=checkbox name=a>", True, True),
    "box-by-value": ("<input type=checkbox name=a value=1>", "1", True),
    "box-beside-a-hidden-field": ("<input type=hidden name=a value=0><input type=checkbox name=a value=1>", True, True),
    "boxes": ("<input type=checkbox name=a value=1 checked><input type=checkbox name=a value=2>", ["2"], ("2",)),
    "radio": ("<input type=radio name=a value=1 checked><input type=radio name=a value=2>", "2", "2"),
    "radio-single": ("<input type=radio name=a value=1>", True, "1"),
    "file": ("<input type=file name=a>", ("a.png", b"x"), (ChosenFile("a.png", b"x"),)),
    "files": ("<input type=file name=a multiple>", [("a", b"x", "text/plain")], (ChosenFile("a", b"x", "text/plain"),)),
    "no-file": ("<input type=file name=a>", None, ()),
    "several": ("<input name=a><input name=a>", ["1", "2"], ("1", "2")),
    "by-id": ("<input id=a value=old>", "new", "new"),
}


@pytest.mark.parametrize("name", ENTERED)
def test_enters(name: str) -> None:
    """A control holds what was entered, put right as browsers do."""
    markup, value, expected = ENTERED[name]
    key = "#a" if name == "by-id" else "a"

    assert expected == form_of(f"<form>{markup}</form>").fill({key: value})[key]


# HTML §4.10.21.3 with the constraints of each type; all of them are judged by Chromium, too, in tests/browser.
PROBLEMS: Final[dict[str, tuple[str, dict[str, FillValue], str]]] = {
    "required": ("<input name=a required>", {}, "the text 'a' is required"),
    "required-box": ("<input type=checkbox name=a required>", {}, "is required: it has to be checked"),
    "required-radio": ("<input type=radio name=a required>", {}, "is required: choose one of its values"),
    "required-nameless": ("<input required>", {}, "the text without a name is required"),
    "required-file": ("<input type=file name=a required>", {}, "the file 'a' is required"),
    "required-select": ("<select name=a required><option value=''>?<option>x</select>", {}, "is required"),
    "pattern": (
        "<input name=a pattern='[0-9]+' title='digits'>",
        {"a": "12a"},
        r"holds '12a', which does not match its pattern '\[0-9\]\+' \(digits\)",
    ),
    "pattern-unknown": (
        r"<input name=a pattern='\p{L}'>",
        {"a": "x"},
        r"cannot be told: .* request\(novalidate=True\)",
    ),
    "pattern-group-unknown": ("<input name=a pattern='(?<n>x)'>", {"a": "x"}, "cannot be told"),
    "min": ("<input type=number name=a min=5>", {"a": 4}, "holds '4', which is less than its min, 5"),
    "max": ("<input type=date name=a max=2026-01-01>", {"a": "2026-01-02"}, "more than its max, 2026-01-01"),
    "step": ("<input type=number name=a>", {"a": "1.5"}, "not on its step of 1"),
    "step-of-decimals": ("<input type=number name=a step=0.1>", {"a": "0.35"}, "not on its step of 1/10 from 0"),
    "over-midnight": (
        "<input type=time name=a min=22:00 max=02:00>",
        {"a": "12:00"},
        "neither from 22:00 on nor until",
    ),
    "email": ("<input type=email name=a>", {"a": "a.b"}, "holds 'a.b', which is not an email address"),
    "url": ("<input type=url name=a>", {"a": "a.b"}, "holds 'a.b', which is not an absolute URL"),
    "minlength": ("<input name=a minlength=3>", {"a": "ab"}, "holds 2 of at least 3 characters"),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_refuses_to_send(name: str) -> None:
    """A value that a browser complains of is not sent; but with `novalidate`, or by a script, it is."""
    markup, values, words = PROBLEMS[name]
    form = form_of(f"<form>{markup}</form>").fill(values)

    with pytest.raises(ValueError, match=words):
        form.request()
    assert form.request(novalidate=True) == form.request(is_scripted=True)
    assert form.request(novalidate=True) == form_of(f"<form novalidate>{markup}</form>").fill(values).request()


@pytest.mark.parametrize(
    ("markup", "values"),
    [
        pytest.param("<input name=a step=0.1 type=number>", {"a": "0.3"}, id="tenths"),
        pytest.param("<input name=a minlength=3 value=ab>", {}, id="minlength-not-edited"),
        pytest.param("<input name=a maxlength=1 value=ab>", {}, id="maxlength-not-edited"),
        pytest.param("<input name=a pattern='a|b'>", {"a": "b"}, id="pattern-alternatives"),
        pytest.param("<input name=a pattern='[a-z-]'>", {"a": "!"}, id="pattern-that-is-not-one-in-v-mode"),
        pytest.param(r"<input name=a pattern='(?:\d{2}|\w).\u{1F600}?'>", {"a": "12x"}, id="pattern-of-much"),
        pytest.param("<input name=a required disabled>", {}, id="disabled"),
        pytest.param("<input name=a required readonly>", {}, id="readonly"),
        pytest.param("<datalist><input name=a required></datalist>", {}, id="datalist"),
        pytest.param("<input type=time name=a min=22:00 max=02:00>", {"a": "23:00"}, id="over-midnight"),
    ],
)
def test_sends(markup: str, values: dict[str, FillValue]) -> None:
    """Values that a browser sends are sent."""
    form = form_of(f"<form>{markup}</form>").fill(values)

    assert () == form.problems


BUTTONS: Final = (
    "<button id=i name=do value=save>Save it</button><button name=do value=delete>Delete</button>"
    "<button name=off disabled>Off</button><button type=button name=plain>Plain</button>"
    "<input type=image name=pic alt=Map>"
)


@pytest.mark.parametrize(
    ("submitter", "expected"),
    [
        pytest.param(None, "do=save", id="default"),
        pytest.param("i", "do=save", id="id"),
        pytest.param("do=delete", "do=delete", id="name-and-value"),
        pytest.param("delete", "do=delete", id="value"),
        pytest.param("Save it", "do=save", id="text"),
        pytest.param("Map", "pic.x=3&pic.y=4", id="image"),
    ],
)
def test_presses_a_button(submitter: str | None, expected: str) -> None:
    """The button that is pressed is sent, and no other."""
    form = form_of(f"<form>{BUTTONS}</form>")

    assert expected == form.request(submitter, coordinate=(3, 4)).query_string.decode()


@pytest.mark.parametrize(
    ("submitter", "words"),
    [
        pytest.param("do", "2 buttons are called 'do': 'i' or 'do' or 'do=save'", id="ambiguous"),
        pytest.param("off", "the button 'off' is disabled", id="disabled"),
        pytest.param("plain", "the button 'plain' does not submit the form", id="not-submitting"),
        pytest.param("send", "the form has no button 'send'; it has 'i' or 'do'", id="unknown"),
    ],
)
def test_refuses_a_button(submitter: str, words: str) -> None:
    """A button that cannot be pressed is refused, with those that there are."""
    with pytest.raises(ValueError, match=words):
        form_of(f"<form>{BUTTONS}</form>").request(submitter)


UNSENDABLE: Final = {
    "dialog": ("<form method=dialog><button>x</button>", "the form closes a dialog and sends nothing"),
    "formmethod-dialog": ("<form><button formmethod=dialog>x</button>", "closes a dialog"),
    "script": ("<form action='javascript:alert(1)'>", "'javascript:alert.1.', which is not a URL of HTTP"),
    "mail": ("<form action='mailto:a@b'>", "which is not a URL of HTTP"),
    "websocket": ("<form action='ws://a/'>", "which is not a URL of HTTP"),
    "charset": ("<form accept-charset='latin1'>", r"the form is sent in latin1 \(its accept-charset\)"),
    "no-button": ("<form><input><input>", r"more than one field, so that Enter does not; write request\(is_scripted"),
    "disabled-button": ("<form><button name=a disabled>x</button>", "the first button, the submit 'a', is disabled"),
}


@pytest.mark.parametrize("name", UNSENDABLE)
def test_refuses_what_is_not_sent(name: str) -> None:
    """A form that a browser does not send as a request is refused when it is sent, not when it is read."""
    markup, words = UNSENDABLE[name]

    with pytest.raises(ValueError, match=words):
        form_of(f"{markup}</form>").request()


def test_overrides() -> None:
    """What no user can enter, a script can."""
    form = form_of(
        "<form method=post><input type=hidden name=h value=1><input name=off disabled><input name=ro readonly required>"
        "<input name=n type=number max=3><select name=s><option>a</select><input type=checkbox name=c><input type=file"
        " name=f><input name=two><input name=two><button>Send</button></form>"
    )
    changed = form.override(
        {"h": "2", "off": "x", "ro": "", "n": "no number", "s": "z", "c": "9", "f": [("a", b""), ("b", b"")]},
        two=["1", "2"],
    )

    expected = "h=2&off=x&ro=&n=no+number&s=z&c=9&f=a&f=b&two=1&two=2"
    assert expected.encode() == changed.request().body.content
    assert () == changed.problems


def test_overriding_names_what_there_is() -> None:
    """A name that is not there is refused, also when nothing else is."""
    form = form_of("<form><input name=a></form>")

    with pytest.raises(ValueError, match="the form has no field 'b'"):
        form.override(b="1")
    with pytest.raises(KeyError, match="the form has no field 'b'"):
        form["b"]


@pytest.mark.parametrize(
    ("url", "action", "origin", "referer"),
    [
        pytest.param("http://a/x?y#z", "/sent", "http://a", "http://a/x?y", id="same-origin"),
        pytest.param("http://a/x?y", "http://b/", "http://a", "http://a/", id="other-origin"),
        pytest.param("https://a/x?y", "http://a/", "null", None, id="downgrade"),
    ],
)
def test_says_where_it_comes_from(url: str, action: str, origin: str, referer: str | None) -> None:
    """`Origin` and `Referer` are those of a document without a referrer policy."""
    form = form_of(f"<form method=post action='{action}'></form>", URL.parse(url))
    headers = form.request().headers

    assert (origin, referer) == (headers.get("Origin"), headers.get("Referer"))


def test_is_a_value() -> None:
    """Forms compare by what is in them; filling in makes another; equal forms make equal requests."""
    markup = "<form method=post enctype=multipart/form-data id=i name=n><input name=a><input type=hidden name=h></form>"
    form = form_of(markup)

    assert form == form_of(markup)
    assert form != form.fill(a="x")
    assert form.fill(a="x").request() == form_of(markup).fill({"a": "x"}).request()
    assert ("i", "n", "POST", "multipart/form-data", PAGE) == (
        form.id,
        form.name,
        form.method,
        form.enctype,
        form.action,
    )
    assert ["a"] == [control.name for control in form.fields]
    assert "h" in form
    assert "b" not in form


HOSTILE: Final = {
    "comments": "<!--",
    "sections": "<![CDATA[",
    "instructions": "<?",
    "open-tags": "<a ",
    "open-values": "<a b='",
    "attributes": "<a b c ",
    "elements": "<div><span>",
    "end-tags": "<div></span></p>",
    "cells": "<table><tr><td></tr>",
    "fieldsets": "<fieldset disabled><legend>",
    "forms": "<form><p></form>",
    "options": "<select><optgroup><option>a",
    "buttons": "<button><p>a",
    "references": "&notit&#1",
    "scripts": "<script><!--<script>",
    "templates": "<template>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_linearly(name: str) -> None:
    """Markup that some parsers of HTML take quadratic time for takes linear time."""
    assert_linear(lambda size: parse_forms(f"<form>{filled(HOSTILE[name], size)}", PAGE), start=1000)


@given(st.text(st.sampled_from("<>/!-=\"' &;#\0\r\nabform") | st.characters(), max_size=60))
def test_reads_anything(markup: str) -> None:
    """Any text has forms, or none."""
    assert isinstance(parse_forms(markup, PAGE), tuple)


TEXTS: Final = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@given(
    st.dictionaries(
        TEXTS.filter(bool), st.tuples(TEXTS, st.sampled_from(["text", "hidden", "textarea", "box", "select"]))
    )
)
def test_fields_come_back(fields: dict[str, tuple[str, str]]) -> None:
    """The controls that markup was written with have their names and values, and are sent with them."""
    pieces = {
        "text": '<input name="{0}" value="{1}">',
        "hidden": '<input type=hidden name="{0}" value="{1}">',
        "textarea": '<textarea name="{0}">{1}</textarea>',
        "box": '<input type=checkbox name="{0}" value="{1}" checked>',
        "select": '<select name="{0}"><option value="no">x<option value="{1}" selected>y</select>',
    }
    markup = "".join([pieces[kind].format(escape(name), escape(value)) for name, (value, kind) in fields.items()])
    form = form_of(f"<form method=post>{markup}<button>Send</button></form>")
    sent = form.request().form.pairs

    expected = [
        (name, "UTF-8" if name.lower() == "_charset_" and kind == "hidden" else value)
        for name, (value, kind) in fields.items()
    ]
    assert expected == list(sent)


@pytest.mark.parametrize(
    ("pattern", "value", "is_sent"),
    [
        pytest.param("(a+)+", "a" * 60 + "!", False, id="repeated-repetition"),
        pytest.param("(a|aa|a)*", "a" * 60 + "!", False, id="alternatives-that-overlap"),
        pytest.param("(?:.*a){20}", "a" * 60 + "!", False, id="counted"),
        pytest.param("((a?){99999999}){99999999}", "a" * 60, True, id="counted-in-counted"),
        pytest.param("((((a?)*)+){2,})*?b??", "a" * 60 + "b", True, id="lazy"),
        pytest.param("(?:a?){60}a{60}", "a" * 60, True, id="optional-ones-before"),
        pytest.param("(?=(?:(?:a+)+)+b)a*", "a" * 60, False, id="in-a-lookahead"),
        pytest.param("(?!(?:(?:a+)+)+b)a*", "a" * 60, True, id="in-a-negative-lookahead"),
        pytest.param("(?:a{2}|b){2,3}", "aabaa", True, id="bounds"),
        pytest.param("(?:a{2}|b){2,3}", "aabaab", False, id="bounds-exceeded"),
        pytest.param("a{3,2}", "b", True, id="bounds-that-are-none"),
    ],
)
def test_pattern_takes_polynomial_time(pattern: str, value: str, is_sent: bool) -> None:
    """A pattern that has browsers try all ways of splitting a text up does not hang a test."""
    form = form_of(f"<form><input name=a pattern='{pattern}'></form>").fill(a=value)

    assert is_sent is (form.problems == ())


@pytest.mark.parametrize("pattern", ["(" * 200 + "a" + ")" * 200, "(?=" * 9 + "a" + ")" * 9 + "a"])
def test_pattern_that_is_too_deep(pattern: str) -> None:
    """It is said that nobody knows."""
    with pytest.raises(ValueError, match="in one another are not known here"):
        form_of(f"<form><input name=a pattern='{pattern}'></form>").fill(a="a").problems  # noqa: B018  # which raises
