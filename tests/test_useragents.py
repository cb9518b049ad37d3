from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from itertools import count
from typing import Final

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import assert_linear, filled
from tests.kit import environ_of
from tests.sources import ROOT
from verglas import HeaderValueError, Request
from verglas.headers import UserAgent
from verglas.useragents import ParsedUserAgent

FIREFOX: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
IPHONE: Final = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID: Final = "Mozilla/5.0 (Linux; Android 13; SM-S901B Build/TP1A.220624.014"

# What is matched by a rule whose name is a group that may be empty or blank.
NAMELESS: Final = ["/1 CFNetwork", " /1 CFNetwork", "\t /1 CFNetwork/2", "/0 CFNetwork Darwin/20.1"]

# What the rules look for, so that texts made of it go deep into them.
PIECES: Final = (
    "Mozilla/5.0", "Mobile", "Safari/", "Version/", "Chrome/", "Firefox/", "Opera", "MSIE ", "Trident/7.0", "CFNetwork",
    "Darwin/", "Linux", "CrKey", "Android", "iPhone OS ", "iPad", "Mac OS X ", "Windows NT ", "HbbTV/1.1.1", "BSD",
    "bot", "spider", "(", ")", ";", "/", " ", ".", "1", "10", "_", "en-US", "[en]", "\xa0", "\xe9",
)  # fmt: skip


class Agents(Request):
    user_agent_class = ParsedUserAgent


class Brief(ParsedUserAgent):
    max_length = 10


class Endless(ParsedUserAgent):
    max_length = sys.maxsize


