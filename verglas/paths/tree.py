"""The tree of the paths of a table: from the segments of a request's path to the entry that takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias, final

from attrs import Factory, define

from verglas.paths.path import Other, Rest, Segment, Typed, is_rest, shown

__all__ = ["ANY_METHOD", "Match", "Tree"]

ANY_METHOD: Final = "*"
"""The method of what is mounted: it takes all."""

Match: TypeAlias = tuple[int, tuple[object, ...]]
"""Which entry it is, and the values of the path."""

Methods: TypeAlias = dict[str, int]
"""Which entry takes each method."""


@final
@define(eq=False)
class _Node:
    """Where paths have got to after some segments.

    Attributes:
        texts: Where each text leads from here.
        typed: Where values lead, in the order in which they were added.
        here: The entries whose paths end here.
        rest: The entries whose paths end with the rest from here.
        mounted: What takes all paths that come to here and are no other entry's.
    """

    texts: dict[str, _Node] = Factory(dict[str, "_Node"])
    typed: list[tuple[Typed, _Node]] = Factory(list[tuple[Typed, "_Node"]])
    here: Methods = Factory(dict[str, int])
    rest: Methods = Factory(dict[str, int])
    mounted: Methods = Factory(dict[str, int])


@final
class Tree:
    """A tree of paths. What a look-up costs grows with the length of the path and not with the number of entries.

    Texts are looked at first, then values in the order of their entries, then the rest, then what is mounted; where one
    leads nowhere, the next is tried.

    Args:
        entries: The segments and the method of each, in order.

    Raises:
        ValueError: Two entries have the same path and method; it names them by their positions.
    """

    def __init__(self, entries: Iterable[tuple[Sequence[Segment], str]]) -> None:
        self._root = _Node()
        for index, (segments, method) in enumerate(entries):
            methods = self._methods_at(segments, method == ANY_METHOD)
            if method in methods:
                raise ValueError(f"the entries {methods[method]} and {index} both take {method} {shown(segments)}")
            methods[method] = index

    def _methods_at(self, segments: Sequence[Segment], is_mounted: bool) -> Methods:
        node = self._root
        for segment in segments:
            if isinstance(segment, Rest):
                return node.rest
            if isinstance(segment, str):
                node = node.texts.setdefault(segment, _Node())
                continue
            known = [below for other, below in node.typed if other.kind is segment.kind]
            if not known:
                known = [_Node()]
                node.typed.append((segment, known[0]))
            node = known[0]
        return node.mounted if is_mounted else node.here

    def find(self, segments: Sequence[str], method: str) -> Match | None:
        """The entry that takes a method at a path; `None` if there is none.

        Args:
            segments: The path, split at its slashes.
            method: The method. What takes `GET` takes `HEAD`, unless another does.
        """
        for methods, values in _leaves(self._root, segments, 0, ()):
            index = methods.get(method)
            if index is None and method == "HEAD":
                index = methods.get("GET")
            if index is None:
                index = methods.get(ANY_METHOD)
            if index is not None:
                return index, values
        return None

    def methods(self, segments: Sequence[str]) -> set[str]:
        """The methods that some entry takes at a path; none: there is nothing there.

        Args:
            segments: The path, split at its slashes.
        """
        return {method for methods, _ in _leaves(self._root, segments, 0, ()) for method in methods}


def _leaves(
    node: _Node, segments: Sequence[str], at: int, values: tuple[object, ...]
) -> Iterator[tuple[Methods, tuple[object, ...]]]:
    """What ends at a path, and the values on the way there: what comes first is tried first."""
    if at == len(segments):
        yield node.here, values
    else:
        text = segments[at]
        below = node.texts.get(text)
        if below is not None:
            yield from _leaves(below, segments, at + 1, values)
        for segment, below in node.typed:
            value = segment.decode(text)
            if value is not Other.SEGMENT:
                yield from _leaves(below, segments, at + 1, (*values, value))
        if node.rest and is_rest(segments, at):
            yield node.rest, (*values, tuple(segments[at:]))
    if node.mounted:
        yield node.mounted, values
