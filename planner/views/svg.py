"""The plan as a picture: SVG without scripts and without foreign fonts, for a light and a dark ground."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from planner.plan import Entry
from planner.views.footer import by_progress, length, way
from planner.views.layers import Size, Spot
from planner.views.layout import Box, Drawing, layout
from planner.views.letters import cut, measure
from planner.views.outline import Arrow, Outline, outline
from planner.views.scene import Scene
from planner.views.state import doing
from planner.views.style import sign, style
from tinytown.escape import clipped, shown
from tinytown.states import TaskState

_MARGIN = 28.0
_CARD = 66.0
_NARROWEST, _WIDEST = 150.0, 232.0
_FRAME = 200.0
_LONGEST = 640.0
"""The text over the drawing may make it so wide."""
_TEXT = 11.0
_ID, _TITLE = 14.3, 18.7
"""Bold letters are broader than their size says."""
_BAR = 46.0
_HINT = 1000
"""So many characters of a description are in the hint that a viewer may show under the mouse."""


def svg(scene: Scene) -> str:
    """The tasks that are shown as a picture.

    Each task is a `<g>` with its id in `data-task`; what the picture has no room for is in its `<title>`.
    """
    drawn = outline(scene)
    card = Size(_breadth(scene, drawn), _CARD)
    head, top = _head(scene)
    drawing = layout(drawn, card, Spot(_MARGIN, top), _FRAME)
    title = scene.plan.description
    over = min(measure(clipped(title or "", 200), _TITLE), _LONGEST)
    room = max([drawing.size.width, over, *(end for _, end in head)])
    wide = room + 2 * _MARGIN
    high = top + drawing.size.height + _MARGIN
    parts = [
        _opening(wide, high, title or "A plan"),
        f"<style>{style()}</style>",
        _heads(),
        f'<rect class="ground" x="0.5" y="0.5" width="{wide - 1:.0f}" height="{high - 1:.0f}" rx="12"/>',
    ]
    if title:
        parts.append(_text("title", _MARGIN, 42, cut(clipped(title, 200), _TITLE, room)))
    parts += [text for text, _ in head]
    parts += _frames(scene, drawn, drawing)
    parts += [_arrow(arrow, points) for arrow, points in drawing.ways.items()]
    parts += [_task(scene, entry, drawing.boxes[entry.id]) for entry in scene.shown if not drawn.framed(entry)]
    return "\n".join([*parts, "</svg>"])


def _opening(wide: float, high: float, title: str) -> str:
    size = f'width="{wide:.0f}" height="{high:.0f}" viewBox="0 0 {wide:.0f} {high:.0f}"'
    label = quoteattr(_clean(clipped(title)))
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={label}>'


def _breadth(scene: Scene, drawn: Outline) -> float:
    """How wide the cards are: all alike, as wide as their ids and names want, within bounds."""
    wishes = [
        max(
            measure(entry.id, _ID) + 56 + measure(entry.estimate or "", _TEXT),
            measure(clipped(entry.description), _TEXT) + 24,
            measure(clipped(doing(entry)), _TEXT) + 24,
        )
        for entry in scene.shown
        if not drawn.framed(entry)
    ]
    return min(max([_NARROWEST, *wishes]), _WIDEST)


def _head(scene: Scene) -> tuple[list[tuple[str, float]], float]:
    """What stands over the drawing but for the title, each with its width; and where the drawing begins."""
    y = 42.0 + 24.0 if scene.plan.description else 42.0
    found: list[tuple[str, float]] = []
    x = 0.0
    for state, count in by_progress(scene):
        told = f"{count} {state}"
        found.append((sign(state, _MARGIN + x + 7, y - 4), 0.0))
        found.append((_text("faint", _MARGIN + x + 19, y, told), x + 19 + measure(told, _TEXT)))
        x += 19 + measure(told, _TEXT) + 14
    if scene.emphasised and scene.wanted.everything:
        y += 20
        told = cut(f"critical path {length(scene.whole)}: {way(scene.whole.path)}", _TEXT, _LONGEST - 19)
        found.append((f'<path class="way critical" d="M{_MARGIN:g} {y - 4:g}h14"/>', 0.0))
        found.append((_text("faint", _MARGIN + 19, y, told), 19 + measure(told, _TEXT)))
    return found, y + 22


def _heads() -> str:
    """The heads of arrows."""
    shape = 'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse"'
    path = 'd="M0.5 0.8 7.5 4 0.5 7.2Z"'
    return (
        f'<defs><marker id="head" {shape} orient="auto"><path class="head" {path}/></marker>'
        f'<marker id="critical" {shape} orient="auto"><path class="head critical" {path}/></marker></defs>'
    )


def _frames(scene: Scene, drawn: Outline, drawing: Drawing) -> Iterator[str]:
    """The frames, each before those in it."""
    depths: dict[str | None, int] = {None: 0}
    order: list[str | None] = [None]
    for frame in order:  # grows while it is walked
        for entry in drawn.inside[frame]:
            if drawn.framed(entry):
                depths[entry.id] = depths[frame] + 1
                order.append(entry.id)
                yield _frame(scene, entry, drawing.boxes[entry.id], inner=depths[entry.id] % 2 == 0)


def _frame(scene: Scene, entry: Entry, box: Box, *, inner: bool) -> str:
    part, state = scene.parts[entry.id], scene.states[entry.id]
    right = box.width - 16
    told = f"{part.completed}/{part.tasks}"
    bar = right - _BAR
    name = cut(entry.id, _ID, bar - measure(told, _TEXT) - 36)
    after = 34 + measure(name, _ID) + 10
    room = bar - measure(told, _TEXT) - 14 - after
    text = cut(clipped(entry.description), _TEXT, room) if room > 60 else ""  # noqa: PLR2004  less says nothing
    full = _BAR * part.completed / part.tasks
    done = f'<rect class="completed part" x="{bar:.1f}" y="20" width="{full:.1f}" height="5" rx="2.5"/>'
    kind = "frame inner" if inner else "frame"
    return (
        f"{_opened(entry, box)}"
        f'<rect class="{kind}" width="{box.width:.1f}" height="{box.height:.1f}" rx="12"/>'
        f"{sign(state, 21, 22)}{_text('id', 34, 26.5, name)}"
        f"{_text('faint', after, 26.5, text) if text else ''}"
        f"{_text('faint', bar - 8, 26.5, told, end=True)}"
        f'<rect class="track" x="{bar:.1f}" y="20" width="{_BAR:g}" height="5" rx="2.5"/>'
        f"{done if full else ''}</g>"
    )


def _task(scene: Scene, entry: Entry, box: Box) -> str:
    state = scene.states[entry.id]
    critical = " critical" if entry.id in scene.emphasised else ""
    estimate = entry.estimate or ""
    room = box.width - 42 - (measure(estimate, _TEXT) + 10 if estimate else 0)
    inner = box.width - 24
    holder = scene.holder(entry)
    who = f"@{holder}" if holder and state is not TaskState.PENDING else doing(entry)
    return (
        f"{_opened(entry, box)}"
        f'<rect class="box {state}{critical}" width="{box.width:.1f}" height="{box.height:.1f}" rx="9"/>'
        f"{sign(state, 18, 19.5)}{_text('id', 30, 24, cut(entry.id, _ID, room))}"
        f"{_text('faint', box.width - 12, 23.5, estimate, end=True) if estimate else ''}"
        f"{_text('', 12, 41, cut(clipped(entry.description), _TEXT, inner))}"
        f"{_text('faint', 12, 56, cut(clipped(who), _TEXT, inner)) if who else ''}</g>"
    )


def _opened(entry: Entry, box: Box) -> str:
    told = shown(entry.description, lines=True)
    hint = _escaped(f"{entry.id}: {told[:_HINT]}")
    return (
        f'<g data-task={quoteattr(entry.id)} transform="translate({box.x:.1f} {box.y:.1f})"><title>{hint}</title>'
    )


def _arrow(arrow: Arrow, points: Sequence[Spot]) -> str:
    """A line through points, level in each of them."""
    marked = " critical" if arrow.critical else ""
    head = "critical" if arrow.critical else "head"
    at = points[0]
    path = [f"M{at.x:.1f} {at.y:.1f}"]
    for point in points[1:]:
        if abs(point.y - at.y) < 0.5 and point.x >= at.x:  # noqa: PLR2004  half a pixel is level
            path.append(f"H{point.x:.1f}")
        else:
            bend = max((point.x - at.x) / 2, 30.0)
            path.append(
                f"C{at.x + bend:.1f} {at.y:.1f} {point.x - bend:.1f} {point.y:.1f} {point.x:.1f} {point.y:.1f}"
            )
        at = point
    return f'<path class="way{marked}" marker-end="url(#{head})" d="{"".join(path)}"/>'


def _text(kind: str, x: float, y: float, text: str, *, end: bool = False) -> str:
    style = f' class="{kind}"' if kind else ""
    anchor = ' text-anchor="end"' if end else ""
    return f'<text{style} x="{x:.1f}" y="{y:.1f}"{anchor}>{_escaped(text)}</text>'


def _escaped(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    """The text without the two characters that are harmless to a terminal, but not allowed in XML."""
    return text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