def known(agent: UserAgent) -> tuple[str | None, ...]:
    """All that an agent tells."""
    return agent.browser, agent.version, agent.platform, agent.language


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param(("firefox", "128.0", "linux", None), FIREFOX, id="firefox-linux"),
        pytest.param(
            ("firefox", "126.0", "linux", None),
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0",
            id="firefox-ubuntu",
        ),
        pytest.param(
            ("firefox", "127.0", "android", None),
            "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
            id="firefox-android",
        ),
        pytest.param(
            ("firefox", "127.0", "iphone", None),
            f"{IPHONE} FxiOS/127.0 Mobile/15E148 Safari/605.1.15",
            id="firefox-iphone",
        ),
        pytest.param(
            ("firefox", "2.0.0", "windows", "en-US"),
            "Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.8.1.20) Gecko/20081217 Firefox/2.0.0.20",
            id="firefox-2-with-language",
        ),
        pytest.param(
            ("firefox", "4.0b4", "windows", None),
            "Mozilla/5.0 (Windows NT 6.1; rv:2.0b4) Gecko/20100818 Firefox/4.0b4",
            id="firefox-beta",
        ),
        pytest.param(
            ("firefox", "120.0", "freebsd", None),
            "Mozilla/5.0 (X11; FreeBSD amd64; rv:120.0) Gecko/20100101 Firefox/120.0",
            id="firefox-freebsd",
        ),
        pytest.param(
            ("firefox", "60.0", "solaris", None),
            "Mozilla/5.0 (X11; SunOS i86pc; rv:60.0) Gecko/20100101 Firefox/60.0",
            id="firefox-solaris",
        ),
        pytest.param(
            ("seamonkey", "2.53.18", "linux", None),
            "Mozilla/5.0 (X11; Linux x86_64; rv:91.0) Gecko/20100101 Firefox/91.0 SeaMonkey/2.53.18",
            id="seamonkey",
        ),
        pytest.param(("chrome", "126.0.0.0", "windows", None), CHROME, id="chrome-windows"),
        pytest.param(
            ("chrome", "41.0.2272.104", "macos", None),
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/41.0.2272.104 Safari/537.36",
            id="chrome-macos",
        ),
        pytest.param(
            ("chrome", "126.0.0.0", "chromeos", None),
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
            "Safari/537.36",
            id="chrome-chromeos",
        ),
        pytest.param(
            ("chrome", "126.0.6478.54", "iphone", None),
            f"{IPHONE} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1",
            id="chrome-iphone",
        ),
        pytest.param(
            ("chrome", "114.0.5735.196", "android", None),
            f"{ANDROID}; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/114.0.5735.196 Mobile "
            "Safari/537.36",
            id="webview-is-no-language",
        ),
        pytest.param(("edge", "126.0.0.0", "windows", None), f"{CHROME} Edg/126.0.0.0", id="edge"),
        pytest.param(("edge", "12.246", "windows", None), f"{CHROME} Edge/12.246", id="edge-before-chromium"),
        pytest.param(("opera", "110.0.0", "windows", None), f"{CHROME} OPR/110.0.0.0", id="opera"),
        pytest.param(
            ("opera", "11.11", "linux", "ru"),
            "Opera/9.80 (X11; Linux i686; U; ru) Presto/2.8.131 Version/11.11",
            id="opera-before-chromium",
        ),
        pytest.param(("vivaldi", "6.7.3329", "windows", None), f"{CHROME} Vivaldi/6.7.3329.35", id="vivaldi"),
        pytest.param(
            ("safari", "17.5", "macos", None),
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
            "Safari/605.1.15",
            id="safari-macos",
        ),
        pytest.param(
            ("safari", "17.5", "iphone", None),
            f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1",
            id="safari-iphone",
        ),
        pytest.param(
            ("safari", "16.6", "ipad", None),
            "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 "
            "Mobile/15E148 Safari/604.1",
            id="safari-ipad",
        ),
        pytest.param(("webkit", None, "iphone", None), f"{IPHONE} Mobile/15E148", id="webkit-in-an-app"),
        pytest.param(
            ("android", "4.0.3", "android", "ko-kr"),
            "Mozilla/5.0 (Linux; U; Android 4.0.3; ko-kr; LG-L160L Build/IML74K) AppleWebkit/534.30 (KHTML, like "
            "Gecko) Version/4.0 Mobile Safari/534.30",
            id="android-browser",
        ),
        pytest.param(
            ("samsung", "25.0", "android", None),
            f"{ANDROID}) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile "
            "Safari/537.36",
            id="samsung",
        ),
        pytest.param(
            ("msie", "11.0", "windows", None),
            "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
            id="msie-11",
        ),
        pytest.param(
            ("msie", "6.0", "windows", None), "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)", id="msie-6"
        ),
        pytest.param(
            ("konqueror", "4.5", "linux", None),
            "Mozilla/5.0 (compatible; Konqueror/4.5; Linux; X11; en_US) KHTML/4.5.2 (like Gecko)",
            id="konqueror",
        ),
        pytest.param((None, None, "windows", "en"), "Mozilla/4.8 [en] (Windows NT 6.0; U)", id="netscape-4"),
        pytest.param(
            ("google", "2.1", None, None),
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            id="googlebot",
        ),
        pytest.param(
            ("bing", "2.0", None, None),
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; "
            "+http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
            id="bingbot",
        ),
        pytest.param(("links", "2.20", "linux", None), "Links (2.20.2; Linux 5.4.0 x86_64; GNU C; text)", id="links"),
        pytest.param(("curl", "8.5.0", None, None), "curl/8.5.0", id="curl"),
        pytest.param((None,) * 4, "python-requests/2.31.0", id="not-in-the-list"),
        pytest.param((None,) * 4, "Inventedbot/1.0", id="invented"),
        pytest.param((None,) * 4, "Mozilla/5.0", id="mozilla-alone"),
        pytest.param((None,) * 4, "", id="empty"),
    ],
)
def test_known(expected: tuple[str | None, ...], text: str) -> None:
    """What clients say is told in the words that people compare with."""

    assert expected == known(ParsedUserAgent(text))


@pytest.mark.parametrize("text", NAMELESS)
def test_rule_without_name(text: str) -> None:
    """A rule that matches without giving a name is no browser."""

    assert (None, None) == known(ParsedUserAgent(text))[:2]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        pytest.param("de", "x (a; de; b)", id="between"),
        pytest.param("de-AT", "x (de-AT)", id="alone-with-region"),
        pytest.param("fr", "x [ fr ]", id="brackets-spaced"),
        pytest.param("pt-BR", "x (xx; wv; U; pt-BR)", id="first-that-is-one"),
        pytest.param(None, "x de y", id="outside"),
        pytest.param(None, "x (de y)", id="part-of-words"),
        pytest.param(None, "x (de", id="open"),
        pytest.param(None, "x (DE)", id="upper-case"),
        pytest.param(None, "x (deu)", id="three-letters"),
        pytest.param(None, "x (en_US)", id="underscore"),
    ],
)
def test_language(expected: str | None, text: str) -> None:
    """A language is a part of a comment that is a code of ISO 639-1, with or without a region."""

    assert expected == ParsedUserAgent(text).language


def test_user_agent_of_a_request() -> None:
    """A subclass of Request answers with it."""
    agent = Agents(environ_of(HTTP_USER_AGENT=FIREFOX)).user_agent

    assert (ParsedUserAgent(FIREFOX), "firefox") == (agent, agent.browser)


