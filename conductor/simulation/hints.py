"""What would make a plan quicker: measured, by running it again with one thing changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from conductor.simulation.bounds import Bound
from conductor.simulation.many import Digest, Many
from conductor.simulation.run import simulate
from conductor.simulation.setting import Setting
from conductor.team import Member
from tinytown.clis import SHELL

_MOST_BOUNDS = 3
_MOST_MORE = 2
_MOST_SEEDS = 5
_WORTH = 0.01
"""Less than a hundredth of the time is not worth a word."""
_NEARLY = 0.9


@dataclass(frozen=True, slots=True)
class Hint:
    """One change and what it saves.

    Args:
        what: The change, in words.
        bound: What it loosens.
        more: By how much.
        saves: Microseconds, on average.
    """

    what: str
    bound: Bound
    more: int
    saves: int


def hints(many: Many) -> list[Hint]:
    """What would help, the most helpful first: of what held back longest, one and two more.

    Args:
        many: The runs as they are.
    """
    base = many.middle
    before = many.runs[:_MOST_SEEDS]
    found: list[Hint] = []
    for bound in list(base.bounds)[:_MOST_BOUNDS]:
        best: Hint | None = None
        for more in range(1, _MOST_MORE + 1):
            changed = _loosened(base.setting, bound, more)
            saves = sum(run.makespan - _makespan(changed, run) for run in before) // len(before)
            if saves > _WORTH * base.makespan and (best is None or saves * _NEARLY > best.saves):
                best = Hint(words(bound, more, base.setting), bound, more, saves)
        found += [best] if best else []
    return sorted(found, key=lambda hint: -hint.saves)


def _makespan(setting: Setting, before: Digest) -> int:
    """How long it takes now; as long as before if it does not get as far."""
    run = simulate(setting, before.seed)
    return run.makespan if run.summary.completed >= before.completed else before.makespan


def _loosened(setting: Setting, bound: Bound, more: int) -> Setting:
    kind, name = bound
    policy = setting.policy
    if kind == "pool":
        pools = {**policy.pools, name: policy.pools[name] + more}
        return replace(setting, policy=policy.model_copy(update={"pools": pools}))
    if kind == "max_parallel":
        most = (policy.max_parallel or 0) + more
        return replace(setting, policy=policy.model_copy(update={"max_parallel": most}))
    if kind == "max_agents":
        return replace(setting, max_agents=setting.max_agents + more)
    member = _member(setting.team, kind, name)
    team = {**setting.team, member.name: replace(member, replicas=member.replicas + more)}
    return replace(setting, hiring=replace(setting.hiring, team=team))


def _member(team: Mapping[str, Member], kind: str, name: str) -> Member:
    if kind == "role":
        return next(_of_role(team, name), Member(name, role=name))
    if kind == "any":
        return team.get(SHELL, Member(SHELL, cli=SHELL))
    return team.get(name, Member(name))


def _of_role(team: Mapping[str, Member], role: str) -> Iterator[Member]:
    return (member for member in team.values() if member.role == role)


def words(bound: Bound, more: int, setting: Setting) -> str:
    """A change in words."""
    kind, name = bound
    if kind == "pool":
        return f'pool "{name}" of {setting.policy.pools[name] + more}'
    if kind == "max_parallel":
        return f"max_parallel = {(setting.policy.max_parallel or 0) + more}"
    if kind == "max_agents":
        return f"max_agents = {setting.max_agents + more}"
    member = _member(setting.team, kind, name)
    return f"{more} more {'replica' if more == 1 else 'replicas'} of {member.name}"
