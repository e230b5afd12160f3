"""The options of a town: what each is called, what it must be, and what holds where nobody sets it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Any, ClassVar, Literal, Self, get_args, get_origin
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.fields import FieldInfo

from tinytown.errors import UsageError
from tinytown.ids import nearest
from tinytown.statements import KeyPath

RUNTIME = ".tt"
PREFIX = "TINYTOWN_"
CLIS = "agent_clis"
URL = ("redis", "url")
PASSWORD = ("redis", "password")

HIDING_PLACES = (
    "Set TINYTOWN_REDIS_PASSWORD in the environment, or write it into a file of mode 0600 and name that as "
    "redis.password_file."
)

_CLI_DEPTH = 3
_ADDRESS = re.compile(r"(redis|rediss|unix)://.")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True)

    foreign: ClassVar[frozenset[str]] = frozenset()
    """Keys that other programs of this schema write; we have no use for them and say nothing."""


class RedisSection(_Section):
    """`[redis]`: the town's own server on a socket, or one elsewhere."""

    foreign = frozenset(["persist", "aof_path", "bind", "tls_enabled", "tls_cert", "tls_key", "tls_ca_cert"])

    use_socket: bool = Field(default=True, description="the town's own server; false for one at host and port")
    socket_path: str = Field(default=f"{RUNTIME}/redis.sock", min_length=1, description="its socket")
    host: str = Field(default="127.0.0.1", min_length=1, description="where Redis is, without use_socket")
    port: int = Field(default=6379, ge=1, le=65535, description="its port, without use_socket")
    url: str | None = Field(default=None, description="where Redis is, before all else here")
    server: str | None = Field(default=None, description="the redis-server to start")
    password_file: str | None = Field(default=None, description="a file of mode 0600 with the password")


class AgentSection(_Section):
    """`[agent]`: what holds for every agent. Seconds."""

    idle_timeout_secs: float = Field(default=0, ge=0, description="so long without work, and it stops; 0: never")
    heartbeat_secs: float = Field(default=3, gt=0, description="from one sign of life to the next")
    dead_after_secs: float = Field(default=10, gt=0, description="so long without one, and it is dead")
    stalled_after_secs: float = Field(
        default=600, ge=0, description="so long without output, and its command is told of; 0: never"
    )
    on_stall: Literal["warn", "fail"] = Field(default="warn", description="fail: such a command is ended, too")

    @model_validator(mode="after")
    def _beats_before_it_is_dead(self) -> Self:
        if self.dead_after_secs < 2 * self.heartbeat_secs:
            raise ValueError("dead_after_secs must be at least twice heartbeat_secs")
        return self


class CliSection(_Section):
    """`[agent_clis.NAME]`: a coding CLI's command line and how it takes its prompt."""

    foreign = frozenset(["name", "workdir"])

    command: str
    prompt: Literal["stdin", "argument", "file"] | None = None
    env: Mapping[str, str] = Field(default_factory=dict)


class Config(_Section):
    """What the configuration of a town says, with defaults for what it does not say."""

    foreign = frozenset(["use_central_redis", "use_streams", "conductor_cli", "townhall"])

    name: str = Field(description="what the town is called")
    default_cli: str = Field(default="claude", min_length=1, description="the CLI of agents that name none")
    max_agents: int = Field(default=10, ge=1, description="the most agents at work")
    redis: RedisSection = Field(default_factory=RedisSection)
    agent: AgentSection = Field(default_factory=AgentSection)
    agent_clis: Mapping[str, CliSection] = Field(default_factory=dict)

    @property
    def elsewhere(self) -> str | None:
        """The URL of a Redis that the town does not manage, or None for its own server."""
        if self.redis.url:
            return self.redis.url
        if self.redis.use_socket:
            return None
        return f"redis://{quote(self.redis.host)}:{self.redis.port}"


SECTIONS: Mapping[str, type[_Section]] = {"redis": RedisSection, "agent": AgentSection}


