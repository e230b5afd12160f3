"""Explanations of ties between tasks that cannot be: TT007 to TT009, TT016 and TT018."""

from collections.abc import Mapping

from planner.diagnostics.explanation import Explanation

ABOUT_TIES: Mapping[str, Explanation] = {
    "TT007": Explanation(
        name="UnknownPrerequisite",
        what="A task has a parent or a need that no task in the file is called.",
        why="It would wait for ever. Ids are compared to the letter, upper and lower case included. If the other "
        "task was renamed or taken out, this tie has to follow.",
        bad="""\
[[tasks]]
id = "build"
description = "Build the API"

[[tasks]]
id = "test"
description = "Test the API"
needs = ["biuld"]
""",
        good="""\
[[tasks]]
id = "build"
description = "Build the API"

[[tasks]]
id = "test"
description = "Test the API"
needs = ["build"]
""",
    ),
    "TT008": Explanation(
        name="Circle",
        what="Tasks wait for each other in a circle.",
        why="None of them can ever start. A task waits for its needs and for its parent. A parent without agent, "
        "role and command is a group: it waits for the end of its members, so a member cannot wait for its own "
        "group to end. Take out one tie of the circle; the finding shows where each of them is.",
        bad="""\
[[tasks]]
id = "build"
run = "make"
needs = ["test"]

[[tasks]]
id = "test"
run = "make test"
needs = ["build"]
""",
        good="""\
[[tasks]]
id = "build"
run = "make"

[[tasks]]
id = "test"
run = "make test"
needs = ["build"]
""",
    ),
    "TT009": Explanation(
        name="OwnPrerequisite",
        what="A task is its own parent, or needs itself.",
        why="It would have to end before it starts.",
        bad="""\
[[tasks]]
id = "build"
description = "Build the API"
needs = ["build"]
""",
        good="""\
[[tasks]]
id = "build"
description = "Build the API"
""",
        fix="takes a need of itself out of the list, but leaves a parent to people",
    ),
    "TT016": Explanation(
        name="DuplicateNeed",
        what="A task needs the same task twice.",
        why="Once is enough, so the second one was probably meant to be another task.",
        bad="""\
[[tasks]]
id = "build"
description = "Build the API"

[[tasks]]
id = "test"
description = "Test the API"
needs = ["build", "build"]
""",
        good="""\
[[tasks]]
id = "build"
description = "Build the API"

[[tasks]]
id = "test"
description = "Test the API"
needs = ["build"]
""",
        fix="takes the second one out of the list",
    ),
    "TT018": Explanation(
        name="RenameCollides",
        what="`was` names an id that cannot be the task's former one: a task still has it, it is the task's own, "
        "two tasks claim it, or it is no id at all.",
        why="With `was` a renamed task keeps its history in the store: what was completed stays completed. One "
        "history can go on in one task only. When the rename has been pushed, `was` has done its work and may go.",
        bad="""\
[[tasks]]
id = "build"
description = "Build the API"

[[tasks]]
id = "build-api"
description = "Build the API"
was = "build"
""",
        good="""\
[[tasks]]
id = "build-api"
description = "Build the API"
was = "build"
""",
    ),
}
