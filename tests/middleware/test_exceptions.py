"""`log_exceptions`: the 500 goes out, and the record holds the method and the path of the request alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import pytest

from tests.handling import raising
from tests.kit import environ_of, fail, untyped
from tests.records import Records
from verglas import Request, Response, application, text
from verglas.errors import HTTPError, InternalServerError, NotFound
from verglas.middleware import log_exceptions
from verglas.testing import WSGIAnswer, call
from verglas.wsgi import Head

FAILURE: Final = ZeroDivisionError("division by zero")
LOGGER: Final = "verglas"


def answered(records: Records, **keys: object) -> tuple[WSGIAnswer, logging.LogRecord]:
    """The answer to an exception, and the only record of it."""
    answer = call(application(raising(FAILURE), on_exception=log_exceptions()), environ_of(), **keys)
    return answer, records.only


def test_an_exception_is_logged_once_and_answered_with_a_500(records: Records) -> None:
    """The record has the level, the logger, the traceback and the place of the request."""

    answer, record = answered(records, REQUEST_METHOD="DELETE", PATH_INFO="/notes/7", SCRIPT_NAME="/api")

    assert (500, "ERROR", LOGGER) == (answer.status_code, record.levelname, record.name)
    assert "an unexpected exception: DELETE /api/notes/7" == record.getMessage()
    assert {"method": "DELETE", "path": "/api/notes/7"}.items() <= vars(record).items()
    assert record.exc_info is not None
    assert FAILURE is record.exc_info[1]
    assert "in handler" not in answer.text
    assert "division" not in answer.text


SHOWN: Final = {
    "a line feed in a path (CVE-2025-48432)": ({"PATH_INFO": "/a\r\nERROR forged"}, "GET /a%0D%0AERROR%20forged"),
    "an escape of a terminal": ({"PATH_INFO": "/\x1b[2J"}, "GET /%1B%5B2J"),
    "an escape that was escaped": ({"PATH_INFO": "/%0d%0a"}, "GET /%250d%250a"),
    "UTF-8": ({"PATH_INFO": "/caf\xc3\xa9"}, "GET /caf%C3%A9"),
    "octets that are not UTF-8": ({"PATH_INFO": "/\xff"}, "GET /%FF"),
    "a path that the adapter decoded": ({"PATH_INFO": "/\u20ac"}, "GET /%E2%82%AC"),
    "a quote and a backslash": ({"PATH_INFO": '/"\\'}, "GET /%22%5C"),
    "a long path": ({"PATH_INFO": "/" + 5000 * "x"}, f"GET /{999 * 'x'}[...]"),
    "a query": ({"QUERY_STRING": "key=s3cret"}, "GET /"),
    "an unusual method": ({"REQUEST_METHOD": "M-SEARCH"}, "M-SEARCH /"),
    "a method that is not a token": ({"REQUEST_METHOD": "GET\nX"}, "GET%0AX /"),
    "no path": ({"PATH_INFO": ""}, "GET /"),
}


def careless(environ: dict[str, object], /, *, limits: object = None, trust: object = None) -> Request:
    """A parser that fails, whatever the environ holds."""
    fail(FAILURE)


@pytest.mark.parametrize(("keys", "expected"), SHOWN.values(), ids=SHOWN)
def test_nothing_of_a_request_breaks_its_record(keys: dict[str, object], expected: str, records: Records) -> None:
    """The place of the request, escaped and cut; the exception is one of parsing, so that any environ comes here."""

    app = application(text_of, parse=careless, on_exception=log_exceptions())
    assert 500 == call(app, environ_of(), **keys).status_code

    assert f"an unexpected exception: {expected}" == records.only.getMessage()


def text_of(request: Request) -> Response:
    """Answer."""
    return text("hi")


def test_nothing_else_of_the_request_is_in_the_record(records: Records) -> None:
    """Neither the text of the record nor what else it holds has a value of the request."""

    secrets = {"QUERY_STRING": "a=s3cret", "HTTP_COOKIE": "a=s3cret", "HTTP_X_TOKEN": "s3cret", "REMOTE_USER": "s3cret"}
    answer, record = answered(records, **secrets)

    assert "s3cret" not in logging.Formatter().format(record) + repr(vars(record)) + answer.text + repr(answer.lines)


def test_the_page_is_that_of_render(records: Records) -> None:
    """The 500 is rendered as the others, and knows of the exception."""

    seen: list[HTTPError] = []

    def render(error: HTTPError, head: Head) -> Response:
        seen.append(error)
        return text(f"Sorry: {error.code}", error.code)

    answer = call(application(raising(FAILURE), render=render, on_exception=log_exceptions()))

    assert (500, "Sorry: 500") == (answer.status_code, answer.text)
    (error,) = seen
    assert isinstance(error, InternalServerError)
    assert FAILURE is error.original_exception


def test_an_error_that_is_an_answer_is_not_logged(records: Records) -> None:
    """A 404 is not unexpected."""

    assert 404 == call(application(raising(NotFound()), on_exception=log_exceptions())).status_code
    assert [] == records.seen


@pytest.mark.parametrize("environ", [{"x-wsgiorg.throw_errors": True}, {"x-wsgiorg.throw_errors": 1}], ids=repr)
def test_debuggers_get_the_exception(environ: dict[str, object], records: Records) -> None:
    """The key of WSGI.org has it raised, and nothing is logged here."""

    with pytest.raises(ZeroDivisionError):
        call(application(raising(FAILURE), on_exception=log_exceptions()), environ_of(), **environ)
    assert [] == records.seen


def test_reports_go_to_a_function(records: Records) -> None:
    """It gets the exception, once, after the record was written."""

    reported: list[tuple[Exception, int]] = []

    def report(error: Exception) -> None:
        reported.append((error, len(records.seen)))

    assert 500 == call(application(raising(FAILURE), on_exception=log_exceptions(report=report))).status_code
    assert [(FAILURE, 1)] == reported


def test_a_failing_report_is_logged(records: Records) -> None:
    """The 500 goes out, and both failures are there to read."""

    def report(error: Exception) -> None:
        raise ConnectionError("no such service")

    assert 500 == call(application(raising(FAILURE), on_exception=log_exceptions(report=report))).status_code
    _, second = records.seen
    assert second.exc_info is not None
    assert isinstance(second.exc_info[1], ConnectionError)


class Broken(logging.Handler):
    """A handler that raises, as few do."""

    def emit(self, record: logging.LogRecord) -> None:
        """Raise."""
        raise OSError("the disk is full")


def test_logging_that_fails_stops_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """The 500 goes out, and the exception is on stderr, with what went wrong about it."""

    logger = logging.Logger("broken")
    logger.addHandler(Broken())

    assert 500 == call(application(raising(FAILURE), on_exception=log_exceptions(logger=logger))).status_code
    said = capsys.readouterr().err
    assert "the disk is full" in said
    assert "division by zero" in said


def test_logging_that_fails_without_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even that keeps the answer back: a daemon may have none."""

    monkeypatch.setattr("sys.stderr", None)
    logger = logging.Logger("broken")
    logger.addHandler(Broken())

    assert 500 == call(application(raising(FAILURE), on_exception=log_exceptions(logger=logger))).status_code


def test_the_logger_is_an_option(records: Records) -> None:
    """By name, or itself."""

    for logger in ("shop", logging.getLogger("shop")):
        call(application(raising(FAILURE), on_exception=log_exceptions(logger=logger)))

    assert ["shop", "shop"] == [record.name for record in records.seen]


MISTAKES: Final[dict[str, Callable[[], object]]] = {
    "logger": lambda: untyped(log_exceptions)(logger=7),
    "report": lambda: untyped(log_exceptions)(report="sentry"),
}


@pytest.mark.parametrize("make", MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_told(make: Callable[[], object]) -> None:
    """An argument of another type is refused where it is given."""

    with pytest.raises(TypeError, match=r"logging\.Logger|is a function, not"):
        make()
