"""What must be true of a finished run of steps, by the journal and by what the commands wrote."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.chaos.steps import Plan, Run, Steps
from tests.journal_laws import check
from tests.towns import House
from tinytown.events import Event

_ENDS = ("task.completed", "task.failed", "task.cancelled", "task.requeued", "task.retrying")
_BEFORE = 6.0
_CLOCK = 0.003
"""A stream tells its moments in whole milliseconds."""


@dataclass(frozen=True, slots=True)
class Blow:
    """What was done to a town, and when (Unix seconds).

    `agent` is the one that it concerned, empty if none, None if all of them.
    """

    moment: float
    kind: str
    agent: str | None = None


@dataclass(slots=True)
class Verdict:
    """What a run broke: `lost` work, work that was `doubled`, and anything `else`. `overlaps` are lawful."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    overlaps: int = 0

    @property
    def breaches(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.others]


def judge(home: House, plan: Plan, steps: Steps, blows: Sequence[Blow]) -> Verdict:
    """Judges a finished run.

    Args:
        home: The town.
        plan: What it ran.
        steps: What its commands wrote.
        blows: What was done to it.
    """
    verdict = Verdict()
    tasks = {key: held.value for key, held in home.town.ledger.all().items()}
    events = list(home.town.journal.since("0-0"))
    try:
        check(home.town.name, tasks, events)
    except AssertionError as broken:
        verdict.others.append(str(broken))
    runs = steps.runs()
    ends = {task.label: task.state.value for task in tasks.values()}
    verdict.lost += [
        f"{name} is {ends.get(name)}, not {end}" for name, end in plan.ends.items() if ends.get(name) != end
    ]
    completed = {
        event.plan_id or "": event for event in events if event.type == "task.completed" and event.plan_id in ends
    }
    groups = {task.label for task in tasks.values() if task.group}
    done = {(run.name, run.attempt) for run in runs if run.status == 0}
    verdict.lost += [
        f"{name}.{event.attempt} completed and its command did not"
        for name, event in completed.items()
        if name not in groups and (name, event.attempt) not in done
    ]
    _doubled(verdict, runs, completed, blows)
    verdict.others += _over_limits(plan, {task.label: task.pool for task in tasks.values()}, groups, events)
    allowed = 1 + plan.failures + 3 * len(blows)
    verdict.others += [
        f"{task.label} was attempted {task.attempt} times, at most {allowed} were expected"
        for task in tasks.values()
        if task.attempt > allowed
    ]
    return verdict


def _doubled(verdict: Verdict, runs: Iterable[Run], completed: dict[str, Event], blows: Sequence[Blow]) -> None:
    by_name: dict[str, list[Run]] = defaultdict(list)
    for run in sorted(runs, key=lambda run: run.begun):
        earlier = by_name[run.name]
        if any(other.attempt == run.attempt for other in earlier):
            verdict.doubled.append(f"attempt {run.attempt} of {run.name} ran twice")
        for other in earlier:
            if other.ended is not None and other.ended > run.begun:
                if not _excused(other, run, blows):
                    verdict.doubled.append(f"{other} and {run} overlap")
                verdict.overlaps += 1
        end = completed.get(run.name)
        if end is not None and run.begun > int(end.id.split("-")[0]) / 1000 + _CLOCK:
            verdict.doubled.append(f"{run} began after {end.id}, when it completed")
        earlier.append(run)


def _excused(first: Run, second: Run, blows: Sequence[Blow]) -> bool:
    """Whether the agent of the first was frozen or killed, or taken for dead by a clock that jumped."""
    return any(
        blow.agent in (None, first.agent) and first.begun - _BEFORE <= blow.moment <= second.begun for blow in blows
    )


def _over_limits(
    plan: Plan, pools: dict[str, str | None], groups: set[str], events: Iterable[Event]
) -> Iterable[str]:
    at_work: set[str] = set()
    for event in events:
        name = event.plan_id
        if name not in pools or name in groups:
            continue
        if event.type in _ENDS:
            at_work.discard(name)
        elif event.type == "task.assigned":
            at_work.add(name)
            for pool, most in plan.limits.items():
                inside = sorted(one for one in at_work if pool in ("", pools[one]))
                if len(inside) > most:
                    yield f"{event.id}: {inside} are at work at once, at most {most} may be in {pool or 'the plan'}"
