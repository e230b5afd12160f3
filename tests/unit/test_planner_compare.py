"""The three-way comparison, by the table."""

from collections.abc import Mapping
from typing import Any

import pytest

from planner.plan import Entry, Plan
from planner.read import require_plan
from planner.sync.changes import Changes, Side
from planner.sync.compare import compare
from planner.sync.known import Remembered
from planner.sync.outcome import Write, pushed
from tinytown.ids import task_id
from tinytown.states import TaskState
from tinytown.tasks import Task

TOWN = "t"
P, A, R = TaskState.PENDING, TaskState.ASSIGNED, TaskState.RUNNING
C, F, X = TaskState.COMPLETED, TaskState.FAILED, TaskState.CANCELLED


def plan_of(description: str = "d", status: TaskState | None = P, more: str = "") -> Plan:
    told = f'status = "{status}"\n' if status else ""
    return require_plan(f'[[tasks]]\nid = "a"\ndescription = "{description}"\n{told}{more}'.encode())


def known_of(
    base: Mapping[str, Any] | None = None, live: Mapping[str, Any] | None = None, name: str = "a"
) -> Remembered:
    entry = {"id": name, "description": "d", "status": P, **(base or {})}
    task = {"id": task_id(TOWN, name), "plan_id": name, "description": "d", **(live or {})}
    return Remembered(
        base={} if base is None else {name: Entry(**entry)}, live={} if live is None else {name: Task(**task)}
    )


def told(changes: Changes) -> list[tuple[str, str | None, Side]]:
    return [
        (what, change.field, change.side) for what in ("update", "conflicts") for change in getattr(changes, what)
    ]


def write_of(changes: Changes, plan: Plan, known: Remembered) -> Write:
    (write,) = pushed(changes, plan, known, TOWN)
    return write


@pytest.mark.parametrize(
    ("base", "file", "live", "side"),
    [
        ("d", "d", "d", None),
        ("d", "new", "d", Side.FILE),
        ("d", "d", "new", Side.LIVE),
        ("d", "new", "new", Side.BOTH),
        ("d", "mine", "theirs", Side.AGAINST),
    ],
)
def test_a_definition_follows_the_table(base: str, file: str, live: str, side: Side | None) -> None:
    known = known_of({"description": base}, {"description": live})
    changes = compare(plan_of(file), known)
    where = "conflicts" if side is Side.AGAINST else "update"
    assert told(changes) == ([(where, "description", side)] if side else [])
    assert changes.empty is (side is None)
    assert changes.push().empty is (side in (None, Side.LIVE))
    assert changes.pull().empty is (side in (None, Side.FILE))
    assert changes.unchanged == (side is None)


@pytest.mark.parametrize(
    ("base", "file", "live", "side"),
    [
        (P, P, P, None),
        (P, P, R, Side.LIVE),
        (P, C, P, Side.FILE),
        (P, C, C, Side.BOTH),
        (P, C, F, Side.AGAINST),
        (P, X, R, Side.AGAINST),
        (C, P, C, Side.FILE),
        (R, R, C, Side.LIVE),
        # Nobody but the runtime can say assigned or running; nothing said is no opinion.
        (P, R, P, None),
        (P, R, R, Side.BOTH),
        (P, R, C, Side.LIVE),
        (C, None, C, None),
        (C, None, P, Side.LIVE),
    ],
)
def test_a_status_follows_the_table(
    base: TaskState, file: TaskState | None, live: TaskState, side: Side | None
) -> None:
    changes = compare(plan_of(status=file), known_of({"status": base}, {"state": live}))
    where = "conflicts" if side is Side.AGAINST else "update"
    assert told(changes) == ([(where, "status", side)] if side else [])


@pytest.mark.parametrize("live", [A, R])
@pytest.mark.parametrize("file", [P, C, F, X])
def test_an_intent_on_a_task_under_way_needs_force(live: TaskState, file: TaskState) -> None:
    known = known_of({"status": live}, {"state": live, "attempt": 1})
    plan = plan_of(status=file)
    changes = compare(plan, known)
    assert [change.reason for change in changes.push().conflicts] == [f"the task is {live}"]
    assert changes.pull().empty
    forced = changes.push().forced(Side.FILE)
    write = write_of(forced, plan, known)
    assert write.after is not None
    assert write.after.state is file
    assert not forced.needs_confirmation


@pytest.mark.parametrize("origin", [P, C, F, X])
@pytest.mark.parametrize("target", [P, C, F, X])
def test_every_intent_on_a_task_at_rest_is_carried_out(origin: TaskState, target: TaskState) -> None:
    known = known_of({"status": origin}, {"state": origin, "attempt": 3, "crashes": 2, "result": "r"})
    plan = plan_of(status=target)
    changes = compare(plan, known).push()
    if origin is target:
        assert changes.empty
        return
    write = write_of(changes, plan, known)
    assert write.after is not None
    assert write.base is not None
    assert (write.after.state, write.base.status) == (target, target)
    assert write.events == ({P: "requeued", C: "completed", F: "failed", X: "cancelled"}[target],)
    assert bool(changes.needs_confirmation) is (origin is C)
    if target is P:
        assert (write.after.result, write.after.crashes, write.after.attempt) == (None, 0, 3)


