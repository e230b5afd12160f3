"""The closed table of what can be wrong with a plan: each code, how bad it is, and its title."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """Whether a plan can be used in spite of a finding."""

    ERROR = "error"
    WARNING = "warning"


class Code(NamedTuple):
    """One kind of finding."""

    severity: Severity
    title: str


_E, _W = Severity.ERROR, Severity.WARNING

CODES: Mapping[str, Code] = {
    "TT001": Code(_E, "the file is not good TOML"),
    "TT002": Code(_E, "unknown key"),
    "TT003": Code(_E, "wrong type of value"),
    "TT004": Code(_E, "missing or empty id, description or command"),
    "TT005": Code(_E, "two tasks have the same id"),
    "TT006": Code(_E, "a character that an id, a name or a text must not have"),
    "TT007": Code(_E, "unknown parent or need"),
    "TT008": Code(_E, "tasks wait for each other in a circle"),
    "TT009": Code(_E, "a task is its own parent or need"),
    "TT010": Code(_E, "no such status"),
    "TT011": Code(_E, "a duration, number or choice that means nothing"),
    "TT012": Code(_W, "an agent or role that [agents] does not have"),
    "TT013": Code(_E, "a limit that can never be met, or a pool that is not there"),
    "TT014": Code(_W, "a status that cannot be beside those of its prerequisites"),
    "TT015": Code(_W, "a task that can never be released"),
    "TT016": Code(_E, "the same need twice"),
    "TT017": Code(_W, "what looks like a secret"),
    "TT018": Code(_E, "a rename that collides"),
    "TT019": Code(_E, "agent and role together"),
}
