"""Many runs of one plan: how long they took, how often they failed, and at which tasks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from conductor.simulation.run import Run, simulate
from conductor.simulation.setting import Setting

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Digest:
    """What is kept of one run. `makespan` in microseconds."""

    seed: int
    makespan: int
    ok: bool
    completed: int
    unfinished: tuple[str, ...]
    struck: int

    @classmethod
    def of(cls, run: Run) -> "Digest":
        """The gist of a run."""
        unfinished = tuple(task.label for task in run.summary.unfinished)
        struck = sum(run.struck.values())
        return cls(run.seed, run.makespan, run.ok, run.summary.completed, unfinished, struck)


@dataclass(frozen=True)
class Many:
    """Some runs of one plan.

    Args:
        runs: Their digests, by seed.
        middle: The run of the median makespan, whole; of those that got through, if any did.
    """

    runs: tuple[Digest, ...]
    middle: Run

    @property
    def ok(self) -> bool:
        """Whether everything completed in all of them."""
        return all(run.ok for run in self.runs)

    def bad_seeds(self) -> list[int]:
        """The seeds of the runs in which something failed or was blocked."""
        return [run.seed for run in self.runs if not run.ok]

    def makespan(self, share: float) -> int:
        """The makespan that this share of the runs does not exceed, by the nearest rank. Microseconds.

        Runs in which not everything completed count only if there are no others: they may have ended early.
        """
        return _rank(_comparable(self.runs), share).makespan

    def failing(self) -> list[tuple[str, int]]:
        """The tasks that did not complete in some runs, and in how many; the most often first."""
        counts = Counter(task for run in self.runs for task in run.unfinished)
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def simulate_many(setting: Setting, seeds: Sequence[int]) -> Many:
    """Runs a plan once for each seed.

    Raises:
        EndlessError: One does not come to an end.
    """
    digests: list[Digest] = []
    last: Run | None = None
    for seed in seeds:
        last = simulate(setting, seed)
        digests.append(Digest.of(last))
    middle = _rank(_comparable(digests), 0.5).seed
    return Many(tuple(digests), last if last is not None and last.seed == middle else simulate(setting, middle))


def _comparable(runs: Sequence[Digest]) -> list[Digest]:
    """The runs that got through, the shortest first; all if none did."""
    order = sorted(runs, key=lambda run: (run.makespan, run.seed))
    return [run for run in order if run.ok] or order


def _rank(order: Sequence[T], share: float) -> T:
    return order[max(ceil(share * len(order)) - 1, 0)]
