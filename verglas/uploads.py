"""`Upload`: a file of a form."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, Final, Protocol, final

from attrs import field, frozen

from verglas.headers.mapping import Headers, HeadersLike
from verglas.syntax.filenames import safe_filename
from verglas.syntax.mediatypes import essence_of, parameters_of

__all__ = ["Upload", "Writable"]

COPY_SIZE: Final = 256 * 1024  # bytes a piece: fewer calls than the reference's 16 KiB, and still in the cache


class Writable(Protocol):
    """What `save` can write to."""

    def write(self, data: bytes, /) -> object: ...


@final
@frozen(init=False, eq=False, repr=False)
class Upload:
    """A file of a form: its field, what the client says about it, and its content.

    The content is bytes in memory or a stream on disk. In memory, an upload is a value: equal by content, hashable and
    picklable; on disk it is equal only to itself, ends with its request, and `buffered()` gives the value. Reading
    moves the position of `stream`, which all readers share; `data` is the whole content at any time.

    Args:
        name: The field of the form.
        filename: As the client sent it: do not use it as a path, use `safe_filename`.
        content: The bytes, or a seekable binary stream.
        headers: The part's own header fields.
        content_type: Replaces the Content-Type among those.

    Raises:
        TypeError: The content is neither bytes nor a binary stream.

    >>> upload = Upload("photo", "été.txt", b"hello", content_type="text/plain; charset=utf-8")
    >>> upload.size, upload.mimetype, upload.read()
    (5, 'text/plain', b'hello')
    """

    name: str
    filename: str
    headers: Headers
    size: int
    """Bytes."""
    stream: BinaryIO
    _content: bytes | None = field(alias="content")

    def __init__(
        self,
        name: str,
        filename: str,
        content: bytes | BinaryIO = b"",
        headers: HeadersLike | None = None,
        content_type: str | None = None,
    ) -> None:
        fields = headers if isinstance(headers, Headers) else Headers(headers)
        _set(self, "name", name)
        _set(self, "filename", filename)
        _set(self, "headers", fields if content_type is None else fields.with_("Content-Type", content_type))
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        sample: object = stream.read(0) if hasattr(stream, "read") and hasattr(stream, "seek") else None
        if not isinstance(sample, bytes):
            raise TypeError(f"an upload is bytes or a seekable binary stream, not {type(content).__name__}")
        _set(self, "_content", content if isinstance(content, bytes) else None)
        _set(self, "stream", stream)
        _set(self, "size", len(content) if isinstance(content, bytes) else _size(content))

    @property
    def content_type(self) -> str | None:
        """The Content-Type of the part, as sent."""
        return self.headers.get("Content-Type")

    @property
    def mimetype(self) -> str:
        """Its media type in lower case, without parameters; `""` when absent or malformed."""
        return essence_of(self.content_type or "")

    @property
    def mimetype_params(self) -> dict[str, str]:
        """The parameters of its media type, names in lower case: a new dict."""
        return parameters_of(self.content_type or "")

    @property
    def content_length(self) -> int:
        """The size in bytes: what arrived, not what a header says."""
        return self.size

    @property
    def safe_filename(self) -> str:
        """The last part of the file name, safe to create in a directory on every platform; never empty."""
        return safe_filename(self.filename)

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes of the stream, all that are left without a size."""
        return self.stream.read(size)

    def __iter__(self) -> Iterator[bytes]:
        """The lines from the position on."""
        return iter(self.stream)

    def save(
        self, dst: str | os.PathLike[str] | Writable, buffer_size: int = COPY_SIZE, *, exclusive: bool = False
    ) -> None:
        """Write the whole content, from its start whatever was read before.

        Args:
            dst: A path, or a writable binary file, which is left open. A path is used as it is: build it from
                `safe_filename`, not from `filename`.
            buffer_size: Bytes copied at a time.
            exclusive: Refuse to write over a file that exists.

        Raises:
            FileExistsError: It does, and `exclusive` was asked for.
            OSError: The file cannot be opened or written. A file that was opened here is then removed.
        """
        if not isinstance(dst, str | os.PathLike):
            self._copy_to(dst, buffer_size)
            return
        file = open(dst, "xb" if exclusive else "wb", buffering=0)  # noqa: SIM115  # closed below, in either case
        try:
            with file:
                self._copy_to(file, buffer_size)
        except BaseException:
            # A path may be a device or a pipe, or lead to one: only what can hold a partial file is removed.
            with suppress(OSError):
                target = os.path.realpath(dst)
                if stat.S_ISREG(os.lstat(target).st_mode):
                    os.unlink(target)
            raise

    def _copy_to(self, file: Writable, buffer_size: int) -> None:
        position = self.stream.tell()
        self.stream.seek(0)
        try:
            while piece := self.stream.read(buffer_size):
                view = memoryview(piece)
                while view:
                    # An unbuffered file may take a part; what returns no count took all.
                    written = file.write(bytes(view) if len(view) < len(piece) else piece)
                    view = view[written:] if isinstance(written, int) else view[:0]
        finally:
            self.stream.seek(position)

    @property
    def data(self) -> bytes:
        """The whole content, whatever was read before: nobody's position moves."""
        if self._content is not None:
            return self._content
        position = self.stream.tell()
        self.stream.seek(0)
        try:
            return self.stream.read()
        finally:
            self.stream.seek(position)

    def close(self) -> None:
        """Close the stream; a file on disk is gone then. What is in memory needs no closing, and stays."""
        if self._content is None:
            self.stream.close()

    def buffered(self) -> Upload:
        """The same upload with its whole content in memory, to be read from its start: a picklable, hashable value,
        to be kept for as long as one likes.
        """
        return Upload(self.name, self.filename, self.data, self.headers)

    def _key(self) -> tuple[str, str, Headers, bytes | int]:
        return self.name, self.filename, self.headers, id(self) if self._content is None else self._content

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Upload) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"<Upload {self.filename!r} of {self.name!r}, {self.size} bytes>"

    def __copy__(self) -> Upload:
        return self

    def __reduce__(self) -> tuple[type[Upload], tuple[str, str, bytes, Headers]]:
        if self._content is None:
            raise TypeError("an upload on disk cannot be pickled or copied; Upload.buffered() gives one that can")
        return Upload, (self.name, self.filename, self._content, self.headers)


_set: Final = object.__setattr__


def _size(stream: BinaryIO) -> int:
    position = stream.tell()
    size = stream.seek(0, os.SEEK_END)
    stream.seek(position)
    return size
