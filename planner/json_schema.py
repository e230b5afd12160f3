"""The JSON Schema of tasks.toml, for editors: made of the models that check it, so the two cannot drift apart.

It is written for draft 7, which the TOML language servers know. What is not a matter of one value's form (ids that
there are not, circles, limits) only `tt plan check` can tell.
"""

import json
from typing import Any

from planner.schema import PlanFile
from tinytown.ids import PLAN_ID
from tinytown.states import TaskState

SCHEMA_FILE = "tasks.schema.json"
SCHEMA_LINE = f"#:schema ./{SCHEMA_FILE}\n"
"""By this first line of a plan, editors find the schema beside it."""

_COMMENT = "Written by `tt plan --init`, for editors; `tt plan --schema` prints it."
_TITLES = {"MetaTable": "[meta]", "AgentTable": "[agents.NAME]", "TaskTable": "[[tasks]]"}
_ID = {"pattern": f"^{PLAN_ID.pattern}$"}
_TEXT = {"pattern": r"\S"}
_DURATION = {"pattern": r"^\s*([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+\s*$", "examples": ["30s", "20m", "1h30m"]}
_NARROWER: dict[str, dict[str, Any]] = {
    "id": _ID,
    "parent": _ID,
    "was": _ID,
    "description": _TEXT,
    "run": _TEXT,
    "accept": _TEXT,
    "status": {"enum": [state.value for state in TaskState]},
    "timeout": _DURATION,
    "retry_delay": _DURATION,
    "estimate": _DURATION,
}
"""What the rules ask of a task's values beyond their types."""


def plan_schema() -> dict[str, Any]:
    """The schema as a JSON value."""
    made = PlanFile.model_json_schema(ref_template="#/definitions/{model}")
    definitions = made.pop("$defs")
    schema: dict[str, Any] = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": _COMMENT,
        **_plain(made),
        "title": "tasks.toml",
        "definitions": {name: {**_plain(one), "title": _TITLES[name]} for name, one in definitions.items()},
    }
    schema["properties"]["pools"]["additionalProperties"]["minimum"] = 1
    task = schema["definitions"]["TaskTable"]
    for key, narrower in _NARROWER.items():
        task["properties"][key].update(narrower)
    schema["definitions"]["AgentTable"]["properties"]["idle_timeout"].update(_DURATION)
    task["properties"]["needs"]["items"].update(_ID)
    task["properties"]["needs"]["uniqueItems"] = True
    task["anyOf"] = [{"required": ["description"]}, {"required": ["run"]}]
    task["not"] = {"required": ["agent", "role"]}
    return schema


def schema_bytes() -> bytes:
    """The schema as a file."""
    return (json.dumps(plan_schema(), ensure_ascii=False, indent=2) + "\n").encode()


def is_ours(data: bytes) -> bool:
    """Whether a file is a schema that this program, or another version of it, has written."""
    try:
        value = json.loads(data)
    except ValueError:
        return False
    return isinstance(value, dict) and value.get("$comment") == _COMMENT


def _plain(node: Any) -> Any:
    """The same without null, which TOML does not have, and without titles that only repeat the key."""
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _plain(one) for key, one in node.items() if not _idle(key, one)}
    choices = [one for one in kept.pop("anyOf", []) if one != {"type": "null"}]
    for choice in choices:
        kept.update(choice)
    if "$ref" in kept and len(kept) > 1:  # draft 7 overlooks what stands beside a $ref
        kept["allOf"] = [{"$ref": kept.pop("$ref")}]
    return kept


def _idle(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)
