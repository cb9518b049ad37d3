"""Texts that the application signs, each for one purpose (HMAC-SHA-256, by itsdangerous)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Final, final

try:
    import itsdangerous
except ModuleNotFoundError as _missing:  # with `_`, or type checkers take it for a public name
    raise ModuleNotFoundError(
        "verglas.sessions needs the extra of that name: install verglas[sessions]", name=_missing.name
    ) from _missing

__all__ = ["LONGEST", "SHORTEST_KEY", "Signing", "as_keys", "base64_text", "octets_of_base64"]

LONGEST: Final = 4096
"""The most bytes of a signed text that is looked at: no browser keeps a longer cookie (6265bis §5.6)."""

SHORTEST_KEY: Final = 16
"""The fewest bytes of a key."""

# The last character of a SHA-256 in base64 stands for four bits: with the others allowed, a signature would have four
# spellings.
_SIGNED: Final = re.compile(r"[\w.-]+\.[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)


def as_keys(keys: Sequence[str | bytes]) -> tuple[bytes, ...]:
    """Check the keys that sign.

    Args:
        keys: The keys; text is taken as UTF-8.

    Returns:
        The keys as bytes, in the order in which itsdangerous takes them: the one that signs is the last.

    Raises:
        TypeError: The keys are one text, or one is neither a `str` nor bytes.
        ValueError: No key was given, or one is too short.
    """
    hint = "such as keys=[os.environ['SESSION_KEY']]"
    if isinstance(keys, (str, bytes)) or not isinstance(keys, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
        raise TypeError(f"keys= takes a list of keys, {hint}, not {type(keys).__name__}")
    octets: list[bytes] = []
    for key in keys:
        if not isinstance(key, (str, bytes)):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all check their types
            raise TypeError(f"keys= takes keys of str or bytes, {hint}, not {type(key).__name__}")
        octets.append(key.encode() if isinstance(key, str) else key)
    if not octets:
        raise ValueError(f"keys= takes at least one key, {hint}")
    for number, key in enumerate(octets, 1):
        if len(key) < SHORTEST_KEY:
            what = f"key {number} of keys= has {len(key)} bytes, and could be guessed"
            raise ValueError(f"{what}: take {SHORTEST_KEY} or more from secrets.token_hex(), once, and keep it secret")
    return tuple(reversed(octets))


@final
class Signing:
    """Signs texts for one purpose, and knows its own: what was signed for another, or with another key, is not.

    Args:
        keys: As `as_keys` gives them.
        purpose: What the texts are for.

    >>> signing = Signing(as_keys(["0123456789abcdef"]), "greeting")
    >>> signing.opened(signing.signed("hello")), signing.opened("hello"), signing.opened(signing.signed("hello") + "=")
    ('hello', None, None)
    """

    __slots__ = ("_signer",)

    def __init__(self, keys: tuple[bytes, ...], purpose: str) -> None:
        salt = f"verglas.sessions.{purpose}".encode()
        deriving = itsdangerous.Signer(keys, salt, key_derivation="hmac", digest_method=hashlib.sha256)
        # PERF: as this signer would sign, which derives its keys anew each time: half of the work.
        derived = [deriving.derive_key(key) for key in keys]
        self._signer = itsdangerous.Signer(derived, key_derivation="none", digest_method=hashlib.sha256)

    def signed(self, text: str) -> str:
        """A text with its signature.

        Args:
            text: ASCII letters, digits, `_`, `-` and dots.
        """
        return self._signer.sign(text).decode("ascii")

    def opened(self, text: str) -> str | None:
        """The text that was signed; `None` where the signature is not one of these keys.

        Nothing of the text is read before, but for its length and its alphabet.
        """
        if len(text) > LONGEST or _SIGNED.fullmatch(text) is None:
            return None
        try:
            return self._signer.unsign(text).decode("ascii")
        except itsdangerous.BadSignature:
            return None

    def signature(self, text: str) -> bytes:
        """The signature of a text, in 32 bytes."""
        return itsdangerous.base64_decode(self._signer.get_signature(text))

    def is_signature(self, signature: bytes, text: str) -> bool:
        """Whether a signature is that of a text, with any of the keys; compared in constant time."""
        return self._signer.verify_signature(text, itsdangerous.base64_encode(signature))


def base64_text(octets: bytes) -> str:
    """Octets in the alphabet of base64 that is safe in URLs and cookies, without padding (RFC 4648 §5)."""
    return itsdangerous.base64_encode(octets).decode("ascii")


def octets_of_base64(text: str) -> bytes:
    """The octets again.

    Raises:
        ValueError: The text is not base64.
    """
    try:
        return itsdangerous.base64_decode(text)
    except itsdangerous.BadData:
        raise ValueError("expected base64 that is safe in URLs") from None
