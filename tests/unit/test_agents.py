"""An agent: its names, its moves, and its JSON."""

import itertools
import json
from uuid import uuid4

import pytest

from tinytown.agents import Agent
from tinytown.errors import BadNameError, StoreError, UnlawfulMoveError
from tinytown.states import AGENT_MOVES, GONE, RECEPTIVE, AgentState

PUBLIC = ["id", "name", "cli", "state", "current_task", "role", "created_at", "last_heartbeat", "tasks_completed"]
PUBLIC += ["pid", "host"]


@pytest.mark.parametrize(("origin", "target"), [*itertools.product(AgentState, AgentState)])
def test_an_agent_becomes_what_is_lawful_or_stays(origin: AgentState, target: AgentState) -> None:
    before = Agent.new("coder", "claude", state=origin)
    if target is origin or target in AGENT_MOVES[origin]:
        after = before.become(target, pid=7)
        assert (after.state, after.pid) == (target, 7)
        assert after.last_heartbeat is not None
        assert (after.gone, after.receptive) == (target in GONE, target in RECEPTIVE)
    else:
        with pytest.raises(UnlawfulMoveError, match=f'agent "coder" is {origin}'):
            before.become(target)
    assert before.last_heartbeat is None


def test_the_json_has_the_documented_fields_first() -> None:
    values = json.loads(Agent.new("coder", "claude").to_json())
    assert list(values)[: len(PUBLIC)] == PUBLIC
    assert (values["state"], values["tasks_completed"], values["current_task"]) == ("starting", 0, None)
    assert values["created_at"].endswith("Z")


def test_what_another_program_wrote_is_kept_through_a_move() -> None:
    text = json.dumps({"name": "old", "cli": "x", "state": "cold", "rounds_completed": 4, "nickname": None})
    kept = json.loads(Agent.from_json(text).become(AgentState.STARTING, current_task=uuid4()).to_json())
    assert (kept["rounds_completed"], kept["nickname"], kept["state"]) == (4, None, "starting")


@pytest.mark.parametrize("name", ["conductor", "Supervisor", "a:b", ""])
def test_a_bad_name_is_refused_for_a_new_agent(name: str) -> None:
    with pytest.raises(BadNameError):
        Agent.new(name, "claude")


def test_an_agent_that_is_in_redis_already_is_read_whatever_it_is_called() -> None:
    assert Agent.from_json('{"name": "a:b", "cli": "x", "state": "idle"}').name == "a:b"
    with pytest.raises(StoreError, match="no agent: name"):
        Agent.from_json('{"cli": "x"}')


def test_a_replica_answers_to_its_own_name_and_to_its_team() -> None:
    agent = Agent.new("coder-2", "claude", team="coder", role="dev")
    assert [agent.answers_to(name) for name in ("coder-2", "coder", "dev", "coder-1")] == [True, True, False, False]
    assert not Agent.new("x", "claude").answers_to("")
