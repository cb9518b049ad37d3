"""Files of a folder, answered before the handler is asked."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeVar, final

from attrs import frozen

from verglas.errors.registry import MethodNotAllowed, NotFound
from verglas.files import Path, send_from_directory
from verglas.headers.caching import CacheControl
from verglas.middleware.common import AnyRequest, check_option, named_after
from verglas.response.builder import Response
from verglas.response.shorthand import redirect
from verglas.wsgi import ResponseLike

__all__ = ["HASHED", "StaticFiles", "static_files"]

R = TypeVar("R", bound=AnyRequest)

YEAR: Final = timedelta(days=365)
FOREVER: Final = CacheControl(max_age=YEAR, public=True, immutable=True)
METHODS: Final = ("GET", "HEAD")

HASHED: Final = re.compile(
    r"""
    (?:^|[/._-])                 # at the start of a part of the name
    (?=[a-f]*+[0-9])             # a digit, or it may be a word
    (?=[0-9]*+[a-f])             # a letter, or it may be a date
    [0-9a-f]{8,64}+
    (?:\.[^/]*)?\Z               # in the last segment
    """,
    re.VERBOSE,
)
"""Names with a part of 8 to 64 hexadecimal digits, as build tools write them: `app.3f2a9c1d.js`, `app-3f2a9c1d.css`.

