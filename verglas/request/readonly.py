"""The errors of assigning an attribute of a request, and of giving a request a value that it is not made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NoReturn

from verglas.request.changes import RequestChanges
from verglas.values import ReadOnly

__all__ = ["refuse", "unknown_values"]

CLASS_LIMITS: Final = frozenset({"max_content_length", "max_form_memory_size", "max_form_parts"})
"""The limits that a subclass may set as class attributes."""


URL_PARTS: Final = {
    "path": "replace(path=...)",
    "full_path": "replace(path=...)",
    "root_path": "replace(root_path=...)",
    "script_root": "replace(root_path=...)",
    "scheme": "replace(scheme=...)",
    "is_secure": 'replace(scheme="https")',
    "host": "replace(host=...)",
    "query_string": "with_query(...)",
    "args": "with_query(...)",
}
"""The names that are made of the URL, and what changes them there."""


BODY_PARTS: Final = frozenset({"data", "files", "form", "json", "stream", "values"})
"""The names that are read from the body."""


def refuse(request: object, name: str) -> NoReturn:
    """Refuse to set an attribute, and say what to do instead.

    Args:
        request: The request.
        name: The name of the attribute.

    Raises:
        ReadOnly: Always; the message says how to get a changed copy.
    """
    hint = "what an application adds goes into with_state(...)"
    if name in CLASS_LIMITS:
        hint = f"limits=Limits({name}=...) or a subclass sets it"
    elif name in ("limits", "trust"):
        hint = f"{name}=... is given where the request is made"
    elif name in URL_PARTS:
        hint = f"use request.replace(url=request.url.{URL_PARTS[name]})"
    elif name in RequestChanges.__annotations__:
        hint = f"use request.replace({name}=...)"
    elif name in BODY_PARTS:
        hint = "use request.replace(body=...)"
    elif name != "state" and hasattr(type(request), name):
        hint = "use request.replace(headers=request.headers.with_(...)), or whatever it is read from"
    raise ReadOnly(f"{type(request).__name__}.{name} cannot be set: a request is a value; {hint}")


def unknown_values(names: Sequence[str]) -> TypeError:
    """The error for values that a request is not made of; it says which value they are a part of.

    Args:
        names: Their names.
    """
    hints = [f"{name} is part of url: write url=request.url.{URL_PARTS[name]}" for name in names if name in URL_PARTS]
    hints += [f"{name} is read from body: write body=" for name in names if name in BODY_PARTS]
    if "state" in names:
        hints.append("state is changed by request.with_state(...)")
    made_of = ", ".join(RequestChanges.__annotations__)
    return TypeError("; ".join([f"a request has no value {', '.join(names)}, and is made of {made_of}", *hints]))
