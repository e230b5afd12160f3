"""The plan in the language of Graphviz: `tt plan --format dot | dot -Tpng > plan.png`."""

from collections.abc import Iterator

from planner.plan import Entry
from planner.views.outline import Arrow, Outline, outline
from planner.views.palette import CRITICAL, FILLS
from planner.views.scene import Scene
from planner.views.state import GROUP, ICONS, doing
from tinytown.escape import clipped

_WHO = 30
_DEEPEST = 20
"""Deeper lines are not indented any further."""
_HEAD = (
    "digraph plan {",
    "  rankdir=LR; compound=true; fontname=Helvetica; fontsize=18; labelloc=t;",
    '  node [shape=box, style="rounded,filled", fontname=Helvetica, fontsize=11, margin="0.15,0.08"];',
    '  edge [color="#8c959f", arrowsize=0.7];',
)


def dot(scene: Scene) -> str:
    """The tasks that are shown as a digraph: a cluster for each group, a colour for each state."""
    drawn = outline(scene)
    lines = [*_HEAD]
    if scene.plan.description:
        lines.append(f"  label={_quoted(clipped(scene.plan.description))};")
    lines += _nodes(scene, drawn)
    ends = _Ends(scene, drawn)
    lines += [f"  {ends.arrow(arrow)};" for arrow in drawn.arrows]
    return "\n".join([*lines, "}"])


def _nodes(scene: Scene, drawn: Outline) -> Iterator[str]:
    """Every node and cluster; what stands in a cluster before the cluster's end."""
    stack: list[tuple[Entry | None, int]] = [(entry, 1) for entry in reversed(drawn.inside[None])]
    while stack:
        entry, depth = stack.pop()
        indent = "  " * min(depth, _DEEPEST)
        if entry is None:
            yield f"{indent}}}"
            continue
        fill, stroke = FILLS[scene.states[entry.id]]
        if drawn.framed(entry):
            yield f"{indent}subgraph {_quoted(_cluster(entry.id))} {{"
            yield (
                f"{indent}  label={_quoted(_label(scene, entry))}; fontsize=12; labeljust=l; style=rounded; "
                f'color="{stroke}";'
            )
            stack.append((None, depth))
            stack += [(member, depth + 1) for member in reversed(drawn.inside[entry.id])]
            continue
        width = ", penwidth=2" if entry.id in scene.emphasised else ""
        edge = CRITICAL if entry.id in scene.emphasised else stroke
        label = _quoted(_label(scene, entry))
        yield f'{indent}{_quoted(entry.id)} [label={label}, fillcolor="{fill}", color="{edge}"{width}];'


class _Ends:
    """Where arrows begin and end: Graphviz knows only arrows between nodes, so a cluster is meant by one in it."""

    def __init__(self, scene: Scene, drawn: Outline) -> None:
        self._first: dict[str, str] = {}
        self._last: dict[str, str] = {}
        self._drawn = drawn
        inner = [entry for entry in scene.shown if not drawn.framed(entry)]
        inner.sort(key=lambda entry: entry.id not in scene.emphasised)
        first = sorted(inner, key=lambda entry: scene.waves[entry.id])
        last = sorted(inner, key=lambda entry: -scene.waves[entry.id])
        frames = {entry.id: frame for frame, entries in drawn.inside.items() for entry in entries}
        for seen, order in ((self._first, first), (self._last, last)):
            for entry in order:
                frame = frames[entry.id]
                while frame is not None and frame not in seen:
                    seen[frame] = entry.id
                    frame = frames[frame]

    def arrow(self, arrow: Arrow) -> str:
        origin, target, critical = arrow
        told = []
        if origin in self._last:
            told.append(f"ltail={_quoted(_cluster(origin))}")
        if target in self._first:
            told.append(f"lhead={_quoted(_cluster(target))}")
        if critical:
            told.append(f'color="{CRITICAL}", penwidth=2')
        begin, end = self._last.get(origin, origin), self._first.get(target, target)
        return f"{_quoted(begin)} -> {_quoted(end)}" + (f" [{', '.join(told)}]" if told else "")


def _cluster(task: str) -> str:
    return f"cluster_{task}"


def _label(scene: Scene, entry: Entry) -> str:
    if entry.group:
        part = scene.parts[entry.id]
        return f"{GROUP} {entry.id} {part.completed}/{part.tasks}"
    who = clipped(doing(entry), _WHO)
    return f"{ICONS[scene.states[entry.id]]} {entry.id}" + (f"\n{who}" if who else "")


def _quoted(text: str) -> str:
    """A text as Graphviz writes it; backslashes are doubled, since it reads escapes in labels."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{inner}"'
