"""Whatever a town holds comes back to the byte."""

import json
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinytown.agents import Agent
from tinytown.ids import new_id
from tinytown.keys import PUSHING
from tinytown.reset import wipe
from tinytown.site import Site
from tinytown.snapshot.lines import written
from tinytown.snapshot.reading import read
from tinytown.snapshot.restore import restore
from tinytown.snapshot.take import take
from tinytown.states import AgentState
from tinytown.tasks import Task
from tinytown.transaction import Transaction


def hire(site: Site) -> UUID:
    agent = Agent.new(f"agent {new_id()}", "echo", state=AgentState.STOPPED)
    transaction = Transaction(site.keys)
    transaction.create_agent(agent)
    transaction.commit(site.connection)
    return agent.id


TEXTS = st.text(max_size=20)
TASKS = st.lists(
    st.builds(
        Task,
        id=st.uuids(),
        description=TEXTS,
        state=st.sampled_from(["pending", "completed", "failed", "cancelled"]),
        result=st.none() | TEXTS,
        tags=st.lists(TEXTS, max_size=2).map(tuple),
        plan_id=st.none() | st.from_regex(r"[a-z]{1,5}", fullmatch=True),
        attempt=st.integers(0, 9),
        anything=st.none() | TEXTS | st.lists(st.integers()) | st.floats(allow_nan=False),
    ),
    max_size=6,
    unique_by=lambda task: task.id,
)
MAIL = st.lists(TEXTS.filter(bool) | st.builds(lambda text: json.dumps({"a": text}), TEXTS), max_size=4)
NOTES = st.dictionaries(TEXTS.filter(bool), TEXTS | st.builds(json.dumps, st.lists(TEXTS)), max_size=4)


def filled(site: Site, tasks: list[Task], mail: list[str], notes: dict[str, str]) -> None:
    owner = hire(site)
    transaction = Transaction(site.keys)
    for task in tasks:
        transaction.create_task(task)
        transaction.add_to_backlog(task.id)
    for text in mail:
        transaction.append(site.keys.inbox(owner), text)
    for name, text in notes.items():
        if name != PUSHING:
            transaction.set_field(site.keys.plan, name, text)
    transaction.commit(site.connection)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TASKS, MAIL, NOTES)
def test_any_town_comes_back_to_the_byte(
    site: Site, tasks: list[Task], mail: list[str], notes: dict[str, str]
) -> None:
    wipe(site)
    filled(site, tasks, mail, notes)
    data = written(take(site, events=True))
    wipe(site)
    restore(site, read(data))
    assert written(take(site, events=True)) == data


def test_bytes_that_are_no_text_come_back_too(site: Site) -> None:
    owner = hire(site)
    site.connection.run("RPUSH", site.keys.inbox(owner), b"\xff\xfe".decode(errors="surrogateescape"))
    data = written(take(site))
    assert data.decode()
    wipe(site)
    restore(site, read(data))
    assert written(take(site)) == data
