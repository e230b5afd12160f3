"""Where this system keeps what belongs to a user and not to a town."""

from pathlib import Path


def config_folder() -> Path | None:
    """The folder of the user's defaults: `$XDG_CONFIG_HOME/tinytown`, or what is usual on this system.

    Returns:
        The folder, which need not exist; None for a user without a home.
    """
    from platformdirs import user_config_path

    return _placed(user_config_path("tinytown", appauthor=False))


def state_folder() -> Path | None:
    """The folder of what is remembered: `$XDG_STATE_HOME/tinytown`, or what is usual on this system.

    Returns:
        The folder, which need not exist; None for a user without a home.
    """
    from platformdirs import user_state_path

    return _placed(user_state_path("tinytown", appauthor=False))


def _placed(folder: Path) -> Path | None:
    return folder if folder.is_absolute() else None  # `~` of nobody stays `~`
