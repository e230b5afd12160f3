"""Slips in a line that is no `key = value`."""

import re

from planner.rules.syntax.slip import Fault, Slip, without_comment
from planner.schema import AgentTable, MetaTable, TaskTable
from tinytown.ids import nearest

_KEYS = (*TaskTable.model_fields, *MetaTable.model_fields, *AgentTable.model_fields)
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?:[ \t].*)?$")
_LANGUAGES = {
    "YAML": re.compile(r"[ \t]*(?:---|- .*|[A-Za-z0-9_-]+:)[ \t]*(?:#.*)?$", re.MULTILINE),
    "JSON": re.compile(r"[ \t]*\{"),
}
_COMMENT = re.compile(r"[ \t]*(?P<sign>//|;|--|/\*)")
_COLON = re.compile(r"[ \t]*(?P<key>[\w-]+|\"[^\"\n]*\")[ \t]*(?P<sign>:=?|=>|\+=|->)[ \t]*(?P<value>[^\n]*)")
_NO_EQUALS = re.compile(r"[ \t]*(?P<key>[A-Za-z0-9_-]+)(?:[ \t]+(?P<value>[^=\n]*))?$")
_WORDS = re.compile(r"[ \t]*(?P<key>[A-Za-z0-9_-]+(?:[ \t]+[A-Za-z0-9_-]+)+)[ \t]*=(?P<value>[^\n]*)")
_FOREIGN = re.compile(r"[ \t]*(?P<key>[^\s=\"'#\[\]{},.]+)[ \t]*=[ \t]*(?P<value>[^\n]*)")
_GOOD_VALUE = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|true|false|-?\d+|\[.*\]|\{.*\}")
ODD_QUOTES = "“”„‟«»‘’‚`"  # noqa: RUF001  these are the ones that people paste


def line(fault: Fault) -> Slip:
    """What is wrong with a line that is neither a pair nor a header."""
    text = fault.text.partition("\n")[0]
    return _foreign(text) or _almost_pair(fault, text) or _nothing(text)


def readable(text: str) -> bool:
    """Whether a line is plainly a pair or a comment, badly written; else it may be anything, even a header."""
    line = text.partition("\n")[0]
    return _foreign(line) is not None or _almost_pair(Fault(text, 0, ""), line) is not None


def other_language(text: str) -> bool:
    """Whether a line shows that the whole file is in another language."""
    return any(sign.match(text) for sign in _LANGUAGES.values())


def valued(value: str) -> str:
    """A value as TOML wants it, where it is plain what was meant."""
    value = value.strip().rstrip(",;").strip()
    if _GOOD_VALUE.fullmatch(value):
        return value
    if not value:
        return '"…"'
    word = {"true": "true", "yes": "true", "false": "false", "no": "false"}.get(value.lower())
    if word:
        return word
    quotes = str.maketrans(dict.fromkeys(ODD_QUOTES, '"'))
    inner = value.translate(quotes).strip("\"'")
    if '"' not in inner and "\\" not in inner:
        return f'"{inner}"'
    return f"'{inner}'" if "'" not in inner else '"…"'


def _foreign(text: str) -> Slip | None:
    """Lines of other languages."""
    if _CONFLICT.match(text):
        remedy = "keep one of the two sides, and take the three marks out"
        return Slip(0, len(text), "a merge conflict is not resolved here", remedy)
    start = len(text) - len(text.lstrip(" \t"))
    if text.startswith("```", start):
        return Slip(start, len(text), "this is Markdown, not TOML", "take this line out, and the ``` at the end")
    for language, sign in _LANGUAGES.items():
        if sign.match(text):
            return Slip(
                start, len(text), f"this is {language}, not TOML", 'write [[tasks]], and below it key = "value"'
            )
    comment = _COMMENT.match(text)
    if comment:
        message = f"a comment begins with #, not with {comment['sign']}"
        rest = text[comment.end() :].strip().removesuffix("*/").strip()
        return Slip(*comment.span("sign"), message, f"write # {rest[:60]}".rstrip())
    return None


def _almost_pair(fault: Fault, text: str) -> Slip | None:
    colon = _COLON.match(text)
    if colon:
        message = f'"{colon["sign"]}" stands where "=" belongs'
        return Slip(
            *colon.span("sign"), message, f"write {colon['key']} = {valued(fault.line(colon.start('value')))}"
        )
    bare = _NO_EQUALS.match(without_comment(text))
    if bare and _looks_meant(bare["key"], bare["value"]):
        pair = f"{bare['key']} = {valued(bare['value'] or '')}"
        if bare["value"]:
            return Slip(*bare.span("key"), f'"=" is missing behind {bare["key"]}', f"write {pair}")
        return Slip(*bare.span("key"), f"{bare['key']} has no value", f"write {pair}, or take it out")
    words = _WORDS.match(text)
    if words:
        guess = nearest(words["key"], _KEYS)
        remedy = (
            f"did you mean {guess}?" if guess else f'write "{words["key"]}" in quotes, or join the words with _'
        )
        return Slip(*words.span("key"), "a key is one word", remedy)
    foreign = _FOREIGN.match(text)
    if foreign:
        message = f"the key {foreign['key']} has characters that need quotes"
        return Slip(*foreign.span("key"), message, "letters from a to z, digits, - and _ need none")
    return None


def _looks_meant(key: str, value: str | None) -> bool:
    """Whether a line is a pair without its sign, rather than a piece of prose."""
    if value and _GOOD_VALUE.fullmatch(value.strip()):
        return True
    return key in _KEYS and len((value or "").split()) <= 1


def _nothing(text: str) -> Slip:
    start = len(text) - len(text.lstrip())
    end = max(len(text.rstrip()), start)
    if text[start : start + 1] == "=":
        return Slip(start, start + 1, "no key stands before this =", 'write key = "value"')
    message = "this line is neither a key with a value nor a [header]"
    return Slip(start, end, message, 'a text over several lines stands between """ and """')
