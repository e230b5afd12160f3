"""What a task took is kept, whatever happens to it afterwards."""

import json

from tests.desk import Desk
from tinytown.tasks import Task

PLAN = """\
[[tasks]]
id = "a"
description = "A"
agent = "w"

[[tasks]]
id = "b"
description = "B"
agent = "w"
needs = ["a"]
"""


def took(desk: Desk, name: str) -> float | None:
    """As `redis-cli GET` shows it."""
    found: float | None = json.loads(desk.held(name).text)["took"]
    return found


def ran(desk: Desk) -> float:
    """The task `a` has run to its end."""
    desk.write(PLAN)
    desk.push()
    desk.complete("a")
    first = took(desk, "a")
    assert first is not None
    assert 0 <= first < 30
    return first


def test_a_retried_and_a_rerun_task_keep_what_it_took(desk: Desk) -> None:
    first = ran(desk)
    desk.change("a", Task.rerun)
    assert took(desk, "a") == first
    desk.run("a")
    desk.change("a", lambda task: task.retry("broken", None))
    assert took(desk, "a") == first
    desk.run("a")
    desk.change("a", lambda task: task.requeue(crashed=True))
    assert took(desk, "a") == first
    desk.run("a")
    desk.change("a", lambda task: task.fail("no"))
    assert took(desk, "a") == first, "an attempt that failed teaches nothing"


def test_a_push_and_a_pull_keep_what_it_took(desk: Desk) -> None:
    first = ran(desk)
    desk.pull()
    desk.edit('description = "A"', 'description = "Another A"\nestimate = "3h"')
    desk.edit('status = "completed"', 'status = "pending"')
    desk.push()
    assert desk.task("a").estimate == "3h"
    assert (desk.states["a"], took(desk, "a")) == ("pending", first)
    desk.settled()


def test_a_renamed_task_keeps_what_it_took(desk: Desk) -> None:
    first = ran(desk)
    desk.edit('id = "a"', 'id = "z"\nwas = "a"')
    desk.edit('needs = ["a"]', 'needs = ["z"]')
    desk.push()
    assert took(desk, "z") == first


def test_a_task_that_was_pruned_and_comes_back_keeps_what_it_took(desk: Desk) -> None:
    first = ran(desk)
    desk.write(PLAN.split("\n\n")[1].replace('needs = ["a"]\n', ""))
    desk.push(prune=True)
    assert "a" in desk.tombs
    desk.write(PLAN)
    desk.push()
    assert took(desk, "a") == first


def test_done_by_hand_teaches_nothing(desk: Desk) -> None:
    desk.write(PLAN.replace('id = "a"', 'id = "a"\nstatus = "completed"'))
    desk.push()
    assert (desk.states["a"], took(desk, "a")) == ("completed", None)
