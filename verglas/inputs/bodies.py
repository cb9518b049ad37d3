"""Inputs that are whole bodies, decoded from bytes, and files of forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeVar, cast, final, overload

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import CONVERSION_ERRORS
from verglas.errors.parse import FormError, UnsupportedMediaType
from verglas.inputs.converters import Schema, message_of
from verglas.inputs.drafts import Draft
from verglas.inputs.model import Input
from verglas.inputs.problems import Problem, input_error
from verglas.inputs.sources import Description, Known, Source
from verglas.inputs.texts import FORM_TYPES, form_problem, refused
from verglas.limits import Limits
from verglas.request.model import Request
from verglas.syntax.mediatypes import is_json
from verglas.uploads import Upload
from verglas.wsgi import JSONLike

__all__ = ["Decoder", "body", "file"]

T = TypeVar("T")

JSON: Final = "application/json"


class Decoder(Protocol[T]):
    """A way from the bytes of a body to a value, and back: what `json_of` and `form_of` give."""

    @property
    def media_types(self) -> Sequence[str]:
        """The media types that are read, in lower case: `application/json` is all JSON. The first is written."""
        ...

    @property
    def schema(self) -> Schema:
        """The JSON schema of the values; `{}` when there is none."""
        ...

    def decode(self, data: bytes, limits: Limits, /) -> T:
        """The value of a body.

        Args:
            data: The body.
            limits: Those of the request.

        Raises:
            InputError: The body does not have one; the error has everything that is wrong.
        """
        ...

    def encode(self, value: T, /) -> bytes:
        """The body of a value.

        Raises:
            ValueError: The value has none.
        """
        ...


@final
@frozen(eq=False)
class FunctionDecoder:
    """A function as a decoder.

    Attributes:
        function: Gives the value of a body.
        back: Gives the body of a value. `None`: there is no way back.
        media_types: The media types that are read; none: all.
    """

    function: Callable[[bytes], object]
    back: Callable[[object], bytes] | None
    media_types: tuple[str, ...]
    schema: Schema = field(factory=dict[str, JSONLike])

    def decode(self, data: bytes, limits: Limits, /) -> object:
        """As the function has it: any error by which conversions fail is the client's fault."""
        del limits
        try:
            return self.function(data)
        except CONVERSION_ERRORS as error:
            raise input_error([Problem("body", "", "invalid", message_of(error))]) from None  # which may hold the body

    def encode(self, value: object, /) -> bytes:
        """As the function has it."""
        if self.back is None:
            raise TypeError("the body is only read: give its decoder encode=")
        return self.back(value)


@final
@frozen(eq=False)
class BodySource(Source):
    """The whole body.

    Attributes:
        decoder: Between the bytes and the value.
    """

    decoder: Decoder[object]

    @override
    def read(self, request: Request[object], known: Known) -> object:
        try:
            self._check_type(request)
            data = request.decoded().get_data() if request.headers.get("Content-Encoding") else request.get_data()
        except UnsupportedMediaType as error:
            raise input_error([Problem("body", "", "unsupported", error.description)]) from None
        return self.decoder.decode(data, request.limits)

    def _check_type(self, request: Request[object]) -> None:
        wanted = self.decoder.media_types
        mimetype = request.mimetype
        if not wanted or mimetype in wanted or (JSON in wanted and is_json(mimetype)):
            return
        if not request.content_type and not request.get_data():
            raise input_error([Problem("body", "", "missing", "is missing")])
        raise UnsupportedMediaType(f"expected a body with the Content-Type {' or '.join(wanted)}")

    @override
    def write(self, draft: Draft, value: object) -> None:
        data = self.decoder.encode(value)
        if not isinstance(data, bytes):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
            raise TypeError(f"the encoder of the body gave {type(data).__name__}, not bytes")
        types = self.decoder.media_types
        draft.body = (data, types[0] if types else "application/octet-stream")

    @override
    def describe(self) -> tuple[Description, ...]:
        decoder = self.decoder
        return (
            Description(
                place="body",
                name="",
                schema=decoder.schema,
                statuses=(400, 413, 415, 422),
                media_types=tuple(decoder.media_types),
            ),
        )


