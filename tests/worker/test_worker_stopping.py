"""How an agent stops, and how it is stopped in the middle of a task."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.towns import House, alive, until
from tinytown.spawn import dead_here
from tinytown.states import TaskState
from tinytown.stop import ask_to_stop, stop_agent
from tinytown.tasks import Task
from tinytown.worker.guard import Guard
from tinytown.worker.process import Command, run

_LONG = "echo $$ > pid; exec sleep 60"


def _long_task(home: House, name: str = "coder") -> tuple[Task, int]:
    """A task that would run for a minute, and the process that does."""
    task = home.running(home.town.agent(name).assign(_LONG))
    until(lambda: (home.root / "pid").exists() and (home.root / "pid").read_text().endswith("\n"), "it began")
    return task, int((home.root / "pid").read_text())


def test_max_rounds(home: House) -> None:
    agent = home.spawn("coder", rounds=2)
    tasks = [agent.assign(f"echo {number}") for number in range(3)]
    assert agent.wait(20).state == "stopped"
    assert [home.task(task).state.value for task in tasks] == ["completed", "completed", "pending"]
    assert "--max-rounds" in home.log("coder")
    home.spawn("coder")
    assert home.ended(tasks[2]).result == "2"


def test_idle_timeout(home: House) -> None:
    agent = home.spawn("coder", idle=0.3)
    began = time.monotonic()
    home.ended(agent.assign("sleep 0.6"))
    assert agent.wait(10).state == "stopped"
    assert time.monotonic() - began > 0.8
    assert "--idle-timeout" in home.log("coder")


def test_idle_timeout_of_the_town(build: Callable[..., House]) -> None:
    home = build("[agent]\nidle_timeout_secs = 0.3\n")
    assert home.spawn("coder").wait(10).state == "stopped"


def test_kill_reaches_a_running_task_within_a_second(home: House) -> None:
    home.spawn("coder")
    task, process = _long_task(home)
    asked = time.monotonic()
    ask_to_stop(home.town.site, home.town.roster.find("coder"), drain=False)
    until(lambda: not alive(process), "the command ended", 5)
    assert time.monotonic() - asked < 1.5
    until(lambda: home.agent("coder").state == "stopped", "the agent stopped")
    after = home.task(task.id)
    assert (after.state, after.attempt, after.crashes, after.assigned_to) == ("pending", 1, 0, None)
    (event,) = home.events("task.requeued")
    assert event.details["reason"] == "agent coder was told to stop"


def test_an_agent_killed_in_mid_task_works_when_it_is_spawned_again(home: House) -> None:
    home.spawn("coder")
    task, _ = _long_task(home)
    stop_agent(home.town.site, home.town.roster.find("coder"))
    held = home.town.ledger.find(str(task.id))
    home.town.ledger.change(held, held.value.cancel("enough"), "cancelled")
    agent = home.spawn("coder")
    assert home.ended(agent.assign("echo again")).result == "again"
    assert home.agent("coder").state in ("idle", "working")


def test_drain_lets_the_task_finish(home: House) -> None:
    agent = home.spawn("coder")
    task = home.running(agent.assign("until [ -e open ]; do sleep 0.02; done; echo finished"))
    waiting = agent.assign("echo never")
    ask_to_stop(home.town.site, home.town.roster.find("coder"), drain=True)
    time.sleep(1.2)  # longer than an agent takes to look whether it is to stop now
    assert home.task(task.id).state == "running"
    (home.root / "open").touch()
    assert agent.wait(10).state == "stopped"
    assert home.task(task.id).result == "finished"
    assert home.task(waiting).state == "pending"
    assert agent.inbox_len() == 0


def test_an_agent_drained_in_mid_task_works_when_it_is_spawned_again(home: House) -> None:
    agent = home.spawn("coder")
    home.running(agent.assign("sleep 0.5"))
    stop_agent(home.town.site, home.town.roster.find("coder"), drain=True)
    assert home.ended(home.spawn("coder").assign("echo again")).result == "again"


def test_a_cancelled_task_ends_within_a_second(home: House) -> None:
    agent = home.spawn("coder")
    task, process = _long_task(home)
    held = home.town.ledger.find(str(task.id))
    asked = time.monotonic()
    home.town.ledger.change(held, held.value.cancel("not needed"), "cancelled")
    until(lambda: not alive(process), "the command ended", 5)
    assert time.monotonic() - asked < 1.5
    assert home.ended(agent.assign("echo next")).result == "next"
    assert home.task(task.id).state == "cancelled"
    assert [event.type for event in home.events(task=task.id)][-1] == "task.cancelled"


def test_a_task_taken_away_ends_within_a_second(home: House) -> None:
    agent, other = home.spawn("coder"), home.spawn("other")
    task, process = _long_task(home)
    held = home.town.ledger.find(str(task.id))
    asked = time.monotonic()
    home.town.ledger.change(held, held.value.requeue().assign(other.id), "requeued")
    until(lambda: not alive(process), "the command ended", 5)
    assert time.monotonic() - asked < 1.5
    assert home.ended(agent.assign("echo next")).result == "next"
    after = home.task(task.id)
    assert (after.state, after.assigned_to, after.attempt) == (TaskState.ASSIGNED, other.id, 2)


def test_a_deleted_task_ends_within_a_second(home: House) -> None:
    from tinytown.transaction import Transaction

    agent = home.spawn("coder")
    task, process = _long_task(home)
    Transaction(home.town.keys).delete_task(home.town.ledger.find(str(task.id))).commit(home.town.connection)
    until(lambda: not alive(process), "the command ended", 5)
    assert home.ended(agent.assign("echo next")).result == "next"


def test_sigterm_gives_the_task_back_and_leaves_nothing(home: House) -> None:
    home.spawn("coder")
    task, process = _long_task(home)
    os.kill(home.pid_of("coder"), signal.SIGTERM)
    until(lambda: home.agent("coder").state == "stopped", "the agent stopped")
    until(lambda: not alive(process), "the command ended", 5)
    after = home.task(task.id)
    assert (after.state, after.crashes) == ("pending", 0)


def test_a_frozen_agent_is_killed_in_the_end(home: House) -> None:
    home.spawn("coder")
    task, process = _long_task(home)
    os.kill(home.pid_of("coder"), signal.SIGSTOP)
    agent = stop_agent(home.town.site, home.town.roster.find("coder"), timeout=1)
    assert agent.state == "stopped"
    until(lambda: not alive(process), "the command ended", 5)
    assert home.task(task.id).state == "pending"


def test_a_message_that_waited_while_the_agent_was_away_is_read(home: House) -> None:
    agent = home.spawn("coder")
    stop_agent(home.town.site, home.town.roster.find("coder"))
    message = agent.send("task", description="echo late")
    home.spawn("coder")
    until(lambda: home.town.channel.get_task(message) is not None, "it was read")
    assert home.ended(message).result == "late"


def test_a_note_survives_the_agent(home: House) -> None:
    agent = home.spawn("coder")
    agent.send("informational", summary="remember this")
    until(lambda: len(home.town.channel.taken(agent.id)) == 1, "it was noted")
    pid = home.pid_of("coder")
    os.kill(pid, signal.SIGKILL)
    until(lambda: dead_here(home.town.site, home.agent("coder")), "it is dead")
    again = home.spawn("coder")
    context = home.ended(again.assign(Task.new("look", run='cat "$TINYTOWN_CONTEXT"'))).result or ""
    assert "remember this" in context


def test_a_command_that_is_to_stop_before_it_began_never_begins(tmp_path: Path) -> None:
    guard = Guard()
    command = Command(["touch", "begun"], tmp_path, dict(os.environ), tmp_path / "log")
    ending = run(command, guard, lambda: "taken away")
    guard.dismiss()
    assert ending.interrupted == "taken away"
    assert not (tmp_path / "begun").exists()
