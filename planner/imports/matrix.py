"""The matrix of a job: every combination of its values."""

import itertools
import re
from collections.abc import Mapping

from planner.imports.yaml_tree import Node

MOST = 20
"""A matrix with more combinations is not unfolded into tasks."""

EXPRESSION = re.compile(r"\$\{\{\s*([^{}]{1,300}?)\s*\}\}")

Combination = Mapping[str, str]

_APART = frozenset({"include", "exclude"})


def combinations(matrix: Node) -> list[Combination] | None:
    """The combinations of a matrix, as the workflow's own rules make them.

    Returns:
        The combinations; None if the matrix is not written out in plain values, or is too large.
    """
    axes = {name: [value.text for value in node.items] for name, node in matrix.keys.items() if name not in _APART}
    included = [_plain(node) for node in matrix.at("include").items]
    excluded = [_plain(node) for node in matrix.at("exclude").items]
    if not matrix.keys or any(EXPRESSION.search(value) for values in axes.values() for value in values):
        return None
    plain = all(all(values) for values in axes.values()) and all(included) and all(excluded)
    if not plain or not all(axes.values()):
        return None  # values that are no plain texts
    if any(EXPRESSION.search(matrix.at(part).text) for part in _APART) or _product(axes) > MOST * MOST:
        return None
    made = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())] if axes else []
    made = [one for one in made if not any(other.items() <= one.items() for other in excluded)]
    made = _with(made, included, frozenset(axes))
    return list(made) if 0 < len(made) <= MOST else None


def _product(axes: Mapping[str, list[str]]) -> int:
    count = 1
    for values in axes.values():
        count *= len(values)
    return count


def _plain(node: Node) -> dict[str, str]:
    """A map of texts; empty if it is something else."""
    told = {name: value.text for name, value in node.keys.items()}
    return told if all(told.values()) else {}


def _with(made: list[dict[str, str]], included: list[dict[str, str]], axes: frozenset[str]) -> list[dict[str, str]]:
    """The combinations with what is included: it goes where it changes no value of an axis, else it is one more."""
    whole = [dict(one) for one in made]
    more: list[dict[str, str]] = []
    for extra in included:
        fits = [at for at, one in enumerate(made) if all(one[key] == extra[key] for key in axes & extra.keys())]
        for at in fits:
            whole[at].update(extra)
        if not fits:
            more.append(extra)
    return whole + more


def filled(text: str, combination: Combination) -> str:
    """The text with the values of a combination in the place of `${{ matrix.name }}`."""
    return EXPRESSION.sub(
        lambda found: (
            combination.get(found[1].removeprefix("matrix."), found[0])
            if found[1].startswith("matrix.")
            else found[0]
        ),
        text,
    )
