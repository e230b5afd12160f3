"""Which tasks are meant by `--only`."""

from collections.abc import Collection

from planner.plan import Plan
from planner.sync.known import Remembered
from tinytown.errors import UnknownTaskError, UsageError
from tinytown.ids import nearest


def check_selection(only: Collection[str], plan: Plan, known: Remembered) -> None:
    """Checks that the tasks exist, and that nothing they wait for would be left out.

    Raises:
        UnknownTaskError: Neither the file nor Redis has such a task.
        UsageError: One of them waits for a new task that is not among them.
    """
    everything = {*plan.by_id, *known.base, *known.live}
    for name in only:
        if name not in everything:
            guess = nearest(name, everything)
            hint = f'Did you mean "{guess}"? ' if guess else ""
            raise UnknownTaskError(f'no task is called "{name}"', f"{hint}`tt plan` lists them.")
        entry = plan.by_id.get(name)
        for other in (*entry.needs, entry.parent) if entry else ():
            if other and other not in only and (other not in known.live or other in known.renames):
                raise UsageError(
                    f'task "{name}" waits for "{other}", which is not in Redis under that name yet',
                    f"Push that one too: --only {name} --only {other}",
                )


def check_renames(only: Collection[str], plan: Plan, known: Remembered) -> None:
    """Checks that nobody would be left waiting for a name that is gone.

    Raises:
        UsageError: A task waits, under its old name, for one that is to be renamed, and is not among them.
    """
    names = {known.renames[name]: name for name in only if name in known.renames}
    for waiter, task in known.live.items() if names else ():
        old = next((need for need in task.needs if need in names), None)
        if old is not None and waiter in plan.by_id and waiter not in only:
            raise UsageError(
                f'in Redis task "{waiter}" waits for "{names[old]}" as "{old}"',
                f"Push that one too: --only {names[old]} --only {waiter}",
            )
