"""`tt migrate`: brings what other programs left in Redis into this town."""

import sys

import click

from tinytown.cli.opening import open_town
from tinytown.cli.options import examples, json_option, town_option
from tinytown.cli.output import icon, note, say, say_json
from tinytown.cli.words import count
from tinytown.errors import UsageError
from tinytown.escape import clipped, shown
from tinytown.migration.migrate import check_free, look, migrate
from tinytown.migration.steps import Migration, Step

_MOST_TOLD = 50


@click.command("migrate", epilog=examples("tt migrate --dry-run", "tt migrate", "tt migrate --force --json"))
@click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")
@click.option("--force", is_flag=True, help="Do not ask.")
@json_option
@town_option
@click.pass_context
def command(ctx: click.Context, *, dry_run: bool, force: bool, as_json: bool) -> None:
    """Bring what other programs left in this Redis into this town.

    That is: keys that belong to no town (tt:task:ID, tt:agent:ID, tt:inbox:ID …), and a town of Tinytown 0.10 of
    the same name, whose tasks and agents are hashes. Each record is moved whole or not at all; a run that was cut
    off is finished by the next one. What cannot be read stays where it is, and is told.

    Stop the other program's agents first. Of tasks that several pushes have doubled, the one that got furthest is
    taken; the others stay.
    """
    with open_town(ctx) as town:
        found = look(town.site)
        if dry_run or not found.steps:
            _tell(found, as_json=as_json, done=None if dry_run else [])
            return
        check_free(town.site, found)
        if not force:
            _agree(found)
        done = migrate(town.site, found)
        rest = look(town.site)
        _tell(Migration(done, rest.left), as_json=as_json, done=done)


def _agree(found: Migration) -> None:
    """Asks at the terminal; without one it takes --force."""
    if not sys.stdin.isatty():
        raise UsageError(
            f"this changes {_numbers(found)}", "Look at it with --dry-run; say that it is meant: --force"
        )
    _list(found)
    click.confirm(f"This changes {_numbers(found)}. Do it?", abort=True, err=True)


def _tell(found: Migration, *, as_json: bool, done: list[Step] | None) -> None:
    if as_json:
        say_json(
            {
                "done": done is not None,
                "steps": [step.as_dict() for step in found.steps],
                "left": [{"key": one.key, "reason": one.reason} for one in found.left],
            }
        )
        return
    _list(found)
    if not found.steps:
        say("Nothing to migrate.")
    elif done is None:
        say(f"Would migrate {_numbers(found)}.")
    else:
        say(f"{icon('📦')}Migrated {_numbers(found)}.")


def _list(found: Migration) -> None:
    for step in found.steps[:_MOST_TOLD]:
        remarks = f" ({clipped('; '.join(step.notes), 200)})" if step.notes else ""
        more = f" and {len(step.sources) - 1} more" if len(step.sources) > 1 else ""
        say(f"{clipped(step.title)}: from {shown(step.sources[0].key)}{more}{remarks}")
    if len(found.steps) > _MOST_TOLD:
        say(f"… and {len(found.steps) - _MOST_TOLD} more; --json lists them all")
    if found.shared:
        note("Keys without a town may be those of several towns; nobody can tell. All of them go into this one.")
    for one in found.left[:_MOST_TOLD]:
        note(f"stays: {shown(one.key)}: {clipped(one.reason, 200)}")
    if len(found.left) > _MOST_TOLD:
        note(f"… and {len(found.left) - _MOST_TOLD} more stay; --json lists them all")


def _numbers(found: Migration) -> str:
    kinds = (("task", "task"), ("agent", "agent"))
    told = [count(found.count(what), noun) for what, noun in kinds if found.count(what)]
    rest = len(found.steps) - sum(found.count(what) for what, _ in kinds)
    if rest:
        told.append(count(rest, "other key" if told else "key"))
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
