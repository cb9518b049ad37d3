"""An API that is written with `tiny_framework`: a class as handler, which is given what its constructor names.

    GET   /greetings/{name}?loud=true   a greeting
    PUT   /greetings/{name}             another one, as a form with a field `text`
    GET   /openapi.json                 the description of these

Any server serves it: `gunicorn examples.greetings:app`.
"""

from __future__ import annotations

from examples.tiny_framework import Api, handles
from verglas import Request, Response, no_content, text
from verglas.errors import NotFound
from verglas.inputs import form, query
from verglas.paths import GET, PUT, root

__all__ = ["Greetings", "Store", "app"]

GREETING = root / "greetings" / str


class Store:
    """The greetings, in memory."""

    def __init__(self) -> None:
        self.texts = {"ada": "Good morning"}


class Greetings:
    """Greetings of people by their name.

    Args:
        store: Where they are kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @handles(GET(GREETING) & query("loud", bool, default=False))
    def show(self, request: Request, name: str, loud: bool) -> Response:
        """Greet somebody."""
        found = self._store.texts.get(name)
        if found is None:
            raise NotFound
        return text(found.upper() if loud else found)

    @handles(PUT(GREETING) & form("text"))
    def change(self, request: Request, name: str, text: str) -> Response:
        """Have another greeting for somebody."""
        self._store.texts[name] = text
        return no_content()


app = Api("Greetings").add(Greetings).application()
