"""Keywords: what looks a value up takes its arguments by one set of names, everywhere, and those are Werkzeug's."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Final

import pytest

from verglas import URL, Cookies, Files, Form, MultiMap, MutableHeaders, Query, redirect
from verglas.headers import AGE, VARY, Authorization, Headers, Vary, WWWAuthenticate

LOOK_UPS: Final = ["get", "getlist", "one", "pop", "remove", "setdefault", "setlist", "setlistdefault"]
CLASSES: Final = [
    Authorization, Cookies, Files, Form, Headers, MultiMap, MutableHeaders, Query, WWWAuthenticate,
]  # fmt: skip


def built() -> MutableHeaders:
    """Headers to look into and to change."""
    return MutableHeaders([("X", "1"), ("X", "2"), ("Vary", "a")])


@pytest.mark.parametrize(
    ("expected", "call"),
    [
        pytest.param("1", lambda: Query({"a": "1"}).get(key="a"), id="werkzeug-args.get"),
        pytest.param(1, lambda: Query({"a": "1"}).get(key="a", default=0, type=int), id="werkzeug-args.get-all-three"),
        pytest.param(0, lambda: Form({"a": "x"}).get(type=int, default=0, key="a"), id="any-order"),
        pytest.param(["1"], lambda: Query({"a": "1"}).getlist(key="a"), id="werkzeug-args.getlist"),
        pytest.param([1], lambda: Cookies({"a": "1"}).getlist(key="a", type=int), id="cookies.getlist"),
        pytest.param(1, lambda: Query({"a": "1"}).one(key="a", type=int), id="one"),
        pytest.param("1", lambda: MultiMap({"a": "1"}).get(default="2", key="a"), id="multimap"),
        pytest.param(None, lambda: Files().get(key="a"), id="files"),
        pytest.param("1", lambda: Headers({"X": "1"}).get(key="x"), id="werkzeug-headers.get"),
        pytest.param(Vary("a"), lambda: Headers({"Vary": "a"}).get(key=VARY, default=Vary()), id="a-typed-key"),
        pytest.param(["1", "2"], lambda: built().getlist(key="X"), id="werkzeug-headers.getlist"),
        pytest.param("1", lambda: built().pop(key="X"), id="werkzeug-headers.pop"),
        pytest.param(None, lambda: built().pop(key=AGE, default=None), id="pop-a-typed-key"),
        pytest.param(None, lambda: built().remove(key="X"), id="werkzeug-headers.remove"),
        pytest.param("1", lambda: built().setdefault(key="X", default="3"), id="werkzeug-headers.setdefault"),
        pytest.param(["3"], lambda: built().setlistdefault(key="Y", default=["3"]), id="werkzeug-setlistdefault"),
        pytest.param("a", lambda: WWWAuthenticate("basic", {"realm": "a"}).get(key="realm"), id="challenge"),
        pytest.param("b", lambda: Authorization("bearer", token="x").get(key="realm", default="b"), id="credentials"),
    ],
)
def test_looks_up_by_keyword(expected: object, call: Callable[[], object]) -> None:
    """Each argument can be given by its name."""

    assert expected == call()


def test_one_name_for_a_key() -> None:
    """The first argument of every look-up is `key`, by position and by name."""
    found = {
        f"{owner.__name__}.{name}": list(inspect.signature(getattr(owner, name)).parameters.values())[1]
        for owner in CLASSES
        for name in LOOK_UPS
        if hasattr(owner, name)
    }

    assert [] == [
        name
        for name, parameter in found.items()
        if (parameter.name, parameter.kind) != ("key", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    ]
    assert 20 < len(found)


@pytest.mark.parametrize(
    ("expected", "call"),
    [
        pytest.param(303, lambda: redirect("/x"), id="default"),
        pytest.param(308, lambda: redirect("/x", 308), id="position"),
        pytest.param(302, lambda: redirect("/x", code=302), id="werkzeug-code"),
        pytest.param(302, lambda: redirect(location="/x", code=302), id="flask-location-and-code"),
        pytest.param(307, lambda: redirect("/x", status=307), id="as-of-the-other-short-forms"),
        pytest.param(301, lambda: redirect(URL.parse("https://a.example/"), code=301), id="url"),
    ],
)
def test_status_of_a_redirect(expected: int, call: Callable[[], object]) -> None:
    """Both names of the status are taken."""

    assert expected == getattr(call(), "status_code", None)


@pytest.mark.parametrize(
    ("message", "call"),
    [
        pytest.param("200 is not the status of a redirect", lambda: redirect("/x", code=200), id="code"),
        pytest.param("304 is not the status of a redirect", lambda: redirect("/x", status=304), id="status"),
    ],
)
def test_refuses_a_status(message: str, call: Callable[[], object]) -> None:
    """Both names are checked."""

    with pytest.raises(ValueError, match=message):
        call()


def test_refuses_two_statuses() -> None:
    """Two statuses are one too many."""

    with pytest.raises(TypeError, match="takes status= or code="):
        redirect("/x", 303, code=303)  # type: ignore[call-overload]  # no overload has both  # pyright: ignore[reportCallIssue]
