"""What an attempt comes to: exit status, acceptance, time limits, output."""

import time
from collections.abc import Callable

import pytest

from tests.forked import TT
from tests.towns import House, alive, until
from tinytown.clock import now
from tinytown.tasks import Task

Build = Callable[..., House]


def _outcome(home: House, description: str, **fields: object) -> Task:
    agent = home.spawn("coder")
    return home.ended(agent.assign(Task.new(description, **fields)))


def test_exit_0_completes_with_the_output(home: House) -> None:
    task = _outcome(home, "echo one; echo two >&2")
    assert (task.state, task.result) == ("completed", "one")
    log = (home.root / f".tt/logs/coder/{task.label}.1.log").read_text()
    assert sorted(log.split()) == ["one", "two"]
    assert home.agent("coder").tasks_completed == 1
    assert home.agent("coder").current_task is None


def test_any_other_exit_fails_with_both_streams(home: House) -> None:
    task = _outcome(home, "echo one; echo two >&2; exit 3")
    assert task.state == "failed"
    assert (task.result or "").startswith("exit status 3\n")
    assert "two" in (task.result or "")


def test_a_signal_fails(home: House) -> None:
    task = _outcome(home, "kill -9 $$")
    assert (task.state, task.result) == ("failed", "ended by signal 9")


def test_accepted(home: House) -> None:
    task = _outcome(home, "touch built; echo done", accept="test -f built")
    assert (task.state, task.result) == ("completed", "done")


def test_not_accepted(home: House) -> None:
    task = _outcome(home, "echo done", accept="echo no such thing >&2; exit 1")
    assert task.state == "failed"
    assert (task.result or "").startswith("not accepted: echo no such thing")
    assert "exit status 1" in (task.result or "")


def test_a_cli_said_complete_past_its_acceptance(home: House) -> None:
    script = 'tt task complete "$TINYTOWN_TASK_ID" 2> refusal; echo done'
    task = _outcome(home, script, accept="exit 1")
    assert task.state == "failed"
    assert "completed by its acceptance command only" in (home.root / "refusal").read_text()


def test_acceptance_had_a_time_limit_of_its_own_beside_that_of_the_attempt(home: House) -> None:
    task = _outcome(home, "sleep 2; echo done", accept="sleep 30", timeout="2500ms")
    assert task.state == "failed"
    assert (task.result or "").startswith("not accepted: sleep 30: timed out after 2.5")
    (ended,) = home.events("task.failed")
    assert float(ended.details["elapsed"]) < 4.2, "what the command left of it, not all of it once more"


def test_acceptance_is_not_asked_of_a_failure(home: House) -> None:
    task = _outcome(home, "exit 1", accept="touch asked")
    assert task.state == "failed"
    assert not (home.root / "asked").exists()


def test_acceptance_has_a_time_limit_too(home: House) -> None:
    task = _outcome(home, "true", accept="sleep 60", timeout="300ms")
    assert task.state == "failed"
    assert "timed out after 0.30 s" in (task.result or "")


def test_a_time_limit_ends_the_command_and_all_it_started(home: House) -> None:
    began = time.monotonic()
    task = _outcome(home, "sleep 60 & echo $! > child; echo said; wait", timeout="500ms")
    assert time.monotonic() - began < 10
    assert task.state == "failed"
    assert (task.result or "").startswith("timed out after 0.50 s")
    assert "said" in (task.result or "")
    assert not alive(int((home.root / "child").read_text()))


def test_a_command_that_ignores_sigterm_is_killed(home: House) -> None:
    task = _outcome(home, "trap '' TERM; while :; do sleep 0.1; done", timeout="200ms")
    assert (task.result or "").startswith("timed out")


def test_exit_75_is_tried_later(home: House) -> None:
    agent = home.spawn("coder")
    moment = now()
    task = agent.assign("exit 75")
    until(lambda: home.task(task).not_before is not None, "it was put off")
    put_off = home.task(task)
    assert (put_off.state, put_off.crashes, put_off.assigned_to) == ("pending", 0, None)
    assert put_off.not_before is not None
    assert 25 < (put_off.not_before - moment).total_seconds() < 40
    score = home.town.connection.run("ZSCORE", home.town.keys.delayed, str(task))
    assert float(score) == pytest.approx(put_off.not_before.timestamp())
    (event,) = home.events("task.requeued")
    assert event.details["reason"].endswith("asked to be tried later (exit 75), tried again in 30 s")


