"""Explanations of statuses that do not fit together: TT014 and TT015."""

from collections.abc import Mapping

from planner.diagnostics.explanation import Explanation

ABOUT_PROSPECTS: Mapping[str, Explanation] = {
    "TT014": Explanation(
        name="ImpossibleStatus",
        what="A task has a status that it cannot have beside those of the tasks that it waits for.",
        why="A task starts when its prerequisites have ended as its `when` says. If it has started, or has even "
        "completed, while one of them has not, somebody has edited one status and forgotten another. A member "
        "of a group only needs its group to be running, not completed.",
        bad="""\
[[tasks]]
id = "build"
description = "Build the API"
status = "pending"

[[tasks]]
id = "test"
description = "Test the API"
needs = ["build"]
status = "completed"
""",
        good="""\
[[tasks]]
id = "build"
description = "Build the API"
status = "completed"

[[tasks]]
id = "test"
description = "Test the API"
needs = ["build"]
status = "completed"
""",
    ),
    "TT015": Explanation(
        name="NeverReleased",
        what="A task can never be released, because of how what it waits for has ended.",
        why="The conductor would end with this task blocked. Run the failed or cancelled task again by giving it "
        'the status "pending", or say with `when` that this one is to run all the same: "all_done" waits only '
        'for the end, "one_failed" for a failure.',
        bad="""\
[[tasks]]
id = "build"
description = "Build the API"
status = "failed"

[[tasks]]
id = "report"
description = "Tell what came of it"
needs = ["build"]
""",
        good="""\
[[tasks]]
id = "build"
description = "Build the API"
status = "failed"

[[tasks]]
id = "report"
description = "Tell what came of it"
needs = ["build"]
when = "all_done"
""",
    ),
}
