"""Holds one statement against tomllib, which knows the language to the letter."""

import re
import tomllib

from planner.document import too_deep
from planner.rules.syntax.headers import header
from planner.rules.syntax.lines import line
from planner.rules.syntax.slip import Fault, Slip
from planner.rules.syntax.statements import PAIR, Kind, Statement
from planner.rules.syntax.values import value

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_SIGNS = {
    "\r": ("a carriage return stands here without a line feed", "save the file with LF or CRLF line ends"),
    "\ufeff": ("a byte order mark stands here", "take it out: it may only begin a file"),
}


def judge(text: str, statement: Statement) -> Slip | None:
    """What is wrong with a statement, its place counted from the statement's start; None if it is good TOML."""
    if statement.fine:
        return None
    words = text[statement.start : statement.end]
    deep = too_deep(words)
    if deep is not None:
        return Slip(deep, deep + 1, "a key with so many dots is refused", "write 64 parts at most")
    try:
        tomllib.loads(words)
    except tomllib.TOMLDecodeError as error:
        return _worded(words, statement, str(error))
    except RecursionError:
        return Slip(
            *_value(words), "the values are nested too deeply", "a plan has lists of texts, and no deeper ones"
        )
    except ValueError:  # Python refuses to read an integer of thousands of digits
        return Slip(*_value(words), "a number has too many digits")
    return None


def _worded(text: str, statement: Statement, words: str) -> Slip:
    found = _PLACE.search(words)
    at = _offset(text, int(found[1]), int(found[2])) if found and found[1] else len(text.rstrip())
    plain = words[: found.start()] if found else words
    fault = Fault(text, at, plain, statement.opened - statement.start)
    strange = _strange(fault)
    if strange:
        return strange
    known = {Kind.HEADER: header, Kind.PAIR: lambda fault: value(fault, statement.unclosed), Kind.OTHER: line}
    slip = known[statement.kind](fault)
    return slip or fault.here(1, plain[:1].lower() + plain[1:])


def _strange(fault: Fault) -> Slip | None:
    """A character that cannot be seen, or that a text must not hold."""
    char = fault.text[fault.at : fault.at + 1]
    if char in _SIGNS:
        return fault.here(1, *_SIGNS[char])
    if (char and char not in " \t\n" and char.isspace()) or char in ("\u200b", "\u200c", "\u200d", "\u2060"):
        remedy = "write a plain space, or take it out"
        return fault.here(1, f"a character that looks like a space (U+{ord(char):04X}) stands here", remedy)
    if char and char != "\n" and (ord(char) < ord(" ") or ord(char) == 0x7F) and char != "\t":  # noqa: PLR2004  DEL
        remedy = f"take it out, or write \\u{ord(char):04X} between double quotes"
        return fault.here(1, f"the control character U+{ord(char):04X} stands here", remedy)
    return None


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column - 1


def _value(text: str) -> tuple[int, int]:
    pair = PAIR.match(text)
    start = pair.end() if pair else 0
    return start, max(len(text.partition("\n")[0].rstrip()), start + 1)
