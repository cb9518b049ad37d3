"""Redirect targets that browsers read as other sites, or as programs: from advisories, each with its id."""

from __future__ import annotations

from typing import Final

__all__ = ["ABSOLUTE", "HOSTILE", "LOCAL"]

HOSTILE: Final = {
    "cve-2020-28724-scheme-relative": "//evil.example",
    "cve-2014-0480-three-slashes": "///evil.example",
    "cve-2017-7234-four-slashes": "////evil.example",
    "cve-2024-42353-with-a-path": "//evil.example/path?q#f",
    "cve-2023-28370-dot-segments": "//evil.example/%2e%2e",
    "cve-2015-2317-leading-control": "\x08//evil.example",
    "cve-2015-2317-leading-unit-separator": "\x1f//evil.example",
    "cve-2015-0220-leading-space": " //evil.example",
    "cve-2015-0220-newline-javascript": "\njavascript:alert(1)",
    "cve-2014-3730-backslashes": "\\\\evil.example",
    "cve-2014-3730-slash-backslash": "/\\evil.example",
    "cve-2014-3730-backslash-slash": "\\/evil.example",
    "cve-2014-3730-inner-backslash": "/a\\b",
    "cve-2016-2512-backslash-in-the-authority": "http://good.example\\@evil.example",
    "cve-2016-2512-one-slash": "http:/evil.example",
    "cve-2013-6044-javascript": "javascript:alert(1)",
    "cve-2013-6044-javascript-case": "JaVaScRiPt:alert(1)",
    "cve-2013-6044-javascript-with-slashes": "javascript://evil.example/%0aalert(1)",
    "cve-2012-3442-data": "data:text/html,<script>alert(1)</script>",
    "vbscript": "vbscript:msgbox(1)",
    "file": "file:///etc/passwd",
    "ftp": "ftp://evil.example/",
    "blob": "blob:https://evil.example/1",
    "mailto": "mailto:a@evil.example",
    "urn": "urn:isbn:1",
    "cve-2017-7233-no-slashes": "http:evil.example",
    "cve-2017-7233-number": "http:999999999",
    "https-without-slashes": "https:evil.example",
    "http-three-letters": "http:",
    "host-and-port": "evil.example:80/",
    "ghsa-fh3h-vg37-cc95-tab": "/\t/evil.example",
    "ghsa-fh3h-vg37-cc95-newline": "/\n/evil.example",
    "ghsa-fh3h-vg37-cc95-carriage-return": "/\r/evil.example",
    "ghsa-fh3h-vg37-cc95-tab-in-front": "\t//evil.example",
    "ghsa-fh3h-vg37-cc95-tab-in-the-scheme": "java\tscript:alert(1)",
    "d18-space-in-front": " /x",
    "d18-control-in-front": "\x01//evil.example",
    "d1-crlf": "/x\r\nSet-Cookie: sid=evil",
    "line-feed": "/x\nSet-Cookie: sid=evil",
    "cve-2015-5144-trailing-newline": "/x\n",
    "nul": "/x\x00",
    "delete": "/x\x7f",
    "next-line": "/\x85/evil.example",
    "space-at-the-end": "/x ",
    "space-in-the-host": "https://a b.example/",
    "idna-eszett": "https://fa\xdf.example/",
    "vertical-tab": "/\x0b/evil.example",
    "surrogate": "/\ud800",
    "cve-2025-27556-long": "//" + "\u2603" * 10_000,
}
"""Refused by `redirect`, local or not."""

ABSOLUTE: Final = {
    "https": ("https://example.org/a?b#c", "https://example.org/a?b#c"),
    "http-upper-case": ("HTTP://EXAMPLE.ORG", "HTTP://EXAMPLE.ORG"),
    "port": ("https://example.org:8443/", "https://example.org:8443/"),
    "user-information": ("https://good.example@evil.example/", "https://good.example@evil.example/"),
    "ipv6": ("http://[::1]:80/", "http://[::1]:80/"),
    "iri": ("https://example.org/caf\xe9", "https://example.org/caf%C3%A9"),
}
"""Taken by `redirect` as what is sent, unless it is to stay local."""

LOCAL: Final = {
    "path": ("/notes/7", "/notes/7"),
    "query": ("/notes?page=2&x=//y", "/notes?page=2&x=//y"),
    "only-a-query": ("?next=//evil.example", "?next=//evil.example"),
    "fragment": ("#http://evil.example", "#http://evil.example"),
    "relative": ("notes/7", "notes/7"),
    "up": ("../notes", "../notes"),
    "empty-is-here": ("", ""),
    "cve-2026-54282-at": ("@evil.example", "@evil.example"),
    "slashes-inside": ("/a//b", "/a//b"),
    "dot-and-slashes-stay-a-path": ("/.//evil.example", "/.//evil.example"),
    "encoded-slashes": ("/%2F/evil.example", "/%2F/evil.example"),
    "encoded-backslash": ("/%5Cevil.example", "/%5Cevil.example"),
    "encoded-tab": ("/%09/evil.example", "/%09/evil.example"),
    "colon-in-a-later-segment": ("a/b:c", "a/b:c"),
    "colon-in-a-query": ("?javascript:alert(1)", "?javascript:alert(1)"),
    "iri": ("/caf\xe9?q=\u2603", "/caf%C3%A9?q=%E2%98%83"),
    "space-inside": ("/a b?c d#e f", "/a%20b?c%20d#e%20f"),
    "space-before-a-colon": ("java script:alert(1)", "java%20script:alert(1)"),
    "fullwidth-slashes": ("\uff0f\uff0fevil.example", "%EF%BC%8F%EF%BC%8Fevil.example"),
    "ideographic-space": ("\u3000//evil.example", "%E3%80%80//evil.example"),
    "no-break-space-in-front": ("\xa0//evil.example", "%C2%A0//evil.example"),
    "line-separator": ("/\u2028/evil.example", "/%E2%80%A8/evil.example"),
    "escapes-stay": ("/%c3%a9\xe9", "/%c3%a9%C3%A9"),
}
"""Certain to stay on the site, and what is sent."""
