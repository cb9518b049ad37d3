"""Options of another type, and functions that nobody awaits: refused where they are given, with words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import pytest

from verglas.middleware import (
    basic_auth,
    bearer_auth,
    cache,
    cors,
    etags,
    gzip,
    https_only,
    log_exceptions,
    request_id,
    security_headers,
    static_files,
)
from verglas.sessions import MemoryStore, SQLiteStore, csrf, sessions


async def awaited(*given: object) -> object:
    """A function whose result has to be awaited: its coroutine is true, and is not None."""
    return given


def untyped(function: object) -> Callable[..., object]:
    """A function as one calls it who does not check his types."""
    return cast("Callable[..., object]", function)


KEY: Final = "0123456789abcdef"
FUNCTIONS: Final[dict[str, Callable[[object], object]]] = {
    "check= of basic_auth()": lambda given: untyped(basic_auth)(given, realm="x"),
    "into= of basic_auth()": lambda given: untyped(basic_auth)(max, realm="x", into=given),
    "check= of bearer_auth()": lambda given: untyped(bearer_auth)(given, realm="x"),
    "clock= of cache()": lambda given: untyped(cache)(clock=given),
    "skip= of etags()": lambda given: untyped(etags)(skip=given),
    "skip= of gzip()": lambda given: untyped(gzip)(skip=given),
    "report= of log_exceptions()": lambda given: untyped(log_exceptions)(report=given),
    "make= of request_id()": lambda given: untyped(request_id)(make=given),
    "into= of request_id()": lambda given: untyped(request_id)(into=given),
    "dump= of sessions()": lambda given: untyped(sessions)(given, bytes, keys=[KEY]),
    "load= of sessions()": lambda given: untyped(sessions)(bytes, given, keys=[KEY]),
    "into= of sessions()": lambda given: untyped(sessions)(bytes, bytes, keys=[KEY], into=given),
    "clock= of sessions()": lambda given: untyped(sessions)(bytes, bytes, keys=[KEY], clock=given),
    "session_of= of protect()": lambda given: untyped(csrf.protect)(session_of=given),
    "clock= of MemoryStore()": lambda given: untyped(MemoryStore)(clock=given),
    "clock= of SQLiteStore()": lambda given: untyped(SQLiteStore)(Path("never-made"), clock=given),
}


@pytest.mark.parametrize("option", FUNCTIONS)
def test_no_function(option: str) -> None:
    """The message names the option and what takes it."""
    with pytest.raises(TypeError) as caught:
        FUNCTIONS[option](5)

    assert f"{option} is a function, not int" == str(caught.value)


@pytest.mark.parametrize("option", [*FUNCTIONS, "origins= of cors()"])
def test_async_function(option: str) -> None:
    """An `async` one would be asked, and its answer taken for true."""
    give = FUNCTIONS[option] if option in FUNCTIONS else untyped(cors)
    with pytest.raises(TypeError, match="is async, and nothing awaits it"):
        give(awaited)


OTHERS: Final[dict[str, Callable[[], object]]] = {
    "max_entries= of cache() is of type int, not str": lambda: untyped(cache)(max_entries="5"),
    "max_bytes= of cache() is of type int, not bool": lambda: untyped(cache)(max_bytes=True),
    "share_states= of cache() is of type bool, not int": lambda: untyped(cache)(share_states=1),
    "credentials= of cors() is of type bool, not int": lambda: untyped(cors)(["https://a"], credentials=1),
    "port= of https_only() is of type int, not str": lambda: untyped(https_only)(port="8443"),
    "exempt= of https_only() is of type str, not int": lambda: untyped(https_only)(exempt=[1]),
    "redirect_all= of https_only() is of type bool, not int": lambda: untyped(https_only)(redirect_all=1),
    "prefix= of static_files() is of type str, not int": lambda: untyped(static_files)(Path(), prefix=5),
    "hidden= of static_files() is of type bool, not int": lambda: untyped(static_files)(Path(), hidden=1),
    "content_type_options= of security_headers() is of type bool, not NoneType": lambda: untyped(security_headers)(
        content_type_options=None
    ),
    "timing= of request_id() is of type bool, not int": lambda: untyped(request_id)(timing=1),
}


@pytest.mark.parametrize("words", OTHERS)
def test_option_of_another_type(words: str) -> None:
    """So does that of an option that is not a function."""
    with pytest.raises(TypeError) as caught:
        OTHERS[words]()

    assert words == str(caught.value)
