"""A command that puts out nothing for long: told of, and ended only if that is wanted."""

from collections.abc import Callable

from tests.journal_laws import check
from tests.towns import House, alive, until
from tinytown.tasks import Task

Build = Callable[..., House]

_SOON = "[agent]\nstalled_after_secs = 1\n"


def _stalls(home: House, task: Task) -> list[float]:
    return [float(event.details["silent"]) for event in home.events("task.stalled", task.id)]


def test_a_silent_command_is_told_of_once_and_goes_on(build: Build) -> None:
    home = build(_SOON)
    agent = home.spawn("coder")
    task = home.running(agent.assign(Task.new("x", run="until [ -e open ]; do sleep 0.02; done; echo done")))
    until(lambda: bool(_stalls(home, task)), "it is told")
    (event,) = home.events("task.stalled")
    assert (event.agent, event.attempt, event.state) == ("coder", 1, "running")
    until(lambda: "no output for" in home.log("coder"), "its agent's log tells too")
    assert "stalled" in home.tt("events", "-n", "1").stdout
    assert home.task(task.id).state == "running"
    (home.root / "open").touch()
    assert home.ended(task.id).result == "done"
    (silent,) = _stalls(home, task)
    assert 1 <= silent < 3
    check("house", {task.id: home.task(task.id)}, home.town.journal.since("0-0"))


def test_each_silence_is_told_of_and_every_kind_of_output_breaks_it(build: Build) -> None:
    home = build(_SOON)
    agent = home.spawn("coder")
    run = "sleep 1.9; echo out; sleep 0.7; echo err >&2; sleep 0.7; printf .; sleep 1.9"
    task = home.ended(agent.assign(Task.new("x", run=run)))
    assert task.state == "completed"
    assert len(_stalls(home, task)) == 2


def test_a_command_that_keeps_talking_is_not_stalled(build: Build) -> None:
    home = build(_SOON)
    agent = home.spawn("coder")
    task = home.ended(agent.assign(Task.new("x", run="for n in 1 2 3 4 5 6; do sleep 0.4; echo $n >&2; done")))
    assert (task.state, _stalls(home, task)) == ("completed", [])


def test_a_stalled_command_is_ended_and_tried_again_if_that_is_wanted(build: Build) -> None:
    home = build(_SOON + 'on_stall = "fail"\n')
    home.spawn("coder")
    run = "echo $$ >> pids; [ $(wc -l < pids) = 1 ] || exit 0; trap : TERM; sleep 60 & wait; sleep 60"
    home.push(f'[[tasks]]\nid = "a"\nagent = "coder"\nrun = "{run}"\nretries = 1\n')
    conductor = home.conductor()
    assert conductor.wait(30) == 0, home.said(conductor)
    task = home.task("a")
    assert (task.state, task.attempt, task.failures) == ("completed", 2, 1)
    assert (task.last_error or "").startswith("no output for 1.00 s")
    assert not alive(int((home.root / "pids").read_text().split()[0]))
    assert [event.type for event in home.events("task.", "a")] == [
        *("task.created", "task.assigned", "task.started", "task.stalled", "task.retrying"),
        *("task.assigned", "task.started", "task.completed"),
    ]
    assert "a has put out nothing for 1.00 s (coder)" in home.said(conductor)


def test_an_acceptance_check_that_stalls_is_ended_too(build: Build) -> None:
    home = build(_SOON + 'on_stall = "fail"\n')
    agent = home.spawn("coder")
    task = home.ended(agent.assign(Task.new("x", run="true", accept="sleep 60")))
    assert task.state == "failed"
    assert task.result == "not accepted: sleep 60: no output for 1.00 s"


def test_0_means_never(build: Build) -> None:
    home = build('[agent]\nstalled_after_secs = 0\non_stall = "fail"\n')
    agent = home.spawn("coder")
    task = home.ended(agent.assign(Task.new("x", run="sleep 1.5; echo done")))
    assert (task.result, _stalls(home, task)) == ("done", [])
