"""A download under any name: `python -m examples`, then open `/download?name=Übergröße.txt`.

`send_file()` writes a Content-Disposition that every browser reads (RFC 6266), whatever the name holds.
"""

from __future__ import annotations

import io
from typing import Final

from verglas import Request, Response, send_file

__all__ = ["CONTENT", "download"]

NAME: Final = "Übergröße ❄.txt"
CONTENT: Final = "A thin, clear coat of ice.\n"


def download(request: Request) -> Response:
    """Answer with a file to save, by the name that the query gives."""
    file = io.BytesIO(CONTENT.encode())
    name = request.args.get("name", NAME)
    return send_file(file, request, mimetype="text/plain", as_attachment=True, download_name=name)
