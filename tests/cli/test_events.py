"""`tt events`: what happened, and what happens, as it happens."""

import json
import os
import re
import signal
from typing import Any

from tests.cli.shell import Shell


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_last_events_oldest_first(tt: Shell) -> None:
    tt.told("spawn", "coder", "--cli", "echo")
    task = tt.assigned("coder", "one")
    tt.await_state(task, "completed")
    assert [event["type"] for event in _lines(tt.told("events", "--json"))] == [
        "agent.starting",
        "agent.idle",
        "task.created",
        "task.assigned",
        "task.started",
        "task.completed",
    ]
    (last,) = _lines(tt.told("events", "-n", "1", "--json"))
    assert list(last)[:8] == ["id", "type", "at", "task", "plan_id", "agent", "attempt", "state"]
    assert (last["task"], last["agent"], last["attempt"], last["state"]) == (task, "coder", 1, "completed")
    assert re.fullmatch(
        rf"\d\d:\d\d:\d\d  task.completed  {task[:8]}  agent=coder  attempt=1  .*\n", tt.told("events", "-n1")
    )
    assert tt.told("events", "-n", "0") == ""


def test_of_one_agent_and_of_one_task(tt: Shell) -> None:
    tt.told("spawn", "a", "--cli", "echo")
    tt.told("spawn", "b", "--cli", "echo")
    first, second = tt.assigned("a", "one"), tt.assigned("b", "two")
    tt.await_state(first, "completed")
    tt.await_state(second, "completed")
    assert {event["agent"] for event in _lines(tt.told("events", "--agent", "a", "--json"))} == {"a"}
    (last,) = _lines(tt.told("events", "--task", first[:8], "-n", "1", "--json"))
    assert (last["task"], last["type"]) == (first, "task.completed")
    assert tt.refused("events", "--agent", "c").startswith('no agent is called "c".')


def test_follow_tells_what_happens_and_survives_a_new_redis(tt: Shell) -> None:
    tt.told("spawn", "coder", "--cli", "echo")
    process = tt.start("events", "--follow", "-n", "1", "--json")
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["type"] == "agent.idle"
    tt.assigned("coder", "one")
    kinds = [json.loads(process.stdout.readline())["type"] for _ in range(4)]
    assert kinds == ["task.created", "task.assigned", "task.started", "task.completed"]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.strip()) == (130, "", "")


def test_follow_ends_with_the_town(tt: Shell) -> None:
    tt.told("spawn", "coder")
    process = tt.start("events", "--follow", "-n", "1")
    assert process.stdout is not None
    assert process.stdout.readline().endswith("agent.idle  agent=coder\n"), "it follows before the town is stopped"
    tt.told("stop")
    out, err = process.communicate(timeout=30)
    assert "agent.stopped  agent=coder" in out
    assert (process.returncode, err) == (1, "tt: the town was stopped. Start it again: tt start\n")


def test_a_reader_that_goes_away_is_no_error(tt: Shell) -> None:
    with tt.start("events", "--follow", "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        tt.told("spawn", "coder")
        assert process.wait(30) == 1
        assert process.stderr.read() == ""


def test_since_a_while_a_moment_and_an_event(tt: Shell) -> None:
    tt.told("spawn", "a", "--cli", "echo")
    tt.await_state(tt.assigned("a", "one"), "completed")
    everything = _lines(tt.told("events", "-n", "100", "--json"))
    assert _lines(tt.told("events", "--since", "10m", "--json")) == everything
    third = everything[2]
    assert _lines(tt.told("events", "--since", third["id"], "--json")) == everything[3:]
    assert _lines(tt.told("events", "--since", third["id"], "-n", "1", "--json")) == everything[-1:]
    assert tt.told("events", "--since", "2999-01-01T00:00:00Z") == ""
    assert _lines(tt.told("events", "--since", "1970-01-01T00:00:00Z", "--json")) == everything
    assert tt.refused("events", "--since", "yesterday", status=2) == (
        '"yesterday" is no time. Write a duration (10m), a moment (2026-01-31T12:00:00Z) or an event\'s id.'
    )


def test_of_several_types_and_tasks(tt: Shell) -> None:
    tt.told("spawn", "a", "--cli", "echo")
    one, two, three = (tt.assigned("a", text) for text in ("one", "two", "three"))
    for task in (one, two, three):
        tt.await_state(task, "completed")
    done = _lines(tt.told("events", "--type", "task.completed", "--task", one, "--task", three, "--json"))
    assert [event["task"] for event in done] == [one, three]
    kinds = {event["type"] for event in _lines(tt.told("events", "--type", "agent.*", "--json"))}
    assert kinds == {"agent.starting", "agent.idle"}


def test_a_task_that_was_deleted_is_found_by_its_old_name(tt: Shell) -> None:
    plan = tt.folder / "tasks.toml"
    plan.write_text('[[tasks]]\nid = "a"\ndescription = "A"\n[[tasks]]\nid = "b"\ndescription = "B"\n')
    tt.told("sync", "push")
    plan.write_text('[[tasks]]\nid = "a"\ndescription = "B"\n')
    tt.told("sync", "push", "--yes")
    kinds = [event["type"] for event in _lines(tt.told("events", "--task", "b", "--json"))]
    assert kinds == ["task.created", "task.deleted"]
    kinds = [event["type"] for event in _lines(tt.told("events", "--task", "a", "--json"))]
    assert kinds == ["task.created", "task.updated"]


def test_follow_loses_nothing_over_the_death_of_redis(tt: Shell) -> None:
    tt.told("spawn", "a", "--cli", "echo")
    tt.await_state(tt.assigned("a", "one"), "completed")
    process = tt.start("events", "--since", "1h", "--follow", "--type", "task.*", "--json")
    assert process.stdout is not None
    ids = [json.loads(process.stdout.readline())["id"] for _ in range(4)]
    pid = int((tt.folder / ".tt" / "redis.pid").read_text())
    os.kill(pid, signal.SIGKILL)
    tt.told("start")
    tt.await_state(tt.assigned("a", "two"), "completed")
    ids += [json.loads(process.stdout.readline())["id"] for _ in range(4)]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    told = _lines(tt.told("events", "--since", "1h", "--type", "task.*", "--json"))
    assert ids == [event["id"] for event in told]
