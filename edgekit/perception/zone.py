"""Count the people in a polygon, with inertia. Nothing here has passed the gate.

zone = PolygonZone(Zone("counter", ((60, 120), (580, 120), (580, 460), (60, 460))))
step = zone.update(tracks, t_ms)
step.people, step.queue, step.stays, step.waits, step.visited
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from edgekit.errors import ConfigError
from edgekit.frames import PERSON, Track
from edgekit.geometry import Ground, HeatGrid, Zone
from edgekit.perception.dwell import Stay
from edgekit.perception.visitor import Visitor, nearest_lost

INERTIA_MS = 300
MIN_SIGHTINGS = 3
MAX_VISITORS = 512

UNWATCHED_MS = 10_000
"""Nobody can be followed over a longer gap between two frames: all stays end before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneStep:
    """What one frame said of a zone.

    Attributes:
        people: people inside now.
        queue: how many of them stand.
        stays: stays that this frame brought to an end.
        waits: how long each waited, in ms, who is now known to have left the queue.
        visited: cells of `edgekit.geometry.HeatGrid` that a visit was seen in for the first time,
            one entry a visit.
    """

    people: int
    queue: int = 0
    stays: tuple[Stay, ...] = ()
    waits: tuple[int, ...] = ()
    visited: tuple[int, ...] = ()


@dataclass(slots=True)
class _Told:
    stays: list[Stay] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    visited: list[int] = field(default_factory=list)

    def end(self, visitor: Visitor, stay: Stay | None, end_ms: int) -> None:
        if stay is None:
            return
        waited = visitor.standing.leave(end_ms)
        self.stays.append(stay)
        self.waits += [] if waited is None else [waited]


class PolygonZone:
    """Follow who is in a zone by their foot points: how many, who stands, how long they stay.

    Args:
        zone: the polygon.
        inertia_ms: how long a foot has to be seen inside before somebody is in, and outside before
            somebody is out, so that a foot on the edge does not flip.
        ground: tells metres, so that standing is told from walking at every distance alike;
            without it the height of the body does, which is less sure where people walk towards
            the camera.

    Raises:
        ConfigError: inertia below 0, or a zone that reaches over the horizon of the ground.

    A coasting track stays where it was last counted; one that its tracker gave up is out, and its
    stay ends at its last sight, unless somebody appears out of nothing near that place soon after:
    then it was the same one. Memory is bounded, and no sighting is kept for more than a minute.
    """

    def __init__(
        self, zone: Zone, *, inertia_ms: int = INERTIA_MS, ground: Ground | None = None
    ) -> None:
        if inertia_ms < 0:
            raise ConfigError(f"inertia of {inertia_ms} ms: expected 0 or more")
        self.zone = zone
        self.inertia_ms = inertia_ms
        self.grid = HeatGrid(zone)
        self.area_m2 = None if ground is None else area_m2(zone, ground)
        self._ground = ground
        self._visitors: dict[int, Visitor] = {}
        self._last_ms: int | None = None
        self._now_ms = 0  # watched time: never runs backwards, whatever the clock does

    def update(self, tracks: Iterable[Track], t_ms: int) -> ZoneStep:
        """Take the tracks of one frame, people and others, and return what it says of the zone.

        ``t_ms`` is the frame's time; where it goes backwards or leaps, no time has passed.
        """
        people = [track for track in tracks if track.class_id == PERSON]
        told = _Told()
        self._watch(t_ms, told)
        for track in people:
            if track.seen:
                self._sight(track, told)
        alive = {track.tracker_id for track in people}
        self._forget(alive, told)
        inside = [v for key, v in self._visitors.items() if key in alive and v.presence.inside]
        return ZoneStep(
            people=len(inside),
            queue=sum(visitor.standing.waits(self._now_ms) for visitor in inside),
            stays=tuple(told.stays),
            waits=tuple(told.waits),
            visited=tuple(told.visited),
        )

    def _watch(self, t_ms: int, told: _Told) -> None:
        passed_ms = 0 if self._last_ms is None else t_ms - self._last_ms
        self._last_ms = t_ms
        if 0 <= passed_ms <= UNWATCHED_MS:
            self._now_ms += passed_ms
        elif passed_ms > UNWATCHED_MS:
            for tracker_id in tuple(self._visitors):
                self._lose(tracker_id, told)

    def _sight(self, track: Track, told: _Told) -> None:
        visitor = self._visitors.get(track.tracker_id)
        if visitor is None:
            visitor = self._visitors[track.tracker_id] = Visitor.of(track, self._now_ms)
        visitor.move(track, self._now_ms)
        if track.age_frames < MIN_SIGHTINGS:
            return
        if not visitor.mature:
            visitor.mature = True
            self._continue(visitor)
        within = self.zone.contains(track.foot)
        end_ms = visitor.presence.ends_ms(self._now_ms)
        stay = visitor.presence.sight(self._now_ms, within=within, inertia_ms=self.inertia_ms)
        if within:
            self._stand(visitor, told)
        else:
            told.end(visitor, stay, end_ms)
            visitor.rest()

    def _stand(self, visitor: Visitor, told: _Told) -> None:
        waited = visitor.wait(ground=self._ground)
        visitor.footprint.tread(self.grid.cell_at(visitor.foot))
        if visitor.presence.entered_ms is not None:
            told.waits += [] if waited is None else [waited]
            told.visited += visitor.footprint.tell()

    def _continue(self, newcomer: Visitor) -> None:
        lost = nearest_lost(newcomer, self._visitors.items())
        if lost is not None:
            newcomer.continues(self._visitors.pop(lost))

    def _forget(self, alive: set[int], told: _Told) -> None:
        for tracker_id, visitor in tuple(self._visitors.items()):
            if tracker_id in alive:
                continue
            hidden = visitor.presence.entered_ms is not None and visitor.presence.left_ms is None
            if not hidden or self._now_ms - visitor.seen_ms > visitor.keep_ms:
                self._lose(tracker_id, told)
        while len(self._visitors) > MAX_VISITORS:
            self._lose(min(self._visitors, key=lambda key: self._visitors[key].seen_ms), told)

    def _lose(self, tracker_id: int, told: _Told) -> None:
        """End whatever had begun, at the last sight."""
        visitor = self._visitors.pop(tracker_id)
        end_ms = visitor.presence.ends_ms(visitor.seen_ms)
        told.end(visitor, visitor.presence.end(visitor.seen_ms), end_ms)


def area_m2(zone: Zone, ground: Ground) -> float:
    """Return a zone's area on the ground in m²; ConfigError where it reaches over the horizon."""
    try:
        return ground.area_m2(zone.polygon)
    except ConfigError as error:
        raise ConfigError(f"zone {zone.name!r}: {error}", hint=error.hint) from error
