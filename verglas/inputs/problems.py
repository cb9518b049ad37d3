"""Everything that is wrong with the input of a request, in one error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from attrs import frozen

from verglas.backports import override
from verglas.errors.parse import ParseError, UnsupportedCoding, UnsupportedMediaType
from verglas.syntax.jsontext import pointer
from verglas.values import Value
from verglas.wsgi import JSONLike

__all__ = [
    "Code",
    "InputError",
    "Invalid",
    "MalformedInput",
    "Place",
    "Problem",
    "STATUSES",
    "UnsupportedInput",
    "input_error",
    "problem_type",
    "unsupported",
]

Place: TypeAlias = Literal["path", "query", "header", "cookie", "form", "file", "body"]
"""The part of a request that an input is read from."""

Code: TypeAlias = Literal["unsupported", "malformed", "duplicate", "missing", "repeated", "unexpected", "invalid"]
"""The kind of a problem."""

STATUSES: Final[Mapping[Code, int]] = {
    "unsupported": 415,
    "malformed": 400,
    "duplicate": 400,
    "missing": 422,
    "repeated": 422,
    "unexpected": 422,
    "invalid": 422,
}
"""The status of a request that has this problem and no other; of several, 415 wins over 400, and that over 422."""


class Invalid(ValueError):
    """Raised by a converter: a value that is not right, in words that the client may read.

    What any other exception says stays here, since it may repeat what was sent. A handler knows of which input it
    speaks, and raises `InputError([Problem("form", "/room", "invalid", "is taken")])` instead.

    Args:
        message: What is wrong, without the value itself.

    >>> def even(text: str) -> int:
    ...     if int(text) % 2:
    ...         raise Invalid("expected an even number")
    ...     return int(text)
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def problem_type(code: str) -> str:
    """The URI of a kind of problem (RFC 9457 §3.1.1): `docs/problems.md` has a section on each."""
    return f"urn:verglas:problem:{code}"


@frozen
class Problem(Value):
    """One thing that is wrong with one input.

    Attributes:
        place: The part of the request.
        pointer: Where in it, as a JSON pointer (RFC 6901): `/page` of a query; `""` is a whole body.
        code: The kind of problem.
        message: What is wrong, for whoever sent it; without what was sent.
    """

    place: Place
    pointer: str
    code: Code
    message: str

    @override
    def __str__(self) -> str:
        return f"{self.place} {self.pointer}: {self.message}" if self.pointer else f"{self.place}: {self.message}"

    def below(self, *tokens: str | int) -> Problem:
        """The same problem, of a part of something else.

        Args:
            tokens: The names and positions that lead to the part.
        """
        return Problem(self.place, pointer(*tokens) + self.pointer, self.code, self.message)

    def as_json(self) -> dict[str, JSONLike]:
        """The problem as a member of `errors` in problem details."""
        return {
            "type": problem_type(self.code),
            "in": self.place,
            "pointer": self.pointer,
            "detail": self.message,
        }


class InputError(ParseError):
    """422: everything that is wrong with the input of a request. A 415 or a 400 is a subclass.

    Args:
        problems: At least one problem; equal ones count once.

    Raises:
        ValueError: The list of problems is empty.

    >>> error = InputError([Problem("query", "/page", "missing", "is missing")])
    >>> print(error)
    422 Unprocessable Content: query /page: is missing
    >>> error.by_field
    {'page': ['is missing']}
    """

    code = 422

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(dict.fromkeys(problems))
        if not self.problems:
            raise ValueError("an InputError has at least one problem")
        super().__init__("\n".join(map(str, self.problems)))
        self.args: tuple[object, ...] = (self.problems,)

    @property
    def by_field(self) -> dict[str, list[str]]:
        """The messages by the name of the input, to show a form again; `""` has those of the whole body."""
        messages: dict[str, list[str]] = {}
        for problem in self.problems:
            name = problem.pointer.removeprefix("/").partition("/")[0].replace("~1", "/").replace("~0", "~")
            messages.setdefault(name, []).append(problem.message)
        return messages

    @override
    def problem(self) -> dict[str, JSONLike]:
        """The error as problem details (RFC 9457), with each problem in `errors`."""
        codes = {problem.code for problem in self.problems}
        kind = problem_type(codes.pop() if len(codes) == 1 else "several")
        return super().problem() | {"type": kind, "errors": [problem.as_json() for problem in self.problems]}


class MalformedInput(InputError):
    """400: among other problems perhaps, something is not in the format that it claims to be in."""

    code = 400


class UnsupportedInput(InputError):
    """415: among other problems perhaps, the body is of another type than those that are read, or in another coding."""

    code = 415

    @override
    def field_lines(self) -> tuple[tuple[str, str], ...]:
        """`Accept-Encoding` if the coding is the problem: without one, the body is read (RFC 9110 §15.5.16)."""
        is_coding = any(one.code == "unsupported" and one.place == "header" for one in self.problems)
        return (("Accept-Encoding", "identity"),) if is_coding else ()


_CLASSES: Final[Mapping[int, type[InputError]]] = {422: InputError, 400: MalformedInput, 415: UnsupportedInput}
_ORDER: Final = (415, 400, 422)


def unsupported(error: UnsupportedMediaType) -> InputError:
    """The error of a body that is of another type, or in another coding, than those that are read.

    Args:
        error: What reading the body raised.
    """
    if isinstance(error, UnsupportedCoding):
        return input_error([Problem("header", "/Content-Encoding", "unsupported", error.description)])
    return input_error([Problem("body", "", "unsupported", error.description)])


def input_error(problems: Sequence[Problem]) -> InputError:
    """The error of problems, of the class that fits them.

    Args:
        problems: At least one.

    >>> input_error([Problem("body", "", "malformed", "not JSON"), Problem("query", "/a", "missing", "is missing")])
    <MalformedInput '400: Bad Request'>
    """
    found = {STATUSES[problem.code] for problem in problems}
    return _CLASSES[min(found, key=_ORDER.index)](problems)
