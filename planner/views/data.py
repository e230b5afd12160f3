"""The plan as data, for JSON."""

from typing import Any

from planner.plan import Entry
from planner.views.scene import Scene
from planner.views.work import Work


def plan_data(scene: Scene) -> dict[str, Any]:
    """The plan for JSON: the tasks that are shown, and what the whole plan takes.

    Args:
        scene: What is shown.
    """
    plan = scene.plan
    return {
        "meta": {
            "description": plan.description,
            "default_agent": plan.default_agent,
            "on_failure": plan.on_failure,
            "max_parallel": plan.max_parallel,
            "pools": dict(plan.pools),
        },
        "agents": [member.model_dump(mode="json") for member in plan.team],
        "progress": scene.progress(),
        "critical_path": _path(scene.whole),
        "work_seconds": scene.whole.total,
        "left": {"critical_path": _path(scene.left), "work_seconds": scene.left.total, "tasks": scene.left.tasks},
        "unestimated": scene.whole.unestimated,
        "known_by": {source.value: count for source, count in scene.whole.sources.items()},
        "eta": scene.forecast and scene.forecast.as_dict(),
        "tasks": [_task(scene, entry) for entry in scene.shown],
    }


def _path(work: Work) -> dict[str, Any]:
    return {"tasks": list(work.path), "seconds": work.seconds}


def _task(scene: Scene, entry: Entry) -> dict[str, Any]:
    part = scene.parts.get(entry.id)
    return {
        "id": entry.id,
        "description": entry.description,
        "state": scene.states[entry.id].value,
        "agent": entry.agent,
        "role": entry.role,
        "parent": entry.parent,
        "needs": list(entry.needs),
        "group": entry.group,
        "wave": scene.waves[entry.id],
        "critical": entry.id in scene.critical,
        "completed": part and part.completed,
        "members": part and part.tasks,
        "held_by": scene.live[entry.id].agent if scene.live and entry.id in scene.live else None,
        "attempt": scene.attempt(entry),
        "run": entry.run,
        "accept": entry.accept,
        "when": entry.when.value,
        "retries": entry.retries,
        "retry_delay": entry.retry_delay,
        "timeout": entry.timeout,
        "priority": entry.priority.value,
        "estimate": entry.estimate,
        "took": scene.took(entry),
        "approval": entry.approval,
        "pool": entry.pool,
        "tags": list(entry.tags),
        "was": entry.was,
    }
