"""`Path[*Ts]`: the path of a URL with typed values in it, which matches and builds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final, Generic, Literal, TypeVar, TypeVarTuple, cast, final, overload

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import CONVERSION_ERRORS
from verglas.inputs.converters import Converter, E, V, converter_of, message_of
from verglas.request.model import Request
from verglas.url import URL
from verglas.values import Value

__all__ = ["Path", "REFUSED", "Rest", "Segment", "Typed", "is_rest", "rest", "root", "shown"]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


REFUSED: Final = frozenset({"", ".", ".."})
"""Texts that no segment with a value has: browsers resolve them, escaped or not, and a file may be looked up by it."""


_OF_OTHERS: Final = re.compile(r"<[^<>]*>|\{[^{}]*\}|:[A-Za-z_]\w*")


class Rest(Enum):
    """The segment that stands for all that are left, one or more."""

    REST = "rest"

    @override
    def __repr__(self) -> str:
        return "rest"


rest: Final = Rest.REST
"""The rest of a path: `root / "files" / rest` gives a tuple of its segments."""


class Other(Enum):
    """Stands for the value of a segment that does not have one."""

    SEGMENT = "another segment"


@final
@frozen
class Typed(Value):
    """A segment with a value.

    Attributes:
        kind: The type or function that it was made of, by which two are the same.
        converter: Between the text and the value.
    """

    kind: object
    converter: Converter[object] = field(eq=False)

    def decode(self, text: str) -> object:
        """The value of a segment; `Other.SEGMENT` when it has none, is empty, or is a dot or two.

        Raises:
            HTTPError: The converter answers by itself.
        """
        if text in REFUSED:
            return Other.SEGMENT
        try:
            return self.converter.decode(text)
        except CONVERSION_ERRORS as error:
            message_of(error)  # which raises an error that is not about the text
            return Other.SEGMENT

    def takes(self, text: str) -> bool:
        """Whether a segment has a value."""
        return self.decode(text) is not Other.SEGMENT

    @property
    def name(self) -> str:
        """The name of its kind."""
        return str(getattr(self.kind, "__name__", type(self.kind).__name__))


Segment = str | Typed | Rest


@final
@frozen(repr=False)
class Path(Value, Generic[*Ts]):
    """The path of a URL, below where the application is mounted: texts, and values of a type.

    It begins with `root`, and each `/` adds a segment: a text; one of the types that have a converter, an `Enum`, or a
    function of a text; or `rest`. Called with values, it gives the path as text.

    >>> from uuid import UUID
    >>> NOTE = root / "users" / int / "notes" / UUID
    >>> NOTE(7, UUID(int=1))
    '/users/7/notes/00000000-0000-0000-0000-000000000001'
    >>> (root / "users" / int).match(("users", "7"))
    (7,)

    Attributes:
        segments: Its segments. Two paths with equal ones are equal.
    """

    segments: tuple[Segment, ...] = ()

    @overload
    def __truediv__(self, segment: str, /) -> Path[*Ts]: ...
    @overload
    def __truediv__(self, segment: Literal[Rest.REST], /) -> Path[*Ts, tuple[str, ...]]: ...
    @overload
    def __truediv__(self, segment: type[E], /) -> Path[*Ts, E]: ...
    @overload
    def __truediv__(self, segment: type[V], /) -> Path[*Ts, V]: ...
    @overload
    def __truediv__(self, segment: Callable[[str], T], /) -> Path[*Ts, T]: ...
    def __truediv__(self, segment: object, /) -> object:
        """The path with one more segment.

        Raises:
            ValueError: The text cannot be a segment: it has a slash, is a dot or two, or half of a surrogate pair, or
                is a value as other routers spell it, such as `<int:id>`; or the path has ended, with `rest` or a slash.
            TypeError: The segment is neither a text nor a type that has a converter, nor a function.
        """
        if self.segments and self.segments[-1] in ("", rest):
            ending = "rest" if self.segments[-1] is rest else "a slash at its end"
            raise ValueError(f"{self!r} has ended: nothing comes after {ending}")
        if isinstance(segment, str):
            _check_literal(segment)
            if not (segment or self.segments):
                raise ValueError("root is / already")
            added: Segment = segment
        elif isinstance(segment, Rest):
            added = segment
        elif isinstance(segment, Path):
            raise TypeError(f"{segment!r} is not a segment: write its own one by one, or mount() a table at {self!r}")
        else:
            added = Typed(segment, _converter(segment))
        return Path[*tuple[object, ...]]((*self.segments, added))

    def match(self, segments: tuple[str, ...] | list[str], /) -> tuple[*Ts] | None:
        """The values of a path; `None` when it is another one.

        Args:
            segments: The path, split at its slashes: `request.url.segments`. A text is refused: it
                would be a sequence of characters.

        Raises:
            TypeError: The segments are a text, or anything else but a tuple or list.
        """
        if not isinstance(segments, (tuple, list)):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check
            raise TypeError(f"match() takes the segments of a path, as request.url.segments has them, not {segments!r}")
        values: list[object] = []
        for index, segment in enumerate(self.segments):
            if isinstance(segment, Rest):
                if not is_rest(segments, index):
                    return None
                return cast("tuple[*Ts]", (*values, tuple(segments[index:])))
            if index >= len(segments):
                return None
            text = segments[index]
            if isinstance(segment, str):
                if segment != text:
                    return None
            elif (value := segment.decode(text)) is Other.SEGMENT:
                return None
            else:
                values.append(value)
        if len(segments) != len(self.segments):
            return None
        return cast("tuple[*Ts]", tuple(values))  # one for each segment with a type, as `/` has added it

    def __call__(self, *values: *Ts) -> str:
        """The path of values, percent-encoded.

        Raises:
            ValueError: A value has a text that no segment can be: empty, a dot or two, with a slash, or with half of a
                surrogate pair. Browsers resolve dots, whatever is escaped.
            TypeError: A value is missing, or of another type.
        """
        return self._url(cast("tuple[object, ...]", values)).to_uri()

    def url(self, request: Request[object], /, *values: *Ts) -> URL:
        """The whole URL of values, at the host of a request, and below where the application is mounted.

        In a table that is mounted, that is below its prefix: paths of that table are meant.

        Args:
            request: The request.
            values: The values.

        Raises:
            ValueError: A value has a text that no segment can be.
            TypeError: A value is missing, or of another type.
        """
        path = self._url(cast("tuple[object, ...]", values))
        return request.url.replace(raw_path=path.raw_path, query_string=b"")

    def texts(self, values: tuple[object, ...]) -> tuple[str, ...]:
        """The segments of values.

        Args:
            values: One for each segment with a type.

        Raises:
            ValueError: A value has a text that no segment can be.
            TypeError: A value is missing, or of another type.
        """
        count = sum(not isinstance(segment, str) for segment in self.segments)
        if len(values) != count:
            raise TypeError(f"{self!r} takes {count} value{'' if count == 1 else 's'}, not {len(values)}")
        texts: list[str] = []
        left = iter(values)
        for segment in self.segments:
            if isinstance(segment, str):
                texts.append(segment)
            elif isinstance(segment, Rest):
                texts += _checked_rest(next(left))
            else:
                texts.append(_encoded(segment, next(left)))
        return tuple(texts)

    def _url(self, values: tuple[object, ...]) -> URL:
        text = "/" + "/".join(self.texts(values))
        return URL(host="", raw_path=text.encode())

    @override
    def __repr__(self) -> str:
        return shown(self.segments)


def shown(segments: Sequence[Segment]) -> str:
    """A path as people read it.

    >>> shown(["users", rest])
    '/users/{rest}'
    """
    names = [
        one if isinstance(one, str) else "{rest}" if isinstance(one, Rest) else f"{{{one.name}}}" for one in segments
    ]
    return "/" + "/".join(names)


def is_rest(segments: Sequence[str], at: int) -> bool:
    """Whether the segments from a position on are the rest of a path: there is one, and each could be built.

    Args:
        segments: The path, split at its slashes.
        at: The position.
    """
    return at < len(segments) and REFUSED.isdisjoint(segments[at:])


def _check_literal(text: str) -> None:
    if "/" in text or text in (".", ".."):
        raise ValueError(f"{text!r} is not a segment of a path: write root / 'a' / 'b'")
    if _OF_OTHERS.fullmatch(text):
        raise ValueError(f"{text!r} is how other routers spell a value: write its type, as in root / int, or rest")
    _check_characters(text)


def _check_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("a segment of a path cannot have half of a surrogate pair in it") from None


def _converter(segment: object) -> Converter[object]:
    try:
        return converter_of(segment)
    except TypeError as error:
        raise TypeError(f"a segment of a path is a text, rest, or a converter; {error}") from None


def _encoded(segment: Typed, value: object) -> str:
    encode = segment.converter.encode
    if encode is None:
        raise TypeError(f"{segment.name} has no way back to a text")
    return _checked(encode(value))


def _checked(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError(f"a segment of a path is a str, not {type(text).__name__}")
    if text in REFUSED or "/" in text:
        raise ValueError("a segment of a path cannot be empty, a dot or two, or have a slash in it")
    _check_characters(text)
    return text


def _checked_rest(value: object) -> list[str]:
    if not isinstance(value, tuple) or not value:
        raise TypeError("the rest of a path is a tuple of at least one segment")
    texts = cast("tuple[object, ...]", value)
    return [_checked(one) for one in texts]


root: Final[Path[*tuple[()]]] = Path()
"""The path that all others begin with: `/`."""
