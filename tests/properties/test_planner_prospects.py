"""Random plans with random statuses: what is said of their prospects agrees with a plain model of the design."""

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.read import read_plan

STATUSES = ("", "pending", "pending", "completed", "running", "failed", "cancelled")
WHENS = ("all_success", "all_success", "all_done", "one_failed", "none_failed")


@dataclass(frozen=True)
class Line:
    """One task: those that it ties to come before it."""

    parent: int | None
    needs: tuple[int, ...]
    status: str
    when: str
    doer: bool


@st.composite
def plans(draw: st.DrawFn) -> list[Line]:
    lines: list[Line] = []
    for n in range(draw(st.integers(1, 9))):
        parent = draw(st.none() | st.integers(0, n - 1)) if n else None
        needs = draw(st.lists(st.integers(0, n - 1), max_size=2, unique=True)) if n else []
        lines.append(
            Line(
                parent,
                tuple(needs),
                draw(st.sampled_from(STATUSES)),
                draw(st.sampled_from(WHENS)),
                draw(st.booleans()),
            )
        )
    return lines


def written(plan: list[Line]) -> bytes:
    pieces: list[str] = []
    for n, line in enumerate(plan):
        pieces.append(f'[[tasks]]\nid = "t{n}"\ndescription = "d"\nwhen = "{line.when}"\n')
        pieces += ['agent = "w"\n'] if line.doer else []
        pieces += [f'status = "{line.status}"\n'] if line.status else []
        pieces += [f'parent = "t{line.parent}"\n'] if line.parent is not None else []
        pieces += [f"needs = {[f't{need}' for need in line.needs]}\n"]
    return "".join(pieces).encode()


class Model:
    """The design, word by word."""

    def __init__(self, plan: list[Line]) -> None:
        self.plan = plan

    def group(self, n: int) -> bool:
        return not self.plan[n].doer and any(other.parent == n for other in self.plan)

    def below(self, n: int) -> Iterator[int]:
        for child, line in enumerate(self.plan):
            if line.parent == n:
                yield child
                yield from self.below(child)

    def prerequisites(self, n: int) -> list[int]:
        line = self.plan[n]
        ordinary = line.parent is not None and not self.group(line.parent)
        return [*line.needs, *([line.parent] if ordinary and line.parent is not None else [])]

    def needless(self, n: int) -> bool:
        """Called off because it was not needed."""
        line = self.plan[n]
        if line.status != "cancelled":
            return False
        if line.parent is not None and self.group(line.parent) and self.needless(line.parent):
            return True
        before = self.prerequisites(n)
        if not all(self.plan[other].status == "completed" or self.needless(other) for other in before):
            return False
        return line.when == "one_failed" or (line.when == "all_success" and any(map(self.needless, before)))

    def hopeless(self, n: int) -> bool:
        line = self.plan[n]
        if line.status not in ("", "pending"):
            return False
        parent = line.parent
        inside = parent is not None and self.group(parent)
        # A failed group opens again, a cancelled one does not.
        if inside and parent is not None and (self.called_off(parent) or self.hopeless(parent)):
            return True
        lost = [other for other in self.prerequisites(n) if self.cannot_complete(other)]
        if line.when == "none_failed":
            lost = [other for other in lost if self.plan[other].status != "cancelled"]
        return bool(lost) and line.when in ("all_success", "none_failed")

    def cannot_complete(self, n: int) -> bool:
        if self.plan[n].status == "completed" or self.needless(n):
            return False
        if self.plan[n].status in ("failed", "cancelled") or self.hopeless(n):
            return True
        return self.group(n) and any(self.cannot_complete(other) for other in self.below(n))

    def called_off(self, n: int) -> bool:
        return self.plan[n].status == "cancelled" and not self.needless(n)

    def pointless(self, n: int) -> bool:
        line = self.plan[n]
        return line.when == "one_failed" and line.status in ("", "pending") and not self.prerequisites(n)


@settings(deadline=None, max_examples=300)
@given(plans())
def test_exactly_the_hopeless_tasks_are_told(plan: list[Line]) -> None:
    reading = read_plan(written(plan))
    if reading.plan is None:  # a member that needs its own group waits in a circle
        assert all(one.code == "TT008" for one in reading.findings if one.severity == "error")
        return
    model = Model(plan)
    told = sorted({one.message.split('"')[1] for one in reading.findings if one.code == "TT015"})
    assert told == sorted(f"t{n}" for n in range(len(plan)) if model.hopeless(n) or model.pointless(n))


@settings(deadline=None, max_examples=300)
@given(plans())
def test_a_status_is_doubted_only_beside_one_that_is_written(plan: list[Line]) -> None:
    model = Model(plan)
    for one in read_plan(written(plan)).findings:
        if one.code != "TT014":
            continue
        n = int(one.message.split('"')[1][1:])
        beside = [*model.prerequisites(n), *model.below(n)]
        parent = plan[n].parent
        beside += [parent] if parent is not None else []
        assert plan[n].status in ("running", "completed")
        assert any(plan[other].status for other in beside)
        assert one.related


@settings(deadline=None, max_examples=100)
@given(plans(), st.sampled_from(["completed", "pending", ""]))
def test_before_the_start_and_after_the_end_nothing_is_doubted(plan: list[Line], status: str) -> None:
    whens = ["all_done" if line.when == "one_failed" else line.when for line in plan]
    whole = [Line(line.parent, line.needs, status, when, doer=True) for line, when in zip(plan, whens, strict=True)]
    assert read_plan(written(whole)).findings == ()
