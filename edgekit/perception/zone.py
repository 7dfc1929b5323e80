"""Count the people in a polygon, with inertia. Nothing here has passed the gate."""

from collections.abc import Iterable
from dataclasses import dataclass

from edgekit.errors import ConfigError
from edgekit.frames import Track
from edgekit.geometry import Zone

INERTIA_MS = 300
MIN_SIGHTINGS = 3


@dataclass(slots=True)
class _Stay:
    inside: bool
    since_ms: int | None  # when its foot was first seen on the other side of the edge


class PolygonZone:
    """Count people whose foot point is in a zone.

    Args:
        zone: the polygon.
        inertia_ms: how long a foot has to be seen inside before somebody is in, and outside before
            somebody is out, so that a foot on the edge does not flip.

    Raises:
        ConfigError: inertia below 0.

    A coasting track stays where it was last counted; one that its tracker gave up is out.
    """

    def __init__(self, zone: Zone, *, inertia_ms: int = INERTIA_MS) -> None:
        if inertia_ms < 0:
            raise ConfigError(f"inertia of {inertia_ms} ms: expected 0 or more")
        self.zone = zone
        self.inertia_ms = inertia_ms
        self._stays: dict[int, _Stay] = {}

    def update(self, tracks: Iterable[Track], t_ms: int) -> int:
        """Take the tracks of one frame and return how many people are inside now."""
        stays: dict[int, _Stay] = {}
        for track in tracks:
            if track.age_frames < MIN_SIGHTINGS:
                continue
            stay = self._stays.get(track.tracker_id, _Stay(inside=False, since_ms=None))
            stays[track.tracker_id] = self._step(stay, track, t_ms)
        self._stays = stays
        return sum(stay.inside for stay in stays.values())

    def _step(self, stay: _Stay, track: Track, t_ms: int) -> _Stay:
        if not track.seen:
            return stay
        if self.zone.contains(track.foot) == stay.inside:
            return _Stay(inside=stay.inside, since_ms=None)
        since_ms = t_ms if stay.since_ms is None else min(stay.since_ms, t_ms)
        if t_ms - since_ms >= self.inertia_ms:
            return _Stay(inside=not stay.inside, since_ms=None)
        return _Stay(inside=stay.inside, since_ms=since_ms)
