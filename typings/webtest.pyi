# As far as tests/testing/test_foreign_clients.py uses it.
from collections.abc import Mapping

from verglas.wsgi import WSGIApplication

class TestResponse:
    status_int: int
    headerlist: list[tuple[str, str]]
    body: bytes

class TestApp:
    def __init__(self, app: WSGIApplication, extra_environ: Mapping[str, str] | None = None) -> None: ...
    def request(
        self,
        url: str,
        *,
        expect_errors: bool = False,
        method: str,
        base_url: str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> TestResponse: ...
