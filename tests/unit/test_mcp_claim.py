"""Which tasks a client may take by itself."""

from uuid import UUID

import pytest

from tinytown.agents import Agent
from tinytown.errors import UnlawfulMoveError
from tinytown.mcp.claim import check_claim, choose, names
from tinytown.states import AgentState
from tinytown.tasks import Task

_ME = Agent.new("cursor-1", "mcp", role="reviewer", state=AgentState.IDLE)
_OTHER = UUID(int=7)


def _free(_: Task) -> str | None:
    return None


def _waits(_: Task) -> str | None:
    return "waits for a (running)"


def test_a_task_is_for_whom_it_names() -> None:
    assert names(_ME, Task.new("x", agent="cursor-1"))
    assert names(_ME, Task.new("x", role="reviewer"))
    assert not names(_ME, Task.new("x", agent="coder", role="reviewer"))
    assert not names(_ME, Task.new("x"))


def test_what_it_has_comes_before_what_is_for_it_before_the_backlog() -> None:
    mine = Task.new("mine").assign(_ME.id)
    named, loose = Task.new("named", role="reviewer"), Task.new("loose")
    assert choose(_ME, [loose, named, mine], [loose.id], _free) == mine
    assert choose(_ME, [loose, named], [loose.id], _free) == named
    assert choose(_ME, [loose, named], [loose.id], _waits) == loose
    assert choose(_ME, [named], [], _waits) is None


@pytest.mark.parametrize(
    ("task", "agent", "words"),
    [
        (Task.new("x").assign(_OTHER), _ME, "is assigned by another agent and cannot be claimed"),
        (Task.new("x", agent="coder"), _ME, 'not for "cursor-1" but for coder'),
        (Task.new("x"), _ME, "but for the backlog, once it is ready"),
        (Task.new("x", role="reviewer"), _ME, "waits for a"),
        (Task.new("x", role="reviewer"), _ME.become(AgentState.DRAINING), "is draining and takes no tasks"),
    ],
)
def test_what_cannot_be_claimed(task: Task, agent: Agent, words: str) -> None:
    with pytest.raises(UnlawfulMoveError, match=words):
        check_claim(agent, task, [], _waits)


def test_what_is_in_the_backlog_can_be_claimed() -> None:
    task = Task.new("x")
    check_claim(_ME, task, [task.id], _waits)
