"""`tt plan add` and `tt plan edit`, and what all changes of the plan refuse."""

import json
import re

import pytest

from tests.cli.shell import Shell

PLAN = """\
# The plan.

[meta]
default_agent = "dev"

# first of all
[[tasks]]
id = "design"
description = "Design it"   # with care
agent = "architect"

[[tasks]]
id = "build"
description = "Build it"
parent = "design"

[[tasks]]
id = "test"
run = "pytest -q"
needs = ["build"]
"""


@pytest.fixture
def planned(bare: Shell) -> Shell:
    write(bare, PLAN)
    return bare


def write(shell: Shell, text: str) -> None:
    (shell.folder / "tasks.toml").write_text(text)


def text_of(shell: Shell) -> str:
    return (shell.folder / "tasks.toml").read_text()


def test_add_appends_a_task(planned: Shell) -> None:
    said = planned.told(
        *("plan", "add", "Write the docs", "--agent", "writer", "--needs", "build,test", "--needs", "design"),
        *("--tag", "docs", "--tag", "slow", "--accept", "test -s README.md", "--timeout", "20m"),
        *("--priority", "high"),
        *("--retries", "2", "--retry-delay", "30s", "--estimate", "10m", "--approval", "--when", "all_done"),
        *("--status", "pending"),
    )
    assert said == 'added "write-the-docs" (tasks.toml:22)\n'
    assert text_of(planned) == PLAN + (
        '\n[[tasks]]\nid = "write-the-docs"\ndescription = "Write the docs"\nagent = "writer"\n'
        'needs = ["build", "test", "design"]\naccept = "test -s README.md"\nwhen = "all_done"\nstatus = "pending"\n'
        'tags = ["docs", "slow"]\npriority = "high"\nretries = 2\nretry_delay = "30s"\ntimeout = "20m"\n'
        'estimate = "10m"\napproval = true\n'
    )
    assert planned.told("plan", "check") == "tasks.toml: no findings\n"


def test_add_puts_a_task_behind_another_one(planned: Shell) -> None:
    answer = planned.document("plan", "add", "--run", "make lint", "--id", "lint", "--after", "design")
    assert answer == {"id": "lint", "file": "tasks.toml", "line": 12}
    assert text_of(planned) == PLAN.replace(
        '"architect"\n\n', '"architect"\n\n[[tasks]]\nid = "lint"\nrun = "make lint"\n\n'
    )


def test_add_makes_ids_that_are_free(planned: Shell) -> None:
    assert planned.told("plan", "add", "Build!") == 'added "build-2" (tasks.toml:22)\n'
    assert planned.told("plan", "add", "--run", "build") == 'added "build-3" (tasks.toml:26)\n'


def test_add_begins_a_file(bare: Shell) -> None:
    answer = bare("plan", "add", "Do it")
    assert (answer.status, answer.out, answer.err) == (0, 'added "do-it" (tasks.toml:1)\n', "tasks.toml is new\n")
    assert text_of(bare) == '[[tasks]]\nid = "do-it"\ndescription = "Do it"\n'
    other = bare("plan", "add", "Do it", "--needs", "do-it", "--file", "other.toml")
    assert (other.status, other.out) == (4, "")
    assert not (bare.folder / "other.toml").exists()


def test_add_is_refused_where_the_plan_would_not_hold(planned: Shell) -> None:
    answer = planned("plan", "add", "Fix it", "--parent", "biuld", "--timeout", "soon")
    assert (answer.status, answer.out) == (4, "")
    assert 'tasks.toml:25:10: error[TT007]: task "fix-it" has unknown parent "biuld"' in answer.err
    assert 'tasks.toml:26:11: error[TT011]: task "fix-it"' in answer.err
    assert answer.err.endswith("tt: tasks.toml would have 2 errors. Nothing was written.\n")
    assert text_of(planned) == PLAN


