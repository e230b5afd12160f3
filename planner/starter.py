"""The plan that `tt plan --init` starts with, and the schema beside it that helps editors."""

from enum import Enum
from pathlib import Path

from planner.json_schema import SCHEMA_FILE, SCHEMA_LINE, is_ours, schema_bytes
from planner.read import read_bytes
from tinytown.replace import create_file, replace_file

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


class Beside(Enum):
    """What became of the schema."""

    WRITTEN = "written"
    KEPT = "kept"
    FOREIGN = "foreign"


def write_starter(path: Path) -> Beside:
    """Writes the first plan, and the schema beside it; refuses to touch a plan that is there.

    A file in the schema's place that is not ours stays, and then the plan does not refer to it.

    Raises:
        TinytownError: The plan exists, or one of the files cannot be read or written.
    """
    schema, fresh = path.with_name(SCHEMA_FILE), schema_bytes()
    held = read_bytes(schema) if schema.exists() else None
    if held is not None and not is_ours(held):
        create_file(path, STARTER.encode())
        return Beside.FOREIGN
    create_file(path, (SCHEMA_LINE + STARTER).encode())
    if held is None:
        create_file(schema, fresh)
    elif held != fresh:
        replace_file(schema, held, fresh)
    else:
        return Beside.KEPT
    return Beside.WRITTEN
