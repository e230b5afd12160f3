"""Named points in agents and conductors, and the blows that fall there.

A point lies after a function has returned, or before and after the commit that it makes. Commits of other threads
(heartbeat, lease) do not count.
"""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from functools import partial, wraps
from types import ModuleType
from typing import Any

from tests.chaos.faults.schedule import FaultFolder, Strike

COMMITS = {
    "tinytown.worker.desk": {
        "Desk.enroll": "enrolment",
        "Desk.begin": "start",
        "Desk.finish": "finish",
    },
    "tinytown.worker.leave": {"leave": "farewell"},
    "tinytown.worker.unplanned": {"adopt": "adoption"},
    "tinytown.channel": {"Channel.answer": "answer"},
    "conductor.carry": {"Carrier.carry_out": "release", "Carrier.bury": "burial"},
    "conductor.lease": {"Lease.take": "election"},
    "tinytown.spawn": {"register": "hiring"},
}
"""Who commits: `before …` and `after …` are points."""

RETURNS = {
    "tinytown.channel": {"Channel.receive": "taken", "Channel.acknowledge": "acknowledged"},
    "tinytown.worker.guard": {"Guard.watch": "gated"},
    "tinytown.worker.process": {"run": "exited"},
    "tinytown.worker.desk": {"Desk.keep": "kept", "Desk._read": "looked"},
    "conductor.loop": {"Conductor._reload": "loaded"},
}
"""Functions whose return is a point. `receive` counts if it brought something, `watch` if there is something."""

CALLS = {"tinytown.worker.process": {"_feed": "go"}}
"""Functions whose call is a point."""


class Points:
    """What falls where.

    Args:
        folder: Where passages are counted.
        strikes: The blows.
    """

    def __init__(self, folder: FaultFolder, strikes: Sequence[Strike]) -> None:
        self._folder = folder
        self._strikes = strikes
        self.within = threading.local()

    def passes(self, point: str) -> None:
        """The process passes a point."""
        strikes = [strike for strike in self._strikes if strike.point == point]
        if not strikes:
            return
        count = self._folder.passed(point)
        for strike in strikes:
            if strike.at == count:
                self._folder.note(strike.kind, point)
                _fall(strike)


def _fall(strike: Strike) -> None:
    own = os.getpid()
    if strike.kind == "kill":
        os.kill(own, signal.SIGKILL)
    elif strike.kind == "freeze":
        wake = f"sleep {strike.seconds}; kill -CONT {own}"
        waker = subprocess.Popen(["/bin/sh", "-c", wake], start_new_session=True)
        os.kill(own, signal.SIGSTOP)
        waker.wait()
    else:
        from tinytown.errors import RedisUnreachableError

        raise RedisUnreachableError(f"Redis was made to seem away: {strike.point}", "Wait.")


def patches(points: Points) -> dict[str, Callable[[ModuleType], None]]:
    """The changes to modules that make their points felt."""
    names = {*COMMITS, *RETURNS, *CALLS}
    return {
        "tinytown.transaction": partial(_watch_commits, points=points),
        **{name: partial(_watch, name=name, points=points) for name in names},
    }


def _watch(module: ModuleType, name: str, points: Points) -> None:
    for where, point in COMMITS.get(name, {}).items():
        _replace(module, where, partial(_committing, point=point, points=points))
    for where, point in RETURNS.get(name, {}).items():
        _replace(module, where, partial(_returning, point=point, points=points))
    for where, point in CALLS.get(name, {}).items():
        _replace(module, where, partial(_calling, point=point, points=points))


def _watch_commits(module: ModuleType, points: Points) -> None:
    commit = module.Transaction.commit

    @wraps(commit)
    def watched(self: Any, connection: Any) -> None:
        what = getattr(points.within, "what", None)
        if what is not None:
            points.passes(f"before {what}")
        commit(self, connection)
        if what is not None:
            points.passes(f"after {what}")

    module.Transaction.commit = watched


def _replace(module: ModuleType, where: str, change: Callable[[Any], Any]) -> None:
    *path, name = where.split(".")
    owner: Any = module
    for part in path:
        owner = getattr(owner, part)
    setattr(owner, name, change(getattr(owner, name)))


def _committing(function: Any, point: str, points: Points) -> Any:
    @wraps(function)
    def marked(*args: Any, **kwargs: Any) -> Any:
        before = getattr(points.within, "what", None)
        points.within.what = point
        try:
            return function(*args, **kwargs)
        finally:
            points.within.what = before

    return marked


def _returning(function: Any, point: str, points: Points) -> Any:
    @wraps(function)
    def marked(*args: Any, **kwargs: Any) -> Any:
        answer = function(*args, **kwargs)
        nothing = (point == "taken" and answer is None) or (point == "gated" and args[1] is None)
        if not nothing:
            points.passes(point)
        return answer

    return marked


def _calling(function: Any, point: str, points: Points) -> Any:
    @wraps(function)
    def marked(*args: Any, **kwargs: Any) -> Any:
        points.passes(point)
        return function(*args, **kwargs)

    return marked
