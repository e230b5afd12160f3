"""Which messages a prompt carries."""

from uuid import UUID

from tinytown.channel import Delivery
from tinytown.messages import Message
from tinytown.tasks import Priority
from tinytown.worker.notes import PROMPT_CHARS, PROMPT_NOTES, Note, Notes, portion

ME = UUID(int=3)


def note(text: str, priority: Priority = Priority.NORMAL) -> Note:
    message = Message.new("informational", sender=ME, to=ME, summary=text, priority=priority)
    return Note(Delivery(ME, message.to_json(), message), message)


def test_the_most_urgent_come_first_and_among_equals_the_oldest() -> None:
    notes = [note("a"), note("b", Priority.URGENT), note("c"), note("d", Priority.LOW), note("e", Priority.URGENT)]
    assert [one.message.text for one in portion(notes)] == ["b", "e", "a", "c", "d"]


def test_one_that_is_longer_than_a_prompt_goes_alone_and_whole() -> None:
    long = note("x" * (PROMPT_CHARS + 1))
    assert portion([long, note("y")]) == [long]
    assert portion([note("y"), long]) != [long]


def test_what_a_prompt_has_no_room_for_waits_for_the_next() -> None:
    notes = Notes()
    for number in range(PROMPT_NOTES + 5):
        one = note(str(number))
        notes.add(one.taken, one.message, "coder")
    first = notes.portion()
    assert [one.message.text for one in first] == [str(number) for number in range(PROMPT_NOTES)]
    assert {one.message.get("from_name") for one in first} == {"coder"}
    assert notes.portion() == first, "they are kept until they are dropped"
    notes.drop(first)
    assert [one.message.text for one in notes.portion()] == ["100", "101", "102", "103", "104"]
    assert len(notes.kept) == 5
