"""`tt send`: sends a message to an agent or the conductor."""

from uuid import UUID

import click

from tinytown.cli.identity import own_agent
from tinytown.cli.opening import open_town
from tinytown.cli.options import PRIORITIES, examples, json_option, town_option
from tinytown.cli.output import icon, note, say, say_json
from tinytown.errors import UsageError
from tinytown.escape import shown
from tinytown.ids import CONDUCTOR_ID
from tinytown.messages import PAYLOADS, Message
from tinytown.tasks import Priority
from tinytown.town import Town


@click.command(
    "send",
    epilog=examples(
        'tt send coder "Please update the README"',
        'tt send coder --urgent "Critical bug in production!"',
        'tt send reviewer --query "Which port does it listen on?"',
        'tt send conductor --info "CI is green"',
    ),
)
@town_option
@click.argument("to")
@click.argument("text")
@click.option("--query", is_flag=True, help="A question; its answer comes to your inbox.")
@click.option("--info", is_flag=True, help="News; read with the next task.")
@click.option("--ack", is_flag=True, help="A confirmation; read with the next task.")
@click.option("--urgent", is_flag=True, help="The same as --priority urgent.")
@click.option("--priority", type=click.Choice(PRIORITIES), help="How soon among others. [default: normal]")
@click.option("--from", "sender", metavar="NAME", help="On whose behalf. [default: this agent, or the conductor]")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    to: str,
    text: str,
    query: bool,
    info: bool,
    ack: bool,
    priority: str | None,
    sender: str | None,
    urgent: bool,
    as_json: bool,
) -> None:
    """Send TEXT to the agent TO, or to `conductor`.

    Without --query, --info or --ack it is work: the agent makes a task of it.
    """
    if not text.strip():
        raise UsageError("the message is empty", "Say something.")
    if urgent and priority not in (None, "urgent"):
        raise UsageError(f"--urgent and --priority {priority} contradict each other", "Leave one out.")
    kind = _kind(query=query, informational=info, confirmation=ack)
    with open_town(ctx) as town:
        message = Message.new(
            kind,
            sender=_sender(town, sender),
            to=town.roster.mailbox(to),
            priority=Priority("urgent" if urgent else priority or "normal"),
            **{PAYLOADS[kind][0]: text},
        )
        town.channel.send(message)
        if as_json:
            say_json(message.model_dump(mode="json", by_alias=True))
        else:
            say(f'{icon("📤")}Sent to "{shown(to)}": {kind}, {message.priority}, id {message.id}')
        receiver = town.roster.get(message.to)
        if receiver is not None and receiver.value.gone:
            name = shown(receiver.value.name)
            note(f'tt: agent "{name}" is {receiver.value.state}; it reads this after: tt spawn {name}')


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
