"""Environs as servers hand them over: the keys are the same objects each time, every text is a new one."""

from __future__ import annotations

import base64
import io
import os
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final
from uuid import UUID
from wsgiref.util import FileWrapper

from benchmarks.harness import Environ
from benchmarks.recording import RECORDING

NUMBER: Final = "#"
"""Where the number of an environ stands in its texts."""

# What gunicorn makes of a GET of Chromium: 17 header fields, 6 cookies, 5 parameters.
BROWSER: Final = {
    "SERVER_SOFTWARE": "gunicorn/27.0.1",
    "REQUEST_METHOD": "GET",
    "QUERY_STRING": "q=salt%26pepper+mill&page=#&sort=price&filter=new&utm_source=mail",
    "RAW_URI": "/shop/items?q=salt%26pepper+mill&page=#&sort=price&filter=new&utm_source=mail",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "shop.example.org",
    "HTTP_CONNECTION": "keep-alive",
    "HTTP_CACHE_CONTROL": "max-age=#",
    "HTTP_SEC_CH_UA": '"Chromium";v="148", "Not?A_Brand";v="24"',
    "HTTP_SEC_CH_UA_MOBILE": "?0",
    "HTTP_SEC_CH_UA_PLATFORM": '"Linux"',
    "HTTP_UPGRADE_INSECURE_REQUESTS": "1",
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.#",
    "HTTP_ACCEPT": "text/html,application/xhtml+xml,application/xml;q=0.9,image/x-#,image/webp,*/*;q=0.8",
    "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_SEC_FETCH_MODE": "navigate",
    "HTTP_SEC_FETCH_USER": "?1",
    "HTTP_SEC_FETCH_DEST": "document",
    "HTTP_REFERER": "https://shop.example.org/shop?from=#",
    "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, x-#",
    "HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9,de-#;q=0.8",
    "HTTP_COOKIE": "sid=31d4d96e#; theme=dark; lang=en; cart=3; seen=1755; consent=yes",
    "wsgi.url_scheme": "https",
    "REMOTE_ADDR": "192.0.2.7",
    "REMOTE_PORT": "51234",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "8000",
    "PATH_INFO": "/shop/items",
    "SCRIPT_NAME": "",
}


def made(texts: Mapping[str, str], number: int, body: bytes = b"") -> Environ:
    """An environ of new texts, in which the number stands for `#`."""
    shown = str(number)
    environ: Environ = {
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,  # which cannot seek
        "wsgi.input_terminated": True,
    }
    for key, text in texts.items():
        # Through bytes, because a `str` that nothing is replaced in is returned as it is.
        environ[key] = text.replace(NUMBER, shown).encode("latin-1").decode("latin-1")
    environ["wsgi.input"] = io.BytesIO(body)
    return environ


def browser(number: int) -> Environ:
    """A GET as a browser sends it."""
    return made(BROWSER, number)


def with_texts(**texts: str) -> Callable[[int], Environ]:
    """A GET as a browser sends it, with other texts."""
    return lambda number: made(BROWSER | texts, number)


def routed(things: int) -> Callable[[int], Environ]:
    """A GET of a path with two values in it, below the one of many texts that is in the middle of them."""

    def environ(number: int) -> Environ:
        path = f"/things{things // 2}/{number}/parts/{UUID(int=number)}"
        return made(BROWSER | {"PATH_INFO": path}, number)

    return environ


def authorized(number: int) -> Environ:
    """A GET with the user and password of Basic."""
    token = base64.b64encode(f"ada:secret {number}".encode()).decode()
    return made(BROWSER | {"HTTP_AUTHORIZATION": f"Basic {token}"}, number)


def from_address(number: int) -> Environ:
    """A GET from the address of a number."""
    return made(BROWSER | {"REMOTE_ADDR": f"2001:db8::{number >> 16:x}:{number & 0xFFFF:x}"}, number)


def posted(content_type: str, body: bytes, number: int) -> Environ:
    """A POST of a body."""
    more = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
    return made(BROWSER | more, number, body)


def form(fields: int) -> Callable[[int], Environ]:
    """A urlencoded form; a field takes 50 bytes at first, and 100 in forms of hundreds."""
    text = "caf%C3%A9+and+some+more+text" if fields < 100 else "caf%C3%A9+and+" + "some+more+text+" * 4

    def environ(number: int) -> Environ:
        body = "&".join(f"field{index}=value+{number}+{text}" for index in range(fields)).encode()
        return posted("application/x-www-form-urlencoded", body, number)

    return environ


def json_text(number: int) -> Environ:
    """1 KB of JSON."""
    members = ",".join(
        f'{{"id": {number + index}, "name": "item {index}", "tags": ["a", "b"], "price": 9.5}}' for index in range(15)
    )
    return posted("application/json", f'{{"items": [{members}], "total": {number}}}'.encode(), number)


@cache
def file_of(size: int) -> bytes:
    """A file with every octet in it."""
    return bytes(range(256)) * (size // 256)


@cache
def near_boundaries() -> bytes:
    """10 MB of what begins as a boundary does and is none: for the search, the worst that a client can send."""
    unit = b"\r\n------WebKitFormBoundary\r\n--\r\n-\r\r\n\n" + b"-" * 30 + b"\r\r\r\n" + b"\n" * 10
    return unit * (10_000_000 // len(unit))


def multipart(fields: int, file: Callable[[], bytes] = bytes) -> Callable[[int], Environ]:
    """A multipart form as Chromium sends it: text fields, a file unless it is empty, a new boundary each time."""

    def environ(number: int) -> Environ:
        boundary = f"----WebKitFormBoundary{os.urandom(8).hex()}"
        disposition = f"--{boundary}\r\nContent-Disposition: form-data; name="
        parts = [f'{disposition}"field{index}"\r\n\r\nvalue {number}\r\n'.encode() for index in range(fields)]
        if content := file():
            head = f'{disposition}"photo"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
            parts += [head.encode(), content, b"\r\n"]
        body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
        return posted(f"multipart/form-data; boundary={boundary}", body, number)

    return environ


def part(first: int, last: int) -> Callable[[int], Environ]:
    """A GET of a part of the recording."""
    return with_texts(PATH_INFO=f"/files/{RECORDING}", QUERY_STRING="", HTTP_RANGE=f"bytes={first}-{last}")
