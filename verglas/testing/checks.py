"""`check_handler`: throws requests at a handler, and reports what no handler may do. It needs the extra
`verglas[hypothesis]`.

Of a table of routes, or of an application around one, it also makes the requests that fit each route and those that
just do not, and holds the answers against what the table promises.
"""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from random import Random
from textwrap import indent
from types import CodeType
from typing import Final, Never, TypedDict, TypeVar, Unpack, cast, final, overload

from attrs import evolve, frozen

try:
    from hypothesis import Phase, Verbosity, find, settings
    from hypothesis import strategies as st
    from hypothesis.errors import Flaky, NoSuchExample, Unsatisfiable
    from hypothesis.strategies import SearchStrategy
except ModuleNotFoundError as _missing:  # with `_`, or type checkers take it for a public name
    raise ModuleNotFoundError(
        "verglas.testing.checks needs an extra: install verglas[hypothesis]", name=_missing.name
    ) from _missing

from verglas.backports import override
from verglas.functions import name_of
from verglas.handlers import Handler, application
from verglas.paths.routes import Routes
from verglas.request.application import MethodApplication
from verglas.request.model import Request
from verglas.serving import check_handler as check_is_handler
from verglas.serving import is_application
from verglas.testing.curl import to_curl
from verglas.testing.insides import Layout, Table, code_of, handler_of, layout_of, tables_in
from verglas.testing.messages import to_message
from verglas.testing.observed import STATE, Observed, Watch, collected, no_collection, observe, watch_calls
from verglas.testing.probes import Plan, Thrown, links_of, marked, plans_of_any
from verglas.testing.rules import CHECKS, FITS, Check, Probe, Seen, place_of
from verglas.testing.strategies import GivenStrategies
from verglas.testing.tableprobes import hint_of, plans_of_table
from verglas.values import Value
from verglas.wsgi import ResponseLike, WSGIApplication

__all__ = [
    "CHECKS",
    "Check",
    "CheckOptions",
    "Fault",
    "FaultsFound",
    "Observed",
    "Probe",
    "Seen",
    "check_handler",
    "find_faults",
]

S = TypeVar("S")

MAX_EXAMPLES: Final = 100
MAX_PAGES: Final = 20


@final
@frozen(eq=False)
class Fault(Value):
    """A fault of a handler.

    Attributes:
        kind: The name of the check that found it.
        what: What is wrong, in words.
        request: The smallest request found that shows it, with its state.
        route: The route that it was made for: method and path; `""` without a table.
        error: The exception, if one was raised.
    """

    kind: str
    what: str
    request: Request[object]
    route: str = ""
    error: BaseException | None = None

    @override
    def __str__(self) -> str:
        of_route = f", {self.route}" if self.route else ""
        return f"{self.kind}{of_route}: {self.what}"


