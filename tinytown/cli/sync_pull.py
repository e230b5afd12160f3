"""`tt sync pull`: writes what changed in Redis into tasks.toml."""

from pathlib import Path

import click

from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, say, say_json
from tinytown.cli.plan_file import file_option
from tinytown.cli.sync_terms import dry_option, only_option, report_other_way

_DIFFERENCES = 6


@click.command(
    "pull",
    epilog=examples("tt sync pull", "tt sync pull --check", "tt sync pull --managed-only"),
)
@file_option
@only_option
@dry_option
@click.option("--force", is_flag=True, help="Redis wins conflicts.")
@click.option("--managed-only", is_flag=True, help="Leave out tasks that only Redis knows.")
@click.option("--check", is_flag=True, help="Do nothing; exit status 6 if the file is behind. For a commit hook.")
@json_option
@town_option
@click.pass_context
def command(
    ctx: click.Context,
    file: Path | None,
    only: tuple[str, ...],
    *,
    dry_run: bool,
    force: bool,
    managed_only: bool,
    check: bool,
    as_json: bool,
) -> int:
    """Write what changed in Redis into tasks.toml; every other byte of it stays."""
    from planner.read import FILE
    from planner.sync.pull import pull as pull_plan
    from planner.sync.refusals import SyncConflictError
    from planner.sync.store import Store
    from planner.sync.told import changes_text
    from tinytown.cli.findings import explained

    with open_town(ctx) as town, explained(as_json=as_json):
        path = file or town.root / FILE
        name = file.name if file else FILE
        store = Store(town.connection, town.keys, town.name)
        done = pull_plan(
            store, path, force=force, dry_run=dry_run or check, managed_only=managed_only, only=only or None
        )
        if check and done.changes.conflicts:
            raise SyncConflictError(done.changes)
    behind = done.changes.writes_file
    status = _DIFFERENCES if check and behind else 0
    if as_json:
        say_json(done.changes.as_dict())
        return status
    if told := changes_text(done.changes, name):
        say(told)
    if check:
        say(f"{name} is behind Redis: tt sync pull" if behind else f"{name} is up to date.")
        return status
    fields = len(done.changes.create) + len(done.changes.update)
    prefix = "would pull" if dry_run else "pulled"
    what = f"{prefix} {fields} change{'s' * (fields != 1)}" if fields else "nothing to pull"
    say(f"{icon('⬇️')}{what}")
    report_other_way(len(done.changes.reported), "tt sync push")
    return status
