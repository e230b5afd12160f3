"""What dead and stopped agents hold is moved, once, and nothing of it is lost."""

import pytest

from tinytown.agents import Agent
from tinytown.assign import assign
from tinytown.channel import Channel
from tinytown.clock import now
from tinytown.errors import UnlawfulMoveError
from tinytown.holders import find_holders
from tinytown.ids import CONDUCTOR_ID, new_id
from tinytown.messages import Message
from tinytown.reclaim import reclaim
from tinytown.site import Site
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task
from tinytown.transaction import Transaction


class Scene:
    """A stopped agent with a task by hand, a planned task and two messages; and a living one."""

    def __init__(self, site: Site, state: AgentState = AgentState.IDLE) -> None:
        self.site = site
        self.channel = Channel(site.connection, site.keys)
        transaction = Transaction(site.keys)
        self.gone = transaction.create_agent(Agent.new("gone", "echo", state=state))
        self.here = transaction.create_agent(Agent.new("here", "echo", state=AgentState.IDLE)).value
        for agent in (self.gone.value, self.here):
            transaction.lease(site.keys.alive(agent.id), now().isoformat(), 60_000)
        self.planned = transaction.create_task(Task.new("p", plan_id="p", agent="gone").assign(self.gone.value.id))
        transaction.commit(site.connection)
        self.by_hand = assign(site, self.gone.value, Task.new("by hand"))
        for kind, payload in (("task", "description"), ("informational", "summary")):
            fields = {payload: kind}
            self.channel.send(Message.new(kind, sender=CONDUCTOR_ID, to=self.gone.value.id, **fields))

    def leave(self) -> None:
        transaction = Transaction(self.site.keys)
        transaction.change_agent(self.gone, self.gone.value.become(AgentState.STOPPED))
        transaction.delete(self.site.keys.alive(self.gone.value.id))
        transaction.commit(self.site.connection)

    def told(self, **where: str | None) -> list[tuple[str, str, str]]:
        done = reclaim(self.site, where.get("source"), where.get("target"))
        return [(part.kind, part.what, part.whereto) for one in done for part in one.moved]


@pytest.fixture
def scene(site: Site) -> Scene:
    made = Scene(site)
    made.leave()
    return made


def test_nothing_of_the_living_is_found(site: Site) -> None:
    scene = Scene(site)
    assert find_holders(site) == []
    with pytest.raises(UnlawfulMoveError, match='agent "gone" is idle and deals with what it has'):
        find_holders(site, "gone")
    assert scene.channel.inbox_len(scene.gone.value.id) == 3


def test_to_the_backlog(scene: Scene) -> None:
    label = scene.by_hand.label
    assert scene.told() == [
        ("task", "p", "pending"),
        ("task", label, "backlog"),
        ("message", "task: task", "backlog"),
        ("message", "informational: informational", "inbox"),
    ]
    ledger = scene.site.ledger
    backlog = [held.value for held in ledger.get_many(ledger.backlog()).values()]
    assert [task.description for task in backlog] == ["by hand", "task"]
    assert {task.state for task in backlog} == {TaskState.PENDING}
    assert ledger.find("p").value.agent == "gone"
    assert scene.channel.inbox_len(scene.gone.value.id) == 1
    assert scene.told() == [("message", "informational: informational", "inbox")]


def test_to_a_living_agent(scene: Scene) -> None:
    assert [whereto for _, _, whereto in scene.told(target="here")] == ["pending", "agent", "agent", "agent"]
    task = scene.site.ledger.find(str(scene.by_hand.id)).value
    assert (task.state, task.assigned_to, task.agent, task.attempt) == ("assigned", scene.here.id, "here", 2)
    mail = scene.channel.peek(scene.here.id)
    assert [message.type for message in mail] == ["task_assign", "task", "informational"]
    assert {message.to for message in mail} == {scene.here.id}
    assert scene.channel.inbox_len(scene.gone.value.id) == 0
    events = scene.site.connection.run("XRANGE", scene.site.keys.events, "-", "+")
    moved = [dict(zip(fields[::2], fields[1::2], strict=True)) for _, fields in events]
    told = [one for one in moved if one["type"] == "message.moved"]
    assert len(told) == 2, "messages, not assignments"
    assert all("gone" in str(one) and "here" in str(one) for one in told)
    assert scene.told(target="here") == []


def test_the_dead_the_stopped_and_the_source_take_nothing(scene: Scene) -> None:
    with pytest.raises(UnlawfulMoveError, match='agent "gone" is stopped and takes no tasks'):
        scene.told(target="gone")
    scene.site.connection.run("DEL", scene.site.keys.alive(scene.here.id))
    with pytest.raises(UnlawfulMoveError, match='agent "here" is dead and takes no tasks'):
        scene.told(target="here")


def test_a_paused_agent_keeps_what_it_has_begun(site: Site) -> None:
    scene = Scene(site, AgentState.PAUSED)
    held = site.ledger.find("p")
    site.ledger.change(held, held.value.start(), "started")
    assert ("task", "p", "pending") not in scene.told(source="gone")
    assert site.ledger.find("p").value.state is TaskState.RUNNING
    assert scene.by_hand.id in site.ledger.backlog()


def test_mail_and_tasks_of_an_agent_without_a_record(site: Site) -> None:
    stranger, scene = new_id(), Scene(site)
    transaction = Transaction(site.keys)
    transaction.create_task(Task.new("z").assign(stranger).start())
    transaction.commit(site.connection)
    scene.channel.send(Message.new("query", sender=scene.here.id, to=stranger, question="why?"))
    (holder,) = find_holders(site)
    assert (holder.name, holder.condition) == (str(stranger), "unknown")
    assert [whereto for _, _, whereto in scene.told(target="here")] == ["agent", "agent"]


def test_a_message_that_somebody_else_has_moved_is_not_moved_again(scene: Scene) -> None:
    inbox = scene.site.keys.inbox(scene.gone.value.id)
    (text,) = [mail.text for mail in scene.channel.waiting(scene.gone.value.id) if '"informational"' in mail.text]
    transaction = Transaction(scene.site.keys)
    transaction.expect_element(inbox, text).delete_element(inbox, text)
    transaction.commit(scene.site.connection)
    assert scene.told(target="here")[-1] == ("message", "task: task", "agent")
