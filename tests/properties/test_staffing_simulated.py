"""Random plans in small towns, staffed by the real decisions: all completes, and nobody is sent away in vain."""

import random
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from conductor.actions import Hire, Release, Retire
from conductor.decide import able, decide
from conductor.policy import Policy
from conductor.staff import staff
from conductor.team import Hiring, Member
from tests.boards import agent, board, task
from tinytown.agents import Agent
from tinytown.record import Held
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task

TEAM = {
    "many": Member("many", replicas=4),
    "dev": Member("dev", role="r", replicas=2),
    "solo": Member("solo", role="r"),
    "shell": Member("shell", cli="shell", replicas=2),
}
TARGETS = [{"agent": "many"}, {"agent": "many-2"}, {"role": "r"}, {"role": "q"}, {"run": "x"}]
TARGETS += [{"agent": name} for name in ("a", "b", "c", "solo")]


class Village:
    """Agents without processes on a real board, some of them a person's."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.agents: dict[str, Agent] = {}
        tasks: list[Task] = []
        for number in range(dice.randint(1, 12)):
            needs = dice.sample([one.label for one in tasks], dice.randint(0, min(2, len(tasks))))
            tasks.append(task(f"t{number}", *needs, **dice.choice(TARGETS)))
        self.most = dice.randint(1, 4)
        for number in range(dice.randint(0, self.most - 1)):
            self.agents[f"mine{number}"] = agent(f"mine{number}", role=dice.choice([None, "r"]))
        self.board = board(tasks, [])
        self.board.policy = Policy(max_parallel=dice.choice([None, None, 1, 2]))
        self.calls = count()

    def look(self) -> None:
        held = {one.id: Held.of(one) for one in self.agents.values()}
        self.board.see_agents(held, [one.id for one in self.agents.values() if not one.gone])

    def become(self, name: str, state: AgentState, **changes: object) -> None:
        self.agents[name] = self.agents[name].become(state, **changes)
        self.look()

    def conduct(self) -> None:
        """Decides and staffs until there is nothing more to do for now."""
        for _ in range(100):
            actions = decide(self.board, self.board.take_unsettled(), (), 100)
            for action in actions:
                if isinstance(action, Release):
                    one = self.board.tasks[action.task]
                    assert action.agent in {who.id for who in able(self.board, self.board.target(one))}
                    self.board.see(one.assign(action.agent))
            if not actions and not self._staff():
                return
        raise AssertionError("it staffs for ever")

    def _staff(self) -> bool:
        foresight = next(self.calls) % 3 == 0
        found = staff(self.board, Hiring(TEAM, "echo"), self.most, foresight=foresight)
        for action in found:
            if isinstance(action, Hire):
                wish = action.wish
                known = self.agents.get(wish.name, agent(wish.name, AgentState.COLD))
                assert known.gone
                assert not known.quarantined
                fields = {"role": wish.role, "team": wish.team, "hired": True, "rounds": 0}
                self.agents[wish.name] = known.become(AgentState.STARTING, **fields)
            elif isinstance(action, Retire):
                leaves = self.board.agents[action.agent].value
                assert leaves.hired
                assert not self.board.load[leaves.id]
                self.agents[leaves.name] = self.agents[leaves.name].become(AgentState.DRAINING)
        self.look()
        unfinished = sum(not one.ended for one in self.board.tasks.values())
        assert sum(isinstance(action, Hire) for action in found) <= unfinished
        assert sum(not one.gone for one in self.agents.values()) <= self.most
        return any(isinstance(action, Hire | Retire) for action in found)

    def live(self, *, faults: bool) -> None:
        """Something happens to somebody."""
        present = sorted(one.name for one in self.agents.values() if not one.gone)
        if not present:
            return
        name = self.dice.choice(present)
        one = self.agents[name]
        mine = [each for each in self.board.tasks.values() if each.assigned_to == one.id and not each.ended]
        if one.state is AgentState.DRAINING:
            self.become(name, AgentState.STOPPED)
        elif one.state is AgentState.STARTING and faults and self.dice.random() < 0.2 and one.failed_starts < 2:
            for each in mine:
                self.board.see(each.requeue())
            self.become(name, AgentState.ERROR, failed_starts=one.failed_starts + 1)
        elif one.state is AgentState.STARTING:
            self.become(name, AgentState.IDLE)
        elif mine:
            self.board.see(mine[0].complete("done") if mine[0].state is TaskState.RUNNING else mine[0].start())
        elif one.hired and faults and self.dice.random() < 0.3:  # an idle timeout
            self.become(name, AgentState.STOPPED)


@given(st.integers(0, 2**32))
@settings(max_examples=400)
def test_every_plan_completes_in_a_town_of_any_size(seed: int) -> None:
    village = Village(random.Random(seed))
    village.look()
    village.conduct()
    for step in range(3000):
        if all(one.ended for one in village.board.tasks.values()):
            break
        village.live(faults=step < 500)
        village.conduct()
    left = [one.label for one in village.board.tasks.values() if not one.ended]
    assert not left, f"never done: {left}, by {[(one.name, one.state) for one in village.agents.values()]}"
