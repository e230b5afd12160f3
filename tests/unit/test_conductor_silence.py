"""The conductor's ear: what counts as silence."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from conductor.silence import LONGEST_GAP, Silence
from tests.boards import NOW, uid

A, B = uid("a"), uid("b")
_ENOUGH = 10.0


def _look(silence: Silence, moment: float, **beats: int) -> Silence:
    told = {uid(name): NOW + timedelta(seconds=second) for name, second in beats.items()}
    return silence.look([A, B], told, moment, _ENOUGH)


def test_silence_is_reckoned_from_the_last_new_beat() -> None:
    silence = _look(Silence(0.0), 0.0, a=1, b=1)
    assert silence.seconds == {A: 0, B: 0}
    silence = _look(silence, 2.0, a=2, b=1)
    assert silence.seconds == {A: 0, B: 2}
    silence = _look(silence, 4.0, a=2)
    assert silence.seconds == {A: 2, B: 4}
    silence = _look(silence, 6.0, a=2)
    assert silence.seconds == {A: 4, B: 6}
    assert _look(silence, 7.0, a=2, b=7).seconds == {A: 5, B: 0}


def test_whoever_is_seen_for_the_first_time_has_just_been_heard() -> None:
    assert _look(Silence(0.0), 1000.0).seconds == {A: 0, B: 0}


def test_an_agent_that_never_beat_is_silent_too() -> None:
    silence = _look(_look(Silence(0.0), 0.0), 2.0)
    assert silence.seconds == {A: 2, B: 2}


def test_the_time_in_which_nobody_looked_does_not_count() -> None:
    silence = _look(_look(Silence(0.0), 0.0, a=1), 3600.0)
    assert silence.seconds == {A: LONGEST_GAP, B: LONGEST_GAP}
    assert _look(silence, 7200.0).seconds[A] == 2 * LONGEST_GAP
    assert Silence(0.0, {A: 0.0}).look([A], {}, 3600.0, 1.0).seconds == {A: 0.5}, "one look alone is no proof"


def test_more_than_enough_is_not_counted() -> None:
    silence = _look(Silence(0.0), 0.0)
    for moment in range(2, 40, 2):
        silence = _look(silence, float(moment))
    assert silence.seconds == {A: _ENOUGH, B: _ENOUGH}


@given(st.lists(st.tuples(st.floats(0, 10), st.sampled_from([None, 0, 1, 2])), max_size=30))
def test_silence_never_exceeds_the_time_since_the_last_new_beat(looks: list[tuple[float, int | None]]) -> None:
    moment, heard, last = 0.0, 0.0, None
    silence = Silence(0.0).look([A], {}, 0.0, _ENOUGH)
    for passed, beat in looks:
        moment += passed
        if beat is not None and beat != last:
            heard, last = moment, beat
        beats: dict[UUID, object] = {} if beat is None else {A: NOW + timedelta(seconds=beat)}
        silence = silence.look([A], beats, moment, _ENOUGH)  # type: ignore[arg-type]
        assert 0 <= silence.seconds[A] <= moment - heard + 1e-9
