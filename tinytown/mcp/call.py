"""Calls a tool, and makes an answer of what it returns or of what went wrong."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from tinytown.errors import TinytownError, UsageError
from tinytown.escape import shown
from tinytown.ids import nearest
from tinytown.mcp.session import Session
from tinytown.mcp.tools import TOOLS


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client is told: a short text, and the same as a JSON object."""

    text: str
    document: Mapping[str, Any]
    refused: bool = False


def call(session: Session, name: str, arguments: Mapping[str, Any]) -> Answer:
    """Calls a tool.

    Args:
        session: The client's.
        name: The tool's.
        arguments: What the client says; held against the tool's schema.

    Returns:
        Its answer; for an error its message and remedy, as `tt` would print them.
    """
    try:
        tool = TOOLS.get(name)
        if tool is None:
            guess = nearest(name, TOOLS)
            hint = f"Did you mean {guess}?" if guess else f"There are {', '.join(TOOLS)}."
            raise UsageError(f'no tool is called "{name}"', hint)
        said = tool.arguments.model_validate(dict(arguments))
        with session.lock:
            text, document = tool.do(session, said)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "arguments"
        remedy = f"The arguments of {name} are {', '.join(TOOLS[name].arguments.model_fields) or 'none'}."
        return _refused("BadArgument", f"{name}: {where}: {first['msg']}", remedy)
    except TinytownError as error:
        return _refused(type(error).__name__.removesuffix("Error"), error.message, error.remedy)
    except OSError as error:
        where = f"{os.fsdecode(error.filename)}: " if error.filename is not None else ""
        return _refused(
            "OS", f"{where}{error.strerror or error}", "Check that the path is right and the disk has room."
        )
    return Answer(text, document)


def _refused(kind: str, message: str, remedy: str) -> Answer:
    text = f"{shown(message.rstrip('.'))}. {shown(remedy)}".rstrip()
    return Answer(text, {"error": {"kind": kind, "message": message, "remedy": remedy}}, refused=True)
