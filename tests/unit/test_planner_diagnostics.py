"""Every finding as people see it: input text, exact rendered text."""

import pytest

from planner.diagnostics.codes import CODES
from planner.read import read_plan

CASES = {
    "unknown parent": (
        """\
[[tasks]]
id = "build"
description = "d"

[[tasks]]
id = "test"
description = "d"
parent = "biuld"
""",
        """\
tasks.toml:8:10: error[TT007]: task "test" has unknown parent "biuld"
  |
8 | parent = "biuld"
  |          ^^^^^^^ no task has this id
  = help: did you mean "build" (tasks.toml:2)?""",
    ),
    "two-digit line": (
        "\n" * 9 + '[[tasks]]\nid = "x"\ndescription = "d"\nneeds = ["zzz"]\n',
        """\
tasks.toml:13:10: error[TT007]: task "x" has unknown need "zzz"
   |
13 | needs = ["zzz"]
   |          ^^^^^ no task has this id
   = help: write the id of a task in this file""",
    ),
    "syntax": (
        "[meta\n",
        """\
tasks.toml:1:6: error[TT001]: expected ']' at the end of a table declaration
  |
1 | [meta
  |      ^""",
    ),
    "unknown key": (
        '[[tasks]]\nid = "a"\ndescrip = "d"\nrun = "true"\n',
        """\
tasks.toml:3:1: error[TT002]: task "a" has the unknown key "descrip"
  |
3 | descrip = "d"
  | ^^^^^^^ nobody knows this key
  = help: did you mean "description"?""",
    ),
    "unknown table": (
        "[zzz]\n",
        """\
tasks.toml:1:1: error[TT002]: the file has the unknown key "zzz"
  |
1 | [zzz]
  | ^^^^^ nobody knows this key
  = help: there are: agents, meta, pools, tasks""",
    ),
    "wrong type": (
        '[[tasks]]\nid = "a"\ndescription = "d"\ntags = "x"\n',
        """\
tasks.toml:4:8: error[TT003]: task "a": tags must be a list, such as ["a", "b"], not text
  |
4 | tags = "x"
  |        ^^^ this is text
  = help: write a list, such as ["a", "b"]""",
    ),
    "tasks as a table": (
        '[tasks]\nid = "a"\n',
        """\
tasks.toml:1:1: error[TT003]: the file: tasks must be a list of [[tasks]] tables, not a table
  |
1 | [tasks]
  | ^^^^^^^ this is a table
  = help: write a list of [[tasks]] tables""",
    ),
    "missing id": (
        '[[tasks]]\ndescription = "d"\n',
        """\
tasks.toml:1:1: error[TT004]: task number 1 has no id
  |
1 | [[tasks]]
  | ^^^^^^^^^ no id
  = help: give it one, such as id = "build\"""",
    ),
    "missing description": (
        '[[tasks]]\nid = "a"\n',
        """\
tasks.toml:1:1: error[TT004]: task "a" has no description
  |
1 | [[tasks]]
  | ^^^^^^^^^ no description
  = help: say what is to be done: description = "…\"""",
    ),
    "blank command": (
        '[[tasks]]\nid = "a"\nrun = "  "\n',
        """\
tasks.toml:3:7: error[TT004]: task "a" has an empty run
  |
3 | run = "  "
  |       ^^^^
  = help: write one, or take run out""",
    ),
    "duplicate id": (
        '[[tasks]]\nid = "a"\nrun = "x"\n[[tasks]]\nid = "a"\nrun = "x"\n',
        """\
tasks.toml:5:6: error[TT005]: two tasks have the id "a"
  |
5 | id = "a"
  |      ^^^ again
  = note: tasks.toml:2:6: the first one is here
  = help: give one of them another id""",
    ),
    "bad id": (
        '[[tasks]]\nid = "a b"\nrun = "x"\n',
        """\
tasks.toml:2:6: error[TT006]: a task cannot have the id "a b"
  |
2 | id = "a b"
  |      ^^^^^ bad characters
  = help: use letters, digits, `.`, `_` and `-`, and begin with a letter or digit""",
    ),
    "circle of needs": (
        (
            '[[tasks]]\nid = "a"\nrun = "x"\nneeds = ["b"]\n[[tasks]]\nid = "b"\nrun = "x"\nneeds = ["c"]\n'
            '[[tasks]]\nid = "c"\nrun = "x"\nparent = "a"\n'
        ),
        """\
tasks.toml:4:10: error[TT008]: tasks wait for each other in a circle: \
"a" needs "b", "b" needs "c", "c" is a child of "a"
  |
4 | needs = ["b"]
  |          ^^^ the circle closes here
  = note: tasks.toml:8:10: "b" needs "c"
  = note: tasks.toml:12:10: "c" is a child of "a"
  = help: take out one tie of a → b → c → a""",
    ),
    "member needs its own group": (
        (
            '[[tasks]]\nid = "epic"\ndescription = "x"\n'
            '[[tasks]]\nid = "m"\ndescription = "x"\nparent = "epic"\nneeds = ["epic"]\n'
        ),
        """\
tasks.toml:7:10: error[TT008]: tasks wait for each other in a circle: \
the group "epic" ends after its member "m", "m" needs "epic"
  |
7 | parent = "epic"
  |          ^^^^^^ the circle closes here
  = note: tasks.toml:8:10: "m" needs "epic"
  = help: take out one tie of epic → m → epic""",
    ),
    "own parent": (
        '[[tasks]]\nid = "a"\nrun = "x"\nparent = "a"\n',
        """\
tasks.toml:4:10: error[TT009]: task "a" is its own parent
  |
4 | parent = "a"
  |          ^^^ this is the task itself
  = help: take it out""",
    ),
    "bad status": (
        '[[tasks]]\nid = "a"\nrun = "x"\nstatus = "done"\n',
        """\
tasks.toml:4:10: error[TT010]: task "a" has the unknown status "done"
  |
4 | status = "done"
  |          ^^^^^^ no such status
  = help: write one of pending, assigned, running, completed, failed, cancelled""",
    ),
    "bad duration": (
        '[[tasks]]\nid = "a"\nrun = "x"\ntimeout = "20"\n',
        """\
tasks.toml:4:11: error[TT011]: task "a" has the timeout "20"
  |
4 | timeout = "20"
  |           ^^^^ not a duration
  = help: write a duration above zero like 30s, 20m or 1h30m""",
    ),
    "too few replicas": (
        "[agents.a]\nreplicas = 0\n",
        """\
tasks.toml:2:12: error[TT011]: agent "a" has replicas 0
  |
2 | replicas = 0
  |            ^ too small
  = help: write 1 or more""",
    ),
    "bad priority": (
        '[[tasks]]\nid = "a"\nrun = "x"\npriority = "hgh"\n',
        """\
tasks.toml:4:12: error[TT011]: task "a" has the unknown priority "hgh"
  |
4 | priority = "hgh"
  |            ^^^^^ no such priority
  = help: did you mean "high"?""",
    ),
    "unknown agent": (
        '[agents.coder]\n[[tasks]]\nid = "a"\ndescription = "x"\nagent = "codr"\n',
        """\
tasks.toml:5:9: warning[TT012]: task "a" names the agent "codr", who is not in [agents]
  |
5 | agent = "codr"
  |         ^^^^^^ not in the team
  = help: did you mean "coder"?""",
    ),
    "same need twice": (
        '[[tasks]]\nid = "b"\nrun = "x"\n[[tasks]]\nid = "a"\nrun = "x"\nneeds = [ "b", "b" ]\n',
        """\
tasks.toml:7:16: error[TT016]: task "a" needs "b" twice
  |
7 | needs = [ "b", "b" ]
  |                ^^^ again
  = note: tasks.toml:7:11: it is here already
  = help: take one out""",
    ),
    "agent and role": (
        '[[tasks]]\nid = "a"\ndescription = "x"\nagent = "b"\nrole = "c"\n',
        """\
tasks.toml:5:8: error[TT019]: task "a" has an agent and a role
  |
5 | role = "c"
  |        ^^^ one too many
  = help: agent means that one, role means any agent of that role: keep one of them""",
    ),
    "tabs and wide characters": (
        'tasks = [\t{ id = "世界", description = "x" } ]\n',
        """\
tasks.toml:1:18: error[TT006]: a task cannot have the id "世界"
  |
1 | tasks = [    { id = "世界", description = "x" } ]
  |                     ^^^^^^ bad characters
  = help: use letters, digits, `.`, `_` and `-`, and begin with a letter or digit""",
    ),
    "controls in what is quoted": (
        '[[tasks]]\nid = "a\\u001b[31m\\u202e"\nrun = "x"\n',
        """\
tasks.toml:2:6: error[TT006]: a task cannot have the id "a\\x1b[31m\\u202e"
  |
2 | id = "a\\u001b[31m\\u202e"
  |      ^^^^^^^^^^^^^^^^^^^ bad characters
  = help: use letters, digits, `.`, `_` and `-`, and begin with a letter or digit""",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_finding_reads_exactly_so(name: str) -> None:
    text, expected = CASES[name]
    assert read_plan(text.encode()).text == expected


def test_every_code_is_shown_above() -> None:
    shown = {code for code in CODES for _, expected in CASES.values() if f"[{code}]" in expected}
    assert shown == set(CODES)
