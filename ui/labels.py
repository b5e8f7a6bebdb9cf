"""Where names stand beside the dots of a chart: at their dot, on the free side, and nowhere where there is no room.

Lengths are pixels of a chart of one size; a wider one has more room between the same names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Side = Literal["left", "right"]

LETTER: Final = 5.2
LONGEST: Final = 150.0  # longer names are cut
LINE: Final = 14.0
AWAY: Final = 18.0  # from a dot's middle to its name
MOST_LINES: Final = 8  # that a name which must be shown may be moved
FEW_LINES: Final = 3  # that any other may be: so near its dot that nobody takes it for another's


@dataclass(frozen=True)
class Dot:
    """A dot, from the lower left corner; ``is_named`` says that its name must be shown, wherever there is room."""

    name: str
    x: float
    y: float
    radius: float
    is_named: bool


@dataclass(frozen=True)
class Spot:
    """Where a name stands: on which side of its dot, and so much higher than it."""

    side: Side
    raised: float = 0.0


@dataclass(frozen=True)
class _Box:
    left: float
    right: float
    middle: float
    half: float

    def overlaps(self, other: _Box) -> bool:
        apart = abs(self.middle - other.middle)
        return self.left < other.right and other.left < self.right and apart < self.half + other.half


def names_at(dots: Sequence[Dot], width: float) -> dict[str, Spot]:
    """Return where names stand in a chart of ``width``: those that must be shown first, the highest first.

    No two names overlap, nor a name and another's dot, unless it must be shown and there is no room at all.
    """
    placed: dict[str, Spot] = {}
    names: list[_Box] = []
    for dot in sorted(dots, key=lambda one: (not one.is_named, -one.y, one.name)):
        others = [_mark(one) for one in dots if one is not dot]
        free = (
            (spot, box)
            for spot in _spots(dot, width)
            if (box := _box(dot, spot)).left >= 0 and box.right <= width and not any(map(box.overlaps, names))
        )
        found = next(((spot, box) for spot, box in free if dot.is_named or not any(map(box.overlaps, others))), None)
        if found is None and dot.is_named:
            found = Spot(_inwards(dot, width)), _box(dot, Spot(_inwards(dot, width)))
        if found is not None:
            placed[dot.name], box = found
            names.append(box)
    return placed


def _spots(dot: Dot, width: float) -> Iterator[Spot]:
    """Give the places a name may stand, the best first: only one that must be shown goes far from its dot."""
    sides: tuple[Side, Side] = ("right", "left") if _inwards(dot, width) == "right" else ("left", "right")
    lines = range(MOST_LINES if dot.is_named else FEW_LINES)
    for nth in lines:
        for raised in dict.fromkeys((-nth * LINE, nth * LINE)):
            yield from (Spot(side, raised) for side in sides)


def _inwards(dot: Dot, width: float) -> Side:
    return "right" if dot.x <= width / 2 else "left"


def _mark(dot: Dot) -> _Box:
    return _Box(dot.x - dot.radius, dot.x + dot.radius, dot.y, dot.radius)


def _box(dot: Dot, spot: Spot) -> _Box:
    length = min(LETTER * len(dot.name), LONGEST)
    left = dot.x + AWAY if spot.side == "right" else dot.x - AWAY - length
    return _Box(left, left + length, dot.y + spot.raised, LINE / 2)
