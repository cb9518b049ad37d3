# As far as benchmarks/with_webob.py uses it.
from collections.abc import Iterable

from verglas.wsgi import StartResponse

class FileApp:
    def __init__(self, filename: str) -> None: ...
    def __call__(self, environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]: ...
