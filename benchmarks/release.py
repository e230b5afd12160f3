"""How fast work moves: a chain of tasks, and 1 → N → 1, with echo agents.

The conductor and each agent are processes of their own.

Prints, for each shape and each `appendfsync`:

- tasks/s from the first start to the last end;
- hop: from the end of a parent's work to the start of its child's, by the workers' own clocks (one machine).
  It holds the report of the end, the conductor's decision, the delivery, and the child's taking up. For the fan it
  is the time from the last of N ends to the start of the task that needs them all;
- the hop as a multiple of one bare crossing: a message pushed by one process until another, blocked on the list,
  has it. It is measured on the same Redis in the same minute. A hop crosses processes three times.

    python benchmarks/release.py [--tasks 1000] [--agents 2] [--runs 3]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tinytown.ids import task_id
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.town import Town
from tinytown.transaction import Transaction

TOWN = "bench"

_ECHO = """
import sys
from pathlib import Path
from tinytown.connection import Address, Connection
connection = Connection(Address(socket=Path(sys.argv[1])))
for _ in range(int(sys.argv[2])):
    connection.run("BLPOP", "bench:to", 0)
    connection.run("RPUSH", "bench:fro", "x")
"""


@dataclass(frozen=True)
class Result:
    """One run. Seconds."""

    tasks_per_second: float
    hops: list[float]
    crossing: float


def main() -> None:
    """Runs everything and prints a table."""
    options = _parser().parse_args()
    print(f"{options.tasks} tasks, {options.agents} echo agents, medians of {options.runs} runs; hop in ms")
    print(f"{'shape':8}{'appendfsync':13}{'tasks/s':>9}{'hop p50':>10}{'hop p99':>10}{'x crossing':>14}")
    for shape in ("chain", "fan"):
        for fsync in ("everysec", "always"):
            results = [_run(shape, fsync, options.tasks, options.agents) for _ in range(options.runs)]
            _print(shape, fsync, results)


def _print(shape: str, fsync: str, results: list[Result]) -> None:
    speed = statistics.median(result.tasks_per_second for result in results)
    p50 = statistics.median(_quantile(result.hops, 0.5) for result in results)
    p99 = statistics.median(_quantile(result.hops, 0.99) for result in results)
    trip = statistics.median(result.crossing for result in results)
    tail = f"{p99 * 1e3:10.3f}" if shape == "chain" else f"{'':10}"
    print(f"{shape:8}{fsync:13}{speed:9.0f}{p50 * 1e3:10.3f}{tail}{p50 / trip:14.1f}")


def _run(shape: str, fsync: str, count: int, agents: int) -> Result:
    with _town(fsync) as town:
        for number in range(agents):
            town.spawn_agent(f"a{number}", "echo")
        transaction = Transaction(town.keys)
        for number in range(count):
            transaction.create_task(_task(shape, number, count, agents))
        transaction.commit(town.connection)
        subprocess.run(
            [sys.executable, "-c", "import sys; from tinytown.cli import main; sys.exit(main())", "conductor"],
            cwd=town.root,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        tasks = {held.value.plan_id: held.value for held in town.ledger.all().values()}
        if any(task.state is not TaskState.COMPLETED for task in tasks.values()):
            sys.exit("a task did not complete: this run measures nothing")
        return Result(count / _span(list(tasks.values())), _hops(shape, tasks, count), _crossing(town))


@contextmanager
def _town(fsync: str) -> Iterator[Town]:
    with tempfile.TemporaryDirectory(prefix="tt-bench-") as folder, Town.init(Path(folder) / TOWN, TOWN) as town:
        town.connection.run("CONFIG", "SET", "appendfsync", fsync)
        yield town


def _task(shape: str, number: int, count: int, agents: int) -> Task:
    """Task `number` of the shape. Neighbours have different agents, so that every hop crosses processes."""
    parent = None
    needs: tuple[str, ...] = ()
    if shape == "chain":
        parent = f"t{number - 1}" if number else None
    elif number == count - 1:
        needs = tuple(f"t{other}" for other in range(1, count - 1))
    elif number:
        parent = "t0"
    return Task(
        id=task_id(TOWN, f"t{number}"),
        plan_id=f"t{number}",
        description=f"task {number}",
        agent=f"a{number % agents}",
        order=number,
        parent_id=task_id(TOWN, parent) if parent else None,
        needs=needs,
    )


def _span(tasks: list[Task]) -> float:
    starts = [task.started_at for task in tasks if task.started_at]
    ends = [task.completed_at for task in tasks if task.completed_at]
    return (max(ends) - min(starts)).total_seconds()


def _hops(shape: str, tasks: dict[str | None, Task], count: int) -> list[float]:
    def gap(ends: list[Task], child: Task) -> float:
        last = max(task.completed_at for task in ends if task.completed_at)
        return (child.started_at - last).total_seconds() if child.started_at else float("nan")

    if shape == "chain":
        return [gap([tasks[f"t{n - 1}"]], tasks[f"t{n}"]) for n in range(1, count)]
    return [gap([tasks[f"t{n}"] for n in range(count - 1)], tasks[f"t{count - 1}"])]


def _crossing(town: Town, count: int = 1000) -> float:
    """The median time from a push in one process to the end of a blocked pop in another."""
    echo = subprocess.Popen([sys.executable, "-c", _ECHO, str(town.connection.address.socket), str(count)])
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        town.connection.run("RPUSH", "bench:to", "x")
        town.connection.run("BLPOP", "bench:fro", 0)
        times.append((time.perf_counter() - begun) / 2)
    echo.wait()
    return statistics.median(times)


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--agents", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    return parser


if __name__ == "__main__":
    main()
