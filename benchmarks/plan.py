"""What a plan costs to check, push and pull, as multiples of `tomllib.loads` of the same file in the same run.

python benchmarks/plan.py [--tasks 10000] [--rounds 5] [--large 100000]

The first table shows that time and memory grow with the number of tasks and no faster; each size has a process of
its own.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from planner.read import require_plan
from planner.sync.pull import pull
from planner.sync.push import push
from planner.sync.store import Store
from tinytown.record import Held
from tinytown.tasks import Task
from tinytown.town import Town
from tinytown.transaction import Transaction

_PULLED = 1000
_BATCH = 500


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--check", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.check:
        _check(options.check)
        return
    # First, for a process begins with the peak of memory of the one that it comes from.
    _growth([options.large // 100, options.large // 10, options.large])
    print()
    with (
        tempfile.TemporaryDirectory(prefix="tt-bench-") as folder,
        Town.init(Path(folder) / "plan", "plan") as town,
    ):
        _ratios(town, options.tasks, options.rounds)


def _ratios(town: Town, count: int, rounds: int) -> None:
    file = town.root / "tasks.toml"
    file.write_text(_plan(count))
    store = Store(town.connection, town.keys, town.name)
    print(f"{count} tasks, {file.stat().st_size / 1e6:.2f} MB; medians of {rounds}, in turns")
    first = _seconds(lambda: push(store, require_plan(file)))
    times: dict[str, list[float]] = {}
    for number in range(rounds):
        times.setdefault("tomllib.loads", []).append(_seconds(partial(tomllib.loads, file.read_text())))
        times.setdefault("read and check", []).append(_seconds(lambda: require_plan(file)))
        times.setdefault("push, nothing changed", []).append(_seconds(lambda: _nothing(store, file)))
        _change_states(town, store, number)
        times.setdefault(f"pull, {_PULLED} statuses", []).append(_seconds(lambda: pull(store, file)))
    unit = statistics.median(times["tomllib.loads"])
    for what, taken in times.items():
        median = statistics.median(taken)
        print(f"  {what:24}{median:8.3f} s {median / unit:6.2f} x")
    print(f"  {'first push':24}{first:8.3f} s {first / unit:6.2f} x  (once)")


def _nothing(store: Store, file: Path) -> None:
    if push(store, require_plan(file)).written:
        sys.exit("something was written: this is not the time of doing nothing")


def _change_states(town: Town, store: Store, number: int) -> None:
    """Lets a thousand other tasks be cancelled, or go back to pending, each time."""
    held = list(store.read().held.values())[:_PULLED]
    for start in range(0, len(held), _BATCH):
        transaction = Transaction(town.keys)
        for one in held[start : start + _BATCH]:
            transaction.change_task(one, _turned(one, number))
        transaction.commit(town.connection)


def _turned(held: Held[Task], number: int) -> Task:
    return held.value.rerun() if number % 2 else held.value.cancel("for the benchmark")


def _growth(sizes: list[int]) -> None:
    print("read and check, each size in a process of its own")
    with tempfile.TemporaryDirectory(prefix="tt-bench-") as folder:
        for size in sizes:
            file = Path(folder) / f"{size}.toml"
            file.write_text(_plan(size))
            told = subprocess.run(
                [sys.executable, __file__, "--check", str(file)], check=True, capture_output=True, text=True
            ).stdout
            seconds, loads, megabytes = map(float, told.split())
            print(
                f"  {size:7} tasks {file.stat().st_size / 1e6:6.2f} MB {seconds:8.3f} s {seconds / loads:6.2f} x"
                f" {megabytes:7.0f} MB of memory, {1e6 * seconds / size:5.1f} µs a task"
            )


def _check(file: Path) -> None:
    text = file.read_text()
    loads = _seconds(lambda: tomllib.loads(text))
    seconds = _seconds(lambda: require_plan(file))
    print(seconds, loads, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _plan(count: int) -> str:
    """Chains of tens, in groups of a hundred."""
    entries = []
    for number in range(count):
        if not number % 100:
            entries.append(f'[[tasks]]\nid = "g{number}"\ndescription = "group number {number}"\n')
        parent = f'needs = ["t{number - 1}"]\n' if number % 10 else ""
        entries.append(
            f'[[tasks]]\nid = "t{number}"\ndescription = "task number {number}"\nagent = "a{number % 7}"\n'
            f'status = "pending"\ntags = ["x", "y"]\nparent = "g{number - number % 100}"\n{parent}'
        )
    return "\n".join(entries)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
