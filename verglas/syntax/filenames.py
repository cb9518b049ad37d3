"""File names: made safe to save under, and what type they tell."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["OCTETS", "guess_type", "safe_filename"]

OCTETS: Final = "application/octet-stream"

MAX_BYTES: Final = 255  # NAME_MAX of the common file systems, in UTF-8 bytes
SEPARATORS: Final = "/\\"  # both, on every platform: what is saved here may be read elsewhere
FORBIDDEN: Final = frozenset('<>:"|?*')  # Windows has a meaning for each

# Windows opens a device for these, whatever the extension, in any case, and with superscript digits as well.
DEVICES: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{digit}" for port in ("COM", "LPT") for digit in "123456789\u00b9\u00b2\u00b3"}
)


def safe_filename(name: str, *, fallback: str = "file") -> str:
    """The last part of a submitted file name, as one that is safe to create in a directory on every platform.

    Letters of all scripts are kept. Folders, control and direction characters, characters that Windows has a meaning
    for, leading dots, trailing dots and spaces go; device names get an underscore; the name is cut to 255 bytes of
    UTF-8 with its extension kept.

    Args:
        name: What the client sent (RFC 7578 §4.2 says not to trust it).
        fallback: What to return when nothing is left.

    >>> safe_filename("../../etc/passwd"), safe_filename("C:\\\\x\\\\été 1.txt"), safe_filename("nul.txt")
    ('passwd', 'été 1.txt', '_nul.txt')
    >>> safe_filename("...")
    'file'
    """
    # NFC, not NFKC: compatibility forms of dots and slashes would turn into the real ones.
    text = unicodedata.normalize("NFC", name[-4 * MAX_BYTES :])
    for separator in SEPARATORS:
        text = text.rpartition(separator)[2]
    kept = "".join(c for c in text if c not in FORBIDDEN and unicodedata.category(c) not in UNSAFE_CATEGORIES)
    kept = _shortened(kept.strip().lstrip(".").rstrip(". ").strip())
    if kept.partition(".")[0].rstrip(" ").upper() in DEVICES:
        kept = f"_{kept}"
    return kept or fallback


# Controls, format and direction characters, surrogates, private use, unassigned, line and paragraph separators.
UNSAFE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _shortened(name: str) -> str:
    size = len(name.encode())
    if size < MAX_BYTES:  # one byte is left for the underscore of a device name
        return name
    stem, dot, extension = name.rpartition(".")
    tail = f"{dot}{extension}".encode() if stem and len(extension.encode()) <= 16 else b""
    head = (stem if tail else name).encode()[: MAX_BYTES - 1 - len(tail)]
    return head.decode(errors="ignore").rstrip(". ") + tail.decode()


# What `mimetypes` calls an encoding is a content coding only where it is registered as one (RFC 9110 §16.6.1).
CODINGS: Final = frozenset({"br", "zstd", "gzip", "compress"})
# Otherwise, and where the file is to be saved as it is, it is the type.
CODED_TYPES: Final = {"gzip": "application/gzip", "zstd": "application/zstd", "bzip2": "application/x-bzip2"} | {
    "xz": "application/x-xz",
}


def guess_type(name: str, *, saved: bool) -> tuple[str, str | None]:
    """The media type and the content coding of a file by its name.

    Args:
        name: The name; folders before it do not matter.
        saved: Whether the file is to be saved, or read, as it is: then it has no coding.

    >>> guess_type("a.tar.gz", saved=True), guess_type("a.svg.gz", saved=False), guess_type("a", saved=True)
    (('application/gzip', None), ('image/svg+xml', 'gzip'), ('application/octet-stream', None))
    """
    import mimetypes  # noqa: PLC0415  # 9 ms, for those who do not say what their files are

    base = name.rpartition("/")[2]
    stem, _, ending = base.rpartition(".")
    suffix = f".{ending}"
    # PERF: by the tables of `mimetypes`, whose function takes four times as long; that it says the same is pinned
    # by `test_type_is_that_of_the_standard_library`.
    if not mimetypes.inited:
        mimetypes.init()
    if stem.strip(".") and suffix.lower() not in mimetypes.suffix_map and suffix not in mimetypes.encodings_map:
        return mimetypes.types_map.get(suffix.lower(), OCTETS), None
    # As a path, of which the last part alone is looked at: "data:text/html,x.txt" would be read as a URL.
    media_type, coding = mimetypes.guess_type(f"./{base}")
    # That an SVG file is compressed is part of this suffix, and of its type (SVG 2, appendix "Media type").
    if coding is None or (saved and name.lower().endswith(".svgz")):
        return media_type or OCTETS, None
    if saved or coding not in CODINGS:
        return CODED_TYPES.get(coding, OCTETS), None
    return media_type or OCTETS, coding
