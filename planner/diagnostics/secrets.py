"""Literals that look like secrets: where they stand in a text, and the text without them.

What is shown of a file goes through `masked`, whatever the finding is about: a log outlives a terminal.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

MASK = "•"


class Secret(NamedTuple):
    """A stretch of a text, and what it looks like."""

    start: int
    end: int
    kind: str


_KINDS = {
    "github": ("a GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})"),
    "gitlab": ("a GitLab token", r"\bglpat-[\w-]{16,}"),
    "aws": ("an AWS access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "slack": ("a Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    "google": ("a Google API key", r"\bAIza[\w-]{35}"),
    "stripe": ("a Stripe key", r"\b[rs]k_live_[A-Za-z0-9]{16,}"),
    "npm": ("an npm token", r"\bnpm_[A-Za-z0-9]{30,}"),
    "pypi": ("a PyPI token", r"\bpypi-[\w-]{30,}"),
    "face": ("a Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}"),
    "model": ("an API key", r"\bsk-[\w-]{20,}"),
    "jwt": ("a JSON web token", r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "key": ("a private key", r"-----BEGIN (?:[A-Z]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----"),
}
_SHAPE = re.compile("|".join(f"(?P<{name}>{pattern})" for name, (_, pattern) in _KINDS.items()))
_WORDS = r"passw(?:or)?d|passphrase|secret|token|api_?key|access_?key|auth_?key|private_?key|credentials?"
_SIGN = r"[\"']?\s{0,8}[=:]\s{0,8}(?:bearer\s{1,8})?"
_GIVEN = re.compile(
    rf"(?i:(?:{_WORDS.replace('_?', '[_-]?')}){_SIGN})[\"'\\]*(?P<literal>[^\s\"'\\$<>{{}}()|;&`,]{{8,}})"
    r"|\bBearer\s{1,8}(?P<bearer>[\w.~+/-]{16,}=*)"
    r"|\w://[^\s/:@\"']{1,200}:(?P<password>[^\s/@:$<>{}\"']{6,200})@"
)
_WORD = re.compile(r"[A-Za-z_./-]+\d{0,4}[.:!?]?")
"""A word, a path or a name with a number, such as `authentication2`."""
_LIKELY = (
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "akia", "asia", "xox", "aiza", "k_live_"),
    *("npm_", "pypi-", "hf_", "sk-", "eyj", "private key", "passw", "passphrase", "secret", "token"),
    *("key", "credential", "bearer", "://"),
)
"""One of these is in every text that holds a secret."""
_BITS = 2.75
"""A literal with less information in each character is a word, or a stopgap such as `xxxxxxxx`."""


def any_likely(text: str) -> bool:
    """Whether it is worth looking closely; quick, for a whole file at once."""
    lower = text.lower()
    return any(piece in lower for piece in _LIKELY)


def find_secrets(text: str) -> Iterator[Secret]:
    """The literals in a text that look like secrets, in their order, none over another."""
    if not any_likely(text):
        return
    found = [
        Secret(*hit.span(), _KINDS[hit.lastgroup or ""][0])
        for hit in _SHAPE.finditer(text)
        if hit.lastgroup != "model" or any(map(str.isdigit, hit[0]))  # sk-learn-and-other-words
    ]
    for hit in _GIVEN.finditer(text):
        group = hit.lastgroup or ""
        kind = "a password" if group == "password" else "a secret"
        if group == "password" or _random(hit[group]):
            found.append(Secret(*hit.span(group), kind))
    behind = -1
    for secret in sorted(found):
        if secret.start >= behind:
            yield secret
            behind = secret.end


def masked(text: str) -> str:
    """The text with a dot for each character of a secret."""
    pieces: list[str] = []
    at = 0
    for secret in find_secrets(text):
        pieces += [text[at : secret.start], MASK * (secret.end - secret.start)]
        at = secret.end
    return "".join([*pieces, text[at:]])


def _random(literal: str) -> bool:
    """Whether a literal mixes letters and digits in no order."""
    counts = Counter(literal)
    bits = -sum(count / len(literal) * math.log2(count / len(literal)) for count in counts.values())
    mixed = any(map(str.isdigit, literal)) and any(map(str.isalpha, literal))
    return bits >= _BITS and mixed and not _WORD.fullmatch(literal)
