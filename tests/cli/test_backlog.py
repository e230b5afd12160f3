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


def test_adding_needs_no_conductor(tt: Shell) -> None:
    answer = tt("backlog", "add", "echo one", "--tag", "ci", "--priority", "high")
    one = answer.out.split()[1]
    assert (answer.out, answer.err) == (f"Task {one} is in the backlog\n", "")
    answer = tt("backlog", "add", "echo two", "--needs", one[:8])
    two = answer.out.split()[1]
    assert answer.out == f"Task {two} waits for {one[:8]} (pending); then it goes into the backlog\n"
    assert answer.err == "no conductor is running; start one: tt conductor\n"
    assert [task["id"] for task in tt.document("backlog", "list", "--tag", "ci")] == [one]
    assert tt.told("backlog", "list", "--tag", "none") == "No task of the backlog fits.\n"
    assert tt.refused("backlog", "add", " ", status=2) == "the task is empty. Say what is to be done."
    assert tt.document("backlog", "add", "three")["state"] == "pending"


def test_an_agent_claims_for_itself(backlog: Shell) -> None:
    inside = backlog.within(TINYTOWN_AGENT_NAME="coder")
    assert inside.told("backlog", "claim", "build") == 'Task "build" is assigned to "coder"\n'
    assert backlog.refused("backlog", "claim", "aaaa", status=2) == (
        "it is not said who claims it. "
        "Name an agent: tt backlog claim TASK AGENT; only inside an agent it can be left out."
    )


def test_all_of_it_goes_to_one_agent(backlog: Shell) -> None:
    assert backlog.told("backlog", "assign-all", "coder") == '2 tasks are assigned to "coder"\n'
    assert backlog.told("backlog", "assign-all", "coder") == "The backlog is empty.\n"
    assert backlog.document("backlog", "assign-all", "coder") == []
    backlog.await_state("build", "completed")
    backlog.await_state("aaaa", "completed")
    assert backlog.refused("backlog", "assign-all", "codr").startswith('no agent is called "codr".')


def test_two_who_take_all_of_it_take_each_task_once(backlog: Shell) -> None:
    backlog.told("spawn", "other")
    with Town.connect(backlog.folder) as town:
        transaction = Transaction(town.keys)
        for number in range(40):
            transaction.add_to_backlog(transaction.create_task(Task.new(f"echo {number}")).value.id)
        transaction.commit(town.connection)
    names = ["coder", "other", "coder"]
    processes = [backlog.start("backlog", "assign-all", name, "--json") for name in names]
    answers = [backlog.finish(process) for process in processes]
    assert [answer.status for answer in answers] == [0, 0, 0], answers
    taken = [
        (task["id"], name) for answer, name in zip(answers, names, strict=True) for task in json.loads(answer.out)
    ]
    assert len({task for task, _ in taken}) == len(taken) == 42
    for task, name in taken:
        done = backlog.await_state(task, "completed")
        assert (done["attempt"], done["agent"] or name) == (1, name)


def test_of_many_claims_at_once_one_counts(backlog: Shell) -> None:
    backlog.told("spawn", "other")
    processes = [backlog.start("backlog", "claim", "build", name) for name in ("coder", "other") * 2]
    answers = [backlog.finish(process) for process in processes]
    assert sorted(answer.status for answer in answers) == [0, 1, 1, 1], answers
    assert all("is not in the backlog; it is" in answer.err for answer in answers if answer.status)
    assert backlog.await_state("build", "completed")["attempt"] == 1


def test_removing_asks(backlog: Shell) -> None:
    assert backlog.refused("backlog", "remove", "aaaa", status=2) == (
        'this deletes task "aaaaaaaa": echo lone. Say that it is meant: --yes'
    )
    assert backlog.refused("backlog", "remove", "build", "--yes") == (
        'task "build" is of the plan. '
        "Take it out of the file: tt plan rm build, then tt sync push; or call it off: tt cancel build"
    )
    assert backlog.told("backlog", "remove", "aaaa", "--yes") == 'Task "aaaaaaaa" is deleted\n'
    assert [task["plan_id"] for task in backlog.document("tasks")] == ["build"]
    lone = backlog.assigned("coder", "echo x")
    backlog.await_state(lone, "completed")
    assert backlog.refused("backlog", "remove", lone, "--yes") == (
        f'task "{lone[:8]}" is not in the backlog; it is completed. Call it off: tt cancel {lone[:8]}'
    )
