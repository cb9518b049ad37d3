"""The head of a response that is being built: its status and its header fields."""

from __future__ import annotations

import warnings
from datetime import datetime, timedelta

from verglas.errors.grammar import GrammarError
from verglas.headers.mapping import HeadersLike
from verglas.headers.mutable import MutableHeaders
from verglas.response.status import status_line
from verglas.syntax.cookies import cookie_identity, format_set_cookie
from verglas.syntax.mediatypes import essence_of, parameters_of, with_charset

__all__ = ["ResponseHead"]


class ResponseHead:
    """Status and header fields, checked when they are set.

    Args:
        status: A code, or a code with a reason phrase.
        headers: The header fields; they are copied.

    Raises:
        HeaderValueError: The status or a header is not fit for the wire.
    """

    def __init__(self, status: int | str, headers: HeadersLike | None) -> None:
        self._status = status_line(status)
        self._headers = MutableHeaders(headers)

    # A property, so that a subclass may have one that reads a configuration: checkers let a property override nothing
    # else.
    @property
    def max_cookie_size(self) -> int:
        """Bytes of a Set-Cookie above which a browser may ignore it: then there is a warning. 0: none.

        >>> from verglas.response import Response
        >>> class Page(Response):
        ...     @property
        ...     def max_cookie_size(self) -> int:
        ...         return 0
        >>> Page().set_cookie("a", "x" * 5000)
        """
        return 4093

    @property
    def status(self) -> str:
        """The status line's code and reason phrase: `404 Not Found`. May be set to a code, too."""
        return self._status

    @status.setter
    def status(self, value: int | str) -> None:
        self._status = status_line(value)

    @property
    def status_code(self) -> int:
        """The code of the status; setting it sets its reason phrase."""
        return int(self._status[:3])

    @status_code.setter
    def status_code(self, value: int) -> None:
        self._status = status_line(value)

    @property
    def headers(self) -> MutableHeaders:
        """The header fields, to be changed in place; what is assigned is copied."""
        return self._headers

    @headers.setter
    def headers(self, value: HeadersLike) -> None:
        self._headers = MutableHeaders(value)

    @property
    def content_type(self) -> str | None:
        """The Content-Type as it is sent."""
        return self._headers.get("Content-Type")

    @content_type.setter
    def content_type(self, value: str | None) -> None:
        self._headers["Content-Type"] = value

    @property
    def mimetype(self) -> str | None:
        """The media type in lower case, without parameters; `""` when it is malformed.

        Setting it adds `; charset=utf-8` where it is text.
        """
        value = self.content_type
        return None if value is None else essence_of(value)

    @mimetype.setter
    def mimetype(self, value: str | None) -> None:
        self._headers["Content-Type"] = None if value is None else with_charset(value)

    @property
    def mimetype_params(self) -> dict[str, str]:
        """The parameters of the media type, names in lower case: a new dict."""
        return parameters_of(self.content_type or "")

    def set_cookie(
        self,
        key: str,
        value: str = "",
        max_age: int | timedelta | None = None,
        expires: datetime | int | float | str | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: str | None = None,
        partitioned: bool = False,
        *,
        append: bool = False,
    ) -> None:
        """Set a cookie (RFC 6265bis §4.1), in place of one with the same name, domain and path.

        Args:
            key: The name.
            value: The value; quoted where it has to be.
            max_age: Seconds, or a duration.
            expires: When it ends. Not derived from `max_age`: every browser knows that.
            path: `None`: the request's own folder.
            domain: `None`: this host only.
            secure: Only over TLS.
            httponly: Not for scripts.
            samesite: `Strict`, `Lax` or `None`; that last one needs `secure`.
            partitioned: One for each top-level site; implies `secure`.
            append: Send it besides one that is the same.

        Raises:
            HeaderValueError: A part is not its grammar, or breaks a rule of its name's prefix.

        >>> from verglas.response import Response
        >>> response = Response()
        >>> response.set_cookie("sid", "31d4", httponly=True, samesite="Lax")
        >>> response.headers["Set-Cookie"]
        'sid=31d4; HttpOnly; Path=/; SameSite=Lax'
        """
        # PERF: the writer itself, not `SetCookie`, whose `str` it is: 0.9 µs, not 3.4, where a whole
        # response may take 3; that they agree is pinned by `test_sets_what_set_cookie_writes`.
        line = format_set_cookie(
            key,
            value,
            max_age=max_age,
            expires=expires,
            path=path,
            domain=domain,
            secure=secure,
            httponly=httponly,
            samesite=samesite,
            partitioned=partitioned,
        )
        size = self.max_cookie_size
        if size and len(line) > size:
            warnings.warn(
                f"the cookie {key!r} is {len(line)} bytes long; browsers may ignore more than {size}",
                stacklevel=2,
            )
        # Only lines of this name are read: a thousand others would be, a thousand times.
        others = [] if append else self._headers.getlist("Set-Cookie")
        named = [other for other in others if other.startswith(f"{key}=")]
        if named:
            same = cookie_identity(line)
            replaced = {other for other in named if _identity(other) == same}
            self._headers.setlist("Set-Cookie", [other for other in others if other not in replaced])
        self._headers.add("Set-Cookie", line)

    def delete_cookie(
        self,
        key: str,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: str | None = None,
        partitioned: bool = False,
    ) -> None:
        """Have the browser forget a cookie; path and domain must be those it was set with.

        Raises:
            HeaderValueError: A part is not its grammar.
        """
        self.set_cookie(
            key,
            max_age=0,
            expires=0,
            path=path,
            domain=domain,
            secure=secure,
            httponly=httponly,
            samesite=samesite,
            partitioned=partitioned,
        )


def _identity(line: str) -> tuple[str, str, str] | None:
    try:
        return cookie_identity(line)
    except GrammarError:
        return None  # written into the headers by hand, and no cookie to any browser: none to replace
