"""A message: the payload of each type stands beside the type, and nothing is dropped."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytown.errors import StoreError
from tinytown.ids import CONDUCTOR_ID
from tinytown.messages import PAYLOADS, Message
from tinytown.tasks import Priority

TO = UUID(int=5)

# The table of the design, said again.
TABLE = {
    "task_assign": ["task_id"],
    "task_done": ["task_id", "result"],
    "task_failed": ["task_id", "error"],
    "status_request": [],
    "status_response": ["state", "current_task"],
    "ping": [],
    "pong": [],
    "shutdown": [],
    "task": ["description"],
    "query": ["question"],
    "informational": ["summary"],
    "confirmation": ["ack_type"],
    "custom": ["kind", "payload"],
}
ENVELOPE = ["id", "from", "to", "type", "priority", "created_at", "correlation_id"]


def test_the_types_are_those_of_the_table() -> None:
    assert {kind: list(fields) for kind, fields in PAYLOADS.items()} == TABLE


@pytest.mark.parametrize("kind", TABLE)
def test_the_payload_stands_beside_the_type(kind: str) -> None:
    payload = {field: f"the {field}" for field in TABLE[kind]}
    message = Message.new(kind, sender=CONDUCTOR_ID, to=TO, **payload)
    values = json.loads(message.to_json())
    assert list(values) == [*ENVELOPE, *payload]
    assert values["from"] == "00000000-0000-0000-0000-000000000001"
    assert {field: values[field] for field in payload} == payload
    assert message.text == " ".join(payload.values())
    assert Message.from_json(message.to_json()) == message
    assert [message.get(field) for field in payload] == list(payload.values())


def test_unknown_types_and_fields_are_kept_and_told() -> None:
    text = json.dumps({"from": str(TO), "to": str(TO), "type": "gossip", "about": "you", "depth": {"n": [1]}})
    message = Message.from_json(text)
    assert (message.get("about"), message.get("nothing"), message.get("nothing", 3)) == ("you", None, 3)
    assert message.text == "you {'n': [1]}"
    again = json.loads(message.evolve(priority=Priority.HIGH).to_json())
    assert (again["about"], again["depth"], again["priority"]) == ("you", {"n": [1]}, "high")


def test_a_message_of_another_program_has_defaults_for_what_it_does_not_say() -> None:
    message = Message.from_json(json.dumps({"from": str(TO), "to": str(TO), "type": "ping"}))
    assert (message.priority, message.correlation_id) == (Priority.NORMAL, None)


@pytest.mark.parametrize("lacking", ["from", "to", "type"])
def test_a_message_without_its_envelope_is_none(lacking: str) -> None:
    values = {"from": str(TO), "to": str(TO), "type": "ping"}
    del values[lacking]
    with pytest.raises(StoreError, match=f"no message: {lacking}"):
        Message.from_json(json.dumps(values))


def test_a_payload_that_is_not_there_leaves_no_gap_in_the_text() -> None:
    assert Message.new("task_done", sender=TO, to=TO, result="ok").text == "ok"
    assert Message.new("ping", sender=TO, to=TO).text == ""


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda n: n not in (*ENVELOPE, "sender")
)
VALUES = st.recursive(st.none() | st.booleans() | st.integers(-99, 99) | NAMES, st.lists, max_leaves=4)


@given(st.dictionaries(NAMES, VALUES), st.sampled_from(Priority))
def test_whatever_the_payload_it_is_read_as_it_was_written(payload: dict[str, Any], priority: Priority) -> None:
    message = Message.model_validate({"type": "x", "from": TO, "to": TO, "priority": priority, **payload})
    again = Message.from_json(message.to_json())
    assert again == message
    assert again.to_json() == message.to_json()
    assert {name: again.get(name) for name in payload} == payload
