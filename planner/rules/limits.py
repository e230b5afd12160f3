"""Rules on limits: something must fit into them, and a pool must be there to be taken from (TT013)."""

from collections.abc import Iterator

from planner.diagnostics.finding import Finding
from planner.rules.guesses import Guesses
from planner.rules.written import Outline


def limits(outline: Outline) -> Iterator[Finding]:
    """Pools hold one task at least, and tasks name pools that there are (TT013).

    `max_parallel` is judged with the form of the file.
    """
    pools = outline.table("pools")
    for name, size in pools.items():
        if isinstance(size, int) and not isinstance(size, bool) and size < 1:
            message = f'no task can ever start in the pool "{name}", which has room for {size}'
            remedy = "write 1 or more, or take the pool out: no pool, no limit"
            yield outline.finding("TT013", ("pools", name), message, help=remedy, label="too small")
    guess = Guesses(pools)
    for task in outline.tasks:
        pool = task.values.get("pool")
        if isinstance(pool, str) and pool not in pools:
            meant = guess(pool)
            message = f'{outline.name(task)} takes from the pool "{pool}", which is not in [pools]'
            remedy = f'did you mean "{meant}"?' if meant else f"write its size below [pools]: {_pair(pool)}"
            yield outline.finding("TT013", task.path("pool"), message, help=remedy, label="no such pool")


def _pair(pool: str) -> str:
    bare = pool.isascii() and pool.replace("-", "").replace("_", "").isalnum()
    return f"{pool} = 1" if bare else f'"{pool}" = 1'