@pytest.mark.parametrize("status", [P, A, R, C, F, X])
def test_a_new_entry_is_created_as_it_says(status: TaskState) -> None:
    plan = plan_of(status=status)
    changes = compare(plan, Remembered()).push()
    (created,) = changes.create
    assert (created.id, created.field, created.base, created.live) == ("a", None, None, None)
    assert created.file == {"id": "a", "description": "d", "status": status.value}
    write = write_of(changes, plan, Remembered())
    expected = P if status in (A, R) else status
    assert write.after is not None
    assert write.base is not None
    assert (write.after.state, write.base.status) == (expected, expected)
    assert write.after.id == task_id(TOWN, "a")


def test_a_definition_changed_while_running_leaves_the_state_alone() -> None:
    live = {"state": R, "attempt": 1, "result": None}
    plan, known = plan_of("new"), known_of({}, live)
    write = write_of(compare(plan, known).push(), plan, known)
    assert write.before is not None
    assert write.after is not None
    assert write.after == write.before.evolve(description="new", updated_at=write.after.updated_at)
    assert write.events == ("updated",)
    assert write.base is not None
    assert (write.base.description, write.base.status) == ("new", P)


def test_fields_changed_apart_do_not_meet() -> None:
    plan = plan_of("new")
    known = known_of({}, {"agent": "x", "state": C})
    changes = compare(plan, known)
    assert [c.field for c in changes.push().update] == ["description"]
    assert [c.field for c in changes.push().reported] == ["agent", "status"]
    assert [c.field for c in changes.pull().update] == ["agent", "status"]


EMPTY = b""


def test_a_task_taken_out_before_it_started_is_deleted() -> None:
    known = known_of({}, {})
    changes = compare(require_plan(EMPTY), known).push()
    (deleted,) = changes.delete
    assert deleted.id == "a"
    assert changes.needs_confirmation == (deleted,)
    write = write_of(changes, require_plan(EMPTY), known)
    assert (write.after, write.base, write.events) == (None, None, ("deleted",))


@pytest.mark.parametrize(
    ("live", "reason"),
    [
        ({"state": C}, "it is completed"),
        ({"state": A, "attempt": 1}, "it is assigned"),
    ],
)
def test_a_task_that_has_begun_is_kept_and_reported(live: Mapping[str, Any], reason: str) -> None:
    changes = compare(require_plan(EMPTY), known_of({}, live))
    assert changes.empty
    assert [(change.id, change.reason) for change in changes.kept] == [("a", reason)]


def test_a_task_taken_out_here_and_changed_there_is_a_conflict() -> None:
    changes = compare(require_plan(EMPTY), known_of({}, {"description": "theirs"}))
    assert [c.reason for c in changes.push().conflicts] == ["taken out of the file, and changed in Redis"]
    assert [c.id for c in changes.push().forced(Side.FILE).delete] == ["a"]
    assert changes.pull().empty


def test_a_base_that_nothing_belongs_to_is_forgotten() -> None:
    known = known_of({})
    plan = require_plan(EMPTY)
    changes = compare(plan, known).push()
    assert write_of(changes, plan, known) == Write("a", None, None, None)


def test_without_a_base_equal_is_equal_and_unequal_is_a_conflict() -> None:
    assert told(compare(plan_of(), known_of(None, {}))) == []
    assert compare(plan_of(), known_of(None, {})).derived == {"a"}
    assert told(compare(plan_of("x"), known_of(None, {}))) == [("conflicts", "description", Side.AGAINST)]


def test_order_and_group_follow_without_a_word() -> None:
    plan = plan_of(more='[[tasks]]\nid = "b"\ndescription = "d"\nparent = "a"\n')
    known = known_of({}, {})
    changes = compare(plan, known).push()
    assert changes.update == ()
    assert changes.derived == {"a"}
    write = next(w for w in pushed(changes, plan, known, TOWN) if w.name == "a")
    assert write.after is not None
    assert write.base is not None
    assert (write.after.group, write.base.group, write.events) == (True, True, ())


def test_a_parent_change_is_told_in_plan_ids() -> None:
    more = 'parent = "b"\n[[tasks]]\nid = "b"\nrun = "x"\n'
    plan, known = plan_of(more=more), known_of({}, {})
    changes = compare(plan, known).push()
    (change,) = changes.update
    assert (change.field, change.base, change.file, change.live) == ("parent", None, "b", None)
    assert (change.line, change.column) == (5, 10)
    write = next(w for w in pushed(changes, plan, known, TOWN) if w.name == "a")
    assert write.after is not None
    assert write.after.parent_id == task_id(TOWN, "b")


def test_only_some_tasks() -> None:
    plan = plan_of("new", more='[[tasks]]\nid = "b"\nrun = "x"\n[meta]\ndescription = "y"\n')
    changes = compare(plan, known_of({}, {})).push()
    assert [c.id for c in changes.only(["a"]).update] == ["a"]
    assert changes.only(["a"]).create == ()
    assert [c.id for c in changes.only(["b"]).create] == ["b"]


def test_changes_as_json() -> None:
    changes = compare(plan_of("new"), known_of({}, {}))
    assert changes.as_dict() == {
        "create": [],
        "update": [
            {"id": "a", "field": "description", "base": "d", "file": "new", "live": "d", "line": 3, "column": 15}
        ],
        "delete": [],
        "conflicts": [],
        "kept": [],
        "unchanged": 0,
        "unfinished": False,
    }
