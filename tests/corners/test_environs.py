"""Corners of environs: what adapters pass that PEP 3333 does not allow, and what is read all the same."""

from __future__ import annotations

import io

import pytest

from tests.kit import Input
from verglas import Request, Trust, parse_environ, try_parse
from verglas.errors import FramingError, LengthRequired, ParseError

HOST: dict[str, object] = {"HTTP_HOST": "h"}
GATEWAY = Trust(gateway=True)


@pytest.mark.parametrize(
    ("expected", "environ"),
    [
        pytest.param("http://h/", {"QUERY_STRING": None}, id="awsgi-no-query"),
        pytest.param("http://h/", {"PATH_INFO": None, "SCRIPT_NAME": None}, id="no-path"),
        pytest.param("http://h/", {"REQUEST_METHOD": None}, id="no-method"),
        pytest.param("http://h/\u20ac", {"PATH_INFO": "/\u20ac"}, id="serverless-wsgi-path-in-unicode"),
        pytest.param("http://h/\xe9\u20ac", {"PATH_INFO": "/\xe9\u20ac"}, id="one-character-tells-of-all"),
        pytest.param("http://h/\u20ac/a", {"SCRIPT_NAME": "/\u20ac", "PATH_INFO": "/a"}, id="root-path-in-unicode"),
        pytest.param("http://h/\xe9", {"PATH_INFO": "/\xc3\xa9"}, id="pep3333"),
        pytest.param("http://h/%E9", {"PATH_INFO": "/\xe9"}, id="ambiguous-is-pep3333"),
        pytest.param("http://s:81/", {"HTTP_HOST": None, "SERVER_NAME": "s", "SERVER_PORT": 81}, id="port-as-a-number"),
        pytest.param("http://h/", {"HTTP_X_TAG": None, "REMOTE_ADDR": None, "CONTENT_TYPE": None}, id="no-fields"),
    ],
)
def test_reads_what_is_meant(expected: str, environ: dict[str, object]) -> None:
    """What can mean only one thing is read so, strictly and leniently."""
    strict, lenient = parse_environ(HOST | environ), Request(HOST | environ)

    assert (expected, "GET") == (str(strict.url), strict.method)
    assert strict == lenient


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({"PATH_INFO": b"/"}, id="bytes"),
        pytest.param({"PATH_INFO": "/\ud800"}, id="half-a-surrogate-pair"),
        pytest.param({"PATH_INFO": "/\udcc3\udca9"}, id="pep383-surrogates"),
        pytest.param({"QUERY_STRING": "\u20ac"}, id="query-in-unicode"),
        pytest.param({"QUERY_STRING": 5}, id="number"),
        pytest.param({"HTTP_HOST": "\u20ac"}, id="host-in-unicode"),
        pytest.param({"REQUEST_METHOD": "\u20ac"}, id="method-in-unicode"),
    ],
)
def test_refuses_what_could_be_anything(environ: dict[str, object]) -> None:
    """Other types, and text that nobody knows the octets of, are no request."""
    assert isinstance(try_parse(HOST | environ), ParseError)


@pytest.mark.parametrize(
    ("expected", "length"),
    [
        pytest.param(b"0123", 4, id="number"),
        pytest.param(b"", 0, id="zero"),
        pytest.param(b"", None, id="none"),
        pytest.param(b"0123", "4", id="text"),
    ],
)
def test_length_as_a_number(expected: bytes, length: object) -> None:
    """A length that is a number is that length, to the body and to whoever reads the field."""
    environ: dict[str, object] = {"CONTENT_LENGTH": length, "wsgi.input": Input(b"0123456789")}
    request = parse_environ(environ)

    assert (expected, len(expected) or None) == (request.data, request.content_length or None)
    assert ("Content-Length" in request.headers) is (length is not None)


@pytest.mark.parametrize("length", [-1, True, 10**18, 4.0, b"4"])
def test_numbers_that_are_no_length(length: object) -> None:
    """A number below zero, of more than 18 digits, or of another type is refused."""
    assert isinstance(try_parse({"CONTENT_LENGTH": length}), FramingError)


@pytest.mark.parametrize(
    ("expected", "environ"),
    [
        pytest.param(b"0123", {"CONTENT_LENGTH": "4", "HTTP_TRANSFER_ENCODING": "chunked"}, id="awsgi-left-over"),
        pytest.param(b"0123", {"CONTENT_LENGTH": 4, "HTTP_TRANSFER_ENCODING": "gzip, chunked"}, id="any-coding"),
        pytest.param(b"", {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}, id="empty-is-absent"),
        pytest.param(b"", {"HTTP_TRANSFER_ENCODING": "chunked"}, id="absent-is-empty"),
        pytest.param(
            b"0123456789", {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}, id="terminated"
        ),
        pytest.param(b"0123", {"CONTENT_LENGTH": "4", "wsgi.input_terminated": True}, id="length-before-terminated"),
    ],
)
def test_gateway(expected: bytes, environ: dict[str, object]) -> None:
    """Behind the adapter of a gateway, Content-Length alone frames the body."""
    whole: dict[str, object] = {"wsgi.input": io.BytesIO(b"0123456789"), **environ}
    lenient: dict[str, object] = {"wsgi.input": io.BytesIO(b"0123456789"), **environ}

    assert expected == parse_environ(whole, trust=GATEWAY).data
    assert expected == Request(lenient, trust=GATEWAY).data


@pytest.mark.parametrize(
    ("error", "environ"),
    [
        pytest.param(FramingError, {"CONTENT_LENGTH": "4", "HTTP_TRANSFER_ENCODING": "chunked"}, id="rfc9112-6.3-both"),
        pytest.param(LengthRequired, {"HTTP_TRANSFER_ENCODING": "chunked"}, id="chunked"),
    ],
)
def test_without_a_gateway_nothing_is_guessed(error: type[ParseError], environ: dict[str, object]) -> None:
    """Anywhere else both fields together are refused, and chunks that nobody decoded."""
    assert isinstance(try_parse(environ), error)
    assert isinstance(try_parse({**environ, "CONTENT_LENGTH": "-4"}, trust=GATEWAY), FramingError)
