"""Where everything of a drawing goes: frames hold their members, arrows lead from left to right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.views.layers import GAP, Layering, Pair, Size, Spot, layered
from planner.views.outline import Arrow, Outline

SIDE = 18.0
"""Between a frame and its members, left, right and below."""
HEADER = 42.0
"""Between a frame's upper edge and its members."""
_COLUMN = 5
"""So many boxes without any arrow stand above one another; more of them make a field."""
_TURN = 40.0
_BORDER = 7.0
"""An arrow that would cross a box on its way out of a frame turns so far from its end, so near to the border."""
_OBSTACLES = 200
"""In a frame, so many boxes are looked out for."""
_FIELD = 1.6
"""How much wider than high such a field is."""


@dataclass(frozen=True)
class Box:
    """A place in the drawing."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Drawing:
    """Where everything is.

    Args:
        boxes: Of every task and frame; frames before what is in them.
        ways: For each arrow the points from its beginning to its end.
        size: Of the whole.
    """

    boxes: Mapping[str, Box]
    ways: Mapping[Arrow, Sequence[Spot]]
    size: Size


def layout(drawn: Outline, card: Size, corner: Spot, narrowest: float) -> Drawing:
    """Places the frames and the tasks of an outline.

    Args:
        drawn: What there is.
        card: The size of a task.
        corner: Where the drawing begins.
        narrowest: The least width of a frame.
    """
    order: list[str | None] = [None]
    for frame in order:  # grows while it is walked: frames stand before what is in them
        order += [entry.id for entry in drawn.inside[frame] if drawn.framed(entry)]
    nest = _Nest(drawn)
    sizes: dict[str, Size] = {}
    levels: dict[str | None, Layering] = {}
    for frame in reversed(order):
        members = [entry.id for entry in drawn.inside[frame]]
        level = _level([sizes.get(member, card) for member in members], nest.pairs(frame, members))
        levels[frame] = level
        if frame is not None:
            inner = level.size
            sizes[frame] = Size(max(inner.width + 2 * SIDE, narrowest), inner.height + HEADER + SIDE)
    boxes: dict[str, Box] = {}
    corners: dict[str | None, Spot] = {None: corner}
    for frame in order:
        if frame is not None:
            corners[frame] = Spot(boxes[frame].x + SIDE, boxes[frame].y + HEADER)
        x, y = corners[frame]
        for entry, spot in zip(drawn.inside[frame], levels[frame].spots, strict=True):
            boxes[entry.id] = Box(x + spot.x, y + spot.y, *sizes.get(entry.id, card))
    bends = _bends(drawn, levels, corners)
    ways = _Ways(drawn, bends, boxes)
    points = {arrow: ways.points(arrow, *nest.ends[arrow]) for arrow in drawn.arrows}
    return Drawing(boxes, points, levels[None].size)


def _level(sizes: Sequence[Size], pairs: Sequence[Pair]) -> Layering:
    """What stands directly in one frame: what has arrows in layers, and the rest as a field below."""
    tied = sorted({end for pair in pairs for end in pair})
    free = sorted(set(range(len(sizes))) - set(tied))
    place = {item: at for at, item in enumerate(tied)}
    inner = layered([sizes[item] for item in tied], [(place[a], place[b]) for a, b in pairs])
    top = inner.size.height + GAP if tied else 0.0
    field, extent = _field([sizes[item] for item in free], inner.size.width)
    spots = dict(zip(tied, inner.spots, strict=True))
    spots |= {item: Spot(spot.x, spot.y + top) for item, spot in zip(free, field, strict=True)}
    return Layering(
        [spots[item] for item in range(len(sizes))],
        {(tied[a], tied[b]): way for (a, b), way in inner.ways.items()},
        Size(max(inner.size.width, extent.width), top + extent.height if free else inner.size.height),
    )


def _field(sizes: Sequence[Size], beside: float) -> tuple[list[Spot], Size]:
    """Boxes row by row, as wide as what they stand under or in the shape of a page."""
    if not sizes:
        return [], Size(0.0, 0.0)
    widest = max(size.width for size in sizes)
    area = sum((size.width + GAP) * (size.height + GAP) for size in sizes)
    room = max(widest, beside, 0.0 if len(sizes) <= _COLUMN else (area * _FIELD) ** 0.5)
    spots: list[Spot] = []
    x = y = row = reach = 0.0
    for size in sizes:
        if x and x + size.width > room:
            x, y, row = 0.0, y + row + GAP, 0.0
        spots.append(Spot(x, y))
        reach = max(reach, x + size.width)
        row = max(row, size.height)
        x += size.width + GAP
    return spots, Size(reach, y + row)


class _Nest:
    """Which frames an arrow leaves and enters."""

    def __init__(self, drawn: Outline) -> None:
        self._frames = {entry.id: frame for frame, entries in drawn.inside.items() for entry in entries}
        self.ends: dict[Arrow, tuple[str, str]] = {}
        self._levels: dict[str | None, list[tuple[str, str]]] = {}
        depths: dict[str | None, int] = {None: 0}
        order: list[str | None] = [None]
        for frame in order:  # grows while it is walked
            for entry in drawn.inside.get(frame, ()):
                depths[entry.id] = depths[frame] + 1
                order.append(entry.id)
        for arrow in drawn.arrows:
            origin, target = arrow.origin, arrow.target
            while depths[origin] > depths[target]:
                origin = self._frames[origin] or origin
            while depths[target] > depths[origin]:
                target = self._frames[target] or target
            while self._frames[origin] != self._frames[target]:
                origin, target = self._frames[origin] or origin, self._frames[target] or target
            self.ends[arrow] = (origin, target)
            self._levels.setdefault(self._frames[origin], []).append((origin, target))

    def pairs(self, frame: str | None, members: Sequence[str]) -> list[Pair]:
        """The arrows between the members of a frame, or what is in them, by the members' numbers."""
        place = {member: at for at, member in enumerate(members)}
        return list(dict.fromkeys((place[a], place[b]) for a, b in self._levels.get(frame, ()) if a != b))


