"""The tree of the paths of a table: from the path of a request to the entry that takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias, final

from attrs import Factory, define

from verglas.errors.grammar import CONVERSION_ERRORS
from verglas.inputs.converters import message_of
from verglas.paths.path import REFUSED, Rest, Segment, Typed, is_rest, shown

__all__ = ["ANY_METHOD", "Match", "Tree"]

ANY_METHOD: Final = "*"
"""The method of an entry that takes all, as something that is mounted does."""

Match: TypeAlias = tuple[int, tuple[object, ...]]
"""The position of an entry, and the values of the path."""

Methods: TypeAlias = dict[str, int]
"""The entry that takes each method."""


@final
@define(eq=False)
class _Node:
    """Where paths have got to after some segments.

    Attributes:
        texts: Where each text leads from here.
        typed: Where values lead, in the order in which they were added.
        here: The entries whose paths end here.
        rest: The entries whose paths end with the rest from here.
        mounted: The entry that takes all paths that come to here and are no other entry's.
        is_plain: Whether a path can go on from here by a text or by the only value that there is, and in no other way.
    """

    texts: dict[str, _Node] = Factory(dict[str, "_Node"])
    typed: list[tuple[Typed, _Node]] = Factory(list[tuple[Typed, "_Node"]])
    here: Methods = Factory(dict[str, int])
    rest: Methods = Factory(dict[str, int])
    mounted: Methods = Factory(dict[str, int])
    is_plain: bool = True


# The root has no segment. The target of OPTIONS * is not a path (RFC 9112 §3.2.4): no segment with a value is empty.
_ODD: Final[dict[str, list[str]]] = {"/": [], "*": ["", "*"]}

_NO_TEXTS: Final[dict[str, _Node]] = {}
_NO_TYPED: Final[list[tuple[Typed, _Node]]] = []
_NO_METHODS: Final[Methods] = {}


@final
class Tree:
    """A tree of paths. The cost of a look-up grows with the length of the path and not with the number of entries.

    Texts are looked at first, then values in the order of their entries, then the rest, then what is mounted; where one
    leads nowhere, the next is tried. Each node is visited at most once, since one way leads to it: however a path was
    chosen, it costs at most as many conversions as the table has values.

    Args:
        entries: The segments, the method, and the name of each, in order.

    Raises:
        ValueError: Two entries have the same path and method, or one can never be found, since another is always found
            before it; the message has their names.
    """

    def __init__(self, entries: Iterable[tuple[int, Sequence[Segment], str, str]]) -> None:
        self._root = _Node()
        self._plain: dict[str, Methods] = {}
        names: dict[int, str] = {}
        shown_paths: dict[int, str] = {}
        for index, segments, method, name in entries:
            names[index] = name
            shown_paths.setdefault(index, shown(segments))
            methods = self._methods_at(segments, method == ANY_METHOD)
            taken = methods.setdefault(method, index)
            if taken != index:
                raise ValueError(f"{names[taken]} and {name} both take {method} {shown(segments)}")
        for first, second, method in _hidden(self._root):
            raise ValueError(
                f"{names[second]} can never be reached: {names[first]} takes {method} {shown_paths[first]}, which is"
                f" looked at first; put what has {shown_paths[second]} before all that has a str in that place"
            )
        _settle(self._root)

    def _methods_at(self, segments: Sequence[Segment], is_mounted: bool) -> Methods:
        node = self._root
        for segment in segments:
            if isinstance(segment, Rest):
                return node.rest
            node = _below(node, segment)
        if is_mounted:
            return node.mounted
        texts = [segment for segment in segments if isinstance(segment, str)]
        if len(texts) == len(segments):
            self._plain["/" + "/".join(texts)] = node.here
        return node.here

    def find(self, path: str, method: str) -> Match | None:
        """The entry that takes a method at a path; `None` if no entry does.

        Args:
            path: The path.
            method: The method. What takes `GET` takes `HEAD`, unless another does.
        """
        # PERF: texts win over values, so a path of texts alone is the first that the tree would come to.
        methods = self._plain.get(path)
        if methods is not None:
            index = methods.get(method)
            if index is not None:
                return index, ()
        return _find(self._root, _ODD[path] if path in _ODD else path.removeprefix("/").split("/"), 0, (), method)

    def methods(self, path: str) -> set[str]:
        """The methods that some entry takes at a path; none where no entry has it.

        Args:
            path: The path.
        """
        found: set[str] = set()
        _collect(self._root, _ODD[path] if path in _ODD else path.removeprefix("/").split("/"), 0, found)
        return found


def _below(node: _Node, segment: str | Typed) -> _Node:
    """Where a segment leads from a node."""
    if isinstance(segment, str):
        return node.texts.setdefault(segment, _Node())
    for other, below in node.typed:
        if other == segment:
            return below
    below = _Node()
    node.typed.append((segment, below))
    return below


def _hidden(root: _Node) -> Iterator[tuple[int, int, str]]:
    """The pairs of entries of which the second is never found, and their method: where a value that may be any text
    stands before another value, and all that comes after them is the same.
    """
    nodes = [root]
    for node in nodes:
        nodes += [*node.texts.values(), *[below for _, below in node.typed]]
        any_text = next((at for at, (segment, _) in enumerate(node.typed) if segment.kind is str), len(node.typed))
        for _, other in node.typed[any_text + 1 :]:
            yield from _shared(node.typed[any_text][1], other)


def _shared(first: _Node, second: _Node) -> Iterator[tuple[int, int, str]]:
    """The pairs of entries that two nodes lead to by the same segments, and their method."""
    pairs = [(first, second)]
    for one, other in pairs:
        for methods, others in ((one.here, other.here), (one.rest, other.rest)):
            yield from ((methods[method], others[method], method) for method in others if method in methods)
        pairs += [(one.texts[text], below) for text, below in other.texts.items() if text in one.texts]
        pairs += [(mine, below) for kind, below in other.typed for same, mine in one.typed if same == kind]


def _settle(root: _Node) -> None:
    """Have `HEAD` where there is `GET`, and note where a path can go on in few ways."""
    nodes = [root]
    for node in nodes:
        for methods in (node.here, node.rest):
            if "GET" in methods:
                methods.setdefault("HEAD", methods["GET"])
        node.is_plain = not (node.rest or node.mounted or len(node.typed) > 1)
        nodes += [*node.texts.values(), *[below for _, below in node.typed]]
        # PERF: one for all where there is nothing: of a large table, a processor's cache has other nodes than this one.
        node.texts = node.texts or _NO_TEXTS
        node.typed = node.typed or _NO_TYPED
        node.here = node.here or _NO_METHODS
        node.rest = node.rest or _NO_METHODS
        node.mounted = node.mounted or _NO_METHODS


def _find(node: _Node, segments: list[str], at: int, values: tuple[object, ...], method: str) -> Match | None:
    """The first entry that takes a method, of those that a path leads to from a node."""
    end = len(segments)
    # PERF: no call where only one way leads on, which is nearly everywhere.
    while at < end and node.is_plain:
        text = segments[at]
        below = node.texts.get(text)
        if below is None:
            if not node.typed or text in REFUSED:
                return None
            segment, below = node.typed[0]
            try:
                values = (*values, segment.converter.decode(text))
            except CONVERSION_ERRORS as error:
                message_of(error)
                return None
        elif node.typed:
            break
        node, at = below, at + 1
    if at == end:
        index = node.here.get(method)
        if index is not None:
            return index, values
    else:
        found = _find_below(node, segments, at, values, method)
        if found is not None:
            return found
    mounted = node.mounted.get(ANY_METHOD)
    return None if mounted is None else (mounted, values)


def _find_below(node: _Node, segments: list[str], at: int, values: tuple[object, ...], method: str) -> Match | None:
    text = segments[at]
    below = node.texts.get(text)
    if below is not None:
        found = _find(below, segments, at + 1, values, method)
        if found is not None:
            return found
    if text not in REFUSED:
        for segment, below in node.typed:
            try:
                value = segment.converter.decode(text)
            except CONVERSION_ERRORS as error:
                message_of(error)
                continue
            found = _find(below, segments, at + 1, (*values, value), method)
            if found is not None:
                return found
    index = node.rest.get(method)
    return (index, (*values, tuple(segments[at:]))) if index is not None and is_rest(segments, at) else None


def _collect(node: _Node, segments: list[str], at: int, found: set[str]) -> None:
    """Add the methods of all entries that a path leads to from a node."""
    if at == len(segments):
        found.update(node.here)
    else:
        text = segments[at]
        below = node.texts.get(text)
        if below is not None:
            _collect(below, segments, at + 1, found)
        for segment, below in node.typed:
            if segment.takes(text):
                _collect(below, segments, at + 1, found)
        if node.rest and is_rest(segments, at):
            found.update(node.rest)
    found.update(node.mounted)
