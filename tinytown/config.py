"""tinytown.toml: where it is, what it says together with the other layers, and how a new one looks."""

import json
import os
from pathlib import Path

from tinytown.errors import ConfigError, NoTownError
from tinytown.layers import Layer, Settings, of_environment, of_file, settle
from tinytown.options import RUNTIME, AgentSection, CliSection, Config, RedisSection
from tinytown.user_folders import config_folder

__all__ = [
    "FILE",
    "RUNTIME",
    "USER_FILE",
    "AgentSection",
    "CliSection",
    "Config",
    "RedisSection",
    "find",
    "load",
    "read",
    "settings",
    "starter",
    "user_file",
    "user_layer",
]

FILE = "tinytown.toml"
USER_FILE = "config.toml"


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
    """The town's configuration: the environment, its tinytown.toml, the user's defaults, what is built in.

    Raises:
        NoTownError: There is no tinytown.toml.
        ConfigError: As `settings`.
    """
    return settings(root).config


def settings(root: Path) -> Settings:
    """The town's configuration, and where each option comes from.

    Raises:
        NoTownError: There is no tinytown.toml.
        ConfigError: A file cannot be read, or says what it must not; the message has file and line.
    """
    path = root / FILE
    text = read(path)
    if text is None:
        raise NoTownError(f"{root} is not a town (no {FILE})", "Make one: tt init")
    town = of_file(text, str(path), "town")
    return settle([of_environment(os.environ), town, user_layer()], root.name)


def user_file() -> Path | None:
    """The file of the user's defaults, which need not exist; None for a user without a home."""
    folder = config_folder()
    return None if folder is None else folder / USER_FILE


def read(path: Path) -> str | None:
    """The text of a file, without a byte order mark; None if it is not there.

    Raises:
        ConfigError: It cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}", "Make it a readable TOML file in UTF-8.") from None


def starter(name: str, default_cli: str | None = None) -> str:
    """The text of a new tinytown.toml: what is not said in it is left to the user's defaults.

    Args:
        name: The town's name.
        default_cli: The CLI of agents that name none, if it is to be said here.
    """
    cli = (
        f"default_cli = {json.dumps(default_cli, ensure_ascii=False)}"
        if default_cli
        else '# default_cli = "claude"'
    )
    return f"""name = {json.dumps(name, ensure_ascii=False)}
{cli}    # for agents that name none
# max_agents = 10

[redis]
# use_socket = true          # the town's own server; for one elsewhere: use_socket = false and host, port
# socket_path = "{RUNTIME}/redis.sock"
"""


def user_layer() -> Layer:
    """What the user's defaults say.

    Raises:
        ConfigError: The file cannot be read, or says what it must not.
    """
    path = user_file()
    text = None if path is None else read(path)
    return Layer("user") if text is None else of_file(text, str(path), "user")
