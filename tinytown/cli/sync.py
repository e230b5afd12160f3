"""`tt sync`: reconciles tasks.toml and Redis, in both directions."""

import click

from tinytown.cli.group import LazyGroup
from tinytown.cli.options import examples, town_option

_HERE = "tinytown.cli"

SECTIONS = {
    "Commands": {
        "push": (f"{_HERE}.sync_push", "Make what changed in tasks.toml true in Redis."),
        "pull": (f"{_HERE}.sync_pull", "Write what changed in Redis into tasks.toml."),
        "diff": (f"{_HERE}.sync_diff", "Show what differs, in both directions."),
        "apply": (f"{_HERE}.sync_apply", "Do a push that was saved, unless something has changed since."),
    },
}


@click.group(
    cls=LazyGroup, sections=SECTIONS, epilog=examples("tt sync push", "tt sync pull", "tt sync diff --exit-code")
)
@town_option
def command() -> None:
    """Reconcile tasks.toml and Redis.

    Three views of each task are compared: as it was last synced, as the file has it, and as Redis has it. What
    only one side changed goes to the other; what both changed differently is a conflict, and nothing is written.
    """
