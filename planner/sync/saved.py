"""A push that was looked at first: saved to a file, and done later if nothing has changed meanwhile."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from planner.plan import Plan
from planner.read import read_bytes
from planner.sync.changes import Changes
from planner.sync.push import Terms
from tinytown.errors import ConflictError, TinytownError
from tinytown.replace import create_file, replace_file

_VERSION = 1
_DECISIVE = ("create", "update", "delete", "conflicts")
"""What must be the same when it is done. What is only reported, such as running tasks, may have moved on."""


class OutdatedError(ConflictError):
    """The file or Redis has changed since the push was saved; nothing was written.

    Args:
        what: What has changed.
    """

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} since this push was saved; nothing was written", "Save it anew: tt sync push --out FILE"
        )


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved push.

    Args:
        file: The path of the plan.
        digest: The SHA-256 of its bytes.
        terms: On what terms.
        changes: What it was going to do, as JSON has it.
    """

    file: str
    digest: str
    terms: Terms
    changes: dict[str, Any]

    @classmethod
    def of(cls, path: Path, plan: Plan, terms: Terms, changes: Changes) -> "Saved":
        """The push that would do these changes."""
        return cls(str(path), _digest(plan), terms, _decisive(changes))

    def check_file(self, plan: Plan) -> None:
        """Raises OutdatedError unless the file still is what it was."""
        if _digest(plan) != self.digest:
            raise OutdatedError(f"{self.file} was changed")

    def check(self, changes: Changes) -> None:
        """Raises OutdatedError unless the push would still do what it was going to."""
        if _decisive(changes) != self.changes:
            raise OutdatedError("Redis has changed")

    def write(self, path: Path) -> None:
        """Writes it, over an older one too.

        Raises:
            TinytownError: It cannot be written.
        """
        told = {"version": _VERSION, "file": self.file, "sha256": self.digest, "terms": asdict(self.terms)}
        data = (json.dumps({**told, "changes": self.changes}, ensure_ascii=False, indent=2) + "\n").encode()
        if path.exists():
            read_saved(path)  # nothing else is to be overwritten
            replace_file(path, read_bytes(path), data)
        else:
            create_file(path, data)


def read_saved(path: Path) -> Saved:
    """Reads a saved push.

    Raises:
        TinytownError: There is none, or it is something else.
    """
    try:
        told = json.loads(path.read_bytes())
        only = told["terms"].pop("only")
        terms = Terms(only=None if only is None else tuple(only), **told["terms"])
        return Saved({_VERSION: told["file"]}[told["version"]], told["sha256"], terms, told["changes"])
    except OSError as error:
        raise TinytownError(f"cannot read {path}: {error.strerror}", "Save one: tt sync push --out FILE") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TinytownError(f"{path} is no saved push", "Save one: tt sync push --out FILE") from None


def _decisive(changes: Changes) -> dict[str, Any]:
    told = changes.as_dict()
    derived = sorted(changes.derived)
    return json.loads(json.dumps({**{key: told[key] for key in _DECISIVE}, "derived": derived}))  # type: ignore[no-any-return]


def _digest(plan: Plan) -> str:
    return hashlib.sha256(plan.document.source.data).hexdigest()
