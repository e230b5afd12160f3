"""`tt inbox`: the messages that wait; on request it takes them off."""

import re
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import click

from tinytown.channel import Delivery
from tinytown.cli.identity import own_agent
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, paint, say, say_json
from tinytown.cli.table import say_table
from tinytown.cli.words import ago, count
from tinytown.correspondence import take_off
from tinytown.errors import UsageError
from tinytown.escape import shown
from tinytown.ids import CONDUCTOR, CONDUCTOR_ID
from tinytown.messages import ASSIGNMENT, Message
from tinytown.town import Town

_FULL_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Box:
    """One mailbox, as it stands: what waits, and how much is taken and in work."""

    name: str
    mail: list[Delivery]
    taken: int

    @property
    def messages(self) -> list[Message]:
        return [waiting.message for waiting in self.mail if waiting.message is not None]

    @property
    def document(self) -> dict[str, Any]:
        return {
            "agent": self.name,
            "count": len(self.messages),
            "taken": self.taken,
            "messages": [message.model_dump(mode="json", by_alias=True) for message in self.messages],
        }


@click.command(
    "inbox", epilog=examples("tt inbox coder", "tt inbox", "tt inbox conductor --read", "tt inbox --all --json")
)
@town_option
@click.argument("agent", required=False)
@click.option("--all", "everybody", is_flag=True, help="The inboxes of all agents and of the conductor.")
@click.option(
    "--read", "take", is_flag=True, help="Take them off: shown whole, and dealt with. Assigned tasks stay."
)
@json_option
@click.pass_context
def command(ctx: click.Context, agent: str | None, *, everybody: bool, take: bool, as_json: bool) -> None:
    """Show the messages that wait for AGENT, the next one first; they stay where they are, unless --read.

    Without AGENT: inside an agent its own, else the conductor's, where the answers to a person go, too. What was
    taken off is still in `tt history`.
    """
    if take and everybody:
        raise UsageError("--read takes off the messages of one mailbox", "Name it, without --all.")
    with open_town(ctx) as town:
        names = {held.value.id: held.value.name for held in town.roster.all().values()}
        names[CONDUCTOR_ID] = CONDUCTOR
        boxes = [_box(town, names, ident) for ident in (names if everybody else [_whose(town, agent)])]
        tasks = _tasks(town, boxes)
        if take:
            _say_read(boxes[0], names, as_json=as_json)
            take_off(town.site, boxes[0].mail, boxes[0].name)
            return
    if as_json:
        say_json([box.document for box in boxes] if everybody else boxes[0].document)
        return
    for at, box in enumerate(boxes):
        if at:
            say()
        _say_box(box, names, tasks)


def _whose(town: Town, reference: str | None) -> UUID:
    if reference is not None:
        return town.roster.mailbox(reference)
    agent = own_agent(town)
    return agent.id if agent else CONDUCTOR_ID


def _box(town: Town, names: dict[UUID, str], ident: UUID) -> Box:
    return Box(names.get(ident, str(ident)), town.channel.waiting(ident), len(town.channel.taken(ident)))


def _tasks(town: Town, boxes: list[Box]) -> dict[str, str]:
    """The tasks that the messages are about, in words, by id."""
    named = {str(message.get("task_id")) for box in boxes for message in box.messages}
    found = town.ledger.get_many(UUID(ident) for ident in named if _FULL_ID.fullmatch(ident))
    return {str(held.value.id): f"{held.value.label}: {held.value.description}" for held in found.values()}


def _text(message: Message, tasks: dict[str, str]) -> str:
    """What a message says: a task by its name, then the rest of the payload."""
    ident = str(message.get("task_id"))
    if ident not in tasks:
        return message.text
    said = message.text.removeprefix(ident).strip()
    return f"{tasks[ident]} -> {said}" if said else tasks[ident]


def _say_read(box: Box, names: dict[UUID, str], *, as_json: bool) -> None:
    """What is taken off, whole."""
    messages = [message for message in box.messages if message.type != ASSIGNMENT]
    if as_json:
        say_json([message.model_dump(mode="json", by_alias=True) for message in messages])
        return
    if not messages:
        say(f"{shown(box.name)}: no messages")
    for message in messages:
        sender = names.get(message.sender, str(message.sender))
        answers = f", answers {str(message.correlation_id)[:8]}" if message.correlation_id else ""
        about = f"({message.priority}, id {str(message.id)[:8]}{answers}, {ago(message.created_at)})"
        say(f"{paint(shown(sender), bold=True)}: {shown(message.type)} {paint(about, dim=True)}")
        say("\n".join(f"  {line}" for line in shown(message.text, lines=True).splitlines()))
    sys.stdout.flush()  # who cannot show them must not lose them


def _say_box(box: Box, names: dict[UUID, str], tasks: dict[str, str]) -> None:
    kinds = Counter(message.type for message in box.messages)
    parts = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()))
    taken = f"; {box.taken} taken" if box.taken else ""
    total = count(len(box.messages), "message")
    say(f"{icon('📬')}{paint(shown(box.name), bold=True)}: {total}{f' ({shown(parts)})' if parts else ''}{taken}")
    if box.messages:
        say_table(
            ("TYPE", "PRIORITY", "FROM", "SENT", "TEXT"),
            [
                (
                    shown(message.type),
                    message.priority.value,
                    shown(names.get(message.sender, str(message.sender)[:8])),
                    ago(message.created_at),
                    shown(_text(message, tasks)),
                )
                for message in box.messages
            ],
        )