A part of digits alone is a date perhaps, and one of letters alone a word: neither is taken for a hash.
"""


@final
@frozen(eq=False, kw_only=True)
class StaticFiles:
    """Middleware that `static_files` made.

    Attributes:
        directory: The folder, as an absolute path.
        prefix: The path below which the files are, without a slash at its end.
        index: The name of the file that stands for a folder.
        precompressed: Whether compressed files beside the files are sent.
        immutable: The names of files that never change.
        max_age: For how long the other files are fresh.
        hidden: Whether names that begin with a dot are served.
        fallthrough: Whether the handler is asked where a file was not found.
    """

    directory: str
    prefix: str
    index: str | None
    precompressed: bool
    immutable: re.Pattern[str] | None
    max_age: timedelta | None
    hidden: bool
    fallthrough: bool

    def __call__(self, handler: Callable[[R], ResponseLike], /) -> Callable[[R], ResponseLike]:
        """Put the files before a handler.

        Args:
            handler: Answers all requests that are not for files.

        Raises:
            TypeError: The handler is not a function of a request.
        """
        prefix, below = self.prefix, f"{self.prefix}/"

        def with_files(request: R) -> ResponseLike:
            path = request.path
            if not path.startswith(below) and (path != prefix or self.index is None):
                return handler(request)
            is_read = request.method in METHODS
            if not self.fallthrough:
                return self._answer(request, path[len(below) :]) if is_read else _not_allowed()
            try:
                return self._answer(request, path[len(below) :]) if is_read else handler(request)
            except NotFound:
                pass
            return handler(request)

        return named_after(with_files, handler, "static_files()")

    def _answer(self, request: AnyRequest, name: str) -> Response:
        """The answer with a file.

        Args:
            request: The request.
            name: The path of the file, below the folder.

        Raises:
            NotFound: The file does not exist, or is not served.
        """
        if not self.hidden and any(one.startswith(".") and one != ".well-known" for one in name.split("/")):
            raise NotFound
        try:
            return self._file(request, name)
        except NotFound:
            if self.index is None:
                raise
        # A folder: links in its page are relative to the path with the slash.
        path = request.path
        page = self._file(request, f"{name.removesuffix('/')}/{self.index}" if name else self.index)
        if path.endswith("/"):
            return page
        return redirect(request.url.replace(path=f"{path}/").target, 308, local=True)

    def _file(self, request: AnyRequest, name: str) -> Response:
        # The slash in front is taken off there: of two, the second makes it a path that leads out of the folder.
        response = send_from_directory(
            self.directory, f"/{name}", request, precompressed=self.precompressed, max_age=self.max_age
        )
        if self.immutable is not None and response.status_code < 400 and self.immutable.search(name):
            response.cache_control = FOREVER
            response.expires = None
        return response


def static_files(
    directory: Path,
    *,
    prefix: str = "/static",
    index: str | None = None,
    precompressed: bool = True,
    immutable: re.Pattern[str] | None = HASHED,
    max_age: timedelta | None = None,
    hidden: bool = False,
    fallthrough: bool = False,
) -> StaticFiles:
    """Answer GET and HEAD below a path with the files of a folder; the handler has all other paths.

    It is middleware, and stands around a handler.

    Conditions and ranges are answered, and nothing outside of the folder can be reached, as by `send_from_directory`.
    Below the path, other methods are a 405, and names of no file a 404.

    Files are fresh for `max_age`; without it, browsers ask each time whether they have changed. Files whose name holds
    a hash of what is in them never change: they are kept for a year, without asking.

    Where `app.js.br`, `app.js.zst` or `app.js.gz` lies beside `app.js` and is not older, it is sent to clients that
    accept it, with its Content-Encoding, the type of `app.js`, and an entity tag of its own. `Vary: Accept-Encoding`
    is there whichever is sent.

    Args:
        directory: The folder; it is trusted.
        prefix: The path, below where the application is mounted; `"/"`: all paths.
        index: The name of the file that stands for a folder, such as `"index.html"`. A path to a folder without a
            slash at its end is redirected to the one with it, and keeps its query. Without it, folders are a 404.
        precompressed: Whether to look for compressed files.
        immutable: A pattern that is searched in the path below the prefix, and matches those of files that never
            change; by default `HASHED`, names with a part of 8 to 64 hexadecimal digits; `None`: no file.
        max_age: For how long the other files are fresh.
        hidden: Whether names that begin with a dot are served, too; without it, only `.well-known` is (RFC 8615).
        fallthrough: Whether the handler is asked where no file is, and for all other methods.

    Raises:
        ValueError: The folder does not exist, the prefix or the index is malformed, or the age is negative.
        TypeError: The pattern is not compiled, or the age is not a `timedelta`.

    >>> import pathlib, tempfile
    >>> from verglas import Request, Response, text
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> (folder / "app.3f2a9c1d.js").write_text("let a")
    5
    >>> @static_files(folder)
    ... def page(request: Request) -> Response:
    ...     return text("a page")
    >>> answer = page(Request(url="/static/app.3f2a9c1d.js"))
    >>> answer.headers["Cache-Control"], page(Request(url="/")).data
    ('max-age=31536000, public, immutable', b'a page')
    """
    given: str = os.fspath(directory)
    root = os.path.abspath(given)
    if not os.path.isdir(root):
        raise ValueError(f"static_files() takes a folder, and {root!r} is not one")
    check_option(prefix, str, "prefix", "static_files()")
    for option, flag in (("precompressed", precompressed), ("hidden", hidden), ("fallthrough", fallthrough)):
        check_option(flag, bool, option, "static_files()")
    if not prefix.startswith("/") or "//" in prefix or "?" in prefix:
        raise ValueError(f"prefix= of static_files() is a path, such as '/static', not {prefix!r}")
    if index is not None and (not index or "/" in index):
        raise ValueError(f"index= of static_files() is the name of a file, such as 'index.html', not {index!r}")
    if immutable is not None and not isinstance(immutable, re.Pattern):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check
        raise TypeError(f"immutable= of static_files() is re.compile(...) of a pattern, not {type(immutable).__name__}")
    if max_age is not None and not isinstance(max_age, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance]  # as above
        raise TypeError(f"max_age= of static_files() is a timedelta, not {type(max_age).__name__}")
    if max_age is not None and max_age < timedelta():
        raise ValueError(f"max_age= of static_files() is not negative, as {max_age} is")
    return StaticFiles(
        directory=root,
        prefix=prefix.rstrip("/"),
        index=index,
        precompressed=precompressed,
        immutable=immutable,
        max_age=max_age,
        hidden=hidden,
        fallthrough=fallthrough,
    )


def _not_allowed() -> ResponseLike:
    raise MethodNotAllowed(METHODS)
