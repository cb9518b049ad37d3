"""Inputs that are whole bodies, decoded from bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar, cast, final, overload

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import CONVERSION_ERRORS
from verglas.errors.parse import HeaderError, UnsupportedCoding, UnsupportedMediaType
from verglas.headers.content import CONTENT_ENCODING
from verglas.inputs.converters import Schema, message_of
from verglas.inputs.drafts import Draft
from verglas.inputs.forms import FormDecoder
from verglas.inputs.model import Input
from verglas.inputs.problems import Problem, input_error, unsupported
from verglas.inputs.schemas import is_record, is_typed_dict, library_of
from verglas.inputs.sources import Claim, Description, Known, Source
from verglas.limits import Limits
from verglas.request.model import Request
from verglas.syntax.mediatypes import is_among
from verglas.wsgi import JSONLike

__all__ = ["Decoder", "body"]

T = TypeVar("T")


class Decoder(Protocol[T]):
    """A way from the bytes of a body to a value, and back: what `json_of` and `form_of` give."""

    @property
    def media_types(self) -> Sequence[str]:
        """The media types that are read, in lower case: `application/json` is all JSON. The first is written."""
        ...

    @property
    def schema(self) -> Schema:
        """The JSON schema of the values; `{}` when it is not known."""
        ...

    def decode(self, data: bytes, limits: Limits, /) -> T:
        """The value of a body.

        Args:
            data: The body.
            limits: Those of the request.

        Raises:
            InputError: The body does not have such a value; the error has everything that is wrong.
        """
        ...

    def encode(self, value: T, /) -> bytes:
        """The body of a value.

        Raises:
            ValueError: The value cannot be written so that it is read again.
        """
        ...


@final
@frozen(eq=False)
class FunctionDecoder:
    """A function as a decoder.

    Attributes:
        function: Gives the value of a body.
        back: Gives the body of a value. `None`: it is only read.
        media_types: The media types that are read; all, if it is empty.
    """

    function: Callable[[bytes], object]
    back: Callable[[object], bytes] | None
    media_types: tuple[str, ...]
    schema: Schema = field(factory=dict[str, JSONLike])

    def decode(self, data: bytes, limits: Limits, /) -> object:
        """The value that the function gives; any error by which conversions fail is the client's fault.

        Args:
            data: The body.
            limits: Those of the request.

        Raises:
            InputError: The function raised such an error.
        """
        del limits
        try:
            return self.function(data)
        except CONVERSION_ERRORS as error:
            raise input_error([Problem("body", "", "invalid", message_of(error))]) from None  # which may hold the body

    def encode(self, value: object, /) -> bytes:
        """The body that `encode=` gives.

        Args:
            value: The value.

        Raises:
            TypeError: The function was given without `encode=`.
        """
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
        """Decode the body.

        Raises:
            InputError: The body is of another media type, or its decoder refuses it.
        """
        try:
            self._check_type(request)
            _check_coding(request)
            data = request.get_data()
        except UnsupportedMediaType as error:
            raise unsupported(error) from None
        return self.decoder.decode(data, request.limits)

    def _check_type(self, request: Request[object]) -> None:
        wanted = self.decoder.media_types
        if is_among(request.mimetype, wanted):
            return
        if not request.content_type and not request.get_data():
            raise input_error([Problem("body", "", "missing", "is missing")])
        raise UnsupportedMediaType(f"expected a body with the Content-Type {' or '.join(wanted)}")

    @override
    def write(self, draft: Draft, value: object) -> None:
        """Encode the body.

        Raises:
            ValueError: The value cannot be written so that it is read again.
            TypeError: The decoder has no way back, or one that does not give bytes.
        """
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

    @override
    def claims(self) -> Sequence[Claim]:
        return [("body", "")]  # without its schema, which a library makes


def _check_coding(request: Request[object]) -> None:
    """Refuse a body with a Content-Encoding: a handler that wants it asks for `request.decoded()` before."""
    try:
        codings = request.headers.get(CONTENT_ENCODING, ())
    except HeaderError as error:
        raise input_error([Problem("header", "/Content-Encoding", "malformed", error.description)]) from None
    if any(coding != "identity" for coding in codings) and request.get_data():
        raise UnsupportedCoding("expected a body without a Content-Encoding")


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

    Raises:
        TypeError: The decoder is neither a decoder nor a function, such as a class of fields, which `json_of` takes;
            or has media types of its own.

    >>> from verglas import Request
    >>> lines = body(lambda data: data.decode("ascii").splitlines(), media_types=["text/plain"])
    >>> lines.read(Request(method="POST", headers={"Content-Type": "text/plain"}, body=b"a\\nb"))
    ['a', 'b']
    """
    if isinstance(media_types, str):
        raise TypeError(f"media_types= is a sequence, such as [{media_types!r}]")
    if is_record(decoder) or is_typed_dict(decoder) or library_of(decoder):
        name = getattr(decoder, "__name__", decoder)
        raise TypeError(f"body() takes a decoder, not a class: json_of({name}) reads JSON, form_of({name}) a form")
    if not (hasattr(decoder, "decode") and hasattr(decoder, "media_types")):
        if not callable(decoder) or not (encode is None or callable(encode)):
            raise TypeError(f"body() takes a decoder, such as json_of(T), or a function of bytes, not {decoder!r}")
        function = cast("Callable[[bytes], object]", decoder)  # the overload has checked what it takes
        back = cast("Callable[[object], bytes] | None", encode)
        decoder = FunctionDecoder(function, back, tuple(one.lower() for one in media_types))
    elif media_types or encode is not None:
        raise TypeError(f"{decoder!r} has its own media types and its own way back")
    if isinstance(decoder, FormDecoder):  # which reads the form that the request has read, files and all
        return Input[object](decoder.source)
    return Input[object](BodySource(cast("Decoder[object]", decoder)))
