"""Time verglas beside Werkzeug, both in this process, taking turns; what counts is the ratio.

    python benchmarks/against_werkzeug.py [rounds]

Before anything is timed, both must have seen the same. Absolute times say something about the machine only.
"""

from __future__ import annotations

import gc
import io
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

from werkzeug.wrappers import Request as PeerRequest
from werkzeug.wrappers import Response as PeerResponse

from verglas import Request, Response

Environ = dict[str, object]

# What gunicorn hands over for a GET of a Chromium: 17 header fields, 6 cookies, 5 parameters.
BROWSER: Environ = {
    "wsgi.errors": sys.stderr,
    "wsgi.version": (1, 0),
    "wsgi.multithread": False,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,
    "SERVER_SOFTWARE": "gunicorn",
    "REQUEST_METHOD": "GET",
    "QUERY_STRING": "q=caf%C3%A9+noir&page=2&sort=price&filter=new&utm_source=mail",
    "RAW_URI": "/shop/items?q=caf%C3%A9+noir&page=2&sort=price&filter=new&utm_source=mail",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "shop.example.org",
    "HTTP_CONNECTION": "keep-alive",
    "HTTP_CACHE_CONTROL": "max-age=0",
    "HTTP_SEC_CH_UA": '"Chromium";v="148", "Not?A_Brand";v="24"',
    "HTTP_SEC_CH_UA_MOBILE": "?0",
    "HTTP_SEC_CH_UA_PLATFORM": '"Linux"',
    "HTTP_UPGRADE_INSECURE_REQUESTS": "1",
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0",
    "HTTP_ACCEPT": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_SEC_FETCH_MODE": "navigate",
    "HTTP_SEC_FETCH_USER": "?1",
    "HTTP_SEC_FETCH_DEST": "document",
    "HTTP_REFERER": "https://shop.example.org/shop",
    "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd",
    "HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9,de;q=0.8",
    "HTTP_COOKIE": "sid=31d4d96e407aad42; theme=dark; lang=en; cart=3; seen=1755; consent=yes",
    "wsgi.url_scheme": "https",
    "REMOTE_ADDR": "192.0.2.7",
    "REMOTE_PORT": "51234",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "8000",
    "PATH_INFO": "/shop/items",
    "SCRIPT_NAME": "",
}


class Item(NamedTuple):
    """One thing to do, by each."""

    name: str
    ours: Callable[[Environ], object]
    theirs: Callable[[Environ], object]
    environ: Callable[[], Environ]


def browser() -> Environ:
    """A new environ, as for every request."""
    return {**BROWSER, "wsgi.input": io.BytesIO()}


def posted(content_type: str, body: bytes) -> Environ:
    """The same with a body."""
    stream = io.BytesIO(body)
    return browser() | {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": stream,
    }


def small_form() -> Environ:
    """20 fields, 1 KB, as a browser encodes them."""
    body = "&".join(f"field{i}=value+{i}+caf%C3%A9+and+some+more+text" for i in range(20)).encode()
    return posted("application/x-www-form-urlencoded", body)


def small_multipart() -> Environ:
    """5 fields and a file of 10 KB; a boundary of its own each time, as browsers have it."""
    boundary = f"----WebKitFormBoundary{os.urandom(8).hex()}"
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="field{i}"\r\n\r\nvalue {i}\r\n' for i in range(5)]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="photo.jpg"\r\n'
    file = f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + bytes(range(256)) * 40
    body = "".join(parts).encode() + file + f"\r\n--{boundary}--\r\n".encode()
    return posted(f"multipart/form-data; boundary={boundary}", body)


def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
    """What a server has, without the server."""
    del status, headers, exc_info
    return len


def our_request(environ: Environ) -> object:
    """Make it, and read nothing."""
    Request(environ)
    return None


def their_request(environ: Environ) -> object:
    """The same."""
    PeerRequest(environ)
    return None


def our_five(environ: Environ) -> object:
    """Path, one argument, one header, one cookie."""
    request = Request(environ)
    return request.method, request.path, request.args["page"], request.headers["User-Agent"], request.cookies["sid"]


def their_five(environ: Environ) -> object:
    """The same."""
    request = PeerRequest(environ)
    return request.method, request.path, request.args["page"], request.headers["User-Agent"], request.cookies["sid"]


def our_form(environ: Environ) -> object:
    """All fields of a form."""
    return list(Request(environ).form.pairs)


def their_form(environ: Environ) -> object:
    """The same."""
    return list(PeerRequest(environ).form.items(multi=True))


def our_upload(environ: Environ) -> object:
    """All fields of a form, and the file."""
    with Request(environ) as request:
        photo = request.files["photo"]
        return list(request.form.pairs), photo.filename, photo.read()


def their_upload(environ: Environ) -> object:
    """The same."""
    with PeerRequest(environ) as request:
        photo = request.files["photo"]
        return list(request.form.items(multi=True)), photo.filename, photo.read()


def our_answer(environ: Environ) -> object:
    """Build a response, call it, consume it."""
    return b"".join(Response("Hello")(environ, start_response))


def their_answer(environ: Environ) -> object:
    """The same, and close it, as a server does."""
    body = PeerResponse("Hello")(environ, start_response)
    try:
        return b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()


ITEMS = (
    Item("construct the request", our_request, their_request, browser),
    Item("read method, path, one argument, header, cookie", our_five, their_five, browser),
    Item("urlencoded form: 20 fields, 1 KB", our_form, their_form, small_form),
    Item("multipart: 5 fields, a 10 KB file, a new boundary", our_upload, their_upload, small_multipart),
    Item('Response("Hello"), called and consumed', our_answer, their_answer, browser),
)


def timed(run: Callable[[Environ], object], environs: list[Environ]) -> float:
    """Microseconds a call, over all of these."""
    start = time.perf_counter()
    for environ in environs:
        run(environ)
    return (time.perf_counter() - start) / len(environs) * 1e6


def measure(item: Item, rounds: int, calls: int = 200) -> tuple[float, float]:
    """The medians of both, in microseconds: they take turns, so that the machine's moods meet both."""
    if item.ours(item.environ()) != item.theirs(item.environ()):
        raise SystemExit(f"{item.name}: they do not see the same")
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        ours.append(timed(item.ours, [item.environ() for _ in range(calls)]))
        theirs.append(timed(item.theirs, [item.environ() for _ in range(calls)]))
    return statistics.median(ours), statistics.median(theirs)


def main() -> int:
    """Print the table; fail if verglas is slower anywhere."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    gc.disable()
    print("| item | verglas µs | Werkzeug µs | ratio |")
    print("|---|---|---|---|")
    slower = False
    for item in ITEMS:
        ours, theirs = measure(item, rounds)
        slower = slower or ours >= theirs
        print(f"| {item.name} | {ours:.2f} | {theirs:.2f} | {ours / theirs:.2f} |")
    return int(slower)


if __name__ == "__main__":
    sys.exit(main())
