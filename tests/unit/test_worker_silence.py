"""The worker's ear: for how long a command has put out nothing."""

from tinytown.worker.silence import LONGEST_GAP, Silence


def test_it_grows_with_every_look_that_finds_nothing_new() -> None:
    silence = Silence(10.0).look(0, 10.5).look(0, 12.0)
    assert silence.seconds == 2.0
    assert silence.look(7, 13.0).seconds == 0
    assert silence.look(7, 13.0).look(7, 13.5).seconds == 0.5


def test_output_begins_a_new_silence_that_has_not_been_told_of() -> None:
    told = Silence(0.0, told=True).look(0, 1.0)
    assert told.told
    assert not told.look(1, 2.0).told


def test_the_time_in_which_nobody_looked_does_not_count() -> None:
    assert Silence(0.0).look(0, 3600.0).seconds == LONGEST_GAP
