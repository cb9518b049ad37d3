"""The way back from an environ to the parts that it is made of."""

from __future__ import annotations

from typing import BinaryIO, Final, cast

from verglas.environs import EnvironValues
from verglas.headers.lines import FIELD_NAMES
from verglas.syntax.percent import decode_octets
from verglas.syntax.uris import path_to_uri
from verglas.wsgi import Environ

__all__ = ["parts_of", "place_of"]

# The keys that are made anew of the parts, beside those of header fields.
MADE: Final = frozenset(
    {
        *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "REQUEST_URI", "RAW_URI"),
        *("SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL"),
        *("wsgi.version", "wsgi.url_scheme", "wsgi.input", "wsgi.errors"),
        *("wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once"),
    }
)


def parts_of(environ: Environ, *, with_body: bool) -> EnvironValues:
    """The parts of a request, except its URL. Keys that belong to no part are the `environ_base`.

    Args:
        environ: The environ.
        with_body: Whether its body is one of them, with what the header fields say of it.
    """
    lines = {name: str(value) for key, value in environ.items() if (name := FIELD_NAMES[key]) and value != ""}
    lines.pop("Host", None)  # which is that of the URL
    if not with_body:
        for name in ("Content-Type", "Content-Length", "Transfer-Encoding"):
            lines.pop(name, None)
    made = MADE if with_body else MADE | {"wsgi.input_terminated"}
    # A stream without a length is not a body (PEP 3333), whatever it holds: perhaps the next request.
    announced = not lines.keys().isdisjoint(("Content-Length", "Transfer-Encoding"))
    parts: EnvironValues = {
        "method": str(environ.get("REQUEST_METHOD", "GET")),
        "errors_stream": environ.get("wsgi.errors"),
        "multithread": bool(environ.get("wsgi.multithread")),
        "multiprocess": bool(environ.get("wsgi.multiprocess")),
        "run_once": bool(environ.get("wsgi.run_once")),
        "headers": lines,
        "environ_base": {key: value for key, value in environ.items() if key not in made and not FIELD_NAMES[key]},
    }
    if with_body and (announced or environ.get("wsgi.input_terminated")):
        parts["input_stream"] = cast("BinaryIO", environ.get("wsgi.input"))  # as far as PEP 3333 has it
    return parts


def place_of(environ: Environ) -> tuple[str, str]:
    """The base URL of an environ and the path below it, percent-encoded, as the client wrote it where that is known.

    Args:
        environ: The environ.
    """
    octets = [str(environ.get(key, "")).encode("latin-1", "replace") for key in ("SCRIPT_NAME", "PATH_INFO")]
    root, below = octets[0].rstrip(b"/"), octets[1]
    encoded_root, path = path_to_uri(root), "*" if below == b"*" else path_to_uri(below)
    for key in ("RAW_URI", "REQUEST_URI"):
        written = str(environ.get(key, "")).partition("?")[0]
        if written.startswith(f"{encoded_root}/") and decode_octets(written.encode()) == root + below:
            path = written[len(encoded_root) :]
    host = environ.get("HTTP_HOST") or _host_of_server(environ)
    return f"{environ.get('wsgi.url_scheme', 'http')}://{host}{encoded_root}/", path


def _host_of_server(environ: Environ) -> str:
    name, port = str(environ.get("SERVER_NAME", "localhost")), str(environ.get("SERVER_PORT", ""))
    host = f"[{name}]" if ":" in name and not name.startswith("[") else name
    return f"{host}:{port}" if port.isdigit() else host
