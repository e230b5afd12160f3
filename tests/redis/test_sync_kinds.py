"""An edit turns tasks into groups and groups into tasks: nothing is forgotten, starts too early, or is lost."""

from collections.abc import Callable

import pytest

from conductor.board import Board
from conductor.decide import decide
from planner.sync.refusals import SyncConflictError
from tests.desk import Desk
from tinytown.agents import Agent
from tinytown.clock import now
from tinytown.ids import new_id
from tinytown.record import Held
from tinytown.states import AgentState
from tinytown.tasks import Task
from tinytown.transaction import Transaction

EPIC = '[[tasks]]\nid = "epic"\ndescription = "x"\n'
PART = '[[tasks]]\nid = "part"\nagent = "w"\ndescription = "x"\nparent = "epic"\n'
AFTER = '[[tasks]]\nid = "after"\nagent = "w"\ndescription = "x"\nneeds = ["epic"]\n'
BY_SOMEBODY = f'{EPIC}agent = "w"\n'
TAKEN = ["assigned", "running"]
ENDS: dict[str, Callable[[Task], Task]] = {
    "completed": lambda task: task.complete("did it"),
    "failed": lambda task: task.fail("no"),
    "cancelled": lambda task: task.cancel("no"),
}


def take(desk: Desk, name: str, state: str) -> Task:
    """Somebody claims a task, and perhaps begins."""
    desk.change(name, lambda task: task.assign(new_id()))
    return desk.run(name).value if state == "running" else desk.task(name)


def acts(desk: Desk) -> list[str]:
    """What a conductor would do now: start groups, and release tasks to an agent that has room."""
    board = Board()
    agent = Agent.new("w", "shell", state=AgentState.IDLE)
    board.load_tasks(desk.ledger.all())
    board.see_agents({agent.id: Held.of(agent)}, {agent.id: now()})
    return [str(action) for action in decide(board, board.take_unsettled(), [], 100)]


@pytest.mark.parametrize("edit", ["an agent", "a run", "no member"])
def test_an_open_group_that_becomes_a_task_was_never_sent_to_anybody(desk: Desk, edit: str) -> None:
    desk.write(EPIC + PART + AFTER)
    desk.push()
    desk.change("epic", lambda task: task.start())
    texts = {
        "an agent": BY_SOMEBODY + PART,
        "a run": f'{EPIC}run = "true"\n{PART}',
        "no member": f'{EPIC}[[tasks]]\nid = "part"\nagent = "w"\ndescription = "x"\n',
    }
    desk.write(texts[edit] + AFTER)
    desk.push()
    epic = desk.task("epic")
    assert (epic.group, epic.state, epic.assigned_to, epic.started_at) == (False, "pending", None, None)
    assert epic.attempt == 0
    assert "task.requeued epic" in desk.told
    desk.settled()
    assert desk.complete("epic").value.result == "ok"


def test_an_open_group_that_becomes_a_task_is_shown_first(desk: Desk) -> None:
    desk.write(EPIC + PART)
    desk.push()
    desk.change("epic", lambda task: task.start())
    desk.write(BY_SOMEBODY + PART)
    changes = desk.push(dry_run=True).changes
    assert [(one.field, one.base, one.file, one.live) for one in changes.update] == [
        ("agent", None, "w", None),
        ("group", True, False, True),
    ]
    assert desk.task("epic").state == "running"


def test_a_group_whose_status_was_pulled_becomes_a_task(desk: Desk) -> None:
    desk.write(EPIC + PART)
    desk.push()
    desk.change("epic", lambda task: task.start())
    desk.pull()
    assert 'status = "running"' in desk.text
    desk.edit('id = "epic"\n', 'id = "epic"\nagent = "w"\n')
    desk.push()
    assert desk.task("epic").state == "pending"
    desk.pull()
    assert 'status = "running"' not in desk.text
    desk.settled()


@pytest.mark.parametrize("state", TAKEN)
@pytest.mark.parametrize("first", [EPIC, BY_SOMEBODY])
def test_a_task_in_hand_became_a_group_and_its_member_started(desk: Desk, first: str, state: str) -> None:
    desk.write(first + AFTER)
    desk.push()
    before = take(desk, "epic", state)
    desk.write(EPIC + PART + AFTER)
    dump = desk.dump()
    with pytest.raises(SyncConflictError) as caught:
        desk.push()
    error = caught.value
    assert error.message == (
        f'task "epic", group: it is {state}, and cannot become a group before that has ended; nothing was written'
    )
    assert error.remedy == (
        "Push again once it has ended (`tt conductor --watch` does so by itself), or give its attempt up with "
        "`tt sync push --force`."
    )
    (conflict,) = error.changes.conflicts
    assert (conflict.id, conflict.field, conflict.base, conflict.file, conflict.live) == (
        *("epic", "group", False, True),
        False,
    )
    lines = (EPIC + PART).splitlines()
    assert lines[(conflict.line or 0) - 1] == 'parent = "epic"'
    assert desk.dump() == dump
    assert desk.task("epic") == before


