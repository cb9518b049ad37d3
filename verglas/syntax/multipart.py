"""Reading multipart/form-data (RFC 7578): bytes in, events out, however the bytes are cut."""

from __future__ import annotations

import re
import sys
from typing import Final

from verglas.errors.grammar import ExceededLimit, GrammarError, LimitError
from verglas.limits import DEFAULT_LIMITS, FIELD_CHARGE, UPLOAD_CHARGE, Limits
from verglas.syntax.partheaders import (
    GRAMMAR,
    PART_END,
    TEXT_HEAD_SIZE,
    Event,
    PartBegin,
    PartData,
    PartEnd,
    TextFields,
    check_line_breaks,
    parse_part_head,
)

__all__ = ["Event", "MultipartParser", "PartBegin", "PartData", "PartEnd", "TextFields"]


# RFC 2046 §5.1.1 allows fewer characters; clients in the field send `*****` and braces. None of these can be mistaken
# for the end of the line or for padding, which is what matters.
_BOUNDARY: Final = re.compile(rb"[!-~](?:[ -~]*[!-~])?")
_PADDING: Final = re.compile(rb"[ \t]++")

# PERF: plain numbers: a member of an enum is looked up in two steps, and this is done several times for each part.
_PREAMBLE: Final = 0  # before the first boundary
_CONTENT: Final = 1  # of a part
_DELIMITER: Final = 2  # in the padding after a boundary
_HEAD: Final = 3  # in the header lines of a part
_EPILOGUE: Final = 4  # after the close delimiter
_FAILED: Final = 5

MORE_FOR_FILES: Final = UPLOAD_CHARGE - FIELD_CHARGE

_ENDS_BOUNDARY: Final = frozenset(b"\r\n\t ")
# A text field as browsers write it, up to the line break that may begin a delimiter.
_TEXT_FIELD: Final = re.compile(
    rb'Content-Disposition: form-data; name="([^"\\\r\n\0\x80-\xff]*+)"\r\n\r\n(?!--)([^\r]*+)'
)


