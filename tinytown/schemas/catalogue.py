"""The catalogue: which document has which schema, and which commands print it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from tinytown.agents import Agent
from tinytown.errors import UsageError
from tinytown.ids import nearest
from tinytown.messages import Message
from tinytown.schemas import plan, settings, simulation, town, upkeep
from tinytown.tasks import Task

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Document:
    """A kind of JSON document: its name, its form, and the commands that print it with --json."""

    name: str
    form: Any
    commands: tuple[str, ...]

    def schema(self) -> dict[str, Any]:
        """The JSON Schema 2020-12 of it."""
        made = TypeAdapter(self.form).json_schema(mode="serialization", by_alias=True)
        return {"$schema": _DRAFT, "title": self.name, **_whole(made)}


def _whole(value: Any) -> Any:
    """The schema with every field required that is not there only sometimes, and without the titles of fields."""
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if not isinstance(value, dict):
        return value
    fields: Mapping[str, Any] = value.get("properties", {})
    made = {
        key: {name: _whole(field) for name, field in one.items()} if key in ("properties", "$defs") else _whole(one)
        for key, one in value.items()
        if key not in ("title", "default", "sometimes")
    }
    if fields:
        made["required"] = [name for name, field in fields.items() if not field.get("sometimes")]
    return made


CATALOGUE: Mapping[str, Document] = {
    document.name: document
    for document in (
        Document(
            "task",
            Task,
            (
                *("tt assign", "tt backlog add", "tt backlog claim", "tt backlog remove"),
                *("tt task note", "tt task edit", "tt task complete", "tt task fail"),
                *("tt approve", "tt reject", "tt wait TASK"),
            ),
        ),
        Document(
            "tasks",
            list[Task],
            (
                *("tt tasks", "tt task list", "tt backlog list", "tt backlog assign-all"),
                *("tt retry", "tt cancel", "tt task cancel", "tt skip"),
            ),
        ),
        Document("shown-task", town.ShownTask | None, ("tt task show", "tt task current")),
        Document(
            "agent",
            Agent,
            ("tt spawn", "tt restart", "tt pause AGENT", "tt interrupt", "tt resume AGENT", "tt wait AGENT"),
        ),
        Document("agents", list[Agent], ("tt list",)),
        Document("message", Message, ("tt send",)),
        Document("messages", list[Message], ("tt send --all", "tt inbox --read")),
        Document("inbox", town.Inbox, ("tt inbox",)),
        Document("inboxes", list[town.Inbox], ("tt inbox --all",)),
        Document("history", town.Correspondence, ("tt history",)),
        Document("event", town.Told, ("tt events", "tt conductor", "tt run")),
        Document("status", town.Status, ("tt status",)),
        Document("pause", town.Paused, ("tt pause", "tt resume")),
        Document("examination", upkeep.Examination, ("tt doctor",)),
        Document("recovery", upkeep.Recovery, ("tt recover",)),
        Document("holdings", list[upkeep.Holding], ("tt reclaim",)),
        Document("reclaimed", list[upkeep.Reclaimed], ("tt reclaim --to-backlog", "tt reclaim --to AGENT")),
        Document("pruned", upkeep.Pruned, ("tt prune",)),
        Document("saved", upkeep.Saved, ("tt save",)),
        Document("restored", upkeep.Restored, ("tt restore",)),
        Document("reset", upkeep.Reset, ("tt reset",)),
        Document("migration", upkeep.Migration, ("tt migrate",)),
        Document("option", settings.Option, ("tt config KEY",)),
        Document("options", list[settings.Option], ("tt config",)),
        Document("option-change", settings.OptionChange, ("tt config KEY VALUE", "tt config KEY --unset")),
        Document("towns", list[settings.KnownTown], ("tt towns",)),
        Document("plan", plan.Plan, ("tt plan",)),
        Document(
            "plan-change",
            plan.Edited,
            ("tt plan add", "tt plan edit", "tt plan rm", "tt plan rename", "tt plan move"),
        ),
        Document("plan-import", plan.Imported, ("tt plan import",)),
        Document("findings", list[plan.Finding], ("tt plan check",)),
        Document("explanation", plan.Explanation, ("tt explain CODE",)),
        Document("explanations", list[plan.Explanation], ("tt explain",)),
        Document("sync", plan.Sync, ("tt sync push", "tt sync pull", "tt sync diff", "tt sync apply")),
        Document("why", plan.Why, ("tt why TASK",)),
        Document("whys", list[plan.Why], ("tt why --all",)),
        Document("simulation", simulation.Simulation, ("tt simulate",)),
    )
}
"""Every kind of document, by name."""


def document(name: str) -> Document:
    """The kind of this name.

    Raises:
        UsageError: There is none.
    """
    if name not in CATALOGUE:
        guess = nearest(name, CATALOGUE)
        hint = f"Did you mean {guess}? " if guess else ""
        raise UsageError(f'there is no schema "{name}"', f"{hint}`tt schema` lists all.")
    return CATALOGUE[name]