def _bends(
    drawn: Outline, levels: Mapping[str | None, Layering], corners: Mapping[str | None, Spot]
) -> dict[tuple[str, str], list[Spot]]:
    """For arrows between two members of one frame the points that they go through."""
    return {
        (drawn.inside[frame][a].id, drawn.inside[frame][b].id): [
            Spot(corners[frame].x + x, corners[frame].y + y) for x, y in way
        ]
        for frame, level in levels.items()
        for (a, b), way in level.ways.items()
    }


class _Ways:
    """From the right edge of one box to the left edge of the other; out of frames and into frames level."""

    def __init__(
        self, drawn: Outline, bends: Mapping[tuple[str, str], Sequence[Spot]], boxes: Mapping[str, Box]
    ) -> None:
        self._bends = bends
        self._boxes = boxes
        self._around = {
            entry.id: (boxes[frame], [boxes[member.id] for member in entries[:_OBSTACLES]])
            for frame, entries in drawn.inside.items()
            if frame is not None
            for entry in entries
        }

    def points(self, arrow: Arrow, leaves: str, enters: str) -> list[Spot]:
        """The points of an arrow, between the two boxes in one frame that hold its ends."""
        origin, target = self._boxes[arrow.origin], self._boxes[arrow.target]
        start = Spot(origin.x + origin.width, origin.y + origin.height / 2)
        end = Spot(target.x, target.y + target.height / 2)
        out, into = [], []
        if leaves != arrow.origin:
            edge = self._boxes[leaves].x + self._boxes[leaves].width
            out = self._passage(arrow.origin, start, edge, start.x + _TURN)
        if enters != arrow.target:
            into = self._passage(arrow.target, end, self._boxes[enters].x, end.x - _TURN)[::-1]
        return [start, *out, *self._bends.get((leaves, enters), ()), *into, end]

    def _passage(self, task: str, end: Spot, edge: float, turn: float) -> list[Spot]:
        """The way between a box's end and the edge of a frame: level, or else along the border of its own frame."""
        frame, members = self._around[task]
        low, high = min(end.x, edge), max(end.x, edge)
        if not any(
            low < box.x + box.width and box.x < high and box.y < end.y < box.y + box.height for box in members
        ):
            return [Spot(edge, end.y)]
        above, below = frame.y + HEADER - _BORDER, frame.y + frame.height - _BORDER
        y = above if end.y - above < below - end.y else below
        return [Spot(turn, y), Spot(edge, y)]
