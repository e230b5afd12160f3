"""Writes tasks into a plan's text."""

from collections.abc import Iterable, Mapping
from typing import Any

from planner.document import Document
from planner.edit.format import TASK_KEYS
from planner.edit.spelling import pair
from planner.edit.splice import Append, Splice, edit, verified
from planner.imports.found import Draft, Found
from planner.source import BOM
from tinytown.escape import clipped


def new_plan(found: Found, origin: str) -> bytes:
    """A whole tasks.toml.

    Args:
        found: The tasks, settled.
        origin: The source's name.
    """
    blocks = [f"# Imported from {clipped(origin)} by `tt plan import`."]
    if found.description:
        blocks.append("\n".join(["[meta]", pair("description", " ".join(found.description.split()))]))
    blocks += [_block(_values(draft), "\n") for draft in found.drafts]
    return ("\n\n".join(blocks) + "\n").encode()


def appended(document: Document, found: Found) -> bytes:
    """A plan with more tasks behind its own; every byte that it has stays.

    Raises:
        EditError: It is written in a way that nothing can be put behind.
    """
    entries = [_values(draft) for draft in found.drafts]
    if not found.drafts or (("tasks",) in document.index.values and ("tasks",) not in document.index.headers):
        return edit(document, [Append(entry) for entry in entries])
    data, newline = document.source.data, document.source.newline.decode()
    blocks = (newline * 2).join(_block(entry, newline) for entry in entries) + newline
    lead = "" if data in (b"", BOM) else newline if data.endswith(b"\n") else newline * 2
    meant = {**document.values, "tasks": [*document.values.get("tasks", []), *entries]}
    return verified(document, [Splice(len(data), len(data), (lead + blocks).encode())], meant).source.data


def _values(draft: Draft) -> dict[str, Any]:
    """The entry in the order of its keys; a text of several lines ends with a line end, which reads better."""
    said = draft.said()
    return {key: _ended(said[key]) for key in TASK_KEYS if key in said}


def _ended(value: Any) -> Any:
    return value.rstrip("\n") + "\n" if isinstance(value, str) and "\n" in value else value


def _block(entry: Mapping[str, Any], newline: str) -> str:
    return newline.join(["[[tasks]]", *_pairs(entry, newline)])


def _pairs(entry: Mapping[str, Any], newline: str) -> Iterable[str]:
    for key, value in entry.items():
        yield pair(key, value, newline)
