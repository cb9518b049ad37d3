"""Copies of a request, and what a plain subclass has: nothing derived from other values is carried along."""

from __future__ import annotations

import pickle
from functools import cached_property

import pytest

from tests.kit import MULTIPART, multipart, posted
from verglas import Form, Limits, Request
from verglas.errors import RequestEntityTooLarge

FILE = multipart(('name="f"; filename="a.txt"', b"abc"))


class Own(Request):
    """A subclass as frameworks have them."""

    @cached_property
    def first(self) -> str | None:
        """What is derived from the values."""
        return self.args.get("a")

    @property
    def failing(self) -> str:
        """A property whose own code fails."""
        user: str = getattr(self.state, "user")  # noqa: B009  # what is not there is the point
        return user


def test_derived_values_are_derived_anew() -> None:
    """A copy with another URL has another cached property."""
    request = Own(url="/?a=1")
    before = request.first

    assert ("1", "2") == (before, request.replace(url="/?a=2").first)


def test_derived_values_are_not_pickled() -> None:
    """A cached property is no value of the request."""
    request = Own(url="/?a=1")
    assert "1" == request.first

    assert "first" not in vars(pickle.loads(pickle.dumps(request)))


def test_error_inside_a_property_is_its_own() -> None:
    """What fails inside a property says so, not that the property is missing."""

    with pytest.raises(AttributeError, match="'user'"):
        repr(Own().failing)


def test_environ_of_a_pickled_body_without_a_length() -> None:
    """A body that came without a length has one when it is in hand: the environ made of it says so."""
    restored = pickle.loads(pickle.dumps(Request(posted(b"abc", transfer="terminated")).buffered()))

    assert b"abc" == Request(restored.environ).data


def test_closing_leaves_a_value_readable() -> None:
    """A request whose body is in hand is read again after it was closed."""
    request = Request.from_values("/", method="POST", files={"f": (b"abc", "a.txt")}, limits=Limits(spool_size=0))
    with request:
        assert b"abc" == request.files["f"].read()

    with request:
        assert b"abc" == request.files["f"].read()


def test_refusal_by_size_leaves_the_body_to_others() -> None:
    """A body that is too large to hold can still be streamed: nothing of it was read."""
    request = Request(posted(b"x" * 20), limits=Limits(max_body_memory=10))
    with pytest.raises(RequestEntityTooLarge):
        request.get_data()

    assert 20 == len(request.stream.read())


@pytest.mark.parametrize("knob", ["max_content_length", "max_body_memory"])
def test_values_keep_to_limits(knob: str) -> None:
    """A handler that is called with a value meets the limits that it would meet behind a server."""
    request = Request(method="POST", body=b"x" * 11, limits=Limits(**{knob: 10}))

    with pytest.raises(RequestEntityTooLarge, match=knob):
        request.get_data()


def test_from_values_is_a_value() -> None:
    """What is described in parts is equal, and picklable, without being buffered first."""
    one, other = (Request.from_values("/a", method="POST", data={"b": "1"}) for _ in range(2))

    assert one == other == pickle.loads(pickle.dumps(one))


def test_from_values_refuses_what_it_does_not_know() -> None:
    """A misspelled name is an error, not an empty form."""

    with pytest.raises(TypeError, match="dta"):
        Request.from_values("/", dta={"a": "1"})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # as said


def test_from_values_keeps_all_values() -> None:
    """A form that is sent again keeps its doubled fields."""

    form = Form([("a", "1"), ("a", "2")])
    assert form == Request.from_values("/", method="POST", data=form).form


def test_options_of_the_server() -> None:
    """`*` is a target, too (RFC 9112 §3.2.4)."""

    assert "*" == Request(method="OPTIONS", url="*").path


def test_many_small_uploads_do_not_stay_in_memory() -> None:
    """All uploads together keep to what one body may hold in memory; the rest goes to disk."""
    parts = [(f'name="f{number}"; filename="f"', b"x" * 2000) for number in range(5)]
    with Request(posted(multipart(*parts), MULTIPART), limits=Limits(max_body_memory=6000)) as request:
        in_memory = [upload for _, upload in request.files.pairs if type(upload.stream).__name__ == "BytesIO"]
        contents = {upload.data for _, upload in request.files.pairs}

    assert ({b"x" * 2000}, 5) == (contents, len(request.files))
    assert len(in_memory) in range(1, 4)
