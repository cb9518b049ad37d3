"""Header fields: as a mapping, frozen or being built."""

from __future__ import annotations

from verglas.headers.mapping import Headers, HeadersLike
from verglas.headers.mutable import MutableHeaders

__all__ = ["Headers", "HeadersLike", "MutableHeaders"]
