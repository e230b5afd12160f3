"""Tasks made by hand come into the file with all that they wait for, and then nothing is left to sync."""

import pytest

from tests.desk import Desk
from tinytown.create import create
from tinytown.redefine import redefine
from tinytown.site import Site
from tinytown.states import TaskState
from tinytown.tasks import BY_MESSAGE, Priority, Task, When
from tinytown.transaction import Transaction

PLAN = """[[tasks]]
id = "build"
description = "Build"
agent = "w"

[[tasks]]
id = "loose"
description = "For whoever wants it"
"""


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.write(PLAN)
    desk.push()
    return desk


def name(task: Task) -> str:
    return f"task-{task.id.hex[:8]}"


def test_ties_between_tasks_made_by_hand_come_into_the_file(desk: Desk, site: Site) -> None:
    first = create(site, Task.new("first", agent="w"), needs=["build"]).task
    second = create(site, Task.new("second", role="tester", when=When.ALL_DONE), None, str(first.id)).task
    third = create(site, Task.new("third", timeout="5m", retries=2), needs=[str(second.id), str(first.id)]).task
    assert desk.pull().written
    assert desk.text.removeprefix(PLAN) == (
        f'\n[[tasks]]\nid = "{name(first)}"\ndescription = "first"\nagent = "w"\nstatus = "pending"\n'
        'needs = ["build"]\n'
        f'\n[[tasks]]\nid = "{name(second)}"\ndescription = "second"\nrole = "tester"\nstatus = "pending"\n'
        f'parent = "{name(first)}"\nwhen = "all_done"\n'
        f'\n[[tasks]]\nid = "{name(third)}"\ndescription = "third"\nstatus = "pending"\n'
        f'needs = ["{name(second)}", "{name(first)}"]\nretries = 2\ntimeout = "5m"\n'
    )
    assert desk.task(name(third)).needs == (name(second), name(first))
    assert desk.task(name(second)).parent_id == first.id
    desk.settled()


def test_a_parent_that_would_become_a_group_becomes_a_need(desk: Desk, site: Site) -> None:
    above = create(site, Task.new("above")).task
    one = create(site, Task.new("one", agent="w"), None, str(above.id)).task
    two = create(site, Task.new("two", agent="w"), None, "loose").task
    desk.pull()
    assert (desk.task(name(one)).needs, desk.task(name(one)).parent_id) == ((name(above),), None)
    assert (desk.task(name(two)).needs, desk.task(name(two)).parent_id) == (("loose",), None)
    assert not desk.task(name(above)).group
    desk.settled()


def test_a_task_waits_outside_of_the_file_with_what_the_file_cannot_name(desk: Desk, site: Site) -> None:
    message = create(site, Task.new("by message", tags=(BY_MESSAGE,))).task
    waiting = create(site, Task.new("waits"), needs=[str(message.id)]).task
    behind = create(site, Task.new("behind"), needs=[str(waiting.id)]).task
    assert not desk.pull().written
    desk.settled()
    desk.complete(str(message.id))
    desk.pull()
    assert (desk.task(name(waiting)).needs, desk.task(name(behind)).needs) == ((), (name(waiting),))
    desk.settled()


def test_only_what_is_meant_is_appended_and_the_others_still_find_it(desk: Desk, site: Site) -> None:
    first = create(site, Task.new("first", agent="w")).task
    second = create(site, Task.new("second", agent="w"), needs=[str(first.id)]).task
    desk.pull(managed_only=True)
    assert desk.text == PLAN
    desk.write(f'{PLAN}\n[[tasks]]\nid = "{name(first)}"\ndescription = "first"\nagent = "w"\n')
    desk.push()
    assert desk.task(name(first)).id == first.id
    assert [one.label for one in site.ledger.prerequisites(desk.task(str(second.id)))] == [name(first)]
    desk.pull()
    assert desk.task(name(second)).needs == (name(first),)
    desk.settled()


def test_a_pull_that_was_cut_off_is_completed_by_a_push(desk: Desk, site: Site) -> None:
    first = create(site, Task.new("first", agent="w")).task
    second = create(site, Task.new("second", agent="w"), needs=[str(first.id)]).task
    before = desk.dump()["tasks"]
    desk.pull()
    text = desk.text
    for task in (first, second):  # as if it had died after writing the file
        held = site.ledger.get(task.id)
        assert held is not None
        transaction = Transaction(site.keys)
        transaction.expect(site.keys.task(task.id), held.text).set(site.keys.task(task.id), before[task.id])
        transaction.delete_field(site.keys.plan, name(task)).commit(site.connection)
    assert desk.push().written
    assert desk.task(name(second)).needs == (name(first),)
    desk.settled()
    assert desk.text == text


def test_a_rename_is_followed_by_tasks_that_are_in_no_plan(desk: Desk, site: Site) -> None:
    task = create(site, Task.new("x", agent="w"), needs=["build"]).task
    desk.edit('id = "build"', 'id = "compile"\nwas = "build"')
    desk.push()
    assert desk.task(str(task.id)).needs == ("compile",)
    desk.pull()
    assert desk.task(name(task)).needs == ("compile",)
    desk.settled()


def test_a_default_agent_takes_what_lay_in_the_backlog(desk: Desk, site: Site) -> None:
    task = create(site, Task.new("x", priority=Priority.HIGH)).task
    assert site.ledger.backlog() == [task.id]
    desk.write(f'[meta]\ndefault_agent = "w"\n\n{PLAN}')
    desk.push()
    desk.pull()
    assert (desk.task(name(task)).agent, site.ledger.backlog()) == ("w", [])
    desk.settled()


def test_an_edit_is_what_the_file_gets(desk: Desk, site: Site) -> None:
    task = create(site, Task.new("x", agent="w"), needs=["build"]).task
    redefine(site, str(task.id), {"description": "y", "tags": ("t",)}, needs=[])
    desk.pull()
    after = desk.task(name(task))
    assert (after.description, after.tags, after.needs, after.state) == ("y", ("t",), (), TaskState.PENDING)
    desk.settled()
