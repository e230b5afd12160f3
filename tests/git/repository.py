"""A person with a git repository that has a town in it."""

import os
import subprocess
from pathlib import Path

from tests.cli.shell import Shell


class Repository:
    """A repository of its own, untouched by the settings of whoever runs the tests.

    Args:
        folder: Where it is to be.
        origin: The repository to clone; a new one if absent.
    """

    PLAN = """\
[[tasks]]
id = "design"
agent = "me"
description = "Design it"
estimate = "1h"
status = "pending"

[[tasks]]
id = "build"
agent = "me"
description = "Build it"
needs = ["design"]
estimate = "2h"
status = "pending"
"""

    def __init__(self, folder: Path, origin: "Repository | None" = None) -> None:
        self.folder = folder
        folder.mkdir()
        settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        names = {f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        self.tt = Shell(folder, **settings, **names)
        self.path = folder / "tasks.toml"
        if origin is None:
            self.git("init", "--quiet", "--initial-branch=main")
        else:
            self.git("clone", "--quiet", str(origin.folder), ".")

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def git(self, *words: str, fails: bool = False) -> str:
        """Runs git, which must succeed, or fail. Returns all that it said."""
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder,
            env=self.tt.env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode != 0) == fails, done
        return done.stdout + done.stderr

    def commit(self, message: str, text: str | None = None) -> None:
        """Commits everything, with a new text of the plan if there is one."""
        if text is not None:
            self.path.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def edit(self, before: str, after: str, message: str = "edit") -> None:
        """Replaces a piece of the plan that stands there once, and commits it."""
        assert self.text.count(before) == 1, self.text
        self.commit(message, self.text.replace(before, after))

    def branch(self, name: str) -> None:
        self.git("switch", "--quiet", "--create", name)

    def switch(self, name: str) -> None:
        self.git("switch", "--quiet", name)

    def resolve(self, text: str) -> None:
        """Ends a merge that git could not end by itself."""
        assert "<<<<<<<" in self.text
        self.commit("merge", text)

    def states(self) -> dict[str, str]:
        return {task["plan_id"]: task["state"] for task in self.tt.document("task", "list")}

    def complete(self, task: str) -> None:
        """A task is completed, and the file says so."""
        self.tt.told("task", "complete", task, "--result", "ok")
        self.tt.told("sync", "pull")

    def in_step(self) -> None:
        """Asserts that file and Redis agree."""
        assert self.tt.told("sync", "diff", "--exit-code") == "tasks.toml and Redis agree.\n"
