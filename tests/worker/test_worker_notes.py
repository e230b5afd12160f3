"""Messages that only inform reach a CLI whole, and count as read when a task told of them has completed."""

import stat
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from tests.towns import House, until
from tinytown.tasks import Task
from tinytown.town import AgentHandle

_SCRIBE = f"""#!{sys.executable}
import pathlib, sys
prompt = sys.stdin.read()
with open("prompts", "a") as file:
    file.write(prompt + "\\0")
sys.exit(4 if "# Task" in prompt and "fail now" in prompt else 0)
"""


@pytest.fixture
def home(build: Callable[..., House], tmp_path: Path) -> House:
    """A town whose CLI `scribe` writes down its prompts, and fails when it is told to."""
    script = tmp_path / "scribe"
    script.write_text(_SCRIBE)
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return build(f'[agent_clis.scribe]\ncommand = "{script}"\n')


def _prompts(home: House) -> list[str]:
    file = home.root / "prompts"
    return file.read_text().split("\0")[:-1] if file.exists() else []


def _noted(home: House, agent: AgentHandle, count: int) -> None:
    until(lambda: len(home.town.channel.taken(agent.id)) == count, f"{count} messages are noted")


def _read(home: House) -> list[str]:
    return [event.details["message"] for event in home.events("message.read")]


def test_long_and_many_messages_are_told_whole_and_once(home: House) -> None:
    agent = home.spawn("coder", "scribe")
    long = "long " * 30_000 + "the end"
    sent = [agent.send("informational", summary=f"news {number:03}.") for number in range(120)]
    urgent = agent.send("informational", priority="urgent", summary=long)
    _noted(home, agent, 121)
    home.ended(agent.assign("first"))
    home.ended(agent.assign("second"))
    home.ended(agent.assign("third"))
    first, second, third = _prompts(home)
    assert long in first, "the most urgent one, as long as it is"
    assert [f"news {number:03}." in second for number in range(120)] == [True] * 100 + [False] * 20
    assert [f"news {number:03}." in third for number in range(120)] == [False] * 100 + [True] * 20
    assert "From conductor (urgent, informational, id " in first
    assert _read(home) == [str(ident) for ident in (urgent, *sent)]
    assert home.town.channel.taken(agent.id) == []


def test_a_message_stays_unread_until_a_task_that_was_told_of_it_has_completed(home: House) -> None:
    agent = home.spawn("coder", "scribe")
    agent.send("informational", summary="mind the gap")
    _noted(home, agent, 1)
    home.ended(agent.assign(Task.new("just a command", run="true")))
    assert home.ended(agent.assign("fail now")).state == "failed"
    assert _read(home) == []
    home.ended(agent.assign("work"))
    home.ended(agent.assign("more work"))
    assert ["mind the gap" in prompt for prompt in _prompts(home)] == [True, True, False]
    assert len(_read(home)) == 1


def test_who_asked_hears_when_a_person_calls_it_off(home: House) -> None:
    asker, asked = home.spawn("asker"), home.spawn("asked")
    question = UUID(
        home.tt("send", "asked", "sleep 60", "--query", "--from", "asker", "--json").stdout.split('"')[3]
    )
    until(lambda: home.town.channel.get_task(question) is not None, "it became a task")
    home.running(question)
    assert home.tt("cancel", str(question)).returncode == 0
    _noted(home, asker, 1)
    (answer,) = home.town.channel.taken(asker.id)
    assert answer.message is not None
    assert (answer.message.correlation_id, answer.message.sender) == (question, asked.id)
    assert answer.message.get("state") == "cancelled"
    told = [(event.details["from"], event.details["to"]) for event in home.events("message.sent")]
    assert told == [("asker", "asked"), ("asked", "asker")]
