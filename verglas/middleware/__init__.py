"""Ready functions that stand around a handler, each with typed options.

What must reach every answer is a function of `application(..., finish=)`; what decides before the handler is asked is
middleware, a function from a handler to a handler. Some values are both: `cors(handler)` and `cors.finish`.
"""

from __future__ import annotations

from verglas.middleware.accesslog import access_log
from verglas.middleware.auth import basic_auth, bearer_auth
from verglas.middleware.caching import Cache, cache
from verglas.middleware.common import AnyRequest, Skip
from verglas.middleware.compression import COMPRESSIBLE, gzip
from verglas.middleware.cors import CORS, cors
from verglas.middleware.crossorigin import CrossOriginProtection, cross_origin_protection
from verglas.middleware.etags import etags
from verglas.middleware.exceptions import log_exceptions
from verglas.middleware.https import HTTPSOnly, https_only
from verglas.middleware.requestid import RequestId, StatedRequestId, request_id
from verglas.middleware.securityheaders import security_headers
from verglas.middleware.staticfiles import HASHED, StaticFiles, static_files
from verglas.response.builder import changeable
from verglas.response.changes import add_vary, set_field

__all__ = [
    "AnyRequest",
    "COMPRESSIBLE",
    "CORS",
    "Cache",
    "CrossOriginProtection",
    "HASHED",
    "HTTPSOnly",
    "RequestId",
    "Skip",
    "StatedRequestId",
    "StaticFiles",
    "access_log",
    "add_vary",
    "basic_auth",
    "bearer_auth",
    "cache",
    "changeable",
    "cors",
    "cross_origin_protection",
    "etags",
    "gzip",
    "https_only",
    "log_exceptions",
    "request_id",
    "security_headers",
    "set_field",
    "static_files",
]
