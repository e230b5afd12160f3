"""A snapshot that is damaged, or something else: the line is told, before anything is done."""

import pytest

from tinytown.errors import BadSnapshotError
from tinytown.snapshot.reading import read

GOOD = '{"kind": "town", "format": 1, "name": "x"}\n'
ID = "6f1c7a52-0f4e-4f0e-9a77-0a2f5f2b9c11"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "it is empty"),
        ("PK\x03\x04", 1, "it is no JSON"),
        ("[]\n", 1, "it has no kind"),
        ('{"kind": "task"}\n', 1, "a snapshot begins with its town"),
        (GOOD.replace("1", "2"), 1, "its format is 2; this program reads 1"),
        (GOOD.replace("x", "a:b"), 1, "'a:b' cannot be the name of a town"),
        (GOOD, 2, "it is cut off: the last line is missing"),
        (GOOD + GOOD, 2, "a second town"),
        (GOOD + '{"kind": "end"}\n{"kind": "end"}', 3, "something follows the end"),
        (GOOD + '{"kind": "new"}', 2, '"new" is no kind of line that is known here'),
        (GOOD + '{"kind": "task", "description": "d", "state": "odd"}', 2, "state: Input should be"),
        (GOOD + f'{{"kind": "task", "id": "{ID}", "description": "d"}}\n' * 2, 3, f"{ID} is there twice"),
        (GOOD + '{"kind": "agent", "name": "a", "cli": "c"}\n' * 2, 3, "a is there twice"),
        (GOOD + '{"kind": "agent", "name": "a/b", "cli": "c"}', 2, "'a/b' cannot be the name of an agent"),
        (GOOD + f'{{"kind": "backlog", "task": "{ID}"}}', 2, f"task {ID} is not there"),
        (GOOD + f'{{"kind": "message", "to": "{ID}", "value": {{}}}}', 2, f"a message for agent {ID}, who is not"),
        (GOOD + '{"kind": "message", "to": 1, "value": {}}', 2, "to: a text is wanted"),
        (GOOD + '{"kind": "plan", "id": "a", "value": 1}\n' * 2, 3, "a is there twice"),
        (GOOD + '{"kind": "plan", "id": "a"}', 2, "text: a text is wanted"),
        (GOOD + '{"kind": "event", "id": "x", "fields": ["a", "b"]}', 2, "id: no id of an event"),
        (GOOD + '{"kind": "event", "id": "1-0", "fields": ["a"]}', 2, "fields: they are no pairs"),
        (GOOD + '{"kind": "event", "id": "1-0", "fields": ["a", "b"]}\n' * 2, 3, "id: events are numbered upwards"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(BadSnapshotError) as refusal:
        read(text.encode())
    assert refusal.value.line == line
    assert refusal.value.message.startswith(f"line {line} of the snapshot: {what}")
