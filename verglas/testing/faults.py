"""Faults of clients, servers and applications as WSGI middleware, to test what an application does then."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from random import Random
from typing import ClassVar, NoReturn, TypeAlias, final

from attrs import field, frozen

from verglas.backports import override
from verglas.response.closing import Step, closers_of
from verglas.values import Value
from verglas.wsgi import Buffer, Environ, ExcInfo, InputStream, StartResponse, WSGIApplication

__all__ = [
    "InjectedFault",
    "InjectedFaults",
    "broken_input",
    "close_twice",
    "cut_body",
    "fail_after",
    "failing_start",
    "faults",
    "hang_up",
    "random_faults",
    "short_reads",
    "slow_body",
    "slow_reader",
]

Sleep: TypeAlias = Callable[[float], object]
Read: TypeAlias = Callable[[int], bytes]
"""Some of the next bytes of an input, at most as many as asked for; none at the end."""
Faulty: TypeAlias = Callable[[Read, Environ], Read]
"""How an input is read for one request, given how it was read before."""


@final
@frozen(repr=False)
class InjectedFault(Value):
    """A fault as WSGI middleware: called with an application, it gives that application with the fault around it.

    It keeps nothing from one call to the next: each request meets the same. Its `repr` is the call that makes it again,
    as long as `sleep` is left alone.

    Attributes:
        name: The name of the function that made it.
        settings: The arguments of that function, each with its name, without `sleep`.

    >>> cut_body(10)
    cut_body(at=10)
    """

    _instead: ClassVar[str] = "make another, such as cut_body(at=10)"

    name: str
    settings: tuple[tuple[str, object], ...]
    _around: Callable[[WSGIApplication], WSGIApplication] = field(kw_only=True, eq=False, alias="around")

    def __call__(self, application: WSGIApplication, /) -> WSGIApplication:
        """Put the fault around an application.

        Args:
            application: The application, which is called as before.
        """
        return self._around(application)

    @override
    def __repr__(self) -> str:
        settings = [f"{name}={_shown(value)}" for name, value in self.settings]
        return f"{self.name}({', '.join(settings)})"


@final
@frozen(repr=False)
class InjectedFaults(Value):
    """Several faults as one, which `faults` and `random_faults` make: WSGI middleware as each of them.

    Attributes:
        parts: The faults: the first stands next to the application, the last next to the server.
    """

    _instead: ClassVar[str] = "make another, such as faults(*value.parts, close_twice())"

    parts: tuple[InjectedFault, ...]

    def __call__(self, application: WSGIApplication, /) -> WSGIApplication:
        """Put the faults around an application.

        Args:
            application: The application, which is called as before.
        """
        for part in self.parts:
            application = part(application)
        return application

    @override
    def __repr__(self) -> str:
        return f"faults({', '.join(map(repr, self.parts))})"


def _shown(value: object) -> str:
    return value.__name__ if isinstance(value, type) else repr(value)


def faults(*parts: InjectedFault | InjectedFaults) -> InjectedFaults:
    """Several faults as one.

    Args:
        parts: The faults, or combinations of them, whose parts are taken. As with the middleware of `pipe`, the first
            stands next to the application: `faults(cut_body(10), short_reads(3))(app)` is
            `short_reads(3)(cut_body(10)(app))`.

    >>> from verglas import Request, Response
    >>> from verglas.testing import call
    >>> app = faults(hang_up(after=4), close_twice())(Response(["one ", "two"]))
    >>> call(app).body
    b'one '
    """
    return InjectedFaults(
        tuple(one for part in parts for one in (part.parts if isinstance(part, InjectedFaults) else (part,)))
    )


def random_faults(seed: int, *, size: int = 1024) -> InjectedFaults:
    """One to three faults of different kinds, and where they occur, as a seed decides; none of them waits.

    A property holds for all of them: whatever happens, the application closes all that it opened, once, and its errors
    are the client's (400) or those that were injected. When it fails, the `repr` says what to repeat.

    Args:
        seed: Decides everything: the same seed gives the same faults.
        size: Up to which byte of a request's or an answer's body they occur: about as many as the bodies have.

    Raises:
        ValueError: `size` is less than 0 bytes.

    >>> random_faults(17)
    faults(hang_up(after=22), short_reads(seed=784, largest=1024), close_twice())
    """
    _check_count(size, "size", "random_faults()")
    random = Random(seed)
    kinds: list[Callable[[], InjectedFault]] = [
        lambda: cut_body(_position(random, size)),
        lambda: broken_input(_position(random, size)),
        lambda: short_reads(random.randrange(1000), largest=random.choice((1, 7, 1024))),
        lambda: hang_up(_position(random, size)),
        lambda: fail_after(_position(random, size)),
        close_twice,
        failing_start,
    ]
    return faults(*[make() for make in random.sample(kinds, random.randint(1, 3))])


def _position(random: Random, size: int) -> int:
    """A position, near the beginning as likely as far from it."""
    return random.randint(0, random.choice((0, min(size, 1), min(size, 64), size)))


# The request's body


def cut_body(at: int) -> InjectedFault:
    """End the request's body early, as a client does that hangs up while it sends.

    A body with a Content-Length ends there for whoever reads. Without one (`wsgi.input_terminated`), an end would look
    like that of the body; so reading raises `ConnectionResetError`, as with servers that decode chunks.

    Args:
        at: How many bytes still arrive. A body that has no more is left whole.

    Raises:
        ValueError: The number of bytes is negative.

    >>> from verglas import Request, Response, application
    >>> from verglas.testing import call
    >>> app = application(lambda request: Response(request.data))
    >>> call(cut_body(3)(app), Request(method="POST", body=b"hello")).status
    '400 Bad Request'
    """
    _check_count(at, "at", "cut_body()")
    return _of_input("cut_body", partial(_cut, at), at=at)


def _cut(at: int, read: Read, environ: Environ) -> Read:
    has_length = environ.get("CONTENT_LENGTH") not in (None, "")
    left = at

    def some(size: int) -> bytes:
        nonlocal left
        if not left:
            if has_length or not read(1):
                return b""
            raise ConnectionResetError(f"cut_body(at={at}): the client hung up")
        data = read(min(size, left))
        left -= len(data)
        return data

    return some


def broken_input(at: int = 0, *, error: type[Exception] = OSError) -> InjectedFault:
    """Have the reading of the request's body fail, as when the connection breaks.

    Args:
        at: How many bytes still arrive. Reading beyond them fails, even if the body has no more.
        error: The class of the exception that reading raises; called with a message.

    Raises:
        ValueError: The number of bytes is negative.

    >>> from verglas import Request, Response, application
    >>> from verglas.testing import call
    >>> app = application(lambda request: Response(request.data))
    >>> call(broken_input()(app), Request(method="POST", body=b"hello")).status
    '400 Bad Request'
    """
    _check_count(at, "at", "broken_input()")
    return _of_input("broken_input", partial(_broken, at, error), at=at, error=error)


def _broken(at: int, error: type[Exception], read: Read, environ: Environ) -> Read:
    del environ
    left = at

    def some(size: int) -> bytes:
        nonlocal left
        if not left:
            raise error(f"broken_input(at={at}): the input broke")
        data = read(min(size, left))
        left -= len(data)
        return data

    return some


def short_reads(seed: int = 0, *, largest: int = 1024) -> InjectedFault:
    """Give the request's body in pieces of any size, however much is asked for at once, as a socket may.

    Args:
        seed: Decides the sizes.
        largest: The most bytes of a piece.

    Raises:
        ValueError: `largest` is less than 1 byte.

    >>> from verglas import Request, Response, application
    >>> from verglas.testing import call
    >>> app = application(lambda request: Response(request.data))
    >>> call(short_reads(seed=3, largest=2)(app), Request(method="POST", body=b"hello")).body
    b'hello'
    """
    _check_count(largest, "largest", "short_reads()", least=1)
    return _of_input("short_reads", partial(_shortened, seed, largest), seed=seed, largest=largest)


def _shortened(seed: int, largest: int, read: Read, environ: Environ) -> Read:
    del environ
    random = Random(seed)
    return lambda size: read(random.randint(1, min(size, largest)))


def slow_body(seconds: float, *, size: int = 1024, sleep: Sleep = time.sleep) -> InjectedFault:
    """Have the request's body arrive slowly: before each piece there is a pause.

    Args:
        seconds: The length of a pause.
        size: The most bytes of a piece.
        sleep: Waits that long; a test gives a function that only notes it.

    Raises:
        ValueError: `size` is less than 1 byte.

    >>> from verglas import Request, Response, application
    >>> from verglas.testing import call
    >>> pauses: list[float] = []
    >>> app = application(lambda request: Response(request.data))
    >>> call(slow_body(0.5, size=3, sleep=pauses.append)(app), Request(method="POST", body=b"hello")).body, pauses
    (b'hello', [0.5, 0.5])
    """
    _check_count(size, "size", "slow_body()", least=1)
    return _of_input("slow_body", partial(_slowed, seconds, size, sleep), seconds=seconds, size=size)


def _slowed(seconds: float, size: int, sleep: Sleep, read: Read, environ: Environ) -> Read:
    del environ

    def some(asked: int) -> bytes:
        sleep(seconds)
        return read(min(asked, size))

    return some


def _of_input(name: str, faulty: Faulty, **settings: object) -> InjectedFault:
    return InjectedFault(name, tuple(settings.items()), around=partial(_with_input, faulty))


def _with_input(faulty: Faulty, application: WSGIApplication) -> WSGIApplication:
    def with_input(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        stream = environ.get("wsgi.input")
        if isinstance(stream, InputStream):  # or it is not PEP 3333's, which is a fault by itself
            environ = {**environ, "wsgi.input": _Input(faulty(stream.read, environ))}
        return application(environ, start_response)

    return with_input


@final
class _Input(io.RawIOBase):
    """`wsgi.input` with all its methods, over one that reads some bytes.

    Args:
        read: Gives some of the next bytes.
    """

    def __init__(self, read: Read) -> None:
        self._some = read

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._some(len(view)) if view else b""
        view[: len(data)] = data
        return len(data)


# The answer


def hang_up(after: int) -> InjectedFault:
    """Stop reading the answer's body and close it, as a server does whose client has gone.

    The body is asked for no further piece, and is closed when the server closes what it has. Content-Length is left as
    it is. From then on `write()` raises `BrokenPipeError`.

    Args:
        after: How many bytes are still sent. After 0 not even the first piece is asked for.

    Raises:
        ValueError: The number of bytes is negative.

    >>> from verglas import Response
    >>> from verglas.testing import call
    >>> call(hang_up(after=6)(Response(["one ", "two ", "three"]))).pieces
    (b'one ', b'tw')
    """
    _check_count(after, "after", "hang_up()")
    message = f"hang_up(after={after}): the client hung up"
    around = partial(_limited, after, partial(_raise, BrokenPipeError, message), _end)
    return InjectedFault("hang_up", (("after", after),), around=around)


def fail_after(after: int, *, error: type[Exception] = RuntimeError) -> InjectedFault:
    """Have the application fail in the middle of its answer.

    Args:
        after: How many bytes of the body are still sent. A body with fewer ends in good order.
        error: The class of the exception that is raised; called with a message.

    Raises:
        ValueError: The number of bytes is negative.

    >>> from verglas import Response
    >>> from verglas.testing import call
    >>> call(fail_after(5)(Response(["one ", "two ", "three"])))
    Traceback (most recent call last):
    RuntimeError: fail_after(after=5): the application failed
    """
    _check_count(after, "after", "fail_after()")
    fail = partial(_raise, error, f"fail_after(after={after}): the application failed")
    return InjectedFault(
        "fail_after", (("after", after), ("error", error)), around=partial(_limited, after, fail, fail)
    )


def slow_reader(seconds: float, *, sleep: Sleep = time.sleep) -> InjectedFault:
    """Read the answer's body slowly: before each piece is asked for there is a pause.

    Args:
        seconds: The length of a pause.
        sleep: Waits that long; a test gives a function that only notes it.

    >>> from verglas import Response
    >>> from verglas.testing import call
    >>> pauses: list[float] = []
    >>> call(slow_reader(0.5, sleep=pauses.append)(Response(["one", "two"]))).body, pauses
    (b'onetwo', [0.5, 0.5, 0.5])
    """
    return InjectedFault("slow_reader", (("seconds", seconds),), around=partial(_read_slowly, seconds, sleep))


def close_twice() -> InjectedFault:
    """Close the answer's body twice, as servers and middleware do that lose count; PEP 3333 has it closed once.

    >>> from verglas import Response
    >>> from verglas.testing import call
    >>> call(close_twice()(Response("hi"))).body
    b'hi'
    """
    return InjectedFault("close_twice", (), around=_closed_twice)


def failing_start(*, error: type[Exception] = OSError) -> InjectedFault:
    """Have `start_response` raise, as a server does that refuses an answer, or whose client has gone.

    Args:
        error: The class of the exception that is raised; called with a message.

    >>> from verglas import Response
    >>> from verglas.testing import call
    >>> call(failing_start()(Response("hi")))
    Traceback (most recent call last):
    OSError: failing_start(): the server does not start
    """
    return InjectedFault("failing_start", (("error", error),), around=partial(_not_started, error))


def _limited(
    after: int, in_write: Callable[[], NoReturn], at_end: Callable[[], object], application: WSGIApplication
) -> WSGIApplication:
    """The application, of whose answers so many bytes pass; then what happens in `write`, and in reading the body."""

    def limited(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        left = after

        def allowed(data: bytes) -> bytes:
            nonlocal left
            data = data[:left]
            left -= len(data)
            return data

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /
        ) -> Callable[[bytes], object]:
            write = _started(start_response, status, headers, exc_info)

            def write_some(data: bytes, /) -> None:
                if left:
                    write(allowed(data))
                if not left:
                    in_write()

            return write_some

        body = application(environ, start)

        def pieces() -> Iterator[bytes]:
            iterator = iter(body)
            while left and (piece := next(iterator, None)) is not None:
                yield allowed(piece)
            if not left:
                at_end()

        return _Body(pieces(), closers_of(body))

    return limited


def _read_slowly(seconds: float, sleep: Sleep, application: WSGIApplication) -> WSGIApplication:
    def read_slowly(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        body = application(environ, start_response)

        def pieces() -> Iterator[bytes]:
            iterator = iter(body)
            sleep(seconds)
            while (piece := next(iterator, None)) is not None:
                yield piece
                sleep(seconds)

        return _Body(pieces(), closers_of(body))

    return read_slowly


def _closed_twice(application: WSGIApplication) -> WSGIApplication:
    def closed_twice(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        body = application(environ, start_response)
        return _Body((piece for piece in body), closers_of(body, body))

    return closed_twice


def _not_started(error: type[Exception], application: WSGIApplication) -> WSGIApplication:
    def start(status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /) -> NoReturn:
        del status, headers, exc_info
        raise error("failing_start(): the server does not start")

    def not_started(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        del start_response
        return application(environ, start)

    return not_started


@final
class _Body(Iterator[bytes]):
    """A body, with how that which it is made of is closed: as often as the server closes, and raising as that does.

    Args:
        pieces: The pieces.
        closers: The steps that close the application's body.
    """

    def __init__(self, pieces: Iterator[bytes], closers: list[Step]) -> None:
        self._next = pieces.__next__
        self._closers = closers

    @override
    def __next__(self) -> bytes:
        return self._next()

    def close(self) -> None:
        """Close what the application returned."""
        for close in self._closers:
            close()


def _started(
    start_response: StartResponse, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo
) -> Callable[[bytes], object]:
    if exc_info is None:  # not all take it
        return start_response(status, headers)
    return start_response(status, headers, exc_info)


def _end() -> None:
    """End as a body does that was sent."""


def _raise(error: type[Exception], message: str) -> NoReturn:
    raise error(message)


def _check_count(count: object, name: str, taken_by: str, *, least: int = 0) -> None:
    if not isinstance(count, int) or isinstance(count, bool) or count < least:
        raise ValueError(f"{name}= of {taken_by} is a number of bytes, at least {least}, not {count!r}")
