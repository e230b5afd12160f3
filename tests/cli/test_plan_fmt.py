"""`tt plan fmt`: the canonical form, on the spot, as a check or as a diff."""

import stat
import subprocess

import pytest

from tests.cli.shell import Answer, Shell
from tests.forked import TT

AWRY = '[[tasks]]\nagent="x"   # who\nid = "a"\n'
FINE = '[[tasks]]\nid = "a"\nagent = "x"   # who\n'
DIFF = """\
--- tasks.toml
+++ tasks.toml (new)
@@ -1,3 +1,3 @@
 [[tasks]]
-agent="x"   # who
 id = "a"
+agent = "x"   # who
"""


def piped(shell: Shell, data: bytes, *words: str) -> Answer:
    done = subprocess.run(
        [TT, *words], cwd=shell.folder, env=shell.env, input=data, capture_output=True, check=False
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_plan_is_put_into_form_once(bare: Shell) -> None:
    path = bare.folder / "tasks.toml"
    path.write_text(AWRY)
    path.chmod(0o640)
    assert bare.told("plan", "fmt") == "tasks.toml: formatted\n"
    assert path.read_text() == FINE
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert bare.told("plan", "fmt") == "tasks.toml: nothing to change\n"
    assert [one.name for one in bare.folder.iterdir()] == ["tasks.toml"]


def test_a_check_and_a_diff_write_nothing(bare: Shell) -> None:
    path = bare.folder / "tasks.toml"
    path.write_text(AWRY)
    assert bare("plan", "fmt", "--check") == Answer(6, "tasks.toml: would change\n", "")
    assert bare("plan", "fmt", "--diff") == Answer(0, DIFF, "")
    assert bare("plan", "fmt", "--diff", "--check") == Answer(6, DIFF, "")
    assert path.read_text() == AWRY
    path.write_text(FINE)
    assert bare("plan", "fmt", "--check") == Answer(0, "tasks.toml: nothing to change\n", "")
    assert bare("plan", "fmt", "--diff", "--check") == Answer(0, "", "")


def test_a_missing_line_end_shows_in_the_diff(bare: Shell) -> None:
    (bare.folder / "tasks.toml").write_text("x = 1")
    assert bare.told("plan", "fmt", "--diff").splitlines()[3:] == ["-x = 1  (no line end)", "+x = 1"]


def test_standard_input_goes_to_standard_output(bare: Shell) -> None:
    assert piped(bare, AWRY.encode(), "plan", "fmt", "-") == Answer(0, FINE, "")
    crlf = AWRY.replace("\n", "\r\n").encode()
    assert piped(bare, crlf, "plan", "fmt", "-") == Answer(0, FINE.replace("\n", "\r\n"), "")
    assert piped(bare, AWRY.encode(), "plan", "fmt", "-", "--check") == Answer(6, "<stdin>: would change\n", "")


def test_a_plan_with_errors_in_its_sense_can_be_put_into_form(bare: Shell) -> None:
    path = bare.folder / "other.toml"
    path.write_text('[[tasks]]\nneeds=["gone"]\nid="a b"\n')
    assert bare.told("plan", "fmt", "other.toml") == "other.toml: formatted\n"
    assert path.read_text() == '[[tasks]]\nid = "a b"\nneeds = ["gone"]\n'


def test_bad_syntax_is_shown_and_left_alone(bare: Shell) -> None:
    path = bare.folder / "tasks.toml"
    path.write_text("[[tasks]]\nid = \n")
    answer = bare("plan", "fmt")
    assert (answer.status, answer.out) == (4, "")
    assert answer.err.startswith("tasks.toml:2:6: error[TT001]: invalid value\n")
    assert answer.err.endswith("tt: tasks.toml has 1 error. Correct it; `tt plan check` looks again.\n")
    assert path.read_text() == "[[tasks]]\nid = \n"


@pytest.mark.parametrize("words", [["fmt"], ["fmt", "gone.toml"]])
def test_a_missing_file_is_an_error(bare: Shell, words: list[str]) -> None:
    assert bare.refused("plan", *words).startswith("there is no ")


def test_what_comes_from_the_file_cannot_steer_the_terminal(bare: Shell) -> None:
    (bare.folder / "tasks.toml").write_bytes(b'x="\xc2\x9b31m"\r\n')
    lines = bare.told("plan", "fmt", "--diff").split("\n")
    assert lines[3:] == ['-x="\\x9b31m"\\r', '+x = "\\x9b31m"\\r', ""]
