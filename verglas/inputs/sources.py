"""How inputs are read and written, and what they are made of: the part without types, on which `Input[T]` puts them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Final, Self, TypeAlias, TypeVar, cast, final

from attrs import evolve, field, frozen, resolve_types

from verglas.backports import override
from verglas.errors.http import HTTPError
from verglas.errors.parse import RequestHeaderFieldsTooLarge
from verglas.errors.registry import Unauthorized
from verglas.inputs.converters import Schema, message_of
from verglas.inputs.drafts import Draft
from verglas.inputs.problems import InputError, Place, Problem, input_error
from verglas.request.model import Request
from verglas.syntax.jsontext import pointer
from verglas.values import Value

__all__ = [
    "Claim",
    "Description",
    "FirstOf",
    "Group",
    "Guard",
    "Mapped",
    "Missing",
    "PathValue",
    "Secured",
    "Source",
    "names_of",
    "read_group",
    "read_source",
    "write_source",
]

S = TypeVar("S")


class Missing(Enum):
    """Stands for a default that is not there: the input is required."""

    MISSING = "missing"


@frozen(kw_only=True)
class Description(Value):
    """An input, described: what a tool needs for OpenAPI.

    Attributes:
        place: The part of the request.
        name: Its name there; `""` is a whole body.
        schema: The JSON schema of its values; `{}` says nothing about them.
        required: Whether a request without it is refused.
        default: Its value in a request without it, unless it is required.
        several: Whether it may be there several times.
        statuses: The statuses that a request can be refused with for it.
        media_types: Those of a body.
        challenge: Of a security input: what a request without good credentials is answered with.
    """

    place: Place
    name: str
    schema: Schema
    required: bool = True
    default: object = None
    several: bool = False
    statuses: tuple[int, ...] = (422,)
    media_types: tuple[str, ...] = ()
    challenge: str | None = None


# Apart from `Guard`, which holds a source: attrs needs the type of `Source.guards` when it makes that class.
@frozen(eq=False)
class Gate(Value):
    """The base of `Guard`, which is made of a source: each source knows the gates before it."""

    @abstractmethod
    def admit(self, request: Request[object]) -> object:
        """The value that the credentials of a request stand for.

        Raises:
            HTTPError: The gate refuses the request.
        """


@frozen(eq=False)
class Source(Value):
    """A way to read a value from a request, and to write it.

    Attributes:
        guards: The security inputs among its parts: they are read before all others.
    """

    guards: tuple[Gate, ...] = field(default=(), kw_only=True)

    @abstractmethod
    def read(self, request: Request[object], known: Known) -> object:
        """The value.

        Args:
            request: The request.
            known: The values of the guards.

        Raises:
            InputError: The request has no such value.
        """

    @abstractmethod
    def write(self, draft: Draft, value: object) -> None:
        """Write the value.

        Raises:
            ValueError: The value cannot be where it is to be.
            TypeError: The value is of another type, or the source is only read.
        """

    @abstractmethod
    def describe(self) -> tuple[Description, ...]:
        """Its parts, described."""

    def claims(self) -> Sequence[Claim]:
        """The places that no source beside it may read, each with the name there; `""` is a whole body."""
        return [(one.place, one.name) for one in self.describe()]

    def is_never_missing(self) -> bool:
        """Whether there is a value in every request, by a default or as an empty tuple."""
        return not any(one.required for one in self.describe())

    def invalid(self, message: str) -> Problem | None:
        """The problem of a value that is not right; where it has several parts, of the whole place of the first.

        `None` of what is made of nothing that was sent.

        Args:
            message: What is wrong, without what was sent.
        """
        parts = self.describe()
        if not parts:
            return None
        place, name = parts[0].place, parts[0].name if len(parts) == 1 else ""
        return Problem(place, pointer(name) if name else "", "invalid", message)


resolve_types(Source)  # attrs gives subclasses in other modules this annotation, where `Gate` is not known

Claim: TypeAlias = tuple[Place, str]

Known: TypeAlias = Mapping[Gate | None, object]
"""The values that are known before a source is read: of each guard and, by `None`, those of the path."""

_NOTHING: Final[Known] = {}


def read_source(source: Source, request: Request[object], path_values: tuple[object, ...] = ()) -> object:
    """Read a source: its guards first, whose errors are answers of their own.

    Args:
        source: The source.
        request: The request.
        path_values: The values in its path, if there is one.

    Raises:
        InputError: Something is wrong with what is read: all that is wrong.
        HTTPError: A guard refuses the request, or a limit is exceeded.
    """
    guards = source.guards
    if not (guards or path_values):
        return source.read(request, _NOTHING)
    known: dict[Gate | None, object] = {guard: guard.admit(request) for guard in guards}
    known[None] = path_values
    return source.read(request, known)


def read_group(group: Group, request: Request[object], path_values: tuple[object, ...] = ()) -> tuple[object, ...]:
    """Read a group, as `read_source` does.

    Args:
        group: The group.
        request: The request.
        path_values: The values in its path, if there is one.

    Raises:
        InputError: Something is wrong with what is read: all that is wrong.
        HTTPError: A guard refuses the request, or a limit is exceeded.
    """
    if not (group.guards or path_values):
        return group.read(request, _NOTHING)
    return cast("tuple[object, ...]", read_source(group, request, path_values))  # the values of its parts


def write_source(source: Source, request: Request[S], value: object) -> Request[S]:
    """The request with a value written to it.

    Raises:
        ValueError: A value cannot be where it is to be.
        TypeError: The value is of another type, or the source is only read.
    """
    draft = Draft(request.headers)
    source.write(draft, value)
    return draft.applied(request)


def names_of(source: Source) -> str:
    """Where a source reads from, for messages: `query page, header X-A`."""
    return ", ".join([f"{one.place} {one.name}".strip() for one in source.describe()])


@final
@frozen(eq=False)
class PathValue(Source):
    """A value in the path, which was read when the path was matched.

    Attributes:
        index: Which of them.
        schema: Its JSON schema.
        several: Whether it is the rest of the path.
    """

    index: int
    schema: Schema
    several: bool = False

    @override
    def read(self, request: Request[object], known: Known) -> object:
        return cast("tuple[object, ...]", known[None])[self.index]

    @override
    def write(self, draft: Draft, value: object) -> None:
        draft.path[self.index] = value

    @override
    def describe(self) -> tuple[Description, ...]:
        name = str(self.index)
        return (Description(place="path", name=name, schema=self.schema, several=self.several, statuses=(404,)),)


@final
@frozen(eq=False)
class Group(Source):
    """Several sources, whose values are a tuple; what is wrong with any of them comes together.

    Attributes:
        parts: The sources.
    """

    parts: tuple[Source, ...]

    @classmethod
    def of(cls, *parts: Source) -> Self:
        """Make a group; its guards are those of its parts.

        Raises:
            ValueError: Two parts read the same: one name in the same place, or a whole body beside a form or another.
        """
        _check_claims([claim for part in parts for claim in part.claims()])
        return cls(parts, guards=tuple(dict.fromkeys(guard for part in parts for guard in part.guards)))

    @override
    def read(self, request: Request[object], known: Known) -> tuple[object, ...]:
        """The values of the parts, in order.

        Raises:
            InputError: The request does not have them all; the error has the problems of all parts.
        """
        values: list[object] = []
        problems: list[Problem] = []
        for part in self.parts:
            try:
                values.append(part.read(request, known))
            except InputError as error:
                problems += error.problems
        if problems:
            raise input_error(problems)
        return tuple(values)

    @override
    def write(self, draft: Draft, value: object) -> None:
        """Write each value to its part.

        Raises:
            ValueError: A value cannot be where it is to be.
            TypeError: The number of values is not that of the parts, or a value is of another type.
        """
        values = cast("tuple[object, ...]", value)  # as `Inputs` calls it; of what `to()` gives, it is checked there
        if len(values) != len(self.parts):
            raise TypeError(f"expected {len(self.parts)} values, not {len(values)}")
        for part, one in zip(self.parts, values, strict=True):
            part.write(draft, one)

    @override
    def describe(self) -> tuple[Description, ...]:
        return tuple(one for part in self.parts for one in part.describe())

    @override
    def claims(self) -> Sequence[Claim]:
        return [one for part in self.parts for one in part.claims()]

    @override
    def is_never_missing(self) -> bool:
        return all(part.is_never_missing() for part in self.parts)


_OF_A_BODY: Final = ("form", "file", "body")


def _check_claims(claims: Sequence[Claim]) -> None:
    taken: set[Claim] = set()
    bodies = [claim for claim in claims if claim[0] in _OF_A_BODY]
    for place, name in claims:
        if place == "body" and len(bodies) > 1:
            other = next((f"{one} {called}" for one, called in bodies if called), "another body")
            raise ValueError(f"a whole body does not go with {other}: a request has one body, which is read in one way")
        claim = (place, name.lower() if place == "header" else name)
        if claim in taken:
            raise ValueError(f"two inputs read {place} {name}: give one of them another name, or leave it out")
        taken.add(claim)


@final
@frozen(eq=False)
class Mapped(Source):
    """A source whose values are converted further.

    Attributes:
        inner: The source.
        forth: Gives the value; a `ValueError`, `ArithmeticError` or `LookupError` says that it is not right.
        back: Gives the source's value again. `None`: values are only read.
    """

    inner: Source
    forth: Callable[[object], object]
    back: Callable[[object], object] | None

    @override
    def read(self, request: Request[object], known: Known) -> object:
        """The converted value.

        Raises:
            InputError: The source has no value, or one that the function refuses.
        """
        value = self.inner.read(request, known)
        try:
            return self.forth(value)
        except HTTPError:
            raise
        except (ValueError, ArithmeticError, LookupError) as error:  # as of a converter, but for a wrong call
            problem = self.inner.invalid(message_of(error))
            if problem is None:
                raise
            raise input_error([problem]) from None

    @override
    def write(self, draft: Draft, value: object) -> None:
        """Write the source's value that gives this one.

        Raises:
            ValueError: The source's value cannot be where it is to be.
            TypeError: The value is of another type, or the function has no inverse.
        """
        if self.back is None:
            raise TypeError(
                f"what is made of {names_of(self.inner)} is only read: give the way back, as in map(f, back)"
            )
        self.inner.write(draft, self.back(value))

    @override
    def describe(self) -> tuple[Description, ...]:
        return self.inner.describe()

    @override
    def claims(self) -> Sequence[Claim]:
        return self.inner.claims()

    @override
    def is_never_missing(self) -> bool:
        return self.inner.is_never_missing()


@final
@frozen(eq=False)
class FirstOf(Source):
    """The first of several sources that is there.

    Attributes:
        parts: The sources, in the order in which they are looked at.
    """

    parts: tuple[Source, ...]

    @override
    def read(self, request: Request[object], known: Known) -> object:
        """The value of the first part that is there.

        Raises:
            InputError: All parts are missing, or the first that is not has something wrong in it.
        """
        missing: list[Problem] = []
        for part in self.parts:
            try:
                return part.read(request, known)
            except InputError as error:
                if any(problem.code != "missing" for problem in error.problems):
                    raise
                missing += error.problems
        first, *others = missing
        also = ", ".join([f"{other.place} {other.pointer}" for other in others])
        message = f"{first.message}, and so is {also}" if also else first.message
        raise input_error([evolve(first, message=message)])

    @override
    def write(self, draft: Draft, value: object) -> None:
        """Write the value of the first part; the default of the last by leaving out all.

        Raises:
            ValueError: The value cannot be where it is to be.
            TypeError: The value is of another type than those of the first part, or that is only read.
        """
        described = self.describe()
        if self._is_default(value) and all(one.place != "body" for one in described):
            for one in described:
                draft.leave_out(one.place, one.name)
        else:
            self.parts[0].write(draft, value)

    def _is_default(self, value: object) -> bool:
        *others, last = self.parts
        if not others or isinstance(last, (Mapped, FirstOf)):  # which do not describe their own values
            return False
        [one] = last.describe()  # as each source that is not made of others
        return not one.required and value is one.default

    @override
    def describe(self) -> tuple[Description, ...]:
        described = [one for part in self.parts for one in part.describe()]
        return tuple(described) if len(self.parts) == 1 else tuple(evolve(one, required=False) for one in described)

    @override
    def claims(self) -> Sequence[Claim]:
        """Those of its first part, which is always read, and written; others may read what is read elsewhere."""
        return self.parts[0].claims()

    @override
    def is_never_missing(self) -> bool:
        return any(part.is_never_missing() for part in self.parts)


@final
@frozen(eq=False)
class Guard(Gate):
    """The check of who asks, before anything else is read.

    Attributes:
        credentials: Where they are read from.
        check: Gives what they stand for; `None`, or `False`, when they are not good.
        challenge: What a request without good ones is answered with (RFC 9110 §11.6.1).
    """

    credentials: Source
    check: Callable[[object], object]
    challenge: str | None

    @override
    def admit(self, request: Request[object]) -> object:
        """The value that the credentials of a request stand for.

        Raises:
            Unauthorized: The request has none, or they are malformed, over-long, or not good (RFC 9110 §11.4).
            HTTPError: The check refuses the request, such as with a `Forbidden`.
        """
        try:
            credentials = read_source(self.credentials, request)
        except (InputError, RequestHeaderFieldsTooLarge):
            raise Unauthorized(www_authenticate=self.challenge) from None  # which tells of what was sent
        found = self.check(credentials)
        if found is None or found is False:  # a check that only compares would let everybody in
            raise Unauthorized(www_authenticate=self.challenge)
        return found


@final
@frozen(eq=False)
class Secured(Source):
    """A security input: what a guard has found out.

    Attributes:
        guard: The guard.
    """

    guard: Guard

    @override
    def read(self, request: Request[object], known: Known) -> object:
        return known[self.guard]

    @override
    def write(self, draft: Draft, value: object) -> None:
        """Refuse: a security input is only read.

        Raises:
            TypeError: Credentials are not made from whom they stand for.
        """
        what = f"the security input of {names_of(self)}"
        raise TypeError(f"{what} is only read: whom credentials stand for does not give them")

    @override
    def describe(self) -> tuple[Description, ...]:
        challenge, credentials = self.guard.challenge, self.guard.credentials
        return tuple(
            evolve(one, required=True, statuses=(401, 403), challenge=challenge) for one in credentials.describe()
        )

    @override
    def claims(self) -> Sequence[Claim]:
        """None: it is not written, and what it reads may be read beside it, such as to log who asked."""
        return ()
