"""Strategies for the values that describe content, written from RFC 9110 §8, RFC 6266 and RFC 8187."""

from __future__ import annotations

from hypothesis import strategies as st

from verglas.headers import ContentDisposition, ContentLanguage, MediaType, NameSet
from verglas.testing.strategies import field_values, texts, tokens

__all__ = ["content_dispositions", "content_languages", "media_types", "name_sets"]

NAMES = tokens().map(str.lower).filter(lambda name: "*" not in name and name != "filename")
AWKWARD = st.text("\"\\;%2'\r\n\t\0 /.é☃ab\U0001f600", max_size=12)  # what file names have split headers with
SUBTAGS = st.text("abcXYZ", min_size=1, max_size=8)


def name_sets() -> st.SearchStrategy[NameSet]:
    """`NameSet("Cookie, Accept")`."""
    return st.builds(NameSet, st.lists(tokens(), max_size=6))


def media_types() -> st.SearchStrategy[MediaType]:
    """`MediaType("text", "html", {"charset": "utf-8"})`."""
    parameters = st.dictionaries(tokens().map(str.lower), field_values(), max_size=3)
    return st.builds(MediaType, tokens(), tokens(), parameters)


def content_languages() -> st.SearchStrategy[ContentLanguage]:
    """`ContentLanguage("mi, en")`."""
    tags = st.lists(SUBTAGS, min_size=1, max_size=3).map("-".join)
    return st.builds(ContentLanguage, st.lists(tags, max_size=4))


def content_dispositions() -> st.SearchStrategy[ContentDisposition]:
    """`ContentDisposition("attachment", "été.txt", {"name": "a"})`."""
    names = texts() | AWKWARD
    return st.builds(ContentDisposition, tokens(), st.none() | names, st.dictionaries(NAMES, names, max_size=3))
