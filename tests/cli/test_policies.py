"""The policies of a plan, from tasks.toml to the exit status."""

import json

import pytest

from tests.cli.shell import Answer, Shell


def conducted(tt: Shell, plan: str, agents: int = 3) -> Answer:
    """What a conductor says of a plan that some agents do."""
    (tt.folder / "tasks.toml").write_text(plan)
    tt.told("sync", "push")
    for number in range(agents):
        tt.told("spawn", f"w{number}")
    return tt("conductor", "--json")


def states(tt: Shell) -> dict[str, str]:
    return {task["plan_id"]: task["state"] for task in tt.document("tasks")}


def task(name: str, *lines: str, run: str = "true") -> str:
    return "\n".join(["[[tasks]]", f'id = "{name}"', f"run = {json.dumps(run)}", *lines, "\n"])


PATHS = (
    task("rollback", 'needs = ["deploy"]', 'when = "one_failed"')
    + task("tell", 'needs = ["rollback"]')
    + task("clean", 'needs = ["deploy", "rollback"]', 'when = "all_done"')
    + task("close", 'needs = ["deploy", "tell"]', 'when = "none_failed"')
)


def test_the_path_of_failure_is_not_needed_when_all_goes_well(tt: Shell) -> None:
    answer = conducted(tt, task("deploy") + PATHS)
    assert states(tt) == {
        "deploy": "completed",
        "rollback": "cancelled",
        "tell": "cancelled",
        "clean": "completed",
        "close": "completed",
    }
    assert answer.status == 0
    summary = json.loads(answer.out.splitlines()[-1])
    assert summary["unfinished"] == [
        {"id": "rollback", "state": "cancelled", "why": "not needed: deploy did not fail"},
        {"id": "tell", "state": "cancelled", "why": "not needed: rollback was not needed"},
    ]
    told = [event for event in map(json.loads, answer.out.splitlines()) if event["type"] == "task.skipped"]
    assert [(event["plan_id"], event["reason"]) for event in told] == [
        ("rollback", "not needed: deploy did not fail"),
        ("tell", "not needed: rollback was not needed"),
    ]


def test_the_path_of_failure_is_taken_when_it_does_not(tt: Shell) -> None:
    assert conducted(tt, task("deploy", run="false") + PATHS).status == 5
    assert states(tt) == {
        "deploy": "failed",
        "rollback": "completed",
        "tell": "completed",
        "clean": "completed",
        "close": "pending",
    }


def _most_at_once(tt: Shell) -> int:
    """By the tasks' own account: each notes how many were there when it came."""
    return max(map(int, (tt.folder / "seen").read_text().split()))


_COUNT = "mkdir -p here && touch here/$$ && ls here | wc -l >> seen && sleep 0.15 && rm here/$$"


@pytest.mark.parametrize(
    ("head", "line"), [("[meta]\nmax_parallel = 2\n", ""), ("[pools]\ngpu = 2\n", 'pool = "gpu"')]
)
def test_no_more_run_at_once_than_allowed(tt: Shell, head: str, line: str) -> None:
    plan = head + "".join(task(f"t{number}", line, run=_COUNT) for number in range(8))
    assert conducted(tt, plan).status == 0
    assert _most_at_once(tt) == 2
    assert len((tt.folder / "seen").read_text().split()) == 8


def test_after_a_failure_a_plan_that_stops_releases_nothing_more(tt: Shell) -> None:
    tasks = [task("a", run="false"), task("b", 'needs = ["c"]'), task("c", run="sleep 1")]
    answer = conducted(tt, '[meta]\non_failure = "stop"\n' + "".join(tasks))
    assert answer.status == 5
    assert states(tt) == {"a": "failed", "b": "pending", "c": "completed"}
    (reason,) = [one for one in tt.document("why", "b")["reasons"] if one["code"] != "no_conductor"]
    assert reason == {
        "code": "town_paused",
        "message": 'nothing more is released after a failure, as on_failure = "stop" says: a failed',
    }
    assert tt.told("task", "complete", "a")
    assert tt("conductor").status == 0


def test_the_limit_is_told(tt: Shell) -> None:
    plan = "[meta]\nmax_parallel = 1\n" + task("a", run="sleep 30") + task("b")
    (tt.folder / "tasks.toml").write_text(plan)
    tt.told("sync", "push")
    for name in ("w0", "w1"):
        tt.told("spawn", name)
    conductor = tt.start("conductor", "--watch")
    tt.await_state("a", "running")
    assert tt.document("why", "b")["reasons"] == [
        {"code": "limit", "message": "waits its turn: max_parallel allows 1 at once: a", "limit": "max_parallel"}
    ]
    conductor.terminate()
    conductor.communicate(timeout=30)
