"""What must check of the builder of the testing kit: parts that are given, read and changed, each with its type."""

from __future__ import annotations

import io
from collections.abc import Callable, MutableMapping
from typing import BinaryIO, Final, assert_type

from verglas import URL, Request, Upload
from verglas.headers import Authorization
from verglas.testing import EnvironBuilder, create_environ

__all__ = ["CHECKS", "Page"]

CHECKS: Final[list[Callable[[], None]]] = []
"""Every function of this file that pytest runs."""


def run(check: Callable[[], None]) -> Callable[[], None]:
    """Have it run."""
    CHECKS.append(check)
    return check


class Page(Request):
    """A request of one's own."""


@run
def check_parts() -> None:
    """Every part takes what users come with, and `None` for nothing."""
    assert_type(create_environ("/", "https://example.org/app", {"page": 2, "tag": ["a", "b"]}), dict[str, object])
    assert_type(create_environ(URL.parse("https://example.org/"), query_string="a=1", method=None), dict[str, object])
    assert_type(
        create_environ("/", data={"title": "a", "pages": 3, "photo": (b"...", "a.png"), "none": None}),
        dict[str, object],
    )
    assert_type(create_environ(json={"a": [1, None]}, auth=("ada", "secret")), dict[str, object])
    assert_type(create_environ(auth=Authorization("bearer", token="31d4")), dict[str, object])
    assert_type(create_environ(files={"photo": [Upload("photo", "a.png", b"..."), b"..."]}), dict[str, object])
    assert_type(
        create_environ(input_stream=io.BytesIO(b"a"), content_length=1, mimetype="text/plain"), dict[str, object]
    )


@run
def check_builder() -> None:
    """A builder's parts have types, and its requests the class that is asked for."""
    with EnvironBuilder("/", method="POST", data={"title": "a"}) as builder:
        assert_type(builder.path, str)
        assert_type(builder.base_url, str)
        assert_type(builder.server_name, str)
        assert_type(builder.server_port, int)
        assert_type(builder.content_type, str | None)
        assert_type(builder.content_length, int | None)
        assert_type(builder.mimetype_params, MutableMapping[str, str])
        assert_type(builder.args["page"] if builder.args else "", str)
        assert_type(builder.form["title"], str)
        assert_type(builder.input_stream, BinaryIO | None)
        builder.form["title"] = "b"
        builder.args = {"page": 2, "tag": ["a", "b"]}
        builder.form = {"title": "c", "pages": 3}
        builder.files = {"cover": b"...", "photos": [b"...", (io.BytesIO(b"..."), "a.png", "image/png")]}
        builder.files.add_file("photo", b"...", "a.png")
        builder.headers["X-Tag"] = "1"
        builder.method = "PUT"
        assert_type(builder.get_environ(), dict[str, object])
        assert_type(builder.get_request(), Request[None])
        assert_type(builder.get_request(Page), Page)
    assert "c" == builder.get_request().form["title"]
