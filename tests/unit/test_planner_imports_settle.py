"""Any tasks of a source become ones that a plan can have."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.imports.found import Draft, Found, ImportRefusedError
from planner.imports.names import Names
from planner.imports.settle import settled
from planner.imports.write import new_plan
from planner.read import require_plan


def draft(name: str, *needs: str, parent: str | None = None) -> Draft:
    return Draft(name, f"s:{name}", name, needs=needs, parent=parent)


def test_what_leads_nowhere_is_told() -> None:
    found = settled(Found((draft("a", "a", "x", "b", "b", parent="y"), draft("b", parent="b"))))
    assert [one.said() for one in found.drafts] == [
        {"id": "a", "description": "a", "needs": ["b"]},
        {"id": "b", "description": "b"},
    ]
    assert [(loss.where, loss.what, loss.why) for loss in found.losses] == [
        ("s:a", "a depends on itself", "no task can"),
        ("s:a", "a depends on x", "there is no such task"),
        ("s:a", "a depends on y", "there is no such task"),
        ("s:b", "b depends on itself", "no task can"),
    ]


def test_of_a_circle_the_need_of_a_later_task_goes() -> None:
    found = settled(Found((draft("a", "c"), draft("b", "a"), draft("c", "b"))))
    assert [one.needs for one in found.drafts] == [(), ("a",), ("b",)]
    assert [loss.why for loss in found.losses] == ["a circle: a → c → b → a"]


def test_a_member_cannot_wait_for_its_group() -> None:
    found = settled(Found((draft("g"), draft("m", "g", parent="g"))))
    assert [(one.needs, one.parent) for one in found.drafts] == [((), None), ((), "g")]
    assert [loss.what for loss in found.losses] == ["m depends on g"]


def test_a_condition_without_anything_to_wait_for_goes_too() -> None:
    found = settled(Found((replace(draft("a", "x"), when="one_failed"),)))
    assert found.drafts[0].said() == {"id": "a", "description": "a"}


def test_what_is_said_of_a_group_goes_to_its_members() -> None:
    found = settled(
        Found(
            (
                replace(draft("g"), agent="kim", approval=True, estimate="5m"),
                draft("a", parent="g"),
                draft("b", "a", parent="g"),
                replace(draft("c", parent="g"), agent="ada", run=None),
                replace(draft("d", parent="g"), run="true"),
            )
        )
    )
    assert [(one.id, one.agent, one.approval) for one in found.drafts] == [
        ("g", None, False),
        ("a", "kim", True),
        ("b", "kim", False),
        ("c", "ada", True),
        ("d", None, True),
    ]
    assert found.losses == ()


def test_a_cancelled_group_cancels_its_members_and_an_open_member_opens_its_group() -> None:
    found = settled(
        Found(
            (
                replace(draft("dropped"), status="cancelled"),
                draft("a", parent="dropped"),
                replace(draft("b", parent="dropped"), status="completed"),
                replace(draft("done"), status="completed"),
                draft("c", parent="done"),
            )
        )
    )
    assert [one.status for one in found.drafts] == ["cancelled", "cancelled", "completed", None, None]
    assert [loss.what for loss in found.losses] == ["done is done"]


def test_a_duration_beyond_reason_goes() -> None:
    found = settled(Found((replace(draft("a"), timeout="5256001m", estimate="9" * 400 + "m"),)))
    assert found.drafts[0].said() == {"id": "a", "description": "a"}
    assert [loss.what.split(":")[0] for loss in found.losses] == ["timeout of a", "estimate of a"]


def test_too_many_circles_are_refused() -> None:
    names = [f"t{n}" for n in range(25)]
    everything = tuple(draft(name, *names) for name in names)
    with pytest.raises(ImportRefusedError, match="too many circles"):
        settled(Found(everything))


def test_ids_are_given_out_once() -> None:
    names = Names()
    wishes = ["a", "a", "a-2", "a", "Fix: the Thing!", "fix-the-thing", "", "é", "x" * 60, "ok.1_B"]
    assert [names.take(wish) for wish in wishes] == [
        *("a", "a-2", "a-2-2", "a-3", "fix-the-thing", "fix-the-thing-2", "task", "e", "x" * 60, "ok.1_B"),
    ]


IDS = st.sampled_from([f"t{n}" for n in range(7)])
TEXTS = st.text(st.characters(), max_size=8)
DRAFTS = st.builds(
    Draft,
    id=IDS,
    where=st.just("s"),
    description=TEXTS,
    agent=st.one_of(st.none(), TEXTS),
    parent=st.one_of(st.none(), IDS),
    needs=st.lists(IDS, max_size=3).map(tuple),
    run=st.one_of(st.none(), st.just("true\nfalse 'x' \"\\")),
    when=st.sampled_from([None, "all_done"]),
    status=st.sampled_from([None, "completed", "cancelled"]),
    tags=st.lists(TEXTS, max_size=2).map(tuple),
    approval=st.booleans(),
)


@settings(deadline=None)
@given(st.lists(DRAFTS, max_size=7, unique_by=lambda one: one.id), TEXTS)
def test_any_tasks_become_a_valid_plan(drafts: list[Draft], description: str) -> None:
    found = settled(Found(tuple(drafts), description=description))
    plan = require_plan(new_plan(found, description))
    assert [entry.id for entry in plan.entries] == [one.id for one in drafts]
    for entry, one in zip(plan.entries, found.drafts, strict=True):
        assert entry.description.strip() == one.description
        assert set(entry.needs) <= set(one.needs)
