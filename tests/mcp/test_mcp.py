"""Coding agents by the Model Context Protocol: the SDK's client, a real `tt mcp`, a real town."""

import os
import signal

import pytest

from tests.mcp.client import Refused, client
from tests.towns import House, alive, until


def _in_state(home: House, task: str, state: str) -> None:
    until(lambda: home.task(task).state == state, f"{task} is {state}")


def test_the_tools_say_what_they_are(home: House) -> None:
    with client(home.root, "--name", "cursor-1") as ask:
        tools = ask.tools()
        agent = home.agent("cursor-1")
        assert (agent.cli, agent.state) == ("mcp", "idle")
    assert list(tools) == [
        *("tt_status", "tt_plan", "tt_tasks", "tt_task", "tt_why", "tt_claim", "tt_start", "tt_complete"),
        *("tt_fail", "tt_add_task", "tt_send", "tt_inbox"),
    ]
    for tool in tools.values():
        assert tool.description is not None
        assert len(tool.description) < 120
        assert tool.input_schema["additionalProperties"] is False
        assert tool.annotations is not None
    readers = {name for name, tool in tools.items() if tool.annotations and tool.annotations.read_only_hint}
    assert readers == {"tt_status", "tt_plan", "tt_tasks", "tt_task", "tt_why"}
    until(lambda: home.agent("cursor-1").state == "stopped", "it has signed off")


def test_claim_start_complete(planned: House) -> None:
    with client(planned.root, "--name", "cursor-1", "--role", "reviewer") as ask:
        plan = ask("plan")
        assert [(task["id"], task["state"]) for task in plan["tasks"]] == [
            ("design", "pending"),
            ("build", "pending"),
            ("check", "pending"),
        ]
        assert ask("why", task="build")["reasons"][0]["code"] == "waits_for"
        assert [task["plan_id"] for task in ask("tasks", claimable=True)["tasks"]] == ["design"]
        with pytest.raises(Refused, match=r'task "build" waits for.*tt_why build'):
            ask("claim", task="build")
        assert ask("claim")["task"]["state"] == "assigned"
        started = ask("start", task="design")["task"]
        assert (started["state"], started["attempt"], started["assigned_to"]) == (
            "running",
            1,
            str(planned.agent("cursor-1").id),
        )
        assert planned.agent("cursor-1").state == "working"
        done = ask("complete", task="design", result="GET /users")["task"]
        assert (done["state"], done["result"]) == ("completed", "GET /users")
        # The conductor sends it what names it; it need not be claimed.
        _in_state(planned, "build", "assigned")
        assert ask("claim")["task"]["plan_id"] == "build"
        assert ask("start", task="build")["before"][0]["result"] == "GET /users"
        ask("complete", task="build")
        _in_state(planned, "check", "assigned")
        ask("start", task="check")
        ask("complete", task="check", result="fine")
        status = ask("status")
        assert status["tasks"]["completed"] == 3
        assert (status["you"]["name"], status["you"]["tasks_completed"]) == ("cursor-1", 3)
        assert ask("inbox")["messages"] == []


def test_a_failure_is_retried_and_then_final(planned: House) -> None:
    planned.tt("task", "complete", "design")
    with client(planned.root, "--name", "cursor-1") as ask:
        _in_state(planned, "build", "assigned")
        ask("start", task="build")
        again = ask("fail", task="build", error="no compiler")["task"]
        assert (again["state"], again["failures"], again["last_error"]) == ("pending", 1, "no compiler")
        _in_state(planned, "build", "assigned")
        assert ask("start", task="build")["task"]["attempt"] == 2
        final = ask("fail", task="build", error="still none")["task"]
        assert (final["state"], final["result"]) == ("failed", "still none")
        with pytest.raises(Refused, match=r'task "build" is failed, not in work by "cursor-1"\. Claim it'):
            ask("fail", task="build", error="once more")


