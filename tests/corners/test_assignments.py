"""Assignments to values, as Werkzeug's users write them: the message says how a changed value is made."""

from __future__ import annotations

import copy
import pickle
from typing import Final

import pytest
from attrs import frozen
from attrs.exceptions import FrozenInstanceError

from tests.kit import environ_of
from verglas import URL, Headers, Limits, MultiMap, Query, Request, Response, Trust, Upload
from verglas.headers import (
    Accept,
    CacheControl,
    ContentSecurityPolicy,
    CORSMethods,
    ETag,
    NameSet,
    RetryAfter,
    SetCookie,
    Vary,
)

VALUES: Final[dict[str, object]] = {
    "CacheControl": CacheControl(),
    "Vary": Vary("Accept"),
    "CORSMethods": CORSMethods("GET"),
    "ContentSecurityPolicy": ContentSecurityPolicy(),
    "RetryAfter": RetryAfter.of(5),
    "ETag": ETag("a"),
    "SetCookie": SetCookie("a"),
    "URL": URL(),
    "FrozenResponse": Response("a").freeze(),
    "Headers": Headers(),
    "Query": Query(),
    "MultiMap": MultiMap[str](),
    "Upload": Upload("a", "b"),
    "Limits": Limits(),
    "Trust": Trust(),
}


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        pytest.param("CacheControl", "max_age", "evolve(value, max_age=...)", id="werkzeug-cache-control"),
        pytest.param("CacheControl", "max_age", "response.cache_control = ...", id="cache-control-property"),
        pytest.param("Vary", "names", "response.vary |= {...}", id="vary"),
        pytest.param("ContentSecurityPolicy", "img_src", "ContentSecurityPolicy(img_src=...)", id="werkzeug-csp"),
        pytest.param("ETag", "weak", "evolve(value, weak=...)", id="etag"),
        pytest.param("RetryAfter", "value", "evolve(value, value=...)", id="retry-after"),
        pytest.param("SetCookie", "path", "evolve(value, path=...)", id="set-cookie"),
        pytest.param("URL", "path", "url.replace(path=...)", id="url-path"),
        pytest.param("URL", "query", "url.with_query(...)", id="url-query"),
        pytest.param("FrozenResponse", "status", "frozen.replace(status=...", id="frozen-status"),
        pytest.param("FrozenResponse", "status_code", "Response.thaw(frozen)", id="frozen-status-code"),
        pytest.param("FrozenResponse", "content_type", "Response.thaw(frozen)", id="frozen-content-type"),
        pytest.param("Headers", "pairs", "headers.with_(...)", id="headers"),
        pytest.param("Query", "pairs", "MultiMap([*value.pairs, ...])", id="query"),
        pytest.param("MultiMap", "anything", "MultiMap([*value.pairs, ...])", id="multimap"),
        pytest.param("Upload", "filename", "filename", id="upload"),
        pytest.param("Limits", "max_headers", "evolve(value, max_headers=...)", id="limits"),
        pytest.param("Trust", "hosts", "evolve(value, hosts=...)", id="trust"),
    ],
)
def test_says_how_a_changed_value_is_made(kind: str, name: str, expected: str) -> None:
    """Set or deleted, it is an `AttributeError`, the one of attrs, with a message."""
    with pytest.raises(FrozenInstanceError) as set_:
        setattr(VALUES[kind], name, None)
    with pytest.raises(AttributeError) as deleted:
        delattr(VALUES[kind], name)

    assert str(set_.value).startswith(f"{kind}.{name} cannot be set: ")
    assert str(deleted.value).startswith(f"{kind}.{name} cannot be deleted: ")
    assert expected in str(set_.value)
    assert expected in str(deleted.value)


@pytest.mark.parametrize("name", ["add", "remove", "discard", "update", "clear", "pop"])
@pytest.mark.parametrize("kind", ["Vary", "CORSMethods"])
def test_sets_of_names_say_how_names_are_added(kind: str, name: str) -> None:
    """Werkzeug's `HeaderSet` is changed in place; here, `|=` on the property does it."""
    with pytest.raises(AttributeError, match=r"response\.vary \|= \{\.\.\.\}"):
        getattr(VALUES[kind], name)

    assert not hasattr(VALUES[kind], name)


def test_sets_of_names_have_no_other_attribute() -> None:
    """A slip of the pen is not one of these, and Python guesses what was meant."""
    with pytest.raises(AttributeError, match="'Vary' object has no attribute 'nmaes'"):
        getattr(Vary(), "nmaes")  # noqa: B009  # to checkers, it is not there

    assert (Vary("A"), Vary("A")) == (copy.deepcopy(Vary("A")), pickle.loads(pickle.dumps(Vary("A"))))


@pytest.mark.parametrize("name", ["headers", "url", "args", "accept_mimetypes", "cookies"])
def test_values_of_a_request(name: str) -> None:
    """Those that a request gives are told by their own words."""
    with pytest.raises(FrozenInstanceError, match="is never changed; "):
        setattr(getattr(Request(environ_of(HTTP_ACCEPT="text/html")), name), "x", None)  # noqa: B010  # as above


@frozen(eq=False)
class Tags(NameSet):
    """A subclass, as the documentation has it."""


class Plain(NameSet):
    """One without attrs."""


@pytest.mark.parametrize("kind", [Tags, Plain])
def test_subclasses(kind: type[NameSet]) -> None:
    """They are frozen in the same words."""
    with pytest.raises(FrozenInstanceError, match=rf"{kind.__name__}\.names cannot be set"):
        setattr(kind("a, b"), "names", ())  # noqa: B010  # as above


def test_pickles_the_error() -> None:
    """A worker process hands it on."""
    with pytest.raises(AttributeError) as caught:
        setattr(Accept(), "best", None)  # noqa: B010  # as above

    assert str(caught.value) == str(pickle.loads(pickle.dumps(caught.value)))
