"""The plan as Mermaid, as Graphviz, and as a picture."""

import re
import time
from xml.etree import ElementTree as ET

from planner.read import require_plan
from planner.views.dot import dot
from planner.views.layers import Size, Spot
from planner.views.layout import Drawing, layout
from planner.views.mermaid import mermaid
from planner.views.outline import Arrow, outline
from planner.views.scene import Scene
from planner.views.state import Live, Lives
from planner.views.svg import svg
from planner.views.wanted import Wanted
from tinytown.states import TaskState

PLAN = b"""\
[meta]
description = "A \\"fine\\" <plan> & more"
[[tasks]]
id = "end"
description = "Write \\"it\\" <b> & %%{init}%% #1; \\\\ \\u001b[1m"
agent = "dev #1; \\"x\\""
estimate = "20m"
status = "completed"
[[tasks]]
id = "checks"
description = "All checks"
parent = "end"
[[tasks]]
id = "lint.py"
description = "Lint"
parent = "checks"
role = "tester"
estimate = "5m"
[[tasks]]
id = "deep"
description = "Deeper"
parent = "checks"
[[tasks]]
id = "1-2_3"
run = "make \\"x\\""
parent = "deep"
needs = ["lint.py"]
status = "failed"
[[tasks]]
id = "class"
description = "Ship"
needs = ["checks", "end"]
estimate = "1h"
"""
STATES = r"  classDef (\w+) fill:#[0-9a-f]{6},stroke:#[0-9a-f]{6},color:#1f2328"


def scene(data: bytes = PLAN, wanted: Wanted | None = None, live: Lives | None = None) -> Scene:
    return Scene(require_plan(data), live, wanted or Wanted())


def read(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)  # noqa: S314  our own


def test_mermaid() -> None:
    lines = mermaid(scene()).splitlines()
    classes = [found[1] for text in lines if (found := re.fullmatch(STATES, text))]
    assert classes == ["pending", "assigned", "running", "completed", "failed", "cancelled"]
    assert [text for text in lines if not re.fullmatch(STATES, text)] == [
        "flowchart LR",
        '  n0["✓ end<br/>#64;dev #35;1#59; #34;x#34;"]:::completed',
        '  subgraph n1["▣ checks 0/2"]',
        '    n2["○ lint.py<br/>#64;any tester"]:::pending',
        '    subgraph n3["▣ deep 0/1"]',
        '      n4["✗ 1-2_3<br/>#36; make #34;x#34;"]:::failed',
        "    end",
        "  end",
        '  n5["○ class"]:::pending',
        "  class n1 pending",
        "  class n3 pending",
        "  n0 --> n1",
        "  n2 --> n4",
        "  n1 --> n5",
        "  n0 --> n5",
        "  linkStyle 0,2 stroke:#8250df,stroke-width:3px",
    ]


def test_graphviz() -> None:
    assert dot(scene()).splitlines()[4:] == [
        '  label="A \\"fine\\" <plan> & more";',
        '  "end" [label="✓ end\\n@dev #1; \\"x\\"", fillcolor="#eafaf0", color="#8250df", penwidth=2];',
        '  subgraph "cluster_checks" {',
        '    label="▣ checks 0/2"; fontsize=12; labeljust=l; style=rounded; color="#8c959f";',
        '    "lint.py" [label="○ lint.py\\n@any tester", fillcolor="#ffffff", color="#8250df", penwidth=2];',
        '    subgraph "cluster_deep" {',
        '      label="▣ deep 0/1"; fontsize=12; labeljust=l; style=rounded; color="#8c959f";',
        '      "1-2_3" [label="✗ 1-2_3\\n$ make \\"x\\"", fillcolor="#fff0ef", color="#dc3b3b"];',
        "    }",
        "  }",
        '  "class" [label="○ class", fillcolor="#ffffff", color="#8250df", penwidth=2];',
        '  "end" -> "lint.py" [lhead="cluster_checks", color="#8250df", penwidth=2];',
        '  "lint.py" -> "1-2_3";',
        '  "1-2_3" -> "class" [ltail="cluster_checks", color="#8250df", penwidth=2];',
        '  "end" -> "class";',
        "}",
    ]


def test_backslashes_in_graphviz_are_no_escapes() -> None:
    drawn = dot(scene(b'[[tasks]]\nid = "a"\ndescription = "x"\nrun = \'a\\Gb\'\n'))
    assert r'label="○ a\n$ a\\Gb"' in drawn


def test_a_picture_tells_everything_once() -> None:
    root = read(svg(scene()))
    groups = {found.attrib["data-task"]: found for found in root.iter() if "data-task" in found.attrib}
    assert list(groups) == ["checks", "deep", "end", "lint.py", "1-2_3", "class"]
    texts = {task: [inner.text for inner in found if inner.tag.endswith("}text")] for task, found in groups.items()}
    assert texts == {
        "checks": ["checks", "All checks", "0/2"],
        "deep": ["deep", "Deeper", "0/1"],
        "end": ["end", "20m", 'Write "it" <b> & %%{init}%% #1; \\…', '@dev #1; "x"'],
        "lint.py": ["lint.py", "5m", "Lint", "@any tester"],
        "1-2_3": ["1-2_3", 'make "x"', '$ make "x"'],
        "class": ["class", "1h", "Ship"],
    }
    assert root.attrib["aria-label"] == 'A "fine" <plan> & more'
    hint = groups["end"][0].text
    assert hint == 'end: Write "it" <b> & %%{init}%% #1; \\ \\x1b[1m'
    kinds = {task: found[1].attrib["class"] for task, found in groups.items()}
    assert kinds == {
        "checks": "frame",
        "deep": "frame inner",
        "end": "box completed critical",
        "lint.py": "box pending critical",
        "1-2_3": "box failed",
        "class": "box pending critical",
    }
    over = [found.text for found in root if found.tag.endswith("}text")]
    assert over == [
        'A "fine" <plan> & more',
        "1 completed",
        "2 pending",
        "1 failed",
        "critical path 1h25m: end → lint.py → class",
    ]


