"""The messages that went to and fro, as the journal tells of them; their whole text where Redis still has it."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from uuid import UUID

from tinytown.channel import Channel, Delivery
from tinytown.errors import AmbiguousError, UnknownAgentError, UnknownMessageError
from tinytown.events import Event, read_event
from tinytown.journal import Journal
from tinytown.messages import ASSIGNMENT, Message
from tinytown.site import Site
from tinytown.transaction import Transaction

SENT, READ = "message.sent", "message.read"


def concerns(event: Event, name: str | None) -> bool:
    """Whether an event is a message from or to somebody; to anybody if None."""
    return event.type == SENT and name in (None, event.details.get("from"), event.details.get("to"))


def sent(events: Iterable[Event], name: str | None) -> Iterator[Event]:
    """Those of the events that are messages from or to somebody; to anybody if None."""
    return (event for event in events if concerns(event, name))


def whole_text(site: Site, event: Event) -> tuple[str, int]:
    """What a message said, and how many characters of it are lost.

    Beyond what the journal has room for, its text lies in an inbox until it is dealt with, and in the task that
    was made of it.

    Args:
        site: The town.
        event: A `message.sent`.
    """
    text, left_out = event.details.get("text", ""), int(event.details.get("left_out", "0"))
    if not left_out:
        return text, 0
    ident = UUID(event.details["message"])
    task = site.ledger.get(ident)
    if task is not None:
        return task.value.description, 0
    with suppress(UnknownAgentError):
        receiver = site.roster.mailbox(event.details["to"])
        found = next((one for one in mail_of(site, receiver) if one.id == ident), None)
        if found is not None:
            return found.text, 0
    return text, left_out


def mail_of(site: Site, mailbox: UUID) -> list[Message]:
    """What waits in a mailbox, and what was taken out of it and is not dealt with."""
    channel = Channel(site.connection, site.keys)
    found = (one.message for one in (*channel.waiting(mailbox), *channel.taken(mailbox)))
    return [message for message in found if message is not None]


def take_off(site: Site, mail: Iterable[Delivery], name: str) -> None:
    """Takes messages out of their inbox for good; assigned tasks stay, for nobody would do them.

    Args:
        site: The town.
        mail: The messages as they wait. What has come since stays; what was taken in the meantime is the agent's.
        name: The name of whose inbox it is.
    """
    transaction = Transaction(site.keys)
    for one in mail:
        if one.message is None:
            transaction.drop_message(one.agent, one.text)
        elif one.message.type != ASSIGNMENT:
            transaction.drop_message(one.agent, one.text).tell(read_event(one.message, name))
    transaction.commit(site.connection)


def find_message(site: Site, reference: str, mailbox: UUID) -> UUID:
    """The id of the message that a person means: in a mailbox, or anywhere in the journal.

    Args:
        site: The town.
        reference: Its full id, or an unmistakable beginning of it.
        mailbox: Whose mail to look through first.

    Raises:
        UnknownMessageError: There is none.
        AmbiguousError: There are several.
    """
    wanted = reference.casefold()
    known = dict.fromkeys(str(one.id) for one in mail_of(site, mailbox))
    told = sent(Journal(site.connection, site.keys).since("0-0"), None)
    known |= dict.fromkeys(event.details.get("message", "") for event in told)
    fitting = [ident for ident in known if wanted and ident.startswith(wanted)]
    if not fitting:
        raise UnknownMessageError(
            f'no message has an id that begins with "{reference}"',
            "`tt history` and `tt inbox --json` show the ids.",
        )
    if len(fitting) > 1:
        some = ", ".join(fitting[:5])
        raise AmbiguousError(f'"{reference}" fits {len(fitting)} messages: {some}', "Write more of the id.")
    return UUID(fitting[0])
