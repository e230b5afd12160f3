"""`tt simulate`: the user's own plan in simulated time, the same anywhere."""

import json
import subprocess
import sys

import pytest

from tests.cli.shell import Shell

PLAN = """\
[agents.architect]
[agents.coder]

[[tasks]]
id = "design"
agent = "architect"
description = "Design it"
estimate = "10m"

[[tasks]]
id = "api"
agent = "coder"
description = "Write it"
parent = "design"
estimate = "20m"

[[tasks]]
id = "ui"
agent = "coder"
description = "Show it"
needs = ["design"]
estimate = "25m"

[[tasks]]
id = "test"
run = "pytest"
needs = ["api", "ui"]
estimate = "5m"
"""

TOLD = """\
tasks.toml: 4 of 4 tasks completed in 1 h 00 min (seed 0)

What held it up
           at         took  task    agent      had waited for
       0.30 s  10 min 00 s  design  architect  start of architect
  10 min 00 s  25 min 00 s  ui      coder      after design
  35 min 00 s  20 min 00 s  api     coder      coder was busy with ui
  55 min 00 s   5 min 00 s  test    shell      after api
  The plan's own critical path takes 40 min 00 s: design → ui → test

Agents
  architect  16%  busy 10 min 00 s  1 attempt
  coder      74%  busy 45 min 00 s  2 attempts
  shell       8%   busy 5 min 00 s  1 attempt

Timeline
            0              10m           20m            30m            40m           50m
  architect [design-------]·········································································
  coder     ··············[ui---------------------------------][api-------------------------]·······
  shell     ················································································[test--]
  x failed, ! its agent died, ~ to be tried later, # several or too short to show

Held back by
  agent coder busy  for 25 min 00 s  up to 1 task at once

What would help, measured
  1 more replica of coder would save 20 min 00 s
"""


CROWD = "".join(
    f"""\
[agents.{name}]

[[tasks]]
id = "t{name}"
agent = "{name}"
description = "Do it"
estimate = "{estimate}"
"""
    for name, estimate in (("a", "10m"), ("b", "25m"), ("c", "20m"), ("d", "5m"))
)

CROWD_TOLD = """\
tasks.toml: 4 of 4 tasks completed in 30 min 01 s (seed 0)

What held it up
           at         took  task  agent  had waited for
       0.30 s  20 min 00 s  tc    c      start of c
  20 min 01 s  10 min 00 s  ta    a      max_agents was reached with tc
  The plan's own critical path takes 25 min 00 s: tb

Agents
  a  33%  busy 10 min 00 s  1 attempt
  b  83%  busy 25 min 00 s  1 attempt
  c  66%  busy 20 min 00 s  1 attempt
  d  16%   busy 5 min 00 s  1 attempt

Timeline
    0               5m              10m             15m             20m             25m
  a ································································[ta----------------------------]
  b [tb----------------------------------------------------------------------------]················
  c [tc------------------------------------------------------------]································
  d ················································································[td------------]
  x failed, ! its agent died, ~ to be tried later, # several or too short to show

Held back by
  max_agents reached  for 25 min 00 s  up to 2 tasks at once

What would help, measured
  max_agents = 3 would save 5 min 00 s
"""


def planned(shell: Shell, text: str = PLAN) -> Shell:
    (shell.folder / "tasks.toml").write_text(text)
    return shell


def test_a_plan_says_what_holds_it_up_and_what_would_help(bare: Shell) -> None:
    assert planned(bare).told("simulate", "--spread", "0") == TOLD
    assert sorted(path.name for path in bare.folder.iterdir()) == ["tasks.toml"]


def test_what_goes_wrong_and_what_is_blocked_is_said(bare: Shell) -> None:
    answer = planned(bare)("simulate", "--fail", "100%", "--no-hints")
    assert answer.status == 5
    assert answer.out.startswith("tasks.toml: 0 of 4 tasks completed in ")
    wrong, blocked = answer.out.split("\n\n")[-2:]
    assert wrong == "What went wrong\n  failed:  1  design"
    assert blocked == (
        "What did not complete\n"
        "  failed   design  exit status 1\n"
        "  pending  api     cannot start: design (failed)\n"
        "  pending  ui      cannot start: design (failed)\n"
        "  pending  test    cannot start: api (blocked), ui (blocked)\n"
    )


def test_many_runs_are_a_distribution(bare: Shell) -> None:
    lines = planned(bare).told("simulate", "--runs", "30").splitlines()
    assert lines[0] == "tasks.toml: 30 runs (seeds 0 to 29); everything completed in all"
    assert [line.split()[0] for line in lines[1:5]] == ["min", "p50", "p90", "max"]
    answer = bare("simulate", "--runs", "30", "--fail", "10%", "--json")
    told = json.loads(answer.out)
    assert answer.status == 5
    assert told["unsuccessful"] == [run["seed"] for run in told["runs"] if not run["ok"]] != []
    assert told["makespan"]["min"] < told["makespan"]["p50"] <= told["makespan"]["p90"] <= told["makespan"]["max"]
    assert told["run"]["tasks"] == {"completed": 4}
    assert told["run"]["chain"][0]["id"] == "design"
    assert {agent["agent"] for agent in told["run"]["agents"]} == {"architect", "coder", "shell"}


