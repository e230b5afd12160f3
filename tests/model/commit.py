"""What the one transaction does to a store, restated in plain Python from its description.

A value is its kind, its content, and in how many milliseconds it expires (None: never). Contents are immutable: a
text, a tuple for a list, a frozenset, a tuple of pairs for a hash, a sorted set or a stream.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple


class Value(NamedTuple):
    """What stands at a key."""

    kind: str
    content: Any
    expires: int | None = None


Values = Mapping[str, Value]


class WrongTypeError(Exception):
    """A key holds another kind of value; nothing was done."""


def commit(values: Values, keys: list[str], args: list[str]) -> tuple[int, Values]:
    """The answer, and the store afterwards.

    Args:
        values: The store before.
        keys: As the script gets them.
        args: Ditto.

    Raises:
        WrongTypeError: Some key is of another kind than is asked of it.
    """
    words, places = iter(args), iter(keys)
    for number in range(1, int(next(words)) + 1):
        if not _EXPECTATIONS[next(words)](values, next(places), words):
            return number, values
    writes = [(word, next(places), _arguments(word, words)) for word in words]
    _check_kinds(values, writes)
    after = dict(values)
    for word, key, rest in writes:
        _WRITES[word](after, key, rest)
    return 0, after


# Expectations


def content(values: Values, key: str, kind: str) -> Any:
    """What stands at a key, None if nothing does.

    Raises:
        WrongTypeError: Something of another kind stands there.
    """
    value = values.get(key)
    if value is not None and value.kind != kind:
        raise WrongTypeError(key)
    return None if value is None else value.content


def field(values: Values, key: str, name: str) -> str | None:
    """One field of a hash."""
    return dict(content(values, key, "hash") or ()).get(name)


_EXPECTATIONS: Mapping[str, Callable[[Values, str, Iterator[str]], bool]] = {
    "is": lambda values, key, words: content(values, key, "string") == next(words),
    "absent": lambda values, key, _: key not in values,
    "field": lambda values, key, words: field(values, key, next(words)) == next(words),
    "nofield": lambda values, key, words: field(values, key, next(words)) is None,
    "has": lambda values, key, words: next(words) in (content(values, key, "list") or ()),
}

# Writes

_COUNTS = {"del": 0, "rem": 1, "append": 1, "sadd": 1, "srem": 1, "zrem": 1, "hdel": 1, "set": 1, "prolong": 1}
_KINDS = {
    **dict.fromkeys(("push", "giveback", "append", "rem"), "list"),
    **dict.fromkeys(("sadd", "srem"), "set"),
    **dict.fromkeys(("zadd", "zrem"), "zset"),
    **dict.fromkeys(("hset", "hdel"), "hash"),
    "event": "stream",
}
_KEEPS = frozenset({"rem", "srem", "zrem", "hdel", "prolong"})

_Write = tuple[str, str, list[str]]


def _arguments(word: str, words: Iterator[str]) -> list[str]:
    if word == "event":
        _most, count = next(words), int(next(words))
        return [next(words) for _ in range(count)]
    return [next(words) for _ in range(_COUNTS.get(word, 2))]


def _check_kinds(values: Values, writes: list[_Write]) -> None:
    """Each write finds its key as those before it leave it. One that they may have emptied keeps its kind."""
    kinds = {key: value.kind for key, value in values.items()}
    for word, key, _ in writes:
        kind = _KINDS.get(word)
        if kind is not None and kinds.get(key, kind) != kind:
            raise WrongTypeError(key)
        if word == "del":
            kinds.pop(key, None)
        elif word not in _KEEPS:
            kinds[key] = kind or "string"


def _put(values: dict[str, Value], key: str, kind: str, made: Any) -> None:
    """A collection that has become empty is gone; one that expires goes on expiring."""
    before = values.pop(key, None)
    if made:
        values[key] = Value(kind, made, before.expires if before else None)


def _rank(message: str) -> int:
    try:
        found = json.loads(message)
    except ValueError:
        return 1
    ranks = {"low": 0, "normal": 1, "high": 2, "urgent": 3}
    priority = found.get("priority") if isinstance(found, dict) else None
    return ranks.get(priority, 1) if isinstance(priority, str) else 1


def _insert(values: dict[str, Value], key: str, message: str, above: Callable[[int], bool]) -> None:
    """Behind all messages of whose rank `above` says yes."""
    inbox = content(values, key, "list") or ()
    ahead = [one for one in inbox if above(_rank(one))]
    behind = [one for one in inbox if not above(_rank(one))]
    _put(values, key, "list", (*ahead, message, *behind))


def _push(values: dict[str, Value], key: str, rest: list[str]) -> None:
    rank = int(rest[0])
    _insert(values, key, rest[1], lambda other: other >= rank)


def _give_back(values: dict[str, Value], key: str, rest: list[str]) -> None:
    rank = int(rest[0])
    _insert(values, key, rest[1], lambda other: other > rank)


def _remove(values: dict[str, Value], key: str, rest: list[str]) -> None:
    there = list(content(values, key, "list") or ())
    if rest[0] in there:
        there.remove(rest[0])
    _put(values, key, "list", tuple(there))


def _append(values: dict[str, Value], key: str, rest: list[str]) -> None:
    _put(values, key, "list", (*(content(values, key, "list") or ()), rest[0]))


def _add_member(values: dict[str, Value], key: str, rest: list[str]) -> None:
    _put(values, key, "set", frozenset({*(content(values, key, "set") or ()), rest[0]}))


def _drop_member(values: dict[str, Value], key: str, rest: list[str]) -> None:
    _put(values, key, "set", frozenset(content(values, key, "set") or ()) - {rest[0]})


def _paired(kind: str) -> Callable[[dict[str, Value], str, str, str | None], None]:
    def put(values: dict[str, Value], key: str, name: str, text: str | None) -> None:
        pairs = dict(content(values, key, kind) or ())
        if text is None:
            pairs.pop(name, None)
        else:
            pairs[name] = text
        _put(values, key, kind, tuple(pairs.items()))

    return put


_put_field, _put_score = _paired("hash"), _paired("zset")


def _prolong(values: dict[str, Value], key: str, rest: list[str]) -> None:
    if key in values:
        values[key] = values[key]._replace(expires=int(rest[0]))


def _tell(values: dict[str, Value], key: str, rest: list[str]) -> None:
    entries = content(values, key, "stream") or ()
    number = int(entries[-1][0].split("-")[0]) + 1 if entries else 1
    _put(values, key, "stream", (*entries, (f"{number}-0", tuple(rest))))


_WRITES: Mapping[str, Callable[[dict[str, Value], str, list[str]], object]] = {
    "set": lambda values, key, rest: values.update({key: Value("string", rest[0])}),
    "lease": lambda values, key, rest: values.update({key: Value("string", rest[0], int(rest[1]))}),
    "prolong": _prolong,
    "del": lambda values, key, _: values.pop(key, None),
    "push": _push,
    "giveback": _give_back,
    "rem": _remove,
    "append": _append,
    "sadd": _add_member,
    "srem": _drop_member,
    "zadd": lambda values, key, rest: _put_score(values, key, rest[1], rest[0]),
    "zrem": lambda values, key, rest: _put_score(values, key, rest[0], None),
    "hset": lambda values, key, rest: _put_field(values, key, rest[0], rest[1]),
    "hdel": lambda values, key, rest: _put_field(values, key, rest[0], None),
    "event": _tell,
}
