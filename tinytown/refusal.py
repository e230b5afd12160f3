"""What it means that Redis refuses a command for reasons of its own. Pure."""

import re

from tinytown.errors import RedisBusyError, RedisLoadingError, StoreError, StoreFullError

_CODE = re.compile(
    r"(?:^|: -)(OOM|MISCONF|BUSY|LOADING|READONLY|UNBLOCKED|TRYAGAIN|MASTERDOWN|CLUSTERDOWN|NOREPLICAS)(?![\w-])"
)
"""Begins the refusal, or, in Redis 6, comes after the place in the script where it was refused."""


def refusal(text: str, where: str) -> StoreError | None:
    """The error for a refusal that says nothing against the command, or None if it is another one.

    Args:
        text: What Redis answered.
        where: Which Redis.
    """
    found = _CODE.search(text)
    if found is None:
        return None
    text = text[found.start(1) :]
    match found[1]:
        case "OOM" | "MISCONF":
            return StoreFullError(
                f"Redis at {where} cannot write: {text}",
                "Free some disk space or memory; nothing of this command was written.",
            )
        case "LOADING":
            return RedisLoadingError(f"Redis at {where} is still reading its data: {text}", "Wait until it has.")
        case "READONLY" | "UNBLOCKED":
            return RedisBusyError(
                f"Redis at {where} is a replica and cannot write: {text}",
                "Wait until it is in charge again, or give the address of the one that is.",
            )
        case "BUSY":
            return RedisBusyError(
                f"Redis at {where} is kept busy by a script: {text}",
                "Wait until the script is done; `redis-cli SCRIPT KILL` ends it.",
            )
    return RedisBusyError(f"Redis at {where} cannot answer now: {text}", "Try again in a moment.")
