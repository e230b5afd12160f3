"""Explanations of what can be wrong with the form of a file: TT001 to TT006."""

from collections.abc import Mapping

from planner.diagnostics.explanation import Explanation

ABOUT_FORM: Mapping[str, Explanation] = {
    "TT001": Explanation(
        name="NotToml",
        what="The file cannot be read as TOML: a quote, a bracket or an equals sign is missing or too many, "
        "or a key or table is there twice.",
        why="What cannot be read cannot be checked, so other mistakes may show only when this one is gone. Text "
        "stands in quotes, lists in square brackets with commas between their elements, and each task begins with "
        "a line [[tasks]] in two pairs of brackets.",
        bad="""\
[[tasks]]
id = "build"
description = Build the API
""",
        good="""\
[[tasks]]
id = "build"
description = "Build the API"
""",
    ),
    "TT002": Explanation(
        name="UnknownKey",
        what="A table has a key that no plan knows.",
        why="A key that nobody reads would be dropped in silence, and with it what you meant by it: a misspelt "
        "`needs` would let a task start too early. Every key that there is stands in the schema: tt plan --schema",
        bad="""\
[[tasks]]
id = "build"
description = "Build the API"
retry-delay = "30s"
""",
        good="""\
[[tasks]]
id = "build"
description = "Build the API"
retry_delay = "30s"
""",
        fix="corrects the key where only upper and lower case or - and _ differ",
    ),
    "TT003": Explanation(
        name="WrongType",
        what="A value is of another type than its key takes: a number where text belongs, text where a list does.",
        why="Nothing is converted in silence, for a guess could be wrong. Ids, names, durations and statuses are "
        "text in quotes; needs and tags are lists, even of one element; retries and limits are whole numbers.",
        bad="""\
[[tasks]]
id = "build"
description = "Build the API"
tags = "backend"
""",
        good="""\
[[tasks]]
id = "build"
description = "Build the API"
tags = ["backend"]
""",
    ),
    "TT004": Explanation(
        name="NothingSaid",
        what="A task has no id, or neither a description nor a command to run, or one of them is empty.",
        why="The id tells which task is meant when the file changes; the description is the prompt that the agent "
        "gets. A task that only runs a command needs no description: `run` stands in for it.",
        bad="""\
[[tasks]]
id = "build"
agent = "developer"
""",
        good="""\
[[tasks]]
id = "build"
agent = "developer"
description = "Build the API"
""",
    ),
    "TT005": Explanation(
        name="DuplicateId",
        what="Two tasks have the same id.",
        why="Parents, needs and the store all mean a task by its id, so it must be one task's alone. A task that "
        "was copied to make another one needs a new id.",
        bad="""\
[[tasks]]
id = "build"
description = "Build the API"

[[tasks]]
id = "build"
description = "Build the pages"
""",
        good="""\
[[tasks]]
id = "build-api"
description = "Build the API"

[[tasks]]
id = "build-pages"
description = "Build the pages"
""",
    ),
    "TT006": Explanation(
        name="BadCharacter",
        what="An id, a name or a text holds a character that it must not have, or a name is reserved.",
        why="Ids and names become parts of keys in Redis, of file names and of command lines. An id has letters, "
        "digits, `.`, `_` and `-`, and begins with a letter or digit; a name has none of : * ? [ ] / \\ and no "
        "control characters; `conductor` and `supervisor` are the conductor's own. No program can be given a NUL.",
        bad="""\
[[tasks]]
id = "build api"
description = "Build the API"
""",
        good="""\
[[tasks]]
id = "build-api"
description = "Build the API"
""",
    ),
}
