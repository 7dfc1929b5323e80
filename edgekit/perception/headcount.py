"""From boxes to who passes and who is where. Nothing here has passed the gate.

The one way from detections to numbers, whatever found the boxes: pictures or warmth.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edgekit.frames import PERSON, Detections, Track
from edgekit.geometry import Ground, Line, Zone
from edgekit.perception.in_view import InViewCounter
from edgekit.perception.line import LineCounter, band_for
from edgekit.perception.tracking import Tracker
from edgekit.perception.zone import PolygonZone, ZoneStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """What the boxes of one frame said.

    Attributes:
        tracks: all that is followed, and ``people`` those of them that are people.
        in_view: people in view now, as `edgekit.perception.in_view.InView` has it.
        crossings: (line index, COCO class id, in, out) for each line that was passed in this
            frame, and each class that passed it.
        zones: all that this frame said of each zone, in their order.
    """

    tracks: tuple[Track, ...]
    people: tuple[Track, ...]
    in_view: int
    crossings: tuple[tuple[int, int, int, int], ...]
    zones: tuple[ZoneStep, ...]


class Headcount:
    """Tracker and counters of one view.

    Args:
        size: (width, height) of the view in pixels.
        fps: nominal frames per second, > 0.
        ids: where track ids come from; random ones in a node.
        lines: what is counted, at most a few.
        zones: where people are counted.
        ground: how many metres lie where, so that standing is told from walking by the metre.

    Raises:
        ConfigError: a line or zone that can never count in a view of this size, or a zone that
            reaches over the horizon of the ground.
    """

    def __init__(
        self,
        *,
        size: tuple[int, int],
        fps: float,
        ids: Iterator[int],
        lines: Sequence[Line] = (),
        zones: Sequence[Zone] = (),
        ground: Ground | None = None,
    ) -> None:
        for line in lines:
            line.require_inside(*size)
        for zone in zones:
            zone.require_inside(*size)
        self.lines = tuple(LineCounter(line, band_px=band_for(line, size)) for line in lines)
        self.zones = tuple(PolygonZone(zone, ground=ground) for zone in zones)
        self._tracker = Tracker(fps=fps, ids=ids)
        self._in_view = InViewCounter(size[0])

    def take(self, detections: Detections, t_ms: int) -> Heads:
        """Take the boxes of one frame."""
        tracks = self._tracker.update(detections, t_ms)
        people = tuple(track for track in tracks if track.class_id == PERSON)
        return Heads(
            tracks=tracks,
            people=people,
            in_view=self._in_view.update(people, t_ms),
            crossings=self._cross(tracks, t_ms),
            zones=tuple(zone.update(people, t_ms) for zone in self.zones),
        )

    def _cross(self, tracks: tuple[Track, ...], t_ms: int) -> tuple[tuple[int, int, int, int], ...]:
        passed: Counter[tuple[int, int, str]] = Counter()
        for index, counter in enumerate(self.lines):
            for crossing in counter.update(tracks, t_ms):
                passed[index, crossing.class_id, crossing.direction] += 1
        places = sorted({(index, class_id) for index, class_id, _ in passed})
        return tuple((*place, passed[*place, "in"], passed[*place, "out"]) for place in places)
