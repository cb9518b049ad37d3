"""`Limits`: the values, and what an error says about each."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from attrs import asdict, fields

from tests.kit import JSON, MULTIPART, TRANSFERS, URLENCODED, Transfer, multipart, posted
from verglas import Limits, ParseError, Request, Response, application, parse_environ
from verglas.testing import call

Read = Callable[[Request], object]


def read_data(request: Request) -> object:
    """As data."""
    return request.data


def read_form(request: Request) -> object:
    """As a form."""
    return request.form.pairs, [(name, upload.size) for name, upload in request.files.pairs]


def read_json(request: Request) -> object:
    """As JSON."""
    return request.json


FIELDS = multipart(('name="a"', b"12"), ('name="b"', b"34"))
UPLOADS = multipart(('name="a"; filename="x"', b"12"), ('name="b"; filename="y"', b"34"))

# The limit and what the body needs of it; the status of a refusal. Of a multipart form the heads are in memory too, and
# an urlencoded field counts as it came, its name included.
ROWS = [
    pytest.param("max_content_length", 7, 413, "text/plain", b"1234567", read_data, id="content-length-data"),
    pytest.param("max_content_length", 7, 413, JSON, b"1234567", read_json, id="content-length-json"),
    pytest.param("max_content_length", 7, 413, URLENCODED, b"a=1&b=2", read_form, id="content-length-urlencoded"),
    pytest.param("max_content_length", len(FIELDS), 413, MULTIPART, FIELDS, read_form, id="content-length-multipart"),
    pytest.param("max_content_length", len(UPLOADS), 413, MULTIPART, UPLOADS, read_form, id="content-length-files"),
    pytest.param("max_body_memory", 7, 413, "text/plain", b"1234567", read_data, id="memory-data"),
    pytest.param("max_body_memory", 7, 413, JSON, b"1234567", read_json, id="memory-json"),
    pytest.param("max_body_memory", 7 + 2 * 128, 413, URLENCODED, b"a=1&b=2", read_form, id="memory-urlencoded"),
    pytest.param(
        "max_body_memory", 84 + 2 * 128, 413, MULTIPART, FIELDS, read_form, id="cve-2024-49767-memory-of-all-fields"
    ),
    pytest.param("max_form_memory_size", 5, 413, URLENCODED, b"a=123", read_form, id="cve-2026-54283-field"),
    pytest.param("max_form_memory_size", 2, 413, MULTIPART, FIELDS, read_form, id="field-multipart"),
    pytest.param("max_form_parts", 3, 413, URLENCODED, b"a=1&b=2&c", read_form, id="cve-2026-54283-fields"),
    pytest.param("max_form_parts", 2, 413, MULTIPART, FIELDS, read_form, id="cve-2023-25577-fields"),
    pytest.param("max_form_parts", 2, 413, MULTIPART, UPLOADS, read_form, id="cve-2023-24580-files"),
    pytest.param("max_part_headers", 1, 400, MULTIPART, FIELDS, read_form, id="cve-2026-42561-part-headers"),
    pytest.param("max_boundary_length", 1, 400, MULTIPART, FIELDS, read_form, id="boundary"),
    pytest.param(
        "max_form_padding", 8, 400, MULTIPART, b"before\r\n" + FIELDS, read_form, id="cve-2026-40347-preamble"
    ),
    pytest.param("max_json_depth", 2, 413, JSON, b"[[1]]", read_json, id="json-depth"),
    pytest.param("max_json_values", 4, 413, JSON, b'[1,{",":2}]', read_json, id="json-values"),
]
EACH = pytest.mark.parametrize(("knob", "needs", "status", "content_type", "body", "read"), ROWS)
BOTH = pytest.mark.parametrize("transfer", TRANSFERS)


@EACH
@BOTH
def test_exactly_the_limit_is_read_whole(
    knob: str, needs: int, status: int, content_type: str, body: bytes, read: Read, transfer: Transfer
) -> None:
    """What needs exactly a limit reads as it does without one, in either transfer."""

    del status
    limited = parse_environ(posted(body, content_type, transfer), limits=Limits(**{knob: needs}))

    assert read(parse_environ(posted(body, content_type, transfer))) == read(limited)


@EACH
@BOTH
def test_one_over_is_refused_by_name(
    knob: str, needs: int, status: int, content_type: str, body: bytes, read: Read, transfer: Transfer
) -> None:
    """One below what is needed is refused (D3: never cut), and the error names the limit and its value."""

    request = parse_environ(posted(body, content_type, transfer), limits=Limits(**{knob: needs - 1}))

    with pytest.raises(ParseError) as caught:
        read(request)
    limit = caught.value.limit
    assert (status, knob, needs - 1) == (caught.value.code, limit and limit.knob, limit and limit.allowed)


@EACH
@BOTH
def test_refused_every_time(
    knob: str, needs: int, status: int, content_type: str, body: bytes, read: Read, transfer: Transfer
) -> None:
    """Who reads again after a refusal meets it again: never a shorter body, never an empty form."""

    request = parse_environ(posted(body, content_type, transfer), limits=Limits(**{knob: needs - 1}))
    codes: list[int] = []
    for _ in range(2):
        with pytest.raises(ParseError) as caught:
            read(request)
        codes.append(caught.value.code)

    assert [status, status] == codes


@EACH
def test_answer_names_limit(knob: str, needs: int, status: int, content_type: str, body: bytes, read: Read) -> None:
    """The answer of an application has the status, and says which limit it was and how much that allows."""

    def handler(request: Request) -> Response:
        return Response(repr(read(request)))

    app = application(handler, limits=Limits(**{knob: needs - 1}))
    answer = call(app, posted(body, content_type))

    assert (status, True, True) == (answer.status_code, knob in answer.text, f"limit of {needs - 1} " in answer.text)


def test_problem_names_limit() -> None:
    """To a client that prefers JSON the answer names the limit as data (RFC 9457)."""

    def handler(request: Request) -> Response:
        return Response(request.form["a"])

    environ = posted(b"a=1&b=2", URLENCODED, HTTP_ACCEPT="application/json")
    answer = call(application(handler, limits=Limits(max_form_parts=1)), environ)
    problem: dict[str, object] = json.loads(answer.body)

    assert (413, {"name": "max_form_parts", "value": 1, "unit": "fields"}) == (answer.status_code, problem["limit"])


def test_spool_size_refuses_nothing() -> None:
    """An upload over `spool_size` goes to disk, whole."""

    request = parse_environ(posted(UPLOADS, MULTIPART), limits=Limits(spool_size=1))
    with request:
        assert [b"12", b"34"] == [upload.read() for upload in request.files.values()]


@pytest.mark.parametrize(
    ("expected", "knob"),
    [
        pytest.param(None, "max_content_length", id="max-content-length"),
        pytest.param(500_000, "max_form_memory_size", id="max-form-memory-size"),
        pytest.param(1000, "max_form_parts", id="max-form-parts"),
        pytest.param(512_000, "spool_size", id="spool-size"),
        pytest.param(64 * 1024, "max_header_value", id="max-header-value"),
    ],
)
def test_defaults_of_the_reference(expected: int | None, knob: str) -> None:
    """The reference's limits keep their defaults (reference 1.0)."""

    assert expected == asdict(Limits())[knob]


