"""`--fix` never makes anything worse: it ends, changes nothing twice, and keeps what it does not mean to change."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from planner.edit.fix import corrected, offers
from planner.read import read_plan

_IDS = st.sampled_from(["a", "b", "c", "A"])
_NEEDS = st.lists(_IDS, max_size=6)
_GAPS = st.sampled_from([", ", ",", " , ", ",\n  ", ", # why\n  ", "\n, ", ",\r\n\t"])
_ENDS = st.sampled_from(["", ",", " ", ",\n", " # end\n"])
_KEYS = st.sampled_from(["needs", "Needs", "NEEDS", '"needs"', "tags"])
_STATUSES = st.sampled_from(
    ["", 'status = "Pending"\n', "Status = ' failed '\n", 'status = "odd"\n', "status = 1\n"]
)


@st.composite
def _plans(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(["", "\ufeff", "# plan\n"]))
    for name in ("a", "b", "c"):
        needs = draw(_NEEDS)
        body = "".join(f'"{need}"{draw(_GAPS)}' for need in needs[:-1])
        body += f'"{needs[-1]}"{draw(_ENDS)}' if needs else ""
        text += f'[[tasks]]\nid = "{name}"\nrun = "x"\n{draw(_KEYS)} = [{body}]\n{draw(_STATUSES)}'
    return text


@given(_plans())
def test_a_second_time_changes_nothing(text: str) -> None:
    once = corrected(read_plan(text.encode()))
    again = read_plan(once.data)
    assert corrected(again) == (once.data, ())
    assert offers(again) == {}


@given(_plans())
def test_the_needs_that_count_stay_in_their_order(text: str) -> None:
    data = corrected(read_plan(text.encode())).data
    for before, after in zip(_tasks(text.encode()), _tasks(data), strict=True):
        wanted = dict.fromkeys(need for need in _list(before, "needs") if need != before["id"])
        kept = dict.fromkeys(need for need in _list(after, "needs") if need != after["id"])
        assert list(wanted) == list(kept)
        assert before.get("tags") == after.get("tags")


def _tasks(data: bytes) -> list[dict[str, object]]:
    tasks: list[dict[str, object]] = tomllib.loads(data.decode("utf-8-sig"))["tasks"]
    return tasks


def _list(task: dict[str, object], key: str) -> list[object]:
    found = [value for name, value in task.items() if name.lower() == key]
    return list(found[0]) if found and isinstance(found[0], list) else []
