"""`tt task note|edit|cancel`, and the filters of `tt tasks`."""

import json
import re

import pytest

from tests.cli.shell import Shell


@pytest.fixture
def plan(tt: Shell) -> Shell:
    """A plan with a group and some tasks of which nothing runs."""
    (tt.folder / "tasks.toml").write_text(
        '[[tasks]]\nid = "login"\ndescription = "Login"\n\n'
        '[[tasks]]\nid = "form"\ndescription = "Form"\nagent = "coder"\nparent = "login"\ntags = ["ui", "x"]\n\n'
        '[[tasks]]\nid = "check"\ndescription = "Check"\nrole = "tester"\nparent = "form"\ntags = ["ui"]\n\n'
        '[[tasks]]\nid = "docs"\ndescription = "Docs"\nagent = "coder"\npriority = "high"\n'
    )
    tt.told("sync", "push")
    return tt


def test_a_note_is_told_to_the_next_attempt(tt: Shell) -> None:
    tt.told("spawn", "coder")
    script = 'cat "$TINYTOWN_CONTEXT"; if [ ! -e go ]; then touch go; sleep 60; fi'
    task = tt.assigned("coder", script)
    tt.await_state(task, "running")
    assert tt.told("task", "note", task[:8], "look at\nthe log") == (
        f'Noted on task "{task[:8]}"; it is running: this counts from its next attempt\n'
    )
    noted = tt.document("task", "note", task, "and again")
    assert [note["text"] for note in noted["notes"]] == ["look at\nthe log", "and again"]
    shown = tt.told("task", "show", task)
    assert re.search(
        r"\nnotes\n  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  \S+: look at\n  the log\n  \S+ \S+  \S+: and again\n", shown
    )
    tt.told("task", "cancel", task)
    tt("retry", task)
    assert tt("conductor").status == 0
    told = json.loads(tt.await_state(task, "completed")["result"])
    assert [note["text"] for note in told["task"]["notes"]] == ["look at\nthe log", "and again"]
    inside = tt.within(TINYTOWN_AGENT_NAME="coder")
    assert inside.document("task", "note", task, "done")["notes"][-1]["who"] == 'agent "coder"'
    assert tt.refused("task", "note", task, " ", status=2) == (
        "the remark is empty or holds a NUL character. Say something about the task."
    )


def test_an_edit_counts_from_the_next_attempt(tt: Shell) -> None:
    tt.told("spawn", "coder")
    task = tt.assigned("coder", "sleep 60")
    tt.await_state(task, "running")
    assert tt.told("task", "edit", task, "--description", "echo edited", "--tag", "a", "--priority", "high") == (
        f'Task "{task[:8]}" is changed; it is running: this counts from its next attempt\n'
    )
    assert tt.told("task", "cancel", task) == f"cancelled  {task[:8]} (was running, its attempt is stopped)\n"
    answer = tt("task", "edit", task, "--timeout", "1m")
    assert (answer.out, answer.err) == (
        f'Task "{task[:8]}" is changed\n',
        f"it is cancelled; it runs again after: tt retry {task[:8]}\n",
    )
    tt("retry", task)
    assert tt("conductor").status == 0
    done = tt.document("task", "show", task)
    assert (done["result"], done["tags"], done["priority"], done["timeout"]) == ("edited", ["a"], "high", "1m")


def test_edits_that_cannot_be(plan: Shell) -> None:
    task = plan.document("backlog", "add", "x")["id"]
    assert plan.refused("task", "edit", "form", "--priority", "low") == (
        'task "form" is of the plan, and the file says what it is. '
        "Change it there: tt plan edit form, then tt sync push"
    )
    assert plan.refused("task", "edit", task, status=2) == (
        "it is not said what is to change. See: tt task edit --help"
    )
    assert plan.refused("task", "edit", task, "--needs", task, status=2) == (
        f'task "{task[:8]}" is its own need. Name another task.'
    )
    assert plan.refused("task", "edit", task, "--parent", task, status=2) == (
        f'task "{task[:8]}" is its own parent. Name another task.'
    )
    assert plan.refused("task", "edit", task, "--retry-delay", "-1s", status=2).startswith(
        'the task has the retry_delay "-1s": not a duration.'
    )
    other = plan("backlog", "add", "y", "--needs", task).out.split()[1]
    assert plan.refused("task", "edit", task, "--needs", other, status=2) == (
        f"tasks would wait for each other in a circle: {task[:8]} → {other[:8]} → {task[:8]}. "
        "Leave one of the ties out."
    )
    assert plan.refused("task", "edit", other, "--no-needs", "--needs", task, status=2) == (
        "--needs and --no-needs exclude each other. Keep one of them."
    )
    freed = plan.document("task", "edit", other, "--no-needs", "--no-parent", "--no-tags")
    assert (freed["needs"], freed["parent_id"], freed["tags"]) == ([], None, [])
    assert [found["id"] for found in plan.document("backlog", "list")] == [task, other]
    assert plan.refused("task", "edit", task, "--agent", "nobody").startswith('no agent is called "nobody".')


def test_the_filters_of_the_list(plan: Shell) -> None:
    def chosen(*options: str) -> list[str]:
        return [task["plan_id"] for task in plan.document("task", "list", *options)]

    assert chosen("--group", "login") == ["form", "check"]
    assert chosen("--parent", "login") == ["form"]
    assert chosen("--tag", "ui", "--tag", "x") == ["form"]
    assert chosen("--order", "priority", "--limit", "2") == ["docs", "login"]
    assert chosen("--reverse") == ["docs", "check", "form", "login"]
    plan.told("task", "complete", "docs")
    assert chosen("--order", "updated", "--reverse", "--limit", "1") == ["docs"]
    assert chosen("--order", "state", "--state", "completed", "--state", "pending")[-1] == "docs"
    assert chosen("--order", "created", "--limit", "1") != []
    assert plan.told("tasks", "--limit", "1") == (
        "TASK   STATE    AGENT  DESCRIPTION\nlogin  pending  -      Login\n\n1 of 4 tasks: 3 pending, 1 completed\n"
    )


def test_filters_that_name_nothing(plan: Shell) -> None:
    states = "There are: pending, assigned, running, completed, failed, cancelled"
    assert plan.refused("tasks", "--state", "complete", status=2) == (
        f'there is no state "complete". Did you mean "completed"? {states}'
    )
    assert plan.refused("tasks", "--state", "qqq", status=2) == f'there is no state "qqq". {states}'
    assert plan.refused("tasks", "--agent", "codr").startswith('no agent is called "codr".')
    assert plan.refused("tasks", "--group", "lgoin").startswith('no task is called "lgoin". Did you mean "login"?')
    assert plan.refused("tasks", "--limit", "0", status=2) == (
        "invalid value for '--limit': 0 is not in the range x>=1. See: tt tasks --help"
    )


def test_a_plan_id_is_found_by_its_beginning(plan: Shell) -> None:
    assert plan.document("task", "show", "che")["plan_id"] == "check"
    assert plan.told("cancel", "for") == "cancelled  form (was pending)\n"
    (plan.folder / "tasks.toml").write_text(
        '[[tasks]]\nid = "do"\nrun = "x"\n[[tasks]]\nid = "done"\nrun = "x"\n[[tasks]]\nid = "dot"\nrun = "x"\n'
    )
    plan.told("sync", "push", "--yes")
    assert plan.document("task", "show", "do")["plan_id"] == "do"
