"""The entry of an agent's process: `python -m tinytown.worker --root TOWN --agent ID`."""

import argparse
import logging
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from uuid import UUID

from tinytown import config as configuration
from tinytown.clis import resolve
from tinytown.connection import Connection
from tinytown.errors import RedisBusyError, TinytownError, TownStoppedError
from tinytown.keys import Keys
from tinytown.patience import Patience
from tinytown.site import Site
from tinytown.states import AgentState
from tinytown.town import locate
from tinytown.worker.attempt import Workplace
from tinytown.worker.desk import Desk
from tinytown.worker.guard import Guard
from tinytown.worker.heartbeat import PATIENCE, Heartbeat
from tinytown.worker.leave import leave
from tinytown.worker.life import Life

_log = logging.getLogger("tinytown.worker")


def main(arguments: Sequence[str] | None = None) -> int:
    """Lives one agent's life. Returns the exit status: 0, or 1 when it could not be lived."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, _terminate)
    try:
        work(options.root, options.agent, options.max_rounds, options.idle_timeout, options.lock)
    except TownStoppedError:
        _log.info("the town was stopped; goodbye")
    except TinytownError as error:
        _log.error("%s. %s", error, error.remedy)
        return 1
    return 0


def work(root: Path, agent: UUID, max_rounds: int, idle_timeout: float, lock: int | None = None) -> None:
    """Enrolls an agent, lives its life, and leaves in good order.

    Args:
        root: The town's folder.
        agent: The agent's id; it is registered already.
        max_rounds: After so many tasks it stops; 0 for no end.
        idle_timeout: After so many seconds without work it stops; 0 for the town's own setting.
        lock: The file descriptor of its life lock, which its guard holds too.
    """
    config = configuration.load(root)
    address, server = locate(root, config)
    revive = server.revive if server is not None else None
    site = Site(root, config, Connection(address, revive), Keys(config.name))
    desk = _desk(site, agent)
    name = desk.me.name
    site.folder(name).mkdir(parents=True, exist_ok=True)
    managed = server is not None
    guard = Guard(keep=() if lock is None else (lock,), merciful=managed)
    pace = config.agent
    pulse = Connection(address, patience=PATIENCE * pace.dead_after_secs)
    heartbeat = Heartbeat(pulse, site.keys, agent, pace, guard, managed=managed)
    heartbeat.start()
    place = Workplace(site, name, str(agent), resolve(desk.me.cli, config), guard)
    life = Life(desk, place, max_rounds, idle_timeout or pace.idle_timeout_secs)
    reason, state = "interrupted", AgentState.STOPPED
    try:
        reason = life.live()
    except (KeyboardInterrupt, SystemExit):
        _log.info("interrupted")
    except TownStoppedError:
        raise
    except Exception as error:
        reason, state = f"{type(error).__name__}: {error}", AgentState.ERROR
        raise
    finally:
        guard.dismiss()
        heartbeat.stop()
        _log.info("leaving: %s", reason)
        leave(site, desk, f"agent {name} left: {reason}", state)


def _desk(site: Site, agent: UUID) -> Desk:
    while True:
        try:
            return Desk(site, agent)
        except RedisBusyError as error:
            _log.warning("%s; waiting for it", error)
            Patience(site.connection).wait(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tinytown.worker", description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--agent", type=UUID, required=True)
    parser.add_argument("--max-rounds", type=int, default=0)
    parser.add_argument("--idle-timeout", type=float, default=0.0)
    parser.add_argument("--lock", type=int, help="the file descriptor of the life lock; only held")
    return parser


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    status = main()
    logging.shutdown()
    os._exit(status)  # an interpreter that tidies up first would hold the agent's name a tenth of a second longer
