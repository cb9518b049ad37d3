"""Two origins in Chromium: what a page may ask of another site and read, and the forms that it posts there."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final
from wsgiref.simple_server import WSGIServer

import pytest
from attrs import define, field

from tests.browser.servers import open_server
from tests.browser.webdriver import JSON, Browser, open_browser
from verglas import Limits, Request, RequestHead, Response, ResponseLike, application, html, text
from verglas.errors import NotFound
from verglas.middleware import cors, cross_origin_protection
from verglas.wsgi import StartResponse, WSGIApplication

CHROMIUM: Final = shutil.which("chromium")
DRIVER: Final = shutil.which("chromedriver")

# Hands over status, body and the fields that the page may read, or the name of the error.
FETCH: Final = """
const [url, options, done] = arguments;
fetch(url, options).then(
  async (answer) => done([answer.status, await answer.text(), [...answer.headers.keys()].sort().join()]),
  (error) => done(error.name));
"""

# The same from a document whose origin is opaque.
FETCH_SANDBOXED: Final = """
const [url, done] = arguments;
const frame = document.createElement("iframe");
frame.sandbox = "allow-scripts";
window.onmessage = (event) => done(`${event.origin} ${event.data}`);
frame.srcdoc = `<script>fetch("${url}").then((answer) => parent.postMessage(answer.status, "*"),
  (error) => parent.postMessage(error.name, "*"))</script>`;
document.body.append(frame);
"""


@define
class Site:
    """An origin.

    Attributes:
        url: Its text.
        server: What serves it.
        log: Method and path of each request.
    """

    url: str
    server: WSGIServer
    log: list[str] = field(factory=list[str])

    def serve(self, served: WSGIApplication) -> None:
        """Serve an application from now on."""

        def logged(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
            if environ["PATH_INFO"] != "/favicon.ico":
                self.log.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
            return served(environ, start_response)

        self.server.set_app(logged)


@contextmanager
def open_site() -> Generator[Site]:
    """An origin on a port of its own."""
    with open_server() as server:
        site = Site(f"http://127.0.0.1:{server.server_port}", server)
        site.serve(application(page))
        yield site


def page(request: Request) -> Response:
    """A page; with a form perhaps, that posts to where the query says."""
    action = request.args.get("action", "")
    form = f"<form method=post action='{action}'><button>Send</button></form>" if action else ""
    response = html(f"<!doctype html><title>Page</title>{form}")
    if "policy" in request.args:
        response.headers["Referrer-Policy"] = request.args["policy"]
    return response


def note(request: Request) -> Response:
    """An API."""
    match request.path:
        case "/login":
            response = text("hi")
            response.set_cookie("who", "ada", httponly=True, samesite="Lax")
            return response
        case "/note":
            who = request.cookies.get("who", "nobody")
            return text(f"{request.method} by {who}", headers={"X-Trace": "1", "X-Secret": "2"})
        case "/form":
            return text(str(len(request.form)))
        case "/broken":
            raise ZeroDivisionError
        case _:
            raise NotFound("No such note.")


def excuse(error: Exception, head: RequestHead) -> Response:
    """Answers an exception."""
    return text("Sorry.", 500)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    """A browser; where there is none the tests are skipped, one that does not start is a failure."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("chromium or chromedriver is not installed")
    with open_browser(CHROMIUM, DRIVER, tmp_path_factory.mktemp("profile")) as running:
        yield running


@define
class Sites:
    """Those of the tests.

    Attributes:
        api: The one that is asked.
        app: A friend of it.
        other: None of its friends.
    """

    api: Site
    app: Site
    other: Site

    def origin_of(self, name: str) -> Site:
        """One of them by its name."""
        return self.app if name == "app" else self.other


@pytest.fixture(scope="module")
def sites() -> Generator[Sites]:
    """Three origins of one host."""
    with open_site() as api, open_site() as app, open_site() as other:
        yield Sites(api, app, other)


