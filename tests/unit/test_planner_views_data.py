"""The plan as JSON, the choice of tasks, and the sums of work."""

import json

import pytest

from planner.read import require_plan
from planner.views.data import plan_data
from planner.views.scene import Scene
from planner.views.state import Live, Lives
from planner.views.wanted import Wanted
from planner.views.work import brief
from tinytown.states import TaskState

PLAN = b"""\
[meta]
description = "Auth"
on_failure = "stop"
max_parallel = 2
[pools]
gpu = 1
[agents.dev]
replicas = 3
[agents.qa]
role = "tester"
[[tasks]]
id = "epic"
description = "All"
tags = ["auth"]
[[tasks]]
id = "two"
description = "Second\\nline"
role = "tester"
parent = "epic"
needs = ["one", "cmd"]
when = "all_done"
retries = 2
retry_delay = "30s"
timeout = "20m"
priority = "high"
estimate = "30m"
approval = true
pool = "gpu"
tags = ["auth", "slow"]
was = "second"
[[tasks]]
id = "one"
description = "First"
agent = "dev"
parent = "epic"
estimate = "1h"
[[tasks]]
id = "cmd"
run = "make -j"
accept = "true"
status = "completed"
"""


def scene(wanted: Wanted | None = None, live: Lives | None = None) -> Scene:
    return Scene(require_plan(PLAN), live, wanted or Wanted())


def test_everything_that_the_file_says() -> None:
    data = json.loads(json.dumps(plan_data(scene())))
    tasks = {task["id"]: task for task in data.pop("tasks")}
    assert data == {
        "meta": {
            "description": "Auth",
            "default_agent": None,
            "on_failure": "stop",
            "max_parallel": 2,
            "pools": {"gpu": 1},
        },
        "agents": [
            {"name": "dev", "cli": None, "role": None, "replicas": 3, "idle_timeout": None},
            {"name": "qa", "cli": None, "role": "tester", "replicas": 1, "idle_timeout": None},
        ],
        "progress": {
            "tasks": 3,
            "groups": 1,
            "pending": 2,
            "assigned": 0,
            "running": 0,
            "completed": 1,
            "failed": 0,
            "cancelled": 0,
        },
        "critical_path": {"tasks": ["one", "two"], "seconds": 5400.0},
        "work_seconds": 5400.0,
        "unestimated": 1,
        "known_by": {"estimate": 2},
        "eta": None,
        "left": {"critical_path": {"tasks": ["one", "two"], "seconds": 5400.0}, "work_seconds": 5400.0, "tasks": 2},
    }
    assert list(tasks) == ["epic", "two", "one", "cmd"]
    assert tasks["two"] == {
        "id": "two",
        "description": "Second\nline",
        "state": "pending",
        "agent": None,
        "role": "tester",
        "parent": "epic",
        "needs": ["one", "cmd"],
        "group": False,
        "wave": 2,
        "critical": True,
        "completed": None,
        "members": None,
        "held_by": None,
        "attempt": None,
        "run": None,
        "accept": None,
        "when": "all_done",
        "retries": 2,
        "retry_delay": "30s",
        "timeout": "20m",
        "priority": "high",
        "estimate": "30m",
        "took": None,
        "approval": True,
        "pool": "gpu",
        "tags": ["auth", "slow"],
        "was": "second",
    }
    epic = tasks["epic"]
    assert (epic["group"], epic["members"], epic["completed"], epic["critical"]) == (True, 2, 0, False)


def test_live_states_come_before_the_file_s() -> None:
    data = plan_data(scene(live={"one": Live(TaskState.RUNNING, 2, "dev-3"), "cmd": Live(TaskState.PENDING)}))
    seen = {task["id"]: (task["state"], task["held_by"], task["attempt"]) for task in data["tasks"]}
    assert seen == {
        "epic": ("pending", None, None),
        "two": ("pending", None, None),
        "one": ("running", "dev-3", 2),
        "cmd": ("pending", None, 0),
    }


def test_without_estimates_there_are_no_seconds() -> None:
    plan = require_plan(b'[[tasks]]\nid = "a"\nrun = "x"\n[[tasks]]\nid = "b"\nrun = "x"\nparent = "a"\n')
    data = plan_data(Scene(plan))
    assert data["critical_path"] == {"tasks": ["a", "b"], "seconds": None}
    assert (data["work_seconds"], data["unestimated"]) == (None, 2)


def test_an_empty_plan() -> None:
    data = plan_data(Scene(require_plan(b"")))
    assert (data["tasks"], data["critical_path"]) == ([], {"tasks": [], "seconds": None})


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (Wanted(), ["epic", "two", "one", "cmd"]),
        (Wanted(tags=("auth",)), ["epic", "two"]),
        (Wanted(tags=("slow", "none")), ["two"]),
        (Wanted(tags=("auth",), agents=("dev",)), []),
        (Wanted(agents=("dev",)), ["one"]),
        (Wanted(agents=("dev-3",)), ["one"]),
        (Wanted(agents=("dev-4",)), []),
        (Wanted(agents=("tester",)), ["two"]),
        (Wanted(agents=("qa",)), ["two"]),
        (Wanted(agents=("night-shift",)), ["cmd"]),
        (Wanted(states=(TaskState.RUNNING, TaskState.COMPLETED)), ["one", "cmd"]),
        (Wanted(agents=("dev",), states=(TaskState.PENDING,)), []),
    ],
)
def test_a_choice(wanted: Wanted, chosen: list[str]) -> None:
    live = {"one": Live(TaskState.RUNNING, 1, "dev"), "cmd": Live(TaskState.COMPLETED, 1, "night-shift")}
    data = plan_data(scene(wanted, live))
    assert [task["id"] for task in data["tasks"]] == chosen
    assert data["critical_path"]["tasks"] == ["one", "two"]
    assert data["progress"]["tasks"] + data["progress"]["groups"] == len(chosen)


def test_a_choice_as_one_types_it_and_what_was_probably_meant() -> None:
    wanted = Wanted(("auht",), ("qa",), (TaskState.FAILED,))
    assert wanted.told() == "--tag auht --agent qa --status failed"
    assert wanted.guess(require_plan(PLAN)) == "auth"
    assert Wanted(agents=("testr",)).guess(require_plan(PLAN)) == "tester"
    assert Wanted(tags=("slow",), states=(TaskState.FAILED,)).guess(require_plan(PLAN)) is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (1.5, "1.5s"), (45, "45s"), (60, "1m"), (4800, "1h20m"), (90061, "1d1h1m1s"), (7200.4, "2h")],
)
def test_durations_as_the_plan_writes_them(seconds: float, text: str) -> None:
    assert brief(seconds) == text
