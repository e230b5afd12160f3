"""tasks.toml is edited while its plan runs: what was changed takes effect at once, a bad edit changes nothing."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.towns import House, house, until
from tinytown.states import TaskState
from tinytown.tasks import Task


def entry(name: str, *lines: str, agent: str = "one") -> str:
    """A task that runs until its gate is opened."""
    run = f'run = "cat {name}.gate; echo {name} >> ran"'
    return "\n".join(["[[tasks]]", f'id = "{name}"', f'agent = "{agent}"', run, *lines, ""])


class Floor:
    """A town with a conductor that watches the file, two agents, and tasks that wait to be let go."""

    def __init__(self, home: House) -> None:
        self.home = home
        self.path = home.root / "tasks.toml"
        for name in ("first", "second", "third"):
            os.mkfifo(home.root / f"{name}.gate")
        for name in ("one", "two"):
            home.spawn(name)
        self.conductor: subprocess.Popen[bytes] | None = None

    def write(self, text: str) -> None:
        """Saves the file as editors do: beside the old one, then over it."""
        fresh = self.path.with_name(".tasks.toml.new")
        fresh.write_text(text)
        fresh.replace(self.path)

    def start(self, text: str, *options: str) -> None:
        """Conducts a plan until its first task runs."""
        self.write(text)
        self.conductor = self.home.conductor("--watch", *options)
        self.running("first")

    def running(self, name: str) -> None:
        """Waits until a task, which may not be pushed yet, runs."""
        until(lambda: self.running_tasks.get(name) is not None, f"{name} runs")

    def let_go(self, name: str) -> Task:
        """Opens a task's gate and waits for its end."""
        self.running(name)
        with (self.home.root / f"{name}.gate").open("w"):
            pass
        return self.home.ended(name)

    def says(self, what: str) -> None:
        """Waits until the conductor says something."""
        assert self.conductor is not None
        conductor = self.conductor
        until(lambda: what in self.home.said(conductor), f"it says {what!r}")

    @property
    def running_tasks(self) -> dict[str | None, Task]:
        tasks = [held.value for held in self.home.town.ledger.all().values()]
        return {task.plan_id: task for task in tasks if task.state is TaskState.RUNNING}

    @property
    def ran(self) -> list[str]:
        path = self.home.root / "ran"
        return path.read_text().split() if path.exists() else []

    def state(self, name: str) -> TaskState:
        return self.home.task(name).state

    def task_is_group(self, name: str) -> bool:
        return self.home.task(name).group


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    with house(tmp_path / "town") as home:
        yield Floor(home)


def test_a_new_task_starts_at_once(floor: Floor) -> None:
    floor.start(entry("first"))
    floor.write(entry("first") + entry("second", agent="two"))
    floor.let_go("second")
    assert floor.state("first") == "running"
    floor.let_go("first")
    assert floor.ran == ["second", "first"]


def test_a_task_that_waits_no_more_starts_at_once(floor: Floor) -> None:
    below = entry("second", 'parent = "first"', agent="two")
    after = entry("third", 'needs = ["second"]', agent="two")
    floor.start(entry("first") + below + after)
    floor.write(entry("first") + entry("second", agent="two") + after)
    floor.let_go("second")
    floor.let_go("third")
    assert floor.state("first") == "running"
    floor.let_go("first")


def test_a_task_that_is_to_wait_for_more_waits(floor: Floor) -> None:
    floor.start(entry("first") + entry("second", 'needs = ["first"]') + entry("third", agent="two"))
    floor.write(entry("first") + entry("second", 'needs = ["first", "third"]') + entry("third", agent="two"))
    until(lambda: floor.home.task("second").needs == ("first", "third"), "it was pushed")
    floor.let_go("first")
    floor.let_go("third")
    floor.let_go("second")
    assert floor.ran == ["first", "third", "second"]


def test_a_task_that_gets_somebody_else_starts_there_at_once(floor: Floor) -> None:
    floor.start(entry("first") + entry("second", agent="ghost"))
    floor.write(entry("first") + entry("second", agent="two"))
    assert floor.let_go("second").assigned_to == floor.home.agent("two").id
    assert floor.state("first") == "running"
    floor.let_go("first")


