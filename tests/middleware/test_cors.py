"""`cors`: who may read an answer, what a preflight is told, and that a browser makes of it what the policy says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from typing import Final, Literal, TypeAlias, cast

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from tests.handling import foreign, generator
from tests.kit import URLENCODED, environ_of, fail, posted, untyped
from tests.middleware.fetchclient import SAFELISTED_METHODS, Asked, fetch, preflight, unsafe_names
from verglas import (
    FrozenResponse,
    Limits,
    Request,
    RequestHead,
    Response,
    ResponseLike,
    application,
    text,
)
from verglas.errors import NotFound
from verglas.inputs import query
from verglas.middleware import cors
from verglas.paths import GET, root, routes
from verglas.testing import WSGIAnswer, call
from verglas.testing.strategies import any_texts
from verglas.wsgi import WSGIApplication

APP: Final = "https://app.example"
EVIL: Final = "https://evil.example"

Names: TypeAlias = Literal["*"] | Collection[str]


def cors_lines(answer: WSGIAnswer) -> dict[str, str]:
    """The fields of CORS of an answer, and its Vary."""
    return {name: value for name, value in answer.lines if name == "Vary" or name.startswith("Access-Control-")}


def plain(request: Request) -> Response:
    """A handler."""
    return text(f"{request.method}")


# Every answer


def not_modified(request: Request) -> Response:
    """Has a tag, so that it answers with a 304."""
    response = text("a")
    response.set_etag("1")
    response.make_conditional(request)
    return response


def shared(request: Request) -> FrozenResponse:
    """Gives the same frozen answer to all."""
    return FROZEN


def stream(request: Request) -> Response:
    """Gives its body in pieces."""

    def pieces() -> Iterator[bytes]:
        yield b"a"
        yield b"b"

    return Response(pieces())


def broken(request: Request) -> Response:
    """Fails."""
    raise ZeroDivisionError


def missing(request: Request) -> NotFound:
    """Returns an error."""
    return NotFound()


def form(request: Request) -> Response:
    """Reads a form."""
    return text(str(len(request.form)))


def as_foreign(request: Request) -> ResponseLike:
    """Gives an application that others wrote."""
    return foreign


def as_generator(request: Request) -> ResponseLike:
    """Gives one that is a generator."""
    return generator


@GET(root / "notes" / int).into
def note(request: Request, number: int) -> Response:
    """A route."""
    return text(str(number))


@query("page", int).into
def paged(request: Request, page: int) -> Response:
    """Needs a number."""
    return text(str(page))


FROZEN: Final = text("frozen").freeze()
TOO_LARGE: Final = posted(b"a=1&b=2", URLENCODED)

KINDS: Final[dict[str, tuple[int, Callable[[Request], ResponseLike], dict[str, object]]]] = {
    "200": (200, plain, environ_of()),
    "200-frozen": (200, shared, environ_of()),
    "200-stream": (200, stream, environ_of()),
    "200-head": (200, plain, environ_of(REQUEST_METHOD="HEAD")),
    "200-foreign": (200, as_foreign, environ_of()),
    "200-foreign-generator": (200, as_generator, environ_of()),
    "204-plain-options": (204, routes(note), environ_of("/notes/1", REQUEST_METHOD="OPTIONS")),
    "304": (304, not_modified, environ_of(HTTP_IF_NONE_MATCH='"1"')),
    "400-by-parsing": (400, plain, environ_of(HTTP_HOST="a b")),
    "404-by-routing": (404, routes(note), environ_of("/none")),
    "404-returned": (404, missing, environ_of()),
    "405-by-routing": (405, routes(note), environ_of("/notes/1", REQUEST_METHOD="PUT")),
    "413-by-parsing": (413, form, TOO_LARGE),
    "422": (422, paged, environ_of("/?page=x")),
    "500": (500, broken, environ_of()),
}


def excuse(error: Exception, head: RequestHead) -> Response:
    """Answers an exception."""
    return text("Sorry.", 500)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        pytest.param(
            APP,
            {
                "Access-Control-Allow-Origin": APP,
                "Access-Control-Allow-Credentials": "true",
                "Access-Control-Expose-Headers": "X-Trace",
            },
            id="allowed",
        ),
        pytest.param(EVIL, {}, id="not-allowed"),
        pytest.param(None, {}, id="no-origin"),
    ],
)
def test_every_answer(kind: str, origin: str | None, expected: dict[str, str]) -> None:
    """Each answer of an application says who may read it, and that it depends on who asks, whoever asked."""
    status, handler, environ = KINDS[kind]
    api = cors([APP], expose=["X-Trace"], credentials=True)
    app = application(api(handler), finish=[api.finish], on_exception=excuse, limits=Limits(max_content_length=3))
    answer = call(app, environ if origin is None else environ | {"HTTP_ORIGIN": origin})
    fields = cors_lines(answer)

    assert status == answer.status_code
    assert "Origin" in fields.pop("Vary").split(", ")
    assert expected == fields


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("origin", [APP, "null", "a b", None])
def test_every_answer_for_all(kind: str, origin: str | None) -> None:
    """A policy for all says so on each answer, which depends on nothing then."""
    status, handler, environ = KINDS[kind]
    api = cors("*")
    app = application(api(handler), finish=[api.finish], on_exception=excuse, limits=Limits(max_content_length=3))
    answer = call(app, environ if origin is None else environ | {"HTTP_ORIGIN": origin})

    assert (status, ["*"]) == (answer.status_code, answer.headers.getlist("Access-Control-Allow-Origin"))
    assert "Origin" not in answer.headers.get("Vary", "").split(", ")


def test_untouched() -> None:
    """An answer that needs no change is the same object."""
    head = RequestHead("GET", Request(headers={"Origin": EVIL}).headers)
    ready = text("hi", headers={"Vary": "Origin"})
    shared_with_all = FrozenResponse(b"hi", 200, {"Access-Control-Allow-Origin": "*"})
    named = cors([APP])

    assert ready is named.finish(head, ready)
    assert (frozen := ready.freeze()) is named.finish(head, frozen)
    assert shared_with_all is cors("*").finish(head, shared_with_all)
    assert dict(FROZEN.headers) == dict(shared(Request()).headers)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        pytest.param(
            {"Access-Control-Allow-Origin": "*"},
            {"Access-Control-Allow-Origin": "*", "Vary": "Origin"},
            id="its-policy",
        ),
        pytest.param(
            {"Access-Control-Expose-Headers": "Location"},
            {
                "Access-Control-Expose-Headers": "Location",
                "Vary": "Origin",
                "Access-Control-Allow-Origin": APP,
                "Access-Control-Allow-Credentials": "true",
            },
            id="its-names",
        ),
    ],
)
def test_own_fields_of_a_handler(own: dict[str, str], expected: dict[str, str]) -> None:
    """A handler that says who may read its answer is left alone; the names that it exposes are kept."""
    api = cors([APP], expose=["X-Trace"], credentials=True)
    app = application(lambda request: text("hi", headers=own), finish=api.finish)

    assert expected == cors_lines(call(app, HTTP_ORIGIN=APP))


def test_no_credentials_come_to_a_wildcard() -> None:
    """What a handler says of credentials alone is not left beside an origin of the policy."""
    app = application(
        lambda request: text("hi", headers={"Access-Control-Allow-Credentials": "true"}), finish=cors("*").finish
    )

    assert {"Access-Control-Allow-Origin": "*"} == cors_lines(call(app, HTTP_ORIGIN=APP))


def test_two_policies() -> None:
    """A route may have a policy of its own, inside of that of the application."""
    api, public = cors([APP], credentials=True), cors("*", methods=["PUT"])

    def open_to_all(request: Request) -> ResponseLike:
        return public.finish(RequestHead(request.method, request.headers), text("open"))

    app = application(public(open_to_all), finish=api.finish)

    assert {"access-control-allow-origin", "vary"} & set(fetch(app, Asked(EVIL, "PUT")) or ()) == set()
    assert fetch(app, Asked(EVIL, "PUT")) is not None
    assert fetch(app, Asked(EVIL, "PUT", include=True)) is None


# Which origins


@pytest.mark.parametrize(
    ("sent", "allowed"),
    [
        pytest.param("https://app.example", True, id="the-origin"),
        pytest.param("http://localhost:8080", True, id="with-port"),
        pytest.param("chrome-extension://abcdef", True, id="extension"),
        pytest.param("http://app.example", False, id="scheme"),
        pytest.param("https://app.example:8443", False, id="port"),
        pytest.param("https://app.example:443", False, id="default-port-written"),
        pytest.param("https://APP.example", False, id="upper-case-host"),
        pytest.param("HTTPS://app.example", False, id="upper-case-scheme"),
        pytest.param("https://app.example/", False, id="slash"),
        pytest.param("https://app.example.", False, id="dot"),
        pytest.param("https://app.example.evil.example", False, id="as-a-prefix"),
        pytest.param("https://evil-app.example", False, id="as-a-suffix"),
        pytest.param("https://www.app.example", False, id="subdomain"),
        pytest.param("https://user@app.example", False, id="userinfo"),
        pytest.param("https://app.example https://evil.example", False, id="two-origins-rfc6454"),
        pytest.param("https://app.example,https://evil.example", False, id="two-lines-joined"),
        pytest.param("https://app.example, https://app.example", False, id="two-equal-lines-joined"),
        pytest.param("null", False, id="null"),
        pytest.param("Null", False, id="null-in-upper-case"),
        pytest.param("*", False, id="star"),
        pytest.param("", False, id="empty"),
        pytest.param("https://", False, id="no-host"),
        pytest.param("app.example", False, id="no-scheme"),
        pytest.param("https://app.example\x00", False, id="nul"),
        pytest.param("https://app.example" + "a" * 100_000, False, id="long"),
    ],
)
def test_origins(sent: str, allowed: bool) -> None:
    """An origin is compared as a whole; by a function, too, which is asked about none that a browser does not send."""
    named = {"https://app.example", "http://localhost:8080", "chrome-extension://abcdef"}
    for origins in (named, named.__contains__):
        api = cors(origins, methods=["PUT"])
        app = application(api(plain), finish=api.finish)
        asked = environ_of(HTTP_ORIGIN=sent, HTTP_ACCESS_CONTROL_REQUEST_METHOD="PUT")
        for method in ("GET", "OPTIONS"):
            answer = call(app, asked, REQUEST_METHOD=method)

            assert ([sent] if allowed else []) == answer.headers.getlist("Access-Control-Allow-Origin")
            assert allowed or {"Vary"} == set(cors_lines(answer))


def test_null_only_by_name() -> None:
    """`null` is what any sandboxed document sends: it is only meant where it is listed, and no function is asked."""
    listed = application(plain, finish=cors(["null"]).finish)
    asked: list[str] = []

    def everybody(origin: str) -> bool:
        asked.append(origin)
        return True

    by_function = application(plain, finish=cors(everybody).finish)

    assert "null" == call(listed, HTTP_ORIGIN="null").headers["Access-Control-Allow-Origin"]
    assert "Access-Control-Allow-Origin" not in call(by_function, HTTP_ORIGIN="null").headers
    assert EVIL == call(by_function, HTTP_ORIGIN=EVIL).headers["Access-Control-Allow-Origin"]
    assert [EVIL] == asked


def test_two_lines() -> None:
    """Two lines of Origin are none that a browser sends."""
    head = RequestHead("GET", Request(headers=[("Origin", APP), ("Origin", APP)]).headers)
    for origins in ([APP], {APP}.__contains__):
        assert "Access-Control-Allow-Origin" not in cors(origins).finish(head, text("hi")).headers


@pytest.mark.parametrize("given", [object(), None, "https://evil.example", 1])
def test_function_that_gives_no_bool(given: object) -> None:
    """What only looks true, such as a coroutine, lets nobody in."""

    def tell(origin: str) -> object:
        return given

    policy = untyped(cors)(tell)
    finish = getattr(policy, "finish")  # noqa: B009  # untyped
    with pytest.raises(TypeError, match=r"of origins= returned a \w+: return True or False") as caught:
        finish(RequestHead("GET", Request(headers={"Origin": EVIL}).headers), text("hi"))

    assert EVIL not in str(caught.value)


# Preflights


def environ_of_preflight(**keys: object) -> dict[str, object]:
    """The environ of one."""
    return environ_of(
        **{"REQUEST_METHOD": "OPTIONS", "HTTP_ORIGIN": APP, "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT"} | keys
    )


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param({}, True, id="preflight"),
        pytest.param({"HTTP_ACCESS_CONTROL_REQUEST_METHOD": "DELETE"}, True, id="of-another-method"),
        pytest.param({"HTTP_ACCESS_CONTROL_REQUEST_METHOD": "put, a b"}, True, id="of-what-is-not-a-method"),
        pytest.param({"HTTP_ACCESS_CONTROL_REQUEST_HEADERS": "x-other,," * 50_000}, True, id="long-list"),
        pytest.param({"HTTP_ACCESS_CONTROL_REQUEST_HEADERS": "(?)"}, True, id="malformed-list"),
        pytest.param({"HTTP_ORIGIN": EVIL}, False, id="of-another-origin"),
        pytest.param({"HTTP_ORIGIN": "a b"}, False, id="of-what-is-no-origin"),
    ],
)
def test_preflight(keys: dict[str, object], expected: bool) -> None:
    """A preflight is answered before the handler, and with the same lists, whatever it asks for."""
    api = cors([APP], methods=["PUT", "PATCH"], headers=["X-A"], credentials=True, max_age=timedelta(hours=1))
    answer = call(application(api(broken), finish=api.finish), environ_of_preflight(**keys))
    granted = {
        "Access-Control-Allow-Origin": APP,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "PUT, PATCH",
        "Access-Control-Allow-Headers": "X-A",
        "Access-Control-Max-Age": "3600",
    }

    assert (204, b"") == (answer.status_code, answer.body)
    assert {"Vary": "Access-Control-Request-Method, Origin"} | (granted if expected else {}) == dict(answer.lines)


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param(environ_of(REQUEST_METHOD="OPTIONS"), id="options"),
        pytest.param(environ_of(REQUEST_METHOD="OPTIONS", HTTP_ORIGIN=APP), id="options-with-origin"),
        pytest.param(environ_of(REQUEST_METHOD="OPTIONS", HTTP_ACCESS_CONTROL_REQUEST_METHOD="PUT"), id="no-origin"),
        pytest.param(environ_of_preflight(REQUEST_METHOD="GET"), id="get"),
        pytest.param(environ_of_preflight(REQUEST_METHOD="POST"), id="post"),
    ],
)
def test_no_preflight(environ: dict[str, object]) -> None:
    """Any other request goes on to the handler."""
    api = cors("*", methods="*")

    assert str(environ["REQUEST_METHOD"]) == call(application(api(plain), finish=api.finish), environ).text


def test_preflight_for_all() -> None:
    """A policy for all lists what it has, and its answer depends on no origin."""
    api = cors("*", methods="*", headers=["*", "Authorization"], expose="*")
    answer = call(application(api(broken), finish=api.finish), environ_of_preflight())

    assert {
        "Vary": "Access-Control-Request-Method",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "*",
        "Access-Control-Allow-Headers": "*, Authorization",
    } == dict(answer.lines)


def test_same_answer_without_finish() -> None:
    """`finish` adds nothing to the answer of a preflight."""
    api = cors([APP], methods=["PUT"], expose=["X-A"], credentials=True)
    asked = Asked(APP, "PUT")

    assert preflight(application(api(plain), finish=api.finish), asked) == preflight(application(api(plain)), asked)


# A browser's view


ORIGINS: Final = (
    APP, "http://app.example", "https://app.example:8443", "https://www.app.example", "http://localhost:8080", "null",
    "moz-extension://abc",
)  # fmt: skip
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "patch", "QUERY", "MKCOL", "MkCol")
FIELDS: Final[tuple[tuple[str, str], ...]] = (
    ("Accept", "text/html"),
    ("Accept", "text/html;v=" + "1" * 128),
    ("Accept", '"quoted"'),
    ("Accept-Language", "de, en;q=0.5"),
    ("Accept-Language", "de_DE"),
    ("Content-Language", "de"),
    ("Content-Type", "text/plain;charset=UTF-8"),
    ("Content-Type", "application/json"),
    ("Content-Type", "multipart/form-data; boundary=b"),
    ("Range", "bytes=0-9"),
    ("Range", "bytes=-9"),
    ("Authorization", "Bearer abc"),
    ("X-Trace", "1"),
    ("x-TRACE", "1"),
    ("X-CSRF-Token", "1"),
)
LISTED: Final = ("Accept", "accept-language", "Content-Type", "RANGE", "authorization", "x-trace", "X-Csrf-Token")


@frozen
class Policy:
    """The arguments of `cors`."""

    origins: Names
    by_function: bool
    methods: Names
    headers: Names
    expose: Names
    credentials: bool


def names(pool: tuple[str, ...], credentials: bool) -> st.SearchStrategy[Names]:
    """Lists of names, or all where credentials let that be."""
    some: st.SearchStrategy[Names] = st.lists(st.sampled_from(pool), max_size=4)
    return some if credentials else some | st.just("*") | st.just(["*"]) | some.map(lambda found: ["*", *found])


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Such as `https://app.example` with PUT, X-Trace and credentials."""
    credentials = draw(st.booleans())
    pool = tuple(one for one in ORIGINS if not credentials or one != "null")
    origins: Names = draw(st.lists(st.sampled_from(pool), max_size=4))
    if not credentials and draw(st.booleans()):
        origins = "*"
    return Policy(
        origins,
        origins != "*" and draw(st.booleans()),
        draw(names(tuple(one for one in METHODS if one != "patch"), credentials)),
        draw(names(LISTED, credentials)),
        draw(names(("X-Trace", "location", "Set-Cookie"), credentials)),
        credentials,
    )


