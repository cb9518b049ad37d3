"""Handlers behind a cache and static files, for real servers."""

from __future__ import annotations

import os
from itertools import count
from typing import Final

from verglas import Request, Response, application, text
from verglas.middleware import cache, static_files

__all__ = ["serve_site"]

NUMBERS: Final = count(1)
VARIED: Final = {"Cache-Control": "max-age=600", "Vary": "Accept-Language"}


@static_files(os.environ["VERGLAS_STATIC"], index="index.html")
@cache()
def site(request: Request) -> Response:
    """An answer that has the number of the call."""
    return text(f"{request.cookies.get('user', 'nobody')} {next(NUMBERS)}", headers=VARIED)


serve_site = application(site)
