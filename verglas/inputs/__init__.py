"""Typed input: what a handler needs of a request, stated once as a value, and held against the handler by checkers.

Everything that is wrong with a request comes back in one answer; the same value writes the request, and describes
itself.
"""

from __future__ import annotations

from verglas.inputs.bodies import Decoder, body
from verglas.inputs.classes import from_class, input_class, of
from verglas.inputs.converters import converter, local_datetime
from verglas.inputs.files import file
from verglas.inputs.forms import form_of
from verglas.inputs.jsons import json_of
from verglas.inputs.model import Input, Inputs, first_of, secured
from verglas.inputs.problems import Code, InputError, Invalid, MalformedInput, Place, Problem, UnsupportedInput
from verglas.inputs.sources import Description
from verglas.inputs.texts import checkbox, cookie, form, header, query

__all__ = [
    "Code",
    "Decoder",
    "Description",
    "Input",
    "InputError",
    "Inputs",
    "Invalid",
    "MalformedInput",
    "Place",
    "Problem",
    "UnsupportedInput",
    "body",
    "checkbox",
    "converter",
    "cookie",
    "file",
    "first_of",
    "form",
    "form_of",
    "from_class",
    "header",
    "input_class",
    "json_of",
    "local_datetime",
    "of",
    "query",
    "secured",
]
