"""`tt mcp` as a command: its name, its end, and what it needs."""

import os
import signal
import subprocess
import sys

import pytest

from tests.mcp.client import Refused, client
from tests.towns import House, alive, until


def test_kill_ends_the_server(home: House) -> None:
    with client(home.root, "--name", "cursor-1"):
        pid = home.pid_of("cursor-1")
        assert home.tt("kill", "cursor-1").returncode == 0
        until(lambda: not alive(pid), "the server is gone")
        assert home.agent("cursor-1").state == "stopped"


def test_commands_of_the_plan_go_to_no_client(home: House) -> None:
    home.push('[[tasks]]\nid = "a"\nrun = "true"\n')
    with client(home.root, "--name", "cursor-1"):
        home.spawn("sh")
        home.conductor("--watch")
        assert home.town.roster.find("sh").value.id == home.ended("a").assigned_to


def test_a_name_that_is_taken(home: House) -> None:
    with client(home.root, "--name", "cursor-1"):
        told = home.tt("mcp", "--name", "cursor-1")
        assert (told.returncode, told.stdout) == (1, "")
        assert told.stderr.startswith('tt: an agent "cursor-1" is at work already.')


def test_without_the_package(home: House) -> None:
    program = (
        "import sys; sys.modules['mcp.server.lowlevel'] = None; from tinytown.cli import main; sys.exit(main())"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, "mcp"], cwd=home.root, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.endswith("Install it: pip install 'tinytown[mcp]'\n")


def test_a_frozen_server_loses_its_task_and_comes_back(planned: House) -> None:
    with client(planned.root, "--name", "frozen") as ask:
        ask("claim", task="design")
        ask("start", task="design")
        pid = planned.pid_of("frozen")
        os.kill(pid, signal.SIGSTOP)
        until(lambda: planned.task("design").state == "pending", "its task was given back")
        os.kill(pid, signal.SIGCONT)
        with pytest.raises(Refused, match=r'task "design" was taken from you'):
            ask("complete", task="design", result="too late")
        until(lambda: planned.agent("frozen").state == "idle", "it is back")
        assert planned.task("design").result is None
        until(lambda: planned.town.ledger.backlog() != [], "the task is in the backlog again")
        ask("claim", task="design")
        assert ask("start", task="design")["task"]["attempt"] == 2
        assert ask("complete", task="design", result="in time")["task"]["result"] == "in time"
