"""What docs/git.md shows works as written."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.sync.refusals import SyncConflictError, UnconfirmedError
from planner.sync.store import Store
from tests.cli.shell import Answer
from tests.desk import Desk
from tests.git.repository import Repository
from tinytown.connection import Connection
from tinytown.ids import new_id
from tinytown.keys import Keys
from tinytown.states import TaskState

DOCS = (Path(__file__).parents[2] / "docs" / "git.md").read_text(encoding="utf-8")
SETUP, HOOK, DRIVER, AFTER_MERGE, STATUSES = re.findall(r"^```sh\n(.*?)^```$", DOCS, flags=re.DOTALL | re.MULTILINE)


def run(repo: Repository, script: str) -> Answer:
    """Types a block into a shell that stops at the first command that fails."""
    path = os.pathsep.join([str(Path(sys.executable).parent), repo.tt.env["PATH"]])
    done = subprocess.run(
        ["/bin/sh", "-ec", script],
        cwd=repo.folder,
        env={**repo.tt.env, "PATH": path},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def repo(tmp_path: Path) -> Iterator[Repository]:
    """An empty repository in which somebody follows the page."""
    made = Repository(tmp_path / "shop")
    path = os.pathsep.join([str(Path(sys.executable).parent), made.tt.env["PATH"]])
    made.tt.env["PATH"] = path  # the hook runs `tt`
    yield made
    made.tt.close()


def test_the_page_from_its_first_block_to_its_last(repo: Repository) -> None:
    for block in (SETUP, HOOK, DRIVER):
        answer = run(repo, block)
        assert (answer.status, answer.err) == (0, ""), answer
    assert set(repo.git("ls-files").split()) == set(re.findall(r"^\| `(.+?)` \| yes", DOCS, re.MULTILINE)) | {
        ".gitignore",
        ".gitattributes",
    }
    assert repo.git("status", "--short") == ""
    repo.commit("a small plan", repo.text[: repo.text.index("[[tasks]]")] + repo.PLAN)
    repo.tt.told("sync", "push", "--yes")
    _plans_that_are_behind_are_refused(repo)
    repo.branch("feature")
    repo.edit("2h", "4h")
    repo.switch("main")
    repo.edit("Design it", "Design it well")
    repo.git("merge", "feature")
    answer = run(repo, AFTER_MERGE)
    assert (answer.status, answer.err) == (0, ""), answer
    assert "2 updated\n" in answer.out
    repo.in_step()
    repo.path.write_text(repo.text.replace("completed", "pending"))
    assert repo.tt("sync", "push").status == 2
    answer = run(repo, STATUSES)
    assert (answer.status, answer.out) == (0, "tasks.toml and Redis agree.\n"), answer
    assert "status" not in repo.text
    assert not repo.path.with_name("tasks.toml.bak").exists()
    assert repo.states()["design"] == "completed"


def _plans_that_are_behind_are_refused(repo: Repository) -> None:
    repo.tt.told("task", "complete", "design", "--result", "ok")
    (repo.folder / "other").touch()
    repo.commit("nothing of the plan")
    repo.path.write_text(repo.text.replace("Build it", "Build all of it"))
    repo.git("add", "--all")
    said = repo.git("commit", "--message", "behind", fails=True)
    assert "tasks.toml is behind Redis: tt sync pull" in said
    repo.tt.told("sync", "pull", "--only", "design")
    repo.commit("the same again")
    repo.path.write_text(repo.text.replace('["design"]', '["desing"]'))
    repo.git("add", "--all")
    said = repo.git("commit", "--message", "broken", fails=True)
    assert "error[TT007]" in said
    repo.git("checkout", "--quiet", "HEAD", "--", "tasks.toml")
    repo.tt.told("sync", "push")


ROWS = re.findall(r"^\| (`[a-z`, ]+`) \| (.+?) \| .+ \|$", DOCS.split("## What an old")[1], flags=re.MULTILINE)
ASKS, NOTHING, CONFLICT, AGAIN, BY_HAND = ROWS
OTHERS = "`pending`, `completed`, `failed`, `cancelled`"


def cases(row: tuple[str, str]) -> list[tuple[str, str]]:
    """Each state with each status line of a row; an empty line where it says nothing."""
    live, line = row
    lines = re.findall(r"`([a-z]+)`", line.replace("another status", OTHERS)) + [""] * ("nothing" in line)
    return [(state, status) for state in re.findall(r"`([a-z]+)`", live) for status in lines]


@pytest.fixture
def desk(connection: Connection, keys: Keys, town: str, tmp_path: Path) -> Desk:
    """A town, and the place of a file to sync with it."""
    return Desk(Store(connection, keys, town), tmp_path / "tasks.toml")


def agreed(desk: Desk, state: str, status: str) -> None:
    """File and Redis agree on a state; then an old line comes into the file."""
    desk.write('[[tasks]]\nid = "one"\ndescription = "d"\nstatus = "pending"\n')
    desk.push()
    if state in ("assigned", "running"):
        desk.change("one", lambda task: task.assign(new_id()))
    if state not in ("assigned", "pending"):
        desk.change("one", lambda task: task.evolve(state=TaskState(state)))
    desk.pull()
    desk.edit(f'status = "{state}"\n', f'status = "{status}"\n' if status else "")


@pytest.mark.parametrize(("state", "status"), cases(ASKS))
def test_finished_work_is_not_reset_without_a_question(desk: Desk, state: str, status: str) -> None:
    agreed(desk, state, status)
    with pytest.raises(UnconfirmedError):
        desk.push(agree=False)
    assert desk.states == {"one": "completed"}
    desk.push(agree=True)
    assert desk.states == {"one": status}


@pytest.mark.parametrize(("state", "status"), cases(NOTHING))
def test_these_lines_are_no_opinion(desk: Desk, state: str, status: str) -> None:
    agreed(desk, state, status)
    assert not desk.push(agree=False).written
    assert desk.states == {"one": state}


@pytest.mark.parametrize(("state", "status"), cases(CONFLICT))
def test_these_lines_are_conflicts(desk: Desk, state: str, status: str) -> None:
    agreed(desk, state, status)
    with pytest.raises(SyncConflictError):
        desk.push(agree=False)
    assert desk.states == {"one": state}
    desk.push(force=True)
    assert desk.states == {"one": status}


@pytest.mark.parametrize(("state", "status"), cases(AGAIN) + cases(BY_HAND))
def test_these_lines_are_done(desk: Desk, state: str, status: str) -> None:
    agreed(desk, state, status)
    assert desk.push(agree=False).written
    assert desk.states == {"one": status}
