"""`tt plan check`: every form of its answer, its exit status, and `--fix`."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.shell import Answer, Shell
from tests.forked import TT

_GOOD = '[[tasks]]\nid = "build"\ndescription = "Build"\n'
_BAD = f'{_GOOD}\n[[tasks]]\nid = "test"\ndescription = "Test"\nparent = "biuld"\nNeeds = ["build", "build"]\n'
_WARNED = f'[agents.ada]\n{_GOOD}agent = "adda"\n'

_BAD_TEXT = """\
{name}:8:10: error[TT007]: task "test" has unknown parent "biuld"
  |
8 | parent = "biuld"
  |          ^^^^^^^ no task has this id
  = help: did you mean "build" ({name}:2)?

{name}:9:1: error[TT002]: task "test" has the unknown key "Needs"
  |
9 | Needs = ["build", "build"]
  | ^^^^^ nobody knows this key
  = help: did you mean "needs"?

"""
_WARNED_TEXT = """\
tasks.toml:5:9: warning[TT012]: task "build" names the agent "adda", who is not in [agents]
  |
5 | agent = "adda"
  |         ^^^^^^ not in the team
  = help: did you mean "ada"?

1 warning (more about TT012: tt explain TT012)
"""


def _write(shell: Shell, text: str, name: str = "tasks.toml") -> Path:
    path = shell.folder / name
    path.write_bytes(text.encode())
    return path


def _piped(shell: Shell, text: str, *words: str) -> Answer:
    done = subprocess.run(
        [TT, "plan", "check", "-", *words],
        cwd=shell.folder,
        env=shell.env,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def test_a_good_plan(bare: Shell) -> None:
    _write(bare, _GOOD)
    assert bare.told("plan", "check") == "tasks.toml: no findings\n"
    assert bare.told("plan", "check", "tasks.toml", "--strict") == "tasks.toml: no findings\n"
    assert bare.told("plan", "check", "--json") == "[]\n"
    assert bare.told("plan", "check", "--format", "github") == ""


def test_errors_as_text(bare: Shell) -> None:
    _write(bare, _BAD)
    said = _BAD_TEXT.format(name="tasks.toml")
    counts = (
        "1 of these can be corrected safely: tt plan check --fix\n2 errors (more about TT007: tt explain TT007)\n"
    )
    assert bare("plan", "check") == Answer(4, said + counts, "")


def test_warnings_fail_only_if_strict(bare: Shell) -> None:
    _write(bare, _WARNED)
    assert bare("plan", "check") == Answer(0, _WARNED_TEXT, "")
    assert bare("plan", "check", "--strict") == Answer(4, _WARNED_TEXT, "")


@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_the_exit_status_is_that_of_the_text(bare: Shell, form: str) -> None:
    for text, strict, plain in ((_BAD, 4, 4), (_WARNED, 4, 0), (_GOOD, 0, 0)):
        _write(bare, text)
        assert bare("plan", "check", "--format", form).status == plain
        assert bare("plan", "check", "--format", form, "--strict").status == strict


def test_a_terminal_gets_colours(bare: Shell) -> None:
    _write(bare, _WARNED)
    seen = bare.on_terminal("plan", "check").splitlines()
    assert seen[:5] == [
        (
            "\x1b[1mtasks.toml:5:9\x1b[0m: \x1b[33m\x1b[1mwarning[TT012]\x1b[0m: "
            '\x1b[1mtask "build" names the agent "adda", who is not in [agents]\x1b[0m'
        ),
        "\x1b[34m\x1b[1m  |\x1b[0m",
        '\x1b[34m\x1b[1m5 |\x1b[0m agent = "adda"',
        "\x1b[34m\x1b[1m  |\x1b[0m         \x1b[33m\x1b[1m^^^^^^ not in the team\x1b[0m",
        '\x1b[34m\x1b[1m  =\x1b[0m \x1b[36m\x1b[1mhelp:\x1b[0m did you mean "ada"?',
    ]


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_who_wants_no_colours_gets_none(bare: Shell, name: str, value: str) -> None:
    _write(bare, _WARNED)
    assert bare.within(**{name: value}).on_terminal("plan", "check") == _WARNED_TEXT


def test_other_commands_show_findings_in_colours_too(bare: Shell) -> None:
    _write(bare, _WARNED)
    assert "\x1b[33m\x1b[1mwarning[TT012]\x1b[0m" in bare.on_terminal("plan")
    assert "warning[TT012]: task" in bare("plan").err


def test_a_hostile_file_cannot_steer_the_terminal(bare: Shell) -> None:
    _write(bare, '[[tasks]]\nid = "a"\nrun = "x"\nparent = "\\u001b[31m\u202e"\n')
    seen = bare("plan", "check").out
    assert 'has unknown parent "\\x1b[31m\\u202e"' in seen
    assert not {"\x1b", "\u202e"} & set(seen)


def test_standard_input(bare: Shell) -> None:
    answer = _piped(bare, _BAD)
    assert answer.status == 4
    assert answer.out.startswith(_BAD_TEXT.format(name="<stdin>"))
    assert _piped(bare, _GOOD) == Answer(0, "<stdin>: no findings\n", "")
    (first, _) = json.loads(_piped(bare, _BAD, "--json").out)
    assert first["file"] == "<stdin>"


def test_json(bare: Shell) -> None:
    _write(bare, _BAD)
    answer = bare("plan", "check", "--json")
    assert (answer.status, answer.err) == (4, "")
    assert answer == bare("plan", "check", "--format", "json")
    found = json.loads(answer.out)
    assert found[0] == {
        "code": "TT007",
        "severity": "error",
        "file": "tasks.toml",
        "line": 8,
        "column": 10,
        "end_line": 8,
        "end_column": 17,
        "message": 'task "test" has unknown parent "biuld"',
        "help": 'did you mean "build" (tasks.toml:2)?',
        "related": [],
    }
    assert [one["code"] for one in found] == ["TT007", "TT002"]


def test_github(bare: Shell) -> None:
    plans = bare.folder / "plans, all"
    plans.mkdir()
    _write(bare, _BAD, "plans, all/tasks.toml")
    said = (
        "::error file=plans%2C all/tasks.toml,line=8,col=10,endLine=8,endColumn=17,title=TT007::"
        'task "test" has unknown parent "biuld"%0Ahelp: did you mean "build" (plans, all/tasks.toml:2)?\n'
        "::error file=plans%2C all/tasks.toml,line=9,col=1,endLine=9,endColumn=6,title=TT002::"
        'task "test" has the unknown key "Needs"%0Ahelp: did you mean "needs"?\n'
    )
    for name in (plans / "tasks.toml", "plans, all/tasks.toml", "./plans, all/../plans, all/tasks.toml"):
        assert bare("plan", "check", name, "--format", "github") == Answer(4, said, "")


def test_sarif(bare: Shell) -> None:
    path = _write(bare, _BAD)
    answer = bare("plan", "check", "--format", "sarif")
    assert (answer.status, answer.err) == (4, "")
    log = json.loads(answer.out)
    (run,) = log["runs"]
    assert (log["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "tasks.toml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 8, "startColumn": 10, "endLine": 8, "endColumn": 17}
    assert ["fixes" in result for result in run["results"]] == [False, True]
    (bare.folder / "deep").mkdir()
    above = json.loads(bare.within("deep")("plan", "check", "../tasks.toml", "--format", "sarif").out)
    artifact = above["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": path.as_uri()}


def test_of_very_many_findings_the_first_are_shown(bare: Shell) -> None:
    tasks = "".join(
        f'[[tasks]]\nid = "t{n}"\nrun = "x"\nagent = "bob"\nparent = "no-such-{n}"\n' for n in range(600)
    )
    _write(bare, f"[agents.ada]\n{tasks}")
    answer = bare("plan", "check")
    lines = answer.out.splitlines()
    assert answer.status == 4
    assert sum("error[TT007]" in line for line in lines) == 100
    assert not any("warning[TT012]" in line for line in lines)
    assert lines[-3:] == [
        "… and 1 100 more (tt plan check --format json has all)",
        "",
        "600 errors, 600 warnings (more about TT007: tt explain TT007)",
    ]
    assert len(json.loads(bare("plan", "check", "--json").out)) == 1200


def test_fix(bare: Shell) -> None:
    text = _BAD.replace('parent = "biuld"\n', "")
    path = _write(bare, text)
    path.chmod(0o640)
    assert bare("plan", "check", "--fix") == Answer(
        0,
        'fixed tasks.toml:8:1 TT002 task "test" has the unknown key "Needs": now "needs"\n'
        'fixed tasks.toml:8:19 TT016 task "test" needs "build" twice: taken out\n'
        "tasks.toml: no findings\n",
        "",
    )
    assert path.read_text() == text.replace('Needs = ["build", "build"]', 'needs = ["build"]')
    assert path.stat().st_mode & 0o777 == 0o640
    kept = path.stat().st_mtime_ns
    assert bare.told("plan", "check", "--fix") == "tasks.toml: no findings\n"
    assert path.stat().st_mtime_ns == kept


def test_fix_tells_what_is_left(bare: Shell) -> None:
    path = _write(bare, _BAD)
    answer = bare("plan", "check", "--fix")
    assert answer.status == 4
    assert answer.out.splitlines()[-1] == "1 error (more about TT007: tt explain TT007)"
    assert 'needs = ["build"]\n' in path.read_text()


def test_fix_beside_other_forms_tells_on_standard_error(bare: Shell) -> None:
    _write(bare, f'{_GOOD}status = "Pending"\n')
    assert bare("plan", "check", "--fix", "--json") == Answer(
        0,
        "[]\n",
        'fixed tasks.toml:4:10 TT010 task "build" has the unknown status "Pending": now "pending"\n',
    )


def test_fix_needs_a_file(bare: Shell) -> None:
    assert _piped(bare, _BAD, "--fix") == Answer(2, "", "tt: --fix cannot change standard input. Give it a file.\n")
    missing = bare.refused("plan", "check", "--fix")
    assert missing == "there is no tasks.toml. Write a first one: tt plan --init"


def test_what_cannot_be_read(bare: Shell) -> None:
    assert bare.refused("plan", "check", "nowhere.toml") == (
        "there is no nowhere.toml. Give the path of a tasks.toml."
    )
    assert bare.refused("plan", "check", ".") == ". is a folder. Give the path of a file, such as tasks.toml."
    (bare.folder / "tasks.toml").mkdir()
    assert bare.refused("plan", "check") == "tasks.toml is a folder. It is to be a file: move the folder away."
    assert bare.refused("plan", "check", "--format", "xml", status=2).startswith("invalid value for '--format'")


def test_in_a_town_the_file_is_called_by_its_path_from_here(tt: Shell) -> None:
    _write(tt, _BAD)
    (tt.folder / "below").mkdir()
    elsewhere = tt.within("below")
    for words in [("plan", "check"), ("plan", "check", tt.folder / "tasks.toml"), ("plan", "--format", "json")]:
        answer = tt(*words)
        assert (answer.status, (answer.out + answer.err).startswith("tasks.toml:8:10: error")) == (4, True), answer
    assert json.loads(tt("plan", "check", "--json").out)[0]["file"] == "tasks.toml"
    assert tt("plan", "check", "--format", "github").out.startswith("::error file=tasks.toml,")
    assert tt("plan", "fmt", "--check").out == "tasks.toml: nothing to change\n"
    assert elsewhere("plan", "check").out.startswith(f"{tt.folder}/tasks.toml:8:10: error")
