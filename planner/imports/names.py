"""Gives out ids, each once."""

from planner.edit.slug import slug
from tinytown.ids import PLAN_ID


class Names:
    """The ids that were given out."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}
        """The number that may be free next, so that nobody counts from the start again."""

    def take(self, wish: str) -> str:
        """The wished id, made fit to be one; with a number behind it if it was given out already."""
        base = wish if PLAN_ID.fullmatch(wish) else slug(wish)
        name, number = base, self._next.get(base, 2)
        while name in self._taken:
            name = f"{base}-{number}"
            number += 1
        self._next[base] = number
        self._taken.add(name)
        return name
