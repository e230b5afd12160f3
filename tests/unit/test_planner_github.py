"""Findings as workflow commands of GitHub Actions."""

from planner.diagnostics.codes import Severity
from planner.diagnostics.finding import Finding
from planner.diagnostics.github import annotations
from planner.read import read_plan


def test_errors_and_warnings() -> None:
    text = '[agents.ada]\n[[tasks]]\nid = "a"\nrun = "x"\nagent = "adda"\nneeds = ["zzz"]\n'
    assert annotations(read_plan(text.encode(), "plans/tasks.toml").findings).splitlines() == [
        (
            "::warning file=plans/tasks.toml,line=5,col=9,endLine=5,endColumn=15,title=TT012::"
            'task "a" names the agent "adda", who is not in [agents]%0Ahelp: did you mean "ada"?'
        ),
        (
            "::error file=plans/tasks.toml,line=6,col=10,endLine=6,endColumn=15,title=TT007::"
            'task "a" has unknown need "zzz"%0Ahelp: write the id of a task in this file'
        ),
    ]


def test_nothing_found_is_nothing_said() -> None:
    assert annotations(()) == ""


def _finding(file: str, message: str, end_line: int = 1) -> Finding:
    return Finding("TT003", Severity.ERROR, file, 1, 2, end_line, 3, message)


def test_what_steers_the_runner_is_escaped() -> None:
    found = _finding("a,b:100%/x\ny.toml", "50%, a: b\r\n::stop-commands::x")
    assert annotations([found]) == (
        "::error file=a%2Cb%3A100%25/x%0Ay.toml,line=1,col=2,endLine=1,endColumn=3,title=TT003::"
        "50%25, a: b\\r\\n::stop-commands::x"
    )


def test_a_place_over_several_lines_has_no_columns() -> None:
    assert (
        annotations([_finding("t.toml", "m", end_line=4)]) == "::error file=t.toml,line=1,endLine=4,title=TT003::m"
    )
