"""Every property of requests and responses gives what its annotation says, on a bare and on a full message."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

import pytest

from tests.headers.samples import SAMPLES, key_of
from tests.kit import posted
from verglas import (
    URL,
    Body,
    Cookies,
    Files,
    FrozenResponse,
    Headers,
    JSONValue,
    Query,
    Request,
    Response,
    Upload,
    application,
)
from verglas.headers import (
    BuiltOptional,
    BuiltText,
    BuiltValue,
    ETags,
    FieldProperty,
    Origin,
    ReadOptional,
    ReadText,
    ReadValue,
    Vary,
)

MULTIPART: Final = b'--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\nhi\r\n--b--\r\n'


def holds(value: object, annotation: object) -> bool:
    """Whether a value is of the type of an annotation, as deep as one can look without using the value up.

    Raises:
        TypeError: The annotation is of a form that is not known here: it has to be added.
    """
    if annotation is JSONValue:
        return holds(value, None | bool | int | float | str | list[object] | dict[str, object])
    if annotation in (None, types.NoneType):
        return value is None
    if annotation is object or isinstance(annotation, TypeVar):
        return True
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return any(holds(value, one) for one in arguments)
    if origin is Literal:
        return value in arguments
    if annotation is BinaryIO:
        return hasattr(value, "read") and hasattr(value, "seek")
    if annotation is int or annotation is float:
        return type(value) is annotation  # True is an int to isinstance() only
    if isinstance(annotation, type) and origin is None:
        return isinstance(value, annotation)
    return holds_all(value, origin, arguments)


def holds_all(value: object, origin: object, arguments: tuple[object, ...]) -> bool:
    """The same for a generic type: what is in the value is looked at, too.

    Raises:
        TypeError: As above.
    """
    if origin is tuple and isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)  # isinstance() tells nothing of the items, here and below
        if arguments[-1] is Ellipsis:
            return all(holds(item, arguments[0]) for item in items)
        return len(items) == len(arguments) and all(map(holds, items, arguments))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        pairs = cast("Mapping[object, object]", value)
        return isinstance(value, origin) and all(
            holds(key, arguments[0]) and holds(pairs[key], arguments[1]) for key in pairs
        )
    if isinstance(origin, type) and issubclass(origin, Iterable):
        seen = cast("Iterable[object]", value if isinstance(value, list | tuple | frozenset) else ())
        return isinstance(value, origin) and all(holds(item, arguments[0]) for item in seen)
    if origin is tuple:
        return False
    raise TypeError(f"no idea what {origin!r} of {arguments!r} holds")


def given_by(annotation: object) -> object:
    """What an attribute that is annotated as the property of a header field gives: see their overloads.

    Raises:
        TypeError: The annotation is none of them: it has to be added.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (ReadText, BuiltText):
        return str | None
    if origin in (ReadValue, BuiltValue):
        return arguments[0]
    if origin in (ReadOptional, BuiltOptional):
        return arguments[0] | None
    raise TypeError(f"no idea what {annotation!r} gives")


COMPUTED_ONCE: object = vars(Request)["args"]
LAZY: Final = type(COMPUTED_ONCE)
"""An attribute that is computed when it is first read; to checkers, it is a property."""


def properties(kind: type) -> dict[str, object]:
    """The properties of a class by name, with their annotations; those that are header fields are."""
    found: dict[str, object] = {}
    for base in kind.__mro__:
        for name, value in vars(base).items():
            computed: object = getattr(value, "fget", None) if isinstance(value, (property, LAZY)) else None
            if callable(computed) and not name.startswith("_"):
                found.setdefault(name, get_type_hints(computed)["return"])
            elif isinstance(value, FieldProperty):
                found.setdefault(name, given_by(get_type_hints(base)[name]))
    return found


