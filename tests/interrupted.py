"""A connection on which something happens at a chosen command: the process dies, or somebody comes in between."""

from collections.abc import Callable
from typing import Any

from tinytown.connection import Address, Connection


class DiesError(Exception):
    """The process ends here."""


def dies() -> None:
    """Ends the process, as far as a test can tell."""
    raise DiesError


class Interrupted(Connection):
    """A connection.

    Args:
        address: Where Redis is.
        at: Which of the commands of this kind it is, from 1.
        act: What happens then.
        after: Whether Redis has done the command before it happens; else it has not even heard of it.
        kind: The kind of command; a commit, unless something else is said.
    """

    def __init__(
        self, address: Address, at: int, act: Callable[[], object], *, after: bool = False, kind: str = "EVALSHA"
    ) -> None:
        super().__init__(address)
        self._at = at
        self._act = act
        self._after = after
        self._kind = kind
        self._seen = 0

    def run(self, *command: str | int) -> Any:
        if command[0] != self._kind:
            return super().run(*command)
        self._seen += 1
        now = self._seen == self._at
        if now and not self._after:
            self._act()
        answer = super().run(*command)
        if now and self._after:
            self._act()
        return answer
