"""What a response of each kind of body answers in each situation: the tests of servers go through all of it.

A body is `content(size)`. What was closed is told by marks; the request is closed last (design §4).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

__all__ = [
    "BODY_ERROR",
    "CLOSES_BODY",
    "EARLY_CLOSE",
    "ETAG",
    "KINDS",
    "KNOWS_ITS_LENGTH",
    "LARGE",
    "NOT_APPLICABLE",
    "PIECE",
    "SITUATIONS",
    "SIZE",
    "Situation",
    "content",
]

PIECE: Final = 128 * 1024
"""Bytes of a piece of the bodies that come in pieces; files are read in blocks of as many."""

SIZE: Final = 4 * PIECE + 7
LARGE: Final = 256 * PIECE
"""More than a server and two sockets keep for a client that does not read."""

ETAG: Final = '"v1"'

_CYCLE: Final = bytes(range(251))  # a prime: no block is like another


def content(size: int) -> bytes:
    """So many bytes.

    >>> content(3)
    b'\\x00\\x01\\x02'
    """
    return (_CYCLE * (size // len(_CYCLE) + 1))[:size]


KINDS: Final = (
    "bytes",
    "list",
    "generator",
    "iterator",
    "open-file",
    "file",
    "slice",
    "frozen",
    "frozen-file",
    "from-app",
    "foreign",
)
"""Bytes and pieces in hand; what streams, without a `close` of its own and with one that counts; a file that the
handler opened, one by `send_file`, the middle of one; values; an application of others, made a response and plain."""

KNOWS_ITS_LENGTH: Final = frozenset({"bytes", "list", "file", "slice", "frozen", "frozen-file", "from-app"})
"""Their Content-Length is sent without being asked for; that of a stream is not known."""

CLOSES_BODY: Final = frozenset({"generator", "iterator", "open-file", "from-app", "foreign"})
"""What leaves a mark when it is closed. Files that the library opens are looked for among the open ones."""


NONE: Final[Mapping[str, str]] = MappingProxyType({})


@frozen
class Situation:
    """A request, and what is to come of it.

    Attributes:
        method: Of the request.
        fields: Of the request.
        status: Of the answer.
        headers: Of the answer; `None`: not there; `{size}` is that of the body.
        parts: What is sent of the body; none: something else, or nothing.
        reads_body: Whether the body is iterated at all.
    """

    method: str = "GET"
    fields: Mapping[str, str] = NONE
    status: int = 200
    headers: Mapping[str, str | None] = NONE
    parts: tuple[slice, ...] = ()
    reads_body: bool = True


_WHOLE: Final = {"etag": ETAG, "accept-ranges": "bytes", "content-range": None, "content-type": "text/x-matrix"}
_NOTHING: Final = {"content-range": None, "content-type": None}

SITUATIONS: Final[Mapping[str, Situation]] = {
    "GET": Situation(headers=_WHOLE, parts=(slice(None),)),
    # RFC 9110 §9.3.2
    "HEAD": Situation("HEAD", headers=_WHOLE, reads_body=False),
    # §15.4.5
    "304": Situation(
        fields={"If-None-Match": ETAG},
        status=304,
        headers={**_NOTHING, "etag": ETAG, "last-modified": None},
        reads_body=False,
    ),
    "304 to HEAD": Situation(
        "HEAD",
        {"If-None-Match": f'"v0", W/{ETAG}'},
        304,
        {**_NOTHING, "etag": ETAG},
        reads_body=False,
    ),
    # §15.5.13
    "412": Situation(
        fields={"If-Match": '"v0"'}, status=412, headers={**_NOTHING, "content-length": "0"}, reads_body=False
    ),
    # §15.3.7
    "206": Situation(
        fields={"Range": "bytes=70000-70009"},
        status=206,
        headers={
            "etag": ETAG,
            "content-range": "bytes 70000-70009/{size}",
            "content-length": "10",
            "content-type": "text/x-matrix",
        },
        parts=(slice(70000, 70010),),
    ),
    "206 to the end": Situation(
        fields={"Range": "bytes=-10", "If-Range": ETAG},
        status=206,
        headers={"content-length": "10"},
        parts=(slice(-10, None),),
    ),
    "206 of two": Situation(
        fields={"Range": "bytes=0-9, 70000-70009"},
        status=206,
        headers={"etag": ETAG, "content-range": None},
        parts=(slice(0, 10), slice(70000, 70010)),
    ),
    "Range of HEAD": Situation("HEAD", {"Range": "bytes=0-9"}, headers=_WHOLE, reads_body=False),
    # §15.5.17
    "416": Situation(
        fields={"Range": "bytes=99999999-"},
        status=416,
        headers={"content-range": "bytes */{size}", "content-length": "0", "content-type": None},
        reads_body=False,
    ),
    "handler error": Situation(
        fields={"X-Raise": "1"}, status=404, headers={"content-type": "text/html; charset=utf-8"}, reads_body=False
    ),
}

BODY_ERROR: Final = Situation(fields={"X-Break": "1"}, parts=(slice(None),))
"""The body fails after its first piece: what was sent is a true beginning, and what does not come was promised."""

EARLY_CLOSE: Final = Situation(parts=(slice(None),))
"""The client leaves after a few bytes."""

_IN_HAND: Final = "in hand: nothing is left to fail once the answer has begun"
_OTHERS: Final = "an application of others decides about conditions and ranges itself"
_NO_STREAM: Final = "a value does not become a stream, which is read once: all of it is sent"
_OPENED: Final = "frozen files cannot be made to fail here other than as the file does"

NOT_APPLICABLE: Final[Mapping[tuple[str, str], str]] = {
    **{("foreign", name): _OTHERS for name in SITUATIONS if name not in ("GET", "HEAD", "handler error")},
    ("frozen-file", "206 of two"): _NO_STREAM,
    **{(kind, "body error"): _IN_HAND for kind in ("bytes", "list", "frozen")},
    ("frozen-file", "body error"): _OPENED,
}
"""Kind and situation that do not occur together, and why."""
