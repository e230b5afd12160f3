"""Reads a snapshot's lines; whatever is wrong is told with its line, before anything is done. Pure."""

import json
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from tinytown.agents import Agent
from tinytown.errors import BadNameError, BadSnapshotError
from tinytown.ids import CONDUCTOR_ID, check_name
from tinytown.snapshot.contents import Snapshot
from tinytown.snapshot.lines import COMPACT, FORMAT
from tinytown.tasks import Task


class _BadLineError(Exception):
    """A line is not what it should be."""


def read(data: bytes) -> Snapshot:
    """What a file says.

    Raises:
        BadSnapshotError: It is damaged, or no snapshot at all; it names the line.
    """
    reading = _Reading()
    lines = data.splitlines()
    for number, line in enumerate(lines, 1):
        try:
            reading.take(_told(line))
        except _BadLineError as error:
            raise BadSnapshotError(number, str(error)) from None
    try:
        return reading.whole()
    except _BadLineError as error:
        raise BadSnapshotError(len(lines) + 1, str(error)) from None


def _told(line: bytes) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        raise _BadLineError("it is no JSON") from None
    if not isinstance(told, dict) or not isinstance(told.get("kind"), str):
        raise _BadLineError("it has no kind")
    return told


class _Reading:
    """A snapshot as it is read, line by line."""

    def __init__(self) -> None:
        self._name: str | None = None
        self._plan: dict[str, str] = {}
        self._agents: dict[UUID, Agent] = {}
        self._tasks: dict[UUID, Task] = {}
        self._mail: dict[UUID, list[str]] = {}
        self._backlog: list[UUID] = []
        self._delayed: dict[UUID, str] = {}
        self._events: list[tuple[str, list[str]]] = []
        self._journal = False
        self._ended = False

    def take(self, told: dict[str, Any]) -> None:
        kind = told.pop("kind")
        if self._ended:
            raise _BadLineError("something follows the end")
        if (kind == "town") == (self._name is not None):
            raise _BadLineError("a second town" if kind == "town" else "a snapshot begins with its town")
        take = getattr(self, f"_take_{kind}", None)
        if take is None:
            raise _BadLineError(f'"{kind[:40]}" is no kind of line that is known here')
        try:
            take(told)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise _BadLineError(f"{where}: {first['msg']}") from None
        except BadNameError as error:
            raise _BadLineError(error.message) from None

    def whole(self) -> Snapshot:
        if self._name is None:
            raise _BadLineError("it is empty")
        if not self._ended:
            raise _BadLineError("it is cut off: the last line is missing")
        return Snapshot(
            self._name,
            self._plan,
            list(self._agents.values()),
            list(self._tasks.values()),
            self._mail,
            self._backlog,
            self._delayed,
            self._events if self._journal else None,
        )

    def _take_town(self, told: dict[str, Any]) -> None:
        if told.get("format") != FORMAT:
            raise _BadLineError(f"its format is {str(told.get('format'))[:20]}; this program reads {FORMAT}")
        self._journal = told.get("events") is True
        self._name = check_name(_text(told, "name"), "town")

    def _take_plan(self, told: dict[str, Any]) -> None:
        name = _text(told, "id")
        _once(name, self._plan)
        self._plan[name] = _respelled(told)

    def _take_agent(self, told: dict[str, Any]) -> None:
        agent = Agent.model_validate(told)
        check_name(agent.name, "agent")
        _once(agent.id, self._agents)
        _once(agent.name, [other.name for other in self._agents.values()])
        self._agents[agent.id] = agent

    def _take_task(self, told: dict[str, Any]) -> None:
        task = Task.model_validate(told)
        _once(task.id, self._tasks)
        self._tasks[task.id] = task

    def _take_message(self, told: dict[str, Any]) -> None:
        owner = _uuid(told, "to")
        if owner != CONDUCTOR_ID and owner not in self._agents:
            raise _BadLineError(f"a message for agent {owner}, who is not there")
        self._mail.setdefault(owner, []).append(_respelled(told))

    def _take_backlog(self, told: dict[str, Any]) -> None:
        self._backlog.append(self._known(told))

    def _take_delayed(self, told: dict[str, Any]) -> None:
        until = _text(told, "until")
        try:
            float(until)
        except ValueError:
            raise _BadLineError(f'until: "{until[:40]}" is no number') from None
        self._delayed[self._known(told)] = until

    def _take_event(self, told: dict[str, Any]) -> None:
        flat = told.get("fields")
        if not isinstance(flat, list) or not flat or len(flat) % 2 or not all(isinstance(one, str) for one in flat):
            raise _BadLineError("fields: they are no pairs of texts")
        ident = _text(told, "id")
        if _moment(ident) <= (_moment(self._events[-1][0]) if self._events else (0, 0)):
            raise _BadLineError("id: events are numbered upwards")
        self._events.append((ident, flat))

    def _take_end(self, _told: dict[str, Any]) -> None:
        self._ended = True

    def _known(self, told: Mapping[str, Any]) -> UUID:
        ident = _uuid(told, "task")
        if ident not in self._tasks:
            raise _BadLineError(f"task {ident} is not there")
        return ident


def _respelled(told: Mapping[str, Any]) -> str:
    if "value" in told:
        return json.dumps(told["value"], ensure_ascii=False)
    if "compact" in told:
        return json.dumps(told["compact"], ensure_ascii=False, separators=COMPACT)
    return _text(told, "text")


def _once(what: object, there: Collection[object]) -> None:
    if what in there:
        raise _BadLineError(f"{what} is there twice")


def _text(told: Mapping[str, Any], name: str) -> str:
    text = told.get(name)
    if not isinstance(text, str):
        raise _BadLineError(f"{name}: a text is wanted")
    return text


def _uuid(told: Mapping[str, Any], name: str) -> UUID:
    try:
        return UUID(_text(told, name))
    except ValueError:
        raise _BadLineError(f"{name}: no id") from None


def _moment(ident: str) -> tuple[int, int]:
    first, _, second = ident.partition("-")
    if not (first.isdecimal() and second.isdecimal()):
        raise _BadLineError("id: no id of an event")
    return int(first), int(second)
