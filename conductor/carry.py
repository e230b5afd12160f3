"""Carries the conductor's decisions out: as few transactions as possible, each refused if the lease is lost."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from conductor.actions import Action, Advance, Bury, Release, Shelve
from conductor.board import Board
from conductor.lease import Lease
from tinytown.assign import hand_over
from tinytown.bury import bury, free, held_by
from tinytown.errors import StaleError
from tinytown.events import Event, quarantine_event, task_event
from tinytown.keys import GENERATION, PAUSED
from tinytown.record import Held
from tinytown.report import kept
from tinytown.site import Site
from tinytown.spawn import last_line
from tinytown.tasks import Task
from tinytown.transaction import Transaction

_UNSHELVED = frozenset({"task.assigned", "task.completed", "task.failed", "task.cancelled"})
"""Events of tasks that are in no backlog any more."""


class Carrier:
    """Makes decisions true, and lets the board see what became true.

    Args:
        site: The town.
        board: What the decisions were made on.
        lease: The right to make them.
    """

    def __init__(self, site: Site, board: Board, lease: Lease) -> None:
        self._site = site
        self._board = board
        self._lease = lease
        self.shelved: set[UUID] = set()

    def carry_out(self, actions: Sequence[Action]) -> None:
        """Commits actions on tasks in one transaction.

        Raises:
            StaleError: Something on the board is out of date; nothing was written.
            LostLeaseError: Another conductor is in charge; nothing was written.
        """
        changes = [action for action in actions if isinstance(action, Release | Shelve | Advance)]
        self._learn_texts(changes)
        transaction = self._lease.guard(Transaction(self._site.keys))
        outcomes: list[Held[Task]] = []
        for action in changes:
            outcome = self._write(transaction, action)
            if outcome is not None:
                outcomes.append(outcome)
        self._commit(transaction)
        for held in outcomes:
            self._board.see(held.value, held.text)
        self.shelved.update(action.task for action in changes if isinstance(action, Shelve))
        self.shelved.difference_update(held.value.id for held in outcomes)

    def heed(self, events: Iterable[Event]) -> None:
        """Sees which tasks have left the backlog by somebody else's doing; should they come back, they are new."""
        self.shelved.difference_update(
            UUID(event.task) for event in events if event.task is not None and event.type in _UNSHELVED
        )

    def bury(self, action: Bury) -> None:
        """Frees the work of an agent that is dead, or that left while work was on its way to it.

        Raises:
            StaleError, LostLeaseError: As `carry_out`.
        """
        held = self._board.agents[action.agent]
        agent = held.value
        mine = [task.id for task in self._board.tasks.values() if task.assigned_to == agent.id]
        tasks = self._site.ledger.get_many(mine)
        transaction = self._lease.guard(Transaction(self._site.keys))
        if agent.gone:
            transaction.expect(self._site.keys.agent(agent.id), held.text)
            reason = f"agent {agent.name} had left"
            free(transaction, self._site.connection, agent, tasks.values(), reason, crashed=False)
            after = held
        else:
            report = kept(self._site.folder(agent.name))
            if agent.id not in self._board.alive:  # should it have beaten since, it lives
                transaction.expect_absent(self._site.keys.alive(agent.id))
            after = bury(transaction, self._site.connection, held, tasks.values(), report=report)
            if after.value.quarantined:
                transaction.tell(quarantine_event(after.value, last_line(self._site.log(agent.name))))
        self._commit(transaction)
        self._board.see_agents({**self._board.agents, agent.id: after}, self._board.alive - {agent.id})
        freed = [task.value.id for task in held_by(agent.id, tasks.values())]
        for task in self._site.ledger.get_many(freed).values():
            self._board.see(task.value, task.text)

    def _write(self, transaction: Transaction, action: Release | Shelve | Advance) -> Held[Task] | None:
        if isinstance(action, Shelve):
            # Somebody may have claimed it, or called it off.
            transaction.expect(self._site.keys.task(action.task), self._held(action.task).text)
            transaction.add_to_backlog(action.task)
            return None
        if isinstance(action, Advance):
            reason = action.task.result if action.task.skipped else None
            transaction.tell(task_event(action.what, action.task, reason=reason))
            if action.task.id in self.shelved:
                transaction.drop_from_backlog(action.task.id)
            return transaction.change_task(self._held(action.task.id), action.task)
        held, agent = self._held(action.task), self._board.agents[action.agent].value
        after = held.value.assign(agent.id)
        outcome = transaction.change_task(held, after)
        hand_over(transaction, outcome, agent)
        if action.task in self.shelved:
            transaction.drop_from_backlog(action.task)
        if held.value.not_before is not None:
            transaction.delay(after)
        return outcome

    def _learn_texts(self, actions: Iterable[Release | Shelve | Advance]) -> None:
        """Reads the tasks of which only an event was heard."""
        wanted = [action.task.id if isinstance(action, Advance) else action.task for action in actions]
        unknown = [task for task in wanted if self._board.held(task) is None]
        for task, held in self._site.ledger.get_many(unknown).items():
            if held.value.state is not self._board.tasks[task].state:
                raise StaleError(self._site.keys.task(task))
            self._board.see(held.value, held.text)

    def _held(self, task: UUID) -> Held[Task]:
        held = self._board.held(task)
        if held is None:
            raise StaleError(self._site.keys.task(task))
        return held

    def _commit(self, transaction: Transaction) -> None:
        # Tasks that a push brought or changed may not be on the board yet: then nothing that was decided counts.
        transaction.expect_field(self._site.keys.plan, GENERATION, self._board.generation)
        transaction.expect_field(self._site.keys.plan, PAUSED, self._board.paused)
        try:
            transaction.commit(self._site.connection)
        except StaleError as error:
            self._lease.check(error)
            raise
