"""The plan that `tt plan --init` starts with."""

from pathlib import Path

from planner.replace import create_file

STARTER = """\
# What is to be done, by whom, and what waits for what. `tt plan` shows it, `tt sync push` sends it.

[meta]
description = "A first plan"
# default_agent = "coder"         # does the tasks that name nobody

# The team, if this file is to say it all:
# [agents.coder]
# cli = "claude"

[[tasks]]
id = "design"
description = "Design the API and write it down in API.md"
agent = "architect"
status = "pending"

[[tasks]]
id = "build"
description = "Build the API as API.md says"
agent = "developer"
status = "pending"
parent = "design"                 # begins when "design" is completed

[[tasks]]
id = "test"
description = "Write tests for the API"
agent = "tester"
status = "pending"
needs = ["build"]                 # begins when all of these are completed
# accept = "pytest -q"            # completed only if this command succeeds
"""


def write_starter(path: Path) -> None:
    """Writes the first plan; refuses to touch a file that is there.

    Raises:
        TinytownError: The file exists, or cannot be written.
    """
    create_file(path, STARTER.encode())
