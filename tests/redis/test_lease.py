"""The lease: one conductor is in charge, and whoever is not is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from conductor import lease as lease_module
from conductor.actions import Advance, Bury, Release, Shelve
from conductor.lease import Lease
from conductor.pace import LEASE_SECONDS
from tests.office import Office
from tests.towns import until
from tinytown.connection import Connection
from tinytown.errors import LostLeaseError, RedisUnreachableError, StaleError
from tinytown.journal import Journal
from tinytown.keys import Keys
from tinytown.server import Server
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases that run out within a moment."""
    monkeypatch.setattr(lease_module, "LEASE_SECONDS", 0.3)
    monkeypatch.setattr(lease_module, "_RENEW_SECONDS", 0.05)


def test_the_first_takes_it_and_the_second_is_refused(
    claim: Callable[[], Lease], connection: Connection, keys: Keys
) -> None:
    first, second = claim(), claim()
    assert first.holder() is None
    assert first.take()
    assert first.take(), "it is ours still"
    assert not second.take()
    assert first.holder() == second.holder() == first.text
    assert 0 < connection.run("PTTL", keys.conductor) <= LEASE_SECONDS * 1000
    assert [event.type for event in Journal(connection, keys).last(9)] == ["conductor.elected"]


def test_given_up_it_is_free_at_once_and_only_by_its_holder(
    claim: Callable[[], Lease], connection: Connection, keys: Keys
) -> None:
    first, second = claim(), claim()
    first.take()
    second.give_up()
    assert first.holder() == first.text
    first.give_up()
    assert first.holder() is None
    assert claim().take()
    kinds = [event.type for event in Journal(connection, keys).last(9)]
    assert kinds == ["conductor.elected", "conductor.resigned", "conductor.elected"]


@pytest.mark.usefixtures("quick")
def test_it_is_renewed_as_long_as_its_holder_lives(
    claim: Callable[[], Lease], connection: Connection, keys: Keys
) -> None:
    lease, rival = claim(), claim()
    lease.take()
    until(lambda: connection.run("PTTL", keys.conductor) < 290, "time passes")
    until(lambda: connection.run("PTTL", keys.conductor) > 290, "it is renewed")
    assert not rival.take()


@pytest.mark.usefixtures("quick")
def test_what_nobody_renews_runs_out_and_is_taken_by_another(
    claim: Callable[[], Lease], connection: Connection, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease_module, "_RENEW_SECONDS", 60.0)
    first, second = claim(), claim()
    first.take()
    until(second.take, "it runs out")
    assert second.holder() == second.text
    late = first.guard(Transaction(keys)).set(keys.task(Task.new("x").id), "late")
    with pytest.raises(StaleError) as refusal:
        late.commit(connection)
    with pytest.raises(LostLeaseError):
        first.check(refusal.value)
    first.check(StaleError(keys.tasks))


class Deaf(Connection):
    """A connection that breaks after the first transaction was done and before its answer came."""

    broken = False

    def run(self, *command: str | int) -> Any:
        answer = super().run(*command)
        if command[0] in ("EVALSHA", "EVAL") and not self.broken:
            self.broken = True
            raise RedisUnreachableError("the answer was lost")
        return answer


@pytest.mark.usefixtures("quick")
def test_a_lease_whose_answer_was_lost_was_never_renewed(
    server: Server, keys: Keys, connection: Connection
) -> None:
    lease = Lease(Deaf(server.address), Connection(server.address), keys)
    with pytest.raises(RedisUnreachableError):
        lease.take()
    assert lease.take()
    until(lambda: connection.run("PTTL", keys.conductor) < 290, "time passes")
    until(lambda: connection.run("PTTL", keys.conductor) > 290, "it is renewed")
    lease.give_up()


def test_a_lease_that_ran_out_though_its_holder_lives_is_noticed_without_a_decision(
    claim: Callable[[], Lease], connection: Connection, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease_module, "_RENEW_SECONDS", 0.05)
    lease = claim()
    assert lease.take()
    lease.check_held()
    connection.run("PEXPIRE", keys.conductor, 1)

    def noticed() -> bool:
        try:
            lease.check_held()
        except LostLeaseError:
            return True
        return False

    until(noticed, "it is noticed")
    with pytest.raises(LostLeaseError):
        lease.renew()
    assert lease.take()
    lease.check_held()


# What a conductor without the lease tries


def test_all_that_is_carried_out_becomes_true_together(office: Office) -> None:
    transaction = Transaction(office.site.keys)
    loose = transaction.create_task(Task.new("nobody's")).value
    transaction.commit(office.site.connection)
    office.board.see(loose)
    office.carrier.carry_out(
        [Release(office.task.id, office.agent.id), Advance(office.group.start(), "started"), Shelve(loose.id)]
    )
    keys, run = office.site.keys, office.site.connection.run
    assert office.state() is TaskState.ASSIGNED
    assert office.board.tasks[office.task.id].state is TaskState.ASSIGNED
    assert office.board.load[office.agent.id] == 1
    assert office.board.held(office.task.id) == office.site.ledger.get(office.task.id)
    assert (run("LLEN", keys.inbox(office.agent.id)), run("LRANGE", keys.backlog, 0, -1)) == (1, [str(loose.id)])
    assert office.carrier.shelved == {loose.id}
    kinds = [event.type for event in Journal(office.site.connection, keys).last(9)]
    assert kinds == ["conductor.elected", "task.assigned", "task.started"]


def test_a_stale_view_of_one_task_refuses_the_whole(office: Office) -> None:
    held = office.site.ledger.find("g")
    office.site.ledger.change(held, held.value.cancel("off"), "cancelled")
    with pytest.raises(StaleError):
        office.carrier.carry_out(
            [Release(office.task.id, office.agent.id), Advance(office.group.start(), "started")]
        )
    assert office.state() is TaskState.PENDING
    assert office.site.connection.run("EXISTS", office.site.keys.inbox(office.agent.id)) == 0
    assert office.board.tasks[office.task.id].state is TaskState.PENDING


def test_a_task_of_which_only_an_event_was_heard_is_read_before_it_is_changed(office: Office) -> None:
    office.board.see(office.board.tasks[office.task.id])
    office.carrier.carry_out([Release(office.task.id, office.agent.id)])
    assert office.state() is TaskState.ASSIGNED
    office.board.see(office.board.tasks[office.task.id].evolve(state=TaskState.PENDING))
    with pytest.raises(StaleError):
        office.carrier.carry_out([Release(office.task.id, office.agent.id)])


def test_without_the_lease_nothing_is_released_and_nobody_buried(
    office: Office, claim: Callable[[], Lease]
) -> None:
    office.lease.give_up()
    rival = claim()
    rival.take()
    with pytest.raises(LostLeaseError):
        office.carrier.carry_out([Release(office.task.id, office.agent.id)])
    with pytest.raises(LostLeaseError):
        office.carrier.bury(Bury(office.agent.id))
    assert office.state() is TaskState.PENDING
    held = office.site.roster.find("w")
    assert held.value.state is AgentState.IDLE
