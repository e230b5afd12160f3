"""What the rules of sync say, worked out on plain values: who said what last of each task, and what comes of it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

UNDER_WAY = {"assigned", "running"}
FIELDS = ("description", "priority", "tags", "parent", "needs")


@dataclass(frozen=True)
class Said:
    """What one side says of a task. Other tasks are meant by their numbers, whatever they are called."""

    description: str
    status: str | None = None
    priority: str = "normal"
    tags: tuple[str, ...] = ()
    parent: int | None = None
    needs: tuple[int, ...] = ()


@dataclass
class Row:
    """One task, under whatever names.

    Args:
        name: What the file calls it, or last called it.
        mine: What the file says; None if it is not there.
        theirs: What Redis says; None if it is not there.
        agreed: What both said when they last were in step.
        known_as: What Redis calls it, or last called it.
        attempt: How often it was tried.
        buried: Whether it was completed and pruned.
    """

    name: str
    mine: Said | None = None
    theirs: Said | None = None
    agreed: Said | None = None
    known_as: str | None = None
    attempt: int = 0
    buried: bool = False

    @property
    def label(self) -> str:
        """What a sync calls it."""
        return self.name if self.mine else self.known_as or self.name


@dataclass
class Verdict:
    """What a sync comes to.

    Args:
        conflicts: Task and field of what stands against each other; the field is None for a whole task.
        asks: Whether a person must agree: something is deleted, or finished work reset.
        steps: What becomes of the rows if it is done.
    """

    conflicts: set[tuple[str, str | None]] = field(default_factory=set)
    asks: bool = False
    steps: list[Callable[[], None]] = field(default_factory=list)

    def do(self) -> None:
        for step in self.steps:
            step()


def pushed(
    rows: Collection[Row],
    *,
    force: bool = False,
    prune: bool = False,
    cancel_running: bool = False,
    only: Collection[str] | None = None,
) -> Verdict:
    """What a push of the file does, by the table of the three-way comparison."""
    verdict = Verdict()
    for row in rows:
        if only is not None and row.label not in only:
            continue
        if row.mine is None:
            _leave(row, verdict, force=force, prune=prune, cancel_running=cancel_running)
        elif row.theirs is None:
            _create(row, row.mine, verdict)
        else:
            _merge_push(row, verdict, force=force)
    return verdict


def pulled(rows: Collection[Row], *, force: bool = False) -> Verdict:
    """What a pull into the file does to the tasks that both have."""
    verdict = Verdict()
    for row in rows:
        if row.mine is None or row.theirs is None:
            continue
        for name, was, file, live in _views(row):
            if file == live:
                _step(verdict, row, name, live, "agreed")
            elif file == was or (force and live != was):
                _step(verdict, row, name, live, "mine", "agreed")
            elif live != was:
                verdict.conflicts.add((row.label, name))
    return verdict


def _views(row: Row) -> Iterator[tuple[str, object, object, object]]:
    """Each field with its value in the base, the file and Redis."""
    mine, theirs, agreed = row.mine, row.theirs, row.agreed
    assert mine
    assert theirs
    assert agreed
    for name in FIELDS:
        yield name, getattr(agreed, name), getattr(mine, name), getattr(theirs, name)
    status = mine.status
    if status is None or (status in UNDER_WAY and status != theirs.status):
        status = agreed.status  # no opinion
    yield "status", agreed.status, status, theirs.status


def _merge_push(row: Row, verdict: Verdict, *, force: bool) -> None:
    def renamed() -> None:
        row.known_as = row.name

    verdict.steps.append(renamed)
    for name, was, file, live in _views(row):
        if file == live:
            _step(verdict, row, name, file, "agreed")
        elif file != was:
            if not force and (live != was or (name == "status" and live in UNDER_WAY)):
                verdict.conflicts.add((row.label, name))
            verdict.asks |= name == "status" and live == "completed"
            _step(verdict, row, name, file, "theirs", "agreed")


def _step(verdict: Verdict, row: Row, name: str, value: object, *sides: str) -> None:
    def step() -> None:
        for side in sides:
            setattr(row, side, replace(getattr(row, side), **{name: value}))

    verdict.steps.append(step)


def _create(row: Row, mine: Said, verdict: Verdict) -> None:
    def step() -> None:
        status = mine.status if mine.status not in UNDER_WAY else None
        row.theirs = replace(mine, status="completed" if row.buried else status or "pending")
        row.agreed = replace(row.theirs, status=(mine.status or "completed") if row.buried else row.theirs.status)
        row.attempt = row.attempt if row.buried else 0
        row.known_as, row.buried = row.name, False

    verdict.steps.append(step)


def _leave(row: Row, verdict: Verdict, *, force: bool, prune: bool, cancel_running: bool) -> None:
    def step() -> None:
        assert row.theirs
        row.buried = row.theirs.status == "completed"
        row.theirs = row.agreed = None

    if row.theirs is None:
        return
    if row.theirs.status == "pending":
        if not force and any(getattr(row.agreed, name) != getattr(row.theirs, name) for name in FIELDS):
            verdict.conflicts.add((row.label, None))
    elif not prune or (row.theirs.status in UNDER_WAY and not cancel_running):
        return
    verdict.asks = True
    verdict.steps.append(step)
