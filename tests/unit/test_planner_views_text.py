"""The plan as text: tree, table and waves."""

from datetime import UTC, datetime

import pytest

from planner.read import require_plan
from planner.views.lines import Line, aligned, fitted, line, plain
from planner.views.scene import Scene
from planner.views.state import Live, Lives
from planner.views.table import table_lines
from planner.views.tree import tree_lines
from planner.views.wanted import Wanted
from planner.views.waves import wave_lines
from tinytown.columns import width
from tinytown.forecast import Forecast
from tinytown.states import TaskState

PLAN = b"""\
[meta]
description = "Auth \\u001b[31m"
max_parallel = 1
[[tasks]]
id = "epic"
description = "All"
[[tasks]]
id = "two"
description = "Second\\nline"
role = "tester"
parent = "epic"
needs = ["one", "cmd"]
estimate = "30m"
[[tasks]]
id = "one"
description = "First"
agent = "dev"
parent = "epic"
status = "completed"
estimate = "1h"
[[tasks]]
id = "cmd"
run = "make -j"
"""


def scene(data: bytes = PLAN, wanted: Wanted | None = None, live: Lives | None = None) -> Scene:
    return Scene(require_plan(data), live, wanted or Wanted())


def test_the_tree() -> None:
    assert plain(tree_lines(scene())).splitlines() == [
        "Auth \\x1b[31m",
        "",
        "▣ epic 1/2  pending                                 All",
        "├─○ two ◆   pending    @any tester  after one, cmd  Second line",
        "└─✓ one ◆   completed  @dev                         First",
        "○ cmd       pending    $                            make -j",
        "",
        "3 tasks and 1 group: 1 completed, 2 pending",
        "◆ critical path 1h30m: one → two",
        "  1h30m of work in all, not counting 1 task without an estimate",
        "  left 30m: two; 30m of work",
    ]


def test_the_tree_with_live_states_tells_who_has_a_task_and_how_often_it_was_tried() -> None:
    live = {
        "epic": Live(TaskState.RUNNING),
        "one": Live(TaskState.FAILED, 1, "dev"),
        "two": Live(TaskState.RUNNING, 3, "tester-2"),
        "cmd": Live(TaskState.PENDING, 1, "shell"),
    }
    assert plain(tree_lines(scene(live=live))).splitlines()[2:6] == [
        "▣ epic 0/2  running                                                All",
        "├─● two ◆   running try 3  @any tester → tester-2  after one, cmd  Second line",
        "└─✗ one ◆   failed         @dev                                    First",
        "○ cmd       pending        $                                       make -j",
    ]


def test_the_table() -> None:
    assert plain(table_lines(scene())).splitlines() == [
        "  ID        STATE      AGENT        WAITS FOR       WAVE  ESTIMATE  DESCRIPTION",
        "▣ epic 1/2  pending    -            -               1     -         All",
        "○ two ◆     pending    @any tester  epic, one, cmd  2     30m       Second line",
        "✓ one ◆     completed  @dev         epic            1     1h        First",
        "○ cmd       pending    $            -               1     -         make -j",
    ]


def test_the_waves() -> None:
    assert plain(wave_lines(scene())).splitlines() == [
        "wave 1: 2 tasks for 1 agent",
        "  ✓ one ◆  completed  @dev                         First",
        "  ○ cmd    pending    $                            make -j",
        "",
        "wave 2: 1 task",
        "  ○ two ◆  pending    @any tester  after one, cmd  Second line",
        "",
        "2 waves, at most 2 tasks at once (max_parallel allows 1)",
        "3 tasks and 1 group: 1 completed, 2 pending",
        "◆ critical path 1h30m: one → two",
        "  1h30m of work in all, not counting 1 task without an estimate",
        "  left 30m: two; 30m of work",
    ]


def test_a_choice_keeps_what_is_above_it_in_brackets() -> None:
    assert plain(tree_lines(scene(wanted=Wanted(agents=("tester",))))).splitlines()[2:] == [
        "▣ (epic)",
        "└─○ two ◆  pending  @any tester  after one, cmd  Second line",
        "",
        "1 task of 4 fit --agent tester: 1 pending",
    ]


def test_the_table_and_the_waves_show_only_what_is_chosen() -> None:
    chosen = Wanted(states=(TaskState.COMPLETED,))
    assert [text[0] for text in plain(table_lines(scene(wanted=chosen))).splitlines()] == [" ", "✓"]
    assert plain(wave_lines(scene(wanted=chosen))).splitlines() == [
        "wave 1: 1 task for 1 agent",
        "  ✓ one ◆  completed  @dev  First",
        "",
        "1 wave, at most 1 task at once",
        "1 task of 4 fit --status completed: 1 completed",
    ]


def test_without_estimates_tasks_are_counted() -> None:
    chain = b"".join(
        b'[[tasks]]\nid = "t%d"\ndescription = "x"\n%s' % (n, b'needs = ["t%d"]\n' % (n - 1) if n else b"")
        for n in range(10)
    )
    assert plain(tree_lines(scene(chain))).splitlines()[-3:] == [
        "10 tasks: 10 pending",
        "◆ critical path of 10 tasks: t0 → t1 → t2 → t3 → … 3 more … → t7 → t8 → t9",
        "  no task has an estimate",
    ]