def asked_for() -> st.SearchStrategy[Asked]:
    """Such as a PUT with Content-Type from `https://app.example`."""
    unique = st.lists(st.sampled_from(FIELDS), max_size=4, unique_by=lambda field: field[0].lower())
    return st.builds(
        Asked,
        st.sampled_from(ORIGINS),
        st.sampled_from(METHODS),
        unique.map(tuple[tuple[str, str], ...]),
        st.booleans(),
    )


def is_allowed(policy: Policy, asked: Asked) -> bool:
    """The policy, read as its documentation has it."""
    listed = {name.lower() for name in policy.headers}
    return (
        (policy.origins == "*" or asked.origin in policy.origins)
        and not (policy.by_function and asked.origin == "null")
        and (policy.credentials or not asked.include)
        and (asked.method in SAFELISTED_METHODS or asked.method in policy.methods or "*" in policy.methods)
        and all(name in listed or ("*" in listed and name != "authorization") for name in unsafe_names(asked.headers))
    )


def is_seen(policy: Policy, name: str) -> bool:
    """Whether the policy exposes a field of an answer."""
    return name == "content-type" or (
        name != "set-cookie" and bool({name, "*"} & {exposed.lower() for exposed in policy.expose})
    )


def served(policy: Policy, log: list[str]) -> WSGIApplication:
    """An application with a policy, that logs what comes to its handler."""

    def handler(request: Request) -> ResponseLike:
        log.append(request.method)
        if request.method == "DELETE":
            raise NotFound
        return text("hi", headers={"X-Trace": "1", "Location": "/a", "Set-Cookie": "a=b"})

    origins: Names | Callable[[str], bool] = policy.origins
    if policy.by_function:
        allowed = frozenset(policy.origins)

        def asked(origin: str) -> bool:
            return origin in allowed

        origins = asked
    api = cors(
        origins, methods=policy.methods, headers=policy.headers, expose=policy.expose, credentials=policy.credentials
    )
    return application(api(handler), finish=api.finish)


