"""What a plan must keep to. Every rule looks at the whole file and returns all that it finds.

The rules read the values as they are written, not the checked form, so that one wrong type does not hide
an unknown parent elsewhere.
"""

from collections.abc import Callable, Iterator
from typing import Any

from planner.diagnostics.finding import Finding, ordered
from planner.document import Document, Path
from planner.graph import Graph, groups
from planner.rules.circles import circles
from planner.rules.violations import violations
from planner.rules.written import Outline, Written, written
from planner.schema import CheckedFile
from tinytown.clock import seconds
from tinytown.errors import BadNameError, UsageError
from tinytown.ids import PLAN_ID, check_name, nearest
from tinytown.states import TaskState

_STATUSES = tuple(state.value for state in TaskState)
_TEXTS = ("description", "run", "accept")


def check(document: Document) -> tuple[CheckedFile | None, tuple[Finding, ...]]:
    """Holds a document against every rule.

    Returns:
        The file if it holds no error (there may be warnings), and all findings by place.
    """
    file, findings = violations(document)
    outline = Outline(document, tuple(written(document)))
    for rule in _RULES:
        findings += rule(outline)
    fine = file is not None and not any(found.severity == "error" for found in findings)
    return (CheckedFile(file) if file and fine else None), ordered(findings)


def _descriptions(outline: Outline) -> Iterator[Finding]:
    for task in outline.tasks:
        if "description" not in task.values and "run" not in task.values:
            message = f"{outline.name(task)} has no description"
            remedy = 'say what is to be done: description = "…"'
            yield outline.finding("TT004", task.path(), message, help=remedy, label="no description")
        for key in _TEXTS:
            text = task.text(key)
            if text is not None and not text.strip():
                message = f"{outline.name(task)} has an empty {key}"
                yield outline.finding("TT004", task.path(key), message, help=f"write one, or take {key} out")
            elif text is not None and "\0" in text:
                message = f"{outline.name(task)} has a NUL character in its {key}"
                yield outline.finding("TT006", task.path(key), message, help="no program can take that")


def _ids(outline: Outline) -> Iterator[Finding]:
    for task in outline.tasks:
        name = task.text("id")
        if name is None:
            continue
        first = outline.first.get(name, task)
        if not PLAN_ID.fullmatch(name):
            message = f'a task cannot have the id "{name}"'
            remedy = "use letters, digits, `.`, `_` and `-`, and begin with a letter or digit"
            yield outline.finding("TT006", task.path("id"), message, help=remedy, label="bad characters")
        elif first is not task:
            message = f'two tasks have the id "{name}"'
            related = outline.related(first.path("id"), "the first one is here")
            remedy = "give one of them another id"
            words: dict[str, Any] = {"help": remedy, "label": "again", "related": [related]}
            yield outline.finding("TT005", task.path("id"), message, **words)


def _names(outline: Outline) -> Iterator[Finding]:
    places: list[tuple[Path, str, str]] = []
    for task in outline.tasks:
        places += [
            (task.path(key), key, task.text(key) or "") for key in ("agent", "role") if task.text(key) is not None
        ]
        if task.agent is not None and task.role is not None:
            message = f"{outline.name(task)} has an agent and a role"
            remedy = "agent means that one, role means any agent of that role: keep one of them"
            yield outline.finding("TT019", task.path("role"), message, help=remedy, label="one too many")
    meta = outline.document.values.get("meta")
    default = meta.get("default_agent") if isinstance(meta, dict) else None
    if isinstance(default, str):
        places.append((("meta", "default_agent"), "agent", default))
    for name, member in _team(outline.document).items():
        places.append((("agents", name), "agent", name))
        if isinstance(member, dict) and isinstance(member.get("role"), str):
            places.append((("agents", name, "role"), "role", member["role"]))
    checked: dict[tuple[str, str], BadNameError | None] = {}
    for path, what, name in places:
        if (what, name) not in checked:
            checked[what, name] = _refusal(name, what)
        refusal = checked[what, name]
        if refusal:
            yield outline.finding("TT006", path, refusal.message, help=refusal.remedy)


