"""A file that a model spells out, the town that it is synced with, and whether both say what the model says."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import tomlkit
from hypothesis import strategies as st

from tests.desk import Desk
from tests.sync_model import Row, Said
from tinytown.record import Held
from tinytown.tasks import Task

_NUMBERS = count(1)
_SPACES = st.sampled_from(["", " ", "\t", "   "])
_COMMENTS = st.sampled_from(["", " # c", ' # status = "x"', "\t# ü"])
_BOM = "\ufeff"


@dataclass
class Style:
    """How a person spells a file."""

    newline: str
    bom: bool
    last_newline: bool
    gap: str
    comment: str


STYLES = st.builds(Style, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans(), _SPACES, _COMMENTS)


@dataclass
class Scene(Desk):
    """A desk whose file is written from rows.

    Args:
        style: How the file is spelled.
        rows: Every task that there ever was.
        order: The rows in the file's order; those that are not in it come last.
        unplanned: Tasks that only Redis knows.
        was: For each name in the file the one before.
    """

    style: Style
    rows: list[Row] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    unplanned: list[Task] = field(default_factory=list)
    was: dict[str, str] = field(default_factory=dict)

    def rename(self, row: Row) -> None:
        """Calls a row otherwise; the file says how Redis knows it."""
        row.name = f"r{next(_NUMBERS)}"
        if row.known_as is not None:
            self.was[row.name] = row.known_as

    def write(self, text: str = "") -> None:
        """Spells the rows out."""
        lines = [text, "[meta]", f"description = 'd'{self.style.comment}"]
        places = {number: place for place, number in enumerate(self.order)}
        for number in sorted(range(len(self.rows)), key=lambda number: places.get(number, number + 1000)):
            row = self.rows[number]
            if row.mine is not None:
                lines += ["", f"[[tasks]]{self.style.comment}", *map(self._line, *self._pairs(row, row.mine))]
        text = self.style.newline.join([*lines, "" if self.style.last_newline else "# end"])
        self.path.write_bytes(((_BOM if self.style.bom else "") + text).encode())

    def _pairs(self, row: Row, said: Said) -> tuple[list[str], list[Any]]:
        told = {
            "id": row.name,
            "was": self.was.get(row.name),
            "description": said.description,
            "agent": "me",
            "status": said.status,
            "priority": None if said.priority == "normal" else said.priority,
            "tags": list(said.tags) or None,
            "parent": None if said.parent is None else self.rows[said.parent].name,
            "needs": [self.rows[need].name for need in said.needs] or None,
        }
        pairs = {key: value for key, value in told.items() if value is not None}
        return list(pairs), list(pairs.values())

    def _line(self, key: str, value: Any) -> str:
        spelled = tomlkit.item(value).as_string()
        return f"{self.style.gap}{key} ={self.style.gap}{spelled}{self.style.comment}"

    def held_row(self, row: Row) -> Held[Task]:
        assert row.known_as
        return self.held(row.known_as)

    def appended(self) -> None:
        """A pull has put the tasks into the file that only Redis knew."""
        for task in self.unplanned:
            name = f"task-{task.id.hex[:8]}"
            said = Said(task.description, "pending", tags=task.tags)
            self.rows.append(Row(name, said, said, said, name))
        self.unplanned.clear()

    def check(self, *, ties: bool = False) -> None:
        """Asserts that file and Redis say what the model says.

        Args:
            ties: Whether to look at what waits for what in Redis too; it has its names from the last whole push.
        """
        file = {row.name: self._told(row.mine, "name") for row in self.rows if row.mine}
        assert {entry.id: self._entry(entry) for entry in self.plan.entries} == file
        live = {row.known_as: row for row in self.rows if row.theirs}
        tasks = self.tasks
        assert set(tasks) == set(live)
        names = {task.id: name for name, task in tasks.items()}
        for name, row in live.items():
            task, said = tasks[name or ""], row.theirs
            assert said
            assert (task.description, task.state.value, task.priority.value, task.tags, task.attempt) == (
                *(said.description, said.status, said.priority, said.tags, row.attempt),
            )
            if ties and row.mine:
                parent = names[task.parent_id] if task.parent_id else None
                assert parent == (None if said.parent is None else self.rows[said.parent].known_as)
                assert task.needs == tuple(self.rows[need].known_as for need in said.needs)
        assert self.tombs == {row.known_as for row in self.rows if row.buried}

    def _told(self, said: Said, key: str) -> tuple[Any, ...]:
        parent = None if said.parent is None else getattr(self.rows[said.parent], key)
        needs = tuple(getattr(self.rows[need], key) for need in said.needs)
        return said.description, said.status, said.priority, said.tags, parent, needs

    def _entry(self, entry: Any) -> tuple[Any, ...]:
        status = entry.status and entry.status.value
        return entry.description, status, entry.priority.value, entry.tags, entry.parent, entry.needs
