"""Changes as text."""

from planner.sync.changes import Change, Changes, Side
from planner.sync.told import changes_text
from tinytown.escape import shown


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
    assert (
        changes_text(Changes(derived=frozenset({"a", "b"})), "t.toml")
        == "~ t.toml: the place or old name of 2 tasks"
    )


def test_shown_makes_foreign_text_harmless() -> None:
    assert shown("a\x1b[1m\n\t\r\x00\x9b\u202e\u2066\udc80é世") == (
        "a\\x1b[1m\\n\\t\\r\\x00\\x9b\\u202e\\u2066\\udc80é世"
    )
    assert shown("a\n\tb\x07", lines=True) == "a\n\tb\\x07"
