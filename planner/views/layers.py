"""Boxes and arrows in layers from left to right: what comes before stands further to the left.

The usual four steps: which layer each box is in; points on the layers that a long arrow crosses, so that it
finds a way between the boxes; an order within each layer in which few arrows cross; and heights at which arrows
are as straight as the others let them be.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

GAP = 22.0
"""Between boxes above one another."""
ALLEY = 64.0
"""Between layers."""
_POINT = 8.0
_MOST_POINTS = 4000
"""More points than that are not worth their time: then only the shorter arrows get some."""
_SWEEPS = 8
_STIFF = 3.0
"""How much more than a box a point insists on standing straight."""


class Size(NamedTuple):
    """How large a box is."""

    width: float
    height: float


class Spot(NamedTuple):
    """Where something's upper left corner is."""

    x: float
    y: float


_NONE = -1
"""No box."""

Pair = tuple[int, int]


class Layering(NamedTuple):
    """Where everything is.

    Args:
        spots: Of each box.
        ways: For each arrow the points between its ends that it goes through, from left to right.
        size: What it takes in all.
    """

    spots: list[Spot]
    ways: dict[Pair, list[Spot]]
    size: Size


def layered(sizes: Sequence[Size], arrows: Iterable[Pair]) -> Layering:
    """Places boxes.

    Args:
        sizes: Their sizes, in the order in which they should stand if nothing speaks against it.
        arrows: Between boxes by their numbers, each pair once; circles are allowed, and bend an arrow back.
    """
    forward = _forward(len(sizes), arrows)
    ranks = _ranks(len(sizes), forward)
    every = list(sizes)
    chains = _chains(every, ranks, forward)
    before, after = _neighbours(len(every), chains)
    layers = _ordered(ranks, before, after)
    middles = _heights(layers, every, before, after, len(sizes))
    return _placed(layers, every, middles, len(sizes), chains)


def _forward(count: int, arrows: Iterable[Pair]) -> list[Pair]:
    """The arrows without those that close a circle."""
    after: list[list[int]] = [[] for _ in range(count)]
    for origin, target in arrows:
        after[origin].append(target)
    fresh, open_, done = 0, 1, 2
    seen = [fresh] * count
    kept: list[Pair] = []
    for root in range(count):
        stack = [(root, iter(after[root]))] if seen[root] == fresh else []
        seen[root] = open_ if stack else seen[root]
        while stack:
            at, rest = stack[-1]
            target = next(rest, _NONE)
            if target == _NONE:
                seen[at] = done
                stack.pop()
            elif seen[target] != open_:
                kept.append((at, target))
                if seen[target] == fresh:
                    seen[target] = open_
                    stack.append((target, iter(after[target])))
    return kept


def _ranks(count: int, arrows: Sequence[Pair]) -> list[int]:
    """The layer of each box: behind all that it comes after."""
    after: list[list[int]] = [[] for _ in range(count)]
    missing = [0] * count
    for origin, target in arrows:
        after[origin].append(target)
        missing[target] += 1
    ranks = [0] * count
    ready = [box for box in range(count) if not missing[box]]
    for box in ready:  # grows while it is walked
        for target in after[box]:
            ranks[target] = max(ranks[target], ranks[box] + 1)
            missing[target] -= 1
            if not missing[target]:
                ready.append(target)
    return ranks


def _chains(sizes: list[Size], ranks: list[int], arrows: Sequence[Pair]) -> dict[Pair, list[int]]:
    """For each arrow its ends and the points between; the points are added to `sizes` and `ranks`."""
    chains: dict[Pair, list[int]] = {}
    left = _MOST_POINTS
    for origin, target in sorted(arrows, key=lambda pair: ranks[pair[1]] - ranks[pair[0]]):
        chain = [origin]
        crossed = range(ranks[origin] + 1, ranks[target])
        if len(crossed) <= left:
            left -= len(crossed)
            for rank in crossed:
                chain.append(len(sizes))
                sizes.append(Size(0.0, _POINT))
                ranks.append(rank)
        chains[origin, target] = [*chain, target]
    return chains


def _neighbours(count: int, chains: dict[Pair, list[int]]) -> tuple[list[list[int]], list[list[int]]]:
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for chain in chains.values():
        for origin, target in pairwise(chain):
            after[origin].append(target)
            before[target].append(origin)
    return before, after


