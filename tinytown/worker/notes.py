"""The messages that only inform an agent: taken, and kept unacknowledged until a prompt has carried them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tinytown.channel import Delivery
from tinytown.messages import Message

PROMPT_CHARS = 100_000
PROMPT_NOTES = 100
"""One prompt has room for so much of them, but for one always; the others wait for the next."""


@dataclass(frozen=True, slots=True)
class Note:
    """One of them: as it was taken, and as it is read, with the name of its sender as `from_name`."""

    taken: Delivery
    message: Message


class Notes:
    """Those that an agent has taken and that no prompt has carried yet."""

    def __init__(self) -> None:
        self._notes: list[Note] = []

    @property
    def kept(self) -> list[Delivery]:
        """All of them, as they were taken."""
        return [note.taken for note in self._notes]

    def add(self, taken: Delivery, message: Message, sender: str | None) -> None:
        """One more.

        Args:
            taken: The message as it was taken.
            message: The same.
            sender: The name of whom it comes from, if it is known.
        """
        self._notes.append(Note(taken, message.evolve(from_name=sender) if sender else message))

    def portion(self) -> list[Note]:
        """Those for the next prompt."""
        return portion(self._notes)

    def drop(self, read: Iterable[Note]) -> None:
        """Forgets those that were read."""
        gone = {note.taken.text for note in read}
        self._notes = [note for note in self._notes if note.taken.text not in gone]

    def clear(self) -> None:
        """Forgets all: they were given back."""
        self._notes.clear()


def portion(notes: Sequence[Note]) -> list[Note]:
    """As many as one prompt has room for, each of them whole: the most urgent first, among equals the oldest."""
    chosen: list[Note] = []
    room = PROMPT_CHARS
    for note in sorted(notes, key=lambda note: -note.message.priority.rank)[:PROMPT_NOTES]:
        room -= len(note.message.text)
        if chosen and room < 0:
            break
        chosen.append(note)
    return chosen
