"""Texts that are not their grammar: faults without a status."""

from __future__ import annotations

from typing import Final, Self

from attrs import frozen

from verglas.backports import override

__all__ = [
    "CONVERSION_ERRORS",
    "ExceededLimit",
    "GrammarError",
    "HeaderValueError",
    "LimitError",
]

CONVERSION_ERRORS: Final = (ValueError, TypeError, ArithmeticError, LookupError, RecursionError)
"""The errors by which a converter says that a text is not one of its values, whatever it converts to: `Decimal("x")` is
an ArithmeticError, a look-up in a table a LookupError. An HTTPError is an answer, even if it is one of these, too."""

SHOWN: Final = 60  # characters of an offending text in a message: enough to recognise it, no log flood


@frozen
class ExceededLimit:
    """The field of `Limits` that was exceeded.

    Attributes:
        knob: The name of the field of `Limits`.
        allowed: Its value.
        unit: What is counted, such as `bytes`.

    >>> str(ExceededLimit("max_form_parts", 1000, "parts"))
    'limit of 1000 parts, max_form_parts'
    """

    knob: str
    allowed: int
    unit: str = "bytes"

    @override
    def __str__(self) -> str:
        return f"limit of {self.allowed} {self.unit}, {self.knob}"


class GrammarError(ValueError):
    """A text is not what its grammar asks for.

    Args:
        grammar: What it should have been: `Range`, `multipart/form-data`.
        problem: What is wrong, without the text itself.
        text: The offending text. Shown (shortened) in `str`, never in an answer.
        position: Where, in characters (bytes for a body) from the start.

    >>> str(GrammarError("Range", "expected 'bytes='", "byte=0-1", 0))
    "Range: expected 'bytes=' at position 0, got 'byte=0-1'"
    """

    def __init__(
        self, grammar: str, problem: str, text: str | bytes | None = None, position: int | None = None
    ) -> None:
        super().__init__(grammar, problem, text, position)
        self.grammar = grammar
        self.problem = problem
        self.text = text
        self.position = position

    @property
    def public(self) -> str:
        """The sentence without the offending text: fit for an answer."""
        where = "" if self.position is None else f" at position {self.position}"
        return f"{self.grammar}: {self.problem}{where}"

    @override
    def __str__(self) -> str:
        if self.text is None:
            return self.public
        more = "..." if len(self.text) > SHOWN else ""
        return f"{self.public}, got {self.text[:SHOWN]!r}{more}"


class LimitError(GrammarError):
    """A text goes over one of the `Limits`.

    Args:
        grammar: What was being read.
        problem: What there is too much of.
        limit: The limit that it went over.
        position: Where.

    >>> str(LimitError("multipart/form-data", "too many parts", ExceededLimit("max_form_parts", 2, "parts")))
    'multipart/form-data: too many parts (limit of 2 parts, max_form_parts)'
    """

    def __init__(self, grammar: str, problem: str, limit: ExceededLimit, position: int | None = None) -> None:
        super().__init__(grammar, f"{problem} ({limit})", None, position)
        self.args: tuple[object, ...] = (grammar, problem, limit, position)
        self.limit = limit


class HeaderValueError(GrammarError):
    """The application wrote something that may not go on the wire. The server's fault, never the client's."""

    @classmethod
    def from_grammar(cls, error: GrammarError, grammar: str | None = None) -> Self:
        """The same error, where the application itself wrote the text.

        Args:
            error: What a parser raised.
            grammar: What the text should have been, if more is known of that than the parser knew.

        >>> str(HeaderValueError.from_grammar(GrammarError("host", "expected a name", "?"), "cookie domain"))
        "cookie domain: expected a name, got '?'"
        """
        return cls(grammar or error.grammar, error.problem, error.text, error.position)