@dataclass(frozen=True)
class Option:
    """One option.

    Args:
        path: Its key, part by part.
        field: How the model declares it.
    """

    path: KeyPath
    field: FieldInfo

    @property
    def key(self) -> str:
        return ".".join(self.path)

    @property
    def variable(self) -> str | None:
        """The environment variable that sets it; the CLIs of agents have none."""
        return None if self.path[0] == CLIS else PREFIX + "_".join(self.path).upper()

    @property
    def must(self) -> str:
        """What a value must be."""
        said = self.field.annotation
        kinds = (said,) if get_origin(said) is Literal else get_args(said) or (said,)
        kind = next(one for one in kinds if one is not NoneType)
        if choices := get_args(kind):
            return f"{', '.join(choices[:-1])} or {choices[-1]}"
        if kind is bool:
            return "true or false"
        if kind in (int, float):
            return ("a whole number" if kind is int else "a number") + _limits(self.field)
        return "an address such as redis://host:6379/0" if self.path == URL else "a text"

    def value(self, said: str) -> str | int | float | bool:
        """The value that a text of the shell means.

        Raises:
            UsageError: It is none for this option.
        """
        try:
            value: str | int | float | bool = self._adapter.validate_python(said)
        except ValidationError:
            raise UsageError(f"{self.key} must be {self.must}, not {said!r}") from None
        if self.path == URL and not _ADDRESS.match(said):
            raise UsageError(f"{self.key} must be {self.must}")  # its words might quote a password
        return int(value) if isinstance(value, float) and value.is_integer() else value

    @property
    def _adapter(self) -> TypeAdapter[Any]:
        kind: Any = self.field.annotation
        return TypeAdapter(Annotated[kind, *self.field.metadata] if self.field.metadata else kind)


def options() -> Iterator[Option]:
    """The options that are always there: all but those of single CLIs."""
    for key, field in Config.model_fields.items():
        if key in SECTIONS:
            yield from (Option((key, inner), its) for inner, its in SECTIONS[key].model_fields.items())
        elif key != CLIS:
            yield Option((key,), field)


def option(key: str) -> Option:
    """The option of this key.

    Args:
        key: `redis.port`, `agent_clis.NAME.prompt`, `agent_clis.NAME.env.X` …; `agent_clis.NAME` is its command.

    Raises:
        UsageError: There is none; the remedy has the nearest.
    """
    section, _, rest = key.partition(".")
    if section == CLIS and rest:
        return option_at(_cli_path(rest))
    return option_at(tuple(key.split(".")))


def option_at(path: KeyPath) -> Option:
    """The option at this path.

    Raises:
        UsageError: There is none; the remedy has the nearest.
    """
    known = {one.path: one for one in options()}
    if path in known:
        return known[path]
    key = ".".join(path)
    if path[0] == CLIS and len(path) == _CLI_DEPTH and path[-1] in ("command", "prompt"):
        return Option(path, CliSection.model_fields[path[-1]])
    if path[0] == CLIS and len(path) == _CLI_DEPTH + 1 and path[2] == "env":
        return Option(path, FieldInfo(annotation=str))
    if path[0] == CLIS and len(path) >= _CLI_DEPTH:
        guess = nearest(path[2], ("command", "prompt", "env"))
        hint = f"Did you mean {'.'.join((*path[:2], guess))}? " if guess else ""
        raise UsageError(f"there is no option {key!r}", f"{hint}A CLI has command, prompt and env.VARIABLE.")
    if path == PASSWORD:
        raise UsageError("a password does not belong in a file that git keeps", HIDING_PLACES)
    names = [".".join(one) for one in known]
    if key in (*SECTIONS, CLIS):
        inside = [name for name in names if name.startswith(f"{key}.")] or [f"{CLIS}.NAME.command"]
        raise UsageError(f"{key} is a section", f"Its options: {', '.join(inside)}.")
    lasts = {name.rpartition(".")[2]: name for name in names}
    guess = nearest(key, names) or lasts.get(nearest(path[-1], lasts) or "")
    hint = f"Did you mean {guess}? " if guess else ""
    raise UsageError(f"there is no option {key!r}", f"{hint}`tt config` lists them.")


def _cli_path(rest: str) -> KeyPath:
    """The path of an option of a CLI, whose name may hold dots."""
    name, found, variable = rest.partition(".env.")
    if found:
        return (CLIS, name, "env", variable)
    name, _, last = rest.rpartition(".")
    if name and last in CliSection.model_fields:
        return (CLIS, name, last)
    name, _, last = rest.partition(".")
    return (CLIS, name, last or "command")


def _limits(field: FieldInfo) -> str:
    said = {name: getattr(one, name) for one in field.metadata for name in ("ge", "le", "gt") if hasattr(one, name)}
    if "le" in said:
        return f" from {said['ge']} to {said['le']}"
    if "ge" in said:
        return f" of at least {said['ge']}"
    return f" above {said['gt']}" if "gt" in said else ""
