"""The actors of a scene and what they know, each a tree: from what was answered to what is asked next.

An actor's next question depends on the answers alone. So each of its histories is run once, whatever the others do
meanwhile, and those that end in the same footprint are one.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.model.actor import Actor
from tests.model.footprint import Footprints
from tests.model.store import WAITS, Command

_PARKED = 400
"""So many actors at most stand by to be told more; others are made anew and told all that they had heard."""


@dataclass(slots=True, eq=False)
class Node:
    """What an actor asks after one history; nothing if it has ended.

    Args:
        number: Which one of all.
        actor: Whose.
        command: Its question.
        before: The node before, and the answer that led from there to here.
        crash: What it ended by, if that was no error of ours.
    """

    number: int
    actor: int
    command: Command | None
    before: "tuple[Node, Any] | None" = None
    crash: BaseException | None = None
    after: dict[Any, "Node"] = field(default_factory=dict)


def frozen(answer: Any) -> Any:
    """An answer that can be looked up."""
    return tuple(map(frozen, answer)) if isinstance(answer, list) else answer


def thawed(answer: Any) -> Any:
    return list(map(thawed, answer)) if isinstance(answer, tuple) else answer


class Cast:
    """All that the actors of a scene may come to.

    Args:
        scripts: What each does, by its name.
    """

    def __init__(self, scripts: Mapping[str, Callable[[], object]]) -> None:
        self.names = list(scripts)
        self._scripts = list(scripts.values())
        self._parked: OrderedDict[int, Actor] = OrderedDict()
        self._footprints = Footprints()
        self._alike: dict[tuple[int, Any], Node] = {}
        self.nodes: list[Node] = []

    def first(self, actor: int) -> Node:
        """Before it has been told anything."""
        one = Actor(actor + 1, self._scripts[actor])
        return self._arrived(one, one.switch(), None)

    def told(self, node: Node, answer: Any) -> Node:
        """What an actor asks after it was told an answer, as `frozen` gives it."""
        found = node.after.get(answer)
        if found is None:
            one = self._parked.pop(node.number, None) or self._again(node)
            found = node.after[answer] = self._arrived(one, one.switch(thawed(answer)), (node, answer))
        return found

    def close(self) -> None:
        """Lets all of them go."""
        while self._parked:
            self._dismiss()

    def _again(self, node: Node) -> Actor:
        answers: list[Any] = []
        at = node
        while at.before is not None:
            at, answer = at.before
            answers.append(answer)
        one = Actor(node.actor + 1, self._scripts[node.actor])
        asked = one.switch()
        for answer in reversed(answers):
            asked = one.switch(thawed(answer))
        assert asked == node.command, "not the same as before: something is not pinned"
        return one

    def _arrived(self, one: Actor, command: Command | None, before: tuple[Node, Any] | None) -> Node:
        ended = one.dead
        node = Node(len(self.nodes), one.number - 1, None if ended else command, before, one.crash)
        if ended or (command and command[0] in WAITS):
            alike = one.crash if ended else self._footprints.of(one)
            node = self._alike.setdefault((node.actor, (node.command, alike)), node)
        if node.number == len(self.nodes):
            self.nodes.append(node)
        if not ended:
            self._parked[node.number] = one
            if len(self._parked) > _PARKED:
                self._dismiss()
        return node

    def _dismiss(self) -> None:
        _, one = self._parked.popitem(last=False)
        one.throw()
