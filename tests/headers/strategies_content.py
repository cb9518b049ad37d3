"""Strategies for the values that describe content, written from RFC 9110 §8, RFC 6266 and RFC 8187."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.strategies import FIELD_VALUES, TEXT, TOKENS
from verglas.headers import ContentDisposition, ContentLanguage, MediaType, NameSet

__all__ = ["content_dispositions", "content_languages", "media_types", "name_sets"]

NAMES = TOKENS.map(str.lower).filter(lambda name: "*" not in name and name != "filename")
AWKWARD = st.text("\"\\;%2'\r\n\t\0 /.é☃ab\U0001f600", max_size=12)  # what file names have split headers with
SUBTAGS = st.text("abcXYZ", min_size=1, max_size=8)


def name_sets() -> st.SearchStrategy[NameSet]:
    """`NameSet("Cookie, Accept")`."""
    return st.builds(NameSet, st.lists(TOKENS, max_size=6))


def media_types() -> st.SearchStrategy[MediaType]:
    """`MediaType("text", "html", {"charset": "utf-8"})`."""
    parameters = st.dictionaries(TOKENS.map(str.lower), FIELD_VALUES, max_size=3)
    return st.builds(MediaType, TOKENS, TOKENS, parameters)


def content_languages() -> st.SearchStrategy[ContentLanguage]:
    """`ContentLanguage("mi, en")`."""
    tags = st.lists(SUBTAGS, min_size=1, max_size=3).map("-".join)
    return st.builds(ContentLanguage, st.lists(tags, max_size=4))


def content_dispositions() -> st.SearchStrategy[ContentDisposition]:
    """`ContentDisposition("attachment", "été.txt", {"name": "a"})`."""
    texts = TEXT | AWKWARD
    return st.builds(ContentDisposition, TOKENS, st.none() | texts, st.dictionaries(NAMES, texts, max_size=3))
