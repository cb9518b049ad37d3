"""The testing kit: requests made from parts, applications called as servers call them, and what comes back as values.

Most handlers are tested as the functions that they are: `handler(Request(url="/notes/1"))`. This is for the rest.
"""

from __future__ import annotations

from verglas.testing.calls import Start, WSGIAnswer, WSGICall, call, run_wsgi_app

__all__ = ["Start", "WSGIAnswer", "WSGICall", "call", "run_wsgi_app"]
