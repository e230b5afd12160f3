"""The tools that a client may call: what each is for, what it takes, and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tinytown.mcp import arguments as said
from tinytown.mcp import looking, moving
from tinytown.mcp.session import Session

Told = tuple[str, Mapping[str, Any]]
"""A short text, and a JSON object."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. `reads` says that it changes nothing, `destroys` that it ends something for good."""

    name: str
    title: str
    description: str
    arguments: type[said.Arguments]
    do: Callable[[Session, Any], Told]
    reads: bool = False
    destroys: bool = False


TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(
            "tt_status",
            "The town at a glance",
            "The town: its agents, how many tasks are in each state, the conductor; and who you are in it.",
            said.Nothing,
            looking.status,
            reads=True,
        ),
        Tool(
            "tt_plan",
            "The plan",
            "The plan in tasks.toml with the state of every task: who does what, what waits for what.",
            said.Nothing,
            looking.plan,
            reads=True,
        ),
        Tool(
            "tt_tasks",
            "List tasks",
            "The tasks, those of the plan first. `claimable` leaves only those that you can claim now.",
            said.Tasks,
            looking.tasks,
            reads=True,
        ),
        Tool(
            "tt_task",
            "One task",
            "Everything about one task, and the tasks that it builds on with their results.",
            said.One,
            looking.task,
            reads=True,
        ),
        Tool(
            "tt_why",
            "Why a task waits",
            "Every reason that keeps a task from being released; none if it is about to be.",
            said.One,
            looking.why,
            reads=True,
        ),
        Tool(
            "tt_claim",
            "Claim a task",
            "Take a task of the backlog, or one that is for you; without `task`, the next one. Then tt_start it.",
            said.Claim,
            moving.claim,
        ),
        Tool(
            "tt_start",
            "Start a task",
            "Begin a task that is assigned to you. You work on one at a time.",
            said.One,
            moving.start,
        ),
        Tool(
            "tt_complete",
            "Complete a task",
            "Say that the task you started is done. Its acceptance command, if it has one, is run and decides.",
            said.Complete,
            moving.complete,
        ),
        Tool(
            "tt_fail",
            "Fail a task",
            "Say that the task you started cannot be done. It is tried again if it has retries left.",
            said.Fail,
            moving.fail,
            destroys=True,
        ),
        Tool(
            "tt_add_task",
            "Add a task",
            "Add a task: to tasks.toml, pushed at once, if there is one; else straight to an agent or the backlog.",
            said.AddTask,
            moving.add_task,
        ),
        Tool(
            "tt_send",
            "Send a message",
            "Send an agent, or `conductor`, a message. Kind `task` and `query` ask for work, the others inform.",
            said.Send,
            moving.send,
        ),
        Tool(
            "tt_inbox",
            "Your messages",
            "Your unread messages. They stay until you name their ids in `acknowledge`.",
            said.Inbox,
            moving.inbox,
        ),
    )
}
"""Every tool, by name."""
