"""Copies of a request: with other values, other limits, its body in memory, or as it looks further down."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final, Self, Unpack

from verglas.backports import override
from verglas.body import Body
from verglas.capture import mounted_environ, mounted_url
from verglas.limits import Limits
from verglas.request.changes import RequestChanges, as_values, merged, with_length
from verglas.request.content import BodyContent
from verglas.request.lazy import KEPT
from verglas.request.readonly import unknown_values
from verglas.url import URL

__all__ = ["Copies"]

_BODY: Final = KEPT.format("body")

DERIVED: Final = ("args", "cookies", "user_agent", "_located")
"""The values that are computed from others, and anew when those are replaced."""


class Copies(BodyContent):
    """A mixin of the ways to copy a request, which is never changed itself."""

    _is_derived: ClassVar[bool] = False
    """Whether this is a plain subclass, which may have cached properties of its own."""

    if TYPE_CHECKING:  # the request that this is mixed into has these

        @property
        def url(self) -> URL: ...
        @property
        def server(self) -> tuple[str, int | None] | None: ...
        @property
        def remote_addr(self) -> str | None: ...
        @property
        def remote_user(self) -> str | None: ...

    def _set_values(self, values: RequestChanges) -> None:
        if unknown := values.keys() - RequestChanges.__annotations__.keys():
            raise unknown_values(sorted(unknown))
        self.__dict__["_origin"] = None
        self._keep(**as_values(values, self.limits))

    def _keep(self, **values: object) -> None:
        """Have values that are given, where the lazy ones keep what they compute."""
        self.__dict__.update({KEPT.format(name): value for name, value in values.items()})

    @override
    def replace(self, **changes: Unpack[RequestChanges]) -> Self:
        """Copy the request with other values.

        Args:
            **changes: As for the constructor. Host follows another URL, Content-Length another body.

        Raises:
            GrammarError: A value is not valid.
            TypeError: A name is not known.

        >>> from verglas import Request
        >>> Request(url="/a").replace(url="http://example.org/b").headers["Host"]
        'example.org'
        """
        other = self._changed(merged(self, changes))
        if not changes.keys() & {"url", "headers", "body"}:
            other._keep(headers=self.headers)  # as they came: a Host would be added to them
        return other

    __replace__ = replace

    def _changed(self, values: RequestChanges) -> Self:
        other = self._copied()
        for derived in DERIVED:
            other.__dict__.pop(KEPT.format(derived), None)
        other._set_values(values)
        other._keep(server=values.get("server"))  # none stays none, as for a request that came without
        return other

    def _copied(self) -> Self:
        kept = self._kept()
        if _BODY not in kept:  # PERF: nobody asks for that of most requests; to make it takes longer than the copy
            kept.setdefault("_shares_body_of", self)
        return self._restored(kept)

    def _kept(self) -> dict[str, object]:
        """The attributes, but for the cached properties of a plain subclass, which are computed anew in a copy."""
        own = self.__dict__.copy()
        if not self._is_derived:  # PERF: middleware that gives a state makes a copy for each request
            return own
        return {name: own[name] for name in own if not isinstance(getattr(type(self), name, None), cached_property)}

    def with_limits(self, limits: Limits) -> Self:
        """Copy the request with other limits; the copy shares the body, which has the new `max_content_length` then.

        Args:
            limits: The limits.
        """
        other = self._copied()
        own = other.__dict__
        for derived in ("args", "cookies", *(() if self._origin is None else ("headers",))):
            own.pop(KEPT.format(derived), None)
        own["_limits"] = limits
        self.body.allow(limits.max_content_length)
        if self._origin is None:
            other._keep(headers=self.headers.within(limits))
        return other

    def mounted(self, depth: int) -> Self:
        """Copy the request as an application sees it that is mounted below this one; the copy shares the body.

        Args:
            depth: How many segments of the path move to `root_path`.

        Raises:
            ValueError: The path has fewer segments.

        >>> from verglas import Request
        >>> below = Request(url="/shop/items/7").mounted(1)
        >>> below.root_path, below.path
        ('/shop', '/items/7')
        """
        url = self.url
        if not 0 <= depth <= len(url.segments):
            raise ValueError(
                f"{url.path!r} has {len(url.segments)} segments, of which {depth} cannot move to root_path"
            )
        other = self._copied()
        other._keep(url=mounted_url(url, depth))
        if self._origin is not None:
            other.__dict__["_origin"] = mounted_environ(self._origin, depth)
            other.__dict__["_environ"] = mounted_environ(self._environ, depth)
        return other

    @override
    def buffered(self) -> Self:
        """Copy the request with its body in memory, read now: hashable, picklable, and to be read again and again.

        Its `environ` is how to share a body with another reader, such as a Flask or Werkzeug request: an environ has
        one input, and who reads it first has it alone.

        Raises:
            ParseError: The body is too large, or ended early.
            BodyConsumed: The body was consumed before.
            RuntimeError: The request was made shallow, to leave its body alone.
        """
        if self.body.content is not None:
            return self
        other = self._copied()
        body = Body(self._open_body().read(self.limits, "buffered"))
        other.__dict__["_origin"] = None
        other._keep(body=body)
        if self.headers.get("Transfer-Encoding"):
            other._keep(headers=with_length(self.headers, body))
        return other

    @classmethod
    def _restored(cls, attributes: dict[str, object]) -> Self:
        """Make a request of what another keeps, as it is: adding a Host or a Content-Length would change it."""
        request = object.__new__(cls)
        request.__dict__.update(attributes)
        return request
