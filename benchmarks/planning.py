"""How long a plan takes to read and check, to push, to push again without a change, and to pull.

python benchmarks/planning.py [--tasks 5000]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from planner.read import require_plan
from planner.sync.pull import pull
from planner.sync.push import push
from planner.sync.store import Store
from tinytown.town import Town

T = TypeVar("T")


def main() -> None:
    """Writes a plan of many tasks and times each step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=5000)
    count = parser.parse_args().tasks
    with (
        tempfile.TemporaryDirectory(prefix="tt-bench-") as folder,
        Town.init(Path(folder) / "plan", "plan") as town,
    ):
        file = town.root / "tasks.toml"
        file.write_text(_plan(count))
        store = Store(town.connection, town.keys, town.name)
        print(f"{count} tasks, {file.stat().st_size / 1e3:.0f} kB")
        plan = _timed("read and check", lambda: require_plan(file))
        _timed("first push", lambda: push(store, plan))
        again = _timed("push, nothing changed", lambda: push(store, plan))
        unchanged = _timed("pull, nothing changed", lambda: pull(store, file))
        if again.written or unchanged.written:
            sys.exit("something was written: these were not the numbers of doing nothing")


def _plan(count: int) -> str:
    entries = []
    for number in range(count):
        parent = f'parent = "t{number // 10}"\n' if number >= 10 else ""  # noqa: PLR2004  ten chains of tens
        entries.append(
            f'[[tasks]]\nid = "t{number}"\ndescription = "task number {number}"\nagent = "a{number % 7}"\n'
            f'status = "pending"\ntags = ["x", "y"]\n{parent}'
        )
    return "\n".join(entries)


def _timed(what: str, work: Callable[[], T]) -> T:
    begun = time.perf_counter()
    result = work()
    print(f"  {what:24}{time.perf_counter() - begun:8.3f} s")
    return result


if __name__ == "__main__":
    main()
