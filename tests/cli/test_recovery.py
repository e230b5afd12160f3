"""`tt recover`, `tt reclaim` and `tt doctor`: exact words, exit status, and a town that is broken."""

import os
import signal

import pytest

from tests.cli.shell import Shell
from tests.towns import until


def _kill(tt: Shell, name: str = "coder") -> None:
    (pid,) = [agent["pid"] for agent in tt.document("list") if agent["name"] == name]
    os.kill(pid, signal.SIGKILL)
    until(lambda: "is gone" in tt("doctor").out, "it is dead")


@pytest.fixture
def stuck(tt: Shell) -> Shell:
    """A town whose agent was killed at work, with a message unread."""
    tt.told("spawn", "coder")
    task = tt.assigned("coder", "sleep 60")
    tt.await_state(task, "running")
    tt.told("send", "coder", "--info", "CI is green")
    _kill(tt)
    return tt


def test_nobody_is_dead(tt: Shell) -> None:
    tt.told("spawn", "coder")
    assert tt.told("recover") == "Nobody is dead; nothing was to be freed.\n"
    assert tt.document("recover") == {"conductor": None, "agents": []}
    assert tt.told("reclaim") == "Nobody who is gone holds anything.\n"
    assert tt.document("reclaim") == []
    assert tt.told("reclaim", "--to-backlog") == "Nobody who is gone holds anything.\n"


def test_a_dead_agents_work_is_freed_and_then_moved(stuck: Shell) -> None:
    (task,) = stuck.document("tasks")
    label = task["id"][:8]
    assert stuck.told("reclaim") == (
        'Agent "coder" is dead and holds 1 task, 1 message\n'
        f"  task {label} (running): sleep 60\n"
        "  message informational: CI is green\n"
        "\n"
        "Nothing was changed. tt reclaim --to-backlog or --to AGENT moves it.\n"
    )
    assert stuck.told("recover") == (
        f'Agent "coder" had died: its process is gone; its state is error.\n  task "{label}" went back to pending\n'
    )
    assert stuck.told("reclaim", "--to-backlog") == (
        f'Task "{label}" of "coder" went to the backlog\n'
        'Message "informational: CI is green" of "coder" stays where it is: it asks for no work; '
        "--to AGENT moves it\n"
    )
    assert [one["id"] for one in stuck.document("backlog", "list")] == [task["id"]]


def test_reclaim_buries_the_dead_first(stuck: Shell) -> None:
    stuck.told("spawn", "other", "--cli", "echo")
    (task,) = stuck.document("tasks")
    (coder,) = stuck.document("reclaim", "--to", "other")
    assert (coder["agent"], coder["state"], coder["why"]) == ("coder", "error", None)
    assert [(part["kind"], part["to"]) for part in coder["moved"]] == [("task", "agent"), ("message", "agent")]
    done = stuck.await_state(task["id"], "completed")
    assert (done["agent"], done["attempt"], done["result"]) == ("other", 2, "sleep 60")


def test_the_words_must_fit(stuck: Shell) -> None:
    assert stuck.refused("reclaim", "--to", "a", "--to-backlog", status=2) == (
        "--to-backlog and --to exclude each other. Give one of them."
    )
    assert stuck.refused("reclaim", "--from", "nobody").startswith('no agent is called "nobody".')
    assert stuck.refused("reclaim", "--to", "coder") == (
        'agent "coder" is error and takes no tasks. Name another one; `tt list` shows them.'
    )
    stuck.told("spawn", "busy")
    assert stuck.refused("reclaim", "--from", "busy", "--to-backlog") == (
        'agent "busy" is idle and deals with what it has. Pause or stop it first: tt pause busy'
    )


