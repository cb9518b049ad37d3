from collections.abc import Iterator, Mapping
from typing import BinaryIO, TypeVar

class MultipartError(ValueError): ...

class MultipartSegment:
    headerlist: list[tuple[str, str]]
    name: str | None
    filename: str | None
    content_type: str | None
    charset: str | None

class PushMultipartParser:
    def __init__(
        self,
        boundary: str | bytes,
        content_length: int = -1,
        max_header_size: int = 4224,
        max_header_count: int = 8,
        max_segment_size: float = ...,
        max_segment_count: float = ...,
        header_charset: str = "utf8",
        strict: bool = False,
    ) -> None: ...
    def parse(self, chunk: bytes | bytearray) -> Iterator[MultipartSegment | bytes | None]: ...
    def close(self, check_complete: bool = True) -> None: ...

class MultipartPart:
    file: BinaryIO
    raw: bytes
    value: str
    name: str
    filename: str | None
    content_type: str
    def close(self) -> None: ...

class MultipartParser:
    def __init__(self, stream: BinaryIO, boundary: str | bytes) -> None: ...
    def __iter__(self) -> Iterator[MultipartPart]: ...

_T = TypeVar("_T")

class MultiDict(Mapping[str, _T]):
    def iterallitems(self) -> Iterator[tuple[str, _T]]: ...
    def __getitem__(self, key: str, /) -> _T: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...

def parse_form_data(
    environ: dict[str, object], charset: str = "utf8", strict: bool = False, *, part_limit: int = ...
) -> tuple[MultiDict[str], MultiDict[MultipartPart]]: ...
