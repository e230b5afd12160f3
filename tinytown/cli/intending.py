"""What the commands that change tasks have in common: who says so, who agrees, and how it is told."""

from collections.abc import Sequence

from tinytown.change import Change
from tinytown.cli.asking import agree
from tinytown.cli.identity import who
from tinytown.cli.output import say, say_json
from tinytown.cli.words import count
from tinytown.escape import shown
from tinytown.intend import Intent, intend
from tinytown.states import TaskState
from tinytown.town import Town

_WORDS = {"requeued": "pending", "cancelled": "cancelled", "skipped": "skipped"}


def reason(town: Town, verb: str, remark: str | None) -> str:
    """Who wants something of a task, and why: `cancelled by alice: too late`."""
    return f"{verb} by {who(town)}: {remark}" if remark else f"{verb} by {who(town)}"


def carry_out(town: Town, tasks: Sequence[str], intent: Intent, *, yes: bool, as_json: bool) -> list[Change]:
    """Changes tasks and tells of each.

    Args:
        town: The town.
        tasks: The tasks, as a person calls them.
        intent: What is wanted of each.
        yes: Whether it is agreed that work is thrown away.
        as_json: Whether to print the tasks as they are then.

    Returns:
        The changes.

    Raises:
        UsageError: Work would be thrown away, and nobody is there to agree.
    """
    changes = intend(town.site, tasks, intent, _nod if yes else _agree)
    if as_json:
        say_json([change.after.model_dump(mode="json") for change in changes])
        return changes
    for change in changes:
        stopped = (
            ", its attempt is stopped"
            if change.before.state is TaskState.RUNNING and not change.before.group
            else ""
        )
        say(f"{_WORDS[change.what]:<9}  {shown(change.before.label)} (was {change.before.state}{stopped})")
    return changes


def _nod(_: Sequence[Change]) -> None:
    """Agrees."""


def _agree(changes: Sequence[Change]) -> None:
    """Asks at the terminal before work is thrown away; without one it takes --yes."""
    undone = [change for change in changes if change.undoes]
    if not undone:
        return
    what = f"{count(len(undone), 'task')} that {'is' if len(undone) == 1 else 'are'} completed or under way"
    names = ", ".join(shown(f"{change.before.label} ({change.before.state})") for change in undone[:20])
    agree(f"this runs {what} again: {names}", "Say that it is meant: --yes", said=False)
