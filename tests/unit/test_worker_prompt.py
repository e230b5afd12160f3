"""What a coding CLI is told."""

import json
from uuid import UUID

from tinytown.clock import rfc3339
from tinytown.messages import Message
from tinytown.states import TaskState
from tinytown.tasks import Priority, Task
from tinytown.worker.prompt import context, prompt

ME = UUID(int=3)
TASK = Task.new("Write the tests", plan_id="test", attempt=2, tags=("qa", "py"))
DONE = Task.new("Write the code", plan_id="code", state=TaskState.COMPLETED, result="It works\n")
FAILED = Task.new("Draw the logo", plan_id="logo", state=TaskState.FAILED)
NOTE = Message.new("informational", sender=ME, to=ME, summary="Mind the gap")


def test_the_prompt_tells_everything_in_order() -> None:
    text = prompt(TASK, [DONE, FAILED], [NOTE])
    expected = ["# Task test (attempt 2)", "Write the tests", "Tags: qa, py", "## code (completed): Write the code"]
    expected += ["It works", "## logo (failed): Draw the logo", "(no output)"]
    expected += ["# Messages for you", f"## From {ME} (informational, id {str(NOTE.id)[:8]})", "Mind the gap"]
    expected += ['tt task complete test --result "', 'tt task fail test --error "']
    places = [text.index(part) for part in expected]
    assert places == sorted(places)


def test_the_prompt_tells_who_approved_it_and_how_the_last_attempt_failed() -> None:
    again = TASK.evolve(approved=True, approved_by="alice", approval_note="gently", last_error="exit status 2")
    lines = prompt(again, [DONE], []).splitlines()
    begin = lines.index("Approved by alice: gently")
    assert lines[begin + 1 : begin + 6] == ["", "# How the last attempt failed", "", "exit status 2", ""]
    assert "left out" in prompt(TASK.evolve(last_error="x" * 20_000), [], [])


def test_what_there_is_none_of_has_no_heading() -> None:
    text = prompt(Task.new("Alone"), [], [])
    assert [line for line in text.splitlines() if line.startswith("#")][1:] == ["# How to report"]
    assert "Tags" not in text


def test_a_long_result_is_cut_at_its_beginning() -> None:
    text = prompt(TASK, [DONE.evolve(result="old " * 10_000 + "the end")], [])
    assert "[… 24007 characters left out …]" in text
    assert "the end" in text
    assert len(text) < 18_000


def test_a_message_is_never_cut() -> None:
    text = "n" * 50_000 + "\n\n" + "the second half"
    assert f"\n\n{text}\n" in prompt(TASK, [], [NOTE.evolve(summary=text)])


def test_a_message_tells_from_whom_it_is_how_urgent_and_what_it_answers() -> None:
    question = UUID("12345678-0000-4000-8000-000000000000")
    note = NOTE.evolve(from_name="coder", priority=Priority.URGENT, correlation_id=question)
    heading = f"## From coder (urgent, informational, id {str(note.id)[:8]}, answers 12345678)"
    assert heading in prompt(TASK, [], [note]).splitlines()


def test_the_context_is_the_same_as_json() -> None:
    values = json.loads(context(TASK.evolve(description="größer"), [DONE], [NOTE]))
    assert values["task"] == json.loads(TASK.evolve(description="größer").to_json())
    assert values["before"] == [json.loads(DONE.to_json())]
    assert values["messages"] == [json.loads(NOTE.to_json())]
    assert "größer" in context(TASK.evolve(description="größer"), [], [])


def test_whose_work_must_be_accepted_is_told_by_what() -> None:
    text = prompt(TASK.evolve(accept="make check"), [], [])
    assert "make check" in text
    assert "tt task complete" not in text
    assert "tt task fail test" in text


def test_remarks_are_told() -> None:
    task = Task.new("x").assign(UUID(int=1)).remark("use\nthe log", "alice").remark("again", 'agent "b"')
    text = prompt(task, [], [])
    first, second = task.notes
    assert (
        "\n# Remarks on this task\n\n"
        f"- alice, {rfc3339(first.at)}: use\nthe log\n"
        f'- agent "b", {rfc3339(second.at)}: again\n'
    ) in text
    assert "Remarks" not in prompt(Task.new("x"), [], [])
