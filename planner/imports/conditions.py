"""The conditions of jobs and steps, as far as a plan knows the like."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from planner.imports.yaml_tree import Node

Lose = Callable[[Node, str, str], None]
"""Notes that something at a node could not be carried over: what, and why."""

_OUTCOMES: Mapping[str, str | None] = {
    "": None,
    "true": None,
    "success()": None,
    "always()": "all_done",
    "!cancelled()": "all_done",
    "success()||failure()": "all_done",
    "failure()||success()": "all_done",
    "failure()": "one_failed",
}
_COMPARED = re.compile(r"matrix\.([\w-]+)(==|!=)'([^']*)'")


@dataclass(frozen=True, slots=True)
class Condition:
    """What an `if` comes to: which outcomes it waits for, or a person's approval, or that it never runs."""

    when: str | None = None
    approval: bool = False
    never: bool = False


def condition(node: Node, combination: Mapping[str, str], what: str, lose: Lose) -> Condition:
    """Reads an `if`. One that a plan cannot ask becomes a person's approval, so that nothing runs unasked.

    Args:
        node: The `if`.
        combination: The values of the matrix.
        what: Whose condition it is.
        lose: Notes what cannot be carried over.
    """
    text = node.text.strip()
    inner = text.removeprefix("${{").removesuffix("}}") if text.startswith("${{") else text
    plain = "".join(inner.split())
    if plain in _OUTCOMES:
        return Condition(_OUTCOMES[plain])
    compared = _COMPARED.fullmatch(plain)
    if compared and compared[1] in combination:
        same = combination[compared[1]] == compared[3]
        return Condition(never=same != (compared[2] == "=="))
    if plain == "false":
        lose(node, what, "it is switched off")
        return Condition(never=True)
    lose(node, f"{what}, if: {text}", "a plan cannot ask that; it waits for your approval instead")
    return Condition(approval=True)
