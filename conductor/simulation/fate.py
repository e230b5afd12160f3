"""What becomes of an attempt: how long it takes, how it ends, and what befalls its agent. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from conductor.order import length
from conductor.simulation.dice import Dice
from conductor.simulation.setting import Setting
from conductor.simulation.steps import SECOND, micros
from tinytown.clock import seconds, spell
from tinytown.errors import UsageError
from tinytown.states import TaskState
from tinytown.tasks import Task

MOST_LATERS = 3
"""What a command waits for is there at last: no task asks to be tried later more often than this."""

_FREEZES = (12.0, 60.0)
_MILLISECOND = SECOND // 1000


class Peril(StrEnum):
    """Where in an attempt an agent dies."""

    TAKEN = "between taking a task and starting it"
    WORKING = "in the middle of an attempt"
    DONE = "between the end of an attempt and its report"
    REPORTED = "after its report, before the answer"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one attempt. Microseconds.

    Args:
        span: How long it takes.
        state: `completed`, `failed`, or `pending` for one that is to be made later.
        result: Its last words.
        peril: Where its agent dies; None for one that lives.
        moment: How far into it that happens, or the standing still.
        freeze: How long its agent stands still; 0 for not at all.
    """

    span: int
    state: TaskState
    result: str
    peril: Peril | None = None
    moment: int = 0
    freeze: int = 0


class Fates:
    """Decides what becomes of attempts.

    Args:
        setting: How often what happens.
        dice: The chance.
    """

    def __init__(self, setting: Setting, dice: Dice) -> None:
        self._faults = setting.faults
        self._spread = setting.spread
        self._dice = dice

    def of(self, task: Task, laters: int) -> Fate:
        """What becomes of a task's present attempt.

        Args:
            task: The task, assigned.
            laters: How often it has asked to be tried later.
        """
        faults, dice = self._faults, self._dice
        about = (task.label, task.attempt)
        span, state, result = self._work(task, laters)
        peril, freeze = None, 0
        if dice.happens(faults.crash, "crash", *about):
            perils = list(Peril)
            peril = perils[int(dice.number("peril", *about) * len(perils))]
        elif dice.happens(faults.freeze, "freeze", *about):
            freeze = micros(dice.between(*_FREEZES, "frozen", *about))
        moment = round(span * dice.number("moment", *about))
        return Fate(span, state, result, peril, moment, freeze)

    def dies_starting(self, agent: str, life: int) -> bool:
        """Whether an agent dies before it is ready."""
        return self._dice.happens(self._faults.crash, "start", agent, life)

    def _work(self, task: Task, laters: int) -> tuple[int, TaskState, str]:
        faults, dice = self._faults, self._dice
        about = (task.label, task.attempt)
        stretch = 1 + self._spread * (2 * dice.number("length", *about) - 1) if self._spread else 1.0
        span = max(round(length(task) * _MILLISECOND * stretch), _MILLISECOND)
        limit = _limit(task)
        if limit is not None and (span > limit or dice.happens(faults.hang, "hang", *about)):
            return limit, TaskState.FAILED, f"timed out after {spell(limit / SECOND)}"
        if dice.happens(faults.fail, "fail", *about):
            return round(span * dice.number("failed", *about)), TaskState.FAILED, "exit status 1"
        if laters < MOST_LATERS and dice.happens(faults.later, "later", *about):
            asked = f"{task.label} asked to be tried later (exit 75)"
            return round(span * dice.number("asked", *about)), TaskState.PENDING, asked
        return span, TaskState.COMPLETED, "done"


def _limit(task: Task) -> int | None:
    try:
        return micros(seconds(task.timeout)) if task.timeout else None
    except UsageError:  # not from a checked plan
        return None
