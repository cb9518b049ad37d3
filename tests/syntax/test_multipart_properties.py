"""What holds for every form and for all bytes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.multipart import CAPTURED, Fault, apart, cut, cut_evenly, form, read, read_parts
from tests.syntax.test_multipart import with_multipart, with_python_multipart
from verglas import GrammarError, Limits
from verglas.syntax.multipart import MultipartParser, PartBegin, PartData, PartEnd
from verglas.syntax.multipart_writer import FieldPart, FilePart, format_multipart

BOUNDARY = b"b-b"
HEAD = b'Content-Disposition: form-data; name="a"'
FRAGMENTS = st.sampled_from(
    [
        *(b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"-", b"--", b" ", b"\t", b"b", b"b-", b"b-b", b"x", b"\0", b'"', b":"),
        *(b"--b-b", b"\r\n--b-b", b"\r\n--b-b\r\n", b"\r\n--b-b--", b"--b-b\r\n", b"\r\n--b-b \r\n", b"\r\n--b-bx"),
        *(HEAD, HEAD + b"\r\n\r\n", HEAD + b'; filename="f"\r\n\r\n', HEAD + b"\r\nContent-Type: a/b\r\n\r\n"),
        *(b"\r\n--b-b\r\n" + HEAD + b"\r\n\r\n", b"\r\n--b-b\r\n" + HEAD + b'; filename="f"\r\n\r\n'),
    ]
)
NEARLY_FORMS = st.lists(FRAGMENTS, max_size=8).map(b"".join)
COMPLETED_FORMS = st.lists(NEARLY_FORMS, max_size=4).map(
    lambda contents: (
        b"".join(b"--b-b\r\n" + HEAD + b"\r\n\r\n" + content + b"\r\n" for content in contents) + b"--b-b--"
    )
)
BODIES = st.one_of(
    NEARLY_FORMS, COMPLETED_FORMS, COMPLETED_FORMS, st.binary(max_size=64), st.sampled_from([c.body for c in CAPTURED])
)
CUTS = st.lists(st.integers(0, 512), max_size=8)
LIMITS = st.just(Limits()) | st.builds(
    Limits,
    max_form_memory_size=st.none() | st.integers(0, 20),
    max_form_parts=st.none() | st.integers(0, 4),
    max_body_memory=st.integers(0, 2500),
    max_part_headers=st.integers(0, 3),
    max_part_header_size=st.integers(30, 70),
    max_form_padding=st.integers(0, 40),
)

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
# What the other libraries take for more than itself, or refuse: escapes, line breaks, controls.
PLAIN_NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters='"\\%'), max_size=12)
CONTENTS = NEARLY_FORMS.map(lambda content: content.replace(b"b-b", b"bb"))
PLAIN_FORMS = st.lists(st.tuples(PLAIN_NAMES, st.none() | PLAIN_NAMES.filter(bool), CONTENTS), max_size=4)


@settings(max_examples=400)
@given(body=BODIES, cuts=CUTS, limits=LIMITS)
def test_cuts_never_matter(body: bytes, cuts: list[int], limits: Limits) -> None:
    """Whole, in two's, byte by byte and cut anywhere: the same parts, or the same fault at the same place."""
    whole = read([body], BOUNDARY, limits)

    assert whole == read(cut_evenly(body, 1), BOUNDARY, limits)
    assert whole == read(cut_evenly(body, 2), BOUNDARY, limits)
    assert whole == read(cut(body, *cuts), BOUNDARY, limits)


@settings(max_examples=400)
@given(pieces=st.lists(FRAGMENTS | COMPLETED_FORMS | st.binary(max_size=8), max_size=12), limits=LIMITS)
def test_total(pieces: list[bytes], limits: Limits) -> None:
    """Any bytes give events in their order, or a GrammarError."""
    parser = MultipartParser(BOUNDARY, limits=limits)
    inside = False
    try:
        for piece in pieces:
            for event in apart(parser.feed(piece)):
                assert isinstance(event, PartBegin) is not inside
                assert not isinstance(event, PartData) or event.data
                inside = not isinstance(event, PartEnd)
        parser.close()
    except GrammarError:
        return

    assert not inside


@given(body=BODIES, limits=LIMITS)
def test_faults_are_within_the_body(body: bytes, limits: Limits) -> None:
    """The position of a fault is in the body, or its end."""
    fault = read([body], BOUNDARY, limits)

    assert not isinstance(fault, Fault) or fault.position in range(len(body) + 1)


@given(body=BODIES)
def test_content_is_of_the_body(body: bytes) -> None:
    """What comes out was in the body, in its order, and never held a delimiter's line."""
    parts = read([body], BOUNDARY)

    if not isinstance(parts, Fault):
        at = 0
        for begin, content in parts:
            at = body.index(content, max(at, begin.position))
            assert b"\r\n--b-b\r\n" not in b"\r\n" + content
            assert b"\r\n--b-b--" not in b"\r\n" + content


@given(parts=st.lists(st.tuples(NAMES, st.none() | NAMES, CONTENTS, CUTS), max_size=4), cuts=CUTS)
def test_what_is_written_reads_back(parts: list[tuple[str, str | None, bytes, list[int]]], cuts: list[int]) -> None:
    """Names come back with their three escapes, contents byte for byte, however the file and the body are cut."""
    body = b"".join(
        format_multipart(
            [
                FieldPart(name, content) if filename is None else FilePart(name, filename, cut(content, *pieces))
                for name, filename, content, pieces in parts
            ],
            BOUNDARY.decode(),
        )
    )

    assert tuple(
        (_escaped(name), None if filename is None else _escaped(filename), content)
        for name, filename, content, _ in parts
    ) == read_parts(cut(body, *cuts), BOUNDARY)


@given(parts=PLAIN_FORMS)
def test_agrees_with_other_parsers(parts: list[tuple[str, str | None, bytes]]) -> None:
    """Two other libraries read plain forms as this one does."""
    heads = [
        f'Content-Disposition: form-data; name="{name}"' + ("" if filename is None else f'; filename="{filename}"')
        for name, filename, _ in parts
    ]
    body = form(
        "b-b", *(head.encode() + b"\r\n\r\n" + content for head, (_, _, content) in zip(heads, parts, strict=True))
    )
    ours = read_parts([body], BOUNDARY)

    assert tuple(parts) == ours
    assert with_multipart(body, BOUNDARY) == ours
    assert with_python_multipart(body, BOUNDARY) == ours


def _escaped(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
