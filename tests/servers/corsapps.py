"""An API for pages of another origin, that answers in every way: what a real server makes of the fields of CORS."""

from __future__ import annotations

import gc

from verglas import Limits, Request, RequestHead, Response, application, text
from verglas.inputs import query
from verglas.middleware import cors, cross_origin_protection
from verglas.paths import GET, POST, root, routes

__all__ = ["APP", "serve_api"]

APP = "https://app.example"

api = cors([APP], methods=["PUT"], headers=["X-A"], expose=["X-Trace"], credentials=True)


@GET(root / "note").into
def show(request: Request) -> Response:
    """Has a tag, so that it answers with a 304."""
    response = text("note")
    response.set_etag("1")
    return response.make_conditional(request)


@(GET(root / "page") & query("page", int)).into
def paged(request: Request, page: int) -> Response:
    """Needs a number."""
    return text(str(page))


@POST(root / "form").into
def form(request: Request) -> Response:
    """Reads a form."""
    return text(str(len(request.form)))


@GET(root / "broken").into
def broken(request: Request) -> Response:
    """Fails."""
    raise ZeroDivisionError


@GET(root / "process").into
def process(request: Request) -> Response:
    """Collects garbage."""
    gc.collect()
    return text("collected")


def excuse(error: Exception, head: RequestHead) -> Response:
    """Answers an exception."""
    return text("Sorry.", 500)


serve_api = application(
    api(cross_origin_protection(trusted_origins=[APP])(routes(show, paged, form, broken, process))),
    finish=api.finish,
    on_exception=excuse,
    limits=Limits(max_content_length=10),
)
