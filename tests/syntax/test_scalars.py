"""Single values as text: one spelling for each, all others are refused, and what is written is read as the value."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.kit import untyped
from verglas import GrammarError
from verglas.backports import override
from verglas.syntax import scalars
from verglas.testing.strategies import any_texts

NINES: Final = "9" * 4300


class Scalar(NamedTuple):
    """A type with its parser and its writer, which takes any object in tests of what it refuses."""

    parse: Callable[[str], object]
    write: Callable[..., object]


SCALARS: Final[dict[str, Scalar]] = {
    "text": Scalar(scalars.parse_text, untyped(scalars.format_text)),
    "bool": Scalar(scalars.parse_bool, untyped(scalars.format_bool)),
    "int": Scalar(scalars.parse_int, untyped(scalars.format_int)),
    "float": Scalar(scalars.parse_float, untyped(scalars.format_float)),
    "decimal": Scalar(scalars.parse_decimal, untyped(scalars.format_decimal)),
    "uuid": Scalar(scalars.parse_uuid, untyped(scalars.format_uuid)),
    "date": Scalar(scalars.parse_date, untyped(scalars.format_date)),
    "datetime": Scalar(scalars.parse_datetime, untyped(scalars.format_datetime)),
    "local": Scalar(scalars.parse_local_datetime, untyped(scalars.format_local_datetime)),
    "time": Scalar(scalars.parse_time, untyped(scalars.format_time)),
    "timedelta": Scalar(scalars.parse_timedelta, untyped(scalars.format_timedelta)),
}

EAST: Final = timezone(timedelta(hours=5, minutes=30))
ONE: Final = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")

CANONICAL: Final[dict[str, dict[str, object]]] = {
    "text": {"": "", " 7\n": " 7\n", "é\0\ud800": "é\0\ud800"},
    "bool": {"true": True, "false": False},
    "int": {"0": 0, "7": 7, "-7": -7, "10": 10, NINES: 10**4300 - 1, f"-{NINES}": 1 - 10**4300},
    "float": {"0.0": 0.0, "1.5": 1.5, "-1.5": -1.5, "1e+16": 1e16, "1e-07": 1e-7, "5e-324": 5e-324},
    "decimal": {
        "0": Decimal(0),
        "10.50": Decimal("10.50"),
        "-0.0": Decimal("-0.0"),
        "1E+5": Decimal("1E+5"),
        "0E-10": Decimal("0E-10"),
        NINES: Decimal(NINES),
    },
    "uuid": {str(ONE): ONE, "00000000-0000-0000-0000-000000000000": UUID(int=0)},
    "date": {"2026-11-30": date(2026, 11, 30), "2024-02-29": date(2024, 2, 29), "0001-01-01": date(1, 1, 1)},
    "datetime": {
        "2026-11-30T12:00:00+00:00": datetime(2026, 11, 30, 12, tzinfo=UTC),
        "2026-11-30T12:00:00.000001+05:30": datetime(2026, 11, 30, 12, 0, 0, 1, EAST),
        "9999-12-31T23:59:59.999999-23:59": datetime.max.replace(tzinfo=timezone(-timedelta(hours=23, minutes=59))),
    },
    "local": {
        "2026-11-30T12:00:00": datetime(2026, 11, 30, 12),
        "0001-01-01T00:00:00.000001": datetime(1, 1, 1, microsecond=1),
    },
    "time": {"12:30:00": time(12, 30), "23:59:59.999999": time.max, "00:00:00": time()},
    "timedelta": {
        "0": timedelta(),
        "90": timedelta(seconds=90),
        "90.5": timedelta(seconds=90, milliseconds=500),
        "-0.000001": timedelta(microseconds=-1),
        "86399999999999.999999": timedelta.max,
        "-86399999913600": timedelta.min,
    },
}

# Other spellings of a value: what browsers and other writers of the same grammar send.
ALSO_READ: Final[dict[str, dict[str, object]]] = {
    "float": {"1": 1.0, "-0": 0.0, "1E5": 1e5, "1e05": 1e5, "0.10": 0.1, "1e-999": 0.0, "9" * 300: float("9" * 300)},
    "decimal": {
        "1e5": Decimal("1E+5"),
        "-0": Decimal(0),
        "1e-4299": Decimal("1e-4299"),
        f"-{NINES}": Decimal(f"-{NINES}"),
    },
    "uuid": {str(ONE).upper(): ONE},
    "datetime": {
        "2026-11-30T12:00:00Z": datetime(2026, 11, 30, 12, tzinfo=UTC),
        "2026-11-30T12:00:00-00:00": datetime(2026, 11, 30, 12, tzinfo=UTC),
        "2026-11-30T12:00:00.5Z": datetime(2026, 11, 30, 12, 0, 0, 500_000, UTC),
    },
    "local": {
        "2026-11-30T12:00": datetime(2026, 11, 30, 12),  # datetime-local
        "2026-11-30T12:00:30.123": datetime(2026, 11, 30, 12, 0, 30, 123_000),  # with step="0.001"
    },
    "time": {"12:30": time(12, 30), "12:30:01.5": time(12, 30, 1, 500_000)},
    "timedelta": {"1.50": timedelta(seconds=1.5), "-0": timedelta(), "0.0": timedelta()},
}

# Each digit seven, in scripts whose digits Python's own constructors read.
OTHER_SEVENS: Final = ("٧", "۷", "७", "７", "𝟕", "߇")

NUMBERS: Final = [
    *("", " ", "7 ", " 7", "7\n", "\n7", "\t7", "\xa07", "7\0", "+7", "--7", "- 7", "−7", "1_0", "0x10", "0b1", "0o7"),
    *("007", "00", "-007", "1,000", "1'000", "7a", "seven", "Ⅶ", "²", "½", "NaN", "nan", "Infinity", "inf", "-inf"),
    *("True", "None", "1 0", "\ufeff7", "7\u200b", "\ud800", *OTHER_SEVENS),
]
FRACTIONS: Final = ["1.", ".5", "-.5", "1..5", "1.5.", "1,5", "1.5e", "e5", "1e5.5", "1e", "1e+", "1.٥", "0x1p3", "1f"]
DATES: Final = [
    *("", "2026-02-30", "2026-13-01", "2026-00-10", "2026-01-00", "2025-02-29", "0000-01-01", "20261130"),
    *("2026-W48-1", "2026W481", "2026-334", "26-11-30", "2026-1-1", "+2026-11-30", "-2026-11-30", "12026-11-30"),
    *(
        "2026/11/30",
        "30.11.2026",
        "11/30/2026",
        "2026-11-30 ",
        " 2026-11-30",
        "2026-11-30\n",
        "２０２６-11-30",
        "today",
    ),
]
CLOCKS: Final = [
    *(
        "24:00",
        "24:00:00",
        "23:60",
        "23:59:60",
        "12",
        "1200",
        "12:0",
        "1:00",
        "12:00:0",
        "12:00:00.",
        "12:00:00.1234567",
    ),
    *("12:00:00,5", "12.00", "12:00 ", " 12:00", "12:00\n", "12:00pm", "１２:00", "-01:00", "12:00:00:00"),
]
OFFSETS: Final = [
    "+24:00",
    "+23:60",
    "+01:99",
    "+0100",
    "+01",
    "+1:00",
    "z",
    "",
    " Z",
    "+01:00:00",
    "UTC",
    "[Europe/Berlin]",
    "+01:00Z",
]

REFUSED: Final[dict[str, list[str]]] = {
    "bool": ["", "True", "False", "TRUE", "FALSE", "1", "0", "on", "off", "yes", "no", "t", " true", "true\n", "truе"],
    "int": [*NUMBERS, "-0", "1e3", "1E3", "7.0", "1.", NINES + "9", f"-{NINES}9", "0" * 5000],
    "float": [*NUMBERS, *FRACTIONS, "1e999", "-1e999", "9" * 400],
    "decimal": [
        *NUMBERS,
        *FRACTIONS,
        "sNaN",
        "1e4300",
        "1" + "0" * 4299 + "e1",
        "0." + "0" * 4300,
        "1e9999999999",
        "1e-4300",
        "1e999999999999",
        NINES + "9",
        "1e" + "0" * 5000,
    ],
    "uuid": [
        *("", f"urn:uuid:{ONE}", f"{{{ONE}}}", ONE.hex, str(ONE)[:-1], f"{ONE}0", f" {ONE}", f"{ONE}\n"),
        *(
            str(ONE).replace("-", ""),
            str(ONE).replace("-", "_"),
            str(ONE).replace("6", "g"),
            str(ONE).replace("6", "６"),
        ),
        "6ba7-b8109dad-11d1-80b4-00c04fd430c8",
    ],
    "date": [*DATES, "2026-11-30T00:00:00"],
    "datetime": [
        *[f"{day}T12:00:00Z" for day in DATES],
        *[f"2026-11-30T{clock}Z" for clock in [*CLOCKS, "12:00"]],
        *[f"2026-11-30T12:00:00{offset}" for offset in OFFSETS],
        *(
            "2026-11-30t12:00:00Z",
            "2026-11-30 12:00:00Z",
            "2026-11-30",
            "2026-11-30T",
            "1764504000",
            "2026-11-30_12:00:00Z",
        ),
    ],
    "local": [
        *[f"{day}T12:00" for day in DATES],
        *[f"2026-11-30T{clock}" for clock in CLOCKS],
        *(
            "2026-11-30T12:00Z",
            "2026-11-30T12:00:00+00:00",
            "2026-11-30t12:00",
            "2026-11-30 12:00",
            "275760-09-13T00:00",
        ),
    ],
    "time": [*CLOCKS, "", "12:00Z", "12:00:00+00:00", "T12:00", "noon"],
    "timedelta": [
        *NUMBERS,
        *(
            "1e3",
            "1.",
            ".5",
            "-.5",
            "1.1234567",
            "P1D",
            "PT5S",
            "00:01:30",
            "1 day",
            "86400000000000",
            "9" * 33,
            "9" * 9000,
        ),
        "-86399999913600.000001",
    ],
}


def rows(table: dict[str, dict[str, object]]) -> list[object]:
    """A row for each text of each type."""
    return [
        pytest.param(kind, text, value, id=f"{kind}-{ascii(text)[1:-1][:40]}")
        for kind, texts in table.items()
        for text, value in texts.items()
    ]


@pytest.mark.parametrize(("kind", "text", "value"), rows(CANONICAL))
def test_canonical(kind: str, text: str, value: object) -> None:
    """A value is written as its text, which is read as the value."""
    scalar = SCALARS[kind]

    assert (text, value, type(value)) == (scalar.write(value), scalar.parse(text), type(scalar.parse(text)))


@pytest.mark.parametrize(("kind", "text", "value"), rows(ALSO_READ))
def test_read(kind: str, text: str, value: object) -> None:
    """Some texts are read that are not written."""
    assert value == SCALARS[kind].parse(text)


# One test for each type: a trick that is taken is named, and there are three hundred.
@pytest.mark.parametrize("kind", REFUSED)
def test_refused(kind: str) -> None:
    """A text that other readers take by mistake is refused."""
    taken: list[str] = []
    for text in REFUSED[kind]:
        with suppress(GrammarError):
            SCALARS[kind].parse(text)
            taken.append(text)

    assert [] == taken


@pytest.mark.parametrize("kind", REFUSED)
def test_errors_do_not_repeat_the_text(kind: str) -> None:
    """What is wrong is said without the text, since it is sent back."""
    with pytest.raises(GrammarError) as caught:
        SCALARS[kind].parse("m4rk3r")

    assert ("m4rk3r" in caught.value.problem, "m4rk3r" in caught.value.public) == (False, False)


class Escaped(str):
    """A text that formats as another one, as some templates' do."""

    __slots__ = ()

    @override
    def __str__(self) -> str:
        return "&lt;"

    @override
    def __format__(self, spec: str, /) -> str:
        return "&lt;"


