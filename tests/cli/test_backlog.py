"""`tt backlog`: work that nobody is named for, and who takes it."""

import json
import os
import signal

import pytest

from tests.cli.shell import Shell
from tests.towns import until
from tinytown.ids import task_id
from tinytown.tasks import Task
from tinytown.town import Town
from tinytown.transaction import Transaction


@pytest.fixture
def backlog(tt: Shell) -> Shell:
    """A town with the planned task `build` and a task made by hand in its backlog, and an idle agent."""
    planned = Task.new("echo build", id=task_id("demo", "build"), plan_id="build")
    lone = Task.new("echo lone", id="aaaaaaaa-0000-4000-8000-000000000001")
    with Town.connect(tt.folder) as town:
        transaction = Transaction(town.keys)
        for task in (planned, lone):
            transaction.create_task(task)
            transaction.add_to_backlog(task.id)
        transaction.commit(town.connection)
    tt.told("spawn", "coder")
    return tt


def test_list(backlog: Shell) -> None:
    assert backlog.told("backlog", "list") == (
        "TASK      STATE    AGENT  DESCRIPTION\n"
        "build     pending  -      echo build\n"
        "aaaaaaaa  pending  -      echo lone\n"
    )
    assert [task["plan_id"] for task in backlog.document("backlog", "list")] == ["build", None]


def test_a_claimed_task_is_done(backlog: Shell) -> None:
    assert backlog.told("backlog", "claim", "build", "coder") == 'Task "build" is assigned to "coder"\n'
    assert backlog.await_state("build", "completed")["result"] == "build"
    assert backlog.document("task", "show", "build")["agent"] is None
    assert backlog.document("backlog", "claim", "aaaa", "coder")["agent"] == "coder"
    backlog.await_state("aaaa", "completed")
    assert backlog.told("backlog", "list") == "The backlog is empty.\n"
    events = [json.loads(line) for line in backlog.told("events", "--task", "build", "--json").splitlines()]
    assert [event["type"] for event in events] == ["task.assigned", "task.started", "task.completed"]


def test_a_task_is_claimed_once(backlog: Shell) -> None:
    backlog.told("backlog", "claim", "build", "coder")
    backlog.await_state("build", "completed")
    assert backlog.refused("backlog", "claim", "build", "coder") == (
        'task "build" is not in the backlog; it is completed. tt backlog list shows what is.'
    )


def test_a_stopped_agent_takes_nothing(backlog: Shell) -> None:
    backlog.told("kill", "coder")
    assert backlog.refused("backlog", "claim", "build", "coder") == (
        'agent "coder" is stopped and takes no tasks. Give it to another agent; tt list shows them.'
    )
    assert backlog.refused("backlog", "claim", "build", "codr").startswith(
        'no agent is called "codr". Did you mean'
    )
    assert len(backlog.document("backlog", "list")) == 2


def test_a_claimed_task_whose_agent_died_is_in_the_backlog_again(tt: Shell) -> None:
    (tt.folder / "tasks.toml").write_text('[[tasks]]\nid = "a"\ndescription = "sleep 60"\n')
    tt.told("spawn", "coder", "--cli", "shell")
    conductor = tt.start("conductor", "--watch")
    until(lambda: tt.document("backlog", "list") != [], "it is in the backlog")
    tt.told("backlog", "claim", "a", "coder")
    tt.await_state("a", "running")
    (coder,) = tt.document("list")
    os.kill(coder["pid"], signal.SIGKILL)
    until(lambda: tt.document("backlog", "list") != [], "it is in the backlog again")
    conductor.terminate()
    conductor.communicate(timeout=30)
