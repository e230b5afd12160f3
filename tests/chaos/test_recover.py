"""Recovery by hand, with real processes: the dead are found, the living keep their work."""

import os
import signal
import threading
from collections.abc import Callable

from tests.towns import QUICK_PULSE, House, until
from tinytown.spawn import dead_here

_PLAN = (
    '[[tasks]]\nid = "slow"\nagent = "coder"\n'
    'run = "echo begun >> ran; until [ -e open ]; do sleep 0.02; done; echo done"\n'
)


def _begin(home: House) -> None:
    home.spawn("coder")
    home.push(_PLAN)
    conductor = home.conductor()
    home.running("slow")
    until((home.root / "ran").exists, "its command has begun")
    conductor.kill()
    conductor.wait()
    home.town.connection.run("DEL", home.town.keys.conductor)


def test_the_task_of_a_killed_agent_completes_as_its_second_attempt(build: Callable[..., House]) -> None:
    home = build(QUICK_PULSE)
    _begin(home)
    os.kill(home.pid_of("coder"), signal.SIGKILL)
    until(lambda: dead_here(home.town.site, home.agent("coder")), "it is dead")
    done = home.tt("recover")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        'Agent "coder" had died: its process is gone; its state is error.\n  task "slow" went back to pending\n'
    )
    assert (home.task("slow").state, home.task("slow").crashes) == ("pending", 1)
    (home.root / "open").touch()
    home.spawn("coder")
    assert home.conductor().wait(30) == 0
    assert (home.task("slow").state, home.task("slow").attempt) == ("completed", 2)
    assert (home.root / "ran").read_text().split() == ["begun", "begun"]


def test_nobody_is_buried_when_all_heartbeats_are_missing_at_once(build: Callable[..., House]) -> None:
    home = build(QUICK_PULSE)
    _begin(home)
    keys, run = home.town.keys, home.town.another_connection()
    agent = home.agent("coder").id
    done = threading.Event()

    def wipe() -> None:
        while not done.wait(0.03):
            if run.run("EXISTS", keys.conductor):  # it has begun to look
                return
            run.run("DEL", keys.alive(agent))

    wiping = threading.Thread(target=wipe)
    wiping.start()
    try:
        told = home.tt("recover")
    finally:
        done.set()
        wiping.join()
        run.close()
    assert (told.returncode, told.stdout) == (0, "Nobody is dead; nothing was to be freed.\n")
    assert home.task("slow").state == "running"
    (home.root / "open").touch()
    assert home.ended("slow").attempt == 1
    assert home.events("agent.error") == []
