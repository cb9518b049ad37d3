"""Inputs that are texts with a name: parameters of the URL, fields of a form, cookies, header fields."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Final, TypeVar, cast, final, get_args, get_origin, overload

from attrs import evolve, frozen

from verglas.backports import override
from verglas.errors.grammar import CONVERSION_ERRORS
from verglas.errors.parse import FormError, HeaderError, UnsupportedMediaType
from verglas.headers.fields import HeaderField
from verglas.headers.mapping import Absent
from verglas.inputs.converters import Converter, E, V, converter_of, message_of
from verglas.inputs.drafts import Draft
from verglas.inputs.model import Input
from verglas.inputs.problems import Code, InputError, Place, Problem, input_error, unsupported
from verglas.inputs.schemas import UNIONS
from verglas.inputs.sources import Description, Known, Missing, Source
from verglas.request.model import Request
from verglas.syntax.jsontext import pointer
from verglas.syntax.scalars import format_bool
from verglas.syntax.tokens import check_token

__all__ = [
    "CheckboxSource",
    "FORM_TYPES",
    "NOT_A_FORM",
    "Parameters",
    "SWITCH",
    "check_name",
    "checkbox",
    "cookie",
    "form",
    "form_error",
    "form_problem",
    "header",
    "query",
    "refused",
]

T = TypeVar("T")
D = TypeVar("D")

FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_SEVERAL: Final = (list, tuple, set, frozenset)
WANT_FORM: Final = f"expected a form, with the Content-Type {' or '.join(FORM_TYPES)}"


def refused(place: Place, name: str, code: Code, message: str) -> InputError:
    """The error of one input.

    Args:
        place: The part of the request.
        name: Its name there.
        code: The kind of problem.
        message: What is wrong, without what was sent.
    """
    return input_error([Problem(place, pointer(name), code, message)])


NOT_A_FORM: Final = (FormError, HeaderError, UnsupportedMediaType)
"""The errors of a form that cannot be read; a `HeaderError` is about its Content-Encoding."""


def form_error(error: FormError | HeaderError | UnsupportedMediaType) -> InputError:
    """The error of a form that cannot be read.

    Args:
        error: What reading it raised.
    """
    if isinstance(error, UnsupportedMediaType):
        return unsupported(error)
    return input_error([Problem("body", "", "malformed", error.description)])


def form_problem(request: Request[object]) -> InputError | None:
    """The error of a body that is not a form; `None` of one that is.

    Args:
        request: The request.
    """
    if request.content_type and request.mimetype not in FORM_TYPES:
        return input_error([Problem("body", "", "unsupported", WANT_FORM)])
    return None


@frozen(eq=False)
class TextSource(Source):
    """A named text, converted.

    Attributes:
        name: Its name.
        converter: Between the text and the value.
        default: The value when it is absent.
        several: Whether all values are read, as a tuple.
    """

    name: str
    converter: Converter[object]
    default: object = Missing.MISSING
    several: bool = False

    place: ClassVar[Place]

    @abstractmethod
    def texts(self, request: Request[object]) -> Sequence[str]:
        """All texts of this name in a request."""

    @abstractmethod
    def put(self, draft: Draft, texts: tuple[str, ...]) -> None:
        """Write the texts of this name."""

    @override
    def read(self, request: Request[object], known: Known) -> object:
        """The value; or, of several, the tuple of all.

        Raises:
            InputError: The value is missing, is there more than once, or is refused by the converter.
        """
        texts = self.texts(request)
        if self.several:
            return self._all(texts)
        converter = self.converter
        if len(texts) > 1:
            raise refused(self.place, self.name, "repeated", "is given more than once")
        if not texts or (not texts[0] and not converter.takes_empty):
            if self.default is Missing.MISSING:
                raise refused(self.place, self.name, "missing", "is missing")
            return self.default
        try:
            return converter.decode(texts[0])
        except CONVERSION_ERRORS as error:
            raise refused(self.place, self.name, "invalid", message_of(error)) from None  # which may hold the text

    def _all(self, texts: Sequence[str]) -> tuple[object, ...]:
        values: list[object] = []
        problems: list[Problem] = []
        for index, text in enumerate(texts):
            if not text and not self.converter.takes_empty:
                continue
            try:
                values.append(self.converter.decode(text))
            except CONVERSION_ERRORS as error:
                problems.append(Problem(self.place, pointer(self.name, index), "invalid", message_of(error)))
        if problems:
            raise input_error(problems)
        return tuple(values)

    @override
    def write(self, draft: Draft, value: object) -> None:
        """Write the value, or leave it out when it is the default.

        Raises:
            ValueError: The value cannot be where it is to be.
            TypeError: The value is of another type, or the converter has no inverse.
        """
        if self.several:
            if not isinstance(value, tuple):
                raise TypeError(f"{self.place} {self.name} is a tuple of values, not {type(value).__name__}")
            self.put(draft, tuple([self._text(one) for one in cast("tuple[object, ...]", value)]))
        else:
            self.put(draft, () if self._is_default(value) else (self._text(value),))

    def _is_default(self, value: object) -> bool:
        if value is self.default or not _same(value, self.default):
            return value is self.default
        encode = self.converter.encode
        try:  # equal, but perhaps another text: -0.0, or 1.00 as a Decimal
            return encode is None or encode(value) == encode(self.default)
        except (ValueError, TypeError):  # a default need not have a text
            return True

    def _text(self, value: object) -> str:
        encode = self.converter.encode
        if encode is None:
            raise TypeError(f"{self.place} {self.name} is only read: give its converter encode=")
        text = encode(value)
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
            raise TypeError(f"the encoder of {self.place} {self.name} gave {type(text).__name__}, not a str")
        text = str.__str__(text)  # of a subclass, which formats as it likes: StrEnum, Markup
        if not text and not self.converter.takes_empty:
            raise ValueError(f"{self.place} {self.name} cannot be an empty text, which counts as absent")
        return text

    @override
    def describe(self) -> tuple[Description, ...]:
        is_required = self.default is Missing.MISSING and not self.several
        default = None if self.default is Missing.MISSING else self.default
        return (
            Description(
                place=self.place,
                name=self.name,
                schema=self.converter.schema,
                required=is_required,
                default=() if self.several else default,
                several=self.several,
            ),
        )


@final
@frozen(eq=False)
class QuerySource(TextSource):
    """A parameter of the URL."""

    place: ClassVar[Place] = "query"

    @override
    def texts(self, request: Request[object]) -> Sequence[str]:
        return request.args.getlist(self.name)

    @override
    def put(self, draft: Draft, texts: tuple[str, ...]) -> None:
        draft.query[self.name] = texts


@final
@frozen(eq=False)
class CookieSource(TextSource):
    """A cookie."""

    place: ClassVar[Place] = "cookie"

    @override
    def texts(self, request: Request[object]) -> Sequence[str]:
        return request.cookies.getlist(self.name)

    @override
    def put(self, draft: Draft, texts: tuple[str, ...]) -> None:
        draft.cookies[self.name] = texts


@frozen(eq=False)
class FormSource(TextSource):
    """A text field of a form."""

    place: ClassVar[Place] = "form"

    @override
    def texts(self, request: Request[object]) -> Sequence[str]:
        """All texts of this field.

        Raises:
            InputError: The body is not a form.
            HTTPError: A limit is exceeded, or the client went away.
        """
        problem = form_problem(request)
        if problem is not None:
            raise problem
        try:
            return request.form.getlist(self.name)
        except NOT_A_FORM as error:
            raise form_error(error) from None

    @override
    def put(self, draft: Draft, texts: tuple[str, ...]) -> None:
        draft.fields[self.name] = texts

    @override
    def describe(self) -> tuple[Description, ...]:
        return tuple(evolve(one, statuses=(400, 413, 415, 422), media_types=FORM_TYPES) for one in super().describe())


@final
@frozen(eq=False)
class LineSource(TextSource):
    """A header field, whose lines are its texts."""

    place: ClassVar[Place] = "header"

    @override
    def texts(self, request: Request[object]) -> Sequence[str]:
        """All lines of this name.

        Raises:
            InputError: A line is not valid in an HTTP message.
        """
        try:
            return request.headers.lines_of(self.name)
        except HeaderError as error:
            raise refused("header", self.name, "invalid", error.description) from None

    @override
    def put(self, draft: Draft, texts: tuple[str, ...]) -> None:
        draft.set_lines(self.name, texts)


_OFF: Final = frozenset({"false", "off", "no", "0"})


def _is_on(text: str) -> bool:
    return text.lower() not in _OFF


def _on_or_false(value: bool) -> str:
    return "on" if format_bool(value) == "true" else "false"


SWITCH: Final = cast("Converter[object]", Converter(_is_on, _on_or_false, {"type": "boolean"}))
"""The converter of a checkbox: its text is what the page says, so that any is True but `false`, `off`, `no` and `0`."""


@final
@frozen(eq=False)
class CheckboxSource(FormSource):
    """Whether a box is checked: whether one of the texts of its field says so."""

    @override
    def read(self, request: Request[object], known: Known) -> object:
        texts = [text for text in self.texts(request) if text]
        return any(map(self.converter.decode, texts)) if texts else self.default


@final
@frozen(eq=False)
class KeySource(Source):
    """A header field by its key, which knows its type.

    Attributes:
        key: The key.
        default: The value when the field is absent.
    """

    key: HeaderField[object]
    default: object = Missing.MISSING

    @override
    def read(self, request: Request[object], known: Known) -> object:
        """The value of the field.

        Raises:
            InputError: The field is missing, or is not what its grammar asks for.
        """
        name = self.key.name
        try:
            value = request.headers.value_of(self.key, Absent.ABSENT)
        except HeaderError as error:
            raise refused("header", name, "invalid", error.description) from None
        if value is not Absent.ABSENT:
            return value
        if self.default is Missing.MISSING:
            raise refused("header", name, "missing", "is missing")
        return self.default

    @override
    def write(self, draft: Draft, value: object) -> None:
        """Write the value, or leave the field out when it is the default.

        Raises:
            ValueError: The value cannot be written, or would be read as another one, or as absent.
            TypeError: The value is not one of the field.
        """
        if value is self.default or _same(value, self.default):
            draft.set_lines(self.key.name, ())
            return
        name = self.key.name
        try:
            lines = tuple(self.key.encode(value))
        except AttributeError:
            raise TypeError(f"header {name} does not have values of {type(value).__name__}") from None
        if not lines:
            raise ValueError(f"header {name} cannot be an empty value, which counts as absent")
        try:
            is_read = self.key.decode(lines) == value
        except CONVERSION_ERRORS:
            is_read = False
        if not is_read:  # a part of a second in an HTTP date, None where its text is sent
            raise ValueError(f"header {name} does not carry this value: what is written is read as another")
        draft.set_lines(name, lines)

    @override
    def describe(self) -> tuple[Description, ...]:
        is_required = self.default is Missing.MISSING
        return (
            Description(
                place="header",
                name=self.key.name,
                schema={"type": "string"},
                required=is_required,
                default=None if is_required else self.default,
            ),
        )


def _same(value: object, default: object) -> bool:
    """Whether a value is the default: 1 is not True, and not 1.0, though they are equal."""
    return type(value) is type(default) and value == default


def _converter(kind: object, encode: object, many: str = "") -> Converter[object]:
    """The converter of an input, or the error that says by what else the input is made.

    Args:
        kind: The type or function.
        encode: Gives the text of a value of the function's.
        many: What makes an input of all values of a name, if something does.
    """
    try:
        return converter_of(kind, encode)
    except TypeError as error:
        hint = ""
        if get_origin(kind) in UNIONS and type(None) in get_args(kind):
            hint = "; a value that may be absent has a default, such as default=None"
        elif many and (get_origin(kind) or kind) in _SEVERAL:
            hint = f"; {many} reads all values of a name, and takes the converter of one"
        raise TypeError(f"{error}{hint}") from None


def check_name(name: object, maker: str) -> str:
    """Refuse what is not the name of an input, where it is given.

    Raises:
        TypeError: The name is not a text.
    """
    if not isinstance(name, str):
        raise TypeError(f"{maker}() takes a name first, not {type(name).__name__}")
    return name


@final
class Parameters:
    """The class of `query`, `form` and `cookie`, which make inputs that are texts with a name.

    A converter is one of `bool`, `int`, `float`, `str`, `Decimal`, `UUID`, `datetime`, `date`, `time` and `timedelta`,
    each of which takes one spelling; an `Enum`, by its members' values; or a function of a text. Without one, the input
    is the text.

    Args:
        place: The part of the request.
        source: Makes what reads it.
    """

    def __init__(self, place: Place, source: Callable[[str, Converter[object], object, bool], Source]) -> None:
        self._place = place
        self._source = source

    @overload
    def __call__(self, name: str, /) -> Input[str]: ...
    @overload
    def __call__(self, name: str, /, *, default: D) -> Input[str | D]: ...
    @overload
    def __call__(self, name: str, converter: type[E], /) -> Input[E]: ...
    @overload
    def __call__(self, name: str, converter: type[E], /, *, default: D) -> Input[E | D]: ...
    @overload
    def __call__(self, name: str, converter: type[V], /) -> Input[V]: ...
    @overload
    def __call__(self, name: str, converter: type[V], /, *, default: D) -> Input[V | D]: ...
    @overload
    def __call__(
        self, name: str, converter: Callable[[str], T], /, *, encode: Callable[[T], str] = ...
    ) -> Input[T]: ...
    @overload
    def __call__(
        self, name: str, converter: Callable[[str], T], /, *, default: None, encode: Callable[[T], str] = ...
    ) -> Input[T | None]: ...
    @overload
    def __call__(
        self, name: str, converter: Callable[[str], T], /, *, default: D, encode: Callable[[T], str] = ...
    ) -> Input[T | D]: ...
    def __call__(
        self,
        name: str,
        converter: object = str,
        /,
        *,
        default: object = Missing.MISSING,
        encode: object = None,
    ) -> object:
        """An input that is there once.

        Args:
            name: Its name.
            converter: A type or a function; its errors are the client's fault. The words of an `Invalid` are sent.
            default: The value when it is absent; without one, a request has to have it.
            encode: Gives the text of a value of the function's; `str` without one.

        Raises:
            TypeError: The converter is neither a type that has one nor a function.

        >>> from verglas import Request
        >>> query("page", int, default=1).read(Request(url="/?page=7"))
        7
        """
        name = check_name(name, self._place)
        return Input[object](self._source(name, _converter(converter, encode, f"{self._place}.many()"), default, False))

    @overload
    def many(self, name: str, /) -> Input[tuple[str, ...]]: ...
    @overload
    def many(self, name: str, converter: type[E], /) -> Input[tuple[E, ...]]: ...
    @overload
    def many(self, name: str, converter: type[V], /) -> Input[tuple[V, ...]]: ...
    @overload
    def many(
        self, name: str, converter: Callable[[str], T], /, *, encode: Callable[[T], str] = ...
    ) -> Input[tuple[T, ...]]: ...
    def many(self, name: str, converter: object = str, /, *, encode: object = None) -> object:
        """An input that is there any number of times: a tuple of all its values, which may be empty.

        Args:
            name: Its name.
            converter: As for a single one.
            encode: As for a single one.

        >>> from verglas import Request
        >>> query.many("tag").read(Request(url="/?tag=a&tag=b"))
        ('a', 'b')
        """
        name = check_name(name, self._place)
        found = _converter(converter, encode, f"{self._place}.many()")
        return Input[object](self._source(name, found, Missing.MISSING, True))


query: Final = Parameters("query", QuerySource)
"""Makes inputs of parameters of the URL."""

form: Final = Parameters("form", FormSource)
"""Makes inputs of text fields of the form in the body."""

cookie: Final = Parameters("cookie", CookieSource)
"""Makes inputs of cookies."""


def checkbox(name: str, /) -> Input[bool]:
    """An input that is whether a box of a form is checked; a `bool` of `form_of` is the same.

    Browsers send the `value` of a box that is checked, which is `on` unless the page says otherwise, and leave out one
    that is not. So any text is True. But `false`, `off`, `no` and `0`, in any case, are False, and an empty text counts
    as absent: pages send them from a hidden field beside the box, or a script does, for one that is not checked; and
    who is asked to agree must not be taken to have agreed by a `0`. Of several texts, one that is True is enough.

    Args:
        name: The name of the field.

    >>> from verglas import Request
    >>> checkbox("terms").read(Request.from_values(method="POST", data={"terms": "1"}))
    True
    """
    return Input(CheckboxSource(check_name(name, "checkbox"), SWITCH, default=False))


@overload
def header(key: HeaderField[T], /) -> Input[T]: ...
@overload
def header(key: HeaderField[T], /, *, default: None) -> Input[T | None]: ...
@overload
def header(key: HeaderField[T], /, *, default: D) -> Input[T | D]: ...
@overload
def header(name: str, converter: type[E], /) -> Input[E]: ...
@overload
def header(name: str, converter: type[E], /, *, default: D) -> Input[E | D]: ...
@overload
def header(name: str, converter: type[V], /) -> Input[V]: ...
@overload
def header(name: str, converter: type[V], /, *, default: D) -> Input[V | D]: ...
@overload
def header(name: str, converter: Callable[[str], T], /, *, encode: Callable[[T], str] = ...) -> Input[T]: ...
@overload
def header(
    name: str, converter: Callable[[str], T], /, *, default: None, encode: Callable[[T], str] = ...
) -> Input[T | None]: ...
@overload
def header(
    name: str, converter: Callable[[str], T], /, *, default: D, encode: Callable[[T], str] = ...
) -> Input[T | D]: ...
def header(
    key: object, converter: object = Missing.MISSING, /, *, default: object = Missing.MISSING, encode: object = None
) -> object:
    """An input that is a header field: by its key, whose type it has; or by a name and a converter.

    Args:
        key: The key, or the name.
        converter: As for `query`; goes with a name.
        default: The value when the field is absent; without one, a request has to have it.
        encode: As for `query`; goes with a name and a function.

    Raises:
        TypeError: A name has no converter, or a key has one.

    >>> from verglas import Request
    >>> from verglas.headers import IF_MATCH
    >>> header(IF_MATCH, default=None).read(Request()) is None
    True
    >>> header("X-Depth", int).read(Request(headers={"X-Depth": "3"}))
    3
    """
    if isinstance(key, HeaderField):
        if converter is not Missing.MISSING or encode is not None:
            raise TypeError(f"header({key!r}) has its converter in the key")
        return Input[object](KeySource(cast("HeaderField[object]", key), default))
    name = check_token(check_name(key, "header"), "field name")
    if converter is Missing.MISSING:
        raise TypeError(f"header({name!r}) needs a converter, such as str; or write a key, such as IF_MATCH")
    return Input[object](LineSource(name, _converter(converter, encode), default, False))
