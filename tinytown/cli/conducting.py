"""What `tt conductor` and `tt run` have in common: showing a run, its end, and the exit status."""

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from conductor.board import Board
from conductor.loop import Conductor
from conductor.options import Options
from conductor.summary import Summary
from conductor.team import Hiring
from conductor.tell import ICONS, line, summary_lines
from planner.read import FILE, read_plan
from planner.sync.push import differences
from planner.sync.store import Store
from tinytown.cli.interrupting import interruptible
from tinytown.cli.output import icon, note, on_terminal, say, say_json_line
from tinytown.cli.team import team
from tinytown.events import Event, town_event
from tinytown.town import Town

FINISHED, UNFINISHED = 0, 5


class Show:
    """Shows a run: live on a terminal, in lines elsewhere, or as JSON lines.

    Args:
        as_json: Whether to print JSON lines.
    """

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._board = Board()
        self._observe: Callable[[Event], None] = self._print_json if as_json else self._print_line

    def __call__(self, event: Event) -> None:
        self._observe(event)

    @contextmanager
    def of(self, board: Board) -> Iterator[None]:
        """Shows what happens on a board until it is left."""
        self._board = board
        if self._as_json or not on_terminal():
            yield
            return
        from rich.console import Console

        from conductor.view import LiveView

        with LiveView(Console(), lambda: board) as view:
            self._observe = view
            try:
                yield
            finally:
                self._observe = self._print_line

    def end(self, summary: Summary) -> int:
        """Shows the end of a run. Returns the exit status that it means."""
        if self._as_json:
            say_json_line({**town_event("conductor.summary").as_dict(), **summary.as_dict()})
        else:
            say()
            sign = icon("⚠️" if summary.blocked else "🏁")
            for number, text in enumerate(summary_lines(summary)):
                say(text if number else sign + text)
        return UNFINISHED if summary.blocked else FINISHED

    def _print_json(self, event: Event) -> None:
        say_json_line(event.as_dict())
        sys.stdout.flush()

    def _print_line(self, event: Event) -> None:
        text = line(event, self._board)
        if text is not None:
            say(f"{event.at[11:19]} {icon(ICONS[event.type])}{text}")
            sys.stdout.flush()


def conductor_of(
    town: Town, options: Options, show: Show, observe: Callable[[Event], None] | None = None
) -> Conductor:
    """A conductor for a town.

    Args:
        town: The town.
        options: How to conduct.
        show: Where to show it.
        observe: Who hears of events in the place of `show`, and passes them on to it.
    """
    return Conductor(town.site, town.another_connection(), options, observe or show)


def conduct(conductor: Conductor, show: Show) -> Summary:
    """Conducts a town to its end and shows it.

    Raises:
        KeyboardInterrupt: It was interrupted, or terminated.
    """
    with interruptible(), show.of(conductor.board):
        return conductor.run()


def hiring(town: Town, cli: str | None = None) -> Callable[[], Hiring]:
    """How missing agents are started: by the team of the plan as it was last pushed.

    Args:
        town: The town.
        cli: Overrides the CLI of every agent.
    """

    def current() -> Hiring:
        return Hiring(team(town), town.config.default_cli, cli)

    return current


def remind(town: Town) -> Collection[str] | None:
    """Says on standard error if tasks.toml has changes that were not pushed: they are not conducted.

    Returns:
        The ids of the tasks in the file; None if there is no file, or it has errors.
    """
    path = town.root / FILE
    if not path.exists():
        return None
    plan = read_plan(path).plan
    unpushed = None if plan is None else differences(Store(town.connection, town.keys, town.name), plan).push()
    if unpushed is None:
        note(f"{FILE} has errors, so it was not looked at; what was pushed last is conducted. See: tt plan check")
    elif not unpushed.empty:
        note(f"{FILE} has changes that are not pushed, so they are not conducted. Push them: tt sync push")
    return plan.by_id if plan else None
