"""Which walk a sighting belongs to, whatever it is called. Nothing here has passed the gate.

Trackers rename people where they meet, stop and hide, which is where lines are drawn. A name is
therefore no more than a good guess: names that bodies have exchanged are put back (`exchange`), and
a new name that begins where a walk was lost goes on with it.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from edgekit.perception.assignment import Edge, assign
from edgekit.perception.exchange import EXCHANGE_MS, exchanged, surprised
from edgekit.perception.naming import Naming
from edgekit.perception.walk import REACH_MS, STOOD_MS, Sighting, Walk, reach_px

TWIN = 0.3
"""A name that begins within so many bodies of another that is there may be the same body."""

MAX_SINGLES = 128
MAX_STRANGERS = 32
"""Where more names are new than this, none is the new name of another: it is a storm of boxes."""

LEAP = 0.5
"""Who moves by more than a body in a frame is one runner where three frames fit so well."""

Piece = Sequence[Sighting]


class Stitching:
    """Finds the walks that go on in a frame.

    Args:
        begin: makes a walk of its first sightings.
    """

    def __init__(self, begin: Callable[[Piece], Walk]) -> None:
        self._begin = begin
        self._naming = Naming()
        self._single: dict[int, Sighting] = {}  # by name, the latest last
        self._frames_ms = (-math.inf, -math.inf)  # the frame before the last, and the last

    def __len__(self) -> int:
        return len(self._naming) + len(self._single)

    def knows(self, names: Iterable[int]) -> bool:
        """Whether one of these names was seen before, more than once."""
        return self._naming.knows(names)

    def match(self, seen: Mapping[int, Sighting], t_ms: float) -> Mapping[Walk, Piece]:
        """Return the walks that are seen in this frame, and what each has still to go on to.

        ``seen`` is what the frame shows, by name. A name that is seen for the first time is no walk
        yet, since one box may be a flicker; with its second sighting both are returned.
        """
        known = self._put_back(self._naming.known(seen), seen, t_ms)
        steps: dict[Walk, Piece] = {walk: (seen[name],) for name, walk in known.items()}
        for name, walk in known.items():
            if walk.twin is not None:
                self._follow(walk.twin, name, walk, steps)
        strangers = {name: sighting for name, sighting in seen.items() if name not in known}
        if strangers:
            self._admit(self._pieces(strangers, steps), steps, t_ms)
        self._naming.keep(steps, t_ms)
        self._forget_singles(t_ms)
        self._frames_ms = self._frames_ms[1], t_ms
        return steps

    def _put_back(
        self, known: dict[int, Walk], seen: Mapping[int, Sighting], t_ms: float
    ) -> dict[int, Walk]:
        odd = surprised(known, seen)
        if not odd:
            return known
        present = dict.fromkeys(known.values())
        lost = self._naming.lost(present, t_ms - EXCHANGE_MS)
        if len(odd) + len(lost) == 1:
            return known
        now = exchanged(odd, seen, lost)
        for name, walk in now.items():
            if walk is not odd[name]:
                self._naming.give(name, walk)
        return {name: walk for name, walk in known.items() if name not in odd} | now

    def _follow(self, twin: Walk, name: int, walk: Walk, steps: dict[Walk, Piece]) -> None:
        """Take over from a walk beside which this one began, once only this one is seen."""
        (sighting,) = steps[walk]
        if twin in steps:
            walk.alone = None
        elif walk.alone is None:
            walk.alone = sighting
        else:
            walk.twin = None
            if twin.reaches(walk.alone) and not walk.passed:
                del steps[walk]
                steps[twin] = (walk.alone, sighting)
                self._naming.give(name, twin, aside=walk)

    def _pieces(
        self, strangers: Mapping[int, Sighting], steps: Mapping[Walk, Piece]
    ) -> dict[int, Piece]:
        """Return what strangers have shown so far, where that is more than one sighting."""
        pieces: dict[int, Piece] = {}
        firsts = {name: self._single.pop(name, None) for name in strangers}
        storm = sum(first is None for first in firsts.values()) > MAX_STRANGERS
        for name, sighting in strangers.items():
            first = firsts[name]
            if first is None:
                earlier = None if storm else self._take_earlier(sighting, steps)
                if earlier is None:
                    self._single[name] = sighting
                else:
                    pieces[name] = (earlier, sighting)
            else:
                leap = self._take_leap(first, sighting)
                pieces[name] = (first, sighting) if leap is None else (leap, first, sighting)
        return pieces

    def _take_earlier(self, sighting: Sighting, steps: Mapping[Walk, Piece]) -> Sighting | None:
        """Take a sighting that has no name any more and from which a new name may go on.

        It was in the frame before, or lies between a lost walk and this one.
        """
        if not self._single:
            return None
        recent = self._naming.lost(steps, sighting.t_ms - REACH_MS)
        lost = [walk for walk in recent if walk.reaches(sighting)]
        for name, single in self._single.items():
            if single.t_ms == self._frames_ms[1]:
                fits = math.dist(single.foot, sighting.foot) < reach_px(single, sighting)
            else:
                fits = single.t_ms < sighting.t_ms and any(walk.reaches(single) for walk in lost)
            if fits:
                return self._single.pop(name)
        return None

    def _take_leap(self, first: Sighting, second: Sighting) -> Sighting | None:
        """Take the sighting of another name from which these two go on, a frame each, very fast."""
        if first.t_ms != self._frames_ms[1]:
            return None
        part = (first.t_ms - self._frames_ms[0]) / (second.t_ms - first.t_ms)
        start = tuple(a - part * (b - a) for a, b in zip(first.foot, second.foot, strict=True))
        for name, single in self._single.items():
            far = math.dist(single.foot, first.foot) > first.body_px
            near = math.dist(single.foot, start) < LEAP * first.body_px
            if far and near and single.t_ms == self._frames_ms[0]:
                return self._single.pop(name)
        return None

    def _admit(self, pieces: Mapping[int, Piece], steps: dict[Walk, Piece], t_ms: float) -> None:
        """Let pieces go on with walks that were lost, and begin walks of the others."""
        present = dict(steps)
        heirs = self._heirs(pieces, present, t_ms)
        for name, piece in pieces.items():
            walk = heirs.get(name)
            if walk is None:
                walk = self._begin(piece[:-1])
                walk.twin = _beside(piece, present)
                steps[walk] = piece[-1:]
                self._naming.give(name, walk)
            else:
                steps[walk] = [seen for seen in piece if seen.t_ms > walk.last.t_ms]
                self._naming.give(name, walk, aside=self._begin(piece))

    def _heirs(
        self, pieces: Mapping[int, Piece], present: Mapping[Walk, Piece], t_ms: float
    ) -> dict[int, Walk]:
        """Return the lost walk that each piece goes on with, where there is one."""
        names = list(pieces)
        lost = self._naming.lost(present, t_ms - STOOD_MS - REACH_MS)
        edges: list[Edge] = []
        for row, name in enumerate(names):
            for column, walk in enumerate(lost):
                later = [seen for seen in pieces[name] if seen.t_ms > walk.last.t_ms]
                edges.append((row, column, walk.misfit(later)))
        return {names[row]: lost[column] for row, column in assign(edges).items()}

    def _forget_singles(self, t_ms: float) -> None:
        while self._single:
            oldest = next(iter(self._single))
            recent = t_ms - self._single[oldest].t_ms <= REACH_MS
            if recent and len(self._single) <= MAX_SINGLES:
                break
            del self._single[oldest]


def _beside(piece: Piece, present: Iterable[Walk]) -> Walk | None:
    """Return the nearest walk beside which a piece began."""
    near = {walk: math.dist(walk.last.foot, piece[0].foot) for walk in present}
    nearest = min(near, key=near.__getitem__, default=None)
    if nearest is None or near[nearest] > TWIN * piece[0].body_px:
        return None
    return nearest
