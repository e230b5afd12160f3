"""The plan as text and data."""

import json

from planner.read import require_plan
from planner.sync.changes import Change, Changes, Side
from planner.sync.told import changes_text
from planner.views.data import plan_data
from planner.views.tree import plan_text
from tinytown.escape import shown
from tinytown.states import TaskState

PLAN = b"""\
[meta]
description = "Auth \\u001b[31m"
[[tasks]]
id = "epic"
description = "All"
[[tasks]]
id = "two"
description = "Second\\nline"
role = "tester"
parent = "epic"
needs = ["one", "cmd"]
[[tasks]]
id = "one"
description = "First"
agent = "dev"
parent = "epic"
[[tasks]]
id = "cmd"
run = "make -j"
"""


def test_the_plan_as_a_tree() -> None:
    live = {"one": TaskState.COMPLETED, "epic": TaskState.RUNNING}
    assert plan_text(require_plan(PLAN), live) == (
        "Auth \\x1b[31m\n"
        "▣ epic  [running]  All\n"
        "  ○ two  [pending]  @any tester  Second line  after one, cmd\n"
        "  ✓ one  [completed]  @dev  First\n"
        "○ cmd  [pending]  $  make -j"
    )


def test_an_empty_plan_says_so() -> None:
    assert plan_text(require_plan(b"")) == "The plan has no tasks."


def test_the_plan_as_data() -> None:
    data = json.loads(json.dumps(plan_data(require_plan(PLAN), {"one": TaskState.FAILED})))
    assert data["meta"] == {"description": "Auth \x1b[31m", "default_agent": None}
    two = next(task for task in data["tasks"] if task["id"] == "two")
    assert two == {
        "id": "two",
        "description": "Second\nline",
        "state": "pending",
        "agent": None,
        "role": "tester",
        "parent": "epic",
        "needs": ["one", "cmd"],
        "group": False,
        "wave": 2,
        "run": None,
        "accept": None,
        "timeout": None,
        "priority": "normal",
        "tags": [],
    }
    assert [(t["id"], t["state"], t["group"]) for t in data["tasks"]] == [
        ("epic", "pending", True),
        ("two", "pending", False),
        ("one", "failed", False),
        ("cmd", "pending", False),
    ]


def test_changes_as_lines() -> None:
    changes = Changes(
        create=(Change("a", None, None, {"id": "a", "description": "New\x07"}, None, 1, 1, Side.FILE),),
        update=(
            Change("b", "tags", ["x"], [], ["x"], 2, 8, Side.FILE),
            Change("b", "status", "pending", "pending", "failed", 3, 8, Side.LIVE),
            Change(None, "meta.description", None, "d", None, 4, 8, Side.FILE),
        ),
        delete=(Change("c", None, {"description": "Old"}, None, {}, None, None, Side.FILE),),
        conflicts=(
            Change("d", "agent", "x", "y", "z", 9, 9, Side.AGAINST, "why"),
            Change("d", "status", "running", "failed", "running", 9, 9, Side.FILE, "the task is running"),
        ),
        kept=(Change("e", None, None, None, {}, None, None, Side.FILE, "it is running"),),
    )
    assert changes_text(changes, "t.toml").splitlines() == [
        "+ t.toml:1:1: a: New\\x07",
        '~ t.toml:2:8: b: tags: ["x"] → []',
        '~ t.toml:3:8: b: status: "pending" → "failed"',
        '~ t.toml:4:8: the plan: meta.description: nothing → "d"',
        "- c: Old",
        '! t.toml:9:9: d: agent: "x" → "y", and in Redis "z"',
        '! t.toml:9:9: d: status: "running" → "failed" (the task is running)',
        "  e is not in the file and stays in Redis: it is running",
    ]


def test_a_change_of_order_alone_is_one_line() -> None:
    assert changes_text(Changes(derived=frozenset({"a", "b"})), "t.toml") == "~ t.toml: the order of 2 tasks"


def test_shown_makes_foreign_text_harmless() -> None:
    assert shown("a\x1b[1m\n\t\r\x00\x9b\u202e\u2066\udc80é世") == (
        "a\\x1b[1m\\n\\t\\r\\x00\\x9b\\u202e\\u2066\\udc80é世"
    )
    assert shown("a\n\tb\x07", lines=True) == "a\n\tb\\x07"