@pytest.mark.parametrize("environ", [{}, {"HTTP_USER_AGENT": ""}, {"HTTP_USER_AGENT": "a\x00b"}], ids=repr)
def test_request_that_says_nothing(environ: dict[str, object]) -> None:
    """An absent, empty or malformed field tells nothing, and is false."""
    agent = Agents(environ).user_agent

    assert (ParsedUserAgent(), False, (None,) * 4) == (agent, bool(agent), known(agent))


def test_is_a_value_before_and_after_it_is_read() -> None:
    """It is hashed, compared, copied and pickled as its base is, and reading changes nothing of that."""
    agent = ParsedUserAgent.parse(FIREFOX)
    before = pickle.dumps(agent)
    known(agent)

    assert before == pickle.dumps(agent)
    assert {agent} == {pickle.loads(before), copy.copy(agent), copy.deepcopy(agent), ParsedUserAgent(f" {FIREFOX} ")}


def test_is_not_its_base() -> None:
    """One that tells nothing is another value."""
    base: UserAgent = UserAgent(FIREFOX)

    assert base != ParsedUserAgent(FIREFOX)


@pytest.mark.parametrize("name", ["string", "browser", "other"])
def test_is_frozen(name: str) -> None:
    """Nothing of it can be set."""
    agent = ParsedUserAgent(FIREFOX)

    with pytest.raises((FrozenInstanceError, AttributeError)):
        setattr(agent, name, "x")


def test_refuses_what_the_wire_does_not_carry() -> None:
    """It is checked as its base is."""

    with pytest.raises(HeaderValueError):
        ParsedUserAgent("a\r\nb")


def test_longest_text_is_read() -> None:
    """A text of the most characters is read, one of more is not: it is not cut either."""
    longest = f"{FIREFOX} {'x' * (ParsedUserAgent.max_length - len(FIREFOX) - 1)}"

    assert ("firefox", None) == (ParsedUserAgent(longest).browser, ParsedUserAgent(f"{longest}x").browser)


@pytest.mark.parametrize("unit", ["[ ", "[", "; en ", "[en", "[ en-US ", ";  "])
def test_language_takes_linear_time(unit: str) -> None:
    """A language is looked for in one pass, however long a text a subclass reads."""
    assert_linear(lambda size: Endless(filled(unit, size)).language, start=100)


def test_max_length_is_the_class_s() -> None:
    """A subclass says how long a text may be."""

    assert (("curl", "8.5.0", None, None), (None,) * 4) == (known(Brief("curl/8.5.0")), known(Brief("curl/8.5.01")))


@pytest.mark.parametrize("unit", ["Linux", "Linux CrKey ", "PCLinuxOS"])
def test_over_long_text_is_not_read(unit: str) -> None:
    """A text that the rules take more than linear time for is refused by its length."""
    numbers = count()  # each text is another one, or ua-parser would answer from what it keeps

    assert_linear(
        lambda size: known(ParsedUserAgent(f"{next(numbers)} {filled(unit, size)}")),
        start=2 * ParsedUserAgent.max_length,
    )


@given(st.text(st.characters(codec="latin-1")) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_total(text: str) -> None:
    """Whatever the text, there is an answer of lower-case words, or the text is refused at once."""
    try:
        agent = ParsedUserAgent(text)
    except HeaderValueError:
        return
    browser, version, platform, _ = known(agent)

    assert all(word is None or (word.isascii() and word.isalpha() and word.islower()) for word in (browser, platform))
    assert browser is not None or version is None


def test_library_is_loaded_when_it_is_asked_for() -> None:
    """Neither `import verglas` loads ua-parser, nor an agent that nobody asks its rules."""
    code = (
        "import sys, verglas; early = 'ua_parser' in sys.modules\n"
        "from verglas.useragents import ParsedUserAgent\n"
        f"agent = ParsedUserAgent({FIREFOX!r}); rules = 'ua_parser_builtins' in sys.modules\n"
        "print(early, rules, agent.browser)"
    )

    assert "False False firefox" == run_python(code)


def test_without_the_extra() -> None:
    """Without ua-parser, the error says what to install."""
    code = (
        "import sys; sys.modules['ua_parser'] = None\n"
        "try:\n    import verglas.useragents\n"
        "except ModuleNotFoundError as error:\n    print(error.name, 'verglas[useragent]' in str(error))"
    )

    assert "ua_parser True" == run_python(code)


def run_python(code: str) -> str:
    """What a program prints in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()
