"""The laws of sync, over random plans and random interleavings of edits, runs, pushes and pulls."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from planner.sync.changes import Changes
from planner.sync.refusals import SyncConflictError, UnconfirmedError
from planner.sync.store import Store
from tests.sync_model import Row, Said, Verdict, pulled, pushed
from tests.sync_scene import STYLES, Scene, Style
from tinytown.connection import Connection
from tinytown.errors import UsageError
from tinytown.ids import new_id
from tinytown.keys import Keys
from tinytown.states import TASK_MOVES, TaskState
from tinytown.tasks import Priority, Task
from tinytown.transaction import Transaction

_TOWNS = count(1)
_RELAXED = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # to shrink one takes minutes
    max_examples=40,
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4).map("x{}".format)
STATUSES = st.sampled_from([None, None, "pending", "completed", "failed", "cancelled", "running", "assigned"])
PRIORITIES = st.sampled_from([priority.value for priority in Priority])
TAGS = st.sampled_from([(), ("p",), ("p", "q")])
Make = Callable[[Style], Scene]


@pytest.fixture
def scenes(connection: Connection) -> Iterator[Make]:
    with tempfile.TemporaryDirectory() as folder:

        def make(style: Style) -> Scene:
            town = f"law{next(_TOWNS)}"
            return Scene(Store(connection, Keys(town), town), Path(folder) / f"{town}.toml", style)

        yield make


def fresh(scene: Scene, data: st.DataObject) -> Said:
    """What a person writes of a task: it may wait for those that stand in the file."""
    above = [number for number, row in enumerate(scene.rows) if row.mine]
    needs = data.draw(st.lists(st.sampled_from(above), max_size=2, unique=True)) if above else []
    parent = data.draw(st.none() | st.sampled_from(above)) if above else None
    return Said(data.draw(TEXTS), data.draw(STATUSES), data.draw(PRIORITIES), data.draw(TAGS), parent, tuple(needs))


def add(scene: Scene, data: st.DataObject) -> None:
    """A person adds a task."""
    scene.rows.append(Row(f"n{len(scene.rows)}", fresh(scene, data)))
    scene.write()


def edit(scene: Scene, data: st.DataObject) -> None:
    """A person changes a task."""
    rows = [row for row in scene.rows if row.mine]
    if rows:
        row = data.draw(st.sampled_from(rows))
        assert row.mine
        above = [number for number, other in enumerate(scene.rows) if other.mine and number < scene.rows.index(row)]
        values: dict[str, st.SearchStrategy[Any]] = {
            "description": TEXTS,
            "status": STATUSES,
            "priority": PRIORITIES,
            "tags": TAGS,
        }
        if above:
            values["parent"] = st.none() | st.sampled_from(above)
            values["needs"] = st.lists(st.sampled_from(above), max_size=2, unique=True).map(tuple)
        what = data.draw(st.sampled_from(["description", "status", "status", *values]))
        row.mine = replace(row.mine, **{what: data.draw(values[what])})
        scene.write()


def shuffle(scene: Scene, data: st.DataObject) -> None:
    """A person moves tasks around."""
    scene.order = data.draw(st.permutations(range(len(scene.rows))))
    scene.write()


def drop(scene: Scene, data: st.DataObject) -> None:
    """A person takes out a task that no other one waits for."""
    wanted = {number for row in scene.rows if row.mine for number in (*row.mine.needs, row.mine.parent)}
    rows = [row for number, row in enumerate(scene.rows) if row.mine and number not in wanted]
    if rows:
        data.draw(st.sampled_from(rows)).mine = None
        scene.write()


def bring_back(scene: Scene, data: st.DataObject) -> None:
    """A person writes a task again that was taken out, under its old name or a new one."""
    rows = [row for row in scene.rows if not row.mine]
    if rows:
        row = data.draw(st.sampled_from(rows))
        said = fresh(scene, data)
        number = scene.rows.index(row)
        earlier = tuple(need for need in said.needs if need < number)
        parent = said.parent if said.parent is not None and said.parent < number else None
        row.mine = replace(said, needs=earlier, parent=parent)
        if data.draw(st.booleans()):
            scene.rename(row)
        scene.write()


def rename(scene: Scene, data: st.DataObject) -> None:
    """A person renames a task."""
    rows = [row for row in scene.rows if row.mine]
    if rows:
        scene.rename(data.draw(st.sampled_from(rows)))
        scene.write()


def work(scene: Scene, data: st.DataObject) -> None:
    """Something happens to a task in Redis."""
    rows = [row for row in scene.rows if row.theirs]
    if rows:
        row = data.draw(st.sampled_from(rows))
        assert row.theirs
        held = scene.held_row(row)
        task = held.value
        if data.draw(st.integers(0, 3)) == 0:
            after = task.evolve(description=data.draw(TEXTS), tags=data.draw(TAGS))
        else:
            # A completed task goes back to pending by somebody's wish only.
            targets = sorted(TASK_MOVES[task.state]) if task.state is not TaskState.COMPLETED else [task.state]
            target = data.draw(st.sampled_from(targets))
            after = task.assign(new_id()) if target is TaskState.ASSIGNED else task.evolve(state=target)
        scene.ledger.change(held, after, "changed")
        row.attempt = after.attempt
        row.theirs = replace(row.theirs, description=after.description, tags=after.tags, status=after.state.value)


def assign(scene: Scene, data: st.DataObject) -> None:
    """Somebody gives an agent a task that no plan knows."""
    task = Task.new(data.draw(TEXTS), agent="w")
    transaction = Transaction(scene.store.keys)
    transaction.create_task(task)
    transaction.commit(scene.store.connection)
    scene.unplanned.append(task)


def sync(scene: Scene, data: st.DataObject) -> None:
    """A push or a pull, and all that must hold of it."""
    before = scene.dump()
    there, back = scene.push(dry_run=True).changes, scene.pull(dry_run=True).changes
    assert scene.dump() == before, "a dry run writes nothing"
    assert scene.differences().empty == (there.empty and back.empty)
    data.draw(st.sampled_from([push, push, pull]))(scene, data)


def push(scene: Scene, data: st.DataObject) -> None:
    """A push on any terms does what the model says."""
    terms = {name: data.draw(st.sampled_from([False, False, True])) for name in ("force", "prune")}
    terms["cancel_running"] = terms["prune"] and data.draw(st.booleans())
    names = [row.label for row in scene.rows if row.mine or row.theirs]
    only = data.draw(st.none() | st.none() | st.lists(st.sampled_from(names), unique=True)) if names else None
    verdict = pushed(scene.rows, **terms, only=only)
    before, text = scene.dump(), scene.path.read_bytes()
    told: dict[str, Any] = {**terms, "only": None if only is None else tuple(only)}
    try:
        done = scene.push(agree=False, **told)
        assert not verdict.asks or verdict.conflicts, "what throws something away asks first"
    except UnconfirmedError:
        assert verdict.asks
        assert scene.dump() == before
        scene.push(**told)
    except SyncConflictError as error:
        _conflicted(verdict, error, scene, before)
        return
    except UsageError:
        assert only is not None
        assert scene.dump() == before
        return
    else:
        assert done.written or scene.dump() == before
    assert not verdict.conflicts, "no edit is lost without a conflict being reported"
    verdict.do()
    assert scene.path.read_bytes() == text, "a push leaves the file alone"
    scene.check(ties=only is None)
    then = scene.dump()
    if only is not None:  # those that went are unknown now
        told["only"] = tuple(row.label for row in scene.rows if row.label in only and (row.mine or row.theirs))
    assert not scene.push(agree=False, **told).written
    assert scene.dump() == then


def pull(scene: Scene, data: st.DataObject) -> None:
    """A pull does what the model says."""
    force = data.draw(st.sampled_from([False, False, True]))
    managed = data.draw(st.booleans())
    verdict = pulled(scene.rows, force=force)
    before = scene.dump()
    try:
        scene.pull(force=force, managed_only=managed)
    except SyncConflictError as error:
        _conflicted(verdict, error, scene, before)
        return
    assert not verdict.conflicts, "no edit is lost without a conflict being reported"
    verdict.do()
    if not managed:
        scene.appended()
    scene.check()
    then = scene.dump()
    assert not scene.pull(force=force, managed_only=managed).written
    assert scene.dump() == then


def _conflicted(verdict: Verdict, error: SyncConflictError, scene: Scene, before: object) -> None:
    named = {(change.id, change.field) for change in error.changes.conflicts}
    assert named == verdict.conflicts
    assert scene.dump() == before, "a conflict writes nothing"


EDITS = [add, edit, edit, edit, edit, shuffle, drop, bring_back, rename]
EVENTS = [work, work, work, work, assign]


def interleave(scenes: Make, data: st.DataObject, rounds: int) -> None:
    """Each round the person does something, something happens in Redis, and then both are brought together."""
    scene = scenes(data.draw(STYLES))
    for _ in range(data.draw(st.integers(2, 4))):
        add(scene, data)
    push(scene, data)
    for _ in range(rounds):
        for step in data.draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=3)):
            step(scene, data)
        for step in data.draw(st.lists(st.sampled_from(EVENTS), max_size=3)):
            step(scene, data)
        sync(scene, data)
    for _ in range(2):
        scene.push(force=True, prune=True, cancel_running=True)
        scene.pull()
    scene.settled()


@given(st.data())
@_RELAXED
def test_any_interleaving_is_what_the_model_says(scenes: Make, data: st.DataObject) -> None:
    interleave(scenes, data, 5)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@given(st.data())
@settings(_RELAXED, max_examples=3000)
def test_any_long_interleaving_is_what_the_model_says(scenes: Make, data: st.DataObject) -> None:
    interleave(scenes, data, 12)


@given(st.data())
@_RELAXED
def test_a_push_is_followed_by_nothing(scenes: Make, data: st.DataObject) -> None:
    scene = scenes(data.draw(STYLES))
    for _ in range(data.draw(st.integers(0, 5))):
        add(scene, data)
    scene.write()
    scene.push()
    scene.settled()


def test_changes_are_named(scenes: Make) -> None:
    """The checks above compare what is empty; this one makes sure that they can tell."""
    scene = scenes(Style("\n", bom=False, last_newline=True, gap=" ", comment=""))
    scene.rows.append(Row("one", Said("x")))
    scene.write()
    found: Changes = scene.differences()
    assert not found.empty
    assert [change.id for change in found.create] == ["one"]
