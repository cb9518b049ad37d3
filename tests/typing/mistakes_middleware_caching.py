"""What must not check of `cache` and `static_files`: one mistake a line, as in `mistakes.py`. It is never run."""

from __future__ import annotations

from tests.typing.checks_middleware_caching import as_guest, files, index, pages, show
from verglas import Request, application, pipe
from verglas.middleware import cache, static_files

application(pages(show))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
as_guest(pages(index))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(pipe(show, pages))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
pages(str)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
pages(lambda request: request.path)  # type: ignore[arg-type, return-value]  # pyright: ignore[reportArgumentType]
cache(60)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
cache(default_age=60)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cache(max_entries=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cache(clock=1.0)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
pages.forget("/notes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
pages.max_entries = 5  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]

application(files(show))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
as_guest(files(index))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
static_files()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
static_files("static", "/static")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
static_files(b"static")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
static_files("static", immutable="[0-9]+")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
static_files("static", max_age=60)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
static_files("static", index=True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pages  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
def nothing(request: Request) -> str:
    """Give no answer."""
    raise NotImplementedError
