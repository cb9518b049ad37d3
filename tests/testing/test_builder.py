"""`EnvironBuilder` and `create_environ`: Werkzeug's builder of requests, by its names."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from typing_extensions import override

from verglas import URL, JSONLike, Request, Upload, parse_environ
from verglas.headers import Authorization
from verglas.testing import EnvironBuilder, FileFields, RequestHeaders, TextFields, create_environ

URLENCODED: Final = "application/x-www-form-urlencoded"


def body_of(environ: dict[str, object]) -> bytes:
    """What an environ's stream has left."""
    stream = environ["wsgi.input"]
    assert isinstance(stream, io.BytesIO)
    return stream.getvalue()[stream.tell() :]


def read(owner: object, *names: str) -> tuple[object, ...]:
    """Attributes as they are now: a type checker takes one that was set for what it was set to."""
    return tuple(getattr(owner, name) for name in names)


def comparable(environ: dict[str, object]) -> dict[str, object]:
    """An environ with its body as bytes, of which a random boundary is masked."""
    boundary = str(environ.get("CONTENT_TYPE", "")).partition("boundary=")[2]
    body = body_of(environ)
    if not boundary:
        return {**environ, "wsgi.input": body}
    kind = str(environ["CONTENT_TYPE"]).replace(boundary, "b")
    return {**environ, "CONTENT_TYPE": kind, "wsgi.input": body.replace(boundary.encode(), b"b")}


# Every argument, twice: in a call, and in a builder

