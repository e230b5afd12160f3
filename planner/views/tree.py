"""The plan as a tree for people."""

from planner.plan import Entry, Plan
from planner.views.state import GROUP, ICONS, States, state_of
from tinytown.escape import clipped, shown


def plan_text(plan: Plan, live: States | None = None) -> str:
    """The plan as a tree for people: children under their parents, the rest in the file's order."""
    children: dict[str | None, list[Entry]] = {}
    for entry in plan.entries:
        children.setdefault(entry.parent, []).append(entry)
    lines = [shown(plan.description)] if plan.description else []
    # An explicit stack: a chain of children may be thousands deep.
    stack = [(entry, 0) for entry in reversed(children.get(None, []))]
    while stack:
        entry, depth = stack.pop()
        lines.append("  " * depth + _line(entry, live))
        stack += [(child, depth + 1) for child in reversed(children.get(entry.id, []))]
    return "\n".join(lines) or "The plan has no tasks."


def _line(entry: Entry, live: States | None) -> str:
    state = state_of(entry, live)
    icon = GROUP if entry.group else ICONS[state]
    waits = f"  after {shown(', '.join(entry.needs))}" if entry.needs else ""
    return f"{icon} {shown(entry.id)}  [{state}]{_who(entry)}  {clipped(entry.description)}{waits}"


def _who(entry: Entry) -> str:
    if entry.agent:
        return shown(f"  @{entry.agent}")
    if entry.role:
        return shown(f"  @any {entry.role}")
    return "  $" if entry.run else ""
