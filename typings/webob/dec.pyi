# As far as benchmarks/with_webob.py uses it.
from collections.abc import Callable

from webob import Request, Response

from verglas.wsgi import WSGIApplication

def wsgify(func: Callable[[Request], Response]) -> WSGIApplication: ...
