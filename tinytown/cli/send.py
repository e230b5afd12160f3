"""`tt send`: sends a message to an agent, to the conductor, or to everybody."""

import sys
from typing import Any
from uuid import UUID

import click

from tinytown.agents import Agent
from tinytown.broadcast import broadcast
from tinytown.cli.identity import own_agent
from tinytown.cli.opening import open_town
from tinytown.cli.options import PRIORITIES, examples, json_option, town_option
from tinytown.cli.output import icon, note, say, say_json
from tinytown.cli.words import count
from tinytown.correspondence import find_message
from tinytown.errors import UsageError
from tinytown.escape import shown
from tinytown.ids import CONDUCTOR_ID
from tinytown.messages import PAYLOADS, Message, ack
from tinytown.tasks import Priority
from tinytown.town import Town


@click.command(
    "send",
    epilog=examples(
        'tt send coder "Please update the README"',
        'tt send coder --urgent "Critical bug in production!"',
        'tt send reviewer --query "Which port does it listen on?"',
        'tt send conductor --info "CI is green"',
        'tt send coder --ack "rejected: tests are missing" --reply-to 1f0c',
        "tt send coder - < wishes.md",
        'tt send --all --info "The API has moved"',
    ),
)
@town_option
@click.argument("words", nargs=-1, metavar="TO TEXT")
@click.option("--all", "everybody", is_flag=True, help="To every living agent; then without TO.")
@click.option("--query", is_flag=True, help="A question; its answer comes to your inbox.")
@click.option("--info", is_flag=True, help="News; read with the next task.")
@click.option(
    "--ack",
    "confirmation",
    is_flag=True,
    help="A confirmation: received, acknowledged, thanks, approved, rejected:WHY; read with the next task.",
)
@click.option("--reply-to", metavar="MESSAGE", help="The message that this answers: its id, or its beginning.")
@click.option("--urgent", is_flag=True, help="The same as --priority urgent.")
@click.option("--priority", type=click.Choice(PRIORITIES), help="How soon among others. [default: normal]")
@click.option("--from", "sender", metavar="NAME", help="On whose behalf. [default: this agent, or the conductor]")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    words: tuple[str, ...],
    everybody: bool,
    query: bool,
    info: bool,
    confirmation: bool,
    reply_to: str | None,
    priority: str | None,
    sender: str | None,
    urgent: bool,
    as_json: bool,
) -> None:
    """Send TEXT to the agent TO, or to `conductor`; `-` reads it from standard input.

    Without --query, --info or --ack it is work: the agent makes a task of it.
    """
    to, text = _addressed(ctx, words, everybody=everybody)
    if urgent and priority not in (None, "urgent"):
        raise UsageError(f"--urgent and --priority {priority} contradict each other", "Leave one out.")
    kind = _kind(query=query, informational=info, confirmation=confirmation)
    rank = Priority("urgent" if urgent else priority or "normal")
    with open_town(ctx) as town:
        me = _sender(town, sender)
        payload: dict[str, Any] = ack(text) if kind == "confirmation" else {PAYLOADS[kind][0]: text}
        if reply_to is not None:
            payload["correlation_id"] = find_message(town.site, reply_to, me)
        if to is None:
            messages = broadcast(town.site, kind, sender=me, priority=rank, **payload)
            _say_broadcast(messages, as_json=as_json)
            return
        message = Message.new(kind, sender=me, to=town.roster.mailbox(to), priority=rank, **payload)
        town.channel.send(message)
        receiver = town.roster.get(message.to)
        _say_sent(message, to, receiver.value if receiver else None, as_json=as_json)


def _addressed(ctx: click.Context, words: tuple[str, ...], *, everybody: bool) -> tuple[str | None, str]:
    """To whom (None: everybody), and what."""
    wanted = ("TEXT",) if everybody else ("TO", "TEXT")
    if len(words) < len(wanted):
        raise click.UsageError(f"Missing argument '{wanted[len(words)]}'.", ctx)
    if len(words) > len(wanted):
        raise UsageError(f'"{words[len(wanted)]}" is one argument too many', "Put the text into quotes.")
    text = words[-1]
    if text == "-":
        text = _standard_input()
    if not text.strip():
        raise UsageError("the message is empty", "Say something.")
    return None if everybody else words[0], text


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode().rstrip("\n")
    except UnicodeDecodeError:
        raise UsageError("what came on standard input is not UTF-8", "Write it in UTF-8.") from None


def _kind(**flags: bool) -> str:
    """The message's type: of the flag that was given, or `task`."""
    given = [kind for kind, said in flags.items() if said]
    if len(given) > 1:
        raise UsageError("--query, --info and --ack exclude each other", "Give one of them.")
    return given[0] if given else "task"


def _sender(town: Town, name: str | None) -> UUID:
    if name is not None:
        return town.roster.mailbox(name)
    agent = own_agent(town)
    return agent.id if agent else CONDUCTOR_ID


def _say_sent(message: Message, to: str, receiver: Agent | None, *, as_json: bool) -> None:
    if as_json:
        say_json(message.model_dump(mode="json", by_alias=True))
    else:
        say(f'{icon("📤")}Sent to "{shown(to)}": {message.type}, {message.priority}, id {message.id}')
    if receiver is not None and receiver.gone:
        name = shown(receiver.name)
        note(f'tt: agent "{name}" is {receiver.state}; it reads this after: tt spawn {name}')


def _say_broadcast(messages: list[Message], *, as_json: bool) -> None:
    if as_json:
        say_json([message.model_dump(mode="json", by_alias=True) for message in messages])
        return
    one = messages[0]
    about = f"{one.type}, {one.priority}, id {one.get('broadcast')}"
    say(f"{icon('📣')}Sent to {count(len(messages), 'agent')}: {about}")
