"""The parts of a simulation: chance, faults, time, hearts, the store."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from conductor.simulation.agenda import Agenda, Answer, EndlessError
from conductor.simulation.change import Change, Writer
from conductor.simulation.dice import Dice
from conductor.simulation.faults import Faults, chance
from conductor.simulation.pulse import Pulse
from conductor.simulation.steps import Signal, Sleep, Steps, Wait
from conductor.simulation.store import Store
from tests.plans import Line, tasks_of
from tinytown.clock import following, now
from tinytown.errors import LostLeaseError, StaleError, UsageError
from tinytown.record import Held

AGENT = UUID(int=7)


def test_the_same_question_gets_the_same_answer_on_every_machine() -> None:
    assert Dice(7).number("crash", "build", 1) == Dice(7).number("crash", "build", 1) == 0.32951051101535006
    assert len({Dice(seed).number("crash", number) for seed in range(20) for number in range(20)}) == 400


def test_chance_is_as_likely_as_it_says() -> None:
    assert 170 < sum(Dice(0).happens(0.2, "it", number) for number in range(1000)) < 230
    assert not any(Dice(seed).happens(0.0, "it") for seed in range(100))
    assert all(Dice(seed).happens(1.0, "it") for seed in range(100))
    assert all(3 <= Dice(seed).between(3, 5, "it") < 5 for seed in range(100))


def test_a_chance_is_a_percentage_or_a_fraction() -> None:
    assert [chance(text) for text in ("5%", "0.05", "100%", "1", "0", "0.5%", ".5")] == [
        *(0.05, 0.05, 1.0, 1.0, 0.0, 0.005, 0.5)
    ]
    for text in ("5", "101%", "-1%", "often", "", "1.5", "5 %"):
        with pytest.raises(UsageError, match="no probability"):
            chance(text)


def test_faults_of_every_kind_but_some() -> None:
    some = Faults.all(0.1).but(crash=0.0, fail=None)
    assert (some.crash, some.fail, some.slow) == (0.0, 0.1, 0.1)


def test_now_follows_another_clock_only_where_it_is_told_to() -> None:
    moment = datetime(2001, 2, 3, tzinfo=UTC)
    with following(lambda: moment):
        assert now() == moment
    assert now() > moment


def test_a_heart_is_heard_until_it_was_silent_for_long() -> None:
    pulse = Pulse(since=0, every=3, patience=10)
    assert pulse.is_heard(1_000_000)
    pulse.stop(7)  # the last beat was at 6
    assert pulse.silent
    assert (pulse.expires, pulse.is_heard(15), pulse.is_heard(16)) == (16, True, False)
    pulse.go_on(20)
    assert pulse.is_heard(100)


def test_what_is_due_at_once_goes_in_the_order_in_which_it_was_noted() -> None:
    seen: list[tuple[int, str, str | None]] = []
    signal = Signal()

    def waits(name: str, until: int) -> Steps[None]:
        word = yield Wait(signal, until)
        seen.append((agenda.now, name, word))

    def gives() -> Steps[None]:
        yield Sleep(5)
        agenda.give(signal, "go")

    agenda = Agenda(lambda *_: Answer(0), lambda _: None, 100)
    for name, until in (("a", 9), ("b", 3), ("c", 5)):
        agenda.start(name, waits(name, until))
    agenda.start("d", gives())
    agenda.run()
    assert seen == [(3, "b", None), (5, "c", None), (5, "a", "go")]


def test_what_never_ends_is_an_error() -> None:
    def forever() -> Steps[None]:
        while True:
            yield Sleep(1)

    agenda = Agenda(lambda *_: Answer(0), lambda _: None, 100)
    agenda.start("it", forever())
    with pytest.raises(EndlessError, match="did not end within 100 steps"):
        agenda.run()


@pytest.fixture
def store() -> Store:
    writer = Writer()
    tasks = tasks_of((Line("w0"), Line("w0")))
    return Store([Held(task, writer.text()) for task in tasks.values()], lambda: 0, lambda _: None)


def test_a_change_that_relies_on_what_is_no_longer_so_is_refused_whole(store: Store) -> None:
    first, second = store.tasks.values()
    writer = Writer()
    change = Change(writer)
    for _ in range(10):  # beyond the numbers of what is there
        writer.text()
    change.change_task(first, first.value.assign(AGENT))
    store.commit(change)
    late = Change(writer)
    late.change_task(second, second.value.assign(AGENT))
    late.change_task(first, first.value.cancel("too late"))
    with pytest.raises(StaleError):
        store.commit(late)
    assert [held.value.state for held in store.tasks.values()] == ["assigned", "pending"]


def test_only_who_holds_the_lease_conducts(store: Store) -> None:
    first, second = Pulse(0, 3, 10), Pulse(0, 3, 10)
    assert store.take_lease("one", first)
    assert not store.take_lease("two", second)
    with pytest.raises(LostLeaseError):
        store.commit(Change(Writer(), "two"))
    first.stop(-20)
    assert store.take_lease("two", second)
    with pytest.raises(LostLeaseError):
        store.commit(Change(Writer(), "one"))
    store.commit(Change(Writer(), "two"))


def test_the_lease_runs_out_when_the_store_is_away_for_long(store: Store) -> None:
    assert store.take_lease("one", Pulse(0, 3, 10))
    store.expire(-5)
    assert store.holder() == "one"
    store.expire(-20)
    assert store.holder() is None
