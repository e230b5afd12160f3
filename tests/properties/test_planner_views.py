"""Random plans, oddly named and described: every view of them is well-formed and shows each task once."""

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.read import require_plan
from planner.views.data import plan_data
from planner.views.dot import dot
from planner.views.layers import Size, Spot
from planner.views.layout import Box, layout
from planner.views.lines import plain
from planner.views.mermaid import mermaid
from planner.views.outline import outline
from planner.views.scene import Scene
from planner.views.svg import svg
from planner.views.table import table_lines
from planner.views.tree import tree_lines
from planner.views.wanted import Wanted
from planner.views.waves import wave_lines
from tests.plans import Plan, plans
from tinytown.columns import width
from tinytown.escape import shown
from tinytown.states import TaskState

IDS = st.sampled_from(["end", "class", "graph", "subgraph", "o", "x", "node", "digraph", "strict", "click"])
ODD = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.sampled_from('"\\<>&;%{}[]`#\n$')
)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
NODE = re.compile(r' *(?:subgraph )?n(\d+)\["((?:#\d+;|[^\W_]|[ .,:_\-/()+=!?\'…▣○◔●✓✗⊘]|<br/>)*)"\](?::::[a-z]+)?')


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """A plan with odd names, descriptions, estimates and statuses, and some choice of its tasks."""
    plan: Plan = draw(plans(most=12))
    names = [f"{draw(IDS)}{draw(st.sampled_from(['.', '_', '-', 'A']))}{n}" for n in range(len(plan))]
    document = tomlkit.document()
    tables = tomlkit.aot()
    for line, name in zip(plan, names, strict=True):
        table = tomlkit.table()
        table["id"] = name
        table["description"] = f"x{draw(ODD)}"
        if line.who in ("role", "run"):
            table[line.who] = "true"
        elif line.who:
            table["agent"] = line.who
        if line.parent is not None:
            table["parent"] = names[line.parent]
        table["needs"] = [names[need] for need in line.needs]
        table["tags"] = draw(st.lists(st.sampled_from(["a", "b"]), unique=True))
        if draw(st.booleans()):
            table["estimate"] = f"{draw(st.integers(1, 90))}m"
        tables.append(table)
    document["tasks"] = tables
    if draw(st.booleans()):
        document["meta"] = {"description": draw(ODD)}
    checked = require_plan(tomlkit.dumps(document).encode())
    wanted = draw(st.sampled_from([Wanted(), Wanted(), Wanted(tags=("a",)), Wanted(states=(TaskState.PENDING,))]))
    return Scene(checked, None, wanted)


@settings(deadline=None)
@given(scenes())
def test_a_picture_is_xml_and_has_each_task_once(scene: Scene) -> None:
    root = ET.fromstring(svg(scene))  # noqa: S314  our own
    told = sorted(found.attrib["data-task"] for found in root.iter() if "data-task" in found.attrib)
    assert told == sorted(scene.chosen)
    assert not [found for found in root.iter() if found.tag.endswith("}script")]


@settings(deadline=None)
@given(scenes())
def test_boxes_overlap_only_where_one_is_in_the_other(scene: Scene) -> None:
    drawn = outline(scene)
    boxes = layout(drawn, Size(100, 60), Spot(0, 0), 120).boxes
    assert boxes.keys() == scene.chosen
    for frame, entries in drawn.inside.items():
        for one, other in combinations(entries, 2):
            assert _apart(boxes[one.id], boxes[other.id])
        for entry in entries if frame else ():
            assert _within(boxes[entry.id], boxes[frame or ""])


def _apart(one: Box, other: Box) -> bool:
    return (
        one.x + one.width < other.x
        or other.x + other.width < one.x
        or one.y + one.height < other.y
        or other.y + other.height < one.y
    )


def _within(one: Box, frame: Box) -> bool:
    return (
        frame.x < one.x
        and frame.y < one.y
        and one.x + one.width < frame.x + frame.width
        and one.y + one.height < frame.y + frame.height
    )


@settings(deadline=None)
@given(scenes())
def test_mermaid_has_each_task_once_and_no_text_that_could_mean_something(scene: Scene) -> None:
    lines = mermaid(scene).splitlines()
    nodes = [NODE.fullmatch(text) for text in lines if '"' in text]
    assert all(nodes)
    assert sorted(int(found[1]) for found in nodes if found) == [entry.order for entry in scene.shown]
    frames = sum(text.strip().startswith("subgraph") for text in lines)
    assert sum(text.strip() == "end" for text in lines) == frames
    rest = [text for text in lines if '"' not in text and text.strip() != "end"]
    known = r"flowchart LR|  (n\d+ --> n\d+|class n\d+ [a-z]+|classDef [a-z]+ [\w:,#]+|linkStyle [\d,]+ [\w:,#-]+)"
    assert all(re.fullmatch(known, text) for text in rest)


@settings(deadline=None)
@given(scenes())
def test_graphviz_has_each_task_once_and_balanced_quotes_and_braces(scene: Scene) -> None:
    drawn = dot(scene)
    nodes = [text.strip() for text in drawn.splitlines() if re.match(r' +"[\w.-]+" \[label=', text)]
    frames = re.findall(r'^ +subgraph "cluster_([\w.-]+)" \{$', drawn, re.MULTILINE)
    assert sorted([*(text.split('"')[1] for text in nodes), *frames]) == sorted(scene.chosen)
    bare = STRING.sub("", drawn)
    assert '"' not in bare
    assert "\\" not in bare
    assert bare.count("{") == bare.count("}") == len(frames) + 1


@settings(deadline=None)
@given(scenes(), st.none() | st.integers(30, 160))
def test_texts_have_each_task_on_a_line_of_its_own(scene: Scene, room: int | None) -> None:
    tree, table, waves = (plain(view(scene, room)) for view in (tree_lines, table_lines, wave_lines))
    for text in (tree, table, waves):
        assert text == shown(text, lines=True)
        assert room is None or max(map(width, text.splitlines()), default=0) <= room
    assert len(table.splitlines()) == len(scene.shown) + 1
    for entry in scene.shown if room is None else ():
        name = re.escape(entry.id)
        assert len(re.findall(rf"^[│├└─ ]*\S {name}(?= |$)", tree, re.MULTILINE)) == 1
        assert len(re.findall(rf"^\S {name}(?= |$)", table, re.MULTILINE)) == 1
        assert len(re.findall(rf"^  \S {name}(?= |$)", waves, re.MULTILINE)) == (not entry.group)


@settings(deadline=None)
@given(scenes())
def test_the_critical_path_is_no_longer_than_the_work_and_waits_in_order(scene: Scene) -> None:
    data = plan_data(scene)
    path = data["critical_path"]
    waves = [scene.waves[task] for task in path["tasks"]]
    assert waves == sorted(set(waves))
    if path["seconds"] is not None:
        assert path["seconds"] <= data["work_seconds"]
        assert data["left"]["critical_path"]["seconds"] <= path["seconds"]
