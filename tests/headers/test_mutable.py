"""Header fields that are being built."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given

from tests.kit import untyped
from verglas import Headers, HeaderValueError, MutableHeaders
from verglas.testing.strategies import tokens

Edit = Callable[[MutableHeaders], object]


def delete(headers: MutableHeaders, name: str) -> None:
    """`del headers[name]`, as an expression."""
    del headers[name]


EDITED: Final[dict[str, tuple[str, Edit]]] = {
    "add-appends": ("A:1 B:2 a:3 N:n", lambda h: h.add("N", "n")),
    "add_header-keeps-the-others": ("A:1 B:2 a:3 A:4", lambda h: h.add_header("A", "4")),
    "set-replaces-the-first-with-its-own-case": ("a:x B:2", lambda h: h.set("a", "x")),
    "set-appends-what-is-missing": ("A:1 B:2 a:3 N:n", lambda h: h.set("N", "n")),
    "d8-set-none-unsets": ("B:2", lambda h: h.set("A", None)),
    "setitem": ("a:x B:2", lambda h: h.__setitem__("a", "x")),
    "d8-setitem-none-unsets": ("B:2", lambda h: h.__setitem__("a", None)),
    "del-takes-all-lines": ("B:2", lambda h: delete(h, "a")),
    "del-missing-is-silent": ("A:1 B:2 a:3", lambda h: delete(h, "missing")),
    "remove": ("B:2", lambda h: h.remove("A")),
    "setlist": ("a:x B:2 a:y", lambda h: h.setlist("a", ["x", "y"])),
    "setlist-empty-removes": ("B:2", lambda h: h.setlist("a", [])),
    "setlistdefault-present": ("A:1 B:2 a:3", lambda h: h.setlistdefault("a", ["x"])),
    "setlistdefault-missing": ("A:1 B:2 a:3 N:x N:y", lambda h: h.setlistdefault("N", ["x", "y"])),
    "setdefault-present": ("A:1 B:2 a:3", lambda h: h.setdefault("a", "x")),
    "setdefault-missing": ("A:1 B:2 a:3 N:x", lambda h: h.setdefault("N", "x")),
    "extend-pairs": ("A:1 B:2 a:3 A:x", lambda h: h.extend([("A", "x")])),
    "extend-mapping-of-lists": ("A:1 B:2 a:3 C:x C:y", lambda h: h.extend({"C": ["x", "y"]})),
    "extend-keywords-verbatim": ("A:1 B:2 a:3 x_y:v", lambda h: h.extend(x_y="v")),
    "extend-none": ("A:1 B:2 a:3", lambda h: h.extend(None)),
    "extend-itself": ("A:1 B:2 a:3 A:1 B:2 a:3", lambda h: h.extend(h)),
    "update-mapping-of-lists": ("A:x B:2 A:y", lambda h: h.update({"A": ["x", "y"]})),
    "update-keywords": ("A:x B:2", lambda h: h.update(A="x")),
    "update-pairs": ("A:1 B:x a:3 N:n", lambda h: h.update([("B", "x"), ("N", "n")])),
    "ior-mapping": ("A:x B:2", lambda h: h.__ior__({"A": "x"})),
    "ior-pairs": ("A:x B:2", lambda h: h.__ior__([("A", "x")])),
    "pop-takes-all-lines": ("B:2", lambda h: h.pop("a")),
    "clear": ("", lambda h: h.clear()),
    "copy-is-another": ("A:1 B:2 a:3", lambda h: h.copy().clear()),
    "copy-copy-is-another": ("A:1 B:2 a:3", lambda h: copy.copy(h).clear()),
    "wsgi-list-is-another": ("A:1 B:2 a:3", lambda h: h.to_wsgi_list().clear()),
    "or-is-another": ("A:1 B:2 a:3", lambda h: h | {"A": "x"}),
}


@pytest.mark.parametrize(
    ("expected", "edit"),
    [pytest.param(*row, id=name) for name, row in EDITED.items()],
)
def test_edits(expected: str, edit: Edit) -> None:
    """Every edit of the reference leaves the lines that it says."""
    headers = MutableHeaders([("A", "1"), ("B", "2"), ("a", "3")])
    edit(headers)

    assert expected == " ".join(f"{name}:{value}" for name, value in headers.pairs)


LINES = MutableHeaders([("A", "1"), ("B", "2"), ("a", "3")])


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        pytest.param("1", LINES["a"], id="getitem"),
        pytest.param("1", LINES.get("a"), id="get"),
        pytest.param(None, LINES.get("N"), id="get-missing"),
        pytest.param(2, LINES.get("b", type=int), id="get-type"),
        pytest.param(0, LINES.get("n", 0, int), id="get-type-default"),
        pytest.param(["1", "3"], LINES.getlist("a"), id="getlist"),
        pytest.param(["1", "3"], LINES.get_all("A"), id="get_all"),
        pytest.param(["A", "B"], list(LINES), id="iterates-distinct-names"),
        pytest.param(2, len(LINES), id="counts-distinct-names"),
        pytest.param(True, "b" in LINES, id="in"),
        pytest.param(False, LINES.__contains__(5), id="another-type-is-not-in"),
        pytest.param([("A", "1"), ("B", "2")], list(LINES.items()), id="items"),
        pytest.param(LINES.pairs, LINES.items(multi=True), id="items-multi"),
        pytest.param({"A": "1", "B": "2"}, dict(LINES), id="dict"),
        pytest.param("x", LINES.copy().setdefault("N", "x"), id="setdefault-returns"),
        pytest.param(["1", "3"], LINES.copy().setlistdefault("a", ["x"]), id="setlistdefault-returns"),
        pytest.param("1", LINES.copy().pop("a"), id="pop-returns-the-first"),
        pytest.param("d", LINES.copy().pop("N", "d"), id="pop-default"),
        pytest.param((("A", "x"), ("B", "2")), (LINES | Headers({"A": "x"})).pairs, id="or-headers"),
        pytest.param(Headers(LINES.pairs), LINES.freeze(), id="freeze"),
        pytest.param("A: 1\r\nB: 2\r\na: 3\r\n\r\n", str(LINES), id="str"),
        pytest.param(
            "MutableHeaders([('Set-Cookie', '***')])", repr(MutableHeaders({"Set-Cookie": "sid=1"})), id="repr"
        ),
    ],
)
def test_reads(expected: object, got: object) -> None:
    """Reading is as in frozen headers."""

    assert expected == got


MISSING: Final[dict[str, Edit]] = {
    "getitem": lambda h: h["N"],
    "pop": lambda h: h.pop("N"),
}


@pytest.mark.parametrize("get", [pytest.param(row, id=name) for name, row in MISSING.items()])
def test_missing_name(get: Edit) -> None:
    """A missing name is a plain KeyError."""
    with pytest.raises(KeyError) as caught:
        get(MutableHeaders())

    assert KeyError is caught.type


BAD = "a\r\nSet-Cookie: sid=evil"

WRITES: Final[dict[str, Callable[[MutableHeaders, str, str], object]]] = {
    "constructor": lambda h, n, v: MutableHeaders([(n, v)]),
    "setitem": lambda h, n, v: h.__setitem__(n, v),
    "add": lambda h, n, v: h.add(n, v),
    "set": lambda h, n, v: h.set(n, v),
    "setdefault": lambda h, n, v: h.setdefault(n, v),
    "setlist": lambda h, n, v: h.setlist(n, ["fine", v]),
    "setlistdefault": lambda h, n, v: h.setlistdefault(n, ["fine", v]),
    "extend": lambda h, n, v: h.extend([("X", "fine"), (n, v)]),
    "extend-keywords": lambda h, n, v: h.extend(**{n: v}),
    "update": lambda h, n, v: h.update({n: v}),
    "or": lambda h, n, v: h | {n: v},
    "ior": lambda h, n, v: h.__ior__([(n, v)]),
}


@pytest.mark.parametrize(("name", "value"), [pytest.param("N", BAD, id="value"), pytest.param(BAD, "v", id="name")])
@pytest.mark.parametrize("write", [pytest.param(write, id=name) for name, write in WRITES.items()])
def test_every_write_is_checked(write: Callable[[MutableHeaders, str, str], object], name: str, value: str) -> None:
    """There is one gate, and no way around it (CPython's CVE-2026-3644); what is refused changes nothing."""
    headers = MutableHeaders({"A": "1"})
    with pytest.raises(HeaderValueError):
        write(headers, name, value)

    assert (("A", "1"),) == headers.pairs


@pytest.mark.parametrize(
    "value", [pytest.param(True, id="bool"), pytest.param(b"x", id="bytes"), pytest.param([], id="list")]
)
def test_refuses_what_is_no_text(value: object) -> None:
    """A value of another type is an error (D8)."""
    with pytest.raises(TypeError):
        untyped(MutableHeaders().__setitem__)("X", value)


@pytest.mark.parametrize(
    ("expected", "parameters"),
    [
        pytest.param('b; d-e="f g"', {"c": None, "d_e": "f g"}, id="reference"),
        pytest.param("b", {}, id="none"),
        pytest.param("b; n=1", {"n": 1}, id="number"),
        pytest.param(r'b; q="\"\\"', {"q": '"\\'}, id="rfc9110-5.6.4-escaped"),
        pytest.param('b; f="x;y=z"', {"f": "x;y=z"}, id="cve-2022-36359-semicolon"),
        pytest.param("b; f*=UTF-8''%E2%98%83%20a", {"f": "\u2603 a"}, id="rfc8187-3.2"),
    ],
)
@pytest.mark.parametrize("method", ["add", "set"])
def test_parameters(expected: str, parameters: dict[str, str | int | None], method: str) -> None:
    """Parameters by keyword are appended, `_` as `-`, quoted where needed; `None` is left out."""
    headers = MutableHeaders()
    write = headers.add if method == "add" else headers.set
    write("a", "b", **parameters)

    assert expected == headers["a"]


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param({"filename": "a\r\nb"}, id="crlf-in-a-value"),
        pytest.param({"a\r\nb": "c"}, id="crlf-in-a-name"),
        pytest.param({"a; b": "c"}, id="semicolon-in-a-name"),
        pytest.param({"f": "\ud800"}, id="half-a-surrogate-pair"),
        pytest.param({"a\xe9": "\u2603"}, id="name-that-is-no-token"),
    ],
)
def test_parameters_are_checked(parameters: dict[str, str]) -> None:
    """A parameter cannot make another, nor another line."""
    with pytest.raises(HeaderValueError):
        MutableHeaders().add("Content-Disposition", "attachment", **parameters)


