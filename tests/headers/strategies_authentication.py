"""Hypothesis strategies for challenges and credentials; each docstring shows a value."""

from __future__ import annotations

import string

from hypothesis import strategies as st

from verglas.headers import AuthenticationInfo, Authorization, Challenges, WWWAuthenticate
from verglas.testing.strategies import field_values, tokens

__all__ = ["authorizations", "challenges", "infos", "mixtures"]

TOKEN68 = st.builds(
    "{}{}".format, st.text(string.ascii_letters + string.digits + "-._~+/", min_size=1), st.text("=", max_size=3)
)
NAMES = st.sampled_from(["realm", "Nonce", "nc", "qop", "algorithm", "a", "title"]) | tokens()
PARAMETERS = st.dictionaries(NAMES, field_values(), max_size=5).filter(lambda d: len({n.lower() for n in d}) == len(d))
SCHEMES = st.sampled_from(["Digest", "bearer", "NEGOTIATE"]) | tokens()
BASIC = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=12)


OTHERS = SCHEMES.filter(lambda scheme: scheme.lower() not in ("basic", "digest"))


def authorizations() -> st.SearchStrategy[Authorization]:
    """`Basic YTpi`, `Digest username="a", nc=00000001`, `X abc=`."""
    return (
        st.builds(Authorization.basic, BASIC.map(lambda user: user.replace(":", "")), BASIC)
        | st.builds(Authorization, OTHERS)
        | st.builds(Authorization, OTHERS | st.just("digest"), PARAMETERS)
        | st.builds(Authorization, OTHERS, token=TOKEN68)
    )


def challenges() -> st.SearchStrategy[Challenges]:
    """`Negotiate, Basic realm="a, b"`."""
    one = (
        st.builds(WWWAuthenticate, SCHEMES)
        | st.builds(WWWAuthenticate, SCHEMES, PARAMETERS)
        | st.builds(WWWAuthenticate, SCHEMES, token=TOKEN68)
    )
    return st.builds(Challenges, st.lists(one, max_size=4))


def infos() -> st.SearchStrategy[AuthenticationInfo]:
    """`qop=auth, nextnonce="abc"`."""
    return st.builds(AuthenticationInfo, PARAMETERS)


def mixtures() -> st.SearchStrategy[str]:
    """`Basic a=", =`: what the fields are made of, in any order."""
    pieces = [
        "Basic",
        "Digest",
        " ",
        ",",
        "=",
        '"',
        "\\",
        "a",
        "realm",
        "YTpi",
        "\t",
        "==",
        "é",
        "'",
        "\0",
        "username*",
    ]
    return st.lists(st.sampled_from(pieces), max_size=20).map("".join)
