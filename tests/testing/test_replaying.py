"""Recorded requests, sent again: the differences of the answers, as values and on the command line."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import notes
from examples.site import site
from tests.kit import URLENCODED, untyped
from verglas import JSONValue, Request, Response, ResponseLike, application, html, json_response, text
from verglas.errors import NotFound
from verglas.testing import (
    SECRETS,
    Difference,
    Mask,
    RecordedAnswer,
    RecordedExchange,
    call,
    read_recording,
    record,
    replay,
)
from verglas.wsgi import StartResponse

Environ = dict[str, object]
Places = list[tuple[str, str | None, str | None]]

RAW: Final = "application/octet-stream"


def one(answer: Response | RecordedAnswer | None, error: str | None = None) -> RecordedExchange:
    """An exchange with an answer."""
    if isinstance(answer, Response):
        made = call(answer)
        answer = RecordedAnswer(made.status, made.lines, made.body)
    return RecordedExchange(Request(url="/a?b=1"), answer, error=error)


def places(exchange: RecordedExchange, now: ResponseLike, *ignore: str) -> Places:
    """Where, and how, the answer differs now."""
    differences = replay([exchange], lambda request: now, ignore=ignore)
    assert all((one.number, one.exchange) == (1, exchange) for one in differences)
    return [(one.place, one.recorded, one.replayed) for one in differences]


def raising(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """It fails."""
    raise KeyError("a")


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param(text("a"), text("a"), [], id="same"),
        pytest.param(text("a"), text("a", 201), [("status", "200 OK", "201 Created")], id="status"),
        pytest.param(text("a"), text("b"), [("body", "a", "b")], id="text"),
        pytest.param(text("a"), text("abc"), [("body", "a", "abc")], id="length-of-another-body"),
        pytest.param(text("é"), Response(b"\xff"), [("body", "é", "\\xff")], id="bytes"),
        pytest.param(
            Response(headers={"X-A": "1"}),
            Response(headers={"X-B": "2"}),
            [("X-A", "1", None), ("X-B", None, "2")],
            id="fields",
        ),
        pytest.param(Response(headers={"X-A": "1"}), Response(headers={"x-a": "1"}), [], id="case-of-a-name"),
        pytest.param(
            Response(headers=[("X-A", "1"), ("X-A", "2")]),
            Response(headers=[("X-A", "2"), ("X-A", "1"), ("X-A", "3")]),
            [("X-A", "1", "2"), ("X-A", "2", "1"), ("X-A", None, "3")],
            id="lines-of-a-field",
        ),
        pytest.param(
            Response(headers={"X-A": "1", "X-B": "2"}),
            Response(headers={"X-B": "2", "X-A": "1"}),
            [],
            id="order-of-fields",
        ),
        pytest.param(
            Response(headers={"Date": "a", "Age": "1"}), Response(headers={"Server": "b"}), [], id="of-the-day"
        ),
        pytest.param(
            RecordedAnswer("200 OK", (("Content-Length", "7"), ("Content-Type", RAW)), b""),
            Response(b"", content_type=RAW),
            [("Content-Length", "7", "0")],
            id="length-without-a-body",
        ),
    ],
)
def test_differences(before: Response | RecordedAnswer, now: Response, expected: Places) -> None:
    """Status, fields and body are compared; not the fields of the day, nor the length of another body."""
    assert expected == places(one(before), now)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param({"a": 1, "b": 2}, {"b": 2, "a": 1}, [], id="order-of-names"),
        pytest.param({"a": 1}, {"a": 2}, [("/a", "1", "2")], id="number"),
        pytest.param({"a": 1}, {"a": 1.0}, [], id="number-written-otherwise"),
        pytest.param({"a": 1}, {"a": True}, [("/a", "1", "true")], id="number-and-truth"),
        pytest.param({"a": None}, {}, [("/a", "null", None)], id="null-and-nothing"),
        pytest.param([], [1, "x"], [("/0", None, "1"), ("/1", None, '"x"')], id="items"),
        pytest.param([1, 2], [1], [("/1", "2", None)], id="fewer-items"),
        pytest.param({"a/b": {"~": [1]}}, {"a/b": {"~": [2]}}, [("/a~1b/~0/0", "1", "2")], id="rfc6901-escapes"),
        pytest.param({"a": [1]}, {"a": {"0": 1}}, [("/a", "[1]", '{"0":1}')], id="kind"),
        pytest.param("a", "b", [("body", '"a"', '"b"')], id="whole"),
        pytest.param({"": 1}, {"": 2}, [("/", "1", "2")], id="empty-name"),
        pytest.param(list(range(500)), [], [(f"/{n}", str(n), None) for n in range(100)], id="a-hundred-at-most"),
    ],
)
def test_json(before: JSONValue, now: JSONValue, expected: Places) -> None:
    """Bodies of JSON are compared as values, and the place is a JSON pointer."""
    assert expected == places(one(json_response(before)), json_response(now))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param(json_response({"a": 1}), Response("{", content_type="application/json"), id="not-json-now"),
        pytest.param(
            RecordedAnswer("200 OK", (("Content-Type", "application/json"),), b'{"a', is_whole=False),
            json_response({"b": 1}),
            id="a-part",
        ),
        pytest.param(Response(b"[" * 1000, content_type="application/json"), json_response([]), id="too-deep"),
    ],
)
def test_what_is_not_json(before: Response | RecordedAnswer, now: Response) -> None:
    """Other bodies are compared as they are."""
    assert ["body"] == [place for place, _, _ in places(one(before), now)]


@pytest.mark.parametrize(
    ("ignore", "expected"),
    [
        pytest.param([], ["X-A", "/a/b", "/a/c/0", "/d"], id="nothing"),
        pytest.param(["x-a"], ["/a/b", "/a/c/0", "/d"], id="field"),
        pytest.param(["/a/b"], ["X-A", "/a/c/0", "/d"], id="pointer"),
        pytest.param(["/a", "/d"], ["X-A"], id="all-below"),
        pytest.param(["/a/c/0", "/none", "X-A"], ["/a/b", "/d"], id="several"),
    ],
)
def test_ignore(ignore: list[str], expected: list[str]) -> None:
    """Fields and places in JSON that are named are not compared."""
    before = json_response({"a": {"b": 1, "c": [2]}, "d": 3})
    now = json_response({"a": {"b": 7, "c": [8]}, "d": 9})
    before.headers["X-A"], now.headers["X-A"] = "1", "2"

    assert expected == [place for place, _, _ in places(one(before), now, *ignore)]


def test_part_of_a_body() -> None:
    """Of a body that was not recorded to its end, the beginning is compared."""
    part = RecordedAnswer(
        "200 OK", (("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "9")), b"abc", False
    )

    assert [] == places(one(part), text("abcd"))
    assert [("body", "abc", "abd")] == places(one(part), text("abd"))


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        pytest.param(one(None, "KeyError"), [], id="same"),
        pytest.param(one(None, "OSError"), [("error", "OSError", "KeyError")], id="another"),
        pytest.param(
            one(RecordedAnswer("200 OK", (), b"")), [("error", None, "KeyError"), ("status", "200 OK", None)], id="new"
        ),
    ],
)
def test_errors(exchange: RecordedExchange, expected: Places) -> None:
    """Of an exception, the class is compared."""
    found = replay([exchange], raising)

    assert expected == [(one.place, one.recorded, one.replayed) for one in found]


def test_error_no_more() -> None:
    """An application that was mended differs."""
    assert [("error", "KeyError", None), ("status", None, "200 OK")] == places(one(None, "KeyError"), text("a"))


def test_requests_are_sent_as_they_were() -> None:
    """A handler gets the requests in their order, bodies and all; so does an application."""
    seen: list[Request] = []
    lines = [b"a", b"", b"c"]

    def handler(request: Request) -> Response:
        seen.append(request.buffered())
        return text("")

    exchanges = [RecordedExchange(Request(method="POST", url="/x?y=1", body=body), None) for body in lines]
    replay(exchanges, handler)

    assert [exchange.request for exchange in exchanges] == seen
    assert replay(exchanges, handler) == replay(exchanges, handler)


def test_mask(tmp_path: Path) -> None:
    """The mask of the recording hides the same of the new answers."""
    path, numbers = tmp_path / "a.jsonl", iter("778899")
    mask = Mask(fields=["X-Tag"], parameters=["a"])

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        number = next(numbers)
        start_response("200 OK", [("X-Tag", number), ("Content-Type", URLENCODED)])
        return [f"a={number}".encode()]

    call(record(path, mask=mask)(app))

    assert () == replay(read_recording(path), app, mask=mask)
    assert ["X-Tag", "body"] == [one.place for one in replay(read_recording(path), app)]


def test_mask_of_what_varies() -> None:
    """A mask given to a replay alone hides in both: cookies, and tokens of another length."""
    lines: list[bytes] = []
    tokens = iter(["a", "bcd"])

    def page(request: Request) -> Response:
        token = next(tokens)
        response = html(f"<form><input type=hidden name=csrf_token value={token}></form>")
        response.set_cookie("session", token)
        return response

    call(record(lines.append)(application(page)))

    assert () == replay(read_recording(lines), page, mask=SECRETS)


def test_hidden_credentials() -> None:
    """A recorded request without its secrets is refused, and the difference says why."""
    lines: list[bytes] = []

    def guarded(request: Request) -> Response:
        if request.headers.get("Authorization") != "Bearer t":
            raise NotFound
        return text("in")

    asked = Request(method="POST", url="/?token=a", headers={"Authorization": "Bearer t"})
    call(record(lines.append, mask=SECRETS)(application(guarded)), asked)
    status, *_ = replay(read_recording(lines), guarded, mask=SECRETS)

    assert str(status).endswith("\n    the recorded request has *** in Authorization, its query")
    assert repr(status) == f"<Difference {status}>"


def test_path_of_a_recording(tmp_path: Path) -> None:
    """A recording may be given as the path of its file."""
    path = tmp_path / "a.jsonl"
    call(record(path)(text("a")))

    assert () == replay(path, lambda request: text("a"))
    assert ["body"] == [one.place for one in replay(str(path), lambda request: text("b"))]


@pytest.mark.parametrize("make", [pytest.param(site, id="site"), pytest.param(notes.app, id="notes")])
def test_examples(make: Callable[[], Callable[[Environ, StartResponse], Iterable[bytes]]], tmp_path: Path) -> None:
    """A recording of an example, replayed against another one of it, differs in nothing but what is random."""
    path, app = tmp_path / "a.jsonl", make()
    requests = [
        *(Request(url=url) for url in ["/", "/style.css", "/notes?page=2", "/notes?page=x", "/none"]),
        Request(url="/", headers={"Accept": "application/json"}, method="PUT"),
        Request.from_values("/notes", method="POST", json={"text": "a"}, headers={"Authorization": "Bearer s3cret"}),
        Request.from_values("/notes", method="POST", json={"text": 7}, headers={"Authorization": "Bearer s3cret"}),
    ]
    for request in requests:
        call(record(path)(app), request)

    assert () == replay(read_recording(path), make(), ignore=["Location", "/id"])


JSON_VALUES: Final = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=10,
)


@given(JSON_VALUES, JSON_VALUES)
def test_any_json(before: JSONValue, now: JSONValue) -> None:
    """Equal values have no difference, others have one."""
    assert [] == places(one(json_response(before)), json_response(before))
    assert bool(places(one(json_response(before)), json_response(now))) == (repr_of(before) != repr_of(now))


def repr_of(value: JSONValue) -> str:
    """A text that equal values share."""
    match value:
        case dict():
            return repr(sorted((name, repr_of(one)) for name, one in value.items()))
        case list():
            return repr([repr_of(one) for one in value]) + "list"
        case _:
            return repr(value)


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        pytest.param(
            Difference(3, one(None), "status", "200 OK", "404 Not Found"),
            "3 GET /a?b=1: status\n    recorded: 200 OK\n    replayed: 404 Not Found",
            id="both",
        ),
        pytest.param(
            Difference(1, one(None), "/a", None, "1"),
            "1 GET /a?b=1: /a\n    recorded: (nothing)\n    replayed: 1",
            id="nothing",
        ),
        pytest.param(
            Difference(1, one(None), "body", "x" * 300, "\x1b[31m\n"),
            f"1 GET /a?b=1: body\n    recorded: {'x' * 200}... (300 characters)\n    replayed: '\\x1b[31m\\n'",
            id="long-and-control",
        ),
    ],
)
def test_text(difference: Difference, expected: str) -> None:
    """A difference is readable, short, and drives no terminal."""
    assert expected == str(difference)


def test_wrong_arguments() -> None:
    """One text is not several names, and a number does not answer."""
    with pytest.raises(TypeError, match=r"takes several names, such as \['Date'\]"):
        replay([], raising, ignore="Date")
    with pytest.raises(TypeError, match="handler"):
        untyped(replay)([], 7)


# The command


MODULE: Final = """
from verglas import application, json_response, text

