"""Where the options of a town are set, layer over layer, and which layer wins.

The order: the environment, tinytown.toml, the user's defaults, what is built in. Each option is taken from the
first that has it; of `[agent_clis]` each CLI as a whole.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import ValidationError

from tinytown.errors import BadNameError, ConfigError
from tinytown.ids import check_name, nearest
from tinytown.options import CLIS, HIDING_PLACES, PASSWORD, SECTIONS, URL, CliSection, Config, option_at, options
from tinytown.statements import KeyPath, lines

Kind = Literal["environment", "town", "user", "built in"]

ALIASES = {"REDIS_URL": URL, "TT_REDIS_SERVER": ("redis", "server")}
"""Variables that others know too; each goes before our own of the same option."""

OF_THE_TOWN = frozenset([("name",), ("redis", "socket_path")])
"""What a town has for itself alone: no defaults of a user's."""

_SECRET = re.compile(r"(?<=//).*@")


@dataclass(frozen=True, slots=True)
class Layer:
    """What one place says.

    Args:
        kind: Which of the layers it is.
        values: The value of each option that it sets.
        places: For each of them `FILE:LINE` or the variable.
    """

    kind: Kind
    values: Mapping[KeyPath, Any] = field(default_factory=dict)
    places: Mapping[KeyPath, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: the layer, and in it the line or the variable; empty for what is built in."""

    kind: Kind
    place: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration of a town, and where each option comes from that somebody set."""

    config: Config
    origins: Mapping[KeyPath, Origin]

    def origin(self, path: KeyPath) -> Origin:
        """Where an option's value comes from."""
        return self.origins.get(path, Origin("built in"))


def of_file(text: str, name: str, kind: Kind) -> Layer:
    """What a file says.

    Args:
        text: What it holds, without a byte order mark.
        name: Its path, for messages.
        kind: `town` or `user`.

    Raises:
        ConfigError: It is no TOML, has a key that nobody knows, or one that must not be there.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: {error}", "Correct the file.") from None
    if not raw:
        return Layer(kind)
    where = lines(text)

    def place(path: KeyPath) -> str:
        return f"{name}:{where[path]}" if path in where else name

    _refuse_unknown(raw, place)
    values = dict(_leaves(raw))
    for path, value in values.items():
        _refuse_secret(path, value, place(path))
        if kind == "user" and path in OF_THE_TOWN:
            raise ConfigError(
                f"{place(path)}: {'.'.join(path)} is a town's own and has no default for all towns",
                "Take it out here; `tt config` sets it in a town.",
            )
    return Layer(kind, values, {path: place(path) for path in values})


def of_environment(environ: Mapping[str, str]) -> Layer:
    """What the environment says. An empty variable says nothing.

    Args:
        environ: The variables.
    """
    names = {one.variable: one.path for one in options() if one.variable} | ALIASES
    said = {path: (name, environ[name].strip()) for name, path in names.items() if environ.get(name, "").strip()}
    return Layer(
        "environment",
        {path: value for path, (_, value) in said.items()},
        {path: name for path, (name, _) in said.items()},
    )


def settle(layers: Sequence[Layer], name: str) -> Settings:
    """The configuration that several layers make.

    Args:
        layers: The first wins.
        name: The town's, if no layer has one.

    Raises:
        ConfigError: A value is not what it must be; the message has its place.
    """
    values: dict[KeyPath, Any] = {}
    origins: dict[KeyPath, Origin] = {}
    places: dict[KeyPath, str] = {}
    for layer in reversed(layers):
        clis = {path[:2] for path in layer.values if path[0] == CLIS}
        for path in [path for path in values if path[:2] in clis]:
            del values[path], origins[path]
        for path, value in layer.values.items():
            values[path] = value
            places[path] = layer.places[path]
            origins[path] = Origin(layer.kind, layer.places[path])
    nested: dict[str, Any] = {"name": name}
    for path, value in values.items():
        table = nested
        for key in path[:-1]:
            table = table.setdefault(key, {})
        table[path[-1]] = value
    try:
        config = Config.model_validate(nested)
    except ValidationError as error:
        raise _refusal(error, places) from None
    try:
        check_name(config.name, "town")
    except BadNameError as error:
        where = f"{places[('name',)]}: name: " if ("name",) in places else ""
        raise ConfigError(f"{where}{error.message}", error.remedy) from None
    return Settings(config, origins)


def masked(text: str) -> str:
    """A value without the password that a URL may hold."""
    return _SECRET.sub("***@", text)


def _refuse_unknown(raw: Mapping[str, Any], place: Callable[[KeyPath], str]) -> None:
    for path, known in _tables(raw, place):
        key = path[-1]
        guess = nearest(key, known)
        dotted = ".".join(path)
        near = ".".join((*path[:-1], guess)) if guess else ""
        hint = f"Did you mean {near}? " if guess else ""
        raise ConfigError(f'{place(path)}: nobody knows "{dotted}"', f"{hint}`tt config` lists the options.")


def _tables(raw: Mapping[str, Any], place: Callable[[KeyPath], str]) -> Iterator[tuple[KeyPath, list[str]]]:
    """The keys that nobody knows, each with those that it might have been."""
    yield from _strangers(raw, (), Config)
    for key, section in SECTIONS.items():
        if key in raw:
            yield from _strangers(_table(raw[key], (key,), place), (key,), section)
    for name, entry in _table(raw.get(CLIS, {}), (CLIS,), place).items():
        path = (CLIS, name)
        said = _table(entry, path, place)
        yield from _strangers(said, path, CliSection)
        if "command" not in said:
            raise ConfigError(f"{place(path)}: {CLIS}.{name}.command is missing", "Write the CLI's command line.")
        _table(said.get("env", {}), (*path, "env"), place)


def _strangers(said: Mapping[str, Any], base: KeyPath, section: Any) -> Iterator[tuple[KeyPath, list[str]]]:
    known = list(section.model_fields)
    for key in said:
        if key not in known and key not in section.foreign and (*base, key) != PASSWORD:
            yield (*base, key), known


def _table(value: Any, path: KeyPath, place: Callable[[KeyPath], str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"{place(path)}: {'.'.join(path)} must be a table", f"Write it as [{'.'.join(path)}].")
    return value


def _leaves(raw: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Any]]:
    for key, value in raw.items():
        if key in SECTIONS:
            foreign = SECTIONS[key].foreign
            yield from (((key, inner), its) for inner, its in value.items() if inner not in foreign)
        elif key == CLIS:
            for name, entry in value.items():
                for inner, its in entry.items():
                    if inner == "env":
                        yield from (((key, name, inner, variable), text) for variable, text in its.items())
                    elif inner not in CliSection.foreign:
                        yield (key, name, inner), its
        elif key not in Config.foreign:
            yield (key,), value


def _refuse_secret(path: KeyPath, value: Any, place: str) -> None:
    """A password in a file that git keeps is one that everybody has."""
    remedy = f"Take it out. {HIDING_PLACES}"
    if path == PASSWORD:
        raise ConfigError(f"{place}: a password must not be here", remedy)
    if path == URL and _has_password(value):
        raise ConfigError(f"{place}: redis.url holds a password, which must not be here", remedy)


def _has_password(url: Any) -> bool:
    try:
        return bool(urlsplit(url).password) if isinstance(url, str) else False
    except ValueError:
        return True  # whatever it is, it was no address; its words might quote one


def _refusal(error: ValidationError, places: Mapping[KeyPath, str]) -> ConfigError:
    first = error.errors()[0]
    path = tuple(str(part) for part in first["loc"])
    if path in (("agent",), ("redis",)):  # options that do not go together
        where = next((place for key, place in places.items() if key[0] == path[0]), "")
        text = first["msg"].removeprefix("Value error, ")
        return ConfigError(f"{where}: {path[0]}.{text}", "Set one of them otherwise.")
    said = first["input"]
    shown = f", not {masked(said)!r}" if isinstance(said, str) else f", not {said!r}"
    if isinstance(said, dict | list) or path == URL:
        shown = ""
    where = f"{places[path]}: " if path in places else ""
    return ConfigError(f"{where}{'.'.join(path)} must be {option_at(path).must}{shown}", "Correct it there.")