WRONG_TYPES: Final[dict[str, list[object]]] = {
    "text": [None, b"a", 7],
    "bool": [None, 1, 0, "true"],
    "int": [None, True, 1.0, "1", Decimal(1)],
    "float": [None, True, "1.0", Decimal(1)],
    "decimal": [None, 1, 1.0, "1"],
    "uuid": [None, str(ONE), 1],
    "date": [None, datetime(2026, 1, 1), "2026-01-01"],
    "datetime": [None, date(2026, 1, 1), "2026-01-01T00:00:00Z"],
    "local": [None, date(2026, 1, 1), "2026-01-01T00:00"],
    "time": [None, datetime(2026, 1, 1), "12:00"],
    "timedelta": [None, 90, 90.5],
}


@pytest.mark.parametrize(
    ("kind", "value"),
    [pytest.param(kind, value, id=f"{kind}-{value!r}") for kind, values in WRONG_TYPES.items() for value in values],
)
def test_wrong_type(kind: str, value: object) -> None:
    """A value of another type is not written: everything has a `str`."""
    with pytest.raises(TypeError, match=r"^expected "):
        SCALARS[kind].write(value)


UNWRITABLE: Final[dict[str, list[object]]] = {
    "int": [10**4300, -(10**4300)],
    "float": [float("nan"), float("inf"), -float("inf"), 2**53 + 1, 10**400],
    "decimal": [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1E+4300"), Decimal("1E-9999")],
    "datetime": [
        datetime(2026, 1, 1),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(seconds=1))),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1, microseconds=1))),
    ],
    "local": [datetime(2026, 1, 1, tzinfo=UTC)],
    "time": [time(12, tzinfo=UTC)],
}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param(kind, value, id=f"{kind}-{n}")
        for kind, values in UNWRITABLE.items()
        for n, value in enumerate(values)
    ],
)
def test_unwritable(kind: str, value: object) -> None:
    """A value without a text that is read as it is a ValueError."""
    with pytest.raises(ValueError, match=r"\w"):
        SCALARS[kind].write(value)


