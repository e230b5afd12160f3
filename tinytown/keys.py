"""Every Redis key of a town and its type: the schema of the store.

| key | type | holds |
|---|---|---|
| `tt:<town>:task:<uuid>` | string | Task as JSON |
| `tt:<town>:agent:<uuid>` | string | Agent as JSON |
| `tt:<town>:inbox:<uuid>` | list | Messages as JSON; the head is next |
| `tt:<town>:processing:<uuid>` | list | taken and not yet acknowledged |
| `tt:<town>:alive:<uuid>` | string, TTL | the agent's heartbeat: when it last beat |
| `tt:<town>:tasks` | set | every task id |
| `tt:<town>:agents` | hash | agent name → uuid |
| `tt:<town>:backlog` | list | unassigned ready tasks |
| `tt:<town>:delayed` | sorted set | tasks that wait for a time, by that time in Unix seconds |
| `tt:<town>:plan` | hash | plan id → the entry as last synced; `:generation` and other notes of the plan |
| `tt:<town>:events` | stream | every change, bounded |
| `tt:<town>:conductor` | string, TTL | the lease of the conductor in charge |
| `tt:<town>:broadcast` | pub/sub | broadcasts |
"""

from uuid import UUID

GENERATION, META, AGENTS, PUSHING, GONE = ":generation", ":meta", ":agents", ":pushing", ":gone:"
PAUSED = ":paused"
"""Notes in the plan's hash beside its entries; no task's id can begin with a colon.

The generation counts the pushes that wrote something; `:meta` and `:agents` are JSON of what belongs to the plan as
a whole, and of its team; `:pushing` is there while a push in several pieces is under way; `:gone:ID` is the last
value of a completed task that was pruned; `:paused` is there while the town is paused, and says by whom.
"""


class Keys:
    """Names the keys of one town.

    Args:
        town: The town's name.
    """

    def __init__(self, town: str) -> None:
        self.prefix = f"tt:{town}:"
        self.tasks = f"{self.prefix}tasks"
        self.agents = f"{self.prefix}agents"
        self.backlog = f"{self.prefix}backlog"
        self.delayed = f"{self.prefix}delayed"
        self.plan = f"{self.prefix}plan"
        self.events = f"{self.prefix}events"
        self.conductor = f"{self.prefix}conductor"
        self.broadcast = f"{self.prefix}broadcast"

    def task(self, task: UUID | str) -> str:
        return f"{self.prefix}task:{task}"

    def agent(self, agent: UUID | str) -> str:
        return f"{self.prefix}agent:{agent}"

    def inbox(self, agent: UUID | str) -> str:
        return f"{self.prefix}inbox:{agent}"

    def processing(self, agent: UUID | str) -> str:
        return f"{self.prefix}processing:{agent}"

    def alive(self, agent: UUID | str) -> str:
        return f"{self.prefix}alive:{agent}"
