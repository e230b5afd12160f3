"""`tt` and the table of its commands."""

import click

from tinytown.cli.group import LazyGroup
from tinytown.cli.options import town_option

_HERE = "tinytown.cli"

SECTIONS = {
    "The town": {
        "init": (f"{_HERE}.init", "Make a town in this folder."),
        "start": (f"{_HERE}.start", "Start the town's Redis; it stays up."),
        "stop": (f"{_HERE}.stop", "Stop all agents and the town's Redis."),
        "status": (f"{_HERE}.status", "Show the town, its agents and its tasks at a glance."),
        "mcp": (f"{_HERE}.mcp", "Serve the town to a coding agent by the Model Context Protocol."),
        "events": (f"{_HERE}.events", "Show what happened, or follow what happens."),
    },
    "Agents": {
        "spawn": (f"{_HERE}.spawn", "Start an agent."),
        "list": (f"{_HERE}.list", "List the agents."),
        "restart": (f"{_HERE}.restart", "Stop an agent and start it again."),
        "kill": (f"{_HERE}.kill", "Stop an agent."),
        "close": (f"{_HERE}.close", "Let an agent finish its task, then stop it."),
        "pause": (f"{_HERE}.pause", "Let an agent, or the whole town, begin nothing more."),
        "interrupt": (f"{_HERE}.interrupt", "Let an agent begin nothing more."),
        "resume": (f"{_HERE}.resume", "Go on after a pause."),
        "wait": (f"{_HERE}.wait", "Wait until an agent is at rest, or a task has ended."),
        "prune": (f"{_HERE}.prune", "Remove the records of agents that are gone."),
        "logs": (f"{_HERE}.logs", "Show an agent's log, or what a task has put out."),
        "attach": (f"{_HERE}.attach", "Follow what an agent's CLI puts out, task after task."),
        "send": (f"{_HERE}.send", "Send a message to an agent or the conductor."),
        "inbox": (f"{_HERE}.inbox", "Show the messages that wait."),
        "history": (f"{_HERE}.history", "Show the messages that went to and fro."),
    },
    "Tasks": {
        "assign": (f"{_HERE}.assign", "Give an agent a new task."),
        "tasks": (f"{_HERE}.tasks", "List the tasks."),
        "task": (f"{_HERE}.task", "Show, change, complete or fail one task."),
        "backlog": (f"{_HERE}.backlog", "Add, show and claim the tasks that nobody is named for."),
        "retry": (f"{_HERE}.retry", "Run tasks again."),
        "cancel": (f"{_HERE}.cancel", "Call tasks off."),
        "skip": (f"{_HERE}.skip", "Go on without tasks."),
        "approve": (f"{_HERE}.approve", "Let a task start that waits for it."),
        "reject": (f"{_HERE}.reject", "Fail a task that waits for approval."),
    },
    "Recovery": {
        "doctor": (f"{_HERE}.doctor", "Say what is wrong with the town, and put it right."),
        "recover": (f"{_HERE}.recover", "Free the work of agents that are dead."),
        "reclaim": (f"{_HERE}.reclaim", "Move what dead and stopped agents hold to others."),
    },
    "The plan": {
        "plan": (f"{_HERE}.plan", "Show and change tasks.toml."),
        "schema": (f"{_HERE}.schema", "Print the JSON Schema of what a command prints with --json."),
        "explain": (f"{_HERE}.explain", "Explain the code of a finding, such as TT007."),
        "simulate": (f"{_HERE}.simulate", "Run the plan in an instant, with simulated agents and faults."),
        "sync": (f"{_HERE}.sync", "Reconcile tasks.toml and Redis."),
        "conductor": (f"{_HERE}.conductor", "Release each task the moment it is ready."),
        "run": (f"{_HERE}.run", "Do everything for one plan, from start to end."),
        "why": (f"{_HERE}.why", "Say why a task, or each that waits, does not run."),
    },
    "State": {
        "save": (f"{_HERE}.save", "Save the town as a file that git can compare."),
        "restore": (f"{_HERE}.restore", "Fill an empty town from such a file."),
        "export": (f"{_HERE}.export", "Write tasks, events or durations for a spreadsheet."),
        "migrate": (f"{_HERE}.migrate", "Bring over what other programs left in Redis."),
        "reset": (f"{_HERE}.reset", "Delete all that Redis holds of this town."),
    },
    "Settings": {
        "config": (f"{_HERE}.config", "Show the options, or set one."),
        "towns": (f"{_HERE}.towns", "Show the towns that you have worked with."),
        "completion": (f"{_HERE}.completion", "Print what makes your shell complete tt."),
    },
}


@click.group(
    cls=LazyGroup,
    sections=SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nExample:\n  tt init && tt spawn coder --cli claude && tt assign coder 'Fix the tests'",
)
@click.version_option(package_name="tinytown", message="%(prog)s %(version)s")
@town_option
def tt() -> None:
    """Write a plan, let agents do it: towns, agents and tasks from the command line."""
