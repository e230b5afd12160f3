"""The steps of a job: those that are scripts become tasks, one after another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from planner.edit.slug import slug
from planner.imports.conditions import Lose, condition
from planner.imports.found import Draft
from planner.imports.matrix import EXPRESSION, Combination, filled
from planner.imports.names import Names
from planner.imports.script import command
from planner.imports.yaml_tree import Node

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OWN_VARIABLE = re.compile(r"\$\{\{\s*env\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_FOREIGN = re.compile(r"\$\{?((?:GITHUB|RUNNER)_\w+)")
_HERE = ("ubuntu", "linux", "self-hosted")
LIMITS = "[pools] and max_parallel limit what runs at once here"
"""Why no limit of a workflow is carried over."""

_UNLIKE = {
    "services": "services are not started here; see that they run",
    "container": "it runs on this machine, not in a container",
    "environment": "there are no environments here; it waits for your approval instead",
    "concurrency": LIMITS,
    "outputs": "each task is told the results of those before it",
    "continue-on-error": "a failure of it is a failure here",
    "secrets": "secrets come from your own environment here",
}
_ELSEWHERE = ("repository", "ref", "path")


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a workflow, and where to turn with what comes of it."""

    file: str
    node: Node
    root: Node
    names: Names
    lose: Lose


@dataclass(frozen=True, slots=True)
class Unit:
    """One run of a job: the task or group that it becomes, and its values of the matrix."""

    draft: Draft
    combination: Combination


def is_script(step: Node) -> bool:
    """Whether a step has commands to run."""
    return bool(step.at("run").text.strip())


def note_job(job: Job) -> bool:
    """Notes what of a job cannot be carried over. Returns whether it is to wait for approval because of it."""
    for key, why in _UNLIKE.items():
        if key in job.node.keys and job.node.at(key).text != "false":
            job.lose(job.node.at(key), key, why)
    if job.node.at("strategy", "max-parallel").text:
        job.lose(job.node.at("strategy", "max-parallel"), "max-parallel", LIMITS)
    return "environment" in job.node.keys


def drafts_of(job: Job, unit: Unit) -> list[Draft]:
    """The tasks of one run of a job: its only script, or a group of its scripts, each behind the one before."""
    _note_machine(job, unit)
    for step in job.node.at("steps").items:
        _note_action(job, step, unit)
    scripts = [step for step in job.node.at("steps").items if is_script(step)]
    if len(scripts) == 1:
        return _only(job, unit, scripts[0])
    members: list[Draft] = []
    before: str | None = None
    aside: list[str] = []  # steps that run only after a failure: only what runs in any case waits for them
    for step in scripts:
        draft = _step(job, unit, step, first=before is None)
        if draft is None:
            continue
        name = job.names.take(f"{unit.draft.id}.{slug(step.at('id').text or draft.description)}")
        needs = ((before,) if before else ()) + (tuple(aside) if draft.when == "all_done" else ())
        members.append(replace(draft, id=name, parent=unit.draft.id, needs=needs))
        if draft.when == "one_failed":
            aside.append(name)
        else:
            before = name
            aside = [] if draft.when == "all_done" else aside
    return [unit.draft, *members] if members else []


def _only(job: Job, unit: Unit, step: Node) -> list[Draft]:
    draft = _step(job, unit, step, first=True)
    if draft is None:
        return []
    named = step.at("name").text and not job.node.at("name").text and not unit.combination
    return [
        replace(
            unit.draft,
            description=draft.description if named else unit.draft.description,
            run=draft.run,
            timeout=draft.timeout,
            approval=unit.draft.approval or draft.approval,
        )
    ]


def _step(job: Job, unit: Unit, step: Node, *, first: bool) -> Draft | None:
    """A step as a task without ties; None if it is not to run, or cannot."""
    text = filled(step.at("run").text, unit.combination)
    title = filled(step.at("name").text, unit.combination) or text.strip().split("\n")[0].strip()
    decided = condition(step.at("if"), unit.combination, title, job.lose)
    if decided.never:
        return None
    if first and decided.when == "one_failed":
        job.lose(step.at("if"), title, "it runs only after a failure, and no command stands before it")
        return None
    if step.at("continue-on-error").text not in ("", "false"):
        job.lose(step.at("continue-on-error"), f"{title}, continue-on-error", _UNLIKE["continue-on-error"])
    text = _OWN_VARIABLE.sub(r"${\1}", text)
    shell = _setting(job, step, "shell")
    folder = filled(_setting(job, step, "working-directory"), unit.combination)
    run = command(text, shell, folder, _variables(job, unit, step))
    if run is None:
        job.lose(step.at("run"), title, f"it is written for {shell}, and tasks run in a shell")
        return None
    foreign = [found[0] for found in EXPRESSION.finditer(f"{text} {folder}")] + _FOREIGN.findall(text)
    for inner in dict.fromkeys(foreign):
        job.lose(step.at("run"), inner, "nobody fills it in here; correct the command")
    return Draft(
        id="",
        where=f"{job.file}:{step.line}",
        description=title,
        run=run,
        when=None if first else decided.when,
        timeout=_timeout(job, step) or _timeout(job, job.node),
        approval=decided.approval,
    )


def _setting(job: Job, step: Node, key: str) -> str:
    """A setting of a step, or the default of its job or workflow."""
    told = (step.at(key), job.node.at("defaults", "run", key), job.root.at("defaults", "run", key))
    return next((node.text.strip() for node in told if node.text.strip()), "")


def _variables(job: Job, unit: Unit, step: Node) -> Mapping[str, str]:
    """The environment that a step is given, as far as it is plain text."""
    found: dict[str, str] = {}
    for node in (job.root.at("env"), job.node.at("env"), step.at("env")):
        for name, value in node.keys.items():
            text = filled(value.text, unit.combination)
            found.pop(name, None)
            if EXPRESSION.search(text) or not _VARIABLE.fullmatch(name):
                job.lose(value, f"env {name}", "it is not plain text; give it in your own environment")
            else:
                found[name] = text
    return found


def _timeout(job: Job, node: Node) -> str | None:
    minutes = node.at("timeout-minutes")
    if not minutes.text:
        return None
    try:
        seconds = round(float(minutes.text) * 60)
    except (ValueError, OverflowError):
        job.lose(minutes, f"timeout-minutes: {minutes.text}", "it is no number")
        return None
    if seconds <= 0:
        return None
    return f"{seconds}s" if seconds % 60 else f"{seconds // 60}m"


def _note_machine(job: Job, unit: Unit) -> None:
    node = job.node.at("runs-on")
    where = filled(" ".join(item.text for item in node.items), unit.combination)
    if where and not any(word in where.lower() for word in _HERE):
        job.lose(node, f"runs-on: {where}", "it runs on this machine")


def _note_action(job: Job, step: Node, unit: Unit) -> None:
    """Notes a step that is no script. A plain checkout is none the less carried over: tasks run in one."""
    uses = filled(step.at("uses").text, unit.combination)
    if uses.startswith("actions/checkout@") and not any(step.at("with", key).text for key in _ELSEWHERE):
        return
    if not is_script(step):
        job.lose(step, uses or step.at("name").text or "a step", "only commands can run here, no actions")
