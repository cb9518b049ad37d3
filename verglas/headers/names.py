"""Field names: their checked lower-case form, and the keys that CGI gives them (RFC 3875 §4.1.18)."""

from __future__ import annotations

from typing import Final

from verglas.syntax.tokens import check_token, is_token

__all__ = ["Memo", "OWS", "environ_key", "field_name", "lowered", "masked"]

MEMO_SIZE: Final = 1024  # names; a site uses some dozens
MEMO_LENGTH: Final = 64  # characters; longer ones are not worth remembering, and would be an attacker's
OWS: Final = " \t"  # RFC 9110 §5.6.3; str.strip() without it would take away 23 more characters

CREDENTIALS: Final = frozenset(
    {"authorization", "cookie", "proxy-authorization", "set-cookie"}
)  # shown as *** in every repr


class Memo(dict[str, "str | None"]):
    """What a bounded number of short texts map to: full, it starts anew (no unbounded cache keyed by input)."""

    def remember(self, key: str, value: str | None) -> None:
        """Keep what a text maps to, if the text is short."""
        if len(key) <= MEMO_LENGTH:
            if len(self) >= MEMO_SIZE:
                self.clear()
            self[key] = value


_lowered = Memo()
_keys = Memo()
_names = Memo()


def lowered(name: str) -> str:
    """The lower-case form of a name that is a token.

    Raises:
        HeaderValueError: The name is no token (RFC 9110 §5.1).
    """
    found = _lowered.get(name)
    if found is None:
        found = check_token(name, "field name").lower()
        _lowered.remember(name, found)
    return found


def environ_key(name: str) -> str | None:
    """The environ's key of a field name; `None` when no key is read as that name.

    >>> environ_key("user-agent"), environ_key("Content-Type"), environ_key("x_y")
    ('HTTP_USER_AGENT', 'CONTENT_TYPE', None)
    """
    try:
        return _keys[name]
    except KeyError:
        key = _environ_key(name)
        _keys.remember(name, key)
        return key


def _environ_key(name: str) -> str | None:
    # A name with an underscore never comes out of an environ: there, both `-` and `_` are `_`, read as `-`.
    if "_" in name or not is_token(name):
        return None
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def field_name(key: str) -> str | None:
    """The field name of an environ's key, in title case; `None` when the key is not one of a field.

    >>> field_name("HTTP_USER_AGENT"), field_name("HTTP_CONTENT_TYPE"), field_name("wsgi.input")
    ('User-Agent', None, None)
    """
    try:
        return _names[key]
    except KeyError:
        name = _field_name(key)
        _names.remember(key, name)
        return name


def _field_name(key: str) -> str | None:
    if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        return key.replace("_", "-").title()
    name = key.removeprefix("HTTP_").replace("_", "-").title()
    return name if environ_key(name) == key else None


def masked(pairs: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """The pairs as they may be shown: credentials are not."""
    return [(name, "***" if name.lower() in CREDENTIALS else value) for name, value in pairs]
