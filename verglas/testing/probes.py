"""Requests that are thrown at a handler: of every kind, with texts that must not come back, and made for a table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from html import unescape
from itertools import product
from typing import Final, final
from urllib.parse import quote, urlencode

from attrs import evolve, frozen

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as _missing:  # with `_`, or type checkers take it for a public name
    raise ModuleNotFoundError(
        "verglas.testing.checks needs an extra: install verglas[hypothesis]", name=_missing.name
    ) from _missing

from verglas.errors.grammar import GrammarError
from verglas.request.model import Request
from verglas.testing.observed import Observed
from verglas.testing.rules import MARK, MARK_HOST, MARKUP, Probe
from verglas.testing.strategies import requests as requests_of_any_kind
from verglas.values import Value

__all__ = ["Plan", "Thrown", "links_of", "marked", "plans_of_any"]


ANY: Final = Probe()


@final
@frozen(eq=False)
class Thrown(Value):
    """A request to throw at a handler, and its purpose.

    Attributes:
        request: The request.
        probe: What it is to find out.
        pieces: Hang up after so many pieces of the answer.
        state: The state of the request.
    """

    request: Request[None]
    probe: Probe = ANY
    pieces: int | None = None
    state: object = None


@final
@frozen(eq=False)
class Plan(Value):
    """Requests of one purpose: some to search among, and some that are made of requests that are known.

    Attributes:
        name: The purpose.
        requests: Those to search among.
        share: How many of the examples are for them.
        cases: Makes more of those that were found, the plainest first; each set is that of one purpose.
        case_share: How many of the examples are for each set, at most.
    """

    name: str
    requests: st.SearchStrategy[Thrown]
    share: float = 1.0
    cases: Callable[[Sequence[Thrown]], Sequence[Sequence[Thrown]]] | None = None
    case_share: float = 0.3


# Of any handler

METHODS: Final = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY")
TEXTS: Final = (MARK, MARKUP, f"//{MARK_HOST}/", f"https://{MARK_HOST}/", f"{MARK}\r\n{MARK}: 1")
NAMES: Final = ("q", "name", "id", "page", "next", "url", "text")
TYPES: Final = (
    "application/x-www-form-urlencoded",
    "application/json",
    "multipart/form-data; boundary=b",
    "text/plain",
    "application/json; charset=none",
    "multipart/form-data",
    "/",
)
BODIES: Final = (
    b"", b"a=1", b"{}", b"null", b"[" * 40, b'{"a": NaN}', b"\xff\xfe", b"%ff=%00&=&a",
    b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="f"; filename="../a.txt"\r\n\r\n1\r\n--b--\r\n', b"--b\r\n",
)  # fmt: skip
HEADERS: Final[tuple[dict[str, str], ...]] = (
    {},
    {"Range": "bytes=0-0"},
    {"Range": "bytes=99999999-"},
    {"If-None-Match": "*"},
    {"If-Match": '"a"'},
    {"If-Modified-Since": "yesterday"},
    {"Accept": "text/html;q=0"},
    {"Accept-Encoding": "gzip"},
    {"Origin": "null"},
    {"Authorization": "Basic !"},
    {"Authorization": f"Bearer {MARK}"},
    {"Cookie": "a; =; sid=x"},
    {"Referer": f"https://{MARK_HOST}/"},
    {"User-Agent": MARKUP},
    {"X-Forwarded-Host": MARK_HOST},
    {"Content-Encoding": "gzip"},
)


def plans_of_any(pages: Sequence[str]) -> list[Plan]:
    """Requests for a handler of which only some pages are known.

    Args:
        pages: The targets of pages that there are.
    """
    moved = [Thrown(_moved(*one)) for one in product(METHODS, HEADERS, pages)]
    sent = [
        Thrown(_posted(page, method, kind, body))
        for method, kind, body, page in product(METHODS[1:], TYPES, BODIES, pages)
    ]
    cut = [Thrown(Request(url=page, headers=headers), pieces=1) for headers, page in product(HEADERS, pages)]
    others = st.builds(
        _posted, st.sampled_from([*pages]), st.just("POST"), st.sampled_from(TYPES), st.binary(max_size=40)
    )

    def with_states(found: Sequence[Thrown]) -> list[list[Thrown]]:
        states = [one.state for one in found]
        return [
            [evolve(one, state=states[number % len(states)]) for number, one in enumerate(cases)]
            for cases in (moved, sent, cut)
        ]

    return [Plan("any", (requests_of_any_kind() | others).map(Thrown), 0.2, with_states)]


def marked(pages: Sequence[str], names: Sequence[str]) -> list[tuple[Thrown, list[Thrown]]]:
    """Requests with a text in every place that may come back: one with all names of fields, and one with each.

    Args:
        pages: The targets of pages that there are.
        names: The names of fields that they have.
    """
    known = [*dict.fromkeys([*names, *NAMES])]
    return [
        (Thrown(make(page, known, text)), [Thrown(make(page, [name], text)) for name in known])
        for page in pages
        for make in PLACES
        for text in TEXTS
    ]


def _moved(method: str, headers: dict[str, str], target: str) -> Request[None]:
    return Request(method=method, url=target, headers=headers)


def _posted(target: str, method: str, content_type: str, body: bytes) -> Request[None]:
    return Request(method=method, url=target, headers={"Content-Type": content_type}, body=body)


def _in_query(target: str, names: Sequence[str], text: str) -> Request[None]:
    request = Request(url=target)
    others = [(name, value) for name, value in request.args.pairs if name not in names]
    return request.replace(url=request.url.with_query([*others, *[(name, text) for name in names]]))


def _in_path(target: str, names: Sequence[str], text: str) -> Request[None]:
    del names
    return Request(url=f"{target.partition('?')[0].rstrip('/')}/{quote(text, safe='')}")


def _in_form(target: str, names: Sequence[str], text: str) -> Request[None]:
    return _posted(target, "POST", TYPES[0], urlencode(dict.fromkeys(names, text)).encode())


def _in_json(target: str, names: Sequence[str], text: str) -> Request[None]:
    return _posted(target, "POST", TYPES[1], json.dumps(dict.fromkeys(names, text)).encode())


def _in_header(target: str, names: Sequence[str], text: str) -> Request[None]:
    del names
    text = text.replace("\r\n", " ")
    return Request(url=target, headers={"Referer": text, "User-Agent": text})


def _in_cookie(target: str, names: Sequence[str], text: str) -> Request[None]:
    return Request(url=target, headers={"Cookie": "; ".join([f"{name}={quote(text)}" for name in names])})


PLACES: Final = (_in_query, _in_form, _in_path, _in_json, _in_header, _in_cookie)


_LINK: Final = re.compile(r"""\b(?:href|src|action)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_NAME: Final = re.compile(r"""\bname\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


def links_of(exchange: Observed) -> tuple[list[str], list[str]]:
    """The targets that a page links to at the same host, and the names of the fields of its forms."""
    if "html" not in exchange.media_type:
        return [], []
    text = exchange.body.decode("utf-8", "replace")
    targets: dict[str, None] = {}
    for match in _LINK.finditer(text):
        try:
            url = exchange.request.url.join(unescape("".join(match.groups(""))))
        except (GrammarError, ValueError):
            continue
        if url.origin == exchange.request.url.origin:
            targets[url.target] = None
    names = [unescape("".join(match.groups(""))) for match in _NAME.finditer(text)]
    return list(targets), [name for name in dict.fromkeys(names) if name and name.isprintable()]
