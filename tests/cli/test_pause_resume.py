"""`tt pause` and `tt resume`: nothing is begun in between, and nothing is lost."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.towns import until

GATED = """
[[tasks]]
id = "first"
agent = "w"
run = "touch begun; until [ -e open ]; do sleep 0.02; done"

[[tasks]]
id = "second"
agent = "w"
parent = "first"
run = "echo second"
"""


def begin(tt: Shell, *options: str) -> None:
    (tt.folder / "tasks.toml").write_text(GATED)
    tt.told("sync", "push")
    tt.told("spawn", "w", *options)


def exists(path: Path) -> None:
    until(path.exists, f"{path.name} is there")


def test_a_paused_town_finishes_what_runs_and_begins_nothing(tt: Shell) -> None:
    begin(tt)
    conductor = tt.start("conductor")
    exists(tt.folder / "begun")
    assert tt.told("pause", "--note", "the API is down") == (
        "The town is paused: 1 running task is finished, nothing more is begun. Go on: tt resume\n"
    )
    assert tt.told("pause").startswith("The town is paused already: ")
    (tt.folder / "open").touch()
    tt.await_state("first", "completed")
    assert tt.document("status")["paused"]["note"] == "the API is down"
    (reason,) = tt.document("why", "second")["reasons"]
    assert reason["code"] == "town_paused"
    assert reason["message"].startswith("the town is paused by ")
    assert reason["message"].endswith(": the API is down; go on: tt resume")
    assert tt.document("task", "show", "second")["state"] == "pending"
    assert conductor.poll() is None, "a conductor waits as long as the pause lasts"
    assert tt.told("resume") == "The town goes on\n"
    answer = tt.finish(conductor)
    assert answer.status == 0
    assert tt.document("status")["paused"] is None
    assert tt.told("resume") == "The town was not paused\n"
    assert "the town is paused by " in answer.out
    assert "the town is resumed by " in answer.out


def test_a_conductor_says_that_it_waits_for_a_paused_agent_to_begin_what_it_was_given(tt: Shell) -> None:
    tt.told("spawn", "w")
    tt.told("pause", "w")
    task = tt.assigned("w", "echo by hand")
    conductor = tt.start("conductor")
    assert conductor.stdout is not None
    said = iter(conductor.stdout.readline, "")
    assert any('waiting: agent "w" is paused; go on: tt resume w' in line for line in said)
    assert [one["code"] for one in tt.document("why", task)["reasons"]] == ["not_pending", "agent_paused"]
    tt.told("resume", "w")
    assert tt.finish(conductor).status == 0


def test_a_pause_outlives_conductors_and_redis(tt: Shell) -> None:
    begin(tt)
    tt.told("pause")
    tt.told("stop")
    tt.told("start")
    tt.told("spawn", "w")
    conductor = tt.start("conductor")
    until(lambda: tt.document("status")["conductor"] is not None, "it leads")
    assert {task["state"] for task in tt.document("task", "list")} == {"pending"}
    (tt.folder / "open").touch()
    tt.told("resume")
    assert tt.finish(conductor).status == 0


def test_what_an_agent_was_given_already_is_not_begun_in_a_paused_town_and_not_lost(tt: Shell) -> None:
    tt.told("spawn", "w")
    tt.told("pause")
    task = tt.assigned("w", "echo by hand")
    other = tt.assigned("w", "echo another")
    until(lambda: "message" not in tt.told("list"), "it looked at its mail")
    assert tt.document("task", "show", task)["state"] == "assigned"
    tt.told("resume")
    assert tt.await_state(task, "completed")["result"] == "by hand"
    assert tt.await_state(other, "completed")["attempt"] == 1


def test_a_paused_agent_finishes_its_task_and_takes_nothing_more(tt: Shell) -> None:
    begin(tt)
    conductor = tt.start("conductor")
    exists(tt.folder / "begun")
    assert tt.told("pause", "w") == ('Agent "w" is paused when it has finished its task; go on: tt resume w\n')
    (tt.folder / "open").touch()
    tt.await_state("first", "completed")
    (reason,) = tt.document("why", "second")["reasons"]
    assert (reason["code"], reason["message"]) == ("agent_paused", 'agent "w" is paused; go on: tt resume w')
    task = tt.assigned("w", "echo by hand")
    assert tt.document("task", "show", task)["state"] == "assigned"
    assert tt.document("pause", "w")["state"] == "paused"
    assert conductor.poll() is None
    assert tt.told("resume", "w") == 'Agent "w" goes on: it is idle\n'
    assert tt.finish(conductor).status == 0
    assert tt.await_state(task, "completed")["result"] == "by hand"
    assert tt.document("task", "show", "second")["state"] == "completed"


def test_a_paused_agent_can_be_stopped_and_a_fresh_one_works(tt: Shell) -> None:
    begin(tt)
    tt.told("pause", "w")
    assert tt.told("kill", "w") == 'Agent "w" has stopped.\n'
    tt.told("spawn", "w")
    (tt.folder / "open").touch()
    assert tt("conductor").status == 0


def test_a_running_task_resumes_its_agent_as_working(tt: Shell) -> None:
    begin(tt)
    conductor = tt.start("conductor")
    exists(tt.folder / "begun")
    tt.told("pause", "w")
    assert tt.told("resume", "w") == 'Agent "w" goes on: it is working\n'
    (tt.folder / "open").touch()
    assert tt.finish(conductor).status == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("pause", "x"), 'no agent is called "x". `tt list` lists them, `tt spawn x` starts one.'),
        (("resume", "w"), 'agent "w" is idle, not paused. `tt list` shows who is.'),
    ],
)
def test_refusals(tt: Shell, words: tuple[str, ...], sentence: str) -> None:
    tt.told("spawn", "w")
    assert tt.refused(*words) == sentence


def test_an_agent_that_does_not_run_is_not_paused(tt: Shell) -> None:
    tt.told("spawn", "w")
    tt.told("kill", "w")
    assert tt.refused("pause", "w") == 'agent "w" does not run. Start it: tt spawn w'
