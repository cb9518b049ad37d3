"""How docstrings and comments of the package read: patterns that may become rarer, and no more frequent.

A reader stumbles over these patterns. They cannot all be rewritten at once, so each has a bound: the number of places
that have it today. A change that removes some lowers the bound; no change raises it.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from typing import Final, Literal, NamedTuple, TypeAlias

import pytest

from tests.sources import RAISES_SECTION, modules, path_of, text

Kind: TypeAlias = Literal["docstring", "comment", "raises"]


class Passage(NamedTuple):
    """A docstring, a comment of one or more lines, or what an entry of a `Raises:` section says of its error."""

    kind: Kind
    words: tuple[tuple[int, str], ...]  # each with its line

    @classmethod
    def of(cls, kind: Kind, line: int, said: str) -> Passage:
        """A passage whose text begins on a line."""
        return cls(kind, tuple((line + n, word) for n, part in enumerate(said.split("\n")) for word in part.split()))

    def __str__(self) -> str:
        return " ".join([word for _, word in self.words])

    def line_at(self, position: int) -> int:
        """The line of a position in the text, which has single spaces between the words."""
        return self.words[str(self).count(" ", 0, position)][0]


class Pattern(NamedTuple):
    """Something that reads badly, and how often it is there."""

    kinds: frozenset[Kind]
    expression: re.Pattern[str]
    instead: str
    bound: int


PROSE: Final[frozenset[Kind]] = frozenset({"docstring", "comment"})
DOCSTRING: Final[frozenset[Kind]] = frozenset({"docstring"})
RAISES: Final[frozenset[Kind]] = frozenset({"raises"})

PATTERNS: Final = {
    "docstring-begins-with-what-or-who": Pattern(
        DOCSTRING,
        re.compile(r"\A(?:What|Who)\b"),
        "name the thing: 'The limits of a request', not 'What is too much'",
        0,
    ),
    "raises-begins-with-a-pronoun": Pattern(
        RAISES,
        re.compile(r"\A(?:It|They|There|One|Of|That|Which|None)\b"),
        "name the thing, since editors show the line alone: 'The text is not an HTTP date.', not 'It is none.'",
        0,
    ),
    "raises-of-four-words-or-fewer": Pattern(
        RAISES,
        re.compile(r"\A\S+(?: \S+){0,3}\Z"),
        "say what is wrong with which value: 'The declared length exceeds `max_size`.', not 'It does.'",
        2,
    ),
    "term-the-reference": Pattern(
        PROSE,
        re.compile(r"\bthe reference's|\b(?:as|like|unlike|than) the reference\b", re.IGNORECASE),
        "say 'Werkzeug'",
        0,
    ),
    "term-floor": Pattern(PROSE, re.compile(r"\bfloors?\b", re.IGNORECASE), "say 'layer'", 0),
    "term-knob": Pattern(PROSE, re.compile(r"\bknobs?\b", re.IGNORECASE), "say 'setting', or 'limit'", 4),
    "term-in-hand": Pattern(PROSE, re.compile(r"\bin hand\b", re.IGNORECASE), "say 'in memory', or 'given'", 0),
    "term-fit-for-the-wire": Pattern(
        PROSE, re.compile(r"\bfits? (?:for )?the wire\b", re.IGNORECASE), "say 'valid in an HTTP message'", 0
    ),
    "term-design-section": Pattern(
        PROSE, re.compile(r"\bdesign(?:\.md)? ?§", re.IGNORECASE), "give the reason: no such document is here", 0
    ),
    "negated-noun-is-no": Pattern(
        PROSE,
        re.compile(r"\bis no\b", re.IGNORECASE),
        "negate the verb or the adjective: 'The name is not a token', not 'The name is no token'",
        3,
    ),
    "negated-noun-is-none": Pattern(
        PROSE,
        re.compile(r"(?<!\b[Tt]here )\bis none\b"),
        "repeat the noun: 'The text is not a host', not 'It is none'",
        0,
    ),
    "negated-noun-there-is-none": Pattern(
        PROSE,
        re.compile(r"\bthere is none\b", re.IGNORECASE),
        "say what is missing: '`None` without a Content-Type', not '`None`: there is none'",
        0,
    ),
}

ENTRY: Final = re.compile(r"^(?P<indent> *)[\w.`, ]+:(?P<words>.*(?:\n(?P=indent) +\S.*)*)", re.MULTILINE)


def passages(source: str) -> Iterator[Passage]:
    """Everything that a module says to its readers."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(docstring))):
                yield Passage.of("docstring", node.lineno, docstring)
                for line, words in raises_entries(docstring):
                    yield Passage.of("raises", node.lineno + line, words)
            case _:
                pass
    for line, words in comments(source):
        yield Passage.of("comment", line, words)


