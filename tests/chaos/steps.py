"""Commands that write down when they begin and end, plans made of them, and what they wrote."""

import json
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "STEPS"
"""The environment variable that names the folder of the script and of what was written."""

_SCRIPT = r"""
# step NAME NAP [STATUS TIMES]: ends with STATUS so many times, then with 0
name=$1 nap=$2 bad=${3:-0} often=${4:-0}
attempt=$(sed -n 's/^ *"attempt": \([0-9]*\).*/\1/p' "$TINYTOWN_CONTEXT" | head -n 1)
say() { echo "$1 $name $attempt $TINYTOWN_AGENT_NAME $$ $(date +%s.%N) $2" >> "$STEPS/ran"; }
say begin -
sleep "$nap"
past=$(grep -c "^end $name .* $bad\$" "$STEPS/ran")
if [ "$past" -lt "$often" ]; then
    say end "$bad"
    echo "no luck $name" >&2
    exit "$bad"
fi
say end 0
echo "done $name"
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a task's command. `ended` and `status` are None if it was cut off. Times in Unix seconds."""

    name: str
    attempt: int
    agent: str
    begun: float
    ended: float | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of steps.

    Args:
        text: Of tasks.toml.
        ends: In which state each task ends.
        limits: How many tasks of each pool may be at work at once; under "" all together.
        failures: How many runs of all tasks together are to end badly.
    """

    text: str
    ends: Mapping[str, str]
    limits: Mapping[str, int]
    failures: int


class Steps:
    """The folder.

    Args:
        folder: Where it is to be; outside of the town.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "step").write_text(_SCRIPT)

    def runs(self) -> list[Run]:
        """What has run so far, in the order in which it began."""
        begun: dict[tuple[str, str, str, str], Run] = {}
        text = ""
        with suppress(FileNotFoundError):
            text = (self.folder / "ran").read_text()
        for line in text.splitlines():
            what, name, attempt, agent, pid, moment, status = line.split()
            key = (name, attempt, agent, pid)
            if what == "begin":
                begun[key] = Run(name, int(attempt), agent, float(moment))
            else:
                before = begun[key]
                begun[key] = Run(name, int(attempt), agent, before.begun, float(moment), int(status))
        return list(begun.values())


class _Writer:
    """Writes a plan, task by task."""

    def __init__(self, hands: int, most: int, pools: Mapping[str, int], naps: random.Random) -> None:
        self._naps = naps
        self._limits = {"": most, **pools}
        self._ends: dict[str, str] = {}
        self._failures = 0
        pooled = "[pools]\n" + "".join(f"{name} = {size}\n" for name, size in pools.items()) if pools else ""
        meta = f'[meta]\ndefault_agent = "hand"\nmax_parallel = {most}\n'
        self._parts = [meta, pooled, f'[agents.hand]\ncli = "shell"\nreplicas = {hands}\n']

    def group(self, name: str, **fields: object) -> None:
        self._add(name, "completed", fields)

    def step(
        self, name: str, *needs: str, bad: tuple[int, int] = (0, 0), end: str = "completed", **fields: object
    ) -> None:
        status, often = bad
        nap = self._naps.uniform(0.05, 0.35)
        run = f'sh "$STEPS/step" {name} {nap:.2f} {status} {often}'
        self._failures += min(often, 2)
        needed = {"needs": list(needs)} if needs else {}
        self._add(name, end, {"agent": "hand", "run": run, "retries": 12, **needed, **fields})

    def _add(self, name: str, end: str, fields: Mapping[str, object]) -> None:
        self._ends[name] = end
        lines = [f"{key} = {json.dumps(value)}" for key, value in {"description": name, **fields}.items()]
        self._parts.append("\n".join(["[[tasks]]", f'id = "{name}"', *lines, ""]))

    def plan(self) -> Plan:
        return Plan("\n".join(self._parts), self._ends, self._limits, self._failures)


def stormy_plan(seed: int = 0) -> Plan:
    """32 steps and 2 groups: chains, a join, pools, retries, exit 75, and every `when`; one task fails for good."""
    write = _Writer(hands=4, most=3, pools={"gpu": 1, "net": 2}, naps=random.Random(seed))
    write.step("c0")
    for number in range(1, 5):
        write.step(f"c{number}", parent=f"c{number - 1}")
    for number in range(5):
        write.step(f"f{number}", "c0")
    write.step("join", *(f"f{number}" for number in range(5)))
    write.group("epic", needs=["c1"])
    for number in range(3):
        write.step(f"m{number}", parent="epic", pool="net")
    write.group("inner", parent="epic", needs=["m0"])
    for number in range(2):
        write.step(f"d{number}", parent="inner")
    for number in range(3):
        write.step(f"g{number}", pool="gpu", priority="high")
    for number in range(2):
        write.step(f"x{number}", bad=(3, 2), retry_delay="100ms")
        write.step(f"y{number}", bad=(75, 2), retry_delay="100ms", pool="net")
    write.step("doomed", bad=(4, 999), retries=1, end="failed")
    write.step("blocked", "doomed", end="pending")
    write.step("rescue", "doomed", when="one_failed")
    write.step("spare", "c0", when="one_failed", end="cancelled")
    write.step("fine", "spare", "c2", when="none_failed")
    write.step("report", "doomed", "join", when="all_done")
    write.step("end", "epic", "report", "rescue", "fine", "c4", "x0", "y0")
    return write.plan()


def small_plan() -> Plan:
    """12 steps and a group, for one fault at a chosen point."""
    write = _Writer(hands=2, most=2, pools={"gpu": 1}, naps=random.Random(0))
    write.step("a")
    write.step("b", parent="a")
    for number in range(3):
        write.step(f"f{number}", "a")
    write.group("epic", needs=["b"])
    write.step("m0", parent="epic", pool="gpu")
    write.step("m1", parent="epic", pool="gpu")
    write.step("x", "a", bad=(3, 1))
    write.step("y", "b", bad=(75, 1), retry_delay="100ms")
    write.step("join", "f0", "f1", "f2")
    write.step("end", "epic", "join", "x", "y")
    return write.plan()
