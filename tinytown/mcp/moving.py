"""The tools that change something."""

from collections.abc import Mapping
from typing import Any

from tinytown.agents import Agent
from tinytown.create import Created, create
from tinytown.errors import UsageError
from tinytown.events import read_event
from tinytown.mcp import arguments as said
from tinytown.mcp import claim as claiming
from tinytown.mcp.looking import obstacles
from tinytown.mcp.mail import unread
from tinytown.mcp.session import Session
from tinytown.messages import ASSIGNMENT, PAYLOADS, Message, ack
from tinytown.record import Held
from tinytown.tasks import Task
from tinytown.transaction import Transaction

Told = tuple[str, Mapping[str, Any]]


def claim(session: Session, wanted: said.Claim) -> Told:
    """Takes a task."""

    def me() -> Held[Agent]:
        session.desk.refresh()
        return session.desk.held

    task = claiming.claim(session.town.site, me, wanted.task, obstacles(session))
    return f"{task.label} is yours: {task.description}", _one(task)


def start(session: Session, wanted: said.One) -> Told:
    """Begins a task."""
    task = session.work.start(_find(session, wanted.task))
    command = f"; it is this shell command, for you to run: {task.run}" if task.run else ""
    before = session.town.ledger.prerequisites(task)
    document = {**_one(task), "before": [other.model_dump(mode="json") for other in before]}
    return f"{task.label} runs, attempt {task.attempt}: {task.description}{command}", document


def complete(session: Session, wanted: said.Complete) -> Told:
    """Ends the task in work well, if it is accepted."""
    task, taken = session.work.complete(_find(session, wanted.task), wanted.result)
    if taken:
        return f"{task.label} is {task.state}", _one(task)
    return f"{task.label} was not accepted and is {task.state}: {task.result or task.last_error}", _one(task)


def fail(session: Session, wanted: said.Fail) -> Told:
    """Ends the attempt in work badly."""
    task = session.work.fail(_find(session, wanted.task), wanted.error)
    again = "" if task.ended else f"; it is tried again, {task.retries - task.failures + 1} attempts are left"
    return f"{task.label} is {task.state}{again}", _one(task)


def send(session: Session, wanted: said.Send) -> Told:
    """Sends a message in the client's name."""
    payload = ack(wanted.text) if wanted.kind == "confirmation" else {PAYLOADS[wanted.kind][0]: wanted.text}
    message = Message.new(
        wanted.kind,
        sender=session.me.id,
        to=session.town.roster.mailbox(wanted.to),
        priority=wanted.priority,
        **payload,
    )
    session.desk.channel.send(message)
    return f"sent to {wanted.to}: {message.id}", {"message": message.model_dump(mode="json", by_alias=True)}


def inbox(session: Session, wanted: said.Inbox) -> Told:
    """Acknowledges what was dealt with, and shows what is left."""
    channel, done = session.desk.channel, set(wanted.acknowledge)
    transaction = Transaction(session.town.keys)
    mail = unread(channel, session.desk)
    by_id = {one.message.id: one for one in mail if one.message is not None}
    for ident in done:
        one = by_id.get(ident)
        if one is None or one.message is None:
            raise UsageError(f"no unread message has the id {ident}", "tt_inbox without arguments shows them.")
        if one.message.type == ASSIGNMENT:
            raise UsageError(
                f"message {ident} gives you a task", "tt_start and tt_complete or tt_fail deal with it."
            )
        transaction.acknowledge(one.agent, one.text).drop_message(one.agent, one.text)
        transaction.tell(read_event(one.message, session.me.name))
    transaction.commit(session.town.connection)
    left = [one.message for ident, one in by_id.items() if ident not in done and one.message is not None]
    names = {held.value.id: held.value.name for held in session.town.roster.all().values()}
    lines = [f"{one.type} from {names.get(one.sender, 'conductor')}: {one.text}" for one in left]
    document = {
        "agent": session.me.name,
        "count": len(left),
        "messages": [message.model_dump(mode="json", by_alias=True) for message in left],
    }
    return "\n".join(lines) or "no messages", document


def add_task(session: Session, wanted: said.AddTask) -> Told:
    """Adds a task to the plan, or, where there is none, to an agent's inbox or the backlog."""
    from planner.read import FILE

    if wanted.agent and wanted.role:
        raise UsageError("agent means that one, role any agent of that role", "Say one of them.")
    if (session.town.root / FILE).exists():
        from tinytown.mcp.planning import add_to_plan

        task = add_to_plan(session.town, _entry(wanted))
        return f"{task.label} is in {FILE} and pushed", _one(task)
    if wanted.id:
        raise UsageError(f"an id is of a plan, and there is no {FILE}", "Leave it out; the task gets one.")
    new = Task.new(wanted.description, role=wanted.role, tags=tuple(wanted.tags), priority=wanted.priority)
    doer = session.town.roster.find(wanted.agent).value if wanted.agent else None
    made = create(session.town.site, new, doer.id if doer else None, wanted.parent, wanted.needs)
    return f"{made.task.label} {_where(made, doer)}", _one(made.task)


def _where(made: Created, doer: Agent | None) -> str:
    if made.waits:
        return f"waits for {', '.join(made.waits)}"
    if doer is not None:
        return f"is assigned to {doer.name}"
    return f"waits for an agent of role {made.task.role}" if made.task.role else "is in the backlog"


def _entry(wanted: said.AddTask) -> dict[str, Any]:
    values = wanted.model_dump(mode="json", exclude_defaults=True)
    order = ("id", "description", "agent", "role", "parent", "needs", "tags", "priority")
    return {key: values[key] for key in order if values.get(key)}


def _find(session: Session, reference: str) -> Task:
    return session.town.ledger.find(reference).value


def _one(task: Task) -> dict[str, Any]:
    return {"task": task.model_dump(mode="json")}
