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


def ignore_runtime(root: Path) -> None:
    """Adds the runtime folder to the town's .gitignore, unless it is there."""
    file = root / ".gitignore"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    if any(line.strip().rstrip("/") in (RUNTIME, f"/{RUNTIME}") for line in text.splitlines()):
        return
    gap = "" if not text or text.endswith("\n") else "\n"
    file.write_text(f"{text}{gap}{RUNTIME}/\n", encoding="utf-8")
