"""Slips in the value of a pair."""

import re

from planner.rules.syntax.lines import ODD_QUOTES, valued
from planner.rules.syntax.slip import Fault, Slip
from planner.rules.syntax.statements import PAIR, Unclosed

_NOTHING = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_BOOL = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
_NULL = ("null", "none", "nil", "undefined", "~")
_SCRAP = 60
_QUOTED = re.compile(r"^['\"](.*)['\"]$")
_NEXT_PAIR = re.compile(r"[,;]?[ \t]*[A-Za-z0-9_-]+[ \t]*=")
_NUMBER = re.compile(r"[+-]?[0-9][0-9_]*$")


def value(fault: Fault, unclosed: Unclosed | None) -> Slip | None:
    """What is wrong with the value of a pair, if it is a known slip."""
    pair = PAIR.match(fault.text)
    if pair is None:
        return None
    key, start = pair["key"], pair.end()
    if _NOTHING.match(fault.text, start):
        equals = fault.text.rindex("=", 0, start)
        remedy = f"write {key} = {valued('')}, or take it out"
        return Slip(pair.start("key"), equals + 1, f"{key} has no value", remedy)
    goes_on = unclosed is Unclosed.TEXT and fault.words.startswith("Expected newline")
    if unclosed in (Unclosed.TEXT, Unclosed.LONG_TEXT) and not goes_on:
        return _open_text(fault, unclosed)
    return _by_words(fault, key, start) or _brackets(fault, unclosed)


def _open_text(fault: Fault, unclosed: Unclosed) -> Slip:
    at = fault.opened
    if unclosed is Unclosed.LONG_TEXT:
        quotes = fault.text[at : at + 3]
        remedy = f"write {quotes} behind its last line"
        return Slip(at, at + 3, "this text is never closed", remedy, "it begins here")
    quote, line = fault.text[at], fault.text[at:].partition("\n")[0]
    remedy = f"write a {quote} at its end; a text over several lines stands between {quote * 3}"
    return Slip(at, at + len(line.rstrip()), "this text is never closed", remedy, f"no closing {quote}")


def _by_words(fault: Fault, key: str, start: int) -> Slip | None:
    """By what tomllib said."""
    if fault.words.startswith("Invalid value"):
        return _no_value(fault, key, start)
    if fault.words.startswith("Expected newline"):
        return _goes_on(fault, key, start)
    if fault.words.startswith(("Unescaped", "Invalid hex", "Escaped character")):
        at = fault.text.rfind("\\", 0, fault.at + 1)
        remedy = "write \\\\ for a backslash, or put the text between single quotes"
        return Slip(at, at + 2, "a backslash begins an escape, and this is none", remedy)
    if fault.words.startswith("Duplicate inline"):
        key = _QUOTED.sub(r"\1", fault.words.removeprefix("Duplicate inline table key "))
        begin = fault.text.rfind(key, 0, fault.at)
        return Slip(
            begin, begin + len(key), f"the key {key} stands twice in this inline table", "take one out", "again"
        )
    return None


def _no_value(fault: Fault, key: str, start: int) -> Slip | None:
    word, inside = fault.word(), fault.at != start
    if word.startswith("="):
        meant = valued(fault.line(fault.at).lstrip("="))
        return fault.here(1, "there is an = too many", f"write {key} = {meant}")
    if fault.text[fault.at : fault.at + 1] == ",":
        return fault.here(1, "there is a comma too many", "take it out")
    if word.lower() in _BOOL:
        return fault.here(len(word), f"{word} is no value", f"write {_BOOL[word.lower()]}")
    if word.lower() in _NULL:
        return fault.here(len(word), f"{word} is no value", f"TOML has no such thing: take {key} out")
    if not word:
        return None
    text = word if inside else fault.line(fault.at)
    if inside and text[0] in ODD_QUOTES:
        text = re.split(r"[,\]}#]", fault.line(fault.at))[0].rstrip()
    short = text if len(text) <= _SCRAP else text[: _SCRAP - 1] + "…"
    pair = valued(text) if inside else f"{key} = {valued(text)}"
    if text[0] in ODD_QUOTES:
        return fault.here(len(text), f"{text[0]} is no quote of TOML", f"write {pair}", "needs straight quotes")
    return fault.here(len(text), f"the text {short} has no quotes", f"write {pair}")


