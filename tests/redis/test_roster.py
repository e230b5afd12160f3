"""Agents in Redis: by name, alive or not, and their mailboxes."""

from uuid import UUID

import pytest

from tinytown.agents import Agent
from tinytown.clock import now, rfc3339
from tinytown.connection import Connection
from tinytown.errors import AmbiguousError, UnknownAgentError
from tinytown.ids import CONDUCTOR_ID
from tinytown.keys import Keys
from tinytown.messages import Message
from tinytown.roster import Roster
from tinytown.transaction import Transaction


@pytest.fixture
def roster(connection: Connection, keys: Keys) -> Roster:
    return Roster(connection, keys)


def enlist(connection: Connection, keys: Keys, *names: str) -> list[Agent]:
    transaction = Transaction(keys)
    agents = [Agent.new(name, "echo") for name in names]
    for agent in agents:
        transaction.create_agent(agent)
    transaction.commit(connection)
    return agents


def test_nobody_is_there_at_first(roster: Roster) -> None:
    assert (roster.all(), roster.heartbeats({}), roster.shown()) == ({}, {}, [])
    assert (roster.get(UUID(int=1)), roster.named("x")) == (None, None)


def test_everybody_is_there_by_name(roster: Roster, connection: Connection, keys: Keys) -> None:
    coder, baker = enlist(connection, keys, "coder", "baker")
    assert [held.value for held in roster.all().values()] == [baker, coder]
    held = roster.named("coder")
    assert held is not None
    assert (held.value, roster.get(coder.id)) == (coder, held)


def test_a_name_without_an_agent_is_passed_over(roster: Roster, connection: Connection, keys: Keys) -> None:
    coder, baker = enlist(connection, keys, "coder", "baker")
    connection.run("DEL", keys.agent(baker.id))
    assert list(roster.all()) == [coder.id]
    assert roster.named("baker") is None
    with pytest.raises(UnknownAgentError):
        roster.find("baker")


def test_who_is_alive_is_told_by_the_heart(roster: Roster, connection: Connection, keys: Keys) -> None:
    coder, baker = enlist(connection, keys, "coder", "baker")
    moment = now()
    Transaction(keys).lease(keys.alive(coder.id), rfc3339(moment), 60_000).commit(connection)
    connection.run("RPUSH", keys.inbox(baker.id), Message.new("ping", sender=coder.id, to=baker.id).to_json())
    assert roster.heartbeats(roster.all()) == {coder.id: moment}
    (first, dead, mail), (second, alive, none) = roster.shown()
    assert (first.name, dead, mail, first.last_heartbeat) == ("baker", False, 1, None)
    assert (second.name, alive, none, second.last_heartbeat) == ("coder", True, 0, moment)


def test_an_agent_is_found_by_name_by_id_and_by_a_slip_of_case(
    roster: Roster, connection: Connection, keys: Keys
) -> None:
    coder, upper, lower = enlist(connection, keys, "Coder", "QA", "qa")
    for reference in ("Coder", "coder", "CODER", str(coder.id)):
        assert roster.find(reference).value == coder
    assert (roster.find("QA").value, roster.find("qa").value) == (upper, lower)
    with pytest.raises(AmbiguousError, match=f"fits 2 agents: QA {str(upper.id)[:8]}, qa {str(lower.id)[:8]}"):
        roster.find("Qa")


def test_an_agent_is_found_by_its_nickname_and_by_the_beginning_of_its_id(
    roster: Roster, connection: Connection, keys: Keys
) -> None:
    dora = Agent.new("coder", "echo", nickname="Dora", id=UUID("abcdef01-0000-4000-8000-000000000000"))
    other = Agent.new("Dora", "echo", id=UUID("abcdef02-0000-4000-8000-000000000000"))
    third = Agent.new("baker", "echo", nickname="Bo", id=UUID("beef0000-0000-4000-8000-000000000000"))
    transaction = Transaction(keys)
    for agent in (dora, other, third):
        transaction.create_agent(agent)
    transaction.commit(connection)
    assert roster.find("Dora").value == other, "an exact name comes first"
    for reference in ("bo", "BO", "beef", "BEEF00"):
        assert roster.find(reference).value == third
    assert roster.find("abcdef01").value == dora
    with pytest.raises(AmbiguousError, match=r'"dora" fits 2 agents: Dora abcdef02, coder \(Dora\) abcdef01'):
        roster.find("dora")
    with pytest.raises(AmbiguousError):
        roster.find("abcd")
    with pytest.raises(UnknownAgentError):
        roster.find("bee")


@pytest.mark.parametrize(("reference", "guess"), [("codre", "coder"), ("zzz", None), ("", None), ("\udcff", None)])
def test_an_unknown_agent_is_an_error_with_the_nearest(
    roster: Roster, connection: Connection, keys: Keys, reference: str, guess: str | None
) -> None:
    enlist(connection, keys, "coder")
    with pytest.raises(UnknownAgentError, match="no agent is called") as error:
        roster.find(reference)
    assert error.value.remedy.startswith(f'Did you mean "{guess}"? ' if guess else "`tt list`")


def test_the_conductor_has_a_mailbox_under_both_its_names(
    roster: Roster, connection: Connection, keys: Keys
) -> None:
    (coder,) = enlist(connection, keys, "coder")
    assert [roster.mailbox(name) for name in ("conductor", "Supervisor", " conductor ")] == [CONDUCTOR_ID] * 3
    assert roster.mailbox("coder") == coder.id
    with pytest.raises(UnknownAgentError):
        roster.mailbox("nobody")
