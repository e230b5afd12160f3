"""Every interleaving of real actors on a small plan, over the model of the store.

The actors are the code itself: `Conductor.run`, `Life.live` with its `Desk`, `register`, `push`, `approve`. What
they ask of Redis goes to a scheduler, which tries every order. A schedule has what its scene allows, at any step: a
process dies; a connection breaks, before a write has arrived or before its answer has; a lease lapses under a
conductor that lives; a heartbeat stops though the agent lives. Those of the dead end at any time.

Not gone through here, but by `soak`: orders in which somebody writes between two reads of one actor that follow
each other, and looks of one that waits for no reason. Beyond both are several tasks in hand at the same time, two
processes of one agent on two machines, and whatever depends on a clock: those on the wall stand still, so that no
two texts differ by their time alone, and ids count up.

A schedule is a list of choices as a failure tells them: `Explorer(scene).replay([...])` goes that way again.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from conductor.board import Board
from conductor.hear import News, hear
from conductor.lease import Lease
from planner.plan import Plan
from planner.read import require_plan
from tests.model.actor import pin
from tests.model.explore import Explorer
from tests.model.report import Report
from tests.model.scene import KEYS, Faults, Scene, approver, conduct, editor, perform, revive, work
from tinytown.channel import Channel, Delivery
from tinytown.events import Event
from tinytown.keys import GENERATION
from tinytown.outcome import write_outcome
from tinytown.record import Held
from tinytown.transaction import Transaction
from tinytown.worker.desk import Desk

FAN_IN = """
[[tasks]]
id = "a"
description = "first"
agent = "w"
{a}
[[tasks]]
id = "b"
description = "second"
agent = "w"
parent = "a"
[[tasks]]
id = "c"
description = "last"
agent = "w"
needs = ["a", "b"]
{c}
"""
GROUP = """
[[tasks]]
id = "g"
description = "some"
[[tasks]]
id = "a"
description = "{a}"
agent = "w"
parent = "g"
[[tasks]]
id = "c"
description = "last"
agent = "w"
needs = ["g"]
approval = true
"""
MEMBER = """
[[tasks]]
id = "d"
description = "another of them"
agent = "w"
parent = "g"
"""


@pytest.fixture
def parse(tmp_path: Path) -> Callable[[str], Plan]:
    """Reads a plan."""

    def read(text: str) -> Plan:
        file = tmp_path / "tasks.toml"
        file.write_text(text)
        return require_plan(file)

    return read


def scenes(parse: Callable[[str], Plan]) -> dict[str, Scene]:
    """What is gone through, by what happens."""
    fan_in = parse(FAN_IN.format(a="", c=""))
    asking = parse(FAN_IN.format(a="retries = 1", c="approval = true"))
    before, after = parse(GROUP.format(a="one")), parse(GROUP.format(a="one of two") + MEMBER)
    there = ("w1", "c1")
    one = {"c1": conduct, "w1": work}
    two = {"c1": conduct, "c2": conduct, "w1": work}
    editing = {**one, "person": editor(after, "c")}
    rising = {**one, "w2": revive}
    chief, hand = frozenset({"c1"}), frozenset({"w1"})
    return {
        "a failure and an approval": Scene(asking, {**one, "person": approver("c")}),
        "a lease lapses": Scene(fan_in, two, Faults(lapses=1), there),
        "a conductor dies": Scene(fan_in, two, Faults(deaths=1), there, chief),
        "a conductor's connection breaks": Scene(fan_in, one, Faults(breaks=1), there, chief),
        "an agent's connection breaks": Scene(fan_in, one, Faults(breaks=1), there, hand),
        "an agent dies and is started anew": Scene(
            fan_in, rising, Faults(deaths=1), there, hand, heirs=frozenset({"w2"})
        ),
        "an agent is taken for dead": Scene(fan_in, one, Faults(stops=1), there),
        "a push and an approval": Scene(before, editing, Faults(), there),
        "a push while leases lapse": Scene(before, {**two, "person": editor(after)}, Faults(lapses=1), there),
        "all that may happen": Scene(
            before,
            {**two, "w2": revive, "person": editor(after, "c")},
            Faults(deaths=1, breaks=1, lapses=1, stops=1),
            there,
            frozenset({"c1", "w1"}),
            heirs=frozenset({"w2"}),
        ),
    }


QUICK = [
    "a failure and an approval",
    "a lease lapses",
    "a conductor dies",
    "a conductor's connection breaks",
    "an agent's connection breaks",
    "an agent dies and is started anew",
    "an agent is taken for dead",
    "a push and an approval",
    "a push while leases lapse",
]


@pytest.fixture(autouse=True)
def pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is random, and nobody's CLI runs."""
    pin(monkeypatch)
    perform(monkeypatch)


