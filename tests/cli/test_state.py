"""`tt save`, `restore`, `reset`, `export` and `migrate`: what they say, and with what status."""

import csv
import io
import json
import os
import pty
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.forked import TT
from tests.towns import until
from tinytown.connection import Address, Connection

PLAN = """
[[tasks]]
id = "build"
run = "echo built"

[[tasks]]
id = "test"
run = "echo tested"
needs = ["build"]
"""
MIGRATIONS = Path(__file__).parents[1] / "migrations"
BACKEND = "b6a1f0de-5d0e-4f64-8c86-0f1d5e8f2a01"
LOGIN = "6f1c7a52-0f4e-4f0e-9a77-0a2f5f2b9c11"


@pytest.fixture
def redis(tt: Shell) -> Iterator[Connection]:
    """The Redis of the town."""
    connection = Connection(Address(socket=tt.folder / ".tt" / "redis.sock"))
    yield connection
    connection.close()


@pytest.fixture
def done(tt: Shell) -> Shell:
    """A town whose plan is done; its agent has stopped."""
    (tt.folder / "tasks.toml").write_text(PLAN)
    tt.told("sync", "push")
    tt.told("spawn", "w")
    assert tt("conductor").status == 0
    tt.told("kill", "w")
    return tt


def answered(shell: Shell, answer: str, *words: str) -> tuple[int, str]:
    """What a command shows on a terminal where somebody answers its question."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [TT, *words], cwd=shell.folder, env=shell.env, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    seen = b""
    with suppress(OSError):
        while chunk := os.read(ours, 65536):
            seen += chunk
    os.close(ours)
    return process.wait(60), seen.decode().replace("\r\n", "\n")


def left_by_others(redis: Connection, name: str) -> None:
    for command in json.loads((MIGRATIONS / f"{name}.json").read_text().replace("{town}", "demo")):
        redis.run(*command)


def states(shell: Shell) -> dict[str, str]:
    return {task["plan_id"]: task["state"] for task in shell.document("task", "list")}


def test_a_saved_town_is_restored_into_an_empty_one(done: Shell) -> None:
    path = done.folder / "town.jsonl"
    assert done.told("save") == f"Saved 2 tasks, 1 agent, no messages to {path}\n"
    before = path.read_bytes()
    assert done.told("save", "-").encode() == before
    sentence = done.refused("restore")
    assert sentence.startswith('town "demo" is not empty: it holds 2 tasks, 1 agent, ')
    assert sentence.endswith(" keys of Redis). tt save keeps that; restore with --force replaces it.")
    done.told("reset", "--yes")
    assert done.document("task", "list") == []
    assert done.told("restore") == "Restored 2 tasks and 1 agent\n"
    assert states(done) == {"build": "completed", "test": "completed"}
    assert done.told("save", "-").encode() == before
    assert done("sync", "push").out == "nothing to push: no tasks unchanged\n"
    assert done.told("restore", "--force") == "Restored 2 tasks and 1 agent\n"


def test_what_is_restored_in_a_town_of_another_name_goes_on(done: Shell, tmp_path: Path) -> None:
    assert done("retry", "test", "--yes").status == 0
    saved = done.told("save", "-", "--events")
    other = tmp_path / "other"
    other.mkdir()
    shell = done.within(other)
    shell.told("init", "--name", "elsewhere", "--cli", "shell")
    try:
        (other / "tasks.toml").write_text(PLAN)
        (other / "was.jsonl").write_text(saved)
        assert shell.told("restore", "was.jsonl") == 'Restored 2 tasks and 1 agent of town "demo"\n'
        assert shell("sync", "push").out == "nothing to push: 1 task unchanged\n"
        shell.told("spawn", "w")
        assert shell("conductor").status == 0
        assert states(shell) == {"build": "completed", "test": "completed"}
        assert shell.document("task", "show", "test")["attempt"] == 2
        assert len(shell.document("task", "list")) == 2
    finally:
        shell.close()


def test_a_file_that_is_no_snapshot_changes_nothing(done: Shell) -> None:
    before = done.told("save", "-")
    (done.folder / "bad.jsonl").write_text(before.replace('"kind": "task"', '"kind": "tusk"'))
    assert done.refused("restore", "bad.jsonl", "--force").endswith(
        '"tusk" is no kind of line that is known here. Nothing was restored. Is it a file of `tt save`?'
    )
    sentence = done.refused("restore", "none.jsonl")
    assert sentence == "cannot read none.jsonl: No such file or directory. Name a file that tt save has written."
    assert done.told("save", "-") == before


def test_the_documents_of_save_restore_and_reset(done: Shell) -> None:
    path = str(done.folder / "x.jsonl")
    numbers = {"tasks": 2, "agents": 1, "messages": 0}
    assert done.document("save", path) == {"file": path, **numbers}
    assert done.document("save", path, "--events")["events"] > 5
    assert done.refused("save", "-", "--json", status=2).startswith("--json does not go with - as the file")
    deleted = done.document("reset", "--yes")
    assert (deleted["town"], deleted["stopped"]) == ("demo", 0)
    assert {name: deleted["deleted"][name] for name in numbers} == numbers
    restored = done.document("restore", path)
    assert restored == {"town": "demo", "from": "demo", "tasks": 2, "agents": 1, "requeued": []}
    assert done.document("reset", "--agents-only", "--yes") == {
        "town": "demo",
        "stopped": 0,
        "deleted": {"agents": 1},
    }


def test_a_reset_asks_first(done: Shell) -> None:
    sentence = done.refused("reset", status=2)
    assert sentence.startswith("this deletes 2 tasks, 1 agent, ")
    assert sentence.endswith('of town "demo". Say that it is meant: --yes')
    status, seen = answered(done, "n", "reset")
    assert status == 130
    assert "This deletes 2 tasks, 1 agent, " in seen
    assert states(done) == {"build": "completed", "test": "completed"}
    status, seen = answered(done, "y", "reset")
    assert status == 0
    assert 'town "demo" is empty.' in seen
    assert done.told("reset") == 'Nothing to delete in town "demo".\n'


def test_a_reset_spares_who_is_at_work_unless_forced(tt: Shell) -> None:
    tt.told("spawn", "w")
    task = tt.assigned("w", "sleep 60")
    tt.await_state(task, "running")
    sentence = tt.refused("reset", "--yes")
    assert sentence == 'town "demo" cannot be reset while it is at work: agent w. Stop them first: tt stop'
    for command in (["restore", "--force"], ["migrate"]):
        (tt.folder / "town.jsonl").write_text(tt.told("save", "-"))
        answer = tt(*command)
        assert answer.status == (0 if command == ["migrate"] else 1)
    assert (
        tt.told("reset", "--agents-only", "--force")
        == "Stopped 1 agent.\nDeleted 1 agent; tasks and the plan stay.\n"
    )
    assert tt.document("task", "show", task)["state"] == "pending"
    assert tt.document("list") == []
    assert tt.told("reset", "--agents-only") == 'No agents to delete in town "demo".\n'


def test_a_forced_reset_ends_the_conductor_before_the_agents_that_it_would_start_anew(tt: Shell) -> None:
    (tt.folder / "tasks.toml").write_text(PLAN.replace("echo built", "sleep 60"))
    tt.told("sync", "push")
    conductor = tt.start("conductor", "--spawn", "--watch", "--cli", "shell")
    tt.told("spawn", "w")
    tt.await_state("build", "running")
    assert tt.refused("reset", "--yes").startswith('town "demo" cannot be reset while it is at work: a conductor (')
    answer = tt("reset", "--force")
    assert answer.status == 0, answer
    assert answer.out.startswith("Stopped 1 agent.\nDeleted 2 tasks, 1 agent, ")
    tt.finish(conductor)
    assert tt.document("list") == []
    assert tt.document("task", "list") == []


def test_tables_for_spreadsheets(done: Shell) -> None:
    tasks = list(csv.DictReader(io.StringIO(done.told("export"))))
    assert [(row["plan_id"], row["state"], row["result"]) for row in tasks] == [
        ("build", "completed", "built"),
        ("test", "completed", "tested"),
    ]
    durations = list(csv.DictReader(io.StringIO(done.told("export", "--what", "durations"))))
    assert [(row["task"], row["attempt"], row["agent"], row["outcome"]) for row in durations] == [
        ("build", "1", "w", "completed"),
        ("test", "1", "w", "completed"),
    ]
    assert all(float(row["wait_seconds"]) >= 0 and float(row["run_seconds"]) >= 0 for row in durations)
    answer = done("export", "events.json", "--format", "json", "--what", "events")
    events = json.loads((done.folder / "events.json").read_text())
    assert (answer.status, answer.out, answer.err) == (0, "", f"Wrote {len(events)} events to events.json\n")
    assert [event["type"] for event in events if event["plan_id"] == "build"] == [
        *("task.created", "task.assigned", "task.started", "task.completed"),
    ]
    assert done.refused("export", "--what", "agents", status=2).startswith("invalid value for '--what'")
    sentence = done.refused("export", "no/such/folder.csv")
    assert sentence == "cannot write no/such/folder.csv: No such file or directory. Nothing was changed."


def test_a_migration_shows_and_asks_first(tt: Shell, redis: Connection) -> None:
    assert tt.told("migrate") == "Nothing to migrate.\n"
    left_by_others(redis, "shared")
    answer = tt("migrate", "--dry-run")
    assert answer.status == 0
    assert answer.out.splitlines() == [
        f'agent "backend": from tt:agent:{BACKEND} and 2 more',
        'task "11111111" (pending): from tt:task:11111111-0f4e-4f0e-9a77-0a2f5f2b9c11',
        f'task "auth-api" (assigned): from tt:task:{LOGIN}',
        "the backlog: 1 task: from tt:backlog",
        "Would migrate 2 tasks, 1 agent and 1 other key.",
    ]
    assert answer.err.splitlines() == [
        "Keys without a town may be those of several towns; nobody can tell. All of them go into this one.",
        'stays: tt:backlog: ids in it that no task here has: "99999999-0f4e-4f0e-9a77-0a2f5f2b9c11"',
        "stays: tt:task:22222222-0f4e-4f0e-9a77-0a2f5f2b9c11: it is no JSON",
    ]
    assert tt.document("task", "list") == []
    sentence = tt.refused("migrate", status=2)
    assert sentence == (
        "this changes 2 tasks, 1 agent and 1 other key. Look at it with --dry-run; say that it is meant: --force"
    )
    status, seen = answered(tt, "n", "migrate")
    assert status == 130
    assert "Do it?" in seen
    answer = tt("migrate", "--force")
    assert answer.status == 0
    assert answer.out.splitlines()[-1] == "Migrated 2 tasks, 1 agent and 1 other key."
    again = tt("migrate", "--force")
    assert (again.status, again.out) == (0, "Nothing to migrate.\n")


def test_the_document_of_a_migration(tt: Shell, redis: Connection) -> None:
    left_by_others(redis, "town")
    planned = tt.document("migrate", "--dry-run")
    assert planned["done"] is False
    assert [step["what"] for step in planned["steps"]] == [
        "events",
        *["agent"] * 3,
        "activity",
        *["task"] * 5,
        "backlog",
    ]
    running = next(step for step in planned["steps"] if "7f1c7a52" in step["keys"][0])
    assert running["notes"] == ['it was running by "backend-2": it begins anew']
    done = tt.document("migrate", "--force")
    assert done["done"] is True
    assert [step["keys"] for step in done["steps"]] == [step["keys"] for step in planned["steps"]]
    assert {one["key"] for one in done["left"]} == {one["key"] for one in planned["left"]}
    assert tt.document("migrate", "--force")["steps"] == []


def test_an_agent_of_the_other_program_does_here_what_it_was_given_there(tt: Shell, redis: Connection) -> None:
    left_by_others(redis, "town")
    tt("migrate", "--force")
    tt.told("spawn", "backend", "--cli", "echo")
    task = tt.await_state(LOGIN, "completed")
    assert "Implement login API" in task["result"]
    tt.told("spawn", "backend-2", "--cli", "echo")
    tt.await_state("7f1c7a52-0f4e-4f0e-9a77-0a2f5f2b9c12", "completed")
    assert [agent["name"] for agent in tt.document("list")] == ["backend", "backend-2", "qa-ui"]
    until(lambda: tt.document("backlog", "list")[0]["description"] == "Odd one", "the backlog is there")


def test_a_hash_where_json_should_be_names_the_remedy(tt: Shell, redis: Connection) -> None:
    left_by_others(redis, "town")
    sentence = tt.refused("send", BACKEND, "hello")
    assert "WRONGTYPE" in sentence
    assert sentence.endswith("if another program left it, `tt migrate` brings it over.")
