"""What commands print with --json is what its schema says, and the schemas in docs are up to date."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator

from tests.cli.shell import Shell
from tinytown.cli.commands import tt as root
from tinytown.connection import Address, Connection
from tinytown.schemas.catalogue import CATALOGUE, document

_DOCS = Path(__file__).parents[2] / "docs"
_OTHERS = Path(__file__).parents[1] / "migrations" / "town.json"

_PLAN = """
[meta]
description = "A plan"

[pools]
gpu = 1

[agents.coder]
cli = "shell"

[[tasks]]
id = "build"
run = "echo built"
estimate = "10m"
tags = ["fast"]

[[tasks]]
id = "ship"
description = "Ship it"
needs = ["build"]
approval = true
pool = "gpu"

[[tasks]]
id = "doomed"
run = "false"
"""


_OF_STATE = {"holdings", "reclaimed", "pruned", "saved", "restored", "reset", "migration"}


def _leaves(command: click.Command, name: str) -> Iterator[str]:
    """The commands that take --json, by their whole names."""
    if any("--json" in option.opts for option in command.params):
        yield name
    if isinstance(command, click.Group):
        ctx = click.Context(command)
        for sub in command.list_commands(ctx):
            below = command.get_command(ctx, sub)
            assert below is not None
            yield from _leaves(below, f"{name} {sub}")


def test_every_command_that_prints_json_is_in_the_catalogue() -> None:
    commands = [command for one in CATALOGUE.values() for command in one.commands]
    told = {" ".join(word for word in command.split() if word.islower() and word[0] != "-") for command in commands}
    assert set(_leaves(root, "tt")) - {"tt schema"} == told


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_schema_is_valid_and_the_one_in_docs(name: str) -> None:
    schema = document(name).schema()
    Draft202012Validator.check_schema(schema)
    kept = json.loads((_DOCS / "json" / f"{name}.schema.json").read_text())
    assert kept == schema, "write them anew: tt schema --out docs/json"


def test_the_page_names_every_schema_and_its_commands() -> None:
    page = (_DOCS / "json.md").read_text()
    for one in CATALOGUE.values():
        commands = ", ".join(f"`{command}`" for command in one.commands)
        assert f"| [`{one.name}`](json/{one.name}.schema.json) | {commands} |" in page
    assert {file.name for file in (_DOCS / "json").iterdir()} == {f"{name}.schema.json" for name in CATALOGUE}


def test_the_command_prints_and_writes_them(bare: Shell) -> None:
    assert json.loads(bare.told("schema", "why")) == document("why").schema()
    assert bare.told("schema").startswith("SCHEMA         PRINTED WITH --json BY\n")
    assert bare.document("schema")["why"] == ["tt why TASK"]
    assert bare.told("schema", "--out", "out") == ""
    assert len(list((bare.folder / "out").iterdir())) == len(CATALOGUE)
    assert bare.refused("schema", "tsk", status=2) == (
        'there is no schema "tsk". Did you mean task? `tt schema` lists all.'
    )


class _Check:
    """Holds what commands print against its schema.

    Args:
        shell: Where they run.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.seen: set[str] = set()

    def __call__(self, name: str, *words: str, status: int = 0) -> Any:
        answer = self._shell(*words, "--json")
        assert answer.status == status, answer
        value = json.loads(answer.out)
        self.held(name, value)
        return value

    def held(self, name: str, value: Any) -> None:
        self.seen.add(name)
        Draft202012Validator(document(name).schema()).validate(value)


