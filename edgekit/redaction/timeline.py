"""Where faces are in a film, for each of its frames, from the frames that were looked at.

A file can be played twice. What was seen later says where somebody was earlier: a face is held
forward and, by the same rules with time turned round, backward. So it is covered from before its
first sight until after its last, and on the frames between two looks. Pure: nothing is drawn here.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from edgekit.errors import ConfigError
from edgekit.redaction import hold
from edgekit.redaction.box import Box, moved
from edgekit.redaction.hold import Held, HoldRules, Sighting
from edgekit.redaction.pan import Shift

Look = tuple[int, Sequence[Sighting] | None]
"""Time in milliseconds, and what was found; None = the detector failed."""

END_MS = 1000
"""So long a face is covered before its first sight and after its last. What lies between two sights
is covered however long it is, as far as `HoldRules.hold_ms`. What is rather no face and was seen
only once is covered as far as half the way to the next look."""

NEAR = 1.5
"""Of its sides: between two looks a face goes further than from one frame to the next."""

ROOM = 0.1
"""Of its longer side, around a face on its way between two sights."""

_Link = tuple[Held, Held]
"""A face at one sight and at the next."""


class Timeline:
    """The regions to cover in a film of one size.

    Args:
        looks: in order of time; the first at the film's first frame, the last at its last.
        size: (width, height) of every frame.
        rules: how long and how generously a face is held, in either direction.
        pans: where the place was in the picture at each look (`edgekit.redaction.pan`), in pixels;
            None = the camera stood still.

    Raises:
        ConfigError: no looks, or they are out of order.
    """

    def __init__(
        self,
        looks: Sequence[Look],
        size: tuple[int, int],
        rules: HoldRules | None = None,
        pans: Sequence[Shift] | None = None,
    ) -> None:
        self._pans = [(0.0, 0.0)] * len(looks) if pans is None else list(pans)
        looks = [
            (t_ms, found and [(moved(box, (-x, -y)), sure) for box, sure in found])
            for (t_ms, found), (x, y) in zip(looks, self._pans, strict=True)
        ]
        self._times = [t_ms for t_ms, _ in looks]
        if not looks or any(a > b for a, b in zip(self._times, self._times[1:], strict=False)):
            raise ConfigError("a film needs looks in order of time")
        self._size = size
        self._rules = rules or HoldRules(near=NEAR)
        self._failed = [found is None for _, found in looks]
        self._forward = _held(looks, self._rules)
        turned = [(-t_ms, found) for t_ms, found in reversed(looks)]
        self._backward = _held(turned, self._rules)[::-1]
        self._links = _links(self._times, self._forward)
        links = {link for part in self._links for link in part}
        self._starts = {start.key for start, _ in links}
        self._ends = {end.key for _, end in links}

    def regions(self, t_ms: int) -> tuple[Box, ...] | None:
        """Return the boxes to cover at a time; None = all of it.

        That is so where the looks on either side failed or are missing, and where there are more
        faces than can be followed.
        """
        before = bisect_right(self._times, t_ms) - 1
        after = bisect_left(self._times, t_ms)
        if before < 0 or after >= len(self._times):
            return None
        forward, backward = self._forward[before], self._backward[after]
        if self._failed[before] or self._failed[after] or forward is None or backward is None:
            return None
        at = self._pan(before, after, t_ms)
        half_ms = (self._times[after] - self._times[before]) / 2
        last = [face for face in forward if face.key not in self._starts]
        first = [face for face in backward if _turned(face.key) not in self._ends]
        return (
            *hold.regions(_near(last, t_ms, half_ms), self._size, t_ms, self._rules, at),
            *hold.regions(_near(first, -t_ms, half_ms), self._size, -t_ms, self._rules, at),
            *(moved(self._on_the_way(link, t_ms), at) for link in self._links[before]),
        )

    def _pan(self, before: int, after: int, t_ms: int) -> Shift:
        """Where the place is in the picture between two looks."""
        start_ms, end_ms = self._times[before], self._times[after]
        share = (t_ms - start_ms) / max(1, end_ms - start_ms)
        (x0, y0), (x1, y1) = self._pans[before], self._pans[after]
        return x0 + (x1 - x0) * share, y0 + (y1 - y0) * share

    def _on_the_way(self, link: _Link, t_ms: int) -> Box:
        """Where a face is between two sights: on the straight way, with room for a curve."""
        start_ms, end_ms = (face.seen_ms for face in link)
        share = min(1.0, max(0.0, (t_ms - start_ms) / max(1, end_ms - start_ms)))
        ways = zip(link[0].xyxy, link[1].xyxy, strict=True)
        x1, y1, x2, y2 = (a + (b - a) * share for a, b in ways)
        unseen_s = max(0, min(t_ms - start_ms, end_ms - t_ms)) / 1000
        room = (ROOM + self._rules.growth_per_s * unseen_s) * max(x2 - x1, y2 - y1)
        return x1 - room, y1 - room, x2 + room, y2 + room


def _near(held: Sequence[Held], t_ms: int, half_ms: float) -> tuple[Held, ...]:
    """Faces that may still be there: seen no more, or not yet (with time turned round)."""
    return tuple(f for f in held if t_ms - f.seen_ms <= (END_MS if f.sure else half_ms))


def _turned(key: tuple[int, Box]) -> tuple[int, Box]:
    return -key[0], key[1]


def _links(times: Sequence[int], states: Sequence[tuple[Held, ...] | None]) -> list[list[_Link]]:
    """The ways of faces from one sight to the next, by the look after which a part of it lies."""
    out: list[list[_Link]] = [[] for _ in times]
    for number, held in enumerate(states):
        for face in held or ():
            if face.before is not None and face.seen_ms == times[number]:
                for at in range(bisect_left(times, face.before.seen_ms), number):
                    out[at].append((face.before, face))
    return out


def _held(looks: Sequence[Look], rules: HoldRules) -> list[tuple[Held, ...] | None]:
    """The faces held after each look; None where they are too many."""
    out: list[tuple[Held, ...] | None] = []
    held: tuple[Held, ...] = ()
    for t_ms, found in looks:
        held = hold.step(held, found or (), t_ms, rules)
        out.append(held if len(held) <= hold.MAX_FACES else None)
        held = held[: hold.MAX_FACES]
    return out
