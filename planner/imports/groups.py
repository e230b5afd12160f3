"""Tasks that have parts become groups, which nobody is sent: what was said of them goes to their members."""

from collections.abc import Iterator
from dataclasses import replace

from planner.imports.found import Draft, Loss

_ENDED = frozenset({"completed", "cancelled"})


def as_groups(drafts: list[Draft], losses: list[Loss]) -> list[Draft]:
    """The drafts with each parent a group.

    A group's agent does those of its members for whom nobody is named; a wish for approval goes to the members
    that it would begin with; a cancelled group's members are cancelled; and a group is completed only if its
    members are.

    Args:
        drafts: The tasks; their parents are known and in no circle.
        losses: Where to tell what gives way.
    """
    by_id = {draft.id: draft for draft in drafts}
    grouped = {draft.parent for draft in drafts if draft.parent}
    passed = [_inherited(draft, by_id, grouped) for draft in drafts]
    open_groups = {
        above.id
        for draft in passed
        if draft.id not in grouped and draft.status not in _ENDED
        for above in _above(draft, by_id)
    }
    return [_group(draft, open_groups, losses) if draft.id in grouped else draft for draft in passed]


def _above(draft: Draft, by_id: dict[str, Draft]) -> Iterator[Draft]:
    """The groups around a task, from the inside out."""
    at = draft
    while at.parent:
        at = by_id[at.parent]
        yield at


def _inherited(draft: Draft, by_id: dict[str, Draft], grouped: set[str]) -> Draft:
    if draft.id in grouped:
        return draft
    above = list(_above(draft, by_id))
    agent = next((group.agent for group in above if group.agent), None)
    first = not any(by_id[need].parent == draft.parent for need in draft.needs)
    return replace(
        draft,
        agent=draft.agent or (None if draft.run or draft.role else agent),
        status=draft.status or ("cancelled" if any(group.status == "cancelled" for group in above) else None),
        approval=draft.approval or (first and any(group.approval for group in above)),
    )


def _group(draft: Draft, open_groups: set[str], losses: list[Loss]) -> Draft:
    status = draft.status
    if status == "completed" and draft.id in open_groups:
        why = "some of its parts are not; it is done when they are"
        losses.append(Loss(draft.where, f"{draft.id} is done", why))
        status = None
    bare = replace(draft, agent=None, role=None, run=None, timeout=None, estimate=None)
    return replace(bare, status=status, approval=False)