@pytest.mark.parametrize("digits", [640, 0])
def test_interpreter_with_another_limit(digits: int) -> None:
    """Whatever number of digits the interpreter is told to read, an integer has 4,300 at most, and no other error."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(digits)
    try:
        with pytest.raises(ValueError, match=r"digits"):
            scalars.format_int(10**4300)
        with pytest.raises(GrammarError):
            scalars.parse_int(NINES + "9")
        with suppress(GrammarError):
            scalars.parse_int(NINES)
    finally:
        sys.set_int_max_str_digits(before)


def test_subclass_of_str() -> None:
    """A text that formats as it likes is written as the text that it is."""
    written = scalars.format_text(Escaped("<"))

    assert ("<", str) == (f"{written}", type(written))


OFFSETS_OF_MINUTES: Final = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))

VALUES: Final[dict[str, st.SearchStrategy[object]]] = {
    "text": any_texts(),
    "bool": st.booleans(),
    "int": st.integers() | st.integers(-(10**4300) + 1, 10**4300 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False),
    "uuid": st.uuids(),
    "date": st.dates(),
    "datetime": st.datetimes(timezones=OFFSETS_OF_MINUTES),
    "local": st.datetimes(),
    "time": st.times(),
    "timedelta": st.timedeltas(),
}


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_round_trip(kind: str, data: st.DataObject) -> None:
    """What is written is read as the value, and written as the same text."""
    scalar = SCALARS[kind]
    value = data.draw(VALUES[kind])
    text = scalar.write(value)
    assert isinstance(text, str)
    read = scalar.parse(text)

    assert (value, text) == (read, scalar.write(read))


@given(value=st.decimals(allow_nan=False, allow_infinity=False))
def test_round_trip_of_exponents(value: Decimal) -> None:
    """A decimal keeps its trailing zeros and its sign."""
    assert value.as_tuple() == scalars.parse_decimal(scalars.format_decimal(value)).as_tuple()


@given(moment=st.datetimes(timezones=st.timezones()))
def test_round_trip_of_an_instant(moment: datetime) -> None:
    """A time in a zone is written with its offset: the same instant, unless its offset has seconds, as long ago."""
    with suppress(ValueError):
        text = scalars.format_datetime(moment)
        read = scalars.parse_datetime(text)

        assert (moment.replace(tzinfo=None), moment.utcoffset()) == (read.replace(tzinfo=None), read.utcoffset())


NEAR: Final = st.text("0123456789+-.:eETZ_ \n٧", max_size=40)


@given(text=any_texts() | NEAR)
@example(text="")
@example(text="-")
def test_what_is_read_is_written(text: str) -> None:
    """Whatever text is read, its value has a text, which is read as the same: there is a value or a GrammarError."""
    for scalar in SCALARS.values():
        with suppress(GrammarError):
            value = scalar.parse(text)

            assert value == scalar.parse(str(scalar.write(value)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1e4299", id="largest-exponent"),
        pytest.param("-1e-4299", id="smallest-exponent"),
        pytest.param("0." + "0" * 4299, id="zeros"),
        pytest.param("-0." + "9" * 4299, id="nines"),
        pytest.param("0e4299", id="zero-with-an-exponent"),
        pytest.param("1e" + "0" * 4000 + "1", id="zeros-in-an-exponent"),
    ],
)
def test_longest_decimals(text: str) -> None:
    """A decimal that is read at the limit is written, and read as itself."""
    value = scalars.parse_decimal(text)

    assert value.as_tuple() == scalars.parse_decimal(scalars.format_decimal(value)).as_tuple()
