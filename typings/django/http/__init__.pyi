from collections.abc import MutableMapping
from http.cookies import SimpleCookie

class HttpRequest:
    META: dict[str, object]

class HttpResponse:
    status_code: int
    content: bytes
    cookies: SimpleCookie
    headers: MutableMapping[str, str]
    def __init__(self, content: bytes | str = b"", *, status: int = 200) -> None: ...
