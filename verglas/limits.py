"""Every numeric cap of the library, once."""

from __future__ import annotations

from typing import Final

from attrs import fields, frozen

from verglas.values import Value

__all__ = ["DEFAULT_LIMITS", "FIELD_CHARGE", "Limits", "UPLOAD_CHARGE"]

KIB: Final = 1024
MIB: Final = 1024 * KIB

FIELD_CHARGE: Final = 128
"""Bytes that a field of a form is charged beside its text: two texts, a pair."""

UPLOAD_CHARGE: Final = 1024
"""Bytes that a file of a form is charged beside its part headers: an `Upload`, its `Headers`, their texts."""

UNCAPPED: Final = frozenset({"max_content_length", "max_form_memory_size", "max_form_parts"})  # may be None


@frozen(kw_only=True)
class Limits(Value):
    """How much of a request is read before it is refused.

    Every field is a non-negative number; the three that may be `None` are then
    without a cap of their own. Going over one is an error that names the field
    (the knob), its value, and what went over it. Nothing is ever cut silently.

    Attributes:
        max_content_length: Bytes of any request body. `None`: no cap of its own
            (413).
        max_form_memory_size: Bytes of one text field of a form: of its value in
            a multipart form, of the field as it came in an urlencoded one, name
            and `=` included. `None`: only `max_body_memory` holds (413).
        max_form_parts: Fields and files of one form, in either encoding.
            `None`: no cap (413).
        max_body_memory: Bytes of a body that are held in memory at once: by
            `data`, by JSON, by an urlencoded form, or by all the text fields and
            part headers of a multipart form together (413). Each field is
            charged 128 bytes beside its text, and each file 1,024, whatever
            `max_form_parts` says.
        max_part_headers: Header lines of one part of a multipart form (400).
        max_part_header_size: Bytes of the header block of one part (400).
        max_boundary_length: Characters of a multipart boundary (400).
        max_form_padding: Bytes before the first and after the last boundary of
            a multipart form, which carry nothing (400).
        max_header_value: Characters of one header value, counting all its lines
            (431, on typed access).
        max_headers: Header lines of one request (431, on the first access to
            its headers).
        max_query_fields: Fields of the query string (414).
        max_cookies: Cookies of one request (431).
        max_list_items: Members of a header's list, counting all its lines
            (431, on typed access).
        max_ranges: Ranges of one Range field; with more, the field is ignored.
        max_json_depth: Arrays and objects inside each other (413).
        max_json_values: Values of a JSON text, counted before they are decoded:
            commas, colons and opening brackets outside of strings (413).
        spool_size: Bytes of an upload kept in memory before it goes to disk.

    Raises:
        TypeError: A field is not an `int`.
        ValueError: A field is a negative number.

    >>> Limits(max_content_length=16 * 1024 * 1024).max_form_parts
    1000
    """

    # The first three and the spool size have the names and defaults of Werkzeug.
    max_content_length: int | None = None
    max_form_memory_size: int | None = 500_000
    max_form_parts: int | None = 1000
    # Axum stops at 2 MiB, Django at 2.5 MB, ASP.NET at 30 MB; peers that have no
    # cap have had memory exhaustion reported against them.
    max_body_memory: int = 16 * MIB
    # Browsers send two lines a part and less than 1 KiB; python-multipart caps
    # at 8 lines, multipart at 8 lines and 4 KiB.
    max_part_headers: int = 16
    max_part_header_size: int = 8 * KIB
    max_boundary_length: int = 70  # RFC 2046 §5.1.1
    max_form_padding: int = 64 * KIB
    # Above what any server lets through (gunicorn 8,190 bytes, waitress 256 KiB
    # for the whole head, http.server 64 KiB a line).
    max_header_value: int = 64 * KIB
    # http.server and gunicorn stop at 100, Node at 2,000.
    max_headers: int = 1000
    max_query_fields: int = 1000  # Django: 1,000
    max_cookies: int = 1000  # Chromium keeps 180 a site
    max_list_items: int = 256
    max_ranges: int = 100  # Starlette: 100; Apache httpd: 200
    max_json_depth: int = 128  # serde_json: 128
    # An empty array takes 64 bytes, a member of an object some 200: about 96 for
    # each of these, so that a text of two bytes a value is not 30 times its size.
    max_json_values: int = 1_000_000
    spool_size: int = 512_000

    def __attrs_post_init__(self) -> None:
        for attribute in fields(Limits):
            value: object = getattr(self, attribute.name)
            if value is None and attribute.name in UNCAPPED:
                continue
            if not isinstance(value, int) or isinstance(value, bool):
                raise TypeError(f"{attribute.name} must be an int, not {type(value).__name__}")
            if value < 0:
                raise ValueError(f"{attribute.name} must not be negative, got {value}")


DEFAULT_LIMITS: Final = Limits()
