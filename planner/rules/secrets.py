"""The rule on secrets: tasks.toml lies in git, and what it says goes to agents and logs (TT017)."""

from collections.abc import Iterator

from planner.diagnostics.finding import Finding, finding
from planner.diagnostics.secrets import Secret, any_likely, find_secrets
from planner.document import Path
from planner.rules.texts import TEXTS
from planner.rules.written import Outline, Written
from planner.source import Span


def secrets(outline: Outline) -> Iterator[Finding]:
    """No description or command holds what looks like a secret (TT017). The finding never quotes it."""
    if not any_likely(outline.document.source.data.decode(errors="replace")):
        return
    for task in outline.tasks:
        for key in TEXTS:
            text = task.text(key)
            for secret in find_secrets(text) if text else ():
                yield _found(outline, task, key, text[secret.start : secret.end] if text else "", secret)


def _found(outline: Outline, task: Written, key: str, literal: str, secret: Secret) -> Finding:
    message = f"the {key} of {outline.name(task)} holds what looks like {secret.kind}"
    remedy = "put it into the environment of whoever runs the agents, and write $NAME here"
    span = _place(outline, task.path(key), literal)
    return finding("TT017", outline.document.source.name, span, message, help=remedy, label="this file is in git")


def _place(outline: Outline, path: Path, literal: str) -> Span:
    """Where the literal stands in the value, or the whole value if it is spelled with escapes."""
    source, whole = outline.document.source, outline.document.place(path).value
    at = source.data.find(literal.encode(errors="surrogatepass"), whole.start, whole.end)
    return source.span(at, at + len(literal.encode())) if at >= 0 else whole
