"""Why a sync was not done, though it could have been."""

from planner.sync.changes import Changes
from tinytown.errors import ConflictError, UsageError


class SyncConflictError(ConflictError):
    """File and Redis say different things; nothing was written.

    Args:
        changes: All that differs.
    """

    def __init__(self, changes: Changes) -> None:
        first = changes.conflicts[0]
        what = f'task "{first.id}"' + (f", {first.field}" if first.field else "")
        more = f", and {len(changes.conflicts) - 1} more" if len(changes.conflicts) > 1 else ""
        sides = "Take the file's side with `tt sync push --force`, or Redis's with `tt sync pull --force`."
        patience = (
            "Push again once it has ended (`tt conductor --watch` does so by itself), or give its attempt up with "
            "`tt sync push --force`."
        )
        super().__init__(
            f"{what}: {first.reason}{more}; nothing was written", patience if first.must_wait else sides
        )
        self.changes = changes


class UnconfirmedError(UsageError):
    """The push would delete tasks or reset finished work, and nobody has agreed to that.

    Args:
        changes: What it would do.
    """

    def __init__(self, changes: Changes) -> None:
        resets = len(changes.needs_confirmation) - len(changes.delete)
        parts = [
            f"{verb} {count} {noun}{'s' * (count > 1)}"
            for verb, count, noun in (
                ("delete", len(changes.delete), "task"),
                ("reset", resets, "finished task"),
            )
            if count
        ]
        super().__init__(
            f"this would {' and '.join(parts)}; nothing was written",
            "`tt sync push --dry-run` shows which; to agree, say the same with --yes",
        )
        self.changes = changes