def test_two_clients_and_one_task(planned: House) -> None:
    with client(planned.root) as one, client(planned.root) as two:
        assert (one("status")["you"]["name"], two("status")["you"]["name"]) == ("mcp-1", "mcp-2")
        one("claim", task="design")
        with pytest.raises(Refused, match=r'task "design" is assigned by another agent and cannot be claimed'):
            two("claim", task="design")
        with pytest.raises(Refused, match=r'task "design" is assigned and not yours to start'):
            two("start", task="design")
        with pytest.raises(Refused, match=r'not in work by "mcp-2"'):
            two("complete", task="design")
        with pytest.raises(Refused, match="there is nothing to claim now"):
            two("claim")
        one("start", task="design")
        assert one("complete", task="design")["task"]["state"] == "completed"


def test_a_killed_server_gives_its_task_back(planned: House) -> None:
    with client(planned.root, "--name", "doomed") as ask:
        ask("claim", task="design")
        ask("start", task="design")
        pid = planned.pid_of("doomed")
        os.kill(pid, signal.SIGKILL)
        until(lambda: not alive(pid), "the server is dead")
    until(lambda: planned.task("design").state == "pending", "the task is back")
    until(lambda: planned.town.ledger.backlog() != [], "it is in the backlog again")
    task = planned.task("design")
    assert (task.attempt, task.crashes, task.assigned_to) == (1, 1, None)
    with client(planned.root, "--name", "doomed") as ask:
        ask("claim", task="design")
        assert ask("start", task="design")["task"]["attempt"] == 2
        ask("complete", task="design")


def test_a_client_that_ends_gives_its_task_back(planned: House) -> None:
    with client(planned.root, "--name", "brief") as ask:
        ask("claim", task="design")
        ask("start", task="design")
    until(lambda: planned.agent("brief").state == "stopped", "it has signed off")
    task = planned.task("design")
    assert (task.state, task.crashes) == ("pending", 0)
    (event,) = planned.events("task.requeued", "design")
    assert event.details["reason"] == "agent brief left: its client has ended"


def test_bad_arguments_are_told_with_the_remedy(home: House) -> None:
    with client(home.root, "--name", "clumsy") as ask:

        def refused(name: str, **arguments: object) -> str:
            with pytest.raises(Refused) as told:
                ask(name, **arguments)
            return str(told.value)

        assert refused("start") == "tt_start: task: Field required. The arguments of tt_start are task."
        assert refused("start", task="a", why="b").startswith("tt_start: why: Extra inputs are not permitted.")
        assert refused("send", to="nobody", text="hi").startswith('no agent is called "nobody".')
        assert refused("why", task="nothing") == 'no task is called "nothing". `tt tasks` lists them.'
        assert refused("clam") == 'no tool is called "tt_clam". Did you mean tt_claim?'
        answer = ask.answer("tt_why", task="nothing")
        assert answer.structured_content["error"]["kind"] == "UnknownTask"


def test_mail_waits_until_it_is_acknowledged(home: House) -> None:
    with client(home.root, "--name", "cursor-1") as ask:
        assert home.tt("send", "cursor-1", "--info", "CI is green").returncode == 0
        until(lambda: ask("inbox")["count"] == 1, "the message is there")
        (message,) = ask("inbox")["messages"]
        assert (message["type"], message["summary"]) == ("informational", "CI is green")
        assert ask("inbox", acknowledge=[message["id"]])["count"] == 0
        with pytest.raises(Refused, match="no unread message has the id"):
            ask("inbox", acknowledge=[message["id"]])
        ask("send", to="conductor", text="all is well")
        (said,) = home.town.channel.peek(home.town.roster.mailbox("conductor"))
        assert (said.text, said.sender) == ("all is well", home.agent("cursor-1").id)
        # A question becomes a task, whose result is the answer.
        home.tt("send", "cursor-1", "--query", "Which port?")
        until(lambda: ask("tasks", claimable=False, state="assigned")["tasks"] != [], "the question is a task")
        task = ask("claim")["task"]["id"]
        ask("start", task=task)
        ask("complete", task=task, result="8080")
        assert [one.text for one in home.town.channel.peek(home.town.roster.mailbox("conductor"))][-1] == "8080"


