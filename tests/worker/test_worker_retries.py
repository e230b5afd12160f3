"""Failed attempts that are made again, by real agents."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from tests.towns import House, until
from tinytown.bury import bury
from tinytown.report import Report
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_THIRD_TIME = 'echo try >> tries; echo "no luck $(wc -l < tries)"; test $(wc -l < tries) -ge 3'


def planned(name: str, **fields: object) -> str:
    """A plan of one task."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in fields.items()]
    return "\n".join(["[[tasks]]", f'id = "{name}"', f'description = "{name}"', *lines, ""])


def verbs(home: House, task: str) -> list[str]:
    return [event.type.removeprefix("task.") for event in home.events("task.", task)]


def tries(home: House) -> int:
    return len((home.root / "tries").read_text().splitlines())


def test_a_failed_attempt_is_made_again_until_it_succeeds(home: House) -> None:
    home.push(planned("a", run=_THIRD_TIME, retries=2))
    home.spawn("w")
    assert home.conductor().wait(30) == 0
    done = home.task("a")
    assert (done.state, done.attempt, done.failures, done.crashes) == (TaskState.COMPLETED, 3, 2, 0)
    assert done.result == "no luck 3"
    assert done.last_error == "exit status 1\nno luck 2"
    once = ["assigned", "started"]
    assert verbs(home, "a") == ["created", *once, "retrying", *once, "retrying", *once, "completed"]
    first, second = home.events("task.retrying", "a")
    assert (first.attempt, first.state, first.agent) == (1, "pending", "w")
    assert first.details["error"] == "exit status 1: no luck 1"
    assert (first.details["delay"], second.attempt) == ("0.000", 2)
    logs = sorted(path.name for path in (home.root / ".tt/logs/w").glob("a.*.log"))
    assert logs == ["a.1.log", "a.2.log", "a.3.log"]


def test_when_no_retries_are_left_it_has_failed(home: House) -> None:
    home.push(planned("a", run=_THIRD_TIME, retries=1))
    home.spawn("w")
    assert home.conductor().wait(30) == 5
    lost = home.task("a")
    assert (lost.state, lost.attempt, lost.failures) == (TaskState.FAILED, 2, 2)
    assert lost.result == "exit status 1\nno luck 2"


def test_a_person_who_runs_it_again_gives_it_all_its_retries(home: House) -> None:
    home.push(planned("a", run="echo try >> tries; false", retries=1))
    home.spawn("w")
    assert home.conductor().wait(30) == 5
    assert tries(home) == 2
    held = home.town.ledger.find("a")
    home.town.ledger.change(held, held.value.rerun(), "requeued")
    assert home.task("a").failures == 0
    assert home.conductor().wait(30) == 5
    assert tries(home) == 4
    assert home.task("a").attempt == 4


def test_the_pause_is_kept_and_told(home: House) -> None:
    home.push(planned("a", run=_THIRD_TIME, retries=2, retry_delay="300ms"))
    home.spawn("w")
    assert home.conductor().wait(30) == 0
    begun = [event.at for event in home.events("task.started", "a")]
    ends = home.events("task.retrying", "a")
    for end, start, base in zip(ends, begun[1:], (0.3, 0.6), strict=True):
        delay = float(end.details["delay"])
        assert base * 0.9 <= delay <= base * 1.1
        assert start > end.at
        assert _between(end.at, start) >= delay - 0.01
    assert home.town.connection.run("ZCARD", home.town.keys.delayed) == 0


def _between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)) / timedelta(seconds=1)


def test_to_try_later_burns_no_retry(home: House) -> None:
    home.push(planned("a", run="echo try >> tries; exit 75", retries=1))
    home.spawn("w")
    home.conductor("--watch")
    until(lambda: len(home.events("task.requeued", "a")) == 1, "it asked to be tried later")
    task = home.task("a")
    assert (task.failures, task.last_error, task.not_before is not None) == (0, None, True)


def test_to_try_later_keeps_to_the_pause_of_the_task(home: House) -> None:
    home.push(planned("a", run="echo try >> tries; test $(wc -l < tries) -ge 4 || exit 75", retry_delay="300ms"))
    home.spawn("w")
    assert home.conductor().wait(30) == 0
    told = [event.details["reason"] for event in home.events("task.requeued", "a")]
    assert told == ["a asked to be tried later (exit 75), tried again in 0.30 s"] * 3
    begun = [event.at for event in home.events("task.started", "a")]
    ends = [event.at for event in home.events("task.requeued", "a")]
    assert all(_between(end, start) >= 0.29 for end, start in zip(ends, begun[1:], strict=True))


