"""How long tasks take: learned, estimated, or as others do."""

import pytest

from tests.boards import group, task
from tinytown.durations import Duration, Source, Typical, expected, learned


def test_what_is_learned_is_a_mean_in_which_the_last_attempt_weighs_half() -> None:
    assert learned(None, 10.0) == 10.0
    assert learned(10.0, 20.0) == 15.0
    assert learned(15.0, 20.0) == 17.5


def test_a_clock_that_was_set_back_teaches_nothing_negative() -> None:
    assert learned(None, -5.0) == 0.0
    assert learned(10.0, -5.0) == 5.0


def test_what_is_known_counts_in_its_order() -> None:
    typical = Typical.of([(task("done"), 8.0), (task("also"), 4.0), (task("new"), None)])
    assert expected(task("a", estimate="10m"), 3.5, typical) == Duration(3.5, Source.HISTORY)
    assert expected(task("a", estimate="10m"), None, typical) == Duration(600.0, Source.ESTIMATE)
    assert expected(task("a"), None, typical) == Duration(6.0, Source.TYPICAL)
    assert expected(task("a", agent="other"), None, typical) == Duration(60.0, Source.GUESS)
    assert expected(task("a"), None) == Duration(60.0, Source.GUESS)


def test_an_estimate_that_is_none_does_not_count() -> None:
    assert expected(task("a", estimate="soon"), None).source is Source.GUESS


def test_a_group_takes_no_time_of_its_own() -> None:
    assert expected(group("g"), 9.0).seconds == 0.0


@pytest.mark.parametrize(
    ("fields", "mean"),
    [
        ({"agent": "w"}, 100.0),
        ({"agent": "w", "run": "make"}, 1.0),
        ({"run": "ls"}, 3.0),
        ({"role": "r"}, 40.0),
        ({"agent": "x"}, None),
    ],
)
def test_commands_and_prompts_and_each_agent_and_role_are_kinds_of_their_own(
    fields: dict[str, str], mean: float | None
) -> None:
    ran = [
        (task("p", agent="w"), 100.0),
        (task("c", agent="w", run="true"), 1.0),
        (task("any", run="true"), 2.0),
        (task("any too", run="false"), 4.0),
        (task("r", role="r"), 40.0),
    ]
    assert Typical.of(ran)(task("new", **fields)) == mean
