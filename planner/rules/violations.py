"""What the schema refuses, worded as findings."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from planner.diagnostics.finding import Finding, finding
from planner.document import Document, Path
from planner.schema import PlanFile, known_keys
from tinytown.ids import nearest

_WANTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "list_type": 'a list, such as ["a", "b"]',
    "dict_type": "a table",
    "model_type": "a table",
}
_HOMES = {"default_agent": "[meta]", "cli": "[agents.NAME]", "replicas": "[agents.NAME]"}


def violations(document: Document) -> tuple[PlanFile | None, list[Finding]]:
    """Holds a document against the schema.

    Returns:
        The file if it has the right form, and everything that is wrong with its form.
    """
    try:
        return PlanFile.model_validate(document.values), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
    return None, [found for detail in details for found in _worded(document, detail)]


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
        case ("meta", *_):
            return "[meta]"
    return "the file"


def _worded(document: Document, detail: ErrorDetails) -> Iterator[Finding]:
    path: Path = tuple(part for part in detail["loc"] if part != "[key]")
    kind = detail["type"]
    if kind == "extra_forbidden":
        yield _unknown_key(document, path)
    elif kind == "missing":
        yield _missing(document, path)
    elif kind == "greater_than_equal":
        yield _bad_number(document, path, detail["input"])
    elif kind == "literal_error":
        yield _bad_priority(document, path, detail["input"])
    else:
        yield _wrong_type(document, path, kind, detail["input"])


def _unknown_key(document: Document, path: Path) -> Finding:
    key = str(path[-1])
    known = known_keys(path)
    guess = nearest(key, known)
    if guess:
        remedy, label = f'did you mean "{guess}"?', "nobody knows this key"
    elif key in _HOMES:
        remedy, label = f'"{key}" belongs into {_HOMES[key]}', "not here"
    else:
        remedy, label = f"there are: {', '.join(sorted(known))}", "nobody knows this key"
    message = f'{named(document, path[:-1])} has the unknown key "{key}"'
    return _finding(document, "TT002", path, message, help=remedy, label=label)


def _missing(document: Document, path: Path) -> Finding:
    message = f"{named(document, path[:-1])} has no {path[-1]}"
    return _finding(document, "TT004", path[:-1], message, help='give it one, such as id = "build"', label="no id")


def _bad_number(document: Document, path: Path, value: Any) -> Finding:
    message = f"{named(document, path)} has {path[-1]} {value}"
    return _finding(document, "TT011", path, message, help="write 1 or more", label="too small")


def _bad_priority(document: Document, path: Path, value: Any) -> Finding:
    choices = ("low", "normal", "high", "urgent")
    if not isinstance(value, str):
        return _wrong_type(document, path, "string_type", value)
    guess = nearest(value, choices)
    remedy = f'did you mean "{guess}"?' if guess else f"write one of {', '.join(choices)}"
    message = f'{named(document, path)} has the unknown priority "{value}"'
    return _finding(document, "TT011", path, message, help=remedy, label="no such priority")


def _wrong_type(document: Document, path: Path, kind: str, value: Any) -> Finding:
    wanted = _WANTED.get(kind, "something else")
    if path in (("tasks",), ("tasks", 0)) and kind != "string_type":
        wanted = "a list of [[tasks]] tables"
    *_, last = path
    what = f"{path[-2]} has an element that" if isinstance(last, int) and len(path) > 2 else f"{last}"  # noqa: PLR2004
    message = f"{named(document, path)}: {what} must be {wanted}, not {_kind(value)}"
    return _finding(document, "TT003", path, message, help=f"write {wanted}", label=f"this is {_kind(value)}")


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "a table"
    return "a date or time"


def _finding(document: Document, code: str, path: Path, message: str, **words: Any) -> Finding:
    place = document.place(path)
    span = place.key if code == "TT002" else place.value
    return finding(code, document.source.name, span, message, **words)
