"""What a shell is offered where a command wants a task, an agent, a CLI …: by the parameter's name.

A look at Redis starts nothing, and no look holds the shell up: what is not found soon is not offered.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from tinytown.cli.options import TOWN
from tinytown.escape import shown

PATIENCE = 0.3
"""Seconds that a look may take; what was found until then is offered."""

_HELP_LENGTH = 60
_SAFE = re.compile(r"[\w.@%+:/~-]+")
"""Words that every shell takes as they are; others would be torn apart."""

Offer = tuple[str, str]
"""A word, and what it is."""

Source = Callable[[click.Context], Iterator[Offer]]


class Words(click.types.StringParamType):
    """The type of a parameter while a shell completes: it knows words to offer.

    Args:
        source: Where they come from.
    """

    name = "words"

    def __init__(self, source: Source) -> None:
        self._source = source

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002  click's signature
        incomplete: str,
    ) -> "list[CompletionItem[str]]":
        return [
            CompletionItem(word, help=shown(about).strip()[:_HELP_LENGTH] or None)
            for word, about in _soon(self._source, ctx)
            if word.startswith(incomplete) and _SAFE.fullmatch(word)
        ]


class PlanFiles(click.types.StringParamType):
    """The type of a parameter that wants a plan: TOML files here, or whatever the shell finds."""

    name = "plan"

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002  click's signature
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> "list[CompletionItem[str]]":
        found: list[str] = []
        with suppress(OSError):
            found = sorted(path.name for path in Path().glob("*.toml") if path.name != "tinytown.toml")
        fitting = [CompletionItem(name) for name in found if name.startswith(incomplete) and _SAFE.fullmatch(name)]
        return fitting or [CompletionItem(incomplete, type="file")]


def teach(command: click.Command) -> click.Command:
    """Gives the parameters of a command, and of those within it, something to offer. Returns the command.

    Args:
        command: The command that a shell is in the midst of.
    """
    for parameter in command.params:
        kind = _kind(command, parameter)
        if kind is not None:
            parameter.type = kind
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            teach(inner)
    return command


def _kind(command: click.Command, parameter: click.Parameter) -> "click.ParamType[Any] | None":
    name = parameter.name or ""
    if isinstance(parameter, click.Option) and (parameter.is_flag or parameter.count):
        return None
    if isinstance(parameter.type, click.Choice) or "--id" in parameter.opts:
        return None
    if name in ("file", "saved"):
        return PlanFiles()
    if name == "paths":
        return click.Path(file_okay=False)
    source = _SOURCES.get(f"{command.name}.{name}") or _SOURCES.get(name)
    return Words(source) if source else None


def _soon(source: Source, ctx: click.Context) -> list[Offer]:
    """What a source has within our patience, each word once."""
    found: dict[str, str] = {}

    def look() -> None:
        with suppress(Exception):  # a shell in the midst of a line is no place for errors
            for word, about in source(ctx):
                found.setdefault(word, about)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return list(found.copy().items())


def _root(ctx: click.Context) -> Path:
    from tinytown import config
    from tinytown.cli.opening import town_folder

    return config.find(town_folder(ctx))


def _plan(ctx: click.Context) -> Mapping[str, Any]:
    import tomllib

    from tinytown.errors import NoTownError

    path = ctx.params.get("file")
    if not path:
        try:
            path = _root(ctx) / "tasks.toml"
        except NoTownError:
            path = Path(ctx.meta.get(TOWN) or ".") / "tasks.toml"
    with suppress(OSError, ValueError):
        return tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    return {}


def _entries(ctx: click.Context) -> list[Mapping[str, Any]]:
    entries = _plan(ctx).get("tasks", [])
    return [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)]


def _planned(ctx: click.Context) -> Iterator[Offer]:
    for entry in _entries(ctx):
        yield entry["id"], str(entry.get("description") or entry.get("run") or "")


def _tasks(ctx: click.Context) -> Iterator[Offer]:
    from tinytown.glance import glance

    yield from _planned(ctx)
    with glance(_root(ctx), PATIENCE) as town:
        for held in town.ledger.all().values():
            yield held.value.plan_id or str(held.value.id), f"{held.value.state}: {held.value.description}"


def _agents(ctx: click.Context) -> Iterator[Offer]:
    from tinytown.glance import glance

    with glance(_root(ctx), PATIENCE) as town:
        for held in town.roster.all().values():
            yield held.value.name, f"{held.value.state}, {held.value.cli}"


def _team(ctx: click.Context) -> Iterator[Offer]:
    """Agents that the plan speaks of, and those that are there."""
    plan = _plan(ctx)
    for name in plan.get("agents", {}):
        yield name, "of the plan"
    for entry in _entries(ctx):
        if isinstance(entry.get("agent"), str):
            yield entry["agent"], "of the plan"
    yield from _agents(ctx)


def _recipients(ctx: click.Context) -> Iterator[Offer]:
    yield "conductor", "the conductor's mailbox"
    yield from _agents(ctx)


def _agents_and_tasks(ctx: click.Context) -> Iterator[Offer]:
    yield from _agents(ctx)
    yield from _tasks(ctx)


def _states(_ctx: click.Context) -> Iterator[Offer]:
    from tinytown.states import TaskState

    yield from ((state.value, "") for state in TaskState)


def _tags(ctx: click.Context) -> Iterator[Offer]:
    for entry in _entries(ctx):
        yield from ((str(tag), "") for tag in entry.get("tags", []))


def _clis(ctx: click.Context) -> Iterator[Offer]:
    from tinytown import config
    from tinytown.clis import PRESETS

    for name, cli in PRESETS.items():
        yield name, " ".join(cli.command)
    for name, section in config.load(_root(ctx)).agent_clis.items():
        yield name, section.command


def _event_types(_ctx: click.Context) -> Iterator[Offer]:
    from tinytown.states import AgentState

    verbs = (
        "created assigned started completed failed requeued retrying cancelled skipped approved rejected "
        "updated noted deleted"
    )
    yield from ((f"task.{what}", "") for what in verbs.split())
    yield from ((f"agent.{state}", "") for state in AgentState)
    yield from ((f"message.{what}", "") for what in ("sent", "read", "moved", "dropped"))
    others = "plan.pushed conductor.elected conductor.resigned town.paused town.resumed"
    yield from ((kind, "") for kind in others.split())


def _codes(_ctx: click.Context) -> Iterator[Offer]:
    from planner.diagnostics.explanations import EXPLANATIONS

    yield from ((code, "") for code in EXPLANATIONS)


def _options(_ctx: click.Context) -> Iterator[Offer]:
    from tinytown.options import options

    yield from ((one.key, one.field.description or "") for one in options())


def _values(ctx: click.Context) -> Iterator[Offer]:
    """What the option may be that was named, if there is a choice."""
    from tinytown.options import option

    wanted = option(ctx.params.get("key") or "")
    if wanted.key == "default_cli":
        yield from _clis(ctx)
    elif wanted.field.annotation is bool:
        yield from (("true", ""), ("false", ""))
    elif wanted.path[-1] == "prompt":
        yield from ((word, "") for word in ("stdin", "argument", "file"))


_SOURCES: Mapping[str, Source] = {
    "agent": _team,
    "agents": _team,
    "assign.words": _agents,
    "history.agent": _recipients,
    "inbox.agent": _recipients,
    "kill.name": _agents,
    "reclaim.source": _agents,
    "reclaim.target": _agents,
    "spawn.name": _team,
    "spawn.parent": _agents,
    "logs.name": _agents_and_tasks,
    "wait.name": _agents_and_tasks,
    "states": _states,
    "statuses": _states,
    "sender": _recipients,
    "to": _recipients,
    "send.words": _recipients,
    "task": _tasks,
    "tasks": _tasks,
    "parent": _tasks,
    "needs": _planned,
    "only": _planned,
    "old": _planned,
    "before": _planned,
    "after": _planned,
    "tag": _tags,
    "tags": _tags,
    "cli": _clis,
    "type": _event_types,
    "types": _event_types,
    "code": _codes,
    "config.key": _options,
    "config.value": _values,
}