@overload
def body(decoder: Decoder[T], /) -> Input[T]: ...
@overload
def body(
    decoder: Callable[[bytes], T], /, *, media_types: Sequence[str] = ..., encode: Callable[[T], bytes] | None = ...
) -> Input[T]: ...
def body(decoder: object, /, *, media_types: Sequence[str] = (), encode: object = None) -> object:
    """An input that is the whole body.

    Args:
        decoder: Gives its value: `json_of(T)`, `form_of(T)`, or a function of the bytes.
        media_types: Those that a function reads; none: all. Another is a 415.
        encode: Gives the bytes of a value of the function's.

    >>> from verglas import Request
    >>> lines = body(lambda data: data.decode("ascii").splitlines(), media_types=["text/plain"])
    >>> lines.read(Request(method="POST", headers={"Content-Type": "text/plain"}, body=b"a\\nb"))
    ['a', 'b']
    """
    if isinstance(media_types, str):
        raise TypeError(f"media_types= is a sequence, such as [{media_types!r}]")
    if not (hasattr(decoder, "decode") and hasattr(decoder, "media_types")):
        if not callable(decoder) or not (encode is None or callable(encode)):
            raise TypeError(f"body() takes a decoder, such as json_of(T), or a function of bytes, not {decoder!r}")
        function = cast("Callable[[bytes], object]", decoder)  # the overload has checked what it takes
        back = cast("Callable[[object], bytes] | None", encode)
        decoder = FunctionDecoder(function, back, tuple(one.lower() for one in media_types))
    elif media_types or encode is not None:
        raise TypeError(f"{decoder!r} has its own media types and its own way back")
    return Input[object](BodySource(cast("Decoder[object]", decoder)))


@final
@frozen(eq=False)
class FileSource(Source):
    """A file of a form, or several.

    Attributes:
        name: The name of the field.
        is_optional: Whether it may be missing, and is `None` then.
        several: Whether all of the name are read, as a tuple.
    """

    name: str
    is_optional: bool = False
    several: bool = False

    @override
    def read(self, request: Request[object], known: Known) -> object:
        problem = form_problem(request)
        if problem is not None:
            raise problem
        try:
            files = request.files.getlist(self.name)
        except (FormError, UnsupportedMediaType) as error:
            raise form_problem(request, error) or error from None
        if self.several:
            return tuple(files)
        if len(files) > 1:
            raise refused("file", self.name, "repeated", "is given more than once")
        if not files and not self.is_optional:
            raise refused("file", self.name, "missing", "is missing")
        return files[0] if files else None

    @override
    def write(self, draft: Draft, value: object) -> None:
        given: object = value if self.several else () if value is None and self.is_optional else (value,)
        uploads = cast("tuple[object, ...]", given) if isinstance(given, tuple) else (None,)
        if not all(isinstance(one, Upload) for one in uploads):
            raise TypeError(f"file {self.name} is {'a tuple of uploads' if self.several else 'an Upload'}")
        draft.files[self.name] = cast("tuple[Upload, ...]", uploads)

    @override
    def describe(self) -> tuple[Description, ...]:
        return (
            Description(
                place="file",
                name=self.name,
                schema={"type": "string", "format": "binary"},
                required=not (self.is_optional or self.several),
                default=() if self.several else None,
                several=self.several,
                statuses=(400, 413, 415, 422),
                media_types=FORM_TYPES[1:],
            ),
        )


@final
class Files:
    """What `file` is: a maker of inputs that are files of a form."""

    @overload
    def __call__(self, name: str, /) -> Input[Upload]: ...
    @overload
    def __call__(self, name: str, /, *, default: None) -> Input[Upload | None]: ...
    def __call__(self, name: str, /, *, default: object = ...) -> object:
        """An input that is a file of a form.

        Args:
            name: The name of the field.
            default: `None`, when it may be missing.
        """
        return Input[object](FileSource(name, is_optional=default is None))

    def many(self, name: str, /) -> Input[tuple[Upload, ...]]:
        """An input that is all files of a name, of which there may be none.

        Args:
            name: The name of the field.
        """
        return Input(FileSource(name, several=True))


file: Final = Files()
"""Makes inputs of files of the form in the body."""
