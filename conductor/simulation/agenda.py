"""The course of simulated time: what happens when, one thing after the other."""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

from conductor.simulation.steps import Ask, DiedError, Process, Signal, Sleep, Step, Steps
from tinytown.errors import StoreError, TinytownError


class EndlessError(TinytownError):
    """A simulation took more steps than any run should."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back from the store after so many microseconds: a value, or an error."""

    delay: int
    value: Any = None
    error: StoreError | None = None


class Agenda:
    """Runs processes in the order of simulated time; what is due at once goes in the order in which it was noted.

    Args:
        answer: Answers a process's request.
        buried: Told of a process that has come to its end.
        most: After so many steps something must be wrong.
    """

    def __init__(
        self, answer: Callable[[Process, Ask], Answer], buried: Callable[[Process], None], most: int
    ) -> None:
        self.now = 0
        self.steps = 0
        self._answer = answer
        self._buried = buried
        self._most = most
        self._noted = 0
        self._heap: list[tuple[int, int, Process, int, Any]] = []

    def start(self, name: str, steps: Steps[None]) -> Process:
        """A new process takes its first step now."""
        process = Process(name, steps)
        self._note(process, self.now, None)
        return process

    def give(self, signal: Signal, word: str = "", delay: int = 0) -> None:
        """Wakes those who wait for a signal."""
        waiting, signal.waiting = signal.waiting, []
        for process, turn in waiting:
            if turn == process.turn and not process.over:
                if delay:  # it may be woken by something else before
                    signal.waiting.append((process, turn))
                self._note(process, self.now + delay, word)

    def run(self) -> None:
        """Until nobody has anything left to do.

        Raises:
            EndlessError: It does not come to an end.
        """
        while self._heap:
            self.now, _, process, turn, word = heappop(self._heap)
            if process.over or turn != process.turn:
                continue
            self.steps += 1
            if self.steps > self._most:
                raise EndlessError(
                    f"the simulation did not end within {self._most} steps", "Give the faults smaller chances."
                )
            process.turn += 1
            self._step(process, word)

    def _step(self, process: Process, word: Any) -> None:
        try:
            error = isinstance(word, StoreError)
            step = process.steps.throw(word) if error else process.steps.send(word)
        except (StopIteration, DiedError):
            process.over = True
            self._buried(process)
            return
        self._plan(process, step)

    def _plan(self, process: Process, step: Step) -> None:
        if isinstance(step, Sleep):
            self._note(process, self.now + step.span, None)
        elif isinstance(step, Ask):
            answer = self._answer(process, step)
            self._note(process, self.now + answer.delay, answer.error or answer.value)
        else:
            step.signal.waiting.append((process, process.turn))
            if step.until is not None:
                self._note(process, max(step.until, self.now), None)

    def _note(self, process: Process, moment: int, word: Any) -> None:
        self._noted += 1
        heappush(self._heap, (moment, self._noted, process, process.turn, word))
