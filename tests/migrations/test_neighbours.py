"""A migration leaves other towns alone, and waits until nobody is at work."""

from collections.abc import Callable

import pytest

from tests.dumped import dump
from tests.interrupted import Interrupted
from tinytown.clock import now
from tinytown.config import Config
from tinytown.errors import TownBusyError
from tinytown.keys import Keys
from tinytown.migration.migrate import look, migrate
from tinytown.site import Site
from tinytown.tasks import Task
from tinytown.transaction import Transaction

BACKEND = "b6a1f0de-5d0e-4f64-8c86-0f1d5e8f2a01"


@pytest.mark.parametrize("other", ["task", "agent", "backlog", "demo"])
def test_keys_of_other_towns_are_left_alone(site: Site, other: str) -> None:
    theirs = Site(site.root, Config(name=other), site.connection, Keys(other))
    one = Task.new("theirs")
    transaction = Transaction(theirs.keys)
    transaction.create_task(one)
    transaction.add_to_backlog(one.id)
    transaction.set_field(theirs.keys.plan, "x", "{}")
    transaction.commit(site.connection)
    before = dump(site.connection)
    assert look(site).steps == []
    assert look(site).left == []
    assert dump(site.connection) == before


@pytest.mark.usefixtures("stepwise")
def test_nothing_happens_while_somebody_is_at_work(site: Site, left: Callable[[str], None], keys: Keys) -> None:
    left("town")
    site.connection.run("SET", keys.conductor, '{"id": "x", "host": "there", "pid": 7}')
    before = dump(site.connection)
    with pytest.raises(TownBusyError, match="process 7 on there"):
        migrate(site, look(site))
    assert dump(site.connection) == before
    wanted = look(site)
    site.connection.run("DEL", keys.conductor)
    taking = Interrupted(site.connection.address, 3, lambda: site.connection.run("SET", keys.conductor, "me"))
    with pytest.raises(TownBusyError, match="at work: a conductor"):
        migrate(Site(site.root, site.config, taking, keys), wanted)
    taking.close()
    assert len(look(site).steps) == len(wanted.steps) - 2
    site.connection.run("FLUSHALL")
    left("town")
    site.connection.run("HSET", keys.agent(BACKEND), "last_heartbeat", now().isoformat())
    with pytest.raises(TownBusyError, match="other program seem to be at work still: backend"):
        migrate(site, look(site))
