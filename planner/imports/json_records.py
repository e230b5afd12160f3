"""What JSON from elsewhere says, whatever its types are."""

import json
from typing import Any

Record = dict[str, Any]


def record(value: Any) -> Record:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: Any) -> list[Record]:
    """The objects of a list; empty if it is no list."""
    return [element for element in value if isinstance(element, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """A string or a number as text; of anything else nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def texts(value: Any) -> list[str]:
    """The texts of a list."""
    return [found for element in value if (found := text(element))] if isinstance(value, list) else []


def load(source: str) -> Any:
    """Reads JSON.

    Raises:
        ValueError: It is none; the message says where and why.
    """
    try:
        return json.loads(source)
    except RecursionError:
        raise ValueError("the values are nested too deeply") from None


def paragraphs(title: str, *more: tuple[str, str]) -> str:
    """A task's description: its title, and what else is known under headings.

    Args:
        title: Its first line.
        more: Headings, each with its text; those without a text are left out. An empty heading gives none.
    """
    parts = [title] if title else []
    for heading, body in more:
        if body and body != title:
            gap = "\n" if "\n" in body or body.startswith("-") else " "
            parts.append(f"{heading}:{gap}{body}" if heading else body)
    return "\n\n".join(parts)
