"""Findings: all of them, by place, as data."""

import json

import pytest

from planner.read import read_plan


def test_all_findings_come_at_once_by_place() -> None:
    text = (
        '[meta]\nx = 1\n[[tasks]]\nid = "a"\nneeds = ["b", 5, "b", "a"]\nstatus = "x"\ntimeout = 5\n'
        '[[tasks]]\nid = "a"\nparent = "zz"\nzzz = "1s"\npriority = 7\n'
    )
    found = [(f.code, f.line, f.column) for f in read_plan(text.encode()).findings]
    assert found == [
        ("TT002", 2, 1),
        ("TT004", 3, 1),
        ("TT007", 5, 10),
        ("TT003", 5, 15),
        ("TT016", 5, 18),
        ("TT009", 5, 23),
        ("TT010", 6, 10),
        ("TT003", 7, 11),
        ("TT004", 8, 1),
        ("TT005", 9, 6),
        ("TT007", 10, 10),
        ("TT002", 11, 1),
        ("TT003", 12, 12),
    ]


def test_a_finding_as_json() -> None:
    text = b'[[tasks]]\nid = "a"\nrun = "x"\n[[tasks]]\nid = "a"\nrun = "x"\n'
    (found,) = read_plan(text).findings
    assert json.loads(json.dumps(found.as_dict())) == {
        "code": "TT005",
        "severity": "error",
        "file": "tasks.toml",
        "line": 5,
        "column": 6,
        "end_line": 5,
        "end_column": 9,
        "message": 'two tasks have the id "a"',
        "help": "give one of them another id",
        "related": [{"file": "tasks.toml", "line": 2, "column": 6, "message": "the first one is here"}],
    }


def test_a_long_line_is_cut_around_the_place() -> None:
    tasks = ", ".join(f'{{ id = "t{n}", run = "x" }}' for n in range(200))
    reading = read_plan(f'tasks = [{tasks}, {{ id = "t7", run = "x" }}]\n'.encode())
    line, carets = reading.text.splitlines()[2:4]
    assert len(line) < 140
    assert line[carets.index("^") :].startswith('"t7"')
    assert line.startswith("1 | …")


def test_a_place_over_several_lines_is_marked_to_the_end_of_the_first() -> None:
    reading = read_plan(b'[[tasks]]\nid = "a"\nrun = """\n\n"""\n')
    assert reading.text.splitlines()[2:4] == ['3 | run = """', "  |       ^^^ "[:-1]]


def test_nul_in_a_command_is_refused() -> None:
    (found,) = read_plan(b'[[tasks]]\nid = "a"\nrun = "a\\u0000b"\n').findings
    assert found.code == "TT006"


@pytest.mark.parametrize(
    ("text", "code", "message", "remedy"),
    [
        ("cli = 1", "TT002", 'task "a" has the unknown key "cli"', '"cli" belongs into [agents.NAME]'),
        ("priority = 2020-01-01", "TT003", 'task "a": priority must be text in quotes, not a date or time', ""),
        ("priority = 3", "TT003", "must be text in quotes, not a number", "write one of low, normal, high, urgent"),
        ('priority = ["high"]', "TT003", "must be text in quotes, not a list", 'write priority = "high"'),
        ('tags = [["x"]]', "TT003", "tags has an element that must be text", 'write "x"'),
        ("needs = true", "TT003", "needs must be a list, such as", ""),
        ('agent = "a:b"', "TT006", "'a:b' cannot be the name of an agent", "no `:`"),
        ('role = ".."', "TT006", "'..' cannot be the name of a role", ""),
        ('agent = "conductor"', "TT006", "conductor's mailbox", "another name"),
        ('timeout = "0s"', "TT011", 'task "a" has the timeout "0s"', "above zero"),
        ('[meta]\ndefault_agent = "x/y"', "TT006", "'x/y' cannot be", ""),
        ('[agents.ok]\n[meta]\ndefault_agent = "okk"', "TT012", '[meta] names the agent "okk"', 'mean "ok"'),
        ('[agents."a:b"]', "TT006", "'a:b' cannot be the name of an agent", ""),
        ('[agents.a]\nrole = "*"', "TT006", "'*' cannot be the name of a role", ""),
        ("[agents]\na = 1", "TT003", 'agent "a": it must be a table, not a number', ""),
        ('[meta]\npriority = "x"', "TT002", '[meta] has the unknown key "priority"', "default_agent, description"),
    ],
)
def test_what_else_can_be_wrong(text: str, code: str, message: str, remedy: str) -> None:
    (found,) = read_plan(f'[[tasks]]\nid = "a"\ndescription = "d"\n{text}\n'.encode()).findings
    assert found.code == code
    assert message in found.message
    assert remedy in found.help


@pytest.mark.parametrize("text", ["tasks = 1", "tasks = [1]", "meta = 1", "agents = 1", "tasks = [[]]"])
def test_tables_that_are_none_are_told(text: str) -> None:
    assert [found.code for found in read_plan(text.encode()).findings] == ["TT003"]


def test_suggestions_come_to_an_end() -> None:
    tasks = "".join(f'[[tasks]]\nid = "t{n}"\nrun = "x"\nparent = "tt{(n + 1) % 60}"\n' for n in range(60))
    found = read_plan(tasks.encode()).findings
    assert len(found) == 60
    assert sum("did you mean" in one.help for one in found) == 50
