"""Types of the standard library of newer Pythons, which `typing_extensions` has for those before."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 12):
    from collections.abc import Buffer
    from typing import TypeAliasType, override
else:
    from typing_extensions import Buffer, TypeAliasType, override

if sys.version_info >= (3, 13):
    from typing import TypeVar
else:
    from typing_extensions import TypeVar

__all__ = ["Buffer", "TypeAliasType", "TypeVar", "override"]