class Holder:
    @staticmethod
    def handler(request):
        return json_response({"price": 45})

def handler(request):
    return json_response({"price": 42})

app = application(handler)
changed = application(Holder.handler)

def make():
    return app

def cookies(request):
    return text("", headers={"Set-Cookie": "id=2"})

number = 7
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a module and a recording."""
    folder = tmp_path_factory.mktemp("replaying")
    (folder / "shop.py").write_text(MODULE)
    app = record(folder / "a.jsonl")(json_response({"price": 42}))
    call(app, Request(url="/price"))
    call(app, Request(url="/price?currency=EUR"))
    (folder / "broken.py").write_text("raise KeyError('oops')")
    (folder / "bad.jsonl").write_text("{}\n")
    return folder


class Command:
    """The command, run in this process and in a folder.

    Args:
        folder: The folder.
        patch: Sets the arguments of the process.
        outputs: What is printed.
    """

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, outputs: pytest.CaptureFixture[str]) -> None:
        patch.chdir(folder)
        patch.setattr(sys, "path", [str(folder), *sys.path])
        patch.setenv("COLUMNS", "200")
        self._patch = patch
        self._outputs = outputs

    def __call__(self, *arguments: str) -> tuple[object, str, str]:
        """Exit code, output and errors."""
        self._patch.setattr(sys, "argv", ["verglas.testing", *arguments])
        self._patch.delitem(sys.modules, "verglas.testing.__main__", raising=False)  # or it is warned of
        with pytest.raises(SystemExit) as ended:
            runpy.run_module("verglas.testing", run_name="__main__")
        printed = self._outputs.readouterr()
        return ended.value.code, printed.out, printed.err


@pytest.fixture
def command(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command in that folder."""
    return Command(folder, monkeypatch, capsys)


