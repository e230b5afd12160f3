"""Reads on in a broken file: every slip that is certain, and what the rest says."""

from dataclasses import dataclass, field

from planner.rules.syntax.headers import meant
from planner.rules.syntax.judge import judge
from planner.rules.syntax.lines import other_language, readable
from planner.rules.syntax.slip import Slip
from planner.rules.syntax.statements import PAIR, Kind, Statement, Unclosed, statements

MOST = 20
"""So many slips are told in one run."""
_CONFLICT = "<" * 7
_FENCE = "```"


@dataclass
class Recovery:
    """What came of reading on.

    Args:
        text: The file's text.
    """

    text: str
    slips: list[Slip] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    """The good ones, and headers that were mended, in order."""
    mended: dict[int, str] = field(default_factory=dict)
    """What stands in place of some statements, by their start."""
    holes: list[tuple[int, str | None]] = field(default_factory=list)
    """Where a statement fell out, and the key whose value is unknown, if it is certain that it is only that."""
    complete: bool = True
    """Whether every statement was looked at."""

    def __post_init__(self) -> None:
        lost = False  # in a table whose header says nothing
        before: Statement | None = None  # the last broken one
        for statement in statements(self.text):
            if len(self.slips) >= MOST:
                self.complete = False
                return
            if statement.kind is Kind.HEADER:
                lost = False
            slip = judge(self.text, statement)
            if slip is None:
                if not lost:
                    self.statements.append(statement)
                continue
            more = statement.kind is Kind.OTHER and (
                lost or self._goes_on(statement, before) or self._framed(statement)
            )
            before = statement
            if not more:
                self.slips.append(_moved(slip, statement.start))
            if self._hidden(statement) or self._conflict or self._elsewhere(statement):
                self.complete = False
                return
            lost = self._lose(statement) or lost

    def _lose(self, statement: Statement) -> bool:
        """Takes a broken statement out; returns whether all of its table goes with it."""
        words = self.text[statement.start : statement.end]
        if statement.kind is Kind.HEADER:
            header = meant(words)
            self.holes.append((statement.start, None))
            if header:
                self.mended[statement.start] = f"{header}\n"
                self.statements.append(statement)
            return not header
        pair = PAIR.match(words)
        certain = pair is not None and words.count("\n") <= 1 and "." not in pair["key"]
        self.holes.append((statement.start, pair["key"].strip("\"'") if pair and certain else None))
        return statement.kind is Kind.OTHER and not readable(words)

    def _goes_on(self, statement: Statement, before: Statement | None) -> bool:
        """Whether a line is the rest of the broken statement before it."""
        if before is None or statement.start != before.end:
            return False
        return before.unclosed is Unclosed.TEXT or not readable(self.text[statement.start : statement.end])

    def _elsewhere(self, statement: Statement) -> bool:
        """Whether the file is in another language."""
        return statement.kind is Kind.OTHER and other_language(self.text[statement.start : statement.end])

    @property
    def _conflict(self) -> bool:
        """Whether two versions of some lines stand one behind the other: what is there twice means nothing."""
        return any(self.text.startswith(_CONFLICT, slip.start) for slip in self.slips)

    def _hidden(self, statement: Statement) -> bool:
        """Whether all that follows may lie within a text, so that nothing can be said of it."""
        if statement.unclosed is not Unclosed.LONG_TEXT:
            return False
        rest = self.text[statement.end :]
        return any(judge(rest, other) for other in statements(rest))

    def _framed(self, statement: Statement) -> bool:
        """Whether a line closes the Markdown fence that was told already."""
        fence = self.text[statement.start : statement.end].strip() == _FENCE
        return fence and any(self.text.startswith(_FENCE, slip.start) for slip in self.slips)


def _moved(slip: Slip, by: int) -> Slip:
    return slip._replace(start=slip.start + by, end=slip.end + by)
