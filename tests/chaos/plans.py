"""The plan that the chaos tests run, and what must be true of every run of it."""

import json
from collections import Counter

from tests.journal_laws import check
from tests.towns import House

_MARK = 'echo "$TINYTOWN_AGENT_NAME {id} $(date +%s.%N)" >> ran; sleep {nap}; echo done {id}'


def _task(name: str, *lines: str, nap: float) -> str:
    run = _MARK.format(id=name, nap=nap).replace('"', '\\"')
    return "\n".join(["[[tasks]]", f'id = "{name}"', f'run = "{run}"', *lines, ""])


def mixed_plan(nap: float = 0.05) -> str:
    """50 tasks and 4 groups: a chain, a fan with a join, a group in a group, diamonds. All run by a team of 3."""
    parts = ['[meta]\ndefault_agent = "hand"\n[agents.hand]\ncli = "shell"\nreplicas = 3\n']

    def add(name: str, *lines: str) -> None:
        parts.append(_task(name, 'agent = "hand"', *lines, nap=nap))

    def group(name: str, *lines: str) -> None:
        parts.append("\n".join(["[[tasks]]", f'id = "{name}"', f'description = "{name}"', *lines, ""]))

    add("chain-0")
    for number in range(1, 10):
        add(f"chain-{number}", f'parent = "chain-{number - 1}"')
    add("seed")
    for number in range(14):
        add(f"fan-{number}", 'needs = ["seed"]')
    add("join", f"needs = {json.dumps([f'fan-{number}' for number in range(14)])}")
    group("epic", 'needs = ["seed"]')
    for number in range(6):
        add(f"member-{number}", 'parent = "epic"')
    group("inner", 'parent = "epic"', 'needs = ["member-0"]')
    for number in range(4):
        add(f"deep-{number}", 'parent = "inner"')
    group("later", 'needs = ["epic"]')
    add("after-1", 'parent = "later"')
    add("after-2", 'parent = "after-1"')
    for number in range(3):
        add(f"left-{number}", 'parent = "chain-2"')
        add(f"right-{number}", 'parent = "chain-2"')
        add(f"foot-{number}", f'needs = ["left-{number}", "right-{number}"]')
    group("closing", 'needs = ["join", "later", "foot-0", "foot-1", "foot-2"]')
    add("last-1", 'parent = "closing"')
    add("last-2", 'parent = "closing"')
    add("end", 'needs = ["closing", "chain-8"]')
    return "\n".join(parts)


def verify(home: House) -> Counter[str]:
    """Asserts that a run of `mixed_plan` came to its end and kept every law.

    Returns:
        How often each task's command ran.
    """
    tasks = {key: held.value for key, held in home.town.ledger.all().items()}
    assert {task.state.value for task in tasks.values()} == {"completed"}, home.states()
    starts = check(home.town.name, tasks, home.town.journal.since("0-0"))
    lines = [line.split() for line in (home.root / "ran").read_text().splitlines()]
    ran = Counter(name for _, name, _ in lines)
    work = {task.plan_id or "": task for task in tasks.values() if not task.group}
    assert set(ran) == set(work)
    for name, task in work.items():
        assert task.result == f"done {name}"
        assert ran[name] <= starts[task.id], f"{name} ran more often than it was started"
    for _, name, moment in lines:
        completed = work[name].completed_at
        assert completed is not None
        assert float(moment) < completed.timestamp(), f"{name} ran after it had completed"
    return ran
