"""Explanations of values that mean nothing or too much: TT010 to TT013, TT017 and TT019."""

from collections.abc import Mapping

from planner.diagnostics.explanation import Explanation

_SPELLING = "corrects it where only upper and lower case or surrounding spaces differ"

ABOUT_VALUES: Mapping[str, Explanation] = {
    "TT010": Explanation(
        name="UnknownStatus",
        what="A task has a status that there is not.",
        why="The status in the file and the state in the store are compared by every sync, so both speak the same "
        "words: pending, assigned, running, completed, failed and cancelled. Without a status the file has no "
        "opinion, and a new task is pending.",
        bad="""\
[[tasks]]
id = "build"
description = "Build the API"
status = "done"
""",
        good="""\
[[tasks]]
id = "build"
description = "Build the API"
status = "completed"
""",
        fix=_SPELLING,
    ),
    "TT011": Explanation(
        name="MeaninglessValue",
        what="A duration, a number, or one of a few fixed words means nothing where it stands.",
        why="A duration is above zero and is written like 30s, 20m or 1h30m, with the units ms, s, m, h and d. "
        "Numbers count things. `priority`, `when` and `on_failure` take one of a few words each; the help of the "
        "finding tells which.",
        bad="""\
[[tasks]]
id = "build"
description = "Build the API"
timeout = "20 minutes"
""",
        good="""\
[[tasks]]
id = "build"
description = "Build the API"
timeout = "20m"
""",
        fix=_SPELLING,
    ),
    "TT012": Explanation(
        name="UnknownAgent",
        what="The file tells the team in [agents], and a task names an agent or a role that is not in it.",
        why="The task would wait until somebody spawns such an agent by hand. That may be what you want, so this "
        "is a warning; more often the name is misspelt. Without any [agents] the file leaves the team open, and "
        "every name is good.",
        bad="""\
[agents.developer]
cli = "claude"

[[tasks]]
id = "build"
description = "Build the API"
agent = "develloper"
""",
        good="""\
[agents.developer]
cli = "claude"

[[tasks]]
id = "build"
description = "Build the API"
agent = "developer"
""",
    ),
    "TT013": Explanation(
        name="ImpossibleLimit",
        what="A limit lets nothing through at all, or a task wants a place in a pool that [pools] does not have.",
        why="With room for less than one, what falls under the limit would wait for ever. Leave `max_parallel` out "
        "for no limit. A pool is defined once, as in `gpu = 1` under [pools], and tasks take places in it by its "
        "name.",
        bad="""\
[pools]
gpu = 0

[[tasks]]
id = "train"
description = "Train the model"
pool = "gpu"
""",
        good="""\
[pools]
gpu = 1

[[tasks]]
id = "train"
description = "Train the model"
pool = "gpu"
""",
    ),
    "TT017": Explanation(
        name="SecretLiteral",
        what="A description or a command holds what looks like a token, a key or a password.",
        why="tasks.toml lies in git, its texts go to agents, their models, logs and results, and git forgets "
        "nothing. Put the secret into the environment of whoever runs the agents and name the variable here. "
        "If it was a real one and is committed already, revoke it.",
        bad="""\
[[tasks]]
id = "deploy"
run = "deploy --token=q7Zt2Lw9Xc4Vb8Nm1Kj6"
""",
        good="""\
[[tasks]]
id = "deploy"
run = "deploy --token=$DEPLOY_TOKEN"
""",
    ),
    "TT019": Explanation(
        name="AgentAndRole",
        what="A task names an agent and a role.",
        why="`agent` means exactly that one; `role` means whoever of that role is free first. Both at once "
        "contradict each other.",
        bad="""\
[[tasks]]
id = "review"
description = "Review the API"
agent = "alice"
role = "reviewer"
""",
        good="""\
[[tasks]]
id = "review"
description = "Review the API"
role = "reviewer"
""",
    ),
}
