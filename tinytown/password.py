"""The password of a Redis elsewhere: from the environment, or from a file that only its owner may read."""

import os
import stat
from pathlib import Path

from tinytown.config import Config
from tinytown.errors import ConfigError

VARIABLE = "TINYTOWN_REDIS_PASSWORD"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def password(root: Path, config: Config) -> str | None:
    """The password, or None if there is none.

    Args:
        root: The town's folder; a relative `redis.password_file` counts from there.
        config: The town's configuration.

    Raises:
        ConfigError: The file is not there, empty, or open to others.
    """
    if said := os.environ.get(VARIABLE):
        return said
    if config.redis.password_file is None:
        return None
    path = root / config.redis.password_file
    try:
        path = root / Path(config.redis.password_file).expanduser()
        text = _private(path)
    except (OSError, RuntimeError, UnicodeError) as error:
        reason = "it is no text" if isinstance(error, UnicodeError) else getattr(error, "strerror", error)
        raise ConfigError(
            f"redis.password_file names {path}, which cannot be read: {reason}",
            f"Write the password into it (chmod 600), or set {VARIABLE}.",
        ) from None
    word = text.rstrip("\r\n")
    if not word:
        raise ConfigError(f"redis.password_file names {path}, which is empty", "Write the password into it.")
    return word


def _private(path: Path) -> str:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, encoding="utf-8") as file:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise ConfigError(f"redis.password_file names {path}, which is no file", "Name a file of mode 0600.")
        if mode & _OTHERS:
            raise ConfigError(
                f"{path} holds a password and is open to others (mode {stat.S_IMODE(mode):04o})",
                f"chmod 600 {path}",
            )
        return file.read()
