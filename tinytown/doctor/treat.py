"""Puts right what has one safe way to be put right."""

from collections.abc import Sequence
from dataclasses import replace

from tinytown.connection import Connection
from tinytown.doctor.finding import Area, Finding
from tinytown.errors import StaleError
from tinytown.keys import Keys
from tinytown.transaction import Transaction


def treat(areas: Sequence[Area], connection: Connection | None, keys: Keys | None) -> list[Area]:
    """Applies every fix there is. What has changed since it was seen is left alone.

    Args:
        areas: What was found.
        connection: To the town's Redis; None if there is none.
        keys: The town's keys.

    Returns:
        What was found, with what was done about it.

    Raises:
        StoreError, OSError: A fix failed; those before it are done.
    """
    return [
        replace(area, findings=tuple(_treated(one, connection, keys) for one in area.findings)) for area in areas
    ]


def _treated(finding: Finding, connection: Connection | None, keys: Keys | None) -> Finding:
    fix = finding.fix
    if fix is None:
        return finding
    if fix.act is not None:
        fix.act()
    elif fix.write is not None and connection is not None and keys is not None:
        transaction = Transaction(keys)
        fix.write(transaction)
        try:
            transaction.commit(connection)
        except StaleError:
            return finding
    return replace(finding, done=fix.said)
