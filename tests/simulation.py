"""A town without processes, Redis or time: the real board and the real decisions, everything else simulated."""

import random
from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from conductor.actions import Action, Advance, Release, Shelve
from conductor.board import Board
from conductor.decide import decide
from conductor.hear import hear
from conductor.policy import Policy
from tests.plans import MOMENT, Model, Plan, crew, not_needed, tasks_of
from tinytown.events import Event, agent_event, task_event
from tinytown.hands import CRASH_LIMIT
from tinytown.record import Held
from tinytown.retry import may_retry, retried
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task, When

LATER = timedelta(seconds=30)
HELD = (TaskState.ASSIGNED, TaskState.RUNNING)


class RefusedError(Exception):
    """What a transaction relied on is no longer so."""


class Attempt(NamedTuple):
    """A try at a task, as an agent's process knows it."""

    task: UUID
    number: int


class World:
    """The truth, as Redis would hold it, and the agents' processes."""

    def __init__(self, plan: Plan, policy: Policy, dice: random.Random) -> None:
        self.dice = dice
        self.policy = policy
        self.paused: str | None = None
        self.now: datetime = MOMENT
        self.tasks = tasks_of(plan)
        self.texts = dict.fromkeys(self.tasks, "0")
        self.events: list[Event] = []
        self.agents = {agent.id: agent for agent in crew(dice)}
        self.alive = set(self.agents)
        self.inbox: dict[UUID, list[Attempt]] = defaultdict(list)
        self.working: dict[UUID, Attempt] = {}
        self.released: set[Attempt] = set()
        self.completed: set[UUID] = set()
        self.by_hand: set[UUID] = set()
        self.once_skipped: set[UUID] = set()
        self._writes = 0

    def write(self, task: Task, what: str, text: str | None = None) -> str:
        """One task's next value, if it still has the text that was read."""
        if text is not None and self.texts[task.id] != text:
            raise RefusedError
        assert task.id not in self.completed, "a completed task is never touched again"
        if task.state is TaskState.COMPLETED:
            self.completed.add(task.id)
        if not_needed(task):
            self.once_skipped.add(task.id)
        self._writes += 1
        self.tasks[task.id], self.texts[task.id] = task, str(self._writes)
        self.events.append(task_event(what, task, None, self.now))
        return self.texts[task.id]

    def become(self, key: UUID, state: AgentState) -> None:
        self.agents[key] = self.agents[key].become(state)
        self.events.append(agent_event(self.agents[key]))

    # What agents do

    def work(self, key: UUID, outcome: str) -> None:
        """An agent's process takes its next task, or ends the one that it has."""
        if key in self.working:
            self._end(key, self.working.pop(key), outcome)
        elif self.inbox[key] and self.agents[key].receptive and key in self.alive:
            attempt = self.inbox[key].pop(0)
            task = self.tasks[attempt.task]
            if task.state is TaskState.ASSIGNED and task.assigned_to == key and task.attempt == attempt.number:
                live = [agent for agent, other in self.working.items() if other.task == task.id]
                assert all(self.agents[agent].gone or agent not in self.alive for agent in live), "one live attempt"
                self.write(task.start(), "started")
                self.working[key] = attempt

    def _end(self, key: UUID, attempt: Attempt, outcome: str) -> None:
        task = self.tasks[attempt.task]
        mine = task.assigned_to == key and task.attempt == attempt.number
        if outcome == "crash":
            self.alive.discard(key)
        elif outcome == "silence":  # its heart is not heard, but it goes on working
            self.alive.discard(key)
            self.working[key] = attempt
        elif not mine or task.state is not TaskState.RUNNING:
            return  # too late: the task was taken away
        elif outcome == "complete":
            self.write(task.complete("done"), "completed")
        elif outcome == "fail" and may_retry(task):
            self.write(retried(task, "broken", self.now), "retrying")
        elif outcome == "fail":
            assert task.failures == task.retries, "it has retries left"
            self.write(task.fail("broken"), "failed")
        else:
            self.write(task.requeue(not_before=self.now + LATER), "requeued")

    def free(self, key: UUID, *, begun_only: bool) -> None:
        """What an agent has in its hands goes back."""
        for task in list(self.tasks.values()):
            if task.assigned_to != key or task.state not in HELD:
                continue
            begun = task.state is TaskState.RUNNING
            if begun and task.crashes + 1 >= CRASH_LIMIT:
                self.write(task.fail("kills its agents"), "failed")
            elif begun or not begun_only:
                self.write(task.requeue(crashed=begun), "requeued")
        if not begun_only:
            self.inbox[key].clear()

    def revive(self, key: UUID) -> None:
        """A dead agent's process is started again, whether it was buried or not."""
        if key not in self.alive:
            self.working.pop(key, None)
            self.free(key, begun_only=True)
            self.alive.add(key)
            self.become(key, AgentState.STARTING)
            self.become(key, AgentState.IDLE)

    # What people do

    def meddle(self) -> None:
        """Somebody calls a task off, does it by hand, or wants it run again."""
        task = self.dice.choice([*self.tasks.values()])
        by_hand = self.dice.random() < 0.5
        if task.state is TaskState.PENDING and not by_hand:
            self.write(task.cancel("called off"), "cancelled")
        elif task.state in (TaskState.FAILED, TaskState.CANCELLED) and not by_hand:
            self.write(task.rerun(), "requeued")
        elif by_hand and task.state is not TaskState.COMPLETED and (task.group or task.state not in HELD):
            self.write(task.complete("by hand"), "completed")
            self.by_hand.add(task.id)

    def judge(self, chance: float) -> None:
        """Somebody has a look at what waits for approval: mostly it is approved."""
        for task in list(self.tasks.values()):
            if task.unapproved and task.state is TaskState.PENDING and self.dice.random() < chance:
                if self.dice.random() < 0.8:
                    self.write(task.approve("a person", None), "approved")
                else:
                    self.write(task.reject("a person", None), "rejected")


