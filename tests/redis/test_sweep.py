"""The sweep: who is dead, and who only cannot be heard."""

from dataclasses import replace

import pytest

from conductor.actions import Bury, Release
from conductor.sweep import Sweeper
from tests.office import Office
from tinytown.clock import now
from tinytown.errors import RedisBusyError, StaleError
from tinytown.states import AgentState, TaskState
from tinytown.transaction import Transaction


def _silent(office: Office) -> Sweeper:
    """A sweeper that has looked for ten seconds and heard nothing of the agent."""
    sweeper = Sweeper(office.site, office.board, office.lease)
    office.site.connection.run("DEL", office.site.keys.alive(office.agent.id))
    for _ in range(4):
        assert sweeper.dead() == []
        _pass(sweeper, 2.6)
    return sweeper


def _pass(sweeper: Sweeper, seconds: float) -> None:
    sweeper.silence = replace(sweeper.silence, looked_at=sweeper.silence.looked_at - seconds)


def test_the_work_of_a_dead_agent_is_freed_with_its_mail(office: Office) -> None:
    office.carrier.carry_out([Release(office.task.id, office.agent.id)])
    sweeper = _silent(office)
    assert sweeper.dead() == [Bury(office.agent.id)]
    office.carrier.bury(Bury(office.agent.id))
    assert office.state() is TaskState.PENDING
    assert office.board.tasks[office.task.id].state is TaskState.PENDING
    assert office.site.connection.run("EXISTS", office.site.keys.inbox(office.agent.id)) == 0
    assert office.site.roster.find("w").value.state is AgentState.ERROR
    assert sweeper.dead() == []


def test_an_agent_that_beats_just_when_it_is_declared_dead_lives(office: Office) -> None:
    assert _silent(office).dead() == [Bury(office.agent.id)]
    office.site.connection.run("SET", office.site.keys.alive(office.agent.id), now().isoformat(), "PX", 60_000)
    with pytest.raises(StaleError):
        office.carrier.bury(Bury(office.agent.id))
    assert office.site.roster.find("w").value.state is AgentState.IDLE


def test_nobody_is_dead_because_all_heartbeats_expired_at_once(office: Office) -> None:
    sweeper = Sweeper(office.site, office.board, office.lease)
    sweeper.look()
    office.site.connection.run("DEL", office.site.keys.alive(office.agent.id))
    assert sweeper.dead() == []
    _pass(sweeper, 3600)
    assert sweeper.dead() == [], "it was frozen itself"


def test_nobody_is_dead_right_after_redis_was_away(office: Office) -> None:
    sweeper = _silent(office)
    sweeper.forgive()
    assert sweeper.dead() == []


def test_silence_says_nothing_while_redis_cannot_be_written(office: Office) -> None:
    sweeper = Sweeper(office.site, office.board, office.lease)
    office.site.connection.run("DEL", office.site.keys.alive(office.agent.id))
    office.site.connection.run("REPLICAOF", "127.0.0.1", "1")
    try:
        with pytest.raises(RedisBusyError):
            sweeper.dead()
    finally:
        office.site.connection.run("REPLICAOF", "NO", "ONE")


def test_a_task_that_was_on_its_way_to_an_agent_that_left_stayed_there(office: Office) -> None:
    held = office.site.roster.find("w")
    transaction = Transaction(office.site.keys)
    transaction.change_agent(held, held.value.become(AgentState.STOPPED))
    transaction.commit(office.site.connection)
    office.carrier.carry_out([Release(office.task.id, office.agent.id)])
    assert Sweeper(office.site, office.board, office.lease).dead() == [Bury(office.agent.id)]
    office.carrier.bury(Bury(office.agent.id))
    assert office.state() is TaskState.PENDING
    assert office.site.roster.find("w").value.state is AgentState.STOPPED
