"""The WHATWG URL Standard's own tests, of which those of HTTP and WebSocket apply to `URL`."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeAlias, cast
from urllib.parse import unquote_to_bytes

import pytest

from verglas import URL, GrammarError

CORPUS: Final = Path(__file__).parents[2] / "shared" / "corpora" / "wpt" / "urltestdata.json"

Row: TypeAlias = dict[str, str | bool | None]
SCHEMES: Final = ("http:", "https:", "ws:", "wss:")
AUTHORITY: Final = re.compile(r"(?:https?|wss?):[/\\]*([^/?#\\]*)", re.IGNORECASE)
LAST_IS_NUMBER: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?")


def rows() -> list[Row]:
    """Every row."""
    if not CORPUS.exists():
        pytest.skip("the corpora are not here")
    return [cast("Row", row) for row in json.loads(CORPUS.read_text(encoding="utf-8")) if isinstance(row, dict)]


def applies(row: Row) -> bool:
    """Whether a row has an HTTP or WebSocket URL as its base, or without a base as its input."""
    return str(row["base"] or row["input"]).strip().lower().startswith(SCHEMES)


def authority(row: Row) -> str:
    """What stands between the scheme and the path, by the eye."""
    found = AUTHORITY.match(str(row["input"]).strip())
    return found[1] if found else ""


def theirs(row: Row) -> tuple[str, str, bytes, str] | None:
    """The outcome that the row has, in our terms; `None` for an error, and for what is not for HTTP."""
    if row.get("failure") or row["protocol"] not in SCHEMES:
        return None
    path = unquote_to_bytes(str(row["pathname"]))
    return str(row["protocol"])[:-1], str(row["host"]), path, str(row["search"])[1:]


def ours(row: Row) -> tuple[str, str, bytes, str] | None:
    """Our outcome."""
    base = row["base"]
    try:
        url = (URL.parse(str(base)) if base else URL(host="")).join(str(row["input"]))
    except GrammarError:
        return None
    return url.scheme, url.host, url.raw_path, url.query_string.decode()


def has_user_information(row: Row) -> bool:
    """By the eye, in the base too."""
    return "@" in authority(row) or "@" in str(row["base"] or "")


def has_an_odd_host(row: Row) -> bool:
    """A host with an escape or a character that no name holds."""
    return re.search(r"[%!\"$&'()*+,;=`{}~]", authority(row)) is not None


def has_a_number_as_host(row: Row) -> bool:
    """A host whose last label is a number, in whatever digits."""
    return LAST_IS_NUMBER.fullmatch(unicodedata.normalize("NFKC", authority(row))) is not None


# Where we answer otherwise, and why. Each row is in the first group that it fits.
DEVIATIONS: Final[Mapping[str, Callable[[Row], bool]]] = {
    # RFC 3986 §2: no such character is in a URI. The WHATWG parser drops or escapes them, and reads "\" as "/"; who
    # checks one reading and acts on the other is led astray.
    "refused-character": lambda row: re.search(r"[\x00-\x20\x7f-\x9f\\]", str(row["input"])) is not None,
    # RFC 3986 §3, §5.2.2: a scheme makes a reference absolute, and an HTTP URL has an authority (RFC 9110 §4.2.1). The
    # WHATWG parser supplies the slashes, or resolves "http:a" against a base of the same scheme.
    "no-authority": lambda row: re.match(r"(?:https?|wss?):(?!//[^/])", str(row["input"])) is not None,
    # RFC 3986 §3.2, RFC 9110 §4.2.1: the authority is what stands before the third slash, and is not empty here.
    "empty-authority": lambda row: str(row["input"]).startswith("///"),
    # RFC 9110 §4.2.4: user information is to be treated as an error.
    "user-information": has_user_information,
    # RFC 3986 §4.2: the first segment of a relative path has no colon.
    "colon-in-the-first-segment": lambda row: re.match(r"[^/?#A-Za-z][^/?#]*:|:", str(row["input"])) is not None,
    # RFC 3986 §3.2.2: what is not exactly an IPv4address is a reg-name, such as "0x7f.1"; nobody rewrites it.
    "number-as-host": has_a_number_as_host,
    # RFC 3986 allows escapes and sub-delims in a reg-name; no Host that we read has any (RFC 9110 §7.2).
    "odd-host": has_an_odd_host,
    # A port of 0 is reserved (RFC 6335 §6): nothing is reachable there.
    "port-zero": lambda row: re.search(r":0+(?:/|$)", str(row["input"])) is not None,
    # IDNA 2003 (RFC 3490), which the standard library has, maps the sharp s; UTS 46 keeps it.
    "idna-2003": lambda row: "ß" in str(row["input"]),
    # RFC 3986 §3.4: "'" is a sub-delim, which the WHATWG escapes in queries; "%" without digits is not legal there.
    "query-escapes": lambda row: (
        "?" in str(row["input"]) and re.search(r"'|%(?![0-9A-Fa-f]{2})", str(row["input"])) is not None
    ),
}


def deviation(row: Row) -> str:
    """The group of a row that is answered otherwise."""
    return next((name for name, fits in DEVIATIONS.items() if fits(row)), str(row))


def test_rows() -> None:
    """Every row that is answered otherwise is in a group that says why."""
    differing = [row for row in rows() if applies(row) and ours(row) != theirs(row)]

    assert {
        "refused-character": 39,
        "no-authority": 29,
        "empty-authority": 6,
        "user-information": 27,
        "colon-in-the-first-segment": 9,
        "number-as-host": 53,
        "odd-host": 5,
        "port-zero": 2,
        "idna-2003": 1,
        "query-escapes": 2,
    } == Counter(map(deviation, differing))


def test_rows_of_other_schemes() -> None:
    """What is not for HTTP is none."""
    others = [row for row in rows() if not applies(row) and row["base"] is None]

    assert others
    for row in others:
        with pytest.raises(GrammarError):
            URL.parse(str(row["input"]))
