"""Sessions: a value of a class of your own, kept from request to request. They need the extra `verglas[sessions]`.

`sessions(...)` makes middleware that gives each request its `Session`, from a signed cookie or a store on the server.
`csrf` protects the forms of a session from other sites.
"""

from __future__ import annotations

from verglas.sessions import csrf
from verglas.sessions.around import SessionOptions, sessions
from verglas.sessions.model import Session
from verglas.sessions.sqlite import SQLiteStore
from verglas.sessions.stores import MemoryStore, SessionStore

__all__ = ["MemoryStore", "SQLiteStore", "Session", "SessionOptions", "SessionStore", "csrf", "sessions"]
