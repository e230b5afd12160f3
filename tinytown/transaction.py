"""The one transaction: expectations and writes, all or nothing. The only way that state changes.

A caller holds the text that it read (`Held`), expects it to be there still, and writes its successor. If
anybody changed it in between, the whole transaction is refused (StaleError): that is the fencing of late
workers, second conductors and edits under one's feet.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Self, TypeVar
from uuid import UUID

from tinytown.agents import Agent
from tinytown.answer import answer
from tinytown.connection import Connection
from tinytown.errors import StaleError, UnknownScriptError
from tinytown.events import Event, sent_event
from tinytown.ids import CONDUCTOR, CONDUCTOR_ID
from tinytown.keys import Keys
from tinytown.messages import UNTOLD, Message
from tinytown.record import Held, Record
from tinytown.tasks import Task

MAX_EVENTS = 100_000
"""About so many events are kept in a town's stream."""

_SCRIPT = resources.files("tinytown").joinpath("commit.lua").read_text(encoding="utf-8")
_SHA = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()

R = TypeVar("R", bound=Record)


@dataclass(slots=True)
class Transaction:
    """Collects expectations and writes; `commit` makes the outcome true or refuses it whole.

    Args:
        keys: The town's keys.
    """

    keys: Keys
    _expected: list[str] = field(default_factory=list)
    _checks: list[str] = field(default_factory=list)
    _written: list[str] = field(default_factory=list)
    _writes: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many writes it holds."""
        return len(self._written)

    # Expectations

    def expect(self, key: str, text: str) -> Self:
        """The string at `key` is exactly `text`."""
        return self._check(key, "is", text)

    def expect_absent(self, key: str) -> Self:
        """There is no such key."""
        return self._check(key, "absent")

    def expect_field(self, key: str, name: str, text: str | None) -> Self:
        """The hash has exactly `text` under `name`, or nothing if None."""
        if text is None:
            return self._check(key, "nofield", name)
        return self._check(key, "field", name, text)

    def expect_hash(self, key: str, fields: Mapping[str, str]) -> Self:
        """A hash of exactly these fields."""
        flat = [text for pair in fields.items() for text in pair]
        return self._check(key, "hash", str(len(flat)), *flat)

    def expect_list(self, key: str, elements: Sequence[str]) -> Self:
        """A list of exactly these elements."""
        return self._check(key, "list", str(len(elements)), *elements)

    def expect_stream(self, key: str, length: int, last_id: str) -> Self:
        """A stream of so many entries, the last one with this id."""
        return self._check(key, "stream", str(length), last_id)

    def expect_element(self, key: str, text: str) -> Self:
        """The list has such an element."""
        return self._check(key, "has", text)

    # Writes in the store's own terms

    def set(self, key: str, text: str) -> Self:
        return self._write(key, "set", text)

    def lease(self, key: str, text: str, milliseconds: int) -> Self:
        return self._write(key, "lease", text, str(milliseconds))

    def prolong(self, key: str, milliseconds: int) -> Self:
        """What is at `key` expires so much from now. Redis does this even if its memory is full."""
        return self._write(key, "prolong", str(milliseconds))

    def delete(self, key: str) -> Self:
        return self._write(key, "del")

    def set_field(self, key: str, name: str, text: str) -> Self:
        return self._write(key, "hset", name, text)

    def delete_field(self, key: str, name: str) -> Self:
        return self._write(key, "hdel", name)

    def append(self, key: str, element: str) -> Self:
        return self._write(key, "append", element)

    def delete_element(self, key: str, text: str) -> Self:
        """The first such element, out of a list."""
        return self._write(key, "rem", text)

    def add_member(self, key: str, member: str) -> Self:
        return self._write(key, "sadd", member)

    def delete_member(self, key: str, text: str) -> Self:
        return self._write(key, "srem", text)

    def add_scored(self, key: str, member: str, score: str) -> Self:
        return self._write(key, "zadd", score, member)

    def delete_scored(self, key: str, text: str) -> Self:
        return self._write(key, "zrem", text)

    def add_entry(self, key: str, entry_id: str, flat: Sequence[str]) -> Self:
        """An entry of a stream under its own id, which must be higher than those that are there."""
        return self._write(key, "entry", entry_id, str(len(flat)), *flat)

    # Writes in the town's terms

    def create_task(self, task: Task) -> Held[Task]:
        """A task that must not exist yet. Returns it as it will be held."""
        held = Held.of(task)
        key = self.keys.task(task.id)
        self.expect_absent(key).set(key, held.text)
        self._write(self.keys.tasks, "sadd", str(task.id))
        return held

    def change_task(self, before: Held[Task], after: Task) -> Held[Task]:
        """A task's next value, on condition that it still has the one that was read.

        Whoever asked for it hears of its end, whatever brought that about.
        """
        reply = answer(before.value, after)
        if reply is not None:
            self.send(reply, after.agent or CONDUCTOR, after.asked_by)
        return self._change(self.keys.task(after.id), before, after)

    def delete_task(self, before: Held[Task]) -> Self:
        """A task that is to vanish, on condition that it still has the value that was read."""
        key = self.keys.task(before.value.id)
        self.expect(key, before.text).delete(key)
        self._write(self.keys.backlog, "rem", str(before.value.id))
        return self._write(self.keys.tasks, "srem", str(before.value.id))

    def create_agent(self, agent: Agent) -> Held[Agent]:
        """An agent whose name must be free."""
        held = Held.of(agent)
        self.expect_field(self.keys.agents, agent.name, None)
        self.set_field(self.keys.agents, agent.name, str(agent.id))
        self.set(self.keys.agent(agent.id), held.text)
        return held

    def change_agent(self, before: Held[Agent], after: Agent) -> Held[Agent]:
        """An agent's next value, on condition that it still has the one that was read."""
        return self._change(self.keys.agent(after.id), before, after)

    def delete_agent(self, before: Held[Agent]) -> Self:
        """An agent that is to vanish, on condition that it still has the value that was read."""
        agent = before.value
        self.expect(self.keys.agent(agent.id), before.text).delete(self.keys.agent(agent.id))
        self.expect_field(self.keys.agents, agent.name, str(agent.id))
        return self.delete_field(self.keys.agents, agent.name)

    def push(self, message: Message) -> Self:
        """A message into its receiver's inbox: behind its equals, before those of lower priority."""
        rank = str(message.priority.rank)
        return self._write(self.keys.inbox(message.to), "push", rank, message.to_json())

    def send(self, message: Message, sender: str, receiver: str | None = None) -> Self:
        """A message into its receiver's inbox, and word of it in the journal.

        Args:
            message: The message.
            sender: The name of the agent that it comes from, or `conductor`.
            receiver: The name of the agent that it goes to; absent if it is not known, or the conductor.
        """
        if message.type not in UNTOLD:
            to = CONDUCTOR if message.to == CONDUCTOR_ID else receiver or str(message.to)
            concerned = receiver if message.to != CONDUCTOR_ID else None if sender == CONDUCTOR else sender
            self.tell(sent_event(message, sender, to, concerned))
        return self.push(message)

    def give_back(self, agent: UUID, text: str, rank: int) -> Self:
        """A taken message back into its inbox, before its equals."""
        self.acknowledge(agent, text)
        return self._write(self.keys.inbox(agent), "giveback", str(rank), text)

    def acknowledge(self, agent: UUID, text: str) -> Self:
        """A taken message is done with."""
        return self._write(self.keys.processing(agent), "rem", text)

    def add_to_backlog(self, task: UUID) -> Self:
        """An unassigned task that is ready; once, however often it is said."""
        self.drop_from_backlog(task)
        return self._write(self.keys.backlog, "append", str(task))

    def drop_message(self, agent: UUID, text: str) -> Self:
        """A message that nobody took out of its inbox."""
        return self._write(self.keys.inbox(agent), "rem", text)

    def delay(self, task: Task) -> Self:
        """A task with a time before which it may not be released."""
        if task.not_before is None:
            return self._write(self.keys.delayed, "zrem", str(task.id))
        return self._write(self.keys.delayed, "zadd", str(task.not_before.timestamp()), str(task.id))

    def drop_from_backlog(self, task: UUID) -> Self:
        """A task that no longer waits for somebody to claim it."""
        return self._write(self.keys.backlog, "rem", str(task))

    def tell(self, event: Event) -> Self:
        """An event into the journal."""
        flat = event.fields()
        return self._write(self.keys.events, "event", str(MAX_EVENTS), str(len(flat)), *flat)

    def commit(self, connection: Connection) -> None:
        """Makes it true, or refuses it whole.

        Raises:
            StaleError: An expectation failed; nothing was written.
            RedisUnreachableError: The connection broke; the outcome is unknown.
            StoreError: Redis refused; nothing was written.
        """
        if not self._written:
            return
        keys = [*self._expected, *self._written]
        args = [str(len(self._expected)), *self._checks, *self._writes]
        failed = _evaluate(connection, keys, args)
        if failed:
            raise StaleError(self._expected[failed - 1])

    def _change(self, key: str, before: Held[R], after: R) -> Held[R]:
        held = Held.of(after)
        self.expect(key, before.text).set(key, held.text)
        return held

    def _check(self, key: str, *words: str) -> Self:
        self._expected.append(key)
        self._checks += words
        return self

    def _write(self, key: str, *words: str) -> Self:
        self._written.append(key)
        self._writes += words
        return self


def _evaluate(connection: Connection, keys: list[str], args: list[str]) -> int:
    try:
        return int(connection.run("EVALSHA", _SHA, len(keys), *keys, *args))
    except UnknownScriptError:
        return int(connection.run("EVAL", _SCRIPT, len(keys), *keys, *args))
