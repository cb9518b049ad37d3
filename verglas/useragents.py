"""Browsers and platforms by their User-Agent (RFC 9110 §10.1.5), for who installs the extra `verglas[useragent]`.

Nothing of verglas imports this module. What a client says of itself is for counting and for working around a fault of
one version, not for trust: anybody may send anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import ClassVar, Final, TypeVar

from attrs import frozen

from verglas.backports import override
from verglas.headers.context import UserAgent

try:
    import ua_parser
except ModuleNotFoundError as _missing:  # with `_`, or type checkers take it for a public name
    raise ModuleNotFoundError(
        "verglas.useragents needs the extra of that name: install verglas[useragent]", name=_missing.name
    ) from _missing

__all__ = ["ParsedUserAgent"]

T = TypeVar("T")

# What each word of ours stands for in the data of ua-parser. The words are those that people compare with already; the
# last ones of each table are for what has come up since. A name that is not here is None, not passed on: some rules of
# the data take it from the text, and who counts by it would count as many browsers as a client cares to invent.
_BROWSER_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "aol": ("AOL", "AOL Desktop Gold Browser", "AOL Shield Browser"),
    "ask": ("Ask Jeeves",),
    "baidu": ("Baiduspider", "Baiduspider-image"),
    "bing": ("BingPreview", "bingbot"),
    "camino": ("Camino", "Chimera"),
    "chrome": (
        "Chrome",
        "Chrome Frame",
        "Chrome Mobile",
        "Chrome Mobile WebView",
        "Chrome Mobile iOS",
        "Chromium",
        "HeadlessChrome",
    ),
    "edge": ("Edge", "Edge Mobile"),
    "firefox": (
        "Bon Echo",
        "Fennec",
        "Firefox",
        "Firefox Alpha",
        "Firefox Beta",
        "Firefox Mobile",
        "Firefox iOS",
        "GranParadiso",
        "IceWeasel",
        "Iceweasel",
        "Phoenix",
    ),
    "galeon": ("Galeon",),
    "google": ("Googlebot", "Googlebot-Image", "Googlebot-Mobile", "Googlebot-News", "Googlebot-Video"),
    "kmeleon": ("K-Meleon",),
    "konqueror": ("Konqueror",),
    "links": ("ELinks", "Links"),
    "lynx": ("Lynx",),
    "msie": ("IE", "IE Large Screen", "IE Mobile"),
    "msn": ("msnbot", "msnbot-media"),
    "netscape": ("Netscape",),
    "opera": (
        "Opera",
        "Opera Coast",
        "Opera GX",
        "Opera Mini",
        "Opera Mobile",
        "Opera Neon",
        "Opera Tablet",
        "Opera Touch",
    ),
    "safari": ("Mobile Safari", "Safari"),
    "seamonkey": ("SeaMonkey",),
    "webkit": ("Mobile Safari UI/WKWebView", "WebKit Nightly"),
    "yahoo": ("Slurp", "Yahoo! Slurp", "YahooSeeker"),
    "android": ("Android",),
    "brave": ("Brave",),
    "curl": ("curl",),
    "duckduckgo": ("DuckDuckGo", "DuckDuckGo Mobile"),
    "huawei": ("Huawei Browser",),
    "miui": ("MiuiBrowser",),
    "qq": ("QQ Browser", "QQ Browser Mini", "QQ Browser Mobile"),
    "samsung": ("Samsung Internet",),
    "silk": ("Amazon Silk",),
    "ucbrowser": ("UC Browser",),
    "vivaldi": ("Vivaldi",),
    "wget": ("Wget", "wget2"),
    "whale": ("Whale",),
    "yandex": ("Yandex Browser",),
}
_PLATFORM_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "android": ("Android", "Chromecast Android"),
    "blackberry": ("BlackBerry OS", "BlackBerry Tablet OS"),
    "bsd": ("BSD",),
    "chromeos": ("Chrome OS",),
    "freebsd": ("FreeBSD",),
    "iphone": ("iOS",),
    "linux": (
        "Arch Linux",
        "BackTrack",
        "CentOS",
        "Chromecast Linux",
        "Debian",
        "Fedora",
        "Gentoo",
        "Kubuntu",
        "Linux",
        "Linux Mint",
        "Lubuntu",
        "Mageia",
        "Mandriva",
        "PCLinuxOS",
        "Puppy",
        "Red Hat",
        "SUSE",
        "Slackware",
        "Ubuntu",
        "openSUSE",
    ),
    "macos": ("Mac OS", "Mac OS X"),
    "netbsd": ("NetBSD",),
    "openbsd": ("OpenBSD",),
    "solaris": ("Solaris",),
    "symbian": ("Symbian OS", "Symbian^3", "Symbian^3 Anna", "Symbian^3 Belle"),
    "windows": ("Windows", "Windows Mobile", "Windows Phone"),
    "firefoxos": ("Firefox OS",),
    "harmonyos": ("HarmonyOS",),
    "kaios": ("KaiOS",),
    "tizen": ("Tizen",),
    "tvos": ("ATV OS X", "tvOS"),
    "watchos": ("WatchOS",),
    "webos": ("Web0S", "webOS"),
}
_BROWSERS: Final = {family: word for word, families in _BROWSER_FAMILIES.items() for family in families}
_PLATFORMS: Final = {family: word for word, families in _PLATFORM_FAMILIES.items() for family in families}

# ISO 639-1. Most parts of a comment that have two letters are no language: `wv` is a WebView.
_LANGUAGE_CODES: Final = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en "
    "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw "
    "ja ji jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na "
    "nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so "
    "sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
_LANGUAGES: Final = frozenset(_LANGUAGE_CODES.split())
_LANGUAGE: Final = re.compile(r"[(\[;] *([a-z]{2})(-[A-Za-z]{2})? *(?=[)\];])")


@frozen
class ParsedUserAgent(UserAgent):
    """The text that a client sends about itself, with the browser and the platform that ua-parser sees in it.

    Set it as `user_agent_class` of a subclass of `Request`. Nothing is read before a property is asked for, and what
    was read is kept by ua-parser for the next request that says the same; only the first of a process is slow. With
    `ua-parser[regex]` or `ua-parser[re2]` installed beside it, that one is used, and is faster.

    Names are lower-case words, such as `firefox`, `chrome`, `edge`, `safari`, `msie` and `google` (its robot),
    `windows`, `macos`, `linux`, `android`, `iphone` and `ipad`. They are a closed list, so that they are fit for
    counting: whatever is not on it is None.

    Attributes:
        max_length: The longest text that is read, in characters; of a longer one, all is None. It is not cut instead:
            what tells browsers apart comes last. The rules of ua-parser are hundreds of regular expressions, some of
            which take cubic time; `test_over_long_text_is_not_read` pins that they do not see such a text.

    Raises:
        HeaderValueError: The text is not valid in an HTTP message.

    >>> agent = ParsedUserAgent("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
    >>> agent.browser, agent.version, agent.platform, agent.language
    ('firefox', '128.0', 'linux', None)
    >>> ParsedUserAgent("Opera/9.80 (Windows NT 6.1; U; es-ES) Presto/2.9.181 Version/12.00").language
    'es-ES'
    """

    max_length: ClassVar[int] = 1024  # PERF: at most some 10 ms for the worst text found; browsers send under 300

    @property
    @override
    def platform(self) -> str | None:
        """The operating system, or the device for those of Apple: `iphone` for all with iOS but the `ipad`."""
        system = self._read(ua_parser.parse_os)
        word = _PLATFORMS.get(system.family) if system is not None else None
        return "ipad" if word == "iphone" and "ipad" in self.string.lower() else word

    @property
    @override
    def browser(self) -> str | None:
        """The browser, robot or command."""
        agent = self._read(ua_parser.parse_user_agent)
        return _browser_word(agent.family) if agent is not None else None

    @property
    @override
    def version(self) -> str | None:
        """The version of the browser; None where `browser` is."""
        agent = self._read(ua_parser.parse_user_agent)
        if agent is None or _browser_word(agent.family) is None:
            return None
        return _join_version((agent.major, agent.minor, agent.patch, agent.patch_minor))

    @property
    @override
    def language(self) -> str | None:
        """The language of the browser, as it was sent, such as `en` or `pt-BR`. Few send it since 2011.

        What the user wants to read is in `accept_languages` of the request.
        """
        if len(self.string) > self.max_length:
            return None
        for primary, region in _LANGUAGE.findall(self.string):
            if primary in _LANGUAGES:
                return f"{primary}{region}"
        return None

    def _read(self, parse: Callable[[str], T | None]) -> T | None:
        if len(self.string) > self.max_length:
            return None
        try:
            return parse(self.string)
        except ValueError:  # a rule that matched without the part that holds the name
            return None


def _browser_word(family: str) -> str | None:
    # Versions of Firefox that had not come out: `Firefox (Shiretoko)`.
    return "firefox" if family.startswith("Firefox (") else _BROWSERS.get(family)


def _join_version(parts: tuple[str | None, ...]) -> str | None:
    """Join with dots, up to the first part that is absent; `4`, `0`, `b4` is `4.0b4`."""
    version = ""
    for part in parts:
        if not part:
            break
        version += f".{part}" if version and part[0].isdecimal() else part
    return version or None
