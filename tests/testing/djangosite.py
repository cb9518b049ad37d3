"""A Django site, configured in code: the shop, and a view that passes what it is asked on to a WSGI application."""

from __future__ import annotations

from typing import Final, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

from tests.testing import shops
from verglas.testing import call
from verglas.wsgi import WSGIApplication

__all__ = ["APPLICATION", "configure", "urlpatterns"]

APPLICATION: Final = "tests.application"
"""The key of the environ with the application that a request is passed on to."""


def configure() -> None:
    """Set Django up, once in a process."""
    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["*"],
            LOGGING_CONFIG=None,
            MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
            ROOT_URLCONF=__name__,
            SECRET_KEY="a key of 16 bytes or more",
            SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        )


def passed_on(request: HttpRequest) -> HttpResponse:
    """Answer as another application does, cookies included, which Django keeps for itself."""
    application = cast("WSGIApplication", request.META[APPLICATION])  # as the client was told
    answer = call(application, request.META)
    response = HttpResponse(answer.body, status=answer.status_code)
    del response.headers["Content-Type"]
    for name, value in answer.lines:
        if name.lower() == "set-cookie":
            response.cookies.load(value)
        else:
            response.headers[name] = f"{response.headers[name]}, {value}" if name in response.headers else value
    return response


urlpatterns: Final = [*shops.urlpatterns, re_path("", passed_on)]
