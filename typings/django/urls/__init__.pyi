from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

class URLPattern: ...

def re_path(route: str, view: Callable[[HttpRequest], HttpResponse]) -> URLPattern: ...
