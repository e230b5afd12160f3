"""The plan as a Mermaid flowchart, as Markdown on GitHub and elsewhere shows it."""

from collections.abc import Iterator

from planner.plan import Entry
from planner.views.outline import Outline, outline
from planner.views.palette import CRITICAL, FILLS
from planner.views.scene import Scene
from planner.views.state import GROUP, ICONS, doing
from tinytown.escape import clipped

ARROW = "-->"
_WHO = 30
_DEEPEST = 20
"""Deeper lines are not indented any further."""
_PLAIN = frozenset([*" .,:_-/()+=!?'…", GROUP, *ICONS.values()])


def mermaid(scene: Scene) -> str:
    """The tasks that are shown as a flowchart: a frame for each group, a colour for each state.

    A node is called by its task's place in the plan, since Mermaid has words that no node may be called by.
    """
    drawn = outline(scene)
    lines = ["flowchart LR", *_nodes(scene, drawn)]
    places = {entry.id: entry.order for entry in scene.shown}
    critical = []
    for number, (origin, target, marked) in enumerate(drawn.arrows):
        lines.append(f"  n{places[origin]} {ARROW} n{places[target]}")
        critical += [number] if marked else []
    lines += [
        f"  classDef {state} fill:{fill},stroke:{stroke},color:#1f2328" for state, (fill, stroke) in FILLS.items()
    ]
    if critical:
        lines.append(f"  linkStyle {','.join(map(str, critical))} stroke:{CRITICAL},stroke-width:3px")
    return "\n".join(lines)


def _nodes(scene: Scene, drawn: Outline) -> Iterator[str]:
    """Every node and frame; what stands in a frame before the frame's end."""
    stack: list[tuple[Entry | None, int]] = [(entry, 1) for entry in reversed(drawn.inside[None])]
    while stack:
        entry, depth = stack.pop()
        indent = "  " * min(depth, _DEEPEST)
        if entry is None:
            yield f"{indent}end"
        elif drawn.framed(entry):
            yield f'{indent}subgraph n{entry.order}["{_label(scene, entry)}"]'
            stack.append((None, depth))
            stack += [(member, depth + 1) for member in reversed(drawn.inside[entry.id])]
        else:
            yield f'{indent}n{entry.order}["{_label(scene, entry)}"]:::{scene.states[entry.id]}'
    for entry in scene.shown:
        if drawn.framed(entry):
            yield f"  class n{entry.order} {scene.states[entry.id]}"


def _label(scene: Scene, entry: Entry) -> str:
    if entry.group:
        part = scene.parts[entry.id]
        return _escaped(f"{GROUP} {entry.id} {part.completed}/{part.tasks}")
    who = clipped(doing(entry), _WHO)
    return _escaped(f"{ICONS[scene.states[entry.id]]} {entry.id}") + (f"<br/>{_escaped(who)}" if who else "")


def _escaped(text: str) -> str:
    """The text for a label in quotes: everything that could mean something is written as its number."""
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in text)
