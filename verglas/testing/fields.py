"""The fields, files and headers of a request that is being built, to be changed."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Literal, TypeAlias, TypeVar, cast, final, overload

from verglas.backports import override
from verglas.environs import FileValue, Listed, Scalar, Series, fields_of, request_headers, texts_of, upload_of
from verglas.headers.arguments import FieldText, WritableHeaders
from verglas.headers.fields import HeaderField, Named, name_of
from verglas.headers.mapping import HeaderMapping, Headers, Pairs
from verglas.multimap import FirstItems, converted
from verglas.syntax.mediatypes import essence_of, format_media_type, parameters_of
from verglas.uploads import Upload

__all__ = ["Entry", "FileFields", "MutableFields", "RequestHeaders", "TextFields", "TypeParameters"]

V = TypeVar("V", bound=str | Upload)
T = TypeVar("T")
D = TypeVar("D")

Entry: TypeAlias = tuple[str, str | Upload]
"""A field of a form with its name: a text or a file."""


class MutableFields(MutableMapping[str, V]):
    """Names with one or more values, in order: a `MutableMapping` of each name to its first value.

    It is one view of a form, whose texts and files stay in the order in which they were added.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = entries

    @abstractmethod
    def _own(self, value: object) -> V | None:
        """The value, if this view shows it."""

    @abstractmethod
    def _made(self, name: str, value: object) -> list[tuple[str, V]]:
        """The values that are given for a name, as they are held: none for `None`, several for a list."""

    @property
    def pairs(self) -> tuple[tuple[str, V], ...]:
        """All names and values, in order."""
        own = [(name, self._own(value)) for name, value in self._entries]
        return tuple([(name, value) for name, value in own if value is not None])

    def _firsts(self) -> dict[str, V]:
        firsts: dict[str, V] = {}
        for name, value in self.pairs:
            firsts.setdefault(name, value)
        return firsts

    @override
    def __getitem__(self, key: str, /) -> V:
        """The first value.

        Raises:
            KeyError: The name has no value.
        """
        return self._firsts()[key]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._firsts())

    @override
    def __len__(self) -> int:
        return len(self._firsts())

    def _replace(self, name: str, value: object) -> None:
        """Have these as all values of a name: the first where the first was, the others after it."""
        made: list[Entry] = [*self._made(name, value)]
        kept: list[Entry] = []
        missing = True
        for entry in self._entries:
            if entry[0] != name or self._own(entry[1]) is None:
                kept.append(entry)
            elif missing:
                kept += made
                missing = False
        self._entries[:] = [*kept, *made] if missing else kept

    @override
    def __delitem__(self, key: str, /) -> None:
        """Take all values of the name away.

        Raises:
            KeyError: The name has no value.
        """
        if key not in self:
            raise KeyError(key)
        self._replace(key, [])

    @overload
    def getlist(self, key: str) -> list[V]: ...
    @overload
    def getlist(self, key: str, type: Callable[[V], T]) -> list[T]: ...
    def getlist(self, key: str, type: Callable[[V], T] | None = None) -> list[V] | list[T]:
        """All values of a name, in order; those that do not convert are left out.

        Args:
            key: The name.
            type: Called with each value; an error that says that it does not convert leaves it out.
        """
        values = [value for name, value in self.pairs if name == key]
        return values if type is None else converted(values, type)

    def poplist(self, key: str) -> list[V]:
        """Take all values of a name away, and give them; none is an empty list."""
        values = self.getlist(key)
        self._replace(key, [])
        return values

    @overload
    def items(self, multi: Literal[False] = False) -> ItemsView[str, V]: ...
    @overload
    def items(self, multi: Literal[True]) -> tuple[tuple[str, V], ...]: ...
    @override
    def items(self, multi: bool = False) -> ItemsView[str, V] | tuple[tuple[str, V], ...]:
        """Each name with its first value, or all pairs if `multi`."""
        return self.pairs if multi else FirstItems(self, lambda: self._firsts().items())

    def lists(self) -> tuple[tuple[str, list[V]], ...]:
        """Each name with all its values."""
        return tuple(self.to_dict(flat=False).items())

    @overload
    def to_dict(self, flat: Literal[True] = True) -> dict[str, V]: ...
    @overload
    def to_dict(self, flat: Literal[False]) -> dict[str, list[V]]: ...
    def to_dict(self, flat: bool = True) -> dict[str, V] | dict[str, list[V]]:
        """A new dict of first values, or of lists of all values if not `flat`."""
        if flat:
            return self._firsts()
        lists: dict[str, list[V]] = {}
        for name, value in self.pairs:
            lists.setdefault(name, []).append(value)
        return lists

    @override
    def clear(self) -> None:
        """Take all of them away."""
        self._entries[:] = [entry for entry in self._entries if self._own(entry[1]) is None]

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MutableFields) or type(self) is not type(cast("object", other)):
            return NotImplemented
        return self.pairs == cast("MutableFields[str | Upload]", other).pairs  # isinstance() tells nothing of the items

    __hash__ = None  # type: ignore[assignment]  # it can change

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self.pairs)!r})"