def test_add_tells_of_a_new_group(planned: Shell) -> None:
    answer = planned("plan", "add", "Compile", "--parent", "build")
    assert (answer.status, answer.out) == (0, 'added "compile" (tasks.toml:22)\n')
    assert answer.err == '"build" is a group now: nobody is sent it, and it ends when its members have\n'
    back = planned("plan", "rm", "compile")
    assert back.err == '"build" is no group any more, but a task: "dev" is to do it\n'
    assert text_of(planned) == PLAN


def test_new_warnings_are_shown_and_old_ones_are_not(planned: Shell) -> None:
    write(planned, PLAN + '\n[agents.architect]\ncli = "claude"\n')  # "dev" is not in it
    assert planned("plan", "add", "Plain").err == ""
    answer = planned("plan", "edit", "test", "--agent", "architekt")
    assert (answer.status, answer.out) == (0, 'changed "test": agent (tasks.toml:17)\n')
    assert answer.err.startswith("tasks.toml:21:9: warning[TT012]: ")
    assert answer.err.count("[TT012]") == 1


def test_words_that_do_not_fit_together(planned: Shell) -> None:
    assert planned.refused("plan", "add", status=2) == (
        "a task needs a description, or --run with a command. "
        "Say it: tt plan add 'Build the API' --agent developer --parent design"
    )
    assert planned.refused("plan", "add", "x", "--id", "build", status=2) == (
        'there is a task "build" already (tasks.toml:12). Give the new one another --id.'
    )
    both = "--agent means that one, --role any agent of that role. Say one of them."
    assert planned.refused("plan", "add", "x", "--agent", "a", "--role", "r", status=2) == both
    assert planned.refused("plan", "edit", "build", "--agent", "a", "--role", "r", status=2) == both
    assert planned.refused("plan", "edit", "build", status=2) == (
        "nothing is to be changed. Say what: tt plan edit build --agent developer --add-need design"
    )
    assert planned.refused("plan", "edit", "build", "--run", "x", "--unset", "run", status=2) == (
        "run is to be set and unset. Say one of them."
    )
    assert planned.refused("plan", "edit", "build", "--needs", " , ", "--agent", "a", status=2) == (
        "--needs names nothing. Leave it out; --unset KEY takes a list out of the plan."
    )
    assert planned.refused("plan", "move", "build", status=2) == (
        "one place is wanted: --before ID, --after ID, --first or --last. Say it: tt plan move build --first"
    )
    assert planned.refused("plan", "move", "build", "--after", "build", status=2) == (
        '"build" cannot go behind itself. Name another task.'
    )
    assert planned.refused("plan", "rm", "design", "--recursive", "--reparent", "test", status=2) == (
        "--reparent keeps the children, --recursive removes them. Say one of them."
    )
    assert text_of(planned) == PLAN


@pytest.mark.parametrize(
    "words",
    [
        ("edit", "biuld", "--agent", "x"),
        ("rm", "biuld"),
        ("rename", "biuld", "x"),
        ("move", "biuld", "--first"),
        ("move", "test", "--after", "biuld"),
        ("add", "x", "--after", "biuld"),
    ],
)
def test_tasks_that_are_not_there(planned: Shell, words: tuple[str, ...]) -> None:
    assert planned.refused("plan", *words) == 'tasks.toml has no task "biuld". Did you mean "build"?'


@pytest.mark.parametrize(
    "words", [("edit", "a", "--agent", "x"), ("rm", "a"), ("rename", "a", "b"), ("move", "a", "--first")]
)
def test_files_that_are_not_there_or_no_toml(bare: Shell, words: tuple[str, ...]) -> None:
    assert bare.refused("plan", *words) == "there is no tasks.toml. Write a first one: tt plan --init"
    write(bare, "[[tasks]\n")
    answer = bare("plan", *words)
    assert (answer.status, answer.out) == (4, "")
    assert answer.err.startswith("tasks.toml:1:")
    assert "error[TT001]" in answer.err


