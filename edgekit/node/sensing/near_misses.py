"""Near misses of what is followed before a camera, as a number. Nothing here has passed the gate.

Feet become metres by the ground; which of them would have met is
`edgekit.systems.traffic_conflict`'s to tell. Positions live for a moment and stay in the eye.
"""

from collections.abc import Mapping, Sequence

from edgekit.errors import ConfigError
from edgekit.frames import PERSON, VEHICLES, Track
from edgekit.geometry import Ground
from edgekit.systems.traffic_conflict import Kind, Mover, Moving, Watch, watch

LOOK_MS = 400
"""So far apart two looks are that a pixel's jitter of a box makes no speed of its own."""

SURE_FRAMES = 3
BICYCLE = 1
KINDS: Mapping[int, Kind] = {
    **dict.fromkeys(VEHICLES, Kind.VEHICLE),
    BICYCLE: Kind.CYCLIST,
    PERSON: Kind.WALKER,
}


class NearMisses:
    """Counts the near misses that begin.

    Args:
        ground: how many metres lie where.
        vehicles: whether what a detector without classes finds are vehicles.
    """

    def __init__(self, ground: Ground, *, vehicles: bool = False) -> None:
        self._ground = ground
        self._kinds = {**KINDS, PERSON: Kind.VEHICLE} if vehicles else KINDS
        self._watch = Watch()

    def update(self, tracks: Sequence[Track], t_ms: int) -> int:
        """Take the tracks of one frame; return how many near misses began."""
        last_ms = self._watch.t_ms
        if last_ms is not None and 0 <= t_ms - last_ms < LOOK_MS:
            return 0
        movers = dict(filter(None, map(self._mover, tracks)))
        self._watch, near = watch(self._watch, Moving(t_ms=t_ms, movers=movers))
        return near

    def _mover(self, track: Track) -> tuple[int, Mover] | None:
        kind = self._kinds.get(track.class_id)
        if kind is None or not track.seen or track.age_frames < SURE_FRAMES:
            return None
        try:
            at = self._ground.to_ground(track.foot)
        except ConfigError:  # over the horizon
            return None
        return track.tracker_id, Mover(kind=kind, at=at)
