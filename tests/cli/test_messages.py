"""`tt send` and `tt inbox`: what is said, and what waits."""

import json
import re
import select
import signal
import subprocess
from typing import Any

import pytest

from tests.cli.shell import Shell
from tests.forked import TT
from tests.towns import until


@pytest.fixture
def post(tt: Shell) -> Shell:
    """A town with an agent that does not run, so that its mail stays where it is."""
    tt.told("spawn", "reviewer")
    tt.told("kill", "reviewer")
    return tt


def _sent(shell: Shell, *words: str) -> str:
    answer = shell("send", *words)
    assert answer.status == 0, answer
    return answer.out


@pytest.mark.parametrize(
    ("option", "kind", "field"),
    [
        ([], "task", "description"),
        (["--info"], "informational", "summary"),
        (["--query"], "query", "question"),
    ],
)
def test_each_type_has_its_payload(post: Shell, option: list[str], kind: str, field: str) -> None:
    out = _sent(post, "reviewer", "Auth API complete", *option)
    box = post.document("inbox", "reviewer")
    (message,) = box["messages"]
    assert out == f'Sent to "reviewer": {kind}, normal, id {message["id"]}\n'
    assert (message["type"], message[field]) == (kind, "Auth API complete")
    assert message["from"] == "00000000-0000-0000-0000-000000000001"
    assert (box["agent"], box["count"], box["taken"]) == ("reviewer", 1, 0)


@pytest.mark.parametrize(
    ("text", "ack", "note", "words"),
    [
        ("received", {"type": "received"}, None, "received"),
        ("Acknowledged", {"type": "acknowledged"}, None, "acknowledged"),
        ("thanks", {"type": "thanks"}, None, "thanks"),
        ("Thank you so much", {"type": "thanks"}, "Thank you so much", "thanks Thank you so much"),
        ("approved", {"type": "approved"}, None, "approved"),
        ("rejected:no tests", {"type": "rejected", "reason": "no tests"}, None, "rejected: no tests"),
        ("rejected", {"type": "rejected", "reason": "no reason was given"}, None, "rejected: no reason was given"),
        ("Auth API complete", {"type": "acknowledged"}, "Auth API complete", "acknowledged Auth API complete"),
    ],
)
def test_a_confirmation_has_a_type_and_keeps_what_else_was_said(
    post: Shell, text: str, ack: dict[str, str], note: str | None, words: str
) -> None:
    _sent(post, "reviewer", text, "--ack")
    (message,) = post.document("inbox", "reviewer")["messages"]
    assert (message["type"], message["ack_type"], message.get("note")) == ("confirmation", ack, note)
    assert post.told("inbox", "reviewer").splitlines()[-1].endswith(f"  {words}")


def test_several_lines_arrive_as_they_are_also_from_standard_input(post: Shell) -> None:
    _sent(post, "reviewer", "one\n\n  two")
    piped = subprocess.run(
        [TT, "send", "reviewer", "-"], cwd=post.folder, env=post.env, input=b"three\n\nfour\n", check=True
    )
    assert piped.returncode == 0
    assert [m["description"] for m in post.document("inbox", "reviewer")["messages"]] == [
        "one\n\n  two",
        "three\n\nfour",
    ]
    broken = subprocess.run(
        [TT, "send", "reviewer", "-"],
        cwd=post.folder,
        env=post.env,
        input=b"\xff",
        capture_output=True,
        check=False,
    )
    assert (broken.returncode, broken.stderr) == (
        2,
        b"tt: what came on standard input is not UTF-8. Write it in UTF-8.\n",
    )


def test_an_answer_refers_to_its_question(post: Shell) -> None:
    ask = post.document("send", "conductor", "which port?", "--query", "--from", "reviewer")["id"]
    _sent(post, "reviewer", "8080", "--info", "--reply-to", ask[:6])
    (answer,) = post.document("inbox", "reviewer")["messages"]
    assert answer["correlation_id"] == ask
    assert f"answers {ask[:8]}" in post.told("history", "-n", "1")
    assert post.refused("send", "reviewer", "x", "--reply-to", "nothing") == (
        'no message has an id that begins with "nothing". `tt history` and `tt inbox --json` show the ids.'
    )


