"""`tt plan rm`, `rename` and `move`, and how all changes of the plan are told."""

import json
from pathlib import Path

import click
import pytest

from tests.cli.shell import Shell
from tinytown.cli.plan import SECTIONS
from tinytown.cli.plan import command as plan

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


def test_rm_takes_a_task_and_its_comments(planned: Shell) -> None:
    assert planned.told("plan", "rm", "test") == 'removed "test" (tasks.toml)\n'
    assert text_of(planned) == PLAN[: PLAN.index('\n[[tasks]]\nid = "test"')]
    assert planned.refused("plan", "rm", "design") == (
        'nothing was removed: "build" has the parent "design" (tasks.toml:12). Take --reparent ID '
        "(or --reparent '' for none): children get that parent, needs are dropped; "
        "or --recursive: descendants go too."
    )
    assert planned.document("plan", "rm", "design", "--recursive") == {
        "removed": ["design", "build"],
        "reparented": [],
        "needs_dropped": {},
        "file": "tasks.toml",
    }
    assert text_of(planned) == '# The plan.\n\n[meta]\ndefault_agent = "dev"\n'


def test_rm_settles_what_referred_to_the_task(planned: Shell) -> None:
    answer = planned("plan", "rm", "design", "build", "--reparent", "")
    assert (answer.status, answer.out) == (0, 'removed "design", "build" (tasks.toml)\n')
    assert answer.err == '"test" needs "build" no more\n'
    write(planned, PLAN)
    answer = planned("plan", "rm", "build", "--reparent", "design", "--json")
    assert json.loads(answer.out)["needs_dropped"] == {"test": ["build"]}
    write(planned, PLAN)
    answer = planned("plan", "rm", "design", "--reparent", "test")
    assert answer.status == 4  # "test" needs "build", which would wait for "test"
    assert "error[TT008]" in answer.err
    write(planned, PLAN.replace('needs = ["build"]\n', ""))
    answer = planned("plan", "rm", "design", "--reparent", "test")
    assert (answer.status, answer.err) == (0, '"build" has the parent "test" now\n')
    assert 'parent = "test"' in text_of(planned)


def test_rename_and_back(planned: Shell) -> None:
    said = planned.told("plan", "rename", "build", "make")
    assert said == 'renamed "build" to "make" (tasks.toml:12), 1 reference\n'
    assert text_of(planned) == PLAN.replace('id = "build"', 'id = "make"\nwas = "build"').replace(
        '["build"]', '["make"]'
    )
    assert planned.refused("plan", "rename", "make", "test", status=2) == (
        'there is a task "test" already (tasks.toml:18). Choose another id.'
    )
    assert planned.document("plan", "rename", "make", "build") == {
        "id": "build",
        "was": "make",
        "references": 1,
        "file": "tasks.toml",
        "line": 12,
    }
    assert text_of(planned) == PLAN


def test_move_there_and_back(planned: Shell) -> None:
    assert planned.told("plan", "move", "test", "--first") == 'moved "test" (tasks.toml:6)\n'
    design = PLAN[PLAN.index("# first") : PLAN.index('[[tasks]]\nid = "build"')]
    test = PLAN[PLAN.index('[[tasks]]\nid = "test"') :]
    assert text_of(planned) == PLAN.replace("\n" + test, "").replace(design, f"{test}\n{design}")
    assert planned.document("plan", "move", "test", "--after", "build") == {
        "id": "test",
        "moved": True,
        "file": "tasks.toml",
        "line": 17,
    }
    assert text_of(planned) == PLAN
    assert planned.told("plan", "move", "test", "--last") == 'nothing to move: there is "test" (tasks.toml:17)\n'


def test_a_dry_run_shows_the_difference_and_writes_nothing(planned: Shell) -> None:
    assert planned.told("plan", "rename", "test", "check", "--dry-run") == (
        "--- tasks.toml\n+++ tasks.toml (new)\n@@ -15,6 +15,7 @@\n"
        ' parent = "design"\n \n [[tasks]]\n-id = "test"\n+id = "check"\n+was = "test"\n'
        ' run = "pytest -q"\n needs = ["build"]\n'
    )
    for words in (("add", "x"), ("edit", "test", "--run", "x"), ("rm", "test"), ("move", "test", "--first")):
        assert planned.told("plan", *words, "--dry-run").startswith("--- tasks.toml\n+++ tasks.toml (new)\n@@ ")
        assert planned.document("plan", *words, "--dry-run")["diff"].startswith("--- tasks.toml\n")
    assert text_of(planned) == PLAN


def test_a_file_that_lies_elsewhere(planned: Shell, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_bytes(b'\xef\xbb\xbf[[tasks]]\r\nid = "a"\r\ndescription = "A"')
    assert planned.told("plan", "edit", "a", "--agent", "x", "--file", other) == f'changed "a": agent ({other}:1)\n'
    assert other.read_bytes() == b'\xef\xbb\xbf[[tasks]]\r\nid = "a"\r\ndescription = "A"\r\nagent = "x"'
    link = planned.folder / "link.toml"
    link.symlink_to(other)
    planned.told("plan", "rename", "a", "b", "--file", "link.toml")
    assert link.is_symlink()
    assert b'id = "b"\r\nwas = "a"\r\n' in other.read_bytes()


def test_in_a_town_the_next_step_is_told(tt: Shell) -> None:
    write(tt, PLAN)
    (tt.folder / "deep").mkdir()
    answer = tt.within("deep")("plan", "move", "test", "--before", "build")
    assert answer.out == f'moved "test" ({tt.folder}/tasks.toml:12)\n'
    assert answer.err == "Send it: tt sync push\n"
    quiet = tt("plan", "move", "test", "--before", "build")
    assert (quiet.out, quiet.err) == ('nothing to move: there is "test" (tasks.toml:12)\n', "")


def test_hostile_names_are_shown_harmlessly(planned: Shell) -> None:
    said = planned.refused("plan", "rename", "build", "a\x1b[31m\nb", status=2)
    assert said.startswith('a task cannot have the id "a\\x1b[31m\\nb".')
    answer = planned("plan", "edit", "design", "--description", "\x1b[31mred", "--dry-run")
    assert '+description = "\\u001b[31mred"   # with care\n' in answer.out.lower()


def test_every_change_has_help_with_an_example_and_the_same_options() -> None:
    context = click.Context(plan)
    for name in ("add", "edit", "rm", "rename", "move"):
        assert name in SECTIONS["Change"]
        command = plan.get_command(context, name)
        assert command
        assert "Example" in (command.epilog or "")
        options = {word for parameter in command.params for word in parameter.opts}
        assert {"--file", "--dry-run", "--json", "--town"} <= options
