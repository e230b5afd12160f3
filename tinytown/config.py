"""tinytown.toml: where it is, what it says, and how a new one looks."""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tinytown.errors import BadNameError, ConfigError, NoTownError
from tinytown.ids import check_name, nearest

FILE = "tinytown.toml"
RUNTIME = ".tt"

# Keys that other programs of this schema write; we have no use for them and say nothing.
_FOREIGN = frozenset(
    [
        "use_central_redis",
        "use_streams",
        "conductor_cli",
        "townhall",
        "persist",
        "aof_path",
        "password",
        "bind",
        "tls_enabled",
        "tls_cert",
        "tls_key",
        "tls_ca_cert",
        "name",
        "workdir",
    ]
)


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class RedisSection(_Section):
    """`[redis]`: the town's own server on a socket, or one elsewhere."""

    use_socket: bool = True
    socket_path: str = f"{RUNTIME}/redis.sock"
    host: str = "127.0.0.1"
    port: int = Field(default=6379, ge=1, le=65535)
    url: str | None = None
    server: str | None = None


class AgentSection(_Section):
    """`[agent]`: what holds for every agent. Seconds."""

    idle_timeout_secs: float = Field(default=0, ge=0)
    heartbeat_secs: float = Field(default=3, gt=0)
    dead_after_secs: float = Field(default=10, gt=0)
    stalled_after_secs: float = Field(default=600, ge=0)
    on_stall: Literal["warn", "fail"] = "warn"

    @model_validator(mode="after")
    def _beats_before_it_is_dead(self) -> Self:
        if self.dead_after_secs < 2 * self.heartbeat_secs:
            raise ValueError("dead_after_secs must be at least twice heartbeat_secs")
        return self


class CliSection(_Section):
    """`[agent_clis.NAME]`: a coding CLI's command line and how it takes its prompt."""

    command: str
    prompt: Literal["stdin", "argument", "file"] | None = None
    env: Mapping[str, str] = Field(default_factory=dict)


class Config(_Section):
    """What tinytown.toml says, with defaults for what it does not say."""

    name: str
    default_cli: str = "claude"
    max_agents: int = Field(default=10, ge=1)
    redis: RedisSection = Field(default_factory=RedisSection)
    agent: AgentSection = Field(default_factory=AgentSection)
    agent_clis: Mapping[str, CliSection] = Field(default_factory=dict)

    @property
    def elsewhere(self) -> str | None:
        """The URL of a Redis that the town does not manage, or None for its own server."""
        given = os.environ.get("REDIS_URL", "").strip() or self.redis.url
        if given:
            return given
        if self.redis.use_socket:
            return None
        return f"redis://{quote(self.redis.host)}:{self.redis.port}"

    def warnings(self) -> list[str]:
        """A sentence for each key that nobody knows: most likely a slip of the pen."""
        return list(_unknown(self, ""))


def find(start: Path) -> Path:
    """The root of the town that `start` lies in: the nearest folder upward with a tinytown.toml.

    Raises:
        NoTownError: If there is none.
    """
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    raise NoTownError(f"{here} is not in a town (no {FILE} here or above)", "Make one: tt init")


def load(root: Path) -> Config:
    """Reads the town's tinytown.toml.

    Raises:
        NoTownError: If there is none.
        ConfigError: If it cannot be read; the message has file, line and column where there are any.
    """
    path = root / FILE
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise NoTownError(f"{root} is not a town (no {FILE})", "Make one: tt init") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}", f"Correct {FILE}, or write a new one.") from None
    raw.setdefault("name", root.name)
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"{path}: {where}: {first['msg']} (it is {first['input']!r})", f"Correct {FILE}."
        ) from None
    try:
        check_name(config.name, "town")
    except BadNameError as error:
        raise ConfigError(f"{path}: name: {error.message}", error.remedy) from None
    return config


def starter(name: str, default_cli: str = "claude") -> str:
    """The text of a new tinytown.toml."""
    return f"""name = {json.dumps(name, ensure_ascii=False)}
default_cli = {json.dumps(default_cli, ensure_ascii=False)}    # for agents that name none
max_agents = 10

[redis]
use_socket = true            # the town's own server; for one elsewhere: use_socket = false and host, port
socket_path = "{RUNTIME}/redis.sock"
"""


def _unknown(section: _Section, path: str) -> Iterator[str]:
    known = set(type(section).model_fields)
    for key in section.model_extra or {}:
        if key not in _FOREIGN:
            guess = nearest(key, known)
            hint = f'; did you mean "{path}{guess}"?' if guess else ""
            yield f'{FILE}: nobody knows "{path}{key}"{hint}'
    for key in known:
        value: Any = getattr(section, key)
        if isinstance(value, _Section):
            yield from _unknown(value, f"{path}{key}.")
        elif isinstance(value, Mapping):
            for name, entry in value.items():
                if isinstance(entry, _Section):
                    yield from _unknown(entry, f"{path}{key}.{name}.")