def test_what_tasks_took_weighs_more_than_their_estimates_and_says_so() -> None:
    live = {
        "one": Live(TaskState.COMPLETED, 1, "dev", 420.0),
        "two": Live(TaskState.PENDING, 1, None, 62.34),
        "cmd": Live(TaskState.COMPLETED, 1, "shell", 0.26),
    }
    assert plain(tree_lines(scene(live=live))).splitlines()[-3:] == [
        "◆ critical path 8m2s: one → two",
        "  8m3s of work in all, by what it took before",
        "  left 1m2s: two; 1m2s of work",
    ]
    assert plain(table_lines(scene(live=live))).splitlines() == [
        "  ID        STATE      AGENT        WAITS FOR       WAVE  ESTIMATE  TOOK  DESCRIPTION",
        "▣ epic 1/2  pending    -            -               1     -         -     All",
        "○ two ◆     pending    @any tester  epic, one, cmd  2     30m       1m2s  Second line",
        "✓ one ◆     completed  @dev         epic            1     1h        7m    First",
        "✓ cmd       completed  $ → shell    -               1     -         0.3s  make -j",
    ]


def test_each_source_of_durations_is_named() -> None:
    plan = PLAN + b'[[tasks]]\nid = "other"\nrun = "true"\n[[tasks]]\nid = "new"\ndescription = "x"\n'
    live = {"cmd": Live(TaskState.COMPLETED, 1, "shell", 10.0)}
    assert plain(tree_lines(scene(plan, live=live))).splitlines()[-2] == (
        "  1h30m20s of work in all, by what it took before (1 task), by estimate (2 tasks) and by what others took"
        " (1 task), not counting 1 task without an estimate"
    )


def test_the_forecast_stands_last() -> None:
    made = datetime(2026, 1, 1, 12, tzinfo=UTC)
    foretold = Scene(require_plan(PLAN), forecast=Forecast(made, 60.0, 1, approvals=("two",)))
    assert plain(tree_lines(foretold)).splitlines()[-1] == "  about 1 min left, then waits for approval of two"
    part = Scene(require_plan(PLAN), None, Wanted(agents=("dev",)), foretold.forecast)
    assert "left" not in plain(tree_lines(part)), "only the whole plan has an end"


def test_tasks_that_wait_for_nothing_have_no_critical_path() -> None:
    assert plain(tree_lines(scene(b'[[tasks]]\nid = "a"\ndescription = "x"\n'))).splitlines() == [
        "○ a  pending  x",
        "",
        "1 task: 1 pending",
    ]


def test_when_all_have_ended_nothing_is_left() -> None:
    done = {name: Live(TaskState.COMPLETED, 1) for name in ("epic", "one", "two", "cmd")}
    assert plain(tree_lines(scene(live=done))).splitlines()[-1] == "  left nothing"


def test_what_is_left_may_have_no_estimate() -> None:
    done = {name: Live(TaskState.COMPLETED, 1) for name in ("epic", "one", "two")}
    assert plain(tree_lines(scene(live=done))).splitlines()[-1] == "  left 1 task without an estimate"


@pytest.mark.parametrize("room", [40, 80, 120])
@pytest.mark.parametrize("view", [tree_lines, table_lines, wave_lines])
def test_on_a_terminal_no_line_is_wider_than_it(view: object, room: int) -> None:
    assert callable(view)
    wide = PLAN.replace(b"First", "世界".encode() * 60).replace(b'"cmd"', b'"a-rather-long-name-of-a-command"')
    widths = [width(text) for text in plain(view(scene(wide), room)).splitlines()]
    assert max(widths) <= room
    assert max(widths) >= room - 1


def test_a_terminal_gets_a_bar() -> None:
    assert plain(tree_lines(scene(), 80)).splitlines()[-5] == "━" * 10 + "─" * 20 + " 33%"


def test_deep_branches_are_numbered() -> None:
    deep = b"".join(
        b'[[tasks]]\nid = "t%d"\ndescription = "x"\nrun = "x"\n%s'
        % (n, b'parent = "t%d"\n' % (n - 1) if n else b"")
        for n in range(3000)
    )
    lines = plain(tree_lines(scene(deep))).splitlines()
    assert lines[16].startswith("  " * 15 + "└─○ t16 ◆")
    assert lines[2999].startswith("  " * 16 + "└2999─○ t2999 ◆")


def test_columns_are_aligned_and_empty_ones_left_out() -> None:
    rows: list[list[Line]] = [[line("a"), (), line("世界"), line("end")], [line("bb"), (), (), line("end")]]
    assert plain(aligned(rows)).splitlines() == ["a   世界  end", "bb        end"]
    assert aligned([]) == []


def test_the_first_column_is_cut_last() -> None:
    row = [line("an-identity-of-a-task"), line("somebody-or-other"), line("a long description of it all")]
    assert plain(aligned([row], 50)) == "an-identity-of-a-task  somebody-or…  a long descr…"
    assert plain(aligned([row], 30)) == "an-iden…  somebody…  a long d…"


def test_a_line_is_cut_within_its_pieces() -> None:
    pieces = (*line("abc", "strong"), *line("def"))
    assert fitted(pieces, 6) == pieces
    assert plain([fitted(pieces, 5)]) == "abcd…"
    assert plain([fitted(pieces, 3)]) == "ab…"