class MultipartParser:
    """A push parser: it is fed the body in pieces and gives events, the same whatever the pieces.

    The content of all `PartData` between a `PartBegin` and its `PartEnd`, put together, is the part's; some text fields
    that are wholly in a piece are one `TextFields`, which `apart()` gives as the events of any part. Memory is one
    piece of input, the events in it, and at most a part's head; what a text field may hold is limited here, because
    its caller keeps it in memory, what a file may hold is the caller's to decide.

    After an error the parser is of no use: whatever is asked of it raises.

    Args:
        boundary: What stands between the parts (RFC 2046 §5.1.1); `None`: the Content-Type does not say.
        limits: `max_boundary_length`, `max_form_padding`, `max_form_parts`, `max_part_headers`,
            `max_part_header_size`, `max_form_memory_size` (of one text field) and `max_body_memory` (of all heads and
            all text fields together, and what each part is charged) hold.

    Raises:
        GrammarError: The boundary is missing or empty, begins or ends with a space, or has a character that is not
            printable ASCII.
        LimitError: The boundary is longer than `max_boundary_length`.

    >>> parser = MultipartParser(b"b")
    >>> body = b'--b\\r\\nContent-Disposition: form-data; name="a"\\r\\n\\r\\nhello\\r\\n--b--\\r\\n'
    >>> [begin, *rest] = parser.feed(body)
    >>> begin.name, rest
    ('a', [PartData(data=b'hello'), PartEnd()])
    >>> parser.close()
    """

    __slots__ = (
        "_allowed",
        "_content_at",
        "_delimiter",
        "_fed",
        "_files",
        "_head",
        "_limits",
        "_memory",
        "_offset",
        "_padding",
        "_parts",
        "_size",
        "_skip",
        "_state",
        "_tail",
    )

    def __init__(self, boundary: bytes | None, *, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._delimiter = b"\r\n--" + _checked(boundary, limits)
        self._state = _PREAMBLE
        self._fed = 0  # bytes of the body so far
        # A delimiter begins with the CRLF before it. The first one may lack it, so one is put there, which belongs
        # neither to the body nor to the preamble.
        self._tail = (
            b"\r\n"  # what may be the start of a delimiter, or the CR of its end: a delimiter and a byte at most
        )
        self._skip = 2  # bytes of what is passed on next that are the line break before it
        self._head = bytearray()  # the head of a part, as far as it came
        self._offset = 0  # where in the body the input at hand begins
        self._padding = 0  # bytes that carry nothing so far
        self._parts = 0  # how many so far
        self._files = 0  # of these
        self._memory = 0  # bytes of heads and text fields so far
        self._size = 0  # bytes of the text field so far
        self._allowed: int | None = None  # how many it may have; None in a file
        self._content_at = 0  # where in the body it begins

    def feed(self, data: bytes) -> list[Event]:
        """Take the next piece of the body.

        Args:
            data: Any number of bytes.

        Returns:
            What they complete. A piece without a line break near its end is passed on as it is, not copied.

        Raises:
            GrammarError: The body is malformed, with the position in it; or an earlier call said so.
            LimitError: A limit is exceeded; the error names it.
        """
        events: list[Event] = []
        try:
            data = self._after_what_was_kept(data, events)
            cursor, size = 0, len(data)
            while cursor < size:
                state = self._state
                if state <= _CONTENT:
                    cursor = self._read_content(data, cursor, events)
                elif state == _HEAD:
                    cursor = self._read_head(data, self._read_whole_fields(data, cursor, events), events)
                elif state == _EPILOGUE:
                    cursor = self._skip_padding(data, cursor, size)
                else:
                    cursor = self._read_line_end(data, cursor)
        except GrammarError:
            self._state = _FAILED
            raise
        return events

    def close(self) -> None:
        """Say that the body has ended.

        Raises:
            GrammarError: The close delimiter has not come, or an earlier call failed.
        """
        if self._state == _EPILOGUE:
            return
        state, self._state = self._state, _FAILED
        if state == _FAILED:
            raise GrammarError(GRAMMAR, "the body was malformed before")
        if state == _HEAD:
            check_line_breaks(self._head, self._fed - len(self._head))
        what = "first boundary" if state == _PREAMBLE else "close delimiter"
        raise GrammarError(GRAMMAR, f"the body ends before its {what}", None, self._fed)

    def _after_what_was_kept(self, data: bytes, events: list[Event]) -> bytes:
        """The input to go on with: what was kept of earlier pieces, and this one."""
        if self._state == _FAILED:
            raise GrammarError(GRAMMAR, "the body was malformed before")
        tail = self._tail
        self._offset = self._fed - len(tail) - len(self._head)
        self._fed += len(data)
        if self._head:
            return self._more_of_head(data)
        if not tail:
            return data
        self._tail = b""
        if self._state <= _CONTENT:
            # No delimiter can begin in the tail but at its start. Only when one does is the piece copied.
            start = tail + data[: len(self._delimiter)]
            if not start.startswith(self._delimiter) and not self._delimiter.startswith(start):
                self._pass_on(tail, 0, len(tail), events)
                self._offset += len(tail)
                return data
        return tail + data

    def _more_of_head(self, data: bytes) -> bytes:
        """The head and what follows it, or nothing while it is not complete. Linear for any cut."""
        head = self._head
        searched = max(len(head) - 3, 0)
        head += data
        if (
            len(head) < self._limits.max_part_header_size + 4
            and head.find(b"\r\n\r\n", searched) < 0
            and not head.startswith(b"\r\n")
        ):
            return b""
        self._head = bytearray()
        return bytes(head)

    def _read_content(self, data: bytes, cursor: int, events: list[Event]) -> int:
        """Pass on what comes before the next delimiter, and read its boundary."""
        delimiter = self._delimiter
        found = data.find(delimiter, cursor)
        while found >= 0:
            after = found + len(delimiter)
            # Anything else only begins like the boundary. At the end of the input it cannot be told yet.
            if after == len(data) or data[after] in _ENDS_BOUNDARY or data[after : after + 2] in {b"--", b"-"}:
                return self._read_boundary(data, cursor, found, events)
            # PERF: where there is one there may be many: find() prepares less for a short text, 270 ns instead of 380.
            found = data.find(delimiter, after, after + 2048)
            if found < 0:
                found = data.find(delimiter, after)
        found = data.rfind(b"\r", max(cursor, len(data) - len(delimiter) + 1))
        if found < 0 or not delimiter.startswith(data[found:]):
            found = len(data)
        self._pass_on(data, cursor, found, events)
        self._tail = data[found:]
        return len(data)

    def _read_boundary(self, data: bytes, cursor: int, found: int, events: list[Event]) -> int:
        """End the content at the delimiter that was found, and go by what follows its boundary."""
        if cursor < found:
            self._pass_on(data, cursor, found, events)
        after = found + len(self._delimiter)
        follows = data[after : after + 2]
        if follows in {b"", b"\r", b"-"}:
            self._tail = data[found:]
            return len(data)
        if self._state == _CONTENT:
            events.append(PART_END)
            self._memory += self._size
            self._size = 0
        if follows == b"\r\n":
            return self._begin_part(after + 2)
        if follows == b"--":
            self._state = _EPILOGUE  # RFC 2046 §5.1.1: whatever comes now is to be ignored
            return after + 2
        self._state = _DELIMITER
        return self._read_line_end(data, after)

    def _pass_on(self, data: bytes, start: int, end: int, events: list[Event]) -> None:
        """Count, and give out, what carries no structure."""
        if start == end:
            return
        start += self._skip
        self._skip = 0
        if start == end:
            return
        if self._state == _PREAMBLE:
            self._skip_padding(data, start, end)
            return
        if self._allowed is not None:
            self._size += end - start
            if self._size > self._allowed:
                raise self._too_large(self._allowed)
        events.append(PartData(data[start:end]))

    def _read_line_end(self, data: bytes, cursor: int) -> int:
        """Read what follows a boundary on its line: padding (RFC 2046 §5.1.1) and CRLF."""
        padding = _PADDING.match(data, cursor)
        if padding is not None:
            cursor = self._skip_padding(data, cursor, padding.end())
        follows = data[cursor : cursor + 2]
        if follows in {b"", b"\r"}:
            self._tail = follows
            return len(data)
        if follows != b"\r\n":
            what = {b"\r": "a bare CR", b"\n": "a bare LF"}.get(follows[:1], "something other than CRLF")
            raise GrammarError(GRAMMAR, f"{what} in a delimiter line", follows[:1], self._offset + cursor)
        return self._begin_part(cursor + 2)

    def _begin_part(self, cursor: int) -> int:
        self._state = _HEAD
        self._parts += 1
        limit = self._limits.max_form_parts
        if limit is not None and self._parts > limit:
            exceeded = ExceededLimit("max_form_parts", limit, "parts")
            raise LimitError(GRAMMAR, "too many parts", exceeded, self._offset + cursor)
        return cursor

    def _read_head(self, data: bytes, cursor: int, events: list[Event]) -> int:
        """Read the header lines of a part, when all of them are there."""
        position = self._offset + cursor
        if data.startswith(b"\r\n", cursor):
            raise GrammarError(GRAMMAR, "a part without header lines, hence without a name", None, position)
        limit = self._limits.max_part_header_size
        end = data.find(b"\r\n\r\n", cursor, cursor + limit + 4)
        if end < 0:
            head = data[cursor : cursor + limit + 4]
            if len(head) == limit + 4:
                check_line_breaks(head, position)
                exceeded = ExceededLimit("max_part_header_size", limit)
                raise LimitError(GRAMMAR, "too large a part header", exceeded, position + limit)
            self._head += head
            return len(data)
        begin = parse_part_head(data[cursor:end], position=position, limits=self._limits)
        self._begin_content(begin, end - cursor, position + end - cursor + 4)
        events.append(begin)
        # RFC 2046 §5.1.1: the line break that ends an empty part may be the one that ends its head.
        return end + 2

    def _read_whole_fields(self, data: bytes, cursor: int, events: list[Event]) -> int:
        """Read the text fields as browsers write them that are wholly at hand, a part after them included.

        PERF: a shortcut over `_read_head` and `_read_content`: a quarter of their time, for a form of many small
        fields. What is unusual, or too much, is left to those. Pinned by `test_cuts_never_matter`.
        """
        limits = self._limits
        separator = self._delimiter + b"\r\n"
        size = len(separator)
        longest_name = (limits.max_part_header_size if limits.max_part_headers else 0) - TEXT_HEAD_SIZE
        longest = limits.max_body_memory if limits.max_form_memory_size is None else limits.max_form_memory_size
        most_parts = sys.maxsize if limits.max_form_parts is None else limits.max_form_parts
        memory, parts = self._memory + MORE_FOR_FILES * self._files, self._parts
        pairs: list[tuple[bytes, bytes]] = []
        start = cursor
        while (field := _TEXT_FIELD.match(data, cursor)) is not None:
            name, content = field.group(1, 2)
            name_size, content_size = len(name), len(content)
            memory += TEXT_HEAD_SIZE + name_size + content_size
            end = cursor + TEXT_HEAD_SIZE + 4 + name_size + content_size
            if (
                memory + FIELD_CHARGE * parts > limits.max_body_memory
                or parts >= most_parts
                or name_size > longest_name
                or content_size > longest
                or not data.startswith(separator, end)
            ):
                break
            pairs.append((name, content))
            parts += 1
            cursor = end + size
        if pairs:
            events.append(TextFields(pairs, self._offset + start, size))
            self._parts = parts
            self._memory += cursor - start - len(pairs) * (4 + size)
        return cursor

    def _begin_content(self, begin: PartBegin, head_size: int, content_at: int) -> None:
        limits = self._limits
        self._memory += head_size
        self._files += begin.filename is not None
        left = limits.max_body_memory - self._memory - FIELD_CHARGE * self._parts - MORE_FOR_FILES * self._files
        if left < 0:
            exceeded = ExceededLimit("max_body_memory", limits.max_body_memory)
            raise LimitError(GRAMMAR, "too much in text fields and part headers", exceeded, begin.position)
        field = limits.max_form_memory_size
        if begin.filename is not None:
            self._allowed = None
        else:
            self._allowed = left if field is None or left < field else field
        self._content_at = content_at
        self._skip = 2
        self._state = _CONTENT

    def _too_large(self, allowed: int) -> LimitError:
        position = self._content_at + allowed
        field = self._limits.max_form_memory_size
        if field is not None and allowed == field:
            exceeded = ExceededLimit("max_form_memory_size", field)
            return LimitError(GRAMMAR, "too large a text field", exceeded, position)
        exceeded = ExceededLimit("max_body_memory", self._limits.max_body_memory)
        return LimitError(GRAMMAR, "too much in text fields and part headers", exceeded, position)

    def _skip_padding(self, data: bytes, start: int, end: int) -> int:
        """Pass over bytes that carry nothing: preamble, epilogue, padding after a boundary."""
        limit = self._limits.max_form_padding
        left = limit - self._padding
        if end - start > left:
            exceeded = ExceededLimit("max_form_padding", limit)
            raise LimitError(GRAMMAR, "too much outside the parts", exceeded, self._offset + start + left)
        self._padding += end - start
        return end


def _checked(boundary: bytes | None, limits: Limits) -> bytes:
    if boundary is None:
        raise GrammarError(GRAMMAR, "the Content-Type has no boundary")
    if len(boundary) > limits.max_boundary_length:
        exceeded = ExceededLimit("max_boundary_length", limits.max_boundary_length, "characters")
        raise LimitError(GRAMMAR, "too long a boundary", exceeded)
    if _BOUNDARY.fullmatch(boundary) is None:
        raise GrammarError(GRAMMAR, "a boundary that is empty or not printable ASCII", boundary)
    return boundary
