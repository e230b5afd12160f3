"""Merges of plans: what becomes of each kind of change on two sides, and whose bytes are kept."""

import pytest

from planner.edit.merge import Merged
from planner.edit.three.agree import Lines
from planner.edit.three.markers import marked
from tests import merges
from tests.merges import git_lines, no_lines

PLAN = """\
# The plan.
[meta]
description = "M"

[agents.dev]
cli = "claude"

# about a
[[tasks]]
id = "a"
description = "A"
agent = "dev"
tags = ["x", "y"]

# between

[[tasks]]
id = "b"
description = '''
one
two
three
'''
parent = "a"
status = "pending"

[[tasks]]
id = "c"
run = "true"
needs = ["a", "b"]
"""
A, B, C = (PLAN[PLAN.index(text) :] for text in ("# about a\n", '[[tasks]]\nid = "b"', '[[tasks]]\nid = "c"'))
NEW = '\n# new\n[[tasks]]\nid = "{0}"\nrun = "{0}"   # {0}\n'


def merged(ours: str, theirs: str, base: str = PLAN, lines: Lines = no_lines) -> Merged:
    return merges.merged(base.encode(), ours.encode(), theirs.encode(), lines)


def put(text: str, *changes: tuple[str, str]) -> str:
    """A text with other words in it, each of which stands there once."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


Change = tuple[str, str]
STATUS = 'status = "pending"'


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        pytest.param([('"A"', '"AA"')], [('agent = "dev"', 'role = "r"')], None, id="different keys"),
        pytest.param([('"A"', '"AA"')], [('"A"', '"AA"')], [('"A"', '"AA"')], id="alike"),
        pytest.param(
            [('"A"', '"AA"'), ('"x", "y"', '"x", "y", "z"')],
            [('"x", "y"', '"w", "y"')],
            [('"A"', '"AA"'), ('"x", "y"', '"y", "z", "w"')],
            id="lists are united",
        ),
        pytest.param(
            [('tags = ["x", "y"]', 'tags = ["y"]')],
            [('tags = ["x", "y"]\n', "")],
            [('tags = ["x", "y"]\n', "")],
            id="nothing is left of a list",
        ),
        pytest.param(
            [(STATUS, 'status = "failed"')],
            [(STATUS, 'status = "cancelled"')],
            [(STATUS, 'status = "cancelled"')],
            id="the further status",
        ),
        pytest.param(
            [(STATUS, 'status = "completed"')],
            [(STATUS + "\n", "")],
            [(STATUS, 'status = "completed"')],
            id="who says no status has no opinion",
        ),
        pytest.param([('cli = "claude"', 'cli = "codex"')], [('"M"', '"MM"')], None, id="tables beside the tasks"),
        pytest.param(
            [('"M"', '"MM"')],
            [('"M"\n', '"M"\nmax_parallel = 2 # two\n')],
            [('"M"\n', '"MM"\nmax_parallel = 2\n')],
            id="a new key in a table",
        ),
        pytest.param(
            [('"M"', '"MM"')],
            [('cli = "claude"\n', 'cli = "claude"\n\n[agents."a b"] # odd\nreplicas = 2\n')],
            None,
            id="a new agent",
        ),
        pytest.param([('"A"', '"AA"')], [('[agents.dev]\ncli = "claude"\n\n', "")], None, id="an agent less"),
        pytest.param(
            [("# about a", "# on a")], [('"A"', '"AA"')], None, id="a comment of a task and a value of it"
        ),
        pytest.param([('"true"', '"false"')], [("# about a", "# on a")], None, id="a comment of theirs"),
        pytest.param(
            [('id = "b"', 'id = "bb"\nwas = "b"'), ('"a", "b"', '"a", "bb"')],
            [('parent = "a"', "timeout = '5m'"), ('"true"', '"false"')],
            None,
            id="a rename and edits",
        ),
        pytest.param(
            [('id = "b"', 'id = "bb"\nwas = "b"'), ('"a", "b"', '"a", "bb"')],
            [('"x", "y"]\n', '"x", "y"]\nneeds = ["b"]\n'), ('parent = "a"\n', "")],
            [
                ('id = "b"', 'id = "bb"\nwas = "b"'),
                ('"a", "b"', '"a", "bb"'),
                ('"x", "y"]\n', '"x", "y"]\nneeds = ["bb"]\n'),
                ('parent = "a"\n', ""),
            ],
            id="a rename and a need on the old name",
        ),
        pytest.param([("\n" + C, "")], [('"A"', '"AA"')], None, id="a task less"),
        pytest.param([('"A"', '"AA"')], [("\n" + C, "")], None, id="a task less on the other side"),
    ],
)
def test_changes_that_fit_together(ours: list[Change], theirs: list[Change], both: list[Change] | None) -> None:
    expected = put(PLAN, *(both if both is not None else [*ours, *theirs]))
    here, there = put(PLAN, *ours), put(PLAN, *theirs)
    assert merged(here, there) == Merged(expected.encode())
    assert merged(there, here).clean


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ([('"A"', '"AA"')], [('"A"', '"AAA"')], 'task "a": description is "AA" in ours and "AAA" in theirs'),
        (
            [('agent = "dev"', 'role = "r"')],
            [('agent = "dev"', 'agent = "x"')],
            (
                'task "a": agent is not there in ours and "x" in theirs; '
                'task "a": role is "r" in ours and not there in theirs'
            ),
        ),
        (
            [("two", "2")],
            [("two", "II")],
            'task "b": description is "one 2 three" in ours and "one II three" in theirs',
        ),
        (
            [('id = "b"', 'id = "b1"\nwas = "b"'), ('"a", "b"', '"a", "b1"')],
            [('id = "b"', 'id = "b2"\nwas = "b"'), ('"a", "b"', '"a", "b2"')],
            'task "b": id is "b1" in ours and "b2" in theirs',
        ),
        (
            [(STATUS, 'status = "done"')],
            [(STATUS, 'status = "failed"')],
            'task "b": status is "done" in ours and "failed" in theirs',
        ),
        ([("\n" + C, "")], [('"true"', '"false"')], 'task "c": ours removed it, and theirs changed it'),
        ([("\n" + C, "")], [(STATUS, STATUS + '\nneeds = ["c"]')], 'task "b": it needs "c", which ours removed'),
        (
            [(C, C + NEW.format("d"))],
            [(C, C + NEW.format("d").replace("run", "accept"))],
            'task "d": both added a task of this id, and not the same',
        ),
        ([('"M"', '"MM"')], [('"M"', '"MMM"')], '[meta]: description is "MM" in ours and "MMM" in theirs'),
        (
            [('[agents.dev]\ncli = "claude"\n\n', "")],
            [('"claude"', '"codex"')],
            "[agents]: dev is not there in ours and another table in theirs",
        ),
    ],
)
def test_changes_that_do_not(ours: list[Change], theirs: list[Change], told: str) -> None:
    here, there = put(PLAN, *ours), put(PLAN, *theirs)
    result = merged(here, there)
    assert "; ".join(map(str, result.conflicts)) == told
    assert not result.clean
    kept, lines = {"ours": "", "theirs": ""}, result.data.decode().splitlines(keepends=True)
    sides = {"<<<<<<< ours\n": {"ours"}, "=======\n": {"theirs"}, ">>>>>>> theirs\n": {"ours", "theirs"}}
    now = {"ours", "theirs"}
    for line in lines:
        if line in sides:
            now = sides[line]
        else:
            kept |= {side: kept[side] + line for side in now}
    assert kept == {"ours": here, "theirs": there}


def test_a_new_need_on_a_removed_task_goes_with_it_or_brings_it_back() -> None:
    less, new = put(PLAN, ("\n" + C, "")), NEW.format("e")
    result = merged(less, PLAN + new + 'needs = ["c"]\n')
    assert [str(conflict) for conflict in result.conflicts] == ['task "e": it needs "c", which ours removed']
    assert result.data.decode() == (
        f"{less}\n<<<<<<< ours\n=======\n{C}\n>>>>>>> theirs\n{new[1:]}"
        '<<<<<<< ours\n=======\nneeds = ["c"]\n>>>>>>> theirs\n'
    )


def test_a_task_that_both_added_is_one_if_it_is_the_same_but_for_its_status() -> None:
    here, there = ((PLAN + NEW.format("d") + f'status = "{word}"\n') for word in ("completed", "running"))
    assert merged(here, there) == merged(there, here) == Merged(here.encode())
    strange = merged(put(here, ("completed", "x")), put(there, ("running", "y")))
    assert [str(conflict) for conflict in strange.conflicts] == [
        'task "d": status is "x" in ours and "y" in theirs'
    ]


def test_texts_of_several_lines_merge_line_by_line() -> None:
    ours = put(PLAN, ("one\n", "1\n"), (STATUS, 'status = "running"'))
    theirs = put(PLAN, ("three\n", "3\n"), (STATUS, 'status = "failed"'))
    expected = put(theirs, ("one\n", "1\n"))
    assert merged(ours, theirs, lines=git_lines) == Merged(expected.encode())
    assert str(merged(ours, theirs).conflicts[0]).startswith('task "b": description is "1 two three" in ours')


def test_comments_of_both_sides_stay_where_the_lines_merge() -> None:
    ours, theirs = put(PLAN, ("# The", "# Our")), put(PLAN, ("# between", "# amid"), ('"true"', '"false"'))
    assert merged(ours, theirs, lines=git_lines).data.decode() == put(theirs, ("# The", "# Our"))
    assert merged(ours, theirs).data.decode() == put(ours, ('"true"', '"false"'))


def test_new_tasks_come_with_their_comments_behind_those_that_they_follow() -> None:
    ours = PLAN + NEW.format("d")
    theirs = put(PLAN, ("\n# between\n", NEW.format("e") + "\n# between\n")) + NEW.format("f") + NEW.format("g")
    both = put(ours, ("\n# between\n", NEW.format("e") + "\n# between\n")) + NEW.format("f") + NEW.format("g")
    assert merged(ours, theirs) == Merged(both.encode())


def test_line_ends_are_those_of_ours() -> None:
    theirs = put(PLAN, ('"A"', '"AA"'), ("two\n", "2\n")) + NEW.format("d")
    ours = put(PLAN, ('"true"', '"false"')).replace("\n", "\r\n")
    assert merged(ours, theirs) == Merged(put(theirs, ('"true"', '"false"')).replace("\n", "\r\n").encode())


def test_an_order_that_only_one_side_changed_is_kept() -> None:
    ours, theirs = put(PLAN, ('"A"', '"AA"')), put(PLAN, (B, C + "\n" + B.removesuffix("\n" + C)))
    for here, there in ((ours, theirs), (theirs, ours)):
        assert merged(here, there).data.decode() == put(theirs, ('"A"', '"AA"'))
    assert merged(put(ours, ("# between", "# amid")), theirs).data.decode() == put(ours, ("# between", "# amid"))


def test_a_name_of_before_that_was_pushed_meanwhile_is_no_lost_rename() -> None:
    base = put(PLAN, ('id = "b"', 'id = "b"\nwas = "b0"'))
    theirs = put(base, ('id = "b"', 'id = "b2"'), ('"a", "b"', '"a", "b2"'))
    expected = put(theirs, ('was = "b0"\n', "")).replace("status", 'was = "b"\nstatus')
    result = merged(PLAN, theirs, base).data.decode()
    assert sorted(result.splitlines()) == sorted(expected.splitlines())


def test_what_both_remove_and_what_one_empties_is_gone() -> None:
    base = '[[tasks]]\nid = "a"\nrun = "a"\n'
    assert merged("# none\n", "", base) == Merged(b"# none\n")
    assert merged(base + "# more\n", "", base).data == b""
    assert merged("tasks = []\n", base + NEW.format("b"), base).data == b'tasks = [{ id = "b", run = "b" }]\n'


def test_tasks_in_braces_merge_as_well() -> None:
    base = 'tasks = [\n  { id = "a", run = "a" },\n  { id = "b", run = "b" },\n]\n'
    ours = put(base, ('"a" }', '"a", tags = ["x"] }'))
    theirs = put(base, ('run = "a"', "run = 'a2'"), ('"b" }', '"b" },\n  { id = "c", run = "c" }'))
    assert merged(ours, theirs, base).data.decode() == put(theirs, ("'a2' }", "'a2', tags = [\"x\"] }"))
    assert merged(put(base, ('  { id = "a", run = "a" },\n', "")), theirs, base).conflicts


def test_an_error_that_neither_side_has_is_told_and_one_of_before_is_not() -> None:
    ours = put(PLAN, ('tags = ["x", "y"]', 'needs = ["c"]'), ('"a", "b"', '"b"'), ('parent = "a"\n', ""))
    result = merged(ours, put(PLAN, ('"true"', '"false"')))
    assert result.clean
    result = merged(ours, put(PLAN, ('"true"\n', '"true"\nparent = "a"\n')))
    assert result.reading is not None
    assert [found.code for found in result.reading.findings] == ["TT008"]
    assert not result.clean
    assert not result.conflicts
    broken = put(PLAN, ('"dev"', '"dev"\nunheard = 1'))
    assert merged(broken, put(PLAN, ('"true"', '"false"'))).clean


def test_what_cannot_be_merged_by_tasks_is_merged_by_lines() -> None:
    twice = PLAN + NEW.format("a")
    result = merged(twice, put(PLAN, ('"A"', '"AA"')), lines=git_lines)
    assert result.data.decode() == put(PLAN, ('"A"', '"AA"')) + NEW.format("a")
    assert result.clean
    assert result.notes == (
        "merged line by line: the tasks of our version cannot be told apart: each needs an id of its own",
    )
    clash = merged(put(twice, ('"A"', '"AAA"')), put(PLAN, ('"A"', '"AA"')), lines=git_lines)
    assert [str(conflict) for conflict in clash.conflicts] == ["some lines were changed on both sides"]
    assert b"<<<<<<< " in clash.data


def test_markers_keep_to_the_size_and_line_ends_of_the_file() -> None:
    assert marked(b"a\r\nb", b"a\r\nc\r\n", 3) == (b"a\r\n<<< ours\r\nb\r\n===\r\nc\r\n>>> theirs\r\n")
