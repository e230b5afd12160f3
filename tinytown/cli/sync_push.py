"""`tt sync push`: makes tasks.toml true in Redis."""

from pathlib import Path

import click

from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, say, say_json
from tinytown.cli.plan_file import file_option
from tinytown.cli.sync_terms import dry_option, report_other_way, terms_options
from tinytown.errors import UsageError
from tinytown.escape import shown


@click.command(
    "push",
    epilog=examples(
        "tt sync push",
        "tt sync push --dry-run",
        "tt sync push --only build",
        "tt sync push --prune --yes",
        "tt sync push --out saved.json",
    ),
)
@file_option
@terms_options
@dry_option
@click.option("--out", type=click.Path(path_type=Path), help="Save the push for `tt sync apply`, and do nothing.")
@click.option("--yes", is_flag=True, help="Agree to deletions and to the reset of finished work.")
@json_option
@town_option
@click.pass_context
def command(
    ctx: click.Context,
    file: Path | None,
    only: tuple[str, ...],
    out: Path | None,
    *,
    force: bool,
    prune: bool,
    cancel_running: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Make what changed in tasks.toml true in Redis, all of it or nothing."""
    from planner.read import FILE
    from planner.sync.push import Terms
    from planner.sync.saved import Saved
    from planner.sync.told import changes_text
    from tinytown.cli.findings import checked, explained
    from tinytown.cli.pushing import push_plan, summary

    if cancel_running and not prune:
        raise UsageError("--cancel-running goes with --prune", "Say both, or set the task's status to cancelled.")
    terms = Terms(force, only or None, prune, cancel_running)
    with open_town(ctx) as town:
        path = file or town.root / FILE
        name = file.name if file else FILE
        plan = checked(path)
        with explained(name, as_json=as_json):
            done = push_plan(town, plan, name, terms, yes=yes, dry_run=dry_run or out is not None)
    if out is not None:
        Saved.of(path.resolve(), plan, terms, done.changes).write(out)
    if as_json:
        say_json(done.changes.as_dict())
        return
    if told := changes_text(done.changes, name):
        say(told)
    if out is not None:
        say(f"{icon('💾')}saved; to do it: tt sync apply {shown(str(out))}")
        return
    prefix = "would push: " if dry_run and not done.changes.empty else ""
    say(f"{icon('⬆️')}{prefix}{summary(done)}")
    report_other_way(len(done.changes.reported), "tt sync pull")
