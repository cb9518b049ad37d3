"""The representation that a response carries, while it is built: its entity tag, conditions and ranges."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self

from verglas.errors.grammar import HeaderValueError
from verglas.headers.entitytags import ETAG, ETag
from verglas.response.bodies import InMemory, etag_of
from verglas.response.closing import close_after
from verglas.response.conditional import Representation, revise
from verglas.response.content import ResponseContent
from verglas.response.filebodies import FileSlice
from verglas.wsgi import Environ, Head

__all__ = ["ResponseRepresentation"]


class ResponseRepresentation(ResponseContent):
    """Content with what tells one state of it from another (RFC 9110 §8.8)."""

    def make_conditional(
        self, request_or_environ: Head | Environ, accept_ranges: bool | str = False, complete_length: int | None = None
    ) -> Self:
        """Become what the conditions and the Range of a request want (RFC 9110 §13, §14): 206, 304, 412, 416, or not.

        Only what answers GET and HEAD with success is conditional; there, a Date is set if there is none. Nothing is
        read: of a stream the parts are cut while it is sent. `FrozenResponse.conditional` is the pure one.

        Args:
            request_or_environ: What it answers.
            accept_ranges: `True`: parts are sent, and Accept-Ranges says so; or its value: with `bytes` in it they are.
            complete_length: Bytes of the body, which a stream cannot tell itself. Without it, no part of one is sent.

        Returns:
            This response.

        Raises:
            HeaderValueError: `accept_ranges` is no value of that field.
            RequestHeaderFieldsTooLarge: A condition, or Range, is over-long.
            RuntimeError: A part is to be cut from what was sent already.
            ValueError: `complete_length` is negative, or not that of a body in hand.

        >>> from verglas.response import Response
        >>> response = Response("0123456789").make_conditional({"HTTP_RANGE": "bytes=2-3"}, accept_ranges=True)
        >>> response.status, response.data
        ('206 Partial Content', b'23')
        """
        pairs = self._headers.pairs
        try:
            revision = revise(
                request_or_environ,
                Representation(self.status_code, pairs, self._body, datetime.now(UTC)),
                accept_ranges=accept_ranges,
                complete_length=complete_length,
            )
        except BaseException as error:  # nobody is left who would send it, and so close it
            close_after(error, self._take_steps())
            raise
        if revision.body is not self._body:
            self._replace(revision.body)
            self.direct_passthrough = False
        self._headers.assign(revision.headers_of(pairs))
        if revision.status is not None:
            self.status = revision.status
        return self

    def get_etag(self) -> tuple[str, bool] | tuple[None, None]:
        """The entity tag without its quotes, and whether it is weak; twice `None` if there is none that is readable."""
        try:
            etag = self._headers.get(ETAG)
        except HeaderValueError:
            return None, None
        return (None, None) if etag is None else (etag.tag, etag.weak)

    def set_etag(self, etag: str, weak: bool = False) -> None:
        """Set the entity tag (RFC 9110 §8.8.3).

        Args:
            etag: What is between its quotes.
            weak: Whether it says only that representations are equivalent.

        Raises:
            HeaderValueError: It holds a quote, or what a tag may not hold.
        """
        self._headers[ETAG] = ETag(etag, weak)

    def add_etag(self, overwrite: bool = False, weak: bool = False) -> None:
        """Set an entity tag that is computed from the body. One that streams is read into memory for it.

        Args:
            overwrite: Even if there is one.
            weak: Whether it says only that representations are equivalent.

        Raises:
            RuntimeError: The body is passed through, or streams and `implicit_sequence_conversion` is off.
        """
        if overwrite or "ETag" not in self._headers:
            body = self._body
            tag = etag_of(body if isinstance(body, FileSlice) else InMemory(self.get_data()))
            self._headers["ETag"] = f"W/{tag}" if weak else tag
