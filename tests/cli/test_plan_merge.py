"""`tt plan merge` as git calls it, in real repositories."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.shell import Answer, Shell
from tests.forked import TT

PLAN = """\
# The plan.
[meta]
default_agent = "dev"

# first of all
[[tasks]]
id = "design"
description = "Design it"   # with care
agent = "architect"
status = "pending"

[[tasks]]
id = "build"
description = "Build it"
parent = "design"

[[tasks]]
id = "test"
run = "pytest -q"
needs = ["build"]
"""
DOCS = '\n# for readers\n[[tasks]]\nid = "docs"\ndescription = "Write the docs"\nneeds = ["build"]\n'
LINT = '\n[[tasks]]\nid = "lint"\nrun = "ruff check"\n'


class Repository:
    """A repository in which `tt plan merge` merges tasks.toml, with a branch `theirs` beside the one at hand.

    Args:
        shell: A shell in its folder.
        base: The plan that both branches begin with.
    """

    def __init__(self, shell: Shell, base: str) -> None:
        self.shell = shell
        self.file = shell.folder / "tasks.toml"
        self.git("init", "-q", "-b", "ours")
        self.git("config", "user.name", "A. U. Thor")
        self.git("config", "user.email", "author@example.com")
        self.git("config", "merge.tinytown.driver", f'"{TT}" plan merge %O %A %B --path %P --marker-size %L')
        (shell.folder / ".gitattributes").write_text("tasks.toml merge=tinytown\n")
        self.commit(base)
        self.git("branch", "theirs")

    def git(self, *words: str) -> Answer:
        done = subprocess.run(
            ["git", *words], cwd=self.shell.folder, env=self.shell.env, capture_output=True, text=True, check=False
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def commit(self, text: str) -> None:
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_bytes(text.encode())
        assert self.git("add", "-A").status == 0
        assert self.git("commit", "-q", "-m", "an edit").status == 0

    def merge(self, ours: str, theirs: str) -> tuple[int, str]:
        """Commits a plan on each side, and merges theirs. Returns the exit status, and what stands on stderr."""
        assert self.git("switch", "-q", "theirs").status == 0
        self.commit(theirs)
        assert self.git("switch", "-q", "ours").status == 0
        self.commit(ours)
        answer = self.git("merge", "-q", "--no-edit", "theirs")
        return answer.status, answer.err

    @property
    def text(self) -> str:
        return self.file.read_bytes().decode()

    @property
    def unmerged(self) -> bool:
        return self.git("ls-files", "--unmerged").out != ""


@pytest.fixture
def repository(bare: Shell, tmp_path: Path) -> Repository:
    # Whatever the machine's own git is set to, these tests see none of it.
    return Repository(bare.within(HOME=str(tmp_path), GIT_CONFIG_NOSYSTEM="1"), PLAN)


def test_neighbouring_lines_of_a_task_merge(repository: Repository) -> None:
    ours = PLAN.replace("Design it", "Design all of it")
    theirs = PLAN.replace('"architect"', '"designer"').replace('status = "pending"\n', 'timeout = "20m"\n')
    assert repository.merge(ours, theirs) == (0, "")
    assert repository.text == ours.replace('"architect"', '"designer"').replace(
        'status = "pending"\n', 'timeout = "20m"\n'
    )


def test_both_may_append_a_task(repository: Repository) -> None:
    assert repository.merge(PLAN + LINT, PLAN + DOCS) == (0, "")
    assert repository.text == PLAN + LINT + DOCS
    assert not repository.unmerged


def test_a_rename_takes_the_edits_and_needs_of_the_other_side_with_it(repository: Repository) -> None:
    theirs = PLAN.replace("Build it", "Build all of it") + DOCS
    repository.file.write_text(PLAN)
    repository.shell.told("plan", "rename", "build", "compile")
    ours = repository.text
    assert repository.merge(ours, theirs) == (0, "")
    assert repository.text == ours.replace("Build it", "Build all of it") + DOCS.replace('"build"', '"compile"')
    assert repository.shell.told("plan", "check")


def test_of_two_statuses_the_further_one_is_kept(repository: Repository) -> None:
    ours, theirs = (PLAN.replace('"pending"', f'"{status}"') for status in ("running", "completed"))
    assert repository.merge(ours, theirs) == (0, "")
    assert repository.text == theirs


def test_a_conflict_is_marked_and_told(repository: Repository) -> None:
    ours = PLAN.replace("Design it", "Design A") + LINT
    status, err = repository.merge(ours, PLAN.replace("Design it", "Design B") + DOCS)
    assert status == 1
    assert err == (
        'tasks.toml: task "design": description is "Design A" in ours and "Design B" in theirs\n'
        "tt: tasks.toml: a conflict is left. Edit it until `tt plan check` is content, then git add it.\n"
    )
    assert repository.unmerged
    line = 'description = "Design A"   # with care\n'
    marks = f"<<<<<<< ours\n{line}=======\n{line.replace('A', 'B')}>>>>>>> theirs\n"
    assert repository.text == ours.replace(line, marks) + DOCS
    assert "TT001" in repository.shell("plan", "check").out


def test_a_removed_task_that_the_other_side_changed_is_a_conflict(repository: Repository) -> None:
    test = PLAN[PLAN.index('\n[[tasks]]\nid = "test"') :]
    status, err = repository.merge(PLAN.removesuffix(test), PLAN + 'timeout = "5m"\n')
    assert status == 1
    assert err.startswith('tasks.toml: task "test": ours removed it, and theirs changed it\n')
    assert f'<<<<<<< ours\n=======\n{test}timeout = "5m"\n>>>>>>> theirs\n' in repository.text


def test_a_plan_that_makes_no_sense_is_no_merge(repository: Repository) -> None:
    ours = PLAN.replace('agent = "architect"\n', 'agent = "architect"\nneeds = ["test"]\n').replace(
        'parent = "design"\n', ""
    )
    theirs = PLAN.replace('run = "pytest -q"\nneeds = ["build"]\n', 'run = "pytest -q"\nneeds = ["design"]\n')
    status, err = repository.merge(ours, theirs)
    assert status == 1
    assert "error[TT008]: tasks wait for each other in a circle" in err
    assert err.endswith(
        "tt: tasks.toml: merged, but the two sides do not fit together. "
        "Correct it until `tt plan check` is content, then git add it.\n"
    )
    assert repository.unmerged
    assert "<<<<" not in repository.text
    assert repository.shell("plan", "check").status == 4


def test_a_plan_that_cannot_be_read_is_merged_by_its_lines(repository: Repository) -> None:
    status, err = repository.merge(PLAN.replace("[meta]", "[meta"), PLAN.replace("pytest -q", "pytest -x"))
    assert status == 0
    assert err == (
        "tasks.toml: merged line by line: our version is no good TOML "
        "(line 2: expected ']' at the end of a table declaration)\n"
    )
    assert repository.text == PLAN.replace("[meta]", "[meta").replace("pytest -q", "pytest -x")


def test_both_may_begin_a_plan(repository: Repository) -> None:
    repository.file = repository.shell.folder / "more" / "tasks.toml"
    assert repository.merge(LINT.lstrip(), DOCS.lstrip()) == (0, "")
    assert repository.text == LINT.lstrip() + DOCS


def test_it_works_without_git_calling_it(bare: Shell) -> None:
    files = {"base": PLAN, "mine": PLAN + LINT, "yours": PLAN + DOCS}
    for name, text in files.items():
        (bare.folder / f"{name}.toml").write_text(text)
    words = ("plan", "merge", "base.toml", "mine.toml", "yours.toml")
    assert bare.told(*words, "--output", "-") == PLAN + LINT + DOCS
    assert bare.told(*words, "--output", "result.toml") == ""
    assert (bare.folder / "result.toml").read_text() == PLAN + LINT + DOCS
    assert (bare.folder / "mine.toml").read_text() == PLAN + LINT
    assert bare.told(*words) == ""
    assert (bare.folder / "mine.toml").read_text() == PLAN + LINT + DOCS
    assert "File 'no.toml' does not exist" in bare.refused("plan", "merge", "no.toml", *words[3:], status=2)


def test_without_git_tasks_merge_and_lines_do_not(bare: Shell, tmp_path: Path) -> None:
    assert shutil.which("git", path=str(tmp_path)) is None
    for name, text in {"base": PLAN, "mine": PLAN + LINT, "yours": PLAN + DOCS, "bad": "[meta\n"}.items():
        (bare.folder / f"{name}.toml").write_text(text)
    lonely = bare.within(PATH=str(tmp_path))
    words = ("base.toml", "mine.toml", "yours.toml", "--output", "-")
    assert lonely.told("plan", "merge", *words) == PLAN + LINT + DOCS
    answer = lonely("plan", "merge", "base.toml", "bad.toml", "yours.toml")
    assert answer.status == 1
    assert answer.err.splitlines()[0] == (
        "tasks.toml: our version is no good TOML (line 1: expected ']' at the end of a table declaration), "
        "and there is no git to merge it line by line"
    )
    assert (bare.folder / "bad.toml").read_text() == "[meta\n"
