"""A simulation for people: sections of lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conductor.simulation.bounds import Bound
from conductor.simulation.chain import waited
from conductor.simulation.report import Report
from conductor.simulation.steps import SECOND
from conductor.simulation.timeline import LEGEND, timeline
from tinytown.clock import spell
from tinytown.columns import width
from tinytown.escape import clipped, shown

_MOST_LINKS = 25
_MOST_NAMED = 10
_MOST_BLOCKED = 20
_SHARES = ((0.0, "min"), (0.5, "p50"), (0.9, "p90"), (1.0, "max"))


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines."""

    heading: str
    lines: Sequence[str]


def sections(report: Report, room: int) -> list[Section]:
    """All that is to be said, for so many columns."""
    parts = [
        Section(_head(report), [*_distribution(report)]),
        Section("What held it up", [*_chain(report)]),
        Section("Agents", [*_agents(report)]),
        Section("Timeline", _timeline(report, room)),
        Section("Held back by", [*_bounds(report)]),
        Section("What would help, measured", [*_hints(report)]),
        Section("What went wrong", [*_wrong(report)]),
        Section("What did not complete", [*_unfinished(report)]),
    ]
    return [part for number, part in enumerate(parts) if part.lines or number == 0]


def time(micros: int) -> str:
    """A moment or span for people."""
    return spell(micros / SECOND) if micros else "0 s"


def _head(report: Report) -> str:
    runs, run = report.many.runs, report.run
    done, total = run.summary.completed, run.summary.total
    if len(runs) == 1:
        told = f"{done} of {total} tasks completed in {time(run.makespan)} (seed {run.seed})"
    else:
        bad = report.many.bad_seeds()
        seeds = _some([str(seed) for seed in bad])
        word = "seed" if len(bad) == 1 else "seeds"
        verdict = (
            f"in {len(bad)} not everything completed ({word} {seeds})" if bad else "everything completed in all"
        )
        told = f"{len(runs)} runs (seeds {runs[0].seed} to {runs[-1].seed}); {verdict}"
    return f"{shown(report.file)}: {told}"


def _distribution(report: Report) -> Iterator[str]:
    many = report.many
    if len(many.runs) == 1:
        return
    if 0 < len(many.bad_seeds()) < len(many.runs):
        yield "Of those in which everything completed:"
    yield from _rows([[name, time(many.makespan(share))] for share, name in _SHARES])
    for task, count in many.failing()[:_MOST_NAMED]:
        yield f"{shown(task)} did not complete in {count} of {len(many.runs)}"
    if len(many.failing()) > _MOST_NAMED:
        yield f"nor did {len(many.failing()) - _MOST_NAMED} other tasks in some"
    yield f"What follows is the median run: seed {report.run.seed}"


def _chain(report: Report) -> Iterator[str]:
    links = report.chain()
    rows = [["at", "took", "task", "agent", "had waited for"]]
    for link in links:
        one = link.attempt
        number = f" (attempt {one.number})" if one.number > 1 else ""
        cells = [time(one.started), time(one.span), f"{one.label}{number}", one.agent, waited(link)]
        rows.append([clipped(cell, 60) for cell in cells])
    if len(rows) > _MOST_LINKS + 1:
        half = _MOST_LINKS // 2
        rows[1 + half : -half] = [["…", "", f"{len(links) - 2 * half} more", "", ""]]
    if links:
        yield from _rows(rows, right=(0, 1))
    path, seconds = report.planned
    if path:
        named = " → ".join(path if len(path) <= _MOST_NAMED else [*path[:5], "…", *path[-4:]])
        yield f"The plan's own critical path takes {spell(seconds)}: {shown(named)}"


def _agents(report: Report) -> Iterator[str]:
    whole = max(report.run.makespan, 1)
    uses = report.uses()
    yield from _rows(
        [
            [
                shown(use.agent),
                f"{100 * use.busy // whole}%",
                f"busy {time(use.busy)}",
                _count(use.attempts, "attempt"),
            ]
            for use in uses
        ],
        right=(1, 2),
    )


def _timeline(report: Report, room: int) -> list[str]:
    made = report.attempts()
    if not any(one.span for one in made):
        return []
    lines = timeline(made, [use.agent for use in report.uses()], report.run.makespan, room - 2)
    return [*lines, LEGEND]


def _bounds(report: Report) -> Iterator[str]:
    rows = []
    for bound, held in report.run.bounds.items():
        if held.span >= SECOND:
            rows.append(
                [bound_words(bound), f"for {time(held.span)}", f"up to {_count(held.most, 'task')} at once"]
            )
    yield from _rows(rows[:_MOST_NAMED])


def bound_words(bound: Bound) -> str:
    """What holds back, in words."""
    kind, name = bound
    words = {
        "agent": f"agent {name} busy",
        "role": f"all of role {name} busy",
        "any": "all agents busy",
        "pool": f'pool "{name}" full',
        "max_parallel": "max_parallel reached",
        "max_agents": "max_agents reached",
    }
    return shown(words[kind])


def _hints(report: Report) -> Iterator[str]:
    for hint in report.hints:
        yield f"{shown(hint.what)} would save {time(hint.saves)}"


def _wrong(report: Report) -> Iterator[str]:
    rows = []
    for kind, tasks in report.again().items():
        named = _some([f"{shown(task)}{f' ({count})' if count > 1 else ''}" for task, count in tasks.most_common()])
        rows.append([f"{kind}:", str(sum(tasks.values())), named])
    rows += [[f"{fault}:", str(count), ""] for fault, count in report.run.struck.items()]
    yield from _rows(rows, right=(1,))


def _unfinished(report: Report) -> Iterator[str]:
    unfinished = report.run.summary.unfinished
    yield from _rows(
        [[task.state, shown(task.label), clipped(task.why, 200)] for task in unfinished[:_MOST_BLOCKED]]
    )
    if len(unfinished) > _MOST_BLOCKED:
        yield f"and {len(unfinished) - _MOST_BLOCKED} more; --json has all"


def _rows(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> Iterator[str]:
    """Cells as lines, each column as wide as its widest cell."""
    sizes = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = []
        for at, (cell, size) in enumerate(zip(row, sizes, strict=True)):
            gap = " " * (size - width(cell))
            cells.append(f"{gap}{cell}" if at in right else f"{cell}{gap}")
        yield "  ".join(cells).rstrip()


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - _MOST_NAMED} more" if len(words) > _MOST_NAMED else ""
    return ", ".join(words[:_MOST_NAMED]) + more
