"""An application that tells its environ."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import BinaryIO, cast

from verglas.wsgi import StartResponse

__all__ = ["tell"]


def tell(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the environ as a field: texts, numbers, truths, the body; of all else, the type."""
    length = environ.get("CONTENT_LENGTH")
    stream = cast("BinaryIO", environ["wsgi.input"])  # PEP 3333
    body = stream.read(int(length)) if isinstance(length, str) and length else b""
    told = {
        key: value if isinstance(value, str | int) else f"<{type(value).__name__}>" for key, value in environ.items()
    }
    told["wsgi.input"] = body.decode("latin-1")
    start_response("200 OK", [("Content-Length", "0"), ("X-Environ", json.dumps(told))])  # also to HEAD
    return []
