"""Says at the end how much was simulated."""

from collections import Counter

import pytest

SIMULATED = "simulated "
"""Begins the names of the properties that are added up."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line with the sums over all tests, on whichever process they ran."""
    sums: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name.startswith(SIMULATED) and isinstance(value, int):
                sums[name.removeprefix(SIMULATED)] += value
    if sums:
        told = ", ".join(f"{count} {name}" for name, count in sums.items())
        terminalreporter.write_line(f"simulated: {told}")
