"""The multipart forms of the kit, read by every parser at hand: the same names, the same file names, the same bytes."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Final, TypeAlias

import multipart
import pytest
import python_multipart
from attrs import frozen
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser
from hypothesis import example, given
from hypothesis import strategies as st
from python_multipart.multipart import Field, File
from werkzeug.formparser import FormDataParser

from tests.testing import djangosite
from verglas import parse_form
from verglas.testing import EnvironBuilder

Fields: TypeAlias = list[tuple[str, str]]
Uploads: TypeAlias = list[tuple[str, str, bytes]]
Read: TypeAlias = tuple[Fields, Uploads]

djangosite.configure()


# The forms

# A character of each plane, what is quoted, what a line ends with to some, what is escaped in HTML, in URLs, in C.
TELLING: Final = "\"\r\n\t\\;=%2&/'.:aé\x85\u2028\ufeff" + "".join(chr((plane << 16) + 0x41) for plane in range(17))


def names() -> st.SearchStrategy[str]:
    """Anything that a form may call something, which is not NUL: `FieldPart` refuses that."""
    some = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
    return some | st.text(TELLING, max_size=12)


@frozen
class Sent:
    """A form that was written by the kit.

    Attributes:
        fields: Names and values.
        uploads: Names, file names and contents.
    """

    fields: Fields
    uploads: Uploads

    def message(self) -> tuple[str, bytes]:
        """Type and body."""
        builder = EnvironBuilder(mimetype="multipart/form-data")
        for name, value in self.fields:
            builder.form.add(name, value)
        for name, filename, content in self.uploads:
            builder.files.add_file(name, content, filename)
        request = builder.get_request()
        return request.headers["Content-Type"], request.get_data()


def sent() -> st.SearchStrategy[Sent]:
    """A form with at least one part; without any, there is no body."""
    values = st.text(st.characters(codec="utf-8"), max_size=20)
    contents = st.binary(max_size=40) | st.sampled_from([b"\r\n", b"--", b"\r\n--", b"\n--b\r\n"])
    fields = st.lists(st.tuples(names(), values), min_size=1, max_size=3)
    return st.builds(Sent, fields, st.lists(st.tuples(names(), names(), contents), max_size=3))


# The parsers


def read_ours(content_type: str, body: bytes) -> Read:
    """By this library."""
    form, files = parse_form(content_type, [body])
    return [*form.pairs], [(name, one.filename, one.data) for name, one in files.pairs]


def read_multipart(content_type: str, body: bytes) -> Read:
    """By `multipart`, which bottle uses."""
    boundary = content_type.partition("boundary=")[2]
    fields: Fields = []
    uploads: Uploads = []
    for part in multipart.MultipartParser(io.BytesIO(body), boundary):
        if part.filename is None:
            fields.append((part.name, part.value))
        else:
            uploads.append((part.name, part.filename, part.raw))
        part.close()
    return fields, uploads


def read_python_multipart(content_type: str, body: bytes) -> Read:
    """By `python-multipart`, which Starlette uses."""
    fields: Fields = []
    uploads: Uploads = []

    def on_field(field: Field) -> None:
        fields.append(((field.field_name or b"").decode(), (field.value or b"").decode()))

    def on_file(file: File) -> None:
        file.file_object.seek(0)
        uploads.append(((file.field_name or b"").decode(), (file.file_name or b"").decode(), file.file_object.read()))
        file.close()

    python_multipart.parse_form({"Content-Type": content_type.encode()}, io.BytesIO(body), on_field, on_file)
    return fields, uploads


def read_werkzeug(content_type: str, body: bytes) -> Read:
    """By Werkzeug."""
    environ: dict[str, object] = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
    _, form, files = FormDataParser().parse_from_environ({**environ, "wsgi.input": io.BytesIO(body)})
    uploads: Uploads = []
    for name, file in files.items(multi=True):
        uploads.append((name, file.filename or "", file.stream.read()))
        file.close()
    return [*form.items(multi=True)], uploads


def read_django(content_type: str, body: bytes) -> Read:
    """By Django."""
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
    form, files = MultiPartParser(meta, io.BytesIO(body), [MemoryFileUploadHandler()]).parse()
    fields = [(name, value) for name, values in form.lists() for value in values]
    return fields, [(name, file.name, file.read()) for name, several in files.lists() for file in several]


# What they do to names, each with its reason


def escaped(name: str) -> str:
    """As browsers and the kit write it: `%22`, `%0D`, `%0A` stay (WHATWG HTML, multipart/form-data), as most see it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def unescaped(name: str) -> str:
    """`multipart` takes the escapes of browsers back, also those that the user typed."""
    return escaped(name).replace("%0D", "\r").replace("%0A", "\n").replace("%22", '"')


