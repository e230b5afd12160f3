"""Random plans, crews and faults for simulations, from a seed alone: as in `tests.plans`, but in a hurry."""

import random
from dataclasses import replace
from typing import Any

from conductor.policy import Policy
from conductor.simulation.faults import Faults
from conductor.simulation.setting import Setting
from conductor.team import Hiring, Member
from tests.plans import Line, Plan, reaches, tasks_of
from tinytown.tasks import Priority, When

_WHO = ["", "", "", "", "w0", "w0", "w1", "role", "run", "ghost"]
_WHEN = [*[When.ALL_SUCCESS] * 4, When.ALL_DONE, When.ONE_FAILED, When.NONE_FAILED]
_ESTIMATES = [None, "1s", "20s", "1m", "2h"]
_TIMEOUTS = [None, None, None, "30s", "1h"]
_CHANCES = [0.02, 0.1, 0.3]
_IDLE = [0.0, 0.0, 0.0, 0.5, 5.0, 90.0]
_FAULTS = [*Faults.__dataclass_fields__]


def setting_of(seed: int, most: int = 9) -> Setting:
    """A plan, who does it, and what may go wrong.

    Args:
        seed: Decides on all of it.
        most: The plan has no more tasks than that.
    """
    dice = random.Random(seed)
    policy = _policy(dice)
    return Setting(
        tasks=tuple(tasks_of(_plan(dice, most)).values()),
        policy=policy,
        hiring=Hiring(_team(dice), "echo"),
        faults=_faults(dice),
        spread=dice.choice([0.0, 0.2, 0.9]),
        approve_after=dice.choice([0.0, 0.0, 45.0, 600.0, None]),
        max_agents=dice.choice([1, 2, 3, 10, 10]),
        unassigned_to=dice.choice([None, "w0", "w0", "worker"]),
        idle_timeout=dice.choice(_IDLE),
    )


def _plan(dice: random.Random, most: int) -> Plan:
    """Parents, needs and nested groups, without a circle of starts and ends."""
    lines: list[Line] = []
    for n in range(dice.randint(1, most)):
        parent = dice.randrange(n) if n and dice.random() < 0.5 else None
        lines.append(Line(parent=parent, **_words(dice)))
    plan = tuple(lines)
    for _ in range(dice.randint(0, len(plan))):
        waiter, need = dice.randrange(len(plan)), dice.randrange(len(plan))
        line = plan[waiter]
        if need not in line.needs and not reaches(plan, (waiter, "start"), (need, "end")):
            plan = (*plan[:waiter], replace(line, needs=(*line.needs, need)), *plan[waiter + 1 :])
    return plan


def _words(dice: random.Random) -> dict[str, Any]:
    return {
        "who": dice.choice(_WHO),
        "priority": dice.choice([Priority.NORMAL, Priority.NORMAL, Priority.HIGH, Priority.LOW]),
        "when": dice.choice(_WHEN),
        "retries": dice.choice([0, 0, 1, 2]),
        "approval": dice.random() < 0.1,
        "pool": dice.choice([None, None, None, "p", "q"]),
        "estimate": dice.choice(_ESTIMATES),
        "timeout": dice.choice(_TIMEOUTS),
    }


def _policy(dice: random.Random) -> Policy:
    return Policy(
        on_failure=dice.choice(["continue", "continue", "continue", "stop"]),
        max_parallel=dice.choice([None, None, None, 1, 2, 3]),
        pools=dice.choice([{}, {}, {"p": 1}, {"p": 1, "q": 2}]),
    )


def _team(dice: random.Random) -> dict[str, Member]:
    team = {}
    if dice.random() < 0.6:
        team["w0"] = Member("w0", replicas=dice.randint(1, 3), idle_timeout=dice.choice(_IDLE) or None)
    if dice.random() < 0.4:
        team["r0"] = Member("r0", role="r", replicas=dice.randint(1, 2), idle_timeout=dice.choice(_IDLE) or None)
    return team


def _faults(dice: random.Random) -> Faults:
    """Mostly a few kinds of them; at times none, at times all."""
    kind = dice.random()
    if kind < 0.1:
        return Faults()
    if kind < 0.4:
        return Faults.all(dice.choice([0.02, 0.05, 0.15]))
    return Faults(**{name: dice.choice(_CHANCES) for name in dice.sample(_FAULTS, dice.randint(1, 4))})
