"""`tt reclaim`: shows and moves what is held by agents that do not deal with it."""

from collections.abc import Sequence

import click

from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, note, paint, say, say_json
from tinytown.cli.words import count
from tinytown.errors import UsageError
from tinytown.escape import clipped, shown
from tinytown.holders import Holder, find_holders
from tinytown.reclaim import Moved, Reclaimed, reclaim
from tinytown.town import Town

_LONGEST = 80


@click.command(
    "reclaim",
    epilog=examples("tt reclaim", "tt reclaim --to-backlog", "tt reclaim --from coder --to reviewer"),
)
@town_option
@click.option("--to-backlog", is_flag=True, help="Move it to the backlog.")
@click.option("--to", "target", metavar="AGENT", help="Move it to this agent, which must live.")
@click.option("--from", "source", metavar="AGENT", help="Only what this agent holds; it may be paused.")
@json_option
@click.pass_context
def command(ctx: click.Context, *, to_backlog: bool, target: str | None, source: str | None, as_json: bool) -> None:
    """Show the tasks and messages of agents that are dead, stopped or unknown; or move them.

    Without --to-backlog or --to nothing is changed. A task of the plan returns to pending: who does it is said by
    tasks.toml. Messages that ask for work become tasks in the backlog; others move only to an agent.
    """
    if to_backlog and target is not None:
        raise UsageError("--to-backlog and --to exclude each other", "Give one of them.")
    with open_town(ctx) as town:
        if not to_backlog and target is None:
            _show(find_holders(town.site, source), as_json=as_json)
            return
        _free_the_dead(town, source)
        done = reclaim(town.site, source, target)
        if as_json:
            say_json([_document(one) for one in done])
        else:
            _say(done, f'agent "{shown(target)}"' if target is not None else "the backlog")


def _free_the_dead(town: Town, source: str | None) -> None:
    """Buries the dead first, as `tt recover` does: only then is what they hold free."""
    if not any(holder.dead for holder in find_holders(town.site, source)):
        return
    from conductor.recover import recover

    recover(town.site, town.another_connection(), _doubt)


def _doubt(names: Sequence[str], seconds: float) -> None:
    note(f"tt: waiting up to {seconds:g} s to hear of {', '.join(map(shown, names))}")


def _show(holders: Sequence[Holder], *, as_json: bool) -> None:
    if as_json:
        say_json([_contents(holder) for holder in holders])
        return
    for holder in holders:
        things = f"{count(len(holder.tasks), 'task')}, {count(len(holder.mail), 'message')}"
        say(f"{paint(f'Agent {_quoted(holder)}', bold=True)} is {holder.condition} and holds {things}")
        for task in (held.value for held in holder.tasks):
            say(f"  task {shown(task.label)} ({task.state}): {clipped(task.description, _LONGEST)}")
        for mail in holder.mail:
            kind = mail.message.type if mail.message else "unreadable"
            say(f"  message {shown(kind)}: {clipped(mail.message.text if mail.message else mail.text, _LONGEST)}")
    if any(holder.tasks or holder.mail for holder in holders):
        say()
        say("Nothing was changed. tt reclaim --to-backlog or --to AGENT moves it.")
    elif not holders:
        say("Nobody who is gone holds anything.")


def _quoted(holder: Holder) -> str:
    return f'"{shown(holder.name)}"'


def _contents(holder: Holder) -> dict[str, object]:
    return {
        **_head(holder),
        "tasks": [held.value.model_dump(mode="json") for held in holder.tasks],
        "messages": [
            mail.message.model_dump(mode="json", by_alias=True) if mail.message else {"text": mail.text}
            for mail in holder.mail
        ],
    }


def _head(holder: Holder) -> dict[str, object]:
    name = holder.held.value.name if holder.held else None
    return {"agent": name, "id": str(holder.id), "state": holder.condition}


def _document(one: Reclaimed) -> dict[str, object]:
    moved = [
        {"kind": part.kind, "id": part.id, "what": part.what, "to": part.whereto, "why": part.why}
        for part in one.moved
    ]
    return {**_head(one.holder), "why": one.why, "moved": moved}


def _say(done: Sequence[Reclaimed], where: str) -> None:
    said = False
    for one in done:
        if one.why is not None:
            said = True
            say(f"Agent {_quoted(one.holder)}: nothing was moved; {one.why}.")
        for part in one.moved:
            said = True
            say(f"{_thing(part)} of {_quoted(one.holder)} {_fate(part, where)}")
    if not said:
        say("Nobody who is gone holds anything.")


def _thing(part: Moved) -> str:
    name = f'Task "{shown(part.what)}"' if part.kind == "task" else f'Message "{clipped(part.what, _LONGEST)}"'
    return f"{icon('📌' if part.kind == 'task' else '📤')}{name}"


def _fate(part: Moved, where: str) -> str:
    why = f": {shown(part.why)}" if part.why else ""
    if part.whereto == "pending":
        return f"is pending{why}"
    if part.whereto == "inbox":
        return f"stays where it is{why}"
    return f"went to {where}{why}"