def unquoted(name: str) -> str:
    """Werkzeug takes `%22` back, and not the escapes of line breaks."""
    return escaped(name).replace("%22", '"')


def without_pairs(name: str) -> str:
    """We read a pair of backslashes as one, as Go and curl write it (RFC 9110 §5.6.4); browsers write each once."""
    return escaped(name).replace("\\\\", "\\")


def without_folder(name: str) -> str:
    """`multipart` and `python-multipart` take the folder away that Internet Explorer 6 sent."""
    return name.rpartition("\\")[2] if name[1:3] == ":\\" or name[:2] == "\\\\" else name


def stripped(name: str) -> str:
    """Django strips the name of a field."""
    return escaped(name).strip(" \t\n\r\x0b\x0c")


def sanitized(name: str) -> str:
    """Django keeps the printable characters of the last part of a file name, after its HTML escapes are taken back."""
    last = re.split(r"[/\\]", html.unescape(escaped(name)))[-1]
    return "".join([character for character in last if character.isprintable()]).strip()


def was_chosen(_: str, filename: str, content: bytes) -> bool:
    """To us, an empty file without a name is a file input in which nothing was chosen (WHATWG HTML, entry list)."""
    return bool(filename or content)


def is_named(name: str, filename: str, _: bytes) -> bool:
    """To Django, a file without a name is a field, or not there, and one without a field is not there."""
    return bool(name) and filename not in ("", ".", "..")


@frozen
class Peer:
    """A parser, and what it makes of the names that were sent.

    Attributes:
        read: The parser.
        name: Makes the name of a field what the parser reads.
        filename: The same of a file.
        backslashes: Whether a backslash is one. To the others it escapes the character after it, as in any
            quoted-string (RFC 9110 §5.6.4): the closing quote, too.
        keeps: Whether it has a file of this name and this content at all.
    """

    read: Callable[[str, bytes], Read]
    name: Callable[[str], str] = escaped
    filename: Callable[[str], str] = escaped
    backslashes: bool = False
    keeps: Callable[[str, str, bytes], bool] = lambda name, filename, content: True

    def form(self, form: Sent) -> Sent:
        """A form with what this parser and browsers do not agree on replaced."""
        return Sent(
            [(self._plain(name), value) for name, value in form.fields],
            [
                (self._plain(name), filename, content)
                for name, filename, content in [(name, self._plain(file), data) for name, file, data in form.uploads]
                if self.keeps(self.name(self._plain(name)), self.filename(filename), content)
            ],
        )

    def _plain(self, name: str) -> str:
        return name if self.backslashes else name.replace("\\", "/")


PEERS: Final = {
    "ours": Peer(read_ours, without_pairs, without_pairs, backslashes=True, keeps=was_chosen),
    "multipart": Peer(read_multipart, unescaped, lambda name: without_folder(unescaped(name)), backslashes=True),
    "python-multipart": Peer(read_python_multipart),
    "werkzeug": Peer(read_werkzeug, unquoted, unquoted),
    "django": Peer(read_django, stripped, sanitized, keeps=is_named),
}


def grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each name, in order; that of names is not kept by all."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def grouped_files(uploads: Uploads) -> dict[str, list[tuple[str, bytes]]]:
    """The files of each name, in order."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for name, filename, content in uploads:
        found.setdefault(name, []).append((filename, content))
    return found


@pytest.mark.parametrize("parser", PEERS)
@given(form=sent())
@example(form=Sent([('q"\r\n', "x\r\ny")], [("f", 'a"b;c.txt', b"\r\n--")]))
@example(form=Sent([("%22", "%")], [("f", "%0D%41", b"")]))
@example(form=Sent([("a\\b", "")], [("f", "C:\\x\\y", b"\0\xff")]))
@example(form=Sent([(TELLING, TELLING)], [(TELLING, TELLING, TELLING.encode())]))
def test_every_parser_reads_the_same(parser: str, form: Sent) -> None:
    """Whatever a field or a file is called, all who read forms find it, with the same bytes."""
    peer = PEERS[parser]
    known = peer.form(form)
    fields, uploads = peer.read(*known.message())

    assert grouped([(peer.name(name), value) for name, value in known.fields]) == grouped(fields)
    assert grouped_files(
        [(peer.name(name), peer.filename(filename), content) for name, filename, content in known.uploads]
    ) == grouped_files(uploads)
