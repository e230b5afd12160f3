"""A remark on a task: what somebody wants whoever does it to know."""

from datetime import datetime

from pydantic import Field

from tinytown.clock import now
from tinytown.record import Record


class Remark(Record):
    """What was said of a task, when (UTC) and by whom."""

    text: str
    who: str
    at: datetime = Field(default_factory=now)