def test_unread_mail_outlives_the_client(home: House) -> None:
    with client(home.root, "--name", "cursor-1") as ask:
        home.tt("send", "cursor-1", "--info", "CI is green")
        until(lambda: ask("inbox")["count"] == 1, "the message is there")
    with client(home.root, "--name", "cursor-1") as ask:
        until(lambda: ask("inbox")["count"] == 1, "the message is there still")


def test_adding_tasks_to_the_plan_and_without_one(home: House) -> None:
    with client(home.root, "--name", "cursor-1") as ask:
        loose = ask("add_task", description="Tidy up")["task"]
        assert [str(ident) for ident in home.town.ledger.backlog()] == [loose["id"]]
        with pytest.raises(Refused, match=r"there is no tasks\.toml\. Leave it out; the task gets one\."):
            ask("add_task", description="Build", id="build")
        later = ask("add_task", description="Sweep", role="cleaner", needs=[loose["id"]])["task"]
        assert (later["role"], later["state"], later["needs"]) == ("cleaner", "pending", [loose["id"]])
        assert [str(ident) for ident in home.town.ledger.backlog()] == [loose["id"]]
        text = '# keep me\n[[tasks]]\nid = "design"   # and me\ndescription = "Design"\n'
        (home.root / "tasks.toml").write_text(text)
        home.push(text)
        added = ask("add_task", description="Build it", agent="coder", needs=["design"])["task"]
        assert (added["plan_id"], added["agent"], added["needs"]) == ("build-it", "coder", ["design"])
        after = (home.root / "tasks.toml").read_text()
        assert after.startswith(text)
        with pytest.raises(Refused, match=r"tasks\.toml would have an error\. Nothing was written\."):
            ask("add_task", description="More", needs=["desing"])
        assert (home.root / "tasks.toml").read_text() == after


def test_the_acceptance_command_decides(home: House) -> None:
    home.push('[[tasks]]\nid = "a"\ndescription = "A"\nagent = "cursor-1"\naccept = "test -f done"\n')
    home.conductor("--watch")
    with client(home.root, "--name", "cursor-1") as ask:
        _in_state(home, "a", "assigned")
        ask("start", task="a")
        refused = ask("complete", task="a", result="done")["task"]
        assert (refused["state"], refused["result"]) == ("failed", "not accepted: test -f done: exit status 1")
        home.tt("retry", "a")
        _in_state(home, "a", "assigned")
        (home.root / "done").touch()
        ask("start", task="a")
        assert ask("complete", task="a", result="done")["task"]["state"] == "completed"


def test_a_task_that_is_called_off_is_told_at_the_next_word(home: House) -> None:
    home.push('[[tasks]]\nid = "a"\ndescription = "A"\nagent = "cursor-1"\n')
    home.conductor("--watch")
    with client(home.root, "--name", "cursor-1") as ask:
        _in_state(home, "a", "assigned")
        ask("start", task="a")
        assert home.tt("cancel", "a").returncode == 0
        with pytest.raises(Refused, match=r'task "a" was taken from you: it is cancelled now'):
            ask("complete", task="a")
        until(lambda: home.agent("cursor-1").state == "idle", "it is free again")
        assert home.task("a").state == "cancelled"


def test_an_attempt_ends_when_its_time_is_up(home: House) -> None:
    home.push('[[tasks]]\nid = "a"\ndescription = "A"\nagent = "cursor-1"\ntimeout = "1s"\n')
    home.conductor("--watch")
    with client(home.root, "--name", "cursor-1") as ask:
        _in_state(home, "a", "assigned")
        ask("start", task="a")
        assert home.ended("a").result.startswith("timed out after 1")  # type: ignore[union-attr]
        with pytest.raises(Refused, match=r'task "a" was taken from you: timed out'):
            ask("complete", task="a")
