"""Checks that every record can be read, and is where it says. Pure."""

from collections.abc import Iterator

from tinytown.doctor.finding import Finding, error
from tinytown.doctor.stock import Stock


def check_records(stock: Stock) -> Iterator[Finding]:
    """Records of tasks and agents that cannot be read, or that bear another id than their key.

    There is no safe way to put these right: whatever is in them may be wanted, so they are only named.
    """
    for key, problem in stock.unreadable.items():
        yield error(
            key,
            f"cannot be read: {problem}",
            f"Mend it, or put it out of the way, not lost: {stock.cli} RENAME '{key}' 'aside:{key}', "
            "then: tt doctor --fix",
        )
    for kind in (stock.tasks, stock.agents):
        for ident, held in kind.items():
            if held.value.id != ident:
                name = stock.keys.task(ident) if kind is stock.tasks else stock.keys.agent(ident)
                yield error(
                    name,
                    f"holds the record of another id, {held.value.id}",
                    f"{stock.cli} RENAME '{name}' 'aside:{name}', then: tt doctor --fix",
                )
