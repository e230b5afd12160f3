"""`tt status` and `tt list`: the town at a glance, for people and for programs."""

import os
import re
import signal

import pytest

from tests.cli.shell import Shell
from tests.towns import until
from tinytown.town import Town


def test_the_document_of_an_empty_town(tt: Shell) -> None:
    document = tt.document("status")
    version = document["redis"].pop("version")
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert document == {
        "town": "demo",
        "root": str(tt.folder),
        "redis": {"address": f"{tt.folder}/.tt/redis.sock", "managed": True},
        "conductor": None,
        "paused": None,
        "agents": [],
        "tasks": {
            "pending": 0,
            "assigned": 0,
            "running": 0,
            "completed": 0,
            "failed": 0,
            "cancelled": 0,
        },
        "eta": None,
    }


def test_the_text_of_an_empty_town(tt: Shell) -> None:
    version = tt.document("status")["redis"]["version"]
    assert tt.told("status") == (
        "town       demo\n"
        f"root       {tt.folder}\n"
        f"redis      {version}, the town's own, at {tt.folder}/.tt/redis.sock\n"
        "conductor  not running\n"
        "tasks      none\n"
        "\n"
        "No agents. tt spawn NAME starts one.\n"
    )
    assert tt.told("list") == "No agents. tt spawn NAME starts one.\n"


def test_agents_and_tasks(tt: Shell) -> None:
    tt.told("spawn", "coder")
    tt.told("spawn", "reviewer-1", "--role", "reviewer", "--cli", "echo")
    done = tt.assigned("reviewer-1", "look at it")
    tt.await_state(done, "completed")
    task = tt.assigned("coder", "sleep 60")
    tt.assigned("coder", "echo next")
    tt.await_state(task, "running")
    text = tt.told("status", "--tasks")
    assert "tasks      assigned 1, running 1, completed 1\n" in text
    assert text.endswith(
        "AGENT       STATE    INBOX  DONE  CLI    ROLE      TASK\n"
        f"coder       working  1      0     shell  -         {task[:8]}: sleep 60\n"
        "reviewer-1  idle     0      1     echo   reviewer  -\n"
        "\n"
        "TASK      STATE     AGENT  DESCRIPTION\n"
        f"{task[:8]}  running   coder  sleep 60\n"
        f"{tt.document('tasks', '--state', 'assigned')[0]['id'][:8]}  assigned  coder  echo next\n"
    )
    document = tt.document("status")
    assert document["tasks"]["running"] == 1
    assert re.search(r"^eta        about [12] min left \(mostly guessed\) for what is at work$", text, re.MULTILINE)
    assert document["eta"]["tasks"] == document["eta"]["guessed"] == 2
    assert [(agent["name"], agent["alive"], agent["inbox"]) for agent in document["agents"]] == [
        ("coder", True, 1),
        ("reviewer-1", True, 0),
    ]
    assert document["agents"][0]["current_task"] == task


def test_list_as_json_holds_the_agents_as_redis_does(tt: Shell) -> None:
    tt.told("spawn", "coder", "--role", "writer")
    (agent,) = tt.document("list")
    with Town.connect(tt.folder) as town:
        held = town.roster.find("coder").value.model_dump(mode="json")
    held["last_heartbeat"] = agent["last_heartbeat"]
    assert agent == held


def test_a_dead_agent_is_shown_as_dead(tt: Shell) -> None:
    file = tt.folder / "tinytown.toml"
    file.write_text(f"{file.read_text()}\n[agent]\nheartbeat_secs = 0.1\ndead_after_secs = 0.5\n")
    tt.told("spawn", "victim")
    os.kill(tt.document("list")[0]["pid"], signal.SIGKILL)
    until(lambda: not tt.document("status")["agents"][0]["alive"], "the heartbeat has expired")
    assert re.search(r"^victim  dead  ", tt.told("list"), re.MULTILINE)
    assert tt.told("kill", "victim") == 'Agent "victim" has stopped.\n'
    assert re.search(r"^victim  stopped  ", tt.told("list"), re.MULTILINE)


@pytest.mark.parametrize(
    ("lease", "shown", "document"),
    [
        ('{"id": "x", "host": "h", "pid": 7}', "pid 7 on h", {"id": "x", "host": "h", "pid": 7}),
        ("who\x1bever", "pid None on None", {"id": "who\x1bever", "host": None, "pid": None}),
    ],
)
def test_the_conductor_is_who_holds_the_lease(
    tt: Shell, lease: str, shown: str, document: dict[str, object]
) -> None:
    with Town.connect(tt.folder) as town:
        town.connection.run("SET", town.keys.conductor, lease, "PX", 60000)
    assert f"conductor  {shown}\n" in tt.told("status")
    assert tt.document("status")["conductor"] == document


def test_deep_shows_processes_and_logs(tt: Shell) -> None:
    tt.told("spawn", "coder")
    text = tt.told("status", "--deep")
    assert re.search(r"\ncoder: pid \d+ on \S+, last beat .* ago, no tasks completed\n", text)
    assert "coder is ready, with shell\n" in text


def test_a_password_is_never_shown(tt: Shell) -> None:
    guest = tt.within(REDIS_URL="redis://:geheim@127.0.0.1:1/0")
    said = guest.refused("status")
    assert said.startswith("Redis at redis://127.0.0.1:1/0 does not answer: ")
    assert "geheim" not in said
