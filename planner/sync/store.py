"""The plan in Redis: what was last synced, and the tasks as they are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from planner.plan import Entry, Plan, TeamMember
from planner.sync.known import Remembered
from tinytown.connection import Connection
from tinytown.errors import StoreError
from tinytown.ids import task_id
from tinytown.keys import AGENTS, GENERATION, GONE, META, PUSHING, Keys
from tinytown.ledger import Ledger
from tinytown.record import Held
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_EPITAPH = 1000
"""So many characters of the result of a deleted task are kept."""


@dataclass(frozen=True)
class Snapshot:
    """What was read, and the exact texts to expect.

    Args:
        known: What it means.
        held: The tasks by their own id.
        texts: The hash as it stands.
    """

    known: Remembered
    held: Mapping[UUID, Held[Task]]
    texts: Mapping[str, str]

    @property
    def generation(self) -> int:
        """How many pushes have written something."""
        return int(self.texts.get(GENERATION, "0"))


class Store:
    """One town's plan in Redis.

    Args:
        connection: An open connection.
        keys: The town's keys.
        town: The town's name, which the ids of planned tasks depend on.
    """

    def __init__(self, connection: Connection, keys: Keys, town: str) -> None:
        self.connection = connection
        self.keys = keys
        self.town = town
        self._ledger = Ledger(connection, keys, town)

    def read(self) -> Snapshot:
        """Base and tasks as of one generation, and one piece of it. What changes later, the transaction notices."""
        while True:
            flat = self.connection.run("HGETALL", self.keys.plan)
            texts = dict(zip(flat[::2], flat[1::2], strict=True))
            held = self._ledger.get_many(self._ledger.ids())
            marks = self.connection.run("HMGET", self.keys.plan, GENERATION, PUSHING)
            if marks == [texts.get(GENERATION), texts.get(PUSHING)]:
                return self._snapshot(texts, held)

    def transaction(self, snapshot: Snapshot) -> Transaction:
        """A transaction that holds only while nobody else has pushed."""
        expected = snapshot.texts.get(GENERATION)
        return Transaction(self.keys).expect_field(self.keys.plan, GENERATION, expected)

    def remember(self, transaction: Transaction, snapshot: Snapshot, name: str, entry: Entry | None) -> None:
        """Writes or forgets the base of one task, unless it stands there already."""
        before = snapshot.texts.get(name)
        after = entry.to_json() if entry else None
        if after == before:
            return
        transaction.expect_field(self.keys.plan, name, before)
        if after is None:
            transaction.delete_field(self.keys.plan, name)
        else:
            transaction.set_field(self.keys.plan, name, after)

    def entomb(self, transaction: Transaction, name: str, task: Task) -> None:
        """Keeps in mind that a task was completed, though it is deleted."""
        result = (task.result or "")[:_EPITAPH] or None
        transaction.set_field(self.keys.plan, f"{GONE}{name}", task.evolve(result=result).to_json())

    def lift(self, transaction: Transaction, name: str) -> None:
        """Forgets that a task was deleted: it is back."""
        transaction.delete_field(self.keys.plan, f"{GONE}{name}")

    def note_plan(self, transaction: Transaction, snapshot: Snapshot, plan: Plan) -> None:
        """Writes what belongs to the plan as a whole, if it has changed."""
        team = [member.model_dump(mode="json") for member in plan.team]
        for name, value in ((META, plan.meta), (AGENTS, team)):
            text = json.dumps(value, ensure_ascii=False)
            if text != snapshot.texts.get(name):
                transaction.set_field(self.keys.plan, name, text)

    def _snapshot(self, texts: dict[str, str], held: dict[UUID, Held[Task]]) -> Snapshot:
        live: dict[str, Task] = {}
        unplanned: list[Task] = []
        for one in held.values():
            task = one.value
            if task.plan_id is None:
                unplanned.append(task)
            elif task.plan_id not in live or task.id == task_id(self.town, task.plan_id):
                live[task.plan_id] = task
        known = Remembered(
            base={name: Entry.from_json(text) for name, text in texts.items() if not name.startswith(":")},
            live=live,
            gone={
                name.removeprefix(GONE): Task.from_json(text)
                for name, text in texts.items()
                if name.startswith(GONE)
            },
            unplanned=tuple(unplanned),
            meta=_note(texts.get(META), {}),
            team=tuple(TeamMember.model_validate(member) for member in _note(texts.get(AGENTS), [])),
            unfinished=PUSHING in texts,
        )
        return Snapshot(known, held, texts)


def _note(text: str | None, default: Any) -> Any:
    if text is None:
        return default
    try:
        return json.loads(text)
    except ValueError:
        raise StoreError("the plan's notes in Redis are not JSON", "Look at the plan's hash.") from None
