"""Corners of files as answers: names, paths for the server in front, and files that are swapped meanwhile."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kit import environ_of
from verglas import FileChanged, FileSlice, HeaderValueError, Request, send_file, send_from_directory
from verglas.errors import NotFound


def disposition(name: str) -> str:
    """The Content-Disposition of a download under a name."""
    file = io.BytesIO(b"x")
    return send_file(file, environ_of(), download_name=name, as_attachment=True).headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param("x.txt", "../../x.txt", id="werkzeug-traversal"),
        pytest.param("x.txt", "/etc/x.txt", id="absolute"),
        pytest.param("x.txt", "a\\b/x.txt", id="both-separators"),
        pytest.param("file", "..", id="dots"),
        pytest.param("file", "a/", id="no-last-segment"),
        pytest.param(".profile", "a/.profile", id="hidden"),
    ],
)
def test_a_download_name_has_no_folders(expected: str, name: str) -> None:
    """The last segment is sent, as browsers save it."""
    assert f"attachment; filename={expected}" == disposition(name)


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param("Vogel.txt", "V\xf6gel.txt", id="werkzeug-umlaut"),
        pytest.param("Vogel.txt", "Vo\u0308gel.txt", id="combining"),
        pytest.param("file.txt", "\ufb01le.txt", id="werkzeug-ligature"),
        pytest.param("No5.txt", "\u21165.txt", id="werkzeug-numero"),
        pytest.param("1_2.txt", "\xbd.txt", id="fraction"),
        pytest.param("Strasse_AEther.txt", "Stra\xdfe_\xc6ther.txt", id="eszett-and-ae"),
        pytest.param("Lodz_orsted.txt", "\u0141\xf3d\u017a_\xf8rsted.txt", id="strokes"),
        pytest.param("'a'-b.txt", "\u201ca\u201d\u2013b.txt", id="quotes-and-dash"),
        pytest.param("A1.txt", "\uff21\uff11.txt", id="fullwidth"),
        pytest.param("c_o.txt", "\u2105.txt", id="never-a-slash"),
        pytest.param("_.txt", "\ufdfa.txt", id="one-for-another-script"),
        pytest.param("__.pdf", "\u540d\u524d.pdf", id="cjk"),
    ],
)
def test_the_fallback_of_a_name_is_transliterated(expected: str, name: str) -> None:
    """Who does not know `filename*` sees the name as it would be written in ASCII."""
    assert f"attachment; filename={expected}; filename*=" in disposition(name).replace('"', "")


@pytest.mark.parametrize(
    ("expected", "attached", "name"),
    [
        pytest.param(("image/svg+xml", None), True, "a.svgz", id="svgz-attached"),
        pytest.param(("image/svg+xml", None), True, "A.SVGZ", id="svgz-in-upper-case"),
        pytest.param(("image/svg+xml", "gzip"), False, "a.svgz", id="svgz-shown"),
        pytest.param(("application/gzip", None), True, "a.svg.gz", id="gz-attached"),
        pytest.param(("application/gzip", None), True, "a.tgz", id="tgz-attached"),
    ],
)
def test_a_type_stays_in_an_attachment(expected: tuple[str, str | None], attached: bool, name: str) -> None:
    """A file that is saved has its own type, and no coding that a client would undo."""
    response = send_file(io.BytesIO(b"x"), environ_of(), download_name=name, as_attachment=attached)

    assert expected == (response.mimetype, response.headers.get("Content-Encoding"))


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param("%C3%A9.txt", "\xe9.txt", id="utf-8"),
        pytest.param("100%2525", "100%25", id="percent"),
        pytest.param("a%20b%3Fc%23%22.txt", 'a b?c#".txt', id="delimiters"),
        pytest.param("%E2%98%83-_~.txt", "\u2603-_~.txt", id="unreserved-stay"),
        pytest.param("%FF.txt", "\udcff.txt", id="not-utf-8"),
        pytest.param("a%0Ab", "a\nb", id="line-feed"),
    ],
)
def test_x_sendfile_is_percent_encoded(tmp_path: Path, expected: str, name: str) -> None:
    """The octets of the path, which the server in front decodes."""
    path = tmp_path / name
    path.write_bytes(b"x")
    response = send_file(path, environ_of(), use_x_sendfile=True, download_name="x")

    assert f"{tmp_path}/{expected}" == response.headers["X-Sendfile"]


def test_x_sendfile_raw(tmp_path: Path) -> None:
    """For a server that decodes nothing, the octets as they are; a `%` that some would decode is refused."""
    (tmp_path / "\xe9.txt").write_bytes(b"x")
    (tmp_path / "100%25").write_bytes(b"x")
    response = send_file(tmp_path / "\xe9.txt", environ_of(), use_x_sendfile="raw")

    assert f"{tmp_path}/\xc3\xa9.txt" == response.headers["X-Sendfile"]
    with pytest.raises(HeaderValueError, match="a '%' in a path that is sent raw"):
        send_file(tmp_path / "100%25", environ_of(), use_x_sendfile="raw")


def test_no_request_switches_x_sendfile_on(tmp_path: Path) -> None:
    """What a client sends decides nothing: neither Rack's field nor another."""
    (tmp_path / "a").write_bytes(b"x")
    environ = environ_of(HTTP_X_SENDFILE_TYPE="X-Accel-Redirect", HTTP_X_ACCEL_MAPPING="/=/secret")

    assert "X-Sendfile" not in send_file(tmp_path / "a", environ).headers