def test_a_broadcast_reaches_every_living_agent_and_no_other(post: Shell) -> None:
    assert post.refused("send", "--all", "hello") == (
        "no agent is alive to hear this. `tt list` lists them, `tt spawn NAME` starts one."
    )
    for name in ("one", "two"):
        post.told("spawn", name, "--cli", "echo")
    out = _sent(post, "--all", "--info", "the API has moved")
    assert re.fullmatch(r"Sent to 2 agents: informational, normal, id [0-9a-f-]{36}\n", out)
    inside = post.within(TINYTOWN_AGENT_NAME="one")
    (back,) = inside.document("send", "--all", "--info", "from one", "--reply-to", _told(post)[0]["message"])
    assert back["broadcast"] not in out
    told = _told(post)
    assert [(m["from"], m["to"], m["text"]) for m in told] == [
        ("conductor", "one", "the API has moved"),
        ("conductor", "two", "the API has moved"),
        ("one", "two", "from one"),
    ]
    assert len({m["message"] for m in told}) == 3
    assert post.document("inbox", "reviewer")["count"] == 0


def _told(shell: Shell) -> list[dict[str, Any]]:
    return [json.loads(line) for line in shell.told("history", "--json").splitlines()]


def test_what_is_read_is_taken_off_but_assignments_stay(post: Shell) -> None:
    task = json.loads(_assigned(post))["id"]
    _sent(post, "reviewer", "first\nsecond", "--info")
    text = post.told("inbox", "reviewer", "--read")
    assert re.fullmatch(
        r"conductor: informational \(normal, id [0-9a-f]{8}, [\d.]+ s ago\)\n  first\n  second\n", text
    ), text
    assert [message["task_id"] for message in post.document("inbox", "reviewer")["messages"]] == [task]
    assert post.told("inbox", "reviewer", "--read") == "reviewer: no messages\n"
    assert ", read)" in post.told("history")
    assert post.refused("inbox", "--all", "--read", status=2) == (
        "--read takes off the messages of one mailbox. Name it, without --all."
    )


def test_the_conductors_mail_is_read_as_json(post: Shell) -> None:
    _sent(post, "conductor", "CI is green", "--info", "--from", "reviewer")
    (message,) = post.document("inbox", "conductor", "--read")
    assert message["summary"] == "CI is green"
    assert post.document("inbox")["count"] == 0


def test_history_tells_who_said_what_to_whom(post: Shell) -> None:
    long = "x" * 5000
    _sent(post, "conductor", "done\nall of it", "--info", "--from", "reviewer")
    _sent(post, "reviewer", long, "--info", "--urgent")
    lines = post.told("history").splitlines()
    clock = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
    assert re.fullmatch(clock + r"  reviewer -> conductor  informational  \(normal, id [0-9a-f]{8}\)", lines[0])
    assert lines[1:3] == ["  done", "  all of it"]
    assert re.fullmatch(clock + r"  conductor -> reviewer  informational  \(urgent, id [0-9a-f]{8}\)", lines[3])
    assert lines[4:] == [f"  {long}"], "whole, as long as it waits"
    told = [json.loads(line) for line in post.told("history", "reviewer", "--json").splitlines()]
    assert [(m["from"], m["to"], m["read"], m["left_out"]) for m in told] == [
        ("reviewer", "conductor", False, 0),
        ("conductor", "reviewer", False, 0),
    ]
    post.told("inbox", "reviewer", "--read")
    assert post.told("history", "reviewer").splitlines()[-2:] == [
        f"  {'x' * 4000}",
        "  [… 1000 more characters are not kept …]",
    ]
    assert post.told("history", "reviewer", "-n", "0") == ""
    assert post.refused("history", "nobody").startswith('no agent is called "nobody".')


def test_history_follows(post: Shell) -> None:
    process = post.start("history", "--follow", "-n", "0", "--json")
    assert process.stdout is not None
    until(lambda: post("send", "reviewer", "hello").status == 0 and _ready(process), "it is heard")
    process.send_signal(signal.SIGINT)
    answer = post.finish(process)
    assert json.loads(answer.out.splitlines()[0])["text"] == "hello"


def _ready(process: "subprocess.Popen[str]") -> bool:
    """Whether something can be read from a process, within a moment."""
    assert process.stdout is not None
    return bool(select.select([process.stdout], [], [], 1)[0])


