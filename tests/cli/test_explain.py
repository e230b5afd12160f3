"""`tt explain`: the table of all codes, and one code at length."""

import pytest

from planner.diagnostics.codes import CODES
from tests.cli.shell import Shell

_TT016 = """\
error[TT016]: the same need twice

A task needs the same task twice.

Once is enough, so the second one was probably meant to be another task.

Wrong:
  [[tasks]]
  id = "build"
  description = "Build the API"

  [[tasks]]
  id = "test"
  description = "Test the API"
  needs = ["build", "build"]

Right:
  [[tasks]]
  id = "build"
  description = "Build the API"

  [[tasks]]
  id = "test"
  description = "Test the API"
  needs = ["build"]

`tt plan check --fix` takes the second one out of the list.
"""


def test_all_codes(bare: Shell) -> None:
    lines = bare.told("explain").splitlines()
    assert lines[0] == "CODE   SEVERITY  --FIX  TITLE"
    assert lines[1] == "TT001  error            the file is not good TOML"
    assert lines[2] == "TT002  error     yes    unknown key"
    assert lines[12] == "TT012  warning          an agent or role that [agents] does not have"
    assert [line.split()[0] for line in lines[1:]] == list(CODES)


@pytest.mark.parametrize("word", ["TT016", "tt016", "16", "016"])
def test_one_code(bare: Shell, word: str) -> None:
    assert bare.told("explain", word) == _TT016


def test_one_that_people_must_correct(bare: Shell) -> None:
    said = bare.told("explain", "TT007")
    assert said.endswith("\n`tt plan check --fix` leaves this to people.\n")
    assert max(map(len, said.splitlines())) <= 88


def test_json(bare: Shell) -> None:
    one = bare.document("explain", "12")
    assert list(one) == ["code", "severity", "title", "what", "why", "bad", "good", "fix"]
    assert (one["code"], one["severity"], one["fix"]) == ("TT012", "warning", None)
    every = bare.document("explain")
    assert [told["code"] for told in every] == list(CODES)
    assert every[11] == one


def test_a_terminal_gets_colours(bare: Shell) -> None:
    assert "\x1b[33mwarning\x1b[0m" in bare.on_terminal("explain")
    assert bare.on_terminal("explain", "16").startswith("\x1b[31m\x1b[1merror[TT016]\x1b[0m: ")
    assert bare.within(NO_COLOR="1").on_terminal("explain", "16") == _TT016


def test_what_is_no_code(bare: Shell) -> None:
    assert bare.refused("explain", "TT077", status=2) == (
        'there is no code "TT077". Did you mean TT007? `tt explain` lists all.'
    )
    assert bare.refused("explain", "E\x1b[1m", status=2) == 'there is no code "E\\x1b[1m". `tt explain` lists all.'