@given(policies(), asked_for())
def test_browsers_let_through_what_the_policy_says(policy: Policy, asked: Asked) -> None:
    """By Fetch's own algorithm, a page can do and see what the policy allows, and nothing else."""
    log: list[str] = []
    seen = fetch(served(policy, log), asked)
    needs_leave = asked.method not in SAFELISTED_METHODS or bool(unsafe_names(asked.headers))

    assert is_allowed(policy, asked) == (seen is not None)
    assert log == ([asked.method.upper()] if seen is not None or not needs_leave else [])
    if seen is not None and asked.method != "DELETE":
        assert {name for name in ("content-type", "x-trace", "location", "set-cookie") if is_seen(policy, name)} == (
            set(seen) & {"content-type", "x-trace", "location", "set-cookie"}
        )


@given(policies(), asked_for())
def test_credentials_never_with_a_wildcard(policy: Policy, asked: Asked) -> None:
    """No answer has `*` and credentials."""
    app = served(policy, [])
    for answer in (preflight(app, asked), call(app, REQUEST_METHOD=asked.method, HTTP_ORIGIN=asked.origin)):
        fields = cors_lines(answer)
        if "Access-Control-Allow-Credentials" in fields:
            assert not [value for name, value in fields.items() if name != "Vary" and "*" in value]


