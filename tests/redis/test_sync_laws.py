"""The laws of sync, over random plans and random interleavings of edits, runs, pushes and pulls."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.read import require_plan
from planner.sync.changes import Changes
from planner.sync.pull import pull
from planner.sync.push import Terms, differences, push
from planner.sync.refusals import SyncConflictError
from planner.sync.store import Store
from tinytown.connection import Connection
from tinytown.keys import Keys
from tinytown.ledger import Ledger
from tinytown.states import TASK_MOVES, TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_TOWNS = count(1)
_RELAXED = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8).map("x{}".format)
SPACES = st.sampled_from(["", " ", "\t", "   "])
COMMENTS = st.sampled_from(["", " # c", ' # status = "x"', "\t# ü"])
STATUSES = st.sampled_from(["pending", "completed", "failed", "cancelled", "running", "assigned"])
BOM = "\ufeff"


@dataclass
class Style:
    """How a person spells a file."""

    newline: str
    bom: bool
    last_newline: bool
    gap: str
    comment: str


STYLES = st.builds(Style, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans(), SPACES, COMMENTS)


@dataclass
class Scene:
    """A town and a file, and what a person would say is in them."""

    store: Store
    path: Path
    style: Style
    entries: list[dict[str, Any]] = field(default_factory=list)
    base: dict[str, str] = field(default_factory=dict)
    """The descriptions as last synced."""
    asked: set[str] = field(default_factory=set)
    """Whose status a person has written since the last push."""

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.store.connection, self.store.keys, self.store.town)

    def write(self) -> None:
        lines = ["# a plan", "[meta]", f"description = 'd'{self.style.comment}"]
        for entry in self.entries:
            lines += ["", f"[[tasks]]{self.style.comment}"]
            for key, value in entry.items():
                spelled = tomlkit.item(value).as_string()
                lines.append(f"{self.style.gap}{key} ={self.style.gap}{spelled}{self.style.comment}")
        text = self.style.newline.join([*lines, "" if self.style.last_newline else "# end"])
        self.path.write_bytes(((BOM if self.style.bom else "") + text).encode())

    def read(self) -> None:
        """The person looks at what the file says now."""
        values = require_plan(self.path).document.values
        self.entries = [dict(entry) for entry in values.get("tasks", [])]

    def live(self) -> dict[str, Task]:
        return {h.value.plan_id: h.value for h in self.ledger.all().values() if h.value.plan_id}

    def dump(self) -> Any:
        run, keys = self.store.connection.run, self.store.keys
        flat = run("HGETALL", keys.plan)
        texts = {str(h.value.id): h.text for h in self.ledger.all().values()}
        events = run("XLEN", keys.events)
        return dict(zip(flat[::2], flat[1::2], strict=True)), texts, events, self.path.read_bytes()

    def conflicted(self) -> set[str]:
        """The tasks whose description was changed on both sides, differently."""
        live = self.live()
        return {
            entry["id"]
            for entry in self.entries
            if entry["id"] in live
            and len({self.base.get(entry["id"]), entry["description"], live[entry["id"]].description}) == 3
        }


@pytest.fixture
def scenes(connection: Connection) -> Iterator[Callable[[Style], Scene]]:
    with tempfile.TemporaryDirectory() as folder:

        def make(style: Style) -> Scene:
            town = f"law{next(_TOWNS)}"
            path = Path(folder) / f"{town}.toml"
            return Scene(Store(connection, Keys(town), town), path, style)

        yield make


@st.composite
def entry_lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for number in range(draw(st.sampled_from([0, 1, 1, 2, 4]))):
        entry: dict[str, Any] = {"id": f"t{number}", "description": draw(TEXTS)}
        if draw(st.booleans()):
            entry["status"] = draw(STATUSES)
        if number and draw(st.booleans()):
            entry["parent"] = f"t{number - 1}"
        elif number and draw(st.booleans()):
            entry["needs"] = [f"t{number - 1}"]
        if draw(st.booleans()):
            entry |= draw(st.sampled_from([{"agent": "w"}, {"role": "r"}, {"run": "x"}, {"tags": ["p", "q"]}]))
        entries.append(entry)
    return entries


def yes(_: Changes) -> bool:
    return True


@given(st.data())
@_RELAXED
def test_push_then_anything_again_changes_nothing(scenes: Callable[[Style], Scene], data: st.DataObject) -> None:
    scene = scenes(data.draw(STYLES))
    scene.entries = data.draw(entry_lists())
    scene.write()
    push(scene.store, require_plan(scene.path), confirm=yes)
    before = scene.dump()
    assert not push(scene.store, require_plan(scene.path)).written
    assert not pull(scene.store, scene.path).written
    assert differences(scene.store, require_plan(scene.path)).empty
    assert scene.dump() == before


def edit(scene: Scene, data: st.DataObject) -> None:
    """A person changes the file."""
    names = [entry["id"] for entry in scene.entries]
    what = data.draw(st.sampled_from(["describe", "describe", "describe", "status", "add", "drop", "swap"]))
    if what == "add":
        name = f"n{next(_TOWNS)}"
        scene.entries.append({"id": name, "description": data.draw(TEXTS)})
        scene.asked.add(name)
    elif names:
        entry = data.draw(st.sampled_from(scene.entries))
        if what == "describe":
            entry["description"] = data.draw(TEXTS)
        elif what == "status":
            entry["status"] = data.draw(STATUSES)
            scene.asked.add(entry["id"])
        elif what == "swap":
            scene.entries.reverse()
        elif not any(entry["id"] in (o.get("parent"), *o.get("needs", [])) for o in scene.entries):
            scene.entries.remove(entry)
    scene.write()


def run(scene: Scene, data: st.DataObject) -> None:
    """Something happens in Redis."""
    held = list(scene.ledger.all().values())
    if not held or data.draw(st.integers(0, 9)) == 0:
        transaction = Transaction(scene.store.keys)
        transaction.create_task(Task.new(data.draw(TEXTS), agent="w"))
        transaction.commit(scene.store.connection)
        return
    one = data.draw(st.sampled_from(held))
    task = one.value
    if data.draw(st.booleans()):
        scene.ledger.change(one, task.evolve(description=data.draw(TEXTS)), "updated")
        return
    targets = sorted(TASK_MOVES[task.state] - {TaskState.PENDING})
    if targets:
        target = data.draw(st.sampled_from(targets))
        attempt = task.attempt + (target is TaskState.ASSIGNED)
        scene.ledger.change(one, task.evolve(state=target, attempt=attempt), "moved")


def sync(scene: Scene, data: st.DataObject) -> None:
    """A push or a pull, and what must hold of it."""
    before, live, conflicted = scene.dump(), scene.live(), scene.conflicted()
    pushing = data.draw(st.booleans())
    there = push(scene.store, require_plan(scene.path), dry_run=True).changes
    back = pull(scene.store, scene.path, dry_run=True).changes
    assert scene.dump() == before, "a dry run writes nothing"
    assert differences(scene.store, require_plan(scene.path)).empty == (there.empty and back.empty)
    try:
        if pushing:
            push(scene.store, require_plan(scene.path), confirm=yes)
        else:
            pull(scene.store, scene.path)
    except SyncConflictError as error:
        assert scene.dump() == before, "a conflict writes nothing"
        named = {change.id for change in error.changes.conflicts}
        assert conflicted <= named
        # A person decides, for one side or the other.
        if pushing:
            push(scene.store, require_plan(scene.path), Terms(force=True), confirm=yes)
        else:
            pull(scene.store, scene.path, force=True)
    else:
        assert not conflicted, "no edit is lost without a conflict being reported"
        _keeps_edits(scene, live, pushing=pushing)
    if pushing:
        assert scene.path.read_bytes() == before[3], "a push leaves the file alone"
        _reruns_nothing(scene, live)
    then = scene.dump()
    again = push(scene.store, require_plan(scene.path)) if pushing else pull(scene.store, scene.path)
    assert not again.written
    assert scene.dump() == then
    scene.read()
    after = scene.live()
    for entry in scene.entries:
        name = entry["id"]
        if name in after and after[name].description == entry["description"]:
            scene.base[name] = entry["description"]


def _reruns_nothing(scene: Scene, live: dict[str, Task]) -> None:
    for name, task in scene.live().items():
        was = live.get(name)
        if was and was.state is TaskState.COMPLETED and name not in scene.asked:
            assert task.state is TaskState.COMPLETED, "a completed task never runs again by itself"
    scene.asked.clear()


def _keeps_edits(scene: Scene, live: dict[str, Task], *, pushing: bool) -> None:
    """What was edited on either side is still there."""
    after = scene.live()
    file = {entry["id"]: entry["description"] for entry in scene.entries}
    scene.read()
    for entry in scene.entries:
        name = entry["id"]
        was = live.get(name)
        if name not in file:
            continue  # just appended
        mine, base = file[name], scene.base.get(name)
        theirs = was.description if was else base
        wanted = mine if mine != base else theirs
        if pushing:
            assert after[name].description == wanted
        else:
            assert entry["description"] == wanted


@given(st.data())
@_RELAXED
def test_no_edit_is_lost_over_any_interleaving(scenes: Callable[[Style], Scene], data: st.DataObject) -> None:
    scene = scenes(data.draw(STYLES))
    scene.entries = data.draw(entry_lists())
    scene.write()
    scene.asked |= {entry["id"] for entry in scene.entries}
    if data.draw(st.booleans()):
        push(scene.store, require_plan(scene.path))
        scene.base = {entry["id"]: entry["description"] for entry in scene.entries}
    for _ in range(data.draw(st.integers(1, 12))):
        data.draw(st.sampled_from([edit, run, sync]))(scene, data)
    # In the end both sides come together.
    for _ in range(2):
        push(scene.store, require_plan(scene.path), Terms(force=True), confirm=yes)
        pull(scene.store, scene.path)
    assert differences(scene.store, require_plan(scene.path)).empty
