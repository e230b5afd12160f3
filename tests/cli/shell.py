"""A person at a shell: runs the real `tt` in a folder, with or without a terminal."""

import json
import os
import pty
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.forked import TT, run
from tests.towns import settle, until

_PATIENCE = 60.0
_PRIVATE = ("TINYTOWN_", "TT_", "REDIS_URL", "NO_COLOR")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command left: its exit status, standard output, standard error."""

    status: int
    out: str
    err: str


class Shell:
    """Runs `tt` in a folder.

    Args:
        folder: The working directory.
        env: Variables beside those of this process, without the ones that `tt` reads.
    """

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_PRIVATE)}
        self.env = {**kept, "TERM": "xterm-256color", **env}

    def within(self, folder: str | Path = ".", **env: str) -> "Shell":
        """The same shell in another folder, or with other variables."""
        shell = Shell(self.folder / folder)
        shell.env = {**self.env, **env}
        return shell

    def __call__(self, *words: str | Path) -> Answer:
        """Runs a command to its end."""
        done = run([*map(str, words)], self.folder, self.env, _PATIENCE)
        return Answer(done.returncode, done.stdout, done.stderr)

    def told(self, *words: str | Path) -> str:
        """The output of a command that must succeed without a complaint."""
        answer = self(*words)
        assert (answer.status, answer.err) == (0, ""), answer
        return answer.out

    def document(self, *words: str | Path) -> Any:
        """The JSON document of a command that must succeed."""
        return json.loads(self.told(*words, "--json"))

    def refused(self, *words: str | Path, status: int = 1) -> str:
        """The sentence of a command that must fail: one line on standard error, nothing on standard output."""
        answer = self(*words)
        assert (answer.status, answer.out) == (status, ""), answer
        assert answer.err.startswith("tt: "), answer
        assert answer.err.count("\n") == 1, answer
        return answer.err.removeprefix("tt: ").rstrip("\n")

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Starts a command that goes on."""
        return subprocess.Popen(
            [TT, *words],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, process: "subprocess.Popen[str]") -> Answer:
        """Waits for the end of a command that was started."""
        out, err = process.communicate(timeout=_PATIENCE)
        return Answer(process.returncode, out, err)

    def on_terminal(self, *words: str) -> str:
        """What a command shows on a terminal."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [TT, *words], cwd=self.folder, env=self.env, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        seen = b""
        with suppress(OSError):  # how a terminal says that nobody writes to it any more
            while chunk := os.read(ours, 65536):
                seen += chunk
        os.close(ours)
        assert process.wait(_PATIENCE) == 0, seen
        return seen.decode().replace("\r\n", "\n")

    def await_state(self, task: str, state: str) -> dict[str, Any]:
        """Waits until a task is in a state. Returns the task."""
        found: dict[str, Any] = {}

        def reached() -> bool:
            found.update(self.document("task", "show", task))
            return bool(found["state"] == state)

        until(reached, f"{task} is {state}")
        return found

    def assigned(self, agent: str, text: str, *options: str) -> str:
        """Gives an agent a task. Returns the task's id."""
        return str(self.document("assign", agent, text, *options)["id"])

    def close(self) -> None:
        """Stops the town that is in the folder, if there is one; nothing may be left."""
        try:
            if (self.folder / "tinytown.toml").is_file():
                answer = self("stop")
                assert answer.status == 0, answer
        finally:
            left = settle(self.folder)
        assert not left, f"left running: {left}"