@final
class TextFields(MutableFields[str]):
    """The texts of a form, or of a query. A number is held as its text, `None` is not held.

    >>> fields = TextFields([("tag", "a")])
    >>> fields.add("tag", 2)
    >>> fields["page"] = 1
    >>> fields.pairs
    (('tag', 'a'), ('tag', '2'), ('page', '1'))
    """

    __slots__ = ()

    @override
    def _own(self, value: object) -> str | None:
        return value if isinstance(value, str) else None

    @override
    def _made(self, name: str, value: object) -> list[tuple[str, str]]:
        return texts_of(fields_of([(name, value)], (list, tuple)))

    @override
    def __setitem__(self, key: str, value: Scalar | Sequence[Scalar], /) -> None:
        """Make this the only value of the name, or these of a list; `None` takes the name away."""
        self._replace(key, value)

    def add(self, key: str, value: Scalar) -> None:
        """Append a value."""
        self._entries.extend(self._made(key, value))

    def setlist(self, key: str, values: Iterable[Scalar]) -> None:
        """Replace all values of a name."""
        self._replace(key, [*values])

    def setlistdefault(self, key: str, default: Iterable[Scalar] = ()) -> list[str]:
        """All values of a name; if there are none, these, which are set."""
        if key not in self:
            self.setlist(key, default)
        return self.getlist(key)

    def extend(self, fields: Mapping[str, Scalar | Sequence[Scalar]] | Series[tuple[str, Scalar]]) -> None:
        """Append fields: what anything gives that a query is made from.

        Args:
            fields: Names and values, a list or a tuple of values standing for several fields.
        """
        self._entries.extend(texts_of(fields_of(fields, (list, tuple))))


