"""The form of every value that Redis holds as JSON."""

from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticSerializationError

from tinytown.errors import StoreError, UsageError


class Record(BaseModel):
    """A frozen value that reads and writes JSON, and keeps the fields that it does not know."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    def evolve(self, **changes: Any) -> Self:
        """A new value with some fields changed. The caller vouches for their types."""
        return self.model_copy(update=changes)

    def to_json(self) -> str:
        """The JSON text that Redis holds.

        Raises:
            UsageError: A text in it is none, such as an argument of a command that is not UTF-8.
        """
        try:
            return self.model_dump_json(by_alias=True)
        except PydanticSerializationError:
            what = type(self).__name__.lower()
            raise UsageError(f"a text of this {what} is not UTF-8", "Write it in UTF-8.") from None

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads what `to_json`, or another program of the same schema, wrote.

        Raises:
            StoreError: If the text is not such a value.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the whole value"
            raise StoreError(
                f"Redis holds something that is no {cls.__name__.lower()}: {where}: {first['msg']}",
                "`tt doctor` says under which key, and what to do; if another program left it: tt migrate",
            ) from None


R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Held(Generic[R]):
    """A value together with the exact text that Redis held when it was read.

    The text is what a transaction expects to find unchanged.
    """

    value: R
    text: str

    @classmethod
    def of(cls, value: R) -> "Held[R]":
        """The value as it will stand in Redis once it is written."""
        return cls(value, value.to_json())
