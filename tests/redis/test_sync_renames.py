"""A renamed task stays the same task: `was` finds it again, with its state, its children and who waits for it."""

import pytest

from planner.sync.refusals import SyncConflictError
from tests.desk import Desk
from tinytown.errors import UsageError
from tinytown.ids import task_id
from tinytown.states import TaskState

TEXT = """\
[[tasks]]
id = "old"
description = "The work"
agent = "me"

[[tasks]]
id = "child"
description = "Below"
agent = "me"
parent = "old"

[[tasks]]
id = "later"
description = "After"
agent = "me"
needs = ["old"]
"""
RENAMED = TEXT.replace('"old"', '"new"').replace('id = "new"', 'id = "new"\nwas = "old"')


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The plan under its old names, pushed."""
    desk.write(TEXT)
    desk.push()
    return desk


def changed(desk: Desk) -> list[tuple[str | None, str | None, object, object]]:
    """What a push would update, as id, field, from, to."""
    return [(c.id, c.field, c.live, c.file) for c in desk.push(dry_run=True).changes.update]


def test_children_and_those_who_wait_follow(desk: Desk) -> None:
    before = desk.tasks
    desk.write(RENAMED)
    assert changed(desk) == [
        ("new", "id", "old", "new"),
        ("later", "needs", ["old"], ["new"]),
    ]
    done = desk.push(agree=False)
    assert (done.changes.create, done.changes.delete) == ((), ())
    after = desk.tasks
    assert {name: task.id for name, task in after.items()} == {
        "new": before["old"].id,
        "child": before["child"].id,
        "later": before["later"].id,
    }
    assert (after["child"].parent_id, after["later"].needs) == (before["old"].id, ("new",))
    assert {name for name in desk.notes if not name.startswith(":")} == {"new", "child", "later"}
    assert desk.told[-3:] == ["task.updated new", "task.updated later", "plan.pushed"]
    desk.settled()
    desk.edit('was = "old"\n', "")
    assert desk.push(agree=False).written  # that it was once called so is forgotten


@pytest.mark.parametrize("state", ["running", "completed", "failed"])
def test_the_state_stays(desk: Desk, state: str) -> None:
    held = desk.run("old")
    if state == "completed":
        held = desk.complete("old")
    elif state == "failed":
        held = desk.change("old", lambda task: task.fail("no"))
    desk.write(RENAMED)
    desk.push(agree=False)
    task = desk.task("new")
    assert (task.state.value, task.attempt, task.assigned_to) == (state, 1, held.value.assigned_to)
    assert (task.result, task.completed_at) == (held.value.result, held.value.completed_at)
    desk.pull()
    assert desk.plan.by_id["new"].status is None or desk.plan.by_id["new"].status.value == state
    assert desk.plan.by_id["new"].was == "old"
    desk.settled()


def test_a_pull_before_the_push_knows_it_already(desk: Desk) -> None:
    desk.complete("old")
    desk.write(RENAMED)
    desk.pull()
    assert desk.text == RENAMED.replace(
        'agent = "me"\n\n[[tasks]]\nid = "child"', 'agent = "me"\nstatus = "completed"\n\n[[tasks]]\nid = "child"'
    )
    assert set(desk.tasks) == {"old", "child", "later"}  # that is for the push to do
    desk.push(agree=False)
    assert desk.states == {"new": "completed", "child": "pending", "later": "pending"}
    desk.settled()


def test_a_rename_taken_back_before_the_push_has_never_been(desk: Desk) -> None:
    desk.complete("old")
    desk.write(RENAMED)
    desk.pull()
    desk.write(TEXT)
    assert not desk.push(agree=False).changes.update
    desk.pull()
    desk.settled()
    assert desk.states == {"old": "completed", "child": "pending", "later": "pending"}


def test_what_changed_in_redis_meanwhile_is_kept(desk: Desk) -> None:
    desk.change("old", lambda task: task.evolve(description="theirs"))
    desk.write(RENAMED)
    desk.push(agree=False)
    assert desk.task("new").description == "theirs"
    desk.pull()
    assert desk.text == RENAMED.replace("The work", "theirs")
    desk.settled()


def test_what_changed_on_both_sides_is_a_conflict(desk: Desk) -> None:
    desk.change("old", lambda task: task.evolve(description="theirs"))
    desk.write(RENAMED.replace("The work", "mine"))
    before = desk.dump()
    for sync in (desk.push, desk.pull):
        with pytest.raises(SyncConflictError, match='task "new", description: changed in the file and in Redis'):
            sync()
    assert desk.dump() == before
    desk.push(force=True)
    assert (desk.task("new").description, "old" in desk.tasks) == ("mine", False)
    desk.settled()


def test_a_child_may_go_elsewhere_while_its_parent_is_renamed(desk: Desk) -> None:
    desk.write(RENAMED.replace('parent = "new"', 'parent = "later"'))
    desk.push(agree=False)
    assert desk.task("child").parent_id == desk.task("later").id
    desk.settled()


def test_only_with_a_rename(desk: Desk) -> None:
    desk.write(RENAMED)
    with pytest.raises(UsageError, match='"later" waits for "new", which is not in Redis under that name yet'):
        desk.push(only=("later",))
    desk.push(only=("new", "later"))
    assert set(desk.tasks) == {"new", "child", "later"}
    assert desk.task("later").needs == ("new",)
    desk.push()
    desk.settled()


def test_only_never_leaves_somebody_waiting_for_a_name_that_is_gone(desk: Desk) -> None:
    desk.write(RENAMED)
    before = desk.dump()
    with pytest.raises(UsageError, match='in Redis task "later" waits for "new" as "old"'):
        desk.push(only=("new",))
    assert desk.dump() == before


def test_there_and_back(desk: Desk) -> None:
    desk.complete("old")
    before = desk.tasks
    desk.write(RENAMED)
    desk.push(agree=False)
    desk.write(TEXT.replace('id = "old"', 'id = "old"\nwas = "new"'))
    desk.push(agree=False)
    after = desk.tasks
    assert {name: (task.id, task.state) for name, task in after.items()} == {
        name: (task.id, task.state) for name, task in before.items()
    }
    desk.pull()
    desk.settled()


def test_a_chain_of_renames_is_one(desk: Desk) -> None:
    own = desk.complete("old").value.id
    for before, after in (("old", "new"), ("new", "newer"), ("newer", "newest")):
        desk.write(
            TEXT.replace('"old"', f'"{after}"').replace(f'id = "{after}"', f'id = "{after}"\nwas = "{before}"')
        )
        desk.push(agree=False)
    assert (desk.task("newest").id, desk.task("newest").state) == (own, TaskState.COMPLETED)
    assert set(desk.tasks) == {"newest", "child", "later"}


def test_two_tasks_that_exchange_their_places_in_two_steps(desk: Desk) -> None:
    first, second = desk.complete("old").value.id, desk.task("later").id
    desk.write(TEXT.replace('"old"', '"x"').replace('id = "x"', 'id = "x"\nwas = "old"'))
    desk.push(agree=False)
    desk.write(desk.text.replace('was = "old"\n', "").replace('id = "later"', 'id = "old"\nwas = "later"'))
    desk.push(agree=False)
    desk.write(
        desk.text.replace('was = "later"\n', "")
        .replace('"x"', '"later"')
        .replace('id = "later"', 'id = "later"\nwas = "x"')
    )
    desk.push(agree=False)
    assert {name: task.id for name, task in desk.tasks.items() if name != "child"} == {
        "later": first,
        "old": second,
    }
    assert (desk.states["later"], desk.states["old"], desk.task("old").needs) == (
        "completed",
        "pending",
        ("later",),
    )
    desk.pull()
    desk.settled()


def test_a_new_task_may_take_the_old_name(desk: Desk) -> None:
    renamed = desk.complete("old").value.id
    desk.write(RENAMED)
    desk.push(agree=False)
    desk.edit('was = "old"\n', "")
    desk.write(desk.text + '\n[[tasks]]\nid = "old"\ndescription = "Another"\nagent = "me"\n')
    desk.push(agree=False)
    fresh = desk.task("old")
    assert renamed == task_id(desk.store.town, "old")
    assert fresh.id not in {renamed, task_id(desk.store.town, "new")}
    assert (fresh.state, fresh.description) == (TaskState.PENDING, "Another")
    assert desk.task("new").id == renamed
    desk.complete("old")
    desk.pull()
    desk.settled()
    # It is the same in every clone: another push of the same file finds it again.
    assert not desk.push(agree=False).written


def test_a_task_that_left_and_is_still_there_may_be_renamed_later(desk: Desk) -> None:
    desk.complete("old")
    desk.write("")
    desk.push()
    assert desk.states == {"old": "completed"}
    desk.write(RENAMED)
    desk.push(agree=False)
    assert desk.states == {"new": "completed", "child": "pending", "later": "pending"}
    desk.pull()
    desk.settled()


def test_a_tombstone_goes_by_its_new_name_too(desk: Desk) -> None:
    desk.complete("old", "the result")
    desk.write("")
    desk.push(prune=True)
    assert desk.tombs == {"old"}
    desk.write(RENAMED)
    desk.push(agree=False)
    task = desk.task("new")
    assert (task.state, task.result, desk.tombs) == (TaskState.COMPLETED, "the result", set())
    assert "old" not in desk.notes
    desk.pull()
    desk.settled()


def test_a_task_may_take_the_name_of_a_tombstone(desk: Desk) -> None:
    desk.write('[[tasks]]\nid = "new"\ndescription = "d"\n')
    desk.push()
    desk.complete("new")
    desk.write(TEXT)
    desk.push(prune=True)
    assert desk.tombs == {"new"}
    own = desk.task("old").id
    desk.write(RENAMED)
    desk.push()
    assert (desk.task("new").id, desk.task("new").state) == (own, TaskState.PENDING)
    assert desk.tombs == set()
    desk.settled()


def test_a_rename_of_what_was_never_pushed_is_a_new_task(desk: Desk) -> None:
    desk.write(TEXT + '\n[[tasks]]\nid = "fresh"\nwas = "unheard-of"\ndescription = "d"\n')
    assert [change.id for change in desk.push(agree=False).changes.create] == ["fresh"]
    desk.settled()


def test_a_rename_and_its_removal_at_once_is_a_removal(desk: Desk) -> None:
    desk.write(RENAMED)
    desk.push(agree=False)
    desk.write("")
    desk.push()
    assert desk.states == {}
    assert not [name for name in desk.notes if not name.startswith(":")]


def test_a_child_may_leave_the_file_while_its_parent_is_renamed(desk: Desk) -> None:
    desk.write(RENAMED[: RENAMED.index('\n[[tasks]]\nid = "child"')])
    assert [change.id for change in desk.push().changes.delete] == ["child", "later"]
    assert set(desk.tasks) == {"new"}


def test_what_has_left_the_file_and_stays_follows_too(desk: Desk) -> None:
    desk.run("child")
    desk.change("later", lambda task: task.fail("no"))
    desk.write(RENAMED[: RENAMED.index('\n[[tasks]]\nid = "child"')])
    desk.push(agree=False)
    assert desk.task("later").needs == ("new",)
    # With another parent and other needs they come back: an edit of one side only.
    desk.write(RENAMED.replace('parent = "new"', 'parent = "later"').replace('needs = ["new"]\n', ""))
    desk.push(agree=False)
    assert (desk.task("child").parent_id, desk.task("later").needs) == (desk.task("later").id, ())
