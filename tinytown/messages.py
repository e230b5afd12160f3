"""A message: an envelope with a type and, beside it, that type's payload."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from tinytown.clock import now
from tinytown.ids import new_id
from tinytown.record import Record
from tinytown.tasks import BY_MESSAGE, Priority, Task

PAYLOADS: dict[str, tuple[str, ...]] = {
    "task_assign": ("task_id",),
    "task_done": ("task_id", "result"),
    "task_failed": ("task_id", "error"),
    "status_request": (),
    "status_response": ("state", "current_task"),
    "ping": (),
    "pong": (),
    "shutdown": (),
    "task": ("description",),
    "query": ("question",),
    "informational": ("summary",),
    "confirmation": ("ack_type",),
    "custom": ("kind", "payload"),
}
"""The known types and the payload fields of each. Unknown types and fields are kept, not dropped."""

WISHES = frozenset({"task", "query"})
"""The types that ask for work: a task is made of each."""

NOTES = frozenset({"informational", "confirmation"})
"""The types that ask for nothing: an agent keeps them for its next task."""


ASSIGNMENT = "task_assign"
"""The type that gives an agent a task that exists already."""

INQUIRIES = frozenset({"ping", "status_request"})
"""The types that an agent's process answers itself, whatever it is doing."""

UNTOLD = INQUIRIES | {"pong", "status_response", ASSIGNMENT}
"""The types that the journal does not tell of: assignments have their own events, and who asks every second
whether an agent lives must not drive everything else out of it."""


class Message(Record):
    """What one agent tells another. The payload's fields stand beside `type`, as extra fields."""

    id: UUID = Field(default_factory=new_id)
    sender: UUID = Field(alias="from")
    to: UUID
    type: str
    priority: Priority = Priority.NORMAL
    created_at: datetime = Field(default_factory=now)
    correlation_id: UUID | None = None

    @classmethod
    def new(cls, message_type: str, *, sender: UUID, to: UUID, **fields: Any) -> Self:
        """A fresh message.

        Args:
            message_type: One of PAYLOADS, or any other word.
            sender: The id of the agent it comes from.
            to: The id of the agent it goes to.
            fields: `priority`, `correlation_id`, and the payload's fields.
        """
        return cls.model_validate({"type": message_type, "from": sender, "to": to, **fields})

    def get(self, field: str, default: Any = None) -> Any:
        """A payload field."""
        return (self.model_extra or {}).get(field, default)

    @property
    def text(self) -> str:
        """The payload in words, for people."""
        parts = [self.get(field) for field in PAYLOADS.get(self.type, ())]
        if self.type == "confirmation":
            parts.append(self.get("note"))
        if not parts:
            parts = list((self.model_extra or {}).values())
        return " ".join(_words(part) for part in parts if part is not None)


def wished(message: Message, agent: str | None, asker: str | None = None) -> Task:
    """The task that a message asks for, under the message's id; a query's answer goes to its sender.

    Args:
        message: One of WISHES.
        agent: The name of who is to do it; None for whoever claims it.
        asker: The name of whoever sent it, if that is known.
    """
    extra: dict[str, Any] = {}
    if message.type == "query":
        extra = {"reply_to": message.sender, "asked_by": asker}
    return Task.new(
        message.text or "(an empty message)",
        id=message.id,
        agent=agent,
        priority=message.priority,
        tags=(BY_MESSAGE,),
        **extra,
    )


def ack(text: str) -> dict[str, Any]:
    """The payload of a confirmation: `{ack_type: {type, reason?}, note?}`.

    Args:
        text: `received`, `acknowledged`, `thanks`, `approved` or `rejected: why`, in words of one's own, too: what
            fits none of the others is an acknowledgement. What it says beyond its type becomes the note.
    """
    said = text.strip()
    plain = said.casefold()
    if plain.startswith("rejected"):
        reason = said[len("rejected") :].lstrip(": ").strip()
        return {"ack_type": {"type": "rejected", "reason": reason or "no reason was given"}}
    kind = next((word for word in ("received", "approved") if plain.startswith(word)), None)
    kind = kind or ("thanks" if "thank" in plain else "acknowledged")
    return {"ack_type": {"type": kind}, **({} if plain == kind else {"note": said})}


def _words(part: Any) -> str:
    """A payload field in words; of a structured confirmation its type and its reason."""
    if isinstance(part, dict) and "type" in part:
        return ": ".join(str(part[name]) for name in ("type", "reason") if part.get(name) is not None)
    return str(part)
