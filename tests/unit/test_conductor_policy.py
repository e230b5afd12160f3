"""The notes of the plan, and the limits in them."""

import pytest

from conductor.limits import Limit, Limits
from conductor.policy import Policy
from tests.boards import task
from tinytown.errors import StoreError


def test_without_a_note_nothing_is_limited() -> None:
    policy = Policy.read(None)
    assert (policy.on_failure, policy.max_parallel, policy.pools, policy.limits) == ("continue", None, {}, False)
    assert Policy.read("{}") == policy


def test_a_note_says_what_a_push_wrote() -> None:
    text = '{"description": "d", "on_failure": "stop", "max_parallel": 4, "pools": {"gpu": 1}}'
    policy = Policy.read(text)
    assert (policy.on_failure, policy.max_parallel, policy.pools) == ("stop", 4, {"gpu": 1})
    assert policy.limits
    assert Policy(pools={"gpu": 1}).limits
    assert not Policy(on_failure="stop").limits


@pytest.mark.parametrize(
    "text", ["", "[]", '{"on_failure": "explode"}', '{"max_parallel": "many"}', '{"pools": 3}']
)
def test_a_note_that_makes_no_sense_is_an_error_with_a_remedy(text: str) -> None:
    with pytest.raises(StoreError, match="notes in Redis make no sense") as caught:
        Policy.read(text)
    assert caught.value.remedy == "Push the plan: tt sync push"


def test_the_whole_and_each_pool_are_counted_apart() -> None:
    policy = Policy(max_parallel=3, pools={"gpu": 1})
    limits = Limits(policy, [task("a"), task("b", pool="gpu")])
    assert limits.reached(task("c")) is None
    assert limits.reached(task("d", pool="gpu")) == Limit(1, "gpu")
    assert limits.reached(task("e", pool="of no plan")) is None
    limits.take(task("c"))
    assert limits.reached(task("f")) == limits.full == Limit(3)
    assert limits.reached(task("d", pool="gpu")) == Limit(1, "gpu")
    assert (Limit(3).name, Limit(1, "gpu").name) == ("max_parallel", 'pool "gpu"')


def test_a_pool_without_places_lets_nothing_in() -> None:
    assert Limits(Policy(pools={"p": 0}), []).reached(task("a", pool="p")) == Limit(0, "p")
