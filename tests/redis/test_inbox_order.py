"""The order of an inbox, against a plain model, whatever is pushed, given back or put there by others."""

from typing import NamedTuple
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinytown.channel import Channel
from tinytown.connection import Connection
from tinytown.ids import new_id
from tinytown.keys import Keys
from tinytown.messages import Message
from tinytown.tasks import Priority

GARBAGE = ["", "x", "[]", "null", "{", '{"priority": 7}', '{"priority": null}', '{"priority": "Urgent"}', "\udcff"]


class Step(NamedTuple):
    """Something that happens to an inbox."""

    what: str
    priority: Priority
    garbage: str


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(["push", "push", "push", "take", "take", "give back", "acknowledge", "garbage"]),
        st.sampled_from(Priority),
        st.sampled_from(GARBAGE),
    ),
    max_size=40,
)


class Model:
    """A list that is sorted anew whenever something comes."""

    def __init__(self) -> None:
        self.inbox: list[tuple[int, str]] = []
        self.taken: list[tuple[int, str]] = []

    @property
    def orderly(self) -> bool:
        ranks = [rank for rank, _ in self.inbox]
        return ranks == sorted(ranks, reverse=True)

    def push(self, rank: int, text: str) -> None:
        self.inbox = sorted([*self.inbox, (rank, text)], key=lambda one: -one[0])

    def give_back(self) -> None:
        self.inbox = sorted([*self.taken, *self.inbox], key=lambda one: -one[0])
        self.taken = []


def play(channel: Channel, connection: Connection, key: str, me: UUID, steps: list[Step]) -> None:
    model = Model()
    for step in steps:
        if step.what == "push":
            message = Message.new("ping", sender=me, to=me, priority=step.priority)
            channel.send(message)
            model.push(step.priority.rank, message.to_json())
        elif step.what == "take":
            found = channel.try_receive(me)
            assert (found.text if found else None) == (model.inbox[0][1] if model.inbox else None)
            model.taken += model.inbox[:1]
            model.inbox = model.inbox[1:]
        elif step.what == "give back":
            channel.give_back(channel.taken(me))
            model.give_back()
        elif step.what == "acknowledge" and model.taken:
            last = channel.taken(me)[-1]
            assert last.rank == model.taken[-1][0]
            channel.acknowledge(last)
            model.taken.remove(next(one for one in model.taken if one[1] == last.text))
        elif step.what == "garbage" and step.garbage not in [text for _, text in [*model.inbox, *model.taken]]:
            connection.run("RPUSH", key, step.garbage)
            model.inbox.append((1, step.garbage))
            if not model.orderly:  # a program that knows no order put it behind lesser ones: it is taken out again
                connection.run("RPOP", key)
                model.inbox.pop()
        assert [one.text for one in channel.waiting(me)] == [text for _, text in model.inbox]
        assert [one.text for one in channel.taken(me)] == [text for _, text in model.taken]


@given(STEPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_inbox_is_ordered_by_priority_and_then_by_age(
    connection: Connection, keys: Keys, steps: list[Step]
) -> None:
    me = new_id()
    play(Channel(connection, keys), connection, keys.inbox(me), me, steps)


@given(st.lists(st.one_of(st.sampled_from(Priority), st.sampled_from(GARBAGE)), max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_whatever_disorder_others_leave_it_nothing_is_lost(
    connection: Connection, keys: Keys, mail: list[Priority | str]
) -> None:
    me, channel, expected = new_id(), Channel(connection, keys), list[str]()
    for one in mail:
        if isinstance(one, Priority):
            message = Message.new("ping", sender=me, to=me, priority=one)
            channel.send(message)
            expected.append(message.to_json())
        else:
            connection.run("LPUSH", keys.inbox(me), one)
            expected.append(one)
        assert sorted(found.text for found in channel.waiting(me)) == sorted(expected)
    taken = [channel.try_receive(me) for _ in mail]
    channel.give_back([one for one in taken if one])
    assert sorted(found.text for found in channel.waiting(me)) == sorted(expected)
    assert channel.taken(me) == []
