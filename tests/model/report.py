"""What an exploration found."""

from dataclasses import dataclass, field


@dataclass
class Report:
    """What an exploration found.

    Args:
        states: How many distinct ones.
        transitions: How many steps lead from one to another.
        rests: In how many of them nobody can go on.
        breaches: The laws that were broken, in the state that was found first.
        schedule: The choices that lead there.
        whole: Whether everything was gone through.
    """

    states: int = 0
    transitions: int = 0
    rests: int = 0
    schedules: int = 0
    nodes: int = 0
    breaches: list[str] = field(default_factory=list)
    schedule: list[str] = field(default_factory=list)
    whole: bool = False

    def __str__(self) -> str:
        return (
            f"{self.states} states, {self.transitions} transitions, {self.schedules} schedules to "
            f"{self.rests} states of rest; {self.nodes} histories of actors"
        )


def path(came: list[tuple[int, str]], at: int) -> list[str]:
    """The choices that led to a state, the first one first."""
    choices: list[str] = []
    while at:
        at, choice = came[at]
        choices.append(choice)
    return choices[::-1]


def count_ways(follows: list[list[int]], rests: set[int]) -> int:
    """How many ways lead from the first state to one of rest, each state at most once on a way."""
    counts: dict[int, int] = {}
    stack = [(0, False)]
    open_: set[int] = set()
    while stack:
        at, done = stack.pop()
        if done:
            open_.discard(at)
            counts[at] = (at in rests) + sum(counts.get(one, 0) for one in follows[at])
        elif at not in counts and at not in open_:
            open_.add(at)
            stack.append((at, True))
            stack += [(one, False) for one in follows[at] if one not in counts]
    return counts[0]
