"""Slips in a `[table]` or `[[array]]` header, and what was meant by it."""

import re

from planner.rules.syntax.slip import Fault, Slip

_SHAPE = re.compile(
    r"[ \t]*(?P<left>\[*)[ \t]*(?P<name>(?:[^\[\]#\n]*[^ \t\[\]#\n])?)[ \t]*(?P<right>\]*)(?P<rest>[^\n]*)"
)
_BARE = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_AGENT = re.compile(r"agents\.(?P<name>[^\"'.]+(?:[ .][^\"'.]+)*)")


def header(fault: Fault) -> Slip | None:
    """What is wrong with a header, if it is a known slip."""
    shape = _SHAPE.match(fault.text)
    if shape is None:
        return None
    return _brackets_wrong(shape, meant(fault.text)) or _rest_wrong(shape) or _name_wrong(shape)


def _brackets_wrong(shape: re.Match[str], remedy: str) -> Slip | None:
    start, end = shape.start("left"), shape.end("right")
    left, right, written = len(shape["left"]), len(shape["right"]), shape[0][start:end]
    help_ = f"write {remedy}" if remedy else "write [name], or [[tasks]] for each task"
    if not shape["name"]:
        return Slip(start, end, "this header has no name", help_, "whose?")
    if not right:
        return Slip(start, end, f"the header {written} is never closed", help_, "no closing bracket")
    if not left:
        return Slip(start, end, f"the header {written} is never opened", help_, "no opening bracket")
    if left != right or left > 2:  # noqa: PLR2004  [[array]]
        noun = "bracket" if left == 1 else "brackets"
        return Slip(
            start, end, f"the header {written} has {left} {noun} on the left, and {right} on the right", help_
        )
    return None


def _rest_wrong(shape: re.Match[str]) -> Slip | None:
    rest = shape["rest"].strip()
    if not rest or rest.startswith("#"):
        return None
    begin = shape.start("rest") + shape["rest"].index(rest)
    written = shape[0][shape.start("left") : shape.end("right")]
    message = f"something stands behind the header {written}"
    return Slip(begin, begin + len(rest), message, "put it on a line of its own", "not on this line")


def _name_wrong(shape: re.Match[str]) -> Slip | None:
    agent = _AGENT.fullmatch(shape["name"])
    if agent is None or _BARE.fullmatch(shape["name"]):
        return None
    remedy = f'write [agents."{agent["name"]}"]'
    return Slip(*shape.span("name"), "a name with such characters stands in quotes", remedy)


def meant(text: str) -> str:
    """The header that was meant, if that is plain to see; empty if not."""
    shape = _SHAPE.match(text)
    if shape is None or not _BARE.fullmatch(shape["name"]):
        return ""
    name = shape["name"]
    if name in ("tasks", "task"):
        return "[[tasks]]"
    brackets = len(shape["left"]) or len(shape["right"])
    return f"[{name}]" if brackets != 2 or name in ("meta", "pools", "agents") else f"[[{name}]]"  # noqa: PLR2004
