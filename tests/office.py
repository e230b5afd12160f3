"""A conductor's board and hands, without its loop."""

from conductor.board import Board
from conductor.carry import Carrier
from conductor.lease import Lease
from tinytown.agents import Agent
from tinytown.clock import now
from tinytown.site import Site
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction


class Office:
    """A conductor's board and hands in a town with one agent and one task."""

    def __init__(self, site: Site, lease: Lease) -> None:
        self.site = site
        transaction = Transaction(site.keys)
        self.agent = transaction.create_agent(Agent.new("w", "echo", state=AgentState.IDLE)).value
        self.task = transaction.create_task(Task.new("x", plan_id="x", agent="w")).value
        self.group = transaction.create_task(Task.new("g", plan_id="g", group=True)).value
        transaction.lease(site.keys.alive(self.agent.id), now().isoformat(), 60_000)
        transaction.commit(site.connection)
        self.board = Board()
        self.board.load_tasks(site.ledger.all())
        self.board.see_agents(site.roster.all(), [self.agent.id])
        self.lease = lease
        self.carrier = Carrier(site, self.board, lease)

    def state(self) -> TaskState:
        held = self.site.ledger.get(self.task.id)
        assert held is not None
        return held.value.state
