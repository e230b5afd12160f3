"""A simulation for programs: one document."""

from dataclasses import asdict
from typing import Any

from conductor.simulation.attempts import Attempt
from conductor.simulation.report import Report
from conductor.simulation.run import Run
from conductor.simulation.steps import SECOND

_SHARES = {"min": 0.0, "p50": 0.5, "p90": 0.9, "max": 1.0}


def document(report: Report) -> dict[str, Any]:
    """All that is known, as plain values; times in seconds."""
    many, setting = report.many, report.run.setting
    return {
        "file": report.file,
        "ok": many.ok,
        "settings": {
            "faults": asdict(setting.faults),
            "spread": setting.spread,
            "approve_after": setting.approve_after,
            "max_agents": setting.max_agents,
        },
        "makespan": {name: _seconds(many.makespan(share)) for name, share in _SHARES.items()},
        "unsuccessful": many.bad_seeds(),
        "failing": [{"id": task, "runs": count} for task, count in many.failing()],
        "runs": [
            {
                "seed": run.seed,
                "makespan": _seconds(run.makespan),
                "ok": run.ok,
                "completed": run.completed,
                "unfinished": list(run.unfinished),
                "faults": run.struck,
            }
            for run in many.runs
        ],
        "planned": {"path": list(report.planned[0]), "seconds": round(report.planned[1], 3)},
        "run": _run(report),
        "hints": [
            {"change": hint.what, "what": list(hint.bound), "more": hint.more, "saves": _seconds(hint.saves)}
            for hint in report.hints
        ],
    }


def _run(report: Report) -> dict[str, Any]:
    run = report.run
    return {
        "seed": run.seed,
        "makespan": _seconds(run.makespan),
        "tasks": run.summary.states,
        "unfinished": [{"id": task.label, "state": task.state, "why": task.why} for task in run.summary.unfinished],
        "chain": [
            {**_attempt(link.attempt), "waited": _seconds(link.wait), "for": link.why} for link in report.chain()
        ],
        "agents": [
            {
                "agent": use.agent,
                "busy": _seconds(use.busy),
                "utilisation": round(use.busy / max(run.makespan, 1), 4),
                "attempts": use.attempts,
            }
            for use in report.uses()
        ],
        "attempts": [_attempt(one) for one in report.attempts()],
        "faults": dict(run.struck),
        "limits": _limits(run),
    }


def _attempt(one: Attempt) -> dict[str, Any]:
    return {
        "id": one.label,
        "attempt": one.number,
        "agent": one.agent,
        "assigned": _seconds(one.assigned),
        "started": _seconds(one.started),
        "ended": _seconds(one.ended),
        "end": one.how,
        "why": one.why or None,
    }


def _limits(run: Run) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "name": name or None, "seconds": _seconds(held.span), "most": held.most}
        for (kind, name), held in run.bounds.items()
    ]


def _seconds(micros: int) -> float:
    return micros / SECOND