@pytest.fixture
def private(sites: Sites, browser: Browser) -> Sites:
    """The API is for one other origin, and its user is logged in."""
    policy = cors(
        [sites.app.url],
        methods=["PUT", "PATCH"],
        headers=["X-Asked", "Content-Type"],
        expose=["X-Trace"],
        credentials=True,
    )
    limits = Limits(max_content_length=3)
    sites.api.serve(application(policy(note), finish=policy.finish, on_exception=excuse, limits=limits))
    browser.open(f"{sites.api.url}/login")
    sites.api.log.clear()
    return sites


def fetched(browser: Browser, page_of: Site, url: str, **options: JSON) -> JSON:
    """What a page of a site gets of `fetch()`."""
    browser.open(f"{page_of.url}/")
    return browser.script_until(FETCH, url, options)


@pytest.mark.parametrize(
    ("path", "options", "expected"),
    [
        pytest.param("/note", {}, [200, "GET by nobody", "content-length,content-type,x-trace"], id="get"),
        pytest.param(
            "/note",
            {"credentials": "include"},
            [200, "GET by ada", "content-length,content-type,x-trace"],
            id="get-with-credentials",
        ),
        pytest.param(
            "/note",
            {"method": "PUT", "credentials": "include", "headers": {"X-Asked": "1"}, "body": "a"},
            [200, "PUT by ada", "content-length,content-type,x-trace"],
            id="put-with-credentials-and-field",
        ),
        pytest.param(
            "/note",
            {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": "{}"},
            [200, "POST by nobody", "content-length,content-type,x-trace"],
            id="post-of-json",
        ),
        pytest.param("/broken", {}, [500, "Sorry.", "content-length,content-type"], id="500"),
    ],
)
def test_allowed(browser: Browser, private: Sites, path: str, options: dict[str, JSON], expected: JSON) -> None:
    """A page of an allowed origin does and reads what the policy says."""
    assert expected == fetched(browser, private.app, private.api.url + path, **options)


@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        pytest.param("/none", {"headers": {"Accept": "application/json"}}, 404, id="404"),
        pytest.param("/none", {"method": "PUT", "credentials": "include"}, 404, id="404-after-a-preflight"),
        pytest.param(
            "/form",
            {
                "method": "POST",
                "headers": {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
                "body": "a=1&b=2",
            },
            413,
            id="413",
        ),
    ],
)
def test_errors(browser: Browser, private: Sites, path: str, options: dict[str, JSON], status: int) -> None:
    """The answers of errors can be read as well."""
    found = fetched(browser, private.app, private.api.url + path, **options)

    assert isinstance(found, list)
    assert status == found[0]


@pytest.mark.parametrize(
    ("name", "options", "log"),
    [
        pytest.param("app", {"method": "DELETE"}, ["OPTIONS /note"], id="method-not-allowed"),
        pytest.param("app", {"method": "patch"}, ["OPTIONS /note"], id="method-in-lower-case"),
        pytest.param("app", {"headers": {"X-Other": "1"}}, ["OPTIONS /note"], id="field-not-allowed"),
        pytest.param("app", {"headers": {"Authorization": "Bearer a"}}, ["OPTIONS /note"], id="authorization"),
        pytest.param("other", {}, ["GET /note"], id="origin-not-allowed"),
        pytest.param("other", {"credentials": "include"}, ["GET /note"], id="origin-not-allowed-with-credentials"),
        pytest.param("other", {"method": "PUT"}, ["OPTIONS /note"], id="origin-not-allowed-put"),
    ],
)
def test_not_allowed(browser: Browser, private: Sites, name: str, options: dict[str, JSON], log: list[str]) -> None:
    """Whatever else it asks for is not sent, or, where it needs no leave, not read."""
    assert "TypeError" == fetched(browser, private.origin_of(name), f"{private.api.url}/note", **options)
    assert log == private.api.log


def test_sandboxed_frame(browser: Browser, private: Sites) -> None:
    """A frame in a page of an allowed origin has none that is allowed."""
    browser.open(f"{private.app.url}/")

    assert "null TypeError" == browser.script_until(FETCH_SANDBOXED, f"{private.api.url}/note")


