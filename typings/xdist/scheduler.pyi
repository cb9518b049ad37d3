# As far as tests/conftest.py replaces it.

import pytest

class LoadScopeScheduling:
    def __init__(self, config: pytest.Config, log: object = None) -> None: ...
    def _split_scope(self, nodeid: str) -> str: ...
