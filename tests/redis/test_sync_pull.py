"""Pull: what changed in Redis is written into the file, and nothing else is touched."""

from collections.abc import Callable
from pathlib import Path

import pytest

from planner.edit.splice import EditError
from planner.read import PlanFindingsError, require_plan
from planner.sync.pull import pull
from planner.sync.push import differences, push
from planner.sync.refusals import SyncConflictError
from planner.sync.store import Store
from tinytown.agents import Agent
from tinytown.connection import Connection
from tinytown.journal import Journal
from tinytown.keys import Keys
from tinytown.ledger import Ledger
from tinytown.replace import replace_file
from tinytown.states import TaskState
from tinytown.tasks import Priority, Task
from tinytown.transaction import Transaction

TEXT = """\
# The plan
[[tasks]]
id = "a"            # first
description = "A"
status = "pending"  # as it is

[meta]
default_agent = "me"
[[tasks]]
  id = "b"
  description = 'B'
  parent = "a"
# the end"""


@pytest.fixture
def store(connection: Connection, keys: Keys, town: str) -> Store:
    return Store(connection, keys, town)


@pytest.fixture
def ledger(connection: Connection, keys: Keys, town: str) -> Ledger:
    return Ledger(connection, keys, town)


@pytest.fixture
def path(tmp_path: Path, store: Store) -> Path:
    """A file that has been pushed."""
    path = tmp_path / "tasks.toml"
    path.write_text(TEXT)
    push(store, require_plan(path))
    return path


def change(ledger: Ledger, name: str, move: Callable[[Task], Task]) -> None:
    held = ledger.find(name)
    ledger.change(held, move(held.value), "changed")


def in_step(store: Store, path: Path) -> None:
    """Asserts that neither a push nor a pull has anything to do."""
    data = path.read_bytes()
    assert not pull(store, path).written
    assert not push(store, require_plan(path)).written
    assert differences(store, require_plan(path)).empty
    assert path.read_bytes() == data


def test_pull_after_push_changes_nothing(store: Store, path: Path) -> None:
    assert not pull(store, path).written
    assert path.read_text() == TEXT


def test_states_come_into_the_file(store: Store, ledger: Ledger, path: Path) -> None:
    change(ledger, "a", lambda task: task.complete("ok"))
    change(ledger, "b", lambda task: task.start())
    done = pull(store, path)
    assert [(c.id, c.field, c.live) for c in done.changes.update] == [
        ("a", "status", "completed"),
        ("b", "status", "running"),
    ]
    expected = TEXT.replace('"pending"', '"completed"').replace('"a"\n# the', '"a"\n  status = "running"\n# the')
    assert path.read_text() == expected
    in_step(store, path)
    change(ledger, "b", lambda task: task.fail("no"))
    pull(store, path)
    assert path.read_text() == expected.replace("running", "failed")
    in_step(store, path)


def test_definitions_come_into_the_file(store: Store, ledger: Ledger, path: Path) -> None:
    change(ledger, "a", lambda task: task.evolve(description='new "A"', tags=("x",)))
    change(ledger, "b", lambda task: task.evolve(priority=Priority.HIGH, timeout="5m"))
    pull(store, path)
    then = require_plan(path)
    assert (then.by_id["a"].description, then.by_id["a"].tags) == ('new "A"', ("x",))
    assert (then.by_id["b"].priority, then.by_id["b"].timeout) == ("high", "5m")
    in_step(store, path)


