"""The examples of APIs, served by gunicorn and asked by curl."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, cast

import pytest

from examples.tiny_framework import openapi
from tests.servers.clients import Answer, curl, needs_curl
from tests.servers.harness import Server, serving
from verglas import Request, Response, text
from verglas.inputs import query
from verglas.paths import GET, POST, rest, root, routes

pytestmark = needs_curl

TOKEN: Final = ("-H", "Authorization: Bearer s3cret")
AS_JSON: Final = ("-H", "Accept: application/json")
JSON: Final = ("-H", "Content-Type: application/json")


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The notes, served."""
    with serving("gunicorn-sync", tmp_path_factory.mktemp("notes"), "examples.notes:app()") as running:
        yield running


@pytest.fixture(scope="module")
def greetings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The greetings, served."""
    with serving("gunicorn-sync", tmp_path_factory.mktemp("greetings"), "examples.greetings:app") as running:
        yield running


def loaded(answer: Answer) -> dict[str, object]:
    """The JSON object of an answer."""
    return cast("dict[str, object]", json.loads(answer.body))  # as its tests check


def sent(server: Server, method: str, path: str, data: bytes, *options: str) -> Answer:
    """The answer to JSON that is sent with the token."""
    return curl(server, path, "-X", method, *TOKEN, *JSON, *options, "--data-binary", "@-", data=data)


def field(answer: Answer, name: str) -> str:
    """A header field of an answer."""
    return dict(answer.headers).get(name, "")


def created(server: Server, text: str) -> Answer:
    """A new note."""
    return sent(server, "POST", "/notes", json.dumps({"text": text, "tags": ["a"]}).encode())


def test_a_note_is_created_read_changed_and_removed(notes: Server) -> None:
    """One note, from its creation to its end, by the link that was given."""

    answer = created(notes, "buy milk")
    path = f"/notes/{field(answer, 'Location').rpartition('/')[2]}"

    assert (201, "buy milk") == (answer.status, loaded(answer)["text"])
    read = curl(notes, path)
    assert (200, '"1"') == (read.status, field(read, "ETag"))
    assert 304 == curl(notes, path, "-H", 'If-None-Match: "1"').status
    changed = sent(notes, "PUT", path, b'{"text": "buy tea"}', "-H", 'If-Match: "1"')
    assert (200, '"2"') == (changed.status, field(changed, "ETag"))
    assert 412 == sent(notes, "PUT", path, b'{"text": "x"}', "-H", 'If-Match: "1"').status
    assert 204 == curl(notes, path, "-X", "DELETE", *TOKEN).status
    assert 404 == curl(notes, path).status


def test_notes_are_searched(notes: Server) -> None:
    """A tag and a page narrow the list."""

    created(notes, "searched")
    found = cast("list[dict[str, str]]", json.loads(curl(notes, "/notes?tag=a").body))  # as the example gives it

    assert "searched" in [one["text"] for one in found]
    assert b"[]" == curl(notes, "/notes?tag=b").body


@pytest.mark.parametrize("page", ["0", "-1", "1000001", "9" * 30])
def test_a_page_that_cannot_be_is_refused(notes: Server, page: str) -> None:
    """The number of a page is no fault of the server's, however large it is."""
    assert 422 == curl(notes, f"/notes?page={page}").status


def test_everything_that_is_wrong_is_told_at_once(notes: Server) -> None:
    """Problems of two places come in one answer, as problem details."""

    path = "/notes/00000000-0000-0000-0000-000000000001"
    answer = sent(notes, "PUT", path, b'{"text": 7, "tgas": []}', *AS_JSON, "-H", "If-Match: nonsense")
    errors = cast("list[dict[str, str]]", loaded(answer)["errors"])  # by RFC 9457, checked below

    assert (422, "application/problem+json") == (answer.status, field(answer, "Content-Type"))
    assert {("header", "/If-Match"), ("body", "/text"), ("body", "/tgas")} == {
        (one["in"], one["pointer"]) for one in errors
    }
    assert b"nonsense" not in answer.body


def test_who_has_no_token_is_asked_for_one(notes: Server) -> None:
    """A request without credentials is a 401 with the challenge, whatever else is wrong with it."""

    answer = curl(notes, "/notes", *JSON, "--data-binary", "@-", data=b"{")

    assert (401, "Bearer") == (answer.status, field(answer, "WWW-Authenticate"))


def test_methods_of_a_path_are_told(notes: Server) -> None:
    """Another method is a 405 with those that there are, and OPTIONS asks for them."""

    refused = curl(notes, "/notes", "-X", "PATCH")
    asked = curl(notes, "/notes", "-X", "OPTIONS")

    assert (405, "GET, HEAD, OPTIONS, POST") == (refused.status, field(refused, "Allow"))
    assert (204, "GET, HEAD, OPTIONS, POST") == (asked.status, field(asked, "Allow"))


def test_a_class_handles_requests(greetings: Server) -> None:
    """The framework's class answers, with the store that its constructor names."""

    assert b"GOOD MORNING" == curl(greetings, "/greetings/ada?loud=true").body
    assert 204 == curl(greetings, "/greetings/bob", "-X", "PUT", "--data-urlencode", "text=Hello & welcome").status
    assert b"Hello & welcome" == curl(greetings, "/greetings/bob").body
    assert 422 == curl(greetings, "/greetings/ada?loud=yes").status


def test_the_framework_describes_its_routes(greetings: Server) -> None:
    """The description has paths, parameters with their types, and the statuses of refusals."""

    described = loaded(curl(greetings, "/openapi.json"))
    paths = cast("dict[str, dict[str, dict[str, object]]]", described["paths"])  # by OpenAPI, checked below
    operation = paths["/greetings/{name}"]["get"]

    assert "Greet somebody." == operation["summary"]
    assert {"name": "loud", "in": "query", "required": False, "schema": {"type": "boolean"}} in cast(
        "list[object]", operation["parameters"]
    )
    assert {"200", "404", "422"} == set(cast("dict[str, object]", operation["responses"]))
    form = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data")
    assert {"content": {kind: {"schema": form} for kind in kinds}} == paths["/greetings/{name}"]["put"]["requestBody"]


def test_values_that_may_be_several_are_arrays() -> None:
    """The description of what may be there several times is that of an array."""

    @GET(root).into
    def show(request: Request) -> Response:
        return text("")

    @(POST(root / rest) & query.many("n", int)).into
    def add(request: Request, path: tuple[str, ...], numbers: tuple[int, ...]) -> Response:
        return text("")

    paths = cast("dict[str, dict[str, dict[str, object]]]", openapi("x", routes(show, add))["paths"])  # by OpenAPI

    assert {"/", "/{path}"} == set(paths)
    assert [
        {"name": "path", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "n", "in": "query", "required": False, "schema": {"type": "array", "items": {"type": "integer"}}},
    ] == paths["/{path}"]["post"]["parameters"]
