"""A heart that beats while its process lives and is awake, without a step for each beat."""

from dataclasses import dataclass


@dataclass(slots=True)
class Pulse:
    """Beats every so often; silence of a certain length counts as death. Microseconds.

    Args:
        since: When it began, or went on, to beat.
        every: Between two beats.
        patience: The silence that counts as death.
        silent_since: When it fell silent; None while it beats.
    """

    since: int
    every: int
    patience: int
    silent_since: int | None = None

    def stop(self, now: int) -> None:
        """It falls silent."""
        if self.silent_since is None:
            self.silent_since = now

    def go_on(self, now: int) -> None:
        """It beats again, from now on."""
        self.since, self.silent_since = now, None

    @property
    def silent(self) -> bool:
        """Whether it does not beat at present."""
        return self.silent_since is not None

    @property
    def expires(self) -> int | None:
        """When its silence counts as death; None while it beats."""
        if self.silent_since is None:
            return None
        beats = (self.silent_since - self.since) // self.every
        return self.since + beats * self.every + self.patience

    def is_heard(self, now: int) -> bool:
        """Whether it counts as alive."""
        expires = self.expires
        return expires is None or now < expires
