"""The form of a document that is no record of Redis: all its fields are there, and no others."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A JSON object with just these fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Open(BaseModel):
    """A JSON object with these fields and whatever else is told."""

    model_config = ConfigDict(frozen=True, extra="allow")


def sometimes(description: str = "") -> Any:
    """A field that is left out where it says nothing."""
    return Field(default=None, description=description or None, json_schema_extra={"sometimes": True})
