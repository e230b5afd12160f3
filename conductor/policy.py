"""What the plan as a whole says about its running: the notes beside its tasks. Pure."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tinytown.errors import StoreError


class Policy(BaseModel):
    """The part of `[meta]` and `[pools]` that the conductor keeps.

    Args:
        on_failure: `stop` releases nothing more once a task of the plan has failed.
        max_parallel: At most so many tasks assigned or running at once; None for no limit.
        pools: The same for the tasks of each pool. A pool that is not named here has no limit.
    """

    model_config = ConfigDict(frozen=True)

    on_failure: Literal["continue", "stop"] = "continue"
    max_parallel: int | None = None
    pools: Mapping[str, int] = Field(default_factory=dict)

    @property
    def limits(self) -> bool:
        """Whether any limit may bind."""
        return self.max_parallel is not None or bool(self.pools)

    @classmethod
    def read(cls, note: str | None) -> Self:
        """The policy of a plan's notes in Redis.

        Args:
            note: The note `:meta` as it stands; None if there is none.

        Raises:
            StoreError: The note is not what a push writes.
        """
        if note is None:
            return cls()
        try:
            return cls.model_validate_json(note)
        except ValidationError as error:
            raise StoreError(
                f"the plan's notes in Redis make no sense: {error.errors()[0]['msg']}",
                "Push the plan: tt sync push",
            ) from None
