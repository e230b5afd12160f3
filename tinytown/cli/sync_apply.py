"""`tt sync apply`: does a push that was saved and looked at."""

from pathlib import Path

import click

from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, say, say_json


@click.command("apply", epilog=examples("tt sync push --prune --out saved.json", "tt sync apply saved.json"))
@click.argument("saved", type=click.Path(path_type=Path))
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, saved: Path, *, as_json: bool) -> None:
    """Do the push in the file SAVED, exactly as it was shown when it was saved.

    If tasks.toml or the tasks that it concerns have changed since, nothing is written (exit status 3). To apply it
    is to agree to its deletions and resets.
    """
    from planner.sync.saved import read_saved
    from planner.sync.told import changes_text
    from tinytown.cli.findings import checked, explained
    from tinytown.cli.pushing import push_plan, summary

    push = read_saved(saved)
    path = Path(push.file)
    with open_town(ctx) as town:
        plan = checked(path)
        push.check_file(plan)
        with explained(path.name, as_json=as_json):
            done = push_plan(town, plan, path.name, push.terms, yes=True, inspect=push.check)
    if as_json:
        say_json(done.changes.as_dict())
        return
    if told := changes_text(done.changes, path.name):
        say(told)
    say(f"{icon('⬆️')}{summary(done)}")
