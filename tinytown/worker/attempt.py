"""One attempt at a task: what to run for it, running it, and what came of it."""

import errno
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tinytown.clis import ECHO, SHELL, Cli
from tinytown.clock import seconds, spell
from tinytown.errors import UsageError
from tinytown.journal import Journal
from tinytown.logs import attempt_log
from tinytown.messages import Message
from tinytown.site import Site
from tinytown.states import TaskState
from tinytown.tasks import Task
from tinytown.worker.guard import Guard
from tinytown.worker.process import STALLED, TIMED_OUT, Command, Ending, run
from tinytown.worker.prompt import context, prompt

TRY_LATER = 75
"""EX_TEMPFAIL of sysexits.h: the command asks to be run again later; this is no failure."""

_MAX_ARGUMENT = 100_000
_SHELL = "/bin/sh"
_LEAST_SECONDS = 0.001
"""What is left of an attempt's time for its acceptance, if the command took all of it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: `completed`, `failed`, or `pending` for one that is to be made again."""

    state: TaskState
    result: str
    later: bool = False


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where an agent makes its attempts."""

    site: Site
    name: str
    agent: str
    cli: Cli
    guard: Guard

    @property
    def folder(self) -> Path:
        return self.site.folder(self.name)

    def reads_mail(self, task: Task) -> bool:
        """Whether what runs for a task is told what messages have come: the agent's CLI, not the task's command."""
        return task.run is None or self.cli.name in (ECHO, SHELL)

    @property
    def journal(self) -> Journal:
        return Journal(self.site.connection, self.site.keys)


def attempt(
    place: Workplace,
    task: Task,
    before: Sequence[Task],
    notes: Sequence[Message],
    should_stop: Callable[[], str | None],
    *,
    on_stall: Callable[[float], bool] = lambda _: True,
) -> Outcome:
    """Makes one attempt at a task.

    Args:
        place: Where.
        task: The task, running.
        before: The tasks that it builds on.
        notes: Messages that came since the last task.
        should_stop: Asked while a command runs; a word that it returns ends the command.
        on_stall: Told when a command has put out nothing for `stalled_after_secs`; returns whether that was
            passed on.

    Returns:
        What came of it. `pending` if `should_stop` ended it, or the guard.
    """
    if task.run is None and place.cli.name == ECHO:
        return Outcome(TaskState.COMPLETED, task.description)
    try:
        return _made(place, task, before, notes, should_stop=should_stop, on_stall=on_stall)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return Outcome(TaskState.PENDING, f"{task.label} is to be tried later: the disk is full", later=True)
        return Outcome(TaskState.FAILED, f"could not run {_program(place, task)}: {error.strerror}")
    except (ValueError, UsageError) as error:  # a NUL in an argument; a time limit that is none
        return Outcome(TaskState.FAILED, f"could not run {_program(place, task)}: {error}")


def _made(
    place: Workplace,
    task: Task,
    before: Sequence[Task],
    notes: Sequence[Message],
    *,
    should_stop: Callable[[], str | None],
    on_stall: Callable[[float], bool],
) -> Outcome:
    log = _log(place, task)
    env = _environment(place, task, before, notes)
    timeout = seconds(task.timeout) if task.timeout else None
    arguments, stdin = _command(place, task, before, notes)
    pace = place.site.config.agent
    stall = (pace.stalled_after_secs, pace.on_stall == "fail")
    command = Command(arguments, place.site.root, env, log, stdin, timeout, *stall)
    began = time.monotonic()
    outcome = _judge(run(command, place.guard, should_stop, on_stall), task, command)
    if outcome.state is not TaskState.COMPLETED or task.accept is None:
        return outcome
    left = None if timeout is None else max(timeout - (time.monotonic() - began), _LEAST_SECONDS)
    check = replace(command, arguments=[_SHELL, "-c", task.accept], stdin="", timeout=left)
    return _judge_acceptance(run(check, place.guard, should_stop, on_stall), task, outcome, check)


def accepted(place: Workplace, task: Task, result: str, should_stop: Callable[[], str | None]) -> Outcome:
    """What comes of an attempt that somebody else made and says is done: its acceptance command decides.

    Args:
        place: Where that runs.
        task: The task, running.
        result: What the attempt has left.
        should_stop: Asked while the command runs; a word that it returns ends the command.
    """
    done = Outcome(TaskState.COMPLETED, result)
    if task.accept is None:
        return done
    timeout = seconds(task.timeout) if task.timeout else None
    env = _environment(place, task, [], [])
    check = Command([_SHELL, "-c", task.accept], place.site.root, env, _log(place, task), "", timeout)
    return _judge_acceptance(run(check, place.guard, should_stop, lambda _: True), task, done, check)


def _log(place: Workplace, task: Task) -> Path:
    log = attempt_log(place.site, place.name, task.label, task.attempt)
    log.parent.mkdir(parents=True, exist_ok=True)
    return log


def _program(place: Workplace, task: Task) -> str:
    return _SHELL if task.run is not None else place.cli.command[0]


def _command(
    place: Workplace, task: Task, before: Sequence[Task], notes: Sequence[Message]
) -> tuple[list[str], str]:
    """The argument list and the standard input."""
    if task.run is not None:
        return [_SHELL, "-c", task.run], ""
    if place.cli.name == SHELL:
        return [*place.cli.command, "-c", task.description], ""
    text = prompt(task, before, notes)
    file = place.folder / "prompt.md"
    file.write_text(text, encoding="utf-8")
    if place.cli.channel == "argument" and len(text.encode()) > _MAX_ARGUMENT:
        text = f"Read your task from the file {file} and do it."  # one argument may have 128 KiB
    return place.cli.arguments(text, str(file)), text if place.cli.channel == "stdin" else ""


def _environment(place: Workplace, task: Task, before: Sequence[Task], notes: Sequence[Message]) -> dict[str, str]:
    file = place.folder / "context.json"
    file.write_text(context(task, before, notes), encoding="utf-8")
    # `tt` must be found by the CLI even if the environment that it is installed in was never activated.
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])
    return {
        **os.environ,
        **place.cli.env,
        "PATH": path,
        "TINYTOWN_TOWN": str(place.site.root),
        "TINYTOWN_AGENT_NAME": place.name,
        "TINYTOWN_AGENT_ID": place.agent,
        "TINYTOWN_TASK_ID": str(task.id),
        "TINYTOWN_CONTEXT": str(file),
    }


def _judge(ending: Ending, task: Task, command: Command) -> Outcome:
    if ending.interrupted == TIMED_OUT:
        limit = seconds(task.timeout or "0s")  # of which an acceptance had only what was left
        return Outcome(TaskState.FAILED, _told(f"timed out after {spell(limit)}", ending.log_tail))
    if ending.interrupted == STALLED:
        silent = spell(command.stalled_after).removesuffix(" 00 s")
        return Outcome(TaskState.FAILED, _told(f"no output for {silent}", ending.log_tail))
    if ending.interrupted:
        return Outcome(TaskState.PENDING, ending.interrupted)
    if ending.status == 0:
        return Outcome(TaskState.COMPLETED, ending.output)
    if ending.status == TRY_LATER:
        return Outcome(TaskState.PENDING, f"{task.label} asked to be tried later (exit 75)", later=True)
    return Outcome(TaskState.FAILED, _told(_status(ending.status), ending.log_tail))


def _judge_acceptance(ending: Ending, task: Task, done: Outcome, check: Command) -> Outcome:
    if ending.status == 0 and not ending.interrupted:
        return done
    verdict = _judge(ending, task, check)
    if verdict.state is not TaskState.FAILED:
        return verdict
    return Outcome(TaskState.FAILED, f"not accepted: {task.accept}: {verdict.result}")


def _status(status: int) -> str:
    return f"exit status {status}" if status > 0 else f"ended by signal {-status}"


def _told(what: str, tail: str) -> str:
    return f"{what}\n{tail}" if tail else what