@pytest.mark.parametrize(
    ("found", "path"),
    [
        pytest.param(True, "/a.txt", id="path-of-a-request"),
        pytest.param(True, "a.txt", id="relative"),
        pytest.param(True, "/css/b.css", id="below"),
        pytest.param(False, "//a.txt", id="two-slashes"),
        pytest.param(False, "/", id="slash-alone"),
        pytest.param(False, "/../a.txt", id="traversal"),
        pytest.param(False, "/a.txt/", id="slash-behind"),
    ],
)
def test_one_leading_slash_is_taken_off(tmp_path: Path, found: bool, path: str) -> None:
    """`request.path` may be given as it is; nothing else becomes a path that way."""
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "b.css").write_bytes(b"x")
    (tmp_path / "a.txt").write_bytes(b"x")
    try:
        data = send_from_directory(tmp_path, path, Request(url="/")).data
    except NotFound:
        data = b""

    assert (b"x" if found else b"") == data


def swap_file(root: Path, outside: Path) -> None:
    """Put a link out of the folder where the file was."""
    (root / "sub" / "a.txt").unlink()
    (root / "sub" / "a.txt").symlink_to(outside / "sub" / "a.txt")


def swap_folder(root: Path, outside: Path) -> None:
    """Put a link out of the folder where a folder on the way was."""
    (root / "sub").rename(root / "old")
    (root / "sub").symlink_to(outside / "sub")


@pytest.mark.parametrize("swap", [pytest.param(swap_file, id="file"), pytest.param(swap_folder, id="folder")])
@pytest.mark.parametrize("moment", ["realpath", "commonpath", "send"])
def test_swapped_for_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swap: Callable[[Path, Path], None], moment: str
) -> None:
    """Whenever a link takes the place of what was checked, nothing from outside the folder is sent."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder, text in ((root, b"inside"), (outside, b"secret")):
        (folder / "sub").mkdir(parents=True)
        (folder / "sub" / "a.txt").write_bytes(text)
    original: Callable[..., str] | None = getattr(os.path, moment, None)

    def swapping(*arguments: object, **options: object) -> str:
        assert original is not None
        result = original(*arguments, **options)
        if root.joinpath("sub").is_symlink() or root.joinpath("sub", "a.txt").is_symlink():
            return result
        if moment == "commonpath" or str(result).endswith("a.txt"):
            swap(root, outside)
        return result

    if original is not None:
        monkeypatch.setattr(os.path, moment, swapping)
    sent = b""
    try:
        response = send_from_directory(root, "sub/a.txt", environ_of())
        if moment == "send":
            swap(root, outside)
        sent = response.data
    except (NotFound, FileChanged):
        pass

    assert sent in (b"", b"inside")


def test_a_slice_is_that_very_file(tmp_path: Path) -> None:
    """A whole `FileSlice` may be sent: with the name, tag and date of its file."""
    (tmp_path / "a.txt").write_bytes(b"x")
    checked = FileSlice.of(tmp_path / "a.txt")

    assert send_file(tmp_path / "a.txt", environ_of()).headers == send_file(checked, environ_of()).headers