def _assigned(shell: Shell) -> str:
    answer = shell("assign", "reviewer", "Review module A", "--json")
    assert answer.status == 0, answer
    return answer.out


def test_assignments_are_no_news(post: Shell) -> None:
    _assigned(post)
    assert "message." not in post.told("events")


def test_urgent_comes_first(post: Shell) -> None:
    _sent(post, "reviewer", "slow", "--priority", "low")
    _sent(post, "reviewer", "usual")
    _sent(post, "reviewer", "Critical bug!", "--urgent", "--query")
    text = post.told("inbox", "reviewer")
    assert text.startswith("reviewer: 3 messages (query 1, task 2)\n")
    assert re.findall(r"^\w+ +(\w+) +conductor +\S+ s ago +(.*)$", text, re.MULTILINE) == [
        ("urgent", "Critical bug!"),
        ("normal", "usual"),
        ("low", "slow"),
    ]


def test_an_agent_makes_a_task_of_it_and_answers_a_question(tt: Shell) -> None:
    tt.told("spawn", "worker-1", "--cli", "echo")
    task = tt.document("send", "worker-1", "Please update the README")["id"]
    assert tt.await_state(task, "completed")["result"] == "Please update the README"
    query = tt.document("send", "worker-1", "which port?", "--query")["id"]
    tt.await_state(query, "completed")
    (answer,) = tt.document("inbox")["messages"]
    assert (answer["type"], answer["summary"], answer["correlation_id"]) == ("informational", "which port?", query)


def test_the_conductor_has_two_names(tt: Shell) -> None:
    tt.told("send", "conductor", "one")
    tt.told("send", "Supervisor", "two", "--info")
    assert tt.document("inbox")["count"] == 2
    assert tt.told("inbox", "supervisor").startswith("conductor: 2 messages (informational 1, task 1)\n")


def test_who_speaks(post: Shell) -> None:
    agent = post.document("list")[0]["id"]
    _sent(post, "conductor", "by name", "--from", "reviewer")
    _sent(post.within(TINYTOWN_AGENT_ID=agent), "conductor", "by id")
    _sent(post.within(TINYTOWN_AGENT_NAME="reviewer"), "conductor", "by variable")
    assert [message["from"] for message in post.document("inbox")["messages"]] == [agent] * 3
    inside = post.within(TINYTOWN_AGENT_ID=agent)
    assert inside.document("inbox")["agent"] == "reviewer"


def test_all_inboxes(post: Shell) -> None:
    _sent(post, "reviewer", "hello")
    text = post.told("inbox", "--all")
    assert text.startswith("reviewer: 1 message (task 1)\nTYPE ")
    assert text.endswith("\n\nconductor: no messages\n")
    assert [(box["agent"], box["count"]) for box in post.document("inbox", "--all")] == [
        ("reviewer", 1),
        ("conductor", 0),
    ]


def test_an_assignment_is_shown_by_its_description(post: Shell) -> None:
    answer = post("assign", "reviewer", "Review module A")
    ident = answer.out.split()[1]
    assert f"{ident[:8]}: Review module A\n" in post.told("inbox", "reviewer")


def test_a_stopped_agent_reads_it_later(post: Shell) -> None:
    assert post("send", "reviewer", "hello").err == (
        'tt: agent "reviewer" is stopped; it reads this after: tt spawn reviewer\n'
    )


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["nobody", "x"], 1, 'no agent is called "nobody". `tt list` lists them, `tt spawn nobody` starts one.'),
        (["reviewer", ""], 2, "the message is empty. Say something."),
        (
            ["reviewer", "x", "--info", "--ack"],
            2,
            "--query, --info and --ack exclude each other. Give one of them.",
        ),
        (
            ["reviewer", "x", "--urgent", "--priority", "low"],
            2,
            "--urgent and --priority low contradict each other. Leave one out.",
        ),
        (["reviewer"], 2, "missing argument 'TEXT'. See: tt send --help"),
    ],
)
def test_what_cannot_be_sent(post: Shell, words: list[str], status: int, said: str) -> None:
    assert post.refused("send", *words, status=status) == said
    assert post.document("inbox", "reviewer")["count"] == 0
