"""Reads a workflow of GitHub Actions: each job becomes a task, or a group of its steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from planner.edit.slug import slug
from planner.imports.conditions import condition
from planner.imports.found import Draft, Found, ImportRefusedError, Loss
from planner.imports.matrix import EXPRESSION, MOST, Combination, combinations, filled
from planner.imports.names import Names
from planner.imports.steps import LIMITS, Job, Unit, drafts_of, is_script, note_job
from planner.imports.yaml_tree import Node, tree
from planner.source import Source


@dataclass(slots=True)
class _Reader:
    """The jobs, their ids, and what was lost so far."""

    file: str
    jobs: Mapping[str, Node]
    root: Node
    names: Names = field(default_factory=Names)
    ids: dict[str, str] = field(default_factory=dict)
    """The ids of the jobs that become tasks."""

    lost: dict[tuple[int, Loss], None] = field(default_factory=dict)
    """What could not be carried over, with its line; what is so in each run of a matrix is told once."""

    def lose(self, node: Node, what: str, why: str) -> None:
        self.lost[node.line, Loss(f"{self.file}:{node.line}", what, why)] = None


def read_workflow(source: Source) -> Found:
    """The jobs of a workflow.

    Raises:
        ImportRefusedError: It is no YAML, or has no jobs.
    """
    root = tree(source)
    jobs = root.at("jobs").keys
    if not jobs:
        raise ImportRefusedError(
            f"{source.name} has no jobs", "Choose a workflow of GitHub Actions, or use --from."
        )
    reader = _Reader(source.name, jobs, root)
    if "concurrency" in root.keys:
        reader.lose(root.at("concurrency"), "concurrency", LIMITS)
    for name, node in jobs.items():
        if any(is_script(step) for step in node.at("steps").items):
            reader.ids[name] = reader.names.take(name)
        else:
            what = f"job {name}"
            reader.lose(node, what, "it has no commands to run; what needs it needs what it needed")
    drafts = _drafts(reader)
    losses = [loss for _, loss in sorted(reader.lost, key=lambda entry: entry[0])]
    return Found(tuple(drafts), tuple(losses), root.at("name").text or None)


def _drafts(reader: _Reader) -> list[Draft]:
    """The tasks of all jobs. A job can come to nothing on the way, so what each needs is known only at the end."""
    made = {name: _job(reader, name) for name in reader.ids}
    for name, drafts in made.items():
        if drafts == []:
            why = "none of its commands can run here; what needs it needs what it needed"
            reader.lose(reader.jobs[name], f"job {name}", why)
            del reader.ids[name]
    found: list[Draft] = []
    for name, drafts in made.items():
        if drafts:
            needs = _needs(reader, reader.jobs[name])
            first = replace(drafts[0], needs=needs, when=drafts[0].when if needs else None)
            found += [first, *drafts[1:]]
    return found


def _job(reader: _Reader, name: str) -> list[Draft] | None:
    """The tasks of a job, the first of them without what it needs; None if it is switched off."""
    node = reader.jobs[name]
    job = Job(reader.file, node, reader.root, reader.names, reader.lose)
    decided = condition(node.at("if"), {}, f"job {name}", reader.lose)
    if decided.never:
        return None
    held = note_job(job)
    base = Draft(
        id=reader.ids[name],
        where=f"{reader.file}:{node.line}",
        description=EXPRESSION.sub("…", _title(node, name)),
        when=decided.when,
        approval=decided.approval or held,
    )
    combined = _combined(reader, name, node)
    if combined is None:
        return drafts_of(job, Unit(base, {}))
    members = [draft for one in combined for draft in drafts_of(job, _unit(reader, base, _title(node, name), one))]
    return [base, *members] if members else []


def _title(node: Node, name: str) -> str:
    return node.at("name").text or name


def _unit(reader: _Reader, base: Draft, name: str, combination: Combination) -> Unit:
    label = ", ".join(combination.values())
    title = filled(name, combination)
    return Unit(
        Draft(
            id=reader.names.take(f"{base.id}.{slug(label)}"),
            where=base.where,
            description=title if title != name else f"{title} ({label})",
            parent=base.id,
        ),
        combination,
    )


def _combined(reader: _Reader, name: str, node: Node) -> list[Combination] | None:
    """The combinations of the job's matrix; None if it has none, or one that cannot be unfolded."""
    matrix = node.at("strategy", "matrix")
    if not matrix.value:
        return None
    found = combinations(matrix)
    if found is None:
        why = f"only one of plain values with {MOST} combinations at most is unfolded; there is one task for all"
        reader.lose(matrix, f"the matrix of job {name}", why)
    return found


def _needs(reader: _Reader, node: Node) -> tuple[str, ...]:
    """The ids of what a job needs; in the place of a job that became no task, what that one needed."""
    needs: dict[str, None] = {}
    open_names = [item.text for item in reversed(node.at("needs").items)]
    seen: set[str] = set()
    while open_names:
        name = open_names.pop()
        if name in reader.jobs and name not in reader.ids:
            if name not in seen:
                seen.add(name)
                open_names += [item.text for item in reversed(reader.jobs[name].at("needs").items)]
        elif name:
            needs[reader.ids.get(name, name)] = None
    return tuple(needs)