FULL: Final[dict[str, object]] = {
    "REQUEST_METHOD": "POST",
    "SCRIPT_NAME": "/mounted",
    "PATH_INFO": "/a/b",
    "QUERY_STRING": "a=1&a=2",
    "SERVER_NAME": "server",
    "SERVER_PORT": "8080",
    "REMOTE_ADDR": "::1",
    "REMOTE_USER": "ada",
    "HTTP_HOST": "example.org:8080",
    "HTTP_COOKIE": "a=1; b=2",
    **{f"HTTP_{name.upper().replace('-', '_')}": sample.line for name, sample in SAMPLES.items()},
    "wsgi.url_scheme": "https",
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


def with_body(content_type: str, body: bytes) -> Callable[[], Request[None]]:
    """What makes a request with all that a server may say, and a body."""
    return lambda: Request(
        posted(body, content_type, stream=BytesIO(body)) | FULL | {"HTTP_CONTENT_ENCODING": "identity"}
    )


# Every header empty, and every header malformed where it can be.
EMPTY: Final = {f"HTTP_{name.upper().replace('-', '_')}": "" for name in SAMPLES}
MALFORMED: Final = {f"HTTP_{name.upper().replace('-', '_')}": one.malformed or "\t=" for name, one in SAMPLES.items()}

OF_REQUESTS: Final = properties(Request)
OF_RESPONSES: Final = properties(Response)

REQUESTS: Final = [
    pytest.param(lambda: Request(dict[str, object]()), id="bare"),
    pytest.param(lambda: Request(dict[str, object](EMPTY)), id="empty-headers"),
    pytest.param(lambda: Request(dict[str, object](MALFORMED)), id="malformed-headers"),
    pytest.param(Request, id="value"),
    pytest.param(with_body("application/x-www-form-urlencoded; charset=utf-8", b"a=1&b"), id="urlencoded"),
    pytest.param(with_body("multipart/form-data; boundary=b", MULTIPART), id="multipart"),
    pytest.param(with_body("application/json", b'{"a": [1, 2.5, null, true, "b"]}'), id="json"),
    pytest.param(with_body("text/plain", b"plain"), id="plain"),
]
# They raise for a body that does not say to be JSON.
RAISES_WITHOUT_JSON: Final = frozenset({"json"})


@pytest.mark.parametrize("make", REQUESTS)
@pytest.mark.parametrize("name", sorted(OF_REQUESTS.keys() - RAISES_WITHOUT_JSON))
def test_property_of_a_request(name: str, make: Callable[[], Request[None]]) -> None:
    """A property of a request gives what its annotation says."""
    with make() as request:
        value: object = getattr(request, name)

        assert holds(value, OF_REQUESTS[name]), f"{name} is {value!r}, not {OF_REQUESTS[name]}"


@pytest.mark.parametrize("text", ["null", "true", "1", "2.5", '"a"', "[]", '{"a": [{"b": null}]}'])
def test_json(text: str) -> None:
    """JSON is one of the types of `JSONValue`."""
    value = with_body("application/json", text.encode())().json

    assert holds(value, JSONValue)


# A length that cannot be read is refused where it is set.
BAD: Final = {name: one.malformed or "" for name, one in SAMPLES.items() if name != "content-length"}

RESPONSES: Final = [
    pytest.param(Response, id="bare"),
    pytest.param(lambda: Response(["a", b"b"], 404, {"X": "1"}, mimetype="text/html"), id="full"),
    pytest.param(lambda: Response(iter(["a"]), "200 Fine", content_type="a/b; c=d"), id="streaming"),
    pytest.param(lambda: Response(b"", 204, content_type="malformed"), id="malformed-type"),
    pytest.param(lambda: Response("a", headers={name: one.line for name, one in SAMPLES.items()}), id="every-header"),
    pytest.param(lambda: Response("a", headers=BAD), id="bad"),
]


@pytest.mark.parametrize("make", RESPONSES)
@pytest.mark.parametrize("name", sorted(OF_RESPONSES))
def test_property_of_a_response(name: str, make: Callable[[], Response]) -> None:
    """A property of a response gives what its annotation says."""
    value: object = getattr(make(), name)

    assert holds(value, OF_RESPONSES[name]), f"{name} is {value!r}, not {OF_RESPONSES[name]}"


OTHERS: Final[list[object]] = [
    Upload("a", "f", b"1"),
    Upload("a", "f", b"1", content_type="text/plain; charset=utf-8"),
    Upload("a", "", b"", content_type="malformed"),
    URL(),
    URL("https", "[::1]:8080", "/a", b"//b\xff", b"c=%FF"),
    URL.unchecked("http", "", "", b"", b""),
    FrozenResponse(),
    Headers({"a": "1"}),
    Query({"a": "1"}),
    Cookies({"a": "1"}),
    Files(),
    Body(),
]


@pytest.mark.parametrize("value", [pytest.param(one, id=f"{i}-{type(one).__name__}") for i, one in enumerate(OTHERS)])
def test_property_of_another_value(value: object) -> None:
    """A property of any other value gives what its annotation says."""
    wrong = [
        name
        for name, annotation in properties(type(value)).items()
        if not isinstance(value, Headers | Query | Cookies | Files) and not holds(getattr(value, name), annotation)
    ]

    assert [] == wrong


@pytest.mark.parametrize(
    ("expected", "annotation"),
    [
        (datetime | None, ReadOptional[datetime]),
        (ETags, ReadValue[ETags]),
        (str | None, ReadText[Origin]),
        (int | None, BuiltOptional[int, str]),
        (Vary, BuiltValue[Vary, str]),
        (str | None, BuiltText[Origin]),
    ],
)
def test_given_by(expected: object, annotation: object) -> None:
    """The annotation of a property says what it gives, not what it takes."""
    assert expected == given_by(annotation)


def test_header_fields_are_looked_at() -> None:
    """The properties of header fields are among those of this file."""
    assert (ETags, Vary) == (OF_REQUESTS["if_match"], OF_RESPONSES["vary"])


HEADER_VALUES: Final = [
    key_of(name).decode([line]) for name, one in SAMPLES.items() for line in (one.line, one.more)
]  # of the values that have properties, each that a field may have


@pytest.mark.parametrize(
    "value", [pytest.param(one, id=f"{i}-{type(one).__name__}") for i, one in enumerate(HEADER_VALUES)]
)
def test_property_of_a_header_value(value: object) -> None:
    """A property of a header value gives what its annotation says."""
    found = properties(type(value)) if type(value).__module__.startswith("verglas.") else {}

    assert [] == [name for name, annotation in found.items() if not holds(getattr(value, name), annotation)]


@pytest.mark.parametrize(
    ("value", "annotation"),
    [(1, str | None), (True, int), ((1, "a"), tuple[int, ...]), ({"a": 1}, dict[str, str]), ([b""], list[str])],
)
def test_lies_are_found(value: object, annotation: object) -> None:
    """The checker of this file finds what is not true."""
    assert not holds(value, annotation)


def test_application_is_a_function() -> None:
    """`application` gives what a server calls."""
    assert callable(application(lambda request: Response(request.path)))
