"""How long a request body is, and how its bytes are taken from `wsgi.input` (RFC 9112 §6, PEP 3333)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Final, NoReturn

from verglas.errors.grammar import GrammarError
from verglas.errors.parse import (
    BrokenInput,
    ClientDisconnected,
    FramingError,
    LengthRequired,
    RequestEntityTooLarge,
)
from verglas.syntax.tokens import parse_digits
from verglas.wsgi import Environ

__all__ = ["InputReader", "PIECE", "body_length"]

_DIGITS: Final = re.compile("[0-9]{1,18}")  # as `parse_digits` has it: 18 keep within 64 bits

LONGEST: Final = 10**18  # the first length of more than 18 digits

NOTHING_ARRIVED: Final = (
    "No byte of the request body arrived: the client hung up, or another reader of this environ has already read it."
)

PIECE: Final = 256 * 1024
"""Bytes asked for at a time. PERF: bytes.find() changes its search at 30,000 bytes; its worst inputs are slow below."""


def body_length(environ: Environ, gateway: bool = False) -> int | None:
    """The number of bytes of the body; `None` when it ends where the input does.

    Args:
        environ: The environ.
        gateway: Whether Content-Length alone counts: `Trust.gateway`.

    Raises:
        FramingError: The length is not 1 to 18 digits, the transfer encoding is not `chunked`, or both are there: a
            server in front may have seen another body (RFC 9112 §6.1, §6.3).
        LengthRequired: The body is chunked, and the server hands the chunks over undecoded.
    """
    length = environ.get("CONTENT_LENGTH")
    transfer_encoding = None if gateway else environ.get("HTTP_TRANSFER_ENCODING")
    if not transfer_encoding:
        if length is None or length == "":
            # No length: no body (RFC 9112 §6.3), unless the server promises that the input ends.
            return None if environ.get("wsgi.input_terminated") else 0
        return int(length) if isinstance(length, str) and _DIGITS.fullmatch(length) else _refused(length)
    if length is not None and length != "":
        raise FramingError("Content-Length and Transfer-Encoding exclude each other.", "Transfer-Encoding")
    if not isinstance(transfer_encoding, str) or transfer_encoding.strip(" \t").lower() != "chunked":
        raise FramingError("The only Transfer-Encoding understood here is chunked.", "Transfer-Encoding")
    if not environ.get("wsgi.input_terminated"):
        # wsgiref passes chunks on as they are, sizes and all.
        raise LengthRequired("This server does not decode chunked bodies; send a Content-Length.")
    return None


def _refused(length: object) -> int:
    """A length that some adapters write as a number; of any other, raise the error that says what is wrong with it."""
    if isinstance(length, int) and not isinstance(length, bool) and 0 <= length < LONGEST:
        return length
    if not isinstance(length, str):
        raise FramingError("Content-Length must be text.", "Content-Length")
    try:
        return parse_digits(length, grammar="Content-Length")
    except GrammarError as error:
        raise FramingError.from_grammar(error, "Content-Length") from error


class InputReader:
    """Takes a body from `wsgi.input`: never without a size, never more than is left, never past its end.

    Args:
        stream: `wsgi.input`; that it can be read is found out by reading.
        length: Bytes of the body, or `None`: until the input ends.
        max_content_length: Bytes after which it is too large.
    """

    __slots__ = ("_allowed", "_read", "_received", "length")

    def __init__(self, stream: object, length: int | None, max_content_length: int | None) -> None:
        read: object = getattr(stream, "read", None)
        self._read: Callable[[int], object] = read if callable(read) else _cannot_be_read
        self.length: int | None = length
        """Bytes of the body; `None` until the input, whose length nobody said, has ended."""
        self._allowed = max_content_length
        self._received = 0

    def allow(self, max_content_length: int | None) -> None:
        """Have another number of bytes after which the body is too large."""
        self._allowed = max_content_length

    def piece(self, size: int) -> bytes:
        """Some of the next bytes, at most `size`; none at the end.

        Raises:
            RequestEntityTooLarge: The body has more bytes than `Limits.max_content_length`.
            ClientDisconnected: The input ends, or breaks, before the body does.
            BrokenInput: The server's stream does not do what PEP 3333 says.
        """
        length, allowed, received = self.length, self._allowed, self._received
        if length is None:
            # All that is allowed is handed out before one byte more tells "exactly" from "too much": so a reader meets
            # the same error first, however the input is cut (pinned by `test_cuts_never_matter`).
            ask = size if allowed is None else min(size, max(allowed - received, 1))
        elif allowed is not None and length > allowed:
            raise self._too_large(allowed)  # by its own word, before a byte of it is read
        else:
            ask = min(size, length - received)
        if not ask:
            return b""
        try:
            data = self._read(ask)
        except (OSError, EOFError) as error:
            raise ClientDisconnected from error
        if not isinstance(data, bytes) or len(data) > ask:
            raise BrokenInput
        self._received = received = received + len(data)
        if length is not None:
            if not data:
                raise ClientDisconnected(None if received else NOTHING_ARRIVED)
        elif not data:
            self.length = received
        elif allowed is not None and received > allowed:
            raise self._too_large(allowed)
        return data

    @staticmethod
    def _too_large(allowed: int) -> RequestEntityTooLarge:
        return RequestEntityTooLarge.over("The request body is too large", "max_content_length", allowed)

    def pieces(self, size: int = PIECE) -> Iterator[bytes]:
        """All pieces, until the end; raises as `piece`."""
        while self._received != self.length and (data := self.piece(size)):
            yield data

    def check_memory(self, max_size: int) -> None:
        """Refuse a body that says itself that it is too large to hold, before a byte of it is read.

        Raises:
            RequestEntityTooLarge: The announced length exceeds `max_size`, or `Limits.max_content_length`.
        """
        length, allowed = self.length, self._allowed
        if length is not None and length - self._received > max_size:
            if allowed is not None and length > allowed:  # the limit of every body is named first
                raise self._too_large(allowed)
            raise _too_much_memory(max_size)

    def rest(self, whole: bytes, max_size: int) -> bytes:
        """The whole body, whose announced length was checked.

        Args:
            whole: What was read of it.
            max_size: How many bytes it may have.

        Raises:
            RequestEntityTooLarge: The body has more than `max_size` bytes, the `Limits.max_body_memory`.
            HTTPError: The errors that `piece` raises.
        """
        if len(whole) > max_size:
            raise _too_much_memory(max_size)
        data = b"" if self._received == self.length else self.piece(PIECE)
        if not data:
            return whole
        joined = io.BytesIO(whole)  # not a list: the smallest pieces would take twenty times their size
        size = joined.seek(0, io.SEEK_END)
        while data:
            size += len(data)
            if size > max_size:
                raise _too_much_memory(max_size)
            joined.write(data)
            data = self.piece(PIECE)
        return joined.getvalue()


def _cannot_be_read(size: int) -> NoReturn:
    del size
    raise BrokenInput


def _too_much_memory(allowed: int) -> RequestEntityTooLarge:
    return RequestEntityTooLarge.over("The request body is too large to hold", "max_body_memory", allowed)
