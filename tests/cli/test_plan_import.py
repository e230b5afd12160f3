"""`tt plan import`: a plan from what people already have."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.shell import Answer, Shell
from tests.forked import TT

SOURCES = Path(__file__).parent.parent / "imports"

TODO = "- [ ] Build it @coder\n- [x] Design it\n- remark\n"
PLAN = """\
# Imported from TODO.md by `tt plan import`.

[[tasks]]
id = "build-it"
description = "Build it"
agent = "coder"

[[tasks]]
id = "design-it"
description = "Design it"
status = "completed"
"""
LOSS = "TODO.md:3: - remark: a bullet without a box to tick is no task\n"
COUNT = "1 thing could not be carried over as in the source.\n"


@pytest.fixture
def todo(bare: Shell) -> Shell:
    """A shell beside a task list in Markdown."""
    (bare.folder / "TODO.md").write_text(TODO)
    return bare


def test_a_new_plan_is_written_and_can_be_shown(todo: Shell) -> None:
    answer = todo("plan", "import", "TODO.md")
    assert answer == Answer(
        0, "Wrote tasks.toml: 2 tasks from TODO.md. Next: tt plan, tt sync push\n", LOSS + COUNT
    )
    assert (todo.folder / "tasks.toml").read_text() == PLAN
    assert todo.told("plan", "fmt", "--check") == "tasks.toml: nothing to change\n"
    assert todo("plan", "check").status == 0
    assert todo("plan").status == 0


def test_a_plan_that_is_there_is_not_overwritten(todo: Shell) -> None:
    path = todo.folder / "tasks.toml"
    path.write_text("# mine\n")
    remedy = "Use --append to add to it, or --output to write elsewhere."
    assert todo.refused("plan", "import", "TODO.md") == f"tasks.toml exists already. {remedy}"
    assert path.read_text() == "# mine\n"
    assert todo("plan", "import", "TODO.md", "--output", "other.toml").status == 0
    assert (todo.folder / "other.toml").read_text() == PLAN


def test_standard_input_and_output(todo: Shell) -> None:
    assert todo("plan", "import", "TODO.md", "--output", "-") == Answer(0, PLAN, LOSS + COUNT)
    done = subprocess.run(
        [TT, "plan", "import", "-", "--output", "-", "--from", "markdown"],
        cwd=todo.folder,
        env=todo.env,
        input="- [ ] x\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith('\n[[tasks]]\nid = "x"\ndescription = "x"\n')
    assert done.stderr == ""
    assert not (todo.folder / "tasks.toml").exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[meta]\ndefault_agent = "d"', "\n\n"),
        ('[[tasks]]\nid = "a"\ndescription = "a"\n# end\n', "\n"),
        ("", ""),
    ],
)
def test_tasks_are_appended_and_every_byte_stays(todo: Shell, before: str, after: str) -> None:
    path = todo.folder / "tasks.toml"
    path.write_text(before)
    answer = todo("plan", "import", "TODO.md", "--append")
    assert (answer.status, answer.err) == (0, LOSS + COUNT)
    assert answer.out == "Added 2 tasks from TODO.md to tasks.toml. Next: tt plan, tt sync push\n"
    assert path.read_text() == before + after + PLAN.split("\n", 2)[2]


def test_tasks_are_appended_to_a_list_in_brackets(todo: Shell) -> None:
    path = todo.folder / "tasks.toml"
    path.write_text('tasks = [{ id = "a", description = "a" }]\r\n')
    assert todo("plan", "import", "TODO.md", "--append").status == 0
    assert [task["id"] for task in todo.document("plan")["tasks"]] == ["a", "build-it", "design-it"]


def test_ids_that_are_taken_are_refused(todo: Shell) -> None:
    assert todo("plan", "import", "TODO.md").status == 0
    message = "tasks.toml has 2 tasks of the same id: build-it, design-it. Rename them in one of the two, "
    assert todo.refused("plan", "import", "TODO.md", "--append") == f"{message}or write to a file of its own."
    assert (todo.folder / "tasks.toml").read_text() == PLAN


def test_nothing_is_appended_to_a_plan_with_errors(todo: Shell) -> None:
    path = todo.folder / "tasks.toml"
    path.write_text('[[tasks]]\nid = "a"\n')
    answer = todo("plan", "import", "TODO.md", "--append")
    assert (answer.status, answer.out) == (4, "")
    assert "error[TT004]" in answer.err
    assert path.read_text() == '[[tasks]]\nid = "a"\n'


def test_strictly_nothing_is_written_if_something_is_left_behind(todo: Shell) -> None:
    answer = todo("plan", "import", "TODO.md", "--strict")
    assert (answer.status, answer.out) == (1, "")
    remedy = "Nothing was written. Leave out --strict to write the rest."
    assert answer.err == f"{LOSS}tt: 1 thing in TODO.md cannot be carried over. {remedy}\n"
    assert not (todo.folder / "tasks.toml").exists()
    (todo.folder / "TODO.md").write_text("- [ ] x\n")
    assert todo("plan", "import", "TODO.md", "--strict").status == 0


def test_the_answer_in_json(todo: Shell) -> None:
    answer = todo("plan", "import", "TODO.md", "--json")
    assert (answer.status, answer.err) == (0, "")
    assert json.loads(answer.out) == {
        "file": "tasks.toml",
        "tasks": 2,
        "skipped": [{"where": "TODO.md:3", "what": "- remark", "why": "a bullet without a box to tick is no task"}],
    }


@pytest.mark.parametrize("name", ["ci.yml", "tagged.json", "awkward.jsonl", "todo.md"])
def test_each_kind_becomes_a_plan_that_can_be_shown(bare: Shell, name: str) -> None:
    (bare.folder / name).write_bytes((SOURCES / name).read_bytes())
    assert bare("plan", "import", name).status == 0
    assert (bare.folder / "tasks.toml").read_text() == (SOURCES / f"{name}.toml").read_text()
    assert bare("plan").status == 0


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["gone.md"], 1, "gone.md: No such file or directory."),
        (["."], 1, ".: Is a directory."),
        (["notes.txt"], 2, "notes.txt looks like nothing that can be imported."),
        (["notes.txt", "--from", "taskmaster"], 1, "notes.txt is not JSON: Expecting value"),
        (["TODO.md", "--tag", "x"], 2, "only a Taskmaster file has tags."),
        (["TODO.md", "--append"], 1, "there is no tasks.toml."),
        (["TODO.md", "--append", "--output", "-"], 2, "--output - does not go with --append."),
        (["TODO.md", "--json", "--output", "-"], 2, "--output - does not go with --json."),
        (["TODO.md", "--output", "no/such/folder.toml"], 1, "cannot write no/such/folder.toml: No such file"),
    ],
)
def test_what_cannot_be_imported_is_refused(todo: Shell, words: list[str], status: int, message: str) -> None:
    (todo.folder / "notes.txt").write_text("hello\n")
    answer = todo("plan", "import", *words)
    assert (answer.status, answer.out) == (status, "")
    assert answer.err.startswith(f"tt: {message}")
    assert answer.err.count("\n") == 1


def test_many_losses_are_told_shortly_and_nothing_steers_the_terminal(bare: Shell) -> None:
    lines = ["- [ ] \x1b[31mx\x1b[0m\n", *(f"- \x1b[2J{n}\n" for n in range(60))]
    (bare.folder / "TODO.md").write_text("".join(lines))
    answer = bare("plan", "import", "TODO.md")
    assert answer.status == 0
    assert "\x1b" not in answer.err + (bare.folder / "tasks.toml").read_text()
    assert answer.err.splitlines()[49:] == [
        "TODO.md:51: - \\x1b[2J49: a bullet without a box to tick is no task",
        "… and 10 more; --json lists them all",
        "60 things could not be carried over as in the source.",
    ]


def test_an_imported_workflow_runs_to_its_end(bare: Shell) -> None:
    (bare.folder / "ci.yml").write_text(
        "env: {GREETING: it's}\n"
        "jobs:\n"
        "  build:\n"
        "    runs-on: ubuntu-latest\n"
        "    steps:\n"
        "      - uses: actions/checkout@v4\n"
        "      - run: |\n"
        "          mkdir -p out\n"
        '          [[ -d out ]] && echo "$GREETING built" > out/a\n'
        "      - run: cat a > b\n"
        "        working-directory: out\n"
        "  test:\n"
        "    needs: build\n"
        "    runs-on: ubuntu-latest\n"
        "    strategy: {matrix: {n: [1, 2]}}\n"
        "    steps: [{run: 'cp out/b tested-${{ matrix.n }}'}]\n"
    )
    assert bare.told("plan", "import", "ci.yml", "--strict").startswith("Wrote tasks.toml: 6 tasks from ci.yml.")
    answer = bare("run", "tasks.toml")
    assert answer.status == 0, answer
    assert (bare.folder / "tested-1").read_text() == (bare.folder / "tested-2").read_text() == "it's built\n"