def _goes_on(fault: Fault, key: str, start: int) -> Slip | None:
    """Something stands behind a value that is complete."""
    before, rest = fault.text[start : fault.at].strip(), fault.rest.strip()
    begin = fault.text.index(rest, fault.at)
    if before[:1] in ('"', "'"):
        return _behind_text(fault, key, start, Slip(begin, begin + len(rest), ""))
    if rest[:1] in (",", ";") or _NEXT_PAIR.match(rest):
        return _another(begin, rest)
    if before[:1] in ("[", "{"):
        return Slip(
            begin, begin + len(rest), "something stands behind the value", "take it out, or put it on its own line"
        )
    whole = fault.line(start)
    if _NUMBER.match(whole) and "__" in f"{whole}_":
        return Slip(start, start + len(whole), f"{whole} is no number", "an _ stands between two digits")
    if _NUMBER.match(whole) and whole.lstrip("+-").startswith("0"):
        number = whole.lstrip("+-0").replace("_", "") or "0"
        return Slip(start, start + len(whole), "a number does not begin with 0", f"write {key} = {number}")
    return Slip(
        start, start + len(whole), f"the text {whole[:_SCRAP]} has no quotes", f"write {key} = {valued(whole)}"
    )


def _another(begin: int, rest: str) -> Slip:
    sign = {",": "comma", ";": "semicolon"}.get(rest[0])
    if sign and (not rest[1:].strip() or rest[1:].lstrip().startswith("#")):
        return Slip(begin, begin + 1, f"a line does not end with a {sign}", "take it out")
    return Slip(begin, begin + len(rest), "a second pair stands on this line", "put each key on a line of its own")


def _behind_text(fault: Fault, key: str, start: int, found: Slip) -> Slip:
    """Behind a closing quote the line goes on: mostly with a quote that was meant as a character."""
    rest = fault.text[found.start : found.end]
    if rest[0] in (",", ";") or _NEXT_PAIR.match(rest):
        return _another(found.start, rest)
    quote, whole = fault.text[start], fault.line(start)
    inner = whole[1:-1]
    remedy = f"write {quote * 3} around the text"
    if quote == "'" and whole.endswith("'") and '"' not in inner and "\\" not in inner:
        remedy = f'write {key} = "{inner}"'
    elif quote == '"':
        remedy = 'write \\" for a quote inside of a text'
        if whole.endswith('"') and "'" not in inner:
            remedy += f", or {key} = '{inner}'" if len(inner) <= _SCRAP else ", or put it between single quotes"
    return found._replace(message="the text ends before this, but the line goes on", help=remedy)


def _brackets(fault: Fault, unclosed: Unclosed | None) -> Slip | None:
    """What is wrong inside of a list or an inline table."""
    text, at = fault.text, fault.at
    if text[at : at + 1] == "}" and text[:at].rstrip().endswith(","):
        comma = len(text[:at].rstrip()) - 1
        return Slip(comma, comma + 1, "an inline table does not end with a comma", "take it out")
    if "inline table" in fault.words or fault.words.startswith("Invalid initial"):
        if unclosed is None and "\n" in text[: at + 1]:
            opening = text.rfind("{", 0, at)
            message = "an inline table stands on one line"
            return Slip(opening, opening + 1, message, "write it on one line, or as a [table] of its own")
        if unclosed is None and fault.words.startswith("Unclosed inline"):
            return fault.here(
                len(fault.word()) or 1, "a comma is missing before this", "write a comma between two pairs"
            )
    if fault.words.startswith("Unclosed array") and not _nothing_left(text, at):
        length = _element(text, at)
        return fault.here(length, "a comma is missing before this", "write a comma between two elements")
    if unclosed is Unclosed.LIST:
        remedy = "write ] behind its last element"
        return Slip(fault.opened, fault.opened + 1, "this list is never closed", remedy, "it begins here")
    if unclosed is Unclosed.TABLE:
        remedy = "write } behind its last pair"
        return Slip(fault.opened, fault.opened + 1, "this inline table is never closed", remedy, "it begins here")
    return None


def _nothing_left(text: str, at: int) -> bool:
    return not text[at:].strip()


def _element(text: str, at: int) -> int:
    found = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|[^\s,\]]+").match(text, at)
    return len(found[0]) if found else 1
