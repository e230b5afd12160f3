"""The live view of a run: lines of what happened, and below them what is going on right now."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from conductor.board import Board
from conductor.eta import forecast
from conductor.tell import ICONS, line
from tinytown.clock import spell
from tinytown.escape import shown
from tinytown.events import Event
from tinytown.states import TaskState
from tinytown.tasks import Task

_REFRESHES = 4
_FORESEES = 2.0
"""So many seconds a forecast stands at least."""
_SHARE = 50
"""At most so small a part of the time goes into forecasts: the conductor has work to do."""
_MOST_RUNNING = 12
_BAR = 30
_STYLES = {
    "task.completed": "green",
    "task.failed": "bold red",
    "task.requeued": "yellow",
    "task.retrying": "yellow",
    "task.stalled": "yellow",
    "task.rejected": "bold red",
    "task.skipped": "dim",
    "agent.error": "bold red",
    "agent.quarantined": "bold red",
    "conductor.spawn_failed": "bold red",
    "conductor.waiting": "yellow",
    "conductor.standby": "yellow",
    "town.paused": "yellow",
    "agent.paused": "yellow",
    "task.started": "dim",
    "agent.idle": "dim",
    "agent.stopped": "dim",
}

_GOES_ON = frozenset({"task.given_up", "task.noted", "task.stalled", "task.updated"})
"""Events of a task whose command has not ended."""


class LiveView:
    """Shows a run on a terminal. Called with every event; a context manager.

    Args:
        console: The terminal.
        board: Gives the board that is conducted, once there is one.
    """

    def __init__(self, console: Console, board: Callable[[], Board]) -> None:
        self._console = console
        self._board = board
        self._began = datetime.now(UTC)
        self._running: dict[str, tuple[str, str, datetime]] = {}
        self._lock = threading.Lock()
        self._foretold = ""
        self._foresee_at = 0.0
        self._live = Live(
            get_renderable=self._render, console=console, refresh_per_second=_REFRESHES, transient=True
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def __call__(self, event: Event) -> None:
        """Takes note of an event, and prints its line."""
        with self._lock:
            self._note(event)
        text = line(event, self._board())
        if text is not None:
            stamp = datetime.fromisoformat(event.at).astimezone().strftime("%H:%M:%S")
            row = Text(f"{stamp} ", style="dim")
            row.append(f"{ICONS[event.type]} {text}", style=_STYLES.get(event.type, ""))
            self._live.console.print(row, soft_wrap=True)

    def _note(self, event: Event) -> None:
        if event.task is None or event.type in _GOES_ON:
            return
        self._running.pop(event.task, None)
        if event.type == "task.started" and event.agent:
            label = event.plan_id or event.task[:8]
            self._running[event.task] = (label, event.agent, datetime.fromisoformat(event.at))

    def _render(self) -> RenderableType:
        with self._lock:
            running = sorted(self._running.values(), key=lambda entry: entry[2])
        tasks = list(self._board().tasks.values())  # at once: the conductor goes on meanwhile
        done, total = sum(task.state is TaskState.COMPLETED for task in tasks), len(tasks)
        now = datetime.now(UTC)
        rows = Table.grid(padding=(0, 2))
        for label, agent, since in running[:_MOST_RUNNING]:
            elapsed = max((now - since).total_seconds(), 0.0)
            rows.add_row(Text("🔄"), Text(shown(label)), Text(shown(agent), style="cyan"), Text(spell(elapsed)))
        if len(running) > _MOST_RUNNING:
            rows.add_row("", Text(f"and {len(running) - _MOST_RUNNING} more"))
        foot = Table.grid(padding=(0, 2))
        elapsed = (now - self._began).total_seconds()
        told = f"{done} of {total} done, {len(running)} running, {spell(elapsed)}"
        foretold = self._forecast(tasks, now)
        fits = cell_len(told) + cell_len(foretold) + _BAR + 4 <= self._console.width
        bar = ProgressBar(total=max(total, 1), completed=done, width=_BAR)
        foot.add_row(bar, Text(f"{told}; {foretold}" if foretold and fits else told))
        if foretold and not fits:
            foot.add_row("", Text(foretold))
        return Group(rows, foot)

    def _forecast(self, tasks: Sequence[Task], now: datetime) -> str:
        """When all will be done; empty if nothing is left that goes on by itself."""
        begun = time.monotonic()
        if begun >= self._foresee_at:
            board = self._board()
            crew = [held.value for held in list(board.agents.values()) if board.can_take(held.value)]
            found = forecast(tasks, crew, board.policy, now, unassigned_to=board.unassigned_to)
            self._foretold = shown(found.words()) if found and not board.halted else ""
            taken = time.monotonic() - begun
            self._foresee_at = begun + max(_FORESEES, _SHARE * taken)
        return self._foretold
