"""`tt sync`: what its terms do, to the letter: --prune, --cancel-running, --out and apply, --check."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.shell import Answer, Shell

PLAN = """\
[[tasks]]
id = "one"
description = "First"

[[tasks]]
id = "two"
description = "Second"
agent = "me"
"""
SHORT = PLAN[: PLAN.index("\n[[tasks]]")]
AGREE = "`tt sync push --dry-run` shows which; to agree, say the same with --yes"


@pytest.fixture
def tt(tt: Shell) -> Shell:
    """A town with a plan that was pushed."""
    write(tt, PLAN)
    tt.told("sync", "push")
    return tt


def write(tt: Shell, text: str) -> None:
    (tt.folder / "tasks.toml").write_text(text)


def test_a_deletion_must_be_agreed_to(tt: Shell) -> None:
    write(tt, SHORT)
    assert tt("sync", "push") == Answer(
        2, "", f"- two: Second\ntt: this would delete 1 task; nothing was written. {AGREE}\n"
    )
    assert tt.told("sync", "push", "--dry-run") == "- two: Second\nwould push: 1 deleted, 1 unchanged\n"
    assert tt.told("sync", "push", "--yes") == "- two: Second\n1 deleted, 1 unchanged\n"


def test_what_has_run_is_pruned_and_comes_back_completed(tt: Shell) -> None:
    tt.told("task", "complete", "two", "--result", "ok")
    tt.told("sync", "pull")
    pulled = (tt.folder / "tasks.toml").read_text()
    assert pulled == PLAN + 'status = "completed"\n'
    write(tt, SHORT)
    kept = "  two is not in the file and stays in Redis: it is completed\n"
    assert tt.told("sync", "push") == f"{kept}nothing to push: 1 task unchanged\n"
    pruned = "- two: Second (it is completed)\n"
    assert tt("sync", "push", "--prune") == Answer(
        2, "", f"{pruned}tt: this would delete 1 task; nothing was written. {AGREE}\n"
    )
    assert tt.told("sync", "push", "--prune", "--yes") == f"{pruned}1 deleted, 1 unchanged\n"
    write(tt, pulled.replace("completed", "pending"))
    back = "+ tasks.toml:5:1: two: Second (it has been completed before, and does not run again)\n"
    assert tt("sync", "push") == Answer(0, f"{back}1 created, 1 unchanged\n", "")
    task = tt.document("task", "show", "two")
    assert (task["state"], task["result"]) == ("completed", "ok")
    assert tt.told("sync", "pull") == ('~ tasks.toml:9:10: two: status: "pending" → "completed"\npulled 1 change\n')
    assert (tt.folder / "tasks.toml").read_text() == pulled


def test_a_running_task_is_taken_from_its_agent_only_on_request(tt: Shell) -> None:
    tt.told("spawn", "me")
    write(tt, PLAN + 'run = "cat gate"\n')
    os.mkfifo(tt.folder / "gate")
    tt.told("sync", "push")
    conductor = tt.start("conductor", "--watch")
    tt.await_state("two", "running")
    conductor.terminate()
    conductor.communicate(timeout=20)
    write(tt, SHORT)
    kept = "  two is not in the file and stays in Redis: it is running"
    assert tt.told("sync", "push", "--prune", "--yes") == (
        f"{kept}; --cancel-running takes it from its agent\nnothing to push: 1 task unchanged\n"
    )
    assert tt.refused("sync", "push", "--cancel-running", "--yes", status=2) == (
        "--cancel-running goes with --prune. Say both, or set the task's status to cancelled."
    )
    assert tt.told("sync", "push", "--prune", "--cancel-running", "--yes") == (
        "- two: Second (it is running)\n1 deleted, 1 unchanged\n"
    )
    assert [task["plan_id"] for task in tt.document("task", "list")] == ["one"]


def test_a_push_is_saved_and_done_later(tt: Shell) -> None:
    write(tt, SHORT.replace("First", "Anew"))
    shown = '~ tasks.toml:3:15: one: description: "First" → "Anew"\n- two: Second\n'
    assert tt.told("sync", "push", "--out", "saved.json") == (f"{shown}saved; to do it: tt sync apply saved.json\n")
    saved = json.loads((tt.folder / "saved.json").read_text())
    assert saved["terms"] == {"force": False, "only": None, "prune": False, "cancel_running": False}
    assert saved["file"] == str(tt.folder / "tasks.toml")
    assert tt.told("sync", "apply", "saved.json") == f"{shown}1 updated, 1 deleted\n"
    assert tt.refused("sync", "apply", "saved.json", status=3) == (
        "Redis has changed since this push was saved; nothing was written. Save it anew: tt sync push --out FILE"
    )


def test_a_diff_is_saved_too(tt: Shell) -> None:
    write(tt, PLAN.replace("First", "Anew"))
    told = '~ tasks.toml:3:15: one: description: "First" → "Anew"\n'
    assert tt("sync", "diff", "--exit-code", "--out", "saved.json") == Answer(6, told, "")
    write(tt, PLAN.replace("First", "Other"))
    path = tt.folder / "tasks.toml"
    assert tt.refused("sync", "apply", "saved.json", status=3) == (
        f"{path} was changed since this push was saved; nothing was written. Save it anew: tt sync push --out FILE"
    )
    write(tt, PLAN.replace("First", "Anew"))
    assert tt.document("sync", "apply", "saved.json")["update"][0]["file"] == "Anew"
    assert tt("sync", "diff", "--exit-code") == Answer(0, "tasks.toml and Redis agree.\n", "")


def test_what_is_no_saved_push(tt: Shell) -> None:
    remedy = "Save one: tt sync push --out FILE"
    assert tt.refused("sync", "apply", "none.json") == (
        f"cannot read none.json: No such file or directory. {remedy}"
    )
    assert tt.refused("sync", "apply", "tasks.toml") == f"tasks.toml is no saved push. {remedy}"
    answer = tt("sync", "push", "--out", "tasks.toml")
    assert (answer.status, answer.err) == (1, f"tt: tasks.toml is no saved push. {remedy}\n")
    assert (tt.folder / "tasks.toml").read_text() == PLAN


def test_check_says_whether_the_file_is_behind(tt: Shell) -> None:
    assert tt.told("sync", "pull", "--check") == "tasks.toml is up to date.\n"
    tt.told("task", "complete", "one", "--result", "ok")
    behind = '~ tasks.toml:1:1: one: status: "pending" → "completed"\n'
    answer = tt("sync", "pull", "--check")
    assert answer == Answer(6, f"{behind}tasks.toml is behind Redis: tt sync pull\n", "")
    assert (tt.folder / "tasks.toml").read_text() == PLAN
    answer = tt("sync", "pull", "--check", "--json")
    assert (answer.status, answer.err) == (6, "")
    assert [(one["id"], one["field"]) for one in json.loads(answer.out)["update"]] == [("one", "status")]
    assert tt("sync", "pull", "--check", "--only", "two").status == 0
    tt.told("sync", "pull")
    assert tt("sync", "pull", "--check").status == 0
    write(tt, PLAN.replace("Second", "Anew"))  # what is to be pushed is no reason
    assert tt.told("sync", "pull", "--check").endswith("is up to date.\n")


def test_check_and_a_conflict(tt: Shell) -> None:
    tt.told("task", "complete", "one", "--result", "ok")
    write(tt, PLAN.replace('"First"', '"First"\nstatus = "failed"'))
    answer = tt("sync", "pull", "--check")
    assert (answer.status, answer.out) == (3, "")
    assert answer.err == (
        '! tasks.toml:4:10: one: status: "pending" → "failed", and in Redis "completed"\n'
        'tt: task "one", status: changed in the file and in Redis; nothing was written. '
        "Take the file's side with `tt sync push --force`, or Redis's with `tt sync pull --force`.\n"
    )


def test_a_saved_push_of_another_folder_knows_its_file(tt: Shell, tmp_path: Path) -> None:
    write(tt, PLAN.replace("First", "Anew"))
    tt.told("sync", "push", "--out", str(tmp_path / "saved.json"))
    (tt.folder / "deep").mkdir()
    told = tt.within("deep").told("sync", "apply", str(tmp_path / "saved.json"))
    assert told == '~ tasks.toml:3:15: one: description: "First" → "Anew"\n1 updated, 1 unchanged\n'
