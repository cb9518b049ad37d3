"""The testing kit: requests made from parts, applications called as servers call them, and what comes back as values.

Most handlers are tested as the functions that they are: `answer(handler, Request(url="/notes/1"))`. The rest of the kit
is for what a function does not show.
"""

from __future__ import annotations

from verglas.testing.builder import EnvironBuilder, create_environ
from verglas.testing.calls import Start, WSGIAnswer, WSGICall, answer, call, run_wsgi_app
from verglas.testing.client import Client, RequestParts
from verglas.testing.curl import to_curl
from verglas.testing.exchanges import RecordedAnswer, RecordedExchange, RecordingError, read_recording
from verglas.testing.faults import (
    InjectedFault,
    InjectedFaults,
    broken_input,
    close_twice,
    cut_body,
    fail_after,
    failing_start,
    faults,
    hang_up,
    random_faults,
    short_reads,
    slow_body,
    slow_reader,
)
from verglas.testing.fields import FileFields, RequestHeaders, TextFields
from verglas.testing.formcontrols import ChosenFile, FormControl, FormOption
from verglas.testing.formfilling import FillValue, FormValue
from verglas.testing.golden import check_golden, golden_text
from verglas.testing.htmlforms import FormMethod, HTMLForm, parse_forms
from verglas.testing.jar import Cookie, CookieJar, RefusedCookie
from verglas.testing.masks import DATES, SECRETS, Mask
from verglas.testing.messages import MessageError, parse_message, to_message
from verglas.testing.recording import Recorder, record
from verglas.testing.redirects import RedirectError, next_request
from verglas.testing.replaying import Difference, replay
from verglas.testing.responses import ContentError, ResponseConsumed, ResponseForm, StatusError, TestResponse
from verglas.testing.validation import validated

__all__ = [
    "ChosenFile",
    "Client",
    "ContentError",
    "Cookie",
    "CookieJar",
    "DATES",
    "Difference",
    "EnvironBuilder",
    "FileFields",
    "FillValue",
    "FormControl",
    "FormMethod",
    "FormOption",
    "FormValue",
    "HTMLForm",
    "InjectedFault",
    "InjectedFaults",
    "Mask",
    "MessageError",
    "RecordedAnswer",
    "RecordedExchange",
    "Recorder",
    "RecordingError",
    "RedirectError",
    "RefusedCookie",
    "RequestHeaders",
    "RequestParts",
    "ResponseConsumed",
    "ResponseForm",
    "SECRETS",
    "Start",
    "StatusError",
    "TestResponse",
    "TextFields",
    "WSGIAnswer",
    "WSGICall",
    "answer",
    "broken_input",
    "call",
    "check_golden",
    "close_twice",
    "create_environ",
    "cut_body",
    "fail_after",
    "failing_start",
    "faults",
    "golden_text",
    "hang_up",
    "next_request",
    "parse_forms",
    "parse_message",
    "random_faults",
    "read_recording",
    "record",
    "replay",
    "run_wsgi_app",
    "short_reads",
    "slow_body",
    "slow_reader",
    "to_curl",
    "to_message",
    "validated",
]
