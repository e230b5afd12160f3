"""Agents have second names, are restarted, interrupted, closed, waited for, pruned; their output is read."""

import json
import os
import re
import signal

import pytest

from tests.cli.shell import Shell
from tests.towns import until


def _lines(path_text: str) -> list[str]:
    return path_text.splitlines()


def test_a_nickname_and_whom_it_works_for_are_shown_and_kept(tt: Shell) -> None:
    chief = tt.document("spawn", "chief")
    agent = tt.document("spawn", "coder", "--nickname", "Dora the 2nd", "--parent", "CHIEF")
    assert (agent["nickname"], agent["parent_agent_id"]) == ("Dora the 2nd", chief["id"])
    assert _lines(tt.told("list")) == [
        "AGENT                 STATE  INBOX  DONE  CLI    ROLE  FOR    TASK",
        "chief                 idle   0      0     shell  -     -      -",
        "coder (Dora the 2nd)  idle   0      0     shell  -     chief  -",
    ]
    assert tt.told("kill", "dora the 2nd") == 'Agent "coder" has stopped.\n'
    assert tt.document("spawn", "coder")["nickname"] == "Dora the 2nd"
    assert tt.refused("spawn", "x", "--parent", "nobody").startswith('no agent is called "nobody".')
    assert tt.refused("spawn", "x", "--nickname", "a:b", status=2).startswith(
        "'a:b' cannot be the name of a nickname"
    )
    assert tt.refused("spawn", "coder", "--parent", "coder", status=2) == (
        'agent "coder" cannot work for itself. Name another agent as --parent, or none.'
    )
    assert [one["name"] for one in tt.document("list")] == ["chief", "coder"]


def test_a_restart_takes_up_the_task_again_also_after_a_death(tt: Shell) -> None:
    first = tt.document("spawn", "coder", "--role", "dev", "--nickname", "Dora")
    task = tt.assigned("coder", "echo run >> runs; until [ -e open ]; do sleep 0.05; done")
    until((tt.folder / "runs").exists, "it runs")
    second = tt.document("restart", "dora", "--rounds", "1")
    assert second["pid"] != first["pid"]
    assert [second[name] for name in ("id", "cli", "role", "nickname")] == [first["id"], "shell", "dev", "Dora"]
    until(lambda: (tt.folder / "runs").read_text() == "run\nrun\n", "it runs again")
    assert tt.document("task", "show", task)["crashes"] == 0
    os.kill(second["pid"], signal.SIGKILL)
    assert re.fullmatch(
        r'Agent "coder \(Dora\)" is (idle|working), with shell\n  id   [0-9a-f-]+\n  log  .*\n',
        tt.told("restart", "coder"),
    )
    (tt.folder / "open").touch()
    assert tt.await_state(task, "completed")["attempt"] == 3
    assert tt.refused("restart", "nobody").startswith('no agent is called "nobody".')


def test_interrupt_is_pause_and_close_is_kill_with_drain(tt: Shell) -> None:
    tt.told("spawn", "coder")
    task = tt.assigned("coder", "until [ -e open ]; do sleep 0.05; done")
    tt.await_state(task, "running")
    assert tt.told("interrupt", "coder") == (
        'Agent "coder" is paused when it has finished its task; go on: tt resume coder\n'
    )
    assert tt.refused("close", "coder", "--timeout", "0.2", status=124).startswith(
        'agent "coder" has not stopped after 0.2 s.'
    )
    (tt.folder / "open").touch()
    assert tt.told("close", "coder") in (
        'Agent "coder" has stopped.\n',
        'Agent "coder" does not run: it is stopped.\n',
    )
    assert tt.document("task", "show", task)["state"] == "completed"
    assert tt.told("close", "coder") == 'Agent "coder" does not run: it is stopped.\n'
    assert tt.refused("interrupt", "coder") == 'agent "coder" does not run. Start it: tt spawn coder'


def test_wait_ends_with_the_task_or_when_the_agent_is_at_rest(tt: Shell) -> None:
    tt.told("spawn", "coder")
    gate = "until [ -e open ]; do sleep 0.05; done"
    good, bad = tt.assigned("coder", gate), tt.assigned("coder", "exit 3")
    late = f'task "{good[:8]}" is running after 0.1 s. See: tt why {good[:8]}'
    tt.await_state(good, "running")
    assert tt.refused("wait", good, "--timeout", "0.1", status=124) == late
    assert tt.refused("wait", "coder", "--timeout", "0.1", status=124) == (
        'agent "coder" is working, not at rest, after 0.1 s. See: tt logs coder'
    )
    waits = [tt.start("wait", word) for word in (good, bad, "coder")]
    (tt.folder / "open").touch()
    answers = [tt.finish(one) for one in waits]
    assert [(one.status, one.out, one.err) for one in answers] == [
        (0, f'Task "{good[:8]}" is completed\n', ""),
        (5, f'Task "{bad[:8]}" is failed\n', ""),
        (0, 'Agent "coder" is idle\n', ""),
    ]
    stopped = tt.start("wait", "coder", "--stopped", "--json")
    tt.told("kill", "coder")
    assert '"state": "stopped"' in tt.finish(stopped).out
    assert tt.refused("wait", good, "--stopped", status=2).startswith("--stopped goes with an agent.")
    assert tt.refused("wait", "nothing") == (
        'no agent and no task is called "nothing". `tt list` lists the agents, `tt tasks` the tasks.'
    )