def judge(report: Report) -> None:
    print(report)  # noqa: T201  how much was gone through
    assert not report.breaches, f"{report.breaches}, by {report.schedule}"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", QUICK)
def test_every_interleaving_keeps_the_laws(
    parse: Callable[[str], Plan], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if name == QUICK[0]:
        perform(monkeypatch, flaky="a")
    report = Explorer(scenes(parse)[name]).explore()
    judge(report)
    assert report.whole
    assert report.rests


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("fine", [False, True])
@pytest.mark.parametrize("number", range(10))
def test_many_more_interleavings_keep_the_laws(parse: Callable[[str], Plan], number: int, *, fine: bool) -> None:
    name, scene = [*scenes(parse).items()][number]
    report = Explorer(scene, fine=fine, restless=True).explore(most=1_000_000)
    print(name, "wholly" if report.whole else "in part")  # noqa: T201
    judge(report)


# Code that lacks one of its expectations is found out


def forget_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lease, "guard", lambda _, transaction: transaction)


def forget_the_generation(monkeypatch: pytest.MonkeyPatch) -> None:
    expect = Transaction.expect_field

    def blind(self: Transaction, key: str, name: str, text: str | None) -> Transaction:
        return self if name == GENERATION else expect(self, key, name, text)

    monkeypatch.setattr(Transaction, "expect_field", blind)


def forget_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever changes a task writes it whatever stands there."""

    def blind(self: Transaction, _before: object, after: Any) -> Held[Any]:
        held = Held.of(after)
        self.set(self.keys.task(after.id), held.text)
        return held

    monkeypatch.setattr(Transaction, "change_task", blind)


def forget_the_task_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent reports whatever has become of its task in the meantime."""
    write = write_outcome

    def blind(*arguments: Any) -> None:
        with pytest.MonkeyPatch.context() as patch:
            forget_tasks(patch)
            write(*arguments)

    monkeypatch.setattr("tinytown.worker.desk.write_outcome", blind)


def forget_all_that_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Transaction, "expect", lambda self, _key, _text: self)


def acknowledge_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    receive = Channel.receive

    def hasty(self: Channel, *waiting: Any) -> Delivery | None:
        taken = receive(self, *waiting)
        if taken is not None:
            self.acknowledge(taken)
        return taken

    monkeypatch.setattr(Channel, "receive", hasty)


def hear_nothing_of_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def deaf(board: Board, events: Iterable[Event]) -> News:
        return hear(board, [one for one in events if one.type != "task.completed"])

    monkeypatch.setattr("conductor.loop.hear", deaf)


def return_without_a_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was once: until its next heartbeat it was taken for dead again."""

    def return_to_life(self: Desk) -> None:
        while self.refresh().gone:
            self._move(self.me.revive(), Transaction(KEYS))

    monkeypatch.setattr(Desk, "return_to_life", return_to_life)


@pytest.mark.parametrize(
    ("mutate", "name", "breach"),
    [
        (forget_the_lease, "a lease lapses", "without the lease"),
        (forget_the_generation, "a push and an approval", "the group completes before its members"),
        (forget_tasks, "a push and an approval", "it was running and is released"),
        (forget_the_task_in_the_end, "a push and an approval", "was pushed and is lost"),
        (forget_all_that_was_read, "an agent is taken for dead", "it was not assigned"),
        (acknowledge_at_once, "a failure and an approval", "lies in []"),
        (hear_nothing_of_ends, "a failure and an approval", "could start and does not"),
        (return_without_a_heartbeat, "an agent is taken for dead", "buried more often"),
    ],
)
def test_a_missing_expectation_is_found_out(
    parse: Callable[[str], Plan],
    monkeypatch: pytest.MonkeyPatch,
    mutate: Callable[[pytest.MonkeyPatch], None],
    name: str,
    breach: str,
) -> None:
    mutate(monkeypatch)
    scene = scenes(parse)[name]
    report = Explorer(scene).explore()
    print(report.breaches, report.schedule)  # noqa: T201  a shortest schedule
    assert any(breach in one for one in report.breaches)
    assert Explorer(scene).replay(report.schedule) == report.breaches, "the same way leads to the same"
