"""Follow boxes from frame to frame, briefly and without identity. Nothing here has passed the gate.

Association in rounds, sure detections first, as in ByteTrack (Zhang et al., ECCV 2022,
arXiv:2110.06864); each round is an optimal assignment of what lies within a gate. No appearance is
kept: a track is a box, a velocity and a random number. Who comes back after a short occlusion
about where and as large as expected is the same, and nobody is remembered for longer than that.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from heapq import nsmallest

from edgekit.errors import ConfigError
from edgekit.frames import Detections, Track
from edgekit.perception.assignment import Edge, assign
from edgekit.perception.tracklet import SURE, Sight, Tracklet

UNSURE = 0.1
RECENT_MS = 1_000
MEMORY_MS = 3_000
NEWBORN_FRAMES = 2
PAUSE_MS = 60_000
MAX_TRACKS = 128

OFFERS = 8
"""A track is compared with so many of the nearest sights: a storm of boxes stays affordable."""

Edges = Callable[[list[Tracklet], list[Sight]], Iterator[Edge]]


class Tracker:
    """Give boxes of consecutive frames a common, random, short-lived id.

    Args:
        fps: nominal frames per second, > 0; for the first frame, and where time stands still.
        ids: where new ids come from; the caller decides how random they are.

    Raises:
        ConfigError: fps is not above 0.

    Who is unseen is shown where he should be for a second (three frames at least), but not for
    longer than he was seen before, and gets his id back within three seconds; a box of confidence
    below one half speaks against him as a miss does. At most 128 things are remembered, and none
    across a pause of a minute.
    """

    def __init__(self, *, fps: float, ids: Iterator[int]) -> None:
        if not fps > 0:
            raise ConfigError(f"{fps!r} frames per second: expected more than 0")
        self._ids = ids
        self._step_ms = 1000.0 / fps
        self._last_ms: int | None = None
        self._tracklets: list[Tracklet] = []

    def update(self, detections: Detections, t_ms: int) -> tuple[Track, ...]:
        """Take the detections of one frame and return the tracks that live in it.

        ``t_ms`` is the frame's time; frames may be dropped, the filter uses the real interval. A
        track that is seen has the box of its detection, or the whole where that is only a part of
        it; one that coasts has the predicted box.
        Its class is the one that it was detected as most often, weighed by confidence.
        """
        elapsed_ms = self._elapsed_ms(t_ms)
        for one in self._tracklets:
            one.predict(elapsed_ms)
        sure, unsure = _sights(detections)
        settled = [one for one in self._tracklets if one.settled and one.unseen_ms <= RECENT_MS]
        _pair(settled, sure, _tight)
        _pair(_unseen(settled), unsure, _tight)
        _pair(_unseen(self._tracklets), sure, _loose)
        _pair(_unseen(settled), sure, _parts, take=Tracklet.correct_by_part)
        _pair([one for one in _unseen(self._tracklets) if not one.settled], sure, _running)
        self._forget(elapsed_ms)
        for sight in sure[: MAX_TRACKS - len(self._tracklets)]:
            self._tracklets.append(Tracklet(next(self._ids), sight))
        return tuple(one.track() for one in self._tracklets if one.shown)

    def _elapsed_ms(self, t_ms: int) -> float:
        elapsed_ms = self._step_ms if self._last_ms is None else float(t_ms - self._last_ms)
        self._last_ms = t_ms
        if elapsed_ms > PAUSE_MS:
            self._tracklets = []
        return elapsed_ms if elapsed_ms > 0 else self._step_ms

    def _forget(self, elapsed_ms: float) -> None:
        # One box may be a flicker: what was seen once is not remembered for long.
        newborn_ms = (NEWBORN_FRAMES + 0.5) * max(self._step_ms, elapsed_ms)
        self._tracklets = [
            one
            for one in self._tracklets
            if one.seen or one.unseen_ms <= (MEMORY_MS if one.settled else newborn_ms)
        ]


def _sights(detections: Detections) -> tuple[list[Sight], list[Sight]]:
    """Return the sure and the unsure ones, each from left to right."""
    sure: list[Sight] = []
    unsure: list[Sight] = []
    columns = (detections.xyxy, detections.class_id, detections.confidence)
    for box, class_id, confidence in zip(*(column.tolist() for column in columns), strict=True):
        if confidence >= UNSURE:
            shelf = sure if confidence >= SURE else unsure
            shelf.append(Sight.of(box, class_id, confidence))
    sure.sort()
    unsure.sort()
    return sure, unsure


def _unseen(tracklets: list[Tracklet]) -> list[Tracklet]:
    return [one for one in tracklets if not one.seen]


def _pair(
    tracklets: list[Tracklet],
    sights: list[Sight],
    edges: Edges,
    *,
    take: Callable[[Tracklet, Sight], None] = Tracklet.correct,
) -> None:
    """Give each of the tracklets at most one of the sights, and take these off the list."""
    if not tracklets or not sights:
        return
    pairs = assign(edges(tracklets, sights))
    for row, column in pairs.items():
        take(tracklets[row], sights[column])
    for column in sorted(pairs.values(), reverse=True):
        del sights[column]


def _tight(tracklets: list[Tracklet], sights: list[Sight]) -> Iterator[Edge]:
    return _near(tracklets, sights, [(one.tight_px, one.doubt) for one in tracklets])


def _loose(tracklets: list[Tracklet], sights: list[Sight]) -> Iterator[Edge]:
    return _near(tracklets, sights, [(one.loose_px, 0.0) for one in tracklets])


def _parts(tracklets: list[Tracklet], sights: list[Sight]) -> Iterator[Edge]:
    """Yield sights of a part of somebody, where the rest is hidden or looks like what is behind."""
    if len(sights) > OFFERS:
        return
    for row, one in enumerate(tracklets):
        for column, sight in enumerate(sights):
            yield row, column, one.part_cost(sight)


def _near(
    tracklets: list[Tracklet], sights: list[Sight], gates: list[tuple[float, float]]
) -> Iterator[Edge]:
    """Yield what lies within the gates; sights are sorted by x."""
    places = [sight.x for sight in sights]
    for row, (one, (gate_px, doubt)) in enumerate(zip(tracklets, gates, strict=True)):
        x, y = one.kalman.x, one.kalman.y
        costs = []
        for column in range(bisect_left(places, x - gate_px), len(places)):
            if places[column] > x + gate_px:
                break
            if abs(sights[column].y - y) <= gate_px:
                costs.append((one.cost(sights[column], gate_px) + doubt, column))
        for cost, column in costs if len(costs) <= OFFERS else nsmallest(OFFERS, costs):
            yield row, column, cost


def _running(newborns: list[Tracklet], sights: list[Sight]) -> Iterator[Edge]:
    """Yield sights that go on as two newborns do, if these are one thing that is very fast."""
    if len(newborns) > OFFERS:  # so many flickers are no runner
        return
    for row, one in enumerate(newborns):
        earlier = [other for other in newborns if other.unseen_ms > one.unseen_ms]
        for column, sight in enumerate(sights if earlier else ()):
            yield row, column, min(one.leap_cost(other, sight) for other in earlier)
