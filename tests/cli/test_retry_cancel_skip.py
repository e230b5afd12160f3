"""`tt retry`, `tt cancel` and `tt skip`: what a person wants of tasks."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.towns import until

PLAN = """
[[tasks]]
id = "build"
run = "echo $TINYTOWN_TASK_ID >> ran; test -e good"

[[tasks]]
id = "suite"
description = "the tests"
needs = ["build"]

[[tasks]]
id = "unit"
parent = "suite"
run = "echo tested"

[[tasks]]
id = "ship"
needs = ["suite"]
run = "echo shipped"

[[tasks]]
id = "docs"
run = "echo written"
"""


@pytest.fixture
def shell(tt: Shell) -> Shell:
    """A town in which `build` has failed, so that all but `docs` is blocked; and an agent."""
    (tt.folder / "tasks.toml").write_text(PLAN)
    tt.told("sync", "push")
    tt.told("spawn", "w")
    assert tt("conductor").status == 5
    return tt


def states(shell: Shell) -> dict[str, str]:
    return {task["plan_id"]: task["state"] for task in shell.document("task", "list")}


def test_what_failed_runs_again_and_all_that_was_blocked_goes_on(shell: Shell) -> None:
    assert states(shell) == {
        "build": "failed",
        "suite": "pending",
        "unit": "pending",
        "ship": "pending",
        "docs": "completed",
    }
    (shell.folder / "good").touch()
    answer = shell("retry", "build")
    assert (answer.status, answer.out) == (0, "pending    build (was failed)\n")
    assert answer.err == "no conductor is running; start one: tt conductor\n"
    assert shell("conductor").status == 0
    assert set(states(shell).values()) == {"completed"}
    assert len((shell.folder / "ran").read_text().split()) == 2
    assert shell.document("task", "show", "build")["attempt"] == 2


def test_completed_work_runs_again_only_if_that_is_meant(shell: Shell) -> None:
    (shell.folder / "good").touch()
    shell("retry", "build")
    shell("conductor")
    sentence = shell.refused("retry", "build", "--downstream", status=2)
    assert sentence == (
        "this runs 4 tasks that are completed or under way again: build (completed), suite (completed), "
        "unit (completed), ship (completed). Say that it is meant: --yes"
    )
    assert set(states(shell).values()) == {"completed"}
    answer = shell("retry", "build", "--downstream", "--yes", "--note", "new compiler")
    assert answer.out.splitlines() == [
        "pending    build (was completed)",
        "pending    suite (was completed)",
        "pending    unit (was completed)",
        "pending    ship (was completed)",
    ]
    assert states(shell)["docs"] == "completed"
    assert shell("conductor").status == 0
    told = [event for event in shell("events", "-n", "200").out.splitlines() if "requeued" in event]
    assert any("to be run again by " in line and ": new compiler" in line for line in told)


def test_what_waits_for_its_turn_needs_no_retry(shell: Shell) -> None:
    assert shell.told("retry", "ship") == "nothing to do: it waits for its turn; `tt why` says for what\n"
    assert shell.document("retry", "ship") == []


def test_one_that_waits_for_its_next_attempt_is_tried_at_once(tt: Shell) -> None:
    (tt.folder / "tasks.toml").write_text(
        '[[tasks]]\nid = "flaky"\nretries = 1\nretry_delay = "1h"\n'
        'run = "test -e good || { touch good; exit 1; }"\n'
    )
    tt.told("sync", "push")
    tt.told("spawn", "w")
    conductor = tt.start("conductor")
    until(lambda: tt.document("task", "show", "flaky")["not_before"] is not None, "it waits for its next attempt")
    assert tt.told("retry", "flaky") == "pending    flaky (was pending)\n"
    assert tt.finish(conductor).status == 0
    assert tt.document("task", "show", "flaky")["failures"] == 1, "its retries are counted on"


def _begin(tt: Shell) -> subprocess.Popen[str]:
    """A plan whose first task runs until it is ended."""
    plan = PLAN.replace("echo $TINYTOWN_TASK_ID >> ran; test -e good", "echo $$ > pid; exec sleep 300")
    (tt.folder / "tasks.toml").write_text(plan)
    tt.told("sync", "push")
    tt.told("spawn", "w")
    conductor = tt.start("conductor")
    until(lambda: (tt.folder / "pid").exists() and (tt.folder / "pid").read_text() != "", "it has begun")
    return conductor


def _assert_ended(pid: Path) -> None:
    from tests.towns import alive

    until(lambda: not alive(int(pid.read_text())), "its command was ended", 3)


def test_cancel_ends_the_running_command_and_what_builds_on_it_is_blocked(tt: Shell) -> None:
    conductor = _begin(tt)
    answer = tt.told("cancel", "build", "--note", "wrong branch")
    assert answer == "cancelled  build (was running, its attempt is stopped)\n"
    _assert_ended(tt.folder / "pid")
    assert tt.finish(conductor).status == 5
    assert states(tt) == {
        "build": "cancelled",
        "suite": "pending",
        "unit": "pending",
        "ship": "pending",
        "docs": "completed",
    }
    why = tt.told("why", "suite")
    assert "cannot start: build (cancelled)" in why
    assert "to run what failed again: tt retry build; to go on without it: tt skip build" in why
    assert tt.document("task", "show", "build")["result"].endswith(": wrong branch")
    assert tt.told("list").count("idle") == 1, "the agent goes on"


def test_cancel_downstream_calls_all_of_it_off(tt: Shell) -> None:
    conductor = _begin(tt)
    cancelled = tt.document("cancel", "build", "--downstream")
    assert [(task["plan_id"], task["state"]) for task in cancelled] == [
        ("build", "cancelled"),
        ("suite", "cancelled"),
        ("unit", "cancelled"),
        ("ship", "cancelled"),
    ]
    assert tt.finish(conductor).status == 0, "what was called off by a person is no failure"
    assert tt.refused("cancel", "build") == (
        'task "build" is cancelled; there is nothing to call off. `tt task show build` shows it.'
    )


def test_skip_goes_on_without_a_failed_task(shell: Shell) -> None:
    assert shell.told("skip", "build", "--note", "flaky") == "skipped    build (was failed)\n"
    kept = shell.document("task", "show", "build")
    assert (kept["state"], kept["skipped"]) == ("completed", True)
    assert kept["result"].startswith("skipped by ")
    assert shell("conductor").status == 0
    assert set(states(shell).values()) == {"completed"}
    assert shell.document("task", "show", "ship")["result"] == "shipped"
    assert len((shell.folder / "ran").read_text().split()) == 1
    assert shell.refused("skip", "build") == (
        'task "build" is completed; there is nothing to skip. `tt task show build` shows it.'
    )


def test_skip_ends_the_running_command(tt: Shell) -> None:
    conductor = _begin(tt)
    assert tt.told("skip", "build") == "skipped    build (was running, its attempt is stopped)\n"
    _assert_ended(tt.folder / "pid")
    assert tt.finish(conductor).status == 0
    assert set(states(tt).values()) == {"completed"}


def test_a_group_is_skipped_with_all_its_tasks(shell: Shell) -> None:
    assert shell.told("skip", "suite").splitlines() == [
        "skipped    suite (was pending)",
        "skipped    unit (was pending)",
    ]
    assert shell("conductor").status == 5  # build has failed still
    assert states(shell)["ship"] == "completed"


def test_what_was_skipped_may_be_run_after_all(shell: Shell) -> None:
    shell.told("skip", "build")
    (shell.folder / "good").touch()
    assert shell("retry", "build").out == "pending    build (was completed)\n"
    assert shell("conductor").status == 0
    assert shell.document("task", "show", "build")["skipped"] is False


def test_a_running_task_is_not_begun_anew(tt: Shell) -> None:
    conductor = _begin(tt)
    assert tt.refused("retry", "build") == (
        'task "build" is running; it runs already. To begin it anew, first: tt cancel build'
    )
    tt.told("cancel", "build", "--downstream")
    tt.finish(conductor)


@pytest.mark.parametrize("verb", ["retry", "cancel", "skip"])
def test_who_misspells_a_task_is_told(shell: Shell, verb: str) -> None:
    assert shell.refused(verb, "buidl") == (
        'no task is called "buidl". Did you mean "build"? `tt tasks` lists them.'
    )
    before = states(shell)
    assert shell(verb, "docs", "nothing").status == 1
    assert states(shell) == before, "all or nothing"


def test_why_of_everything(shell: Shell) -> None:
    told = shell.told("why", "--all").splitlines()
    assert [line for line in told if not line.startswith(" ")] == [
        "build: failed",
        "suite: pending",
        "unit: pending",
        "ship: pending",
    ]
    documents = shell.document("why", "--all")
    assert [(one["id"], one["reasons"][0]["code"]) for one in documents] == [
        ("build", "not_pending"),
        ("suite", "prerequisite_failed"),
        ("unit", "prerequisite_failed"),
        ("ship", "prerequisite_failed"),
    ]
    assert shell.refused("why", status=2) == "name a task, or say --all. See: tt why --help"
    shell.told("skip", "build")
    shell("conductor")
    assert shell.told("why", "--all") == "every task has completed\n"