def test_a_running_task_keeps_what_it_began_with(floor: Floor) -> None:
    floor.start(entry("first"))
    floor.write(entry("first").replace("echo first", "echo anew"))
    until(lambda: "anew" in (floor.home.task("first").run or ""), "it was pushed")
    assert floor.let_go("first").state == "completed"
    assert floor.ran == ["first"]
    floor.home.tt("sync", "pull")
    floor.write(entry("first", 'status = "failed"'))  # nobody agrees to the reset of finished work
    floor.says("this would reset 1 finished task; nothing was written; the plan that runs goes on as it was.")
    assert floor.state("first") == "completed"


def test_a_task_done_by_hand_lets_the_next_one_go(floor: Floor) -> None:
    later = entry("third", 'needs = ["second"]', agent="two")
    floor.start(entry("first") + entry("second", 'needs = ["first"]') + later)
    floor.write(entry("first") + entry("second", 'needs = ["first"]', 'status = "completed"') + later)
    floor.let_go("third")
    floor.let_go("first")
    assert floor.ran == ["third", "first"]


def test_a_removal_waits_until_somebody_agrees(floor: Floor) -> None:
    floor.start(entry("first") + entry("second", 'needs = ["first"]'))
    floor.write(entry("first"))
    floor.says("tt: this would delete 1 task; nothing was written; the plan that runs goes on as it was.")
    assert floor.state("second") == "pending"
    answer = floor.home.tt("sync", "push", "--yes")
    assert answer.returncode == 0, answer
    floor.write(entry("first") + entry("third", 'needs = ["first"]'))
    floor.let_go("first")
    floor.let_go("third")
    assert floor.ran == ["first", "third"]
    assert floor.home.states() == {"completed": 2}


def test_a_running_task_that_is_taken_out_and_cancelled_ends(floor: Floor) -> None:
    floor.start(entry("first") + entry("second"))
    own = floor.home.task("first").id
    floor.write(entry("second"))
    answer = floor.home.tt("sync", "push", "--prune", "--cancel-running", "--yes")
    assert answer.returncode == 0, answer
    floor.let_go("second")  # its agent is free again, though nobody has opened the gate
    assert floor.ran == ["second"]
    assert floor.home.town.ledger.get(own) is None
    assert floor.home.states() == {"completed": 1}


def test_an_invalid_file_changes_nothing_and_is_said(floor: Floor) -> None:
    plan = entry("first") + entry("second", 'needs = ["first"]', agent="two")
    floor.start(plan)
    floor.write(plan + entry("third", 'needs = ["secnod"]'))
    floor.says("error[TT007]")
    floor.says("tt: tasks.toml has 1 error; the plan that runs goes on as it was.")
    floor.let_go("first")
    floor.let_go("second")
    assert set(floor.home.states()) == {"completed"}
    floor.write(plan + entry("third", 'needs = ["second"]'))
    floor.let_go("third")
    floor.says("tasks.toml is good again.")
    assert floor.ran == ["first", "second", "third"]


def test_a_file_that_is_gone_is_said_once_and_changes_nothing(floor: Floor) -> None:
    plan = entry("first") + entry("second", 'needs = ["first"]')
    floor.start(plan)
    floor.path.unlink()
    floor.says("tt: tasks.toml is gone; the plan that runs goes on as it was.")
    floor.let_go("first")
    floor.write(plan + entry("third", agent="two"))
    floor.let_go("third")
    floor.let_go("second")
    assert floor.conductor is not None
    assert floor.home.said(floor.conductor).count("is gone") == 1
    assert set(floor.home.states()) == {"completed"}


def test_a_status_that_could_not_be_written_is_written_when_the_file_is_mended(floor: Floor) -> None:
    plan = entry("first")
    floor.start(plan, "--pull")
    until(lambda: 'status = "running"' in floor.path.read_text(), "it is written that it runs")
    whole = floor.path.read_text()
    floor.write("[[tasks]\n")
    floor.let_go("first")
    floor.says("tt: did not write tasks.toml: ")
    floor.write(whole)
    until(lambda: 'status = "completed"' in floor.path.read_text(), "its end is written")
    assert floor.conductor is not None
    assert floor.home.said(floor.conductor).count("did not write") == 1