def raises_entries(docstring: str) -> Iterator[tuple[int, str]]:
    """What each entry of a `Raises:` section says, after the names of its errors, and on which line."""
    section = RAISES_SECTION.search(docstring + "\n")
    if section is not None:
        for entry in ENTRY.finditer(section["body"]):
            yield docstring.count("\n", 0, section.start("body") + entry.start()), entry["words"]


def comments(source: str) -> Iterator[tuple[int, str]]:
    """The comments of a module: lines that follow each other are one."""
    first, last, words = 0, -1, ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            line = token.start[0]
            if line != last + 1 and words:
                yield first, words
                words = ""
            first, words = (first, f"{words}\n") if words else (line, "")
            last, words = line, words + token.string.lstrip("#")
    if words:
        yield first, words


@cache
def prose_of_the_package() -> dict[str, list[Passage]]:
    """The passages of every module, by its path."""
    return {path_of(module): list(passages(text(module))) for module in modules()}


def found(pattern: Pattern, prose: dict[str, list[Passage]]) -> list[str]:
    """Where a pattern is, with a few words of what follows; as often as it is there."""
    return [
        f"{path}:{passage.line_at(match.start())}: {str(passage)[match.start() :][:60]}"
        for path, said in prose.items()
        for passage in said
        if passage.kind in pattern.kinds
        for match in pattern.expression.finditer(str(passage))
    ]


def verdict(pattern: Pattern, places: list[str]) -> str:
    """What is wrong with the number of places; "" when it is the bound."""
    if len(places) > pattern.bound:
        return "\n".join([f"{len(places)}, at most {pattern.bound} are allowed; {pattern.instead}:", *places])
    return f"lower the bound to {len(places)}" if len(places) < pattern.bound else ""


@pytest.mark.parametrize("name", PATTERNS)
def test_pattern_is_not_more_frequent(name: str) -> None:
    """The package has a pattern as often as its bound says: another one is refused, and one less lowers the bound."""
    told = verdict(PATTERNS[name], found(PATTERNS[name], prose_of_the_package()))

    assert not told, told


