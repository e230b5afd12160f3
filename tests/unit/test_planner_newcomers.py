"""New tasks, from the file and from Redis, and what belongs to the plan as a whole."""

from planner.read import require_plan
from planner.sync.changes import Side
from planner.sync.compare import compare
from planner.sync.known import Remembered, recall
from planner.sync.outcome import pushed
from tinytown.ids import task_id
from tinytown.states import TaskState
from tinytown.tasks import Task

TOWN = "t"


def test_a_created_task_has_the_whole_definition() -> None:
    text = b"""[[tasks]]
id = "g"
description = "G"
[[tasks]]
id = "a"
description = "d"
agent = "x"
parent = "g"
needs = ["b"]
tags = ["t"]
accept = "true"
timeout = "5m"
priority = "high"
[[tasks]]
id = "b"
run = "make"
"""
    plan = require_plan(text)
    made = {w.name: w.after for w in pushed(compare(plan, Remembered()).push(), plan, Remembered(), TOWN)}
    task = made["a"]
    assert task is not None
    assert (task.plan_id, task.agent, task.parent_id) == ("a", "x", task_id(TOWN, "g"))
    assert (task.needs, task.tags, task.accept, task.timeout) == (("b",), ("t",), "true", "5m")
    assert (task.priority, task.order, task.group) == ("high", 1, False)
    group, command = made["g"], made["b"]
    assert group is not None
    assert command is not None
    assert (group.group, command.run) == (True, "make")


def test_meta_and_team_belong_to_the_file() -> None:
    plan = require_plan(b'[meta]\ndescription = "x"\n[agents.a]\n')
    changes = compare(plan, Remembered())
    assert [(c.id, c.field, c.file) for c in changes.update] == [
        (None, "meta.description", "x"),
        (None, "agents", [{"name": "a", "cli": None, "role": None, "replicas": 1, "idle_timeout": None}]),
    ]
    assert changes.pull().empty
    assert compare(plan, Remembered(meta={"description": "x"}, team=plan.team)).empty


def test_tasks_that_only_redis_knows_are_offered_to_the_file() -> None:
    task, silent = Task.new("by hand", agent="w"), Task.new("  ")
    known = Remembered(unplanned=[task, silent])
    changes = compare(require_plan(b""), known)
    (new,) = changes.pull().create
    assert new.id == f"task-{task.id.hex[:8]}"
    assert new.live == {"id": new.id, "description": "by hand", "agent": "w", "status": "pending"}
    assert changes.push().empty


def test_the_id_of_an_appended_task_grows_if_it_is_taken() -> None:
    task = Task.new("x")
    text = f'[[tasks]]\nid = "task-{task.id.hex[:8]}"\nrun = "x"\n'.encode()
    name = f"task-{task.id.hex[:8]}"
    live = Task(id=task_id(TOWN, name), plan_id=name, description="x", run="x")
    offered = compare(require_plan(text), Remembered(live={name: live}, unplanned=[task])).pull().create
    assert [change.id for change in offered] == [f"task-{task.id.hex[:12]}"]


def test_an_appended_entry_finds_its_task_again() -> None:
    task = Task.new("x", agent="w", state=TaskState.COMPLETED)
    name = f"task-{task.id.hex[:8]}"
    plan = require_plan(
        f'[[tasks]]\nid = "{name}"\ndescription = "x"\nagent = "v"\nstatus = "completed"\n'.encode()
    )
    known = recall(plan, Remembered(unplanned=[task]))
    assert known.unplanned == []
    changes = compare(plan, known).push()
    assert [(c.field, c.side) for c in changes.update] == [("agent", Side.FILE), ("status", Side.BOTH)]
    (write,) = pushed(changes, plan, known, TOWN)
    assert write.after is not None
    assert (write.after.id, write.after.plan_id, write.after.agent, write.after.state) == (
        task.id,
        name,
        "v",
        TaskState.COMPLETED,
    )
