"""An agent's mail: urgent and other messages of another program in one inbox, by priority. Pure."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from tinytown.errors import StoreError
from tinytown.messages import Message
from tinytown.migration.found import Find
from tinytown.migration.layout import Kind, clip
from tinytown.migration.records import assignment, message_text
from tinytown.migration.steps import Mailbag


def collect(owner: UUID, group: Mapping[Kind, Sequence[Find]]) -> tuple[Mailbag | None, list[Find], list[str]]:
    """All the mail of one agent, in the order in which it is to be read.

    The urgent lists were read from the newest message on; here the oldest comes first.

    Args:
        owner: Whose.
        group: What lies under its id.

    Returns:
        The mail, None if there is none; the lists that it comes from; and what is no message in them.
    """
    ranked: list[tuple[str, int]] = []
    ranked += [message_text(text, urgent=True) for find in group[Kind.URGENT] for text in reversed(find.items)]
    ranked += [message_text(text, urgent=False) for find in group[Kind.INBOX] for text in find.items]
    sources = [*group[Kind.URGENT], *group[Kind.INBOX]]
    if not sources:
        return None, [], []
    texts = [text for text, _ in sorted(ranked, key=lambda pair: -pair[1])]
    remarks = [f"in its inbox lies what is no message: {clip(text)}" for text in texts if not _readable(text)]
    tasks = frozenset(task for task in map(assignment, texts) if task is not None)
    return Mailbag(owner, texts, tasks), sources, remarks


def _readable(text: str) -> bool:
    try:
        Message.from_json(text)
    except StoreError:
        return False
    return True