ARGUMENTS: Final[dict[str, tuple[Callable[[], dict[str, object]], Callable[[], EnvironBuilder]]]] = {
    "nothing": (create_environ, EnvironBuilder),
    "path": (lambda: create_environ("/a%2Fb?c=%41#d"), lambda: EnvironBuilder("/a%2Fb?c=%41#d")),
    "path-iri": (lambda: create_environ("/é b?ü=ß"), lambda: EnvironBuilder("/é b?ü=ß")),
    "path-without-slash": (lambda: create_environ("a"), lambda: EnvironBuilder("a")),
    "path-of-a-whole-url": (
        lambda: create_environ("https://x.org:81/a?b"),
        lambda: EnvironBuilder("https://x.org:81/a?b"),
    ),
    "path-of-a-url": (
        lambda: create_environ(URL("https", "x.org", "/app", b"/a", b"b")),
        lambda: EnvironBuilder(URL("https", "x.org", "/app", b"/a", b"b")),
    ),
    "path-of-the-whole-application": (
        lambda: create_environ("http://x.org/app", "http://x.org/app"),
        lambda: EnvironBuilder("http://x.org/app", "http://x.org/app"),
    ),
    "asterisk": (lambda: create_environ("*", method="OPTIONS"), lambda: EnvironBuilder("*", method="OPTIONS")),
    "base": (lambda: create_environ("/a", "https://x.org:81/é/"), lambda: EnvironBuilder("/a", "https://x.org:81/é/")),
    "base-ipv6": (lambda: create_environ("/a", "http://[::1]:81"), lambda: EnvironBuilder("/a", "http://[::1]:81")),
    "base-with-default-port": (lambda: create_environ("/", "http://x:80"), lambda: EnvironBuilder("/", "http://x:80")),
    "query-text": (lambda: create_environ("/", None, "a=%41"), lambda: EnvironBuilder("/", None, "a=%41")),
    "query-mapping": (
        lambda: create_environ(query_string={"a": [1, 2.5], "b": None, "c": True, "é": "ü"}),
        lambda: EnvironBuilder(query_string={"a": [1, 2.5], "b": None, "c": True, "é": "ü"}),
    ),
    "method": (lambda: create_environ(method="PUT"), lambda: EnvironBuilder(method="PUT")),
    "method-none": (lambda: create_environ(method=None), lambda: EnvironBuilder(method=None)),
    "data-text": (lambda: create_environ(data="é"), lambda: EnvironBuilder(data="é")),
    "data-bytes": (lambda: create_environ(data=b"x"), lambda: EnvironBuilder(data=b"x")),
    "data-empty": (lambda: create_environ(data=b""), lambda: EnvironBuilder(data=b"")),
    "data-file": (lambda: create_environ(data=io.BytesIO(b"x")), lambda: EnvironBuilder(data=io.BytesIO(b"x"))),
    "data-form": (
        lambda: create_environ(data={"a": ["1", "2"], "b": 3, "c": None}),
        lambda: EnvironBuilder(data={"a": ["1", "2"], "b": 3, "c": None}),
    ),
    "data-form-of-files-and-texts-in-order": (
        lambda: create_environ(data={"a": "1", "f": (io.BytesIO(b"x"), "x.png"), "b": "2"}, files={"g": b"y"}),
        lambda: EnvironBuilder(data={"a": "1", "f": (io.BytesIO(b"x"), "x.png"), "b": "2"}, files={"g": b"y"}),
    ),
    "data-form-with-its-type": (
        lambda: create_environ(data={"a": "1"}, mimetype="multipart/form-data"),
        lambda: EnvironBuilder(data={"a": "1"}, mimetype="multipart/form-data"),
    ),
    "files-with-types": (
        lambda: create_environ(files={"f": [(b"x", "a", "a/b"), (b"y", None), Upload("g", "h.html", b"z")]}),
        lambda: EnvironBuilder(files={"f": [(b"x", "a", "a/b"), (b"y", None), Upload("g", "h.html", b"z")]}),
    ),
    "json": (lambda: create_environ(json={"é": [1, None]}), lambda: EnvironBuilder(json={"é": [1, None]})),
    "json-zero": (lambda: create_environ(json=0), lambda: EnvironBuilder(json=0)),
    "json-type": (
        lambda: create_environ(json=[], content_type="application/problem+json"),
        lambda: EnvironBuilder(json=[], content_type="application/problem+json"),
    ),
    "stream": (
        lambda: create_environ(input_stream=io.BytesIO(b"xy")),
        lambda: EnvironBuilder(input_stream=io.BytesIO(b"xy")),
    ),
    "stream-and-no-form": (
        lambda: create_environ(input_stream=io.BytesIO(b"xy"), data={}),
        lambda: EnvironBuilder(input_stream=io.BytesIO(b"xy"), data={}),
    ),
    "content-length": (
        lambda: create_environ(data="x", content_length=3),
        lambda: EnvironBuilder(data="x", content_length=3),
    ),
    "types": (
        lambda: create_environ(data="x", headers={"Content-Type": "a/b"}, content_type="c/d", mimetype="text/e"),
        lambda: EnvironBuilder(data="x", headers={"Content-Type": "a/b"}, content_type="c/d", mimetype="text/e"),
    ),
    "headers": (
        lambda: create_environ(headers=[("X-Tag", "a"), ("x-tag", "b"), ("Cookie", "a=1"), ("Cookie", "b=2")]),
        lambda: EnvironBuilder(headers=[("X-Tag", "a"), ("x-tag", "b"), ("Cookie", "a=1"), ("Cookie", "b=2")]),
    ),
    "headers-of-the-connection": (
        lambda: create_environ(headers={"Connection": "close", "TE": "trailers", "Upgrade": ["a", "b"]}),
        lambda: EnvironBuilder(headers={"Connection": "close", "TE": "trailers", "Upgrade": ["a", "b"]}),
    ),
    "headers-numbers": (
        lambda: create_environ(headers={"Max-Forwards": 3, "Content-Length": 4}),
        lambda: EnvironBuilder(headers={"Max-Forwards": 3, "Content-Length": 4}),
    ),
    "headers-host": (
        lambda: create_environ(headers={"Host": "y.org"}),
        lambda: EnvironBuilder(headers={"Host": "y.org"}),
    ),
    "auth-pair": (lambda: create_environ(auth=("u", "é")), lambda: EnvironBuilder(auth=("u", "é"))),
    "auth-value": (
        lambda: create_environ(auth=Authorization.parse("Bearer x")),
        lambda: EnvironBuilder(auth=Authorization.parse("Bearer x")),
    ),
    "server": (
        lambda: create_environ(errors_stream="e", multithread=True, multiprocess=True, run_once=True),
        lambda: EnvironBuilder(errors_stream="e", multithread=True, multiprocess=True, run_once=True),
    ),
    "environ-base": (
        lambda: create_environ(environ_base={"REMOTE_ADDR": "::1", "PATH_INFO": "/x"}),
        lambda: EnvironBuilder(environ_base={"REMOTE_ADDR": "::1", "PATH_INFO": "/x"}),
    ),
    "environ-overrides": (
        lambda: create_environ(environ_overrides={"SERVER_PROTOCOL": "HTTP/1.0", "PATH_INFO": "/x"}),
        lambda: EnvironBuilder(environ_overrides={"SERVER_PROTOCOL": "HTTP/1.0", "PATH_INFO": "/x"}),
    ),
    "none": (
        lambda: create_environ(
            data=None, json=None, files=None, input_stream=None, mimetype=None, content_type=None, auth=None,
            headers=None, content_length=None, environ_base=None, environ_overrides=None, errors_stream=None,
        ),
        lambda: EnvironBuilder(
            data=None, json=None, files=None, input_stream=None, mimetype=None, content_type=None, auth=None,
            headers=None, content_length=None, environ_base=None, environ_overrides=None, errors_stream=None,
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ARGUMENTS)
def test_builder_makes_what_a_call_makes(name: str) -> None:
    """A builder that nobody changes makes the environ of the same call, key by key; and makes it twice."""
    call, build = ARGUMENTS[name]
    builder = build()

    assert comparable(call()) == comparable(builder.get_environ())
    assert comparable(call()) == comparable(builder.get_environ())


@pytest.mark.parametrize("name", ARGUMENTS)
def test_builder_of_an_environ_makes_it_again(name: str) -> None:
    """What a builder reads from an environ is all of it."""
    environ = ARGUMENTS[name][0]()
    again = EnvironBuilder.from_environ(environ).get_environ()
    if name == "environ-overrides":  # its path is another than that of its target, and counts
        environ |= {"REQUEST_URI": "/x", "RAW_URI": "/x"}

    assert comparable(environ) == comparable(again)


REFUSED: Final[dict[str, tuple[type[Exception], str, Callable[[], object]]]] = {
    "two-queries": (ValueError, "both in path and", lambda: EnvironBuilder("/a?b", query_string="c")),
    "query-in-base": (ValueError, "base_url must not", lambda: EnvironBuilder(base_url="http://x/?a")),
    "fragment-in-base": (ValueError, "base_url must not", lambda: EnvironBuilder(base_url="http://x/#a")),
    "another-origin": (ValueError, "one of http://y", lambda: EnvironBuilder("http://x/a", "http://y")),
    "host": (ValueError, "a space", lambda: EnvironBuilder(base_url="http://a b/")),
    "header": (ValueError, "X", lambda: EnvironBuilder(headers={"X": "a\nb"})),
    "data-and-json": (TypeError, "data, json", lambda: EnvironBuilder(data="a", json=1)),
    "data-and-stream": (TypeError, "input_stream, data", lambda: EnvironBuilder(data="a", input_stream=io.BytesIO())),
    "json-and-files": (TypeError, "json, files", lambda: EnvironBuilder(json=1, files={"f": b""})),
    "text-and-files": (TypeError, "data, files", lambda: EnvironBuilder(data="a", files={"f": b""})),
    "number": (TypeError, "not int", lambda: EnvironBuilder(data=5)),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    "json-not-finite": (ValueError, "JSON compliant", lambda: EnvironBuilder(json=float("inf"))),
    "bytes-in-a-query": (TypeError, "bytes", lambda: EnvironBuilder(query_string={"a": b"x"})),
    "path-of-another-origin": (ValueError, "base_url", lambda: setattr(EnvironBuilder(), "path", "http://x/a")),
    "set-host": (ValueError, "user information", lambda: setattr(EnvironBuilder(), "host", "a@b")),
    "set-scheme": (ValueError, "scheme", lambda: setattr(EnvironBuilder(), "url_scheme", "ftp")),
    "parameters-without-type": (ValueError, "set mimetype", lambda: EnvironBuilder().mimetype_params.update(a="b")),
    "file-name": (ValueError, "NUL", lambda: EnvironBuilder(files={"f": (b"", "a\0")}).get_environ()),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str) -> None:
    """What cannot be sent is refused where it is given, with words."""
    kind, words, make = REFUSED[name]

    with pytest.raises(kind, match=words):
        make()


# Attributes


def test_attributes_of_the_place() -> None:
    """Scheme, host, root and path can be read and set."""
    builder = EnvironBuilder("/a%2Fb", "https://X.org/app/")

    assert ("https://x.org/app/", "https", "x.org", "/app") == (
        builder.base_url, builder.url_scheme, builder.host, builder.script_root
    )  # fmt: skip
    assert ("/a%2Fb", "/app/a%2Fb", "x.org", 443) == (
        builder.path, builder.request_uri, builder.server_name, builder.server_port
    )  # fmt: skip

    builder.url_scheme, builder.host, builder.script_root, builder.path = "http", "[::1]:81", "é/", "c?d=1"
    environ = builder.get_environ()

    assert ("[::1]", 81, "/%C3%A9/c?d=1") == (builder.server_name, builder.server_port, builder.request_uri)
    assert ("[::1]", "81", "[::1]:81", "/Ã©", "/c", "d=1", "/%C3%A9/c?d=1") == tuple(
        environ[key]
        for key in ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "RAW_URI")
    )


def test_base_none_is_the_default() -> None:
    """`None` takes the place back."""
    builder = EnvironBuilder("/a", "https://x.org/app/")
    builder.base_url = None

    assert "http://localhost/a" == str(builder.get_request().url)


def test_path_keeps_the_query_unless_it_has_one() -> None:
    """A path that is set keeps the query; one with a query replaces it; a whole URL may be below the base."""
    builder = EnvironBuilder("/a?b=1")
    builder.path = "/c"
    first = builder.request_uri
    builder.path = "/d?e"
    second = builder.request_uri
    builder.path = "http://localhost/f?g"

    assert ("/c?b=1", "/d?e", "/f?g") == (first, second, builder.request_uri)


def test_a_query_is_a_text_and_its_fields() -> None:
    """A query that is given as a text stays that text until a field is changed."""
    builder = EnvironBuilder("/?a=%41&a=2&b")

    assert ["A", "2"] == builder.args.getlist("a")
    assert "a=%41&a=2&b" == builder.query_string

    builder.args["a"] = 3
    assert "a=3&b=" == builder.query_string

    builder.args = {"x": [1, 2]}
    assert "x=1&x=2" == builder.query_string

    builder.query_string = None
    assert ("", 0) == (builder.query_string, len(builder.args))


def test_type_and_length_are_those_of_the_headers() -> None:
    """`content_type`, `mimetype`, its parameters and `content_length` are live on `headers`."""
    builder = EnvironBuilder(method="POST")
    builder.mimetype = "text/html"
    builder.mimetype_params["charset"] = "latin-1"
    builder.mimetype_params["Version"] = "a b"
    builder.content_length = 3

    assert (("Content-Type", 'text/html; charset=latin-1; version="a b"'), ("Content-Length", "3")) == (
        builder.headers.pairs
    )
    assert ("text/html", 3, "a b", 2) == (
        builder.mimetype, builder.content_length, builder.mimetype_params["version"], len(builder.mimetype_params)
    )  # fmt: skip

    del builder.mimetype_params["version"]
    del builder.headers["Content-Length"]
    assert ("text/html; charset=latin-1", None) == read(builder, "content_type", "content_length")

    builder.content_type = None
    assert (None, None, {}) == (*read(builder, "content_type", "mimetype"), dict(builder.mimetype_params))


def test_type_follows_the_form() -> None:
    """Without a stated type, it is that of the form; a length is that of data."""
    builder = EnvironBuilder()
    before = builder.content_type
    builder.form["a"] = 1
    urlencoded = builder.content_type
    builder.files.add_file("f", b"x", "f.txt")

    assert (None, URLENCODED, "multipart/form-data") == (before, urlencoded, builder.content_type)
    assert 2 == EnvironBuilder(data="ab").content_length


def test_a_stream_takes_the_form_away() -> None:
    """`form` and `files` are not there beside an input stream; `None` brings them back, empty."""
    builder = EnvironBuilder(data={"a": "1"})
    builder.input_stream = io.BytesIO(b"x")

    for name in ("form", "files"):
        with pytest.raises(AttributeError, match="an input stream is defined"):
            read(builder, name)

    builder.input_stream = None
    assert ((), ()) == (builder.form.pairs, builder.files.pairs)

    builder.input_stream = io.BytesIO(b"x")
    builder.form = {"a": [1, 2]}
    assert (None, b"a=1&a=2") == (*read(builder, "input_stream"), body_of(builder.get_environ()))

    builder.files = [("f", (b"y", "a.txt")), ("f", b"z")]
    assert ["a.txt", "f"] == [upload.filename for upload in builder.files.getlist("f")]
    assert ["1", "2"] == builder.form.getlist("a")


def test_data_is_a_stream() -> None:
    """Data that is not a form can be read as `input_stream`, and is whole each time."""
    builder = EnvironBuilder(data="x")
    stream = builder.input_stream

    assert stream is not None
    assert (b"x", b"x") == (stream.read(), body_of(builder.get_environ()))


def test_the_second_environ_has_the_whole_body() -> None:
    """An environ whose body was read leaves nothing out of the next: of files, of a form, and of a stream."""
    stream = io.BytesIO(b"0xy")
    stream.seek(1)
    builders = [
        EnvironBuilder(method="POST", data={"f": io.BytesIO(b"xy"), "a": "1"}),
        EnvironBuilder(method="POST", input_stream=stream),
        EnvironBuilder(method="POST", data=io.BytesIO(b"xy")),
    ]
    for builder in builders:
        first = builder.get_request().get_data()

        assert first.count(b"xy") == builder.get_request().get_data().count(b"xy") == 1


class Pipe(io.RawIOBase):
    """A stream that cannot seek."""

    @override
    def readable(self) -> bool:
        return True


def test_a_pipe_is_sent_once() -> None:
    """A stream that cannot be rewound is refused the second time, and not sent empty."""
    pipe = Pipe()
    builder = EnvironBuilder(method="POST", input_stream=pipe, content_length=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # a BinaryIO but for its modes
    first = builder.get_environ()

    assert (pipe, "3") == (first["wsgi.input"], first["CONTENT_LENGTH"])
    with pytest.raises(ValueError, match="cannot seek, and was sent before"):
        builder.get_environ()


def test_an_own_way_to_write_json() -> None:
    """A subclass writes JSON as it likes, speaks another version of HTTP, and makes requests of its class."""

    class Special(Request):
        pass

    class Builder(EnvironBuilder):
        request_class = Special
        server_protocol = "HTTP/1.0"

        @staticmethod
        @override
        def json_dumps(value: JSONLike, /) -> str:
            return f"<{value}>"

    builder = Builder(json=1)
    request = builder.get_request()

    assert (Special, b"<1>", "HTTP/1.0") == (type(request), request.get_data(), request.environ["SERVER_PROTOCOL"])
    assert Request is type(builder.get_request(Request))


# Files


class Counted(io.BytesIO):
    """A file that counts how often it is closed, perhaps with an error."""

    def __init__(self, content: bytes = b"", error: Exception | None = None) -> None:
        super().__init__(content)
        self.closings = 0
        self.error = error

    @override
    def close(self) -> None:
        if hasattr(self, "closings"):
            self.closings += 1
            if self.error is not None:
                raise self.error


def test_closes_what_was_given_once() -> None:
    """Each file is closed once, also one that was given twice, was replaced, or stands behind one that fails."""
    files = [Counted(), Counted(error=OSError("failed")), Counted(), Counted(), Counted()]
    builder = EnvironBuilder(data={"a": [files[0], files[1]], "b": files[0]})
    builder.files["b"] = (files[2], "c")
    builder.input_stream = files[3]
    builder.input_stream = files[4]
    with pytest.raises(OSError, match="failed"), builder:
        pass
    builder.close()

    assert builder.closed
    assert [1, 1, 1, 1, 1] == [file.closings for file in files]


def test_files_by_path(tmp_path: Path) -> None:
    """`add_file` takes a path, as Werkzeug's does; the name of the file is its last part."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"x")
    builder = EnvironBuilder(method="POST")
    builder.files.add_file("f", path)
    builder.files.add_file("f", str(path), "b.png", "a/b")
    builder.files.add_file("f", (b"y", "c.txt"))

    assert [("a.csv", "text/csv", b"x"), ("b.png", "a/b", b"x"), ("c.txt", "text/plain", b"y")] == [
        (upload.filename, upload.content_type, upload.data) for upload in builder.get_request().files.getlist("f")
    ]


# The fields and headers that builders hold


def test_text_fields() -> None:
    """A mutable mapping to first values that has all values."""
    fields = TextFields([("a", "1"), ("b", "2"), ("a", "3")])
    fields["a"] = [4, None, 5]
    fields.setlist("c", ["6"])
    fields.extend({"a": [7], "d": [8, 9]})

    assert (("a", "4"), ("a", "5"), ("b", "2"), ("c", "6"), ("a", "7"), ("d", "8"), ("d", "9")) == fields.pairs
    assert (["a", "b", "c", "d"], 4) == (list(fields), len(fields))
    assert ("4", None, [4, 5, 7], [8, 9]) == (
        fields["a"], fields.get("x"), fields.getlist("a", int), [int(one) for one in fields.poplist("d")]
    )  # fmt: skip
    assert ({"a": "4", "b": "2", "c": "6"}, (("b", ["2"]),)) == (fields.to_dict(), fields.lists()[1:2])
    assert ["x"] == fields.setlistdefault("e", ["x"]) == fields.setlistdefault("e", ["y"])

    fields["b"] = None
    del fields["c"], fields["e"]
    assert ({"a": "4"}, "TextFields([('a', '4'), ('a', '5'), ('a', '7')])") == (dict(fields.items()), repr(fields))
    assert TextFields([*fields.pairs]) == fields
    assert TextFields([]) != fields
    assert {"a": "4"} != fields
    with pytest.raises(KeyError):
        del fields["b"]
    fields.clear()
    assert () == fields.items(multi=True)


def test_views_of_one_form() -> None:
    """Texts and files of a form stay in their order, and neither view touches the other's."""
    entries: list[tuple[str, str | Upload]] = [("a", "1"), ("f", Upload("f", "f", b"")), ("f", "2")]
    texts, files = TextFields(entries), FileFields(entries)
    del texts["f"]
    files["g"] = b"x"

    assert (["a"], ["f", "g"]) == (list(texts), list(files))
    texts.clear()
    assert 2 == len(files)


def test_request_headers() -> None:
    """A mutable mapping whose names have no case, with several lines of a name."""
    headers = RequestHeaders({"TE": "a", "X": ["1", "2"]})
    headers.add("x", 3)
    headers.set("TE", None)
    headers.setdefault("Y", "4")
    headers.extend([("Z", "5"), ("Z", 6)])

    assert (("X", "1"), ("X", "2"), ("x", "3"), ("Y", "4"), ("Z", "5"), ("Z", "6")) == headers.pairs
    assert ("4", ["5", "6"], [5, 6]) == (headers.pop("y"), headers.getlist("z"), headers.getlist("z", int))

    headers.setlist("Z", ["7", 8])
    headers.update({"X": ["9", "10"]}, W="11")
    del headers["nothing"]
    copy = headers.copy()
    headers.remove("W")
    assert ((("Z", "7"), ("Z", "8"), ("X", "9"), ("X", "10")),) == read(headers, "pairs")
    assert (True, "11", copy.pairs) == (copy != headers, copy["w"], copy.freeze().pairs)
    headers.clear()
    assert RequestHeaders() == headers


# From an environ


def test_from_environ_replaces_parts() -> None:
    """Other parts win over those of the environ; another body takes what was said of the old one with it."""
    environ = create_environ(
        "/a?b=1", "https://x.org/app", method="POST", data={"c": "2"}, environ_base={"REMOTE_ADDR": "::1", "k": 3}
    )
    environ |= {"SERVER_NAME": "10.0.0.1", "SERVER_PORT": "8000"}
    same = EnvironBuilder.from_environ(environ)
    other = EnvironBuilder.from_environ(
        environ, path="/d?e", base_url="http://y.org", method="PUT", json=[], environ_base={"k": 4}
    )
    made = other.get_environ()

    assert ("10.0.0.1", 8000) == (same.server_name, same.server_port)
    assert ("http://y.org/d?e", "PUT", [], "application/json") == (
        str(other.get_request().url), other.method, other.get_request().json, other.content_type
    )  # fmt: skip
    assert ("y.org", "80", "::1", 4, "2") == tuple(
        made[key] for key in ("SERVER_NAME", "SERVER_PORT", "REMOTE_ADDR", "k", "CONTENT_LENGTH")
    )


@pytest.mark.parametrize(
    ("expected", "keys"),
    [
        pytest.param("http://127.0.0.1:8000/a%2Fb", {"RAW_URI": "/a%2Fb?x"}, id="raw-uri"),
        pytest.param("http://127.0.0.1:8000/a%2Fb", {"REQUEST_URI": "/a%2Fb?x"}, id="request-uri"),
        pytest.param("http://127.0.0.1:8000/a/b", {"REQUEST_URI": "/c"}, id="request-uri-of-another-path"),
        pytest.param("http://127.0.0.1:8000/a/b", {"REQUEST_URI": "http://x/a%2Fb"}, id="absolute-request-uri"),
        pytest.param("http://[::1]:8000/a/b", {"SERVER_NAME": "::1"}, id="ipv6-server"),
        pytest.param("https://h/a/b", {"HTTP_HOST": "h", "wsgi.url_scheme": "https"}, id="host"),
        pytest.param("http://127.0.0.1:8000/é/a/b", {"SCRIPT_NAME": "/Ã©/"}, id="root"),
    ],
)
def test_from_environ_of_an_old_client(expected: str, keys: dict[str, object]) -> None:
    """Host and path are known without the Host field, and the path as it was written where a server says how."""
    environ: dict[str, object] = {"PATH_INFO": "/a/b", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", **keys}
    builder = EnvironBuilder.from_environ(environ)

    assert expected == str(URL.parse(f"{builder.base_url}{builder.path.lstrip('/')}"))


def test_a_stream_without_a_length_is_not_a_body() -> None:
    """PEP 3333: what is behind a request without a body is perhaps the next one."""
    environ = create_environ(environ_overrides={"wsgi.input": io.BytesIO(b"GET / HTTP/1.1")})

    assert b"" == body_of(EnvironBuilder.from_environ(environ).get_environ())


def test_a_chunked_body_is_kept() -> None:
    """A body whose end the server knows is one, without a length."""
    terminated: dict[str, object] = {"wsgi.input": io.BytesIO(b"x"), "wsgi.input_terminated": True}
    environ = create_environ(headers={"Transfer-Encoding": "chunked"}, environ_overrides=terminated)
    again = EnvironBuilder.from_environ(environ).get_environ()

    assert comparable(environ) == comparable(again)
    assert b"x" == parse_environ(again).data


def test_octets_of_a_query_stay_octets() -> None:
    """A query that a client sent unescaped is the same octets, escaped: not the text that latin-1 makes of them."""
    environ = create_environ(environ_overrides={"QUERY_STRING": "a=\xc3\xa9&b=\xff"})

    assert "a=%C3%A9&b=%FF" == EnvironBuilder.from_environ(environ).query_string