def test_a_field_that_is_gone_goes_from_the_file(store: Store, ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    path.write_text(TEXT.replace("default_agent", "description"))
    push(store, require_plan(path))
    change(ledger, "b", lambda task: task.evolve(parent_id=None))
    pull(store, path)
    assert path.read_text() == TEXT.replace("default_agent", "description").replace('  parent = "a"\n', "")
    assert push(store, require_plan(path)).written  # "a" is no group any more
    in_step(store, path)


def test_what_the_file_cannot_say_is_refused(store: Store, ledger: Ledger, path: Path) -> None:
    change(ledger, "b", lambda task: task.evolve(agent=None))  # the default agent speaks against it
    with pytest.raises(EditError, match="cannot say"):
        pull(store, path)
    assert path.read_text() == TEXT


def test_a_conflict_writes_nothing(store: Store, ledger: Ledger, path: Path) -> None:
    change(ledger, "a", lambda task: task.evolve(description="theirs").complete("ok"))
    mine = TEXT.replace('"A"', '"mine"')
    path.write_text(mine)
    with pytest.raises(SyncConflictError, match='task "a", description'):
        pull(store, path)
    assert path.read_text() == mine
    pull(store, path, force=True)
    assert path.read_text() == TEXT.replace('"A"', '"theirs"').replace('"pending"', '"completed"')
    in_step(store, path)


def test_edits_in_the_file_wait_for_the_push(store: Store, ledger: Ledger, path: Path) -> None:
    path.write_text(TEXT.replace("'B'", "'mine'"))
    change(ledger, "a", lambda task: task.complete("ok"))
    done = pull(store, path)
    assert [(c.id, c.field) for c in done.changes.reported] == [("b", "description")]
    assert path.read_text() == TEXT.replace("'B'", "'mine'").replace('"pending"', '"completed"')
    assert push(store, require_plan(path)).written
    assert ledger.find("b").value.description == "mine"
    in_step(store, path)


def test_a_dry_run_writes_nothing(store: Store, ledger: Ledger, path: Path) -> None:
    change(ledger, "a", lambda task: task.complete("ok"))
    done = pull(store, path, dry_run=True)
    assert (done.written, len(done.changes.update), path.read_text()) == (False, 1, TEXT)


def test_only_some_tasks_are_pulled(store: Store, ledger: Ledger, path: Path) -> None:
    change(ledger, "a", lambda task: task.complete("ok"))
    change(ledger, "b", lambda task: task.complete("ok"))
    pull(store, path, only=["a"])
    assert path.read_text() == TEXT.replace('"pending"', '"completed"')


def test_an_invalid_file_is_left_alone(store: Store, path: Path) -> None:
    path.write_text("[[tasks]]\n")
    with pytest.raises(PlanFindingsError):
        pull(store, path)
    assert path.read_text() == "[[tasks]]\n"


def by_hand(store: Store, **fields: object) -> Task:
    task = Task.new("Said\nby hand", **fields)
    transaction = Transaction(store.keys)
    transaction.create_task(task)
    transaction.commit(store.connection)
    return task


def test_tasks_made_by_hand_are_appended(store: Store, ledger: Ledger, path: Path) -> None:
    task = by_hand(store, agent="w", state=TaskState.COMPLETED, needs=("a", "unknown"), tags=("t",))
    assert not pull(store, path, managed_only=True).written
    done = pull(store, path)
    name = f"task-{task.id.hex[:8]}"
    assert [c.id for c in done.changes.create] == [name]
    assert path.read_text() == TEXT + (
        f'\n\n[[tasks]]\nid = "{name}"\ndescription = "Said\\nby hand"\nagent = "w"\n'
        'status = "completed"\ntags = ["t"]\nneeds = ["a"]\n'
    )
    in_step(store, path)
    found = ledger.find(name).value
    assert (found.id, found.plan_id, found.state) == (task.id, name, TaskState.COMPLETED)
    assert len(ledger.ids()) == 3


def test_the_journal_tells_that_a_task_has_come_into_the_plan(store: Store, path: Path) -> None:
    task = by_hand(store)
    pull(store, path)
    last = [*Journal(store.connection, store.keys).since("0-0")][-1]
    assert (last.type, last.task, last.plan_id) == ("task.updated", str(task.id), f"task-{task.id.hex[:8]}")


def test_whoever_has_a_task_is_named(store: Store, ledger: Ledger, path: Path) -> None:
    agent = Agent.new("worker", "shell")
    transaction = Transaction(store.keys)
    transaction.create_agent(agent)
    transaction.commit(store.connection)
    task = by_hand(store, assigned_to=agent.id, state=TaskState.RUNNING, attempt=1)
    pull(store, path)
    assert 'agent = "worker"\nstatus = "running"\n' in path.read_text()
    assert ledger.find(str(task.id)).value.assigned_to == agent.id
    in_step(store, path)


def test_a_task_that_nobody_has_gets_the_default_agent(store: Store, ledger: Ledger, path: Path) -> None:
    task = by_hand(store)
    pull(store, path)
    assert ledger.find(str(task.id)).value.agent == "me"
    in_step(store, path)


def test_a_child_is_appended_without_making_its_parent_a_group(store: Store, ledger: Ledger, path: Path) -> None:
    under_leaf = by_hand(store, parent_id=ledger.find("b").value.id)
    pull(store, path)
    assert require_plan(path).by_id[f"task-{under_leaf.id.hex[:8]}"].parent is None
    under_group = by_hand(store, parent_id=ledger.find("a").value.id)
    pull(store, path)
    assert require_plan(path).by_id[f"task-{under_group.id.hex[:8]}"].parent == "a"
    in_step(store, path)


class DiesError(Exception):
    """The process ends here."""


@pytest.mark.parametrize("healer", ["push", "pull"])
def test_dying_between_file_and_base_is_harmless(
    store: Store, ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch, healer: str
) -> None:
    change(ledger, "a", lambda task: task.complete("ok"))
    task = by_hand(store)
    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "commit", lambda *_: (_ for _ in ()).throw(DiesError()))
        with pytest.raises(DiesError):
            pull(store, path)
    data = path.read_bytes()
    assert b"completed" in data
    done = push(store, require_plan(path)) if healer == "push" else pull(store, path)
    assert done.written
    assert path.read_bytes() == data
    assert ledger.find(f"task-{task.id.hex[:8]}").value.id == task.id
    assert len(ledger.ids()) == 3
    in_step(store, path)


def test_a_file_changed_meanwhile_is_read_again(
    store: Store, ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(ledger, "a", lambda task: task.complete("ok"))
    edits = iter([TEXT.replace("# the end", "# my edit")])

    def meddling(target: Path, before: bytes, after: bytes) -> None:
        for text in edits:
            target.write_text(text)
        replace_file(target, before, after)

    monkeypatch.setattr("planner.sync.pull.replace_file", meddling)
    assert pull(store, path).written
    assert path.read_text() == TEXT.replace("# the end", "# my edit").replace('"pending"', '"completed"')


def test_the_store_is_untouched_by_a_pull_without_changes(store: Store, path: Path, keys: Keys) -> None:
    before = sorted(store.connection.run("HGETALL", keys.plan))
    pull(store, path)
    assert sorted(store.connection.run("HGETALL", keys.plan)) == before
