"""Compressed answers (RFC 9110 §8.4.1.3): gzip, which every client knows."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Generator, Iterable, Iterator
from functools import partial
from typing import Final, cast, final
from weakref import WeakKeyDictionary

from attrs import frozen

from verglas.answering import Answer, Finish
from verglas.capture import RequestHead
from verglas.headers.caching import CACHE_CONTROL
from verglas.headers.conditional import IF_NONE_MATCH
from verglas.headers.entitytags import ETAG, ETag
from verglas.headers.mapping import Headers, Pairs
from verglas.headers.negotiation import ACCEPT_ENCODING
from verglas.memos import Memo
from verglas.middleware.common import Skip, check_function, overrides
from verglas.response.builder import Response, changeable
from verglas.response.changes import MALFORMED, add_vary, lenient, set_field
from verglas.response.closing import ClosingIterator, closers_of
from verglas.response.filebodies import FileSlice
from verglas.response.frozen import FrozenResponse
from verglas.response.status import EMPTY
from verglas.syntax.mediatypes import essence_of
from verglas.syntax.tokens import TOKEN_CHARS

__all__ = ["COMPRESSIBLE", "gzip"]

COMPRESSIBLE: Final = (
    "text/*",
    "*+json",
    "*+xml",
    "*+text",
    "application/ecmascript",
    "application/javascript",
    "application/json",
    "application/json-seq",
    "application/jsonl",
    "application/rtf",
    "application/sql",
    "application/toml",
    "application/vnd.ms-fontobject",
    "application/wasm",
    "application/x-javascript",
    "application/x-ndjson",
    "application/x-tar",
    "application/xml",
    "application/xml-dtd",
    "application/yaml",
    "font/otf",
    "font/ttf",
    "image/bmp",
    "image/vnd.microsoft.icon",
    "image/x-icon",
)
"""The media types that `gzip` compresses unless it is told otherwise; others are compressed already, as images are."""

GZIP: Final = 16 + zlib.MAX_WBITS  # zlib's way to say it: with the header, in which no time is set, and the checksum
OFFERS: Final = ("gzip", "identity")

# Of the bytes that are sent: without the coding they would be false, and with it nobody has asked for others. So is
# Repr-Digest, since the coding is part of the representation (RFC 9530 §3); a part of these bytes is never sent.
DROPPED: Final = frozenset(
    {"content-length", "content-md5", "content-digest", "repr-digest", "digest", "accept-ranges"}
)

MAKING: Final = ("iter_encoded", "get_app_iter", "get_wsgi_response")
"""The methods by which a subclass makes its body itself."""

_PATTERN: Final = re.compile(rf"[{TOKEN_CHARS}]+/[{TOKEN_CHARS}]+|\*\+[{TOKEN_CHARS}]+")


def gzip(
    *, level: int = 6, minimum: int = 500, types: Collection[str] = COMPRESSIBLE, skip: Skip | None = None
) -> Finish:
    """Compress answers for the clients that accept it: a function for `application(..., finish=)`.

    Left as they are: answers under `minimum` bytes, of a type that is not in `types`, with a Content-Encoding, a
    Content-Range or the directive `no-transform`; a 204 or 205; a body that is passed through to the server, or that a
    subclass of `Response` makes itself, in `iter_encoded`, `get_app_iter` or `get_wsgi_response`; and those that `skip`
    names. Every other answer has `Vary: Accept-Encoding`, compressed or not: errors and the answers to other methods as
    well, a part of what could be compressed, and a 304, which does not show what it is about. HEAD has the fields of
    GET. Where an answer is compressed:

    - A strong entity tag becomes weak, since the bytes are others; that of a 304 does where the client names the weak
      one. A weak tag satisfies If-None-Match as a strong one does, but never If-Match: where clients send that, leave
      the answer alone with `skip`.
    - Accept-Ranges, Content-MD5, Digest, Content-Digest and Repr-Digest are dropped.
    - The same content gives the same bytes. A body in memory has its length. A frozen response is compressed once, for
      as long as it is kept, if `gzip` stands before functions that give each answer fields of its own.
    - A stream is compressed and flushed piece by piece, so that each server-sent event arrives when it is sent. It has
      no length, and neither has a file, which is compressed each time: files that do not change are better compressed
      once, and sent by `static_files`.

    Compression can give secrets away (BREACH, CVE-2013-3587). If a page holds one, and repeats what the request said,
    such as a search term, it is shorter where the two are alike: an attacker who can make a browser ask again and
    again, and see how long the answers are, finds the secret letter by letter. A token that is masked anew in each
    answer is safe; leave other such pages alone with `skip`.

    Args:
        level: From 1, the fastest, to 9, the smallest.
        minimum: The least number of bytes that is worth it. A stream of unknown length always is.
        types: The media types to compress: `application/json`, all of a kind as `text/*`, or all with a suffix as
            `*+json`. `[*COMPRESSIBLE, "model/gltf-binary"]` adds one.
        skip: Which answers are left as they are, given the head of the request and the answer.

    Raises:
        TypeError: An argument is not of its type.
        ValueError: The level is not from 1 to 9, the minimum is negative, or a type is not one of these forms.

    >>> from verglas import application, text
    >>> app = application(lambda request: text("hi " * 500), finish=gzip())
    >>> def start(status, headers):
    ...     print(dict(headers).get("Content-Encoding"), dict(headers)["Vary"])
    >>> sum(map(len, app({"HTTP_ACCEPT_ENCODING": "gzip, br"}, start))) < 50
    gzip Accept-Encoding
    True
    >>> sum(map(len, app({"HTTP_ACCEPT_ENCODING": "br"}, start)))
    None Accept-Encoding
    1500

    Secrets beside what the request said:

    >>> def tells_secrets(head, answer):
    ...     return head.path.startswith("/account") or "Set-Cookie" in answer.headers
    >>> app = application(lambda request: text("hi " * 500), finish=gzip(skip=tells_secrets))
    """
    _check(level, minimum, types)
    if skip is not None:
        check_function(skip, "skip", "gzip()")
    patterns = frozenset([pattern.lower() for pattern in types])
    return _Gzip(level, minimum, Memo(partial(_is_listed, patterns)), skip, WeakKeyDictionary())


def _check(level: object, minimum: object, types: object) -> None:
    """Refuse what cannot be meant: not all check their types."""
    for name, value in (("level", level), ("minimum", minimum)):
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{name}= of gzip() is an int, not {type(value).__name__}")
    if level not in range(1, 10):
        raise ValueError(f"level= of gzip() is from 1, the fastest, to 9, the smallest, not {level}")
    if isinstance(minimum, int) and minimum < 0:
        raise ValueError(f"minimum= of gzip() is a number of bytes, not {minimum}")
    if isinstance(types, str) or not isinstance(types, Collection):
        raise TypeError(f'types= of gzip() is a collection of media types, such as ["text/*"], not {types!r}')
    for pattern in cast("Collection[object]", types):  # isinstance() cannot tell of what
        if not isinstance(pattern, str):
            raise TypeError(f"types= of gzip() is a collection of str, not of {type(pattern).__name__}")
        if _PATTERN.fullmatch(pattern) is None or pattern.startswith("*/"):
            raise ValueError(f'types= of gzip() takes "application/json", "text/*" and "*+json", not {pattern!r}')


def _is_listed(patterns: frozenset[str], content_type: str) -> bool:
    essence = essence_of(content_type)
    kind, _, subtype = essence.partition("/")
    _, plus, suffix = subtype.rpartition("+")
    return essence in patterns or f"{kind}/*" in patterns or (plus == "+" and f"*+{suffix}" in patterns)


@final
@frozen(eq=False)
class _Gzip:
    """The function that `gzip` makes."""

    level: int
    minimum: int
    listed: Memo[str, bool]  # whether a Content-Type is one of those that are compressed
    skip: Skip | None
    kept: WeakKeyDictionary[FrozenResponse, FrozenResponse]  # what was made of answers that are still there

    def __call__(self, head: RequestHead, answer: Answer) -> Answer:
        code = answer.status_code
        if code != 304 and not self._is_compressible(head, answer, code):
            return answer
        if self.skip is not None and self.skip(head, answer):
            return answer
        if code == 304:
            return _not_modified(head, answer)
        if code == 206 or not _is_wanted(head):
            return add_vary(answer, "Accept-Encoding")
        if not (isinstance(answer, FrozenResponse) and isinstance(answer.body, bytes)):
            return self._compressed(head, add_vary(answer, "Accept-Encoding"))
        kept = self.kept.get(answer)
        if kept is None:
            # PERF: of a page of 5 kB this is three quarters of the time of an answer.
            kept = self.kept[answer] = self._compressed_value(answer.body, add_vary(answer, "Accept-Encoding"))
        return kept

    def _is_compressible(self, head: RequestHead, answer: Answer, code: int) -> bool:
        """Whether it would be compressed for a client that wants that; a 206, if it was a 200."""
        headers = answer.headers
        if code in EMPTY or "Content-Encoding" in headers or ("Content-Range" in headers and code != 206):
            return False
        if not self.listed[headers.get("Content-Type", "")]:
            return False
        if isinstance(answer, Response):
            if answer.direct_passthrough or (type(answer) is not Response and overrides(answer, *MAKING)):
                return False
            length = answer.calculate_content_length()
            if length is None or (length == 0 and head.method == "HEAD"):  # to which a handler may send it alone
                length = answer.content_length
        else:
            length = answer.body.length if isinstance(answer.body, FileSlice) else len(answer.body)
        if length is not None and length < self.minimum and code != 206:
            return False
        if "Cache-Control" not in headers:
            return True
        control = lenient(headers, CACHE_CONTROL, None)
        return control is None or not control.no_transform

    def _compressed_value(self, body: bytes, answer: Answer) -> FrozenResponse:
        fields = Headers.unchecked(_recoded(answer.headers.pairs))
        return FrozenResponse(zlib.compress(body, self.level, GZIP), answer.status, fields)

    def _compressed(self, head: RequestHead, answer: Answer) -> Response:
        fields = _recoded(answer.headers.pairs)
        if isinstance(answer, FrozenResponse):  # of a file
            answer = Response.thaw(answer)
        is_head, file = head.method == "HEAD", answer.response
        if (not is_head or answer.calculate_content_length()) and answer.is_sequence:
            data = zlib.compress(answer.get_data(), self.level, GZIP)
            return _replaced(changeable(answer), data, fields)
        if is_head:  # nothing is read for it
            return _replaced(changeable(answer), iter(()), fields)
        if isinstance(file, FileSlice):
            opened = file.open()  # now: that it cannot be opened any more can still be answered
            return _replaced(changeable(answer), self._pieces(opened), fields)
        # The copy closes what the pieces come from.
        copied = changeable(answer)
        return _replaced(copied, self._pieces(copied.iter_encoded()), fields)

    def _pieces(self, opened: Iterator[bytes]) -> ClosingIterator:
        pieces = _compressed_pieces(opened, self.level)
        return ClosingIterator(pieces, [pieces.close, *closers_of(opened)])


def _compressed_pieces(pieces: Iterable[bytes], level: int) -> Generator[bytes, None, None]:
    """Each piece compressed, with all that a reader needs to have it whole."""
    compressor = zlib.compressobj(level, zlib.DEFLATED, GZIP)
    for piece in pieces:
        if piece:
            yield compressor.compress(piece) + compressor.flush(zlib.Z_SYNC_FLUSH)
    yield compressor.flush()


def _replaced(answer: Response, body: bytes | Iterator[bytes], fields: Pairs) -> Response:
    answer.response = body  # what streamed before is closed with the response
    answer.headers.assign(fields)
    return answer


def _recoded(pairs: Pairs) -> Pairs:
    """The header fields of the same content, compressed."""
    recoded = [("Content-Encoding", "gzip")]
    for name, value in pairs:
        low = name.lower()
        if low == "etag" and value.startswith('"'):
            recoded.append((name, f"W/{value}"))
        elif low not in DROPPED:
            recoded.append((name, value))
    return tuple(recoded)


def _is_wanted(head: RequestHead) -> bool:
    """Whether the client likes gzip as well as no coding (RFC 9110 §12.5.3); absent or malformed, no."""
    try:
        accepted = head.headers.value_of(ACCEPT_ENCODING, None)
    except MALFORMED:
        return False
    return accepted is not None and accepted.negotiate(OFFERS) == "gzip"


def _not_modified(head: RequestHead, answer: Answer) -> Answer:
    """A 304 with the fields that the 200 would have (RFC 9110 §15.4.5): a cache takes it for that of the same tag.

    It has no type any more; that the 200 was compressed is known by the weak tag that the client names.
    """
    tag, named = lenient(answer.headers, ETAG, None), lenient(head.headers, IF_NONE_MATCH, None)
    if tag is not None and not tag.weak and named is not None and named.is_weak(tag) and _is_wanted(head):
        answer = set_field(answer, "ETag", str(ETag(tag.tag, weak=True)))
    return add_vary(answer, "Accept-Encoding")
