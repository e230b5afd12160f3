"""Makes the tasks of a source into ones that a plan can have; what has to give way is told."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from planner.graph import Graph, Tie, Wait
from planner.imports.found import Draft, Found, ImportRefusedError, Loss
from planner.imports.groups import as_groups
from tinytown.clock import seconds
from tinytown.durations import LONGEST
from tinytown.errors import BadNameError
from tinytown.escape import clipped
from tinytown.ids import check_name

_ROUNDS = 100
"""So often circles are looked for; each time every knot of them loses one tie."""


@dataclass(frozen=True, slots=True)
class _Tied:
    """A draft as the graph wants it."""

    id: str
    parent: str | None
    needs: tuple[str, ...]


def settled(found: Found) -> Found:
    """The tasks with ties that lead somewhere and in no circle, and names that an agent can have.

    Raises:
        ImportRefusedError: There are too many circles to break.
    """
    losses = list(found.losses)
    drafts = [_readable(draft) for draft in found.drafts]
    drafts = [_timed(_named(draft, losses), losses) for draft in drafts]
    drafts = _tied(drafts, losses)
    drafts = _rooted(drafts, losses)
    drafts = as_groups(drafts, losses)
    drafts = _unknotted(drafts, losses)
    return Found(tuple(drafts), tuple(losses), found.description and _text(found.description))


def _text(text: str) -> str:
    """The text as TOML and a program can take it: no NUL, no half of a character."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return plain.encode("utf-8", "replace").decode()


def _readable(draft: Draft) -> Draft:
    return replace(
        draft,
        description=_text(draft.description).strip() or draft.id,
        run=None if draft.run is None else _text(draft.run),
        tags=tuple(dict.fromkeys(_text(tag) for tag in draft.tags)),
    )


def _named(draft: Draft, losses: list[Loss]) -> Draft:
    if draft.agent is None:
        return draft
    try:
        check_name(draft.agent, "agent")
    except BadNameError as error:
        losses.append(Loss(draft.where, f"who does {draft.id}: {draft.agent}", error.message))
        return replace(draft, agent=None)
    return draft


def _timed(draft: Draft, losses: list[Loss]) -> Draft:
    return replace(
        draft,
        timeout=_bounded(draft, "timeout", draft.timeout, losses),
        estimate=_bounded(draft, "estimate", draft.estimate, losses),
    )


def _bounded(draft: Draft, key: str, duration: str | None, losses: list[Loss]) -> str | None:
    if duration is None or seconds(duration) <= LONGEST:
        return duration
    losses.append(Loss(draft.where, f"{key} of {draft.id}: {clipped(duration)}", "it is more than ten years"))
    return None


def _tied(drafts: list[Draft], losses: list[Loss]) -> list[Draft]:
    """The drafts without ties to themselves, to nobody, and without the same one twice."""
    known = {draft.id for draft in drafts}
    settled_drafts: list[Draft] = []
    for draft in drafts:
        for other in dict.fromkeys((*draft.needs, *([draft.parent] if draft.parent else []))):
            if other not in known:
                losses.append(Loss(draft.where, f"{draft.id} depends on {other}", "there is no such task"))
            elif other == draft.id:
                losses.append(Loss(draft.where, f"{draft.id} depends on itself", "no task can"))
        lawful = known - {draft.id}
        needs = tuple(need for need in dict.fromkeys(draft.needs) if need in lawful)
        parent = draft.parent if draft.parent in lawful else None
        settled_drafts.append(replace(draft, needs=needs, parent=parent, when=draft.when if needs else None))
    return settled_drafts


def _rooted(drafts: list[Draft], losses: list[Loss]) -> list[Draft]:
    """The drafts without circles of parents: the task at which one closes has no parent."""
    parents: dict[str, str | None] = {draft.id: draft.parent for draft in drafts}
    safe: set[str] = set()
    for draft in drafts:
        way: dict[str, None] = {}
        at: str | None = draft.id
        while at is not None and at not in safe and at not in way:
            way[at] = None
            above = parents[at]
            if above in way:
                losses.append(Loss(draft.where, f"{at} is a part of {above}", "each would be a part of the other"))
                parents[at] = above = None
            at = above
        safe.update(way)
    return [replace(draft, parent=parents[draft.id]) for draft in drafts]


def _unknotted(drafts: list[Draft], losses: list[Loss]) -> list[Draft]:
    """The drafts without circles of waiting."""
    needs = {draft.id: list(draft.needs) for draft in drafts}
    places = {draft.id: position for position, draft in enumerate(drafts)}
    grouped = frozenset(draft.parent for draft in drafts if draft.parent)
    for _ in range(_ROUNDS):
        tied = [_Tied(draft.id, draft.parent, tuple(needs[draft.id])) for draft in drafts]
        circles = Graph(tied, grouped).cycles()
        if not circles:
            return [
                replace(draft, needs=tuple(needs[draft.id]), when=draft.when if needs[draft.id] else None)
                for draft in drafts
            ]
        for circle in circles:
            wait = _weakest(circle, places)
            if wait.on in needs[wait.task]:
                needs[wait.task].remove(wait.on)
                where = drafts[places[wait.task]].where
                around = " → ".join([*(step.task for step in circle), circle[0].task])
                losses.append(Loss(where, f"{wait.task} depends on {wait.on}", f"a circle: {around}"))
    remedy = "Take the circles out of it first."
    raise ImportRefusedError("the tasks depend on each other in too many circles", remedy)


def _weakest(circle: Iterable[Wait], places: dict[str, int]) -> Wait:
    """The tie to give up: the need of the earliest task that needs a later one; lists are written in order."""
    return min(
        (wait for wait in circle if wait.tie is Tie.NEED),
        key=lambda wait: (places[wait.on] < places[wait.task], places[wait.task]),
    )