def test_a_picture_names_who_has_a_task() -> None:
    live = {"class": Live(TaskState.RUNNING, 1, "lead")}
    assert "@lead</text>" in svg(scene(live=live))


def test_characters_that_xml_does_not_know() -> None:
    drawn = svg(scene(b'[[tasks]]\nid = "a"\ndescription = "x\\u0001\\uffff\\ufffe"\n'))
    assert "x\\x01\ufffd\ufffd" in "".join(read(drawn).itertext())


def test_of_a_choice_only_the_arrows_between_its_tasks_are_drawn() -> None:
    drawn = outline(scene(wanted=Wanted(states=(TaskState.PENDING,))))
    assert {frame: [entry.id for entry in entries] for frame, entries in drawn.inside.items()} == {
        None: ["checks", "class"],
        "checks": ["lint.py", "deep"],
    }
    assert drawn.arrows == (Arrow("checks", "class", critical=True),)


def test_members_of_a_group_that_is_not_shown_stand_in_the_next_one() -> None:
    tags = PLAN.replace(b'id = "checks"', b'id = "checks"\ntags = ["x"]').replace(
        b'id = "1-2_3"', b'id = "1-2_3"\ntags = ["x"]'
    )
    drawn = outline(scene(tags, Wanted(tags=("x",))))
    assert {frame: [entry.id for entry in entries] for frame, entries in drawn.inside.items()} == {
        None: ["checks"],
        "checks": ["1-2_3"],
    }


def _drawing(data: bytes) -> Drawing:
    return layout(outline(scene(data)), Size(100, 60), Spot(0, 0), 120)


def test_what_waits_stands_to_the_right_and_nothing_overlaps() -> None:
    boxes = _drawing(PLAN).boxes
    assert boxes["end"].x + 100 < boxes["checks"].x
    assert boxes["checks"].x + boxes["checks"].width < boxes["class"].x
    inner, outer = boxes["deep"], boxes["checks"]
    assert outer.x < inner.x
    assert inner.x + inner.width < outer.x + outer.width
    assert outer.y < inner.y
    assert inner.y + inner.height < outer.y + outer.height


def test_an_arrow_goes_around_what_stands_between() -> None:
    chain = b'[[tasks]]\nid = "a"\nrun = "x"\n[[tasks]]\nid = "b"\nrun = "x"\nneeds = ["a"]\n'
    drawing = _drawing(chain + b'[[tasks]]\nid = "c"\nrun = "x"\nneeds = ["a", "b"]\n')
    (long,) = [points for arrow, points in drawing.ways.items() if (arrow.origin, arrow.target) == ("a", "c")]
    between = drawing.boxes["b"]
    crossing = [point.y for point in long if between.x <= point.x <= between.x + between.width]
    assert len(crossing) == 2
    assert all(y < between.y or y > between.y + between.height for y in crossing)


def test_an_arrow_into_a_frame_goes_around_what_stands_before_its_end() -> None:
    data = b"".join(
        b'[[tasks]]\nid = "%s"\n%s' % (name, rest)
        for name, rest in (
            (b"a", b'run = "x"\n'),
            (b"g", b'description = "x"\n'),
            (b"b", b'run = "x"\nparent = "g"\n'),
            (b"c", b'run = "x"\nparent = "g"\nneeds = ["a", "b"]\n'),
        )
    )
    drawing = _drawing(data)
    (into,) = [points for arrow, points in drawing.ways.items() if (arrow.origin, arrow.target) == ("a", "c")]
    before, frame = drawing.boxes["b"], drawing.boxes["g"]
    entry, turn = into[1], into[2]
    assert (entry.x, entry.y) == (frame.x, turn.y)
    assert turn.x > before.x + before.width
    assert frame.y < turn.y < before.y


def test_groups_whose_members_wait_for_each_other_are_drawn_too() -> None:
    data = b"".join(
        b'[[tasks]]\nid = "%s"\ndescription = "x"\n%s' % (name, rest)
        for name, rest in (
            (b"g", b""),
            (b"h", b""),
            (b"a", b'parent = "g"\nrun = "x"\n'),
            (b"b", b'parent = "h"\nrun = "x"\nneeds = ["a"]\n'),
            (b"c", b'parent = "g"\nrun = "x"\nneeds = ["b"]\n'),
        )
    )
    boxes = _drawing(data).boxes
    assert boxes["g"].x + boxes["g"].width < boxes["h"].x
    assert read(svg(scene(data))).tag.endswith("svg")


def test_many_tasks_that_wait_for_nothing_make_a_field() -> None:
    data = b"".join(b'[[tasks]]\nid = "t%d"\nrun = "x"\n' % n for n in range(40))
    size = _drawing(data).size
    assert 1 < size.width / size.height < 3


def test_a_thousand_tasks_are_drawn_in_two_seconds() -> None:
    data = b"".join(
        b'[[tasks]]\nid = "t%d"\nrun = "x"\n%s'
        % (n, b'needs = ["t%d", "t%d"]\n' % (n // 2, n * 2 // 3 + 1) if n > 9 else b"")
        for n in range(1000)
    )
    many = scene(data)
    started = time.process_time()
    drawn = svg(many)
    assert time.process_time() - started < 2
    assert drawn.count("data-task=") == 1000
