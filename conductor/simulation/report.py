"""What is to be said of simulated runs: everything that text and JSON tell, worked out once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from conductor.simulation.attempts import Attempt, attempts
from conductor.simulation.chain import Link, chain
from conductor.simulation.hints import Hint
from conductor.simulation.many import Many
from conductor.simulation.run import Run


@dataclass(frozen=True, slots=True)
class Use:
    """How busy an agent was. `busy` in microseconds."""

    agent: str
    busy: int
    attempts: int


@dataclass(frozen=True)
class Report:
    """One plan, simulated.

    Args:
        file: How the plan's file is called.
        many: The runs.
        planned: The critical path of the plan, and its seconds.
        hints: What would help.
    """

    file: str
    many: Many
    planned: tuple[Sequence[str], float]
    hints: Sequence[Hint]

    @property
    def run(self) -> Run:
        """The run that is told in full: the one of the median makespan."""
        return self.many.middle

    def attempts(self) -> tuple[Attempt, ...]:
        """Its attempts."""
        return attempts(self.run)

    def chain(self) -> tuple[Link, ...]:
        """What held it up."""
        return chain(self.run, self.attempts())

    def uses(self) -> list[Use]:
        """How busy each agent was, by name."""
        busy: Counter[str] = Counter()
        count: Counter[str] = Counter()
        for one in self.attempts():
            busy[one.agent] += one.span
            count[one.agent] += one.span > 0
        names = sorted({held.value.name for held in self.run.board.agents.values()}, key=_by_number)
        return [Use(name, busy[name], count[name]) for name in names]

    def again(self) -> dict[str, Counter[str]]:
        """What was made again or died, and at which tasks how often."""
        found: dict[str, Counter[str]] = {}
        for one in self.attempts():
            what = _kind(one)
            if what is not None:
                found.setdefault(what, Counter())[one.label] += 1
        return {kind: found[kind] for kind in sorted(found)}


def _kind(one: Attempt) -> str | None:
    if one.died:
        return "lost with its agent"
    if one.how == "retrying":
        return "failed and tried again"
    if one.how == "requeued":
        return "asked to be tried later" if "exit 75" in one.why else "given back"
    return "failed" if one.how == "failed" else None


def _by_number(name: str) -> tuple[str, int, str]:
    """`coder-2` before `coder-10`."""
    stem, _, number = name.rpartition("-")
    return (stem, int(number), name) if number.isdigit() else (name, 0, name)
