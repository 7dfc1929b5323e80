"""A thermal array's reading in, the numbers of now out. Nothing here has passed the gate.

    scene = WarmScene(size=(640, 480), fps=8, ids=itertools.count(), lines=[door])
    step = scene.step(thermal_frame)

What `edgekit.perception.scene.Scene` is for pictures: the same counters, another eye before them.
"""

from collections.abc import Iterator, Sequence

from edgekit.frames import ThermalFrame
from edgekit.geometry import Ground, Line, Zone
from edgekit.perception.array_health import ArrayHealth
from edgekit.perception.headcount import Headcount
from edgekit.perception.scene import SceneStep
from edgekit.perception.warm_bodies import WarmBodies


class WarmScene:
    """Bodies, counters and view health of one thermal array.

    Args:
        size: (width, height) of the view in pixels, in which lines and zones are drawn; the
            array's points are spread over it.
        fps: nominal readings a second, > 0.
        ids: where track ids come from; random ones in a node.
        lines: what is counted.
        zones: where people are counted.
        ground: how many metres lie where.

    Raises:
        ConfigError: as `Headcount` does.
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
        self._heads = Headcount(
            size=size, fps=fps, ids=ids, lines=lines, zones=zones, ground=ground
        )
        self.lines, self.zones = self._heads.lines, self._heads.zones
        self._bodies = WarmBodies(size)
        self._health = ArrayHealth()

    def step(self, frame: ThermalFrame) -> SceneStep:
        """Take the next reading."""
        celsius, dead_share = self._health.whole(frame.celsius, frame.t_ms)
        detections = self._bodies.detect(celsius, frame.t_ms)
        heads = self._heads.take(detections, frame.t_ms)
        health, quality = self._health.update(
            celsius,
            dead_share=dead_share,
            background=self._bodies.background,
            noise_k=self._bodies.noise_k,
            t_ms=frame.t_ms,
        )
        return SceneStep(
            t_ms=frame.t_ms,
            people=heads.in_view,
            crossings=heads.crossings,
            occupancy=tuple(zone.people for zone in heads.zones),
            zones=heads.zones,
            illuminance_lux=None,
            health=health,
            quality=quality,
            detections=detections,
            tracks=heads.tracks,
        )
