"""Requests as commands for a shell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from verglas.headers.mapping import Headers
from verglas.request.model import Request
from verglas.testing.masks import Mask
from verglas.testing.messages import MessageParts, parts_of_request

__all__ = ["to_curl"]

SWITCHED_OFF: Final = ("Accept", "User-Agent")
"""The fields that curl adds to each request."""

FORM_TYPE: Final = "Content-Type"
"""The field that curl adds to a request with a body: that it is an urlencoded form."""

LONGEST_WORD: Final = 1024
"""Bytes of a body that is written as a word: a longer one is piped, since a system limits the length of words."""

HAND_SHAKE: Final = 1024
"""Bytes of a body from which on curl asks the server first, with the field Expect; newer versions wait for 1 MiB."""

WEB_SCHEMES: Final = {"ws": "http", "wss": "https"}
PLAIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%+,-./:=@_")
ESCAPES: Final = {
    **{octet: f"\\{octet:03o}" for octet in (*range(0x20), *range(0x7F, 0x100), 0x21, 0x27)},
    0x0A: "\\n",
    0x0D: "\\r",
    0x09: "\\t",
    0x25: "%%",
    0x5C: "\\\\",
}
"""The escapes of octets in a format of printf that stands between single quotes (POSIX.1-2017, XBD §5, XCU printf).

`!` is among them for bash, which otherwise looks it up in its history when the quotes are inside double ones.
"""


def to_curl(request: Request[object], *, mask: Mask | None = None) -> str:
    """Write a request as a command of curl for any POSIX shell: to be run again, or shown in an issue.

    It sends the same request: curl reads no file of settings, leaves the URL as it is, and adds no fields of its own.
    The order of fields of different names may be another. A body is written in the command if it is text, otherwise
    printf writes it. A request whose Host is not known is sent to its server.

    Args:
        request: The request, its body in memory.
        mask: The values that are not shown; `None` shows all, as is needed to send the request again.

    Raises:
        TypeError: The body streams; `Request.buffered()` gives a request whose body is in memory.
        ValueError: The request is HEAD and has a body, which curl does not send.

    >>> print(to_curl(Request(method="PUT", url="/notes?tag=a", headers={"Accept": "*/*"}, body=b"it's")))
    curl -q -X PUT \\
      -H User-Agent: -H Content-Type: \\
      -H 'Accept: */*' \\
      --data-raw 'it'\\''s' \\
      'http://localhost/notes?tag=a'
    """
    parts = parts_of_request(request, mask)
    if parts.method == "HEAD" and parts.body:
        raise ValueError("curl sends no HEAD request with a body; write request.replace(method='GET'), or body=b''")
    has_body = bool(parts.body) or any(name.lower() == "content-length" for name, _ in parts.fields)
    word, pipe = _body(parts.body) if has_body and parts.method != "HEAD" else ("", "")
    host = request.url.host or _server_of(request)
    options = [
        " ".join(["curl -q", *_method(parts.method, bool(word)), *_url_options(request, host, parts.target)]),
        " ".join(f"-H {_word(f'{name}:'.encode())}" for name in _switched_off(parts, bool(word))),
        *(f"-H {_word(line)}" for line in _lines(parts, host)),
        word,
        _word(_url(request, host, parts.target).encode()),
    ]
    return pipe + " \\\n  ".join(filter(None, options))


def _method(method: str, has_body: bool) -> list[str]:
    if method == "HEAD":
        return ["--head"]
    return [] if method == ("POST" if has_body else "GET") else ["-X", _word(method.encode())]


def _server_of(request: Request[object]) -> str:
    name, port = request.server or ("localhost", None)
    bracketed = f"[{name}]" if ":" in name and not name.startswith("[") else name
    return bracketed if port is None else f"{bracketed}:{port}"


def _url(request: Request[object], host: str, target: str) -> str:
    scheme = request.url.scheme
    return f"{WEB_SCHEMES.get(scheme, scheme)}://{host}{'/' if target == '*' else target}"


def _url_options(request: Request[object], host: str, target: str) -> Iterator[str]:
    """The options that have curl leave the URL alone, where it would not."""
    if any(mark in f"{host}{target}" for mark in "[]{}"):
        yield "--globoff"
    if "/." in target:
        yield "--path-as-is"
    if target == "*":
        yield "--request-target '*'"
    if request.url.scheme in ("https", "wss"):
        yield "--http1.1"


def _switched_off(parts: MessageParts, has_body: bool) -> Iterator[str]:
    """The fields that curl would add."""
    present = {name.lower() for name, _ in parts.fields}
    names = [*SWITCHED_OFF, *([FORM_TYPE] if has_body else []), *(["Expect"] if len(parts.body) >= HAND_SHAKE else [])]
    return (name for name in names if name.lower() not in present)


def _lines(parts: MessageParts, host: str) -> Iterator[bytes]:
    """The fields that are named: all but those that curl adds with the same value.

    Cookies are one line (RFC 6265 §5.4): servers join several with commas, which do not separate cookies.
    """
    headers = Headers.unchecked(parts.fields)
    if "Cookie" in headers:
        headers = headers.with_("Cookie", "; ".join(headers.getlist("Cookie")))
    for name, value in headers.pairs:
        low = name.lower()
        if low != "content-length" and (low != "host" or value != host):
            yield (f"{name}: {value}" if value else f"{name};").encode("latin-1")


def _body(body: bytes) -> tuple[str, str]:
    """The option for a body, and what is piped into curl for it."""
    if len(body) <= LONGEST_WORD and _is_readable(body.replace(b"\n", b" ")):
        return f"--data-raw {_word(body)}", ""
    return "--data-binary @-", f"printf '{_format(body)}' | "


def _is_readable(data: bytes) -> bool:
    """Whether data can be written between single quotes, and be read there."""
    try:
        return data.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _word(data: bytes) -> str:
    """A word of a shell, which stands for these bytes, none of which is NUL.

    printf writes those that are not text; that it is in the place of a word takes line ends away from the end, and
    neither a field nor a URL has one.
    """
    if not _is_readable(data.replace(b"\n", b" ")):
        return f"\"$(printf '{_format(data)}')\""
    text = data.decode()
    return text if text and PLAIN.issuperset(text) else "'" + text.replace("'", "'\\''") + "'"


def _format(data: bytes) -> str:
    text = data.decode("latin-1").translate(ESCAPES)
    return f"\\055{text[1:]}" if text.startswith("-") else text  # else printf takes it for options
