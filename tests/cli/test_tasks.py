"""`tt assign`, `tt tasks`, `tt task …`: one's work, seen and settled from the command line."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tinytown.ids import task_id
from tinytown.tasks import Task
from tinytown.town import Town
from tinytown.transaction import Transaction

HOSTILE = "first\nsecond \x1b[31mred\x1b[0m \u202eevil \x9b0m"


def _create(tt: Shell, *tasks: Task) -> None:
    with Town.connect(tt.folder) as town:
        transaction = Transaction(town.keys)
        for task in tasks:
            transaction.create_task(task)
        transaction.commit(town.connection)


def _planned(name: str, **fields: object) -> Task:
    return Task.new(f"do {name}", id=task_id("demo", name), plan_id=name, **fields)


def test_assign_tells_the_id_and_the_agent_does_it(tt: Shell) -> None:
    tt.told("spawn", "worker-1", "--cli", "echo")
    out = tt.told("assign", "worker-1", "Implement the login API")
    found = re.fullmatch(r'Task ([0-9a-f-]{36}) is assigned to "worker-1"\n', out)
    assert found is not None
    assert tt.await_state(found[1], "completed")["result"] == "Implement the login API"


def test_assign_with_tags_priority_and_parent(tt: Shell) -> None:
    tt.told("spawn", "worker-1", "--cli", "echo")
    first = tt.assigned("worker-1", "one")
    second = tt.assigned("worker-1", "two", "--tag", "a", "--tag", "b", "--priority", "high", "--parent", first[:8])
    task = tt.document("task", "show", second)
    assert (task["tags"], task["priority"], task["parent_id"]) == (["a", "b"], "high", first)


def test_assign_to_a_stopped_agent_says_when_it_begins(tt: Shell) -> None:
    tt.told("spawn", "worker-1")
    tt.told("kill", "worker-1")
    answer = tt("assign", "worker-1", "echo late")
    assert (answer.status, answer.err) == (
        0,
        'tt: agent "worker-1" is stopped; it begins after: tt spawn worker-1\n',
    )
    tt.told("spawn", "worker-1")
    tt.await_state(answer.out.split()[1], "completed")


def test_assign_refuses_what_makes_no_sense(tt: Shell) -> None:
    tt.told("spawn", "worker-1")
    assert tt.refused("assign", "worker-2", "x") == (
        'no agent is called "worker-2". Did you mean "worker-1"? `tt list` lists them, '
        "`tt spawn worker-2` starts one."
    )
    assert tt.refused("assign", "worker-1", " \n", status=2) == "the task is empty. Say what is to be done."
    assert tt.refused("assign", "worker-1", "x", "--parent", "nope").startswith('no task is called "nope".')
    assert tt.refused("assign", "worker-1", "x", "--priority", "hi", status=2) == (
        "invalid value for '--priority': 'hi' is not one of 'low', 'normal', 'high', 'urgent'. "
        "See: tt assign --help"
    )
    assert tt.document("tasks") == []


def test_tasks_lists_the_plan_in_order_and_filters(tt: Shell) -> None:
    tt.told("spawn", "coder", "--cli", "echo")
    _create(
        tt,
        _planned("second", order=2, role="tester", tags=("slow", "x")),
        _planned("first", order=1, agent="coder", tags=("slow",)),
        Task.new("by hand"),
    )
    lone = next(task["id"] for task in tt.document("tasks") if task["plan_id"] is None)
    assert tt.told("tasks") == (
        "TASK      STATE    AGENT        DESCRIPTION\n"
        "first     pending  coder        do first\n"
        "second    pending  role:tester  do second\n"
        f"{lone[:8]}  pending  -            by hand\n"
        "\n"
        "3 tasks: 3 pending\n"
    )
    assert tt.told("task", "list") == tt.told("tasks")

    def chosen(*options: str) -> list[str]:
        return [task["plan_id"] for task in tt.document("tasks", *options)]

    assert chosen("--tag", "slow", "--tag", "x") == ["second"]
    assert chosen("--agent", "coder") == ["first"]
    assert chosen("--state", "failed") == []
    assert chosen("--state", "failed", "--state", "pending") == ["first", "second", None]
    assert tt.told("tasks", "--state", "failed") == "No task fits.\n"


def test_tasks_as_json_are_as_redis_holds_them(tt: Shell) -> None:
    _create(tt, _planned("odd", note="kept"))
    with Town.connect(tt.folder) as town:
        held = town.ledger.find("odd").text
    assert tt.document("tasks") == [json.loads(held)]


def test_show_tells_everything(tt: Shell) -> None:
    tt.told("spawn", "coder")
    task = tt.assigned("coder", "echo one\necho two", "--tag", "t")
    tt.await_state(task, "completed")
    text = tt.told("task", "show", task[:8])
    assert re.fullmatch(
        rf"{task[:8]}  completed\n"
        rf"  id          {task}\n"
        r"  agent       coder\n"
        r"  tags        t\n"
        r"  priority    normal\n"
        r"  attempt     1\n"
        r"  created     \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n"
        r"  started     \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n"
        r"  ended       \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, after .* s\n"
        rf"  log         {re.escape(str(tt.folder))}/\.tt/logs/coder/{task[:8]}\.1\.log\n"
        r"\n"
        r"description\n"
        r"  echo one\n"
        r"  echo two\n"
        r"\n"
        r"result\n"
        r"  one\n"
        r"  two\n",
        text,
    )
    (log,) = tt.document("task", "show", task)["logs"]
    assert Path(log).read_text() == "one\ntwo\n"


def test_complete_and_fail_by_hand(tt: Shell) -> None:
    _create(tt, _planned("a"), _planned("b"), _planned("c"))
    assert tt.told("task", "complete", "a", "--result", "fine") == 'Task "a" is completed\n'
    assert tt.told("task", "fail", "b", "--error", "broken") == 'Task "b" is failed\n'
    assert tt.document("task", "complete", "c")["state"] == "completed"
    assert [(task["state"], task["result"]) for task in tt.document("tasks")] == [
        ("completed", "fine"),
        ("failed", "broken"),
        ("completed", None),
    ]
    assert tt.refused("task", "complete", "a") == (
        'task "a" is completed and cannot become completed. From completed it can become pending.'
    )
    kinds = [json.loads(line)["type"] for line in tt.told("events", "--task", "b", "--json").splitlines()]
    assert kinds == ["task.failed"]


def test_a_task_is_found_by_a_beginning_that_fits_no_other(tt: Shell) -> None:
    same = "aaaaaaaa-0000-4000-8000-00000000000"
    _create(tt, Task.new("one", id=f"{same}1"), Task.new("two", id=f"{same}2"), _planned("build"))
    assert tt.refused("task", "show", "aaaa") == (f'"aaaa" fits 2 tasks: {same}1, {same}2. Write more of the id.')
    assert tt.document("task", "show", f"{same}2".upper())["description"] == "two"
    assert tt.refused("task", "show", "biuld") == (
        'no task is called "biuld". Did you mean "build"? `tt tasks` lists them.'
    )
    assert tt.refused("task", "show", "").startswith('no task is called "".')


def test_from_inside_an_agent_the_word_wins_over_the_exit_status(tt: Shell) -> None:
    tt.told("spawn", "coder")
    won = tt.assigned("coder", 'tt task complete "$TINYTOWN_TASK_ID" --result "by word"; exit 3')
    lost = tt.assigned("coder", 'tt task fail "$TINYTOWN_TASK_ID" --error "no way"; exit 0')
    assert tt.await_state(won, "completed")["result"] == "by word"
    assert tt.await_state(lost, "failed")["result"] == "no way"
    events = [json.loads(line) for line in tt.told("events", "--task", won, "--json").splitlines()]
    assert [(event["type"], event["agent"]) for event in events][-1] == ("task.completed", "coder")


def test_current_is_the_agents_own_task(tt: Shell) -> None:
    tt.told("spawn", "coder")
    assert tt.told("task", "current", "coder") == 'Agent "coder" has no task in work.\n'
    assert tt.document("task", "current", "coder") is None
    task = tt.assigned("coder", "tt task current --json > current.json; sleep 60")
    tt.await_state(task, "running")
    assert tt.document("task", "current", "coder")["id"] == task
    named = tt.within(TINYTOWN_AGENT_NAME="coder")
    assert named.document("task", "current")["id"] == task
    assert tt.refused("task", "current", status=2) == (
        "it is not said whose task. Name an agent: tt task current AGENT; only inside an agent it can be left out."
    )


def test_a_late_word_does_not_count(tt: Shell) -> None:
    tt.told("spawn", "coder")
    agent = tt.document("list")[0]["id"]
    task = tt.assigned("coder", "sleep 60")
    tt.await_state(task, "running")
    tt.told("kill", "coder")
    zombie = tt.within(TINYTOWN_AGENT_ID=agent, TINYTOWN_TASK_ID=task)
    assert zombie.refused("task", "complete", task) == (
        f'task "{task[:8]}" was taken from agent "coder"; it is pending now. '
        "Stop working on it: what you say of it does not count any more."
    )
    assert tt.document("task", "show", task)["state"] == "pending"


def test_a_strange_agent_in_the_environment(tt: Shell) -> None:
    stranger = tt.within(TINYTOWN_AGENT_ID="6f1c7a52-0f4e-4f0e-9a77-0a2f5f2b9c11")
    assert stranger.refused("task", "current") == (
        "TINYTOWN_AGENT_ID names 6f1c7a52-0f4e-4f0e-9a77-0a2f5f2b9c11, whom this town does not know. "
        "Unset it, or set TINYTOWN_TOWN to the agent's town."
    )


@pytest.mark.parametrize("words", [["tasks"], ["task", "show", "odd"], ["status", "--tasks"]])
def test_what_others_wrote_cannot_steer_the_terminal(tt: Shell, words: list[str]) -> None:
    _create(tt, _planned("odd").evolve(description=HOSTILE, result=HOSTILE))
    text = tt.told(*words)
    assert "second \\x1b[31mred\\x1b[0m \\u202eevil \\x9b0m" in text
    raw = tt.told("tasks", "--json")
    assert not set("\x1b\x9b\u202e") & set(text + raw)
    assert json.loads(raw)[0]["description"] == HOSTILE


def test_the_tasks_of_an_agent_that_is_not_there_are_found(tt: Shell) -> None:
    (tt.folder / "tasks.toml").write_text('[[tasks]]\nid = "build"\ndescription = "b"\nagent = "tester"\n')
    tt.told("sync", "push")
    assert [task["plan_id"] for task in tt.document("tasks", "--agent", "tester")] == ["build"]
    for name in ("nobody", "None"):  # as which a task that nobody has once passed for somebody's
        assert tt.refused("tasks", "--agent", name).startswith(f'no agent is called "{name}".')
    agent = tt.document("spawn", "w", "--cli", "echo")
    task = tt.assigned("w", "one")
    tt.await_state(task, "completed")
    tt.told("kill", "w")
    tt.told("prune", "--yes")
    assert [one["id"] for one in tt.document("tasks", "--agent", agent["id"][:8])] == [task]
    assert [one["id"] for one in tt.document("task", "list", "--agent", "w")] == [task]
