"""The page on problems has a section on each type that an answer may name, and on no other."""

from __future__ import annotations

import re
from typing import get_args

from tests.sources import ROOT
from verglas.inputs import Code


def test_each_type_of_problem_has_its_section() -> None:
    """The codes and the sections are the same, `several` included, which is the type of an answer with several."""

    page = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")

    assert {*get_args(Code), "several"} == set(re.findall(r"^## (\S+)$", page, re.MULTILINE))
