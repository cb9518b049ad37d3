"""What the servers serve whose exchanges are recorded, to the file that the environment names."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final
from wsgiref.types import StartResponse

from examples.site import site
from verglas import Request, Response, application
from verglas.testing import SECRETS, record

__all__ = ["RECORDING", "answer", "recorded"]

RECORDING: Final = "VERGLAS_RECORDING"
"""The environment variable with the path."""

SITE: Final = site()


def echo(request: Request) -> Response:
    """The body, in pieces as they come."""
    return Response(iter(lambda: request.stream.read(1000), b""), content_type=request.content_type)


ECHO: Final = application(echo)


def answer(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Files, streams and parts of files to GET, the request's body to POST."""
    return (ECHO if environ["REQUEST_METHOD"] == "POST" else SITE)(environ, start_response)


recorded: Final = record(os.environ.get(RECORDING, os.devnull), mask=SECRETS, max_body=10_000)(answer)
