"""An event: what goes into the stream comes out of it."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tinytown.agents import Agent
from tinytown.events import Event, agent_event, task_event, town_event
from tinytown.states import AgentState
from tinytown.tasks import Task

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NAMED = ["id", "type", "at", "task", "plan_id", "agent", "attempt", "state"]
EVENTS = st.builds(
    Event,
    type=TEXTS,
    at=TEXTS,
    id=st.just("1-1"),
    task=st.none() | TEXTS,
    plan_id=st.none() | TEXTS,
    agent=st.none() | TEXTS,
    attempt=st.none() | st.integers(0, 99),
    state=st.none() | TEXTS,
    details=st.dictionaries(TEXTS.filter(lambda name: name not in NAMED), TEXTS),
)


@given(EVENTS)
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    assert Event.read("1-1", event.fields()) == event


@given(EVENTS)
def test_its_json_has_the_named_fields_first_and_null_for_what_is_absent(event: Event) -> None:
    values = event.as_dict()
    assert list(values)[: len(NAMED)] == NAMED
    assert values == {**{name: getattr(event, name) for name in NAMED}, **event.details}


def test_an_entry_of_another_program_is_no_reason_to_fall_over() -> None:
    event = Event.read("9-9", ["what", "ever", "attempt", "many"])
    assert (event.type, event.attempt, event.details) == ("unknown", None, {"what": "ever"})


def test_a_task_event_tells_the_task_after_the_change() -> None:
    task = Task.new("x", plan_id="build").assign(Agent.new("a", "echo").id).start().fail("no")
    event = task_event("failed", task, "coder", result="no", elapsed=None)
    assert (event.type, event.task, event.plan_id) == ("task.failed", str(task.id), "build")
    assert (event.agent, event.attempt, event.state) == ("coder", 1, "failed")
    assert event.details == {"result": "no"}
    assert datetime.fromisoformat(event.at) == task.updated_at
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert task_event("failed", task, moment=moment).at == "2026-01-02T03:04:05.000000Z"


def test_an_agent_event_is_called_by_its_new_state() -> None:
    event = agent_event(Agent.new("coder", "echo", state=AgentState.IDLE), cli="echo")
    assert (event.type, event.agent, event.state, event.details) == ("agent.idle", "coder", "idle", {"cli": "echo"})
    assert town_event("plan.pushed", by="me").as_dict()["by"] == "me"
