"""What came of a plan, as a value and in lines for people."""

from datetime import timedelta

import pytest

from conductor.summary import Unfinished, summarize
from conductor.tell import ICONS, line, summary_lines
from tests.boards import NOW, agent, board, group, task, uid
from tinytown.events import Event, agent_event, quarantine_event, task_event, town_event
from tinytown.states import AgentState, TaskState
from tinytown.tasks import Task

DONE, LOST, OPEN = TaskState.COMPLETED, TaskState.FAILED, TaskState.RUNNING


def test_a_plan_that_completed_is_told_in_one_line() -> None:
    summary = summarize(board([task("a", state=DONE), group("g", state=DONE)]), (), NOW, 75.2)
    assert (summary.total, summary.completed, summary.blocked, summary.unfinished) == (2, 2, False, ())
    assert summary.as_dict() == {"tasks": {"completed": 2}, "elapsed": 75.2, "unfinished": []}
    assert summary_lines(summary) == ["2 of 2 tasks completed in 1 min 15 s"]


def test_no_task_at_all_is_no_success_story() -> None:
    assert summary_lines(summarize(board([]), (), NOW, 1)) == [
        "nothing to do: there are no tasks; push some: tt sync push"
    ]


def test_each_task_that_did_not_complete_says_why() -> None:
    tasks = [
        task("bad", state=LOST, result="exit status 2\nline one\nline two"),
        task("child", "bad"),
        task("off", state=TaskState.CANCELLED),
        task("busy", state=OPEN, assigned_to=agent("w").id),
        task("late", not_before=NOW + timedelta(hours=1)),
        task("next"),
        task("fine", state=DONE),
    ]
    summary = summarize(board(tasks), (), NOW, 1)
    assert summary.unfinished == (
        Unfinished("bad", "failed", "exit status 2\nline one\nline two"),
        Unfinished("child", "pending", "cannot start: bad (failed)"),
        Unfinished("off", "cancelled", "is cancelled"),
        Unfinished("busy", "running", "is running with w"),
        Unfinished("late", "pending", "is not tried again before 2026-01-01T01:00:00.000000Z"),
        Unfinished("next", "pending", "was about to be released"),
    )
    assert summary.blocked
    assert summary_lines(summary) == [
        "1 of 7 tasks completed in 1.00 s; 1 failed, 1 cancelled, 1 running, 3 pending",
        "  failed    bad: exit status 2",
        "            line one",
        "            line two",
        "  pending   child: cannot start: bad (failed)",
        "  cancelled off: is cancelled",
        "  running   busy: is running with w",
        "  pending   late: is not tried again before 2026-01-01T01:00:00.000000Z",
        "  pending   next: was about to be released",
    ]


def test_what_was_called_off_blocks_nothing() -> None:
    assert not summarize(board([task("a", state=TaskState.CANCELLED)]), (), NOW, 1).blocked
    assert summarize(board([task("a", state=LOST)]), (), NOW, 1).blocked


def test_what_lay_outside_of_the_plan_counts_only_if_it_ended_here_or_goes_on() -> None:
    past, here, going = (Task.new(name, state=state) for name, state in [("p", LOST), ("h", LOST), ("g", OPEN)])
    summary = summarize(board([past, here, going, task("a", state=DONE)]), {here.id}, NOW, 1)
    assert summary.states == {"completed": 1, "failed": 1, "running": 1}
    assert [one.label for one in summary.unfinished] == [here.label, going.label]


def test_foreign_text_cannot_steer_the_terminal() -> None:
    tasks = [task("a", state=LOST, result="\x1b[2Jgone\n" + "\n".join(f"\x1b{n}" for n in range(9)))]
    lines = summary_lines(summarize(board(tasks), (), NOW, 1))
    assert lines[1:] == [r"  failed    a: \x1b[2Jgone", *(rf"            \x1b{n}" for n in range(4, 9))]
    told = line(task_event("failed", tasks[0], "w", result="\x1b[31mred"), board(tasks))
    assert told == r"a failed (w): \x1b[31mred"


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (task_event("started", task("a", attempt=1), "w"), "a started (w)"),
        (task_event("started", task("a", attempt=3), "w"), "a started (w), attempt 3"),
        (task_event("completed", task("a"), "w", elapsed="61.2", result="ok"), "a completed (w) in 1 min 01 s: ok"),
        (task_event("requeued", task("a"), "w", reason="agent w died"), "a requeued (w): agent w died"),
        (
            task_event("retrying", task("a", attempt=1), "w", error="exit status 1", delay="0.000", elapsed="2.5"),
            "a failed (w) in 2.50 s, will be tried again: exit status 1",
        ),
        (
            task_event("retrying", task("a", attempt=2), "w", delay="61.000"),
            "a failed (w), attempt 2, will be tried again in 1 min 01 s",
        ),
        (
            task_event("skipped", task("a"), reason="not needed: b did not fail"),
            "a skipped: not needed: b did not fail",
        ),
        (task_event("skipped", group("g"), reason="not needed"), "g: group skipped"),
        (task_event("approved", task("a"), reason="by alice: go"), "a approved: by alice: go"),
        (task_event("rejected", task("a"), reason="by alice"), "a rejected: by alice"),
        (task_event("stalled", task("a"), "w", silent="600"), "a has put out nothing for 10 min 00 s (w)"),
        (task_event("given_up", task("a"), "w"), None),
        (task_event("cancelled", task("a")), "a cancelled"),
        (task_event("started", group("g")), "g: group opened"),
        (task_event("completed", group("g")), "g: group complete"),
        (task_event("failed", group("g")), "g: group failed"),
        (task_event("completed", Task.new("x", id=uid("loose"))), f"{str(uid('loose'))[:8]} completed"),
        (agent_event(agent("w")), "agent w is ready"),
        (agent_event(agent("w", AgentState.ERROR)), "agent w died"),
        (agent_event(agent("w", AgentState.STOPPED)), "agent w has stopped"),
        (
            quarantine_event(agent("w", AgentState.ERROR, failed_starts=3), "no room"),
            "agent w died 3 times at start: no room; look at .tt/logs/w.log, then `tt spawn w`",
        ),
        (town_event("plan.pushed"), "the plan was pushed"),
        (town_event("conductor.standby", holder="h"), "another conductor is in charge; standing by"),
        (
            town_event("conductor.standby", holder='{"id": "x", "host": "h", "pid": 7}'),
            "another conductor is in charge (pid 7 on h); standing by",
        ),
        (town_event("conductor.spawn_failed", agent="x", reason="no CLI"), "could not start x: no CLI"),
        (town_event("conductor.waiting", reason="Redis is away"), "waiting: Redis is away"),
        (town_event("conductor.waiting", task="a", agent="x"), "a waits for x; start it: tt spawn x"),
        (agent_event(agent("w", AgentState.WORKING)), None),
        (task_event("assigned", task("a"), "w"), None),
        (town_event("conductor.elected"), None),
        (Event("", ""), None),
    ],
)
def test_an_event_is_told_in_a_line_or_not_at_all(event: Event, wanted: str | None) -> None:
    assert line(event, board([task("a"), group("g")])) == wanted
    assert (event.type in ICONS) == (wanted is not None)
