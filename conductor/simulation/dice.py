"""Chance that depends on a seed and on what it decides, and on nothing else. Pure."""

from hashlib import blake2b

_WHOLE = 2**64


class Dice:
    """Draws numbers by what they are for.

    The same question gets the same answer in every run of a seed, whatever else happens in it, on every machine.
    So two runs that differ in one thing, such as the number of agents, differ by that alone.

    Args:
        seed: Any whole number.
    """

    def __init__(self, seed: int) -> None:
        self._key = f"{seed}".encode()[:64]

    def number(self, *question: object) -> float:
        """A number from 0 to below 1."""
        text = "\0".join(map(str, question)).encode()
        return int.from_bytes(blake2b(text, digest_size=8, key=self._key).digest(), "big") / _WHOLE

    def happens(self, chance: float, *question: object) -> bool:
        """Whether something of this probability happens."""
        return chance > 0 and self.number(*question) < chance

    def between(self, least: float, most: float, *question: object) -> float:
        """A number from `least` to `most`."""
        return least + (most - least) * self.number(*question)
