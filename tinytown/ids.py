"""Identity: who a task is across git, clones and time, and which names are allowed."""

import difflib
import re
from collections.abc import Iterable
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from tinytown.errors import BadNameError

CONDUCTOR_ID = UUID("00000000-0000-0000-0000-000000000001")
"""The conductor's mailbox. It is addressed as `conductor` or `supervisor`."""

CONDUCTOR_NAMES = frozenset({"conductor", "supervisor"})

_BARRED = r"\x00-\x1f\x7f-\x9f\ud800-\udfff:*?\[\]/\\"
_NAME = re.compile(rf"[^{_BARRED}\s][^{_BARRED}]*")
_MAX_NAME = 100
PLAN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""What a task's id in tasks.toml looks like."""


def new_id() -> UUID:
    """A fresh random id."""
    return uuid4()


def town_namespace(town: str) -> UUID:
    """The uuid5 namespace of a town: the same in every clone."""
    return uuid5(NAMESPACE_URL, f"tt:{town}")


def task_id(town: str, plan_id: str) -> UUID:
    """The id of a task from a plan, so that every push from every clone means the same task."""
    return uuid5(town_namespace(town), plan_id)


def check_name(name: str, what: str) -> str:
    """Returns `name` if a town or an agent may be called so.

    A name becomes part of Redis keys and of file names: `:` would forge a key, `*` a pattern, `/` a path.

    Args:
        name: The wished name.
        what: What is to be named, for the message: `town` or `agent`.

    Raises:
        BadNameError: If the name is empty, too long, reserved, or has a forbidden character.
    """
    if not _NAME.fullmatch(name) or name.startswith((".", "-")) or name != name.rstrip():
        raise BadNameError(
            f"{name!r} cannot be the name of {_article(what)} {what}",
            "Use letters, digits, `.`, `_`, `-` and inner spaces: no `:` `*` `?` `[` `]` `/` `\\`, "
            "no control characters, no leading `.` or `-`.",
        )
    if len(name.encode()) > _MAX_NAME:
        raise BadNameError(f"the name {name[:20]!r}… is too long", f"Use {_MAX_NAME} bytes at most.")
    if what == "agent" and name.lower() in CONDUCTOR_NAMES:
        raise BadNameError(
            f'"{name}" is the name of the conductor\'s mailbox',
            "Choose another name for the agent.",
        )
    return name


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that `word` is most likely a slip of, if one is near enough."""
    found = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.6)
    return found[0] if found else None


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"
