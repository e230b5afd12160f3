"""An agent's rest: it, or the whole town, is paused, and nothing may be begun."""

from collections.abc import Sequence
from time import monotonic

from tinytown.channel import Delivery
from tinytown.journal import Journal
from tinytown.worker.desk import Desk

LOOK_SECONDS = 0.5
"""Who asks how it is doing hears within a second, though an inbox that fills up is no event."""


def rest(desk: Desk, journal: Journal, timeout: float, kept: Sequence[Delivery]) -> None:
    """Waits until something may be begun again; then what was taken and not begun goes back into the inbox.

    Args:
        desk: The agent's.
        journal: It tells when somebody is resumed.
        timeout: Seconds to wait at most.
        kept: Messages that stay taken.
    """
    since = journal.last_id()
    deadline = monotonic() + timeout
    desk.look_around()
    while desk.rests and not desk.me.gone and (left := deadline - monotonic()) > 0:
        for event in journal.follow(since, min(left, LOOK_SECONDS)):
            since = event.id
        desk.look_around()
    if not desk.rests:
        texts = {one.text for one in kept}
        desk.channel.give_back([one for one in desk.channel.taken(desk.me.id) if one.text not in texts])
