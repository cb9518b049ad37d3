"""A file server behind a proxy: what the proxy says is believed, ranges are cut, and nginx may send the files itself.

    GET  /                a list of the files, with links under the name that the client knows
    GET  /files/{path}    one of them, whole or in part

Any server serves it, here with two workers at an address that only the proxy reaches:

    gunicorn --workers 2 --bind 127.0.0.1:8000 'examples.fileserver:app("/srv/files", hosts=["files.example.org"])'

nginx in front of it sets each field that is believed, so that none comes from a client:

    location /shared/ {
        proxy_pass http://127.0.0.1:8000/;
        proxy_set_header Host              $host;
        proxy_set_header X-Forwarded-For   $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Prefix /shared;
    }

With `accel="/internal"`, the application only decides, and nginx sends the file (X-Accel-Redirect):

    location /internal/ {
        internal;
        alias /srv/files/;
    }
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from html import escape
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from verglas import Request, Response, Trust, application, html, send_from_directory
from verglas.paths import GET, rest, root, routes
from verglas.wsgi import WSGIApplication

__all__ = ["FileServer", "app"]

FILE = root / "files" / rest

PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Files</title>
<h1>Files</h1>
<p>For {client}, from {here}:</p>
<ul>
{files}</ul>
"""


class FileServer:
    """The files of a folder.

    Args:
        folder: The folder.
        accel: The path at which nginx has the same folder for internal redirects; `None`: the files are sent from here.
    """

    def __init__(self, folder: str, accel: str | None = None) -> None:
        self._folder = os.path.realpath(folder)
        self._accel = accel
        self.site = routes(GET(root).into(self.list), GET(FILE).into(self.send))

    def list(self, request: Request) -> Response:
        """The files that lie directly in the folder."""
        with os.scandir(self._folder) as entries:
            names = sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False) and is_text(entry))
        links = [(escape(FILE.url(request, (name,)).to_uri()), escape(name)) for name in names]
        files = "".join(f'<li><a href="{url}">{name}</a>\n' for url, name in links)
        client = escape(request.remote_addr or "somebody")
        return html(PAGE.format(client=client, here=escape(root.url(request).to_uri()), files=files))

    def send(self, request: Request, path: tuple[str, ...]) -> Response:
        """A file, or the part of it that a Range asks for; 304 to who has it already."""
        response = send_from_directory(
            self._folder, "/".join(path), request, as_attachment=True, use_x_sendfile=self._accel is not None
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        offloaded = response.headers.pop("X-Sendfile", None)
        if self._accel is not None and offloaded is not None:  # the real path, percent-encoded, links followed
            within = os.path.relpath(os.fsdecode(unquote_to_bytes(offloaded)), self._folder)
            response.headers["X-Accel-Redirect"] = f"{self._accel}/{quote(os.fsencode(within))}"
        return response


def is_text(entry: os.DirEntry[str]) -> bool:
    """Whether the name of a file is UTF-8, so that a URL can have it."""
    return entry.name.encode(errors="ignore").decode() == entry.name


def app(folder: str = ".", hosts: Sequence[str] | None = None, accel: str | None = None) -> WSGIApplication:
    """The application, behind one proxy on the same machine.

    Args:
        folder: The folder whose files are served.
        hosts: The names that requests may give; `None`: any.
        accel: As for `FileServer`.
    """
    trust = Trust(hosts=hosts, networks=["127.0.0.1", "::1"], x_for=1, x_proto=1, x_prefix=1)
    return application(FileServer(folder, accel).site, trust=trust)