def test_all_others_are_finite() -> None:
    """Only the reference's own may be without a cap."""

    assert ["max_content_length"] == [name for name, value in asdict(Limits()).items() if value is None]


@pytest.mark.parametrize("knob", [field.name for field in fields(Limits)])
@pytest.mark.parametrize(
    ("error", "value"),
    [
        pytest.param(ValueError, -1, id="negative"),
        pytest.param(TypeError, "1", id="text"),
        pytest.param(TypeError, 1.5, id="float"),
        pytest.param(TypeError, True, id="bool"),
    ],
)
def test_refuses(knob: str, error: type[Exception], value: object) -> None:
    """What is no number of anything raises when the limits are made."""

    with pytest.raises(error, match=knob):
        Limits(**{knob: value})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("knob", "limits"),
    [
        pytest.param("max_content_length", Limits(max_content_length=None), id="content-length"),
        pytest.param("max_form_memory_size", Limits(max_form_memory_size=None), id="form-memory-size"),
        pytest.param("max_form_parts", Limits(max_form_parts=None), id="form-parts"),
    ],
)
def test_may_be_none(knob: str, limits: Limits) -> None:
    """The reference's three may be without a cap of their own."""

    assert asdict(limits)[knob] is None


def test_zero_parts_and_bytes_refuse_all() -> None:
    """Zero is a limit, not the absence of one."""

    request = parse_environ(posted(b"a"), limits=Limits(max_content_length=0))

    with pytest.raises(ParseError) as caught:
        request.get_data()
    assert 413 == caught.value.code