def test_command_as_a_process(folder: Path) -> None:
    """It is run by a module's name, and finds modules where it is run."""
    done = subprocess.run(
        [sys.executable, "-m", "verglas.testing", "replay", "a.jsonl", "shop:changed"],
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (1, "") == (done.returncode, done.stderr)
    assert done.stdout.endswith("2 replayed, 2 differences\n")


@pytest.mark.parametrize("target", ["shop:app", "shop:handler", "shop:make()"])
def test_command_without_differences(target: str, command: Command) -> None:
    """An application, a handler, a function that makes one: all answer as before."""
    assert (0, "2 replayed, no differences\n", "") == command("replay", "a.jsonl", target)


def test_command_with_differences(command: Command) -> None:
    """Each is printed; the exit code says that there are some."""
    expected = (
        "1 GET /price: /price\n    recorded: 42\n    replayed: 45\n"
        "2 GET /price?currency=EUR: /price\n    recorded: 42\n    replayed: 45\n"
        "2 replayed, 2 differences\n"
    )
    assert (1, expected, "") == command("replay", "a.jsonl", "shop:changed")
    assert (1, expected, "") == command("replay", "a.jsonl", "shop:Holder.handler")
    assert 0 == command("replay", "a.jsonl", "shop:changed", "--ignore", "Date", "--ignore=/price")[0]


def test_command_with_a_mask(folder: Path, command: Command) -> None:
    """A recording without its secrets is compared without them."""
    call(record(folder / "masked.jsonl", mask=SECRETS)(text("", headers={"Set-Cookie": "id=1"})))

    assert 1 == command("replay", "masked.jsonl", "shop:cookies")[0]
    assert 0 == command("replay", "masked.jsonl", "shop:cookies", "--mask-secrets")[0]


WRONG: Final[Mapping[str, tuple[list[str], str]]] = {
    "nothing": ([], "usage: python -m verglas.testing"),
    "no application": (["replay", "a.jsonl"], "the following arguments are required: MODULE:NAME"),
    "no file": (["replay", "no.jsonl", "shop:app"], "cannot read no.jsonl: No such file or directory"),
    "no recording": (["replay", "bad.jsonl", "shop:app"], "bad.jsonl, line 1: the line has no 'format'"),
    "no colon": (["replay", "a.jsonl", "shop"], "cannot replay against shop: ImportError: what is"),
    "no module": (
        ["replay", "a.jsonl", "nosuch:app"],
        "against nosuch:app: ModuleNotFoundError: No module named 'nosuch'",
    ),
    "module that fails": (["replay", "a.jsonl", "broken:app"], "against broken:app: KeyError: 'oops'"),
    "no name": (
        ["replay", "a.jsonl", "shop:no"],
        "against shop:no: AttributeError: module 'shop' has no attribute 'no'",
    ),
    "a number": (["replay", "a.jsonl", "shop:number"], "against shop:number: TypeError: "),
    "no function": (["replay", "a.jsonl", "shop:number()"], "against shop:number(): TypeError: number is not a"),
}


@pytest.mark.parametrize("name", WRONG)
def test_command_that_is_wrong(name: str, command: Command) -> None:
    """What cannot be done says why, with 2, and nothing on the output."""
    arguments, message = WRONG[name]
    code, output, errors = command(*arguments)

    assert (2, "") == (code, output)
    assert message in errors
    assert "Traceback" not in errors


def test_errors_answer() -> None:
    """An error that a handler raises is an answer."""

    def missing(request: Request) -> Response:
        raise NotFound

    exchange = one(RecordedAnswer("200 OK", (), b""))

    assert ("status", "200 OK", "404 Not Found") in [
        (one.place, one.recorded, one.replayed) for one in replay([exchange], missing)
    ]