def test_edit_changes_just_these_keys(planned: Shell) -> None:
    said = planned.told("plan", "edit", "design", "--description", 'Say "hello"', "--timeout", "1h", "--tag", "a,b")
    assert said == 'changed "design": description, timeout, tags (tasks.toml:7)\n'
    expected = PLAN.replace('"Design it"   #', '"Say \\"hello\\""   #').replace(
        '"architect"\n', '"architect"\ntimeout = "1h"\ntags = ["a", "b"]\n'
    )
    assert text_of(planned) == expected
    planned.told("plan", "edit", "design", "--unset", "timeout", "--untag", "a", "--untag", "b")
    planned.told("plan", "edit", "design", "--description", "Design it")
    assert text_of(planned) == PLAN
    assert planned.told("plan", "edit", "design", "--agent", "architect") == (
        'nothing to change: "design" says so already (tasks.toml:7)\n'
    )


def test_edit_replaces_an_agent_by_a_role(planned: Shell) -> None:
    answer = planned("plan", "edit", "design", "--role", "lead", "--json")
    assert json.loads(answer.out) == {"id": "design", "file": "tasks.toml", "line": 7, "changed": ["agent", "role"]}
    assert answer.err == '"design" had the agent "architect"; the role takes its place\n'
    assert text_of(planned) == PLAN.replace('agent = "architect"', 'role = "lead"')


def test_edit_of_needs(planned: Shell) -> None:
    planned.told("plan", "edit", "test", "--add-need", "design")
    assert text_of(planned) == PLAN.replace('["build"]', '["build", "design"]')
    planned.told("plan", "edit", "test", "--drop-need", "build")
    assert text_of(planned) == PLAN.replace('["build"]', '["design"]')
    planned.told("plan", "edit", "test", "--needs", "build")
    assert text_of(planned) == PLAN
    answer = planned("plan", "edit", "build", "--add-need", "test")
    assert answer.status == 4
    assert "error[TT008]" in answer.err
    assert text_of(planned) == PLAN


def test_edit_mends_a_plan_with_other_errors(planned: Shell) -> None:
    write(planned, PLAN.replace('parent = "design"', 'parent = "desgn"\ntimeout = "soon"'))
    answer = planned("plan", "edit", "build", "--parent", "design")
    assert (answer.status, answer.out) == (0, 'changed "build": parent (tasks.toml:12)\n')
    assert answer.err == "tasks.toml still has errors, as before: tt plan check\n"
    assert text_of(planned) == PLAN.replace('parent = "design"', 'parent = "design"\ntimeout = "soon"')


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--drop-need", "typo"), 'task "test" does not need "typo". Its needs: build.'),
        (("--untag", "typo"), 'task "test" has no tag "typo". Its tags: none.'),
    ],
)
def test_what_a_list_does_not_hold_cannot_leave_it(planned: Shell, words: tuple[str, ...], said: str) -> None:
    assert planned.refused("plan", "edit", "test", *words, status=2) == said
    assert text_of(planned) == PLAN


@pytest.mark.parametrize("before", [PLAN, None])
def test_changes_at_the_same_time_are_all_made(bare: Shell, before: str | None) -> None:
    if before is not None:
        write(bare, before)
    names = [f"t{number}" for number in range(8)]
    adding = [bare.start("plan", "add", f"Do {name}", "--id", name) for name in names]
    answers = [process.communicate(timeout=60) for process in adding]
    assert [process.returncode for process in adding] == [0] * len(names), answers
    assert all(out.count("added") == 1 for out, _ in answers)
    ids = re.findall(r'^id = "(t\d)"$', text_of(bare), re.MULTILINE)
    assert sorted(ids) == names
    assert text_of(bare).startswith(before or "[[tasks]]\n")
    assert bare.told("plan", "check") == "tasks.toml: no findings\n"
