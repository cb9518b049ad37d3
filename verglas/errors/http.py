"""An answer with an error status, raised."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar, Final, Self

from verglas.backports import override
from verglas.errorpage import error_page
from verglas.errors.grammar import HeaderValueError
from verglas.statuses import reason_phrase
from verglas.wsgi import Environ, JSONLike, StartResponse

__all__ = ["HTTPError", "HTTPException"]


class HTTPError(Exception):
    """An answer with an error status, raised. It is a WSGI application: a small HTML page.

    A class of one's own has a `code`, and a `name` where the registry has none for that.

    Args:
        description: What went wrong, as plain text for the client; another object, such as a text that is translated
            late, gives its `str`. Without it, the class's own.

    >>> str(HTTPError("The cupboard is bare."))
    '500 Internal Server Error: The cupboard is bare.'
    >>> class EnhanceYourCalm(HTTPError):
    ...     code = 460
    ...     name = "Enhance Your Calm"
    >>> str(EnhanceYourCalm("Slowly."))
    '460 Enhance Your Calm: Slowly.'
    """

    code: ClassVar[int] = 500
    name: ClassVar[str] = reason_phrase(500)
    """The reason phrase."""
    description: str = ""
    added_lines: tuple[tuple[str, str], ...] = ()
    """The header lines that `with_lines` added."""

    @override
    def __init_subclass__(cls) -> None:
        """Give a class with a code of its own the name of that.

        Raises:
            TypeError: The code is not a number, or the name not a text.
            ValueError: The code or the name cannot be sent.
        """
        super().__init_subclass__()
        own = vars(cls)
        if "code" in own:
            _check_code(cls.__name__, cls.code)
            if "name" not in own:
                cls.name = reason_phrase(cls.code)
        if "name" in own:
            _check_name(cls.__name__, cls.name)

    def __init__(self, description: object = None) -> None:
        text = None if description is None else str(description)
        super().__init__(text)
        if text is not None:
            self.description = text

    @property
    def status_code(self) -> int:
        """The status code, as on a response."""
        return self.code

    def field_lines(self) -> tuple[tuple[str, str], ...]:
        """The header lines that belong to this error, such as `Allow` of a 405."""
        return ()

    def with_lines(self, *lines: tuple[str, str]) -> Self:
        """A copy of the error whose answer has more header lines, whatever renders it: for middleware to raise.

        The error itself stays as it is, since it may be a constant that is raised for others as well.

        Args:
            lines: Names and values. A Vary is added to that of the answer, any other is a line of its own.

        >>> error = HTTPError().with_lines(("Vary", "Cookie"))
        >>> error.added_lines, str(error)
        ((('Vary', 'Cookie'),), '500 Internal Server Error: ')
        """
        cls = type(self)
        other = cls.__new__(cls)  # not cls(*args): a class of one's own may take other arguments
        other.__dict__.update(self.__dict__)
        other.args = self.args
        other.added_lines = (*self.added_lines, *lines)
        other.__context__, other.__cause__ = self.__context__, self.__cause__
        other.__suppress_context__ = self.__suppress_context__
        return other.with_traceback(self.__traceback__)

    def problem(self) -> dict[str, JSONLike]:
        """The error as problem details (RFC 9457 §3.1): a new dict, which a class adds its own members to."""
        return {"type": "about:blank", "title": self.name, "status": self.code, "detail": self.description}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the page, as a WSGI application.

        Raises:
            HeaderValueError: The name or a header line of the error is not valid in an HTTP message.
        """
        page = error_page(self.code, self.name, self.description)
        lines = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))]
        _, status = _fit(("status", f"{self.code} {self.name}"))
        start_response(status, [*lines, *map(_fit, (*self.field_lines(), *self.added_lines))])
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [page]

    @override
    def __str__(self) -> str:
        return f"{self.code} {self.name}: {self.description}"

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__} '{self.code}: {self.name}'>"


HTTPException: Final = HTTPError
"""The name that users come with."""


def _check_code(owner: str, code: object) -> None:
    if not isinstance(code, int) or isinstance(code, bool):
        raise TypeError(f"{owner}.code is a status code such as 404, not {code!r}")
    if not 200 <= code <= 999:
        raise ValueError(f"{owner}.code is a status code from 200 to 999, not {code}: a server sends 1xx by itself")


def _check_name(owner: str, name: object) -> None:
    if isinstance(name, property):  # computed for each error: it is checked when it is sent
        return
    if not isinstance(name, str):
        raise TypeError(f"{owner}.name is a reason phrase such as 'Not Found', not {name!r}")
    if not name.strip() or _UNFIT.search(name):
        raise ValueError(f"{owner}.name is empty, or holds what no reason phrase can: {name!r}")


_UNFIT: Final = re.compile(r"[^\t -~\x80-\xff]")


def _fit(line: tuple[str, str]) -> tuple[str, str]:
    # `FrozenResponse`, in a higher layer, checks the lines of an error that is rendered. An error that is itself called
    # as an application must check its own, or a challenge, a method or a name could split the header; pinned by
    # `test_page_splits_no_header`.
    bad = _UNFIT.search("".join(line))
    if bad is not None:
        raise HeaderValueError(line[0], "a control character or one that Latin-1 does not have", line[1])
    return line
