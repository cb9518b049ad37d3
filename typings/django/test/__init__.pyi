from collections.abc import Mapping

from django.http import HttpResponse

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
    ) -> HttpResponse: ...
