"""The tasks of a version of a plan, by who they are: a renamed task is still the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from planner.document import Document


class Who(NamedTuple):
    """Which task it is, whatever it is called.

    Args:
        old: Whether the common version has it.
        name: Its id there, or else in the version that has it.
    """

    old: bool
    name: str


@dataclass(frozen=True)
class Version:
    """A plan, with its tasks by who they are.

    Args:
        document: The plan.
        tasks: The entries, in the order of the file; in them parents and needs are tasks, not names.
        positions: Where in the file they stand.
    """

    document: Document
    tasks: Mapping[Who, Mapping[str, Any]]
    positions: Mapping[Who, int]

    @classmethod
    def of(cls, document: Document, base: "Version | None" = None) -> Self | None:
        """A plan as a version; None if its tasks cannot be told apart.

        Args:
            document: The plan.
            base: The common version; absent for itself.
        """
        entries = document.values.get("tasks", [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            return None
        ids = [entry.get("id") for entry in entries]
        if not all(isinstance(name, str) for name in ids) or len(set(ids)) < len(ids):
            return None
        names = _names(entries, base)
        found = [names[name] for name in ids]
        if len(set(found)) < len(found):
            return None
        known = {**(base.by_name if base else {}), **names}
        tasks = {who: _resolved(entry, known) for who, entry in zip(found, entries, strict=True)}
        return cls(document, tasks, {who: position for position, who in enumerate(found)})

    @property
    def by_name(self) -> dict[str, Who]:
        """The tasks by id."""
        return {str(entry["id"]): who for who, entry in self.tasks.items()}

    @property
    def rest(self) -> dict[str, Any]:
        """What the file says beside the tasks."""
        return {key: value for key, value in self.document.values.items() if key != "tasks"}


def _names(entries: list[dict[str, Any]], base: Version | None) -> dict[str, Who]:
    if base is None:
        return {entry["id"]: Who(old=True, name=entry["id"]) for entry in entries}
    known = base.by_name
    former = {entry["was"]: who for who, entry in base.tasks.items() if isinstance(entry.get("was"), str)}
    here = {entry["id"] for entry in entries}
    names: dict[str, Who] = {}
    for entry in entries:
        name, was = entry["id"], entry.get("was")
        who = known.get(name)
        if who is None and isinstance(was, str):
            who = known.get(was) or former.get(was)
        who = who or former.get(name)
        renamed = who is not None and who.name != name
        names[name] = who if who and not (renamed and who.name in here) else Who(old=False, name=name)
    return names


def _resolved(entry: Mapping[str, Any], names: Mapping[str, Who]) -> dict[str, Any]:
    def who(name: Any) -> Any:
        return names.get(name, Who(old=False, name=name)) if isinstance(name, str) else name

    found = dict(entry)
    if "parent" in found:
        found["parent"] = who(found["parent"])
    if isinstance(found.get("needs"), list):
        found["needs"] = [who(need) for need in found["needs"]]
    return found
