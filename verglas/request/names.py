"""The names that a request's values are known by."""

from __future__ import annotations

from verglas.errors.grammar import GrammarError
from verglas.errors.parse import RequestHeaderFieldsTooLarge
from verglas.headers.lines import bounded
from verglas.request.values import RequestValues
from verglas.request.variables import S_co
from verglas.syntax.mediatypes import essence_of, parameters_of
from verglas.syntax.tokens import parse_digits

__all__ = ["RequestNames"]


class RequestNames(RequestValues[S_co]):
    """What a handler asks a request for, derived from its values; nothing here raises on input but a 431."""

    __slots__ = ()

    @property
    def path(self) -> str:
        """The path below where the application is mounted, as text, with one slash in front."""
        return self.url.path

    @property
    def full_path(self) -> str:
        """The path, `?` (always), and the query as it came."""
        return self.url.full_path

    @property
    def root_path(self) -> str:
        """Where the application is mounted: empty, or with a leading and no trailing slash."""
        return self.url.root_path

    @property
    def script_root(self) -> str:
        """The same as `root_path`."""
        return self.url.root_path

    @property
    def query_string(self) -> bytes:
        """The query, percent-encoded as it came, without the `?`."""
        return self.url.query_string

    @property
    def scheme(self) -> str:
        """The scheme of the URL."""
        return self.url.scheme

    @property
    def host(self) -> str:
        """The host in lower case, with the port unless it is the scheme's; `""` if invalid or not trusted."""
        return self.url.host

    @property
    def base_url(self) -> str:
        """The IRI without the query."""
        return self.url.base_url

    @property
    def root_url(self) -> str:
        """The IRI of where the application is mounted, with a slash at its end."""
        return self.url.root_url

    @property
    def url_root(self) -> str:
        """The same as `root_url`."""
        return self.url.root_url

    @property
    def host_url(self) -> str:
        """The IRI of the host, with a slash at its end."""
        return self.url.host_url

    @property
    def is_secure(self) -> bool:
        """Whether it came over TLS."""
        return self.url.scheme in ("https", "wss")

    @property
    def is_multithread(self) -> bool | None:
        """Whether the server may call the application in another thread at the same time; `None`: not said."""
        return self._flag("wsgi.multithread")

    @property
    def is_multiprocess(self) -> bool | None:
        """Whether the server may call it in another process at the same time; `None`: not said."""
        return self._flag("wsgi.multiprocess")

    @property
    def is_run_once(self) -> bool | None:
        """Whether the server expects to call it once; `None`: not said."""
        return self._flag("wsgi.run_once")

    def _flag(self, key: str) -> bool | None:
        value = self._environ.get(key)
        return None if value is None else bool(value)

    @property
    def access_route(self) -> tuple[str, ...]:
        """The addresses in `X-Forwarded-For`, as anybody may have written them; else that of the client.

        Raises:
            RequestHeaderFieldsTooLarge: The field is too long, or has too many members.
        """
        field = self.headers.get("X-Forwarded-For")
        if field is None:
            return () if self.remote_addr is None else (self.remote_addr,)
        # A plain list: a quote that a client puts in front must not hide what proxies added behind it.
        listed = bounded("X-Forwarded-For", field, self.limits).split(",")
        members = tuple(member for one in listed if (member := one.strip(" \t")))
        if len(members) > self.limits.max_list_items:
            allowed = self.limits.max_list_items
            what = "There are too many addresses in X-Forwarded-For"
            raise RequestHeaderFieldsTooLarge.over(what, "max_list_items", allowed, "members", "X-Forwarded-For")
        return members

    @property
    def content_type(self) -> str | None:
        """The Content-Type as it was sent.

        Raises:
            RequestHeaderFieldsTooLarge: It is too long.
        """
        value = self.headers.get("Content-Type")
        return None if value is None else bounded("Content-Type", value, self.limits)

    @property
    def content_length(self) -> int | None:
        """Bytes of the body, by its Content-Length; `None` when absent, malformed, or the body is chunked.

        Raises:
            RequestHeaderFieldsTooLarge: It is too long.
        """
        value = self.headers.get("Content-Length")
        if value is None or self.headers.get("Transfer-Encoding"):
            return None
        try:
            return parse_digits(bounded("Content-Length", value, self.limits), grammar="Content-Length")
        except GrammarError:
            return None

    @property
    def mimetype(self) -> str:
        """The media type of the body in lower case, without parameters; `""` when absent or malformed."""
        return essence_of(self.content_type or "")

    @property
    def mimetype_params(self) -> dict[str, str]:
        """The parameters of the media type, names in lower case: a new dict."""
        return parameters_of(self.content_type or "")

    @property
    def is_json(self) -> bool:
        """Whether the body says that it is JSON: `application/json`, or `application/...+json`."""
        mimetype = self.mimetype
        return mimetype == "application/json" or (mimetype.startswith("application/") and mimetype.endswith("+json"))