@pytest.mark.parametrize(
    ("expected", "other"),
    [
        pytest.param(True, MutableHeaders([("a", "1"), ("b", "2")]), id="case-of-names"),
        pytest.param(False, MutableHeaders([("b", "2"), ("a", "1")]), id="order"),
        pytest.param(False, MutableHeaders([("a", "1"), ("a", "1"), ("b", "2")]), id="multiplicity"),
        pytest.param(False, {"A": "1", "B": "2"}, id="dict"),
    ],
)
def test_equality(expected: bool, other: object) -> None:
    """Equal when the lines are, names in lower case."""

    assert expected is (MutableHeaders([("A", "1"), ("B", "2")]) == other)


def test_is_not_hashable() -> None:
    """What changes has no hash."""
    with pytest.raises(TypeError):
        hash(MutableHeaders())


def test_frozen_headers_do_not_follow() -> None:
    """Frozen once, headers stay as they were."""
    headers = MutableHeaders({"A": "1"})
    frozen = headers.freeze()
    headers["A"] = "2"

    assert "1" == frozen["A"]


def test_pickle() -> None:
    """A builder can be pickled."""

    assert LINES == pickle.loads(pickle.dumps(LINES))


@given(tokens())
def test_any_token_is_a_name(name: str) -> None:
    """A line is found by its name, in any case."""

    assert ["v"] == MutableHeaders({name: "v"}).getlist(name.swapcase())


def test_popitem_takes_the_last_line() -> None:
    """The last line goes, and is given (reference 1.9, `popitem`)."""
    headers = MutableHeaders([("A", "1"), ("B", "2"), ("a", "3")])

    assert (("a", "3"), (("A", "1"), ("B", "2"))) == (headers.popitem(), headers.pairs)


def test_popitem_of_nothing() -> None:
    """Of no lines there is no last."""

    with pytest.raises(KeyError):
        MutableHeaders().popitem()


def test_setlist_refuses_one_text() -> None:
    """One text is not a list of letters."""

    with pytest.raises(TypeError, match="must be several"):
        MutableHeaders().setlist("X", "ab")