def test_a_task_that_waits_for_approval_forever_blocks(bare: Shell) -> None:
    planned(bare, '[[tasks]]\nid = "release"\nrun = "true"\napproval = true\n')
    assert bare("simulate").status == 0
    slow = bare.document("simulate", "--approve-after", "10m")
    assert slow["makespan"]["max"] > 600
    answer = bare("simulate", "--approve-after", "never")
    assert answer.status == 5
    assert "pending  release  waits for approval: tt approve release" in answer.out


def test_a_task_that_names_nobody_goes_to_the_worker_or_the_backlog(bare: Shell) -> None:
    planned(bare, '[[tasks]]\nid = "chore"\ndescription = "Tidy up"\n')
    assert bare.document("simulate")["run"]["agents"][0]["agent"] == "worker"
    answer = bare("simulate", "--backlog")
    assert answer.status == 5
    assert "nobody is named for it; give it to someone: tt backlog claim chore AGENT" in answer.out


def test_a_plan_of_four_agents_gets_through_in_a_town_of_two(bare: Shell) -> None:
    assert planned(bare, CROWD).told("simulate", "--spread", "0", "--agents", "2") == CROWD_TOLD
    one = bare.document("simulate", "--spread", "0", "--agents", "1")
    assert (one["ok"], one["settings"]["max_agents"]) == (True, 1)
    assert [(link["id"], link["for"]) for link in one["run"]["chain"]] == [
        ("tb", "start of b"),
        ("tc", "max_agents was reached with tb"),
        ("ta", "max_agents was reached with tc"),
        ("td", "max_agents was reached with ta"),
    ]
    assert one["run"]["limits"][0]["kind"] == "max_agents"


def test_the_town_s_limits_count(tt: Shell) -> None:
    tt.told("config", "max_agents", "2")
    told = json.loads(planned(tt)("simulate", "--json").out)
    assert told["ok"]
    assert told["settings"]["max_agents"] == 2


def test_what_is_done_takes_no_time_unless_it_is_wanted_again(bare: Shell) -> None:
    planned(bare, PLAN.replace('id = "design"', 'id = "design"\nstatus = "completed"'))
    assert bare.document("simulate", "--spread", "0")["planned"] == {"path": ["ui", "test"], "seconds": 1800.0}
    assert bare.document("simulate", "--spread", "0", "--again")["planned"]["seconds"] == 2400.0


def test_an_invalid_file_says_what_is_wrong(bare: Shell) -> None:
    answer = planned(bare, '[[tasks]]\nid = "a"\nneeds = ["b"]\nrun = "x"\n')("simulate")
    assert (answer.status, answer.out) == (4, "")
    assert "TT007" in answer.err


def test_words_that_are_no_probability(bare: Shell) -> None:
    assert planned(bare).refused("simulate", "--crash", "often", status=2) == (
        '"often" is no probability. Write it like 5% or 0.05, from 0% to 100%.'
    )


def test_an_empty_plan_takes_no_time(bare: Shell) -> None:
    assert planned(bare, "").told("simulate") == "tasks.toml: 0 of 0 tasks completed in 0 s (seed 0)\n"


def test_a_terminal_gets_bold_headings_unless_no_color_is_set(bare: Shell) -> None:
    assert "\x1b[1mTimeline\x1b[0m" in planned(bare).on_terminal("simulate")
    assert "\x1b" not in bare.within(NO_COLOR="1").on_terminal("simulate")


@pytest.mark.parametrize("options", [(), ("--json",), ("--runs", "5", "--chaos", "10%", "--json")])
def test_one_seed_gives_one_output_anywhere(bare: Shell, options: tuple[str, ...]) -> None:
    planned(bare)
    told = set()
    for hashes, zone, names in [("0", "UTC", "C"), ("1", "Asia/Kathmandu", "C.UTF-8"), ("77", "America/Lima", "C")]:
        env = {**bare.env, "PYTHONHASHSEED": hashes, "TZ": zone, "LC_ALL": names, "PYTHONUTF8": "1"}
        code = "from tinytown.cli import main; raise SystemExit(main())"
        command = [sys.executable, "-c", code, "simulate", "--seed", "7", *options]
        done = subprocess.run(command, cwd=bare.folder, env=env, capture_output=True, check=False)
        assert done.returncode in (0, 5), done.stderr
        told.add(done.stdout)
    assert len(told) == 1
    assert b"7" in told.pop()
