"""Forms: from a body's bytes to `Form` and `Files`, in either encoding."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, Literal, TypeAlias, final

from verglas.backports import override
from verglas.errors.grammar import GrammarError, LimitError
from verglas.errors.parse import FormError, ParseError, RequestEntityTooLarge
from verglas.errors.registry import InsufficientStorage
from verglas.headers.mapping import Headers
from verglas.limits import DEFAULT_LIMITS, Limits
from verglas.multimap import MultiMap, TextMap
from verglas.spool import MANY_PIECES, Disk, OpenSink, Sink, Slice, Spool, SpoolFile, finish, write_all
from verglas.syntax.mediatypes import parse_media_type
from verglas.syntax.multipart import Event, MultipartParser, PartBegin, PartData, TextFields
from verglas.syntax.tokens import is_field_value, split_list
from verglas.syntax.urlencoded import parse_urlencoded
from verglas.uploads import Upload, kept_upload

__all__ = [
    "Files",
    "Form",
    "FormEncoding",
    "NO_FILES",
    "NO_FORM",
    "form_encoding",
    "form_error",
    "parse_form",
    "part_headers",
    "read_multipart",
    "read_urlencoded",
]

URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"

# What browsers and most clients send, to the letter: one boundary, written as a token.
_PLAIN_MULTIPART: Final = re.compile(r"multipart/form-data; ?boundary=([!#$%&'*+.^_`|~0-9A-Za-z-]+)")

TOO_LARGE: Final = frozenset({"max_form_memory_size", "max_form_parts", "max_body_memory", "max_content_length"})


@final
class Form(TextMap):
    """The text fields of a form, in order. Their values do not show in `repr`: one may be a password.

    Args:
        pairs: Pairs, or a mapping to one value or to a list or tuple of several.

    Raises:
        TypeError: A name or a value is not a `str`.

    >>> form = Form([("tag", "a"), ("tag", "b")])
    >>> form["tag"], form.getlist("tag"), form
    ('a', ['a', 'b'], Form([('tag', '***'), ('tag', '***')]))
    """

    __slots__ = ()


@final
class Files(MultiMap[Upload]):
    """The uploads of a form, in order.

    Args:
        pairs: Pairs, or a mapping to one upload or to a list or tuple of several.

    Raises:
        TypeError: A name is not a `str`, or a value no `Upload`.
    """

    __slots__ = ()

    @override
    def _checked_value(self, name: str, value: object) -> Upload:
        if not isinstance(value, Upload):
            raise TypeError(f"Files: the value of {name!r} must be Upload, not {type(value).__name__}")
        return value

    def close(self) -> None:
        """Close every upload, whatever closing another raises.

        Raises:
            BaseException: The first error that closing an upload raised.
        """
        failure: BaseException | None = None
        for _, upload in self._pairs or ():
            try:
                upload.close()
            except BaseException as error:  # noqa: BLE001  # raised below
                failure = failure or error
        if failure is not None:
            raise failure

    def buffered(self) -> Files:
        """The same uploads with their content in memory."""
        return Files([(name, upload.buffered()) for name, upload in self.pairs])


NO_FORM: Final = Form()
NO_FILES: Final = Files()

FormEncoding: TypeAlias = tuple[Literal["urlencoded", "multipart"], bytes | None]
"""How a body encodes a form, and of multipart the boundary, where there is one."""


def form_encoding(content_type: str) -> FormEncoding | None:
    """How a body of this type encodes a form; `None` when it is not a form.

    Raises:
        FormError: The type is malformed, so nobody can tell.
    """
    if not content_type:
        return None
    if content_type == URLENCODED:  # what browsers send, to the letter
        return "urlencoded", None
    # PERF: without this, an upload of a browser takes 9 of 75 steps more; that both agree is pinned by
    # `test_plain_type_reads_as_any_other`.
    if plain := _PLAIN_MULTIPART.fullmatch(content_type):
        return "multipart", plain[1].encode()
    try:
        kind, subtype, parameters = parse_media_type(content_type)
    except GrammarError as error:
        raise FormError.from_grammar(error, "Content-Type") from error
    essence = f"{kind}/{subtype}"
    if essence == URLENCODED:
        return "urlencoded", None
    if essence != MULTIPART:
        return None
    _check_one_boundary(content_type)
    boundary = dict(parameters).get("boundary")
    return "multipart", None if boundary is None else boundary.encode("utf-8", "surrogatepass")


def _check_one_boundary(content_type: str) -> None:
    """Refuse a type with two boundaries: of equal parameters the first is read, and others may read the last."""
    if content_type.lower().count("boundary") < 2:  # of all types but odd ones
        return
    try:
        pieces = split_list(content_type, separator=";")
    except GrammarError:  # a quoted string that does not end, which a media type may have
        pieces = tuple(content_type.split(";"))
    names = [piece.partition("=")[0].strip(" \t").lower() for piece in pieces]
    if names.count("boundary") > 1:
        raise FormError("Content-Type: there is more than one boundary.", "Content-Type")


def parse_form(content_type: str, body: Iterable[bytes], *, limits: Limits = DEFAULT_LIMITS) -> tuple[Form, Files]:
    """Read a form, however the body is cut: pure but for the temporary files of large uploads.

    Args:
        content_type: The Content-Type of the body. With one that is not of a form the result is empty, and the body
            is not read.
        body: The body's bytes, in pieces of any size.
        limits: Size and count limits.

    Raises:
        FormError: The body is not the form that its type says, or the type is malformed.
        RequestEntityTooLarge: A limit was exceeded; the error names it.
        InsufficientStorage: The disk has no room for an upload.

    >>> form, files = parse_form("application/x-www-form-urlencoded", [b"a=1&", b"b=caf%C3", b"%A9"])
    >>> form.pairs
    (('a', '1'), ('b', 'café'))
    """
    encoding = form_encoding(content_type)
    if encoding is None:
        return NO_FORM, NO_FILES
    allowed = limits.max_content_length
    pieces = body if allowed is None else _capped(body, allowed)
    if encoding[0] == "urlencoded":
        return read_urlencoded(_joined(pieces, limits), limits), NO_FILES
    return read_multipart(encoding[1], pieces, limits, lambda _type, _name: Spool(limits.spool_size))


def _capped(body: Iterable[bytes], allowed: int) -> Iterator[bytes]:
    left = allowed
    for piece in body:
        # All that is allowed is handed out first: however the body is cut, its reader meets the same error first.
        yield piece[:left]
        if len(piece) > left:
            raise RequestEntityTooLarge.over("The request body is too large", "max_content_length", allowed)
        left -= len(piece)


def read_urlencoded(data: bytes, limits: Limits) -> Form:
    """The form of an urlencoded body (WHATWG URL §5.1, as design choices of `syntax.urlencoded` say).

    Raises:
        RequestEntityTooLarge: A limit was exceeded; the error names it.
    """
    try:
        return Form.unchecked(
            parse_urlencoded(
                data,
                max_fields=limits.max_form_parts,
                max_field_size=limits.max_form_memory_size,
                max_memory=limits.max_body_memory,
            )
        )
    except GrammarError as error:
        raise form_error(error) from error


def _joined(body: Iterable[bytes], limits: Limits) -> bytes:
    data = io.BytesIO()  # not a list: the smallest pieces would take twenty times their size
    size = 0
    for piece in body:
        size += len(piece)
        if size > limits.max_body_memory:
            raise RequestEntityTooLarge.over("The form is too large", "max_body_memory", limits.max_body_memory)
        data.write(piece)
    return data.getvalue()


def read_multipart(
    boundary: bytes | None, body: Iterable[bytes], limits: Limits, open_sink: OpenSink, *, keep: bool = False
) -> tuple[Form, Files]:
    """The form of a multipart body (RFC 7578).

    Args:
        boundary: What stands between its parts, as its Content-Type says; `None`: it does not.
        body: Its bytes, in pieces of any size.
        limits: Size and count limits.
        open_sink: Gives what an upload is written to.
        keep: Whether uploads stay in memory, and open when they are closed: for a body that is a value itself.

    Raises:
        FormError: The body is not its grammar.
        RequestEntityTooLarge: A limit was exceeded; the error names it.
        InsufficientStorage: A sink took no more.
    """
    collector = _Collector(open_sink, limits, keep=keep)
    try:
        parser = MultipartParser(boundary, limits=limits)
        for piece in body:
            collector.take(parser.feed(piece))
        parser.close()
        return Form.unchecked(tuple(collector.fields)), Files.unchecked(tuple(collector.files))
    except GrammarError as error:
        collector.abandon()
        raise form_error(error) from error
    except BaseException:
        collector.abandon()
        raise


class _Collector:
    """Puts the events of a multipart body together, and closes everything when that fails."""

    __slots__ = (
        "_disk",
        "_keep",
        "_limits",
        "_memory",
        "_number",
        "_open_sink",
        "_part",
        "_pieces",
        "_sink",
        "_text",
        "fields",
        "files",
    )

    def __init__(self, open_sink: OpenSink, limits: Limits, *, keep: bool) -> None:
        self.fields: list[tuple[str, str]] = []
        self.files: list[tuple[str, Upload]] = []
        self._open_sink = open_sink
        self._limits = limits
        self._keep = keep
        self._memory = limits.max_body_memory  # bytes that all uploads together may still keep there
        self._disk: Disk | None = None  # that of the first upload that needs one, for all others too
        self._part: PartBegin | None = None
        self._pieces: list[bytes] = []
        self._number = 0  # of pieces so far
        self._text: bytearray | None = None  # what was many pieces
        self._sink: Sink | None = None

    def take(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, PartData):
                if self._sink is None:
                    self._pieces.append(event.data)
                    self._number += 1
                    if self._number % MANY_PIECES == 0:
                        self._text = bytearray() if self._text is None else self._text
                        self._text += b"".join(self._pieces)
                        self._pieces.clear()
                else:
                    _write(self._sink, event.data)
            elif isinstance(event, TextFields):
                for name, content in event.pairs:
                    text = content.decode("utf-8", "replace")
                    self.fields.append((name.decode("ascii"), text))
                    if not text.isascii():
                        self._charge(text)
            elif isinstance(event, PartBegin):
                self._part = event
                if event.filename is not None:
                    self._sink = self._open(event)
            elif self._part is not None and self._sink is not None:
                self._end_file(self._part, self._sink)
            elif self._part is not None:
                # One of four charsets, else UTF-8; bytes that are not text in it become U+FFFD.
                data = self._pieces[0] if self._number == 1 else b"".join((self._text or b"", *self._pieces))
                self._pieces = []
                self._text = None
                self._number = 0
                text = data.decode(self._part.charset, errors="replace")
                self.fields.append((self._part.name, text))
                if not text.isascii():
                    self._charge(text)

    def _charge(self, text: str) -> None:
        """Have files keep less in memory where a character of a text field may take four bytes of it."""
        self._memory = max(self._memory - sys.getsizeof(text), 0)

    def _open(self, part: PartBegin) -> Sink:
        sink = self._open_sink(part.content_type, part.filename or "")
        spool = sink if isinstance(sink, Spool) else sink.spool if isinstance(sink, SpoolFile) else None
        if spool is not None:
            spool.max_size = sys.maxsize if self._keep else min(spool.max_size, self._memory)
            spool.disk = self._disk
        return sink

    def _end_file(self, part: PartBegin, sink: Sink) -> None:
        try:
            content = sink.content() if isinstance(sink, Spool) else finish(sink)
        except OSError as error:
            raise _no_room() from error
        if isinstance(content, bytes):
            self._memory -= len(content)
        elif isinstance(content, Slice):
            self._disk = content.disk
        headers = part_headers(part.headers, self._limits)
        if self._keep and isinstance(content, bytes):
            upload = kept_upload(part.name, part.filename or "", content, headers)
        else:
            upload = Upload(part.name, part.filename or "", content, headers)
        self._sink = None
        if upload.filename or upload.size:
            self.files.append((part.name, upload))
        else:  # a file input that was left empty (WHATWG HTML §4.10.22.4)
            upload.close()

    def abandon(self) -> None:
        for closeable in (*(upload for _, upload in self.files), self._sink):
            if closeable is not None:
                with suppress(OSError):  # a full disk fails once more while closing
                    closeable.close()


def part_headers(headers: tuple[tuple[str, str], ...], limits: Limits) -> Headers:
    """The header fields of a part but illegal ones, to be read within the limits of its request."""
    lines: list[tuple[str, str]] = []
    for line in headers:
        value = line[1]
        if (value.isascii() and value.isprintable()) or is_field_value(value):  # PERF: most are, in no frame
            lines.append(line)
    return Headers.unchecked(tuple(lines), limits)


def _write(sink: Sink, data: bytes) -> None:
    try:
        if isinstance(sink, Spool):
            sink.write(data)  # which takes everything
        else:
            write_all(sink, data)
    except OSError as error:
        raise _no_room() from error


def _no_room() -> InsufficientStorage:
    return InsufficientStorage("There is no room to store the upload.")


def form_error(error: GrammarError) -> ParseError:
    """The error of the request for one of its form: a 413 for a limit of the body, else a 400."""
    if isinstance(error, LimitError) and error.limit.knob in TOO_LARGE:
        return RequestEntityTooLarge.from_grammar(error)
    return FormError.from_grammar(error)
