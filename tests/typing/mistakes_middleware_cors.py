"""What must not check of `cors` and `cross_origin_protection`: one mistake a line, as in mistakes.py; never run."""

from __future__ import annotations

import re

from tests.typing.checks_middleware_cors import Mine, User, api, greet, mine, paged, plain, protect
from verglas import Handler, Request, application, text
from verglas.middleware import cors, cross_origin_protection

# The state is kept: whoever needs one is still not given it.

application(api(greet))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(protect(greet))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(api(mine))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(api(protect(paged)), parse=Mine.parse)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
of_none: Handler[None] = api(greet)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
of_user: Handler[User] = protect(mine)  # type: ignore[arg-type]  # pyright: ignore[reportAssignmentType]
api(greet)(Request())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
protect(paged)(Request().with_state(User("ada")))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# What is no handler.

api(lambda request: "text")  # type: ignore[arg-type, return-value]  # pyright: ignore[reportArgumentType]
protect(len)  # type: ignore[arg-type, type-var]  # pyright: ignore[reportArgumentType]
api(text("hi"))  # type: ignore[arg-type, type-var]  # pyright: ignore[reportArgumentType]
protect(text("hi"))  # type: ignore[arg-type, type-var]  # pyright: ignore[reportArgumentType]
api(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@api  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
def number(request: Request) -> int:
    """No answer."""
    return len(request.path)


@protect  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
async def later(request: Request) -> None:
    """No answer either."""


@cross_origin_protection  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue, reportUntypedFunctionDecorator]
def bare(request: Request) -> None:
    """Not around this."""


@cors  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
def shared(request: Request) -> None:
    """Nor this."""


# The value is no function of `finish=`; what it has is.

application(plain, finish=api)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
application(plain, finish=[api])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
application(plain, finish=protect)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# Options.

cors()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
cors(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cors(re.compile("https://.*").fullmatch)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cors([b"https://app.example"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
cors(["https://app.example"], methods=[1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
cors(["https://app.example"], headers=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cors(["https://app.example"], expose=True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cors(["https://app.example"], credentials="include")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cors(["https://app.example"], max_age=600)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cors(["https://app.example"], ["PUT"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
cross_origin_protection(["https://app.example"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
cross_origin_protection(trusted_origins=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cross_origin_protection(trusted_origins=[b"https://app.example"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
api.finish = api.finish  # type: ignore[method-assign]  # pyright: ignore[reportAttributeAccessIssue]
