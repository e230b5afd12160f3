"""`tt sync`: reconciles tasks.toml and Redis, in both directions."""

from pathlib import Path

import click

from tinytown.cli.group import Group
from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, note, say, say_json
from tinytown.cli.plan_file import file_option

_DIFFERENCES = 6

_only = click.option("--only", multiple=True, metavar="ID", help="Only this task; may be said again.")
_dry = click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")


@click.group(cls=Group, epilog=examples("tt sync push", "tt sync pull", "tt sync diff --exit-code"))
@town_option
def command() -> None:
    """Reconcile tasks.toml and Redis.

    Three views of each task are compared: as it was last synced, as the file has it, and as Redis has it. What
    only one side changed goes to the other; what both changed differently is a conflict, and nothing is written.
    """


@command.command("push", epilog=examples("tt sync push", "tt sync push --dry-run", "tt sync push --only build"))
@file_option
@_only
@_dry
@click.option("--force", is_flag=True, help="The file wins conflicts, and may move tasks that are under way.")
@click.option("--yes", is_flag=True, help="Agree to deletions and to the reset of finished work.")
@json_option
@town_option
@click.pass_context
def push(
    ctx: click.Context,
    file: Path | None,
    only: tuple[str, ...],
    *,
    dry_run: bool,
    force: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Make what changed in tasks.toml true in Redis, all of it or nothing."""
    from planner.read import FILE
    from planner.sync.told import changes_text
    from tinytown.cli.findings import checked, explained
    from tinytown.cli.pushing import push_plan, summary

    with open_town(ctx) as town:
        path = file or town.root / FILE
        name = file.name if file else FILE
        plan = checked(path)
        with explained(name, as_json=as_json):
            done = push_plan(town, plan, name, force=force, yes=yes, dry_run=dry_run, only=only or None)
    if as_json:
        say_json(done.changes.as_dict())
        return
    if told := changes_text(done.changes, name):
        say(told)
    prefix = "would push: " if dry_run and not done.changes.empty else ""
    say(f"{icon('⬆️')}{prefix}{summary(done)}")
    _report_other_way(len(done.changes.reported), "tt sync pull")


@command.command("pull", epilog=examples("tt sync pull", "tt sync pull --dry-run", "tt sync pull --managed-only"))
@file_option
@_only
@_dry
@click.option("--force", is_flag=True, help="Redis wins conflicts.")
@click.option("--managed-only", is_flag=True, help="Leave out tasks that only Redis knows.")
@json_option
@town_option
@click.pass_context
def pull(
    ctx: click.Context,
    file: Path | None,
    only: tuple[str, ...],
    *,
    dry_run: bool,
    force: bool,
    managed_only: bool,
    as_json: bool,
) -> None:
    """Write what changed in Redis into tasks.toml; every other byte of it stays."""
    from planner.read import FILE
    from planner.sync.pull import pull as pull_plan
    from planner.sync.store import Store
    from planner.sync.told import changes_text
    from tinytown.cli.findings import explained

    with open_town(ctx) as town, explained(as_json=as_json):
        path = file or town.root / FILE
        name = file.name if file else FILE
        store = Store(town.connection, town.keys, town.name)
        done = pull_plan(store, path, force=force, dry_run=dry_run, managed_only=managed_only, only=only or None)
    if as_json:
        say_json(done.changes.as_dict())
        return
    if told := changes_text(done.changes, name):
        say(told)
    fields = len(done.changes.create) + len(done.changes.update)
    prefix = "would pull" if dry_run else "pulled"
    what = f"{prefix} {fields} change{'s' * (fields != 1)}" if fields else "nothing to pull"
    say(f"{icon('⬇️')}{what}")
    _report_other_way(len(done.changes.reported), "tt sync push")


@command.command("diff", epilog=examples("tt sync diff", "tt sync diff --exit-code"))
@file_option
@click.option("--exit-code", is_flag=True, help="Exit status 6 if there are differences.")
@json_option
@town_option
@click.pass_context
def diff(ctx: click.Context, file: Path | None, *, exit_code: bool, as_json: bool) -> int:
    """Show what differs between tasks.toml and Redis, in both directions."""
    from planner.read import FILE
    from planner.sync.push import differences
    from planner.sync.store import Store
    from planner.sync.told import changes_text
    from tinytown.cli.findings import checked

    with open_town(ctx) as town:
        path = file or town.root / FILE
        found = differences(Store(town.connection, town.keys, town.name), checked(path))
    if as_json:
        say_json(found.as_dict())
    elif found.empty:
        say("tasks.toml and Redis agree.")
    else:
        say(changes_text(found, file.name if file else FILE))
    return _DIFFERENCES if exit_code and not found.empty else 0


def _report_other_way(number: int, remedy: str) -> None:
    if number:
        note(f"{number} change{'s' * (number != 1)} the other way: {remedy}")
