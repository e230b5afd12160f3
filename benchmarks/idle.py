"""What waiting costs: CPU time of an idle conductor, an idle agent and their Redis.

python benchmarks/idle.py [--seconds 20] [--tasks 1000]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tinytown.ids import task_id
from tinytown.tasks import Task
from tinytown.town import Town
from tinytown.transaction import Transaction

TOWN = "idle"


def main() -> None:
    """Starts a town in which nothing can happen, and watches it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--tasks", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tt-bench-") as folder, Town.init(Path(folder) / TOWN, TOWN) as town:
        agent = town.spawn_agent("idler", "echo")
        transaction = Transaction(town.keys)
        for number in range(options.tasks):  # all of them wait for an agent that is not there
            name = f"t{number}"
            transaction.create_task(
                Task(id=task_id(TOWN, name), plan_id=name, description=name, agent="nobody", order=number)
            )
        transaction.commit(town.connection)
        conductor = subprocess.Popen(
            [sys.executable, "-c", "from tinytown.cli import main; main()", "conductor", "--watch"],
            cwd=town.root,
            stdout=subprocess.DEVNULL,
        )
        try:
            while not town.connection.run("EXISTS", town.keys.conductor):
                time.sleep(0.05)
            time.sleep(2)  # start-up is not what is measured
            pids = {
                "conductor": conductor.pid,
                "agent": agent.state().pid,
                "redis-server": town.server.pid() if town.server else None,
            }
            before = {name: _cpu(pid) for name, pid in pids.items()}
            time.sleep(options.seconds)
            print(f"CPU time in {options.seconds:g} s, {options.tasks} waiting tasks:")
            for name, pid in pids.items():
                used = _cpu(pid) - before[name]
                print(f"  {name:14}{used * 1e3:8.0f} ms   {used / options.seconds:7.2%} of a core")
        finally:
            conductor.terminate()
            conductor.wait()


def _cpu(pid: int | None) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
