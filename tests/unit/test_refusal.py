"""What it means that Redis refuses."""

import pytest

from tinytown.errors import RedisBusyError, RedisLoadingError, RedisUnreachableError, StoreFullError
from tinytown.refusal import refusal

_IN_SCRIPT = "ERR Error running script (call to f_1): @user_script:80: @user_script: 80: -{} You can't write"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.", RedisBusyError),
        ("LOADING Redis is loading the dataset in memory", RedisLoadingError),
        ("READONLY You can't write against a read only replica.", RedisBusyError),
        (_IN_SCRIPT.format("READONLY"), RedisBusyError),
        ("UNBLOCKED force unblock from blocking operation, instance state changed", RedisBusyError),
        ("TRYAGAIN Multiple keys request during rehashing of slot", RedisBusyError),
        ("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", RedisBusyError),
        ("CLUSTERDOWN The cluster is down", RedisBusyError),
        ("NOREPLICAS Not enough good replicas to write.", RedisBusyError),
        ("OOM command not allowed when used memory > 'maxmemory'.", StoreFullError),
        (_IN_SCRIPT.format("OOM"), StoreFullError),
        ("MISCONF Errors writing to the AOF file: No space left on device", StoreFullError),
    ],
)
def test_it_is_named_and_has_a_remedy(text: str, kind: type[Exception]) -> None:
    error = refusal(text, "here")
    assert type(error) is kind
    assert error.remedy
    assert "here" in error.message
    assert text.rpartition(": -")[2] in error.message
    assert "@user_script" not in error.message


@pytest.mark.parametrize(
    "text",
    [
        "BUSYGROUP Consumer Group name already exists",
        "BUSYKEY Target key name already exists.",
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "ERR unknown command 'BUSY'",
        "ERR value is: READONLY",
        "",
    ],
)
def test_other_refusals_are_about_the_command(text: str) -> None:
    assert refusal(text, "here") is None


def test_whoever_waits_for_a_redis_that_is_away_waits_for_a_busy_one_too() -> None:
    assert issubclass(RedisLoadingError, RedisBusyError)
    assert issubclass(RedisBusyError, RedisUnreachableError)
