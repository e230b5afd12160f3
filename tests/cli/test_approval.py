"""`tt approve` and `tt reject`, with a conductor and without."""

import json

import pytest

from tests.cli.shell import Shell

PLAN = """
[[tasks]]
id = "build"
run = "echo built"

[[tasks]]
id = "deploy"
run = "echo deployed"
needs = ["build"]
approval = true

[[tasks]]
id = "tell"
run = "echo told"
parent = "deploy"
"""


@pytest.fixture
def shell(tt: Shell) -> Shell:
    """A town with a plan that waits for approval, and an agent."""
    (tt.folder / "tasks.toml").write_text(PLAN)
    tt.told("sync", "push")
    tt.told("spawn", "w")
    return tt


def test_the_conductor_ends_when_all_waits_for_a_person_and_goes_on_after_the_word(shell: Shell) -> None:
    answer = shell("conductor")
    assert (answer.status, answer.err) == (5, "")
    lines = answer.out.splitlines()
    asked = [line for line in lines if line.endswith("waiting: deploy waits for approval: tt approve deploy")]
    assert len(asked) == 1, "as soon as nothing else keeps it back"
    assert lines[-3].startswith("1 of 3 tasks completed in ")
    assert lines[-3].endswith("; 2 pending")
    assert lines[-2:] == [
        "  pending   deploy: waits for approval: tt approve deploy",
        "  pending   tell: waits for deploy (pending)",
    ]
    assert shell.told("approve", "deploy", "--note", "on the blue cluster") == 'Task "deploy" is approved\n'
    kept = shell.document("task", "show", "deploy")
    assert (kept["approved"], kept["approval_note"]) == (True, "on the blue cluster")
    assert shell("conductor").status == 0


def test_why_says_it(shell: Shell) -> None:
    reasons = {reason["code"]: reason["message"] for reason in shell.document("why", "deploy")["reasons"]}
    assert [*reasons] == ["waits_for", "not_approved", "no_conductor"]
    assert reasons["not_approved"] == "waits for approval: tt approve deploy"
    shell.told("approve", "deploy")
    assert "not_approved" not in {reason["code"] for reason in shell.document("why", "deploy")["reasons"]}


def test_a_conductor_that_watches_stays_and_lets_it_go_at_once(shell: Shell) -> None:
    conductor = shell.start("conductor", "--watch", "--json")
    shell.await_state("build", "completed")
    assert shell.document("task", "show", "deploy")["state"] == "pending"
    approved = shell.document("approve", "deploy")
    assert (approved["state"], approved["approved"]) == ("pending", True)
    shell.await_state("tell", "completed")
    conductor.terminate()
    out, _ = conductor.communicate(timeout=30)
    types = [json.loads(line)["type"] for line in out.splitlines()]
    assert types.count("task.approved") == 1


def test_what_is_rejected_fails_and_says_who_and_why(shell: Shell) -> None:
    answer = shell.told("reject", "deploy", "--note", "not on a Friday")
    assert answer.startswith('Task "deploy" is failed: rejected by ')
    assert answer.endswith(": not on a Friday\n")
    answer = shell("conductor").out
    assert "deploy: rejected by " in answer
    assert "  pending   tell: cannot start: deploy (failed)" in answer


def test_it_is_asked_again_when_it_is_to_run_again(shell: Shell) -> None:
    shell.told("approve", "deploy")
    assert shell("conductor").status == 0
    shell.told("sync", "pull")
    (shell.folder / "tasks.toml").write_text(PLAN.replace("approval = true", 'approval = true\nstatus = "pending"'))
    assert shell("sync", "push", "--yes").status == 0
    assert shell.document("task", "show", "deploy")["approved"] is False
    answer = shell("conductor")
    assert answer.status == 5
    assert "deploy: waits for approval: tt approve deploy" in answer.out


def test_refusals(shell: Shell) -> None:
    assert shell.refused("approve", "build") == (
        'task "build" needs no approval. Only a task with `approval = true` waits for one.'
    )
    assert 'no task is called "deplyo"' in shell.refused("reject", "deplyo")
    shell.told("approve", "deploy")
    shell("conductor")
    assert shell.refused("reject", "deploy").startswith('task "deploy" is completed and can no longer be rejected')


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_an_agent_gives_no_approval(shell: Shell, verb: str) -> None:
    inside = shell.within(TINYTOWN_AGENT_NAME="w")
    assert inside.refused(verb, "deploy", status=2) == (
        f'agent "w" cannot {verb} a task; that is for a person to do. '
        "Ask a person to run this command outside of an agent."
    )
