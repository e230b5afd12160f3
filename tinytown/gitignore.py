"""Keeps a town's runtime folder out of git."""

from contextlib import suppress
from pathlib import Path

from tinytown.config import RUNTIME


def hide_runtime(root: Path) -> None:
    """Keeps the runtime folder out of git also where nobody ran `tt init`."""
    own = root / RUNTIME / ".gitignore"
    with suppress(OSError):
        if not own.exists():
            own.parent.mkdir(exist_ok=True)
            own.write_text("*\n", encoding="utf-8")


def ignores_runtime(root: Path) -> bool:
    """Whether the town's .gitignore names the runtime folder."""
    return any(line.strip().rstrip("/") in (RUNTIME, f"/{RUNTIME}") for line in _text(root).splitlines())


def ignore_runtime(root: Path) -> None:
    """Adds the runtime folder to the town's .gitignore, unless it is there."""
    if ignores_runtime(root):
        return
    text = _text(root)
    gap = "" if not text or text.endswith("\n") else "\n"
    (root / ".gitignore").write_text(f"{text}{gap}{RUNTIME}/\n", encoding="utf-8")


def _text(root: Path) -> str:
    file = root / ".gitignore"
    return file.read_text(encoding="utf-8") if file.exists() else ""
