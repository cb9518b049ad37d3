from collections.abc import Iterable, Mapping
from typing import BinaryIO

from django.core.files.uploadhandler import MemoryFileUploadHandler

class UploadedFile:
    name: str
    def read(self) -> bytes: ...

class Fields:
    def lists(self) -> Iterable[tuple[str, list[str]]]: ...

class Files:
    def lists(self) -> Iterable[tuple[str, list[UploadedFile]]]: ...

class MultiPartParser:
    def __init__(
        self, META: Mapping[str, str], input_data: BinaryIO, upload_handlers: list[MemoryFileUploadHandler]
    ) -> None: ...
    def parse(self) -> tuple[Fields, Files]: ...
