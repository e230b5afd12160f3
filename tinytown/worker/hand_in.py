"""Reports what an earlier process of this agent had finished, and kept on disk because Redis was away."""

import logging

from tinytown.agents import Agent
from tinytown.errors import StaleError
from tinytown.outcome import write_outcome
from tinytown.report import Report, discard
from tinytown.site import Site
from tinytown.transaction import Transaction

_log = logging.getLogger(__name__)


def hand_in(site: Site, me: Agent, report: Report) -> None:
    """Makes a kept report count, if its attempt is still the live one; then it is discarded.

    Args:
        site: The town.
        me: The agent.
        report: What lay on disk.
    """
    held = site.ledger.get(report.task)
    while held is not None and report.awaited(held.value, me.id):
        transaction = Transaction(site.keys)
        write_outcome(transaction, held, report, me)
        try:
            transaction.commit(site.connection)
        except StaleError:
            held = site.ledger.get(report.task)
        else:
            _log.info("reported the kept result of %s", held.value.label)
            break
    discard(site.folder(me.name))
