"""The lives of a run's agents, read from its events: an agent that has left may come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from conductor.simulation.run import Run
from tinytown.events import Event


@dataclass(frozen=True, slots=True)
class Life:
    """One stay of an agent. Microseconds.

    Args:
        called: When it was registered.
        ready: When it could begin to work; None if it never could.
        over: When it had left, or was found dead; None if it stayed.
        place_of: Who had left the full town last, so that there was a place for it; None if there was one anyway.
    """

    called: int
    ready: int | None = None
    over: int | None = None
    place_of: str | None = None

    def spans(self, moment: int) -> bool:
        """Whether the agent was at hand just before and just after a moment."""
        return self.ready is not None and self.ready < moment and (self.over is None or moment < self.over)


def lives(run: Run) -> Mapping[str, Sequence[Life]]:
    """Every agent's lives, in their order.

    Args:
        run: The run.
    """
    found: dict[str, list[Life]] = {}
    here: set[str] = set()
    places: list[str] = []
    for event, moment in zip(run.events, run.moments, strict=True):
        name, what = event.agent or "", event.type
        mine = found.setdefault(name, []) if _is_agent(event) else []
        if what == "agent.starting":
            place_of = places.pop() if places and name not in here else None
            mine.append(Life(moment, place_of=place_of))
            here.add(name)
        elif what == "agent.idle" and mine and mine[-1].ready is None:
            mine[-1] = replace(mine[-1], ready=moment)
        elif what in ("agent.stopped", "agent.error") and name in here:
            mine[-1] = replace(mine[-1], over=moment)
            places += [name] if len(here) >= run.setting.max_agents else []
            here.discard(name)
    return found


def _is_agent(event: Event) -> bool:
    return event.type.startswith("agent.")
