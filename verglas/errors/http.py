"""An answer with an error status, raised."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar, Final

from verglas.errorpage import error_page
from verglas.errors.grammar import HeaderValueError
from verglas.statuses import reason_phrase
from verglas.wsgi import Environ, StartResponse

__all__ = ["HTTPError", "HTTPException"]


class HTTPError(Exception):
    """An answer with an error status, raised. It is a WSGI application: a small HTML page.

    Args:
        description: What went wrong, as plain text for the client. Without it, the class's own.

    >>> str(HTTPError("The cupboard is bare."))
    '500 Internal Server Error: The cupboard is bare.'
    """

    code: ClassVar[int] = 500
    description: str = ""

    def __init__(self, description: str | None = None) -> None:
        super().__init__(description)
        if description is not None:
            self.description = description

    @property
    def status_code(self) -> int:
        """The status code, as on a response."""
        return self.code

    @property
    def name(self) -> str:
        """The reason phrase."""
        return reason_phrase(self.code)

    def field_lines(self) -> tuple[tuple[str, str], ...]:
        """The header lines that belong to this error, such as `Allow` of a 405."""
        return ()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the page, as a WSGI application.

        Raises:
            HeaderValueError: A header line of the error is not valid in an HTTP message.
        """
        page = error_page(self.code, self.name, self.description)
        lines = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))]
        start_response(f"{self.code} {self.name}", [*lines, *map(_fit, self.field_lines())])
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [page]

    def __str__(self) -> str:
        return f"{self.code} {self.name}: {self.description}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} '{self.code}: {self.name}'>"


HTTPException: Final = HTTPError
"""The name that users come with."""

_UNFIT: Final = re.compile(r"[^\t -~\x80-\xff]")


def _fit(line: tuple[str, str]) -> tuple[str, str]:
    # `FrozenResponse`, in a higher layer, checks the lines of an error that is rendered. An error that is itself called
    # as an application must check its own, or a challenge or a method could split the header; pinned by
    # `test_page_splits_no_header`.
    bad = _UNFIT.search("".join(line))
    if bad is not None:
        raise HeaderValueError(line[0], "a control character or one that Latin-1 does not have", line[1])
    return line
