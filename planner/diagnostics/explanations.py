"""The explanation of every code, for `tt explain` and for tools that show rules."""

import re
from collections.abc import Mapping
from typing import Any

from planner.diagnostics.about_form import ABOUT_FORM
from planner.diagnostics.about_prospects import ABOUT_PROSPECTS
from planner.diagnostics.about_ties import ABOUT_TIES
from planner.diagnostics.about_values import ABOUT_VALUES
from planner.diagnostics.codes import CODES
from planner.diagnostics.explanation import Explanation

_NUMBER = re.compile(r"(?:TT)?0*([0-9]{1,3})", re.IGNORECASE)
_TOLD = {**ABOUT_FORM, **ABOUT_VALUES, **ABOUT_TIES, **ABOUT_PROSPECTS}

EXPLANATIONS: Mapping[str, Explanation] = {code: _TOLD[code] for code in CODES}
"""By code, in the order of the codes."""


def code_of(word: str) -> str | None:
    """The code that is meant by `TT007`, `tt007`, `007` or `7`; None if there is none."""
    found = _NUMBER.fullmatch(word)
    code = f"TT{found[1]:0>3}" if found else ""
    return code if code in CODES else None


def explained(code: str) -> dict[str, Any]:
    """All that there is to say about a code, for JSON."""
    told = EXPLANATIONS[code]
    return {
        "code": code,
        "severity": CODES[code].severity.value,
        "title": CODES[code].title,
        "what": told.what,
        "why": told.why,
        "bad": told.bad,
        "good": told.good,
        "fix": told.fix or None,
    }
