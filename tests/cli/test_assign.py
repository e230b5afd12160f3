"""`tt assign` with everything that a task may say, and a conductor that releases what was kept back."""

import pytest

from tests.cli.shell import Shell

NOBODY_CONDUCTS = "no conductor is running; start one: tt conductor\n"


@pytest.fixture
def busy(tt: Shell) -> Shell:
    """A town with an agent, and a task `build` of the plan that waits for nothing."""
    tt.told("spawn", "coder")
    (tt.folder / "tasks.toml").write_text('[[tasks]]\nid = "build"\nrun = "echo built"\nagent = "coder"\n')
    tt.told("sync", "push")
    return tt


def test_a_command_is_run_and_accepted(tt: Shell) -> None:
    tt.told("spawn", "coder", "--cli", "echo")
    task = tt.assigned("coder", "echo hi; touch made", "--run", "--accept", "test -e made", "--timeout", "30s")
    done = tt.await_state(task, "completed")
    assert (done["run"], done["result"], done["timeout"]) == ("echo hi; touch made", "hi", "30s")


def test_what_waits_is_released_by_a_conductor(busy: Shell) -> None:
    answer = busy("assign", "coder", "echo first", "--needs", "build", "--retries", "1", "--retry-delay", "1s")
    assert answer.err == NOBODY_CONDUCTS
    first = answer.out.split()[1]
    assert answer.out == f'Task {first} waits for build (pending); then it goes to "coder"\n'
    answer = busy("assign", "coder", "echo second", "--needs", first[:8], "--needs", "bui")
    second = answer.out.split()[1]
    waits = f"waits for {first[:8]} (pending), build (pending)"
    assert answer.out == f'Task {second} {waits}; then it goes to "coder"\n'
    assert busy("why", second).out.startswith(f"{second[:8]}: pending\n")
    assert waits in busy("why", second).out
    assert f"  needs       {first[:8]}, build\n" in busy.told("task", "show", second)
    assert busy("conductor").status == 0
    assert busy.document("task", "show", second)["result"] == "second"
    busy.told("sync", "pull")
    assert busy("plan", "check").status == 0
    for way in ("push", "pull", "diff"):
        found = busy.document("sync", way)
        assert not any(found[key] for key in ("create", "update", "delete", "conflicts")), (way, found)


def test_approval_is_waited_for(busy: Shell) -> None:
    answer = busy("assign", "coder", "echo ok", "--approval")
    task = answer.out.split()[1]
    assert answer.out == f'Task {task} waits for approval; then it goes to "coder"\n'
    assert answer.err == f"tt: it may start after: tt approve {task[:8]}\n{NOBODY_CONDUCTS}"
    busy.told("approve", task[:8])
    busy.told("task", "complete", "build")
    assert busy("conductor").status == 0
    assert busy.document("task", "show", task)["state"] == "completed"


def test_a_role_stands_in_for_an_agent(tt: Shell) -> None:
    tt.told("spawn", "ann", "--role", "tester")
    answer = tt("assign", "--role", "tester", "echo tested", "--tag", "t")
    task = answer.out.split()[1]
    assert answer.out == f'Task {task} is pending; it goes to an agent of role "tester"\n'
    assert answer.err == NOBODY_CONDUCTS
    assert tt("conductor").status == 0
    assert tt.document("task", "show", task)["result"] == "tested"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["coder"], 'the text of the task is missing. Write: tt assign AGENT "what is to be done"'),
        ([], 'the agent and the text of the task is missing. Write: tt assign AGENT "what is to be done"'),
        (["--role", "r"], 'the text of the task is missing. Write: tt assign AGENT "what is to be done"'),
        (["coder", "fix", "it"], 'there is a word too many: "it". Put the text into quotes.'),
        (
            ["coder", "x", "--role", "r"],
            (
                "the task has an agent and a role. "
                "An agent means that one, a role means any agent of that role: keep one of them."
            ),
        ),
        (
            ["coder", "x", "--timeout", "soon"],
            'the task has the timeout "soon": not a duration. Write a duration above zero like 30s, 20m or 1h30m.',
        ),
        (["coder", "x", "--accept", " "], "the task has an empty accept. Write a command."),
        (["coder", "x", "--needs", "build", "--needs", "bui"], 'the task needs "build" twice. Name it once.'),
        (
            ["coder", "x", "--retries", "-1"],
            "invalid value for '--retries': -1 is not in the range x>=0. See: tt assign --help",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(busy: Shell, words: list[str], sentence: str) -> None:
    assert busy.refused("assign", *words, status=2) == sentence
    assert len(busy.document("tasks")) == 1


def test_an_unknown_task_is_refused(busy: Shell) -> None:
    assert busy.refused("assign", "coder", "x", "--needs", "biuld") == (
        'no task is called "biuld". Did you mean "build"? `tt tasks` lists them.'
    )


def test_json_is_the_task(busy: Shell) -> None:
    task = busy.document("assign", "coder", "echo 1", "--priority", "high", "--when", "all_done")
    assert (task["state"], task["agent"], task["priority"], task["when"]) == (
        "assigned",
        "coder",
        "high",
        "all_done",
    )
