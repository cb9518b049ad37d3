"""Forms in Chromium and in the kit: which controls each owns, what they hold, and what is sent, to the byte."""

from __future__ import annotations

import json
import random
import shutil
import threading
from collections.abc import Generator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Final, cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from attrs import define, field, frozen

from tests.browser.webdriver import JSON, Browser, open_browser
from verglas import URL, Request, Response, application, text
from verglas.testing import FillValue, FormControl, HTMLForm, parse_forms

CHROMIUM: Final = shutil.which("chromium")
DRIVER: Final = shutil.which("chromedriver")
BLOCK: Final = 100
FILE_TYPES: Final = ("text/plain", "application/octet-stream")
ENTER: Final = "\ue007"

# Reads documents in which no script runs, and hands over the forms of each.
READ: Final = """
const [documents, done] = arguments;
const frame = window.document.createElement('iframe');
frame.sandbox = 'allow-same-origin';
window.document.documentElement.append(frame);
const isSelect = (control) => control.type.startsWith('select-');
const found = [];
for (const markup of documents) {
  const document = frame.contentDocument;
  document.open();
  document.write('<!doctype html>' + markup);
  document.close();
  const controls = [...document.querySelectorAll('input, select, textarea, button')];
  found.push([...document.forms].map((form) => [form.name, form.id,
    controls.filter((control) => control.form === form).map((control) => [
      control.type, control.name, control.id,
      isSelect(control) || control.type === 'file' ? '' : control.value,
      control.matches(':disabled'), Boolean(control.checked),
      isSelect(control) ? [...control.options].map((option) => [option.value, option.selected,
        option.disabled || Boolean(option.closest('optgroup')?.disabled)]) : []]),
    form.checkValidity()]));
}
frame.remove();
done(found);
"""

FILL: Final = """
for (const [name, value] of Object.entries(arguments[0] ?? {})) {
  const values = [value].flat();
  for (const control of document.querySelectorAll('input, select, textarea')) {
    if (control.name !== name) continue;
    if (control.type === 'checkbox') control.checked = value === true || values.includes(control.value);
    else if (control.type === 'radio') control.checked = values.includes(control.value);
    else if (control.options) for (const option of control.options) option.selected = values.includes(option.value);
    else control.value = values.shift();
  }
}
"""


@define
class Site:
    """An application that shows a page and keeps every other request.

    Attributes:
        url: Where it is served.
        page: The page.
        sent: The requests.
    """

    url: str = ""
    page: str = ""
    sent: list[Request] = field(factory=list[Request])

    def answer(self, request: Request) -> Response:
        """Show the page, or keep a request."""
        if request.path == "/page" and request.method == "GET":
            return Response(self.page, content_type="text/html; charset=utf-8")
        if request.path != "/favicon.ico":
            self.sent.append(request.buffered())
        return text("kept")


class Threads(ThreadingMixIn, WSGIServer):
    """A thread for each connection: a browser opens some before it needs them."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Does not log."""

    def log_message(self, format: str, *args: object) -> None:
        """Drop what would be logged."""


@pytest.fixture(scope="module")
def site() -> Generator[Site]:
    """The application, served."""
    served = Site()
    with make_server("127.0.0.1", 0, application(served.answer), Threads, Quiet) as server:
        served.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield served
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    """A browser; where there is none the tests are skipped, one that does not start is a failure."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("chromium or chromedriver is not installed")
    with open_browser(CHROMIUM, DRIVER, tmp_path_factory.mktemp("profile")) as running:
        yield running


def read_by_chromium(browser: Browser, documents: list[str]) -> list[JSON]:
    """The forms of documents, as Chromium has them."""
    found: list[JSON] = []
    for first in range(0, len(documents), BLOCK):  # a page in which thousands are read brings its process down
        browser.reload()
        found += cast("list[JSON]", browser.script_until(READ, documents[first : first + BLOCK]))  # as the script says
    return found


def read_by_kit(markup: str) -> list[object]:
    """The same of the kit."""

    def shown(control: FormControl) -> list[object]:
        is_select = control.kind.startswith("select-")
        return [
            control.kind,
            control.name,
            control.id,
            "" if is_select or control.kind == "file" else control.value,
            control.is_disabled,
            control.is_checked,
            [[option.value, option.is_selected, option.is_disabled] for option in control.options],
        ]

    return [
        [form.name, form.id, [shown(control) for control in form.controls], is_valid(form)]
        for form in parse_forms(markup, URL())
    ]


def is_valid(form: HTMLForm) -> bool:
    """Whether nothing that a user filled in is missing or wrong."""
    return form.problems == ()


PIECES: Final = """
    <form_id=f_name=F> <form_id=g> </form> <input_name=a_value=1> <input_name=b_form=f> <input_name=c_form=g>
    <input_type=radio_name=r_value=1_checked> <input_type=radio_name=r_value=2_checked>
    <input_type=checkbox_name=z_checked_required> <input_type=hidden_name=h> <select_name=s> </select> <option>
    <option_value=x_selected> <option_disabled>y </option> <optgroup_disabled> <optgroup> </optgroup>
    <textarea_name=t> </textarea> text <button_name=k_value=v> </button> <fieldset_disabled> <fieldset> </fieldset>
    <legend> </legend> <div> </div> <p> </p> <template> </template> <!--_<input_name=no>_--> <!--> <script> </script>
    <title> </title> <span> </span> <ul><li> </ul> <table> <tr> <td> </td> </tr> </table> <datalist> </datalist>
    <noscript> </noscript> <style> </style> <!doctype_html> <?x_> </> <x <br/> &amp; &notit; <b> </b> <label> </label>
