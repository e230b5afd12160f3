"""`tt migrate` without its words: looks, and does."""

from tinytown.clock import now
from tinytown.errors import StaleError, TownBusyError
from tinytown.migration.carry_out import carry_out
from tinytown.migration.decide import decide
from tinytown.migration.steps import Migration, Step
from tinytown.migration.survey import survey
from tinytown.presence import check_nobody
from tinytown.site import Site

BATCH = 200
"""So many steps go into one transaction: each waits for the disk."""

_TRIES = 10


def look(site: Site) -> Migration:
    """What there is to bring over.

    Args:
        site: The town.
    """
    return decide(survey(site), now())


def migrate(site: Site, wanted: Migration) -> list[Step]:
    """Brings over what other programs left. What changes meanwhile is looked at anew.

    Args:
        site: The town.
        wanted: What was found and agreed to.

    Returns:
        The steps that were done.

    Raises:
        TownBusyError: Agents or a conductor are at work, of this program or the other one.
        StaleError: Redis changes faster than we can read it.
    """
    done: list[Step] = []
    for attempt in range(1, _TRIES + 1):
        check_free(site, wanted)
        try:
            for start in range(0, len(wanted.steps), BATCH):
                steps = wanted.steps[start : start + BATCH]
                carry_out(site, steps)
                done += steps
        except StaleError:
            if attempt == _TRIES:
                raise
            wanted = look(site)
        else:
            break
    return done


def check_free(site: Site, wanted: Migration) -> None:
    """Makes sure that nobody is at work.

    Raises:
        TownBusyError: Somebody is.
    """
    check_nobody(site, "be migrated")
    if wanted.awake:
        names = ", ".join(wanted.awake[:5])
        raise TownBusyError(
            f"agents of the other program seem to be at work still: {names}",
            "Stop them with the program that started them, and try again two minutes later.",
        )
