"""What `--fix` corrects, byte by byte, and what it leaves to people."""

import pytest

from planner.edit.fix import corrected
from planner.read import read_plan

_TASKS = '[[tasks]]\nid = "b"\nrun = "x"\n[[tasks]]\nid = "c"\nrun = "x"\n[[tasks]]\nid = "a"\nrun = "x"\n'


def _fixed(text: str) -> str:
    return corrected(read_plan(text.encode())).data.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('needs = ["b", "b"]', 'needs = ["b"]'),
        ('needs = ["b","b","c","b"] # why', 'needs = ["b","c"] # why'),
        ('needs = ["a"]', "needs = []"),
        ('needs = ["a", "a",]', "needs = []"),
        ('needs = ["a", "b"]', 'needs = ["b"]'),
        ('needs = ["b", "a", "c"]', 'needs = ["b", "c"]'),
        ("needs = ['b', \"b\"]", "needs = ['b']"),
        ('needs = [\n  "b",\n  "b",\n  "c",\n]', 'needs = [\n  "b",\n  "c",\n]'),
        ('needs = [\n  "b", # first\n  "b", # again\n]', 'needs = [\n  "b", # first\n   # again\n]'),
        ('needs = [\r\n\t"b",\r\n\t"b"\r\n]', 'needs = [\r\n\t"b"\r\n]'),
        ('Needs = ["b"]', 'needs = ["b"]'),
        ('"NEEDS"=["b","b"]', 'needs=["b"]'),
        ('retry-delay = "5s"', 'retry_delay = "5s"'),
        ('Retry-Delay = "5s"', 'retry_delay = "5s"'),
        ('status = "Pending"', 'status = "pending"'),
        ("status = ' COMPLETED ' # so", "status = 'completed' # so"),
        ('Status = """Failed"""', 'status = "failed"'),
        ('priority = "HIGH"\nwhen = " all_done"', 'priority = "high"\nwhen = "all_done"'),
    ],
)
def test_what_is_corrected(before: str, after: str) -> None:
    assert _fixed(f"{_TASKS}{before}\n") == f"{_TASKS}{after}\n"


@pytest.mark.parametrize(
    "text",
    [
        'needs = ["bb"]',
        'need = ["b"]',
        'retrydelay = "5s"',
        'Needs = ["b"]\nneeds = ["c"]',
        'Needs = ["b"]\nNEEDS = ["c"]',
        'status = "done"',
        'status = "Done"',
        "status = 1",
        'when = "all-success"',
        'parent = "a"',
        'priority = "normal"',
        "X = { y = 1 }",
    ],
)
def test_what_is_left_to_people(text: str) -> None:
    text = f"{_TASKS}{text}\n"
    assert corrected(read_plan(text.encode())) == (text.encode(), ())


def test_other_tables_and_inline_tasks() -> None:
    text = '\ufeff[meta]\nOn-Failure = "STOP"\n[agents.Ada]\nCLI = "shell"\n[meta-data]\nx = 1\n'
    assert _fixed(text) == text.replace("On-Failure", "on_failure").replace("STOP", "stop").replace("CLI", "cli")
    text = 'tasks = [{ id = "a", run = "x" }, { id = "b", Run = "x", needs = ["b", "a", "a"], Status = "FAILED" }]'
    assert _fixed(text) == (
        'tasks = [{ id = "a", run = "x" }, { id = "b", run = "x", needs = ["a"], status = "failed" }]'
    )


def test_what_was_done_is_told_with_its_place() -> None:
    text = f'{_TASKS}Needs = ["b", "c", "b"]\nstatus = "Failed"\n'
    assert [one.told for one in corrected(read_plan(text.encode())).done] == [
        'tasks.toml:10:1 TT002 task "a" has the unknown key "Needs": now "needs"',
        'tasks.toml:11:10 TT010 task "a" has the unknown status "Failed": now "failed"',
        'tasks.toml:10:20 TT016 task "a" needs "b" twice: taken out',
    ]


def test_broken_toml_is_left_alone() -> None:
    text = b'[[tasks]]\nid = "a"\nrun = "x"\nStatus = "PENDING"\nx = [\n'
    assert corrected(read_plan(text)) == (text, ())
