from collections.abc import Mapping

from django.http import HttpResponseBase

class _Answer(HttpResponseBase):
    redirect_chain: list[tuple[str, int]]

class Client:
    def __init__(self, **defaults: object) -> None: ...
    def generic(
        self,
        method: str,
        path: str,
        data: bytes | str = "",
        content_type: str = "application/octet-stream",
        secure: bool = False,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> _Answer: ...
    def get(self, path: str, *, follow: bool = False) -> _Answer: ...
    def post(
        self, path: str, data: bytes | Mapping[str, object], content_type: str = ..., follow: bool = False
    ) -> _Answer: ...