@final
class FileFields(MutableFields[Upload]):
    """The files of a form. Each is read when it is added, so that a form may be sent several times.

    >>> files = FileFields([])
    >>> files.add_file("photo", b"...", "me.png")
    >>> files["photo"].filename, files["photo"].content_type, files["photo"].data
    ('me.png', 'image/png', b'...')
    """

    __slots__ = ("_note",)

    def __init__(self, entries: list[Entry], note: Callable[[object], object] | None = None) -> None:
        super().__init__(entries)
        self._note = note

    @override
    def _own(self, value: object) -> Upload | None:
        return value if isinstance(value, Upload) else None

    @override
    def _made(self, name: str, value: object) -> list[tuple[str, Upload]]:
        given = [one for _, one in fields_of([(name, value)]) if one is not None]
        if self._note is not None:
            for one in given:
                for part in cast("tuple[object, ...]", one) if isinstance(one, tuple) else (one,):
                    self._note(part)
        return [(name, upload_of(name, one)) for one in given]

    @override
    def __setitem__(self, key: str, value: FileValue | Listed[FileValue], /) -> None:
        """Make this the only file of the name, or these of a list."""
        self._replace(key, value)

    def add(self, key: str, value: FileValue) -> None:
        """Append a file: an upload, bytes, a binary file, or one of those with its file name and perhaps its type."""
        self._entries.extend(self._made(key, value))

    def add_file(
        self,
        name: str,
        file: FileValue | str | os.PathLike[str],
        filename: str | None = None,
        content_type: str | None = None,
    ) -> None:
        """Append a file.

        Args:
            name: The field of the form.
            file: The file, or the path of one.
            filename: The name that it is sent with; that of the file itself, or else of its field.
            content_type: Its type, or else as its name tells.

        Raises:
            OSError: The file that a path leads to cannot be read.
            TypeError: The file is neither bytes nor a binary file.
        """
        if isinstance(file, str | os.PathLike):
            with open(file, "rb") as opened:
                self._entries.append((name, upload_of(name, (opened, filename, content_type))))
        elif isinstance(file, tuple):
            self.add(name, file)
        else:
            self.add(name, (file, filename, content_type))


@final
class RequestHeaders(HeaderMapping, MutableMapping[str, str]):
    """The header fields of a request while it is built: a case-insensitive `MutableMapping` of names to first values.

    Every write is checked. Unlike those of a response, they may be about the connection.

    Args:
        headers: Anything that headers are made from. They are copied.

    Raises:
        HeaderValueError: A name or a value is not valid in an HTTP message.
        TypeError: A name is not a `str`, or a value neither a `str` nor an `int`, which is written in decimal.

    >>> headers = RequestHeaders({"TE": "trailers"})
    >>> headers["X-Count"] = 2
    >>> headers.add("x-count", "3")
    >>> headers.pairs
    (('TE', 'trailers'), ('X-Count', '2'), ('x-count', '3'))
    """

    __slots__ = ("_fields",)

    def __init__(self, headers: WritableHeaders | None = None) -> None:
        self._fields = request_headers(headers).own()

    @property
    @override
    def pairs(self) -> Pairs:
        """All field lines, in order."""
        return self._fields.pairs

    @overload
    def getlist(self, key: str | Named) -> list[str]: ...
    @overload
    def getlist(self, key: str | Named, type: Callable[[str], T]) -> list[T]: ...
    @override
    def getlist(self, key: str | Named, type: Callable[[str], T] | None = None) -> list[str] | list[T]:
        """The values of all lines with this name, or of a key's, in order; those that do not convert are left out."""
        values = self._fields.getlist(key)
        return values if type is None else converted(values, type)

    @override
    def _first(self, name: str) -> str | None:
        return self._fields.get(name)

    @override
    def value_of(self, key: HeaderField[T], default: D) -> T | D:
        """The value of all lines of a field; the default if it has none.

        Raises:
            HeaderError: The lines of the field are malformed.
        """
        return self._fields.value_of(key, default)

    @overload
    def __setitem__(self, key: str, value: FieldText | None, /) -> None: ...
    @overload
    def __setitem__(self, key: HeaderField[T], value: T | None, /) -> None: ...
    @override
    def __setitem__(self, key: str | HeaderField[T], value: FieldText | T | None, /) -> None:
        """Make this the only line of the name, where the first was, or at the end; `None` takes it away.

        Raises:
            HeaderValueError: The name or the value is not valid in an HTTP message.
        """
        if value is None:
            self._fields = self._fields.without(key)
        elif isinstance(key, HeaderField):
            self._fields = self._fields.with_(key, cast("T", value))  # the overload has checked
        else:
            self._fields = self._fields.with_(key, str(value) if isinstance(value, int) else cast("str", value))

    @override
    def __delitem__(self, key: str | Named, /) -> None:
        """Take all lines of the name, or of a key's, away; a missing one is not an error (as in Werkzeug)."""
        self._fields = self._fields.without(key)

    def remove(self, key: str | Named) -> None:
        """The same as `del headers[key]`."""
        del self[key]

    def add(self, key: str, value: FieldText) -> None:
        """Append a line.

        Raises:
            HeaderValueError: The name or the value is not valid in an HTTP message.
        """
        self.extend([(key, value)])

    def set(self, key: str, value: FieldText | None) -> None:
        """The same as `headers[key] = value`."""
        self[key] = value

    def setlist(self, key: str | Named, values: Iterable[FieldText]) -> None:
        """Replace all lines of the name; the new ones are at the end.

        Raises:
            HeaderValueError: The name or a value is not valid in an HTTP message.
        """
        name = name_of(key)
        added = request_headers([(name, value) for value in values])
        self._fields = Headers.unchecked((*self._fields.without(name).pairs, *added.pairs))

    def extend(self, headers: WritableHeaders | None = None, /) -> None:
        """Append the lines of anything that headers are made from.

        Raises:
            HeaderValueError: A name or a value is not valid in an HTTP message; then nothing is appended.
        """
        self._fields = Headers.unchecked((*self._fields.pairs, *request_headers(headers).pairs))

    # A mapping's own update() would keep one line of a name only: this one takes lists and pairs, too.
    @override
    def update(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]  # as said
        self, headers: WritableHeaders | None = None, /, **fields: FieldText
    ) -> None:
        """Replace: every name that is given has just the given lines afterwards.

        Raises:
            HeaderValueError: A name or a value is not valid in an HTTP message.
        """
        given = [*request_headers(headers).pairs, *request_headers(fields).pairs]
        others = self._fields.without(*[name for name, _ in given])
        self._fields = Headers.unchecked((*others.pairs, *given))

    @override
    def clear(self) -> None:
        """Take all lines away."""
        self._fields = Headers()

    def copy(self) -> RequestHeaders:
        """A new object with the same lines."""
        return RequestHeaders(self._fields)

    __copy__ = copy

    def freeze(self) -> Headers:
        """The same fields as a value."""
        return self._fields

    @override
    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, RequestHeaders) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it can change