def test_what_every_command_prints_fits_its_schema(tt: Shell) -> None:  # noqa: PLR0915  one walk through all commands
    check = _Check(tt)
    plan = tt.folder / "tasks.toml"
    check("agent", "spawn", "coder", "--cli", "shell")
    plan.write_text(_PLAN)
    check("findings", "plan", "check")
    check("plan", "plan")
    check("sync", "sync", "diff")
    check("sync", "sync", "push", "--dry-run")
    tt.told("sync", "push", "--out", "saved.json")
    check("sync", "sync", "apply", "saved.json")
    events = tt("conductor", "--json")
    assert events.status in (0, 5), events
    lines = [json.loads(line) for line in events.out.splitlines()]
    lines += [json.loads(line) for line in tt.told("events", "-n", "100", "--json").splitlines()]
    for line in lines:
        check.held("event", line)
    check("plan", "plan")
    check("sync", "sync", "pull")
    check("status", "status")
    check("tasks", "tasks")
    check("tasks", "backlog", "list")
    check("shown-task", "task", "show", "build")
    assert check("shown-task", "task", "current", "coder") is None
    check("agents", "list")
    check("why", "why", "ship")
    check("whys", "why", "--all")
    check("tasks", "retry", "doomed")
    check("tasks", "cancel", "doomed")
    check("tasks", "skip", "doomed")
    check("task", "approve", "ship")
    check("agent", "pause", "coder")
    check("agent", "resume", "coder")
    check("pause", "pause")
    check("status", "status")
    check("pause", "resume")
    one = check("task", "assign", "coder", "true")["id"]
    tt.await_state(one, "completed")
    check("message", "send", "conductor", "hello")
    check("inbox", "inbox", "conductor")
    check("inboxes", "inbox", "--all")
    check("messages", "send", "--all", "--info", "news")
    check("messages", "inbox", "conductor", "--read")
    for line in tt.told("history", "--json").splitlines():
        check.held("history", json.loads(line))
    check("agent", "interrupt", "coder")
    check("agent", "restart", "coder")
    check("agent", "wait", "coder")
    check("task", "wait", one)
    check("examination", "doctor")
    check("recovery", "recover")
    check("option", "config", "agent.dead_after_secs")
    check("options", "config")
    check("option-change", "config", "agent.dead_after_secs", "20")
    check("option-change", "config", "agent.dead_after_secs", "--unset")
    check("towns", "towns")
    check("explanation", "explain", "TT007")
    check("explanations", "explain")
    check("plan-change", "plan", "add", "More", "--id", "more")
    check("plan-change", "plan", "edit", "more", "--tag", "late", "--dry-run")
    check("plan-change", "plan", "rename", "more", "most")
    check("plan-change", "plan", "move", "most", "--first")
    check("plan-change", "plan", "rm", "most")
    check("simulation", "simulate", "--crash", "5%", "--runs", "3", status=5)
    plan.write_text(_PLAN.replace('needs = ["build"]', 'needs = ["biuld"]'))
    check("findings", "plan", "check", status=4)
    plan.unlink()
    (tt.folder / "todo.md").write_text("# To do\n\n- [ ] Build it\n- [x] Design it\n")
    check("plan-import", "plan", "import", "todo.md")
    assert check.seen == set(CATALOGUE) - _OF_STATE


def test_what_moves_and_keeps_state_fits_its_schemas(tt: Shell) -> None:
    check = _Check(tt)
    loose = check("task", "backlog", "add", "Tidy up")["id"]
    check("task", "task", "note", loose, "with care")
    check("task", "task", "edit", loose, "--tag", "home")
    check("agent", "spawn", "coder", "--cli", "shell")
    check("tasks", "backlog", "assign-all", "coder")
    tt.told("kill", "coder")
    check("message", "send", "coder", "sweep")
    check("message", "send", "coder", "--info", "news")
    assert check("holdings", "reclaim")[0]["messages"]
    assert check("reclaimed", "reclaim", "--to-backlog")[0]["moved"]
    (swept,) = [task for task in check("tasks", "backlog", "list") if task["description"] == "sweep"]
    check("tasks", "task", "cancel", swept["id"])
    check("task", "backlog", "remove", check("task", "backlog", "add", "Dust")["id"], "--yes")
    check("pruned", "prune", "--yes")
    check("saved", "save")
    check("saved", "save", "with-events.jsonl", "--events")
    check("reset", "reset", "--agents-only", "--yes")
    check("reset", "reset", "--yes")
    check("restored", "restore", "town.jsonl")
    tt.told("reset", "--yes")
    redis = Connection(Address(socket=tt.folder / ".tt" / "redis.sock"))
    for command in json.loads(_OTHERS.read_text().replace("{town}", "demo")):
        redis.run(*command)
    redis.close()
    assert check("migration", "migrate", "--dry-run")["steps"]
    check("migration", "migrate", "--force")
    assert check.seen >= _OF_STATE


def test_claim_complete_fail_reject_fit_their_schemas(tt: Shell) -> None:
    check = _Check(tt)
    (tt.folder / "tasks.toml").write_text(
        '[[tasks]]\nid = "a"\ndescription = "A"\napproval = true\n[[tasks]]\nid = "b"\ndescription = "B"\n'
        '[[tasks]]\nid = "c"\ndescription = "C"\n'
    )
    tt.told("sync", "push")
    check("task", "reject", "a")
    check("task", "task", "complete", "b")
    check("task", "task", "fail", "c")
