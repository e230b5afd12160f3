"""YAML as plain values with their lines: the only door to the YAML library.

Every scalar stays the text that was written, so that `on` is no boolean and `3.10` no number.
"""

from dataclasses import dataclass
from typing import TypeAlias

import yaml

from planner.imports.found import ImportRefusedError
from planner.source import Source

_MOST = 100_000
"""So many values are more than any real file has; aliases of aliases make billions."""

_NOTHING = frozenset({"~", "null", "Null", "NULL"})

Value: TypeAlias = "str | list[Node] | dict[str, Node]"


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line that it begins on."""

    line: int
    value: Value

    @property
    def text(self) -> str:
        """The text of a scalar; empty for anything else."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def items(self) -> list["Node"]:
        """The elements of a list; one scalar is a list of itself, an empty one of nothing."""
        if isinstance(self.value, str):
            return [self] if self.value else []
        return self.value if isinstance(self.value, list) else []

    @property
    def keys(self) -> dict[str, "Node"]:
        """The keys of a map; empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    def at(self, *path: str) -> "Node":
        """What stands at a path of keys; an empty text if nothing does."""
        node = self
        for key in path:
            node = node.keys.get(key, Node(node.line, ""))
        return node


def tree(source: Source) -> Node:
    """Reads a YAML file.

    Raises:
        ImportRefusedError: It is none, or it unfolds to more than any real file holds.
    """
    try:
        root = yaml.compose(source.body.decode(errors="replace"), Loader=yaml.BaseLoader)
        return _Unfolding().node(root) if root is not None else Node(1, "")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise ImportRefusedError(f"{source.name}{place} is not YAML: {problem}", "Correct it first.") from None
    except RecursionError:
        raise ImportRefusedError(f"{source.name} is nested too deeply", "Choose another file.") from None


class _Unfolding:
    """Copies nodes, and counts them: an alias is copied as often as it is named."""

    def __init__(self) -> None:
        self._left = _MOST

    def node(self, raw: yaml.Node) -> Node:
        self._left -= 1
        if self._left < 0:
            line = raw.start_mark.line + 1
            raise ImportRefusedError(
                f"the aliases at line {line} unfold to too much", "Write it out, or less of it."
            )
        line = raw.start_mark.line + 1
        if isinstance(raw, yaml.MappingNode):
            return Node(line, {str(key.value): self.node(value) for key, value in raw.value})
        if isinstance(raw, yaml.SequenceNode):
            return Node(line, [self.node(element) for element in raw.value])
        plain = isinstance(raw, yaml.ScalarNode) and raw.style is None
        return Node(line, "" if plain and raw.value in _NOTHING else str(raw.value))
