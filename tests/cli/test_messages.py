"""`tt send` and `tt inbox`: what is said, and what waits."""

import re

import pytest

from tests.cli.shell import Shell


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
        (["--ack"], "confirmation", "ack_type"),
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
