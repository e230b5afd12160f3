"""Where every key, value and header of a TOML file stands, in bytes: a walk over tree-sitter's tree."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from planner.source import Source

_Path = tuple[str | int, ...]
_Offsets = tuple[int, int]

_KEYS = frozenset({"bare_key", "quoted_key", "dotted_key"})
_SKIPPED = frozenset({"=", ",", "[", "]", "[[", "]]", "{", "}", ".", "comment", "ERROR"})


@dataclass(slots=True)
class Index:
    """Byte offsets by path; a header is the stretch from its first `[` to its last `]`."""

    keys: dict[_Path, _Offsets] = field(default_factory=dict)
    values: dict[_Path, _Offsets] = field(default_factory=dict)
    headers: dict[_Path, _Offsets] = field(default_factory=dict)
    inside: dict[_Path, list[_Path]] = field(default_factory=lambda: defaultdict(list))
    """For each table the paths of its keys, in the order of the file."""
    _lengths: dict[_Path, int] = field(default_factory=dict)
    """How many elements each array of tables has so far."""
    _closed: dict[_Path, tuple[Node, int]] = field(default_factory=dict)
    """The tables, and the bytes before the tree, into which nobody has looked yet: most edits concern a few."""

    def look(self, path: _Path) -> None:
        """Works out what stands in the tables that a path leads through."""
        for length in range(len(path) + 1):
            self._open(path[:length])

    def complete(self) -> Self:
        """Works out everything."""
        for path in list(self._closed):
            self._open(path)
        return self

    def keep(self, path: _Path, table: Node, shift: int) -> None:
        """Takes note of a table, to be looked into when it is asked for."""
        self._closed[path] = (table, shift)

    def _open(self, path: _Path) -> None:
        table, shift = self._closed.pop(path, (None, 0))
        for child in table.children if table else ():
            if child.type == "pair":
                _pair(self, child, path, shift)

    def resolve(self, parts: list[str], base: _Path = ()) -> _Path:
        """The path that keys mean at this point of the file: an array of tables means its last element."""
        path = base
        for part in parts:
            path = (*path, part)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        return path

    def open_element(self, parts: list[str]) -> _Path:
        """The path of the new element that `[[parts]]` begins."""
        array = (*self.resolve(parts[:-1]), parts[-1])
        position = self._lengths.get(array, 0)
        self._lengths[array] = position + 1
        return (*array, position)


def index(source: Source) -> Index:
    """Walks a file that tomllib has accepted; into its tables later, when somebody asks."""
    body = source.body
    shift = len(source.data) - len(body)
    tree = Parser(Language(tree_sitter_toml.language())).parse(body)
    found = Index()
    for node in tree.root_node.children:
        if node.type == "pair":
            _pair(found, node, (), shift)
        elif node.type in ("table", "table_array_element"):
            _table(found, node, shift)
    return found


def _table(found: Index, node: Node, shift: int) -> None:
    key, closing = node.child(1), node.child(2)
    parts = [text for text, _ in _parts(key)]
    opens_element = node.type == "table_array_element"
    path = found.open_element(parts) if opens_element else found.resolve(parts)
    found.headers[path] = (node.start_byte + shift, closing.end_byte + shift)
    if opens_element:
        found.headers.setdefault(path[:-1], found.headers[path])
    found.keep(path, node, shift)


def _pair(found: Index, node: Node, base: _Path, shift: int) -> None:
    children = [child for child in node.children if child.type not in _SKIPPED]
    if len(children) < 2:  # noqa: PLR2004  a key and a value
        return
    key, value = children[0], children[1]
    path = base
    for text, part in _parts(key):
        path = (*path, text)
        found.inside[base].append(path)
        found.keys.setdefault(path, (part.start_byte + shift, part.end_byte + shift))
        found.values.setdefault(path, (value.start_byte + shift, value.end_byte + shift))
    _value(found, value, path, shift)


def _value(found: Index, node: Node, path: _Path, shift: int) -> None:
    found.values[path] = (node.start_byte + shift, node.end_byte + shift)
    if node.type == "inline_table":
        for child in node.children:
            if child.type == "pair":
                _pair(found, child, path, shift)
    elif node.type == "array":
        elements = [child for child in node.children if child.type not in _SKIPPED]
        for position, element in enumerate(elements):
            _value(found, element, (*path, position), shift)


def _parts(key: Node) -> Iterator[tuple[str, Node]]:
    """The single keys of a dotted key, decoded, with their nodes."""
    if key.type == "dotted_key":
        for child in key.children:
            if child.type in _KEYS:
                yield from _parts(child)
        return
    raw = (key.text or b"").decode()
    if key.type == "quoted_key":
        raw = next(iter(tomllib.loads(f"{raw} = 0")))
    yield raw, key
