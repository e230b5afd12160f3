"""`tt doctor --fix` sets right how the town's own Redis keeps what it acknowledges; nobody else's is touched."""

import pytest

from tinytown.connection import Connection
from tinytown.doctor.server import check_vitals, read_vitals

_WRONG = {
    "appendonly": ("no", "yes"),
    "appendfsync": ("everysec", "always"),
    "maxmemory-policy": ("allkeys-random", "noeviction"),
}


def _value(connection: Connection, name: str) -> str:
    return str(connection.run("CONFIG", "GET", name)[1])


@pytest.mark.parametrize("name", _WRONG)
@pytest.mark.parametrize("managed", [True, False])
def test_a_setting_that_loses_work_is_set_right(connection: Connection, name: str, *, managed: bool) -> None:
    wrong, right = _WRONG[name]
    before = {key: _value(connection, key) for key in (*_WRONG, "maxmemory")}
    try:
        for key, (_, good) in _WRONG.items():
            connection.run("CONFIG", "SET", key, good)
        connection.run("CONFIG", "SET", "maxmemory", "1gb")
        connection.run("CONFIG", "SET", name, wrong)
        (finding,) = check_vitals(read_vitals(connection, managed=managed), connection)
        assert (finding.place, finding.fix is not None) == (name, managed)
        if finding.fix is not None:
            assert finding.fix.act is not None
            finding.fix.act()
            assert _value(connection, name) == right
            assert list(check_vitals(read_vitals(connection, managed=True), connection)) == []
        else:
            assert _value(connection, name) == wrong
    finally:
        for key, value in before.items():
            connection.run("CONFIG", "SET", key, value)
