"""Everything that can go wrong, in one hierarchy.

A message says what happened and where; the remedy says what to do next. The command line prints both on
stderr and exits with the class's status; nobody is shown a traceback.
"""


class TinytownError(Exception):
    """The root of every error that Tinytown raises on purpose.

    Args:
        message: One sentence: what happened, and where.
        remedy: One sentence: what to do about it; empty when there is nothing to do.
    """

    exit_status = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UsageError(TinytownError):
    """The words of a command or call do not fit together."""

    exit_status = 2


class BadNameError(UsageError):
    """A name holds a character that it must not, or is reserved."""


class NoTownError(TinytownError):
    """No tinytown.toml was found."""


class TownExistsError(TinytownError):
    """A town is here already."""


class TownBusyError(TinytownError):
    """A town cannot be changed as a whole while it is at work."""


class TownFilledError(TinytownError):
    """A town holds something already."""


class BadSnapshotError(TinytownError):
    """A snapshot is damaged, or something else.

    Args:
        line: The line, from 1.
        what: What is wrong with it.
    """

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line} of the snapshot: {what}", "Nothing was restored. Is it a file of `tt save`?")
        self.line = line


class ConfigError(TinytownError):
    """tinytown.toml cannot be read."""


class StoreError(TinytownError):
    """Redis answered with an error that has no better name."""


class RedisMissingError(StoreError):
    """No redis-server to start."""


class RedisTooOldError(StoreError):
    """Redis lacks commands that the store is built on (BLMOVE came with 6.2)."""


class RedisUnreachableError(StoreError):
    """Redis does not answer, or the connection broke; what was under way may or may not have happened."""


class RedisBusyError(RedisUnreachableError):
    """Redis refuses for now: a script keeps it busy, or another server is in charge. It is nobody's mistake."""


class RedisLoadingError(RedisBusyError):
    """Redis was just started and is still reading its data."""


class RedisDeniedError(StoreError):
    """Redis wants a password, or another one."""


class StoreFullError(StoreError):
    """Redis cannot write: its disk or its memory is full."""


class UnknownScriptError(StoreError):
    """Redis does not have the script of this hash; it was started anew since."""


class TownStoppedError(StoreError):
    """The town's Redis was stopped on purpose while this process was using it."""


class SupersededError(StoreError):
    """Another process has taken this agent's name over, because this one was not heard for too long."""


class StaleError(StoreError):
    """A transaction was refused: something that it relied on has changed since it was read.

    Args:
        key: The Redis key whose value is no longer the expected one.
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} was changed by somebody else in the meantime", "Look at it and try again.")
        self.key = key


class LostLeaseError(StaleError):
    """Another conductor is in charge now."""


class UnlawfulMoveError(TinytownError):
    """A task or agent was asked to go to a state that cannot follow its present one."""


class UnknownTaskError(TinytownError):
    """No task has this id."""


class UnknownAgentError(TinytownError):
    """No agent has this name."""


class UnknownMessageError(TinytownError):
    """No message has this id."""


class NoOutputError(TinytownError):
    """A task has put out nothing yet, or not on this machine."""


class AmbiguousError(TinytownError):
    """A reference fits more than one thing."""


class AgentExistsError(TinytownError):
    """An agent of this name is at work already."""


class TooManyAgentsError(TinytownError):
    """The town holds as many agents as max_agents allows."""


class UnknownCliError(TinytownError):
    """No preset or configured CLI has this name, or its program is not installed."""


class SpawnError(TinytownError):
    """An agent's process ended before it was ready."""


class AgentDiedError(TinytownError):
    """An agent's process ended without having signed off."""


class ConflictError(TinytownError):
    """The same field was changed in the file and in Redis, differently."""

    exit_status = 3


class InvalidPlanError(TinytownError):
    """tasks.toml has errors; the findings were printed."""

    exit_status = 4


class TimedOutError(TinytownError):
    """A wait came to its deadline."""

    exit_status = 124
