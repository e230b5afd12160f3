"""A tasks.toml and the town that it is synced with, and what a person and the runtime do to both."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.plan import Plan
from planner.read import require_plan
from planner.sync.changes import Changes
from planner.sync.pull import Pulled, pull
from planner.sync.push import Pushed, Terms, differences, push
from planner.sync.store import Store
from tinytown.ids import new_id
from tinytown.journal import Journal
from tinytown.ledger import Ledger
from tinytown.record import Held
from tinytown.states import TaskState
from tinytown.tasks import Task


def yes(_: Changes) -> bool:
    """A person who agrees to everything."""
    return True


@dataclass
class Desk:
    """One file, one town.

    Args:
        store: The town's plan in Redis.
        path: The file.
    """

    store: Store
    path: Path

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.store.connection, self.store.keys, self.store.town)

    @property
    def plan(self) -> Plan:
        """The file as it stands."""
        return require_plan(self.path)

    @property
    def text(self) -> str:
        return self.path.read_bytes().decode()

    @property
    def notes(self) -> dict[str, str]:
        """The plan's hash."""
        flat = self.store.connection.run("HGETALL", self.store.keys.plan)
        return dict(zip(flat[::2], flat[1::2], strict=True))

    @property
    def tombs(self) -> set[str]:
        """The ids of completed tasks that were pruned."""
        return {name.removeprefix(":gone:") for name in self.notes if name.startswith(":gone:")}

    @property
    def states(self) -> dict[str, str]:
        """The state of each planned task."""
        return {name: task.state.value for name, task in self.tasks.items()}

    @property
    def tasks(self) -> dict[str, Task]:
        """The planned tasks as they are in Redis."""
        return {held.value.plan_id: held.value for held in self.ledger.all().values() if held.value.plan_id}

    @property
    def told(self) -> list[str]:
        """What the journal says, in words such as `task.completed a`."""
        events = Journal(self.store.connection, self.store.keys).since("0-0")
        return [f"{event.type} {event.plan_id}" if event.plan_id else event.type for event in events]

    def write(self, text: str) -> None:
        """The person writes the file anew."""
        self.path.write_bytes(text.encode())

    def edit(self, before: str, after: str) -> None:
        """The person replaces a piece of the file that stands there once."""
        text = self.text
        assert text.count(before) == 1, (before, text)
        self.write(text.replace(before, after))

    def push(self, *, agree: bool = True, dry_run: bool = False, **terms: Any) -> Pushed:
        """Pushes the file; the keywords are the terms."""
        confirm = yes if agree else None
        return push(self.store, self.plan, Terms(**terms), confirm=confirm, dry_run=dry_run)

    def pull(self, **how: Any) -> Pulled:
        return pull(self.store, self.path, **how)

    def differences(self) -> Changes:
        return differences(self.store, self.plan)

    def held(self, name: str) -> Held[Task]:
        return self.ledger.find(name)

    def task(self, name: str) -> Task:
        return self.held(name).value

    def change(self, name: str, *moves: Callable[[Task], Task]) -> Held[Task]:
        """Something happens to a task in Redis. Returns it as it is then."""
        for move in moves:
            before = self.held(name)
            after = move(before.value)
            verb = after.state.value if after.state is not before.value.state else "updated"
            self.ledger.change(before, after, verb)
        return self.held(name)

    def run(self, name: str) -> Held[Task]:
        """An agent begins to work on a task."""
        if self.task(name).state is not TaskState.ASSIGNED:
            self.change(name, lambda task: task.assign(new_id()))
        return self.change(name, lambda task: task.start())

    def complete(self, name: str, result: str = "ok") -> Held[Task]:
        """A task is done by an agent, or ends as a group does."""
        if self.task(name).state is not TaskState.RUNNING:
            self.run(name)
        return self.change(name, lambda task: task.complete(result))

    def dump(self) -> dict[str, Any]:
        """Everything that the town has in Redis, and the file."""
        connection, keys = self.store.connection, self.store.keys
        return {
            "plan": self.notes,
            "ids": sorted(connection.run("SMEMBERS", keys.tasks)),
            "tasks": {held.value.id: held.text for held in self.ledger.all().values()},
            "events": connection.run("XLEN", keys.events),
            "backlog": connection.run("LRANGE", keys.backlog, 0, -1),
            "file": self.path.read_bytes(),
        }

    def settled(self) -> None:
        """Asserts that neither a push nor a pull has anything to do, and that both leave everything alone."""
        before = self.dump()
        assert not self.push(agree=False).written
        assert not self.pull().written
        assert self.differences().empty, self.differences()
        assert self.dump() == before
