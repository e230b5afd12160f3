"""How long `tt` takes to start, beside a Python that does nothing.

python benchmarks/startup.py [--runs 15]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tinytown.town import Town

_TT = [sys.executable, "-c", "import sys; from tinytown.cli import main; sys.exit(main())"]


def main() -> None:
    """Times each command and prints medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with (
        tempfile.TemporaryDirectory(prefix="tt-bench-") as folder,
        Town.init(Path(folder) / "start", "start") as town,
    ):
        bare = _median([sys.executable, "-c", "pass"], town.root, runs)
        print(f"{'python -c pass':24}{bare * 1e3:8.0f} ms")
        for words in (["--help"], ["status"], ["tasks"], ["list"], ["plan", "--help"]):
            taken = _median([*_TT, *words], town.root, runs)
            print(f"{'tt ' + ' '.join(words):24}{taken * 1e3:8.0f} ms   {taken / bare:5.1f} x")


def _median(command: list[str], folder: Path, runs: int) -> float:
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


if __name__ == "__main__":
    main()