def test_one_preflight_for_all(browser: Browser, sites: Sites) -> None:
    """The answer of a preflight holds for all that the policy lists, for as long as it says."""
    policy = cors([sites.app.url], methods=["PUT", "PATCH"], headers=["X-A", "X-B"], max_age=timedelta(minutes=5))
    sites.api.serve(application(policy(note), finish=policy.finish))
    sites.api.log.clear()
    asked = f"{sites.api.url}/note?once"
    for method, name in (("PUT", "X-A"), ("PATCH", "X-B"), ("PUT", "X-B")):
        fetched(browser, sites.app, asked, method=method, headers={name: "1"})

    assert ["OPTIONS /note", "PUT /note", "PATCH /note", "PUT /note"] == sites.api.log


@pytest.mark.parametrize(
    ("headers", "options", "expected"),
    [
        pytest.param("*", {"method": "DELETE", "headers": {"X-Any": "1"}}, "DELETE by nobody", id="anything"),
        pytest.param("*", {"credentials": "include"}, "TypeError", id="credentials"),
        pytest.param(
            ["*", "Authorization"],
            {"headers": {"Authorization": "Bearer a"}},
            "GET by nobody",
            id="authorization-named",
        ),
    ],
)
def test_for_all(browser: Browser, sites: Sites, headers: list[str], options: dict[str, JSON], expected: str) -> None:
    """A policy for all is without credentials. Chromium still takes Authorization for one of all, other than Fetch."""
    policy = cors("*", methods="*", headers=headers, expose="*")
    sites.api.serve(application(policy(note), finish=policy.finish))
    for site in (sites.app, sites.other):
        found = fetched(browser, site, f"{sites.api.url}/note", **options)

        assert expected == (found[1] if isinstance(found, list) else found)
        assert not isinstance(found, list) or "x-secret" in str(found[2])


# Forms


@pytest.fixture
def protected(sites: Sites) -> Sites:
    """The API takes forms of its own and of one other origin; all of these have pages."""

    @cross_origin_protection(trusted_origins=[sites.app.url])
    def posted(request: Request) -> ResponseLike:
        return page(request) if request.method == "GET" else html("<p>posted")

    sites.api.serve(application(posted))
    return sites


@pytest.mark.parametrize(
    ("name", "policy", "expected"),
    [
        pytest.param("api", "", ["posted"], id="own"),
        pytest.param("api", "no-referrer", ["posted"], id="own-without-referrer"),
        pytest.param("app", "", ["posted"], id="trusted"),
        pytest.param("app", "no-referrer", ["Pages of other origins may not send this request."], id="trusted-hidden"),
        pytest.param("other", "", ["Pages of other origins may not send this request."], id="another-port"),
        pytest.param("localhost", "", ["Pages of other origins may not send this request."], id="another-site"),
    ],
)
def test_form(browser: Browser, protected: Sites, name: str, policy: str, expected: list[str]) -> None:
    """A form of the own origin or of a trusted one is taken, one of another refused."""
    origins = {
        "api": protected.api.url,
        "app": protected.app.url,
        "other": protected.other.url,
        "localhost": protected.other.url.replace("127.0.0.1", "localhost"),
    }
    query = f"action={protected.api.url}/" + (f"&policy={policy}" if policy else "")
    browser.open(f"{origins[name]}/?{query}")
    browser.click("button")
    browser.wait(lambda: browser.url == f"{protected.api.url}/", "the answer")

    assert expected == browser.texts("p")


def test_form_of_a_sandboxed_frame(browser: Browser, protected: Sites, tmp_path: Path) -> None:
    """So is one in a document without an origin."""
    document = tmp_path / "form.html"
    document.write_text(f"<form method=post action='{protected.api.url}/'><button>Send</button></form>")
    browser.open(document.as_uri())
    browser.click("button")
    browser.wait(lambda: browser.url == f"{protected.api.url}/", "the answer")

    assert ["Pages of other origins may not send this request."] == browser.texts("p")
