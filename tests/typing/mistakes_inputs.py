# ruff: noqa: B018
"""What must not check of typed inputs and paths: one mistake a line, as in mistakes.py. It is never run."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from uuid import UUID

from attrs import frozen

from tests.typing.checks_inputs import (
    ID,
    NOTE,
    USER,
    USERS,
    X_TRACE,
    Color,
    Create,
    Level,
    Lines,
    Search,
    Size,
    User,
    asked,
    even,
    joined,
    lines,
    note,
    nothing,
    page,
    pair,
    plain,
    show,
    show_mine,
    show_user,
    three,
    trace,
    unlines,
    who,
)
from verglas import Handler, Limits, Request, Response, application, text
from verglas.headers import AUTHORIZATION, IF_MATCH, ETags
from verglas.inputs import (
    Input,
    Inputs,
    Invalid,
    Problem,
    body,
    checkbox,
    cookie,
    file,
    first_of,
    form,
    from_class,
    header,
    input_class,
    local_datetime,
    of,
    query,
    secured,
)
from verglas.paths import GET, POST, Path, Route, Routes, mount, on, rest, root, routes

answer = Response()

# A handler against its inputs.


def swapped(request: Request, trace: UUID, number: int, words: str) -> Response:
    """Takes them in another order."""
    return answer


def too_few(request: Request, number: int, trace: UUID) -> Response:
    """Leaves one out."""
    return answer


def too_many(request: Request, number: int, trace: UUID, words: str, more: int) -> Response:
    """Wants one more."""
    return answer


def of_text(request: Request, number: str) -> Response:
    """Takes a text."""
    return answer


def of_int(request: Request, number: int) -> Response:
    """Takes a number."""
    return answer


def of_list(request: Request, tags: list[str]) -> Response:
    """Takes a list."""
    return answer


def of_time(request: Request, at: datetime) -> Response:
    """Takes a time."""
    return answer


def of_bytes(request: Request, data: bytes) -> Response:
    """Takes bytes."""
    return answer


def of_tuple(request: Request, values: tuple[int, UUID, str]) -> Response:
    """Takes all as one."""
    return answer


def of_rest(request: Request, *values: str) -> Response:
    """Takes texts."""
    return answer


def without_request(number: int, trace: UUID, words: str) -> Response:
    """Takes no request."""
    return answer


def request_last(number: int, trace: UUID, words: str, request: Request) -> Response:
    """Takes it last."""
    return answer


def by_name(request: Request, number: int, trace: UUID, *, words: str) -> Response:
    """Takes one by its name alone."""
    return answer


def gives_text(request: Request, number: int, trace: UUID, words: str) -> str:
    """Gives a text."""
    return words


def gives_none(request: Request, number: int, trace: UUID, words: str) -> None:
    """Gives nothing."""


async def later(request: Request, number: int, trace: UUID, words: str) -> Response:
    """Gives a coroutine."""
    return answer


def parts(request: Request, number: int, trace: UUID, words: str) -> Iterator[str]:
    """Gives texts."""
    yield words


def of_users(request: Request[User], number: int, trace: UUID, words: str) -> Response:
    """Is for users."""
    return answer


def of_numbers(request: Request[int], user: int, found: UUID, number: int) -> Response:
    """Is for another state."""
    return answer


def prefixed(prefix: str, request: Request, number: int) -> Response:
    """Takes one more in front."""
    return answer


class Handlers:
    """Handlers as methods."""

    def show(self, request: Request, number: str, trace: UUID, words: str) -> Response:
        """Takes a text."""
        return answer

    def __call__(self, request: Request, trace: UUID) -> Response:
        """Takes one of three."""
        return answer


three.into(swapped)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(too_few)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(too_many)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(of_tuple)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(of_rest)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(without_request)  # type: ignore[arg-type, type-var]  # pyright: ignore[reportArgumentType]
three.into(request_last)  # type: ignore[arg-type, type-var]  # pyright: ignore[reportArgumentType]
three.into(by_name)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(gives_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(gives_none)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(later)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(parts)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(Handlers().show)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(Handlers())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(lambda request, number: answer)  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType]
three.into(lambda request, number, trace, words: words)  # type: ignore[arg-type, return-value]  # pyright: ignore[reportArgumentType]
three.into(lambda request, number, trace, words: text(number))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(answer)  # type: ignore[arg-type, type-var]  # pyright: ignore[reportArgumentType]
three.into(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
page.into(of_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.into(too_few)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.into(nothing)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.into(lambda request, number: text(number.upper()))  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownArgumentType, reportUnknownMemberType]
page.into(partial(prefixed, 5))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.into(of_int)(asked, 7)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
query("page").into(of_int)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query("page", float).into(of_int)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query("page", int, default=None).into(of_int)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query("page", int, default="1").into(of_int)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query("color", Color).into(of_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query("day", date).into(of_time)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query.many("tag").into(of_list)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query.many("tag").into(of_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
header(X_TRACE).into(of_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
header(X_TRACE, default="").into(of_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
file("f").into(of_bytes)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
from_class(Search).into(of_int)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.to(Create).into(swapped)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# States.

application(three.into(of_users))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(note.into(show))  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
application(routes(note.into(show_user)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(routes(note.into(show_mine)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(routes(mount(root / "a", plain)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(of_users)(asked)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.into(of_users)(asked.with_state(5))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
routes(note.into(show_user))(asked)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
routes(note.into(show_mine))(asked.with_state(User("ada")))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
state_handler: Handler[None] = three.into(of_users)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
state_table: Handler[User] = routes(note.into(show_mine))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
state_routes: Routes[Request] = routes(note.into(show_user))  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
state_route: Route[Request[User]] = note.into(show_mine)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
state_mixed: Handler[User] = routes(note.into(show_user), note.into(of_numbers))  # type: ignore[assignment]  # pyright: ignore[reportArgumentType]
three.write(asked, 1, ID, "x").state.name  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

# Inputs together.

three & 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
three & "q"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
three & query  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
three & three  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
three & (page & trace)  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
page & (page & trace)  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
page & GET(NOTE)  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
page & NOTE  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
page & int  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
page | trace  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
note & three  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
note & int  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
note & (page & trace)  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
note & note  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
GET(NOTE) & show  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
first_of()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
first_of([page, page])  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
first_of(page, 5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
first_of(page, page, page, page, trace)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
first_of(header("X-A", str), query("a", int)).into(of_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
first_of(page, query("a", int, default=None)).into(of_int)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
first_of(page, trace, query("a")).into(of_int)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
first_of_other: Input[int | None] = first_of(page, trace, query("a", default=None))  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]

# A path against its handler.


def of_words(request: Request, user: str, found: UUID, number: int) -> Response:
    """Takes a text where the path has a number."""
    return answer


def of_other_order(request: Request, number: int, user: int, found: UUID) -> Response:
    """Takes the input before the values of the path."""
    return answer


def of_query(request: Request, number: int) -> Response:
    """Takes the input alone."""
    return answer


def of_path(request: Request, user: int, found: UUID) -> Response:
    """Takes the values of the path alone."""
    return answer


def of_all(request: Request, users: str, user: int, notes: str, found: UUID, number: int) -> Response:
    """Takes the texts of the path, too."""
    return answer


note.into(of_words)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
note.into(of_other_order)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
note.into(of_query)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
note.into(of_path)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
note.into(of_all)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
note.into(nothing)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
note.into(gives_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
note.into(lambda request, user, found: answer)  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType]
note.into(lambda request, user, found, number: text(user))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
note.into(show)(asked)  # type: ignore[operator]  # pyright: ignore[reportCallIssue]
GET(USERS).into(of_int)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
GET(USER).into(of_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
GET(USER).into(nothing)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
GET(root / Color).into(of_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
GET(root / UUID).into(of_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
GET(root / date).into(of_time)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
GET(root / even).into(of_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
GET(root / "files" / rest).into(of_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
GET(root / "files" / rest).into(of_list)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
(GET(USER) & trace & query("q")).to(Create).into(show)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# Paths and their values.

root / 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
root / None  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
root / b"users"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
root / 0  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
root / query("a")  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
root / page  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
root / USERS  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
root / "a" / ...  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
root / ["a", "b"]  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
root / (lambda: 5)  # type: ignore[misc, operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
root / math.sqrt  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
"users" / int  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
NOTE()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
NOTE(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
NOTE(1, ID, 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
NOTE("1", ID)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
NOTE(ID, 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
NOTE(user=1, note=ID)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
NOTE((1, ID))  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
USERS(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
(root / Color)("red")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
(root / date)("2026-11-30")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
(root / rest)("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
(root / rest)(["a", "b"])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
(root / rest)("a", "b")  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
NOTE.url(asked)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
NOTE.url(1, ID)  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
NOTE.url(asked, "1", ID)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
NOTE.url(asked, 1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
NOTE.match(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
NOTE.match("/users")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
NOTE.match(asked.path)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
NOTE.match(("users",))[0]  # type: ignore[index]  # pyright: ignore[reportOptionalSubscript]
NOTE(1, ID).path  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
NOTE.segments = ()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
path_of_texts: Path[int, str] = NOTE  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

# Endpoints and tables.

GET("/users")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
GET(root, "users")  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
GET(int)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
GET()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
GET(NOTE, limits=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
GET(NOTE, limit=Limits())  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
POST(page)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
on("PROPFINDS", NOTE)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
on("get", NOTE)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
on(NOTE, "GET")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
on("GET")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
on("GET", NOTE, show)  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
note.request()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
GET(NOTE).request(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
note.request(1, ID)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
note.request("1", ID, 2)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
note.request(1, ID, "2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
note.request(ID, 1, 2)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
note.request(1, ID, 2, 3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
note.request(user=1, note=ID, page=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
note.request(1, ID, 2).state.name  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
note.to(Create)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
note.to(Create).request(1, ID, 2)  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportArgumentType, reportCallIssue]
note.read(asked)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
note.handle(show)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
note.path(1, ID).path  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
routes(note)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
routes(show)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
routes(nothing)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
routes([note.into(show)])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
routes(GET(NOTE))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
routes(note.into(show), slash="redir")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
routes(note.into(show), slashes="redirect")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
routes(note.into(show)).add(note.into(show))  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
routes(note.into(show))[0]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
routes(note.into(show))(asked, 7)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
next(iter(routes(note.into(show)))).metod  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
mount(NOTE, plain)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
mount("/a", plain)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
mount(plain, root / "a")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
mount(root / "a", 5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
mount(root / "a", show)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
mount(root / "a", note)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
mount(root / "a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
mount(root / "a", lambda: answer)  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType, reportCallIssue]

# A field of a class against its input, and the class.


@input_class
class Wrong:
    """Fields that are not what they say."""

    page: str = of(query("page", int))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    tags: list[str] = of(query.many("tag"))  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
    number: int = of(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportUnknownVariableType]
    maker: str = of(query)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportUnknownVariableType]
    group: tuple[int, UUID] = of(page & trace)  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnknownArgumentType]
    size: int = of(query("size", int, default=None))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    other: int = of(query("other", int, default="1"))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    color: Color = of(query("color"))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    flag: bool = of(query("flag", int))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    at: datetime = of(query("at", date))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    data: bytes = of(file("data"))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    avatar: bytes | None = of(file("avatar", default=None))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    checked: str = of(checkbox("checked"))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    trace: str = of(header(X_TRACE))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    search: Search = of(query("search"))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    searches: Search = of(Search)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportUnknownVariableType]
    lines: str = of(body(lines))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


search = Search(page=1, tags=(), color=None)
Search(page="1", tags=(), color=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Search(page=1, tags=["a"], color=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Search(page=1, tags=(), color="red")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Search(page=1, tags=())  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Search(1, (), None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Search(pgae=1, tags=(), color=None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
search.page = 2  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
search.pgae  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
search.color.value  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
from_class(search)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
from_class(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
from_class("Search")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
from_class(Search).write(asked, page=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
from_class(Search).write(asked, 1, (), None)  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
from_class(Search).read(asked).tags.append("a")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
from_class(Search).read(asked)["page"]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
input_class(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# Constructors.


class Reversed:
    """A class that takes them in another order."""

    def __init__(self, page: int, text: str, trace: UUID) -> None: ...


@frozen(kw_only=True)
class Named:
    """A class that takes them by name."""

    page: int
    trace: UUID
    text: str


def back_as_list(made: Create) -> list[object]:
    """No tuple."""
    return [made.page, made.trace, made.text]


def back_swapped(made: Create) -> tuple[UUID, int, str]:
    """Another order."""
    return made.trace, made.page, made.text


three.to(Reversed)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.to(Named)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.to(User)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.to(Color)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.to(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.to("Create")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.to(lambda number, trace: number)  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType]
three.to(lambda number, trace, words: words + number)  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnknownLambdaType]
three.to(Create, back=back_as_list)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.to(Create, back=back_swapped)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.to(Create, back_as_list)  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
three.to(Create, back=lambda made: (made.page, made.trace))  # type: ignore[arg-type, return-value]  # pyright: ignore[reportArgumentType]
three.to(Create).read(asked).texts  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
three.to(Create).write(asked, 1, ID, "x")  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
three.to(Create).write(asked, (1, ID, "x"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
(trace & page & query("q")).to(Create)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
(page & trace).to(Create)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.to(Create)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
made_of_other: Input[User] = three.to(Create)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]

# Bodies.


class Half:
    """A decoder without a way back."""

    media_types = ("text/plain",)

    def decode(self, data: bytes, limits: Limits, /) -> str:
        """Give the text."""
        return data.decode()


body(5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
body("application/json")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
body()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
body(list[str])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
body(Half())  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
body(str.upper)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
body(lambda: 5)  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType, reportCallIssue]
body(lambda data: data.encode())  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownLambdaType, reportUnknownMemberType]
body(lines, unlines)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
body(lines, encode=str)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
body(lines, encode=joined)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
body(lines, encode=lambda value: value.upper())  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownLambdaType, reportUnknownMemberType]
body(lambda data: data.decode(), encode=lambda value: value)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
body(lambda data: data.decode(), encode=lambda value: value.decode())  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownLambdaType, reportUnknownMemberType]
body(lines, media_types=5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
body(lines, media_type="text/plain")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
body(Lines(), encode=unlines)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
body(Lines(), media_types=["text/plain"])  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
body(lines).read(asked).upper()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
body(lines).write(asked, "a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
body(lines).write(asked, b"a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
file(5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
file.many("f", default=None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
file("f").read(asked).decode()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

# Defaults.

query("page", int, defualt=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
query("page", int, 1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
query("page", int, None)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
query("page", required=False)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
query("page", int, default="1").map(lambda number: number + 1)  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnknownLambdaType]
query("page", int, default=None).map(lambda number: number + 1)  # type: ignore[operator]  # pyright: ignore[reportOptionalOperand, reportUnknownLambdaType]
query("page", Color, default="red").read(asked).value  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
query("page", default=1).read(asked).upper()  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
query.many("page", int, default=())  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
form.many("page", default=None)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
header("X-A", default=None)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
file("f", default=5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
file("f", default=b"")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
checkbox("a", default=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
default_of_other: Input[int] = query("page", int, default=None)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

# Converters and encoders.

query(5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
query()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
query("a", 5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
query("a", "int")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
query("a", 0)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
query("a", lambda: 5)  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType, reportCallIssue]
query("a", math.sqrt)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
query("a", bytes)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType, reportCallIssue]
query("a", UUID("0"))  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
query("a", Color.RED)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
query("a", page)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
query("a", int, str)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
query("a", even, encode=len)  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType]
query("a", even, encode=5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
query("a", even, encode=joined)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
query("a", pair, encode=str.upper)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
query("a", pair, default=None, encode=len)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
query("a", pair, encode=lambda value: value)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
query("a", pair, encode=lambda value: value.upper())  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownLambdaType, reportUnknownMemberType]
query("a", even, encode=lambda value: value.upper())  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownLambdaType, reportUnknownMemberType]
query("a", lambda text: text.split(","), encode=lambda value: value)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
query("a", lambda text: text.split(","), encode=str.upper)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
query("a", str.split, encode=str.upper)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
query("a", pair, default=None, encode=lambda value: value)  # type: ignore[misc]  # pyright: ignore[reportArgumentType, reportCallIssue]
query("a", int, encode=len)  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType]
query("a", dict)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType, reportCallIssue]
query("a", None)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
query.many("a", pair, encode=len)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query.many("a", 5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
query.many(5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
form("a", pair, encode=len)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
form("a", 5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
cookie("a", pair, encode=len)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cookie("a", ...)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
cookie(X_TRACE)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
header("X-A")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
header("X-A", 5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
header("X-A", even, encode=len)  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType]
header("X-A", pair, encode=lambda value: value.upper())  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownLambdaType, reportUnknownMemberType]
header(X_TRACE, UUID)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
header(X_TRACE, encode=str)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
header(5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
header(UUID, "X-A")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
checkbox(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
checkbox("a", bool)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
local_datetime(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.map()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
page.map(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.map(len)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.map(lambda: 5)  # type: ignore[arg-type, misc]  # pyright: ignore[reportArgumentType]
page.map(lambda number: number.upper())  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownLambdaType, reportUnknownMemberType]
page.map(str, str)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.map(str, joined)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.map(str, lambda words: words)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
page.map(lambda number: f"{number}", lambda words: words)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
page.map(str, back=int)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
page.map(str).write(asked, 7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# Credentials.


def of_number(number: int) -> User | None:
    """Takes no credentials."""
    return None


secured(header(AUTHORIZATION))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
secured(header(AUTHORIZATION), even)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
secured(header(AUTHORIZATION), of_number)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
secured(header(AUTHORIZATION), who())  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue, reportUnknownArgumentType]
secured(header(AUTHORIZATION), User)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
secured(header(AUTHORIZATION), lambda sent: sent.name)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownLambdaType, reportUnknownMemberType]
secured(header(AUTHORIZATION), who, realm="a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
secured(header(AUTHORIZATION), who, "Bearer")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
secured(header(AUTHORIZATION, default=None), who)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
secured(AUTHORIZATION, who)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
secured(who, header(AUTHORIZATION))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
secured(header(AUTHORIZATION), who).into(of_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
secured(header(AUTHORIZATION), who).read(asked).token  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

# What is read, and what is written.

first, second = three.read(asked)  # type: ignore[misc]  # pyright: ignore[reportAssignmentType]
result_of_text: str = page.read(asked)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
result_of_list: list[object] = three.read(asked)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
result_of_inputs: Inputs[int, UUID] = three  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
page.read()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
page.read("page=7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.read({})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.read(asked, 7)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
page.read(asked).upper()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
page.raed(asked)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
page.name  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
page.source = trace.source  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
page.attempt(asked) + 1  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnusedExpression]
page.attempt(asked).by_field  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
page.write(asked)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
page.write(asked, "7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.write(asked, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.write(7, asked)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.write("/", 7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
page.write(asked, 7).read()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
page.describe().name  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
page.describe()[0].plaec  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
three.read(asked)[3]  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
three.read(asked)[0].upper()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
three.read(asked).page  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
three.attempt(asked)[0]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
three.write(asked, 1, ID)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
three.write(asked, 1, "x", ID)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
three.write(asked, (1, ID, "x"))  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
three.write(asked, 1, ID, "x", 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
three.map(str)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
query("q", default=None).read(asked).upper()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
query.many("a").read(asked).append("b")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
query.many("a").write(asked, ["b"])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query.meny("a")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
query.default("a")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
checkbox("a").write(asked, "on")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
file("f", default=None).read(asked).filename  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
file.many("f").read(asked).filename  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
Input(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Problem("querry", "/page", "missing", "is missing")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Problem("query", "/page", "mising", "is missing")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Invalid(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# Members of an Enum that are texts or numbers, too.


def of_size(request: Request, size: Size) -> Response:
    """Takes a member."""
    return answer


query("a").into(of_size)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query("a", Level).into(of_size)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query("a", Size, default="").into(of_size)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query("a", Size, default=None).into(of_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query.many("a", Size).into(of_size)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query("a", Size).write(asked, "small")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
query("a", Level).write(asked, 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
header("X-A", Level).into(of_size)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
(root / Size)("small")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
(root / Level)(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
GET(root / Level).into(of_size)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
GET(root / int).into(of_size)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
enum_as_text: Input[tuple[str, ...]] = query.many("a", Size)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
enum_of_many: Input[tuple[Size, ...]] = query.many("a")  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

# Where the expected type has a `None`.

none_of_key: Input[ETags | None] = header(IF_MATCH)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
none_of_other: Input[ETags | None] = header(X_TRACE, default=None)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
none_left_out: Input[ETags] = header(IF_MATCH, default=None)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
none_of_encoder: Input[int | None] = query("a", pair, encode=joined, default=None)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
secured(header(AUTHORIZATION, default=None), of_number)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@input_class
class Conditions:
    """Fields whose inputs have another type."""

    key: ETags = of(header(IF_MATCH, default=None))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    other: ETags | None = of(header(X_TRACE, default=None))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    size: Size | None = of(query("a", default=None))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    pair: int | None = of(query("a", pair, encode=joined, default=None))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