@pytest.mark.parametrize("status", [0, 1])
def test_tt_task_complete_from_inside_wins(home: House, status: int) -> None:
    task = _outcome(home, f'{TT} task complete "$TINYTOWN_TASK_ID" --result said; sleep 0.2; exit {status}')
    until(lambda: home.agent("coder").state == "idle", "the agent is idle")
    assert (home.task(task.id).state, home.task(task.id).result) == ("completed", "said")
    assert len(home.events("task.completed")) == 1
    assert home.events("task.failed") == []


def test_tt_task_fail_from_inside_wins(home: House) -> None:
    task = _outcome(home, f'{TT} task fail "$TINYTOWN_TASK_ID" --error "no bricks"; exit 0')
    until(lambda: home.agent("coder").state == "idle", "the agent is idle")
    assert (home.task(task.id).state, home.task(task.id).result) == ("failed", "no bricks")


def test_huge_output_is_logged_whole_and_kept_in_part(home: House) -> None:
    task = _outcome(home, "head -c 10485760 /dev/zero | tr '\\0' x; echo END")
    assert task.state == "completed"
    assert (task.result or "").endswith("xEND")
    assert len(task.result or "") <= 64 * 1024
    assert (home.root / f".tt/logs/coder/{task.label}.1.log").stat().st_size == 10485764


def test_binary_output_is_harmless(home: House) -> None:
    task = _outcome(home, "head -c 100000 /dev/urandom; printf '\\377\\376\\000end'")
    assert task.state == "completed"
    assert (task.result or "").endswith("end")
    assert home.ended(home.town.agent("coder").assign("echo still here")).result == "still here"


def test_a_cli_may_ignore_its_input(build: Build) -> None:
    home = build('[agent_clis.deaf]\ncommand = "true"\n')
    agent = home.spawn("coder", "deaf")
    assert home.ended(agent.assign("x" * 1_000_000)).state == "completed"


def test_a_child_left_in_the_background_does_not_hold_the_task(home: House) -> None:
    began = time.monotonic()
    task = _outcome(home, "sleep 60 & echo $! > child; echo done")
    assert time.monotonic() - began < 10
    assert (task.state, task.result) == ("completed", "done")
    assert not alive(int((home.root / "child").read_text()))


def test_a_child_in_a_session_of_its_own_does_not_hold_the_task(home: House) -> None:
    task = _outcome(home, "setsid sh -c 'echo $$ > child; sleep 8' & until [ -s child ]; do :; done; echo done")
    assert (task.state, task.result) == ("completed", "done")
    child = int((home.root / "child").read_text())
    until(lambda: not alive(child), "the child ended by itself")


def test_a_command_that_cannot_be_run_fails_and_says_why(home: House) -> None:
    task = _outcome(home, "x", run="true " + "y" * 200_000)
    assert task.state == "failed"
    assert "Argument list too long" in (task.result or "")


def test_a_nul_in_a_command_fails_the_task_and_not_the_agent(home: House) -> None:
    task = _outcome(home, "x", run="echo a\0b")
    assert task.state == "failed"
    assert "could not run" in (task.result or "")
    assert home.ended(home.town.agent("coder").assign("echo fine")).result == "fine"


def test_a_second_attempt_has_a_log_of_its_own(home: House) -> None:
    agent = home.spawn("coder")
    task = agent.assign("echo $(ls | grep -c again); touch again")
    home.ended(task)
    held = home.town.ledger.find(str(task))
    home.town.ledger.change(held, held.value.rerun(), "requeued")
    conductor = home.conductor()
    until(lambda: home.task(task).attempt == 2 and home.task(task).ended, "it ran again")
    assert conductor.wait(20) == 0
    logs = sorted(path.name for path in (home.root / ".tt/logs/coder").iterdir())
    assert logs == [f"{home.task(task).label}.{attempt}.log" for attempt in (1, 2)]
