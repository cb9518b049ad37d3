"""Slots: the places in a request that an input reads, each with what may be sent there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, TypeAlias, cast, final, get_type_hints
from uuid import UUID

from attrs import evolve, frozen
from hypothesis import strategies as st

from verglas.inputs.bodies import BodySource
from verglas.inputs.converters import Converter, converter_of, is_enum, local_datetime
from verglas.inputs.drafts import Draft
from verglas.inputs.files import FileSource
from verglas.inputs.forms import FormFields
from verglas.inputs.model import Input, Inputs
from verglas.inputs.problems import Place
from verglas.inputs.sources import FirstOf, Group, Mapped, Missing, PathValue, Secured, Source, names_of
from verglas.inputs.texts import SWITCH, CheckboxSource, KeySource, TextSource
from verglas.paths.path import Path, Rest, Segment, Typed
from verglas.syntax.mediatypes import is_json
from verglas.testing.strategies.headervalues import header_values, is_known, likely_lines
from verglas.testing.strategies.schemas import LIKELY_TEXTS, JSONSchema
from verglas.testing.strategies.texts import field_values, json_values, texts
from verglas.uploads import Upload
from verglas.values import Value
from verglas.wsgi import JSONValue

__all__ = ["Given", "Kind", "Segments", "Sent", "Slot", "Slots", "json_bytes", "shown_key", "slots_of"]

Given: TypeAlias = Mapping[object, st.SearchStrategy[object]]
"""The strategies of those who know better, by source or by the function that decodes a text."""

Sent: TypeAlias = tuple[object, ...]
"""The things sent in one slot: texts, lines of a header field, uploads, one body; none where it is left out."""


@final
class Segments(tuple[str, ...]):
    """The segments of a value in a path, as they are sent."""

    __slots__ = ()


@final
@frozen(eq=False)
class Kind(Value):
    """A kind of what may be sent.

    Attributes:
        strategy: All of it.
        likely: Some of it, by which is found out whether an input takes the kind.
    """

    strategy: st.SearchStrategy[object]
    likely: tuple[object, ...]


@final
@frozen(eq=False)
class Slot(Value):
    """A place in a request that an input reads.

    Attributes:
        source: The source that reads it.
        kinds: What may be sent there, the most general first.
        put: Writes what is sent.
        is_optional: Whether it may be left out.
        several: Whether it may be there several times.
        least: How many times it is there at least.
        when: The choices on which it depends, each with the position of its part: those of `first_of`.
        is_guard: Whether it has credentials.
        is_given: Whether its values are those of a strategy that was given.
        schema: Of a JSON body: its schema.
        converter: Of values that were given for a text: its converter.
    """

    source: Source
    kinds: tuple[Kind, ...]
    put: Callable[[Draft, Sent], None]
    is_optional: bool = False
    several: bool = False
    least: int = 0
    when: tuple[tuple[int, int], ...] = ()
    is_guard: bool = False
    is_given: bool = False
    schema: JSONSchema | None = None
    converter: Converter[object] | None = None

    @property
    def name(self) -> str:
        """Where it is, for messages: `query page`."""
        return names_of(self.source)

    @property
    def places(self) -> list[tuple[Place, str]]:
        """The places that it is read from, each with the name there."""
        return [(one.place, one.name) for one in self.source.describe()]

    def shaped(self, strategy: st.SearchStrategy[object]) -> st.SearchStrategy[Sent]:
        """The strategy of all that is sent, of that of one part.

        Args:
            strategy: The strategy of a part.
        """
        if self.several:
            return st.lists(strategy, min_size=self.least, max_size=3).map(_as_tuple)
        one = strategy.map(_alone)
        return st.just(_nothing()) | one if self.is_optional else one

    def likely(self) -> list[Sent]:
        """A few things to send, of which the first ones are the likeliest to be taken."""
        found: list[Sent] = [(one,) for kind in self.kinds for one in kind.likely]
        return [*found[:1], (), *found[1:]] if self.is_optional or (self.several and not self.least) else found


@final
class Slots:
    """The slots of an input, as they are found.

    Attributes:
        found: The slots.
        choices: The number of parts of each `first_of`.

    Args:
        given: The strategies that were given.
        segments: The segments of the path that have values.
    """

    found: list[Slot]
    choices: list[int]

    def __init__(self, given: Given, segments: Sequence[Segment]) -> None:
        self._given = given
        self._segments = segments
        self.found = []
        self.choices = []
        self.used: set[object] = set()

    def add(self, source: Source, when: tuple[tuple[int, int], ...] = (), *, is_guard: bool = False) -> None:
        """Add the slots of a source.

        Args:
            source: The source.
            when: The choices on which it depends.
            is_guard: Whether it has credentials.

        Raises:
            TypeError: A part is one for which no values are known.
        """
        if source in self._given and not isinstance(source, Secured):
            self.used.add(source)
            kinds = (Kind(self._given[source], ()),)
            converter = source.converter if isinstance(source, TextSource) else None
            self.found.append(
                Slot(
                    source, kinds, _put_value(source), when=when, is_guard=is_guard, is_given=True, converter=converter
                )
            )
        elif isinstance(source, Group):
            for part in source.parts:
                self.add(part, when, is_guard=is_guard)
        elif isinstance(source, Mapped):
            self.add(source.inner, when, is_guard=is_guard)
        elif isinstance(source, FormFields):
            self.add(source.group, when, is_guard=is_guard)
        elif isinstance(source, Secured):
            self._add_secured(source, when)
        elif isinstance(source, FirstOf):
            choice = len(self.choices)
            self.choices.append(len(source.parts))
            for index, part in enumerate(source.parts):
                self.add(part, (*when, (choice, index)), is_guard=is_guard)
        else:
            self.found.append(evolve(self._leaf(source), when=when, is_guard=is_guard))

    def _add_secured(self, source: Secured, when: tuple[tuple[int, int], ...]) -> None:
        credentials = source.guard.credentials
        if source in self._given:
            self.used.add(source)
            kinds = (Kind(self._given[source], ()),)
            self.found.append(
                Slot(credentials, kinds, _put_value(credentials), when=when, is_guard=True, is_given=True)
            )
        elif not any(slot.is_guard and slot.source is credentials for slot in self.found):  # one may guard two
            self.add(credentials, when, is_guard=True)

    def _leaf(self, source: Source) -> Slot:
        if isinstance(source, TextSource):
            return self._text_slot(source)
        if isinstance(source, KeySource):
            return _key_slot(source)
        if isinstance(source, FileSource):
            return _file_slot(source)
        if isinstance(source, PathValue):
            return self._path_slot(source)
        if isinstance(source, BodySource):
            return _body_slot(source)
        raise TypeError(f"no values are known of {names_of(source) or source!r}: give them, as in given={{input: ...}}")

    def _text_slot(self, source: TextSource) -> Slot:
        def put(draft: Draft, sent: Sent) -> None:
            source.put(draft, cast("tuple[str, ...]", sent))  # as the kinds below are texts

        is_optional = source.default is not Missing.MISSING
        if isinstance(source, CheckboxSource):
            switch = Kind(st.sampled_from(["on", "1", "false", "off"]), ("on", "off"))
            return Slot(source, (switch,), put, is_optional=True)
        converter = source.converter
        given = self._given_for(converter, None)
        if given is not None:
            own = _written(put, converter.encode or str)
            kinds = (Kind(given, ()),)
            return Slot(source, kinds, own, is_optional, source.several, is_given=True, converter=converter)
        return Slot(source, _kinds(converter, source.place), put, is_optional=is_optional, several=source.several)

    def _given_for(self, converter: Converter[object], kind: object) -> st.SearchStrategy[object] | None:
        """The strategy that was given for what a converter makes."""
        for key, strategy in self._given.items():
            if key == kind or _is_of(key, converter):
                self.used.add(key)
                return strategy
        return None

    def _path_slot(self, source: PathValue) -> Slot:
        index, segment = source.index, self._segments[source.index]

        def put(draft: Draft, sent: Sent) -> None:
            draft.path[index] = Segments(cast("tuple[str, ...]", sent))  # as the kinds below are texts

        if isinstance(segment, Rest):
            return Slot(source, _text_kinds("path"), put, several=True, least=1)
        if isinstance(segment, str):
            raise TypeError(f"{segment!r} has no value")
        given = self._given_for(segment.converter, segment.kind)
        if given is not None:
            kinds = (Kind(given, ()),)
            return Slot(source, kinds, _written(put, _text_in(segment)), is_given=True, converter=segment.converter)
        return Slot(source, _kinds(segment.converter, "path"), put)


def slots_of(source: Source, given: Given, segments: Sequence[Segment]) -> Slots:
    """The slots of a source.

    Args:
        source: The source.
        given: The strategies that were given.
        segments: The segments of the path that have values.

    Raises:
        TypeError: A part is one for which no values are known, or a strategy is of nothing that is read.
    """
    slots = Slots(given, segments)
    slots.add(source)
    for key in given:
        if key not in slots.used:
            how = "; a class is that which the function of a converter says to return, and a function is one of those"
            if isinstance(key, Source):
                how = "; give the same object, since inputs are not compared"
            raise TypeError(
                f"given= has {shown_key(key)}, which is not among the inputs ({names_of(source) or 'none'}){how}"
            )
    return slots


def shown_key(key: object) -> str:
    """A key of `given=`, for messages: `an input of query page`.

    Args:
        key: The key.
    """
    if isinstance(key, (Input, Inputs)):
        key = cast("Input[object]", key).source  # which both have
    if isinstance(key, Source):
        return f"an input of {names_of(key)}"
    return str(getattr(key, "__name__", repr(key)))


def _is_of(key: object, converter: Converter[object]) -> bool:
    """Whether a key of `given=` is a converter, the function of one, or the class of its values."""
    if isinstance(key, Source) or not callable(key):
        return False
    if key == converter.decode:
        return True
    try:
        if isinstance(key, type):
            if is_enum(key):  # each converter of one has functions of its own
                member = next(iter(key))
                return converter.encode is not None and converter.decode(converter.encode(member)) is member
            hints: dict[str, object] = get_type_hints(converter.decode)
            return hints.get("return") is key or converter_of(key) == converter
        return converter_of(key).decode == converter.decode
    except Exception:  # noqa: BLE001  # of annotations that are not ours, or a key that converts no text
        return False


def json_bytes(value: JSONValue) -> bytes:
    """JSON as it is sent."""
    return json.dumps(value, ensure_ascii=False).encode()


def _written(put: Callable[[Draft, Sent], None], encode: Callable[[object], str]) -> Callable[[Draft, Sent], None]:
    """Put the texts of values."""

    def put_texts(draft: Draft, sent: Sent) -> None:
        put(draft, tuple([encode(value) for value in sent]))

    return put_texts


def _kinds(converter: Converter[object], place: Place) -> tuple[Kind, ...]:
    found = _known_kinds().get(converter)
    if found is not None:
        return found
    listed = converter.schema.get("enum")
    if isinstance(listed, (list, tuple)):
        members = tuple([str(one) for one in cast("Sequence[object]", listed)])
        return (Kind(st.sampled_from(members), members),)
    return _text_kinds(place)


def _put_value(source: Source) -> Callable[[Draft, Sent], None]:
    def put(draft: Draft, sent: Sent) -> None:
        source.write(draft, sent[0])

    return put


def _text_in(segment: Typed) -> Callable[[object], str]:
    alone = Path[*tuple[object, ...]]((segment,))
    return lambda value: alone.texts((value,))[0]


def _alone(value: object) -> Sent:
    return (value,)


def _as_tuple(values: list[object]) -> Sent:
    return tuple(values)


def _nothing() -> Sent:
    return ()


def _encoded(kind: type[object], strategy: st.SearchStrategy[object], *likely: object) -> Kind:
    encode = cast("Callable[[object], str]", converter_of(kind).encode)  # each of the kinds below has one
    return Kind(strategy.map(encode), tuple([encode(one) for one in likely]))


def _known_kinds() -> dict[Converter[object], tuple[Kind, ...]]:
    """The kinds of the converters that are of a type; where one is too general, the others are tried."""
    numbers = (1, 2, 5, 10, 20, 50, 100)
    moment = datetime(2026, 11, 30, 12, tzinfo=UTC)
    years = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))
    local = cast("Callable[[object], str]", converter_of(local_datetime).encode)
    naive = years.map(lambda one: one.replace(second=0, microsecond=0))
    return {
        converter_of(bool): (_encoded(bool, st.booleans(), True, False),),
        converter_of(int): (
            _encoded(int, st.integers(), 0, -1, 10**12, -(10**6)),
            _encoded(int, st.integers(0, 2**31 - 1), 0, 1000, 10**6, 10**9),
            _encoded(int, st.integers(1, 1000), *numbers, 1000),
            _encoded(int, st.integers(1, 100), *numbers),
            _encoded(int, st.integers(1, 10), 1, 2, 5, 10),
        ),
        converter_of(float): (
            _encoded(float, st.floats(allow_nan=False, allow_infinity=False), 0.0, -1.5, 1e300, 1e-300),
            _encoded(float, st.floats(0, 1000, allow_subnormal=False), 0.0, 0.5, 1.0, 100.0, 1000.0),
            _encoded(float, st.floats(0.0625, 1), 0.5, 1.0, 0.25),
            _encoded(float, st.floats(1, 100), *map(float, numbers)),
        ),
        converter_of(Decimal): (
            _encoded(Decimal, st.decimals(-(10**9), 10**9, places=2), *map(Decimal, ("0", "-1.50", "1000000"))),
            _encoded(Decimal, st.decimals("0.01", 1000, places=2), *map(Decimal, ("1", "0.50", "100", "1000"))),
            _encoded(Decimal, st.decimals("0.01", 1, places=2), *map(Decimal, ("1", "0.50"))),
        ),
        converter_of(UUID): (_encoded(UUID, st.uuids(), UUID(int=0), UUID(int=4 << 76 | 8 << 60)),),
        converter_of(datetime): (
            _encoded(datetime, years.map(lambda one: one.replace(tzinfo=UTC)), moment, moment.replace(year=1970)),
        ),
        converter_of(date): (_encoded(date, st.dates(), date(2026, 11, 30), date(1970, 1, 1), date(1, 1, 1)),),
        converter_of(time): (_encoded(time, st.times(), time(12), time(0), time(23, 59, 59)),),
        converter_of(timedelta): (
            _encoded(timedelta, st.timedeltas(timedelta(-999), timedelta(999)), *map(timedelta, (0, -1, 100))),
            _encoded(timedelta, st.integers(1, 86400).map(lambda s: timedelta(seconds=s)), timedelta(0, 60)),
        ),
        converter_of(local_datetime): (Kind(naive.map(local), ("2026-11-30T12:00", "1970-01-01T00:00")),),
        SWITCH: (Kind(st.sampled_from(["on", "off"]), ("on", "off")),),
    }


_GENERAL: Final = ("a", "0", "ab", "a b", "é", "#", "a;b", "{}", "x=y")


def _text_kinds(place: Place) -> tuple[Kind, ...]:
    """Texts, for an input that may take some only: where it does not take all, the other kinds are tried."""
    words = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
    days = st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(str)
    likely = tuple([text for text in LIKELY_TEXTS if _can_be(text, place)])
    return (
        Kind(_texts_of(place), tuple([text for text in _GENERAL if _can_be(text, place)])),
        Kind(words, ("a", "ab", "abc", "en", "abcdefgh")),
        Kind(st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,4}){0,2}", fullmatch=True), ("a", "a-b", "1-2")),
        Kind(st.integers().map(str), ("0", "-1", "1000000000000")),
        Kind(st.integers(1, 100).map(str), ("1", "2", "5", "10", "100")),
        Kind(st.lists(words, min_size=1, max_size=4).map(",".join), ("a", "a,b")),
        Kind(days, ("2026-11-30", "1970-01-01")),
        Kind(st.uuids().map(str), ("00000000-0000-4000-8000-000000000000",)),
        Kind(words.map("{}@example.org".format), ("a@example.org",)),
        Kind(words.map("https://{}.example/".format), ("https://example.org/",)),
        Kind(st.sampled_from(likely), likely),
    )


def _texts_of(place: Place) -> st.SearchStrategy[str]:
    if place == "header":
        return field_values().filter(bool)
    if place == "cookie":
        return st.text("0123456789abcxyzABC-_.~!#$%&'()*+/:<=>?@[]^`{|}é\u20ac", max_size=20)
    if place == "path":
        characters = st.characters(codec="utf-8", exclude_characters="/")
        return st.text(characters, min_size=1, max_size=20).filter(lambda text: text not in (".", ".."))
    return texts()


def _can_be(text: str, place: Place) -> bool:
    if place == "cookie":
        return not set(text) & set(' ",;\\')
    if place == "path":
        return "/" not in text and bool(text)
    return place != "header" or (text.isascii() and bool(text))


def _key_slot(source: KeySource) -> Slot:
    key = source.key

    def put(draft: Draft, sent: Sent) -> None:
        for lines in sent:
            draft.set_lines(key.name, cast("tuple[str, ...]", lines))  # as the kinds below are lines

    likely = tuple([(line,) for line in likely_lines(key)])
    kinds = [Kind(st.sampled_from(likely), likely)] if likely else []
    if is_known(key):
        kinds.insert(0, Kind(header_values(key).map(key.encode).map(tuple[str, ...]), likely))
    return Slot(source, tuple(kinds), put, is_optional=source.default is not Missing.MISSING)


def _file_slot(source: FileSource) -> Slot:
    def put(draft: Draft, sent: Sent) -> None:
        draft.files[source.name] = cast("tuple[Upload, ...]", sent)  # as the kind below is of uploads

    def upload(filename: str, data: bytes, content_type: str | None) -> Upload:
        return Upload(source.name, filename, data, content_type=content_type)

    names = st.from_regex(r"[a-z]{1,8}(\.[a-z]{3})?", fullmatch=True) | texts().filter(_is_filename)
    types = st.sampled_from([None, "text/plain", "image/png", "application/octet-stream"])
    kind = Kind(st.builds(upload, names, st.binary(max_size=40), types), (upload("a.txt", b"a", "text/plain"),))
    return Slot(source, (kind,), put, is_optional=source.is_optional, several=source.several)


def _is_filename(name: str) -> bool:
    return bool(name.strip()) and not set(name) & set('\r\n\0/\\"')


def _body_slot(source: BodySource) -> Slot:
    decoder = source.decoder
    media_type = next(iter(decoder.media_types), "application/octet-stream")

    def put(draft: Draft, sent: Sent) -> None:
        draft.body = (cast("bytes", sent[0]), media_type)  # as the kinds below are bytes

    if is_json(media_type):
        schema = JSONSchema(decoder.schema)
        likely = tuple([json_bytes(value) for value in schema.likely()])
        return Slot(source, (Kind(schema.values().map(json_bytes), likely),), put, schema=schema)
    pool = tuple([text.encode() for text in LIKELY_TEXTS])
    return Slot(
        source,
        (
            Kind(st.binary(max_size=40), (b"", b"a", b"\xff", b"\0")),
            Kind(texts().map(str.encode), (b"a", b"0", "é".encode(), b"")),
            Kind(json_values().map(json_bytes), (b"{}", b"[1]", b"1")),
            Kind(st.sampled_from(pool), pool),
        ),
        put,
    )
