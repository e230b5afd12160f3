"""The two tables of moves, over every pair of states."""

import itertools
import re

import pytest

from tinytown.errors import UnlawfulMoveError
from tinytown.states import (
    AGENT_MOVES,
    ENDED,
    GONE,
    RECEPTIVE,
    TASK_MOVES,
    AgentState,
    TaskState,
    check_agent_move,
    check_task_move,
)

# Said again, in the order pending assigned running completed failed cancelled: `x` may follow, `.` may not.
TASKS = {
    "pending": ".xxxxx",
    "assigned": "x.xxxx",
    "running": "x..xxx",
    "completed": "x.....",
    "failed": "x..x..",
    "cancelled": "x..x..",
}

# In the order cold starting idle working paused draining stopped error.
AGENTS = {
    "cold": ".x......",
    "starting": ".xx.xxxx",
    "idle": ".x.xxxxx",
    "working": ".xx.xxxx",
    "paused": ".xxx.xxx",
    "draining": ".x....xx",
    "stopped": ".x......",
    "error": ".x....x.",
}


@pytest.mark.parametrize(("origin", "target"), [*itertools.product(TaskState, TaskState)])
def test_every_move_of_a_task_is_lawful_or_refused(origin: TaskState, target: TaskState) -> None:
    lawful = TASKS[origin][list(TaskState).index(target)] == "x"
    assert (target in TASK_MOVES[origin]) == lawful
    if lawful:
        check_task_move("it", origin, target)
        return
    with pytest.raises(UnlawfulMoveError, match=re.escape(f"it is {origin} and cannot become {target}")) as refusal:
        check_task_move("it", origin, target)
    assert all(state in refusal.value.remedy for state in TASK_MOVES[origin])


@pytest.mark.parametrize(("origin", "target"), [*itertools.product(AgentState, AgentState)])
def test_every_move_of_an_agent_is_lawful_or_refused(origin: AgentState, target: AgentState) -> None:
    lawful = AGENTS[origin][list(AgentState).index(target)] == "x"
    assert (target in AGENT_MOVES[origin]) == lawful
    if lawful:
        check_agent_move("it", origin, target)
        return
    with pytest.raises(UnlawfulMoveError, match=re.escape(f"it is {origin} and cannot become {target}")):
        check_agent_move("it", origin, target)


def test_nothing_goes_on_by_itself_from_an_end_but_by_a_wish() -> None:
    for state in ENDED:
        assert TASK_MOVES[state] <= {TaskState.PENDING, TaskState.COMPLETED}


def test_a_process_may_take_over_from_any_state() -> None:
    assert all(AgentState.STARTING in moves for moves in AGENT_MOVES.values())
    assert frozenset() == GONE & RECEPTIVE
    assert all(AgentState.WORKING not in AGENT_MOVES[state] for state in GONE)