def test_a_time_limit_and_a_refused_acceptance_are_failures_too(home: House) -> None:
    home.push(
        planned("slow", run="sleep 30", timeout="200ms", retries=1)
        + planned("poor", run="true", accept="echo try >> tries; test $(wc -l < tries) -ge 2", retries=1)
    )
    home.spawn("w")
    assert home.conductor().wait(40) == 5
    slow, poor = home.task("slow"), home.task("poor")
    assert (slow.state, slow.failures) == (TaskState.FAILED, 2)
    assert str(slow.last_error).startswith("timed out after 0.20 s")
    assert (poor.state, poor.failures) == (TaskState.COMPLETED, 1)
    assert str(poor.last_error).startswith("not accepted: ")


_HOPELESS = """
cat > prompt.$(ls | grep -c prompt)
cp "$TINYTOWN_CONTEXT" context
echo hopeless >&2
exit 3
"""


def test_the_next_attempt_is_told_how_the_last_one_failed(build: Callable[..., House], tmp_path: Path) -> None:
    script = tmp_path / "cli.sh"
    script.write_text(_HOPELESS)
    home = build(f'[agent_clis.own]\ncommand = "sh {script}"\n')
    home.push(planned("a", agent="w", retries=1))
    home.spawn("w", "own")
    assert home.conductor().wait(30) == 5
    prompts = [(home.root / f"prompt.{number}").read_text() for number in (0, 1)]
    assert "How the last attempt failed" not in prompts[0]
    assert "# How the last attempt failed\n\nexit status 3\nhopeless" in prompts[1]
    told = json.loads((home.root / "context").read_text())["task"]
    assert (told["attempt"], told["last_error"]) == (2, "exit status 3\nhopeless")


def test_its_own_cli_fails_the_attempt_and_a_person_the_task(home: House) -> None:
    home.push(planned("a", run="tt task fail a --error 'not today'; echo try >> tries; exit 0", retries=1))
    home.spawn("w")
    assert home.conductor().wait(30) == 5
    lost = home.task("a")
    assert (lost.state, lost.attempt, lost.result) == (TaskState.FAILED, 2, "not today")
    assert lost.last_error == "not today"
    assert tries(home) == 2, "the first attempt went on to its end before the second began"
    assert verbs(home, "a")[2:5] == ["started", "given_up", "retrying"]
    assert "it is tried again when you end" in (home.root / ".tt/logs/w/a.1.log").read_text()


def test_a_failure_by_a_persons_hand_is_final(home: House) -> None:
    home.push(planned("a", run="sleep 30", retries=5))
    home.spawn("w")
    home.conductor("--watch")
    home.running("a")
    assert home.tt("task", "fail", "a", "--error", "enough").returncode == 0
    assert (home.task("a").state, home.task("a").result) == (TaskState.FAILED, "enough")


def test_a_failure_that_could_not_be_reported_is_tried_again_by_whoever_finds_it(home: House) -> None:
    mine = home.spawn("w").id
    key = home.create(Task.new("x", agent="w", retries=1, plan_id="lost").assign(mine).start())
    agent, task = home.town.roster.get(mine), home.town.ledger.get(key)
    assert agent is not None
    assert task is not None
    report = Report(task=key, attempt=1, state=TaskState.FAILED, result="broken")
    burial = Transaction(home.town.keys)
    bury(burial, home.town.connection, agent, [task], report=report)
    burial.commit(home.town.connection)
    after = home.task(key)
    assert (after.state, after.failures, after.crashes, after.last_error) == (TaskState.PENDING, 1, 0, "broken")


def test_attempts_of_one_task_never_overlap(home: House, tmp_path: Path) -> None:
    busy = tmp_path / "busy"
    run = f"mkdir {busy} || echo overlap >> overlaps; tt task fail a; sleep 0.3; rmdir {busy}; echo try >> tries"
    home.push(planned("a", run=run, retries=3))
    home.spawn("w")
    home.spawn("v")
    assert home.conductor().wait(40) == 5
    assert (home.task("a").attempt, home.task("a").failures) == (4, 4)
    assert tries(home) >= 3, "all but the last, which may not have ended yet"
    assert not (home.root / "overlaps").exists()