@pytest.mark.parametrize(
    ("name", "expected", "source"),
    [
        pytest.param("docstring-begins-with-what-or-who", 1, '"""What is too much."""', id="what"),
        pytest.param("docstring-begins-with-what-or-who", 1, 'x = 1\n"""Who asks."""', id="who-of-a-variable"),
        pytest.param("docstring-begins-with-what-or-who", 0, '"""Whatever, and what."""', id="whatever"),
        pytest.param("docstring-begins-with-what-or-who", 0, "# What is too much", id="what-in-a-comment"),
        pytest.param("raises-begins-with-a-pronoun", 1, "{It is longer than the limit allows.}", id="it"),
        pytest.param("raises-begins-with-a-pronoun", 1, "{\n            Of them, two are equal.}", id="next-line"),
        pytest.param("raises-begins-with-a-pronoun", 2, "{It is.\n        TypeError: That.}", id="two-entries"),
        pytest.param("raises-begins-with-a-pronoun", 0, "{Items: it is one of them.}", id="a-noun"),
        pytest.param("raises-of-four-words-or-fewer", 1, "{It is not one.}", id="four-words"),
        pytest.param("raises-of-four-words-or-fewer", 0, "{The text is not one.}", id="five-words"),
        pytest.param("raises-of-four-words-or-fewer", 0, "{The text\n            is not one.}", id="on-two-lines"),
        pytest.param("term-the-reference", 1, "# as the reference does", id="the-reference"),
        pytest.param("term-the-reference", 1, "# The reference's four.", id="the-references"),
        pytest.param("term-the-reference", 0, "# the reference has a scheme", id="a-uri-reference"),
        pytest.param("term-floor", 2, "# floors above this floor", id="floors"),
        pytest.param("term-floor", 0, "floor = math.floor(1)", id="floor-in-code"),
        pytest.param("term-knob", 1, "# the knob", id="knob"),
        pytest.param("term-in-hand", 1, "# once it is in\n# hand", id="in-hand-on-two-lines"),
        pytest.param("term-in-hand", 0, "# it is in\nx = 1\n# hand", id="two-comments"),
        pytest.param("term-fit-for-the-wire", 1, '"""It is fit\nfor the wire."""', id="fit-for-the-wire"),
        pytest.param("term-design-section", 1, "# as design §9 says", id="design"),
        pytest.param("negated-noun-is-no", 1, "# it is no token", id="is-no"),
        pytest.param("negated-noun-is-no", 0, "# it is not a token, and this no token", id="is-not"),
        pytest.param("negated-noun-is-no", 0, 'x = "it is no token"', id="is-no-in-a-message"),
        pytest.param("negated-noun-is-none", 1, "# it is none, and there is none", id="is-none"),
        pytest.param("negated-noun-there-is-none", 1, "# it is none, and there is none", id="there-is-none"),
        pytest.param("negated-noun-is-none", 0, "# it is `None`", id="is-the-object"),
        pytest.param("negated-noun-is-none", 0, "# it is None", id="is-the-object-without-quotes"),
    ],
)
def test_found(name: str, expected: int, source: str) -> None:
    """A pattern is counted where it stands, and only there; braces stand for the entry of a function."""
    said = list(passages(source.replace("{", FUNCTION).replace("}", FUNCTION_END)))

    assert expected == len(found(PATTERNS[name], {"a.py": said}))


FUNCTION: Final = '''def read(text):
    """Read a text.

    Raises:
        GrammarError: '''
FUNCTION_END: Final = '''

    >>> read("It is: none")
    """
'''


@pytest.mark.parametrize(
    ("expected", "places"),
    [
        pytest.param("lower the bound to 1", ["a.py:1: floor"], id="rarer"),
        pytest.param("", ["a.py:1: floor", "a.py:2: floor"], id="as-often"),
        pytest.param(
            "3, at most 2 are allowed; say 'layer':\na.py:1: floor\na.py:2: floor\nb.py:1: floor",
            ["a.py:1: floor", "a.py:2: floor", "b.py:1: floor"],
            id="more-often",
        ),
    ],
)
def test_verdict(expected: str, places: list[str]) -> None:
    """A bound that is too high must be lowered; one that is exceeded lists every place."""
    assert expected == verdict(PATTERNS["term-floor"]._replace(bound=2), places)


def test_places_are_lines() -> None:
    """A place is the line of the first word that a pattern matches, even inside a passage of several lines."""
    source = f"{FUNCTION}One of\n            many.{FUNCTION_END}\n# a floor\n# and a floor\nx = 1  # floor\n\n# floor\n"
    prose = {"a.py": list(passages(source))}

    assert ["a.py:5: One of many."] == found(PATTERNS["raises-begins-with-a-pronoun"], prose)
    assert [11, 12, 13, 15] == [int(one.split(":")[1]) for one in found(PATTERNS["term-floor"], prose)]
