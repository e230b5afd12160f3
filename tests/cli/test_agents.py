"""`tt spawn` and `tt kill`: agents come and go."""

import re
import signal

import pytest

from tests.cli.shell import Shell
from tests.towns import settle, until


def test_spawn_tells_id_and_log(tt: Shell) -> None:
    out = tt.told("spawn", "worker-1", "--cli", "echo")
    agent = tt.document("list")[0]
    assert out == (
        f'Agent "worker-1" is idle, with echo\n  id   {agent["id"]}\n  log  {tt.folder}/.tt/logs/worker-1.log\n'
    )
    assert agent["state"] == "idle"


def test_spawn_as_json(tt: Shell) -> None:
    agent = tt.document("spawn", "worker-1", "--role", "reviewer")
    assert (agent["name"], agent["role"], agent["cli"]) == ("worker-1", "reviewer", "shell")


def test_a_name_is_used_once(tt: Shell) -> None:
    tt.told("spawn", "worker-1")
    assert tt.refused("spawn", "worker-1") == (
        'an agent "worker-1" is at work already. Choose another name, or: tt kill worker-1'
    )


@pytest.mark.parametrize("name", ["a:b", "a*", "../x", "", "x\n", "x\x1b[31m"])
def test_a_bad_name_is_refused(tt: Shell, name: str) -> None:
    said = tt.refused("spawn", name, status=2)
    assert "cannot be the name of an agent. Use letters" in said
    assert "\x1b" not in said


def test_the_conductors_name_is_taken(tt: Shell) -> None:
    said = tt.refused("spawn", "Conductor", status=2)
    assert said == '"Conductor" is the name of the conductor\'s mailbox. Choose another name for the agent.'


def test_an_unknown_cli_is_guessed_at(tt: Shell) -> None:
    assert 'no CLI is called "codx". Did you mean "codex' in tt.refused("spawn", "a", "--cli", "codx")


def test_a_cli_that_is_not_installed_is_named(tt: Shell) -> None:
    shell = tt.within(PATH="/usr/bin:/bin")
    assert shell.refused("spawn", "a", "--cli", "no/such program") == (
        'the CLI "no/such program" is not installed: no program "no/such" on the PATH. '
        "Install it, or try things out with --cli echo."
    )
    assert shell.document("list") == []


def test_max_rounds_and_idle_timeout(tt: Shell) -> None:
    tt.told("spawn", "one", "--max-rounds", "1")
    tt.told("spawn", "brief", "--idle-timeout", "100ms")
    tt.assigned("one", "echo once")
    until(lambda: {agent["state"] for agent in tt.document("list")} == {"stopped"}, "both have stopped")
    assert {agent["name"]: agent["tasks_completed"] for agent in tt.document("list")} == {"brief": 0, "one": 1}


@pytest.mark.parametrize("written", ["nan", "-1", "soon", ""])
def test_a_bad_duration_is_refused(tt: Shell, written: str) -> None:
    assert tt.refused("spawn", "a", "--idle-timeout", written, status=2) == (
        f'"{written}" is not a duration. Write it like 30s, 20m or 1h30m.'
    )


def test_foreground_works_here_until_ctrl_c(tt: Shell) -> None:
    process = tt.start("spawn", "here", "--foreground")
    until(lambda: any(agent["state"] == "idle" for agent in tt.document("list")), "it is ready")
    assert tt.document("list")[0]["pid"] == process.pid
    task = tt.assigned("here", "echo from here")
    assert tt.await_state(task, "completed")["result"] == "from here"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert re.match(r'Agent "here" \([0-9a-f-]+\) works here; Ctrl-C stops it.\n', err)
    assert "Traceback" not in err
    assert tt.document("list")[0]["state"] == "stopped"


def test_kill_gives_the_task_back_and_the_name_free(tt: Shell) -> None:
    tt.told("spawn", "worker")
    task = tt.assigned("worker", "sleep 60")
    tt.await_state(task, "running")
    assert tt.told("kill", "worker") == 'Agent "worker" has stopped; 1 task went back to pending.\n'
    assert tt.document("task", "show", task)["state"] == "pending"
    assert tt.told("kill", "worker") == 'Agent "worker" does not run: it is stopped.\n'
    tt.told("spawn", "worker")
    tt.await_state(task, "running")


def test_kill_with_drain_and_a_timeout(tt: Shell) -> None:
    tt.told("spawn", "worker")
    task = tt.assigned("worker", "sleep 60")
    tt.await_state(task, "running")
    assert tt.refused("kill", "worker", "--drain", "--timeout", "0.2", status=124) == (
        'agent "worker" has not stopped after 0.2 s. '
        "It finishes its task first; `tt kill` without --drain ends it at once."
    )
    tt.told("kill", "worker")
    assert settle(tt.folder / "nothing") == {}


def test_an_unknown_agent_is_guessed_at(tt: Shell) -> None:
    tt.told("spawn", "worker")
    assert tt.refused("kill", "wroker") == (
        'no agent is called "wroker". Did you mean "worker"? `tt list` lists them, `tt spawn wroker` starts one.'
    )


def test_one_agent_too_many(tt: Shell) -> None:
    tt.told("config", "max_agents", "1")
    tt.told("spawn", "one")
    assert tt.refused("spawn", "two") == (
        'agent "two" would be one too many: 1 are at work, max_agents is 1. '
        "Stop one with `tt kill`, or raise max_agents in tinytown.toml."
    )
