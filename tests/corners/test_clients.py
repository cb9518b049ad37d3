"""Bodies as 50 clients in twelve languages wrote them: what each is read as, against what was meant by it.

Whatever differs from what was meant stands in a table, with its reason.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import pytest

from verglas import HTTPError, Request
from verglas.wsgi import JSONValue

CORPUS: Final = Path(__file__).parents[3] / "shared" / "corpora" / "clients"

Reading: TypeAlias = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str, str], ...]] | str
"""The text fields but for the one that all clients send, and the files; or why the body is refused."""


class Row(NamedTuple):
    """What the bodies of some clients are read as, where that is not what was meant.

    Attributes:
        reason: Why.
        case: What was meant, by its name in the corpus.
        read: What is read.
        clients: Whose bodies.
    """

    reason: str
    case: str
    read: Reading
    clients: str


def _file(name: str, filename: str, content: str) -> Reading:
    return ((), ((name, filename, content),))


PERCENT: Final = "the percent escapes of WHATWG HTML (multipart/form-data encoding) stay as they were sent"
QUOTED: Final = "aiohttp percent-encodes all that is no token; a plain name is not decoded, since a browser's is not"
STAR: Final = "a control, a slash or a backslash that is escaped in name* or filename* has passed every filter unseen"
RAW: Final = "the client escapes nothing, so that nobody can tell where the name ends"
RAW_READ: Final = "the client escapes nothing; a backslash before a quote is an escape to all that escape"
CONTROL: Final = "the client sends a line break or NUL inside a header line"
FIELD: Final = "the client leaves an empty filename out, and without one a part is a text field (RFC 7578 §4.2)"
CLIENT: Final = "the client itself sends something else: a cut path or name, or escapes of another language"
WORD: Final = "encoded words are not decoded, and .NET cuts a surrogate pair in its filename*"
ENCODED: Final = "Content-Transfer-Encoding is not undone (RFC 7578 §4.7 deprecates it)"
OWN: Final = "what was meant is not recorded; it is read as it was written"

DIFFERENCES: Final = (
    Row(CLIENT, "m_crlf", _file("f", "a\\r\\nX-Evil: 1\\r\\nb.txt", "x"), "ruby_http"),
    Row(CLIENT, "m_nl", _file("f", "a\\nb.txt", "x"), "ruby_http"),
    Row(CLIENT, "m_nul", _file("f", "a", "x"), "libsoup3 php_curl pycurl"),
    Row(CLIENT, "m_nul", _file("f", "a\\u0000b.txt", "x"), "ruby_http"),
    Row(CLIENT, "m_path2", _file("f", "passwd", "x"), "node_request node_superagent"),
    Row(CLIENT, "m_tab", _file("f", "a\\tb.txt", "x"), "ruby_http"),
    Row(CONTROL, "m_nl", "a bare LF in a part header", "libsoup3 mono node_request qt5 ruby_httpclient"),
    Row(CONTROL, "m_nl_q", "a bare LF in a part header", "mono"),
    Row(
        CONTROL,
        "m_nul",
        "a NUL in a part header",
        "deno niquests node_fetch node_node-fetch node_request node_superagent node_undici qt5 requests234 "
        "requests26py27 requests26py37 ruby_httparty ruby_httpclient toolbelt urllib3_28",
    ),
    Row(CONTROL, "m_nul_2231", "a NUL in a part header", "urllib3_126 urllib3_28"),
    Row(
        ENCODED,
        "em_ascii",
        (
            (("t", "d8OpcnQ=\r\n"),),
            (
                (
                    "f",
                    "a.txt",
                    "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4\r\neHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eA==\r\n",
                ),
            ),
        ),
        "pystdlib",
    ),
    Row(
        ENCODED,
        "em_quote",
        (
            (("t", "d8OpcnQ=\r\n"),),
            (
                (
                    "f",
                    'a"b\\c.txt',
                    "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4\r\neHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eA==\r\n",
                ),
            ),
        ),
        "pystdlib",
    ),
    Row(
        ENCODED,
        "em_uni",
        (
            (("t", "d8OpcnQ=\r\n"),),
            (
                (
                    "f",
                    "ä 日.txt",
                    "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4\r\neHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eA==\r\n",
                ),
            ),
        ),
        "pystdlib",
    ),
    Row(
        FIELD,
        "m_nofn",
        ((("f", "x"),), ()),
        "httpx node_fetch node_request node_superagent node_undici requests26py27 requests26py37",
    ),
    Row(
        FIELD,
        "m_nofnempty",
        ((("f", ""),), ()),
        "httpx node_fetch node_request node_superagent node_undici requests26py27 requests26py37",
    ),
    Row(
        OWN,
        "m_blob",
        ((("a", "x\r\ny\r\nz\r\nw"), ("b%0D%0Ac", "v")), (("f", "blob", "q"),)),
        "deno node_fetch node_node-fetch node_undici",
    ),
    Row(OWN, "m_cs", ((("g", "ä"),), (("f", "u.txt", "���\x00"),)), "aiohttp"),
    Row(OWN, "m_none", ((), ()), "deno node_fetch node_node-fetch node_undici"),
    Row(OWN, "m_pre", ((("a", "ä"),), ()), "node_request"),
    Row(OWN, "m_star", _file("f", "a.txt", "x"), "java_huc"),
    Row(OWN, "m_uuid", ((), ()), "java_h1 java_h2"),
    Row(
        OWN,
        "mmulti",
        ((("fä", 'ü 日本 "q" a+b&c=d'), ("t", "line1\nline2"), ("go", "Go")), (("datei", 'ä "日\\;.txt', "hällo"),)),
        "ruby_mechanize",
    ),
    Row(OWN, "wc", _file("file", "ä 日.txt", "hallo ä"), "mono"),
    Row(
        PERCENT,
        "m_backquote",
        _file("f", "a\\%22b.txt", "x"),
        "deno httpx niquests node_fetch node_node-fetch node_superagent node_undici php_curl pycurl "
        "requests234 ruby_httparty toolbelt urllib3_126 urllib3_28",
    ),
    Row(
        PERCENT,
        "m_crlf",
        _file("f", "a%0D%0AX-Evil: 1%0D%0Ab.txt", "x"),
        "deno httpx niquests node_fetch node_node-fetch node_superagent node_undici okhttp php_curl pycurl "
        "requests234 ruby_httparty toolbelt urllib3_126 urllib3_28",
    ),
    Row(
        PERCENT,
        "m_name",
        _file("a%22b\\c;ä[]", "n.txt", "x"),
        "deno httpx niquests node_fetch node_node-fetch node_superagent node_undici okhttp php_curl pycurl "
        "requests234 toolbelt urllib3_126 urllib3_28",
    ),
    Row(
        PERCENT,
        "m_nl",
        _file("f", "a%0Ab.txt", "x"),
        "deno httpx niquests node_fetch node_node-fetch node_superagent node_undici okhttp php_curl pycurl "
        "requests234 ruby_httparty toolbelt urllib3_126 urllib3_28",
    ),
    Row(PERCENT, "m_nul", _file("f", "a%00b.txt", "x"), "httpx urllib3_126"),
    Row(
        PERCENT,
        "m_quote",
        _file("f", "a%22b.txt", "x"),
        "aiohttp deno httpie httpx niquests node_fetch node_node-fetch node_superagent node_undici okhttp "
        "php_curl pycurl r_httr requests234 ruby_httparty toolbelt urllib3_126 urllib3_28",
    ),
    Row(
        PERCENT,
        "m_quoteend",
        _file("f", "ab%22", "x"),
        "aiohttp deno httpx niquests node_fetch node_node-fetch node_superagent node_undici okhttp php_curl "
        "pycurl requests234 ruby_httparty toolbelt urllib3_126 urllib3_28",
    ),
    Row(
        PERCENT,
        "m_quotesemi",
        _file("f", "a%22; filename=%22evil.txt", "x"),
        "deno httpx niquests node_fetch node_node-fetch node_superagent node_undici php_curl pycurl "
        "requests234 ruby_httparty toolbelt urllib3_126 urllib3_28",
    ),
    Row(PERCENT, "m_tab", _file("f", "a%09b.txt", "x"), "aiohttp httpx urllib3_126"),
    Row(QUOTED, "m_back", _file("f", "a%5Cb.txt", "x"), "aiohttp"),
    Row(QUOTED, "m_backend", _file("f", "dir%5C", "x"), "aiohttp"),
    Row(QUOTED, "m_backquote", _file("f", "a%5C%22b.txt", "x"), "aiohttp"),
    Row(QUOTED, "m_latin", _file("f", "%C3%A9.txt", "x"), "aiohttp"),
    Row(QUOTED, "m_path", _file("f", "C%3A%5Cdir%5C..%5Ce.txt", "x"), "aiohttp"),
    Row(QUOTED, "m_path2", _file("f", "..%2F..%2Fetc%2Fpasswd", "x"), "aiohttp"),
    Row(QUOTED, "m_pct", _file("f", "a%2522b%250A.txt", "x"), "aiohttp"),
    Row(QUOTED, "m_quotesemi", _file("f", "a%22%3B%20filename%3D%22evil.txt", "x"), "aiohttp"),
    Row(QUOTED, "m_semi", _file("f", "a%3Bb.txt", "x"), "aiohttp"),
    Row(QUOTED, "m_sp", _file("f", "%20lead%20trail%20", "x"), "aiohttp"),
    Row(QUOTED, "m_uni", _file("näme", "%C3%A4%20%E6%97%A5%E6%9C%AC%20%F0%9F%98%80.txt", "hällo"), "aiohttp"),
    Row(RAW, "m_crlf", "a quote that is not closed", "libsoup3 node_request qt5 ruby_httpclient"),
    Row(RAW, "m_name", "expected ';'", "libsoup3"),
    Row(RAW, "m_name", "a quote inside a quoted value", "node_request qt5 ruby_httparty ruby_httpclient"),
    Row(RAW, "m_quote", "a quote inside a quoted value", "node_request qt5 ruby_httpclient"),
    Row(RAW, "m_quoteend", "a quote inside a quoted value", "node_request qt5 ruby_httpclient"),
    Row(RAW, "m_quotesemi", "a second 'filename'", "node_request qt5 ruby_httpclient"),
    Row(RAW_READ, "m_backquote", _file("f", 'a"b.txt', "x"), "node_request qt5 ruby_httpclient"),
    Row(STAR, "m_back", "an escaped control, slash or backslash in 'filename*'", "requests26py27 requests26py37"),
    Row(STAR, "m_back_2231", "an escaped control, slash or backslash in 'filename*'", "urllib3_126 urllib3_28"),
    Row(STAR, "m_backend", "an escaped control, slash or backslash in 'filename*'", "requests26py27 requests26py37"),
    Row(STAR, "m_backend_2231", "an escaped control, slash or backslash in 'filename*'", "urllib3_126 urllib3_28"),
    Row(STAR, "m_backquote", "an escaped control, slash or backslash in 'filename*'", "requests26py27 requests26py37"),
    Row(STAR, "m_backquote_2231", "an escaped control, slash or backslash in 'filename*'", "urllib3_126 urllib3_28"),
    Row(STAR, "m_crlf", "an escaped control, slash or backslash in 'filename*'", "requests26py27 requests26py37"),
    Row(STAR, "m_crlf_2231", "an escaped control, slash or backslash in 'filename*'", "urllib3_126 urllib3_28"),
    Row(STAR, "m_name", "an escaped control, slash or backslash in 'name*'", "aiohttp requests26py27 requests26py37"),
    Row(STAR, "m_name_2231", "an escaped control, slash or backslash in 'name*'", "urllib3_126 urllib3_28"),
    Row(STAR, "m_nl", "an escaped control, slash or backslash in 'filename*'", "requests26py27 requests26py37"),
    Row(STAR, "m_nl_2231", "an escaped control, slash or backslash in 'filename*'", "urllib3_126 urllib3_28"),
    Row(STAR, "m_path", "an escaped control, slash or backslash in 'filename*'", "requests26py27 requests26py37"),
    Row(STAR, "m_path_2231", "an escaped control, slash or backslash in 'filename*'", "urllib3_126 urllib3_28"),
    Row(WORD, "m_latin_q", _file("f", "=?utf-8?B?w6kudHh0?=", "x"), "mono"),
    Row(WORD, "m_uni", _file("=?utf-8?B?bsOkbWU=?=", "ä 日本 ��.txt", "hällo"), "mono"),
    Row(WORD, "m_uni_q", _file("=?utf-8?B?bsOkbWU=?=", "=?utf-8?B?w6Qg5pel5pysIPCfmIAudHh0?=", "hällo"), "mono"),
)


def meant(case: str, told: JSONValue) -> Reading | None:
    """What the program that called the client wanted to send; `None` where that is not recorded."""
    if case.startswith("m_two"):
        return ((), (("f", "a.txt", "A"), ("f", "b.txt", "B")))
    if case.startswith("m_nofnempty"):  # an empty file input
        return ((), ())
    if not isinstance(told, dict):
        return None
    return _file(str(told["name"]), str(told["filename"]), str(told["content"]))


def read(content_type: str, body: bytes) -> Reading:
    """What a body is read as."""
    request = Request(method="POST", url="/", headers={"Content-Type": content_type}, body=body)
    try:
        fields = tuple(pair for pair in request.form.pairs if pair != ("t", "wért"))
        files = tuple((name, file.filename, file.data.decode(errors="replace")) for name, file in request.files.pairs)
    except HTTPError as error:
        return error.description or ""
    return fields, files


def test_every_body_is_read_as_it_was_meant() -> None:
    """What is read differs from what was meant only where the table says so, and as it says."""
    if not CORPUS.exists():
        pytest.skip("the corpora are not here")
    entries: list[dict[str, JSONValue]] = json.loads((CORPUS / "index.json").read_text())
    table = {(row.case, client): row.read for row in DIFFERENCES for client in row.clients.split()}
    wrong: list[str] = []
    for entry in entries:
        case, client = str(entry["case"]), str(entry["client"])
        expected = table.get((case, client), meant(case, entry["meant"]))
        got = read(str(entry["content_type"]), (CORPUS / str(entry["body"])).read_bytes())
        # Of an error, the table has the beginning: where it is in the body does not matter here.
        agrees = got.startswith(f"multipart/form-data: {expected}") if isinstance(got, str) else got == expected
        if not agrees:
            wrong.append(f"{client}, {case}: {got}, not {expected}")

    assert [] == wrong
    assert len(entries) >= 595


def test_no_row_is_needless() -> None:
    """Each row of the table is about bodies that are there, and that differ from what was meant."""
    if not CORPUS.exists():
        pytest.skip("the corpora are not here")
    entries: list[dict[str, JSONValue]] = json.loads((CORPUS / "index.json").read_text())
    told = {(str(entry["case"]), str(entry["client"])): meant(str(entry["case"]), entry["meant"]) for entry in entries}

    assert [] == [
        f"{client}, {row.case}"
        for row in DIFFERENCES
        for client in row.clients.split()
        if (row.case, client) not in told or told[row.case, client] == row.read
    ]
