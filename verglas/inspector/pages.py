"""The pages of the inspector: from a request's values to markup."""

from __future__ import annotations

from importlib.resources import files
from typing import Final
from urllib.parse import quote

from verglas.errors.http import HTTPError
from verglas.inspector.markup import Markup, code, escape, joined, page, section, table
from verglas.inspector.reading import files_of, url_parts
from verglas.request.model import Request

__all__ = ["asset", "echo_page", "error_page", "home_page", "root_of", "source_page"]

PACKAGE: Final = "verglas.inspector"
SOURCES: Final = ("app.py", "reading.py", "pages.py", "markup.py", "server.py", "command.py", "style.css")
SHOWN: Final = 10_000  # bytes of a body that is not a form

FORMS: Final = """<div class="forms">
<form action="{base}/echo" method="post" enctype="multipart/form-data">
<h3>With files <small>multipart/form-data</small></h3>
<p><label for="title">Title</label>
<input id="title" name="title" autocomplete="off"></p>
<p><label for="note">Note</label>
<textarea id="note" name="note" rows="3"></textarea></p>
<fieldset><legend>Tags: one name, several values</legend>
<label><input type="checkbox" name="tag" value="clear"> clear</label>
<label><input type="checkbox" name="tag" value="cold"> cold</label>
<label><input type="checkbox" name="tag" value="brittle"> brittle</label>
</fieldset>
<p><label for="photo">A file</label>
<input id="photo" name="photo" type="file"></p>
<p><label for="more-files">Several files</label>
<input id="more-files" name="files" type="file" multiple></p>
<p><button>Send the form</button></p>
</form>
<form action="{base}/echo" method="post">
<h3>Text only <small>application/x-www-form-urlencoded</small></h3>
<p><label for="given-name">Name</label>
<input id="given-name" name="name" autocomplete="off"></p>
<p><label for="first-colour">Colours: one name, two values</label>
<input id="first-colour" name="colour" autocomplete="off">
<input name="colour" aria-label="Second colour" autocomplete="off"></p>
<p><button>Send the text</button></p>
</form>
</div>"""

MORE: Final = """<ul class="links">
<li><a href="{base}/?tag=a&amp;tag=b&amp;q=gr%C3%BC%C3%9Fe+%E2%9D%84">A query</a> with a name twice and some UTF-8</li>
<li><a href="{base}/cookies/set?flavour=mint&amp;shape=%E2%9D%84">Set two cookies</a>,
or <a href="{base}/cookies/clear">clear</a> all</li>
<li><a href="{base}/echo.json?a=1">The same as JSON</a>, for any method</li>
<li><a href="{base}/stream">A stream</a>, piece by piece</li>
<li><a href="{base}/redirect">A redirect</a> to this page</li>
<li>A status: <a href="{base}/status/204">204</a> <a href="{base}/status/404">404</a>
<a href="{base}/status/418">418</a> <a href="{base}/status/503">503</a></li>
</ul>"""

SUPPLIED: Final = Markup("Every request is a value: parsed once, typed and frozen. This is the one you have just sent.")


def root_of(request: Request) -> str:
    """Where the application is mounted, percent-encoded: what its own links begin with."""
    return quote(request.root_path)


def asset(name: str) -> str:
    """A text file that lies beside this one."""
    return files(PACKAGE).joinpath(name).read_text(encoding="utf-8")


def home_page(request: Request) -> Markup:
    """How the request was read, and forms to send another."""
    base = escape(root_of(request))
    content = joined(
        [
            *_head_sections(request),
            section("forms", "Send a form", Markup(FORMS.replace("{base}", base))),
            section("more", "More to try", Markup(MORE.replace("{base}", base))),
        ]
    )
    return page("Your request", SUPPLIED, content, root_of(request))


def _head_sections(request: Request) -> list[Markup]:
    url, args, headers, cookies = url_parts(request), request.args.pairs, request.headers.pairs, request.cookies.pairs
    return [
        section("url", "URL", table(("Part", "Value"), url, "")),
        section("query", "Query", table(("Name", "Value"), args, "The URL has no query."), len(args)),
        section("cookies", "Cookies", table(("Name", "Value"), cookies, "No cookies were sent."), len(cookies)),
        section("headers", "Headers", table(("Name", "Value"), headers, "No headers were sent."), len(headers)),
    ]


def echo_page(request: Request) -> Markup:
    """The page of what was in the body, and the rest below; reading the body raises as `Request.form` does."""
    form = request.form.pairs
    uploads = [
        (file.name, file.filename, file.content_type or "", f"{file.size:,} bytes", file.sha256)
        for file in files_of(request)
    ]
    columns = ("Name", "File name", "Type", "Size", "SHA-256")
    parts = [
        section("form", "Form", table(("Name", "Value"), form, "There are no text fields."), len(form)),
        section("files", "Files", table(columns, uploads, "There are no files."), len(uploads)),
    ]
    if data := request.data:  # empty for a form, which is shown above
        parts.append(section("body", "Body", _body(request.mimetype, data)))
    content = joined([*parts, *_head_sections(request)])
    lead = Markup(f'This is what arrived. <a href="{escape(root_of(request))}/#forms">Send another</a>.')
    return page("Your form", lead, content, root_of(request))


def _body(mimetype: str, data: bytes) -> Markup:
    cut = f", of which the first {SHOWN:,} are shown" if len(data) > SHOWN else ""
    text = data[:SHOWN].decode("utf-8", "replace")
    return Markup(
        f"<p>{len(data):,} bytes of {code(mimetype)}{cut}:</p>\n"
        f'<pre tabindex="0" aria-label="Body">{escape(text)}</pre>'
    )


def source_page(root: str) -> Markup:
    """The inspector's own source."""
    content = joined(
        section(
            name.partition(".")[0], name, Markup(f'<pre tabindex="0" aria-label="{name}">{escape(asset(name))}</pre>')
        )
        for name in SOURCES
    )
    return page("Source", Markup("All of this site, written with nothing but verglas."), content, root)


def error_page(error: HTTPError, root: str) -> Markup:
    """The page of an error: what it says, and the way back.

    Args:
        error: It.
        root: As for every page.
    """
    back = Markup(f'<p><a href="{escape(root)}/">Back to the start</a></p>')
    return page(f"{error.code} {error.name}", escape(error.description), back, root)
