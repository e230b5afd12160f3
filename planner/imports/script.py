"""A step's script as one command for `/bin/sh`."""

import re
import shlex
from collections.abc import Mapping

_BASH_ONLY = re.compile(
    r"\[\[|<<<|<\(|&>|\$'|\(\(|\b(?:pipefail|source|shopt|declare|mapfile)\b|^\s*function\b|\w\+?=\("
    r"|\$\{\w+(?://|\^|,|\[|:\d)",
    re.MULTILINE,
)
_CHAINED = re.compile(r"[|;&]")
_HERE = frozenset({"", ".", "./"})
_PLAIN_SHELLS = frozenset({"", "sh", "bash"})


def command(run: str, shell: str, folder: str, variables: Mapping[str, str]) -> str | None:
    """What does the same under `/bin/sh` as the script does in its workflow, where the first failure ends it.

    Args:
        run: The script.
        shell: The shell that the workflow names; empty for its default.
        folder: Where it works; empty for the top folder.
        variables: What the environment is to hold.

    Returns:
        The command; None if it is no script of a shell.
    """
    body = run.strip("\n")
    program = shell.split(" ", maxsplit=1)[0]
    if program not in _PLAIN_SHELLS:
        return None
    pipefail = shell == "bash" or "pipefail" in shell
    before = [f"cd {shlex.quote(folder)}"] if folder not in _HERE else []
    before += [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    bash = bool(_BASH_ONLY.search(body)) or (pipefail and "|" in body.replace("||", ""))
    if "\n" in body or len(before) > 1 or (before and _CHAINED.search(body)):
        lines = [*before, body]
        return _bash("\n".join(lines), pipefail=pipefail) if bash else "\n".join(["set -e", *lines])
    line = " && ".join([*before, body])
    options = "-eo pipefail" if pipefail else "-e"
    return f"bash {options} -c {shlex.quote(line)}" if bash else line


def _bash(script: str, *, pipefail: bool) -> str:
    """Bash reads the script from a descriptor of its own, so that its commands keep their standard input."""
    end = "SCRIPT"
    while end in script:
        end += "_"
    return f"bash {'-eo pipefail' if pipefail else '-e'} /dev/fd/3 3<<'{end}'\n{script}\n{end}"
