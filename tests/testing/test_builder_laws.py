"""The way from a request to an environ and back is the identity: for requests of every kind, and for builders.

Their headers are in WSGI's form, that is: a field is one line, whose name is in title case and has no underscore.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final

from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from verglas import URL, Headers, HTTPError, JSONValue, Request, Upload, build_environ, parse_environ
from verglas.testing import EnvironBuilder, create_environ
from verglas.testing.strategies import field_values, json_values, pairs, texts, tokens, uploads, urls

# Those that say how long the body is or where it goes are made by the request, and of references are checked as such.
MADE: Final = {"Host", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Location", "Content-Location"}


@frozen
class Parts:
    """The parts of a request that are there beside its body."""

    method: str
    url: URL
    headers: Headers
    server: tuple[str, int | None] | None
    remote_addr: str | None
    remote_user: str | None

    def request(self, body: bytes = b"", **headers: str) -> Request[None]:
        """The request with a body."""
        fields = self.headers
        for name, value in headers.items():
            fields = fields.with_(name.replace("_", "-"), value)
        return Request(
            method=self.method,
            url=self.url,
            headers=fields,
            body=body,
            server=self.server,
            remote_addr=self.remote_addr,
            remote_user=self.remote_user,
        )


def wsgi_headers() -> st.SearchStrategy[Headers]:
    """`Headers({"X-Tag": "a, b", "Cookie": "sid=1; theme=dark"})`."""
    names = tokens().map(lambda name: name.replace("_", "-").title()).filter(lambda name: name not in MADE)
    known = st.sampled_from(["Accept", "Cookie", "Content-Type", "If-None-Match", "X-Forwarded-For", "Te", "Upgrade"])
    values = field_values().filter(bool)  # CGI says an absent Content-Type with an empty one
    cookies = st.lists(st.tuples(tokens(), st.text("0123abc%\xe9", max_size=9)), min_size=1, max_size=3)
    fields = st.dictionaries(names | known, values, max_size=5)
    written = cookies.map(lambda pairs: {"Cookie": "; ".join(f"{name}={value}" for name, value in pairs)})
    return st.tuples(fields, st.just(dict[str, str]()) | written).map(
        lambda both: Headers([*(both[0] | both[1]).items()])
    )


def mounted_urls() -> st.SearchStrategy[URL]:
    """`URL("https", "[::1]:81", "/é", b"/\\xff", b"a=%41")`."""
    segments = st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=6)
    roots = st.lists(segments, max_size=2).map(lambda names: "".join(f"/{name}" for name in names))
    return st.tuples(urls(), roots).map(lambda both: both[0].replace(root_path=both[1]))


def parts() -> st.SearchStrategy[Parts]:
    """A request without its body."""
    names = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"]) | tokens()
    servers = st.none() | st.sampled_from([("127.0.0.1", 8000), ("[::1]", 1), ("/run/app.sock", None)])
    addresses = st.sampled_from([None, "192.0.2.1", "2001:db8::1"])
    users = st.none() | st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)
    methods = names.map(str.upper)
    asterisk = st.builds(
        Parts, st.just("OPTIONS"), st.just(URL(raw_path=b"*")), wsgi_headers(), servers, addresses, users
    )
    return st.builds(Parts, methods, mounted_urls(), wsgi_headers(), servers, addresses, users) | asterisk


def file_names() -> st.SearchStrategy[str]:
    """Any text that a form can name something with."""
    return texts().map(lambda text: text.replace("\0", ""))


def form_values() -> st.SearchStrategy[list[tuple[str, str | Upload]]]:
    """`[("a", "1"), ("f", Upload(...))]`."""
    named = st.tuples(file_names(), file_names(), uploads()).map(
        lambda given: (given[0], Upload(given[0], given[1], given[2].data))
    )
    return st.lists(named | st.tuples(file_names(), texts()), max_size=5)


@st.composite
def requests(draw: st.DrawFn) -> Request[None]:
    """A request of any kind."""
    given = draw(parts())
    kind = draw(st.sampled_from(["none", "bytes", "urlencoded", "multipart", "json", "text"]))
    if kind == "none":
        return given.request()
    if kind == "bytes":
        return given.request(draw(st.binary(max_size=60)))
    if kind == "text":
        return given.request(draw(texts()).encode(), Content_Type="text/plain; charset=utf-8")
    if kind == "json":
        body: JSONValue = draw(json_values())
        made = Request.from_values(json=[body])
    elif kind == "urlencoded":
        made = Request.from_values(data=dict(draw(pairs())))
    else:
        builder = EnvironBuilder(content_type="multipart/form-data")
        for name, value in draw(form_values()):
            if isinstance(value, Upload):
                builder.files.add(name, value)
            else:
                builder.form.add(name, value)
        made = builder.get_request()
    return given.request(made.get_data(), Content_Type=made.headers.get("Content-Type", "x/y"))


def environ_of(request: Request[None]) -> dict[str, object]:
    """The environ of a request's values."""
    return build_environ(
        request.method,
        request.url,
        request.headers,
        io.BytesIO(request.get_data()),
        server=request.server,
        remote_addr=request.remote_addr,
        remote_user=request.remote_user,
    )