""".split()  # noqa: SIM905  # so many are read better in lines

TYPES: Final = (
    *("hidden", "text", "search", "tel", "url", "email", "password", "date", "month", "week", "time", "datetime-local"),
    *("number", "range", "color", "checkbox", "radio", "file", "submit", "image", "reset", "button", "TEXT", "no-such"),
)
VALUES: Final = (
    *("", "a", "1", "-1", "+1", "1.", ".5", "1e3", "1E-3", "1e400", " 1", "01", "--1", "0x1", "50", "101", "99.5"),
    *("2026-11-30", "2026-02-29", "2024-02-29", "0000-01-01", "0001-01-01", "12026-01-01", "275760-09-13"),
    *("275760-09-14", "2026-11", "2026-13", "275760-10", "2026-W01", "2026-W53", "2025-W53", "2020-W53", "23:59"),
    *("24:00", "23:59:60", "23:59:59.1", "23:59:59.1234", "1:00", "2026-11-30T23:15", "2026-11-30 23:15:00"),
    *("2026-11-30T23:15:00.100", "2026-11-30T23:15:30.000", "2026-11-30t23:15", "#ABCDEF", "#abc", " #abcdef"),
    *("a@b", "a@b.c", "a@b c", " a@b ", "a@b,c@d", "a@b , c@d", "a@-b", "a@b..c", "@", "http://a", " http://a "),
    *(
        "http:",
        "mailto:a",
        "a:",
        "A:b",
        "http://u@h/",
        "//a",
        "http://[::1]/",
        "javascript:x",
        "a\nb",
        "a&#13;b",
        "a&#10;b",
    ),
    *("a\tb", "&#0;", "&#128;", "&#x1F600;", "&#xD800;", "&copy=1", "&copy;1", "&copy1", "&amp;lt;", "&no;", "a,b"),
)
LIMITS: Final = (
    *("", "required", "min=0 max=10", "step=2", "step=any", "min=5", "max=5 min=10", "pattern='[a-z]+'"),
    *("readonly required", "disabled required", "multiple", "minlength=3", "pattern='a|b'", "pattern='[a-z-]+'"),
    *("pattern='['", r"pattern='\d+'", "step=0.5 min=0.25", "step=0", "step=-1", "pattern=''", "maxlength=1"),
    *("min=2026-01-01 max=2026-12-01 step=7", "min=22:00 max=02:00", "min=10:00 step=3600", "min=2026-01 step=2"),
    *("min=2026-W02 step=2", r"pattern='[^\s@]+@[\w.\-]{1,3}'", r"pattern='(?:a|\u0031)(?=.)?.*?'", "pattern='{'"),
)


def differences(browser: Browser, documents: list[str]) -> str:
    """What the two do not have alike, of the first documents."""
    theirs = read_by_chromium(browser, documents)
    found = [
        f"{markup}\n  Chromium {read}\n  kit      {ours}"
        for markup, read in zip(documents, theirs, strict=True)
        for ours in [read_by_kit(markup)]
        if read != ours
    ]
    return "\n".join([f"{len(found)} of {len(documents)} differ", *found[:8]] if found else [])


def test_owns_the_same_controls(browser: Browser, site: Site) -> None:
    """Of markup that is put together at random, every form owns the same controls, with the same state."""
    browser.open(site.url)
    seeded = random.Random(4_10_18_3)
    documents: list[str] = [
        "".join(seeded.choices(PIECES, k=seeded.randint(2, 20))).replace("_", " ") for _ in range(300)
    ]

    assert "" == differences(browser, documents)


def test_holds_the_same_values(browser: Browser, site: Site) -> None:
    """Every type makes of a text the same value, and judges it alike."""
    browser.open(site.url)
    seeded = random.Random(4_10_5_1)
    documents = [
        f'<form><input name=n type={kind} value="{value}" {limit}></form>'
        for kind, value, limit in zip(
            seeded.choices(TYPES, k=300), seeded.choices(VALUES, k=300), seeded.choices(LIMITS, k=300), strict=True
        )
    ]

    assert "" == differences(browser, documents)


PATTERN_PIECES: Final = (
    *(
        "a",
        "b",
        "1",
        "é",
        "-",
        "/",
        "\\/",
        "\\-",
        "\\.",
        "\\d",
        "\\w",
        "\\s",
        "\\n",
        "\\x61",
        "\\u0062",
        "\\u{31}",
        ".",
        "^",
        "$",
    ),
    *(
        "|",
        "*",
        "+",
        "?",
        "*?",
        "{2}",
        "{1,2}",
        "{0,}",
        "{",
        "}",
        "(",
        ")",
        "(?:",
        "(?=",
        "(?!",
        "[",
        "]",
        "[^",
        "[a-c]",
    ),
    *("[\\d.]", "[^\\s]", "[\\-a]", "[a-]", "[b-a]", "[]", "[^]"),
)
PATTERN_VALUES: Final = ("a", "b", "1", "-", "ab", "aa", "a1", "é", "/", ".", "b 1", "a-", "{", "]", "aab")


def is_judged(markup: str) -> bool:
    """Whether the pattern of a form is one that the kit knows."""
    (form,) = parse_forms(markup, URL())
    try:
        return len(form.problems) < 2
    except ValueError:
        return False


def test_judges_patterns_alike(browser: Browser, site: Site) -> None:
    """A pattern that is put together at random, if it is judged at all, is judged as Chromium does."""
    browser.open(site.url)
    seeded = random.Random(4_10_5_3_6)
    documents = [
        f'<form><input name=n pattern="{pattern}" value="{seeded.choice(PATTERN_VALUES)}"></form>'
        for pattern in ["".join(seeded.choices(PATTERN_PIECES, k=seeded.randint(1, 6))) for _ in range(300)]
    ]
    judged = [markup for markup in documents if is_judged(markup)]

    assert len(judged) > 250
    assert "" == differences(browser, judged)


SELECTS: Final = (
    "<select name=s required><option value=''>choose<option>a</select>",
    "<select name=s required><option value='' selected>choose<option>a</select>",
    "<select name=s required><option value=a>a<option value='' selected>none</select>",
    "<select name=s required><optgroup><option value=''>in a group</optgroup></select>",
    "<select name=s required size=2><option value=''>a<option>b</select>",
    "<select name=s required size=2><option value='' selected>a<option>b</select>",
    "<select name=s required multiple><option>a</select>",
    "<select name=s required multiple><option value='' selected>a</select>",
    "<select name=s required disabled><option value=''>a</select>",
    "<select name=s size=0><option>a</select>",
    "<select name=s><option disabled>a<option>b<option selected disabled>c</select>",
    "<select name=s><option selected>a<option selected>b</select>",
    "<select name=s><option disabled>a</select>",
    "<select name=s><option value=1 label=one><option> two \n words </select>",
    "<select name=s><option>a<script>no</script></select>",
    "<input type=radio name=r required><input type=radio name=r>",
    "<input type=radio name=r required disabled><input type=radio name=r>",
    "<input type=radio name=r required><input type=radio name=r checked>",
    "<input type=radio required checked>",
    "<input type=checkbox required>",
    "<input type=file required>",
    "<textarea required></textarea>",
    "<textarea required>\n</textarea>",
    "<textarea>\n\na\r\nb\rc&lt;&#13;</textarea>",
    "<textarea minlength=3>a</textarea>",
    "<textarea readonly required></textarea>",
    "<input required list=l><datalist id=l><input required name=in></datalist>",
    "<fieldset disabled><legend><input name=a></legend><legend><input name=b></legend></fieldset>",
    "<fieldset disabled><div><legend><input name=a></legend></div></fieldset>",
    "<fieldset disabled><legend><fieldset><input name=a></fieldset></legend></fieldset>",
    "<fieldset disabled><legend><fieldset disabled><legend><input name=a></legend></fieldset></legend></fieldset>",
    "<input type=range min=10 max=0><input type=range value=-5>",
    "<input type=range step=30><input type=range min=1 step=9>",
)


def test_holds_the_same_choices(browser: Browser, site: Site) -> None:
    """Selects, boxes, radio buttons and disabled fieldsets are alike."""
    browser.open(site.url)

    assert "" == differences(browser, [f"<form>{markup}</form>" for markup in SELECTS])


@frozen
class Submission:
    """A form that is filled in and sent, in a browser and in the kit.

    Attributes:
        markup: The page.
        values: What is entered, by name.
        button: The name of the button for the kit; `None` presses Enter in the first text field.
        css: The same button for the browser.
    """

    markup: str
    values: dict[str, FillValue] = field(factory=dict[str, FillValue])
    button: str | None = "Send"
    css: str = "button:not([type])"


SEND: Final = "<button>Send</button></form>"
EVERYTHING: Final = (
    "<input type=hidden name=h value='a\nb'><input type=hidden name=_charset_><input name=t value='é ☃ &amp;= +*-._~%'>"
    "<textarea name=lines>\none\ntwo</textarea><input name='na\"me\n' value=quoted><input value=nameless>"
    "<input type=checkbox name=c><input type=checkbox name=c value=2 checked><input type=radio name=r value=1>"
    "<input type=radio name=r value=2 checked><select name=s><option>a<option selected>b</select>"
    "<select name=m multiple><option selected>1<option selected disabled>2<option selected>3</select>"
    "<input name=off disabled value=x><input name=on readonly value=x><input type=range name=range>"
    "<input type=color name=color><input type=file name=f><button name=no value=1 type=button>no</button>"
    "<input type=reset name=reset><input name=d dirname=d.dir value='אב' dir=auto>"
    "<input name=l dirname=l.dir value=ab><p dir=rtl><textarea name=i dirname=i.dir></textarea></p>"
    "<input type=tel name=tel dirname=tel.dir><fieldset disabled><legend><input name=in></legend><input name=out>"
    "</fieldset><input type=image name=pic><input type=submit name=other value=x>"
)

SUBMISSIONS: Final[dict[str, Submission]] = {
    "get": Submission(f"<form action=/sent?old=1#part>{EVERYTHING}{SEND}"),
    "urlencoded": Submission(f"<form method=post action='/sent?old=1'>{EVERYTHING}{SEND}"),
    "multipart": Submission(f"<form method=post action=/sent enctype=multipart/form-data>{EVERYTHING}{SEND}"),
    "plain": Submission(f"<form method=post action=/sent enctype=text/plain>{EVERYTHING}{SEND}"),
    "filled": Submission(
        f"<form method=POST action=/sent>{EVERYTHING}{SEND}",
        {"t": "new", "lines": "a\r\nb\nc", "c": ["on", "2"], "r": "1", "s": "a", "m": ["3"], "range": "7"},
    ),
    "line-break-in-one-line": Submission(f"<form action=/sent><input name=a>{SEND}", {"a": "x\r\ny"}),
    "dates": Submission(
        "<form action=/sent><input type=date name=a><input type=datetime-local name=b step=1>"
        f"<input type=time name=c>{SEND}",
        {"a": "2026-11-30", "b": "2026-11-30 23:15:00", "c": "23:15"},
    ),
    "addresses": Submission(
        f"<form action=/sent><input type=email multiple name=a><input type=url name=b>{SEND}",
        {"a": " a@b , c@d.e", "b": " http://a/ "},
    ),
    "several-of-a-name": Submission(f"<form action=/sent><input name=a><input name=a>{SEND}", {"a": ["1", "2"]}),
    "nothing": Submission(f"<form action=/sent>{SEND}"),
    "nothing-posted": Submission(f"<form method=post action=/sent>{SEND}"),
    "nothing-multipart": Submission(f"<form method=post action=/sent enctype=multipart/form-data>{SEND}"),
    "unknown-words": Submission(f"<form method=put enctype=application/json action=/sent><input name=a>{SEND}"),
    "base": Submission(
        f"<base target=_self><base href='/in/it/'><base href=/no><form action=sent><input name=a>{SEND}"
    ),
    "dots": Submission(f"<form action='/a/./b/../%2e%2e/sent'><input name=a>{SEND}"),
    "spaces": Submission(f"<form method=post action=' /se\nnt\\x y?a b\\ '><input name=a>{SEND}"),
    "characters": Submission(f"<form method=post action='/é|^`{{}}?é|^`{{}}&quot;'><input name=a>{SEND}"),
    "relative-query": Submission(f"<form method=post action='?x=1'><input name=a>{SEND}"),
    "other-origin": Submission(f"<form method=post action='http://localhost:PORT/sent'><input name=a>{SEND}"),
    "other-origin-get": Submission(f"<form action='http://localhost:PORT/sent?a'><input name=a>{SEND}"),
    "formaction": Submission(
        "<form action=/no><input name=a><button formaction=/sent formmethod=post formenctype=text/plain>Send</button>"
    ),
    "form-attribute": Submission(
        "<input name=a form=f value=1><form id=f action=/sent><input name=b value=2></form>"
        "<button form=f name=k>Send</button>",
        css="button",
    ),
    "button-with-value": Submission(
        "<form action=/sent><button name=do value=save>Save</button><button name=do value=delete>Delete</button>",
        button="do=delete",
        css="[value=delete]",
    ),
    "input-button": Submission(
        "<form action=/sent><input name=a><input type=submit name=go value='Go &amp; do'></form>",
        button="go",
        css="[type=submit]",
    ),
    "enter": Submission(f"<form action=/sent><input name=a value=1><button name=first>{SEND[8:]}", button=None),
    "enter-without-button": Submission("<form action=/sent><input name=a value=1></form>", button=None),
    "enter-with-image": Submission(
        "<form action=/sent><input name=a value=1><input type=image name=i value=v></form>", button=None
    ),
    "novalidate": Submission(f"<form novalidate action=/sent><input name=a required>{SEND}"),
    "formnovalidate": Submission(
        "<form action=/sent><input name=a required><button formnovalidate>Send</button></form>"
    ),
    "nested": Submission(f"<form action=/sent><input name=a><form action=/no><input name=b>{SEND}"),
    "astral": Submission(
        f"<form method=post action=/sent enctype=multipart/form-data><input name='😀'>{SEND}", {"😀": "𝄞"}
    ),
    "accept-charset": Submission(
        f"<form method=post action=/sent accept-charset='no-such utf-16 latin1'>"
        f"<input name=_charset_ type=hidden>{SEND}"
    ),
}


def known(request: Request) -> tuple[object, ...]:
    """What a form decides of a request; the boundary of multipart is up to who writes it."""
    content = request.body.content or b""
    # wsgiref says that a request without a type is text.
    kind, _, boundary = (request.content_type or "" if content else "").partition("; boundary=")
    if kind == "text/plain":
        content = content.removesuffix(b"\r\n")  # which Chromium leaves out after the last field, against the standard
    if boundary:
        content = content.replace(boundary.encode(), b"boundary")
    named = (request.headers.get("Origin"), request.headers.get("Referer"))
    return request.method, request.url.to_uri(), kind, content, *named


def submit(browser: Browser, site: Site, case: Submission, *files: tuple[str, list[Path]]) -> tuple[object, ...]:
    """Open the page in the browser, fill in the form, and send it."""
    page = f"{site.url}/page?x=1"
    browser.open(page)
    browser.script(FILL.replace("arguments[0]", json.dumps(case.values)))
    for css, paths in files:
        browser.type(css, "\n".join(map(str, paths)))
    before = len(site.sent)
    if case.button is None:
        browser.type("input", ENTER)
    else:
        browser.click(case.css)
    browser.wait(lambda: len(site.sent) > before, "the form")
    return known(site.sent[before])


def open_page(site: Site, markup: str) -> HTMLForm:
    """Serve a page, and read its first form."""
    port = site.url.rpartition(":")[2]
    site.page = f"<!doctype html><title>Form</title>{markup.replace('PORT', port)}"
    return parse_forms(site.page, URL.parse(f"{site.url}/page?x=1"))[0]


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_sends_the_same_request(browser: Browser, site: Site, name: str) -> None:
    """The request is that of Chromium: its target, and its body to the byte."""
    case = SUBMISSIONS[name]
    form = open_page(site, case.markup)

    assert submit(browser, site, case) == known(form.fill(case.values).request(case.button))


def test_sends_the_same_files(browser: Browser, site: Site, tmp_path: Path) -> None:
    """Files are sent under their names, each with its content, as Chromium sends them."""
    paths = [tmp_path / 'é"☃.txt', tmp_path / "b.bin"]
    for path in paths:
        path.write_bytes(path.name.encode())
    one, two = [(path.name, path.name.encode(), kind) for path, kind in zip(paths, FILE_TYPES, strict=True)]
    markup = "<form method=post action=/sent enctype=multipart/form-data><input type=file name=a>"
    form = open_page(site, f"{markup}<input type=file name=b multiple><input type=file name=none>{SEND}")
    sent = submit(browser, site, Submission(""), ("[name=a]", paths[:1]), ("[name=b]", paths))

    assert sent == known(form.fill(a=one, b=[one, two]).request())
