"""Pushes a plan for a command: shows what it does, and asks before it throws anything away."""

import sys
from collections.abc import Callable

import click

from planner.plan import Plan
from planner.sync.changes import Changes
from planner.sync.push import Pushed, Terms, push
from planner.sync.store import Store
from planner.sync.told import changes_text
from tinytown.cli.output import note
from tinytown.cli.words import count
from tinytown.events import task_event
from tinytown.states import TaskState
from tinytown.town import Town
from tinytown.transaction import Transaction


def push_plan(
    town: Town,
    plan: Plan,
    file: str,
    terms: Terms,
    *,
    yes: bool,
    dry_run: bool = False,
    inspect: Callable[[Changes], None] = lambda _: None,
) -> Pushed:
    """Pushes a plan.

    Args:
        town: Where to.
        plan: What.
        file: How messages call the file.
        terms: On what terms.
        yes: Whether deletions and resets are agreed to.
        dry_run: Whether to work everything out and write nothing.
        inspect: Sees what is about to be done, and may raise to forbid it.

    Raises:
        ConflictError, UsageError: It cannot be done, or is not agreed to; nothing was written.
    """
    store = Store(town.connection, town.keys, town.name)
    agree = _consent(file, yes=yes)
    return push(store, plan, terms, dry_run=dry_run, confirm=agree, inspect=inspect, tell=_progress)


def run_again(town: Town, plan: Plan) -> int:
    """Sets every ended task of a plan, and its open groups, back to pending. Returns how many there were.

    Args:
        town: Where.
        plan: Whose tasks; others are left alone.
    """
    planned = [held for held in town.ledger.all().values() if held.value.plan_id in plan.by_id]
    over = [
        held for held in planned if held.value.ended or (held.value.group and held.value.state is TaskState.RUNNING)
    ]
    transaction = Transaction(town.keys)
    for held in over:
        after = held.value.rerun()
        transaction.change_task(held, after)
        transaction.tell(task_event("requeued", after, reason="to be run again"))
    transaction.commit(town.connection)
    return len(over)


def summary(pushed: Pushed) -> str:
    """What a push did, in a sentence."""
    changes = pushed.changes
    if changes.unfinished and pushed.written:
        return "completed a push that was cut off"
    if changes.empty:
        return f"nothing to push: {count(changes.unchanged, 'task')} unchanged"
    numbers = {
        "created": len(changes.create),
        "updated": len({change.id for change in changes.update}),
        "deleted": len(changes.delete),
        "unchanged": changes.unchanged,
    }
    return (
        ", ".join(f"{number} {what}" for what, number in numbers.items() if number)
        or "nothing changed but places and old names"
    )


def _progress(done: int, everything: int) -> None:
    """Tells how far a large push is, to a person who waits at a terminal."""
    if sys.stderr.isatty():
        click.echo(f"\rpushed {done} of {everything} tasks", file=sys.stderr, nl=done == everything)


def _consent(file: str, *, yes: bool) -> Callable[[Changes], bool] | None:
    """How a person agrees to what cannot be undone: by --yes, or at the terminal; else not at all."""
    if yes:
        return lambda _: True
    if not sys.stdin.isatty():
        return None

    def ask(changes: Changes) -> bool:
        note(changes_text(changes, file))
        click.confirm("This deletes tasks or resets finished work. Do it?", abort=True, err=True)
        return True

    return ask
