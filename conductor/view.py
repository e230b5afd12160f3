"""The live view of a run: lines of what happened, and below them what is going on right now."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from conductor.board import Board
from conductor.tell import ICONS, line
from tinytown.clock import spell
from tinytown.escape import shown
from tinytown.events import Event
from tinytown.states import TaskState

_REFRESHES = 4
_MOST_RUNNING = 12
_STYLES = {
    "task.completed": "green",
    "task.failed": "bold red",
    "task.requeued": "yellow",
    "task.retrying": "yellow",
    "task.rejected": "bold red",
    "task.skipped": "dim",
    "agent.error": "bold red",
    "agent.quarantined": "bold red",
    "conductor.spawn_failed": "bold red",
    "conductor.waiting": "yellow",
    "conductor.standby": "yellow",
    "task.started": "dim",
    "agent.idle": "dim",
    "agent.stopped": "dim",
}


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
        if event.task is None or event.type == "task.given_up":  # its command has not ended yet
            return
        self._running.pop(event.task, None)
        if event.type == "task.started" and event.agent:
            label = event.plan_id or event.task[:8]
            self._running[event.task] = (label, event.agent, datetime.fromisoformat(event.at))

    def _render(self) -> RenderableType:
        with self._lock:
            running = sorted(self._running.values(), key=lambda entry: entry[2])
        tasks = list(self._board().tasks.values())
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
        foot.add_row(
            ProgressBar(total=max(total, 1), completed=done, width=30),
            Text(f"{done} of {total} done, {len(running)} running, {spell(elapsed)}"),
        )
        return Group(rows, foot)
