"""Golden files: messages as text that survives editors and Git, compared with what was written before."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from difflib import unified_diff
from itertools import zip_longest
from pathlib import Path
from typing import Final

from verglas.testing.masks import DATES, Mask
from verglas.testing.messages import Message, to_message

__all__ = ["UPDATE_GOLDEN", "check_golden", "golden_text"]

# pytest leaves the functions of this module out of a traceback: it shows the line of the test.
__tracebackhide__: Final = True

UPDATE_GOLDEN: Final = "VERGLAS_UPDATE_GOLDEN"
"""The environment variable that has golden files written: `1`."""

COMPARED: Final = 1000
"""Lines of which the difference is shown, where a message has more."""

SWITCH: Final = {"": False, "0": False, "1": True}
END_OF_HEAD: Final = b"\r\n\r\n"
ESCAPED: Final = {"\\": "\\\\", "\t": "\\t", "\r": "\\r"}

_SPACE_AT_END: Final = re.compile(r" (?=\n)")


def golden_text(message: bytes | Message, *, mask: Mask | None = DATES) -> str:
    r"""Write a message as text that survives editors and Git: no two messages have the same.

    A line end of the head is a line feed, and so is one in the body. A backslash begins an escape: `\\`, `\r`, `\t`, or
    `\xff` for an octet that is not part of visible UTF-8, or is a space at the end of a line. The text ends with a
    backslash and a line feed, so that no editor adds or takes line ends there.

    Snapshot libraries are given this text: `assert golden_text(response) == snapshot` with syrupy,
    `snapshot.assert_match(golden_text(response), "notes.http")` with pytest-snapshot.

    Args:
        message: The request or response, its body in memory; the answer that a client got; or the bytes of a message,
            shown as they are.
        mask: The values that are not shown; `None` shows all. Of bytes nothing is hidden.

    Raises:
        TypeError: The body streams: `Request.buffered()` or `Response.freeze()` gives one that is in memory.
        ValueError: The bytes are not a message: they do not have an empty line after their head.

    >>> from verglas import FrozenResponse
    >>> print(golden_text(FrozenResponse(b"caf\xc3\xa9\n\xff", headers={"X-Tag": "a"})))
    HTTP/1.1 200 OK
    X-Tag: a
    Content-Length: 7
    <BLANKLINE>
    café
    \xff\
    <BLANKLINE>
    """
    data = message if isinstance(message, bytes) else to_message(message, mask=mask)
    head, end, body = data.partition(END_OF_HEAD)
    if not end:
        raise ValueError("bytes of a golden file are an HTTP message, which has an empty line after its head")
    lines = [_escaped(line).replace("\n", "\\n") for line in head.split(b"\r\n")]
    text = "\n".join([*lines, "", _escaped(body)])
    return _SPACE_AT_END.sub(r"\\x20", f"{text}\\\n")


def _escaped(data: bytes) -> str:
    text = data.decode("utf-8", "surrogateescape")
    if text.isprintable() and "\\" not in text:
        return text
    return "".join([_character(one) for one in text])


def _character(one: str) -> str:
    if one == "\n" or (one.isprintable() and one != "\\"):
        return one
    return ESCAPED.get(one) or "".join([f"\\x{octet:02x}" for octet in one.encode("utf-8", "surrogateescape")])


def check_golden(
    actual: bytes | Message,
    path: str | os.PathLike[str],
    *,
    mask: Mask | None = DATES,
    update: bool | None = None,
) -> None:
    """Compare a request or response with a file in which it was written down, as `golden_text` has it.

    Args:
        actual: The request or response, its body in memory; the answer that a client got; or the bytes of a message,
            compared as they are.
        path: The file.
        mask: The values that are not compared; `None` compares all.
        update: Write the file, and its folder, instead of comparing. `None`: as the environment variable
            `VERGLAS_UPDATE_GOLDEN` says, which is `1` for writing.

    Raises:
        AssertionError: The file says something else, as the difference shows, or does not exist.
        TypeError: The body streams: `Request.buffered()` or `Response.freeze()` gives one that is in memory.
        ValueError: The environment variable is neither `0` nor `1`, or the bytes are not a message.

    >>> import tempfile
    >>> from verglas import Response
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     check_golden(Response("hello"), f"{folder}/hello.http", update=True)
    ...     check_golden(Response("hallo"), f"{folder}/hello.http")
    Traceback (most recent call last):
    AssertionError: ...
    -hello\\
    +hallo\\
    ...
    """
    text, file = golden_text(actual, mask=mask), Path(path)
    if _is_update() if update is None else update:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        return
    how = f"to write it, run the test with {UPDATE_GOLDEN}=1, or pass update=True"
    try:
        # Git may have written CR LF, which are line feeds here.
        expected = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise AssertionError(f"there is no golden file {file}; {how}. It would hold:\n{text}") from None
    if text != expected:
        lines = _difference(expected.split("\n"), text.split("\n"), file)
        raise AssertionError("\n".join([f"the message differs from the golden file {file}; {how}", *lines]))


def _difference(expected: list[str], actual: list[str], file: Path) -> Iterable[str]:
    where = ""
    if max(len(expected), len(actual)) > COMPARED:
        # Difflib takes the square of the number of lines, and more: 15 s where every other line of 8,000 differs.
        pairs = zip_longest(expected, actual)
        first = next(index for index, (old, new) in enumerate(pairs) if old != new)
        start = max(first - 3, 0)
        expected, actual = expected[start : start + COMPARED], actual[start : start + COMPARED]
        where = f" ({COMPARED} lines, from line {start + 1} on)"
    return unified_diff(expected, actual, f"{file}{where}", f"actual{where}", lineterm="")


def _is_update() -> bool:
    given = os.environ.get(UPDATE_GOLDEN, "")
    if given not in SWITCH:
        raise ValueError(f"{UPDATE_GOLDEN} is 1 (write golden files) or 0 (compare them), not {given!r}")
    return SWITCH[given]
