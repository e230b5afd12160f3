"""One record of another program as one of ours. Pure."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from tinytown.agents import Agent
from tinytown.errors import BadNameError, StoreError, UsageError
from tinytown.ids import PLAN_ID, check_name
from tinytown.messages import Message
from tinytown.migration.found import Find
from tinytown.migration.layout import clip
from tinytown.states import ENDED, AgentState, TaskState
from tinytown.tasks import Priority, Task

PLAN_TAG = "plan:"
"""Begins the tag that ties a task to its entry of tasks.toml."""

_MOMENT = TypeAdapter(datetime)
_TIMES = ("created_at", "updated_at", "started_at", "completed_at", "last_heartbeat", "last_active_at")
_STATES = {**{state.value: state for state in TaskState}, "in_flight": TaskState.RUNNING}
_BARRED_AS = "-"


class UnreadableError(Exception):
    """A record makes no sense; the reason is for people."""


def task_of(find: Find, moment: datetime) -> tuple[Task, list[str]]:
    """A task, and what had to be assumed of it.

    Its plan id is the one of its tag; a state that is unknown counts as pending.

    Args:
        find: A hash, or a JSON text.
        moment: What times that cannot be read are taken for.

    Raises:
        UnreadableError: It is no task.
    """
    said = _said(find)
    assumed: list[str] = []
    _times(said, moment, assumed)
    tags = _tags(said.get("tags"))
    name = next((tag.removeprefix(PLAN_TAG) for tag in tags if tag.startswith(PLAN_TAG)), "")
    if PLAN_ID.fullmatch(name):
        said["plan_id"] = name
        tags = [tag for tag in tags if tag != PLAN_TAG + name]
    state = _STATES.get(str(said.get("state")))
    if state is None:
        assumed.append(f"its state {clip(str(said.get('state')))} is unknown: pending")
        state = TaskState.PENDING
    if not said.get("description"):
        raise UnreadableError("it has no description")
    try:
        task = Task.model_validate({**said, "id": find.place.id, "tags": tags, "state": state})
        task.to_json()
    except ValidationError as error:
        raise UnreadableError(_first(error)) from None
    except UsageError as error:
        raise UnreadableError(error.message) from None
    if task.state not in ENDED and (task.completed_at or task.result):
        # A task that was taken up again keeps its last outcome there.
        task = task.evolve(completed_at=None, result=None, last_error=task.last_error or task.result)
    return task, assumed


def agent_of(find: Find, moment: datetime) -> tuple[Agent, str, list[str]]:
    """An agent without a process, the state that it was in, and what had to be assumed of it.

    Its name is as it was, be it allowed or not.

    Args:
        find: A hash, or a JSON text.
        moment: What times that cannot be read are taken for.

    Raises:
        UnreadableError: It is no agent.
    """
    said = _said(find)
    assumed: list[str] = []
    _times(said, moment, assumed)
    known = {state.value: state for state in AgentState}
    state = known.get(str(said.get("state")))
    if state is None:
        assumed.append(f"its state {clip(str(said.get('state')))} is unknown: stopped")
    if "role_id" in said and not said.get("role"):
        said["role"] = said.pop("role_id")
    gone = {"pid": None, "host": None, "current_task": None, "stop_now": False}
    state = state if state in (AgentState.COLD, AgentState.ERROR) else AgentState.STOPPED
    try:
        agent = Agent.model_validate({**said, **gone, "id": find.place.id, "state": state})
        agent.to_json()
    except ValidationError as error:
        raise UnreadableError(_first(error)) from None
    except UsageError as error:
        raise UnreadableError(error.message) from None
    return agent, str(said.get("state")), assumed


def allowed_name(name: str, ident: str) -> str:
    """A name that an agent may have, as near as can be to the one that it had."""
    plain = "".join(_BARRED_AS if char in ":*?[]/\\" or not char.isprintable() else char for char in name)
    for candidate in (name, plain.strip(" .-")[:60], f"{plain.strip(' .-')[:60]}-agent"):
        try:
            return check_name(candidate, "agent")
        except BadNameError:
            continue
    return f"agent-{ident[:8]}"


def message_text(text: str, *, urgent: bool) -> tuple[str, int]:
    """A message as it lies in an inbox of ours, and its rank; what is no message stays what it is.

    Args:
        text: What lay in the other program's list.
        urgent: Whether it lay among the urgent ones.
    """
    try:
        message = Message.from_json(text)
        if urgent:
            message = message.evolve(priority=Priority.URGENT)
        return message.to_json(), message.priority.rank
    except (StoreError, UsageError):
        return text, Priority.NORMAL.rank


def assignment(text: str) -> UUID | None:
    """The task that a message assigns, if it is such a message."""
    try:
        message = Message.from_json(text)
        return UUID(str(message.get("task_id"))) if message.type == "task_assign" else None
    except (StoreError, ValueError):
        return None


def _said(find: Find) -> dict[str, Any]:
    """The record's fields; those without a value are left out."""
    said: Any = dict(find.fields)
    if find.text is not None:
        try:
            said = json.loads(find.text)
        except (ValueError, RecursionError):
            raise UnreadableError("it is no JSON") from None
        if not isinstance(said, dict):
            raise UnreadableError("it is JSON, but no record")
    ident = said.get("id")
    if ident is not None and str(ident).lower() != find.place.ident:
        raise UnreadableError(f"it says that its id is {clip(str(ident))}")
    return {name: value for name, value in said.items() if value is not None}


def _tags(told: object) -> list[str]:
    if isinstance(told, str):
        try:
            told = json.loads(told)
        except (ValueError, RecursionError):
            raise UnreadableError(f"its tags are no JSON: {clip(str(told))}") from None
    return [str(tag) for tag in told] if isinstance(told, list) else []


def _times(said: dict[str, Any], moment: datetime, assumed: list[str]) -> None:
    """Times in UTC, to the microsecond, whatever offset and however many digits they were written with."""
    for name in _TIMES:
        if name in said:
            try:
                time = _MOMENT.validate_python(said[name])
            except ValidationError:
                assumed.append(f"its {name} {clip(str(said[name]))} is no time")
                del said[name]
            else:
                said[name] = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    for name in ("created_at", "updated_at"):
        said.setdefault(name, said.get("created_at", moment))


def _first(error: ValidationError) -> str:
    first: Mapping[str, Any] = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'the whole'}: {first['msg']}"
