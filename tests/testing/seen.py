"""Answers as any client can tell them, so that those of different clients can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

__all__ = ["Seen"]

# Of an answer, these differ each time that it is given.
DIFFERENT: Final = frozenset({"date", "x-request-id"})
SIGNED: Final = frozenset({"__Host-session", "session", "sessionid"})


@frozen
class Seen:
    """An answer.

    Attributes:
        status: The status code.
        fields: The values of each field but those of `DIFFERENT` and the cookies, by its name in lower case.
        cookies: Name, value and attributes of each cookie; the value of a signed one is left out.
        body: The body.
        hops: How many redirects led there.
    """

    status: int
    fields: Mapping[str, str]
    cookies: tuple[tuple[str, frozenset[str]], ...]
    body: bytes
    hops: int = 0

    @classmethod
    def of(cls, status: int, lines: Iterable[tuple[str, str]], body: bytes, hops: int = 0) -> Seen:
        """The answer that has these."""
        fields: dict[str, str] = {}
        cookies: list[tuple[str, frozenset[str]]] = []
        for written, value in lines:
            name = written.lower()
            if name == "set-cookie":
                cookies.append(cookie_of(value))
            elif name not in DIFFERENT:
                fields[name] = f"{fields[name]}, {value}" if name in fields else value
        return cls(status, fields, tuple(cookies), body, hops)


def cookie_of(line: str) -> tuple[str, frozenset[str]]:
    """Name and value of a cookie, and its attributes, however they are ordered and spelt."""
    (name, value), *attributes = (part.strip().partition("=")[::2] for part in line.split(";"))
    pair = name if name in SIGNED and value else f"{name}={value}"
    return pair, frozenset(f"{one.lower()}={of.lower()}" for one, of in attributes if one.lower() != "expires")
