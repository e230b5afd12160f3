"""kill -9 of a push in the middle: nothing starts on half a plan, `tt why` says so, the next push does the rest."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.read import require_plan
from planner.sync.push import push
from planner.sync.store import Store
from tests.journal_laws import check
from tests.towns import House, house, until

_CUT_OFF = """
import os, signal, sys
from planner.sync import pieces
from tinytown.transaction import Transaction

pieces.PIECE = 3
left, commit = int(sys.argv.pop(1)), Transaction.commit

def counted(self, connection):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    commit(self, connection)

Transaction.commit = counted
from tinytown.cli import main
main()
"""
"""`tt` that pushes three tasks at a time, and is killed before it commits once more than so often."""

WHY = """\
{name}: {state}
  a large push is under way, or was cut off; `tt sync push` completes it
  no conductor is running; start one: tt conductor
"""


def plan(*names: str) -> str:
    """A chain, in which every task must follow the one before."""
    parts = []
    for before, name in zip([None, *names], names, strict=False):
        needs = f'needs = ["{before}"]\n' if before else ""
        parts.append(f'[[tasks]]\nid = "{name}"\nagent = "hand"\nrun = "echo {name} >> ran"\n{needs}')
    return "".join(parts)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "town") as made:
        made.spawn("hand")
        yield made


def cut_off(home: House, commits: int) -> None:
    """Pushes tasks.toml in a process that is killed."""
    ends = subprocess.run(
        [sys.executable, "-c", _CUT_OFF, str(commits), "sync", "push"],
        cwd=home.root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ends.returncode == -9, ends


@pytest.mark.parametrize("commits", [1, 2, 3])
def test_a_killed_push_is_completed_by_the_next(home: House, commits: int) -> None:
    names = ["a", "b", "c", "d", "e", "f", "g"]
    file = home.root / "tasks.toml"
    file.write_text(plan(*names))
    cut_off(home, commits)
    assert sum(home.states().values()) == (commits - 1) * 3
    if commits > 1:
        answer = home.tt("why", "a")
        assert answer.stdout == WHY.format(name="a", state="pending")
    answer = home.tt("sync", "diff")
    assert "~ tasks.toml: a large push was cut off; the next one completes it\n" in answer.stdout
    # A conductor that is started now does nothing, says why, and gives up.
    answer = home.tt("conductor", "--grace", "0s")
    assert "a large push is under way, or was cut off; `tt sync push` completes it" in answer.stdout
    assert set(home.states()) <= {"pending"}
    assert not (home.root / "ran").exists()
    # The rest may even come from another file than the first part.
    names.insert(1, "between")
    file.write_text(plan(*names))
    conductor = home.conductor()
    answer = home.tt("sync", "push", "--json")
    assert answer.returncode == 0, answer
    assert conductor.wait(60) == 0, home.said(conductor)
    assert (home.root / "ran").read_text().split() == names
    tasks = {key: held.value for key, held in home.town.ledger.all().items()}
    assert set(check("house", tasks, home.town.journal.since("0-0")).values()) == {1}


def test_a_conductor_that_runs_already_stands_still_until_the_plan_is_whole(home: House) -> None:
    home.push(plan("a", "b"))
    conductor = home.conductor("--watch")
    until(lambda: home.states() == {"completed": 2}, "the first plan has run")
    file = home.root / "new.toml"
    file.write_text(plan("a", "b", "c", "d", "e", "f", "g"))
    ends = subprocess.run(
        [sys.executable, "-c", _CUT_OFF, "2", "sync", "push", "--file", "new.toml"], cwd=home.root, check=False
    )
    assert ends.returncode == -9
    assert home.states() == {"completed": 2, "pending": 3}
    assert not home.events("task.assigned", "c")
    push(Store(home.town.connection, home.town.keys, home.town.name), require_plan(file))
    until(lambda: home.states() == {"completed": 7}, "the rest has run")
    assert (home.root / "ran").read_text().split() == ["a", "b", "c", "d", "e", "f", "g"]
    conductor.terminate()
