"""What is wrong with a file, as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from planner.diagnostics.codes import CODES, Severity
from planner.diagnostics.secrets import masked
from planner.source import Span


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding is about."""

    file: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where. Lines and columns are 1-based, columns in characters."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    help: str = ""
    label: str = ""
    related: tuple[Related, ...] = ()

    @property
    def place(self) -> str:
        """`file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}"

    def as_dict(self) -> dict[str, Any]:
        """The finding for JSON."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "end_line": self.end_line,
            "end_column": self.end_column,
            "message": self.message,
            "help": self.help or None,
            "related": [
                {"file": r.file, "line": r.line, "column": r.column, "message": r.message} for r in self.related
            ],
        }


def finding(
    code: str,
    file: str,
    span: Span,
    message: str,
    *,
    help: str = "",  # noqa: A002  the word that the reader sees
    label: str = "",
    related: Iterable[Related] = (),
) -> Finding:
    """A finding at a place, with the severity that its code has; secrets in its words are masked."""
    return Finding(
        code=code,
        severity=CODES[code].severity,
        file=file,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
        message=masked(message),
        help=masked(help),
        label=label,
        related=tuple(related),
    )


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by place, each once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda f: (f.file, f.line, f.column, f.code, f.message)))