def test_a_conflict_changes_nothing_and_is_said(floor: Floor) -> None:
    second = entry("second", 'needs = ["first"]', 'timeout = "1h"')
    floor.start(entry("first") + second)
    held = floor.home.town.ledger.find("second")
    floor.home.town.ledger.change(held, held.value.evolve(timeout="2h"), "updated")
    floor.write(entry("first") + second.replace("1h", "3h") + entry("third", agent="two"))
    floor.says('tt: task "second", timeout: changed in the file and in Redis; nothing was written; ')
    assert floor.home.states() == {"running": 1, "pending": 1}
    floor.let_go("first")
    floor.let_go("second")
    floor.write(entry("first") + second.replace("1h", "2h") + entry("third", agent="two"))
    floor.let_go("third")
    assert floor.ran == ["first", "second", "third"]


def nobodys(name: str, *lines: str) -> str:
    """The same as a task that names nobody, and so a group as soon as it has a member."""
    script = f'description = "cat {name}.gate; echo {name} >> ran"'
    return "\n".join(["[[tasks]]", f'id = "{name}"', script, *lines, ""])


def test_an_open_group_that_becomes_a_task_is_sent_to_somebody(floor: Floor) -> None:
    others = entry("first", 'parent = "second"') + entry("third", 'needs = ["second"]', agent="two")
    floor.start(nobodys("second") + others)
    assert floor.task_is_group("second")
    floor.write(nobodys("second", 'agent = "two"') + others)
    assert floor.let_go("second").attempt == 1
    floor.let_go("third")
    assert floor.state("first") == "running"
    floor.let_go("first")
    assert floor.ran == ["second", "third", "first"]


def test_a_group_that_loses_its_only_member_is_put_in_the_backlog(floor: Floor) -> None:
    floor.start(nobodys("second") + entry("first", 'parent = "second"'))
    floor.write(nobodys("second") + entry("first"))
    until(lambda: floor.state("second") == "pending", "it is a task again")
    until(lambda: floor.home.task("second").id in floor.home.town.ledger.backlog(), "it is offered to all")
    assert floor.home.tt("backlog", "claim", "second", "two").returncode == 0
    floor.let_go("second")
    floor.let_go("first")


@pytest.mark.parametrize("fails", [False, True])
def test_a_task_in_hand_becomes_a_group_only_once_it_has_ended(floor: Floor, *, fails: bool) -> None:
    first = nobodys("first", 'agent = "one"')
    if fails:
        first = first.replace("ran", "ran; exit 1")
    after = entry("third", 'needs = ["first"]', agent="two")
    floor.start(first + after)
    floor.write(first.replace('agent = "one"', "") + entry("second", 'parent = "first"', agent="two") + after)
    floor.says(
        'tt: task "first", group: it is running, and cannot become a group before that has ended; nothing was '
        "written; the plan that runs goes on as it was. Push again once it has ended (`tt conductor --watch` does"
    )
    assert floor.home.states() == {"running": 1, "pending": 1}
    done = floor.let_go("first")
    assert done.state == ("failed" if fails else "completed")
    until(lambda: floor.task_is_group("first"), "it is pushed without another edit")
    assert floor.home.task("first").result == done.result
    if fails:
        assert floor.home.tt("retry", "first").returncode == 0
    for name in ("second", "third") if fails else ("third", "second"):  # what needs the task went on at its end
        floor.let_go(name)
    assert set(floor.home.states()) == {"completed"}
    assert floor.conductor is not None
    assert floor.home.said(floor.conductor).count("cannot become a group") == 2  # the line of the change, and why


def test_an_attempt_is_given_up_for_a_group_by_force(floor: Floor) -> None:
    first = nobodys("first", 'agent = "one"')
    floor.start(first)
    floor.write(nobodys("first") + entry("second", 'parent = "first"'))
    floor.says("cannot become a group")
    refused = floor.home.tt("sync", "push", "--json")
    assert refused.returncode == 3, refused
    (conflict,) = json.loads(refused.stdout)["conflicts"]
    assert (conflict["id"], conflict["field"]) == ("first", "group")
    assert conflict["reason"] == "it is running, and cannot become a group before that has ended"
    shown = floor.home.tt("sync", "diff").stdout
    assert f"first: group: False → True ({conflict['reason']})" in shown
    answer = floor.home.tt("sync", "push", "--force")
    assert answer.returncode == 0, answer
    floor.let_go("second")  # its agent is free again, though nobody has opened the gate
    until(lambda: floor.state("first") == "completed", "the group has completed")
    assert floor.ran == ["second"]
