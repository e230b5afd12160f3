"""Reads a source of any kind into tasks that a plan can have."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import PurePath

from planner.imports.beads import read_beads
from planner.imports.found import Found, ImportRefusedError
from planner.imports.markdown import read_markdown
from planner.imports.settle import settled
from planner.imports.taskmaster import read_taskmaster
from planner.imports.workflow import read_workflow
from planner.source import Source
from tinytown.errors import UsageError


class Kind(StrEnum):
    """What a source is."""

    WORKFLOW = "github-actions"
    TASKMASTER = "taskmaster"
    MARKDOWN = "markdown"
    BEADS = "beads"


_SUFFIXES = {
    ".yml": Kind.WORKFLOW,
    ".yaml": Kind.WORKFLOW,
    ".json": Kind.TASKMASTER,
    ".jsonl": Kind.BEADS,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
}
_SIGNS = (
    (Kind.BEADS, re.compile(rb'\A\s*\{[^\n]*"(?:title|issue_type)"[^\n]*\}\s*(?:\n|\Z)')),
    (Kind.TASKMASTER, re.compile(rb"\A\s*[\[{]")),
    (Kind.WORKFLOW, re.compile(rb"^jobs:", re.MULTILINE)),
    (Kind.MARKDOWN, re.compile(rb"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\[.\]", re.MULTILINE)),
)
_READERS: Mapping[Kind, Callable[[Source], Found]] = {
    Kind.WORKFLOW: read_workflow,
    Kind.MARKDOWN: read_markdown,
    Kind.BEADS: read_beads,
}
_WANTED = {
    Kind.WORKFLOW: "Only its commands (`run`) can become tasks.",
    Kind.MARKDOWN: "A task is a box to tick: - [ ] what is to be done.",
    Kind.TASKMASTER: "Choose another file, or another kind with --from.",
    Kind.BEADS: "Choose another file, or another kind with --from.",
}


def kind_of(source: Source) -> Kind:
    """What a source probably is, by its name or else by what it holds.

    Raises:
        UsageError: It looks like nothing that is known.
    """
    named = _SUFFIXES.get(PurePath(source.name).suffix.lower())
    found = named or next((kind for kind, sign in _SIGNS if sign.search(source.body)), None)
    if found is None:
        kinds = ", ".join(kind.value for kind in Kind)
        message = f"{source.name} looks like nothing that can be imported"
        raise UsageError(message, f"Say with --from what it is: {kinds}.")
    return found


def read_source(source: Source, kind: Kind, tag: str | None = None) -> Found:
    """The tasks of a source, and what could not be carried over.

    Args:
        source: The file.
        kind: What it is.
        tag: Of a Taskmaster file, the tag whose tasks are meant.

    Raises:
        ImportRefusedError: No plan can be made of it.
        UsageError: There is a tag, but the source has none.
    """
    if kind is Kind.TASKMASTER:
        found = read_taskmaster(source, tag)
    elif tag is not None:
        raise UsageError("only a Taskmaster file has tags", "Leave out --tag.")
    else:
        found = _READERS[kind](source)
    if not found.drafts:
        raise ImportRefusedError(f"{source.name} has no tasks", f"It was read as {kind}. {_WANTED[kind]}")
    return settled(found)
