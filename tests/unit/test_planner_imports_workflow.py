"""Workflows: conditions, matrices, and scripts that do the same under /bin/sh."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from planner.imports.found import Found
from planner.imports.matrix import combinations
from planner.imports.read import Kind, read_source
from planner.imports.script import command
from planner.imports.yaml_tree import tree
from planner.source import Source


def workflow(text: str) -> Found:
    return read_source(Source("w.yml", text.encode()), Kind.WORKFLOW)


def said(found: Found) -> list[dict[str, Any]]:
    return [draft.said() for draft in found.drafts]


def told(found: Found) -> list[str]:
    return [f"{loss.where.removeprefix('w.yml:')} {loss.what}: {loss.why}" for loss in found.losses]


UNASKED = "a plan cannot ask that; it waits for your approval instead"


@pytest.mark.parametrize(
    ("condition", "expected", "losses"),
    [
        ("success()", {}, []),
        ("${{ always() }}", {"when": "all_done"}, []),
        ("'!cancelled()'", {"when": "all_done"}, []),
        ("success() || failure()", {"when": "all_done"}, []),
        ("failure()", {"when": "one_failed"}, []),
        ("github.actor == 'me'", {"approval": True}, [f"3 job b, if: github.actor == 'me': {UNASKED}"]),
    ],
)
def test_the_condition_of_a_job(condition: str, expected: Mapping[str, Any], losses: list[str]) -> None:
    text = f"jobs:\n  a: {{steps: [{{run: x}}]}}\n  b: {{needs: a, if: {condition}, steps: [{{run: y}}]}}\n"
    text = text.replace(f"if: {condition}", f'if: "{condition}"') if condition.startswith("$") else text
    found = workflow(text)
    assert said(found)[1] == {"id": "b", "description": "b", "needs": ["a"], "run": "y", **expected}
    assert told(found) == losses


def test_a_job_that_is_switched_off_is_left_out() -> None:
    found = workflow("jobs:\n  a: {steps: [{run: x}]}\n  b: {if: false, steps: [{run: y}]}\n")
    assert [draft.id for draft in found.drafts] == ["a"]
    assert told(found) == ["3 job b: it is switched off"]


def test_steps_wait_for_each_other_as_their_conditions_say() -> None:
    found = workflow(
        "jobs:\n  a:\n    steps:\n"
        "      - {if: failure(), run: early}\n"
        "      - {id: one, run: x}\n"
        "      - {id: two, if: failure(), run: x}\n"
        "      - {id: three, run: x}\n"
        "      - {id: four, if: failure(), run: x}\n"
        "      - {id: five, if: always(), run: x}\n"
        "      - {id: six, run: x}\n"
    )
    ties = {draft.id: (draft.needs, draft.when) for draft in found.drafts}
    assert ties == {
        "a": ((), None),
        "a.one": ((), None),
        "a.two": (("a.one",), "one_failed"),
        "a.three": (("a.one",), None),
        "a.four": (("a.three",), "one_failed"),
        "a.five": (("a.three", "a.two", "a.four"), "all_done"),
        "a.six": (("a.five",), None),
    }
    assert told(found) == ["4 early: it runs only after a failure, and no command stands before it"]


def test_a_job_without_commands_hands_on_what_it_needed() -> None:
    found = workflow(
        "jobs:\n  a: {steps: [{run: x}]}\n  b: {needs: [a, c], uses: w}\n  c: {needs: b, uses: w}\n"
        "  d: {needs: [c], steps: [{run: y}]}\n"
    )
    assert [(draft.id, draft.needs) for draft in found.drafts] == [("a", ()), ("d", ("a",))]


def test_a_job_of_which_nothing_can_run_is_told_and_hands_on_what_it_needed() -> None:
    found = workflow(
        "jobs:\n  a: {steps: [{run: x}]}\n"
        "  b: {needs: a, if: failure(), steps: [{run: x, shell: python}, {run: y, shell: pwsh}]}\n"
        "  c: {needs: b, if: always(), steps: [{run: z}]}\n"
        "  d: {steps: [{run: x, if: false}]}\n"
        "  e: {needs: d, if: always(), strategy: {matrix: {v: [1, 2]}}, steps: [{run: z}]}\n"
    )
    ties = [(draft.id, draft.needs, draft.when) for draft in found.drafts]
    assert ties == [
        *(("a", (), None), ("c", ("a",), "all_done")),
        *(("e", (), None), ("e.1", (), None), ("e.2", (), None)),
    ]
    lost = "none of its commands can run here; what needs it needs what it needed"
    assert [text for text in told(found) if text.endswith(lost)] == [f"3 job b: {lost}", f"5 job d: {lost}"]


def test_a_job_that_waits_for_approval_begins_with_it() -> None:
    found = workflow("jobs:\n  a:\n    environment: live\n    steps: [{run: x}, {run: y}]\n")
    assert [(draft.id, draft.approval) for draft in found.drafts] == [("a", False), ("a.x", True), ("a.y", False)]


@pytest.mark.parametrize(
    ("minutes", "timeout", "losses"),
    [("15", "15m", 0), ("0.5", "30s", 0), ("0", None, 0), ("nan", None, 1), ("${{ x }}", None, 1), ("", None, 0)],
)
def test_timeouts(minutes: str, timeout: str | None, losses: int) -> None:
    found = workflow(f'jobs:\n  a: {{steps: [{{run: x, timeout-minutes: "{minutes}"}}]}}\n')
    assert found.drafts[0].timeout == timeout
    assert len(found.losses) == losses


MATRICES: list[tuple[str, list[dict[str, str]] | None]] = [
    ("{a: [1, 2], b: x}", [{"a": "1", "b": "x"}, {"a": "2", "b": "x"}]),
    ("{a: [1, 2, 3], exclude: [{a: 2}]}", [{"a": "1"}, {"a": "3"}]),
    ("{a: [1, 2], include: [{a: 2, c: y}]}", [{"a": "1"}, {"a": "2", "c": "y"}]),
    ("{a: [1, 2], include: [{c: y}]}", [{"a": "1", "c": "y"}, {"a": "2", "c": "y"}]),
    ("{a: [1], include: [{a: 9, c: y}]}", [{"a": "1"}, {"a": "9", "c": "y"}]),
    ("{include: [{a: 1}, {a: 2}]}", [{"a": "1"}, {"a": "2"}]),
    ("{a: [1, 2, 3, 4, 5], b: [1, 2, 3, 4, 5]}", None),
    ("{a: ['${{ x }}']}", None),
    ("{a: '${{ fromJSON(x) }}'}", None),
    ("{a: [1], include: '${{ x }}'}", None),
    ("{a: [{b: 1}]}", None),
    ("{a: []}", None),
    ("{a: [1], exclude: [{a: 1}]}", None),
    ("'${{ fromJSON(x) }}'", None),
]


@pytest.mark.parametrize(("matrix", "expected"), MATRICES)
def test_the_combinations_of_a_matrix(matrix: str, expected: list[dict[str, str]] | None) -> None:
    assert combinations(tree(Source("m", f"m: {matrix}\n".encode())).at("m")) == expected


def test_a_huge_matrix_is_not_even_counted_out() -> None:
    axes = ", ".join(f"a{n}: [1, 2, 3, 4, 5, 6, 7, 8, 9]" for n in range(30))
    assert combinations(tree(Source("m", f"{{{axes}}}".encode()))) is None


@pytest.mark.parametrize(
    ("run", "shell", "folder", "variables", "expected"),
    [
        ("npm ci\n", "", "", {}, "npm ci"),
        ("npm ci", "", "my web", {}, "cd 'my web' && npm ci"),
        ("a || b", "", "web", {}, "set -e\ncd web\na || b"),
        ("a\nb\n", "sh", ".", {}, "set -e\na\nb"),
        ("a", "", "", {"X": "it's"}, "export X='it'\"'\"'s' && a"),
        ("a", "", "w", {"X": "1"}, "set -e\ncd w\nexport X=1\na"),
        ("a | b", "", "", {}, "a | b"),
        ("a | b", "bash", "", {}, "bash -eo pipefail -c 'a | b'"),
        ("a || b", "bash", "", {}, "a || b"),
        ("[[ -f x ]]", "", "", {}, "bash -e -c '[[ -f x ]]'"),
        ("a\n[[ x ]]", "", "", {}, "bash -e /dev/fd/3 3<<'SCRIPT'\na\n[[ x ]]\nSCRIPT"),
        ("SCRIPT\n[[ x ]]", "bash {0}", "", {}, "bash -e /dev/fd/3 3<<'SCRIPT_'\nSCRIPT\n[[ x ]]\nSCRIPT_"),
        ("a", "pwsh", "", {}, None),
        ("a", "python {0}", "", {}, None),
    ],
)
def test_a_script_as_a_command(
    run: str, shell: str, folder: str, variables: Mapping[str, str], expected: str | None
) -> None:
    assert command(run, shell, folder, variables) == expected


@pytest.mark.parametrize(
    ("run", "shell", "status", "output"),
    [
        ("echo one\nfalse\necho two", "", 1, "one\n"),
        ("false | true", "", 0, ""),
        ("false | true", "bash", 1, ""),
        ("false | true\necho on", "bash", 1, ""),
        ('if [[ "$X" == a* ]]; then\n  echo "$X"\nfi\ncat', "", 0, "a'b\nstdin\n"),
        ("echo $PWD\ntest -f here", "", 0, None),
        ("names=(a b)\necho ${names[1]}", "bash", 0, "b\n"),
        ("cat <<'SCRIPT'\n$X\nSCRIPT\n[[ 1 ]]", "bash", 0, "$X\n"),
    ],
)
def test_a_command_does_what_its_script_does(
    tmp_path: Path, run: str, shell: str, status: int, output: str | None
) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "here").touch()
    line = command(run, shell, "web", {"X": "a'b"})
    assert line is not None
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        input="stdin\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (status, "")
    assert done.stdout == (f"{tmp_path / 'web'}\n" if output is None else output)
