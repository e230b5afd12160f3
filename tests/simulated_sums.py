"""How much was simulated, added up over all tests, on whichever process they ran."""

from collections import Counter
from collections.abc import Iterable

import pytest

SIMULATED = "simulated "
"""Begins the names of the properties that are added up."""


def what_was_simulated(reports: Iterable[pytest.TestReport]) -> str:
    """The sums in a line; empty if nothing was simulated."""
    sums: Counter[str] = Counter()
    for report in reports:
        for name, value in report.user_properties:
            if name.startswith(SIMULATED) and isinstance(value, int):
                sums[name.removeprefix(SIMULATED)] += value
    return ", ".join(f"{count} {name}" for name, count in sums.items())
