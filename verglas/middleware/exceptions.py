"""`log_exceptions`: an unexpected exception is logged, and answered with a 500."""

from __future__ import annotations

from collections.abc import Callable
from logging import ERROR, Logger
from typing import final

from attrs import frozen

from verglas.answering import OnException
from verglas.capture import RequestHead
from verglas.errors.registry import InternalServerError
from verglas.middleware.common import check_function
from verglas.middleware.logtexts import as_logger, shown, without_query, write_record

__all__ = ["log_exceptions"]


def log_exceptions(
    *, logger: Logger | str = "verglas", report: Callable[[Exception], object] | None = None
) -> OnException:
    """A function for `application(..., on_exception=)`: logs an exception with its traceback, and answers with a 500.

    The record shows the method and the path of the request, percent-encoded and cut where they are long; nothing else
    of the request: no query, header field or body. It has them as the attributes `method` and `path` as well. The text
    of the exception is the application's own, and shown as it is: have one that repeats what was submitted show its
    `repr()`, or a line break in it begins a line of the log. The 500 is an `InternalServerError` that `render=`
    renders, with the exception as its `original_exception`.

    If logging fails, what it raised goes to `sys.stderr`; if `report` fails, that is logged. The 500 is sent anyway.

    Debuggers and test clients get the exception itself: leave `on_exception=` out while debugging, or have
    `x-wsgiorg.throw_errors` be true in the environ, for which `application()` raises every exception.

    Args:
        logger: The logger, or its name.
        report: Called with the exception after it was logged, for services that collect errors.

    Raises:
        TypeError: An argument is not of its type.

    >>> from verglas import application
    >>> reported = []
    >>> app = application(lambda request: 1 / 0, on_exception=log_exceptions(report=reported.append))
    >>> app({"PATH_INFO": "/notes"}, lambda status, headers: print(status))[0][:15]
    500 Internal Server Error
    b'<!doctype html>'
    >>> reported
    [ZeroDivisionError('division by zero')]
    """
    if report is not None:
        check_function(report, "report", "log_exceptions()")
    return _LogExceptions(as_logger(logger, "log_exceptions()"), report)


@final
@frozen
class _LogExceptions:
    """The function that `log_exceptions` gives."""

    logger: Logger
    report: Callable[[Exception], object] | None

    def __call__(self, error: Exception, head: RequestHead) -> InternalServerError:
        method, path = shown(head.method), shown(without_query(head.target))
        write_record(
            *(self.logger, ERROR, "an unexpected exception: %s %s", method, path),
            error=error,
            extra={"method": method, "path": path},
        )
        if self.report is not None:
            try:
                self.report(error)
            except Exception as failure:  # noqa: BLE001  # whatever it is, the 500 is sent
                write_record(self.logger, ERROR, "report= of log_exceptions() raised", error=failure)
        return InternalServerError(original_exception=error)
