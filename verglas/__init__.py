"""verglas: a thin, clear, frozen layer over WSGI.

A request is a value, parsed once from the environ by a pure function. A response is built and freezes into a value
that is a WSGI application. A handler is a function from one to the other. The errors are in `verglas.errors`.
"""

from __future__ import annotations

from verglas.answering import Answer, Finish, OnException
from verglas.body import Body
from verglas.capture import RequestHead
from verglas.cookies import Cookies, percent_decoded
from verglas.environs import build_environ
from verglas.errors.abort import abort
from verglas.errors.grammar import GrammarError, HeaderValueError
from verglas.errors.http import HTTPError, HTTPException
from verglas.errors.misuse import BodyConsumed, NotFreezable
from verglas.errors.parse import ParseError
from verglas.files import safe_join, send_file, send_from_directory
from verglas.forms import Files, Form, parse_form
from verglas.handlers import Handler, Middleware, Parser, application, pipe, response_of
from verglas.headers.fields import HeaderField
from verglas.headers.mapping import Headers
from verglas.headers.mutable import MutableHeaders
from verglas.limits import Limits
from verglas.multimap import MultiMap
from verglas.parts import Part, Parts
from verglas.query import Query
from verglas.rendering import Renderer, render_error
from verglas.request.changes import RequestChanges
from verglas.request.model import Request
from verglas.request.parsing import parse_environ, try_parse
from verglas.response.builder import Response
from verglas.response.events import ServerSentEvent, json_lines, sse
from verglas.response.filebodies import FileChanged, FileSlice, FileWrapper, wrap_file
from verglas.response.frozen import FrozenResponse
from verglas.response.shorthand import html, json_response, no_content, redirect, text
from verglas.syntax.filenames import safe_filename
from verglas.trust import Trust
from verglas.uploads import Upload
from verglas.url import URL
from verglas.wsgi import Head, JSONLike, JSONValue, ResponseLike

__all__ = [
    "Answer",
    "Body",
    "BodyConsumed",
    "Cookies",
    "FileChanged",
    "FileSlice",
    "FileWrapper",
    "Files",
    "Finish",
    "Form",
    "FrozenResponse",
    "GrammarError",
    "HTTPError",
    "HTTPException",
    "Handler",
    "Head",
    "HeaderField",
    "HeaderValueError",
    "Headers",
    "JSONLike",
    "JSONValue",
    "Limits",
    "Middleware",
    "MultiMap",
    "MutableHeaders",
    "NotFreezable",
    "OnException",
    "ParseError",
    "Parser",
    "Part",
    "Parts",
    "Query",
    "Renderer",
    "Request",
    "RequestChanges",
    "RequestHead",
    "Response",
    "ResponseLike",
    "ServerSentEvent",
    "Trust",
    "URL",
    "Upload",
    "abort",
    "application",
    "build_environ",
    "html",
    "json_lines",
    "json_response",
    "no_content",
    "parse_environ",
    "parse_form",
    "percent_decoded",
    "pipe",
    "redirect",
    "render_error",
    "response_of",
    "safe_filename",
    "safe_join",
    "send_file",
    "send_from_directory",
    "sse",
    "text",
    "try_parse",
    "wrap_file",
]
