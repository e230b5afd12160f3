"""Whoever watches a conductor hears of everything, also of what happened while Redis was away."""

from conductor.loop import Conductor
from conductor.options import Options
from tests.interrupted import Interrupted
from tinytown.connection import Connection
from tinytown.errors import RedisUnreachableError
from tinytown.events import Event
from tinytown.ids import new_id
from tinytown.server import Server
from tinytown.site import Site
from tinytown.tasks import Task
from tinytown.transaction import Transaction


def test_an_end_that_came_while_redis_was_away_is_told(site: Site, server: Server) -> None:
    transaction = Transaction(site.keys)
    held = transaction.create_task(Task.new("last", plan_id="last").assign(new_id()).start())
    transaction.commit(site.connection)

    def complete_and_lose_the_connection() -> None:
        site.ledger.change(held, held.value.complete("done"), "completed")
        raise RedisUnreachableError("away", "Wait.")

    own = Interrupted(server.address, 1, complete_and_lose_the_connection, kind="XREAD")
    pulse = Connection(server.address)
    heard: list[Event] = []
    conductor = Conductor(Site(site.root, site.config, own, site.keys), pulse, Options(), heard.append)
    summary = conductor.run()
    own.close()
    assert summary.completed == 1
    assert [event.type for event in heard if event.task] == ["task.completed"]
    assert conductor.ended_here == {held.value.id}
