from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum

class Match(Enum):
    NONE = 0
    PARTIAL = 1
    FULL = 2

class Route:
    def __init__(
        self, path: str, endpoint: Callable[[object], Awaitable[object]], *, methods: Sequence[str] | None = None
    ) -> None: ...
    def matches(self, scope: Mapping[str, object]) -> tuple[Match, dict[str, object]]: ...
