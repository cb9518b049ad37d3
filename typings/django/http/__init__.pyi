from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from http.cookies import SimpleCookie

class _UploadedFile:
    name: str
    content_type: str
    def read(self) -> bytes: ...

class _Session:
    def __setitem__(self, key: str, value: object) -> None: ...
    def get(self, key: str, default: object) -> object: ...
    def flush(self) -> None: ...

class HttpRequest:
    COOKIES: Mapping[str, str]
    FILES: Mapping[str, _UploadedFile]
    GET: Mapping[str, str]
    META: dict[str, object]
    POST: Mapping[str, str]
    body: bytes
    method: str
    session: _Session

class HttpResponseBase:
    status_code: int
    cookies: SimpleCookie
    headers: MutableMapping[str, str]
    def close(self) -> None: ...
    def getvalue(self) -> bytes: ...
    def set_cookie(self, key: str, value: str, *, max_age: int, path: str, httponly: bool, samesite: str) -> None: ...

class HttpResponse(HttpResponseBase):
    def __init__(self, content: bytes | str = b"", *, status: int = 200) -> None: ...

class HttpResponseRedirect(HttpResponse):
    def __init__(self, redirect_to: str) -> None: ...

class JsonResponse(HttpResponse):
    def __init__(self, data: Mapping[str, object]) -> None: ...

class StreamingHttpResponse(HttpResponseBase):
    streaming_content: Iterator[bytes]
    def __init__(self, streaming_content: Iterable[bytes], *, content_type: str) -> None: ...
