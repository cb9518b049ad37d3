"""`replace`, `with_state`, `buffered`, pickles and copies; and that nothing can be set."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable

import pytest
from attrs.exceptions import FrozenInstanceError

from tests.kit import JSON, MULTIPART, TRANSFERS, URLENCODED, Input, Transfer, environ_of, multipart, posted, without
from verglas import URL, Body, BodyConsumed, GrammarError, Limits, Request, Trust
from verglas.errors import RequestEntityTooLarge

BASE = Request(
    method="POST", url="http://h/a?x=1", headers={"X": "1", "Cookie": "a=1"}, body=b"ab", remote_addr="::1", state="s"
)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param("PUT", BASE.replace(method="PUT").method, id="method"),
        pytest.param("/b", BASE.replace(url="http://h/b").path, id="url-text"),
        pytest.param("k", BASE.replace(url=URL(host="k")).host, id="url-value"),
        pytest.param("k", BASE.replace(url="http://k/").headers["Host"], id="host-follows"),
        pytest.param("2", BASE.replace(url="http://h/?x=2").args["x"], id="args-follow"),
        pytest.param("1", BASE.replace(method="PUT").args["x"], id="args-stay"),
        pytest.param("3", BASE.replace(body=b"abc").headers["Content-Length"], id="length-follows"),
        pytest.param(False, "Content-Length" in BASE.replace(body=b"").headers, id="length-goes"),
        pytest.param(b"abc", BASE.replace(body="abc").data, id="body"),
        pytest.param(
            {"Host": "h", "Y": "2", "Content-Length": "2"}, dict(BASE.replace(headers={"Y": "2"}).headers), id="headers"
        ),
        pytest.param("2", BASE.replace(headers={"Cookie": "a=2"}).cookies["a"], id="cookies-follow"),
        pytest.param("1", BASE.replace(method="PUT").cookies["a"], id="cookies-stay"),
        pytest.param(("s", 1), BASE.replace(server=("s", 1)).server, id="server"),
        pytest.param(None, BASE.replace(remote_addr=None).remote_addr, id="remote-addr"),
        pytest.param("ada", BASE.replace(remote_user="ada").remote_user, id="remote-user"),
        pytest.param("s", BASE.replace(method="PUT").state, id="state-stays"),
        pytest.param("::1", BASE.replace(method="PUT").remote_addr, id="others-stay"),
        pytest.param("PUT", BASE.__replace__(method="PUT").method, id="copy-replace"),
        pytest.param(BASE, BASE.replace(), id="nothing"),
        pytest.param(
            None,
            Request(without(environ_of(), "SERVER_NAME", "SERVER_PORT")).replace(method="PUT").server,
            id="no-server-stays",
        ),
        pytest.param(None, BASE.replace(server=None).server, id="server-taken-away"),
        pytest.param(
            {},
            dict(Request(without(environ_of(), "HTTP_HOST")).replace(method="PUT").headers),
            id="headers-stay-as-they-came",
        ),
        pytest.param(
            "0007",
            Request(posted(b"1234567", CONTENT_LENGTH="0007"))
            .buffered()
            .replace(method="PUT")
            .headers["Content-Length"],
            id="length-with-zeros",
        ),
        pytest.param(
            "PUT",
            Request(posted(b"1", CONTENT_LENGTH="01"))
            .buffered()
            .replace(headers={"Content-Length": "01"}, method="PUT")
            .method,
            id="length-with-zeros-given",
        ),
    ],
)
def test_replace(expected: object, actual: object) -> None:
    """A changed copy: what was asked for, what follows from it, and the rest as it was."""

    assert expected == actual
    assert ("POST", b"ab", "1") == (BASE.method, BASE.data, BASE.args["x"])


@pytest.mark.skipif(sys.version_info < (3, 13), reason="copy.replace() is new in Python 3.13")
def test_copy_replace() -> None:
    """`copy.replace` knows it."""

    replace: Callable[..., Request[str]] = vars(copy)["replace"]

    assert "PUT" == replace(BASE, method="PUT").method


@pytest.mark.parametrize(
    ("error", "change"),
    [
        pytest.param(GrammarError, {"method": "A B"}, id="method"),
        pytest.param(GrammarError, {"url": "nonsense"}, id="url"),
        pytest.param(GrammarError, {"headers": {"X": "a\nb"}}, id="headers"),
        pytest.param(TypeError, {"metod": "PUT"}, id="unknown"),
        pytest.param(TypeError, {"state": 1}, id="state"),
        pytest.param(TypeError, {"environ": {}}, id="environ"),
    ],
)
def test_replace_refuses(error: type[Exception], change: dict[str, object]) -> None:
    """Changes are validated like a new request."""

    with pytest.raises(error):
        BASE.replace(**change)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_replace_shares_the_stream() -> None:
    """A copy of a streaming request has the same body: who reads it first has read it for both."""

    request = Request(posted(b"abc"))
    other = request.replace(method="PUT")
    request.get_data(cache=False)

    with pytest.raises(BodyConsumed):
        other.get_data()


def test_replace_keeps_limits_and_trust() -> None:
    """Limits and trust stay with the copy."""

    request = Request(environ_of(HTTP_HOST="h"), limits=Limits(max_body_memory=1), trust=Trust(hosts="h"))
    other = request.replace(method="PUT")

    assert (request.limits, request.trust) == (other.limits, other.trust)


def test_with_state() -> None:
    """A copy with a state, of the same class; the original has none."""

    class Own(Request):
        pass

    request = Own(posted(b"abc"))
    other = request.with_state({"user": 1})

    assert ({"user": 1}, None, "Own") == (other.state, request.state, type(other).__name__)
    assert (b"abc", b"abc", True) == (other.data, request.data, other.body is request.body)
    assert request.with_state(None) == request


@pytest.mark.parametrize("reads", [0, 1, 2], ids=["the first", "its copy", "the copy of that"])
@pytest.mark.parametrize("closes", [0, 1, 2], ids=["the first", "its copy", "the copy of that"])
def test_copies_share_a_body_that_nobody_read(reads: int, closes: int) -> None:
    """A body that was not there when the copies were made is that of all of them, and closed with each."""
    first = Request(posted(multipart(('name="a"; filename="f"', b"1")), MULTIPART))
    copy = first.with_state(1)
    requests = (first, copy, copy.with_state(2))

    upload = requests[reads].files["a"]
    requests[closes].close()

    assert upload.stream.closed
    assert all(request.body is first.body for request in requests)


def test_copy_of_a_subclass_has_its_body_once() -> None:
    """What a subclass makes of the body is not made of it twice."""

    class Marked(Request):
        made = 0

        @property
        def body(self) -> Body:
            Marked.made += 1
            return super().body

    request = Marked(posted(b"abc"))

    assert b"abc" == request.with_state(1).body.read(request.limits)
    assert 1 == Marked.made


def test_copy_is_pickled_without_what_it_was_copied_from() -> None:
    """Its body is its own then."""
    copied = Request(environ_of()).with_state(None)

    again = pickle.loads(pickle.dumps(copied))

    assert (copied, b"") == (again, again.data)
    assert "_shares_body_of" not in again.__dict__


@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize(
    ("content_type", "body"),
    [(URLENCODED, b"a=1"), (MULTIPART, multipart(('name="a"; filename="f"', b"1"))), (JSON, b"[1]"), ("", b"")],
)
def test_buffered(transfer: Transfer, content_type: str, body: bytes) -> None:
    """Buffered, a request is a value that reads the same again and again."""

    request = Request(posted(body, content_type, transfer)).buffered()
    again = pickle.loads(pickle.dumps(request))

    assert (request, hash(request)) == (again, hash(again))
    for _ in range(2):
        assert body == request.get_data()
        assert dict(request.files) == dict(again.files)
        assert dict(request.form) == dict(again.form)
    assert (request, "Transfer-Encoding" in request.headers) == (request.buffered(), False)


@pytest.mark.parametrize("transfer", TRANSFERS)
def test_buffered_replays(transfer: Transfer) -> None:
    """The environ of a buffered request gives the same request, every time."""

    request = Request(posted(b"abc", "text/plain", transfer, SERVER_NAME="s", SERVER_PORT="1")).buffered()

    assert request.environ is not request.environ
    for _ in range(2):
        assert request == Request(request.environ).buffered()


def test_buffered_is_limited() -> None:
    """Buffering holds to `max_body_memory`."""

    with pytest.raises(RequestEntityTooLarge):
        Request(posted(b"abc"), limits=Limits(max_body_memory=2)).buffered()


def test_pickle_unbuffered() -> None:
    """Pickling or deep-copying what streams says what to do."""

    request = Request(posted(b"abc"))
    with pytest.raises(TypeError, match=r"buffered\(\)"):
        pickle.dumps(request)
    with pytest.raises(TypeError, match=r"buffered\(\)"):
        copy.deepcopy(request)

    assert request is copy.copy(request)


class Tagged(Request[str]):
    """A plain subclass."""

    max_form_parts = 3


def test_pickle_keeps_everything() -> None:
    """A pickle has the class, the state, the limits and the trust; no environ."""

    request = Tagged(state="s", url="/a", limits=Limits(max_form_parts=1), trust=Trust(hosts=["localhost"]))
    other = pickle.loads(pickle.dumps(request))

    assert (Tagged, "s", request.limits, request.trust, request) == (
        type(other),
        other.state,
        other.limits,
        other.trust,
        other,
    )


def test_pickle_of_an_environ() -> None:
    """What of the environ cannot be pickled is left behind."""

    request = Request(environ_of(HTTP_HOST="h", x=lambda: None, **{"wsgi.errors": sys.stderr}))

    assert request == pickle.loads(pickle.dumps(request))


NAMES = ["method", "url", "headers", "body", "server", "remote_addr", "remote_user", "state", "args", "path", "user"]


@pytest.mark.parametrize("name", NAMES)
def test_is_frozen(name: str) -> None:
    """Nothing can be set or deleted, and the message says what to do instead (design §3)."""

    with pytest.raises(FrozenInstanceError, match=r"replace\(|with_state\(") as caught:
        setattr(BASE, name, "x")
    with pytest.raises(FrozenInstanceError):
        delattr(BASE, name)

    assert (True, True) == (isinstance(caught.value, AttributeError), name in str(caught.value))


@pytest.mark.parametrize("name", ["method", "user"])
def test_subclass_is_frozen(name: str) -> None:
    """A plain subclass is frozen too."""

    with pytest.raises(FrozenInstanceError, match="Tagged"):
        setattr(Tagged(state="s"), name, "x")


@pytest.mark.parametrize("name", ["nothing", "_nothing", "user"])
def test_missing_attribute(name: str) -> None:
    """A name that is none is an ordinary `AttributeError` that says which."""

    with pytest.raises(AttributeError, match=name):
        getattr(BASE, name)

    assert not hasattr(BASE, name)


def test_aliases_nothing() -> None:
    """A change of what it was made of does not show."""

    headers = {"X": "1"}
    stream = Input(b"")
    request = Request(headers=headers)
    headers["X"] = "2"

    assert ("1", []) == (request.headers["X"], stream.asked)
