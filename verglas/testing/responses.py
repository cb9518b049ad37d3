"""`TestResponse`: an answer as a test sees it. Its head is there at once, its body is read when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar, Final, Literal, Self, TypeAlias, TypeVar, final, overload

from attrs import evolve, frozen

from verglas.backports import override
from verglas.errors.http import HTTPError
from verglas.errors.parse import HeaderError
from verglas.headers.content import CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, MediaType
from verglas.headers.mapping import Headers
from verglas.inputs.bodies import Decoder
from verglas.inputs.problems import Problem
from verglas.jsons import STANDARD_JSON
from verglas.limits import Limits
from verglas.request.model import Request
from verglas.response.foreign import ForeignBody
from verglas.response.frozen import FrozenResponse
from verglas.syntax.contentcodings import DECODED, decode_content
from verglas.syntax.mediatypes import is_among
from verglas.testing.formfilling import FillValue, FormValue
from verglas.testing.htmlforms import HTMLForm, parse_forms
from verglas.testing.jar import RefusedCookie
from verglas.url import URL
from verglas.values import Value
from verglas.wsgi import JSONValue

__all__ = ["ContentError", "ResponseConsumed", "ResponseForm", "StatusError", "TestResponse", "close_beside"]

# pytest leaves the functions of this module out of a traceback: it shows the line of the test.
__tracebackhide__: Final = True

T = TypeVar("T")

Send: TypeAlias = "Callable[[Request[None], bool | None], TestResponse]"
"""The way of a client to submit a form of an answer; the second argument says whether to follow redirects."""

SHOWN: Final = 300
"""How much of a body `repr` shows, in characters."""

KEPT: Final = 1024 * 1024
"""The longest body, in bytes, that is kept when a client closes an answer which nobody has read."""

MAX_DECODED: Final = 256 * 1024 * 1024
"""The most bytes that a gzip or deflate body may decode to: a test that means more reads `data`."""

IN_UTF_8: Final = "[a-z]+/[a-z.+-]+(; charset=utf-8)?"
"""A Content-Type whose text is in UTF-8, in the spelling that most applications have."""

LIMITS: Final = Limits(max_body_memory=MAX_DECODED)


class ResponseConsumed(RuntimeError):
    """The body of an answer was asked for, but it is gone."""


class StatusError(Exception):
    """The status of an answer is that of an error, and `raise_for_status()` was asked.

    Attributes:
        response: The answer.
    """

    def __init__(self, response: TestResponse) -> None:
        super().__init__(repr(response))
        self.response: TestResponse = response


class ContentError(ValueError):
    """The body of an answer is not what the test reads it as.

    Attributes:
        response: The answer.
        problem: What is wrong, all of it.
        problems: The same, each with its place; none, if the body is beyond a limit.
    """

    def __init__(self, response: TestResponse, problem: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(response, problem, problems)
        self.response: TestResponse = response
        self.problem: str = problem
        self.problems: tuple[Problem, ...] = tuple(problems)

    @override
    def __str__(self) -> str:
        return f"{self.problem}\n{self.response!r}"


@final
class TestResponse:
    """The answer to a request that a `Client` made; it has the names of requests, httpx and Werkzeug.

    The body is read when it is first asked for, and kept; `iter_bytes` gives it piece by piece and keeps nothing.
    """

    __test__: ClassVar[bool] = False  # pytest collects classes by this name

    __slots__ = (
        "__weakref__",
        "_body",
        "_data",
        "_gone",
        "_headers",
        "_history",
        "_note_failure",
        "_refused_cookies",
        "_request",
        "_send",
        "_status",
    )

    def __init__(
        self,
        request: Request[object],
        status: str,
        headers: Headers,
        body: ForeignBody,
        history: tuple[TestResponse, ...],
        refused_cookies: tuple[RefusedCookie, ...],
        send: Send,
        note_failure: Callable[[Exception], object],
    ) -> None:
        self._request = request
        self._status = status
        self._headers = headers
        self._history = history
        self._refused_cookies = refused_cookies
        self._send = send
        self._note_failure = note_failure
        self._body = body
        self._data: bytes | None = None
        self._gone: str | None = None

    # The head

    @property
    def request(self) -> Request[object]:
        """The request, as it was sent: with the cookies of the client."""
        return self._request

    @property
    def history(self) -> tuple[TestResponse, ...]:
        """The answers before this one, each of which redirected to the next."""
        return self._history

    @property
    def status(self) -> str:
        """The status line: the code and its reason phrase."""
        return self._status

    @property
    def headers(self) -> Headers:
        """The header fields; `headers[CONTENT_TYPE]` has the type of the key."""
        return self._headers

    @property
    def status_code(self) -> int:
        """The code of the status."""
        return int(self.status[:3])

    @property
    def reason(self) -> str:
        """The reason phrase of the status."""
        return self.status[4:]

    @property
    def ok(self) -> bool:
        """Whether the status is not that of an error: below 400."""
        return self.status_code < 400

    @property
    def is_redirect(self) -> bool:
        """Whether the answer says where to go on: a redirection with a Location."""
        return self.status_code in (301, 302, 303, 307, 308) and "Location" in self.headers

    def raise_for_status(self) -> Self:
        """The answer, if it is not that of an error.

        Raises:
            StatusError: The status is 400 or above. Its text has what a failing test needs.
        """
        if not self.ok:
            raise StatusError(self)
        return self

    @property
    def url(self) -> URL:
        """The URL that was asked for: after redirects, that of the last request."""
        return self.request.url

    @property
    def content_type(self) -> str | None:
        """The Content-Type field, as it came."""
        return self.headers.get("Content-Type")

    @property
    def content_length(self) -> int | None:
        """The number that Content-Length has."""
        return self.headers.get(CONTENT_LENGTH)

    @property
    def mimetype(self) -> str:
        """The media type without its parameters, in lower case; `""` without one."""
        return _essence(self.headers)

    @property
    def location(self) -> str | None:
        """The Location field, as it came."""
        return self.headers.get("Location")

    @property
    def refused_cookies(self) -> tuple[RefusedCookie, ...]:
        """The cookies that the client has not stored, each with the reason: as a browser would have it."""
        return self._refused_cookies

    # The body

    @property
    def data(self) -> bytes:
        """The body, as it came.

        Raises:
            ResponseConsumed: `iter_bytes` has read it, which keeps nothing; or the answer was closed before.
            Exception: The application raised it while its body was read.
        """
        if self._data is None:
            self._data = b"".join(self.iter_bytes())
        return self._data

    @property
    def content(self) -> bytes:
        """The body with gzip and deflate undone.

        Raises:
            GrammarError: The body is not in the coding that Content-Encoding names, or decodes to more than 256 MiB.
            ValueError: The body has another coding.
            ResponseConsumed: `iter_bytes` has read it, which keeps nothing.
        """
        data = self.data
        codings: tuple[str, ...] = self.headers.get(CONTENT_ENCODING, ())
        for coding in reversed(codings):
            if coding not in DECODED:
                raise ValueError(f"the body has the coding {coding}; its bytes are in `data`")
            data = decode_content(data, coding, max_size=MAX_DECODED)
        return data

    @property
    def text(self) -> str:
        """The body as text, in the charset that Content-Type names, or UTF-8; gzip and deflate undone.

        Raises:
            UnicodeDecodeError: The body is not in that charset.
            LookupError: Python does not know the charset.
            ValueError: The body is not in the coding that Content-Encoding names, or has a coding other than these.
            ResponseConsumed: `iter_bytes` has read it, which keeps nothing.
        """
        if re.fullmatch(IN_UTF_8, self.headers.get("Content-Type", "")) is not None:  # PERF: as nearly every text is
            return self.content.decode()
        media_type = _content_type(self.headers)
        charset = None if media_type is None else dict(media_type.parameters).get("charset")
        return self.content.decode(charset or "utf-8")

    @overload
    def get_data(self, as_text: Literal[False] = False) -> bytes: ...
    @overload
    def get_data(self, as_text: Literal[True]) -> str: ...
    @overload
    def get_data(self, as_text: bool) -> bytes | str: ...
    def get_data(self, as_text: bool = False) -> bytes | str:
        """The body: `data`, or `text`, which raise the same."""
        return self.text if as_text else self.data

    def json(self) -> JSONValue:
        """The body as JSON, whatever its type says.

        Raises:
            ValueError: The body is not JSON, or has a coding that is not undone. The error shows its beginning.
            ResponseConsumed: `iter_bytes` has read it, which keeps nothing.
        """
        try:
            return STANDARD_JSON.loads(self.content.decode())
        except ValueError as error:
            error.add_note(repr(self))
            raise error.with_traceback(None) from None  # a test needs no lines of the library

    def read(self, decoder: Decoder[T], /) -> T:
        """The body as a value: `response.read(json_of(Order))` is an `Order`.

        Args:
            decoder: `json_of(...)`, `form_of(...)`, or another decoder of whole bodies.

        Raises:
            TypeError: The body is of a media type that the decoder does not read; or what is given is not a decoder.
            ContentError: The body has no such value, or is beyond a limit; the error has everything that is wrong.
            ValueError: The body has a coding that is not undone.
            ResponseConsumed: `iter_bytes` has read it, which keeps nothing.
        """
        if not hasattr(decoder, "decode") or not hasattr(decoder, "media_types"):  # not all check their types
            given = decoder.__name__ if isinstance(decoder, type) else repr(decoder)
            raise TypeError(f"read() takes a decoder of bodies, as read(json_of({given}))")
        essence = _essence(self.headers)
        if not is_among(essence, decoder.media_types):
            wanted = " or ".join(decoder.media_types)
            raise TypeError(f"the body is {essence or 'of no media type'}, not {wanted}: {self!r}")
        content = self.content
        try:
            return decoder.decode(content, LIMITS)
        except HTTPError as error:  # an InputError or a limit; their texts say 422 or 413, as if the application had
            problems: Sequence[Problem] = getattr(error, "problems", ())
            raise ContentError(self, error.description, problems) from None
        except Exception as error:
            error.add_note(repr(self))
            raise

    def iter_bytes(self) -> Iterator[bytes]:
        """The body piece by piece, as the application gives it; nothing is kept. At its end, the body is closed.

        Raises:
            ResponseConsumed: The body was asked for before, or the answer was closed.
        """
        if self._data is not None:
            return iter((self._data,))
        if self._gone is not None:
            raise ResponseConsumed(self._gone)
        self._gone = "iter_bytes() has given the body, and kept nothing of it"
        return self._pieces()

    def _pieces(self) -> Iterator[bytes]:
        try:
            yield from self._body
        finally:
            self._body.close()

    def iter_lines(self) -> Iterator[str]:
        """The lines of a text in UTF-8, as they arrive, without their ends: for events and JSON lines.

        Raises:
            ResponseConsumed: The body was asked for by `iter_bytes` before, or the answer was closed.
            UnicodeDecodeError: A line is not UTF-8.
        """
        begun: list[bytes] = []  # of a line whose end has not come yet
        for piece in self.iter_bytes():
            first, *others = piece.split(b"\n")
            begun.append(first)
            for line in others:
                yield b"".join(begun).removesuffix(b"\r").decode()
                begun = [line]
        if rest := b"".join(begun):
            yield rest.decode()

    @property
    def frozen(self) -> FrozenResponse:
        """The answer as a value, to compare, keep and send again.

        Raises:
            ResponseConsumed: `iter_bytes` has read the body, which keeps nothing.
        """
        return FrozenResponse(self.data, self.status, self.headers)

    # Forms

    @property
    def forms(self) -> tuple[ResponseForm, ...]:
        """The forms of an HTML page, in its order.

        Raises:
            ValueError: The body is not text, as for `text`.
            ResponseConsumed: `iter_bytes` has read it, which keeps nothing.
        """
        return tuple([ResponseForm(form, self._send) for form in parse_forms(self.text, self.url)])

    def form(self, which: str | int | None = None) -> ResponseForm:
        """One form of an HTML page.

        Args:
            which: Its id, its name, or its position. Without it, the only one.

        Raises:
            LookupError: The page has no such form, or several. The error says which it has.
            ValueError: The body is not text, as for `text`.
        """
        forms = self.forms
        if isinstance(which, int):
            found = [forms[which]] if -len(forms) <= which < len(forms) else []
        else:
            found = [one for one in forms if which is None or which in (one.form.id, one.form.name)]
        if len(found) != 1:
            named = ", ".join([one.form.id or one.form.name or "one without a name" for one in forms]) or "none"
            what = "one form" if which is None else f"one form {which!r}"
            raise LookupError(f"the page has {len(found)} where {what} was meant; its forms: {named}")
        return found[0]

    # Its end

    def close(self) -> None:
        """Close the body, which a server does after each answer. A second call does nothing."""
        self._gone = self._gone or "the answer was closed before its body was read"
        self._body.close()

    def settle(self) -> None:
        """Close the body; if the head says how long it is, and that is not long, it is read and kept before."""
        try:
            if self._data is None and self._gone is None and self._is_short():
                self._keep()
        finally:
            self.close()

    def _keep(self) -> None:
        """Read the body, and keep it unless it is longer than its head says: then it may be endless."""
        pieces: list[bytes] = []
        size = 0
        for piece in self.iter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > KEPT:
                self._gone = f"it is longer than its Content-Length, and than the {KEPT} bytes that are kept"
                return
        self._data = b"".join(pieces)

    def _is_short(self) -> bool:
        length = self.headers.get("Content-Length", "")
        return length.isascii() and length.isdigit() and int(length[:20]) <= KEPT

    @property
    def is_closed(self) -> bool:
        """Whether the body was closed, which it is when it was read to its end."""
        return self._body.is_closed

    def __enter__(self) -> Self:
        """The answer, which is closed at the end of the `with`."""
        return self

    def __exit__(self, _: type[BaseException] | None, failure: BaseException | None, *__: object) -> None:
        """Close the body; if the test has failed, that is what is raised, and what closing raises is noted there."""
        close_beside(failure, self.close)

    def __del__(self) -> None:
        """Settle an answer that a test has dropped; the client is told what the application raises then."""
        try:
            self.settle()
        except Exception as error:  # noqa: BLE001  # which would be lost
            self._note_failure(error)

    @override
    def __repr__(self) -> str:
        """Status, request, Location, type, and the beginning of the body, as far as it is there: for failing tests."""
        parts = [f"{self.status} for {self.request.method} {self.url}"]
        parts += [f"{name}: {self.headers[name]}" for name in ("Location", "Content-Type") if name in self.headers]
        parts += [f"cookie {one.name!r} not stored: {one.reason}" for one in self.refused_cookies]
        data = self._body.ready if self._data is None else self._data
        if data:
            start = data[: SHOWN * 4].decode("utf-8", "replace")[:SHOWN]
            parts.append(repr(start) + ("" if len(data) <= SHOWN and self._data is not None else "..."))
        return f"<TestResponse {', '.join(parts)}>"


@final
@frozen
class ResponseForm(Value):
    """A form of a page, to be filled in and submitted as a browser does it.

    Attributes:
        form: The form, as a value.
    """

    form: HTMLForm
    _send: Send

    def __getitem__(self, key: str) -> FormValue:
        """The value that a control holds now.

        Args:
            key: Its name, or `#id`.

        Raises:
            KeyError: The form has no such control. The error says which it has.
        """
        return self.form[key]

    def fill(self, values: Mapping[str, FillValue] | None = None, /, **fields: FillValue) -> ResponseForm:
        """A copy that a user has filled in; `HTMLForm.fill` says what each kind of control takes.

        Args:
            values: By the names of the controls (or `#id`), what the user enters or chooses.
            **fields: More of them.

        Raises:
            ValueError: The form has no such control, or a user could not enter or choose that.
        """
        return evolve(self, form=self.form.fill(values, **fields))

    def override(self, values: Mapping[str, FillValue] | None = None, /, **fields: FillValue) -> ResponseForm:
        """A copy with values that no user could enter, as `HTMLForm.override` has it: what an attacker sends.

        Args:
            values: By the names of the controls (or `#id`), what they are to hold.
            **fields: More of them.

        Raises:
            ValueError: The form has no such control, or its kind cannot hold the value.
        """
        return evolve(self, form=self.form.override(values, **fields))

    def submit(
        self,
        submitter: str | None = None,
        *,
        coordinate: tuple[int, int] = (0, 0),
        novalidate: bool = False,
        is_scripted: bool = False,
        follow_redirects: bool | None = None,
    ) -> TestResponse:
        """The answer to the form, submitted by the client that has got the page.

        Args:
            submitter: The button: its id, its name, its value, `name=value`, or the text on it. Without it, the one
                that Enter presses: the first.
            coordinate: Where an image button is clicked.
            novalidate: Whether to send values that a browser would complain of.
            is_scripted: Whether a script submits the form: without a button and unchecked.
            follow_redirects: Whether to follow redirects; without it, as the client was told.

        Raises:
            ValueError: A browser could not submit the form like that. The error says why.
        """
        asked = self.form.request(submitter, coordinate=coordinate, novalidate=novalidate, is_scripted=is_scripted)
        return self._send(asked, follow_redirects)


def close_beside(failure: BaseException | None, close: Callable[[], object]) -> None:
    """Close at the end of a `with`: what a test raises is not hidden by what closing raises.

    Args:
        failure: What the test has raised.
        close: Closes.

    Raises:
        Exception: Closing raised it, and the test nothing.
    """
    try:
        close()
    except Exception as error:
        if failure is None:
            raise
        failure.add_note(f"and closing raised {error!r}")


def _content_type(headers: Headers) -> MediaType | None:
    try:
        return headers.get(CONTENT_TYPE)
    except HeaderError:  # then it says nothing
        return None


def _essence(headers: Headers) -> str:
    media_type = _content_type(headers)
    return "" if media_type is None else media_type.essence