def test_a_healthy_town(tt: Shell) -> None:
    lines = tt.told("doctor").splitlines()
    assert lines[0] == f"Files          fine ({tt.folder})"
    assert lines[1] == "tasks.toml     fine (there is none)"
    assert [line.split()[1] for line in lines[:8]] == ["fine"] * 8
    assert lines[8:] == ["Plan in Redis  fine (0 tasks)", "", "The town is well."]
    told = tt.document("doctor")
    assert (told["town"], told["healthy"]) == ("demo", True)
    assert not any(area["findings"] for area in told["areas"])
    assert "\x1b" not in tt.told("doctor")
    assert "✓" in tt.on_terminal("doctor")


def test_files_are_put_right(tt: Shell) -> None:
    (tt.folder / ".tt").chmod(0o755)
    answer = tt("doctor")
    assert answer.status == 1
    assert "    error: .tt/: others may enter it (mode 0755)\n      -> chmod 700 .tt\n" in answer.out
    assert answer.out.endswith("\n1 error. tt doctor --fix puts 1 right.\n")
    assert tt.told("doctor", "--fix").endswith("\n1 finding fixed. The town is well.\n")
    assert (tt.folder / ".tt").stat().st_mode & 0o777 == 0o700


def test_the_plan_is_looked_at(tt: Shell) -> None:
    (tt.folder / "tasks.toml").write_text('[agents.a]\ncli = "no/such"\n\n[[tasks]]\nid = "a"\ndescription = "x"\n')
    out = tt.told("doctor")
    assert 'warning: agents.a: the CLI "no/such" is not installed: no program "no/such" on the PATH' in out
    (tt.folder / "tasks.toml").write_text('[[tasks]]\nid = "a"\n')
    answer = tt("doctor")
    assert answer.status == 1
    assert "    error: tasks.toml: has 1 error\n      -> tt plan check\n" in answer.out


def test_redis_is_down_and_started_only_if_asked(tt: Shell) -> None:
    tt.told("stop")
    out = tt.told("doctor")
    assert "Redis          1 warning\n" in out
    assert ": the town was stopped\n      -> Start it: tt start, or tt doctor --fix\n" in out
    assert "Tasks          not looked at: Redis cannot be read\n" in out
    assert not (tt.folder / ".tt/redis.sock").exists()
    out = tt.told("doctor", "--fix")
    assert out.startswith("Redis was started.\n")
    assert out.endswith("\nThe town is well.\n")


def test_a_broken_tinytown_toml(tt: Shell) -> None:
    file = tt.folder / "tinytown.toml"
    text = file.read_text()
    file.write_text("name = \n")
    answer = tt("doctor")
    assert (answer.status, answer.err) == (1, "")
    assert "    error: tinytown.toml: Invalid value (at line 1, column 8)\n" in answer.out
    assert "Redis          not looked at: tinytown.toml cannot be read\n" in answer.out
    file.write_text(f"max_agent = 3\n{text}")
    answer = tt("doctor")
    assert answer.status == 1
    assert ':1: nobody knows "max_agent"' in answer.out
    assert "Did you mean max_agents?" in answer.out
    file.write_text(text)


def test_a_task_that_cannot_be_read_stops_the_conductor_and_is_named(tt: Shell) -> None:
    from tinytown.town import Town

    tt.told("spawn", "coder")
    task = tt.assigned("coder", "true")
    tt.await_state(task, "completed")
    key = f"tt:demo:task:{task}"
    town = Town.connect(tt.folder)
    town.connection.run("SET", key, "{")
    said = tt.refused("conductor")
    assert said.startswith("Redis holds something that is no task: the whole value: Invalid JSON")
    assert said.endswith("`tt doctor` says under which key, and what to do; if another program left it: tt migrate")
    answer = tt("doctor")
    assert answer.status == 1
    assert f"    error: {key}: cannot be read: the whole value: Invalid JSON" in answer.out
    remedy = f"redis-cli -s {tt.folder}/.tt/redis.sock RENAME '{key}' 'aside:{key}', then: tt doctor --fix\n"
    assert remedy in answer.out
    town.connection.run("RENAME", key, f"aside:{key}")
    town.connection.close()
    assert tt.told("doctor", "--fix").endswith("\n1 finding fixed. The town is well.\n")
    assert tt.told("tasks").startswith("No tasks")
