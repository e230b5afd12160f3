"""What a code means, at length."""

from typing import NamedTuple


class Explanation(NamedTuple):
    """What a code means.

    `bad` is a whole plan in which this code is found and no other; `good` says the same rightly. `fix` says what
    `tt plan check --fix` does about it, such as "takes out the second one"; it is empty if people have to decide.
    """

    name: str
    what: str
    why: str
    bad: str
    good: str
    fix: str = ""
