"""`Content-Security-Policy` (CSP Level 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final, TypedDict, Unpack, cast, final

from attrs import field, frozen

from verglas.backports import override
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.headers.fields import HeaderField, HeaderValue, NamedText, list_field
from verglas.multimap import expanded
from verglas.syntax.tokens import refuse

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "CONTENT_SECURITY_POLICY_REPORT_ONLY",
    "ContentSecurityPolicy",
    "Directives",
]

# What ends a directive or a policy, and what neither may hold (CSP3 §2.2): an injected ";" would be another
# directive; pinned by `test_refuses_what_would_inject`.
_NOT_VALUE: Final = r"[^\t -+\--:<-~]"
_NOT_NAME: Final = r"[^!-+\--:<-~]|\A\Z"  # nor may it be empty
_NOT_TEXT: Final = r"[^\t -~]"


class Directives(TypedDict, total=False):
    """The directives by name; `None` or `False` leaves it out, the empty text is a directive without a value."""

    base_uri: str | None
    block_all_mixed_content: bool | None
    child_src: str | None
    connect_src: str | None
    default_src: str | None
    fenced_frame_src: str | None
    font_src: str | None
    form_action: str | None
    frame_ancestors: str | None
    frame_src: str | None
    img_src: str | None
    manifest_src: str | None
    media_src: str | None
    navigate_to: str | None
    object_src: str | None
    plugin_types: str | None
    prefetch_src: str | None
    report_to: str | None
    report_uri: str | None
    require_trusted_types_for: str | None
    sandbox: str | None
    script_src: str | None
    script_src_attr: str | None
    script_src_elem: str | None
    style_src: str | None
    style_src_attr: str | None
    style_src_elem: str | None
    trusted_types: str | None
    upgrade_insecure_requests: bool | None
    webrtc: str | None
    worker_src: str | None


def _checked(directives: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    pairs = expanded(directives, "; ContentSecurityPolicy.parse(...) reads a text")
    # Of which the annotation tells.
    return tuple((_check_name(name), _check_value(value)) for name, value in cast("Iterator[tuple[str, str]]", pairs))


@final
@frozen(init=False)
class ContentSecurityPolicy(HeaderValue, Mapping[str, str]):
    """From where a page may load what (CSP3 §2.2): a frozen mapping of directives, names in lower case, to values.

        Content-Security-Policy = 1#serialized-policy
        serialized-policy       = serialized-directive *( OWS ";" [ OWS serialized-directive ] )
        serialized-directive    = directive-name [ 1*WSP directive-value ]

    `default-src 'self'; img-src *`, `sandbox allow-forms; upgrade-insecure-requests`. The properties have the names of
    the directives: `str | None` (`""`: there, without a value, as `sandbox` may be), or `bool` where there never is a
    value. What is not known is kept.

    A field may hold several policies, and a browser enforces each: no single one says the same. The mapping and the
    properties are about the first, the others are `further`, and edits leave them as they are.

    | of the two            | is                                           |
    |-----------------------|----------------------------------------------|
    | `a x; a y`, read      | `a x`: the first of equal names (§2.2.1)     |
    | `a x` \\| `a y`        | `a y`: the right one replaces the directive  |
    | `a x` \\| `b y`        | `a x; b y`                                   |
    | `a x` == `A  x`       | equal: case of names, width of space         |
    | `a x; b y` == `b y; a x` | equal: the order of directives says nothing |
    | `a x` == `a X`        | not equal                                    |

    Args:
        directives: Pairs of names and values, or a mapping; a value is its tokens, with space between them.
        further: The policies that hold besides.
        named: Directives as keywords: `script_src="'self'"`.

    Raises:
        HeaderValueError: A name or a value holds `;`, `,`, a control or a character that is not ASCII; or a name is
            there twice.

    >>> policy = ContentSecurityPolicy(default_src="'self'", upgrade_insecure_requests=True)
    >>> str(policy | "img-src *; default-src 'none'")
    "default-src 'none'; upgrade-insecure-requests; img-src *"
    >>> policy.script_src is None, policy.upgrade_insecure_requests
    (True, True)
    """

    _instead: ClassVar[str] = "use |=, as in response.content_security_policy |= ContentSecurityPolicy({name}=...)"

    directives: tuple[tuple[str, str], ...] = field(eq=frozenset)
    further: tuple[ContentSecurityPolicy, ...]
    _values: dict[str, str] = field(init=False, eq=False, repr=False)

    base_uri: ClassVar[NamedText] = NamedText("base-uri")
    child_src: ClassVar[NamedText] = NamedText("child-src")
    connect_src: ClassVar[NamedText] = NamedText("connect-src")
    default_src: ClassVar[NamedText] = NamedText("default-src")
    fenced_frame_src: ClassVar[NamedText] = NamedText("fenced-frame-src")
    font_src: ClassVar[NamedText] = NamedText("font-src")
    form_action: ClassVar[NamedText] = NamedText("form-action")
    frame_ancestors: ClassVar[NamedText] = NamedText("frame-ancestors")
    frame_src: ClassVar[NamedText] = NamedText("frame-src")
    img_src: ClassVar[NamedText] = NamedText("img-src")
    manifest_src: ClassVar[NamedText] = NamedText("manifest-src")
    media_src: ClassVar[NamedText] = NamedText("media-src")
    navigate_to: ClassVar[NamedText] = NamedText("navigate-to")
    object_src: ClassVar[NamedText] = NamedText("object-src")
    plugin_types: ClassVar[NamedText] = NamedText("plugin-types")
    prefetch_src: ClassVar[NamedText] = NamedText("prefetch-src")
    report_to: ClassVar[NamedText] = NamedText("report-to")
    report_uri: ClassVar[NamedText] = NamedText("report-uri")
    require_trusted_types_for: ClassVar[NamedText] = NamedText("require-trusted-types-for")
    sandbox: ClassVar[NamedText] = NamedText("sandbox")
    script_src: ClassVar[NamedText] = NamedText("script-src")
    script_src_attr: ClassVar[NamedText] = NamedText("script-src-attr")
    script_src_elem: ClassVar[NamedText] = NamedText("script-src-elem")
    style_src: ClassVar[NamedText] = NamedText("style-src")
    style_src_attr: ClassVar[NamedText] = NamedText("style-src-attr")
    style_src_elem: ClassVar[NamedText] = NamedText("style-src-elem")
    trusted_types: ClassVar[NamedText] = NamedText("trusted-types")
    webrtc: ClassVar[NamedText] = NamedText("webrtc")
    worker_src: ClassVar[NamedText] = NamedText("worker-src")

    def __init__(
        self,
        directives: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        *,
        further: Iterable[ContentSecurityPolicy] = (),
        **named: Unpack[Directives],
    ) -> None:
        pairs = _checked(directives) + tuple((n, _check_value(v)) for n, v in _from_keywords(named) if v is not None)
        values = dict(pairs)
        if len(values) != len(pairs):
            raise HeaderValueError("Content-Security-Policy", "a directive that is there twice: the second is ignored")
        if isinstance(directives, ContentSecurityPolicy):  # of several policies, all
            further = (*directives.further, *further)
        # Each on its own, none without a directive: it would be read as none.
        flat = tuple(one for policy in further for one in policy.policies)
        if not pairs and flat:
            values, pairs, flat = dict(flat[0].directives), flat[0].directives, flat[1:]
        _set_directives(self, pairs)
        _set_further(self, flat)
        _set_values(self, values)

    @classmethod
    def parse(cls, text: str, /) -> ContentSecurityPolicy:
        """Read the policies of a field (CSP3 §2.2.2): of equal directives of one policy the first counts.

        Args:
            text: All lines, joined with commas. Not a list with quotes: a comma separates wherever it stands.

        Raises:
            GrammarError: The text has a control character other than tab, or a character that is not ASCII.

        >>> ContentSecurityPolicy.parse("IMG-SRC *;; sandbox, default-src 'none'").policies[1].default_src
        "'none'"
        """
        refuse(_NOT_TEXT, text, "Content-Security-Policy", "expected ASCII without controls", GrammarError)
        first, *rest = [_read_policy(policy).items() for policy in text.split(",")]
        return cls(first, further=[cls(directives) for directives in rest])

    @property
    def block_all_mixed_content(self) -> bool:
        """Whether the directive is there."""
        return "block-all-mixed-content" in self

    @property
    def upgrade_insecure_requests(self) -> bool:
        """Whether the directive is there."""
        return "upgrade-insecure-requests" in self

    @property
    def policies(self) -> tuple[ContentSecurityPolicy, ...]:
        """Each policy on its own; none if there is not a directive."""
        if not self.directives:
            return ()
        return (self,) if not self.further else (ContentSecurityPolicy(self.directives), *self.further)

    def with_(self, **named: Unpack[Directives]) -> ContentSecurityPolicy:
        """These policies with other directives in the first: `None` or `False` takes one away.

        Raises:
            HeaderValueError: A value holds `;`, `,`, a control or a character that is not ASCII.

        >>> str(ContentSecurityPolicy.parse("default-src *; sandbox").with_(default_src=None, script_src="'self'"))
        "sandbox; script-src 'self'"
        """
        values = dict(self.directives)
        for name, value in _from_keywords(named):
            if value is None:
                values.pop(name, None)
            else:
                values[name] = value
        return ContentSecurityPolicy(values.items(), further=self.further)

    def without(self, name: str) -> ContentSecurityPolicy:
        """These policies without a directive in the first.

        >>> str(ContentSecurityPolicy(sandbox="", img_src="*").without("Sandbox"))
        'img-src *'
        """
        low = name.lower()
        return ContentSecurityPolicy([pair for pair in self.directives if pair[0] != low], further=self.further)

    def __or__(self, other: ContentSecurityPolicy | str) -> ContentSecurityPolicy:
        if isinstance(other, str):
            other = ContentSecurityPolicy.parse(other)
        further = dict.fromkeys((*self.further, *other.further))
        united = dict(self.directives) | dict(other.directives)
        return ContentSecurityPolicy(united.items(), further=further)

    @override
    def __getitem__(self, name: str, /) -> str:
        return self._values[name.lower()]

    @override
    def __contains__(self, name: object, /) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    @override
    def __len__(self) -> int:
        return len(self.directives)

    @override
    def __str__(self) -> str:
        return ", ".join(
            "; ".join(f"{name} {value}" if value else name for name, value in pairs)
            for pairs in (self.directives, *(policy.directives for policy in self.further))
        )


# PERF: a slot's own setter is half the price of object.__setattr__ on a frozen class.
_set_directives: Final = ContentSecurityPolicy.__dict__["directives"].__set__
_set_further: Final = ContentSecurityPolicy.__dict__["further"].__set__
_set_values: Final = ContentSecurityPolicy.__dict__["_values"].__set__


def _from_keywords(named: Directives) -> Iterator[tuple[str, str | None]]:
    for keyword, value in named.items():
        # What a checker would have told: a misspelt keyword is not a directive of anybody's.
        if keyword not in Directives.__annotations__:
            raise TypeError(f"there is not a directive {keyword!r}; others than the known are given as pairs")
        text = "" if value is True else None if value is None or value is False else value
        yield keyword.replace("_", "-"), text if text is None or isinstance(text, str) else str(text)


def _check_name(name: str) -> str:
    refuse(_NOT_NAME, name, "Content-Security-Policy", "expected the name of a directive")
    return name.lower()


def _check_value(value: str) -> str:
    problem = "';', ',', a control or a character that is not ASCII in a value"
    refuse(_NOT_VALUE, value, "Content-Security-Policy", problem)
    return " ".join(value.split())


def _read_policy(text: str) -> dict[str, str]:
    directives: dict[str, str] = {}
    for piece in text.split(";"):
        words = piece.split()
        if words:
            directives.setdefault(words[0].lower(), " ".join(words[1:]))
    return directives


CONTENT_SECURITY_POLICY: Final[HeaderField[ContentSecurityPolicy]] = list_field(
    "Content-Security-Policy", ContentSecurityPolicy
)
"""The policies that a browser enforces."""

CONTENT_SECURITY_POLICY_REPORT_ONLY: Final[HeaderField[ContentSecurityPolicy]] = list_field(
    "Content-Security-Policy-Report-Only", ContentSecurityPolicy
)
"""The policies whose violations a browser only reports."""
