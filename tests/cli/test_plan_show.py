"""`tt plan`: the plan for people and programs, with the states of the file or of the town."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

from tests.cli.shell import Shell

PLAN = """\
[meta]
description = "Two steps"

[[tasks]]
id = "first"
agent = "builder"
run = "true"
tags = ["quick"]
estimate = "10m"

[[tasks]]
id = "second"
description = "Check it"
run = "sleep 60"
role = "tester"
needs = ["first"]
status = "pending"
estimate = "1h"
"""


def planned(shell: Shell, text: str = PLAN) -> Shell:
    (shell.folder / "tasks.toml").write_text(text)
    return shell


def test_outside_of_a_town_the_file_is_enough(bare: Shell) -> None:
    assert planned(bare).told("plan") == (
        "Two steps\n"
        "\n"
        "○ first ◆   pending  @builder                  true\n"
        "○ second ◆  pending  @any tester  after first  Check it\n"
        "\n"
        "2 tasks: 2 pending\n"
        "◆ critical path 1h10m: first → second\n"
        "  1h10m of work in all\n"
    )
    assert sorted(path.name for path in bare.folder.iterdir()) == ["tasks.toml"]


def test_the_town_s_states_come_first_while_its_redis_runs(tt: Shell) -> None:
    planned(tt).told("spawn", "tester-1", "--role", "tester")
    tt.told("spawn", "builder")
    tt.told("sync", "push")
    conductor = tt.start("conductor")
    try:
        tt.await_state("second", "running")
        *lines, eta = re.sub(r"1h\ds", "1h", tt.told("plan")).splitlines()  # the first may have taken some time
        assert lines[2:] == [
            "✓ first ◆   completed  @builder                             true",
            "● second ◆  running    @any tester → tester-1  after first  Check it",
            "",
            "2 tasks: 1 completed, 1 running",
            "◆ critical path 1h: first → second",
            "  1h of work in all, by what it took before (1 task) and by estimate (1 task)",
            "  left 1h: second; 1h of work",
        ]
        assert re.fullmatch(r"  about (1 h|60 min) left, done (at|on \w+ at) \d\d:\d\d", eta)
        second = tt.document("plan", "--status", "running")["tasks"][0]
        assert (second["id"], second["state"], second["held_by"], second["attempt"]) == (
            "second",
            "running",
            "tester-1",
            1,
        )
    finally:
        conductor.terminate()
        conductor.communicate()
    tt.told("stop")
    assert tt.document("plan")["progress"]["pending"] == 2
    assert not (tt.folder / ".tt" / "redis.sock").exists()


def test_every_form(bare: Shell) -> None:
    planned(bare)
    assert bare.told("plan", "--format", "tree") == bare.told("plan")
    assert bare.told("plan", "--format", "table").splitlines()[0].split() == [
        *("ID", "STATE", "AGENT", "WAITS", "FOR", "WAVE", "ESTIMATE", "DESCRIPTION")
    ]
    assert bare.told("plan", "--format", "waves").startswith("wave 1: 1 task for 1 agent\n  ○ first ◆  ")
    assert bare.told("plan", "--format", "mermaid").startswith("flowchart LR\n")
    assert bare.told("plan", "--format", "dot").startswith("digraph plan {\n")
    assert ET.fromstring(bare.told("plan", "--format", "svg")).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314
    assert json.loads(bare.told("plan", "--format", "json")) == bare.document("plan")


def test_a_choice_of_tasks(bare: Shell) -> None:
    planned(bare)
    assert [task["id"] for task in bare.document("plan", "--tag", "quick")["tasks"]] == ["first"]
    assert [task["id"] for task in bare.document("plan", "--agent", "tester")["tasks"]] == ["second"]
    assert bare.document("plan", "--status", "failed", "--status", "running")["tasks"] == []


@pytest.mark.parametrize("form", ["tree", "svg"])
def test_a_choice_that_nothing_fits_says_so(bare: Shell, form: str) -> None:
    answer = planned(bare)("plan", "--format", form, "--tag", "quik")
    assert (answer.status, answer.out) == (0, "")
    assert answer.err == 'tt: no task fits --tag quik. Did you mean "quick"?\n'
    assert bare("plan", "--status", "failed").err == "tt: no task fits --status failed.\n"


def test_an_empty_plan_says_so(bare: Shell) -> None:
    answer = planned(bare, "")("plan")
    assert (answer.status, answer.out, answer.err) == (0, "", "tt: the plan has no tasks.\n")


def test_a_status_or_form_that_does_not_exist(bare: Shell) -> None:
    assert planned(bare).refused("plan", "--status", "runing", status=2) == (
        'there is no status "runing". Did you mean "running"? '
        "There are pending, assigned, running, completed, failed, cancelled."
    )
    assert "'tree', 'table', 'waves', 'mermaid', 'dot', 'svg', 'json'" in bare.refused(
        "plan", "--format", "tre", status=2
    )


def test_a_terminal_gets_colours_and_a_bar(bare: Shell) -> None:
    planned(bare, PLAN.replace('"pending"', '"failed"'))
    text = bare.on_terminal("plan")
    assert "\x1b[31m✗\x1b[0m \x1b[1msecond\x1b[0m" in text
    assert "\x1b[2m──────────────────────────────\x1b[0m 0%\n" in text
    plain = bare.within(NO_COLOR="1").on_terminal("plan")
    assert "\x1b" not in plain
    assert "────── 0%" in plain
    assert bare.within(TERM="dumb").on_terminal("plan") == bare.told("plan")


def test_a_picture_of_very_many_tasks_comes_with_a_word_of_warning(bare: Shell) -> None:
    planned(bare, "".join(f'[[tasks]]\nid = "t{n}"\nrun = "x"\n' for n in range(301)))
    answer = bare("plan", "--format", "svg")
    assert answer.out.count("data-task") == 301
    assert answer.err == "tt: 301 tasks are many for one picture. --tag, --agent and --status choose some.\n"


def test_mermaid_has_a_limit_of_its_own(bare: Shell) -> None:
    needs = ", ".join(f'"t{n}"' for n in range(501))
    tasks = "".join(f'[[tasks]]\nid = "t{n}"\nrun = "x"\n' for n in range(501))
    answer = planned(bare, f'{tasks}[[tasks]]\nid = "all"\nrun = "x"\nneeds = [{needs}]\n')(
        "plan", "--format", "mermaid"
    )
    assert answer.err == "tt: Mermaid draws no more than 500 arrows unless its setting maxEdges is raised.\n"