class Chief:
    """A conductor that decides with the real code and commits into the world."""

    def __init__(self, world: World, unassigned_to: str | None) -> None:
        self.world = world
        self.unassigned_to = unassigned_to
        self.take_over()

    def take_over(self) -> None:
        """A new conductor: everything is read anew."""
        self.board = Board(self.unassigned_to)
        self.heard = len(self.world.events)
        self.reload()

    def reload(self) -> None:
        world = self.world
        # The next batch tells of all that happened so far, although it is known already.
        self.must_hear = len(world.events)
        self.board.policy, self.board.paused = world.policy, world.paused
        self.board.load_tasks({key: Held(task, world.texts[key]) for key, task in world.tasks.items()})
        self.shelved: set[UUID] = set()
        self.look()

    def look(self) -> None:
        agents = {key: Held(agent, "") for key, agent in self.world.agents.items()}
        self.board.see_agents(agents, self.world.alive)

    def listen(self, *, everything: bool) -> None:
        """Hears some of what happened, at times once more."""
        world = self.world
        if world.dice.random() < 0.2:
            self.must_hear = max(self.must_hear, self.heard)
            self.heard = max(0, self.heard - world.dice.randint(0, 5))
        end = len(world.events)
        if not everything:
            end = world.dice.randint(max(self.heard, min(self.must_hear, end)), end)
        news = hear(self.board, world.events[self.heard : end])
        self.heard = end
        if news.plan:
            self.reload()
        for key in news.tasks:
            self.board.see(world.tasks[key], world.texts[key])
        if news.agents:
            self.look()

    def sweep(self) -> None:
        """Finds the dead and frees their work."""
        world = self.world
        for key, agent in list(world.agents.items()):
            if not agent.gone and key not in world.alive:
                world.free(key, begun_only=False)
                world.become(key, AgentState.ERROR)
        self.look()

    def decide(self, limit: int) -> list[Action]:
        """The next actions."""
        for key in self.board.due(self.world.now):
            self.board.undelay(key)
        return decide(self.board, self.board.take_unsettled(), self.shelved, limit)

    def carry_out(self, actions: list[Action]) -> None:
        """All of them, or none."""
        world = self.world
        stopped = world.policy.on_failure == "stop" and any(map(_fails, self.board.tasks.values()))
        assert not stopped or not any(isinstance(action, Release | Shelve) for action in actions), "it was to stop"
        texts = {key: self._text(key) for action in actions if (key := _subject(action)) is not None}
        if self.board.paused != world.paused or any(world.texts[key] != text for key, text in texts.items()):
            raise RefusedError
        heard = Model(dict(self.board.tasks))
        for action in actions:
            if isinstance(action, Shelve):
                self.shelved.add(action.task)
            elif isinstance(action, Advance):
                self._check_advance(action, heard)
                text = world.write(action.task, action.what, texts[action.task.id])
                self.board.see(action.task, text)
            elif isinstance(action, Release):
                self._release(action, texts[action.task])
        self.must_hear = len(world.events)

    def _release(self, action: Release, text: str) -> None:
        world = self.world
        before = world.tasks[action.task]
        assert world.paused is None, "released though the town is paused"
        # What failed or was called off may be set to run again before that is heard; what completed stays so.
        known = world.tasks if before.when is When.ALL_SUCCESS else self.board.tasks
        assert Model(known).may_start(before), "released before its time"
        assert before.not_before is None or before.not_before <= world.now, "released before it is due"
        task = before.assign(action.agent)
        attempt = Attempt(task.id, task.attempt)
        assert attempt not in world.released, "released twice"
        world.released.add(attempt)
        self.board.see(task, world.write(task, "assigned", text))
        world.inbox[action.agent].append(attempt)
        live = [t for t in world.tasks.values() if t.state in HELD and not t.group]
        names = [("agent", one.name) for one in self.board.candidates(self.board.target(task))]
        room = 1 + (names == [self.board.target(task)] and not world.policy.limits)
        assert [t.assigned_to for t in live].count(action.agent) <= room, "more than it has room for"
        assert len(live) <= (world.policy.max_parallel or len(live)), "more than the plan allows"
        for pool, most in world.policy.pools.items():
            assert sum(t.pool == pool for t in live) <= most, "more than the pool holds"

    def _check_advance(self, action: Advance, heard: Model) -> None:
        """A group opens and completes only when it may; the rest depends on what was heard so far."""
        model = Model(self.world.tasks)
        task = self.world.tasks[action.task.id]
        if action.what == "skipped":
            assert heard.needless(task)
            assert task.state is TaskState.PENDING
        elif not_needed(task):
            assert action.what == "requeued"
            assert not heard.needless(task)
        elif action.what == "started":
            assert (model if task.when is When.ALL_SUCCESS else heard).may_start(task)
        elif action.what == "completed":
            settled = [one for one in model.below(task) if one.id not in self.world.once_skipped]
            assert all(one.state is TaskState.COMPLETED for one in settled)
        else:
            progress = any(heard.can_progress(one) for one in heard.below(task))
            assert progress == (action.what == "requeued")

    def _text(self, key: UUID) -> str:
        held = self.board.held(key)
        if held is not None:
            return held.text
        if self.world.tasks[key].state is not self.board.tasks[key].state:
            raise RefusedError
        self.board.see(self.world.tasks[key], self.world.texts[key])
        return self.world.texts[key]


def _subject(action: Action) -> UUID | None:
    if isinstance(action, Advance):
        return action.task.id
    return action.task if isinstance(action, Release) else None


def _fails(task: Task) -> bool:
    return task.state is TaskState.FAILED and not task.group
