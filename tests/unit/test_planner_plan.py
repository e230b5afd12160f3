"""What a checked file means."""

from pathlib import Path

import pytest

from planner.json_schema import SCHEMA_LINE
from planner.plan import Entry, Plan, TeamMember
from planner.read import PlanFindingsError, read_plan, require_plan
from planner.starter import STARTER, write_starter
from tinytown.errors import InvalidPlanError, TinytownError
from tinytown.replace import create_file
from tinytown.states import TaskState
from tinytown.tasks import Priority

FULL = b"""\
[meta]
description = "All of it"
default_agent = "coder"

[agents.coder]
cli = "claude"
role = "builder"
replicas = 2

[agents.tester]
idle_timeout = "5m"
[[tasks]]
id = "epic"
description = "A group"

[[tasks]]
id = "leaf"
description = "Do it"
parent = "epic"
status = "completed"
tags = ["x", "y"]
needs = ["cmd"]
accept = "true"
timeout = "20m"
priority = "urgent"

[[tasks]]
id = "cmd"
run = "make"

[[tasks]]
id = "ask"
description = "Review"
role = "reviewer"

[[tasks]]
id = "named"
description = "Child of one that has an agent"
agent = "tester"

[[tasks]]
id = "child"
description = "c"
parent = "named"
"""


def plan(text: bytes) -> Plan:
    return require_plan(text)


def test_everything_is_resolved() -> None:
    found = plan(FULL)
    assert (found.description, found.default_agent) == ("All of it", "coder")
    assert found.team == (
        TeamMember(name="coder", cli="claude", role="builder", replicas=2),
        TeamMember(name="tester", idle_timeout="5m"),
    )
    leaf = found.by_id["leaf"]
    assert leaf.said() == {
        "id": "leaf",
        "description": "Do it",
        "agent": "coder",
        "status": "completed",
        "tags": ["x", "y"],
        "parent": "epic",
        "needs": ["cmd"],
        "accept": "true",
        "timeout": "20m",
        "priority": "urgent",
        "order": 1,
    }
    assert Entry.from_json(leaf.to_json()) == leaf
    assert leaf.priority is Priority.URGENT
    assert leaf.status is TaskState.COMPLETED


def test_the_default_agent_goes_to_leaves_that_name_nobody() -> None:
    agents = {entry.id: entry.agent for entry in plan(FULL).entries}
    assert agents == {
        "epic": None,
        "leaf": "coder",
        "cmd": None,
        "ask": None,
        "named": "tester",
        "child": "coder",
    }


def test_a_group_has_children_and_nobody_to_do_it() -> None:
    assert [entry.id for entry in plan(FULL).entries if entry.group] == ["epic"]


def test_a_command_stands_in_for_the_description() -> None:
    assert plan(FULL).by_id["cmd"].description == "make"


def test_a_status_that_is_not_written_is_no_opinion() -> None:
    assert plan(FULL).by_id["cmd"].status is None


def test_places_of_keys_and_of_what_is_not_written() -> None:
    found = plan(FULL)
    agent, missing = found.place("named", "agent"), found.place("child", "agent")
    assert agent is not None
    assert missing is not None
    assert (agent.line, missing.line) == (39, 41)
    assert found.place("nobody", "agent") is None


def test_warnings_do_not_stand_in_the_way() -> None:
    reading = read_plan(b'[agents.a]\n[[tasks]]\nid = "x"\ndescription = "d"\nagent = "b"\n')
    assert reading.plan is not None
    assert [found.code for found in reading.findings] == ["TT012"]


def test_errors_leave_no_plan_and_come_attached() -> None:
    with pytest.raises(InvalidPlanError, match=r"tasks\.toml has 2 errors") as caught:
        require_plan(b'[[tasks]]\nid = "x"\nx = 1\n')
    assert isinstance(caught.value, PlanFindingsError)
    assert [found.code for found in caught.value.findings] == ["TT004", "TT002"]
    assert caught.value.exit_status == 4
    assert "error[TT002]" in caught.value.reading.text


def test_an_empty_file_is_an_empty_plan() -> None:
    assert plan(b"").entries == ()


def test_a_missing_file_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(TinytownError, match="there is no") as caught:
        read_plan(tmp_path / "tasks.toml")
    assert "tt plan --init" in caught.value.remedy


def test_a_folder_is_not_a_plan(tmp_path: Path) -> None:
    with pytest.raises(TinytownError, match="is a folder"):
        read_plan(tmp_path)


def test_a_device_is_not_a_plan() -> None:
    with pytest.raises(TinytownError, match="is not a file"):
        read_plan(Path("/dev/zero"))


def test_the_starter_is_a_valid_plan(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    write_starter(path)
    assert path.read_text() == SCHEMA_LINE + STARTER
    reading = read_plan(path)
    assert reading.plan is not None
    assert not reading.findings
    assert [entry.id for entry in reading.plan.entries] == ["design", "build", "test"]


def test_the_starter_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    path.write_text("mine")
    with pytest.raises(TinytownError, match="exists already"):
        write_starter(path)
    assert path.read_text() == "mine"
    with pytest.raises(TinytownError, match="cannot write"):
        create_file(tmp_path / "no" / "folder", b"")
