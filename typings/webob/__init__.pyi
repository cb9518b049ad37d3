# As far as benchmarks/with_webob.py uses it.
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import BinaryIO

from verglas.wsgi import StartResponse

class _CacheControl:
    max_age: int | None

class _ETags:
    def __contains__(self, tag: str, /) -> bool: ...

class _Range:
    start: int
    end: int | None

class _Accept:
    def acceptable_offers(self, offers: Sequence[str]) -> list[tuple[str, float]]: ...
    def lookup(self, language_tags: Sequence[str], *, default: str) -> str: ...

class _File:
    filename: str
    type: str
    file: BinaryIO

class Request:
    GET: Mapping[str, str]
    POST: Mapping[str, str | _File]
    accept: _Accept
    accept_encoding: _Accept
    accept_language: _Accept
    cache_control: _CacheControl
    content_type: str
    cookies: Mapping[str, str]
    headers: Mapping[str, str]
    if_none_match: _ETags
    json: object
    method: str
    path_info: str
    range: _Range | None
    referrer: str | None
    remote_addr: str | None
    url: str
    user_agent: str | None
    def __init__(self, environ: dict[str, object]) -> None: ...

class Response:
    accept_ranges: str | None
    content_location: str | None
    etag: str | None
    expires: datetime | None
    headers: MutableMapping[str, str]
    last_modified: datetime | None
    location: str | None
    vary: Sequence[str] | None
    @property
    def cache_control(self) -> _CacheControl: ...
    def __init__(
        self,
        body: str | bytes | None = None,
        status: int | str | None = None,
        *,
        content_type: str = ...,
        charset: str = ...,
        conditional_response: bool = ...,
        etag: str = ...,
        last_modified: datetime = ...,
    ) -> None: ...
    def __call__(self, environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]: ...
    def set_cookie(
        self,
        name: str,
        value: str = "",
        *,
        secure: bool = False,
        httponly: bool = False,
        samesite: str | None = None,
    ) -> None: ...
