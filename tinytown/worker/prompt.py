"""What an agent's CLI is told: the prompt, and the same as JSON for scripts. Pure."""

import json
from collections.abc import Sequence

from tinytown.clock import rfc3339
from tinytown.messages import Message
from tinytown.tasks import Priority, Task

_RESULT_CHARS = 16_000
_REMARK_CHARS = 4_000


def prompt(task: Task, before: Sequence[Task], notes: Sequence[Message]) -> str:
    """The prompt for a coding CLI.

    Args:
        task: What is to be done.
        before: The tasks that it builds on, ended, with their results.
        notes: Messages that only inform, and that no task before has dealt with; each is told whole.
    """
    parts = [f"# Task {task.label} (attempt {task.attempt})", "", task.description]
    if task.tags:
        parts += ["", f"Tags: {', '.join(task.tags)}"]
    if task.approval_note:
        parts += ["", f"Approved by {task.approved_by}: {task.approval_note}"]
    if task.notes:
        parts += ["", "# Remarks on this task", ""]
        parts += [
            f"- {note.who}, {rfc3339(note.at)}: {_shortened(note.text, _REMARK_CHARS)}" for note in task.notes
        ]
    if task.last_error is not None:
        parts += ["", "# How the last attempt failed", "", _shortened(task.last_error, _RESULT_CHARS)]
    if before:
        parts += ["", "# What was done before"]
        for other in before:
            parts += ["", f"## {other.label} ({other.state}): {other.description}", ""]
            parts.append(_shortened(other.result or "(no output)", _RESULT_CHARS))
    if notes:
        parts += ["", "# Messages for you", "", "To answer one: tt send NAME TEXT --reply-to ID"]
        for note in notes:
            parts += ["", f"## {_envelope(note)}", "", note.text]
    parts += [
        "",
        "# How to report",
        "",
        "Work in the current directory. What you print last is the result. When you end, the exit status tells:",
        *_report(task),
        "",
    ]
    return "\n".join(parts)


def _envelope(note: Message) -> str:
    """Who says it, and under which id an answer refers to it."""
    urgent = "urgent, " if note.priority is Priority.URGENT else ""
    answers = f", answers {str(note.correlation_id)[:8]}" if note.correlation_id else ""
    return f"From {note.get('from_name') or note.sender} ({urgent}{note.type}, id {str(note.id)[:8]}{answers})"


def _report(task: Task) -> list[str]:
    fail = f'    tt task fail {task.label} --error "what stands in the way"'
    if task.accept is not None:
        done = f"0 says that you are done, and then this has to succeed: {task.accept}"
        return [done, "Any other fails the task. To say why it cannot be done, run", "", fail]
    complete = f'    tt task complete {task.label} --result "what you did"'
    return ["0 completes the task, any other fails it. To say it in so many words, run one of", "", complete, fail]


def context(task: Task, before: Sequence[Task], notes: Sequence[Message]) -> str:
    """The JSON document that TINYTOWN_CONTEXT names: `{task, before: [Task, …], messages: [Message, …]}`."""
    return json.dumps(
        {
            "task": task.model_dump(mode="json"),
            "before": [other.model_dump(mode="json") for other in before],
            "messages": [note.model_dump(mode="json", by_alias=True) for note in notes],
        },
        ensure_ascii=False,
        indent=2,
    )


def _shortened(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return f"[… {len(text) - limit} characters left out …]\n{text[-limit:]}"
