"""What `tt doctor` says of a Redis by what that says of itself: a pure function of its vitals."""

from typing import Any

import pytest

from tinytown.doctor.server import Vitals, check_vitals

_WELL: dict[str, Any] = {
    "address": "redis",
    "managed": True,
    "info": {"redis_version": "7.2.4", "role": "master", "used_memory": "1000", "aof_last_write_status": "ok"},
    "settings": {"appendonly": "yes", "appendfsync": "always", "maxmemory": "0", "maxmemory-policy": "noeviction"},
}


def _said(info: dict[str, str], settings: dict[str, str], **others: Any) -> list[str]:
    vitals = Vitals(**{**_WELL, **others, "info": _WELL["info"] | info, "settings": _WELL["settings"] | settings})
    return [f"{one.severity} {one.place} {one.message}" for one in check_vitals(vitals)]


def test_of_one_that_is_well_nothing_is_said() -> None:
    assert _said({}, {}) == []
    assert _said({}, {"maxmemory": "2000"}) == []
    assert _said({}, {"maxmemory-policy": "allkeys-lru"}) == [], "without a limit nothing is evicted"
    assert _said({"redis_version": "6.2.0"}, {}, ahead=4.9) == []


@pytest.mark.parametrize(
    ("info", "settings", "others", "said"),
    [
        ({"redis_version": "6.0.16"}, {}, {}, "error redis Redis is version 6.0.16"),
        ({"redis_version": "5"}, {}, {}, "error redis Redis is version 5"),
        ({"role": "slave"}, {}, {}, "error redis this Redis is a replica, and refuses what is written"),
        ({}, {}, {"ahead": 7.4}, "warning redis its clock is 7 s ahead of ours"),
        ({}, {}, {"ahead": -3600.0}, "warning redis its clock is 3600 s behind ours"),
        ({}, {"appendonly": "no"}, {}, "error appendonly Redis writes no append-only file"),
        ({}, {"appendonly": "no"}, {"managed": False}, "warning appendonly Redis writes no append-only file"),
        ({}, {"appendfsync": "everysec"}, {}, 'error appendfsync is "everysec": what was acknowledged last'),
        ({}, {"appendfsync": "no"}, {"managed": False}, 'warning appendfsync is "no": what was acknowledged last'),
        ({"aof_last_write_status": "err"}, {}, {}, "error aof_last_write_status the last write to the append-only"),
        ({"aof_last_bgrewrite_status": "err"}, {}, {}, "error aof_last_bgrewrite_status the last rewrite"),
        ({"rdb_last_bgsave_status": "err"}, {}, {}, "error rdb_last_bgsave_status the last snapshot failed"),
        (
            {},
            {"maxmemory": "5000", "maxmemory-policy": "allkeys-lru"},
            {},
            'error maxmemory-policy is "allkeys-lru"',
        ),
        ({"used_memory": "950"}, {"maxmemory": "1000"}, {}, "warning maxmemory 95 % of the memory is used"),
    ],
)
def test_what_is_wrong_is_said(
    info: dict[str, str], settings: dict[str, str], others: dict[str, Any], said: str
) -> None:
    (finding,) = _said(info, settings, **others)
    assert finding.startswith(said)


def test_one_that_forbids_to_ask_for_settings_is_judged_by_what_it_tells() -> None:
    silent = {**_WELL, "managed": False, "settings": {}}
    aof = Vitals(**{**silent, "info": _WELL["info"] | {"aof_enabled": "0"}})
    assert [one.place for one in check_vitals(aof)] == ["appendonly"]
    full = {"maxmemory": "1000", "maxmemory_policy": "volatile-ttl", "used_memory": "999"}
    places = [one.place for one in check_vitals(Vitals(**{**silent, "info": _WELL["info"] | full}))]
    assert places == ["maxmemory-policy", "maxmemory"]