@final
class TypeParameters(MutableMapping[str, str]):
    """The parameters of a media type that is kept elsewhere.

    Args:
        read: Gives the media type.
        write: Takes it with other parameters.

    >>> kept = ["text/plain; charset=utf-8"]
    >>> parameters = TypeParameters(lambda: kept[-1], kept.append)
    >>> parameters["charset"] = "latin-1"
    >>> kept[-1]
    'text/plain; charset=latin-1'
    """

    __slots__ = ("_read", "_write")

    def __init__(self, read: Callable[[], str | None], write: Callable[[str], None]) -> None:
        self._read = read
        self._write = write

    def _parameters(self) -> dict[str, str]:
        return parameters_of(self._read() or "")

    def _change(self, parameters: Mapping[str, str]) -> None:
        kind, slash, subtype = essence_of(self._read() or "").partition("/")
        if not slash:
            raise ValueError("there is no media type that could have parameters: set mimetype first")
        self._write(format_media_type(kind, subtype, parameters.items()))

    @override
    def __getitem__(self, key: str, /) -> str:
        return self._parameters()[key.lower()]

    @override
    def __setitem__(self, key: str, value: str, /) -> None:
        """Set a parameter.

        Raises:
            ValueError: The media type is missing, or the parameter is not valid.
        """
        self._change({**self._parameters(), key.lower(): value})

    @override
    def __delitem__(self, key: str, /) -> None:
        parameters = self._parameters()
        del parameters[key.lower()]
        self._change(parameters)

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters())

    @override
    def __len__(self) -> int:
        return len(self._parameters())

    @override
    def __repr__(self) -> str:
        return repr(self._parameters())