@final
class FaultsFound(AssertionError):
    """The faults that `check_handler` found.

    Attributes:
        faults: The faults.
    """

    faults: tuple[Fault, ...]

    def __init__(self, message: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(message)
        self.faults = faults


class CheckOptions(TypedDict, total=False):
    """The options of `find_faults` and `check_handler`.

    Attributes:
        requests: The requests to make, instead of generated ones.
        table: The table of routes that requests are made for, instead of those found inside the handler.
        given: Strategies for the values of inputs, as `requests_of` takes them; for a security input, good credentials.
        prepare: Called with each request, returns the one that is sent, such as with credentials. Not called with those
            that are to be refused for their credentials.
        checks: The checks to make; `CHECKS` without it.
        leave_out: The kinds of faults that are not reported.
        max_examples: About how many requests are made; with a table, for each route.
        seed: The same seed makes the same requests.
    """

    requests: SearchStrategy[Request[None]]
    table: Routes[Never]
    given: GivenStrategies
    prepare: Callable[[Request[None]], Request[None]]
    checks: Sequence[Check]
    leave_out: Collection[str]
    max_examples: int
    seed: int


def _as_it_is(request: Request[None]) -> Request[None]:
    return request


class _Search:
    """A search for faults.

    Args:
        app: The application.
        checks: The checks.
        watch: Where it may leave something behind.
        options: Those of `find_faults`.
    """

    def __init__(self, app: WSGIApplication, checks: Sequence[Check], watch: Watch, options: CheckOptions) -> None:
        self._app = app
        self._checks = checks
        self._watch = watch
        self.examples = options.get("max_examples", MAX_EXAMPLES)
        self._seed = options.get("seed", 0)
        self._prepare = options.get("prepare", _as_it_is)
        self.found: dict[tuple[str, ...], Fault] = {}
        self.unreached: dict[str, CodeType] = {}
        self._refused: dict[str, list[tuple[Thrown, Observed]]] = {}

    def run(self, plan: Plan) -> None:
        """Make the requests of a plan, and for each fault that is new look for the smallest that shows it."""
        self.carefully(lambda: self._run(plan))

    def carefully(self, make: Callable[[], None]) -> None:
        """Make requests; if they leave to the garbage collector what is open, again, to see which they are."""
        make()
        if collected():
            calm, self._watch = self._watch, evolve(self._watch, collects=True)
            make()
            self._watch = calm

    def _run(self, plan: Plan) -> None:
        before = set(self.found)
        made: list[Thrown] = []

        def look(thrown: Thrown) -> bool:
            made.append(thrown)
            self.see(thrown)
            return False

        self._find(plan, look, shrink=False)
        for key in [key for key in self.found if key not in before]:
            self._shrink(plan, key)
        for cases in plan.cases(made) if plan.cases is not None and made else ():
            most = max(1, round(self.examples * plan.case_share))
            numbers: Sequence[int] = range(len(cases))
            if len(cases) > most:  # and the plainest of them first
                numbers = sorted(Random(f"{self._seed} {plan.name}").sample(numbers, most))
            for number in numbers:
                self.see(cases[number])

    def _shrink(self, plan: Plan, key: tuple[str, ...]) -> None:
        left = self.examples

        def shows(thrown: Thrown) -> bool:
            nonlocal left
            if not left:
                return False  # it is small enough
            found = dict(self.faults_of(thrown)).get(key)
            is_after_first = found is not None or left < self.examples
            left -= is_after_first
            if found is None:
                return False
            self.found[key] = found
            return True

        self._find(plan, shows, shrink=True)

    def _find(self, plan: Plan, condition: Callable[[Thrown], bool], *, shrink: bool) -> None:
        phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
        count = max(1, round(self.examples * plan.share))
        own = settings(
            max_examples=count,
            phases=phases,
            database=None,
            deadline=None,
            verbosity=Verbosity.quiet,
        )
        # A handler that remembers may do another thing the next time: then the first request that showed it is kept.
        with suppress(NoSuchExample, Flaky, Unsatisfiable):
            find(plan.requests, condition, settings=own, random=Random(f"{self._seed} {plan.name}"))

    def sweep(self, groups: Sequence[tuple[Thrown, Sequence[Thrown]]], state: object) -> None:
        """Make requests of several parts; where one has a fault, those of each part before it.

        Args:
            groups: The requests.
            state: Their state.
        """
        most = 3 * self.examples
        for whole, parts in groups if len(groups) <= most else Random(self._seed).sample(groups, most):
            found = list(self.faults_of(evolve(whole, state=state)))
            if any(key not in self.found or fault.error is not None for key, fault in found):  # which hides others
                for part in parts:
                    self.see(evolve(part, state=state))
                for key, fault in found:
                    self.found.setdefault(key, fault)

    def see(self, thrown: Thrown) -> Observed:
        """Make a request, and keep the faults that are new."""
        seens = self._seen(thrown)
        for key, fault in self._faults(thrown, seens):
            self.found.setdefault(key, fault)
        return seens[0].exchange

    def faults_of(self, thrown: Thrown) -> Iterator[tuple[tuple[str, ...], Fault]]:
        """The faults that a request shows."""
        return self._faults(thrown, self._seen(thrown))

    def _faults(self, thrown: Thrown, seens: Sequence[Seen]) -> Iterator[tuple[tuple[str, ...], Fault]]:
        for seen in seens:
            for check in self._checks:
                if check.of_failures == seen.exchange.is_answered:
                    continue
                what = check.look(seen)
                if what is None:
                    continue
                made, route, error = seen.exchange, thrown.probe.route, seen.exchange.error
                place = () if error is None else (type(error).__name__, place_of(error))
                key = (check.kind, route, *place)
                yield key, Fault(check.kind, what, made.request.with_state(thrown.state), route, error)

    def _seen(self, thrown: Thrown) -> list[Seen]:
        if thrown.probe.aim != "stranger":
            thrown = evolve(thrown, request=self._prepare(thrown.request))
        first = self._exchange(thrown, thrown.request)
        seen = Seen(first, thrown.probe)
        if thrown.request.method != "GET" or thrown.pieces is not None or not first.is_answered:
            return [seen]
        head = self._exchange(thrown, thrown.request.replace(method="HEAD"))
        again = self._exchange(thrown, thrown.request)
        repeats = [again]
        if len(again.lines) > len(first.lines):
            repeats.append(self._exchange(thrown, thrown.request))
        probe = Probe(route=thrown.probe.route)
        return [evolve(seen, repeats=tuple(repeats)), Seen(head, probe, gets=(first, again))]

    def _exchange(self, thrown: Thrown, request: Request[None]) -> Observed:
        route = thrown.probe.route
        code = self.unreached.get(route)
        if code is None:
            return observe(self._app, request, self._watch, state=thrown.state, pieces=thrown.pieces)
        with watch_calls(code, lambda: self.unreached.pop(route)):
            made = observe(self._app, request, self._watch, state=thrown.state, pieces=thrown.pieces)
        if thrown.probe.what == FITS:
            self._refused.setdefault(route, []).append((thrown, made))
        return made

    def tell_unreached(self, hints: Mapping[str, str]) -> None:
        """Keep a fault for each handler that no request came to.

        Args:
            hints: What may help, for some routes.
        """
        for route in self.unreached:
            refused = self._refused.get(route, [])
            codes = ", ".join([str(code) for code in sorted({made.status_code for _, made in refused if made.status})])
            told = f"its handler was never called: what fits it was answered {codes or 'nothing'}"
            hint = hints.get(route, "let requests in with prepare= or state=, or give better values with given=")
            for thrown, made in refused[:1]:
                self.keep(evolve(thrown, probe=Probe("unreached", f"{told}; {hint}", route=route)), made)

    def keep(self, thrown: Thrown, made: Observed) -> None:
        """Keep the faults of an exchange that was made already."""
        for key, fault in self._faults(thrown, [Seen(made, thrown.probe)]):
            self.found.setdefault(key, fault)


def _crawl(search: _Search, state: object, roots: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The targets of the pages that `/` and others lead to, and the names of the fields of their forms."""
    targets, names = [*dict.fromkeys(["/", *roots])], list[str]()
    for target in targets:
        probe = Probe(what=FITS, route=roots.get(target, ""))
        found, more = links_of(search.see(Thrown(Request(url=target), probe, state=state)))
        names += more
        targets += [one for one in found if one not in targets][: max(0, MAX_PAGES - len(targets))]
    return targets, names


@overload
def find_faults(handler: Handler[None], /, **options: Unpack[CheckOptions]) -> tuple[Fault, ...]: ...
@overload
def find_faults(handler: WSGIApplication, /, **options: Unpack[CheckOptions]) -> tuple[Fault, ...]: ...
@overload
def find_faults(
    handler: Callable[[Request[S]], ResponseLike], /, *, state: SearchStrategy[S], **options: Unpack[CheckOptions]
) -> tuple[Fault, ...]: ...
@overload
def find_faults(
    handler: Callable[[Request[S]], ResponseLike], /, *, state: S, **options: Unpack[CheckOptions]
) -> tuple[Fault, ...]: ...
def find_faults(handler: object, /, *, state: object = None, **options: Unpack[CheckOptions]) -> tuple[Fault, ...]:
    """Throw requests at a handler, and return its faults.

    A table of routes is sent requests that fit each route, and requests that just do not; also one behind middleware,
    in an application, or mounted. Any other handler is sent requests of every kind, for `/` or the path that it is
    mounted at, and for the pages that it links to. All requests go through the handler that is given.

    Args:
        handler: A handler, a table of routes, or a WSGI application.
        state: The state of the requests, or a strategy for it.
        **options: See `CheckOptions`.

    Returns:
        The faults: one of each kind for each route, and one for each place that raises an exception.

    Raises:
        TypeError: The handler is neither a function of a request nor a WSGI application.
        ValueError: A name in `leave_out` is not that of a check.

    >>> from verglas import Response, text
    >>> def page(request: Request) -> Response:
    ...     return text(f"page {int(request.args.get('page', '1'))}")
    >>> [fault] = find_faults(page)
    >>> fault.kind, str(fault.request.url)
    ('exception', 'http://localhost/?page=vrglsmrk')
    """
    return _find_faults(handler, state, options, "find_faults()")


def _find_faults(handler: object, state: object, options: CheckOptions, taken_by: str) -> tuple[Fault, ...]:
    checks = _chosen(options.get("checks", CHECKS), options.get("leave_out", ()))
    states = cast("SearchStrategy[object]", state) if isinstance(state, SearchStrategy) else st.just(state)
    with no_collection(), _own_temporary_files() as folder:
        search = _Search(_application(handler, taken_by), checks, Watch(folder), options)
        table = options.get("table")
        _throw(search, tables_in(handler) if table is None else [table], options, states)
    order = {check.kind: number for number, check in enumerate(checks)}
    return tuple(sorted(search.found.values(), key=lambda fault: order[fault.kind]))


def _with_state(thrown: Thrown, state: object) -> Thrown:
    return evolve(thrown, state=state)


def _chosen(checks: Sequence[Check], leave_out: Collection[str]) -> tuple[Check, ...]:
    kinds = [check.kind for check in checks]
    for kind in [leave_out] if isinstance(leave_out, str) else leave_out:
        if kind not in kinds:
            raise ValueError(f"leave_out= names {kind!r}, which is not a kind of fault; there are {', '.join(kinds)}")
    return tuple([check for check in checks if check.kind not in leave_out])


@contextmanager
def _own_temporary_files() -> Generator[str]:
    """A folder that temporary files come into meanwhile."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        tempfile.tempdir = folder
        try:
            yield folder
        finally:
            tempfile.tempdir = before


def _application(handler: object, taken_by: str) -> WSGIApplication:
    if isinstance(handler, MethodApplication) or is_application(handler):
        return cast("WSGIApplication", handler)  # as the second overload has it
    check_is_handler(handler, taken_by)
    run = cast("Callable[[Request[object]], ResponseLike]", handler)  # as the others have it

    @wraps(run)
    def with_state(request: Request) -> ResponseLike:
        return run(request.with_state(request.environ[STATE]))

    return application(with_state)


def _throw(search: _Search, tables: Sequence[Table], options: CheckOptions, states: SearchStrategy[object]) -> None:
    if "requests" in options:
        _run(search, [Plan("requests", options["requests"].map(Thrown))], states)
        return
    state = find(states, lambda _: True, settings=settings(database=None, deadline=None), random=Random(0))
    layout = layout_of(tables[0]) if len(tables) == 1 else Layout((), ())
    opaque = {f"* {one.path}...": one for one in layout.opaque()}
    named = {f"{route.method} {route.template}": route for route in layout.routes()}
    targets = {name: one.target for name, one in opaque.items()} | {name: one.handler for name, one in named.items()}
    search.unreached |= {name: code for name, one in targets.items() if (code := code_of(one)) is not None}
    if len(tables) > 1:
        what = f"{len(tables)} tables are inside, and which of them is asked cannot be seen: say table="
        search.see(Thrown(Request(url="/"), Probe("unreached", what), state=state))
    pages, names = _crawl(search, state, {one.path: name for name, one in opaque.items()})
    search.carefully(lambda: search.sweep(marked(pages, names), state))
    given = options.get("given", {})
    _run(search, [*plans_of_any(pages), *(plans_of_table(layout, given, search.examples) if tables else ())], states)
    search.tell_unreached({name: hint for name, one in named.items() if (hint := hint_of(one, given))})


def _run(search: _Search, plans: Sequence[Plan], states: SearchStrategy[object]) -> None:
    for plan in plans:
        search.run(evolve(plan, requests=st.builds(_with_state, plan.requests, states)))


@overload
def check_handler(handler: Handler[None], /, **options: Unpack[CheckOptions]) -> None: ...
@overload
def check_handler(handler: WSGIApplication, /, **options: Unpack[CheckOptions]) -> None: ...
@overload
def check_handler(
    handler: Callable[[Request[S]], ResponseLike], /, *, state: SearchStrategy[S], **options: Unpack[CheckOptions]
) -> None: ...
@overload
def check_handler(
    handler: Callable[[Request[S]], ResponseLike], /, *, state: S, **options: Unpack[CheckOptions]
) -> None: ...
def check_handler(handler: object, /, *, state: object = None, **options: Unpack[CheckOptions]) -> None:
    """Throw requests at a handler, and fail if it has faults.

    Args:
        handler: As for `find_faults`.
        state: The state of the requests, or a strategy for it.
        **options: See `CheckOptions`.

    Raises:
        FaultsFound: The handler has faults. The message shows each, with a small request as text and as a command.
        TypeError: The handler is neither a function of a request nor a WSGI application.
        ValueError: A name in `leave_out` is not that of a check.

    >>> from verglas import Response, text
    >>> check_handler(lambda request: text("Hello"))
    """
    __tracebackhide__ = True  # pytest shows the report, not how it was made
    faults = _find_faults(handler, state, options, "check_handler()")
    if faults:
        raise FaultsFound(_report(handler, faults, options), faults)


def _report(handler: object, faults: Sequence[Fault], options: CheckOptions) -> str:
    """All faults, with their requests, and how to go on."""
    groups: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        groups.setdefault((fault.kind, fault.what), []).append(fault)
    count = "a fault" if len(groups) == 1 else f"{len(groups)} faults"
    parts = [f"{_named(handler)} has {count}:"]
    for number, (fault, *others) in enumerate(groups.values(), 1):
        same = [f"The same is true of {', '.join([other.route or '/' for other in others])}."] if others else []
        parts.append(f"{number}. {fault}\n\n" + indent("\n\n".join([*same, _shown(fault)]), "    "))
    again = [f"max_examples={options.get('max_examples', MAX_EXAMPLES)}", f"seed={options.get('seed', 0)}"]
    kinds = ", ".join([repr(kind) for kind in dict.fromkeys([fault.kind for fault in faults])])
    parts.append(
        f"To see them again: find_faults(handler, {', '.join(again)}), whose faults have their requests."
        f" To allow some: leave_out=[{kinds}]."
    )
    return "\n\n".join(parts)


def _named(handler: object) -> str:
    """A handler as a report names it: of one around a table, the table as well."""
    counts = [len(layout_of(table).routes()) for table in tables_in(handler)]
    tables = " and ".join([f"a table of {'one route' if count == 1 else f'{count} routes'}" for count in counts])
    if isinstance(handler, Routes):
        return tables.capitalize()
    name = name_of(handler_of(handler))
    if not tables:
        return name
    return f"{'A handler' if name == 'Routes' else name} around {tables}"


def _shown(fault: Fault) -> str:
    message = to_message(fault.request, mask=None).decode("utf-8", "backslashreplace")
    parts = [message.replace("\r\n", "\n").strip()]
    with suppress(ValueError):  # of a HEAD with a body, which curl does not send
        parts.append(to_curl(fault.request))
    if fault.error is not None:
        parts.append("".join(traceback.format_exception(fault.error, limit=-3)).rstrip())
    return "\n\n".join(parts)