def _refusal(name: str, what: str) -> BadNameError | None:
    try:
        check_name(name, what)
    except BadNameError as error:
        return error
    return None


def _ties(outline: Outline) -> Iterator[Finding]:
    for task in outline.tasks:
        if task.parent is not None:
            yield from _tie(outline, task, "parent", task.parent, task.path("parent"))
        seen: dict[str, int] = {}
        raw = task.values.get("needs")
        for at, need in enumerate(raw if isinstance(raw, list) else []):
            if not isinstance(need, str):
                continue
            path = task.path("needs", at)
            if need in seen:
                related = outline.related(task.path("needs", seen[need]), "it is here already")
                message = f'{outline.name(task)} needs "{need}" twice'
                yield outline.finding("TT016", path, message, help="take one out", label="again", related=[related])
            else:
                seen[need] = at
                yield from _tie(outline, task, "need", need, path)


def _tie(outline: Outline, task: Written, what: str, other: str, path: Path) -> Iterator[Finding]:
    if other == task.id:
        message = f"{outline.name(task)} is its own {what}"
        yield outline.finding("TT009", path, message, help="take it out", label="this is the task itself")
    elif other not in outline.first:
        guess = outline.guess(other)
        remedy = f'did you mean "{guess}" ({outline.place(outline.first[guess])})?' if guess else ""
        message = f'{outline.name(task)} has unknown {what} "{other}"'
        remedy = remedy or "write the id of a task in this file"
        yield outline.finding("TT007", path, message, help=remedy, label="no task has this id")


def _circles(outline: Outline) -> Iterator[Finding]:
    tasks = list(outline.first.values())
    for circle in Graph(tasks, groups(tasks)).cycles():
        yield circles(outline.document, circle, outline.first)


def _statuses(outline: Outline) -> Iterator[Finding]:
    for task in outline.tasks:
        status = task.text("status")
        if status is not None and status not in _STATUSES:
            guess = nearest(status, _STATUSES)
            remedy = f'did you mean "{guess}"?' if guess else f"write one of {', '.join(_STATUSES)}"
            message = f'{outline.name(task)} has the unknown status "{status}"'
            yield outline.finding("TT010", task.path("status"), message, help=remedy, label="no such status")


def _durations(outline: Outline) -> Iterator[Finding]:
    for task in outline.tasks:
        timeout = task.text("timeout")
        if timeout is not None and not _lasts(timeout):
            message = f'{outline.name(task)} has the timeout "{timeout}"'
            remedy = "write a duration above zero like 30s, 20m or 1h30m"
            yield outline.finding("TT011", task.path("timeout"), message, help=remedy, label="not a duration")


def _lasts(duration: str) -> bool:
    try:
        return 0 < seconds(duration) < float("inf")
    except UsageError:
        return False


def _agents(outline: Outline) -> Iterator[Finding]:
    team = _team(outline.document)
    if not team:
        return
    for task in outline.tasks:
        if task.agent and task.agent not in team and not _refusal(task.agent, "agent"):
            yield _stranger(outline, task.path("agent"), outline.name(task), task.agent)
    meta = outline.document.values.get("meta")
    default = meta.get("default_agent") if isinstance(meta, dict) else None
    if isinstance(default, str) and default and default not in team:
        yield _stranger(outline, ("meta", "default_agent"), "[meta]", default)


def _stranger(outline: Outline, path: Path, who: str, agent: str) -> Finding:
    guess = nearest(agent, _team(outline.document))
    remedy = f'did you mean "{guess}"?' if guess else f"add [agents.{agent}], or spawn it yourself"
    message = f'{who} names the agent "{agent}", who is not in [agents]'
    return outline.finding("TT012", path, message, help=remedy, label="not in the team")


def _team(document: Document) -> dict[str, Any]:
    team = document.values.get("agents")
    return team if isinstance(team, dict) else {}


_RULES: tuple[Callable[[Outline], Iterator[Finding]], ...] = (
    _descriptions,
    _ids,
    _names,
    _ties,
    _circles,
    _statuses,
    _durations,
    _agents,
)
