"""AGENTS.md: the section that tells a coding agent how to report, between two markers; all else is others'."""

from pathlib import Path

from tinytown.errors import TinytownError
from tinytown.replace import create_file, replace_file

FILE = "AGENTS.md"

BEGIN = b"<!-- tinytown: begin -->"
END = b"<!-- tinytown: end -->"

_SECTION = """\
## Working in this town

`tt` gives you tasks from `tasks.toml`. Inside a task these variables are set:

- `TINYTOWN_TASK_ID`: your task. `TINYTOWN_AGENT_NAME`, `TINYTOWN_AGENT_ID`: you.
- `TINYTOWN_TOWN`: the town's folder. `TINYTOWN_CONTEXT`: a JSON file with the task, the results of the tasks that
  it builds on, and messages for you.

How to report:

- What you print last is the result. Exit status 0 completes the task, 75 asks to be tried later, any other fails
  it.
- `tt task complete "$TINYTOWN_TASK_ID" --result "what you did"` and
  `tt task fail "$TINYTOWN_TASK_ID" --error "what stands in the way"` say it in so many words, and win over the
  exit status. A task with `accept` is completed by that command only: end with 0.
- `tt send NAME "text"` gives an agent work, `--query` asks it something, `--info` tells it something; `conductor`
  is an address too. `tt inbox` shows what was sent to you.
- `tt why TASK` says what a task waits for; `tt task show TASK` shows everything about it. `--json` prints JSON.

`tt` ends with 0 when it is done, 1 after an error, 2 when it was called wrongly, 3 after a conflict of tasks.toml
with what runs, 4 when tasks.toml is invalid, 5 when tasks failed or are blocked, 6 when there are differences, and
124 when its time was up. If it says that your task was taken from you, stop working on it.

An editor can take part by `tt mcp --name NAME`, a server of the Model Context Protocol.
"""


def with_section(text: bytes) -> bytes:
    """The file with the section as it is now: in the place of the old one, or else at the end.

    Args:
        text: What the file holds; every byte outside of the markers stays.

    Raises:
        TinytownError: One marker is there without the other, or more than once.
    """
    crlf = b"\r\n" in text or text.endswith(b"\r")  # which, with ours behind it, becomes one
    ending = b"\r\n" if crlf else b"\n"
    section = ending.join([BEGIN, *_SECTION.encode().splitlines(), END])
    begins, ends = text.count(BEGIN), text.count(END)
    if begins == ends == 0:
        gap = b"" if not text else ending if text.endswith(b"\n") else ending * 2
        return text + gap + section + ending
    start, end = text.find(BEGIN), text.find(END)
    if begins != 1 or ends != 1 or end < start:
        raise TinytownError(
            f"{FILE}: the markers of tt's section are not one pair",
            f"Leave one `{BEGIN.decode()}` before one `{END.decode()}`, or take them all out.",
        )
    return text[:start] + section + text[end + len(END) :]


def write_section(root: Path) -> bool:
    """Writes the section into a folder's AGENTS.md. Returns whether that changed anything.

    Args:
        root: The folder; the file is made if it is absent.

    Raises:
        TinytownError: As `with_section`, or the file cannot be written, or was changed meanwhile; it is as it was.
    """
    path = root / FILE
    before = path.read_bytes() if path.exists() else None
    after = with_section(before or b"")
    if after == before:
        return False
    if before is None:
        create_file(path, after)
    else:
        replace_file(path, before, after)
    return True
