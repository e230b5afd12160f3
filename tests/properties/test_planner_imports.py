"""Random sources of every kind: a valid plan, or a refusal in words."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.imports.found import ImportRefusedError
from planner.imports.read import Kind, read_source
from planner.imports.write import new_plan
from planner.read import require_plan
from planner.source import Source

KEYS = st.sampled_from(
    [
        *("id", "title", "description", "status", "dependencies", "subtasks", "priority", "tasks", "master"),
        *("type", "depends_on_id", "issue_type", "labels", "assignee", "estimated_minutes", "deleted_at"),
        *("jobs", "steps", "run", "uses", "needs", "if", "strategy", "matrix", "include", "env", "a", "b", "shell"),
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 5),
    st.floats(),
    st.sampled_from(["a", "b", "1", "1.2", "", "parent-child", "done", "closed", "${{ matrix.a }}", "always()"]),
    st.text(max_size=4),
)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=20
)
STEPS = st.fixed_dictionaries({"run": SCALARS}, optional={"if": SCALARS, "env": TREES, "shell": SCALARS})
JOBS = st.dictionaries(
    st.sampled_from(["a", "b", "_c"]),
    st.fixed_dictionaries(
        {"steps": st.lists(STEPS, max_size=3)},
        optional={"needs": TREES, "if": SCALARS, "strategy": TREES, "name": SCALARS, "timeout-minutes": SCALARS},
    ),
    max_size=3,
)
TASKS = st.lists(st.dictionaries(KEYS, TREES, max_size=6), max_size=4)
LINES = st.lists(
    st.sampled_from(
        [
            *("- [ ] a", "  - [x] b @c", "    * [ ] #t", "1. [-] 1. d (needs: a, 1)", "- [ ] (id: a)", "- [ ]"),
            *("# H", "#", "## ", "### J (after: b)", "```", "  ~~~", "- e", "text", "", "\t- [/] f (id: )"),
            "- [ ] @x #y (needs:)",
        ]
    ),
    max_size=12,
)


def imported(kind: Kind, text: str) -> None:
    with suppress(ImportRefusedError):
        found = read_source(Source("source", text.encode(errors="surrogatepass")), kind)
        plan = require_plan(new_plan(found, "source"))
        assert [entry.id for entry in plan.entries] == [draft.id for draft in found.drafts]


@settings(deadline=None)
@given(st.one_of(TREES, TASKS, TASKS.map(lambda tasks: {"tasks": tasks})))
def test_any_taskmaster_file(tree: Any) -> None:
    imported(Kind.TASKMASTER, json.dumps(tree))


@settings(deadline=None)
@given(st.lists(TREES, max_size=5) | TASKS)
def test_any_beads(issues: list[Any]) -> None:
    imported(Kind.BEADS, "\n".join(map(json.dumps, issues)))


@settings(deadline=None)
@given(st.one_of(TREES, JOBS.map(lambda jobs: {"jobs": jobs})))
def test_any_workflow(tree: Any) -> None:
    imported(Kind.WORKFLOW, json.dumps(tree))


@settings(deadline=None)
@given(LINES.map("\n".join) | st.text(st.sampled_from("-* []x#@()`\n\t1.a"), max_size=60))
def test_any_markdown(text: str) -> None:
    imported(Kind.MARKDOWN, text)


@settings(deadline=None)
@given(st.sampled_from(list(Kind)), st.text(max_size=60))
def test_any_text(kind: Kind, text: str) -> None:
    imported(kind, text)