def read(request: Request[None]) -> object:
    """All that a handler reads of a body: what it cannot be read as is an error of the same kind."""
    data = request.get_data()
    form: tuple[object, object]
    try:
        form = request.form.pairs, [(name, one.filename, one.data) for name, one in request.files.pairs]
    except HTTPError as error:
        form = type(error), None
    return data, form, request.get_json(silent=True), request.args.pairs, request.cookies.pairs


def as_it_is_sent(request: Request[None]) -> Request[None]:
    """The request, octets of its query that no client sends percent-encoded."""
    query = request.url.target.partition("?")[2]
    return request.replace(url=request.url.replace(query_string=query))


def with_bytes(environ: Mapping[str, object]) -> dict[str, object]:
    """An environ with its body in place of the stream."""
    stream = environ["wsgi.input"]
    assert isinstance(stream, io.BytesIO)
    return {**environ, "wsgi.input": stream.getvalue()}


@given(requests())
def test_environ_of_a_request_parses_to_it(request: Request[None]) -> None:
    """`Request -> build_environ -> parse_environ` is the identity, and all that is read of both is the same."""
    parsed = parse_environ(environ_of(request))
    again = parse_environ(environ_of(request)).buffered()

    assert request == again
    assert hash(request) == hash(again)
    assert request.url.target == again.url.target
    assert read(request) == read(parsed)


@given(requests())
def test_environ_of_a_request_is_stable(request: Request[None]) -> None:
    """`build_environ` of what was parsed from an environ is that environ, key by key."""
    environ = environ_of(request)

    assert with_bytes(environ) == with_bytes(environ_of(parse_environ(environ).buffered()))
    assert with_bytes(environ) == with_bytes(request.environ)


@given(requests())
def test_builder_of_an_environ_makes_it_again(request: Request[None]) -> None:
    """`EnvironBuilder.from_environ(environ).get_environ()` is the environ, key by key, and again."""
    builder = EnvironBuilder.from_environ(environ_of(request))
    sent = as_it_is_sent(request)

    assert with_bytes(environ_of(sent)) == with_bytes(builder.get_environ())
    assert sent == builder.get_request().buffered()


@given(requests())
def test_parts_of_a_request_make_it_again(request: Request[None]) -> None:
    """A call with a request's own values makes its environ, but for server and client."""
    sent = as_it_is_sent(request).replace(server=None, remote_addr=None, remote_user=None)
    path = "*" if request.url.path == "*" else request.url
    made = create_environ(path, method=request.method, headers=request.headers, data=request.get_data())

    assert with_bytes(sent.environ) == with_bytes(made)
