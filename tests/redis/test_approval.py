"""Approving and rejecting tasks, as Redis holds them."""

from uuid import UUID

import pytest

from tinytown.approval import approve, reject
from tinytown.errors import UnknownTaskError, UnlawfulMoveError
from tinytown.journal import Journal
from tinytown.site import Site
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction


def put(site: Site, **fields: object) -> Task:
    task = Task.new("Deploy", plan_id="deploy", **{"approval": True, **fields})
    transaction = Transaction(site.keys)
    transaction.create_task(task)
    transaction.commit(site.connection)
    return task


def kept(site: Site) -> Task:
    return site.ledger.find("deploy").value


def told(site: Site) -> list[tuple[str, str | None, dict[str, str]]]:
    events = Journal(site.connection, site.keys).since("0-0")
    return [(event.type, event.state, dict(event.details)) for event in events]


def test_an_approval_is_kept_and_told_once(site: Site) -> None:
    put(site)
    approved = approve(site, "deploy", "alice", "on the blue cluster")
    assert approved == kept(site)
    assert (approved.state, approved.approved, approved.unapproved) == (TaskState.PENDING, True, False)
    assert (approved.approved_by, approved.approval_note) == ("alice", "on the blue cluster")
    assert approve(site, "deploy", "bob", None) == approved, "the first word stands"
    assert told(site) == [("task.approved", "pending", {"reason": "by alice: on the blue cluster"})]


@pytest.mark.parametrize(
    ("note", "result", "reason"),
    [(None, "rejected by alice", "by alice"), ("too late", "rejected by alice: too late", "by alice: too late")],
)
def test_what_is_rejected_has_failed(site: Site, note: str | None, result: str, reason: str) -> None:
    task = put(site)
    Transaction(site.keys).add_to_backlog(task.id).commit(site.connection)
    rejected = reject(site, "deploy", "alice", note)
    assert rejected == kept(site)
    assert (rejected.state, rejected.result) == (TaskState.FAILED, result)
    assert told(site) == [("task.rejected", "failed", {"reason": reason})]
    assert site.ledger.backlog() == []


def test_what_was_approved_may_be_rejected_until_it_starts(site: Site) -> None:
    put(site)
    approve(site, "deploy", "alice", None)
    assert reject(site, "deploy", "bob", None).state is TaskState.FAILED


@pytest.mark.parametrize("state", [state for state in TaskState if state is not TaskState.PENDING])
@pytest.mark.parametrize(("settle", "verb"), [(approve, "approved"), (reject, "rejected")])
def test_the_word_comes_too_late_once_it_runs(site: Site, state: TaskState, settle: object, verb: str) -> None:
    before = put(site, state=state)
    assert callable(settle)
    with pytest.raises(
        UnlawfulMoveError, match=f'^task "deploy" is {state} and can no longer be {verb}$'
    ) as caught:
        settle(site, "deploy", "alice", None)
    assert "set its status to pending" in caught.value.remedy
    assert kept(site) == before
    assert told(site) == []


def test_what_asks_nobody_is_not_approved(site: Site) -> None:
    put(site, approval=False)
    with pytest.raises(UnlawfulMoveError, match='task "deploy" needs no approval'):
        approve(site, "deploy", "alice", None)
    with pytest.raises(UnknownTaskError):
        reject(site, "deplyo", "alice", None)


def test_an_approval_holds_for_one_run_with_its_retries(site: Site) -> None:
    put(site)
    task = approve(site, "deploy", "alice", "go").assign(UUID(int=1)).start()
    assert task.requeue().approved
    assert task.requeue(crashed=True).approved
    assert task.retry("broken", None).approved
    again = task.fail("broken").rerun()
    assert (again.approved, again.approved_by, again.approval_note) == (False, None, None)
