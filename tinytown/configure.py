"""Changes tinytown.toml or the user's defaults: one option, checked before it is written, whole or not at all."""

import codecs
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from tinytown.clis import resolve
from tinytown.config import FILE, user_file, user_layer
from tinytown.errors import ConfigError, NoTownError, StaleError, UsageError
from tinytown.layers import OF_THE_TOWN, Kind, Settings, of_file, settle
from tinytown.options import CLIS, option
from tinytown.replace import FileThereError, create_file, replace_file
from tinytown.statements import KeyPath
from tinytown.toml_edit import put, take

_TRIES = 20


@dataclass(frozen=True, slots=True)
class Scope:
    """The file that is to be changed.

    Args:
        file: Its path.
        kind: `town` or `user`.
        name: What the town is called that does not say it.
    """

    file: Path
    kind: Kind
    name: str

    @classmethod
    def of_town(cls, root: Path) -> "Scope":
        """The town's tinytown.toml."""
        return cls(root / FILE, "town", root.name)

    @classmethod
    def of_user(cls) -> "Scope":
        """The user's defaults.

        Raises:
            ConfigError: The user has no home.
        """
        file = user_file()
        if file is None:
            raise ConfigError("there is no place for defaults: this user has no home", "Set XDG_CONFIG_HOME.")
        return cls(file, "user", "town")

    def settings(self, text: str) -> Settings:
        """What would hold if the file held this text, the environment apart.

        Raises:
            ConfigError: It would say what it must not.
        """
        layer = of_file(text, str(self.file), self.kind)
        return settle([layer, user_layer()] if self.kind == "town" else [layer], self.name)


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed.

    Args:
        path: The option, or a whole CLI.
        before: What the file said; None if nothing.
        after: What it says now; None if nothing.
    """

    path: KeyPath
    before: Any
    after: Any


def set_option(scope: Scope, key: str, said: str) -> Change:
    """Sets an option in a file.

    Args:
        scope: The file.
        key: The option.
        said: Its value, as the shell has it.

    Raises:
        UsageError: There is no such option, it is a town's own, or the value will not do.
        ConfigError, UnknownCliError: The file would say what it must not.
    """
    wanted = option(key)
    if scope.kind == "user" and wanted.path in OF_THE_TOWN:
        raise UsageError(f"{wanted.key} is a town's own and has no default for all towns", "Leave out --user.")
    value = wanted.value(said)

    def edit(text: str) -> tuple[str, Change]:
        return put(text, wanted.path, value), Change(wanted.path, _at(text, wanted.path), value)

    return _changed(scope, edit)


def unset_option(scope: Scope, key: str) -> Change:
    """Takes an option out of a file, or a key that does not belong there; `agent_clis.NAME` is the whole CLI.

    Raises:
        UsageError: There is no such option, nor such a key in the file.
        ConfigError: The file would say what it must not.
    """

    def edit(text: str) -> tuple[str, Change]:
        path = tuple(key.split("."))
        if _at(text, path) is None:
            path = option(key).path
            path = path[:2] if path == (CLIS, key.removeprefix(f"{CLIS}."), "command") else path
        return take(text, path), Change(path, _at(text, path), None)

    return _changed(scope, edit)


def _changed(scope: Scope, edit: Callable[[str], tuple[str, Change]]) -> Change:
    for tries in count(1):
        before = _bytes(scope)
        text = _text(scope, before or b"")
        edited, change = edit(text)
        settings = scope.settings(edited)
        if change.path == ("default_cli",) or change.path[0] == CLIS:
            _check_clis(settings, change)
        mark = codecs.BOM_UTF8 if before and before.startswith(codecs.BOM_UTF8) else b""
        try:
            if before is not None:
                replace_file(scope.file, before, mark + edited.encode())
            elif edited:
                scope.file.parent.mkdir(parents=True, exist_ok=True)
                create_file(scope.file, edited.encode())
        except (StaleError, FileThereError):
            if tries == _TRIES:
                raise  # else somebody else wrote in between: the edit is made to what they wrote
        else:
            break
    return change


def _check_clis(settings: Settings, change: Change) -> None:
    config = settings.config
    names = config.agent_clis if change.path[0] == CLIS else [config.default_cli]
    for name in names:
        resolve(name, config)


def _bytes(scope: Scope) -> bytes | None:
    try:
        return scope.file.read_bytes()
    except FileNotFoundError:
        if scope.kind == "town":
            raise NoTownError(f"there is no {scope.file}", "Make a town: tt init") from None
        return None
    except OSError as error:
        raise ConfigError(f"{scope.file}: {error.strerror}", "Make it readable.") from None


def _text(scope: Scope, data: bytes) -> str:
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
        tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{scope.file}: {error}", "Correct the file by hand.") from None
    return text


def _at(text: str, path: KeyPath) -> Any:
    found: Any = tomllib.loads(text)
    for key in path:
        if not isinstance(found, dict) or key not in found:
            return None
        found = found[key]
    return found
