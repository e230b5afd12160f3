"""Tasks made by hand: sent at once or kept back, changed and remarked on, whoever comes in between."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.interrupted import Interrupted
from tinytown.agents import Agent
from tinytown.channel import Channel
from tinytown.clock import now, rfc3339
from tinytown.create import Created, create
from tinytown.discard import discard
from tinytown.errors import AmbiguousError, TinytownError, UnknownTaskError, UnlawfulMoveError, UsageError
from tinytown.ids import task_id
from tinytown.journal import Journal
from tinytown.redefine import redefine, remark
from tinytown.site import Site
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task, When
from tinytown.transaction import Transaction
from tinytown.worker.unplanned import resume_unplanned


@pytest.fixture
def agent(site: Site) -> Agent:
    transaction = Transaction(site.keys)
    made = transaction.create_agent(Agent.new("w", "shell", state=AgentState.IDLE)).value
    transaction.lease(site.keys.alive(made.id), rfc3339(now()), 60_000)
    transaction.commit(site.connection)
    return made


def put(site: Site, **fields: object) -> Task:
    """A task that is there already."""
    name = fields.get("plan_id")
    key = {"id": task_id(site.config.name, str(name))} if name else {}
    transaction = Transaction(site.keys)
    held = transaction.create_task(Task.new(str(name or "by hand"), **key, **fields))
    transaction.commit(site.connection)
    return held.value


def complete(site: Site, task: Task) -> None:
    held = site.ledger.get(task.id)
    assert held is not None
    site.ledger.change(held, held.value.complete("ok"), "completed")


def interrupted(site: Site, act: Callable[[], object], at: int = 1) -> Site:
    """The town, over a connection on which something happens just before a commit."""
    return replace(site, connection=Interrupted(site.connection.address, at, act))


def told(site: Site) -> list[str]:
    return [event.type for event in Journal(site.connection, site.keys).since("0-0")]


def state(site: Site, task: Task) -> TaskState:
    held = site.ledger.get(task.id)
    assert held is not None
    return held.value.state


def test_what_waits_for_nothing_is_sent_at_once(site: Site, agent: Agent) -> None:
    made = create(site, Task.new("x"), agent.id)
    assert (made.task.state, made.task.agent, made.waits) == (TaskState.ASSIGNED, "w", ())
    assert Channel(site.connection, site.keys).inbox_len(agent.id) == 1
    assert told(site) == ["task.created", "task.assigned"]


def test_what_nobody_is_named_for_is_in_the_backlog_at_once(site: Site) -> None:
    made = create(site, Task.new("x"))
    assert site.ledger.backlog() == [made.task.id]
    assert create(site, Task.new("r", role="tester")).task.state is TaskState.PENDING
    assert create(site, Task.new("c", run="true")).task.state is TaskState.PENDING
    assert site.ledger.backlog() == [made.task.id]


def test_what_has_prerequisites_is_kept_back(site: Site, agent: Agent) -> None:
    build, loose = put(site, plan_id="build"), put(site)
    made = create(site, Task.new("x"), agent.id, "build", [str(loose.id)[:8]])
    assert made.waits == ("build (pending)", f"{loose.label} (pending)")
    assert (made.task.state, made.task.parent_id) == (TaskState.PENDING, build.id)
    assert made.task.needs == (str(loose.id),)
    assert create(site, Task.new("x"), agent.id, needs=["build"]).task.needs == ("build",)
    assert Channel(site.connection, site.keys).inbox_len(agent.id) == 0
    assert create(site, Task.new("x"), None, needs=["build"]).task.state is TaskState.PENDING
    assert site.ledger.backlog() == []
    assert create(site, Task.new("x", approval=True), agent.id).waits == ("approval",)


def test_prerequisites_that_are_met_keep_nothing_back(site: Site, agent: Agent) -> None:
    build = put(site, plan_id="build")
    group = put(site, plan_id="group", group=True, state=TaskState.RUNNING)
    complete(site, build)
    assert create(site, Task.new("x"), agent.id, needs=["build"]).task.state is TaskState.ASSIGNED
    assert create(site, Task.new("x"), agent.id, "group").task.parent_id == group.id
    late = create(site, Task.new("x", when=When.ONE_FAILED), agent.id, needs=["build"])
    assert (late.task.state, late.waits) == (TaskState.PENDING, ("a failure",))


def test_a_prerequisite_that_completes_in_between_lets_it_go(site: Site, agent: Agent) -> None:
    build = put(site, plan_id="build")
    there = interrupted(site, lambda: complete(site, build))
    assert create(there, Task.new("x"), agent.id, needs=["build"]).task.state is TaskState.ASSIGNED


def test_a_prerequisite_that_is_deleted_in_between_is_unknown(site: Site, agent: Agent) -> None:
    loose = create(site, Task.new("loose")).task
    there = interrupted(site, lambda: discard(site, str(loose.id), lambda _: None))
    with pytest.raises(UnknownTaskError):
        create(there, Task.new("x"), agent.id, needs=[str(loose.id)])
    assert site.ledger.all() == {}


def test_a_draining_agent_is_given_nothing(site: Site, agent: Agent) -> None:
    held = site.roster.find("w")
    transaction = Transaction(site.keys)
    transaction.change_agent(held, held.value.become(AgentState.DRAINING))
    transaction.commit(site.connection)
    with pytest.raises(UnlawfulMoveError, match='"w" is draining'):
        create(site, Task.new("x"), agent.id)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"description": " "}, "the task is empty"),
        ({"description": "a\0b"}, "a NUL character in its description"),
        ({"accept": ""}, "an empty accept"),
        ({"timeout": "soon"}, 'the timeout "soon": not a duration'),
        ({"timeout": "0s"}, 'the timeout "0s": not above zero'),
        ({"retry_delay": "9999d"}, "more than ten years"),
        ({"retries": -1}, "retries -1"),
        ({"agent": "a", "role": "r"}, "an agent and a role"),
        ({"role": "a:b"}, "cannot be the name of a role"),
    ],
)
def test_what_the_file_may_not_say_is_refused(site: Site, fields: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        create(site, Task.new(**{"description": "x", **fields}))  # type: ignore[arg-type]  # one is the description
    assert message in caught.value.message
    assert site.ledger.all() == {}


def test_ties_that_make_no_sense_are_refused(site: Site) -> None:
    group = put(site, plan_id="group", group=True)
    put(site, plan_id="after", needs=("group",))
    put(site, plan_id="afar")
    for needs, message in (
        (["group"], "in a circle: the new task → group → the new task"),
        (["after"], "in a circle: the new task → after → group → the new task"),
        (["afar", "afar"], 'needs "afar" twice'),
    ):
        with pytest.raises(UsageError) as caught:
            create(site, Task.new("x"), parent="group", needs=needs)
        assert message in caught.value.message
    with pytest.raises(UnknownTaskError):
        create(site, Task.new("x"), needs=["nope"])
    with pytest.raises(AmbiguousError, match=r'"af" fits 2 tasks: (after, afar|afar, after)'):
        create(site, Task.new("x"), needs=["af"])
    assert state(site, group) is TaskState.PENDING
    assert len(site.ledger.all()) == 3


def test_an_agent_that_comes_back_takes_up_only_what_waits_for_nothing(site: Site, agent: Agent) -> None:
    put(site, plan_id="build")
    created: list[Created] = [
        create(site, Task.new("x"), agent.id, needs=["build"]),
        create(site, Task.new("x", approval=True), agent.id),
    ]
    free = put(site, agent="w")
    resume_unplanned(site, agent)
    assert [state(site, made.task) for made in created] == [TaskState.PENDING] * 2
    assert state(site, free) is TaskState.ASSIGNED


def test_a_remark_is_kept_beside_what_happens_in_between(site: Site) -> None:
    build = put(site, plan_id="build", state=TaskState.RUNNING)
    there = interrupted(site, lambda: complete(site, build))
    remark(there, "build", "mind the gap", "alice")
    after = remark(site, "build", "again", "bob")
    assert [(note.who, note.text) for note in after.notes] == [("alice", "mind the gap"), ("bob", "again")]
    assert (after.state, after.result) == (TaskState.COMPLETED, "ok")
    assert after == site.ledger.find("build").value
    assert after.rerun().notes == after.notes
    assert told(site) == ["task.completed", "task.noted", "task.noted"]
    with pytest.raises(UsageError):
        remark(site, "build", " ", "alice")


def test_an_edit_meets_what_happens_in_between(site: Site) -> None:
    task = put(site, agent="w")
    there = interrupted(site, lambda: remark(site, str(task.id), "hi", "alice"))
    after = redefine(there, str(task.id), {"description": "new", "role": "tester"})
    assert (after.description, after.agent, after.role, len(after.notes)) == ("new", None, "tester", 1)
    assert redefine(site, str(task.id), {"description": "new"}) == after, "nothing to change"
    assert told(site) == ["task.noted", "task.updated"]


def test_a_task_of_the_plan_is_edited_in_the_file(site: Site) -> None:
    put(site, plan_id="build")
    with pytest.raises(UnlawfulMoveError) as caught:
        redefine(site, "build", {"description": "new"})
    assert caught.value.message == 'task "build" is of the plan, and the file says what it is'
    assert caught.value.remedy == "Change it there: tt plan edit build, then tt sync push"


def test_an_edit_moves_it_into_the_backlog_or_out_of_it(site: Site) -> None:
    build, task = put(site, plan_id="build"), create(site, Task.new("x")).task
    redefine(site, str(task.id), {}, needs=["build"])
    assert site.ledger.backlog() == []
    complete(site, build)
    redefine(site, str(task.id), {}, needs=[])
    assert site.ledger.backlog() == [task.id]
    redefine(site, str(task.id), {"agent": "w"})
    assert site.ledger.backlog() == []


def test_no_edit_closes_a_circle(site: Site) -> None:
    one, two = put(site), put(site)
    ids = [str(one.id), str(two.id)]
    for what, fields in (("parent", {"parent": ids[0]}), ("need", {"needs": [ids[0]]})):
        with pytest.raises(UsageError, match=f"is its own {what}"):
            redefine(site, ids[0], {}, **fields)

    def meanwhile() -> None:
        redefine(site, ids[1], {}, needs=[ids[0]])

    with pytest.raises(UsageError, match="in a circle"):
        redefine(interrupted(site, meanwhile), ids[0], {}, needs=[ids[1]])


def test_two_edits_at_once_close_no_longer_circle_either(site: Site) -> None:
    one, two, three = (put(site), put(site), put(site))
    redefine(site, str(two.id), {}, needs=[str(three.id)])

    def meanwhile() -> None:
        redefine(site, str(three.id), {}, needs=[str(one.id)])

    with pytest.raises(UsageError, match="in a circle"):
        redefine(interrupted(site, meanwhile), str(one.id), {}, needs=[str(two.id)])


def test_what_others_wait_for_is_not_deleted(site: Site) -> None:
    task = create(site, Task.new("x")).task
    waiting = create(site, Task.new("y"), needs=[str(task.id)]).task
    put(site, plan_id="build")
    for reference, message in (
        (str(task.id), f"is waited for by {waiting.label}"),
        (str(waiting.id), "is not in the backlog; it is pending"),
        ("build", 'task "build" is of the plan'),
    ):
        with pytest.raises(UnlawfulMoveError) as caught:
            discard(site, reference, lambda _: None)
        assert message in caught.value.message
    assert len(site.ledger.all()) == 3


def test_a_refusal_to_agree_deletes_nothing(site: Site) -> None:
    task = create(site, Task.new("x")).task

    def refuse(_: Task) -> None:
        raise TinytownError("no")

    with pytest.raises(TinytownError, match="no"):
        discard(site, str(task.id), refuse)
    assert site.ledger.backlog() == [task.id]
    discard(site, str(task.id), lambda _: None)
    assert (site.ledger.backlog(), site.ledger.ids()) == ([], [])
    assert told(site) == ["task.created", "task.deleted"]