def test_wait_tells_of_a_death_that_nobody_has_found(tt: Shell) -> None:
    agent = tt.document("spawn", "coder")
    tt.await_state(tt.assigned("coder", "sleep 60"), "running")
    waits = tt.start("wait", "coder")
    os.kill(agent["pid"], signal.SIGKILL)
    answer = tt.finish(waits)
    assert (answer.status, answer.err) == (1, 'tt: agent "coder" has died. Start it again: tt restart coder\n')


def test_an_agent_and_a_task_of_one_name_are_told_apart(tt: Shell) -> None:
    (tt.folder / "tasks.toml").write_text('[[tasks]]\nid = "build"\nagent = "build"\nrun = "true"\n')
    tt.told("sync", "push")
    tt.told("spawn", "build", "--cli", "echo")
    assert tt.refused("wait", "build") == '"build" is an agent and a task. Say which: --agent or --task.'
    assert tt.told("wait", "build", "--agent") == 'Agent "build" is idle\n'
    assert tt.refused("wait", "build", "--task", "--timeout", "0.1", status=124).startswith(
        'task "build" is pending'
    )


def test_prune_removes_who_is_gone_and_loses_nothing(tt: Shell) -> None:
    tt.told("spawn", "lives", "--cli", "echo")
    dead = tt.document("spawn", "dies")
    tt.told("spawn", "stops")
    task = tt.assigned("dies", "sleep 60")
    tt.await_state(task, "running")
    os.kill(dead["pid"], signal.SIGKILL)
    tt.told("kill", "stops")
    waiting = tt("assign", "stops", "echo later")
    assert waiting.status == 0
    tt("send", "stops", "mind the gap", "--info")
    assert tt.refused("prune", status=2) == (
        "this throws away 1 message that nobody has read: stops: informational: mind the gap. "
        "Say that it is meant: --yes"
    )
    assert len(tt.document("list")) == 3
    later = waiting.out.split()[1]
    removed, unread, *backlog = _lines(tt.told("prune", "--yes"))
    assert removed == "Removed 2 agents: dies, stops"
    assert unread == "  thrown away unread: stops: informational: mind the gap"
    (dropped,) = map(json.loads, _lines(tt.told("events", "--type", "message.dropped", "--json")))
    assert (dropped["agent"], dropped["text"]) == ("stops", "mind the gap")
    assert backlog == [
        f"  {task[:8]} is in the backlog now: sleep 60",
        f"  {later[:8]} is in the backlog now: echo later",
    ]
    assert [one["name"] for one in tt.document("list")] == ["lives"]
    assert sorted(one["id"] for one in tt.document("backlog", "list")) == sorted([task, later])
    assert tt.told("prune", "--all") == "No agents to remove.\n"
    assert tt.document("prune") == {"removed": [], "backlog": [], "unread": []}


def test_prune_lets_a_frozen_agent_be(tt: Shell) -> None:
    agent = tt.document("spawn", "frozen")
    os.kill(agent["pid"], signal.SIGSTOP)
    try:
        assert tt.told("prune", "--all") == "No agents to remove.\n"
    finally:
        os.kill(agent["pid"], signal.SIGCONT)


def test_logs_show_an_agent_and_each_attempt_of_a_task(tt: Shell) -> None:
    tt.told("spawn", "coder")
    task = tt.assigned("coder", "echo attempt one; echo two; printf '\\033[31mred'; exit 1")
    tt.await_state(task, "failed")
    assert tt.told("logs", task) == "attempt one\ntwo\n\x1b[31mred"
    assert "\\x1b[31mred" in tt.on_terminal("logs", task)
    assert tt.told("logs", task[:8], "-n", "2", "--task") == "two\n\x1b[31mred"
    assert tt.told("logs", task, "-n", "0") == ""
    assert tt.refused("logs", task, "--attempt", "2") == (
        f'attempt 2 of task "{task[:8]}" has put out nothing on this machine. There is output of attempt 1.'
    )
    assert f"{task[:8]}: attempt 1" in tt.told("logs", "coder")
    assert len(_lines(tt.told("logs", "coder", "-n", "1"))) == 1
    assert tt.refused("logs", "coder", "--attempt", "1", status=2).startswith("--attempt goes with a task.")


def test_logs_follow_a_task_to_its_end(tt: Shell) -> None:
    tt.told("spawn", "coder")
    task = tt.assigned("coder", "echo begun; touch begun; until [ -e open ]; do sleep 0.05; done; echo done")
    until((tt.folder / "begun").exists, "it runs")
    follows = tt.start("logs", task, "--follow")
    (tt.folder / "open").touch()
    answer = tt.finish(follows)
    assert (answer.status, answer.out, answer.err) == (0, "begun\ndone\n", "")


def test_attach_follows_task_after_task(tt: Shell) -> None:
    tt.told("spawn", "coder")
    follows = tt.start("attach", "coder")
    assert follows.stderr is not None
    assert follows.stdout is not None
    assert follows.stderr.readline() == 'Agent "coder" is idle; waiting for its next task.\n'
    one, two = tt.assigned("coder", "echo one"), tt.assigned("coder", "echo two")
    assert follows.stdout.readline() == "one\n"
    assert follows.stdout.readline() == "two\n"
    follows.send_signal(signal.SIGINT)
    answer = tt.finish(follows)
    assert answer.err.startswith(f"--- {one[:8]}, attempt 1\n")
    assert f"--- {two[:8]}, attempt 1\n" in answer.err


@pytest.mark.parametrize("command", ["restart", "interrupt", "close", "attach", "logs", "wait"])
def test_who_is_not_there_is_named(tt: Shell, command: str) -> None:
    assert '"nobody"' in tt.refused(command, "nobody")
