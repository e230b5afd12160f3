"""What was probably meant by a word that nobody knows, at a price that stays linear."""

from collections.abc import Collection

from tinytown.ids import nearest

_WORDS = 50
"""So many words are guessed at most: who has more of them knows what they have in common."""
_LOOKS = 200_000
"""So many comparisons are made at most."""


class Guesses:
    """Guesses among some choices; each word is worked out once, and only the first so many are.

    Args:
        choices: What might have been meant.
    """

    def __init__(self, choices: Collection[str]) -> None:
        self._choices = choices
        self._known: dict[str, str | None] = {}
        self._most = max(min(_WORDS, _LOOKS // max(len(choices), 1)), 2)

    def __call__(self, word: str, besides: str | None = None) -> str | None:
        """The choice that was probably meant.

        Args:
            word: What is written.
            besides: A choice that cannot have been meant.
        """
        if word not in self._known and len(self._known) < self._most:
            self._known[word] = nearest(word, self._choices)
            if besides is not None and self._known[word] == besides:
                self._known[word] = nearest(word, [choice for choice in self._choices if choice != besides])
        guess = self._known.get(word)
        return None if guess == besides else guess