def _ordered(ranks: Sequence[int], before: list[list[int]], after: list[list[int]]) -> list[list[int]]:
    """The boxes and points of each layer from top to bottom: each moves to the middle of its neighbours."""
    layers: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    for box, rank in enumerate(ranks):
        layers[rank].append(box)
    best, fewest = layers, _crossings(layers, after)
    place = [0.0] * len(ranks)
    for sweep in range(_SWEEPS):
        for layer in layers:
            _note(place, layer)
        near, order = (before, layers) if sweep % 2 == 0 else (after, layers[::-1])
        for layer in order:
            wish = {
                box: sum(place[other] for other in near[box]) / len(near[box]) if near[box] else place[box]
                for box in layer
            }
            layer.sort(key=wish.__getitem__)
            _note(place, layer)
        crossings = _crossings(layers, after)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
        layers = [list(layer) for layer in layers]
    return best


def _note(place: list[float], layer: Sequence[int]) -> None:
    """Notes how far down each stands, from 0 to 1, so that layers of different lengths compare."""
    for at, box in enumerate(layer):
        place[box] = (at + 0.5) / len(layer)


def _crossings(layers: Sequence[Sequence[int]], after: list[list[int]]) -> int:
    """How many arrows cross, counted with a tree of sums."""
    total = 0
    for layer, following in pairwise(layers):
        place = {box: at for at, box in enumerate(following)}
        sums = [0] * (len(following) + 1)
        seen = 0
        for box in layer:
            ends = sorted(place[target] for target in after[box] if target in place)
            for end in ends:
                at, below = end + 1, 0
                while at:
                    below += sums[at]
                    at &= at - 1
                total += seen - below
            for end in ends:
                at = end + 1
                while at <= len(following):
                    sums[at] += 1
                    at += at & -at
            seen += len(ends)
    return total


def _heights(
    layers: Sequence[Sequence[int]],
    sizes: Sequence[Size],
    before: list[list[int]],
    after: list[list[int]],
    boxes: int,
) -> list[float]:
    """The height of everything's middle."""
    middles = [0.0] * len(sizes)
    for layer in layers:
        _settle(layer, sizes, dict.fromkeys(layer, 0.0), middles, boxes)
    for sweep in range(2 * _SWEEPS):
        order = layers if sweep % 2 == 0 else layers[::-1]
        near = (before, after)[sweep % 2]
        for layer in order:
            wish = {}
            for box in layer:
                others = near[box] or before[box] or after[box]
                wish[box] = sum(middles[other] for other in others) / len(others) if others else middles[box]
            _settle(layer, sizes, wish, middles, boxes)
    return middles


def _settle(
    layer: Sequence[int], sizes: Sequence[Size], wish: dict[int, float], middles: list[float], boxes: int
) -> None:
    """Puts a layer as near to its wishes as order and gaps allow: neighbours that collide share the way."""
    offset = 0.0
    blocks: list[tuple[float, float, list[tuple[int, float]]]] = []
    for at, box in enumerate(layer):
        if at:
            above = layer[at - 1]
            gap = GAP if above < boxes and box < boxes else GAP / 2
            offset += (sizes[above].height + sizes[box].height) / 2 + gap
        weight = 1.0 if box < boxes else _STIFF
        total, members = (wish[box] - offset) * weight, [(box, offset)]
        while blocks and blocks[-1][0] / blocks[-1][1] > total / weight:
            earlier, heavy, others = blocks.pop()
            others += members
            total, weight, members = total + earlier, weight + heavy, others
        blocks.append((total, weight, members))
    for total, weight, members in blocks:
        for box, offset in members:
            middles[box] = total / weight + offset


def _placed(
    layers: Sequence[Sequence[int]],
    sizes: Sequence[Size],
    middles: Sequence[float],
    boxes: int,
    chains: dict[Pair, list[int]],
) -> Layering:
    top = min((middles[box] - sizes[box].height / 2 for layer in layers for box in layer), default=0.0)
    bottom = max((middles[box] + sizes[box].height / 2 for layer in layers for box in layer), default=0.0)
    spots = [Spot(0.0, 0.0)] * len(sizes)
    breadth = [0.0] * len(sizes)
    x = 0.0
    for layer in layers:
        wide = max(sizes[box].width for box in layer)
        for box in layer:
            size = sizes[box]
            spots[box] = Spot(
                x + (wide - size.width) / 2 if box < boxes else x, middles[box] - size.height / 2 - top
            )
            breadth[box] = wide
        x += wide + ALLEY
    ways = {}
    for pair, chain in chains.items():
        points: list[Spot] = []
        for point in chain[1:-1]:
            y = spots[point].y + _POINT / 2
            points += [Spot(spots[point].x, y), Spot(spots[point].x + breadth[point], y)]
        ways[pair] = points
    return Layering(spots[:boxes], ways, Size(max(x - ALLEY, 0.0), bottom - top))