@given(st.booleans(), any_texts(), any_texts(), any_texts(), st.sampled_from(["GET", "OPTIONS"]))
def test_anything(by_function: bool, origin: str, method: str, fields: str, verb: str) -> None:
    """No request makes an error here, or finds itself in the answer."""
    api = cors((lambda one: one == APP) if by_function else [APP], methods=["PUT"])
    app = application(api(plain), finish=api.finish)
    answer = call(
        app,
        environ_of(
            REQUEST_METHOD=verb,
            HTTP_ORIGIN=origin,
            HTTP_ACCESS_CONTROL_REQUEST_METHOD=method,
            HTTP_ACCESS_CONTROL_REQUEST_HEADERS=fields,
        ),
    )

    assert answer.status_code in (200, 204)
    assert {"Vary"} == set(cors_lines(answer))


# Options


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        pytest.param({"origins": APP}, TypeError, r"origins= takes several names, such as \['https:", id="str"),
        pytest.param({"origins": b"*"}, TypeError, "origins= takes names, .* not int", id="bytes"),
        pytest.param({"origins": None}, TypeError, "origins= takes several names, .* not NoneType", id="none"),
        pytest.param({"origins": [1]}, TypeError, "origins= takes names, .* not int", id="number"),
        pytest.param({"origins": ["*"]}, ValueError, "'\\*' stands alone", id="star-in-list"),
        pytest.param({"origins": ["https://a.example/"]}, ValueError, "which is not an origin: expected", id="slash"),
        pytest.param({"origins": ["a.example"]}, ValueError, "which is not an origin: expected", id="host"),
        pytest.param({"origins": ["https://*.example"]}, ValueError, "https://\\*", id="pattern"),
        pytest.param({"origins": ["https://A.example"]}, ValueError, "browsers send 'https://a.example'", id="case"),
        pytest.param({"origins": ["https://a.example:443"]}, ValueError, "browsers send 'https://a.ex", id="own-port"),
        pytest.param({"origins": [" https://a.example"]}, ValueError, "browsers send 'https://a.ex", id="space"),
        pytest.param({"origins": ["https://bücher.example"]}, ValueError, "not an origin", id="not-ascii"),
        pytest.param({"methods": "PUT"}, TypeError, "methods= takes several names, such as", id="methods-str"),
        pytest.param({"methods": ["put"]}, ValueError, "methods have their case, and this one is 'PUT'", id="put"),
        pytest.param({"methods": ["P T"]}, ValueError, "expected a method", id="not-a-method"),
        pytest.param({"headers": "Content-Type"}, TypeError, "headers= takes several names", id="headers-str"),
        pytest.param({"headers": ["a\r\nb"]}, ValueError, "expected a field name", id="not-a-name"),
        pytest.param({"expose": "Location"}, TypeError, "expose= takes several names", id="expose-str"),
        pytest.param({"expose": [None]}, TypeError, "expose= takes names, .* not NoneType", id="expose-none"),
        pytest.param({"max_age": 600}, TypeError, "max_age= is a timedelta, such as", id="max-age-number"),
        pytest.param(
            {"max_age": timedelta(-1)}, ValueError, "expected whole seconds, from 0 on", id="max-age-negative"
        ),
        pytest.param({"max_age": timedelta(0, 0, 1)}, ValueError, "expected whole seconds", id="max-age-fraction"),
        pytest.param(
            {"credentials": 1},
            TypeError,
            "credentials= of cors\\(\\) is of type bool, not int",
            id="credentials-number",
        ),
        pytest.param({"origins": "*", "credentials": True}, ValueError, "does not go with '\\*': name", id="star"),
        pytest.param({"origins": ["null"], "credentials": True}, ValueError, "with the origin 'null'", id="null"),
        pytest.param({"methods": "*", "credentials": True}, ValueError, "'\\*' in methods=", id="star-methods"),
        pytest.param({"headers": ["*"], "credentials": True}, ValueError, "'\\*' in headers=", id="star-headers"),
        pytest.param({"expose": "*", "credentials": True}, ValueError, "'\\*' in expose=", id="star-expose"),
    ],
)
def test_wrong_options(arguments: dict[str, object], kind: type[Exception], words: str) -> None:
    """A policy that cannot be meant is refused when it is made."""
    with pytest.raises(kind, match=words):
        untyped(cors)(**({"origins": [APP]} | arguments))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"max_age": timedelta(0)}, {"Access-Control-Max-Age": "0"}, id="max-age-zero"),
        pytest.param({"methods": {"PUT"}}, {"Access-Control-Allow-Methods": "PUT"}, id="methods-set"),
        pytest.param({"methods": ("MkCol", "MKCOL")}, {"Access-Control-Allow-Methods": "MkCol, MKCOL"}, id="case"),
        pytest.param({"headers": ["X-A", "x-a"]}, {"Access-Control-Allow-Headers": "X-A"}, id="headers-once"),
        pytest.param({"headers": "*"}, {"Access-Control-Allow-Headers": "*"}, id="headers-all"),
    ],
)
def test_options(options: dict[str, object], expected: dict[str, str]) -> None:
    """Each option is a field of the answer to a preflight; without it there is no such field."""
    api = untyped(cors)([APP], **options)
    wrapped = cast("Callable[[Request], ResponseLike]", untyped(api)(plain))  # as `cors` promises it
    fields = cors_lines(call(application(wrapped), environ_of_preflight()))

    assert {"Vary": "Access-Control-Request-Method, Origin", "Access-Control-Allow-Origin": APP} | expected == fields


def test_wrong_wirings() -> None:
    """The value itself is no function of `finish=`, and takes nothing but handlers."""
    api = cors([APP])
    with pytest.raises(TypeError, match="give the finish of the CORS, not itself"):
        untyped(application)(plain, finish=[api])
    with pytest.raises(TypeError, match=r"cors\(\) takes a handler"):
        untyped(api)(text("hi"))
    with pytest.raises(TypeError, match=r"cors\(\) takes a handler"):
        untyped(api)(None)


def test_names_of_the_handler() -> None:
    """What stands around a handler has its name."""
    wrapped = cors("*")(plain)

    assert ("plain", "A handler.") == (getattr(wrapped, "__name__", None), wrapped.__doc__)


def test_failing_handler() -> None:
    """An exception is not the business of a policy."""
    api = cors([APP])
    with pytest.raises(ZeroDivisionError):
        call(application(api(lambda request: fail(ZeroDivisionError())), finish=api.finish))
