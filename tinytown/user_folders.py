"""Where this system keeps what belongs to a user and not to a town."""

from collections.abc import Callable
from pathlib import Path


def config_folder() -> Path | None:
    """The folder of the user's defaults: `$XDG_CONFIG_HOME/tinytown`, or what is usual on this system.

    Returns:
        The folder, which need not exist; None for a user without a home.
    """
    from platformdirs import user_config_path

    return _placed(user_config_path)


def state_folder() -> Path | None:
    """The folder of what is remembered: `$XDG_STATE_HOME/tinytown`, or what is usual on this system.

    Returns:
        The folder, which need not exist; None for a user without a home.
    """
    from platformdirs import user_state_path

    return _placed(user_state_path)


def _placed(place: Callable[..., Path]) -> Path | None:
    try:
        folder = place("tinytown", appauthor=False)
    except RuntimeError:
        return None
    return folder if folder.is_absolute() else None  # older ones leave the `~` of nobody as it is
