"""`Input[T]` and `Inputs[*Ts]`: what a handler needs of a request, stated once as a value, which checkers know."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import wraps
from types import CodeType
from typing import Generic, Protocol, TypeAlias, TypeVar, TypeVarTuple, Unpack, cast, final, overload

import attrs
from attrs import frozen

from verglas.backports import override
from verglas.errors.grammar import CONVERSION_ERRORS
from verglas.errors.registry import SupportsChallenge, Unauthorized
from verglas.functions import check_awaits_nothing, name_of
from verglas.inputs.problems import InputError
from verglas.inputs.records import refuse_fields
from verglas.inputs.sources import (
    Description,
    FirstOf,
    Group,
    Guard,
    Mapped,
    Secured,
    Source,
    names_of,
    read_source,
    write_source,
)
from verglas.request.model import Request
from verglas.serving import check_handler, value_parameters
from verglas.syntax.tokens import check_field_value
from verglas.values import Value
from verglas.wsgi import ResponseLike

__all__ = [
    "Input",
    "Inputs",
    "Way",
    "check_functions",
    "check_taker",
    "fields_back",
    "first_of",
    "maker",
    "mapped",
    "secured",
    "source_of",
    "way_back",
]

T = TypeVar("T")
U = TypeVar("U")
T2 = TypeVar("T2")
T3 = TypeVar("T3")
T4 = TypeVar("T4")
S = TypeVar("S")
R = TypeVar("R", bound=Request[object])
Ts = TypeVarTuple("Ts")


@final
@frozen(eq=False, repr=False)
class Input(Value, Generic[T]):
    """A value that a handler needs of a request: read, written and described.

    Made by `query`, `form`, `cookie`, `header`, `file`, `body` and others; `page & trace` is the `Inputs` of both.

    >>> from verglas.inputs import query
    >>> page = query("page", int, default=1)
    >>> page.read(Request(url="/?page=7"))
    7
    >>> page.write(Request(url="/notes"), 3).url.full_path
    '/notes?page=3'
    """

    source: Source

    def __and__(self, other: Input[U], /) -> Inputs[T, U]:
        """This input and another.

        Raises:
            ValueError: Both read the same name in the same place, or one a whole body and the other a part of one.
        """
        return Inputs(Group.of(self.source, source_of(other)))

    def read(self, request: Request[object], /) -> T:
        """The value of a request.

        Raises:
            InputError: The request does not have it; the error has everything that is wrong.
            HTTPError: The request has no good credentials, or a limit is exceeded.
        """
        return cast("T", read_source(self.source, request))  # the maker has checked that it is

    def attempt(self, request: Request[object], /) -> T | InputError:
        """The value of a request, or the error as a value.

        Raises:
            HTTPError: The request has no good credentials, or a limit is exceeded.
        """
        try:
            return self.read(request)
        except InputError as error:
            return error

    def write(self, request: Request[S], value: T, /) -> Request[S]:
        """The request with another value, so that reading gives it back.

        Args:
            request: The request; nothing else of it changes.
            value: The value. The default is written by leaving it out.

        Raises:
            ValueError: The value cannot be where it is read from: CR or LF in a header, an empty text where that
                counts as absent.
            TypeError: The value is of another type, or the input is only read.
        """
        return write_source(self.source, request, value)

    def map(self, forth: Callable[[T], U], back: Callable[[U], T] | None = None, /) -> Input[U]:
        """An input of what a function makes of the value.

        Args:
            forth: The function. An `Invalid` that it raises says in its words what is wrong; another `ValueError`, an
                `ArithmeticError` or a `LookupError` says that the value is not valid.
            back: Gives the value again, so that the input can be written.

        >>> from verglas.inputs import query
        >>> tags = query("tags").map(lambda text: text.split(","), ",".join)
        >>> tags.read(Request(url="/?tags=a,b"))
        ['a', 'b']
        """
        check_functions("map", forth, back)
        return Input(mapped(self.source, cast("Callable[[object], object]", forth), cast("Way | None", back)))

    def into(self, handler: Callable[[R, T], ResponseLike], /) -> Callable[[R], ResponseLike]:
        """The handler that reads the value and gives it to a function, after the request.

        Args:
            handler: The function.

        Raises:
            TypeError: The function cannot be called with a request and the value.

        >>> from verglas import Response, application, text
        >>> from verglas.inputs import query
        >>> @query("name").into
        ... def hello(request: Request, name: str) -> Response:
        ...     return text(f"Hello {name}!")
        >>> app = application(hello)
        """
        check_taker(handler, 1)
        source = self.source

        @wraps(handler)
        def handle(request: R) -> ResponseLike:
            return handler(request, cast("T", read_source(source, request)))  # as in `read`

        return handle

    def describe(self) -> tuple[Description, ...]:
        """Its description for tools; several where it is made of several inputs."""
        return self.source.describe()

    @override
    def __repr__(self) -> str:
        return f"<Input {names_of(self.source)}>"


@final
@frozen(eq=False, repr=False)
class Inputs(Value, Generic[*Ts]):
    """Several values that a handler needs of a request: a tuple, or the arguments of a function.

    >>> from verglas.inputs import query
    >>> both = query("page", int, default=1) & query.many("tag")
    >>> both.read(Request(url="/?tag=a&tag=b"))
    (1, ('a', 'b'))
    """

    source: Group

    def __and__(self, other: Input[T], /) -> Inputs[*Ts, T]:
        """These inputs and another one. A group is not an operand on the right: `(a & b) & c & d`.

        Raises:
            ValueError: Two read the same name in the same place, or one a whole body and another a part of one.
        """
        return Inputs(Group.of(*self.source.parts, source_of(other)))

    def read(self, request: Request[object], /) -> tuple[*Ts]:
        """The values of a request.

        Raises:
            InputError: The request does not have them all; the error has everything that is wrong with any.
            HTTPError: The request has no good credentials, or a limit is exceeded.
        """
        # Each maker has checked its own.
        return cast("tuple[*Ts]", read_source(self.source, request))

    def attempt(self, request: Request[object], /) -> tuple[*Ts] | InputError:
        """The values of a request, or the error as a value.

        Raises:
            HTTPError: The request has no good credentials, or a limit is exceeded.
        """
        try:
            return self.read(request)
        except InputError as error:
            return error

    def write(self, request: Request[S], /, *values: *Ts) -> Request[S]:
        """The request with other values, so that reading gives them back.

        Args:
            request: The request; nothing else of it changes.
            values: The values, in order. A default is written by leaving it out.

        Raises:
            ValueError: A value cannot be where it is read from.
            TypeError: A value is of another type, or an input is only read.
        """
        return write_source(self.source, request, values)

    def to(self, make: Callable[[Unpack[Ts]], T], /, *, back: Callable[[T], tuple[*Ts]] | None = None) -> Input[T]:
        """The input of what a class or function makes of the values, in their order.

        Args:
            make: The class or function. A `ValueError` that it raises says that the values are not right together: a
                problem of the whole place, that of the first input where there are several. What the validator of a
                field of an attrs class refuses is a problem of the input of that field.
            back: Gives the values again. Of an attrs class or a dataclass, they are its fields.

        >>> from attrs import frozen
        >>> from verglas.inputs import query
        >>> @frozen
        ... class Page:
        ...     number: int
        ...     size: int
        >>> page = (query("page", int, default=1) & query("size", int, default=20)).to(Page)
        >>> page.read(Request(url="/?page=2"))
        Page(number=2, size=20)
        """
        check_functions("to", make, back)
        way = cast("Way | None", back) or way_back(make, len(self.source.parts))
        return Input(mapped(self.source, maker(make, self.source), way))

    def into(self, handler: Callable[[R, Unpack[Ts]], ResponseLike], /) -> Callable[[R], ResponseLike]:
        """The handler that reads the values and gives them to a function, in order, after the request.

        Args:
            handler: The function.

        Raises:
            TypeError: The function cannot be called with a request and as many values.

        >>> from verglas import Response, text
        >>> from verglas.inputs import query
        >>> @(query("a", int) & query("b", int)).into
        ... def add(request: Request, a: int, b: int) -> Response:
        ...     return text(str(a + b))
        >>> add(Request(url="/?a=1&b=2"))
        <Response 1 bytes [200 OK]>
        """
        check_taker(handler, len(self.source.parts))
        source = self.source

        @wraps(handler)
        def handle(request: R) -> ResponseLike:
            return handler(request, *cast("tuple[*Ts]", read_source(source, request)))  # as in `read`

        return handle

    def describe(self) -> tuple[Description, ...]:
        """The description of each, for tools."""
        return self.source.describe()

    @override
    def __repr__(self) -> str:
        return f"<Inputs {names_of(self.source)}>"


Way: TypeAlias = Callable[[object], object]
"""A function from one value to another, whose types a checker has seen where it was given."""


def source_of(other: object) -> Source:
    """The source of an input.

    Raises:
        TypeError: The argument is something else.
    """
    if isinstance(other, Input):
        return cast("Input[object]", other).source
    kind: type[object] = other.__class__
    if isinstance(other, type):
        name = other.__name__
        raise TypeError(f"an input goes with another input, not with a class; of an @input_class: from_class({name})")
    hint = "; on the right of & stands one input, as in a & b & c" if kind is Inputs else ""
    raise TypeError(f"an input goes with another input, not with {kind.__name__}{hint}")


def check_taker(handler: object, count: int) -> list[str]:
    """The names of the parameters that `into` gives values to, as `value_parameters` finds them.

    Args:
        handler: The handler.
        count: The number of values.

    Raises:
        TypeError: The handler is not a function, is `async`, yields, is a method that has no instance yet, or takes
            another number of values.
    """
    check_handler(handler, "into()", leading=True)
    code = getattr(handler, "__code__", None)
    is_bound = hasattr(handler, "__self__")
    if isinstance(code, CodeType) and not is_bound and code.co_varnames[: code.co_argcount][:1] == ("self",):
        raise TypeError(f"{name_of(handler)} is a method, which has no instance here: write into(self.method) in one")
    return value_parameters(handler, count)


def check_functions(taker: str, forth: object, back: object) -> None:
    """Refuse what is not a function, where it is given.

    Raises:
        TypeError: An argument is not a function, or is an `async` one; the second may be `None`.
    """
    if not callable(forth) or not (back is None or callable(back)):
        wrong = back if callable(forth) else forth
        raise TypeError(f"{taker}() takes functions, not {type(wrong).__name__}")
    for function in (forth, back):  # an async check would let everybody in: a coroutine is not None
        check_awaits_nothing(function)


def mapped(inner: Source, forth: Way, back: Way | None) -> Mapped:
    """The source of what a function makes of the value of another.

    Args:
        inner: The other.
        forth: The function.
        back: Its inverse, or `None`.
    """
    return Mapped(inner, forth, back, guards=inner.guards)


class _Maker(Protocol):
    def __call__(self, *values: object) -> object: ...


def maker(make: object, group: Group) -> Way:
    """The function that gives the values of a group to a class or function.

    Args:
        make: The class or function. Of an attrs class, what is wrong with a field is a problem of its input.
        group: The sources of the values.
    """
    names = _fields_of(make)[: len(group.parts)]
    invalid = {name: part.invalid for name, part in zip(names, group.parts, strict=False)}
    run = cast("_Maker", make)  # which takes the values of these, as `to` has checked

    def made(values: object) -> object:
        given = cast("tuple[object, ...]", values)  # as the group gives them
        try:
            return run(*given)
        except CONVERSION_ERRORS as error:
            refuse_fields(error, make, dict(zip(names, given, strict=False)), invalid)
            raise

    return made


def way_back(make: object, count: int) -> Way | None:
    """The function that gives the fields of an attrs class or a dataclass.

    Args:
        make: The class.
        count: The number of values that it is made of.

    Returns:
        The function; `None` of what is not such a class, or has other fields than these: values of those would be lost.
    """
    names = _fields_of(make)
    return fields_back(cast("type", make), names) if len(names) == count else None  # only a class has names


def _fields_of(make: object) -> list[str]:
    """The fields that the constructor of a class takes, in its order; none if it takes anything else."""
    if not isinstance(make, type):
        return []
    names: dict[str, str] = {}
    if attrs.has(make):
        names = {str(one.alias): one.name for one in attrs.fields(make) if one.init}
    elif dataclasses.is_dataclass(make):
        names = {one.name: one.name for one in dataclasses.fields(make) if one.init}
    constructor: object = getattr(cast("object", make), "__init__")  # noqa: B009  # of the class, not of an instance
    code = getattr(constructor, "__code__", None)
    if not isinstance(code, CodeType) or code.co_kwonlyargcount:
        return []
    taken = code.co_varnames[1 : code.co_argcount]
    return [names[name] for name in taken] if names.keys() == set(taken) else []


def fields_back(cls: type, names: Sequence[str]) -> Way:
    """The function that gives the fields of an instance of a class.

    Args:
        cls: The class. A subclass may have more fields, or equal nothing of the class.
        names: The names of its attributes.
    """

    def back(value: object) -> object:
        if type(value) is not cls:
            raise TypeError(f"expected {cls.__name__}, not {type(value).__name__}")
        return tuple([getattr(value, name) for name in names])

    return back


@overload
def first_of(first: Input[T], /, *others: Input[T]) -> Input[T]: ...
@overload
def first_of(first: Input[T], second: Input[T | None], /) -> Input[T | None]: ...
@overload
def first_of(first: Input[T], second: Input[T], third: Input[T | None], /) -> Input[T | None]: ...
@overload
def first_of(first: Input[T], second: Input[T], third: Input[T], fourth: Input[T | None], /) -> Input[T | None]: ...
@overload
def first_of(first: Input[T], second: Input[T2], /) -> Input[T | T2]: ...
@overload
def first_of(first: Input[T], second: Input[T2], third: Input[T3], /) -> Input[T | T2 | T3]: ...
@overload
def first_of(first: Input[T], second: Input[T2], third: Input[T3], fourth: Input[T4], /) -> Input[T | T2 | T3 | T4]: ...
def first_of(first: object, /, *others: object) -> object:
    """The input that is read from the first of several that a request has.

    Written, it is the first, which has to take the value; the default of the last is written by leaving out all.

    Args:
        first: An input without a default.
        others: What is looked at when it is missing. The last may have a default. Checkers know up to four inputs of
            different types, and any number of one type.

    Raises:
        TypeError: An input is a security input, or is made of one; or one that is never missing comes before another.

    >>> from verglas.inputs import cookie, header
    >>> first_of(header("X-Theme", str), cookie("theme")).read(Request(headers={"Cookie": "theme=dark"}))
    'dark'
    """
    parts = tuple([source_of(one) for one in (first, *others)])
    if any(part.guards for part in parts):  # each of which answers alone: no other would be looked at
        raise TypeError("first_of() goes into secured(), as in secured(first_of(a, b), check), and not around it")
    for part in parts[:-1]:
        if part.is_never_missing():
            raise TypeError(f"{Input(part)!r} is never missing: nothing after it in first_of() would be read")
    return Input[object](FirstOf(parts))


def secured(
    credentials: Input[T], check: Callable[[T], U | None], /, *, challenge: str | SupportsChallenge | None = None
) -> Input[U]:
    """The security input: who asks. It is read before all other inputs, and answers alone.

    A request without credentials, or with some that are malformed, over-long or not good, is a 401 with the challenge;
    not a byte of its body is read.

    Args:
        credentials: The input that has them, which is not part of the body.
        check: Gives what they stand for; `None`, or `False`, if they are not good. It raises a `Forbidden` (403) for
            whom they stand for, but may not.
        challenge: The `WWW-Authenticate` of the answer: a `WWWAuthenticate`, or its text.

    Raises:
        TypeError: The credentials are read from the body, the check is not a function, or the challenge not one.
        ValueError: The challenge is not valid in an HTTP message.

    >>> from verglas.headers import AUTHORIZATION
    >>> from verglas.inputs import header
    >>> users = {"s3cret": "ada"}
    >>> user = secured(header(AUTHORIZATION), lambda sent: users.get(sent.token or ""), challenge="Bearer")
    >>> user.read(Request(headers={"Authorization": "Bearer s3cret"}))
    'ada'
    """
    source = source_of(credentials)
    if any(one.place in ("form", "file", "body") for one in source.describe()):
        raise TypeError(f"credentials are not read from a body, which is read after them: {credentials!r}")
    check_functions("secured", check, None)
    answer = Unauthorized(www_authenticate=challenge)  # which refuses what is not a challenge
    if len(answer.www_authenticate) > 1:
        raise TypeError(f"challenge= is one challenge, not {len(answer.www_authenticate)}")
    for line in answer.www_authenticate:
        check_field_value(line, "WWW-Authenticate")
    guard = Guard(source, cast("Way", check), next(iter(answer.www_authenticate), None))
    return Input(Secured(guard, guards=(guard,)))
