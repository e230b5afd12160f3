"""Identity: who a task is across git, clones and time, and which names are allowed."""

import re
from collections.abc import Iterable
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from tinytown.errors import BadNameError

CONDUCTOR_ID = UUID("00000000-0000-0000-0000-000000000001")
"""The conductor's mailbox. It is addressed as `conductor` or `supervisor`."""

CONDUCTOR = "conductor"
"""The mailbox's name where it is shown."""

CONDUCTOR_NAMES = frozenset({"conductor", "supervisor"})

_BARRED = r"\x00-\x1f\x7f-\x9f\ud800-\udfff:*?\[\]/\\"
_NAME = re.compile(rf"[^{_BARRED}\s][^{_BARRED}]*")
_MAX_NAME = 100
_BEGINNING = 3
"""So many letters of a word at least tell which one is meant."""
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
        what: What is to be named, for the message: `town`, `agent`, or the `nickname` of one.

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
    if what != "town" and name.lower() in CONDUCTOR_NAMES:
        raise BadNameError(
            f'"{name}" is the name of the conductor\'s mailbox',
            "Choose another name for the agent.",
        )
    return name


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that `word` is most likely a slip of, if one is near enough.

    Capitals and the difference of `-`, `_` and a space count for nothing; a slip is a letter too many, too few,
    wrong, or two that changed places. Where slips explain nothing, a beginning does: `desc` for `description`.
    """
    wanted = _plain(word)
    plain = [(choice, _plain(choice)) for choice in choices]
    return _by_slips(wanted, plain) or _by_beginning(wanted, plain)


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")


def _by_slips(wanted: str, choices: list[tuple[str, str]]) -> str | None:
    most = min(len(wanted) // 3, 3)
    # A slip spoils two neighbouring pieces at most, so a word within reach keeps one of these whole.
    size = max(len(wanted) // (2 * most + 1), 1)
    pieces = [wanted[at : at + size] for at in range(0, len(wanted) - size + 1, size)]
    best = None
    for choice, text in choices:
        if text == wanted:
            return choice
        if abs(len(text) - len(wanted)) <= most and any(piece in text for piece in pieces):
            slips = _slips(wanted, text, most)
            if slips <= most:
                best, most = choice, slips - 1
    return best


def _by_beginning(wanted: str, choices: list[tuple[str, str]]) -> str | None:
    if len(wanted) < _BEGINNING:
        return None
    longer = [pair for pair in choices if pair[1].startswith(wanted)]
    if longer:
        return min(longer, key=lambda pair: len(pair[1]))[0]
    shorter = [pair for pair in choices if len(pair[1]) > _BEGINNING and wanted.startswith(pair[1])]
    return max(shorter, key=lambda pair: len(pair[1]))[0] if shorter else None


def _slips(one: str, other: str, most: int) -> int:
    """How many slips lie between two words; `most + 1` if there are more than that."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        earlier, before, row = before, row, [at]
        for to, its in enumerate(other, 1):
            cost = min(before[to] + 1, row[-1] + 1, before[to - 1] + (char != its))
            if at > 1 and to > 1 and char == other[to - 2] and one[at - 2] == its:
                cost = min(cost, earlier[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"
