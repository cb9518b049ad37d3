"""The tracebacks of failing tests, as pytest shows them: they end at the line of the test."""

from __future__ import annotations

from typing import Final

import pytest

pytest_plugins = ["pytester"]

TESTS: Final = """
import pytest
from verglas import application, html, json_response, text
from verglas.inputs import json_of
from verglas.testing import Client, check_golden, parse_forms

PAGE = "<form id=a><input name=a maxlength=1 required><select name=b><option>x</select><button>Go</button></form>"
APP = application(lambda request: html(PAGE, 404))

with Client(APP) as client:
    response = client.get("/")

form = response.form()

def broken(request):
    raise KeyError("in the handler")

def test_golden(tmp_path):
    check_golden(text("a"), tmp_path / "a.http")

def test_fill():
    form.fill(b="y")

def test_fill_two():
    form.fill(a="two")

def test_no_field():
    form.fill(c="y")

def test_override():
    form.override(c="y")

def test_submit():
    form.submit()

def test_request():
    form.form.request("Stop")

def test_form():
    response.form("b")

def test_status():
    response.raise_for_status()

def test_read_type():
    response.read(int)

def test_json():
    response.json()

def test_read():
    response.read(json_of(int))

def test_handler():
    with Client(application(broken)) as client:
        client.get("/")
"""


def test_lines_of_the_kit_are_left_out(pytester: pytest.Pytester) -> None:
    """No line of the kit is shown, and that of the test is."""
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--tb=short", "-p", "no:hypothesispytest")
    places = [line for line in result.outlines if ": in " in line]

    result.assert_outcomes(failed=13)
    assert not [place for place in places if "verglas/testing/" in place]
    assert 13 == sum(": in test_" in place for place in places)
    assert any(place.endswith(": in broken") for place in places)
