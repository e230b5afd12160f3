"""What the schema refuses, worded as findings."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from planner.diagnostics.finding import Finding, finding
from planner.document import Document, Path
from planner.rules.guesses import Guesses
from planner.schema import PlanFile, known_keys

_WANTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false, without quotes",
    "list_type": 'a list, such as ["a", "b"]',
    "dict_type": "a table",
    "model_type": "a table",
}
_DURATIONS = ("timeout", "retry_delay", "estimate", "idle_timeout")
_HOMES = {
    "default_agent": "[meta]",
    "on_failure": "[meta]",
    "max_parallel": "[meta]",
    "cli": "[agents.NAME]",
    "replicas": "[agents.NAME]",
    "idle_timeout": "[agents.NAME]",
    "tasks": "the top of the file, as [[tasks]]",
    "agents": "the top of the file, as [agents.NAME]",
    "pools": "the top of the file, as [pools]",
}
_ELSEWHERE = {
    "name": "id",
    "title": "description",
    "prompt": "description",
    "text": "description",
    "agent": "default_agent",
    "assignee": "agent",
    "assigned_to": "agent",
    "owner": "agent",
    "state": "status",
    "labels": "tags",
    "after": "needs",
    "depends": "needs",
    "depends_on": "needs",
    "dependencies": "needs",
    "requires": "needs",
    "parent_id": "parent",
    "cmd": "run",
    "command": "run",
    "script": "run",
    "check": "accept",
    "verify": "accept",
    "if": "when",
    "trigger_rule": "when",
    "retry": "retries",
    "max_retries": "retries",
    "duration": "estimate",
    "count": "replicas",
    "concurrency": "max_parallel",
}
"""What other programs call these keys."""


def violations(document: Document) -> tuple[PlanFile | None, list[Finding]]:
    """Holds a document against the schema.

    Returns:
        The file if it has the right form, and everything that is wrong with its form.
    """
    try:
        return PlanFile.model_validate(document.values), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
    wording = _Wording(document)
    return None, [wording.finding(detail) for detail in details]


def named(document: Document, path: Path) -> str:
    """What people call the thing at a path: `task "build"`, `agent "coder"`, `[meta]`."""
    match path:
        case ("tasks", int(position), *_):
            entries = document.values.get("tasks")
            entry = entries[position] if isinstance(entries, list) and position < len(entries) else None
            name = entry.get("id") if isinstance(entry, dict) else None
            return f'task "{name}"' if isinstance(name, str) and name else f"task number {position + 1}"
        case ("agents", str(name), *_):
            return f'agent "{name}"'
        case ("meta" | "pools" as table, *_):
            return f"[{table}]"
    return "the file"


class _Wording:
    """Puts what the schema refuses into words.

    Args:
        document: The file.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._guesses: dict[frozenset[str], Guesses] = {}

    def finding(self, detail: ErrorDetails) -> Finding:
        """One refusal as a finding."""
        path: Path = tuple(part for part in detail["loc"] if part != "[key]")
        kind, value = detail["type"], detail["input"]
        if kind == "extra_forbidden":
            return self._unknown_key(path)
        if kind == "missing":
            return self._missing(path)
        if kind == "greater_than_equal":
            return self._small_number(path, value, int(detail["ctx"]["ge"]))
        if kind == "literal_error" and isinstance(value, str):
            return self._no_choice(path, value, detail["ctx"]["expected"])
        if kind == "literal_error":
            return self._wrong_type(path, "string_type", value, _choices(detail["ctx"]["expected"]))
        return self._wrong_type(path, kind, value)

    def _guess(self, word: str, choices: frozenset[str]) -> str | None:
        if choices not in self._guesses:
            self._guesses[choices] = Guesses(sorted(choices))
        return self._guesses[choices](word)

    def _unknown_key(self, path: Path) -> Finding:
        key = str(path[-1])
        known = known_keys(path)
        meant = _ELSEWHERE.get(key.lower().replace("-", "_"))
        guess = meant if meant in known else self._guess(key, known)
        label = "nobody knows this key"
        if guess:
            remedy = f'did you mean "{guess}"?'
        elif key in _HOMES:
            remedy, label = f'"{key}" belongs into {_HOMES[key]}', "not here"
        else:
            remedy = f"there are: {', '.join(sorted(known))}"
        message = f'{named(self._document, path[:-1])} has the unknown key "{key}"'
        return self._found("TT002", path, message, help=remedy, label=label)

    def _missing(self, path: Path) -> Finding:
        message = f"{named(self._document, path[:-1])} has no {path[-1]}"
        return self._found("TT004", path[:-1], message, help='give it one, such as id = "build"', label="no id")

    def _small_number(self, path: Path, value: Any, least: int) -> Finding:
        code = "TT013" if path[-1] == "max_parallel" else "TT011"
        message = f"{named(self._document, path)} has {path[-1]} {value}"
        remedy = f"write {least} or more"
        if code == "TT013":
            message = f"no task can ever start: {message}"
            remedy += ", or take it out: no limit"
        return self._found(code, path, message, help=remedy, label="too small")

    def _no_choice(self, path: Path, value: str, expected: str) -> Finding:
        choices = _choices(expected)
        guess = self._guess(value.strip(), frozenset(choices))
        remedy = f'did you mean "{guess}"?' if guess else f"write one of {', '.join(choices)}"
        message = f'{named(self._document, path)} has the unknown {path[-1]} "{value}"'
        return self._found("TT011", path, message, help=remedy, label=f"no such {path[-1]}")

    def _wrong_type(self, path: Path, kind: str, value: Any, choices: Sequence[str] = ()) -> Finding:
        wanted, name = _WANTED.get(kind, "something else"), named(self._document, path)
        if path == ("tasks",) and isinstance(value, dict):
            message = "[tasks] is one table, but the tasks are a list"
            return self._found("TT003", path, message, help="write [[tasks]]", label="two brackets on each side")
        *_, last = path
        if path == ("tasks",):
            wanted = "a list of [[tasks]] tables"
        elif last in _DURATIONS:
            wanted = 'a duration in quotes, such as "20m"'
        what = str(last)
        if isinstance(last, int) and len(path) > 2:  # noqa: PLR2004  a key's list, not that of the tasks
            what = f"{path[-2]} has an element that"
        elif len(path) == 2 and path[0] in ("tasks", "agents"):  # noqa: PLR2004  one of them as a whole
            what = "it"
        message = f"{name}: {what} must be {wanted}, not {_kind(value)}"
        pair = _corrected(last, kind, value)
        if choices and not any(f'"{choice}"' in pair for choice in choices):
            pair = f"one of {', '.join(choices)}"
        return self._found("TT003", path, message, help=f"write {pair or wanted}", label=f"this is {_kind(value)}")

    def _found(self, code: str, path: Path, message: str, **words: Any) -> Finding:
        place = self._document.place(path)
        span = place.key if code == "TT002" else place.value
        return finding(code, self._document.source.name, span, message, **words)


def _choices(expected: str) -> list[str]:
    """The texts that the schema lists."""
    return expected.replace(" or ", ", ").replace("'", "").split(", ")


def _corrected(key: str | int, kind: str, value: Any) -> str:
    """The pair as it should be written, where that is beyond doubt."""
    one = value[0] if isinstance(value, list) and len(value) == 1 else value
    match kind, one:
        case "list_type", str():
            return f"{key} = [{json.dumps(one, ensure_ascii=False)}]" if key in ("needs", "tags") else ""
        case "string_type", str() if isinstance(value, list):
            text = json.dumps(one, ensure_ascii=False)
            return text if isinstance(key, int) else f"{key} = {text}"
        case "string_type", int() if key not in _DURATIONS and not isinstance(one, bool):
            return f'"{one}"' if isinstance(key, int) else f'{key} = "{one}"'
        case "int_type", str() if one.strip().isascii() and one.strip().isdecimal():
            return f"{key} = {int(one)}"
        case "bool_type", str() if one.strip().lower() in ("true", "false"):
            return f"{key} = {one.strip().lower()}"
    return ""


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "true or false"
        case float():
            return "a number with a fraction"
        case int():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "a table"
    return "a date or time"