def test_a_task_in_hand_whose_member_is_to_come_can_be_pulled(desk: Desk) -> None:
    desk.write(EPIC)
    desk.push()
    take(desk, "epic", "running")
    desk.write(EPIC + PART)
    assert desk.pull().written
    assert 'status = "running"' in desk.text
    desk.edit('status = "running"\n', "")
    with pytest.raises(SyncConflictError, match="cannot become a group"):
        desk.push()


@pytest.mark.parametrize("pulled", [False, True])
@pytest.mark.parametrize("state", TAKEN)
def test_force_gives_the_attempt_up_for_the_group(desk: Desk, state: str, *, pulled: bool) -> None:
    desk.write(EPIC + AFTER)
    desk.push()
    take(desk, "epic", state)
    if pulled:
        desk.pull()
    desk.write(desk.text + PART)
    desk.push(force=True)
    epic = desk.task("epic")
    assert (epic.group, epic.state, epic.assigned_to, epic.started_at) == (True, "pending", None, None)
    assert "task.requeued epic" in desk.told
    desk.pull()
    desk.settled()


def test_an_intent_on_a_task_in_hand_goes_before_its_becoming_a_group(desk: Desk) -> None:
    desk.write(EPIC)
    desk.push()
    take(desk, "epic", "running")
    desk.write(f'{EPIC}status = "cancelled"\n{PART}')
    desk.push(force=True)
    assert (desk.task("epic").state, desk.task("epic").group) == ("cancelled", True)
    desk.settled()


@pytest.mark.parametrize("end", ["completed", "failed", "requeued"])
def test_a_task_becomes_a_group_once_its_attempt_has_ended(desk: Desk, end: str) -> None:
    desk.write(EPIC + AFTER)
    desk.push()
    take(desk, "epic", "running")
    desk.write(EPIC + PART + AFTER)
    with pytest.raises(SyncConflictError):
        desk.push()
    before = desk.change("epic", Task.requeue if end == "requeued" else ENDS[end]).value
    desk.push()
    after = desk.task("epic")
    assert after.group
    assert (after.state, after.result, after.attempt) == (before.state, before.result, 1)
    assert bool(acts(desk)) == (end != "failed"), "its member waits for a group that has failed"
    desk.pull()
    desk.settled()


def test_only_the_member_leaves_a_task_in_hand_what_it_is(desk: Desk) -> None:
    desk.write(EPIC)
    desk.push()
    take(desk, "epic", "running")
    desk.write(EPIC + PART)
    desk.push(only=("part",))
    assert not desk.task("epic").group
    assert acts(desk) == []
    desk.complete("epic", "did it")
    assert desk.push().written
    assert desk.task("epic").group
    assert len(acts(desk)) == 1


def test_a_task_in_hand_that_a_pull_adopts_became_a_group(desk: Desk) -> None:
    desk.write(EPIC)
    desk.push()
    made = Task.new("by hand").assign(new_id()).start()
    transaction = Transaction(desk.store.keys)
    transaction.create_task(made)
    transaction.commit(desk.store.connection)
    name = f"task-{made.id.hex[:8]}"  # as a pull that was cut off has appended it
    desk.write(f'{EPIC}{PART.replace("epic", name)}[[tasks]]\nid = "{name}"\ndescription = "by hand"\n')
    desk.pull()
    assert (desk.task(name).id, desk.task(name).state, desk.task(name).group) == (made.id, "running", False)
    with pytest.raises(SyncConflictError, match="cannot become a group before that has ended"):
        desk.push()
    desk.complete(name)
    desk.push()
    assert desk.task(name).group


@pytest.mark.parametrize("end", ["completed", "failed", "cancelled"])
def test_an_ended_group_that_becomes_a_task_stays_ended(desk: Desk, end: str) -> None:
    desk.write(EPIC + PART)
    desk.push()
    desk.change("epic", lambda task: task.start(), ENDS[end])
    desk.write(BY_SOMEBODY + PART)
    desk.push()
    assert (desk.task("epic").state, desk.task("epic").group) == (end, False)
    desk.pull()
    desk.settled()


def test_a_pending_task_in_the_backlog_becomes_a_group_at_once(desk: Desk) -> None:
    desk.write(EPIC)
    desk.push()
    desk.write(EPIC + PART)
    desk.push()
    assert (desk.task("epic").state, desk.task("epic").group) == ("pending", True)
    desk.settled()
